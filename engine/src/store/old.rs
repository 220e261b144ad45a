//! The file of earlier versions, one for the whole application: sections with a length and a checksum each, the last one empty. It is read
//! and never written; what it holds is written anew when it is opened.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use smalt_model::DimensionId;
use smalt_vault::Revision;

use super::bytes::{Broken, Reader};
use super::checksum::checksum;
use super::definitions::Definitions;
use super::loaded::{Loaded, LoadedState};
use super::pieces::{read_cells, read_items, read_rows};
use super::registry::{Registry, Same};
use crate::history::Made;

const MAGIC: &[u8; 8] = b"SMALTAPP";
const FORMAT: u32 = 1;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    End = 0,
    Definitions = 1,
    Policy = 2,
    Items = 3,
    Cells = 4,
    Rows = 5,
    /// Input at items that have left a subset.
    Parked = 6,
    /// What follows is of another state.
    State = 7,
    /// What is as in an earlier state.
    Same = 8,
    /// What the states are.
    Registry = 9,
}

impl Section {
    fn of(tag: u32) -> Option<Section> {
        use Section as S;
        let all = [S::End, S::Definitions, S::Policy, S::Items, S::Cells, S::Rows, S::Parked, S::State, S::Same, S::Registry];
        all.into_iter().find(|s| *s as u32 == tag)
    }
}

/// Reads a state back.
pub(super) fn read(bytes: &[u8]) -> Result<Loaded, String> {
    parse(bytes).map_err(|broken| broken.0.to_owned())
}

fn parse(bytes: &[u8]) -> Result<Loaded, Broken> {
    let mut reader = Reader::new(bytes);
    if reader.take(MAGIC.len())? != MAGIC {
        return Err(Broken("it is not a file of this program"));
    }
    if reader.u32()? != FORMAT {
        return Err(Broken("its format is not one that this version reads"));
    }
    let mut revision = Revision::empty();
    let mut policy = None;
    let mut states: Vec<Revision> = Vec::new();
    let mut registry = Registry::default();
    loop {
        let section = Section::of(reader.u32()?).ok_or(Broken("a section is unknown"))?;
        let length = reader.len()?;
        let sum = reader.u32()?;
        let content = reader.take(length)?;
        if checksum(content) != sum {
            return Err(Broken("a checksum does not hold"));
        }
        match section {
            Section::End if reader.is_empty() => break,
            Section::End => return Err(Broken("something follows its end")),
            Section::Definitions => {
                let definitions = Definitions::read(content)?;
                revision.set_number(definitions.revision);
                revision.set_schema(Arc::new(definitions.schema()?));
            }
            Section::Policy => policy = Some(serde_json::from_slice(content).map_err(|_| Broken("its policy cannot be read"))?),
            Section::Items => read_items(&mut revision, content)?,
            Section::Cells => {
                let (id, cells) = read_cells(&revision, content)?;
                revision.set_cells(id, cells);
            }
            Section::Parked => {
                let (id, cells) = read_cells(&revision, content)?;
                revision.set_parked(id, cells);
            }
            Section::Rows => read_rows(&mut revision, content)?,
            Section::State => states.push(arranged(std::mem::take(&mut revision))),
            Section::Same => {
                let same = serde_json::from_slice(content).map_err(|_| Broken("what states have in common cannot be read"))?;
                take_same(&mut revision, &same, &states)?;
            }
            Section::Registry => registry = serde_json::from_slice(content).map_err(|_| Broken("its scenarios cannot be read"))?,
        }
    }
    states.push(arranged(revision));
    let policy = policy.ok_or(Broken("it has no policy"))?;
    let number = states.first().map_or(0, Revision::number);
    // Cells of formulas were not kept.
    let state = |revision: Revision| LoadedState { revision: Arc::new(revision), settled: None, missing: BTreeSet::new() };
    let states: BTreeMap<u64, LoadedState> = (0..).zip(states.into_iter().map(state)).collect();
    let next_state = states.len() as u64;
    Ok(Loaded { number, base: 0, states, next_state, policy: Arc::new(policy), registry, made: Made::unknown(), history: VecDeque::new() })
}

/// Puts the items in their order, which follows from properties.
pub(super) fn arranged(mut revision: Revision) -> Revision {
    let dimensions: Vec<DimensionId> = revision.schema().dimensions().map(|def| def.id).collect();
    for dimension in dimensions {
        revision.arrange(dimension);
    }
    revision
}

/// Takes over what is as in earlier states.
fn take_same(revision: &mut Revision, same: &Same, states: &[Revision]) -> Result<(), Broken> {
    let none = Broken("a state is like one that is not there");
    let from = |place: usize| states.get(place).ok_or(Broken("a state is like one that is not there"));
    for (dimension, place) in &same.items {
        revision.schema().dimension(*dimension).ok_or(Broken("items are of no dimension"))?;
        revision.set_items(*dimension, from(*place)?.items(*dimension));
    }
    for (metric, place) in &same.cells {
        let cells = from(*place)?.cells(*metric).ok_or(none)?;
        let def = revision.schema().metric(*metric).ok_or(Broken("cells are of no metric"))?;
        if cells.layout().dims() != def.dimensions || cells.ty() != def.ty {
            return Err(Broken("a metric's cells do not fit its dimensions"));
        }
        revision.set_cells(*metric, cells);
    }
    for (list, place) in &same.rows {
        revision.schema().list(*list).ok_or(Broken("rows are of no list"))?;
        revision.set_rows(*list, from(*place)?.rows(*list).ok_or(none)?);
    }
    Ok(())
}
