//! All metrics of a model.

use smalt_formula::{Expr, parse};

use crate::model::Model;
use crate::scope::Scope;
use crate::{Cells, Found};

/// The cells of all metrics. Formulas are computed again and again, from no cells at all, until nothing changes: since no cell depends
/// on itself, a cell is right as soon as those before it are.
///
/// # Errors
/// A formula is wrong, or its cells never settle.
pub fn solve(model: &Model) -> Found<Vec<Cells>> {
    let mut formulas: Vec<(usize, Expr)> = Vec::new();
    for (metric, definition) in model.metrics.iter().enumerate() {
        if let Some(text) = &definition.formula {
            formulas.push((metric, parse(text).map_err(|e| format!("{e:?}"))?));
        }
    }
    let mut cells: Vec<Cells> = model.metrics.iter().map(|m| if m.formula.is_some() { Cells::new() } else { m.cells.clone() }).collect();
    for _ in 0..1000 {
        let mut changes = false;
        for (metric, formula) in &formulas {
            let block = Scope::new(model, &cells).of(*metric).eval(formula)?;
            let definition = &model.metrics[*metric];
            let mut found = Cells::new();
            for (c, value) in &block.cells {
                let to = crate::block::project(&block.dims, c, &definition.dims).ok_or("the metric has other dimensions")?;
                found.extend(value.stored(definition.ty).map(|value| (to, value)));
            }
            if block.dims.len() != definition.dims.len() {
                return Err("the metric has other dimensions".to_owned());
            }
            if cells[*metric] != found {
                changes = true;
                cells[*metric] = found;
            }
        }
        if !changes {
            return Ok(cells);
        }
    }
    Err("the cells do not settle".to_owned())
}
