//! Random questions over the model of the two worlds.

use crate::random::Random;

struct TableOf {
    name: &'static str,
    /// Columns of text that can be grouped by.
    keys: &'static [&'static str],
    /// Columns of numbers.
    numbers: &'static [&'static str],
}

const TABLES: &[TableOf] = &[
    TableOf {
        name: "Sales",
        keys: &[
            "Product",
            "Store",
            "Month",
            "Product.Category",
            "Store.Country",
            "Store.Country.Region",
            "Month.Quarter",
            "Store.Manager",
            "Store.Manager.Team",
        ],
        numbers: &["Sales", "Store.Rent", "Store.Position"],
    },
    TableOf {
        name: "Revenue",
        keys: &["Product", "Store", "Month", "Store.Country", "Month.Quarter"],
        numbers: &["Revenue", "Store.Rent"],
    },
    TableOf { name: "Price", keys: &["Product", "Month", "Product.Category"], numbers: &["Price"] },
    TableOf { name: "Pieces", keys: &["Product", "Store", "Month", "Store.Country"], numbers: &["Pieces", "Month.Position"] },
    TableOf { name: "Fee", keys: &["Product", "Store", "Month", "Store.Country"], numbers: &["Fee", "Fee * 2"] },
    TableOf { name: "\"By Country\"", keys: &["Product", "Country", "Month", "Country.Region"], numbers: &["\"By Country\""] },
    TableOf { name: "Pay", keys: &["Employee", "Month", "Employee.Team"], numbers: &["Pay", "Employee.Grade", "Employee.Position"] },
    TableOf { name: "Note", keys: &["Product", "Store", "Note"], numbers: &["LENGTH(Note)"] },
    TableOf { name: "Boss", keys: &["Store", "Boss", "Store.Country"], numbers: &["Store.Rent"] },
    TableOf { name: "Flag", keys: &["Store", "Month"], numbers: &["CASE WHEN Flag THEN 1 ELSE 0 END"] },
    TableOf { name: "Everything", keys: &["Month"], numbers: &["Everything"] },
    TableOf { name: "Counted", keys: &["Country", "Month", "Country.Region"], numbers: &["Counted"] },
    TableOf { name: "Rented", keys: &["Store", "Store.Country"], numbers: &["Rented"] },
    TableOf { name: "Balance", keys: &["Product", "Store", "Month"], numbers: &["Balance"] },
    TableOf { name: "Spent", keys: &["Country", "Month"], numbers: &["Spent"] },
    TableOf { name: "Paid", keys: &["Team", "Month"], numbers: &["Paid"] },
    TableOf { name: "Ledger", keys: &["Store", "Employee", "Month", "Remark", "Store.Country", "Employee.Team"], numbers: &["Amount"] },
    TableOf {
        name: "Target",
        keys: &["Near", "Month", "Near.Country", "Near.Manager"],
        numbers: &["Target", "Near.Position", "Near.Rent"],
    },
    TableOf { name: "Near", keys: &["Name", "Country", "Manager"], numbers: &["Rent", "Position"] },
    TableOf { name: "Store", keys: &["Name", "Country", "Manager", "Country.Region"], numbers: &["Rent"] },
    TableOf { name: "Employee", keys: &["Name", "Team", "Lead", "Lead.Team", "Lead.Lead"], numbers: &["Grade", "Lead.Position"] },
    TableOf { name: "Country", keys: &["Name", "Region"], numbers: &["1"] },
    TableOf { name: "\"User\"", keys: &["Name"], numbers: &["2"] },
    TableOf {
        name: "PnL",
        keys: &["Product", "Store", "Month", "Store.Country", "Product.Category"],
        numbers: &["Sales", "Pieces", "Revenue", "Store.Position"],
    },
    TableOf { name: "Totals", keys: &["Country", "Country.Region"], numbers: &["Total", "Cells"] },
    TableOf { name: "Ranked", keys: &["Country", "Place"], numbers: &["Total", "Place"] },
    TableOf { name: "Payroll", keys: &["Employee", "Lead", "Employee.Team"], numbers: &["Pay", "Employee.Grade"] },
    TableOf { name: "Granted", keys: &["User", "Country"], numbers: &["4"] },
    TableOf { name: "Known", keys: &["Name", "Comment"], numbers: &["LENGTH(Name)"] },
    TableOf { name: "information_schema.columns", keys: &["table_name", "data_type"], numbers: &["ordinal_position"] },
    TableOf { name: "CountryRights", keys: &["User", "Country", "CountryRights"], numbers: &["3"] },
];

/// Formulas for the playground: everything that moves, counts or chooses cells. What steps over hidden people, or hangs on them, may be told by
/// what is not readable (security.md §3), so that is left out.
const FORMULAS: &[&str] = &[
    "Sales * 2",
    "Price",
    "Everything",
    "Employee.\"Ghost-A\"",
    "Pay[REMOVE: Employee]",
    "Gost",
    "Sales[BY: Store.Country]",
    "Sales[BY: Store.Country.Region]",
    "Sales[REMOVE: Product]",
    "Sales[SELECT: Store.Country = Country.\"France\"]",
    "Sales[FILTER: Sales > 3][BY: Store.Country]",
    "Sales[EXCLUDE: Store.Country = Country.\"France\"][REMOVE: Store]",
    "Sales[EXCLUDE: Store.Rent > 1][REMOVE: Store]",
    "IF(Sales > 2, Flag, TRUE)",
    "IFBLANK(Sales, 0)",
    "CUMULATE(Sales, Month)",
    "MOVINGSUM(Sales, 2)",
    "FILLFORWARD(Sales, Month)",
    "Sales[SELECT: Store + 1]",
    "Sales[SELECT: Month - 1]",
    "RANK(Sales, Month)",
    "RANK(Sales, Store.Country)",
    "RANK(Price, Store.Country)",
    "MOVINGSUM(Everything, Price)",
    "NPV(Price, Everything)",
    "Store.Rent",
    "Store.Rent > 2",
    "Store.Manager",
    "ISBLANK(Store.Manager)",
    "Store.Manager.Team",
    "Store.Manager & \"\"",
    "IFBLANK(Store.Manager, Employee.\"E1\")",
    "Boss",
    "Boss & \"\"",
    "ISBLANK(Boss)",
    "Employee.Lead",
    "ISBLANK(Employee.Lead)",
    "1[ADD: Employee][REMOVE: Employee]",
    "1[ADD: Employee][BY: Employee.Team]",
    "SUMOF(1[ADD: Employee])",
    "RANK(1[ADD: Employee])",
    "1[ADD: Team][BY SPLIT: Employee.Team]",
    "1[ADD SPLIT ON 1[ADD: Employee]: Employee]",
    "COUNTALLOF(Pay)",
    "COUNTALLOF(Sales)",
    "COUNTBLANKOF(Sales)",
    "SUMOF(Sales)",
    "Price[ADD SPLIT: Store]",
    "Price[ADD: Store][FILTER: Store.Country = Country.\"Japan\"]",
    "Ledger.Amount[BY: Ledger.Store]",
    "(Ledger.Amount * 2)[BY: Ledger.Store]",
    "Ledger.Amount[BY: Ledger.Month]",
    "Ledger.Amount[BY COUNT: Ledger.Employee]",
    "Ledger.Amount[FILTER: Ledger.Amount > 0][BY: Ledger.Store.Country]",
    "MATCH(Price, Store.Rent)",
    "ITEM(\"E1\", Employee.Name)",
    "Sales[TOSUBSET: Near]",
    "Target[REMOVE: Near]",
    "1 / (Sales - 7)",
    "VALUE(Note)",
    "SHIFT(Store, 1)",
    "Sales[BY SUM: Store.Manager]",
    "Sales[BY SUM: Boss]",
];

const AGGREGATES: &[&str] = &["SUM", "AVG", "MIN", "MAX", "COUNT", "STDDEV", "COUNT_DISTINCT", "VAR_POP"];

/// A question: mostly a query that makes sense, now and then one that must fail.
pub(crate) fn question(random: &mut Random) -> String {
    if random.percent(6) {
        return format!("EVALUATE {}", random.pick(FORMULAS));
    }
    if random.percent(6) {
        return value(random);
    }
    if random.percent(12) {
        return branched(random);
    }
    let query = match random.below(16) {
        0..4 => grouped(random),
        4 | 5 => plain(random),
        6 => joined(random),
        7 => windowed(random),
        8 => exists(random),
        9 => scalar(random),
        10 => sets(random),
        11 => with(random),
        12 => failing(random),
        13 => return written(random),
        14 if random.percent(40) => return saved(random),
        14 => return written(random),
        _ => return odd(random),
    };
    if random.percent(6) { format!("EXPLAIN {query}") } else { query }
}

/// Names of scenarios, of one that is a secret and of none.
const SCENARIOS: &[&str] = &["Up", "Up", "Base", "Late", "Secret", "Nowhere"];

/// About scenarios and revisions.
fn branched(random: &mut Random) -> String {
    let (scenario, other) = (random.pick(SCENARIOS), random.pick(SCENARIOS));
    let revision = random.below(140);
    let of = table(random);
    let key = of.keys[random.below(of.keys.len())];
    let metric = random.pick(&["Sales", "Revenue", "Price", "Pay", "Note", "Everything", "Boss", "\"By Country\""]);
    let (product, store, fraction) = (random.below(7), random.below(8), random.fraction());
    let at = match random.below(4) {
        0 => format!(" AS OF REVISION {revision}"),
        1 => " AS OF SNAPSHOT Plan".to_owned(),
        _ => String::new(),
    };
    match random.below(17) {
        0 | 1 => format!("SELECT * FROM {scenario}.{}{at}{}", of.name, limit(random)),
        2 => format!("SELECT {key}, COUNT(*) FROM {scenario}.{}{at} GROUP BY 1 ORDER BY 2, 1", of.name),
        3 => format!("SELECT Scenario, COUNT(*), SUM(Sales) FROM all_scenarios.Sales {} GROUP BY 1", filter(random, &TABLES[0])),
        4 => format!("SELECT * FROM all_scenarios.{}{}", of.name, limit(random)),
        5 => format!("COMPARE SCENARIO {scenario} WITH {other} ON {metric}"),
        6 => {
            format!("COMPARE SCENARIO {scenario} WITH {other} ON {metric} BY {}", random.pick(&["Store.Country", "Month", "Store.Manager"]))
        }
        7 => format!("USE SCENARIO {scenario}; {}; USE SCENARIO Base", plain(random)),
        8 => format!(
            "USE SCENARIO {scenario}; INSERT INTO Sales VALUES ('P{product}', 'S{store}', '2024-01', {fraction}); USE SCENARIO Base"
        ),
        9 => format!("MERGE SCENARIO {scenario} INTO {other}{}", random.pick(&["", " ON CONFLICT OURS", " ON CONFLICT THEIRS"])),
        10 => format!("REBASE SCENARIO {scenario}"),
        11 => {
            let (new, gone) = (random.pick(&["New", "Secret", "Late"]), random.pick(&["New", "Secret", "Nowhere"]));
            format!("CREATE SCENARIO {new} FROM {scenario}; DROP SCENARIO {gone}")
        }
        12 => format!("ALTER METRIC {metric} IN SCENARIO {scenario} {}", random.pick(&["AS Sales * 2", "DROP FORMULA", "AS Price + 1"])),
        13 => format!("REVERT TO REVISION {revision}"),
        14 => format!("SELECT SUM(Pay) FROM Pay{at}; SELECT Name FROM Employee{at}"),
        15 => random
            .pick(&[
                "INSERT INTO {s}.Sales VALUES ('P{p}', 'S{t}', '2024-01', {f})",
                "INSERT INTO {s}.Sales SELECT Product, Store, Month, Sales + 1 FROM {o}.Sales WHERE Store = 'S{t}'",
                "UPDATE {s}.Sales SET Sales = Sales + {f} WHERE Store = 'S{t}' OR 1 / (Sales - 7) > 2",
                "DELETE FROM {s}.Sales WHERE Product = 'P{p}'",
                "UPDATE {s}.Employee SET Grade = 1",
                "DELETE FROM {s}.Nothing; SHOW AUDIT LIMIT 3",
                "SELECT table_schema, COUNT(*) FROM information_schema.tables GROUP BY 1 ORDER BY 1",
                "SELECT application.{s}.Sales.Store, Sales FROM application.{s}.Sales",
            ])
            .replace("{s}", scenario)
            .replace("{o}", other)
            .replace("{p}", &product.to_string())
            .replace("{t}", &store.to_string())
            .replace("{f}", &fraction.to_string()),
        _ => random.pick(&["SHOW SCENARIOS", "SHOW SNAPSHOTS", "SHOW REVISIONS"]).to_owned(),
    }
}

/// Metrics and their dimensions, to be asked where a cell of theirs comes from.
const CELLS: &[(&str, &[&str])] = &[
    ("Sales", &["Product", "Store", "Month"]),
    ("Revenue", &["Product", "Store", "Month"]),
    ("Fee", &["Product", "Store", "Month"]),
    ("\"By Country\"", &["Product", "Country", "Month"]),
    ("Everything", &["Month"]),
    ("Counted", &["Country", "Month"]),
    ("Rented", &["Store"]),
    ("Balance", &["Product", "Store", "Month"]),
    ("Paid", &["Team", "Month"]),
    ("Spent", &["Country", "Month"]),
    ("Boss", &["Store"]),
    ("\"Zero sales\"", &["Product", "Month"]),
    ("\"Zero choice\"", &["Product", "Month"]),
    ("\"Zero pay\"", &["Month"]),
    ("\"Zero people\"", &["Month"]),
    ("\"Zero rent\"", &["Month"]),
    ("\"Zero ledger\"", &["Month"]),
    ("\"Zero managed\"", &["Employee", "Month"]),
    ("\"Zero boss\"", &["Month"]),
];

/// Where a value comes from.
fn value(random: &mut Random) -> String {
    let (metric, dimensions) = CELLS[random.below(CELLS.len())];
    let at: Vec<String> = dimensions
        .iter()
        .map(|dimension| {
            let item = match *dimension {
                "Product" => format!("P{}", random.below(6)),
                "Store" => format!("S{}", random.below(8)),
                "Month" => format!("2024-0{}", random.below(6) + 1),
                "Country" => random.pick(&["France", "Italy", "Japan", "Korea"]).to_string(),
                "Team" => random.pick(&["Open", "Closed"]).to_string(),
                _ => random.pick(&["E0", "E1", "E2", "E3", "E4", "Ghost-A"]).to_string(),
            };
            format!("{dimension} = '{item}'")
        })
        .collect();
    format!("EXPLAIN VALUE {metric} AT ({}) DEPTH {}", at.join(", "), random.below(4) + 1)
}

fn table(random: &mut Random) -> &'static TableOf {
    // The metrics with most cells come more often.
    if random.percent(40) { &TABLES[random.below(2)] } else { &TABLES[random.below(TABLES.len())] }
}

fn aggregate(random: &mut Random, of: &TableOf) -> String {
    let number = random.pick(of.numbers);
    match random.pick(AGGREGATES) {
        "COUNT" if random.percent(50) => "COUNT(*)".to_owned(),
        "COUNT_DISTINCT" => format!("COUNT(DISTINCT {})", random.pick(of.keys)),
        function if random.percent(15) => format!("{function}({number}) FILTER (WHERE {})", condition(random, of)),
        function if random.percent(15) => {
            let or = random.pick(&["", " ELSE NULL", " ELSE 0"]);
            format!("{function}(CASE WHEN {} THEN {number}{or} END)", condition(random, of))
        }
        function => format!("{function}({number})"),
    }
}

/// What is made of a column of items, often for each item and not for each row; some of it fails for some items.
fn made_of(random: &mut Random, key: &str) -> String {
    match random.below(8) {
        0 => format!("SUBSTR({key}, 1, 1)"),
        1 => format!("UPPER({key}) || {}", text(random)),
        2 => format!("LENGTH({key})"),
        3 => format!("CASE WHEN {key} IN ({}, {}) THEN {} ELSE {key} END", text(random), text(random), text(random)),
        4 => format!("CAST(SUBSTR({key}, {}) AS INT)", 2 + random.below(3)),
        5 => format!("6 / (LENGTH({key}) - {})", random.below(4)),
        6 => format!("TRY_CAST(SUBSTR({key}, 2) AS INT) % 2"),
        _ => format!("COALESCE({key}, {})", text(random)),
    }
}

fn text(random: &mut Random) -> String {
    let known = [
        "P0", "P3", "S0", "S1", "S2", "S5", "2024-01", "2024-05", "2024-Q1", "France", "Italy", "Japan", "EMEA", "Hot", "E0", "E3", "Open",
        "Closed", "Ghost-A", "Ghost-B", "r1", "only A", "nobody", "u", "last", "7", "12",
    ];
    format!("'{}'", random.pick(&known))
}

fn condition(random: &mut Random, of: &TableOf) -> String {
    let key = random.pick(of.keys);
    let number = random.pick(of.numbers);
    match random.below(14) {
        12 => format!("{} = {}", made_of(random, key), text(random)),
        13 => format!("{} > {}", made_of(random, key), random.below(4)),
        0 | 1 => format!("{key} = {}", text(random)),
        2 => format!("{key} IN ({}, {}, {})", text(random), text(random), text(random)),
        3 => format!("{key} <> {}", text(random)),
        4 => format!("{key} IS NULL"),
        5 => match random.below(4) {
            3 => format!("{key} SIMILAR TO '{}'", random.pick(&["%(1|Ghost)%", "S_", "[A-G]%", "P[[:digit:]]+"])),
            0 => format!("{key} ~ '{}'", random.pick(&["1$", "^[A-G]", "Ghost", "(-0.)+"])),
            1 => format!("REGEXP_INSTR({key}, '{}') > {}", random.pick(&["t", "[0-9]", "n"]), random.below(4)),
            _ => format!("{key} LIKE '%{}%'", random.pick(&["1", "a", "Ghost", "-0"])),
        },
        6 => format!("{number} > {}", random.fraction()),
        7 => format!("1 / ({number} - 7) > 0"),
        8 => format!("{number} BETWEEN -1 AND {}", random.below(100)),
        9 => format!("NOT ({})", condition(random, of)),
        10 => format!("({} OR {})", condition(random, of), condition(random, of)),
        _ => format!("({} AND {})", condition(random, of), condition(random, of)),
    }
}

fn filter(random: &mut Random, of: &TableOf) -> String {
    if random.percent(45) { format!(" WHERE {}", condition(random, of)) } else { String::new() }
}

fn limit(random: &mut Random) -> String {
    match random.below(4) {
        0 => format!(" LIMIT {}", random.below(8)),
        1 => format!(" LIMIT {} OFFSET {}", 1 + random.below(5), random.below(5)),
        _ => String::new(),
    }
}

fn order(random: &mut Random, columns: usize) -> String {
    if random.percent(50) {
        let direction = random.pick(&["", " DESC", " NULLS FIRST"]);
        return format!(" ORDER BY {}{direction}", 1 + random.below(columns));
    }
    String::new()
}

fn grouped(random: &mut Random) -> String {
    let of = table(random);
    let count = random.below(3);
    let keys: Vec<&str> = (0..count).map(|_| random.pick(of.keys)).collect();
    let mut columns: Vec<String> =
        keys.iter().map(|key| if random.percent(25) { made_of(random, key) } else { (*key).to_owned() }).collect();
    for _ in 0..1 + random.below(3) {
        columns.push(aggregate(random, of));
    }
    let group = match count {
        0 => String::new(),
        _ => format!(" GROUP BY {}", (1..=count).map(|i| i.to_string()).collect::<Vec<_>>().join(", ")),
    };
    let having =
        if count > 0 && random.percent(20) { format!(" HAVING {} > {}", aggregate(random, of), random.below(4)) } else { String::new() };
    let filter = filter(random, of);
    let order = order(random, columns.len());
    format!("SELECT {} FROM {}{filter}{group}{having}{order}{}", columns.join(", "), of.name, limit(random))
}

fn plain(random: &mut Random) -> String {
    let of = table(random);
    let columns = match random.below(6) {
        5 => {
            let key = random.pick(of.keys);
            format!("{}, {}, {}", made_of(random, key), random.pick(of.numbers), made_of(random, key))
        }
        0 => "*".to_owned(),
        4 => format!("DISTINCT ON ({}) {}, {}", random.pick(of.keys), random.pick(of.keys), random.pick(of.numbers)),
        1 => format!("DISTINCT {}", random.pick(of.keys)),
        2 => format!("{}, {} * 2 + 0.1", random.pick(of.keys), random.pick(of.numbers)),
        _ => format!("{}, {}, UPPER({})", random.pick(of.keys), random.pick(of.numbers), random.pick(of.keys)),
    };
    let filter = filter(random, of);
    let order = order(random, 1);
    format!("SELECT {columns} FROM {}{filter}{order}{}", of.name, limit(random))
}

fn joined(random: &mut Random) -> String {
    let kind = random.pick(&["JOIN", "LEFT JOIN", "FULL JOIN", "RIGHT JOIN"]);
    let limit = limit(random);
    match random.below(5) {
        0 => format!(
            "SELECT Product, Month, SUM(Sales), MAX(Price) FROM Sales {kind} Price USING (Product, Month) GROUP BY 1, 2 ORDER BY 1, 2{limit}"
        ),
        1 => format!(
            "SELECT s.Name, COUNT(x.Sales), SUM(x.Sales) FROM Store s {kind} Sales x ON x.Store = s.Name GROUP BY 1 ORDER BY 2 DESC{limit}"
        ),
        2 => format!(
            "SELECT a.Store, SUM(a.Sales * b.Pieces) FROM Sales a {kind} Pieces b ON a.Store = b.Store AND a.Product = b.Product AND a.Month = b.Month GROUP BY 1{limit}"
        ),
        3 => format!(
            "SELECT l.Remark, SUM(l.Amount), COUNT(b.Boss) FROM Ledger l {kind} Boss b ON b.Boss = l.Employee GROUP BY 1 ORDER BY 1{limit}"
        ),
        _ => format!(
            "SELECT e.Name, e.Team, SUM(p.Pay) FROM Employee e {kind} Pay p ON p.Employee = e.Name GROUP BY 1, 2 ORDER BY 3 DESC{limit}"
        ),
    }
}

fn windowed(random: &mut Random) -> String {
    let of = table(random);
    let (key, number) = (random.pick(of.keys), random.pick(of.numbers));
    let function = match random.below(6) {
        0 => format!("ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {number})"),
        1 => format!("RANK() OVER (ORDER BY {number} DESC)"),
        2 => format!("SUM({number}) OVER (PARTITION BY {key})"),
        3 => format!("LAG({number}) OVER (ORDER BY {key}, {number})"),
        4 => format!("COUNT(*) OVER (ORDER BY {number} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)"),
        _ => format!("NTILE(3) OVER (ORDER BY {number})"),
    };
    let filter = filter(random, of);
    format!("SELECT {key}, {function} FROM {}{filter}{}", of.name, limit(random))
}

fn exists(random: &mut Random) -> String {
    let not = random.pick(&["NOT ", ""]);
    let bound = random.fraction();
    match random.below(4) {
        0 => format!("SELECT s.Name FROM Store s WHERE {not}EXISTS (SELECT 1 FROM Sales x WHERE x.Store = s.Name AND x.Sales > {bound})"),
        1 => format!("SELECT Name FROM Employee WHERE Name {not}IN (SELECT Boss FROM Boss)"),
        2 => format!("SELECT Product, COUNT(*) FROM Sales WHERE Store {not}IN (SELECT Store FROM Flag WHERE Flag) GROUP BY 1"),
        _ => format!("SELECT Store FROM Sales WHERE {not}EXISTS (SELECT 1 FROM Everything) GROUP BY 1"),
    }
}

fn scalar(random: &mut Random) -> String {
    let of = table(random);
    let (key, number) = (random.pick(of.keys), random.pick(of.numbers));
    let other = table(random);
    let value = aggregate(random, other);
    match random.below(3) {
        0 => format!("SELECT {key}, {number} FROM {} WHERE {number} > (SELECT {value} FROM {})", of.name, other.name),
        1 => format!("SELECT (SELECT {value} FROM {}), COUNT(*) FROM {}", other.name, of.name),
        _ => format!("SELECT {key}, SUM({number}) / (SELECT SUM({number}) FROM {}) FROM {} GROUP BY 1", of.name, of.name),
    }
}

fn sets(random: &mut Random) -> String {
    let (a, b) = (table(random), table(random));
    let word = random.pick(&["UNION", "UNION ALL", "EXCEPT", "INTERSECT"]);
    let (left, right) = (random.pick(a.keys), random.pick(b.keys));
    let (first, second) = (filter(random, a), filter(random, b));
    format!("SELECT {left} FROM {}{first} {word} SELECT {right} FROM {}{second} ORDER BY 1{}", a.name, b.name, limit(random))
}

fn with(random: &mut Random) -> String {
    let of = table(random);
    let (key, value) = (random.pick(of.keys), aggregate(random, of));
    let filter = filter(random, of);
    let inner = format!("SELECT {key} AS k, {value} AS v FROM {}{filter} GROUP BY {key}", of.name);
    match random.below(3) {
        0 => format!("WITH t AS ({inner}) SELECT k, v FROM t WHERE v = (SELECT MAX(v) FROM t)"),
        1 => format!("WITH t AS ({inner}) SELECT COUNT(*), SUM(v) FROM t"),
        _ => format!("SELECT * FROM ({inner}) AS t ORDER BY v DESC, k LIMIT 3"),
    }
}

/// Some of these fail on some of the visible rows; none may fail because of a hidden one.
fn failing(random: &mut Random) -> String {
    match random.below(10) {
        8 => "SELECT Month, COUNT(*), SUM(Sales) FROM Sales WHERE Month.Quarter = Month.\"End Date\" GROUP BY 1".to_owned(),
        9 => format!(
            "SELECT a.Month, b.Store FROM Price a JOIN Sales b ON a.Month < b.Month.\"Start Date\" WHERE b.Product = 'P{}'",
            random.below(6)
        ),
        0 => "SELECT Store, CAST(Note AS INTEGER) FROM Note WHERE Note <> 'abc'".to_owned(),
        1 => format!("SELECT CAST(Note AS DOUBLE) FROM Note WHERE Store = 'S{}'", random.below(8)),
        2 => format!("SELECT 10 / Pieces FROM Pieces WHERE Store = 'S{}'", random.below(8)),
        3 => "SELECT Store, SUM(1 / (Pieces - 7)) FROM Pieces GROUP BY 1".to_owned(),
        4 => "SELECT Nothing FROM Sales".to_owned(),
        5 => "SELECT * FROM Salse".to_owned(),
        6 => format!("SELECT (SELECT Store FROM Sales WHERE Product = 'P{}') FROM Price", random.below(6)),
        _ => "SELECT TRY_CAST(Note AS INTEGER), COUNT(*) FROM Note GROUP BY 1 ORDER BY 1".to_owned(),
    }
}

/// Writes into dimensions, cells and lists, and formulas: some stay, in both worlds alike, some are taken back.
fn written(random: &mut Random) -> String {
    let names = ["'E0'", "'E1'", "'E2'", "'E3'", "'E4'", "'Ghost-A'", "'Ghost-B'", "'Ghost-A-1-0'", "'nobody'", "''", "NULL"];
    let mut name = || random.pick(&names);
    let (one, two, three) = (name(), name(), name());
    let (store, other) = (random.below(8), random.below(9));
    let number = random.pick(&["1", "7", "'abc'", "NULL"]);
    let product = random.below(7);
    let (fraction, what) = (random.fraction(), random.below(6));
    let write = match random.below(25) {
        0 => format!("INSERT INTO Employee (Name, Lead) VALUES ({one}, {two})"),
        1 => format!("INSERT INTO Employee (Name, Lead) VALUES ({one}, {two}), ({three}, {one})"),
        2 => format!("INSERT INTO Employee (Name, Grade) VALUES ({one}, {number})"),
        3 => format!("INSERT INTO Employee (Name, Grade, Lead) VALUES ({one}, {number}, {two})"),
        4 => format!("INSERT INTO Employee (Name) VALUES ({one}), ({two})"),
        5 => format!("INSERT INTO Employee (Name, Team) VALUES ({one}, 'NoTeam')"),
        6 => format!("INSERT INTO Store (Name, Manager) VALUES ('S{other}', {one})"),
        7 => format!("INSERT INTO Store (Name, Rent) VALUES ('S{other}', {number}), ('S{store}', 1)"),
        8 => format!("INSERT INTO Store (Name, Country, Manager) VALUES ('S{other}', 'France', {one})"),
        9 => format!("INSERT INTO Sales VALUES ('P{product}', 'S{store}', '2024-01', {number}), ('P1', 'S{other}', '2024-02', 1)"),
        10 => format!("INSERT INTO Boss VALUES ('S{store}', {one})"),
        11 => format!("INSERT INTO Ledger VALUES ('S{store}', {one}, '2024-01', {number}, 'r9')"),
        12 => format!(
            "CREATE METRIC Made NUMBER BY {}",
            random.pick(&[
                "(Product, Month) AS Price * 2",
                "(Employee, Big, Large) AS IF(ISBLANK(Pay[REMOVE: Month][ADD: Big, Large]), 1, 2)",
                "(Employee) AS IF(Employee = Employee.\"Ghost-A\", 1, 2)",
                "(Employee) AS IF(Employee = Employee.\"Ghst-A\", 1, 2)",
                "(Country) AS IF(ISBLANK(CountryRights), 0, 1)[REMOVE SUM: User]",
                "AS COUNTALLOF(User)",
                "(Employee, Month) AS IF(ISBLANK(Pay), 1, 2)",
            ])
        ),
        13 => format!("ALTER DIMENSION Employee ADD PROPERTY Head Employee AS {}", random.pick(&["Employee.Lead", "Employee"])),
        14 => "DROP METRIC Made".to_owned(),
        15 => format!("UPDATE Employee SET Name = {two} WHERE Name = {one}"),
        16 => format!("UPDATE Product SET Name = 'P{product}' WHERE Name = 'P{other}'"),
        17 => format!("DELETE FROM Employee WHERE Name = {one} OR Grade = {what}"),
        18 => format!("DELETE FROM {} WHERE Name LIKE '%{what}%'", random.pick(&["Store", "Product", "Team", "Country", "Near", "Big"])),
        19 => format!("DELETE FROM Category WHERE Name = {}", random.pick(&["'Hot'", "'Cold'", "'Warm'"])),
        20 => format!("UPDATE Ledger SET Amount = Amount * 2, Employee = {one} WHERE Amount > {fraction}"),
        21 => format!("UPDATE Ledger SET Remark = 'r{what}', Store = 'S{store}' WHERE Remark = 'r{product}'"),
        22 => format!("DELETE FROM Ledger WHERE Remark = 'r{what}' AND 1 / (Amount - 7) < {fraction}"),
        23 => format!(
            "CREATE SUBSET Behind OF Employee AS Employee > Employee.\"E1\"; ALTER DIMENSION {}; SELECT * FROM Behind",
            random.pick(&["Employee ORDER BY Grade", "Employee ORDER BY Name DESC", "Store ORDER BY Rent", "Employee ORDER BY Lead"])
        ),
        _ => format!("INSERT INTO Price VALUES ('P{product}', '2024-01', {number})"),
    };
    let metric = random.pick(&["Revenue", "Everything", "Made", "\"By Country\"", "Nothing"]);
    match random.below(5) {
        0 => write,
        1 => format!("SET autocalc = off; {write}; RECALCULATE METRIC {metric}; RECALCULATE; SET autocalc = on"),
        4 => format!("BEGIN; {write}; COMMIT"),
        2 => format!("BEGIN; {write}; SELECT COUNT(*), MAX(Name) FROM Employee; SELECT * FROM Store; ROLLBACK"),
        _ => format!("BEGIN; {write}; EXPLAIN FORMULA Made; SHOW FORMULA Made; ROLLBACK"),
    }
}

/// Tables, views and comments, and changes of the model that they stand in the way of.
fn saved(random: &mut Random) -> String {
    let of = table(random);
    let (name, number) = (random.pick(&["Made", "Totals", "Granted", "Payroll", "PnL", "Nothing", "Sales"]), random.below(9));
    let (key, value) = (random.pick(of.keys), aggregate(random, of));
    let filter = filter(random, of);
    let statement = match random.below(16) {
        0 | 1 => format!("CREATE VIEW {name} AS SELECT {key} AS k, {value} AS v FROM {}{filter} GROUP BY {key}", of.name),
        2 => format!("CREATE VIEW Made (a, b) AS SELECT {key}, {} FROM {}", random.pick(of.numbers), of.name),
        3 => format!("ALTER VIEW {name} AS SELECT {key} AS k, {value} AS v FROM {} GROUP BY {key}", of.name),
        4 => format!("ALTER VIEW {name} RENAME TO Other"),
        5 => format!("DROP VIEW {name}"),
        6 => format!("CREATE TABLE Made OF (Sales, {})", random.pick(&["Pieces", "Note", "CountryRights", "Revenue", "Nothing"])),
        7 => format!("DROP TABLE {}", random.pick(&["PnL", "Grants", "Nothing", "Totals"])),
        8 => format!("ALTER TABLE {} OF (Revenue, Sales)", random.pick(&["PnL", "Grants", "Nothing"])),
        9 => format!("COMMENT ON VIEW {name} IS 'c{number}'"),
        10 => format!("COMMENT ON METRIC {} IS 'c{number}'", random.pick(&["Sales", "CountryRights", "Nothing", "PnL"])),
        11 => format!("ALTER DIMENSION Employee DROP PROPERTY {}", random.pick(&["Grade", "Lead", "Team", "Name", "Nothing"])),
        12 => format!("ALTER DIMENSION {} RENAME TO Other", random.pick(&["Employee", "Store", "Near", "User", "Big", "Month"])),
        13 => format!("ALTER DIMENSION Store RENAME PROPERTY {} TO Other", random.pick(&["Rent", "Manager", "Country", "Nothing"])),
        14 => format!(
            "ALTER LIST Ledger {}",
            random.pick(&["ADD COLUMN Note TEXT", "DROP COLUMN Remark", "DROP COLUMN Store", "RENAME TO Book"])
        ),
        _ => format!("DROP METRIC {}", random.pick(&["Sales", "CountryRights", "Pay", "Pieces"])),
    };
    let ask = random.pick(&[
        "SHOW VIEWS",
        "SHOW TABLES",
        "SHOW METRICS",
        "SHOW DIMENSIONS",
        "SHOW CALENDARS",
        "SELECT * FROM Made ORDER BY 1, 2",
        "SELECT * FROM Other ORDER BY 1",
        "SELECT * FROM information_schema.views",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM information_schema.columns",
        "DESCRIBE Made",
        "DESCRIBE Totals",
        "DESCRIBE Granted",
        "SELECT * FROM Store",
        "SELECT * FROM Ledger",
        "SELECT * FROM Employee",
    ]);
    if random.percent(80) { format!("BEGIN; {statement}; {ask}; ROLLBACK") } else { ask.to_owned() }
}

/// Statements beside queries.
fn odd(random: &mut Random) -> String {
    match random.below(21) {
        18 => "SHOW VIEWS".to_owned(),
        0 => "SHOW METRICS".to_owned(),
        1 => "SHOW DIMENSIONS".to_owned(),
        2 => "SHOW LISTS".to_owned(),
        3 => "SHOW USERS".to_owned(),
        4 => "SHOW ROLES".to_owned(),
        5 => "SHOW GROUPS".to_owned(),
        6 => "SHOW RULES".to_owned(),
        7 => format!("DESCRIBE {}", table(random).name),
        8 => format!("SHOW ROLE OF {}", random.pick(&["'u'", "'last'", "'other-A-0'"])),
        9 => format!("INSERT INTO Sales VALUES ('P1', 'S{}', '2024-01', 1)", random.below(8)),
        10 => format!("INSERT INTO Pay VALUES ('{}', '2024-01', 1)", random.pick(&["E1", "Ghost-A", "Ghost-B", "nobody"])),
        11 => format!("EVALUATE {}", random.pick(FORMULAS)),
        12 => format!("EXECUTE AS USER {} SELECT 1", random.pick(&["'last'", "'other-A-0'", "'nobody'"])),
        13 => format!("EXPLAIN ANALYZE {}", plain(random)),
        14 => format!("SHOW FORMULA {}", random.pick(&["Revenue", "Everything", "Nothing", "Made"])),
        15 => format!("SHOW AUDIT {}", random.pick(&["", "LIMIT 5", "SINCE '2026-11-27'", "SINCE '2026-11-28'"])),
        16 => "VERIFY AUDIT".to_owned(),
        17 => format!("RECALCULATE {}", random.pick(&["", "ALL", "METRIC Everything", "METRIC Nothing", "SCENARIO Base"])),
        19 => format!("SET autocalc = {}", random.pick(&["on", "off"])),
        _ => format!("SELECT table_name FROM information_schema.tables LIMIT {}", random.below(20)),
    }
}
