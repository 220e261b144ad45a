//! EXPLAIN VALUE: where a number comes from.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use smalt_calc::CalcError;

use super::place::coordinate;
use crate::execute::Ask;
use crate::execute::evaluate::watch;
use crate::fault::{Done, Fault};
use crate::look;
use crate::origin::{Origin, Row};
use crate::outcome::Table;
use crate::statement::ast::{Coordinate, Name};

/// The cell, and `depth` times what formulas make it of; once where no depth is given.
///
/// The rows are a tree, each after the one that it is part of: `Level` says how deep, and `Part` is set in by as much. `Cell` is written as
/// `AT (…)` takes it.
pub(crate) fn value(ask: &Ask<'_>, metric: &Name, at: &[Coordinate], depth: Option<u32>) -> Done<Table> {
    let view = ask.questions.view(ask.state, &ask.access);
    let def = look::metric(view.catalog(), metric)?;
    let cell = coordinate(ask, &def, metric, at)?;
    let errand = ask.errand()?;
    let rows = Origin::new(ask.state, &ask.access, view, watch(&errand, ask.stop)).of(def.id, cell, depth.unwrap_or(1));
    table(&rows.map_err(|error| refused(&error))?)
}

/// Why there is no answer: that its time is over, but of how much it is made nothing.
fn refused(error: &CalcError) -> Fault {
    match error {
        CalcError::Ended(_) => Fault::new(error.to_string()),
        _ => Fault::new("too much would have to be looked at to tell what this value is made of"),
    }
}

fn table(rows: &[Row]) -> Done<Table> {
    let schema = Arc::new(Schema::new(vec![
        Field::new("Level", DataType::Int64, false),
        Field::new("Part", DataType::Utf8, false),
        Field::new("Cell", DataType::Utf8, true),
        Field::new("Value", DataType::Utf8, true),
        Field::new("Share", DataType::Float64, true),
        Field::new("Formula", DataType::Utf8, true),
    ]));
    let set_in = |row: &Row| format!("{}{}", "  ".repeat(usize::try_from(row.level).unwrap_or(0).min(64)), row.part);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|row| i64::from(row.level)).collect::<Int64Array>()),
        Arc::new(rows.iter().map(|row| Some(set_in(row))).collect::<StringArray>()),
        Arc::new(rows.iter().map(|row| row.at.as_deref()).collect::<StringArray>()),
        Arc::new(rows.iter().map(|row| row.value.as_deref()).collect::<StringArray>()),
        Arc::new(rows.iter().map(|row| row.share).collect::<Float64Array>()),
        Arc::new(rows.iter().map(|row| row.formula.as_deref()).collect::<StringArray>()),
    ];
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|e| Fault::new(format!("the result cannot be shown: {e}")))?;
    let mut table = Table::new(&schema, vec![batch]);
    // To the right, as most of them are numbers.
    table.columns.iter_mut().filter(|column| column.name == "Value").for_each(|column| column.numeric = true);
    Ok(table)
}
