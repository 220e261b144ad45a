//! Why a query was refused or failed.

use std::fmt;

use datafusion::common::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{Location, Span};

use crate::words;

/// A refusal in the asker's words. It never holds a hidden name or a value of a hidden cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    message: String,
    place: Option<(u64, u64)>,
    help: Option<String>,
}

impl QueryError {
    pub(crate) fn new(message: impl Into<String>) -> QueryError {
        QueryError { message: message.into(), place: None, help: None }
    }

    /// What is not built yet.
    pub(crate) fn not_yet(what: &str) -> QueryError {
        QueryError::new(format!("{what} cannot be used in a query yet"))
    }

    /// What this SQL does not have.
    pub(crate) fn unsupported(what: &str) -> QueryError {
        QueryError::new(format!("{what} cannot be used in a query"))
    }

    pub(crate) fn at(mut self, span: Span) -> QueryError {
        self.place = self.place.or_else(|| place(span.start));
        self
    }

    /// With the place that it has in a larger text, whose piece begins at this line and column.
    pub(crate) fn within(mut self, line: u64, column: u64) -> QueryError {
        self.place = self.place.map(|place| crate::lex::within(line, column, place));
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> QueryError {
        self.help = Some(help.into());
        self
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The line in the query's text, from 1, where one is known.
    pub fn line(&self) -> Option<u64> {
        self.place.map(|p| p.0)
    }

    /// The column in that line, from 1, in characters.
    pub fn column(&self) -> Option<u64> {
        self.place.map(|p| p.1)
    }

    /// What to do about it, where that is known.
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// From the parser, whose texts end in ` at Line: 1, Column: 8`.
    pub(crate) fn from_parser(error: &ParserError) -> QueryError {
        let text = match error {
            ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
            ParserError::RecursionLimitExceeded => return QueryError::too_deep(),
        };
        let (text, place) = match text.rsplit_once(" at Line: ") {
            Some((text, rest)) => (text, location(rest)),
            None => (text, None),
        };
        let expected = text.strip_prefix("Expected: ").or_else(|| text.strip_prefix("Expected "));
        let text = match expected.and_then(|t| t.split_once(", found: ")) {
            Some((_, "EOF")) => "the query ends too early".to_owned(),
            Some((expected, found)) => format!("expected {expected}, found `{found}`"),
            None if text.starts_with("No infix parser for token") => "there is no such operator".to_owned(),
            None => text.trim_start_matches("sql parser error: ").to_owned(),
        };
        QueryError { message: crate::lex::as_written(&text).into_owned(), place, help: None }
    }

    pub(crate) fn too_deep() -> QueryError {
        QueryError::new("this query is nested too deeply").help("split it with WITH, or use fewer parentheses and operators in a row")
    }

    /// A query that is too large to be planned.
    pub(crate) fn too_large() -> QueryError {
        QueryError::new("this query has too many columns and expressions").help("ask for fewer at once")
    }

    /// A query holds more than it may.
    pub(crate) fn too_much_memory(limit: usize) -> QueryError {
        let help = "narrow it with WHERE, or group by fewer columns";
        QueryError::new(format!("this query needs more memory than it may use, which is {}", bytes(limit))).help(help)
    }

    /// The queries of one person hold more than they may.
    pub(crate) fn too_much_together(limit: usize) -> QueryError {
        let text = format!("your queries together need more memory than they may use, which is {}", bytes(limit));
        QueryError::new(text).help("ask one after the other")
    }

    /// Whether an error comes of what a query says, so that a part of it can be told that brings it.
    pub(crate) fn is_of_text(error: &DataFusionError) -> bool {
        use DataFusionError as E;
        matches!(error.find_root(), E::ArrowError(..) | E::NotImplemented(_) | E::Plan(_) | E::Execution(_) | E::SchemaError(..))
    }

    /// From DataFusion, in our own words. Planning sees only names that the binder made, and rows that the asker may see.
    pub(crate) fn from_datafusion(error: &DataFusionError) -> QueryError {
        let root = error.find_root();
        match root {
            DataFusionError::ArrowError(arrow, _) => QueryError::new(words::of_values(arrow)),
            DataFusionError::ResourcesExhausted(_) => {
                QueryError::new("this query needs more memory than it may use").help("narrow it with WHERE, or group by fewer columns")
            }
            DataFusionError::NotImplemented(text) if text.contains("onflicting ordering requirements") => {
                let error = QueryError::new("the aggregates of this query put together the same rows in different orders");
                error.help("ask for each in a subquery of its own")
            }
            DataFusionError::NotImplemented(_) => QueryError::new("this query uses a part of SQL that is not supported"),
            DataFusionError::External(inner) => match inner.downcast_ref::<QueryError>() {
                Some(own) => own.clone(),
                None => QueryError::new("the query failed"),
            },
            DataFusionError::Plan(text) | DataFusionError::Execution(text) => QueryError::new(words::of_plan(text)),
            DataFusionError::SchemaError(schema, _) => QueryError::new(words::of_plan(&schema.to_string())),
            DataFusionError::SQL(parser, _) => QueryError::from_parser(parser),
            _ => QueryError::new("the query failed"),
        }
    }
}

fn bytes(number: usize) -> String {
    if number >= 1 << 20 { format!("{} MB", number >> 20) } else { format!("{number} bytes") }
}

fn place(location: Location) -> Option<(u64, u64)> {
    (location.line > 0).then_some((location.line, location.column))
}

fn location(text: &str) -> Option<(u64, u64)> {
    let (line, column) = text.split_once(", Column: ")?;
    Some((line.trim().parse().ok()?, column.trim().parse().ok()?))
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.place {
            write!(f, "line {line}, column {column}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for QueryError {}

impl From<QueryError> for DataFusionError {
    fn from(error: QueryError) -> DataFusionError {
        DataFusionError::External(Box::new(error))
    }
}
