//! Rows into cells, items and list rows.

mod cells;
mod hierarchy;
mod items;
mod merge;
mod remove;
mod rename;
mod row_edits;
mod rows;
mod sift;

use arrow::array::{ArrayRef, StringArray};
use smalt_model::{DimensionId, Schema, Type};
use smalt_security::{Access, Policy};
use smalt_vault::{Revision, Vector};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::column::{ByNumber, Misfit, Want, convert, convert_own};
use super::plan::{From, Goal, Plan, Slot};
use super::resolve::Resolver;
use super::source::{Chunk, Source};
use crate::fault::{Done, Fault};
use crate::outcome::Progress;
use crate::state::Programs;
use crate::statement::ast::Duplicates;
use crate::work::Touched;

pub(crate) use cells::{Refused, into_cells, metric_goals};
pub(crate) use hierarchy::{find_loops, without_circles};
pub(crate) use items::{NOT_YOURS, dimension_goals, into_items};
pub(crate) use merge::adds_up;
pub(crate) use remove::{NOT_YOUR_CELLS, Reach, check_removable, remove_items};
pub(crate) use rename::{check_names, rename_items};
pub(crate) use row_edits::{change_rows, remove_rows, seen_rows};
pub(crate) use rows::{into_rows, list_goals};
pub(crate) use sift::{Into, Missing, sift};

/// Where rows go and who brings them.
pub(crate) struct Load<'a> {
    pub(crate) revision: &'a mut Revision,
    /// The rights before the statement.
    pub(crate) access: &'a Access,
    pub(crate) policy: &'a Policy,
    pub(crate) programs: &'a Programs,
    pub(crate) touched: &'a mut Touched,
    pub(crate) progress: &'a mut dyn FnMut(&Progress),
    /// Rows with the same key.
    pub(crate) duplicates: Duplicates,
    /// The items that the statement makes because its rows name them.
    pub(crate) created: Created,
}

/// Items that a statement makes because its rows name them.
#[derive(Debug, Default)]
pub(crate) struct Created {
    /// By dimension. Among them are those that were there and that the writer does not see: the statement is refused for them at its end.
    items: HashMap<DimensionId, Arc<HashSet<u32>>>,
    /// The names of items of the dimension that is loaded itself.
    own: Vec<String>,
    /// Whether the writer may not make one of them.
    refused: bool,
    /// How many they are.
    count: u64,
}

impl Created {
    /// How many they are.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Said after all that is wrong with the rows, as of items that are written.
    fn verdict(&self) -> Done {
        if self.refused { Err(Fault::denied(NOT_YOURS)) } else { Ok(()) }
    }
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

/// What the values of a slot become. `created`: items that exist for the writer, whatever the rights say.
fn want(slot: &Slot, goal: &Goal, revision: &Revision, access: &Access, created: &Created, named: Option<&Named>) -> Want {
    let schema: &Schema = revision.schema();
    match (goal.ty, slot.by) {
        (Type::Item(dimension), by) => match (schema.dimension(dimension), by) {
            (Some(def), None) => {
                let own = named.filter(|named| named.dimension == dimension).map(|named| &named.items);
                let named = own.or_else(|| created.items.get(&dimension)).map(Arc::clone);
                Want::Items(Resolver::by_name(def, &revision.items(dimension), access).naming(named))
            }
            (Some(def), Some(property)) => Want::Items(Resolver::by_property(def, &revision.items(dimension), access, property)),
            (None, _) => Want::Plain(goal.ty),
        },
        (ty, _) => Want::Plain(ty),
    }
}

fn reader(load: &Load<'_>, slot: &Slot, goal: &Goal, named: Option<&Named>) -> Done<Reader> {
    let want = want(slot, goal, load.revision, load.access, &load.created, named);
    let constant = match &slot.from {
        From::Column { .. } => None,
        From::Constant { text, at } => {
            let one: ArrayRef = Arc::new(StringArray::from(vec![text.as_str()]));
            let fault = |misfit: Misfit| Fault::new(format!("`{}`: {}", goal.name, misfit.reason)).help_if(misfit.help(false)).at(*at);
            Some(convert(&one, &want).map_err(fault)?)
        }
    };
    Ok(Reader { slot: slot.clone(), want, constant })
}

impl Reader {
    /// The values of a chunk's rows.
    fn read(&self, chunk: &Chunk, source: &dyn Source) -> Done<Vector> {
        self.values(chunk).map_err(|misfit| self.misfit(misfit, chunk, source))
    }

    fn values(&self, chunk: &Chunk) -> Result<Vector, Misfit> {
        if let Some(one) = &self.constant {
            return Ok(match one.get(0) {
                Some(value) => Vector::constant(&value, chunk.rows),
                None => Vector::blank(one.ty(), chunk.rows),
            });
        }
        self.array(chunk).map_or_else(|| Ok(Vector::blank(Type::Text, chunk.rows)), |array| convert(array, &self.want))
    }

    /// The same, of a chunk that nobody reads again: its column is taken.
    fn take_values(&self, chunk: &mut Chunk) -> Result<Vector, Misfit> {
        match self.slot.from {
            From::Column { selected, .. } if selected < chunk.columns.len() => convert_own(chunk.columns.swap_remove(selected), &self.want),
            _ => self.values(chunk),
        }
    }

    /// The column of a chunk that it reads.
    fn array<'c>(&self, chunk: &'c Chunk) -> Option<&'c ArrayRef> {
        match self.slot.from {
            From::Column { selected, .. } => chunk.columns.get(selected),
            From::Constant { .. } => None,
        }
    }

    /// The column where its items are given by whole numbers.
    fn by_number<'c>(&'c self, chunk: &'c Chunk) -> Option<ByNumber<'c>> {
        ByNumber::new(self.array(chunk)?, &self.want)
    }

    fn misfit(&self, misfit: Misfit, chunk: &Chunk, source: &dyn Source) -> Fault {
        let (row, help) = (chunk.numbers.at(misfit.row), misfit.help(source.is_file()));
        let fault = match self.slot.from {
            From::Column { source: column, .. } => source.fault(row, column, misfit.reason),
            From::Constant { .. } => source.row_fault(row, &misfit.reason),
        };
        fault.help_if(help)
    }

    /// What is wrong at a row of this column.
    fn fault(&self, row: u64, goal: &Goal, reason: &str, source: &dyn Source) -> Fault {
        fault_at(&self.slot, row, goal, reason, source)
    }
}

/// What is wrong at a row of a slot.
fn fault_at(slot: &Slot, row: u64, goal: &Goal, reason: &str, source: &dyn Source) -> Fault {
    match &slot.from {
        From::Column { source: column, .. } => source.fault(row, *column, reason.to_owned()),
        From::Constant { at, .. } => Fault::new(format!("`{}`: {reason}", goal.name)).at(*at),
    }
}

/// All slots of a plan as readers, in the order of the goals.
fn readers(load: &Load<'_>, plan: &Plan, goals: &[Goal]) -> Done<Vec<(usize, Reader)>> {
    let mut out = Vec::new();
    for (place, goal) in goals.iter().enumerate() {
        if let Some(slot) = plan.slot(place) {
            out.push((place, reader(load, slot, goal, None)?));
        }
    }
    Ok(out)
}
