//! Rows into cells, items and list rows.

mod cells;
mod hierarchy;
mod items;
mod rows;

use arrow::array::{ArrayRef, StringArray};
use smalt_model::{DimensionId, Schema, Type};
use smalt_security::{Access, Policy};
use smalt_vault::{Revision, Vector};
use std::collections::HashSet;
use std::sync::Arc;

use super::column::{Want, convert};
use super::plan::{From, Goal, Plan, Slot};
use super::resolve::Resolver;
use super::source::{Chunk, Source};
use crate::fault::{Done, Fault};
use crate::outcome::Progress;
use crate::work::Touched;

pub(crate) use cells::{into_cells, metric_goals};
pub(crate) use hierarchy::find_loops;
pub(crate) use items::{NOT_YOURS, dimension_goals, into_items};
pub(crate) use rows::{into_rows, list_goals};

/// Where rows go and who brings them.
pub(crate) struct Load<'a> {
    pub(crate) revision: &'a mut Revision,
    /// The rights before the statement.
    pub(crate) access: &'a Access,
    pub(crate) policy: &'a Policy,
    pub(crate) touched: &'a mut Touched,
    pub(crate) progress: &'a mut dyn FnMut(&Progress),
}

/// A column with what it becomes, ready to be read chunk by chunk.
struct Reader {
    slot: Slot,
    want: Want,
    /// The value that every row has.
    constant: Option<Vector>,
}

/// Items that the statement itself names, as rows of the dimension that it writes: its values may refer to them.
struct Named {
    dimension: DimensionId,
    items: Arc<HashSet<u32>>,
}

/// What the values of a slot become.
fn want(slot: &Slot, goal: &Goal, revision: &Revision, access: &Access, named: Option<&Named>) -> Want {
    let schema: &Schema = revision.schema();
    match (goal.ty, slot.by) {
        (Type::Item(dimension), by) => match (schema.dimension(dimension), by) {
            (Some(def), None) => {
                let named = named.filter(|named| named.dimension == dimension).map(|named| Arc::clone(&named.items));
                Want::Items(Resolver::by_name(def, &revision.items(dimension), access).naming(named))
            }
            (Some(def), Some(property)) => Want::Items(Resolver::by_property(def, &revision.items(dimension), access, property)),
            (None, _) => Want::Plain(goal.ty),
        },
        (ty, _) => Want::Plain(ty),
    }
}

fn reader(slot: &Slot, goal: &Goal, revision: &Revision, access: &Access, named: Option<&Named>) -> Done<Reader> {
    let want = want(slot, goal, revision, access, named);
    let constant = match &slot.from {
        From::Column { .. } => None,
        From::Constant { text, at } => {
            let one: ArrayRef = Arc::new(StringArray::from(vec![text.as_str()]));
            Some(convert(&one, &want).map_err(|misfit| Fault::new(format!("`{}`: {}", goal.name, misfit.reason)).at(*at))?)
        }
    };
    Ok(Reader { slot: slot.clone(), want, constant })
}

impl Reader {
    /// The values of a chunk's rows.
    fn read(&self, chunk: &Chunk, source: &dyn Source) -> Done<Vector> {
        if let Some(one) = &self.constant {
            return Ok(match one.get(0) {
                Some(value) => Vector::constant(&value, chunk.rows),
                None => Vector::blank(one.ty(), chunk.rows),
            });
        }
        let From::Column { source: column, selected } = self.slot.from else { return Ok(Vector::blank(Type::Text, chunk.rows)) };
        let Some(array) = chunk.columns.get(selected) else { return Ok(Vector::blank(Type::Text, chunk.rows)) };
        convert(array, &self.want).map_err(|misfit| source.fault(chunk.first + misfit.row as u64, column, misfit.reason))
    }

    /// What is wrong at a row of this column.
    fn fault(&self, row: u64, goal: &Goal, reason: &str, source: &dyn Source) -> Fault {
        match &self.slot.from {
            From::Column { source: column, .. } => source.fault(row, *column, reason.to_owned()),
            From::Constant { at, .. } => Fault::new(format!("`{}`: {reason}", goal.name)).at(*at),
        }
    }
}

/// All slots of a plan as readers, in the order of the goals.
fn readers(plan: &Plan, goals: &[Goal], revision: &Revision, access: &Access) -> Done<Vec<(usize, Reader)>> {
    let mut out = Vec::new();
    for (place, goal) in goals.iter().enumerate() {
        if let Some(slot) = plan.slot(place) {
            out.push((place, reader(slot, goal, revision, access, None)?));
        }
    }
    Ok(out)
}
