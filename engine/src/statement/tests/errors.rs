//! Bad input: where the error stands and what it says.

use super::read;

/// `script` holds one `«`, which marks the place of the error and is taken out. `said` are parts of the message and its help.
fn check(script: &str, said: &[&str]) {
    let (before, after) = script.split_once('«').unwrap_or_else(|| panic!("no mark in {script}"));
    let script = format!("{before}{after}");
    let place = super::Place::START.after(before);
    let error = match read(&script) {
        Ok(statements) => panic!("{script} was read: {statements:?}"),
        Err(error) => error,
    };
    assert_eq!((error.line, error.column), (place.line, place.column), "of {script}: {error}");
    for part in said {
        assert!(error.to_string().contains(part), "{part:?} is not said of {script}: {error}");
    }
    let sentence = error.message.chars().nth(1).is_some_and(char::is_lowercase) && error.message.starts_with(char::is_uppercase);
    assert!(!sentence && !error.message.ends_with('.'), "{error}");
}

#[test]
fn words_that_begin_no_statement() {
    check("«SELCT 1", &["`SELCT` begins no statement", "did you mean `SELECT`?"]);
    check("BEGIN;\n «CREAT METRIC x", &["`CREAT`", "did you mean `CREATE`?"]);
    check("«TRUNCATE Volume", &["did you mean `DELETE FROM`?"]);
    check("«desc Volume", &["`desc` begins no statement", "did you mean `DESCRIBE`?"]);
    check("«START TRANSACTION", &["`BEGIN`"]);
    check("«xyzzy", &["`xyzzy` begins no statement"]);
    check("«'SELECT'", &["a word that begins a statement"]);
    check("SELECT 1;\n\n\t«42;", &["a word that begins a statement", "`42`"]);
    check("«)", &["found `)`"]);
    check("/* Ä */ «Ö", &["`Ö`"]);
}

#[test]
fn kinds_of_things() {
    check("CREATE «METIRC x NUMBER", &["expected DIMENSION, SUBSET", "or RULE, found `METIRC`", "did you mean `METRIC`?"]);
    check("CREATE «", &["found the end of the statement"]);
    check("CREATE «'METRIC'", &["found `'METRIC'`"]);
    check("ALTER «TABEL x", &["expected METRIC, DIMENSION", "did you mean `TABLE`?"]);
    check("ALTER TABLE x«", &["expected OF or RENAME, found the end of the statement"]);
    check("DROP «x", &["expected METRIC, DIMENSION"]);
    check("DROP METRIC «", &["expected the metric's name"]);
    check("DROP METRIC a«, b", &["expected the end of the statement, found `,`", "`;`"]);
    check("SHOW «METRIC", &["did you mean `METRICS`?"]);
    check("COMMENT «METRIC x IS 'a'", &["expected ON"]);
    check("COMMENT ON METRIC x IS «\"a\"", &["texts are quoted with `'`: `'a'`"]);
}

#[test]
fn names() {
    check("CREATE METRIC «'Gross Margin' NUMBER", &["names are quoted with `\"`: `\"Gross Margin\"`"]);
    check("CREATE METRIC «\"\" NUMBER", &["a name may not be empty"]);
    check("CREATE METRIC «AS NUMBER", &["`AS`", "is written `\"AS\"`"]);
    check("CREATE METRIC «2024 NUMBER", &["begins with a digit"]);
    check("CREATE METRIC a«-b NUMBER", &["expected a type", "found `-`"]);
    check("CREATE METRIC Gross Margin «NUMBER", &["expected the end of the statement, found `NUMBER`"]);
    check("CREATE USER «'' KIND HUMAN", &["may not be empty"]);
    check("DESCRIBE «", &["the name of what is described"]);
    check("USE SCENARIO «'Upside'", &["`\"Upside\"`"]);
}

#[test]
fn types() {
    check("CREATE METRIC m «", &["expected a type", "ACCESS RIGHTS"]);
    check("CREATE METRIC m «BY (D)", &["expected a type, found `BY`"]);
    check("CREATE METRIC m DECIMAL«", &["DECIMAL(18, 2)"]);
    check("CREATE METRIC m DECIMAL(«39, 2)", &["from 1 to 38"]);
    check("CREATE METRIC m DECIMAL(«0, 0)", &["from 1 to 38"]);
    check("CREATE METRIC m DECIMAL(10, «11)", &["from 0 to 10"]);
    check("CREATE METRIC m DECIMAL(10«)", &["expected `,`"]);
    check("CREATE METRIC m DECIMAL(«1.5, 0)", &["`1.5`"]);
    check("CREATE METRIC m ACCESS «RIGHT BY (User)", &["expected the end of the statement"]);
    check("CREATE DIMENSION d (a«)", &["expected a type, found `)`"]);
    check("CREATE DIMENSION d («)", &["a property's name"]);
    check("CREATE DIMENSION d «", &["expected `(`"]);
    check("CREATE DIMENSION d (a TEXT «b TEXT)", &["expected `,` or `)`"]);
    check("CREATE DIMENSION d (a TEXT) ORDER «Opened", &["expected BY"]);
    check("CREATE DIMENSION d (a TEXT) DISPLAY a «DISPLAY a", &["DISPLAY is given twice"]);
    check("CREATE DIMENSION d (a TEXT) ORDER BY a «ORDER BY a", &["ORDER BY is given twice"]);
    check("CREATE DIMENSION d (a TEXT)\n  «DISPLY a", &["found `DISPLY`"]);
    check("CREATE TABLE t «(a TEXT)", &["expected OF", "LIST"]);
    check("CREATE TABLE t OF («)", &["a metric's name"]);
}

#[test]
fn calendars() {
    check("CREATE CALENDAR FROM «2024 TO 2025 LEVELS (Month)", &["a date in `'`"]);
    check("CREATE CALENDAR FROM «'2024-02-30' TO '2025-01-01' LEVELS (Month)", &["`2024-02-30` is no date", "yyyy-mm-dd"]);
    check("CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' «", &["expected LEVELS"]);
    check("CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS («Monht)", &["did you mean `Month`?"]);
    check("CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS («)", &["expected Day, Week"]);
    check("CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, «MONTH)", &["the level `MONTH` is given twice"]);
    check("CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month) FISCAL YEAR STARTS IN «13", &["from 1 to 12"]);
    check("CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month) FISCAL YEAR STARTS IN «0", &["from 1 to 12"]);
}

#[test]
fn formulas_and_queries() {
    check("EVALUATE«", &["expected a formula after EVALUATE"]);
    check("CREATE METRIC m NUMBER AS«;", &["expected a formula after AS"]);
    check("CREATE METRIC m NUMBER AS // nothing«", &["expected a formula after AS"]);
    check("CREATE METRIC m NUMBER AS $$«$$", &["expected a formula"]);
    check("CREATE METRIC m NUMBER AS $$« $$", &["expected a formula"]);
    check("CREATE METRIC m NUMBER AS $$ a $$ «+ 1", &["expected the end of the statement, found `+`", "second `$$`"]);
    check("CREATE SUBSET s OF D «WHERE a", &["expected AS"]);
    check("ALTER METRIC m «SET x", &["expected AS, DROP FORMULA, RENAME TO or IN SCENARIO"]);
    check("ALTER METRIC m IN SCENARIO s «RENAME TO x", &["expected AS or DROP FORMULA"]);
    check("ALTER METRIC m DROP «FORMULAS", &["did you mean `FORMULA`?"]);
    check("ALTER METRIC m RENAME «x", &["expected TO"]);
    check("CREATE VIEW v AS «DELETE FROM x", &["expected a query", "SELECT, WITH or VALUES"]);
    check("EXECUTE AS USER 'x' «DELETE FROM y", &["expected a query"]);
    check("EXECUTE AS «'x' SELECT 1", &["expected USER"]);
    check("EXPLAIN «DELETE FROM x", &["expected FORMULA, VALUE"]);
    check("EXPLAIN ANALYZE «UPDATE x SET a = 1", &["expected a query"]);
    check("EXPLAIN VALUE m «(D = 'x')", &["expected AT"]);
    check("EXPLAIN VALUE m AT (D «'x')", &["expected `=`"]);
    check("EXPLAIN VALUE m AT (D = «\"x\")", &["`'x'`"]);
    check("EXPLAIN VALUE m AT (D = 'x') DEPTH «0", &["steps from 1"]);
    check("EXPLAIN ACCESS «ON m", &["expected FOR"]);
    check("EXPLAIN LEAKS «m", &["expected ON"]);
    check("SHOW FORMULA «", &["a metric's name"]);
    check("SHOW ROLE «'x'", &["expected OF"]);
    check("SHOW AUDIT «FROM '2024'", &["expected SINCE or LIMIT"]);
    check("SHOW AUDIT LIMIT 1 «LIMIT 2", &["LIMIT is given twice"]);
    check("SHOW AUDIT LIMIT «-1", &["a number of events"]);
    check("VERIFY «ALL", &["expected AUDIT"]);
}

#[test]
fn loads() {
    check("COPY x «'f.csv'", &["expected FROM"]);
    check("COPY x FROM «f", &["the name of a file in `'`"]);
    check("COPY x FROM «\"f.csv\"", &["`'f.csv'`"]);
    check("COPY x FROM «''", &["may not be empty"]);
    check("COPY x «TO 'f.csv'", &["COPY (SELECT * FROM …) TO 'file'"]);
    check("COPY x FROM 'f' («)", &["a column of the file"]);
    check("COPY x FROM 'f' (a «= b)", &["expected `->`"]);
    check("COPY x FROM 'f' (a -> «'b')", &["the column that is filled", "`\"b\"`"]);
    check("COPY x FROM 'f' («1 -> b)", &["`'1' -> …`"]);
    check("COPY x FROM 'f' (a -> b.c«.d)", &["expected `,` or `)`"]);
    check("COPY x FROM 'f' WITH («unknwon = skip)", &["did you mean `unknown`?"]);
    check("COPY x FROM 'f' WITH (unknown = «sum)", &["expected error, create or skip"]);
    check("COPY x FROM 'f' WITH (duplicates = «skip)", &["expected error, sum or last"]);
    check("COPY x FROM 'f' WITH (unknown = skip, «unknown = skip)", &["`unknown` is given twice"]);
    check("COPY x FROM 'f' WITH «unknown = skip", &["expected `(`"]);
    check("COPY («DELETE FROM x) TO 'f'", &["expected a query"]);
    check("COPY (SELECT 1) «FROM 'f'", &["expected TO"]);
}

#[test]
fn changes_of_data() {
    check("INSERT «x VALUES (1)", &["expected INTO"]);
    check("INSERT INTO x (a, b) VALUES «(1)", &["1 value for 2 columns"]);
    check("INSERT INTO x (a) VALUES (1), «(1, 2)", &["2 values for 1 column"]);
    check("INSERT INTO x VALUES (1 «'a')", &["expected `,` or `)`"]);
    check("INSERT INTO x VALUES («upper)", &["expected a value, found `upper`"]);
    check("INSERT INTO x VALUES («\"a\")", &["`'a'`"]);
    check("INSERT INTO x VALUES («BLANK)", &["BLANK is written NULL here"]);
    check("INSERT INTO x VALUES (DATE «'2023-02-29')", &["`2023-02-29` is no date"]);
    check("INSERT INTO x VALUES (1) «x", &["the end of the statement"]);
    check("INSERT INTO x (a) «VALEUS (1)", &["expected VALUES or SELECT", "did you mean `VALUES`?"]);
    check("INSERT INTO x (a) «", &["expected VALUES or SELECT"]);
    check("UPDATE x «a = 1", &["expected SET"]);
    check("UPDATE x SET a «1", &["expected `=`"]);
    check("UPDATE x SET a = «WHERE b", &["expected an expression, found `WHERE`"]);
    check("UPDATE x SET a = 1, «WHERE b", &["a column's name"]);
    check("UPDATE x SET a = 1 WHERE«", &["expected a condition"]);
    check("DELETE «x", &["expected FROM"]);
    check("DELETE FROM x «WEHRE a", &["did you mean `WHERE`?"]);
    check("BEGIN «IMMEDIATE", &["the end of the statement"]);
    check("SET «SECURITY BYPASS", &["`autocalc`"]);
    check("SET «autoclac = on", &["did you mean `autocalc`?"]);
    check("SET autocalc «off", &["expected `=`"]);
    check("SET autocalc = «1", &["expected on or off"]);
    check("RECALCULATE «Revenue", &["expected METRIC, SCENARIO or ALL"]);
}

#[test]
fn scenarios_and_security() {
    check("ALTER SCENARIO s SET «WRITE", &["expected READ"]);
    check("COMPARE SCENARIO a «TO b", &["expected WITH"]);
    check("MERGE SCENARIO a INTO b ON CONFLICT «MINE", &["expected FAIL, OURS or THEIRS"]);
    check("REVERT TO «17", &["expected REVISION"]);
    check("REVERT TO REVISION «x", &["the number of a revision"]);
    check("CREATE USER 'x' KIND «ROBOT", &["expected HUMAN, SERVICE or AI AGENT"]);
    check("CREATE USER 'x' (Country «'France')", &["expected `=`"]);
    check("ALTER USER 'x' «DELETE", &["expected SET, KIND"]);
    check("ALTER GROUP g ADD «'x'", &["expected USER"]);
    check("CREATE ROLE r PERMISSIONS (Open «Boards)", &["`\"Open Boards\"`"]);
    check("CREATE ROLE r READ «ALLOW", &["did you mean `ALLOWED`?"]);
    check("CREATE ROLE r READ ALLOWED «READ DENIED", &["READ is given twice"]);
    check("CREATE ROLE r «PERMISSION (x)", &["did you mean `PERMISSIONS`?"]);
    check("ALTER ROLE r «", &["expected PERMISSIONS, READ"]);
    check("GRANT ROLE r «'ann'", &["expected TO"]);
    check("GRANT ROLE r TO «'ann'", &["expected USER, GROUP or ALL USERS"]);
    check("GRANT ROLE r TO ALL «GROUPS", &["expected USERS"]);
    check("GRANT «ALL ON SCENARIO s TO ROLE r", &["expected ROLE, NONE, READ or WRITE"]);
    check("REVOKE ROLE r «TO USER 'x'", &["expected FROM"]);
    check("ALTER APPLICATION SET ACCESS RIGHTS «LOOSE", &["expected STRICT or THREE"]);
    check("ALTER APPLICATION SET INHERITANCE «MAYBE", &["expected ON or OFF"]);
    check("CREATE RULE r «ALLOW READ OF x TO y", &["expected APPLY or IGNORE"]);
    check("CREATE RULE r APPLY «READS OF x TO y", &["did you mean `READ`?"]);
    check("CREATE RULE r APPLY READ, «READ OF x TO y", &["READ is given twice"]);
    check("CREATE RULE r APPLY READ OF x THROUGH Store «TO y", &["expected `.`", "`Store.Country`"]);
    check("CREATE RULE r APPLY READ OF x TO «", &["a metric's name, ALL METRICS WITH"]);
    check("CREATE RULE r APPLY READ OF x TO ALL METRICS «", &["expected WITH"]);
    check("CREATE RULE r APPLY READ OF x TO PROPERTY D «p", &["expected `.`"]);
    check("CREATE RULE r IGNORE ROLE DEFAULT READ «OF x", &["expected ON"]);
}
