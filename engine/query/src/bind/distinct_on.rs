//! DISTINCT ON: of the rows that have the same keys the first one, in the order of the query.
//!
//! The rows are numbered within their keys, and the first ones kept. They are numbered by what breaks ties in ORDER BY as well, and last by what SELECT
//! names, so that which row is first follows from the rows alone.

use datafusion::sql::sqlparser::ast::SetExpr;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArgumentList, FunctionArguments, Ident, ObjectName, ObjectNamePart, OrderByExpr,
    OrderByOptions, Select, SelectItem, Spanned, TableFactor, TableWithJoins, Value, WindowSpec, WindowType,
};

use super::order::number;
use super::query::{bare, empty_select};
use super::{Binder, MARK, OutColumn, Resolved, field, from};
use crate::QueryError;

/// What DISTINCT ON asks for.
pub(super) struct Firsts {
    /// The keys.
    pub(super) on: Vec<Expr>,
    /// Whether the query has an ORDER BY.
    pub(super) is_ordered: bool,
}

impl Binder<'_> {
    /// The keys of DISTINCT ON.
    pub(super) fn on_list(&mut self, list: &[Expr], items: &[Resolved], keys: &[Expr]) -> Result<Vec<Expr>, QueryError> {
        if let Some(row) = list.iter().find(|key| matches!(key, Expr::Tuple(_))) {
            return Err(QueryError::unsupported("a row of several values in DISTINCT ON").at(row.span()));
        }
        if list.is_empty() {
            return Err(QueryError::new("DISTINCT ON names no column"));
        }
        list.iter().map(|key| self.key(key, items).map(|key| self.by_keys(key, keys))).collect()
    }

    /// `select`, whose rows `order` puts in order, with only the first row of each key.
    pub(super) fn only_firsts(
        &mut self,
        mut select: Select,
        order: Vec<OrderByExpr>,
        columns: Vec<OutColumn>,
        firsts: Firsts,
    ) -> (Select, Vec<OrderByExpr>, Vec<OutColumn>) {
        let table = self.unique("rows");
        let mut added = Vec::new();
        // What is asked for beside the columns of SELECT has a mark before its name, as tables have.
        let mut beside = |expr: Expr| {
            let mut name = format!("{MARK}key {}", added.len() + 1);
            while columns.iter().any(|column| column.inner == name) {
                name.insert(0, MARK);
            }
            let outside = field(&table, &name);
            added.push(SelectItem::ExprWithAlias { expr, alias: Ident::with_quote('"', name) });
            outside
        };
        let partition_by: Vec<Expr> = firsts.on.into_iter().map(&mut beside).collect();
        let order: Vec<OrderByExpr> = order
            .into_iter()
            .map(|key| match place_of(&key.expr).and_then(|place| columns.get(place)) {
                Some(column) => OrderByExpr { expr: field(&table, &column.inner), ..key },
                None => OrderByExpr { expr: beside(key.expr), ..key },
            })
            .collect();
        select.projection.extend(added);
        let mut order_by = order.clone();
        for column in &columns {
            let options = OrderByOptions { asc: Some(true), nulls_first: Some(false) };
            order_by.push(OrderByExpr { expr: field(&table, &column.inner), options, with_fill: None });
        }
        let mut outside = empty_select();
        outside.projection = columns
            .iter()
            .map(|c| SelectItem::ExprWithAlias { expr: field(&table, &c.inner), alias: Ident::with_quote('"', &c.inner) })
            .collect();
        let subquery = Box::new(bare(SetExpr::Select(Box::new(select))));
        let relation = TableFactor::Derived { lateral: false, subquery, alias: Some(from::plain(&table)), sample: None };
        outside.from = vec![TableWithJoins { relation, joins: Vec::new() }];
        outside.qualify =
            Some(Expr::BinaryOp { left: Box::new(row_number(partition_by, order_by)), op: BinaryOperator::Eq, right: Box::new(number(1)) });
        (outside, if firsts.is_ordered { order } else { Vec::new() }, columns)
    }
}

/// The column of SELECT, from 0, that a key of ORDER BY means by its number.
fn place_of(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => text.parse::<usize>().ok()?.checked_sub(1),
            _ => None,
        },
        _ => None,
    }
}

/// `ROW_NUMBER() OVER (PARTITION BY … ORDER BY …)`
fn row_number(partition_by: Vec<Expr>, order_by: Vec<OrderByExpr>) -> Expr {
    Expr::Function(Function {
        name: ObjectName(vec![ObjectNamePart::Identifier(Ident::new("row_number"))]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args: Vec::new(), clauses: Vec::new() }),
        filter: None,
        null_treatment: None,
        over: Some(WindowType::WindowSpec(WindowSpec { window_name: None, partition_by, order_by, window_frame: None })),
        within_group: Vec::new(),
    })
}
