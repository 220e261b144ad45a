//! `INSERT`, `UPDATE`, `DELETE`, transactions, `SET` and `RECALCULATE`

use super::Parsed;
use super::parser::Parser;
use super::query::{at_query, begins_query, query};
use super::values::value;
use crate::statement::ast::{Assignment, Delete, Insert, InsertSource, Recalculate, Sql, Statement, Update, Value};
use crate::statement::error::StatementError;
use crate::statement::lex::Kind;
use crate::statement::suggest::closest;

/// Behind `INSERT`.
pub(super) fn insert(p: &mut Parser<'_>) -> Parsed<Statement> {
    p.keyword("INTO")?;
    let (scenario, target) = p.written("the name of a metric, a dimension or a list")?;
    let columns = match p.peek() {
        Kind::Sign('(') if !begins_query(&p.peek_second()) => Some(p.brackets(|p| p.name("a column's name"))?),
        _ => None,
    };
    let source = if !p.ahead(calculates) && p.eat_word("VALUES") {
        InsertSource::Values(p.commas(|p| row(p, columns.as_ref().map(Vec::len)))?)
    } else if at_query(p) {
        InsertSource::Query(query(p)?)
    } else {
        return Err(p.expected_one_of(&["VALUES", "SELECT"]));
    };
    Ok(Statement::Insert(Insert { scenario, target, columns, source }))
}

/// Whether VALUES are to be calculated: they are a query then.
fn calculates(p: &mut Parser<'_>) -> bool {
    const WORDS: [&str; 9] = ["CASE", "CAST", "CURRENT_DATE", "CURRENT_TIMESTAMP", "EXTRACT", "INTERVAL", "NOT", "NOW", "TRY_CAST"];
    if !p.eat_word("VALUES") {
        return false;
    }
    while p.sign('(').is_ok() {
        loop {
            if value(p).is_err() {
                return match p.peek() {
                    Kind::Sign('(' | '-' | '+') => true,
                    Kind::Word(_) => p.peek_second() == Kind::Sign('(') || WORDS.iter().any(|word| p.at_word(word)),
                    _ => false,
                };
            }
            match p.peek() {
                Kind::Sign(',') => p.advance(),
                Kind::Sign(')') => break,
                Kind::Sign(_) => return true,
                _ => return false,
            }
        }
        p.advance();
        if p.sign(',').is_err() {
            return false;
        }
    }
    false
}

fn row(p: &mut Parser<'_>, columns: Option<usize>) -> Parsed<Vec<Value>> {
    let at = p.at();
    let row = p.brackets(|p| {
        let value = value(p)?;
        match p.peek() {
            Kind::Sign(',' | ')') => Ok(value),
            _ => Err(p.expected("`,` or `)`")),
        }
    })?;
    match columns {
        Some(columns) if columns != row.len() => {
            let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
            Err(StatementError::new(at, format!("{} for {}", plural(row.len(), "value"), plural(columns, "column"))))
        }
        _ => Ok(row),
    }
}

/// Behind `UPDATE`.
pub(super) fn update(p: &mut Parser<'_>) -> Parsed<Statement> {
    let (scenario, target) = p.written("the name of a metric, a dimension or a list")?;
    p.keyword("SET")?;
    let assignments = p.commas(|p| {
        let column = p.name("a column's name")?;
        p.sign('=')?;
        let value = p.sql_until("an expression", |p| *p.peek() == Kind::Sign(',') || p.at_word("WHERE"))?;
        Ok(Assignment { column, value })
    })?;
    Ok(Statement::Update(Update { scenario, target, assignments, filter: filter(p)? }))
}

/// Behind `DELETE`.
pub(super) fn delete(p: &mut Parser<'_>) -> Parsed<Statement> {
    p.keyword("FROM")?;
    let (scenario, target) = p.written("the name of a metric, a dimension or a list")?;
    Ok(Statement::Delete(Delete { scenario, target, filter: filter(p)? }))
}

fn filter(p: &mut Parser<'_>) -> Parsed<Option<Sql>> {
    if !p.eat_word("WHERE") {
        return match p.peek() {
            Kind::End => Ok(None),
            _ => Err(p.expected_one_of(&["WHERE", "the end of the statement"])),
        };
    }
    p.sql_until("a condition", |_| false).map(Some)
}

/// `BEGIN`, `COMMIT`, `ROLLBACK`, each with a word behind it that says nothing.
pub(super) fn transaction(p: &mut Parser<'_>, statement: Statement) -> Statement {
    if !p.eat_word("TRANSACTION") {
        p.eat_word("WORK");
    }
    statement
}

/// Behind `SET`.
pub(super) fn set(p: &mut Parser<'_>) -> Parsed<Statement> {
    if !p.at_word("autocalc") {
        let help = match p.peek() {
            Kind::Word(word) if closest(word, ["autocalc"]).is_some() => "did you mean `autocalc`?",
            _ => "SET autocalc = on | off is the only setting",
        };
        return Err(p.expected("the setting `autocalc`").with_help(help));
    }
    p.advance();
    if !p.eat_word("TO") {
        p.sign('=')?;
    }
    p.choice(&[("on", true), ("off", false)]).map(Statement::SetAutocalc)
}

/// Behind `RECALCULATE`.
pub(super) fn recalculate(p: &mut Parser<'_>) -> Parsed<Statement> {
    let what = match p.peek() {
        Kind::End => Recalculate::Stale,
        _ => match p.one_of(&["METRIC", "SCENARIO", "ALL"])? {
            0 => Recalculate::Metrics(p.commas(|p| p.name("a metric's name"))?),
            1 => Recalculate::Scenarios(p.commas(|p| p.name("a scenario's name"))?),
            _ if p.at_word("IN") => {
                p.keyword("IN SCENARIO")?;
                Recalculate::All(p.commas(|p| p.name("a scenario's name"))?)
            }
            _ => Recalculate::All(Vec::new()),
        },
    };
    Ok(Statement::Recalculate(what))
}
