//! Every form of the contract, and what comes out.

use super::print::print;
use super::read;
use crate::statement::ast::*;

/// Reads one statement and compares its plain form.
fn check(script: &str, expected: &str) {
    let statements = read(script).unwrap_or_else(|error| panic!("{script}: {error}"));
    let printed: Vec<_> = statements.iter().map(|statement| print(statement, script)).collect();
    assert_eq!(printed, [expected], "of {script}");
}

#[test]
fn the_model() {
    check("CREATE DIMENSION Region (Name TEXT);", r#"CREATE DIMENSION "Region" ("Name" TEXT)"#);
    check(
        "CREATE DIMENSION Country (Name TEXT, Region Region, Currency TEXT);",
        r#"CREATE DIMENSION "Country" ("Name" TEXT, "Region" "Region", "Currency" TEXT)"#,
    );
    check(
        "CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country, Opened DATE) DISPLAY Label ORDER BY Opened DESC;",
        concat!(
            r#"CREATE DIMENSION "Store" ("Code" TEXT, "Label" TEXT, "Country" "Country", "Opened" DATE) "#,
            r#"DISPLAY "Label" ORDER BY "Opened" DESC"#
        ),
    );
    check("create dimension s (a text) order by a asc display a", r#"CREATE DIMENSION "s" ("a" TEXT) DISPLAY "a" ORDER BY "a" ASC"#);
    check("CREATE DIMENSION D (n TEXT, p DATE) ORDER BY p", r#"CREATE DIMENSION "D" ("n" TEXT, "p" DATE) ORDER BY "p" ASC"#);
    check(
        r#"CREATE SUBSET "Top stores" OF Store AS Store.Opened < DATE(2020,1,1);"#,
        r#"CREATE SUBSET "Top stores" OF "Store" AS $$Store.Opened < DATE(2020,1,1)$$"#,
    );
    check(
        "CREATE CALENDAR FROM '2024-01-01' TO '2026-12-31' LEVELS (Month, Quarter, Year) FISCAL YEAR STARTS IN 4;",
        "CREATE CALENDAR 2024-01-01 2026-12-31 (Month, Quarter, Year) FISCAL 4",
    );
    check(
        "CREATE CALENDAR FROM DATE '2024-01-01' TO '2024-12-31' LEVELS (day, WEEK, half)",
        "CREATE CALENDAR 2024-01-01 2024-12-31 (Day, Week, Half)",
    );
    check(
        "CREATE LIST Ledger (CostCentre CostCentre, Account Account, Date DATE, Amount NUMBER);",
        r#"CREATE LIST "Ledger" ("CostCentre" "CostCentre", "Account" "Account", "Date" DATE, "Amount" NUMBER)"#,
    );
    check(r#"CREATE TABLE PnL OF (Revenue, COGS, "Gross Margin");"#, r#"CREATE TABLE "PnL" OF ("Revenue", "COGS", "Gross Margin")"#);
    check("CREATE VIEW Summary AS SELECT 1;", r#"CREATE VIEW "Summary" AS {SELECT 1}"#);
    check(
        "ALTER VIEW Summary AS WITH a AS (SELECT 1) SELECT * FROM a",
        r#"ALTER VIEW "Summary" AS {WITH a AS (SELECT 1) SELECT * FROM a}"#,
    );
    check("ALTER VIEW Summary RENAME TO Total", r#"ALTER VIEW "Summary" RENAME TO "Total""#);
    check("COMMENT ON METRIC Revenue IS 'it''s gross';", r#"COMMENT ON metric "Revenue" IS 'it's gross'"#);
    check("COMMENT ON DIMENSION Store IS NULL", r#"COMMENT ON dimension "Store" IS NULL"#);
}

#[test]
fn metrics_and_their_types() {
    check("CREATE METRIC Volume NUMBER BY (Product, Store, Month);", r#"CREATE METRIC "Volume" NUMBER BY ("Product", "Store", "Month")"#);
    check(
        "CREATE METRIC Revenue NUMBER BY (Product, Store, Month) AS Volume * Price * FX[BY: Store.Country];",
        r#"CREATE METRIC "Revenue" NUMBER BY ("Product", "Store", "Month") AS $$Volume * Price * FX[BY: Store.Country]$$"#,
    );
    check("CREATE METRIC Rate NUMBER AS 5;", r#"CREATE METRIC "Rate" NUMBER BY () AS $$5$$"#);
    check("CREATE METRIC m INTEGER BY ()", r#"CREATE METRIC "m" INTEGER BY ()"#);
    check("CREATE METRIC m boolean BY (D)", r#"CREATE METRIC "m" BOOLEAN BY ("D")"#);
    check("CREATE METRIC m DECIMAL(18, 2) BY (D)", r#"CREATE METRIC "m" DECIMAL(18, 2) BY ("D")"#);
    check("CREATE METRIC m Decimal(1,0)", r#"CREATE METRIC "m" DECIMAL(1, 0) BY ()"#);
    check("CREATE METRIC m TEXT", r#"CREATE METRIC "m" TEXT BY ()"#);
    check("CREATE METRIC m DATE", r#"CREATE METRIC "m" DATE BY ()"#);
    check("CREATE METRIC 'Team of' Team".replace('\'', "\"").as_str(), r#"CREATE METRIC "Team of" "Team" BY ()"#);
    check(r#"CREATE METRIC m "Date""#, r#"CREATE METRIC "m" "Date" BY ()"#);
    check("CREATE METRIC Access Access BY (Rights)", r#"CREATE METRIC "Access" "Access" BY ("Rights")"#);
    check(
        "CREATE METRIC CountryRights ACCESS RIGHTS BY (User, Country) AS ACCESSRIGHTS(User.Country = Country, BLANK);",
        r#"CREATE METRIC "CountryRights" ACCESS RIGHTS BY ("User", "Country") AS $$ACCESSRIGHTS(User.Country = Country, BLANK)$$"#,
    );
    check("CREATE METRIC Margin% NUMBER AS Margin / Revenue", r#"CREATE METRIC "Margin%" NUMBER BY () AS $$Margin / Revenue$$"#);
    check("CREATE METRIC Überschuß NUMBER", r#"CREATE METRIC "Überschuß" NUMBER BY ()"#);
}

#[test]
fn formulas_are_kept_byte_for_byte() {
    check("EVALUATE Volume * 2;", "EVALUATE $$Volume * 2$$");
    check("EVALUATE\n  'Gross Margin' -- not a minus of a minus\n + 1;", "EVALUATE $$'Gross Margin' -- not a minus of a minus\n + 1$$");
    check("EVALUATE a // half; of it\n / 2;", "EVALUATE $$a // half; of it\n / 2$$");
    check("EVALUATE /* first */ a;", "EVALUATE $$/* first */ a$$");
    check("EVALUATE $$ a; // don't\n b $$ ;", "EVALUATE $$a; // don't\n b$$");
    check("EVALUATE /* bracketed */ $$a$$ -- done\n;", "EVALUATE $$a$$");
    check("EVALUATE x[SELECT: Month - 1; REMOVE: D];", "EVALUATE $$x[SELECT: Month - 1; REMOVE: D]$$");
    check("EVALUATE \"a;$$b\" & 'c;d';", "EVALUATE $$\"a;$$b\" & 'c;d'$$");
    check("ALTER METRIC Revenue AS Volume * Price;", r#"ALTER METRIC "Revenue" AS $$Volume * Price$$"#);
    check("ALTER METRIC Revenue AS\n\n  $$\n  A + B\n$$;", r#"ALTER METRIC "Revenue" AS $$A + B$$"#);
}

#[test]
fn a_formula_knows_its_place() {
    let script = "SELECT 1;\n  EVALUATE $$\n   Ä +\n  B$$;";
    let statements = read(script).unwrap();
    let Some(Statement::Evaluate(formula)) = statements.last() else { panic!("a formula") };
    assert_eq!((formula.at.line, formula.at.column), (3, 4));
    let b = formula.place(formula.text.find('B').unwrap());
    assert_eq!((b.line, b.column, b.offset), (4, 3, script.find("B$$").unwrap()));
}

#[test]
fn changes_of_the_model() {
    check("ALTER METRIC Revenue DROP FORMULA;", r#"ALTER METRIC "Revenue" DROP FORMULA"#);
    check(r#"ALTER METRIC Revenue RENAME TO "Net ""Revenue""";"#, r#"ALTER METRIC "Revenue" RENAME TO "Net "Revenue"""#);
    check("ALTER METRIC Price IN SCENARIO Upside AS Price * 1.05;", r#"ALTER METRIC "Price" IN "Upside" AS $$Price * 1.05$$"#);
    check("ALTER METRIC Price IN SCENARIO Upside DROP FORMULA;", r#"ALTER METRIC "Price" IN "Upside" DROP FORMULA"#);
    check("ALTER DIMENSION Country ADD PROPERTY Zone Zone;", r#"ALTER DIMENSION "Country" ADD PROPERTY "Zone" "Zone""#);
    check(
        "ALTER DIMENSION Country ADD PROPERTY Big BOOLEAN AS Country.Size > 3 // big;\n;",
        r#"ALTER DIMENSION "Country" ADD PROPERTY "Big" BOOLEAN AS $$Country.Size > 3 // big;$$"#,
    );
    check("ALTER DIMENSION User ADD PROPERTY Id INTEGER;", r#"ALTER DIMENSION "User" ADD PROPERTY "Id" INTEGER"#);
    check("ALTER DIMENSION Country DROP PROPERTY Zone;", r#"ALTER DIMENSION "Country" DROP PROPERTY "Zone""#);
    check("ALTER DIMENSION Country RENAME TO Land;", r#"ALTER DIMENSION "Country" RENAME TO "Land""#);
    check("ALTER DIMENSION Country RENAME PROPERTY a TO b;", r#"ALTER DIMENSION "Country" RENAME PROPERTY "a" TO "b""#);
    check("ALTER DIMENSION Country ORDER BY Size DESC;", r#"ALTER DIMENSION "Country" ORDER BY "Size" DESC"#);
    check("ALTER DIMENSION Country ORDER BY Size", r#"ALTER DIMENSION "Country" ORDER BY "Size" ASC"#);
    check("ALTER DIMENSION Country DROP ORDER BY", r#"ALTER DIMENSION "Country" DROP ORDER BY"#);
    check("ALTER DIMENSION Country DISPLAY \"Long name\"", r#"ALTER DIMENSION "Country" DISPLAY "Long name""#);
    check("ALTER DIMENSION Country DROP DISPLAY", r#"ALTER DIMENSION "Country" DROP DISPLAY"#);
    check("ALTER LIST L ADD COLUMN c NUMBER", r#"ALTER LIST "L" ADD COLUMN "c" NUMBER"#);
    check("ALTER LIST L DROP PROPERTY c", r#"ALTER LIST "L" DROP COLUMN "c""#);
    check("ALTER LIST L RENAME COLUMN c TO d", r#"ALTER LIST "L" RENAME COLUMN "c" TO "d""#);
    check("ALTER SUBSET s AS Store.Open // yes", r#"ALTER SUBSET "s" AS $$Store.Open // yes$$"#);
    check("ALTER SUBSET s RENAME TO t", r#"ALTER SUBSET "s" RENAME TO "t""#);
    check("ALTER TABLE PnL OF (Revenue, Cost)", r#"ALTER TABLE "PnL" OF ("Revenue", "Cost")"#);
    check("ALTER TABLE PnL RENAME TO Result", r#"ALTER TABLE "PnL" RENAME TO "Result""#);
    check("CREATE VIEW v (a, \"b c\") AS SELECT 1, 2", r#"CREATE VIEW "v" ("a", "b c") AS {SELECT 1, 2}"#);
    check("ALTER LIST L RENAME TO K", r#"ALTER LIST "L" RENAME TO "K""#);
    for kind in ObjectKind::ALL {
        check(&format!("drop {kind} Revenue"), &format!(r#"DROP {} "Revenue""#, kind.word()));
        check(&format!("COMMENT ON {} x IS ''", kind.word()), &format!(r#"COMMENT ON {kind} "x" IS ''"#));
    }
}

#[test]
fn loads() {
    check("COPY Store FROM 'stores.csv';", r#"COPY "Store" FROM 'stores.csv' Error Error"#);
    check(
        "COPY Volume FROM 'volume.parquet' (product -> Product, store -> Store, m -> Month, qty -> Volume);",
        concat!(
            r#"COPY "Volume" FROM 'volume.parquet' "#,
            r#"("product" -> "Product", "store" -> "Store", "m" -> "Month", "qty" -> "Volume") Error Error"#
        ),
    );
    check(
        "COPY RegionRights FROM 'grants.csv' (user_id -> User.Id, region -> Region, 'r.' -> RegionRights)
            WITH (unknown = create, duplicates = last, rejects = 'bad.csv');",
        concat!(
            r#"COPY "RegionRights" FROM 'grants.csv' "#,
            r#"("user_id" -> "User"."Id", "region" -> "Region", 'r.' -> "RegionRights") Create Last 'bad.csv'"#
        ),
    );
    check(
        r#"COPY x FROM 'f.csv' ("the ""column""" -> "Start Month", from -> a) WITH (DUPLICATES = SUM)"#,
        r#"COPY "x" FROM 'f.csv' ("the "column"" -> "Start Month", "from" -> "a") Error Sum"#,
    );
    check("COPY x FROM 'f.csv' WITH (unknown = skip)", r#"COPY "x" FROM 'f.csv' Skip Error"#);
    check("COPY x FROM 'f.csv' WITH (unknown = error, duplicates = error)", r#"COPY "x" FROM 'f.csv' Error Error"#);
    check("COPY (SELECT (1), ')' FROM a) TO 'out.parquet';", "COPY TO {SELECT (1), ')' FROM a} 'out.parquet'");
    check("COPY ((SELECT 1) UNION (SELECT 2)) TO 'o.csv'", "COPY TO {(SELECT 1) UNION (SELECT 2)} 'o.csv'");
}

#[test]
fn changes_of_data() {
    check(
        "INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA');",
        r#"INSERT "Country" ("Name", "Region") VALUES ('France', 'EMEA')"#,
    );
    check(
        "INSERT INTO Volume (Product, Store, Month, Volume) VALUES ('P1', 'S1', '2024-01', 10), (1, 007, 2.50, -1.5e-3)",
        r#"INSERT "Volume" ("Product", "Store", "Month", "Volume") VALUES ('P1', 'S1', '2024-01', 10), (1, 007, 2.50, -1.5e-3)"#,
    );
    check(
        "INSERT INTO t VALUES (NULL, true, FALSE, DATE '2024-02-29', - 3, +.5, 'a''b')",
        r#"INSERT "t" VALUES (NULL, TRUE, FALSE, DATE '2024-02-29', -3, .5, 'a'b')"#,
    );
    check("INSERT INTO Volume (a, b) SELECT a, b FROM c -- all", r#"INSERT "Volume" ("a", "b") {SELECT a, b FROM c}"#);
    check("INSERT INTO Volume (SELECT 1)", r#"INSERT "Volume" {(SELECT 1)}"#);
    check("INSERT INTO Volume WITH a AS (SELECT 1) SELECT * FROM a", r#"INSERT "Volume" {WITH a AS (SELECT 1) SELECT * FROM a}"#);
    check("UPDATE Country SET Region = 'APAC' WHERE Name = 'Japan';", r#"UPDATE "Country" SET "Region" = {'APAC'} WHERE {Name = 'Japan'}"#);
    check(
        "UPDATE Volume SET Volume = Volume * 1.05 WHERE Store.Country = 'France';",
        r#"UPDATE "Volume" SET "Volume" = {Volume * 1.05} WHERE {Store.Country = 'France'}"#,
    );
    check(
        r#"UPDATE t SET a = COALESCE(a, (SELECT 1 FROM x WHERE y)), "b c" = NULL /* , */ , d = ', WHERE'"#,
        r#"UPDATE "t" SET "a" = {COALESCE(a, (SELECT 1 FROM x WHERE y))}, "b c" = {NULL}, "d" = {', WHERE'}"#,
    );
    check("DELETE FROM Volume WHERE Month < '2024-06';", r#"DELETE "Volume" WHERE {Month < '2024-06'}"#);
    check("DELETE FROM Volume", r#"DELETE "Volume""#);
    check("BEGIN;", "BEGIN");
    check("begin transaction", "BEGIN");
    check("COMMIT WORK", "COMMIT");
    check("ROLLBACK;", "ROLLBACK");
    check("SET autocalc = off", "SET autocalc false");
    check("SET AUTOCALC TO ON", "SET autocalc true");
    check("RECALCULATE", "RECALCULATE");
    check("RECALCULATE METRIC a, \"b c\"", r#"RECALCULATE METRIC "a", "b c""#);
    check("RECALCULATE SCENARIO Upside", r#"RECALCULATE SCENARIO "Upside""#);
    check("RECALCULATE ALL", "RECALCULATE ALL");
    check("recalculate all in scenario Base, \"What if\"", r#"RECALCULATE ALL IN SCENARIO "Base", "What if""#);
}

#[test]
fn questions() {
    let query = "SELECT Store.Country, Month.Quarter, SUM(Revenue) FROM Revenue GROUP BY 1, 2 ORDER BY 1, 2";
    check(&format!("{query};"), &format!("{{{query}}}"));
    check("SELECT 1 /* one */ + 1 -- two\n;", "{SELECT 1 /* one */ + 1}");
    check("VALUES (1)", "{VALUES (1)}");
    check("(SELECT 1) UNION ALL (SELECT 2)", "{(SELECT 1) UNION ALL (SELECT 2)}");
    check(
        "SELECT 10 % 3, a->'b', x::int, $1 FROM Revenue AS OF REVISION 17",
        "{SELECT 10 % 3, a->'b', x::int, $1 FROM Revenue AS OF REVISION 17}",
    );
    check("EXPLAIN SELECT 1", "EXPLAIN {SELECT 1}");
    check("EXPLAIN ANALYZE SELECT 1", "EXPLAIN ANALYZE {SELECT 1}");
    check("EXPLAIN ANALYZE VERBOSE (SELECT 1)", "EXPLAIN ANALYZE VERBOSE {(SELECT 1)}");
    check("EXPLAIN FORMULA Revenue;", r#"EXPLAIN FORMULA "Revenue""#);
    check(
        "EXPLAIN VALUE Revenue AT (Product='P1', Store='S1', Month='2024-01') DEPTH 3;",
        r#"EXPLAIN VALUE "Revenue" AT ("Product" = 'P1', "Store" = 'S1', "Month" = '2024-01') Some(3)"#,
    );
    check("EXPLAIN VALUE Rate AT ()", r#"EXPLAIN VALUE "Rate" AT () None"#);
    check("EXPLAIN VALUE Rate AT (Year = 2024)", r#"EXPLAIN VALUE "Rate" AT ("Year" = 2024) None"#);
    check("EXPLAIN LEAKS ON Revenue;", r#"EXPLAIN LEAKS "Revenue""#);
    check("EXPLAIN ACCESS FOR USER 'ann@acme.com' ON Revenue;", r#"EXPLAIN ACCESS "ann@acme.com" ON "Revenue""#);
    check(
        "EXPLAIN ACCESS FOR USER 'ann@acme.com' ON Revenue AT (Product = 'P1', Month = '2024-01');",
        r#"EXPLAIN ACCESS "ann@acme.com" ON "Revenue" AT ("Product" = 'P1', "Month" = '2024-01')"#,
    );
    for words in [
        "METRICS",
        "DIMENSIONS",
        "SUBSETS",
        "LISTS",
        "TABLES",
        "VIEWS",
        "RULES",
        "USERS",
        "ROLES",
        "GROUPS",
        "SCENARIOS",
        "SNAPSHOTS",
        "REVISIONS",
    ] {
        check(&format!("show {words}"), &format!("SHOW {words}"));
    }
    check("SHOW FORMULA Revenue;", r#"SHOW FORMULA "Revenue""#);
    check("SHOW ROLE OF 'ann@acme.com'", r#"SHOW ROLE OF "ann@acme.com""#);
    check("SHOW AUDIT", "SHOW AUDIT - None");
    check("SHOW AUDIT SINCE '2026-01-01' LIMIT 10", "SHOW AUDIT '2026-01-01' Some(10)");
    check("SHOW AUDIT LIMIT 10", "SHOW AUDIT - Some(10)");
    check("DESCRIBE Revenue;", r#"DESCRIBE "Revenue""#);
    check("EXECUTE AS USER 'x' SELECT 1;", r#"EXECUTE AS USER "x" {SELECT 1}"#);
    check("VERIFY AUDIT;", "VERIFY AUDIT");
}

#[test]
fn scenarios() {
    check("CREATE SCENARIO Upside FROM Base;", r#"CREATE SCENARIO "Upside" FROM "Base""#);
    check("CREATE SCENARIO Upside", r#"CREATE SCENARIO "Upside""#);
    check("USE SCENARIO Upside;", r#"USE SCENARIO "Upside""#);
    check("ALTER SCENARIO Upside SET READ ONLY;", r#"ALTER SCENARIO "Upside" ReadOnly"#);
    check("ALTER SCENARIO Upside SET READ WRITE;", r#"ALTER SCENARIO "Upside" ReadWrite"#);
    check(
        "COMPARE SCENARIO Upside WITH Base ON Revenue BY Store.Country, Month;",
        r#"COMPARE SCENARIO "Upside" WITH "Base" ON "Revenue" BY "Store"."Country", "Month""#,
    );
    check("COMPARE SCENARIO a WITH b ON c", r#"COMPARE SCENARIO "a" WITH "b" ON "c" BY "#);
    check("MERGE SCENARIO Upside INTO Base", r#"MERGE SCENARIO "Upside" INTO "Base" Fail"#);
    check("MERGE SCENARIO Upside INTO Base ON CONFLICT FAIL", r#"MERGE SCENARIO "Upside" INTO "Base" Fail"#);
    check("MERGE SCENARIO Upside INTO Base ON CONFLICT OURS", r#"MERGE SCENARIO "Upside" INTO "Base" Ours"#);
    check("MERGE SCENARIO Upside INTO Base ON CONFLICT THEIRS", r#"MERGE SCENARIO "Upside" INTO "Base" Theirs"#);
    check("REBASE SCENARIO Upside", r#"REBASE SCENARIO "Upside""#);
    check("REVERT TO REVISION 17", "REVERT 17");
    check(r#"CREATE SNAPSHOT "Budget 2026""#, r#"CREATE SNAPSHOT "Budget 2026""#);
}

#[test]
fn people() {
    check("CREATE USER 'ann@acme.com' (Country = 'France');", r#"CREATE USER "ann@acme.com" ("Country" = 'France') Human"#);
    check("CREATE USER 'x' KIND SERVICE", r#"CREATE USER "x" () Service"#);
    check("CREATE USER x (Id = 3, ok = TRUE) KIND AI AGENT", r#"CREATE USER "x" ("Id" = 3, "ok" = TRUE) AiAgent"#);
    check("CREATE USER 'x' KIND human", r#"CREATE USER "x" () Human"#);
    check("ALTER USER 'x' SET Country = 'Spain', Id = -4", r#"ALTER USER "x" SET "Country" = 'Spain', "Id" = -4"#);
    check("ALTER USER 'x' SET (Kind = 'a')", r#"ALTER USER "x" SET "Kind" = 'a'"#);
    check("ALTER USER 'x' KIND AI AGENT", r#"ALTER USER "x" Kind(AiAgent)"#);
    check("ALTER USER 'x' DEACTIVATE", r#"ALTER USER "x" Deactivate"#);
    check("ALTER USER 'x' ACTIVATE", r#"ALTER USER "x" Activate"#);
    check("ALTER USER 'x' RENAME TO 'y'", r#"ALTER USER "x" RENAME TO "y""#);
    check("CREATE GROUP Finance", r#"CREATE GROUP "Finance""#);
    check("ALTER GROUP Finance ADD USER 'ann@acme.com', 'bob'", r#"ALTER GROUP "Finance" ADD "ann@acme.com", "bob""#);
    check("ALTER GROUP Finance DROP USER 'bob'", r#"ALTER GROUP "Finance" DROP "bob""#);
    check("ALTER GROUP Finance RENAME TO Money", r#"ALTER GROUP "Finance" RENAME TO "Money""#);
    check(
        r#"CREATE ROLE Analyst PERMISSIONS ("Display Application", "Open Boards") READ UNSPECIFIED WRITE DENIED;"#,
        r#"CREATE ROLE "Analyst" ("Display Application", "Open Boards") Some(Unspecified) Some(Denied)"#,
    );
    check("CREATE ROLE Empty PERMISSIONS ()", r#"CREATE ROLE "Empty" () None None"#);
    check("CREATE ROLE r WRITE ALLOWED PERMISSIONS (Deploy)", r#"CREATE ROLE "r" ("Deploy") None Some(Allowed)"#);
    check("CREATE ROLE r AGENTS PROPOSE", r#"CREATE ROLE "r" () None None Propose"#);
    check("ALTER ROLE r READ DENIED AGENTS WRITE", r#"ALTER ROLE "r" SET - Some(Denied) None Write"#);
    check("ALTER ROLE r READ DENIED", r#"ALTER ROLE "r" SET - Some(Denied) None"#);
    check("ALTER ROLE r SET PERMISSIONS (Deploy) WRITE ALLOWED", r#"ALTER ROLE "r" SET ("Deploy") None Some(Allowed)"#);
    check(r#"ALTER ROLE r ADD PERMISSIONS ("Open Boards")"#, r#"ALTER ROLE "r" ADD "Open Boards""#);
    check("ALTER ROLE r DROP PERMISSIONS (Deploy)", r#"ALTER ROLE "r" DROP "Deploy""#);
    check("ALTER ROLE r RENAME TO q", r#"ALTER ROLE "r" RENAME TO "q""#);
    check("GRANT ROLE Analyst TO GROUP Finance;", r#"GRANT ROLE "Analyst" TO GROUP "Finance""#);
    check("GRANT ROLE Analyst TO USER 'ann@acme.com';", r#"GRANT ROLE "Analyst" TO USER "ann@acme.com""#);
    check("GRANT ROLE Analyst TO ALL USERS;", r#"GRANT ROLE "Analyst" TO ALL USERS"#);
    check("REVOKE ROLE Analyst FROM ALL USERS;", r#"REVOKE ROLE "Analyst" FROM ALL USERS"#);
    check("REVOKE ROLE Analyst FROM GROUP Finance;", r#"REVOKE ROLE "Analyst" FROM GROUP "Finance""#);
    check("GRANT NONE ON SCENARIO Upside TO ROLE Analyst", r#"GRANT ON SCENARIO None "Upside" "Analyst""#);
    check("GRANT READ ON SCENARIO Upside TO ROLE Analyst", r#"GRANT ON SCENARIO Read "Upside" "Analyst""#);
    check("GRANT WRITE ON SCENARIO Upside TO ROLE Analyst", r#"GRANT ON SCENARIO Write "Upside" "Analyst""#);
    check("ALTER APPLICATION SET ACCESS RIGHTS STRICT", "ALTER APPLICATION AccessRights(Strict)");
    check("ALTER APPLICATION SET ACCESS RIGHTS THREE STATE", "ALTER APPLICATION AccessRights(ThreeState)");
    check("ALTER APPLICATION SET INHERITANCE ON", "ALTER APPLICATION Inheritance(true)");
    check("ALTER APPLICATION SET INHERITANCE OFF", "ALTER APPLICATION Inheritance(false)");
}

#[test]
fn rules() {
    check(
        "CREATE RULE emea APPLY READ, WRITE OF CountryRights TO Revenue, Cost;",
        r#"CREATE RULE "emea" APPLY Both OF "CountryRights" THROUGH  TO "Revenue", "Cost""#,
    );
    check(
        "CREATE RULE by_country APPLY READ OF CountryRights TO ALL METRICS WITH (Country);",
        r#"CREATE RULE "by_country" APPLY Read OF "CountryRights" THROUGH  TO ALL METRICS WITH ("Country")"#,
    );
    check(
        "CREATE RULE r APPLY WRITE OF R THROUGH Product.Category, Store.Country.Region TO ALL METRICS WITH (Product, Store);",
        concat!(
            r#"CREATE RULE "r" APPLY Write OF "R" THROUGH "Product"."Category", "Store"."Country"."Region" "#,
            r#"TO ALL METRICS WITH ("Product", "Store")"#
        ),
    );
    check(
        r#"CREATE RULE everything APPLY READ OF "Everything Rights" TO ALL METRICS WITH ();"#,
        r#"CREATE RULE "everything" APPLY Read OF "Everything Rights" THROUGH  TO ALL METRICS WITH ()"#,
    );
    check(
        "CREATE RULE pay APPLY READ OF PayRights TO PROPERTY Employee.Salary;",
        r#"CREATE RULE "pay" APPLY Read OF "PayRights" THROUGH  TO PROPERTY "Employee"."Salary""#,
    );
    check(
        "CREATE RULE people APPLY READ OF TeamRights THROUGH Employee.Team TO ITEMS OF Employee;",
        r#"CREATE RULE "people" APPLY Read OF "TeamRights" THROUGH "Employee"."Team" TO ITEMS OF "Employee""#,
    );
    check(
        "CREATE RULE ledger APPLY READ OF CountryRights TO LIST Ledger;",
        r#"CREATE RULE "ledger" APPLY Read OF "CountryRights" THROUGH  TO LIST "Ledger""#,
    );
    check("CREATE RULE a IGNORE ROLE DEFAULT READ ON Forecast;", r#"CREATE RULE "a" IGNORE Read ON "Forecast""#);
    check("CREATE RULE a IGNORE ROLE DEFAULT WRITE, READ ON F, G", r#"CREATE RULE "a" IGNORE Both ON "F", "G""#);
    check("CREATE RULE a IGNORE ROLE DEFAULT WRITE ON ALL METRICS WITH (D)", r#"CREATE RULE "a" IGNORE Write ON ALL METRICS WITH ("D")"#);
    check("CREATE RULE a APPLY READ OF r TO List, Property", r#"CREATE RULE "a" APPLY Read OF "r" THROUGH  TO "List", "Property""#);
}

#[test]
fn the_planning_benchmark_parses_whole() {
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/planbench/model.sql");
    let path = std::env::var("PLANBENCH_MODEL").unwrap_or_else(|_| model.to_owned());
    let Ok(script) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: no model of the planning benchmark; PLANBENCH_MODEL names the file");
        return;
    };
    let statements = read(&script).unwrap_or_else(|error| panic!("{error}"));
    let count = |wanted: fn(&Statement) -> bool| statements.iter().filter(|statement| wanted(statement)).count();
    for statement in &statements {
        print(statement, &script);
    }
    assert_eq!(count(|s| matches!(s, Statement::CreateDimension(_))), script.matches("\nCREATE DIMENSION").count());
    assert_eq!(count(|s| matches!(s, Statement::CreateMetric(_))), script.matches("\nCREATE METRIC").count());
    assert_eq!(count(|s| matches!(s, Statement::Copy(_))), script.matches("\nCOPY").count());
    assert_eq!(count(|s| matches!(s, Statement::CreateRule(_))), script.matches("\nCREATE RULE").count());
    let with_formula = count(|s| matches!(s, Statement::CreateMetric(m) if m.formula.is_some()));
    assert_eq!(with_formula, 16);
}
