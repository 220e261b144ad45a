//! EXPLAIN FORMULA.

use super::Ask;
use super::evaluate::{sees_all_items, touched};
use crate::calc;
use crate::fault::{Done, Fault};
use crate::look;
use crate::outcome::Table;
use crate::statement::ast::Name;

/// What a formula does, from the declared sizes alone: no count of cells is in it.
pub(super) fn formula(ask: &Ask<'_>, metric: &Name) -> Done<Table> {
    let schema = ask.questions.view(ask.state, &ask.access);
    let def = look::metric(schema.schema(), metric)?;
    let Some(program) = ask.state.programs.metrics.get(&def.id) else {
        let reason = if def.formula.is_some() { "is not compiled before COMMIT" } else { "has no formula: its cells are input" };
        return Err(Fault::new(format!("`{}` {reason}", def.name)).at(metric.at));
    };
    let sees_all = sees_all_items(&ask.access, touched(program));
    let sizes = sees_all.then(|| ask.state.revision.as_ref());
    let lines = calc::explain(sizes, ask.state.revision.schema(), program);
    Ok(Table::of_texts(&["Explanation"], lines.into_iter().map(|line| vec![Some(line)]).collect()))
}
