//! docs/formulas.md, docs/formula-errors.md and their scripts: written from the tables that the compiler reads, and held to them.
//!
//! `UPDATE=1` writes them anew. What the examples of the scripts give is in `*.out`, which the engine must answer (a test of the command).

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::sample::{script, sql_name, world};
use super::{World, type_of};
use crate::reference::{Cells, FAMILIES, Help, Worked};
use crate::{Accept, Code, Example, FUNCTIONS, Gives, Need, Place, Signature, Target, parse};

/// The prose of the reference; its examples begin with `%% formula` or `%% [NUMBER BY (Month)] formula`, a `% line` for each cell follows.
const PROSE: &str = include_str!("../reference/formulas.in.md");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[track_caller]
fn holds(path: &str, text: &str) {
    let file = root().join(path);
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(&file, text).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    let line = found.lines().zip(text.lines()).position(|(a, b)| a != b).map_or("the end".to_owned(), |n| format!("line {}", n + 1));
    assert!(found == text, "{path} differs from what the tables say, from {line} on: UPDATE=1 writes it anew");
}

/// The place of `NUMBER BY (Country, Month)`.
fn place(world: &World, metric: Option<&str>) -> Place {
    let Some(metric) = metric else { return Place::Free };
    let (ty, by) = metric.split_once(" BY (").unwrap();
    let dims = by.trim_end_matches(')').split(", ").map(|d| world.dimension(d)).collect();
    Place::Metric(Target { name: "Result".into(), id: None, ty: type_of(&world.schema, ty), dims })
}

/// An example, its answer as the engine writes it, and as the page shows it.
struct Shown {
    statement: String,
    answer: String,
    page: String,
}

fn show(world: &World, number: usize, metric: Option<&str>, formula: &str, rows: &[&str]) -> Shown {
    let program = world.compile(formula, &place(world, metric)).unwrap_or_else(|e| panic!("{formula}\n{e}"));
    let dims: Vec<&str> = match place(world, metric) {
        Place::Metric(target) => target.dims.iter().map(|d| &*world.schema.dimension(*d).unwrap().name).collect(),
        _ => program.root.dims.iter().map(|d| &*world.schema.dimension(*d).unwrap().name).collect(),
    };
    for row in rows {
        assert_eq!(row.split(',').count(), dims.len() + 1 + row.matches("\",").count() + row.matches("1,234").count(), "{formula}: {row}");
    }
    let value = metric.map_or("Value".to_owned(), |_| format!("Example {number}"));
    let head = dims.iter().copied().chain([value.as_str()]).collect::<Vec<_>>().join(",");
    let statement = match metric {
        None => format!("EVALUATE {formula};\n"),
        Some(metric) => {
            let name = sql_name(&value);
            let by = dims.iter().map(|d| sql_name(d)).collect::<Vec<_>>().join(", ");
            format!("CREATE METRIC {name} {metric} AS {formula};\nSELECT * FROM {name} ORDER BY {by};\n")
        }
    };
    let first = statement.lines().next().unwrap();
    let mut answer = format!("> {first}\n{head}\n");
    rows.iter().for_each(|row| writeln!(answer, "{row}").unwrap());
    Shown { answer, page: table(metric, formula, rows), statement }
}

/// A formula and its cells in columns.
fn table(metric: Option<&str>, formula: &str, rows: &[&str]) -> String {
    let mut out = String::from("```text\n");
    match metric {
        None => writeln!(out, "{formula}").unwrap(),
        Some(metric) => writeln!(out, "METRIC Result {metric} AS {formula}").unwrap(),
    }
    let cells: Vec<Vec<&str>> =
        rows.iter().map(|row| if row.starts_with('"') { vec![row.trim_matches('"')] } else { row.split(',').collect() }).collect();
    let columns = cells.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..columns).map(|c| cells.iter().filter_map(|row| row.get(c)).map(|t| t.chars().count()).max().unwrap_or(0)).collect();
    for row in &cells {
        let line: Vec<String> = row.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}")).collect();
        writeln!(out, "    {}", line.join("  ").trim_end()).unwrap();
    }
    if rows.is_empty() {
        out.push_str("    BLANK\n");
    }
    out.push_str("```\n");
    out
}

/// The scripts' question and answer files, and what the page shows in the place of each example.
#[derive(Default)]
struct Examples {
    number: usize,
    statements: String,
    answers: String,
}

impl Examples {
    fn add(&mut self, world: &World, metric: Option<&str>, formula: &str, rows: &[&str]) -> String {
        self.number += 1;
        let shown = show(world, self.number, metric, formula, rows);
        write!(self.statements, "\n{}", shown.statement).unwrap();
        let gap = if self.answers.is_empty() { "" } else { "\n" };
        write!(self.answers, "{gap}{}", shown.answer).unwrap();
        shown.page
    }
}

fn accepts(accept: Accept) -> String {
    match accept {
        Accept::Number => "a number".to_owned(),
        Accept::Numeric => "a number, whose type is kept".to_owned(),
        Accept::Whole => "a whole number (a fraction is cut off)".to_owned(),
        Accept::Text => "a text".to_owned(),
        Accept::Boolean => "a Boolean".to_owned(),
        Accept::Date => "a date".to_owned(),
        Accept::Ordered => "numbers, texts, dates or items".to_owned(),
        Accept::Any => "any value".to_owned(),
        Accept::Aggregated => "what the aggregation takes".to_owned(),
        Accept::Item => "an item".to_owned(),
        Accept::Dimension => "a dimension's name".to_owned(),
        Accept::Property => "a property of a dimension".to_owned(),
        Accept::Metric => "a metric's name".to_owned(),
        Accept::Words(words) => words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(" or "),
    }
}

fn result(gives: Gives) -> &'static str {
    match gives {
        Gives::Number => "NUMBER",
        Gives::Integer => "INTEGER",
        Gives::Text => "TEXT",
        Gives::Boolean => "BOOLEAN",
        Gives::Date => "DATE",
        Gives::Rights => "ACCESS RIGHTS",
        Gives::Same => "the type of its first value",
        Gives::Branch => "the type of what is chosen among",
        Gives::Rounded => "INTEGER without digits, else the type of n",
        Gives::Quotient => "NUMBER; DECIMAL of a DECIMAL",
        Gives::Aggregated => "what the aggregation gives",
        Gives::Item => "an item of the dimension named",
        Gives::Rank => "INTEGER; NUMBER with AVERAGE",
    }
}

fn function(world: &World, signature: &Signature, help: &Help, examples: &mut Examples) -> String {
    let mut out = format!("#### {}\n\n`{}`\n\n{}\n\n", signature.name, signature.usage(), help.summary);
    let takes: Vec<String> = signature
        .parameters
        .iter()
        .filter(|p| !matches!(p.accept, Accept::Words(_)))
        .map(|p| {
            let may = if p.need == Need::Optional { "; may be left out" } else { "" };
            format!("- `{}`: {}{may}\n", p.name, accepts(p.accept))
        })
        .collect();
    writeln!(out, "{}- gives {}\n\n{}\n", takes.concat(), result(signature.gives), help.cells.sentence()).unwrap();
    for Worked { formula, metric, answer } in help.examples {
        writeln!(out, "{}", examples.add(world, *metric, formula, answer)).unwrap();
    }
    out
}

fn functions(world: &World, examples: &mut Examples) -> String {
    let mut out = String::new();
    for (family, all) in FAMILIES {
        writeln!(out, "### {}\n", family.title()).unwrap();
        let fills: Vec<String> = all.iter().filter(|h| h.cells.fills()).map(|h| format!("`{}`", h.name)).collect();
        if !fills.is_empty() {
            writeln!(out, "Can fill cells that no argument has: {}.\n", fills.join(", ")).unwrap();
        }
        for help in *all {
            let signature = crate::function(help.name).unwrap_or_else(|| panic!("{} is no function", help.name));
            out.push_str(&function(world, signature, help, examples));
        }
    }
    out
}

/// The prose with its examples worked, and the functions where it says so.
fn reference(world: &World, examples: &mut Examples) -> String {
    let mut out = String::new();
    let mut lines = PROSE.lines().peekable();
    while let Some(line) = lines.next() {
        if line == "{{functions}}" {
            out.push_str(functions(world, examples).trim_end());
            out.push('\n');
        } else if line == "{{model}}" {
            write!(out, "```sql\n{}```\n", script()).unwrap();
        } else if let Some(formula) = line.strip_prefix("%% ") {
            let mut rows = Vec::new();
            while let Some(row) = lines.peek().and_then(|l| l.strip_prefix("% ")) {
                rows.push(row);
                lines.next();
            }
            let (metric, formula) = match formula.strip_prefix('[').and_then(|f| f.split_once("] ")) {
                Some((metric, formula)) => (Some(metric), formula),
                None => (None, formula),
            };
            out.push_str(&examples.add(world, metric, formula, &rows));
        } else {
            writeln!(out, "{line}").unwrap();
        }
    }
    out
}

#[test]
fn every_function_has_help_and_every_help_a_function() {
    let functions: BTreeSet<&str> = FUNCTIONS.iter().map(|f| f.name).collect();
    let helped: Vec<&str> = FAMILIES.iter().flat_map(|(_, all)| all.iter().map(|h| h.name)).collect();
    assert_eq!(helped.len(), helped.iter().collect::<BTreeSet<_>>().len(), "help twice");
    assert_eq!(functions, helped.iter().copied().collect::<BTreeSet<_>>());
    for signature in FUNCTIONS {
        let help = signature.help().unwrap();
        assert!(signature.family().is_some() && help.summary.len() > 5, "{}", help.name);
        assert!(!help.examples.is_empty(), "{} has no example", help.name);
        for example in help.examples {
            assert!(example.formula.contains(help.name), "{} does not show {}", example.formula, help.name);
        }
        assert_eq!(help.summary, help.summary.split_whitespace().collect::<Vec<_>>().join(" "), "spaces");
    }
}

#[test]
fn the_reference_is_what_the_tables_say_and_its_examples_are_a_script() {
    let world = world();
    let mut examples = Examples::default();
    let page = reference(&world, &mut examples);
    let head = "-- The examples of docs/formulas.md. Written by a test of smalt-formula, with the answers: UPDATE=1 writes both anew.\n";
    holds("docs/formulas.md", &page);
    holds("testdata/scripts/reference_examples.sql", &format!("{head}{}{}", script(), examples.statements));
    holds("testdata/scripts/reference_examples.out", &examples.answers);
}

/// What fills cells according to the reference is what can have cells that no operand has, and nothing else claims to.
#[test]
fn the_reference_says_which_functions_fill() {
    let fills: Vec<&str> = FAMILIES.iter().flat_map(|(_, all)| *all).filter(|h| h.cells.fills()).map(|h| h.name).collect();
    for name in [
        "ISBLANK",
        "ISNOTBLANK",
        "IF",
        "SWITCH",
        "IFBLANK",
        "IFDEFINED",
        "PREVIOUS",
        "FILLFORWARD",
        "MOVINGSUM",
        "SPREAD",
        "ROLLUP",
        "FORECAST_ETS",
    ] {
        assert!(fills.contains(&name), "{name}");
    }
    for help in FAMILIES.iter().flat_map(|(_, all)| *all).filter(|h| h.cells == Cells::EveryArgument) {
        assert!(!fills.contains(&help.name));
    }
}

fn error_text(world: &World, metric: Option<&str>, formula: &str) -> crate::Diagnostic {
    match world.compile(formula, &place(world, metric)) {
        Ok(program) => panic!("{formula} should be refused, but means {:?}", program.root),
        Err(e) => e.first().clone(),
    }
}

#[test]
fn every_code_has_an_example_that_gives_it() {
    let world = world();
    let mut page = String::from(include_str!("../reference/formula-errors.in.md"));
    let mut statements = String::new();
    for code in Code::ALL {
        writeln!(page, "\n## {code}\n\n{}\n", code.meaning()).unwrap();
        let Some(example) = code.example() else { continue };
        let (metric, formula) = match example {
            Example::Formula(formula) => (None, formula.to_owned()),
            Example::Metric(metric, formula) => (Some(metric), formula.to_owned()),
            Example::Repeated(text, times, end) => (None, format!("{}{end}", text.repeat(times))),
            Example::Script(script) => {
                let (before, last) = script.rsplit_once("\n\n").map_or((String::new(), script), |(a, b)| (format!("\n{a}\n"), b));
                write!(statements, "{before}\n-- {code}\n{last}\n").unwrap();
                write!(page, "```sql\n{script}\n```\n").unwrap();
                continue;
            }
        };
        match metric {
            // A statement without a formula is refused before, and a metric that has a name there is part of a loop.
            _ if matches!(code, Code::Empty | Code::Itself) => {}
            None => write!(statements, "\n-- {code}\nEVALUATE $${formula}\n$$;\n").unwrap(),
            Some(metric) => write!(statements, "\n-- {code}\nCREATE METRIC Result {metric} AS $${formula}\n$$;\n").unwrap(),
        }
        if let Some(metric) = metric {
            writeln!(page, "For a metric `Result {metric}`:\n").unwrap();
        }
        let e = error_text(&world, metric, &formula);
        assert_eq!(e.code, *code, "{formula}\n{e}");
        write!(page, "```text\n{e}\n```\n").unwrap();
    }
    let head = "-- The examples of docs/formula-errors.md, each below the code that it must give. Written by a test of smalt-formula: UPDATE=1 \
                writes it anew.\n";
    holds("docs/formula-errors.md", &page);
    holds("testdata/scripts/error_examples.sql", &format!("{head}{}{statements}", script()));
}

#[test]
fn codes_are_distinct_and_told_in_sentences() {
    let texts: BTreeSet<&str> = Code::ALL.iter().map(|c| c.text()).collect();
    assert_eq!(texts.len(), Code::ALL.len());
    for code in Code::ALL {
        assert!(code.text().starts_with("E_") && code.meaning().ends_with('.'), "{code}");
        assert_eq!(code.to_string(), code.text());
    }
}

/// Whatever a help calls a whole correction is one: what stands after `write` in backticks, where it reads as a formula.
#[test]
fn corrections_can_be_pasted() {
    let world = world();
    let mut pasted = 0;
    for (metric, formula, whole) in [
        (Some("NUMBER BY (Month)"), "5", "5[ADD: Month]"),
        (Some("NUMBER BY (Country, Month)"), "Price + 1", "(Price + 1)[REMOVE SUM: Product][ADD: Country, Month]"),
        (Some("NUMBER BY (Month)"), "Sales\n  * 2", "(Sales * 2)[REMOVE SUM: Country]"),
        (Some("NUMBER BY (Region, Month)"), "Sales", "Sales[BY SUM: Country.Region]"),
        (Some("NUMBER BY (Country)"), "Target", "Target[BY: Country.Region]"),
        (Some("NUMBER BY (Region, Month)"), "Sales", "Sales[REMOVE SUM: Country][ADD: Region]"),
        (Some("BOOLEAN BY (Country)"), "Listed", "Listed[REMOVE ANY: Product][ADD: Country]"),
        (Some("INTEGER BY (Product)"), "Price * 2", "TRUNC(Price * 2)"),
        (Some("NUMBER BY (Product)"), "Listed", "IF(Listed, 1, 0)"),
        (Some("NUMBER BY (Country)"), "Orders.Amount", "Orders.Amount[BY SUM: Orders.Country]"),
        (Some("NUMBER BY (Month)"), "Orders.Amount", "Orders.Amount[BY SUM: TIMEDIM(Orders.Date, Month)]"),
        (None, "1 < Price < 3", "1 < Price AND Price < 3"),
        (None, "Price NOT IN (2, 3)", "NOT Price IN (2, 3)"),
        (None, "AND(Price > 1, Price < 3)", "Price > 1 AND Price < 3"),
        (None, "Price IN 2", "Price IN (2)"),
        (None, "Sales.Region", "Sales[BY SUM: Country.Region]"),
        (None, "Sales.Country", "Sales[KEEP SUM: Country]"),
        (None, "Price[BY: Country.Region]", "Price[ADD: Region]"),
        (None, "MOVINGSUM(Units * Target, 3, 0, Cash)", "Month"),
    ] {
        let e = error_text(&world, metric, formula);
        let all = match world.compile(formula, &place(&world, metric)) {
            Err(all) => all.to_string(),
            Ok(_) => String::new(),
        };
        assert!(all.contains(&format!("`{whole}`")), "{formula}: `{whole}` is not in\n{all}");
        if parse(whole).is_ok() && whole != "Month" {
            assert!(world.compile(whole, &place(&world, metric)).is_ok(), "{formula}: `{whole}` is refused\n{e}");
            pasted += 1;
        }
    }
    assert!(pasted > 15);
}
