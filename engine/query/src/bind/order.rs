//! ORDER BY: ordinals and headings, items by their place, and ties broken by what is left.

use datafusion::sql::sqlparser::ast::{Expr, OrderBy, OrderByExpr, OrderByKind, OrderByOptions, Spanned, Value};
use smalt_model::Type;

use super::expr::Headings;
use super::{Binder, Origin, OutColumn, Resolved};
use crate::QueryError;
use crate::source::{Field, FieldInfo, Source};

/// How items are turned into places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Places {
    /// By a column of the scan: rows are still the scan's.
    Scan,
    /// By a function of the name: rows are groups, or of another query.
    Name,
}

impl Binder<'_> {
    /// The list of an ORDER BY. `Err` for what only other databases know.
    pub(super) fn order_list<'q>(&self, order: &'q OrderBy) -> Result<&'q [OrderByExpr], QueryError> {
        match &order.kind {
            OrderByKind::Expressions(list) if order.interpolate.is_none() => Ok(list),
            OrderByKind::Expressions(_) => Err(QueryError::unsupported("INTERPOLATE").at(order.span())),
            OrderByKind::All(_) => Err(QueryError::unsupported("ORDER BY ALL").at(order.span())),
        }
    }

    /// ORDER BY of a SELECT whose headings are `items`.
    pub(super) fn select_order(
        &mut self,
        list: &[OrderByExpr],
        items: &[Resolved],
        places: Places,
    ) -> Result<Vec<OrderByExpr>, QueryError> {
        let mut bound = Vec::with_capacity(list.len());
        for key in list {
            refuse_fill(key)?;
            let heading = match &key.expr {
                Expr::Identifier(name) => self.heading(std::slice::from_ref(name))?.map(|(i, _)| i),
                Expr::CompoundIdentifier(names) if places == Places::Name => self.heading(names)?.map(|(i, _)| i),
                other => ordinal(other, items.len())?,
            };
            let resolved = match heading {
                Some(index) => items.get(index).cloned().map(|item| (item, Some(index))),
                None => self.resolved(&key.expr, Headings::AfterColumns)?.map(|r| (r, None)),
            };
            bound.push(match resolved {
                Some((item, index)) => {
                    let expr = match (self.place(&item, places), index) {
                        (Some(place), _) => place,
                        (None, Some(index)) => number(index + 1),
                        (None, None) => item.expr,
                    };
                    OrderByExpr { expr, options: key.options, with_fill: None }
                }
                None => OrderByExpr { expr: self.expr(&key.expr, Headings::AfterColumns)?, options: key.options, with_fill: None },
            });
        }
        Ok(bound)
    }

    /// ORDER BY of a query that is already closed: only its headings can be named.
    pub(super) fn outer_order(&mut self, list: &[OrderByExpr], table: &str, columns: &[OutColumn]) -> Result<Vec<OrderByExpr>, QueryError> {
        let items: Vec<Resolved> = columns.iter().map(|c| c.resolved(table)).collect();
        let mut order = self.select_order(list, &items, Places::Name)?;
        for item in &items {
            let key = self.place(item, Places::Name).unwrap_or_else(|| item.expr.clone());
            self.add_tie(&mut order, key);
        }
        Ok(order)
    }

    /// ORDER BY inside OVER, an aggregate or WITHIN GROUP.
    pub(super) fn inner_order(&mut self, list: &[OrderByExpr], headings: Headings) -> Result<Vec<OrderByExpr>, QueryError> {
        let mut bound = Vec::with_capacity(list.len());
        for key in list {
            refuse_fill(key)?;
            let resolved = self.resolved(&key.expr, headings)?;
            bound.push(match resolved {
                Some(item) => {
                    let expr = self.place(&item, Places::Name).unwrap_or_else(|| item.expr.clone());
                    OrderByExpr { expr, options: key.options, with_fill: None }
                }
                None => OrderByExpr { expr: self.expr(&key.expr, headings)?, options: key.options, with_fill: None },
            });
        }
        Ok(bound)
    }

    /// A name, resolved; `None` for any other expression.
    pub(super) fn resolved(&mut self, expr: &Expr, headings: Headings) -> Result<Option<Resolved>, QueryError> {
        match expr {
            Expr::Identifier(name) => self.name(std::slice::from_ref(name), headings).map(Some),
            Expr::CompoundIdentifier(names) => self.name(names, headings).map(Some),
            Expr::Nested(inner) => self.resolved(inner, headings),
            _ => Ok(None),
        }
    }

    /// The place of an item, for a column of items.
    pub(super) fn place(&mut self, item: &Resolved, places: Places) -> Option<Expr> {
        let dimension = item.dimension?;
        match (&item.origin, places) {
            (Some(origin), Places::Scan) => self.scan_place(origin, &item.name),
            _ => Some(self.item_call((dimension, item.then), Vec::new(), true, Type::Integer, item.expr.clone())),
        }
    }

    fn scan_place(&mut self, origin: &Origin, name: &str) -> Option<Expr> {
        let info = FieldInfo {
            field: Field::Position { axis: origin.axis, properties: origin.properties.clone() },
            name: format!("{name}.{}", crate::source::POSITION),
            ty: Type::Integer,
        };
        self.scan_column(origin.scan, &info)
    }

    /// Adds a last key, unless it is one already.
    pub(super) fn add_tie(&self, order: &mut Vec<OrderByExpr>, key: Expr) {
        if order.iter().all(|k| k.expr != key) {
            let options = OrderByOptions { asc: Some(true), nulls_first: Some(false) };
            order.push(OrderByExpr { expr: key, options, with_fill: None });
        }
    }

    /// Breaks ties among rows of the innermost SELECT's tables by their coordinates.
    pub(super) fn add_coordinates(&mut self, order: &mut Vec<OrderByExpr>) {
        let Some(scope) = self.levels.last().map(|l| l.scope.clone()) else { return };
        for relation in &scope.relations {
            let super::RelationKind::Scan(scan) = relation.kind else { continue };
            let Some(source) = self.scans.get(scan).map(|s| s.source.clone()) else { continue };
            let axes = match &source {
                Source::Metric(def) | Source::Scenarios(def) => def.dimensions.len(),
                Source::Dimension(_) => 1,
                Source::List(_) => 0,
            };
            for axis in 0..u16::try_from(axes).unwrap_or(u16::MAX) {
                let name = source.axis(axis).and_then(|d| self.schema.dimension(d)).map(|d| d.name.to_string()).unwrap_or_default();
                if let Some(key) = self.scan_place(&Origin { scan, axis, properties: Vec::new() }, &name) {
                    self.add_tie(order, key);
                }
            }
        }
    }
}

fn refuse_fill(key: &OrderByExpr) -> Result<(), QueryError> {
    if key.with_fill.is_some() { Err(QueryError::unsupported("WITH FILL").at(key.span())) } else { Ok(()) }
}

/// The place in SELECT that a number in GROUP BY or ORDER BY means, from 0.
pub(super) fn ordinal(expr: &Expr, columns: usize) -> Result<Option<usize>, QueryError> {
    let Expr::Value(value) = expr else { return Ok(None) };
    let Value::Number(text, _) = &value.value else { return Ok(None) };
    match text.parse::<usize>() {
        Ok(n) if (1..=columns).contains(&n) => Ok(Some(n - 1)),
        _ => Err(QueryError::new(format!("there is no column {text} in SELECT, which has {columns}")).at(value.span)),
    }
}

pub(super) fn number(value: usize) -> Expr {
    Expr::value(Value::Number(value.to_string(), false))
}
