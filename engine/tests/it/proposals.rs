//! What AI agents propose: cells in scenarios of their own, which a human takes over.

use std::sync::Arc;

use smalt::{Application, Options};

use crate::world::{World, run};

const MODEL: &str = "
    CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('a'), ('b'); CREATE LIST L (D D); CREATE METRIC M NUMBER BY (D); INSERT INTO M VALUES ('a', 1);
    CREATE METRIC Twice NUMBER BY (D) AS M * 2;
    CREATE ROLE Helper PERMISSIONS (\"Display Application\", \"Open Boards\", \"Create scenarios\", \"Delete scenarios\", \"Import Data\",
        \"Add & remove List Items\", \"Configure Blocks\", \"Use formula playground\") READ ALLOWED WRITE ALLOWED AGENTS PROPOSE;
    CREATE ROLE Free PERMISSIONS (\"Display Application\", \"Open Boards\", \"Create scenarios\", \"View Application and Blocks updates\") READ ALLOWED WRITE ALLOWED;
    CREATE USER 'bot' KIND AI AGENT; CREATE USER 'hal' KIND SERVICE; CREATE USER 'ann'; CREATE USER 'loose' KIND AI AGENT; CREATE USER 'eve';
    GRANT ROLE Helper TO ALL USERS; GRANT ROLE Free TO USER 'loose'; GRANT ROLE Free TO USER 'eve'; CREATE SCENARIO Plan;";

const REFUSED: &str = "what an AI agent with your role writes stays a proposal";

#[test]
fn an_agent_writes_cells_of_its_own_scenarios_and_nothing_else() {
    let world = World::with(MODEL);
    world.file("m.csv", "D,M\nb,9\n");
    world.file("more.csv", "D,M\nc,9\n");
    for change in [
        "INSERT INTO M VALUES ('b', 9)",
        "UPDATE M SET M = 9",
        "DELETE FROM M",
        "COPY M FROM 'm.csv'",
        "USE SCENARIO Plan; INSERT INTO M VALUES ('b', 9)",
        "INSERT INTO D VALUES ('c')",
        "INSERT INTO L VALUES ('a')",
        "CREATE METRIC N NUMBER",
        "ALTER METRIC M IN SCENARIO Plan AS M * 2",
        "DROP METRIC Twice",
        "DROP SCENARIO Plan",
        "ALTER SCENARIO Plan SET READ ONLY",
        "REBASE SCENARIO Plan",
        "MERGE SCENARIO Plan INTO Base",
        "MERGE SCENARIO Base INTO Plan",
        "CREATE SNAPSHOT S",
        "REVERT TO REVISION 8",
        "CREATE SCENARIO Idea; USE SCENARIO Idea; INSERT INTO D VALUES ('c')",
        "USE SCENARIO Idea; COPY M FROM 'more.csv' WITH (unknown = create)",
    ] {
        let told = world.as_user("bot", change);
        assert!(told.contains(REFUSED), "{change}: {told}");
    }
    assert_eq!(world.run("SELECT * FROM M; SELECT * FROM Plan.M; SELECT COUNT(*) FROM D"), "a,1.0\na,1.0\n2");
    // In a scenario of its own it works like anybody: the one that the last of these has left.
    let idea = "USE SCENARIO Idea; INSERT INTO M VALUES ('b', 9); UPDATE M SET M = M + 1; COPY M FROM 'm.csv' (D -> D, M -> M); MERGE SCENARIO Plan INTO Idea;
        REBASE SCENARIO Idea; SELECT * FROM Twice";
    assert_eq!(world.as_user("bot", idea), "a,4.0\nb,18.0");
    assert_eq!(world.run("SELECT * FROM M"), "a,1.0");
    assert_eq!(world.as_user("bot", "CREATE SCENARIO Other; DROP SCENARIO Other; SELECT 1; EVALUATE 1"), "1\n1");
    // Only agents are bound, and only by roles that ask for it.
    for free in ["ann", "hal", "loose"] {
        assert_eq!(world.as_user(free, "INSERT INTO M VALUES ('b', 5)"), "", "{free}");
    }
    // A mistake is told as such, not as a want of rights.
    assert!(world.as_user("bot", "INSERT INTO Nothing VALUES (1)").contains("there is no dimension, metric or list `Nothing`"));
    assert!(world.as_user("bot", "DROP SCENARIO Nothing").contains("there is no scenario `Nothing`"));
    let audit = world.run("SHOW AUDIT");
    assert!(
        audit.contains("bot,AI agent,-,application,INSERT,M,-,Base,refused")
            && audit.contains("bot,AI agent,-,application,INSERT,M,-,Idea,done"),
        "{audit}"
    );
    // A role may be altered, and then it writes.
    world.run("ALTER ROLE Helper AGENTS WRITE");
    assert_eq!(world.as_user("bot", "INSERT INTO M VALUES ('b', 6); SELECT M FROM M WHERE D = 'b'"), "6.0");
    assert!(world.run("SHOW ROLES").contains("ALLOWED,ALLOWED,WRITE"));
}

#[test]
fn a_human_takes_a_proposal_over() {
    let world = World::with(MODEL);
    assert_eq!(world.as_user("bot", "CREATE SCENARIO Idea; USE SCENARIO Idea; INSERT INTO M VALUES ('b', 9)"), "");
    for other in ["hal", "loose"] {
        let told = world.as_user(other, "MERGE SCENARIO Idea INTO Base");
        assert!(told.contains("what an AI agent proposes is taken over by a human"), "{other}: {told}");
    }
    // Nor by way of a scenario that another agent makes of it.
    assert_eq!(world.as_user("loose", "CREATE SCENARIO Washed FROM Idea"), "");
    assert!(world.as_user("loose", "MERGE SCENARIO Washed INTO Base").contains("taken over by a human"));
    // It is marked for everybody, whoever it was.
    let seen = world.as_user("eve", "SHOW SCENARIOS");
    assert!(seen.contains("Idea,Base,READ WRITE,AI agent") && seen.contains("Plan,Base,READ WRITE,-") && !seen.contains("bot"), "{seen}");
    let history = world.as_user("eve", "SHOW REVISIONS");
    assert!(history.contains(",-,-,AI agent") && !history.contains("bot"), "{history}");
    assert_eq!(world.as_user("ann", "MERGE SCENARIO Idea INTO Base; SELECT * FROM M"), "a,1.0\nb,9.0");
    // A human without the right to write takes nothing over.
    world.run("CREATE ROLE Looks PERMISSIONS (\"Display Application\", \"Open Boards\", \"Create scenarios\") READ ALLOWED WRITE DENIED; GRANT ROLE Looks TO USER 'eve'");
    world.as_user("bot", "USE SCENARIO Idea; INSERT INTO M VALUES ('b', 11)");
    world.as_user("eve", "MERGE SCENARIO Idea INTO Base");
    assert_eq!(world.run("SELECT * FROM M"), "a,1.0\nb,9.0");
}

#[test]
fn files_keep_what_is_a_proposal() {
    let folder = tempfile::tempdir().unwrap();
    let open = || -> Arc<Application> { Application::open(folder.path(), Options::default()).unwrap() };
    run(&open().owner_session().unwrap(), MODEL).unwrap();
    run(&open().session("bot").unwrap(), "CREATE SCENARIO Idea").unwrap();
    let app = open();
    assert!(run(&app.session("bot").unwrap(), "INSERT INTO M VALUES ('b', 9)").unwrap_err().message.contains(REFUSED));
    run(&app.session("bot").unwrap(), "USE SCENARIO Idea; INSERT INTO M VALUES ('b', 9)").unwrap();
    assert!(run(&app.session("loose").unwrap(), "MERGE SCENARIO Idea INTO Base").is_err());
    run(&app.session("ann").unwrap(), "MERGE SCENARIO Idea INTO Base").unwrap();
}
