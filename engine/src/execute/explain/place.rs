//! The cell that `AT (…)` names.

use smalt_model::{MetricDef, format_date};

use crate::calendar::period_of;
use crate::execute::Ask;
use crate::fault::{Done, Fault};
use crate::look;
use crate::names::SeenItems;
use crate::statement::ast::{Coordinate, Literal, Name};

/// The items of a cell, by the metric's declared dimensions; named as who asks sees them.
pub(super) fn coordinate(ask: &Ask<'_>, def: &MetricDef, metric: &Name, at: &[Coordinate]) -> Done<Vec<u32>> {
    let view = ask.questions.view(ask.state, &ask.access);
    let schema = view.schema();
    let items = SeenItems { revision: &ask.state.revision, access: Some(&ask.access) };
    let mut cell: Vec<Option<u32>> = vec![None; def.dimensions.len()];
    for named in at {
        let dimension = look::shown(&view, |schema| look::dimension(schema, &named.dimension))?;
        let Some(slot) = def.dimensions.iter().position(|d| *d == dimension.id).and_then(|place| cell.get_mut(place)) else {
            return Err(Fault::new(format!("`{}` has no dimension `{}`", def.name, dimension.name)).at(named.dimension.at));
        };
        let text = match &named.item.literal {
            Literal::Text(text) | Literal::Number(text) => text.clone(),
            Literal::Date(days) => format_date(*days),
            Literal::Null | Literal::Boolean(_) => {
                return Err(Fault::new(format!("an item of `{}` is named by a text", dimension.name)).at(named.item.at));
            }
        };
        let find = |name: &str| smalt_formula::Items::find(&items, dimension.id, name);
        let found = find(&text).or_else(|| find(&period_of(&dimension, &text)?));
        let item = found.ok_or_else(|| Fault::new(format!("`{}` has no item `{text}`", dimension.name)).at(named.item.at))?;
        if slot.replace(item).is_some() {
            return Err(Fault::new(format!("`{}` is named twice", dimension.name)).at(named.dimension.at));
        }
    }
    let missing = def.dimensions.iter().zip(&cell).find(|(_, item)| item.is_none()).map(|(dimension, _)| *dimension);
    if let Some(dimension) = missing {
        let name = schema.dimension(dimension).map_or("", |def| &def.name);
        return Err(Fault::new(format!("an item of `{name}` is missing: a cell has one of each dimension")).at(metric.at));
    }
    Ok(cell.into_iter().flatten().collect())
}
