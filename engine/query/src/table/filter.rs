//! Filters that a table takes: those that speak of one axis and cannot fail. They become a set of items.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch, RecordBatchOptions, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::catalog::Session;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema, Result, exec_err};
use datafusion::logical_expr::{Between, Expr, Operator};

use super::exec::ItemSet;
use super::{Lookup, Shared};
use crate::source::{Field, Source};

/// The axis that a filter speaks of, if it speaks of one only and no item can make it fail.
pub(crate) fn axis(shared: &Shared, filter: &Expr) -> Option<u16> {
    if matches!(shared.source, Source::List(_)) {
        return None;
    }
    let mut axis = None;
    is_safe(shared, filter, &mut axis).then_some(axis).flatten()
}

/// Whether only columns of one axis, literals of their types, comparisons and logic stand in it.
fn is_safe(shared: &Shared, filter: &Expr, axis: &mut Option<u16>) -> bool {
    let mut all = |exprs: &[&Expr]| exprs.iter().all(|e| is_safe(shared, e, axis));
    match filter {
        Expr::Column(column) => {
            let field = shared.schema.index_of(&column.name).ok().and_then(|i| shared.fields.get(i));
            match field.map(|f| &f.field) {
                Some(Field::Path { axis: a, .. } | Field::Position { axis: a, .. }) => *axis.get_or_insert(*a) == *a,
                _ => false,
            }
        }
        Expr::Literal(..) => true,
        Expr::Not(e) | Expr::IsNull(e) | Expr::IsNotNull(e) | Expr::IsTrue(e) | Expr::IsNotTrue(e) => all(&[e]),
        Expr::IsFalse(e) | Expr::IsNotFalse(e) => all(&[e]),
        Expr::BinaryExpr(binary) => {
            let fits = match binary.op {
                Operator::And | Operator::Or => true,
                Operator::Eq | Operator::NotEq | Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq => {
                    same_type(shared, &binary.left, &binary.right)
                }
                _ => false,
            };
            fits && all(&[&binary.left, &binary.right])
        }
        Expr::InList(list) => {
            let list_fits = list.list.iter().all(|e| matches!(e, Expr::Literal(..)) && same_type(shared, &list.expr, e));
            list_fits && matches!(list.expr.as_ref(), Expr::Column(_)) && all(&[&list.expr])
        }
        Expr::Between(Between { expr, low, high, .. }) => {
            same_type(shared, expr, low) && same_type(shared, expr, high) && all(&[expr, low, high])
        }
        Expr::Like(like) => {
            matches!(like.pattern.as_ref(), Expr::Literal(..)) && same_type(shared, &like.expr, &like.pattern) && all(&[&like.expr])
        }
        _ => false,
    }
}

fn same_type(shared: &Shared, a: &Expr, b: &Expr) -> bool {
    let ty = |e: &Expr| -> Option<DataType> {
        match e {
            Expr::Column(column) => shared.schema.field_with_name(&column.name).ok().map(|f| f.data_type().clone()),
            Expr::Literal(value, _) => Some(value.data_type()),
            _ => None,
        }
    };
    ty(a).is_some() && ty(a) == ty(b)
}

/// What passes a filter.
pub(crate) enum Passing {
    All,
    Items(ItemSet),
    Nothing,
}

/// What of a table passes a filter that it has taken. The optimizer may have made another one of it since, down to TRUE or FALSE.
pub(crate) fn passing(shared: &Shared, state: &dyn Session, filter: &Expr) -> Result<Passing> {
    let fields = filter.column_refs().into_iter().map(|column| shared.schema.index_of(&column.name));
    let fields = fields.collect::<std::result::Result<Vec<_>, _>>()?;
    if !fields.is_empty() {
        let Some(axis) = shared.common_axis(&fields) else { return exec_err!("a filter on several dimensions") };
        return items(shared, state, filter, axis).map(Passing::Items);
    }
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &RecordBatchOptions::new().with_row_count(Some(1)))?;
    let passes = state.create_physical_expr(filter.clone(), &DFSchema::empty())?.evaluate(&batch)?.into_array(1)?;
    let is_true = passes.as_boolean_opt().is_some_and(|passes| passes.is_valid(0) && passes.value(0));
    Ok(if is_true { Passing::All } else { Passing::Nothing })
}

/// The visible items of the axis that pass.
fn items(shared: &Shared, state: &dyn Session, filter: &Expr, axis: u16) -> Result<ItemSet> {
    let Some(dimension) = shared.source.axis(axis) else { return exec_err!("a filter on no dimension") };
    let bare = filter.clone().transform(|e| {
        Ok(match e {
            Expr::Column(c) => Transformed::yes(Expr::Column(Column::new_unqualified(c.name))),
            other => Transformed::no(other),
        })
    })?;
    let order = shared.view.items(dimension);
    let places = UInt32Array::from(order.order().to_vec());
    let mut lookup = Lookup::new(&shared.view);
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    for column in bare.data.column_refs() {
        let index = shared.schema.index_of(&column.name)?;
        let Some(info) = shared.fields.get(index) else { return exec_err!("a filter on no column") };
        fields.push(shared.schema.field(index).clone().with_nullable(true));
        columns.push(take(&lookup.by_item(dimension, &info.field)?, &places, None)?);
    }
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
    let schema = DFSchema::try_from(batch.schema())?;
    let passes = state.create_physical_expr(bare.data, &schema)?.evaluate(&batch)?.into_array(batch.num_rows())?;
    let Some(passes) = passes.as_boolean_opt() else { return exec_err!("a filter is TRUE or FALSE") };
    let kept = order.order().iter().enumerate().filter(|(i, _)| passes.is_valid(*i) && passes.value(*i)).map(|(_, item)| *item);
    Ok((axis, Arc::new(kept.collect())))
}
