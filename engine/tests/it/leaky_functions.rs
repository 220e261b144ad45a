//! What the documentation of PostgreSQL's row security, and of its leakproof functions, warns of, tried one by one.
//!
//! The facts are from the chapters on row security policies, on rules and privileges, and on planner statistics and security, and from the
//! reference of CREATE FUNCTION, CREATE POLICY, COPY and SET. Each test is named after one.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::two_worlds::answer;
use crate::world::World;

const MODEL: &str = "
    CREATE DIMENSION Country (Name TEXT); CREATE DIMENSION Product (Name TEXT, Cost NUMBER); CREATE DIMENSION Agent (Name TEXT, Code TEXT);
    INSERT INTO Country VALUES ('France'), ('Japan'); INSERT INTO Product VALUES ('P1', 1.5), ('P2', 2.5), ('P3', 3.5);
    CREATE METRIC Sales NUMBER BY (Country, Product); CREATE METRIC Units INTEGER BY (Country, Product);
    CREATE METRIC Label TEXT BY (Country, Product); CREATE METRIC Agents NUMBER BY (Agent);
    CREATE LIST Orders (Country Country, Product Product, Agent Agent, Amount NUMBER, Remark TEXT);
    INSERT INTO Sales VALUES ('France', 'P1', 10.5), ('France', 'P2', 20.25); INSERT INTO Units VALUES ('France', 'P1', 4), ('France', 'P2', 5);
    INSERT INTO Label VALUES ('France', 'P1', '12'), ('France', 'P2', '7.5'); INSERT INTO Agent VALUES ('Ann', 'a1');
    INSERT INTO Orders VALUES ('France', 'P1', 'Ann', 3.5, 'first'), ('France', 'P2', 'Ann', 4.5, 'second');
";
/// What only one of two worlds has: values that make functions fail, keys that clash, and more of everything.
const HIDDEN: [&str; 3] = [
    "INSERT INTO Sales VALUES ('Japan', 'P1', 0), ('Japan', 'P2', 7.125), ('Japan', 'P3', 1e308); INSERT INTO Units VALUES ('Japan', 'P1', 0), ('Japan', 'P3', 9223372036854775807);
     INSERT INTO Label VALUES ('Japan', 'P1', 'secret-1'), ('Japan', 'P2', ''); INSERT INTO Agent VALUES ('Bond', '007'), ('Bill', '006'), ('Carla', 'a2');
     INSERT INTO Orders VALUES ('Japan', 'P1', 'Ann', 0, 'secret-2'), ('France', 'P1', 'Bond', 0, 'secret-3');
     INSERT INTO Agents VALUES ('Bond', 7), ('Ann', 1);",
    "INSERT INTO Label VALUES ('Japan', 'P3', '8'); INSERT INTO Agent VALUES ('Carla', 'zz'); INSERT INTO Agents VALUES ('Ann', 1);",
    "INSERT INTO Agent VALUES ('Dora', 'a1'), ('Bond', 'x');
     INSERT INTO Orders SELECT 'Japan', Product.Name, 'Dora', 1, 'secret-4' FROM Product, generate_series(1, 2000);
     INSERT INTO Sales VALUES ('Japan', 'P1', 1), ('Japan', 'P2', -1); INSERT INTO Units VALUES ('Japan', 'P2', 0); INSERT INTO Agents VALUES ('Ann', 1), ('Dora', 2);",
];
const RIGHTS: &str = "
    CREATE ROLE Reads PERMISSIONS (\"Display Application\", \"Open Boards\", \"Use formula playground\", \"Export Data\", \"Import Data\", \"Add & remove List Items\")
        READ UNSPECIFIED WRITE ALLOWED;
    CREATE ROLE Guards PERMISSIONS (\"Display Application\", \"Open Boards\", \"Define Application security\", \"Use formula playground\")
        READ UNSPECIFIED WRITE UNSPECIFIED;
    CREATE USER 'u'; GRANT ROLE Reads TO USER 'u'; CREATE USER 'guard'; GRANT ROLE Guards TO USER 'guard'; CREATE USER 'all'; GRANT ROLE Reads TO USER 'all';
    CREATE USER 'new'; GRANT ROLE Reads TO USER 'new';
    CREATE METRIC Lands ACCESS RIGHTS BY (User, Country); CREATE METRIC Known ACCESS RIGHTS BY (User, Agent);
    INSERT INTO Lands VALUES ('u', 'France', 'rw'), ('guard', 'France', 'r.'), ('all', 'France', 'rw'), ('all', 'Japan', 'rw');
    INSERT INTO Known VALUES ('u', 'Ann', 'rw'), ('guard', 'Ann', 'r.');
    INSERT INTO Known SELECT 'all', Name, 'rw' FROM Agent;
    CREATE RULE lands APPLY READ, WRITE OF Lands TO Sales, Units, Label; CREATE RULE orders APPLY READ, WRITE OF Lands TO LIST Orders;
    CREATE RULE agents APPLY READ, WRITE OF Known TO ITEMS OF Agent; CREATE RULE known APPLY READ, WRITE OF Known TO Agents;
";

struct Worlds([World; 3]);

impl Worlds {
    fn new() -> Worlds {
        Worlds(HIDDEN.map(|hidden| World::with(&format!("{MODEL}{hidden}{RIGHTS}"))))
    }

    /// The one answer of all worlds.
    fn same(&self, user: &str, script: &str) -> String {
        let [a, b, c] = self.0.each_ref().map(|world| answer(&world.app.session(user).unwrap(), script));
        assert_eq!(a.1, b.1, "{user}: {script}");
        assert_eq!(a.1, c.1, "{user}: {script}");
        assert!(a.0 == b.0 && a.0 == c.0, "{user}: {script}");
        assert!(!a.1.contains("secret") && !a.0.windows(6).any(|bytes| bytes == b"secret"), "{user}: {script}: {}", a.1);
        a.1
    }

    /// The same rows, as text, and none refused.
    fn rows(&self, user: &str, script: &str) -> String {
        let told = self.same(user, script);
        assert!(!told.starts_with("error"), "{user}: {script}: {told}");
        self.0[0].as_user(user, script)
    }

    fn refused(&self, user: &str, script: &str, words: &str) {
        let told = self.same(user, script);
        assert!(told.starts_with("error") && told.contains(words), "{user}: {script}: {told}");
    }
}

#[test]
fn a_function_that_fails_on_its_argument_sees_no_hidden_row() {
    let worlds = Worlds::new();
    for condition in [
        "1 / Units > -5",
        "10 % Units >= 0",
        "Units * 1000000000000 > 0",
        "Units + 1 > 0",
        "-Units < 0",
        "CAST(CAST(Units AS TEXT) AS INTEGER) = Units",
        "repeat('x', Units) <> ''",
        "substr('abc', Units, 1) IS NOT NULL",
        "CASE WHEN Units = 0 THEN 1 / Units ELSE 1 END = 1",
        "Units = 0 AND 1 / Units = 1 OR TRUE",
        "COALESCE(NULLIF(Units, 0), 1 / Units) <> 0",
        "factorial(Units) > 0",
        "gcd(Units, 0) > 0",
        "power(Units, Units) > 0",
    ] {
        worlds.same("u", &format!("SELECT Country, Product, Units FROM Units WHERE {condition}"));
        worlds.same("u", &format!("SELECT Country, Product, {condition} FROM Units"));
        worlds.same("u", &format!("SELECT COUNT(*) FROM Units GROUP BY Product HAVING MIN(CASE WHEN {condition} THEN 1 ELSE 0 END) = 1"));
    }
    assert_eq!(worlds.rows("u", "SELECT Product, 20 / Units FROM Units"), "P1,5\nP2,4");
}

#[test]
fn a_cast_names_no_hidden_value_in_its_error() {
    let worlds = Worlds::new();
    for expression in [
        "CAST(Label AS DOUBLE)",
        "CAST(Label AS INTEGER)",
        "CAST(Label AS DATE)",
        "CAST(Label AS BOOLEAN)",
        "TRY_CAST(Label AS INTEGER)",
        "CAST(Label AS TIMESTAMP)",
        "to_timestamp(Label)",
        "Label = 12",
        "Label > CURRENT_DATE",
        "regexp_like(Label, Label)",
        "regexp_replace('a', Label, '(')",
        "Label LIKE '%\\'",
        "chr(CAST(Label AS INTEGER))",
        "decode(Label, 'hex')",
        "arrow_cast(Label, 'Int8')",
    ] {
        worlds.same("u", &format!("SELECT Product, {expression} FROM Label"));
        worlds.same("u", &format!("SELECT Product FROM Label WHERE ({expression}) IS NOT NULL"));
        worlds.same("u", &format!("SELECT Product, {} FROM Orders", expression.replace("Label", "Remark")));
    }
    assert_eq!(worlds.rows("u", "SELECT Product, CAST(Label AS DOUBLE) FROM Label"), "P1,12.0\nP2,7.5");
}

/// A cheap condition is taken first by a planner that goes by costs: here none comes before the mask, in whatever order they are written.
#[test]
fn a_cheap_condition_is_not_taken_before_the_policy() {
    let worlds = Worlds::new();
    for query in [
        "SELECT * FROM Sales WHERE 1 / Sales > 0 AND Country = 'Japan'",
        "SELECT * FROM Sales WHERE Country = 'Japan' AND 1 / Sales > 0",
        "SELECT * FROM (SELECT Country, Product, 1 / CAST(Sales AS INTEGER) AS x FROM Sales) AS t WHERE x > 0",
        "WITH t AS (SELECT Country, 100 / CAST(Sales AS INTEGER) AS x FROM Sales) SELECT COUNT(*) FROM t WHERE Country = 'Japan'",
        "SELECT * FROM Sales s JOIN Units u ON s.Product = u.Product AND 1 / u.Units > -9",
        "SELECT * FROM Sales s LEFT JOIN Units u ON s.Product = u.Product AND s.Country = u.Country WHERE 1 / u.Units >= 0 OR u.Units IS NULL",
        "SELECT Product FROM Product p WHERE EXISTS (SELECT 1 FROM Units u WHERE u.Product = p.Name AND 1 / u.Units > 0)",
        "SELECT * FROM Units ORDER BY 1 / Units LIMIT 1",
        "SELECT Product, SUM(1 / Units) OVER (PARTITION BY Country) FROM Units",
        "SELECT SUM(Units) FROM Units",
        "SELECT SUM(Units * 4) FROM Units",
        "SELECT SUM(Sales), MAX(Sales), AVG(Sales * 10) FROM Sales",
        "SELECT (SELECT Product FROM Sales WHERE Sales < 1) FROM Country",
    ] {
        worlds.same("u", query);
    }
}

/// `RAISE NOTICE` in a function of one's own writes down each row that it is called with; so nobody can make one, or run code.
#[test]
fn functions_with_side_effects_cannot_be_made_or_called() {
    let worlds = Worlds::new();
    for statement in [
        "CREATE FUNCTION tricky(x DOUBLE) RETURNS BOOLEAN AS 'SELECT TRUE'",
        "CREATE FUNCTION tricky(x TEXT) RETURNS BOOLEAN LANGUAGE plpgsql COST 0.0000001 AS 'BEGIN RAISE NOTICE ''%'', x; RETURN TRUE; END'",
        "CREATE OPERATOR <<< (FUNCTION = tricky)",
        "CREATE TRIGGER t BEFORE INSERT ON Sales EXECUTE FUNCTION tricky()",
        "DO 'BEGIN RAISE NOTICE ''x''; END'",
        "CREATE VIEW v AS SELECT * FROM Sales",
        "CREATE TEMP TABLE mine AS SELECT * FROM Sales",
        "SELECT * INTO mine FROM Sales",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "CREATE POLICY p ON Sales USING (TRUE)",
        "ALTER TABLE Sales DISABLE ROW LEVEL SECURITY",
        "LISTEN x",
        "LOAD 'x'",
    ] {
        worlds.refused("u", statement, "");
        worlds.refused("guard", statement, "");
    }
    for call in [
        "pg_sleep(1)",
        "pg_read_file('/etc/passwd')",
        "nextval('s')",
        "setval('s', 1)",
        "pg_notify('a', Country)",
        "dblink('x')",
        "version()",
    ] {
        worlds.same("u", &format!("SELECT {call} FROM Sales"));
        worlds.refused("u", &format!("SELECT {call} FROM Nothing"), "");
    }
}

#[test]
fn a_key_that_clashes_with_a_hidden_one_is_refused_like_a_new_one() {
    let worlds = Worlds::new();
    for name in ["Bond", "Carla", "Dora", "nobody"] {
        worlds.refused("u", &format!("INSERT INTO Agent VALUES ('{name}', 'c')"), "some of these items are not yours to write");
        worlds.refused("u", &format!("INSERT INTO Agent (Name) VALUES ('Ann'), ('{name}')"), "some of these items are not yours to write");
        worlds.same("u", &format!("UPDATE Agent SET Name = '{name}' WHERE Name = 'Ann'"));
        worlds.same("u", &format!("DELETE FROM Agent WHERE Name = '{name}'"));
    }
    // A cell over a hidden one is refused by the right, not by what stands there.
    for product in ["P1", "P2", "P3"] {
        worlds.refused("u", &format!("INSERT INTO Sales VALUES ('Japan', '{product}', 1)"), "some of these cells are not yours to write");
        worlds.refused(
            "u",
            &format!("INSERT INTO Sales VALUES ('Japan', '{product}', NULL)"),
            "some of these cells are not yours to write",
        );
        worlds.refused("u", &format!("INSERT INTO Sales VALUES ('France', 'P1', 1), ('Japan', '{product}', 1)"), "not yours to write");
    }
}

#[test]
fn a_reference_to_a_hidden_key_is_one_to_a_missing_key() {
    let worlds = Worlds::new();
    for name in ["Bond", "Carla", "Dora", "nobody"] {
        let unknown = format!("there is no item `{name}` in `Agent`");
        worlds.refused("u", &format!("INSERT INTO Orders VALUES ('France', 'P1', '{name}', 1, 'x')"), &unknown);
        worlds.refused("u", &format!("UPDATE Orders SET Agent = '{name}'"), &unknown);
        worlds.refused("u", &format!("INSERT INTO Agents VALUES ('{name}', 1)"), &unknown);
        worlds.same("u", &format!("EVALUATE Agents[SELECT: Agent.\"{name}\"]"));
        worlds.same("u", &format!("SELECT COUNT(*) FROM Orders WHERE Agent = '{name}'"));
    }
    // The referenced side: whether rows that are not seen hang on it is not told.
    for product in ["P1", "P2", "P3"] {
        worlds.refused("u", &format!("DELETE FROM Product WHERE Name = '{product}'"), "");
    }
}

#[test]
fn row_security_cannot_be_switched_off() {
    let worlds = Worlds::new();
    for user in ["u", "guard", "all"] {
        for statement in [
            "SET row_security = off",
            "SET row_security TO off",
            "SET SECURITY BYPASS",
            "SET SESSION AUTHORIZATION 'all'",
            "SET ROLE Admin",
            "SET datafusion.execution.collect_statistics = true",
            "SET datafusion.explain.show_statistics = true",
            "SET datafusion.catalog.information_schema = true",
            "RESET ALL",
            "ALTER ROLE Reads BYPASSRLS",
        ] {
            worlds.refused(user, statement, "");
        }
    }
    worlds.refused("u", "EXECUTE AS USER 'all' SELECT * FROM Sales", "Define Application security");
    worlds.refused("u", "ALTER APPLICATION SET INHERITANCE OFF", "Define Application security");
    worlds.refused("u", "DROP RULE lands", "Define Application security");
}

/// Owners and roles that bypass row security: whoever defines security is not above the rules here.
#[test]
fn who_defines_the_policies_is_under_them() {
    let worlds = Worlds::new();
    assert_eq!(worlds.rows("guard", "SELECT * FROM Sales"), "France,P1,10.5\nFrance,P2,20.25");
    assert_eq!(worlds.rows("guard", "SELECT COUNT(*), SUM(Amount) FROM Orders"), "2,8.0");
    assert_eq!(worlds.rows("guard", "SELECT Name FROM Agent"), "Ann");
}

/// With row security on and no policy, nothing is shown.
#[test]
fn without_a_policy_that_allows_all_is_denied() {
    let worlds = Worlds::new();
    for table in ["Sales", "Units", "Label", "Orders", "Agent", "Agents"] {
        let told = worlds.same("new", &format!("SELECT * FROM {table}"));
        assert!(!told.starts_with("error") || told.contains("there is no table"), "{table}: {told}");
        assert!(!told.contains("France") && !told.contains("Ann"), "{told}");
    }
    worlds.refused("new", "INSERT INTO Sales VALUES ('France', 'P1', 1)", "there is no dimension, metric or list `Sales`");
}

#[test]
fn copy_writes_what_a_query_shows() {
    let worlds = Worlds::new();
    for ending in ["csv", "json"] {
        let files = worlds.0.each_ref().map(|world| {
            let script = format!("COPY (SELECT * FROM Orders) TO 'o.{ending}'; COPY (SELECT * FROM Label) TO 'l.{ending}'");
            assert!(!world.as_user("u", &script).starts_with("error"));
            ["o", "l"].map(|name| std::fs::read_to_string(world.folder.path().join(format!("{name}.{ending}"))).unwrap())
        });
        assert_eq!(files[0], files[1]);
        assert_eq!(files[0], files[2]);
        assert!(files[0][0].contains("first") && !files[0].concat().contains("secret"), "{:?}", files[0]);
    }
    for statement in [
        "COPY Sales TO 's.csv'",
        "COPY (SELECT * FROM Sales) TO PROGRAM 'cat'",
        "COPY Sales FROM PROGRAM 'cat'",
        "COPY (SELECT 1) TO '/tmp/x.csv'",
    ] {
        worlds.refused("u", statement, "");
    }
}

/// TRUNCATE and the like are not subject to row security: here no statement reaches rows that are not seen.
#[test]
fn emptying_a_table_leaves_what_is_hidden() {
    let worlds = Worlds::new();
    worlds.refused("u", "TRUNCATE Sales", "");
    worlds.refused("u", "DROP METRIC Sales", "you need the permission");
    let hidden = |world: &World| {
        world.run(
            "SELECT COUNT(*) FROM Sales WHERE Country = 'Japan'; SELECT COUNT(*) FROM Orders WHERE Country = 'Japan' OR Agent <> 'Ann'",
        )
    };
    let before = worlds.0.each_ref().map(hidden);
    worlds.same("u", "DELETE FROM Sales; DELETE FROM Orders; UPDATE Label SET Label = 'x'");
    assert_eq!(worlds.0.each_ref().map(hidden), before);
    assert_eq!(worlds.rows("u", "SELECT COUNT(*) FROM Sales; SELECT COUNT(*) FROM Orders"), "0\n0");
    assert_eq!(worlds.0[0].run("SELECT Label FROM Label WHERE Product = 'P1' AND Country = 'Japan'"), "secret-1");
}

/// USING without WITH CHECK: a row can be moved to where its writer may not write.
#[test]
fn a_row_cannot_be_moved_out_of_its_writers_sight() {
    let worlds = Worlds::new();
    worlds.refused("u", "UPDATE Orders SET Country = 'Japan'", "some of these rows are not yours to write");
    worlds.refused("u", "INSERT INTO Orders VALUES ('Japan', 'P1', 'Ann', 1, 'x')", "some of these rows are not yours to write");
    assert_eq!(worlds.rows("u", "SELECT Country, COUNT(*) FROM Orders GROUP BY 1"), "France,2");
}

/// EXPLAIN shows estimates that are made of all rows, and its ANALYZE the rows that a filter removed.
#[test]
fn plans_tell_nothing_of_hidden_rows() {
    let worlds = Worlds::new();
    for query in [
        "SELECT * FROM Sales WHERE Country = 'Japan'",
        "SELECT * FROM Orders WHERE Remark = 'x'",
        "SELECT * FROM Orders o JOIN Agent a ON o.Agent = a.Name",
        "SELECT * FROM Agent a JOIN Orders o ON o.Agent = a.Name JOIN Sales s ON s.Product = o.Product",
        "SELECT COUNT(*) FROM Orders",
        "SELECT Product, SUM(Sales) FROM Sales GROUP BY 1 ORDER BY 2 LIMIT 1",
        "SELECT * FROM Sales WHERE Sales > (SELECT AVG(Sales) FROM Sales)",
    ] {
        for explain in ["EXPLAIN", "EXPLAIN ANALYZE", "EXPLAIN VERBOSE", "EXPLAIN (FORMAT JSON)", "EXPLAIN FORMAT TREE"] {
            // Whoever defines security is told times, which are never the same twice.
            for user in ["u", "guard"].into_iter().filter(|user| (*user, explain) != ("guard", "EXPLAIN ANALYZE")) {
                worlds.same(user, &format!("{explain} {query}"));
            }
        }
        assert!(worlds.rows("u", &format!("EXPLAIN {query}")).contains("Masked"));
    }
}

/// Statistics hold most common values and bounds of all rows; catalogs hold numbers of rows and pages.
#[test]
fn statistics_and_system_catalogs_are_no_tables() {
    let worlds = Worlds::new();
    for table in [
        "pg_stats",
        "pg_statistic",
        "pg_stats_ext",
        "pg_class",
        "pg_stat_user_tables",
        "pg_policies",
        "pg_roles",
        "pg_proc",
        "pg_settings",
        "information_schema.columns",
        "information_schema.df_settings",
        "information_schema.schemata",
        "information_schema.routines",
        "pg_catalog.pg_class",
        "datafusion.public.Sales",
        "public.Sales",
    ] {
        for user in ["u", "guard"] {
            let told = worlds.same(user, &format!("SELECT * FROM {table}"));
            assert!(!told.contains("Bond") && !told.contains("Japan"), "{told}");
        }
    }
    worlds.same("u", "SELECT * FROM information_schema.tables");
    for statement in
        ["ANALYZE Sales", "VACUUM Sales", "SHOW STATISTICS", "SHOW ALL", "SHOW TABLES", "SHOW COLUMNS FROM Sales", "SHOW FUNCTIONS"]
    {
        worlds.same("u", statement);
    }
}

/// The detail of an error quotes the row, or the key, that is there already.
#[test]
fn errors_quote_no_row_that_is_there() {
    let worlds = Worlds::new();
    for statement in [
        "INSERT INTO Sales VALUES ('France', 'P1', 1), ('France', 'P1', 2)",
        "INSERT INTO Sales VALUES ('France', 'P9', 1)",
        "INSERT INTO Sales VALUES ('Japn', 'P1', 1)",
        "INSERT INTO Sales VALUES ('France', 'P1', 'x')",
        "INSERT INTO Orders VALUES ('France', 'P1', 'Bnd', 1, 'x')",
        "INSERT INTO Agents VALUES ('Carl', 1)",
        "INSERT INTO Agent (Name, Code) VALUES ('Ann', '007')",
        "UPDATE Units SET Units = Units * 9223372036854775807",
        "UPDATE Units SET Units = 1 / (Units - 4)",
        "UPDATE Orders SET Amount = CAST(Remark AS DOUBLE)",
        "EVALUATE Agents[SELECT: Agent.\"Bnd\"]",
        "EVALUATE Agents[SELECT: Agent.\"Crla\"]",
    ] {
        worlds.same("u", statement);
    }
}

/// Numbers of sequences and places of rows tell how many there are.
#[test]
fn places_and_numbers_count_what_is_seen() {
    let worlds = Worlds::new();
    assert_eq!(worlds.rows("u", "SELECT Name, Position FROM Agent"), "Ann,1");
    for query in [
        "SELECT ctid FROM Orders",
        "SELECT oid FROM Sales",
        "SELECT xmin FROM Sales",
        "SELECT tableoid FROM Sales",
        "SELECT \"\u{1}row\" FROM Orders",
    ] {
        worlds.same("u", query);
    }
    worlds.same("u", "SELECT ROW_NUMBER() OVER (), Amount FROM Orders");
    worlds.same("u", "SHOW AUDIT");
    worlds.same("u", "EVALUATE COUNTALLOF(Agent)");
    worlds.same("u", "INSERT INTO Orders VALUES ('France', 'P3', 'Ann', 1, 'x'); SELECT * FROM Orders; SHOW AUDIT");
}

/// An upsert tells whether the row was there; RETURNING what stood in it.
#[test]
fn an_upsert_tells_nothing_of_what_was_there() {
    let worlds = Worlds::new();
    for statement in [
        "INSERT INTO Sales VALUES ('Japan', 'P1', 1) ON CONFLICT DO NOTHING",
        "INSERT INTO Sales VALUES ('Japan', 'P1', 1) ON CONFLICT (Country, Product) DO UPDATE SET Sales = 2",
        "INSERT INTO Sales VALUES ('Japan', 'P1', 1) RETURNING Sales",
        "UPDATE Sales SET Sales = 1 WHERE Country = 'Japan' RETURNING Sales",
        "DELETE FROM Sales WHERE Country = 'Japan' RETURNING *",
        "MERGE INTO Sales USING Units ON TRUE WHEN MATCHED THEN DELETE",
    ] {
        worlds.refused("u", statement, "");
    }
    worlds.same("u", "UPDATE Sales SET Sales = 1 WHERE Country = 'Japan'");
    worlds.same("u", "UPDATE Sales SET Sales = Sales + 1 WHERE 1 / Sales > 0");
    worlds.same("u", "DELETE FROM Sales WHERE Country = 'Japan' OR 1 / Sales < 0");
}

/// Rows of a child table are under the child's policies only: here a subset is under those of its dimension.
#[test]
fn a_subset_is_under_the_rules_of_its_dimension() {
    let worlds = Worlds::new();
    for world in &worlds.0 {
        world.run(
            "CREATE SUBSET Spies OF Agent AS Agent.Name <> \"Carla\"; CREATE METRIC Kit NUMBER BY (Spies);
             INSERT INTO Kit SELECT Name, 1 FROM Spies; CREATE RULE kit APPLY READ OF Known TO Kit;",
        );
    }
    assert_eq!(worlds.rows("u", "SELECT Name FROM Spies"), "Ann");
    assert_eq!(worlds.rows("u", "SELECT * FROM Kit"), "Ann,1.0");
    worlds.same("u", "EVALUATE Agents[TOSUBSET: Spies]");
    worlds.same("u", "SELECT s.Name, s.Code, k.Kit FROM Spies s FULL JOIN Kit k ON k.Spies = s.Name");
}

/// A reference to a whole row goes around rights on columns.
#[test]
fn whole_rows_show_no_hidden_column() {
    let worlds = Worlds::new();
    for world in &worlds.0 {
        world.run("CREATE RULE codes APPLY READ OF Known TO PROPERTY Agent.Code; INSERT INTO Known VALUES ('guard', 'Ann', '-.')");
        world.run("CREATE METRIC Shut ACCESS RIGHTS BY (User); CREATE RULE costs APPLY READ OF Shut TO PROPERTY Product.Cost; INSERT INTO Shut VALUES ('u', '--')");
    }
    assert_eq!(worlds.rows("u", "SELECT * FROM Product"), "P1,-\nP2,-\nP3,-");
    for query in [
        "SELECT p FROM Product p",
        "SELECT p.* FROM Product p WHERE p.Cost > 0",
        "SELECT ROW(p.*) FROM Product p",
        "SELECT row_to_json(p) FROM Product p",
        "SELECT COUNT(Cost), MAX(Cost) FROM Product",
        "SELECT Product.Cost, SUM(Sales) FROM Sales GROUP BY 1",
        "SELECT * FROM Product NATURAL JOIN Product q",
        "SELECT Name FROM Product ORDER BY Cost DESC",
        "SELECT struct(p.Cost) FROM Product p",
    ] {
        worlds.same("u", query);
    }
    assert_eq!(worlds.rows("u", "SELECT COUNT(Cost) FROM Product WHERE Cost > 0 OR Cost < 0"), "0");
}

/// A plan, or an answer, that is kept for one person is not another's.
#[test]
fn what_is_kept_for_one_person_is_not_anothers() {
    let worlds = Worlds::new();
    for query in ["SELECT SUM(Sales), COUNT(*) FROM Sales", "SELECT * FROM Orders", "SELECT Name FROM Agent", "SELECT COUNT(*) FROM Agents"]
    {
        for world in &worlds.0 {
            let alone = world.as_user("u", query);
            let all = world.as_user("all", query);
            assert_eq!(world.as_user("u", query), alone);
            assert_eq!(world.as_user("all", query), all);
            world.run(query);
            assert_eq!(world.as_user("u", query), alone);
        }
        worlds.same("u", query);
    }
    for statement in
        ["PREPARE p AS SELECT * FROM Sales", "EXECUTE p", "DEALLOCATE p", "DECLARE c CURSOR FOR SELECT * FROM Sales", "FETCH c"]
    {
        worlds.refused("u", statement, "");
    }
    assert!(worlds.0[0].as_user("all", "SELECT COUNT(*) FROM Sales") != worlds.0[0].as_user("u", "SELECT COUNT(*) FROM Sales"));
}

/// A view is read with its owner's rights: here whoever looks through another's eyes sees what that one sees, and can only look.
#[test]
fn looking_as_another_shows_what_that_one_sees() {
    let worlds = Worlds::new();
    for query in ["SELECT * FROM Sales", "SELECT Name FROM Agent", "SELECT COUNT(*), SUM(Amount) FROM Orders"] {
        assert_eq!(worlds.rows("guard", &format!("EXECUTE AS USER 'u' {query}")), worlds.rows("u", query));
    }
    worlds.refused("guard", "EXECUTE AS USER 'u' DELETE FROM Sales", "");
}

/// A policy with a subselect reads another table, whose rows change with the rights in one transaction: a reader who began before must see the
/// secret that came in after under neither the old rights nor new ones.
#[test]
fn rights_and_data_that_change_together_are_seen_together() {
    let world = World::with(
        "CREATE DIMENSION Topic (Name TEXT); INSERT INTO Topic VALUES ('t'); CREATE METRIC Info TEXT BY (Topic);
         CREATE ROLE Reads PERMISSIONS (\"Display Application\", \"Open Boards\") READ UNSPECIFIED WRITE DENIED;
         CREATE USER 'mallory'; GRANT ROLE Reads TO USER 'mallory';
         CREATE METRIC Level NUMBER BY (User, Topic); CREATE METRIC Needs NUMBER BY (Topic);
         CREATE METRIC Cleared ACCESS RIGHTS BY (User, Topic) AS IF(Level >= Needs, ACCESSRIGHTS(TRUE, BLANK), ACCESSRIGHTS(FALSE, BLANK));
         INSERT INTO Level VALUES ('mallory', 't', 1); INSERT INTO Needs VALUES ('t', 1); INSERT INTO Info VALUES ('t', 'plain');
         CREATE RULE info APPLY READ OF Cleared TO Info;",
    );
    assert_eq!(world.as_user("mallory", "SELECT * FROM Info"), "t,plain");
    let done = AtomicBool::new(false);
    let (mut plain, mut nothing) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..40 {
                world.run("BEGIN; INSERT INTO Level VALUES ('mallory', 't', 0); INSERT INTO Info VALUES ('t', 'secret'); COMMIT");
                world.run("BEGIN; INSERT INTO Info VALUES ('t', 'plain'); INSERT INTO Level VALUES ('mallory', 't', 1); COMMIT");
            }
            done.store(true, Ordering::SeqCst);
        });
        let session = world.app.session("mallory").unwrap();
        while !done.load(Ordering::SeqCst) {
            // A snapshot that was taken before stays what it was.
            let pinned = session.snapshot().unwrap();
            match world.as_user("mallory", "SELECT * FROM Info").as_str() {
                "t,plain" => plain += 1,
                "" => nothing += 1,
                other => panic!("{other}"),
            }
            assert!(pinned.cell("Info", &["t"]).map_or(true, |value| !format!("{value:?}").contains("secret")));
        }
    });
    assert!(plain > 0 && nothing > 0, "{plain} times plain, {nothing} times nothing");
}
