//! The sample model of docs/formulas.md and docs/formula-errors.md: as definitions for the checker, and as a script for the engine.

use super::World;

const DIMENSIONS: &[(&str, &str)] = &[
    ("Region", "Name TEXT"),
    ("Country", "Name TEXT, Region Region"),
    ("Product", "Name TEXT, Launched DATE, Rank INTEGER"),
    ("Account", "Name TEXT, Parent Account, Sign INTEGER"),
    ("Year", "Name TEXT, Start Date DATE, End Date DATE"),
    ("Quarter", "Name TEXT, Start Date DATE, End Date DATE, Year Year"),
    ("Month", "Name TEXT, Start Date DATE, End Date DATE, Quarter Quarter, Year Year"),
    ("Day of Week", "Name TEXT"),
    ("Day", "Name TEXT, Start Date DATE, End Date DATE, Month Month, Quarter Quarter, Year Year, Day of Week Day of Week"),
];

/// Made by CREATE CALENDAR.
const CALENDAR: &[&str] = &["Year", "Quarter", "Month", "Day of Week", "Day"];

const METRICS: &[(&str, &str, &str)] = &[
    ("Sales", "NUMBER", "Country, Month"),
    ("Cash", "NUMBER", "Month"),
    ("Paid", "DATE", "Month"),
    ("Price", "NUMBER", "Product"),
    ("Units", "INTEGER", "Product, Month"),
    ("Label", "TEXT", "Product"),
    ("Listed", "BOOLEAN", "Product"),
    ("Origin", "Country", "Product"),
    ("Target", "NUMBER", "Region"),
    ("Weight", "NUMBER", "Country"),
    ("Lag", "INTEGER", "Country"),
    ("Balance", "NUMBER", "Account"),
    ("Works", "BOOLEAN", "Day of Week"),
    ("Holiday", "BOOLEAN", "Day"),
];

const LISTS: &[(&str, &str)] = &[("Orders", "Country Country, Product Product, Date DATE, Amount NUMBER")];

/// (dimension, metric or list; its columns; rows)
const DATA: &[(&str, &str, &[&str])] = &[
    ("Region", "Name", &["'EMEA'", "'APAC'"]),
    ("Country", "Name, Region", &["'France', 'EMEA'", "'Germany', 'EMEA'", "'Japan', 'APAC'"]),
    ("Product", "Name, Launched, Rank", &["'Tea', DATE '2023-03-15', 2", "'Coffee', DATE '2024-02-10', 1", "'Cocoa', NULL, 3"]),
    (
        "Account",
        "Name, Parent, Sign",
        &["'Profit', NULL, NULL", "'Income', 'Profit', 1", "'Costs', 'Profit', -1", "'Material', 'Costs', 1", "'Wages', 'Costs', 1"],
    ),
    (
        "Sales",
        "Country, Month, Sales",
        &[
            "'France', '2024-01', 10",
            "'France', '2024-02', 20",
            "'France', '2024-04', 40",
            "'Germany', '2024-01', 5",
            "'Germany', '2024-03', 15",
            "'Japan', '2024-02', 8",
        ],
    ),
    ("Cash", "Month, Cash", &["'2024-01', -100", "'2024-02', 60", "'2024-03', 60"]),
    ("Paid", "Month, Paid", &["'2024-01', DATE '2024-01-01'", "'2024-02', DATE '2024-04-01'", "'2024-03', DATE '2024-07-01'"]),
    ("Price", "Product, Price", &["'Tea', 2", "'Coffee', 3.5"]),
    (
        "Units",
        "Product, Month, Units",
        &["'Tea', '2024-01', 10", "'Tea', '2024-03', 30", "'Coffee', '2024-01', 4", "'Coffee', '2024-02', 6"],
    ),
    ("Label", "Product, Label", &["'Tea', 'green tea'", "'Coffee', 'Dark  roast'"]),
    ("Listed", "Product, Listed", &["'Tea', TRUE", "'Coffee', FALSE"]),
    ("Origin", "Product, Origin", &["'Tea', 'Japan'", "'Coffee', 'France'"]),
    ("Target", "Region, Target", &["'EMEA', 12", "'APAC', 9"]),
    ("Weight", "Country, Weight", &["'France', 3", "'Germany', 1"]),
    ("Lag", "Country, Lag", &["'France', 1", "'Japan', 2"]),
    ("Balance", "Account, Balance", &["'Income', 100", "'Material', 30", "'Wages', 20"]),
    (
        "Works",
        "\"Day of Week\", Works",
        &[
            "'Monday', TRUE",
            "'Tuesday', TRUE",
            "'Wednesday', TRUE",
            "'Thursday', TRUE",
            "'Friday', TRUE",
            "'Saturday', FALSE",
            "'Sunday', FALSE",
        ],
    ),
    ("Holiday", "Day, Holiday", &["'2024-01-01', TRUE"]),
    (
        "Orders",
        "Country, Product, Date, Amount",
        &[
            "'France', 'Tea', DATE '2024-01-05', 20",
            "'France', 'Coffee', DATE '2024-02-11', 10",
            "'Japan', 'Tea', DATE '2024-03-30', 30",
            "'Japan', 'Tea', DATE '2024-04-02', 25",
        ],
    ),
];

/// The model as the checker sees it.
pub(crate) fn world() -> World {
    let items: Vec<(&str, &[&str])> = vec![
        ("Region", &["EMEA", "APAC"]),
        ("Country", &["France", "Germany", "Japan"]),
        ("Product", &["Tea", "Coffee", "Cocoa"]),
        ("Account", &["Profit", "Income", "Costs", "Material", "Wages"]),
        ("Year", &["2024"]),
        ("Quarter", &["2024-Q1", "2024-Q2"]),
        ("Month", &["2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06"]),
        ("Day", &["2024-01-01", "2024-01-02", "2024-01-03"]),
        ("Day of Week", &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]),
    ];
    World::of(DIMENSIONS, METRICS, LISTS, items)
}

/// A name as SQL writes it.
pub(crate) fn sql_name(name: &str) -> String {
    if name.contains(' ') { format!("\"{name}\"") } else { name.to_owned() }
}

/// `Start Date DATE, Team Team` with quotes where SQL needs them: the type is the last word here.
fn columns(fields: &str) -> String {
    let column = |field: &str| {
        let (name, ty) = field.rsplit_once(' ').unwrap();
        format!("{} {ty}", sql_name(name))
    };
    fields.split(", ").map(column).collect::<Vec<_>>().join(", ")
}

/// The model as statements, one to a line.
pub(crate) fn script() -> String {
    let mut out = String::new();
    for (name, properties) in DIMENSIONS.iter().filter(|(name, _)| !CALENDAR.contains(name)) {
        out.push_str(&format!("CREATE DIMENSION {name} ({});\n", columns(properties)));
    }
    out.push_str("CREATE CALENDAR FROM '2024-01-01' TO '2024-06-30' LEVELS (Day, Month, Quarter, Year);\n");
    for (name, fields) in LISTS {
        out.push_str(&format!("CREATE LIST {name} ({});\n", columns(fields)));
    }
    for (name, ty, by) in METRICS {
        let by: Vec<String> = by.split(", ").map(sql_name).collect();
        out.push_str(&format!("CREATE METRIC {name} {ty} BY ({});\n", by.join(", ")));
    }
    for (name, columns, rows) in DATA {
        let rows: Vec<String> = rows.iter().map(|row| format!("({row})")).collect();
        out.push_str(&format!("INSERT INTO {name} ({columns}) VALUES {};\n", rows.join(", ")));
    }
    out
}
