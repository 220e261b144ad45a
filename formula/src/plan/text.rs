//! Operators as EXPLAIN FORMULA shows them.

use smalt_model::{DimensionId, Schema};

use crate::program::{Kind, Node};

/// One line for an operator.
pub(super) fn of_operator(node: &Node, schema: &Schema) -> String {
    let dims = format!("by ({})", names(&node.dims, schema));
    match &node.kind {
        Kind::Metric(metric) => format!("Cells of {} {dims}", schema.metric(*metric).map_or("?", |m| m.name.as_ref())),
        Kind::Input(input) => format!("Input {input} {dims}"),
        Kind::Up { mappings, kept, method, .. } => {
            let targets: Vec<DimensionId> = mappings.iter().map(|(d, _)| *d).collect();
            format!("Group {} to ({}), keeping ({}), {dims}", method.word(), names(&targets, schema), names(kept, schema))
        }
        Kind::Along { function, dimension, .. } => format!("{} along {} {dims}", function.name(), name(*dimension, schema)),
        Kind::Rollup { dimension, .. } => format!("Rollup of {} {dims}", name(*dimension, schema)),
        Kind::Convert { from, to, .. } => format!("{} as {} {dims}", name(*from, schema), name(*to, schema)),
        Kind::Rank { .. } => format!("Rank {dims}"),
        Kind::Whole(method, _) => format!("Group {} of all cells", method.word()),
        Kind::CountAll(_) => "Count of all coordinates".to_owned(),
        Kind::CountBlank(_) => "Count of blank coordinates".to_owned(),
        Kind::Previous { dimension, .. } => format!("Previous along {} {dims}", name(*dimension, schema)),
        Kind::PreviousOf { metric, dimension, .. } => {
            format!("Previous of {} along {} {dims}", schema.metric(*metric).map_or("?", |m| m.name.as_ref()), name(*dimension, schema))
        }
        _ if node.rows.is_some() => "Rows of a list, computed row by row".to_owned(),
        _ => format!("Cellwise {dims}"),
    }
}

fn name(dimension: DimensionId, schema: &Schema) -> String {
    schema.dimension(dimension).map_or_else(|| "?".to_owned(), |d| d.name.to_string())
}

fn names(dims: &[DimensionId], schema: &Schema) -> String {
    dims.iter().map(|d| name(*d, schema)).collect::<Vec<_>>().join(", ")
}
