//! Masks that are kept from state to state tell what masks tell that are compiled for the first time, and are compiled only where rights changed.

use crate::random::Random;
use crate::two_worlds::answer;
use crate::world::World;

const MODEL: &str = "
    CREATE DIMENSION Region (Name TEXT);
    CREATE DIMENSION Country (Name TEXT, Region Region);
    CREATE DIMENSION Store (Name TEXT, Country Country);
    CREATE DIMENSION Month (Name TEXT);
    INSERT INTO Region VALUES ('EMEA'), ('APAC');
    INSERT INTO Country VALUES ('FR', 'EMEA'), ('IT', 'EMEA'), ('JP', 'APAC');
    INSERT INTO Store VALUES ('S0', 'FR'), ('S1', 'IT'), ('S2', 'JP'), ('S3', 'JP');
    INSERT INTO Month VALUES ('M0'), ('M1'), ('M2');
    CREATE METRIC Volume NUMBER BY (Store, Month);
    CREATE METRIC Price NUMBER BY (Store);
    CREATE METRIC Best Store BY (Country);
    CREATE METRIC Targets NUMBER BY (User, Store);
    CREATE METRIC Revenue NUMBER BY (Store, Month) AS Volume * Price;
    CREATE METRIC Total NUMBER BY (Country, Month) AS Revenue[BY SUM: Store.Country];
    CREATE METRIC Run NUMBER BY (Store, Month) AS CUMULATE(Revenue, Month);
    CREATE METRIC \"All Targets\" NUMBER BY (Store) AS Targets[REMOVE SUM: User];
    INSERT INTO Volume VALUES ('S0', 'M0', 1.5), ('S0', 'M1', 2.5), ('S1', 'M0', 4), ('S2', 'M1', 8), ('S3', 'M2', 16);
    INSERT INTO Price VALUES ('S0', 1), ('S1', 2), ('S2', 3), ('S3', 4);
    INSERT INTO Best VALUES ('FR', 'S0'), ('JP', 'S3');
    CREATE ROLE Plan PERMISSIONS (\"Display Application\", \"Open Boards\", \"Use formula playground\") READ UNSPECIFIED WRITE ALLOWED;
    CREATE ROLE Open PERMISSIONS (\"Display Application\", \"Open Boards\", \"Display Block Explorer\") READ ALLOWED WRITE ALLOWED;
    CREATE USER 'ann'; CREATE USER 'bob'; CREATE USER 'cy'; CREATE USER 'di';
    GRANT ROLE Plan TO USER 'ann'; GRANT ROLE Plan TO USER 'bob'; GRANT ROLE Open TO USER 'cy'; GRANT ROLE Modeler TO USER 'di';
    CREATE GROUP Desk;
    ALTER GROUP Desk ADD USER 'ann', 'cy';
    INSERT INTO Targets VALUES ('ann', 'S0', 1), ('bob', 'S0', 2), ('bob', 'S3', 3);
    CREATE METRIC CountryRights ACCESS RIGHTS BY (User, Country);
    CREATE METRIC DeskRights ACCESS RIGHTS BY (Group, Store);
    CREATE METRIC PairRights ACCESS RIGHTS BY (User, Store, Month);
    CREATE RULE countries APPLY READ, WRITE OF CountryRights THROUGH Store.Country TO ALL METRICS WITH (Store);
    CREATE RULE totals APPLY READ OF CountryRights TO Total;
";
const PEOPLE: [&str; 4] = ["ann", "bob", "cy", "di"];
const QUESTIONS: [&str; 9] = [
    "SELECT * FROM Revenue",
    "SELECT Country, Month, Total FROM Total",
    "SELECT * FROM Run",
    "SELECT COUNT(*), SUM(Volume) FROM Volume",
    "SELECT Name, Country FROM Store",
    "SELECT * FROM Best",
    "SELECT * FROM \"All Targets\"",
    "SELECT * FROM Targets",
    "EVALUATE Revenue[BY SUM: Store.Country]",
];

/// Something that the owner does.
fn happen(random: &mut Random) -> String {
    let user = random.pick(&PEOPLE);
    let country = random.pick(&["FR", "IT", "JP", "XX"]);
    let store = random.pick(&["S0", "S1", "S2", "S3", "S9"]);
    let month = random.pick(&["M0", "M1", "M2"]);
    let word = random.pick(&["r.", "rw", "-.", "--", ".."]);
    let value = random.fraction();
    match random.below(19) {
        0..=2 => format!("INSERT INTO CountryRights VALUES ('{user}', '{country}', '{word}')"),
        3 => format!("INSERT INTO PairRights VALUES ('{user}', '{store}', '{month}', '{word}')"),
        4 => format!("INSERT INTO DeskRights VALUES ('Desk', '{store}', '{word}')"),
        5 => format!("GRANT ROLE {} TO USER '{user}'", random.pick(&["Plan", "Open", "Modeler", "Reader"])),
        6 => format!("ALTER GROUP Desk {} USER '{user}'", random.pick(&["ADD", "DROP"])),
        7 => format!("UPDATE Store SET Country = '{}' WHERE Name = '{store}'", random.pick(&["FR", "IT", "JP"])),
        8 => format!("INSERT INTO Store VALUES ('S{}', 'JP')", random.below(12)),
        9 => "CREATE RULE pairs APPLY READ OF PairRights TO Revenue, Volume".to_owned(),
        10 => "CREATE RULE desks APPLY READ OF DeskRights TO ITEMS OF Store".to_owned(),
        11 => format!("DROP RULE {}", random.pick(&["pairs", "desks", "countries", "totals"])),
        12 => format!("ALTER APPLICATION SET ACCESS RIGHTS {}", random.pick(&["STRICT", "THREE STATE"])),
        13 => format!("ALTER APPLICATION SET INHERITANCE {}", random.pick(&["ON", "OFF"])),
        14 => format!("ALTER METRIC Revenue AS {}", random.pick(&["Volume * Price", "Volume * 2", "Price"])),
        15 => format!("BEGIN; INSERT INTO CountryRights VALUES ('{user}', 'FR', '{word}'); SELECT COUNT(*) FROM Revenue; ROLLBACK"),
        16 => format!("BEGIN; DROP RULE totals; INSERT INTO Country VALUES ('X{}', 'APAC'); COMMIT", random.below(100)),
        17 => format!("CREATE USER 'new{}'", random.below(1000)),
        _ => format!("INSERT INTO Volume VALUES ('{store}', '{month}', {value})"),
    }
}

/// Who asks what, and the answer.
type Told = (&'static str, &'static str, (Vec<u8>, String));

fn ask_all(world: &World) -> Vec<Told> {
    let sessions = PEOPLE.iter().map(|who| (*who, world.app.session(who).unwrap()));
    sessions.flat_map(|(who, session)| QUESTIONS.map(|question| (who, question, answer(&session, question)))).collect()
}

#[test]
fn what_is_kept_tells_what_is_compiled_for_the_first_time() {
    for seed in 0..8 {
        let mut random = Random::new(seed);
        let warm = World::with(MODEL);
        let owner = warm.owner();
        ask_all(&warm);
        let mut history: Vec<String> = Vec::new();
        for step in 0..16 {
            let statement = happen(&mut random);
            let done = answer(&owner, &statement);
            history.push(statement);
            let told = ask_all(&warm);
            if step % 3 != 2 {
                continue;
            }
            // The same without anybody asking on the way.
            let cold = World::with(MODEL);
            let new = cold.owner();
            let mut last = Default::default();
            for statement in &history {
                last = answer(&new, statement);
            }
            assert_eq!(done, last, "seed {seed}: {history:#?}");
            for (kept, compiled) in told.iter().zip(ask_all(&cold)) {
                assert_eq!(*kept, compiled, "seed {seed}: {history:#?}");
            }
        }
    }
}

/// Counted, not timed: what is compiled by what happens.
#[test]
fn only_a_change_of_rights_compiles_anything() {
    let world = World::with(MODEL);
    let owner = world.owner();
    let people = (0..60).map(|n| format!("CREATE USER 'p{n}'; GRANT ROLE Plan TO USER 'p{n}';")).collect::<String>();
    let rights = (0..60).map(|n| format!("('p{n}', '{}', 'r.')", ["FR", "IT", "JP"][n % 3])).collect::<Vec<_>>();
    world.run(&format!("BEGIN; {people} COMMIT; INSERT INTO CountryRights VALUES {}", rights.join(", ")));
    let sessions = (0..60).map(|n| world.app.session(&format!("p{n}")).unwrap()).collect::<Vec<_>>();
    let all_ask = || sessions.iter().map(|session| answer(session, "SELECT Store, Month, Revenue FROM Revenue")).collect::<Vec<_>>();
    let compiled = |work: &mut dyn FnMut()| {
        let before = world.app.rights_kept();
        work();
        let after = world.app.rights_kept();
        (after.compiled_profiles - before.compiled_profiles, after.compiled_masks - before.compiled_masks)
    };
    let (profiles, masks) = compiled(&mut || drop(all_ask()));
    assert_eq!(profiles, 3);
    // Some masks for each profile, not for each person; each person has a few for lines of their own.
    let (_, per_profile) = compiled(&mut || drop(all_ask()));
    assert_eq!(per_profile, 0, "{masks} before");
    let first = all_ask();
    // Ordinary cells, also of formulas that follow.
    owner.run("INSERT INTO Volume VALUES ('S0', 'M2', 5); UPDATE Price SET Price = Price + 1", &mut smalt::Outcome::default()).unwrap();
    let mut second = Vec::new();
    assert_eq!(compiled(&mut || second = all_ask()), (0, 0));
    assert_ne!(first, second);
    // One grant, and one right, of one of sixty.
    assert_eq!(compiled(&mut || drop(world.run("GRANT ROLE Open TO USER 'p7'"))).0, 0);
    let (profiles, _) = compiled(&mut || second = all_ask());
    assert_eq!(profiles, 1);
    assert_eq!(compiled(&mut || drop(world.run("INSERT INTO CountryRights VALUES ('p8', 'FR', 'r.')"))).0, 0);
    let (profiles, _) = compiled(&mut || second = all_ask());
    assert_eq!(profiles, 1);
    // Back to what others have.
    world.run("GRANT ROLE Plan TO USER 'p7'; DELETE FROM CountryRights WHERE User = 'p8' AND Country = 'FR'");
    assert_eq!(compiled(&mut || second = all_ask()).0, 0);
    // An item more, or another link, is for all profiles.
    world.run("INSERT INTO Store VALUES ('S7', 'FR')");
    assert_eq!(compiled(&mut || second = all_ask()).0, 3);
}
