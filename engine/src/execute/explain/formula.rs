//! EXPLAIN FORMULA.

use crate::calc;
use crate::execute::Ask;
use crate::fault::{Done, Fault};
use crate::look;
use crate::outcome::Table;
use crate::reads;
use crate::sight::{sees_all_items, sees_all_rows};
use crate::statement::ast::Name;

/// What a formula does, from the declared sizes alone: no count of cells is in it.
pub(crate) fn formula(ask: &Ask<'_>, metric: &Name) -> Done<Table> {
    let schema = ask.questions.view(ask.state, &ask.access);
    let def = look::metric(schema.schema(), metric)?;
    let lines = |lines: Vec<String>| Table::of_texts(&["Explanation"], lines.into_iter().map(|line| vec![Some(line)]).collect());
    let Some(program) = ask.state.programs.metrics.get(&def.id) else {
        if def.formula.is_some() {
            return Err(Fault::new(format!("the formula of `{}` is not compiled", def.name))
                .at(metric.at)
                .help("inside a transaction it is at COMMIT; else give it another formula"));
        }
        return Ok(lines(vec![format!("`{}` has no formula: its cells are input", def.name)]));
    };
    // The number of a list's rows is for who sees all of them.
    let sees_rows = sees_all_rows(&ask.access, &program.lists);
    let sizes = (sees_rows && sees_all_items(&ask.access, reads::dimensions(program))).then(|| ask.state.revision.as_ref());
    Ok(lines(calc::explain(sizes, ask.state.revision.schema(), &ask.state.programs, def.id)))
}
