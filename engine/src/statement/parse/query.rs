//! Queries, which are handed on as text.

use super::Parsed;
use super::parser::Parser;
use crate::statement::ast::{Sql, Statement};
use crate::statement::lex::Kind;

/// What a query begins with.
const QUERY_WORDS: [&str; 3] = ["SELECT", "WITH", "VALUES"];

/// Whether a query may begin with a token.
pub(super) fn begins_query(kind: &Kind<'_>) -> bool {
    match kind {
        Kind::Word(word) => QUERY_WORDS.iter().any(|first| word.eq_ignore_ascii_case(first)),
        Kind::Sign('(') => true,
        _ => false,
    }
}

/// Whether a query begins at the current token.
pub(super) fn at_query(p: &Parser<'_>) -> bool {
    p.wants(&QUERY_WORDS);
    begins_query(p.peek())
}

/// A query up to the end of the statement.
pub(super) fn query(p: &mut Parser<'_>) -> Parsed<Sql> {
    query_until(p, |_| false)
}

/// `(query)`
pub(super) fn query_in_brackets(p: &mut Parser<'_>) -> Parsed<Sql> {
    p.sign('(')?;
    let query = query_until(p, |p| *p.peek() == Kind::Sign(')'))?;
    p.sign(')')?;
    Ok(query)
}

fn query_until(p: &mut Parser<'_>, stop: impl Fn(&Parser<'_>) -> bool) -> Parsed<Sql> {
    if !at_query(p) {
        return Err(p.expected("a query").with_help("a query begins with SELECT, WITH or VALUES"));
    }
    p.sql_until("a query", stop)
}

/// `EXECUTE AS USER 'x' query`, behind `EXECUTE`
pub(super) fn execute_as(p: &mut Parser<'_>) -> Parsed<Statement> {
    p.keyword("AS USER")?;
    let user = p.user()?;
    Ok(Statement::ExecuteAs { user, query: query(p)? })
}
