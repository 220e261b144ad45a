//! Queries: WITH, set operations, VALUES, ORDER BY and LIMIT.

use std::sync::Arc;

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    Cte as CteAst, Distinct, Expr, Fetch, GroupByExpr, Ident, LimitClause, Offset, OrderBy, OrderByKind, Parens, Query, Select,
    SelectFlavor, SelectItem, SetExpr, SetOperator, SetQuantifier, Spanned, TableAlias, TableFactor, TableWithJoins, Value, Values, With,
};
use smalt_model::same_name;

use super::expr::Headings;
use super::{Binder, Cte, OutColumn, field};
use crate::QueryError;

impl Binder<'_> {
    /// Resolves a query and gives its columns.
    pub(super) fn query(&mut self, query: &Query) -> Result<(Query, Vec<OutColumn>), QueryError> {
        self.deeper(|b| {
            let known = b.ctes.len();
            let result = b.query_inner(query);
            b.ctes.truncate(known);
            result
        })
    }

    fn query_inner(&mut self, query: &Query) -> Result<(Query, Vec<OutColumn>), QueryError> {
        refuse_rest(query)?;
        let with = query.with.as_ref().map(|w| self.with(w)).transpose()?;
        let limit_clause = self.limit(query.limit_clause.as_ref(), query.fetch.as_ref())?;
        let order = query.order_by.as_ref().map(|o| self.order_list(o)).transpose()?.unwrap_or_default();
        let (body, order, columns) = match query.body.as_ref() {
            SetExpr::Select(select) if !is_distinct(select) => {
                let (select, order, columns) = self.select(select, order)?;
                (SetExpr::Select(Box::new(select)), order, columns)
            }
            body => {
                let (body, order, columns) = match body {
                    SetExpr::Select(select) => {
                        let (select, order, columns) = self.select(select, order)?;
                        (SetExpr::Select(Box::new(select)), order, columns)
                    }
                    other => {
                        let (body, columns) = self.body(other)?;
                        (body, order.to_vec(), columns)
                    }
                };
                if order.is_empty() {
                    (body, Vec::new(), columns)
                } else {
                    let table = self.unique("rows");
                    self.levels.push(super::Level::default());
                    self.set_headings(&table, &columns);
                    let order = self.outer_order(&order, &table, &columns);
                    self.levels.pop();
                    (wrap(body, &table, &columns), order?, columns)
                }
            }
        };
        let order_by = (!order.is_empty()).then_some(OrderBy { kind: OrderByKind::Expressions(order), interpolate: None });
        Ok((Query { with, order_by, limit_clause, ..bare(body) }, columns))
    }

    /// Lets ORDER BY name the columns of a closed query.
    fn set_headings(&mut self, table: &str, columns: &[OutColumn]) {
        let aliases = columns.iter().map(|c| super::Alias { name: c.name.clone(), item: c.resolved(table) });
        let aliases = aliases.collect();
        if let Some(level) = self.levels.last_mut() {
            level.aliases = aliases;
        }
    }

    fn with(&mut self, with: &With) -> Result<With, QueryError> {
        if with.recursive {
            return Err(QueryError::not_yet("WITH RECURSIVE"));
        }
        let mut cte_tables = Vec::with_capacity(with.cte_tables.len());
        let first = self.ctes.len();
        for cte in &with.cte_tables {
            if cte.from.is_some() || cte.alias.at.is_some() {
                return Err(QueryError::unsupported("this form of WITH").at(cte.alias.name.span));
            }
            let name = cte.alias.name.value.clone();
            if self.ctes.get(first..).is_some_and(|ours| ours.iter().any(|c| same_name(&c.name, &name))) {
                return Err(QueryError::new(format!("WITH names `{name}` twice")).at(cte.alias.name.span));
            }
            let (before, parts_before) = (self.weight, self.parts);
            let (query, mut columns) = self.query(&cte.query)?;
            rename(&mut columns, &cte.alias)?;
            let emitted = self.unique(&name);
            cte_tables.push(CteAst {
                alias: TableAlias { explicit: true, name: Ident::with_quote('"', &emitted), columns: Vec::new(), at: None },
                query: Box::new(query),
                from: None,
                materialized: None,
                closing_paren_token: cte.closing_paren_token.clone(),
            });
            let (weight, parts) = (self.weight - before, self.parts - parts_before);
            self.ctes.push(Cte { name, emitted, columns, weight, parts });
        }
        Ok(With { with_token: with.with_token.clone(), recursive: false, cte_tables })
    }

    /// A body without ORDER BY.
    fn body(&mut self, body: &SetExpr) -> Result<(SetExpr, Vec<OutColumn>), QueryError> {
        self.deeper(|b| b.body_inner(body))
    }

    fn body_inner(&mut self, body: &SetExpr) -> Result<(SetExpr, Vec<OutColumn>), QueryError> {
        match body {
            SetExpr::Select(select) => {
                let (select, _, columns) = self.select(select, &[])?;
                Ok((SetExpr::Select(Box::new(select)), columns))
            }
            SetExpr::Query(query) => {
                let (query, columns) = self.query(query)?;
                Ok((SetExpr::Query(Box::new(query)), columns))
            }
            SetExpr::SetOperation { left, op, set_quantifier, right } => {
                let op = match op {
                    SetOperator::Minus => SetOperator::Except,
                    other => *other,
                };
                if !matches!(set_quantifier, SetQuantifier::All | SetQuantifier::Distinct | SetQuantifier::None) {
                    return Err(QueryError::unsupported("BY NAME"));
                }
                let (left, mut columns) = self.body(left)?;
                let place = right.span();
                let (right, others) = self.body(right)?;
                if columns.len() != others.len() {
                    let (first, second) = (columns.len(), others.len());
                    let text = format!("the sides of {op} have {first} and {second} columns; they must have as many");
                    return Err(QueryError::new(text).at(place));
                }
                for (column, other) in columns.iter_mut().zip(&others) {
                    column.dimension = column.dimension.filter(|_| column.dimension == other.dimension);
                    column.is_date |= other.is_date;
                    column.then = column.then.filter(|_| column.then == other.then);
                }
                let body = SetExpr::SetOperation { left: Box::new(left), op, set_quantifier: *set_quantifier, right: Box::new(right) };
                Ok((body, columns))
            }
            SetExpr::Values(values) => self.values(values),
            other => Err(QueryError::new("this is not a query").at(other.span())),
        }
    }

    fn values(&mut self, values: &Values) -> Result<(SetExpr, Vec<OutColumn>), QueryError> {
        let mut width = None;
        let mut dates = Vec::new();
        let mut rows = Vec::with_capacity(values.rows.len());
        for row in &values.rows {
            let bound = row.content.iter().map(|e| self.expr(e, Headings::No)).collect::<Result<Vec<_>, _>>()?;
            if *width.get_or_insert(bound.len()) != bound.len() {
                return Err(QueryError::new("the rows of VALUES have different numbers of values").at(values.span()));
            }
            dates.resize(bound.len(), false);
            dates.iter_mut().zip(&bound).for_each(|(is_date, value)| *is_date |= self.is_date(value));
            rows.push(Parens { opening_token: row.opening_token.clone(), content: bound, closing_token: row.closing_token.clone() });
        }
        let names = (1..=width.unwrap_or(0)).map(|i| format!("column{i}"));
        let columns =
            names.zip(dates).map(|(name, is_date)| OutColumn { inner: name.clone(), name, dimension: None, is_date, then: None }).collect();
        Ok((SetExpr::Values(Values { explicit_row: false, value_keyword: false, rows }), columns))
    }

    fn limit(&mut self, clause: Option<&LimitClause>, fetch: Option<&Fetch>) -> Result<Option<LimitClause>, QueryError> {
        let (mut limit, offset) = match clause {
            None => (None, None),
            Some(LimitClause::LimitOffset { limit, offset, limit_by }) if limit_by.is_empty() => {
                (limit.clone(), offset.as_ref().map(|o| o.value.clone()))
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => (Some(limit.clone()), Some(offset.clone())),
            Some(LimitClause::LimitOffset { .. }) => return Err(QueryError::unsupported("LIMIT BY")),
        };
        if let Some(fetch) = fetch {
            if fetch.with_ties || fetch.percent || limit.is_some() {
                return Err(QueryError::unsupported("this form of FETCH"));
            }
            limit = Some(fetch.quantity.clone().unwrap_or_else(|| Expr::value(Value::Number("1".to_owned(), false))));
        }
        if limit.is_none() && offset.is_none() {
            return Ok(None);
        }
        let offset = offset.map(|e| count(&e)).transpose()?;
        Ok(Some(LimitClause::LimitOffset {
            limit: limit.map(|e| count(&e)).transpose()?,
            offset: offset.map(|value| Offset { value, rows: datafusion::sql::sqlparser::ast::OffsetRows::None }),
            limit_by: Vec::new(),
        }))
    }
}

fn count(expr: &Expr) -> Result<Expr, QueryError> {
    match expr {
        Expr::Value(value) if matches!(&value.value, Value::Number(text, _) if text.parse::<u32>().is_ok()) => Ok(expr.clone()),
        other => Err(QueryError::new("LIMIT and OFFSET take a whole number from 0").at(other.span())),
    }
}

/// Takes over the column names of `AS t (a, b)`.
pub(super) fn rename(columns: &mut [OutColumn], alias: &TableAlias) -> Result<(), QueryError> {
    if alias.columns.is_empty() {
        return Ok(());
    }
    if alias.columns.len() != columns.len() {
        return Err(QueryError::new(format!(
            "`{}` has {} columns, but {} names are given",
            alias.name.value,
            columns.len(),
            alias.columns.len()
        ))
        .at(alias.name.span));
    }
    for (column, name) in columns.iter_mut().zip(&alias.columns) {
        if name.data_type.is_some() {
            return Err(QueryError::unsupported("a type in a list of columns").at(name.name.span));
        }
        column.name.clone_from(&name.name.value);
    }
    Ok(())
}

/// Takes over the column names that a view has of its own, if it has some.
pub(super) fn rename_to(columns: &mut [OutColumn], view: &str, names: &[Arc<str>]) -> Result<(), QueryError> {
    // What `*` has gained since keeps its own heading.
    if names.len() > columns.len() {
        return Err(QueryError::new(format!("the view `{view}` has {} names for {} columns", names.len(), columns.len())));
    }
    columns.iter_mut().zip(names).for_each(|(column, name)| column.name = name.to_string());
    Ok(())
}

fn is_distinct(select: &Select) -> bool {
    matches!(select.distinct, Some(Distinct::Distinct))
}

/// `SELECT each column FROM (body) AS table`.
fn wrap(body: SetExpr, table: &str, columns: &[OutColumn]) -> SetExpr {
    let projection =
        columns.iter().map(|c| SelectItem::ExprWithAlias { expr: field(table, &c.inner), alias: Ident::with_quote('"', &c.inner) });
    let relation = TableFactor::Derived {
        lateral: false,
        subquery: Box::new(bare(body)),
        alias: Some(TableAlias { explicit: true, name: Ident::with_quote('"', table), columns: Vec::new(), at: None }),
        sample: None,
    };
    let mut select = empty_select();
    select.projection = projection.collect();
    select.from = vec![TableWithJoins { relation, joins: Vec::new() }];
    SetExpr::Select(Box::new(select))
}

/// A query that is a body only.
pub(crate) fn bare(body: SetExpr) -> Query {
    Query {
        with: None,
        body: Box::new(body),
        order_by: None,
        limit_clause: None,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}

/// A SELECT of nothing.
pub(crate) fn empty_select() -> Select {
    Select {
        select_token: AttachedToken::empty(),
        optimizer_hints: Vec::new(),
        distinct: None,
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection: Vec::new(),
        exclude: None,
        into: None,
        from: Vec::new(),
        lateral_views: Vec::new(),
        prewhere: None,
        selection: None,
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: None,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    }
}

fn refuse_rest(query: &Query) -> Result<(), QueryError> {
    let Query { with: _, body: _, order_by: _, limit_clause: _, fetch: _, locks, for_clause, settings, format_clause, pipe_operators } =
        query;
    let refused = [
        (!locks.is_empty(), "FOR UPDATE and FOR SHARE"),
        (for_clause.is_some(), "FOR XML, JSON or BROWSE"),
        (settings.is_some(), "SETTINGS"),
        (format_clause.is_some(), "FORMAT"),
        (!pipe_operators.is_empty(), "the operator `|>`"),
    ];
    match refused.iter().find(|(is, _)| *is) {
        Some((_, what)) => Err(QueryError::unsupported(what).at(query.span())),
        None => Ok(()),
    }
}
