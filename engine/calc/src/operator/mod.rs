//! The operators: what each plan node does with the cells of its inputs.

mod by_word;
mod codes;
mod convert;
mod ends;
mod exact;
mod exact_rollup;
mod group;
mod leading;
mod line;
mod rank;
pub(crate) mod recur;
mod reduce;
mod rollup;
mod source;
mod stretch;
mod target;
mod together;
mod totals;
mod turns;

use std::sync::Arc;

use smalt_formula::plan::short_window;
use smalt_formula::program::{Kind, Node};
use smalt_model::{Type, Value};
use smalt_vault::{Builder, Cells, Rows, Vector};

use crate::error::CalcError;
use crate::eval::Scope;
use crate::incremental::standing::Standing;
use crate::run::Run;

pub(crate) use exact::ExactSums;
pub(crate) use group::{Grouping, groups_of, sums};
pub(crate) use line::SMALL;
pub(crate) use source::{Cellwise, Source, in_order};

/// Opens an operator over its opened inputs.
pub(crate) fn open(run: &Arc<Run>, node: &Arc<Node>, inputs: Vec<Source>) -> Result<Source, CalcError> {
    open_over(run, node, inputs, None)
}

/// The same, where cells from before stand.
pub(crate) fn open_over(
    run: &Arc<Run>,
    node: &Arc<Node>,
    mut inputs: Vec<Source>,
    standing: Option<Standing>,
) -> Result<Source, CalcError> {
    match &node.kind {
        Kind::Metric(metric) => run.metric(*metric).map(Source::Stored),
        Kind::Up { mappings, kept, method, input, .. } => {
            let source = first(&mut inputs)?;
            let scope = scope(run, inputs, 1)?;
            let grouping = Grouping {
                scope: &scope,
                mappings,
                kept,
                method: *method,
                source_dims: &input.dims,
                ty: node.ty,
                layout: run.layout(&node.dims)?,
            };
            stored(group::group(&source, &grouping)?)
        }
        Kind::Whole(method, input) => {
            let source = first(&mut inputs)?;
            let scope = scope(run, inputs, 1)?;
            let grouping = Grouping {
                scope: &scope,
                mappings: &[],
                kept: &[],
                method: *method,
                source_dims: &input.dims,
                ty: node.ty,
                layout: run.layout(&[])?,
            };
            stored(group::group(&source, &grouping)?)
        }
        Kind::CountAll(input) => single(run, node.ty, i64::try_from(run.space(&input.dims)).ok()),
        Kind::CountBlank(input) => {
            let cells = first(&mut inputs)?.into_cells()?;
            single(run, node.ty, i64::try_from(run.space(&input.dims).saturating_sub(u128::from(cells.len()))).ok())
        }
        // A short window is computed cell by cell, below.
        Kind::Along { function, dimension, order, args, method, .. } if short_window(node).is_none() => {
            let cells = first(&mut inputs)?.into_cells()?;
            let scope = scope(run, inputs, 1)?;
            let line = line::Line {
                scope: &scope,
                function: *function,
                dimension: *dimension,
                order: order.as_deref(),
                args,
                method: *method,
                ty: node.ty,
                standing,
            };
            stored(line::along(&cells, &line)?)
        }
        Kind::Rollup { dimension, parent, weight, .. } => {
            let cells = first(&mut inputs)?.into_cells()?;
            let scope = scope(run, inputs, 1)?;
            stored(rollup::rollup(&cells, &scope, *dimension, *parent, weight.as_deref(), node.ty)?)
        }
        Kind::Rank { input, group, descending, ties } => {
            let cells = first(&mut inputs)?.into_cells()?;
            let scope = scope(run, inputs, 1)?;
            let ranking = rank::Ranking {
                scope: &scope,
                group: group.as_deref(),
                descending: *descending,
                ties: *ties,
                ty: node.ty,
                dims: &input.dims,
            };
            stored(rank::rank(&cells, &ranking)?)
        }
        Kind::Convert { from, to, .. } => {
            let cells = first(&mut inputs)?.into_cells()?;
            stored(convert::convert(&cells, run, *from, *to)?)
        }
        Kind::Previous { .. } | Kind::PreviousOf { .. } => {
            Err(CalcError::Internal("an operator that is not computed yet passed the check"))
        }
        Kind::Input(input) => run.external(*input).map(Source::Stored),
        _ => {
            let scope = scope(run, inputs, 0)?;
            match node.rows {
                Some(list) => {
                    let rows: Arc<Rows> = run.revision().rows(list).ok_or(CalcError::Internal("a list has no rows"))?;
                    Ok(Source::Rows(rows, scope, Arc::clone(node)))
                }
                None => Ok(Source::Cellwise(match standing {
                    Some(standing) => Cellwise::over(scope, Arc::clone(node), standing)?,
                    None => Cellwise::new(scope, Arc::clone(node))?,
                })),
            }
        }
    }
}

fn first(inputs: &mut Vec<Source>) -> Result<Source, CalcError> {
    if inputs.is_empty() { Err(CalcError::Internal("an operator has no input")) } else { Ok(inputs.remove(0)) }
}

/// The inputs behind the first `taken` ones as an expression's surroundings. The numbers of `Kind::Input` count from the
/// operator's first input, so those that were taken leave empty places.
pub(crate) fn scope(run: &Arc<Run>, inputs: Vec<Source>, taken: usize) -> Result<Scope, CalcError> {
    let mut cells: Vec<Arc<Cells>> = Vec::with_capacity(taken + inputs.len());
    for _ in 0..taken {
        cells.push(Arc::new(Cells::empty(run.layout(&[])?, Type::Number)));
    }
    for input in inputs {
        cells.push(input.into_cells()?);
    }
    Ok(Scope::new(run, cells))
}

fn stored(cells: Cells) -> Result<Source, CalcError> {
    Ok(Source::Stored(Arc::new(cells)))
}

fn single(run: &Arc<Run>, ty: Type, value: Option<i64>) -> Result<Source, CalcError> {
    let mut builder = Builder::<u64>::new(run.layout(&[])?, ty);
    let mut values = Vector::blank(ty, 0);
    values.push(value.map(Value::Integer).as_ref());
    builder.push_plain(vec![0], values);
    stored(builder.finish().into())
}
