//! The rows that an UPDATE or a DELETE means: those of a table for which a condition holds, with values over each.

use datafusion::sql::sqlparser::ast::{Ident, SelectItem, SetExpr, Statement, TableWithJoins};
use smalt_model::Schema;

use crate::QueryError;
use crate::bind::{bare, empty_select, field, object, table_factor};
use crate::lex::{Literals, expression};
use crate::source::{ROW, Source};

/// A piece of SQL and where it begins in a larger text, in which errors name their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The SQL.
    pub text: String,
    /// The line of its first character, from 1.
    pub line: u64,
    /// The column of its first character in that line, from 1, in characters.
    pub column: u64,
}

/// The column of a list that has the numbers of the rows which its reader may see, from 0, in their order. It tells rows apart that have no key.
pub const ROW_NUMBER: &str = ROW;

/// The rows of a table that a statement is about to change, as a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// The scenario of the table; `None`: the one in use.
    pub scenario: Option<String>,
    /// The table.
    pub table: String,
    /// Columns of the table, the first columns of the answer.
    pub columns: Vec<String>,
    /// Expressions over a row, the columns behind them.
    pub values: Vec<Piece>,
    /// The condition; `None`: every row.
    pub filter: Option<Piece>,
}

impl Affected {
    /// `SELECT columns, values FROM table WHERE filter`.
    pub(crate) fn statement(&self, schema: &Schema) -> Result<Statement, QueryError> {
        let mut select = empty_select();
        let columns = self.columns.iter().map(|name| field(&self.table, name));
        let source = Source::find(schema, &self.table);
        let is_decimal = source.is_some_and(|s| s.columns(schema).iter().any(|column| column.ty.digits().is_some()));
        let literals = if is_decimal { Literals::Decimals } else { Literals::Floats };
        let values = self.values.iter().map(|piece| expression(piece, schema, literals));
        let projection = columns.map(Ok).chain(values).enumerate().map(|(index, expr)| {
            // Headings of their own: two expressions may be written alike.
            Ok(SelectItem::ExprWithAlias { expr: expr?, alias: Ident::with_quote('"', format!("column {}", index + 1)) })
        });
        select.projection = projection.collect::<Result<_, QueryError>>()?;
        let mut table = object(&self.table);
        if let Some(scenario) = &self.scenario {
            table.0.splice(0..0, object(scenario).0);
        }
        select.from = vec![TableWithJoins { relation: table_factor(table, None, None), joins: Vec::new() }];
        select.selection = self.filter.as_ref().map(|piece| expression(piece, schema, Literals::Floats)).transpose()?;
        Ok(Statement::Query(Box::new(bare(SetExpr::Select(Box::new(select))))))
    }
}
