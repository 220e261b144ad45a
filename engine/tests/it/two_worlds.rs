//! Two models that differ only in what a user may not see answer that user with the same bytes, whatever is asked.
//!
//! `SMALT_SEED` starts elsewhere, `SMALT_PAIRS` asks more questions. A failure prints the seed and the question.

use std::fmt::Write;

use arrow::ipc::writer::StreamWriter;
use smalt::{Outcome, Progress, ResultSink, Session, Table};

use crate::questions::question;
use crate::random::Random;
use crate::world::World;

const STORES: usize = 8;
const PRODUCTS: usize = 6;
const MONTHS: usize = 6;
const COUNTRIES: [(&str, &str); 4] = [("France", "EMEA"), ("Italy", "EMEA"), ("Japan", "APAC"), ("Korea", "APAC")];
/// The countries that the user may see; the stores of the others, and all that hangs on them, are the hidden part.
const SEEN: [&str; 2] = ["France", "Japan"];

/// Who asks: a planner, one who builds the model, and one who keeps lists of items. All may read the same.
const PEOPLE: [&str; 3] = ["u", "m", "i"];

fn country(store: usize) -> &'static str {
    COUNTRIES[store % COUNTRIES.len()].0
}

fn is_seen(store: usize) -> bool {
    SEEN.contains(&country(store))
}

/// Pairs of product and store that are granted one by one, in countries that are not.
fn is_granted(product: usize, store: usize) -> bool {
    (product * 7 + store) % 11 == 3
}

/// One of the two worlds. `seen` gives what both have, `hidden` what only this one has.
pub(crate) struct Model {
    pub(crate) script: String,
    seen: Random,
    hidden: Random,
    letter: char,
    /// Do formulas inherit the rights of what they read?
    inherits: bool,
}

impl Model {
    pub(crate) fn new(seed: u64, letter: char) -> Model {
        let mut model = Model::data(seed, letter);
        // Together more coordinates than a formula may visit.
        for name in ["Big", "Large"] {
            let items: Vec<String> = (0..23_000).map(|i| format!("('{i}')")).collect();
            model.rows(name, &items);
        }
        model.rights();
        model.scenarios();
        model
    }

    /// The model without rights, and without what only statements that write ask for.
    pub(crate) fn data(seed: u64, letter: char) -> Model {
        let hidden = Random::new(seed ^ u64::from(u32::from(letter)) << 40);
        let mut model = Model { script: String::new(), seen: Random::new(seed), hidden, letter, inherits: seed.is_multiple_of(2) };
        model.dimensions();
        model.metrics();
        model
    }

    fn add(&mut self, text: &str) {
        self.script.push_str(text);
        self.script.push('\n');
    }

    /// Drawn from the part that both worlds share where `visible`, else from this world's own.
    fn draw(&mut self, visible: bool) -> &mut Random {
        if visible { &mut self.seen } else { &mut self.hidden }
    }

    fn rows(&mut self, into: &str, rows: &[String]) {
        if !rows.is_empty() {
            let statement = format!("INSERT INTO {into} VALUES {};", rows.join(", "));
            self.add(&statement);
        }
    }

    fn dimensions(&mut self) {
        self.add(
            "CREATE CALENDAR FROM '2024-01-01' TO '2024-06-30' LEVELS (Month, Quarter);
             CREATE DIMENSION Region (Name TEXT);
             CREATE DIMENSION Country (Name TEXT, Region Region);
             CREATE DIMENSION Category (Name TEXT);
             CREATE DIMENSION Product (Name TEXT, Category Category);
             CREATE DIMENSION Team (Name TEXT);
             CREATE DIMENSION Employee (Name TEXT, Team Team, Grade INTEGER, Lead Employee) DISPLAY Lead ORDER BY Grade DESC;
             CREATE DIMENSION Big (Name TEXT);
             CREATE DIMENSION Large (Name TEXT);
             CREATE DIMENSION Store (Name TEXT, Country Country, Rent NUMBER, Manager Employee) DISPLAY Rent ORDER BY Rent;
             INSERT INTO Region VALUES ('EMEA'), ('APAC');
             INSERT INTO Category VALUES ('Hot'), ('Cold');
             INSERT INTO Team VALUES ('Open'), ('Closed');",
        );
        let countries: Vec<String> = COUNTRIES.iter().map(|(name, region)| format!("('{name}', '{region}')")).collect();
        self.rows("Country", &countries);
        let products: Vec<String> = (0..PRODUCTS).map(|p| format!("('P{p}', '{}')", ["Hot", "Cold"][p % 2])).collect();
        self.rows("Product", &products);
        // Hidden people stand between the visible ones, in each world others and not equally many.
        let mut people = Vec::new();
        for visible in 0..5 {
            for ghost in 0..self.hidden.below(3) {
                let grade = self.hidden.below(9);
                // Hidden people may be led by visible ones that come before them, so that no circle goes through a link that is not seen.
                let lead = if visible > 0 && self.hidden.percent(50) { format!("'E{}'", visible - 1) } else { "NULL".to_owned() };
                people.push(format!("('Ghost-{}-{visible}-{ghost}', 'Closed', {grade}, {lead})", self.letter));
            }
            let grade = self.seen.below(9);
            let lead = match self.seen.below(4) {
                0 if visible > 0 => format!("'E{}'", self.seen.below(visible)),
                // Hidden in this world, or nobody.
                1 if self.hidden.percent(50) => format!("'Ghost-{}'", self.letter),
                _ => "NULL".to_owned(),
            };
            people.push(format!("('E{visible}', 'Open', {grade}, {lead})"));
        }
        people.push(format!("('Ghost-{}', 'Closed', 1, NULL)", self.letter));
        self.rows("Employee", &people);
        let stores: Vec<String> = (0..STORES).map(|s| self.store(s)).collect();
        self.rows("Store", &stores);
    }

    fn store(&mut self, store: usize) -> String {
        let rent = self.draw(is_seen(store)).fraction();
        let manager = self.employee(true);
        format!("('S{store}', '{}', {rent}, {manager})", country(store))
    }

    /// Somebody; where the choice falls on a hidden one, whoever that is in this world, or nobody at all.
    fn employee(&mut self, visible: bool) -> String {
        let choice = self.draw(visible).below(7);
        match choice {
            0..5 => format!("'E{choice}'"),
            _ if self.hidden.percent(30) => "NULL".to_owned(),
            _ => format!("'Ghost-{}'", self.letter),
        }
    }

    fn metrics(&mut self) {
        self.add(
            "CREATE METRIC Sales NUMBER BY (Product, Store, Month);
             CREATE METRIC Price NUMBER BY (Product, Month);
             CREATE METRIC Pay NUMBER BY (Employee, Month);
             CREATE METRIC Boss Employee BY (Store);
             CREATE METRIC Flag BOOLEAN BY (Store, Month);
             CREATE METRIC Note TEXT BY (Product, Store);
             CREATE SUBSET Near OF Store AS Store.Country.Region = Region.\"EMEA\";
             CREATE METRIC Target NUMBER BY (Near, Month);
             CREATE METRIC Pieces INTEGER BY (Product, Store, Month);
             CREATE METRIC Revenue NUMBER BY (Product, Store, Month) AS Sales * Price;
             CREATE METRIC Fee DECIMAL(38, 2) BY (Product, Store, Month) AS ROUND(Sales * 1.07, 2);
             CREATE METRIC \"By Country\" NUMBER BY (Product, Country, Month) AS Sales[BY SUM: Store.Country];
             CREATE METRIC Everything NUMBER BY (Month) AS Sales[REMOVE: Product, Store];
             CREATE LIST Ledger (Store Store, Employee Employee, Month Month, Amount NUMBER, Remark TEXT);
             CREATE METRIC One NUMBER BY (Month) AS 1[ADD: Month];",
        );
        // Readable to all, and the same in both worlds; what they are made of is neither.
        self.add(
            "CREATE METRIC \"Zero sales\" NUMBER BY (Product, Month) AS RESETACCESSRIGHTS(Sales[REMOVE: Store]) * 0 + Price;
             CREATE METRIC \"Zero choice\" NUMBER BY (Product, Month) AS Price + IF(ISBLANK(RESETACCESSRIGHTS(Sales[SELECT: Store.\"S1\"])), 0, 0);
             CREATE METRIC \"Zero pay\" NUMBER BY (Month) AS RESETACCESSRIGHTS(Pay)[REMOVE: Employee] * 0 + One;
             CREATE METRIC \"Zero people\" NUMBER BY (Month) AS RESETACCESSRIGHTS(SUMOF(1[ADD: Employee])) * 0 + One;
             CREATE METRIC \"Zero rent\" NUMBER BY (Month) AS RESETACCESSRIGHTS(SUMOF(Store.Rent)) * 0 + One;
             CREATE METRIC \"Zero ledger\" NUMBER BY (Month) AS RESETACCESSRIGHTS(Ledger.Amount[BY: Ledger.Month]) * 0 + One;
             CREATE METRIC \"Zero managed\" NUMBER BY (Employee, Month) AS RESETACCESSRIGHTS(Sales[BY: Store.Manager][REMOVE: Product]) * 0 + Pay;
             CREATE METRIC \"Zero boss\" NUMBER BY (Month) AS RESETACCESSRIGHTS(Sales[BY: Boss][REMOVE: Product, Employee]) * 0 + One;",
        );
        // Where rights do not pass through formulas, each of these shows whatever its own rights let through.
        if self.inherits {
            self.add(
                "CREATE METRIC Counted NUMBER BY (Country, Month) AS Sales[REMOVE: Product][BY: Store.Country] + Flag[FILTER: Flag][BY COUNT: Store.Country];
             CREATE METRIC Rented NUMBER BY (Store) AS Store.Rent * 2;
             CREATE METRIC Balance NUMBER BY (Product, Store, Month) AS PREVIOUS(Month) + Sales;
             CREATE METRIC Paid NUMBER BY (Team, Month) AS Pay[BY: Employee.Team];
             CREATE METRIC Spent NUMBER BY (Country, Month) AS Ledger.Amount[BY: Ledger.Store.Country, Ledger.Month];",
            );
        }
        let (mut sales, mut pieces, mut notes, mut flags, mut bosses, mut prices) = (vec![], vec![], vec![], vec![], vec![], vec![]);
        let mut targets = vec![];
        for store in 0..STORES {
            for product in 0..PRODUCTS {
                let visible = is_seen(store) || is_granted(product, store);
                for month in 1..=MONTHS {
                    let random = self.draw(visible);
                    let (there, value, pieces_there, count) =
                        (random.percent(60), random.fraction(), random.percent(40), random.below(12) as i64 - 3);
                    if there {
                        sales.push(format!("('P{product}', 'S{store}', '2024-0{month}', {value})"));
                    }
                    if pieces_there {
                        pieces.push(format!("('P{product}', 'S{store}', '2024-0{month}', {count})"));
                    }
                }
                let random = self.draw(visible);
                let (there, text) = (random.percent(70), random.pick(&["7", "12", "0", "abc", "7.5", ""]));
                if there {
                    notes.push(format!("('P{product}', 'S{store}', '{text}')"));
                }
            }
            for month in 1..=MONTHS {
                let random = self.draw(is_seen(store));
                let (there, value) = (random.percent(50), random.percent(50));
                if there {
                    flags.push(format!("('S{store}', '2024-0{month}', {value})"));
                }
                let (there, value) = (self.draw(is_seen(store)).percent(60), self.draw(is_seen(store)).fraction());
                if there && store % COUNTRIES.len() < 2 {
                    targets.push(format!("('S{store}', '2024-0{month}', {value})"));
                }
            }
            let boss = self.employee(is_seen(store));
            bosses.push(format!("('S{store}', {boss})"));
        }
        for product in 0..PRODUCTS {
            for month in 1..=MONTHS {
                let value = self.seen.fraction();
                prices.push(format!("('P{product}', '2024-0{month}', {value})"));
            }
        }
        self.rows("Sales", &sales);
        self.rows("Pieces", &pieces);
        self.rows("Note", &notes);
        self.rows("Flag", &flags);
        self.rows("Target", &targets);
        self.rows("Boss", &bosses);
        self.rows("Price", &prices);
        self.pay();
        self.ledger();
    }

    fn pay(&mut self) {
        let mut rows = Vec::new();
        for month in 1..=MONTHS {
            for employee in 0..5 {
                let value = self.seen.fraction();
                rows.push(format!("('E{employee}', '2024-0{month}', {value})"));
            }
            if self.hidden.percent(70) {
                let value = self.hidden.fraction();
                rows.push(format!("('Ghost-{}', '2024-0{month}', {value})", self.letter));
            }
        }
        self.rows("Pay", &rows);
    }

    fn ledger(&mut self) {
        let mut rows = Vec::new();
        for entry in 0..40 {
            // Between two visible rows stand some that only this world has.
            for _ in 0..self.hidden.below(3) {
                let (amount, month) = (self.hidden.fraction(), self.hidden.below(MONTHS) + 1);
                let store = [1, 3, 5, 7][self.hidden.below(4)];
                rows.push(format!("('S{store}', 'E1', '2024-0{month}', {amount}, 'only {}')", self.letter));
                rows.push(format!("('S0', 'Ghost-{}', '2024-0{month}', {amount}, 'only {}')", self.letter, self.letter));
            }
            let (amount, month, store, who) =
                (self.seen.fraction(), self.seen.below(MONTHS) + 1, [0, 2, 4, 6][self.seen.below(4)], self.seen.below(5));
            rows.push(format!("('S{store}', 'E{who}', '2024-0{month}', {amount}, 'r{}')", entry % 5));
        }
        self.rows("Ledger", &rows);
    }

    fn rights(&mut self) {
        if !self.inherits {
            self.add("ALTER APPLICATION SET INHERITANCE OFF;");
        }
        self.add(
            "CREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Open Boards\", \"Use formula playground\", \"Export Data\", \"Configure Views\")
                 READ UNSPECIFIED WRITE DENIED;
             CREATE ROLE Builder PERMISSIONS (\"Display Application\", \"Open Boards\", \"Configure Blocks\", \"Use formula playground\",
                 \"Add & remove List Items\", \"View Application and Blocks updates\", \"Create scenarios\", \"Delete scenarios\")
                 READ UNSPECIFIED WRITE ALLOWED;
             CREATE ROLE Keeper PERMISSIONS (\"Display Application\", \"Add & remove List Items\") READ UNSPECIFIED WRITE ALLOWED;
             CREATE USER 'u';
             CREATE USER 'm';
             CREATE USER 'i';
             GRANT ROLE Builder TO USER 'm';
             GRANT ROLE Keeper TO USER 'i';",
        );
        // In one commit: how many there were is no secret.
        self.add("BEGIN;");
        for other in 0..self.hidden.below(3) {
            let statement = format!("CREATE USER 'other-{}-{other}';", self.letter);
            self.add(&statement);
        }
        self.add(
            "CREATE USER 'last';
             COMMIT;
             GRANT ROLE Planner TO ALL USERS;
             CREATE METRIC CountryRights ACCESS RIGHTS BY (User, Country);
             CREATE METRIC PairRights ACCESS RIGHTS BY (User, Product, Store);
             CREATE METRIC ProductRights ACCESS RIGHTS BY (User, Product);
             CREATE METRIC TeamRights ACCESS RIGHTS BY (User, Team);
             CREATE RULE countries APPLY READ OF CountryRights THROUGH Store.Country TO ALL METRICS WITH (Store);
             CREATE RULE totals APPLY READ OF CountryRights TO ALL METRICS WITH (Country);
             CREATE RULE pairs APPLY READ OF PairRights TO ALL METRICS WITH (Product, Store);
             CREATE RULE prices APPLY READ OF ProductRights TO Price;
             CREATE RULE people APPLY READ OF TeamRights THROUGH Employee.Team TO ITEMS OF Employee;
             CREATE RULE pay APPLY READ OF TeamRights THROUGH Employee.Team TO ALL METRICS WITH (Employee);
             CREATE RULE rent APPLY READ OF CountryRights THROUGH Store.Country TO PROPERTY Store.Rent;
             CREATE RULE ledger APPLY READ OF CountryRights THROUGH Store.Country TO LIST Ledger;
             CREATE METRIC OpenRights ACCESS RIGHTS BY (User);
             CREATE RULE open APPLY READ OF OpenRights TO One, \"Zero pay\", \"Zero people\", \"Zero rent\", \"Zero ledger\", \"Zero boss\";
             CREATE RULE products APPLY READ OF ProductRights TO \"Zero sales\", \"Zero choice\";
             INSERT INTO TeamRights VALUES ('last', 'Closed', 'r.');",
        );
        let each = |grant: &dyn Fn(&str) -> Vec<String>| PEOPLE.iter().flat_map(|who| grant(who)).collect::<Vec<String>>();
        self.rows("TeamRights", &each(&|who| vec![format!("('{who}', 'Open', 'r.')")]));
        self.rows("OpenRights", &each(&|who| vec![format!("('{who}', 'r.')")]));
        self.rows("CountryRights", &each(&|who| SEEN.iter().map(|c| format!("('{who}', '{c}', 'r.')")).collect()));
        self.rows("ProductRights", &each(&|who| (0..PRODUCTS).map(|p| format!("('{who}', 'P{p}', 'r.')")).collect()));
        let mut pairs = Vec::new();
        for product in 0..PRODUCTS {
            for store in 0..STORES {
                if is_granted(product, store) {
                    pairs.extend(PEOPLE.iter().map(|who| format!("('{who}', 'P{product}', 'S{store}', 'r.')")));
                }
                if self.hidden.percent(30) {
                    pairs.push(format!("('last', 'P{product}', 'S{store}', 'r-')"));
                }
            }
        }
        self.rows("PairRights", &pairs);
        self.saved();
    }

    /// Scenarios in which other hidden cells are changed, one of them a secret itself, and a snapshot with somebody who is gone since.
    fn scenarios(&mut self) {
        self.add(
            "CREATE SCENARIO Up;
             CREATE SCENARIO Secret;
             CREATE SCENARIO Late FROM Up;
             GRANT NONE ON SCENARIO Secret TO ROLE Planner;
             GRANT NONE ON SCENARIO Secret TO ROLE Builder;
             GRANT NONE ON SCENARIO Secret TO ROLE Keeper;
             GRANT READ ON SCENARIO Late TO ROLE Builder;
             ALTER METRIC Price IN SCENARIO Up AS Price * 1.5;",
        );
        let (grade, pay) = (self.hidden.below(9), self.hidden.fraction());
        let gone =
            format!("INSERT INTO Employee VALUES ('Gone', 'Open', {grade}, NULL); INSERT INTO Pay VALUES ('Gone', '2024-01', {pay});");
        self.add(&gone);
        for scenario in ["Up", "Secret", "Late", "Base"] {
            let mut sales = Vec::new();
            for (store, product) in (0..STORES).flat_map(|store| (0..PRODUCTS).map(move |product| (store, product))) {
                let visible = scenario != "Secret" && (is_seen(store) || is_granted(product, store));
                let random = self.draw(visible);
                let (there, month, value) = (random.percent(40), random.below(MONTHS) + 1, random.fraction());
                if there {
                    sales.push(format!("('P{product}', 'S{store}', '2024-0{month}', {value})"));
                }
            }
            self.add(&format!("USE SCENARIO {scenario};"));
            self.rows("Sales", &sales);
        }
        self.add("CREATE SNAPSHOT Plan; DELETE FROM Employee WHERE Name = 'Gone';");
    }

    /// Tables and views, made by the owner, who sees everything.
    fn saved(&mut self) {
        self.add(
            "CREATE TABLE PnL OF (Sales, Pieces, Revenue);
             CREATE TABLE Grants OF (CountryRights);
             CREATE VIEW Totals AS SELECT Store.Country AS Country, SUM(Sales) AS Total, COUNT(*) AS Cells FROM Sales GROUP BY 1;
             CREATE VIEW Ranked AS SELECT Country, Total, RANK() OVER (ORDER BY Total DESC) AS Place FROM Totals;
             CREATE VIEW Payroll AS SELECT Employee, Employee.Lead AS Lead, SUM(Pay) AS Pay FROM Pay
                 WHERE Employee NOT IN ('Ghost-A', 'E0') OR 1 / (Pay - 7) > 2 GROUP BY 1, 2;
             CREATE VIEW Granted AS SELECT User, Country, CountryRights FROM CountryRights;
             CREATE VIEW Known AS SELECT table_name AS Name, comment AS Comment FROM information_schema.tables;
             COMMENT ON METRIC Sales IS 'pieces that went over the counter';
             COMMENT ON METRIC CountryRights IS 'who may see what';
             COMMENT ON DIMENSION Employee IS 'people';
             COMMENT ON LIST Ledger IS 'postings';
             COMMENT ON TABLE PnL IS 'side by side';
             COMMENT ON VIEW Granted IS 'who sees what';",
        );
    }
}

/// Keeps everything that a session is told.
#[derive(Default)]
struct Heard {
    outcome: Outcome,
    progress: Vec<Progress>,
}

impl ResultSink for Heard {
    fn table(&mut self, statement: usize, table: &Table) {
        self.outcome.table(statement, table);
    }

    fn message(&mut self, statement: usize, text: &str) {
        self.outcome.message(statement, text);
    }

    fn progress(&mut self, progress: &Progress) {
        self.progress.push(progress.clone());
    }
}

/// Everything that comes back, as bytes: what an IPC stream of the batches holds; the error, the messages, the progress.
pub(crate) fn answer(session: &Session, question: &str) -> (Vec<u8>, String) {
    let mut heard = Heard::default();
    let mut text = String::new();
    if let Err(e) = session.run(question, &mut heard) {
        write!(text, "error: {e}").unwrap();
    }
    write!(text, "{:?}{:?}", heard.outcome.messages, heard.progress).unwrap();
    let mut bytes = Vec::new();
    for (_, table) in &heard.outcome.tables {
        write!(text, "{:?}", table.columns).unwrap();
        for batch in &table.batches {
            let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema()).unwrap();
            writer.write(batch).unwrap();
            writer.finish().unwrap();
        }
    }
    (bytes, text)
}

pub(crate) fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Asks so many questions in both worlds; gives how many had rows, and how many were refused.
fn compare(worlds: std::ops::Range<u64>) {
    let questions = number("SMALT_PAIRS", 2_000) / 20;
    let (mut rows, mut refused, mut plans, mut explained, mut values, mut opened) = (0, 0, 0, 0, 0, 0);
    for world in worlds {
        let seed = number("SMALT_SEED", 1) * 1_000 + world;
        let (a, b) = (World::with(&Model::new(seed, 'A').script), World::with(&Model::new(seed, 'B').script));
        let differ = "SELECT SUM(Sales), COUNT(*) FROM Sales";
        assert_ne!(a.run(differ), b.run(differ), "the worlds must differ for the owner");
        let sessions = PEOPLE.map(|who| [&a, &b].map(|world| world.app.session(who).unwrap()));
        let mut random = Random::new(seed.wrapping_mul(31));
        for _ in 0..questions {
            let person = [0, 0, 0, 1, 2][random.below(5)];
            let (who, [in_a, in_b]) = (PEOPLE[person], &sessions[person]);
            let asked = question(&mut random);
            let (bytes_a, text_a) = answer(in_a, &asked);
            let (bytes_b, text_b) = answer(in_b, &asked);
            assert_eq!(text_a, text_b, "seed {seed}, {who}: {asked}");
            assert!(bytes_a == bytes_b, "seed {seed}, {who}: {asked}\n{}\n{}", a.as_user(who, &asked), b.as_user(who, &asked));
            for hidden in ["Ghost-A", "Ghost-B", "only A", "only B", "other-"] {
                let found = text_a.contains(hidden) || bytes_a.windows(hidden.len()).any(|w| w == hidden.as_bytes());
                assert!(!found || asked.contains(hidden), "seed {seed}, {who}: `{hidden}` came out of {asked}");
            }
            rows += usize::from(!bytes_a.is_empty());
            refused += usize::from(text_a.starts_with("error"));
            let is_plan = who == "u" && (asked.starts_with("EXPLAIN SELECT") || asked.starts_with("EXPLAIN WITH"));
            plans += usize::from(is_plan);
            explained += usize::from(is_plan && !text_a.starts_with("error"));
            values += usize::from(asked.starts_with("EXPLAIN VALUE"));
            let holds = |text: &str| bytes_a.windows(text.len()).any(|w| w == text.as_bytes());
            // What stands below the value is set in.
            opened += usize::from(asked.starts_with("EXPLAIN VALUE") && holds("  ") && !holds("(made of"));
        }
    }
    assert!(opened * 10 > values || values < 10, "{opened} of {values} values were taken apart");
    assert!(explained * 2 > plans || plans < 5, "{explained} of {plans} plans were explained");
    // Questions that are all refused, or all empty, would prove nothing.
    assert!(rows * 2 > refused, "{rows} with rows, {refused} refused");
}

#[test]
fn the_user_cannot_tell_the_worlds_apart_1() {
    compare(0..5);
}

#[test]
fn the_user_cannot_tell_the_worlds_apart_2() {
    compare(5..10);
}

#[test]
fn the_user_cannot_tell_the_worlds_apart_3() {
    compare(10..15);
}

#[test]
fn the_user_cannot_tell_the_worlds_apart_4() {
    compare(15..20);
}

/// The masks let through what they should: the user sees exactly the cells of the visible part.
#[test]
fn the_user_sees_what_is_granted() {
    let world = World::with(&Model::new(7, 'A').script);
    let all = "SELECT Product, Store, Month, Sales FROM Sales";
    let owner = world.run(all);
    let place = |line: &str| -> (usize, usize) {
        let mut fields = line.split(',').map(|f| f.trim_start_matches(['P', 'S']).parse::<usize>());
        (fields.next().unwrap().unwrap(), fields.next().unwrap().unwrap())
    };
    let seen = |line: &&str| {
        let (product, store) = place(line);
        is_seen(store) || is_granted(product, store)
    };
    let expected = owner.lines().filter(seen).collect::<Vec<_>>().join("\n");
    assert!(!expected.is_empty() && expected != owner);
    assert_eq!(world.as_user("u", all), expected);
    assert_eq!(world.as_user("u", "SELECT * FROM Employee ORDER BY Employee.Position").lines().count(), 5);
    assert_eq!(world.as_user("u", "SELECT COUNT(*) FROM Everything"), "0");
    // `last` has pairs of product and store, of which the owner's table tells.
    let pairs = world.run("SELECT Product, Store FROM PairRights WHERE User = 'last'");
    let granted = |line: &&str| pairs.lines().any(|pair| line.starts_with(&format!("{pair},")));
    assert_eq!(world.as_user("last", all), owner.lines().filter(granted).collect::<Vec<_>>().join("\n"));
}
