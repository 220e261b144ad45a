//! What formulas read, told in coordinates: this crate knows no formula, only for which items each of its cells looks where.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::{BLANK, Target};

/// What a formula reads for each of its cells, in terms of coordinates.
#[derive(Clone, PartialEq)]
pub enum Footprint {
    /// The cells of a target at the same coordinates: its whole effective right to read, where some rule speaks of it, and the items
    /// that it is keyed by.
    Target(Target),
    /// What rules that cover a target say at the same coordinates, the role default included; neither the items that it is keyed by nor
    /// what its own formula reads. Of what no rule covers it says nothing.
    Words(Target),
    /// All of these, at the same coordinates. An empty one reads nothing.
    Together(Vec<Footprint>),
    /// What is inside, looked at from other coordinates.
    Seen {
        /// What is looked at.
        inside: Box<Footprint>,
        /// For each coordinate of what is inside, in order, one look from the coordinates outside: what is inside is read at all
        /// combinations of the items looked at.
        looks: Vec<Look>,
    },
}

/// The items of one coordinate that are looked at from other coordinates.
#[derive(Clone, PartialEq)]
pub enum Look {
    /// One item: the image of an outer one.
    Image {
        /// The outer coordinate.
        position: usize,
        /// From its item to the item inside; `None`: the item itself. Where it leads to [`BLANK`](crate::BLANK), or ends before the
        /// item, nothing is read at all.
        map: Option<Arc<[u32]>>,
    },
    /// Every item that each of these maps sends to the outer item at its position: an aggregation. [`BLANK`](crate::BLANK) is nowhere.
    /// Without a map nothing says which items there are, and nothing is readable: [`All`](Look::All) of them are named.
    Group(Vec<(usize, Arc<[u32]>)>),
    /// A set of items for each outer one.
    Sets {
        /// The outer coordinate.
        position: usize,
        /// By the outer item; past the end nothing is read.
        sets: Arc<[Arc<RoaringBitmap>]>,
    },
    /// These items, whatever the outer coordinates. For a list's column it may hold [`BLANK`](crate::BLANK), an empty one.
    All(Arc<RoaringBitmap>),
}

/// The footprints of everything that has a formula: metrics and properties. Of one state of the model, like [`Facts`](crate::Facts).
///
/// They form no cycle: who makes them flattens recursion. What is in a cycle all the same is not readable, nor what reads it.
#[derive(Default, PartialEq)]
pub struct Footprints {
    by_target: HashMap<Target, Footprint>,
}

impl Footprints {
    /// Rows of lists and items are data, so only metrics and properties are taken. A target that comes twice reads both.
    pub fn new(footprints: impl IntoIterator<Item = (Target, Footprint)>) -> Footprints {
        let mut by_target: HashMap<Target, Footprint> = HashMap::new();
        for (target, footprint) in footprints {
            if matches!(target, Target::Metric(_) | Target::Property(..)) {
                let whole = match by_target.remove(&target) {
                    Some(before) => Footprint::Together(vec![before, footprint]),
                    None => footprint,
                };
                by_target.insert(target, whole);
            }
        }
        for target in circular(&by_target) {
            by_target.insert(target, Footprint::closed());
        }
        Footprints { by_target }
    }

    /// Everything that has a formula, with what that reads.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Target, &Footprint)> {
        self.by_target.iter()
    }

    /// What the formula of a target reads; `None` where it has none.
    pub fn get(&self, target: &Target) -> Option<&Footprint> {
        self.by_target.get(target)
    }
}

impl Footprint {
    /// Of what is not readable at all: nobody knows what it reads.
    pub fn closed() -> Footprint {
        Footprint::Seen { inside: Box::new(Footprint::Together(Vec::new())), looks: vec![Look::Group(Vec::new())] }
    }

    /// Each target that it names, with what of the footprint reads it.
    pub(crate) fn one_by_one(&self) -> Vec<(Target, Footprint)> {
        match self {
            Footprint::Target(target) | Footprint::Words(target) => vec![(target.clone(), self.clone())],
            Footprint::Together(all) => all.iter().flat_map(Footprint::one_by_one).collect(),
            Footprint::Seen { inside, looks } => {
                let from_here = |inside| Footprint::Seen { inside: Box::new(inside), looks: looks.clone() };
                inside.one_by_one().into_iter().map(|(target, inside)| (target, from_here(inside))).collect()
            }
        }
    }

    /// The targets that it reads, in any order: with what their own formulas read.
    pub(crate) fn reads(&self) -> Vec<&Target> {
        self.named().into_iter().filter_map(|(target, whole)| whole.then_some(target)).collect()
    }

    /// The targets that it names, in any order, and whether it reads them whole or asks for words alone.
    pub(crate) fn named(&self) -> Vec<(&Target, bool)> {
        let (mut targets, mut todo) = (Vec::new(), vec![self]);
        while let Some(footprint) = todo.pop() {
            match footprint {
                Footprint::Target(target) => targets.push((target, true)),
                Footprint::Words(target) => targets.push((target, false)),
                Footprint::Together(all) => todo.extend(all),
                Footprint::Seen { inside, .. } => todo.push(inside),
            }
        }
        targets
    }
}

impl Look {
    /// The items looked at from a cell, one by one: what the looks mean. `None` where nothing says.
    fn items(&self, cell: &[u32]) -> Option<Vec<u32>> {
        let end = |map: &[u32], item: u32| map.get(item as usize).copied().filter(|end| *end != BLANK);
        Some(match self {
            Look::Image { position, map: None } => Some(at(cell, *position)).filter(|item| *item != BLANK).into_iter().collect(),
            Look::Image { position, map: Some(map) } => end(map, at(cell, *position)).into_iter().collect(),
            Look::Group(maps) => {
                let here = |item: &u32| maps.iter().all(|(position, map)| end(map, *item) == Some(at(cell, *position)));
                (0u32..).zip(maps.first()?.1.iter()).map(|(item, _)| item).filter(here).collect()
            }
            Look::Sets { position, sets } => sets.get(at(cell, *position) as usize).into_iter().flat_map(|set| set.iter()).collect(),
            Look::All(items) => items.iter().collect(),
        })
    }
}

/// All combinations of the items that each look gives from a cell. `None` where nothing says.
pub(crate) fn seen(looks: &[Look], cell: &[u32]) -> Option<Vec<Vec<u32>>> {
    let items = looks.iter().map(|look| look.items(cell)).collect::<Option<Vec<_>>>()?;
    let longer = |cells: Vec<Vec<u32>>, items: &Vec<u32>| {
        cells.iter().flat_map(|cell| items.iter().map(|item| [cell.as_slice(), &[*item]].concat())).collect()
    };
    Some(items.iter().fold(vec![Vec::new()], longer))
}

/// The item of a cell, [`BLANK`] where there is none.
pub(crate) fn at(cell: &[u32], position: usize) -> u32 {
    cell.get(position).copied().unwrap_or(BLANK)
}

/// What is left when all that reads only what is known already is taken away, again and again.
fn circular(by_target: &HashMap<Target, Footprint>) -> Vec<Target> {
    let mut waiting: HashMap<&Target, usize> = HashMap::new();
    let mut readers: HashMap<&Target, Vec<&Target>> = HashMap::new();
    for (target, footprint) in by_target {
        let reads = footprint.reads().into_iter().filter(|read| by_target.contains_key(*read));
        let count = reads.map(|read| readers.entry(read).or_default().push(target)).count();
        waiting.insert(target, count);
    }
    let mut known = waiting.iter().filter(|(_, count)| **count == 0).map(|(target, _)| *target).collect::<Vec<_>>();
    while let Some(target) = known.pop() {
        waiting.remove(target);
        for reader in readers.remove(target).into_iter().flatten() {
            if let Some(count) = waiting.get_mut(reader) {
                *count -= 1;
                if *count == 0 {
                    known.push(reader);
                }
            }
        }
    }
    waiting.into_keys().cloned().collect()
}

// What a formula reads is its author's business.
impl fmt::Debug for Footprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Footprint").finish_non_exhaustive()
    }
}

impl fmt::Debug for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Look").finish_non_exhaustive()
    }
}

impl fmt::Debug for Footprints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Footprints").finish_non_exhaustive()
    }
}
