//! Statements that are written to hurt: to stop the process, to fill its memory, to keep it busy. The tests of the library and of the command
//! run them, each from its own side.

/// How a statement is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Refused, with these words in the reason.
    Refused(&'static str),
    /// Answered with these rows.
    Rows(&'static str),
    /// It would go on for longer than anybody waits: ended by its deadline.
    Endless,
}
use Answer::{Endless, Refused, Rows};

pub(crate) struct Hostile {
    pub(crate) what: &'static str,
    pub(crate) statement: String,
    pub(crate) answer: Answer,
}

/// What the statements are about.
pub(crate) const MODEL: &str = "
    CREATE DIMENSION A (Name TEXT, Note TEXT); CREATE DIMENSION B (Name TEXT); CREATE DIMENSION C (Name TEXT);
    INSERT INTO A SELECT CAST(value AS VARCHAR), REPEAT('n', 500) FROM generate_series(1, 600);
    INSERT INTO B SELECT CAST(value AS VARCHAR) FROM generate_series(1, 200);
    INSERT INTO C SELECT CAST(value AS VARCHAR) FROM generate_series(1, 5000);
    CREATE METRIC X NUMBER BY (A, B);
    INSERT INTO X SELECT A.Name, B.Name, A.Position + B.Position * 0.5 FROM A, B;";

/// What a question may hold while these are asked, in bytes.
pub(crate) const MEMORY: usize = 48 << 20;

const MEMORY_WORDS: &str = "more memory than it may use";
const DEEP: &str = "nested too deeply";

pub(crate) fn statements() -> Vec<Hostile> {
    let mut all = Vec::new();
    let mut add = |what: &'static str, statement: String, answer: Answer| all.push(Hostile { what, statement, answer });
    endless(&mut add);
    memory(&mut add);
    texts(&mut add);
    shapes(&mut add);
    names(&mut add);
    doors(&mut add);
    formulas(&mut add);
    all
}

type Add<'a> = &'a mut dyn FnMut(&'static str, String, Answer);

fn endless(add: Add<'_>) {
    add("three large tables crossed", "SELECT COUNT(*) FROM X a CROSS JOIN X b CROSS JOIN X c".into(), Endless);
    add("a series without end", "SELECT COUNT(*) FROM generate_series(1, 9223372036854775807)".into(), Endless);
    let unequal = "SELECT COUNT(*) FROM generate_series(1, 600000) a JOIN generate_series(1, 600000) b ON a.value <> b.value";
    add("a join on what differs", unequal.into(), Endless);
    let behind_in = "SELECT COUNT(*) FROM X a WHERE a.X IN (SELECT b.X FROM X b WHERE b.X + a.X > 0 AND b.A <> a.A AND LENGTH(b.B) > 7)";
    add("a subquery behind IN for each row", behind_in.into(), Rows("0"));
    let skipped = "SELECT value FROM generate_series(1, 100000000000) WHERE value < 0 LIMIT 4294967295 OFFSET 4294967295";
    add("the largest LIMIT and OFFSET", skipped.into(), Endless);
    let exists = "SELECT COUNT(*) FROM X a WHERE NOT EXISTS (SELECT 1 FROM X b WHERE b.X + a.X < 0 AND b.X <> a.X)";
    add("a subquery for each row", exists.into(), Endless);
}

fn memory(add: Add<'_>) {
    let mut hungry = |what, sql: &str| add(what, sql.to_owned(), Refused(MEMORY_WORDS));
    hungry("a result of a hundred million rows", "SELECT a.value, b.value FROM generate_series(1, 50000000) a, generate_series(1, 2) b");
    hungry("a sort of many rows", "SELECT value FROM generate_series(1, 20000000) ORDER BY value % 7, value");
    hungry("millions of groups", "SELECT value * 7919 % 20000003, COUNT(*) FROM generate_series(1, 20000000) GROUP BY 1");
    hungry("a window over a cross join", "SELECT MAX(s) FROM (SELECT SUM(a.X) OVER () AS s FROM X a, generate_series(1, 1000)) t");
    hungry("row numbers of a cross join", "SELECT COUNT(n) FROM (SELECT ROW_NUMBER() OVER (ORDER BY a.X) AS n FROM X a, X b) t");
    let far = "(SELECT value, REPEAT(CAST(value AS TEXT), 100) AS t FROM generate_series(1, 1000000)) s";
    hungry(
        "a window that looks far ahead",
        &format!("SELECT MAX(l) FROM (SELECT LEAD(t, 900000) OVER (ORDER BY value) AS l FROM {far}) w"),
    );
    hungry("distinct rows", "SELECT COUNT(*) FROM (SELECT DISTINCT value * 7919 % 20000003 FROM generate_series(1, 20000000)) t");
    hungry(
        "a union that is distinct",
        "SELECT COUNT(*) FROM (SELECT value FROM generate_series(1, 9000000) UNION SELECT -value FROM generate_series(1, 9000000)) t",
    );
    hungry(
        "a join of large tables",
        "SELECT COUNT(*) FROM generate_series(1, 9000000) a JOIN generate_series(1, 9000000) b ON a.value = b.value",
    );
    hungry("one text of all rows", "SELECT LENGTH(STRING_AGG(REPEAT(CAST(value AS TEXT), 100), ',')) FROM generate_series(1, 1000000)");
    hungry("distinct counts", "SELECT COUNT(DISTINCT value), COUNT(DISTINCT -value) FROM generate_series(1, 20000000)");
    hungry("a median of many rows", "SELECT MEDIAN(value) FROM generate_series(1, 20000000)");
    hungry(
        "a full join without a key",
        "SELECT COUNT(*) FROM generate_series(1, 9000000) a FULL JOIN generate_series(1, 3) b ON a.value < b.value",
    );
    hungry("the largest LIMIT of a sort", "SELECT value FROM generate_series(1, 20000000) ORDER BY -value LIMIT 4294967295");
}

fn texts(add: Add<'_>) {
    let mut long = |what, sql: String| add(what, sql, Refused(MEMORY_WORDS));
    long("one text of two billion letters", "SELECT LENGTH(REPEAT('x', 2000000000))".into());
    long("padding", "SELECT LENGTH(LPAD(CAST(value AS TEXT), 2000000000, 'ab')) FROM generate_series(1, 2)".into());
    long("a long constant in every row", "SELECT REPEAT('x', 200000) FROM generate_series(1, 1000000)".into());
    long("replaced by more", "SELECT LENGTH(REPLACE(REPEAT('x', 200000), 'x', REPEAT('y', 200000)))".into());
    let doubled = (0..40).fold("WITH t0 AS (SELECT REPEAT('x', 1000) AS t)".to_owned(), |sql, i| {
        format!("{sql}, t{} AS (SELECT t || t AS t FROM t{i})", i + 1)
    });
    long("a text that doubles forty times", format!("{doubled} SELECT LENGTH(t) FROM t40"));
    let columns = |of: &dyn Fn(usize) -> String, n| (0..n).map(of).collect::<Vec<_>>().join(", ");
    let repeated = columns(&|i| format!("REPEAT(CAST(value AS TEXT), {})", 3000 + i), 1000);
    long("a thousand columns of long texts", format!("SELECT {repeated} FROM generate_series(1, 1000000)"));
    let upper = columns(&|i| format!("UPPER(t) AS u{i}"), 1500);
    let from = "(SELECT REPEAT(CAST(value AS TEXT), 1000) AS t FROM generate_series(1, 10000)) s";
    long("a long text again and again", format!("SELECT {upper} FROM {from}"));
    let notes = columns(&|i| format!("A.Note AS n{i}"), 500);
    long("a long property in many columns", format!("SELECT {notes} FROM X"));
    let constants = columns(&|i| format!("REPEAT('x', {})", 100_000 + i), 300);
    long("three hundred long constants", format!("SELECT {constants}"));

    let slow = "SELECT LEVENSHTEIN(REPEAT('ab', 100000), REPEAT('ba', 100000))";
    add("letters compared with letters", slow.into(), Refused("texts that are too long"));
    let trimmed = "SELECT LENGTH(BTRIM(REPEAT(CAST(value AS TEXT), 60000), REPEAT('xyz', 50000))) FROM generate_series(10, 20)";
    add("letters trimmed by letters", trimmed.into(), Refused("texts that are too long"));
    let window = "SELECT STRING_AGG(A, ',') OVER (ORDER BY X) FROM X";
    add("all texts so far in every row", window.into(), Refused("STRING_AGG with OVER"));
    let median = "SELECT MEDIAN(X) OVER (ORDER BY X) FROM X";
    add("all rows so far sorted in every row", median.into(), Refused("MEDIAN with an order"));
    add(
        "letters of several bytes",
        "SELECT LEFT('\u{e9}\u{1f600}a', 1) || SUBSTR('\u{1f600}\u{1f600}b', 3, 1) || REVERSE('\u{1f600}e')".into(),
        Rows("\u{e9}be\u{1f600}"),
    );
    add("a pattern of percent signs", format!("SELECT COUNT(*) FROM A WHERE Note LIKE '{}b'", "%n".repeat(2_000)), Rows("0"));
}

fn shapes(add: Add<'_>) {
    add("parentheses", format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000)), Refused(DEEP));
    add("a chain of pluses", format!("SELECT 1{}", " + 1".repeat(9_000)), Refused(DEEP));
    add("more pluses than words allowed", format!("SELECT 1{}", " + 1".repeat(20_000)), Refused("more than 20000 words"));
    add("subqueries inside one another", format!("{}SELECT 1{}", "SELECT * FROM (".repeat(300), ")".repeat(300)), Refused(DEEP));
    add("a chain of unions", vec!["SELECT 1"; 3_000].join(" UNION ALL "), Refused(DEEP));
    let balanced = (0..9).fold("SELECT 1 AS x".to_owned(), |sql, _| format!("({sql}) UNION ALL ({sql})"));
    add("a tree of unions", format!("SELECT SUM(x) FROM ({balanced}) t"), Rows("512"));
    add("NOT, again and again", format!("SELECT {} TRUE", "NOT ".repeat(5_000)), Refused(""));
    add("signs before a number", format!("SELECT {} 1", "- ".repeat(5_000)), Refused(DEEP));
    add("CASE inside CASE", format!("SELECT {}1{}", "CASE WHEN TRUE THEN ".repeat(1_000), " END".repeat(1_000)), Refused(""));
    let whens = (0..3_000).map(|i| format!("WHEN {i} THEN {i}")).collect::<Vec<_>>().join(" ");
    add("a CASE of three thousand cases", format!("SELECT SUM(CASE B.Position {whens} END) FROM B"), Rows("20100"));
    let or = (0..4_000).map(|i| format!("X = {i}.25")).collect::<Vec<_>>().join(" OR ");
    add("a chain of four thousand ORs", format!("SELECT COUNT(*) FROM X WHERE {or}"), Rows("0"));
    let list = (0..9_000).map(|i| format!("'{i}'")).collect::<Vec<_>>().join(", ");
    add("nine thousand values behind IN", format!("SELECT COUNT(*) FROM X WHERE A IN ({list})"), Rows("120000"));
    let numbers = (0..9_000).map(|i| i.to_string()).collect::<Vec<_>>().join(", ");
    add("nine thousand numbers behind NOT IN", format!("SELECT COUNT(*) FROM X WHERE X NOT IN ({numbers}) AND X < 0"), Rows("0"));
    let joins = (1..120).map(|i| format!(" JOIN A a{i} ON a{i}.Name = a0.Name")).collect::<String>();
    add("a hundred joins", format!("SELECT COUNT(*) FROM A a0{joins}"), Rows("600"));
    let joins = (1..300).map(|i| format!(" JOIN A a{i} ON a{i}.Name = a0.Name")).collect::<String>();
    add("three hundred joins", format!("SELECT COUNT(*) FROM A a0{joins}"), Refused("reads tables more than 200 times"));
    let natural = (1..60).map(|i| format!(" NATURAL JOIN A a{i}")).collect::<String>();
    add("natural joins", format!("SELECT COUNT(*) FROM A a0{natural}"), Rows("600"));
    let doubling =
        (1..40).fold("WITH t0 AS (SELECT A FROM X)".to_owned(), |sql, i| format!("{sql}, t{i} AS (SELECT a.A FROM t{0} a, t{0} b)", i - 1));
    add("WITH tables that double", format!("{doubling} SELECT * FROM t39"), Refused("reads tables more than 200 times"));
    let constants =
        (1..40).fold("WITH t0 AS (SELECT 1 AS x)".to_owned(), |sql, i| format!("{sql}, t{i} AS (SELECT a.x FROM t{0} a, t{0} b)", i - 1));
    add("WITH tables of constants that double", format!("{constants} SELECT * FROM t39"), Refused("too many columns and expressions"));
    let many = (0..1_500).map(|i| format!("t{i} AS (SELECT {i} AS x)")).collect::<Vec<_>>().join(", ");
    add("fifteen hundred WITH tables", format!("WITH {many} SELECT x FROM t1499"), Rows("1499"));
    let wide = (0..1_000).map(|i| format!("{i} AS c{i}")).collect::<Vec<_>>().join(", ");
    let uses = (0..60).map(|i| format!("w w{i}")).collect::<Vec<_>>().join(", ");
    add(
        "a wide table beside itself",
        format!("WITH w AS (SELECT {wide}) SELECT * FROM {uses}"),
        Refused("too many columns and expressions"),
    );
    add("ten thousand columns of one name", format!("SELECT COUNT(*) FROM (SELECT 1{}) t", ", 1".repeat(9_900)), Rows("1"));
    add("thirty thousand columns", format!("SELECT 1{}", ", 1".repeat(30_000)), Refused("more than 20000 words"));
    let keys = (0..20).map(|i| format!("X + {i}")).collect::<Vec<_>>().join(", ");
    add("a cube of twenty sides", format!("SELECT COUNT(*) FROM X GROUP BY CUBE ({keys})"), Refused("more than 256 groupings"));
    let keys = (0..1_500).map(|i| format!("X + {i}")).collect::<Vec<_>>().join(", ");
    add("thousands of keys", format!("SELECT {keys} FROM X WHERE X < 0 GROUP BY {keys}"), Rows(""));
}

fn names(add: Add<'_>) {
    let name = "n".repeat(1 << 20);
    add("a name of a megabyte", format!("SELECT {name} FROM X"), Refused("this name is longer"));
    add("a quoted name of a megabyte", format!("SELECT 1 AS \"{name}\""), Refused("this name is longer"));
    let columns = (0..4_000).map(|i| format!("{i}")).collect::<Vec<_>>().join(", ");
    add(
        "a long name beside many columns",
        format!("SELECT COUNT(*) FROM (SELECT {columns}) \"{}\"", "n".repeat(1 << 21)),
        Refused("this name is longer"),
    );
    add("a text of three megabytes", format!("SELECT LENGTH('{}')", "x".repeat(3 << 20)), Refused("this text is longer"));
    add("a number of a hundred thousand digits", format!("SELECT {}", "9".repeat(100_000)), Refused("this number is longer"));
    add("a comment of three megabytes", format!("SELECT /* {} */ 1", "-- ' \" ".repeat(400_000)), Rows("1"));
    add("a query of five megabytes", format!("SELECT /* {} */ 1", "x".repeat(5 << 20)), Refused("longer than 4 MB"));
    add("a pattern that goes back without end", "SELECT COUNT(*) FROM A WHERE REPEAT('n', 30000) ~ '(n+)+x'".into(), Rows("0"));
    add("a million blanks", format!("SELECT{}1", " ".repeat(1_000_000)), Refused("signs and blanks"));
    add("a statement of twenty megabytes", format!("INSERT INTO B VALUES ('{}')", "x".repeat(20 << 20)), Refused("longer than 16 MB"));
    add("a quote that never ends", format!("SELECT '{}", "x\\'\u{1f600}".repeat(100_000)), Refused("never closed"));
    add("a statement that is nothing", "\u{0}\u{ffff}\u{202e}%&".repeat(1_000), Refused(""));
}

fn doors(add: Add<'_>) {
    for (what, sql, words) in [
        (
            "recursion",
            "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT COUNT(*) FROM t",
            "WITH RECURSIVE cannot be used",
        ),
        ("a file as a table", "SELECT * FROM '/etc/passwd'", ""),
        ("a function that reads a file", "SELECT * FROM read_csv('/etc/passwd')", "there is no table function `read_csv`"),
        ("an address as a table", "SELECT * FROM \"http://169.254.169.254/latest\"", "there is no table"),
        ("the system's tables", "SELECT * FROM information_schema.df_settings", "information_schema"),
        ("a setting", "SET execution.batch_size = 1", ""),
        ("another setting", "SET memory_limit = 1000000000000", ""),
        ("a table from outside", "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'", ""),
        ("a file outside of what is lent", "COPY (SELECT 1 AS x) TO '../out.csv'", ""),
        ("an absolute file", "COPY (SELECT 1 AS x) TO '/tmp/smalt-hostile.csv'", ""),
        ("loading a file from outside", "COPY A FROM '/etc/passwd'", ""),
        ("a function that waits", "SELECT pg_sleep(1000)", "there is no function `pg_sleep`"),
        ("an array of a billion", "SELECT array_repeat(1, 1000000000)", "there is no function `array_repeat`"),
        ("an array written down", "SELECT [1, 2, 3]", ""),
        ("rows of an array", "SELECT * FROM UNNEST(range(1, 1000000000))", "there is no table function `UNNEST`"),
        (
            "a regular expression that unfolds",
            "SELECT REGEXP_REPLACE(Note, '((n{1,99}){1,99}){1,99}', '') FROM A",
            "the pattern is too large",
        ),
        ("one in every row", "SELECT COUNT(*) FROM A WHERE Note ~ Note", "must be the same in all rows"),
        (
            "one that makes much of little",
            "SELECT SUM(LENGTH(REGEXP_REPLACE(REPEAT('n', 100000), 'n', REPEAT('x', 100000), 'g'))) FROM A",
            "more memory",
        ),
        ("random numbers", "SELECT random()", "there is no function `random`"),
        ("a prepared statement", "PREPARE p AS SELECT 1", ""),
        ("the plan's measurements one by one", "EXPLAIN ANALYZE VERBOSE SELECT * FROM X", ""),
        ("a side of a join for each row", "SELECT * FROM A, LATERAL (SELECT * FROM X WHERE X.A = A.Name) t", "LATERAL cannot be used"),
        ("a series that stands still", "SELECT COUNT(*) FROM generate_series(1, 10, 0)", ""),
    ] {
        add(what, sql.to_owned(), Refused(words));
    }
}

fn formulas(add: Add<'_>) {
    add("a space of billions of cells", "EVALUATE IF(A.Name & B.Name & C.Name = \"x\", 1, 2)".into(), Refused("would visit more than"));
    add("a formula in parentheses", format!("EVALUATE {}X{}", "(".repeat(5_000), ")".repeat(5_000)), Refused(""));
    add("a formula of a chain of pluses", format!("EVALUATE 1{}", " + 1".repeat(40_000)), Rows("40001"));
    add("a formula of too many words", format!("EVALUATE 1{}", " + 1".repeat(60_000)), Refused("100000"));
    add("IF inside IF", format!("EVALUATE {}1{}", "IF(X > 0, ".repeat(3_000), ", 0)".repeat(3_000)), Refused(""));
    let terms = (0..300).map(|i| format!("IF(X = {i}, 1, 0)")).collect::<Vec<_>>().join(" + ");
    add("three hundred terms over a metric", format!("EVALUATE ({terms})[REMOVE SUM: A, B]"), Rows("24850"));
    let grown = (0..12).fold("A.Note".to_owned(), |text, _| format!("SUBSTITUTE({text}, \"n\", \"nnnn\")"));
    add("texts that grow", format!("EVALUATE LEN({grown})[REMOVE MAX: A]"), Refused(""));
    let doubled = (0..12).fold("A.Note".to_owned(), |text, _| format!("({text} & {text})"));
    add("texts that double", format!("EVALUATE LEN(IF(X > 0, {doubled}))[REMOVE MAX: A, B]"), Refused("more text than it may"));
    add("a long text in every cell", format!("EVALUATE IF(X > 0, A.Name & \"{}\")", "x".repeat(500_000)), Refused("more text than it may"));
    add("a name of a megabyte in a formula", format!("EVALUATE {} + 1", "n".repeat(1 << 20)), Refused(""));
    add("a formula that never ends its text", format!("EVALUATE \"{}", "x".repeat(1 << 20)), Refused("never closed"));
    add("a metric of itself", "CREATE METRIC Loop NUMBER BY (A) AS Loop + 1".into(), Refused(""));
    let cases = (0..5_000).map(|i| format!("\"{i}\", {i}")).collect::<Vec<_>>().join(", ");
    add("five thousand cases", format!("EVALUATE SWITCH(B.Name, {cases})[REMOVE: B]"), Rows("20100"));
    add("too wide a coordinate", "CREATE METRIC W NUMBER BY (C, C, C, C, C, C, C, C, C, C, C, C)".into(), Refused(""));
}
