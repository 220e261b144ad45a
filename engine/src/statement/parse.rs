//! Reads one statement. What every family of statements needs is in here and in `parser`; the families have a file each.

mod alter;
mod copy;
mod create;
mod data;
mod explain;
mod parser;
mod query;
mod rule;
mod scenario;
mod security;
mod values;

use super::ast::Statement;
use super::error::StatementError;
use super::expect::Expected;
use super::lex::Kind;
use super::place::Place;
use super::split::Piece;
use super::suggest::closest;
use parser::{Parser, shortened};

type Parsed<T> = Result<T, StatementError>;

/// What a statement may begin with.
const FIRST_WORDS: [&str; 29] = [
    "SELECT",
    "WITH",
    "VALUES",
    "EXPLAIN",
    "EVALUATE",
    "SHOW",
    "DESCRIBE",
    "CREATE",
    "ALTER",
    "DROP",
    "COMMENT",
    "COPY",
    "INSERT",
    "UPDATE",
    "DELETE",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SET",
    "RECALCULATE",
    "USE",
    "COMPARE",
    "MERGE",
    "REBASE",
    "REVERT",
    "GRANT",
    "REVOKE",
    "EXECUTE",
    "VERIFY",
];

/// Words that begin a statement elsewhere, and what does their work here.
const ELSEWHERE: [(&str, &str); 14] = [
    ("START", "BEGIN"),
    ("END", "COMMIT"),
    ("ABORT", "ROLLBACK"),
    ("DESC", "DESCRIBE"),
    ("LOAD", "COPY name FROM 'file'"),
    ("IMPORT", "COPY name FROM 'file'"),
    ("EXPORT", "COPY (SELECT …) TO 'file'"),
    ("UPSERT", "INSERT INTO"),
    ("REPLACE", "INSERT INTO"),
    ("TRUNCATE", "DELETE FROM"),
    ("REMOVE", "DROP"),
    ("RENAME", "ALTER … RENAME TO"),
    ("CALCULATE", "EVALUATE"),
    ("REFRESH", "RECALCULATE"),
];

/// Reads one statement.
///
/// # Errors
/// What was expected, what stands there instead, and where in the script.
pub fn parse(piece: &Piece<'_>) -> Result<Statement, StatementError> {
    let mut parser = Parser::new(piece);
    let statement = statement(&mut parser)?;
    parser.end()?;
    Ok(statement)
}

/// What could come next where a statement ends that is still being written.
pub(super) fn expected(piece: &Piece<'_>) -> Expected {
    let mut parser = Parser::new(piece);
    // Whether it can be read as it is does not matter.
    let _ = statement(&mut parser);
    parser.wanted()
}

fn statement(p: &mut Parser<'_>) -> Parsed<Statement> {
    if query::begins_query(p.peek()) {
        return query::query(p).map(Statement::Query);
    }
    let at = p.at();
    let word = match p.peek() {
        Kind::Word(word) => *word,
        Kind::End => {
            p.wants(&FIRST_WORDS);
            return Err(StatementError::new(at, "a statement is expected here"));
        }
        _ => {
            return Err(p
                .expected("a word that begins a statement")
                .with_help("statements begin with a word such as SELECT, CREATE or COPY"));
        }
    };
    p.advance();
    match word.to_ascii_uppercase().as_str() {
        "EXPLAIN" => explain::explain(p),
        "EVALUATE" => p.formula("EVALUATE").map(Statement::Evaluate),
        "SHOW" => explain::show(p),
        "DESCRIBE" => p.name("the name of what is described").map(Statement::Describe),
        "EXECUTE" => query::execute_as(p),
        "VERIFY" => p.keyword("AUDIT").map(|()| Statement::VerifyAudit),
        "CREATE" => create::create(p),
        "ALTER" => alter::alter(p),
        "DROP" => alter::drop(p),
        "COMMENT" => alter::comment(p),
        "COPY" => copy::copy(p),
        "INSERT" => data::insert(p),
        "UPDATE" => data::update(p),
        "DELETE" => data::delete(p),
        "BEGIN" => Ok(data::transaction(p, Statement::Begin)),
        "COMMIT" => Ok(data::transaction(p, Statement::Commit)),
        "ROLLBACK" => Ok(data::transaction(p, Statement::Rollback)),
        "SET" => data::set(p),
        "RECALCULATE" => data::recalculate(p),
        "USE" => scenario::use_scenario(p),
        "COMPARE" => scenario::compare(p),
        "MERGE" => scenario::merge(p),
        "REBASE" => scenario::rebase(p),
        "REVERT" => scenario::revert(p),
        "GRANT" => security::grant(p),
        "REVOKE" => security::revoke(p),
        other => Err(unknown_word(at, word, other)),
    }
}

/// The refusal of a first word that begins no statement.
fn unknown_word(at: Place, written: &str, upper: &str) -> StatementError {
    let error = StatementError::new(at, format!("`{}` begins no statement", shortened(written)));
    let elsewhere = ELSEWHERE.iter().find(|(theirs, _)| *theirs == upper).map(|(_, ours)| *ours);
    match elsewhere.or_else(|| closest(written, FIRST_WORDS)) {
        Some(ours) => error.with_help(format!("did you mean `{ours}`?")),
        None => error,
    }
}
