//! In which order metrics are computed, and the proof that no cell depends on itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use smalt_formula::program::Program;
use smalt_model::{DimensionId, MetricId, Schema};

use crate::reach::{Reach, looks_back, reads_along};

/// Metrics with formulas in an order in which each is computed after all that it reads.
#[derive(Clone, Debug, Default)]
pub struct Order {
    pub(crate) groups: Vec<Group>,
}

impl Order {
    /// Metrics that are solved together, with the dimension along which they are.
    pub fn recurrences(&self) -> impl Iterator<Item = (DimensionId, &[MetricId])> {
        self.groups.iter().filter_map(|group| match group {
            Group::Recurrence(dimension, members) => Some((*dimension, members.as_slice())),
            Group::Single(_) => None,
        })
    }
}

/// One metric, or several that are solved together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// A metric that does not read itself.
    Single(MetricId),
    /// Metrics that read one another at earlier items of a dimension, in the order in which they are computed at one item.
    Recurrence(DimensionId, Vec<MetricId>),
}

/// Formulas that cannot be put in an order. A path is a loop of metrics: each reads the next, the last the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoopError {
    /// Cells would depend on themselves.
    Loop(Vec<MetricId>),
    /// Loops look back along several dimensions, and along none of them do all; the path is one that does not look back along the first.
    SeveralDimensions(Vec<MetricId>, Vec<DimensionId>),
    /// A metric of a group lacks the dimension along which it is solved.
    LacksDimension(Vec<MetricId>, DimensionId),
    /// The first metric of a path reads the next in a way that mixes items of the dimension along which they are solved.
    ReadsAcross(Vec<MetricId>, DimensionId),
}

impl LoopError {
    /// The same error told from a metric on: the one that was just saved.
    pub fn seen_from(mut self, metric: MetricId) -> LoopError {
        // Where reading across is the fault, the metric that does it comes first.
        if let LoopError::Loop(path) | LoopError::SeveralDimensions(path, _) = &mut self
            && let Some(at) = path.iter().position(|m| *m == metric)
        {
            path.rotate_left(at);
        }
        self
    }

    /// The first metric of the loop, and the one that it reads.
    pub fn first_step(&self) -> Option<(MetricId, MetricId)> {
        let (LoopError::Loop(path)
        | LoopError::SeveralDimensions(path, _)
        | LoopError::LacksDimension(path, _)
        | LoopError::ReadsAcross(path, _)) = self;
        let first = *path.first()?;
        Some((first, path.get(1).copied().unwrap_or(first)))
    }

    /// What is wrong and what would break the loop, with names from a schema.
    pub fn message(&self, schema: &Schema) -> String {
        let metric = |m: Option<&MetricId>| m.and_then(|m| schema.metric(*m)).map_or_else(|| "?".to_owned(), |d| d.name.to_string());
        let dimension = |d: &DimensionId| schema.dimension(*d).map_or_else(|| "?".to_owned(), |d| d.name.to_string());
        // (the loop as text, the first metric, the one that it reads)
        let told = |path: &[MetricId]| {
            let names: Vec<String> = path.iter().chain(path.first()).map(|m| metric(Some(m))).collect();
            (names.join(" -> "), metric(path.first()), metric(path.get(1).or(path.first())))
        };
        match self {
            LoopError::Loop(path) => {
                let (path, first, read) = told(path);
                format!(
                    "the formulas depend on themselves: {path}; to look back instead, write PREVIOUSOF({read}) in the formula of `{first}`"
                )
            }
            LoopError::SeveralDimensions(path, dims) => format!(
                "metrics that refer to one another are solved along one dimension, and these look back along several ({}): {}",
                dims.iter().map(dimension).collect::<Vec<_>>().join(", "),
                told(path).0
            ),
            LoopError::LacksDimension(path, d) => {
                let (path, first, _) = told(path);
                format!("`{first}` is part of a loop along `{}` but does not have that dimension: {path}", dimension(d))
            }
            LoopError::ReadsAcross(path, d) => {
                let (path, first, read) = told(path);
                let d = dimension(d);
                format!(
                    "the formulas depend on themselves: {path}; `{first}` reads `{read}` across items of `{d}`, where only earlier items and \
                     the same item are known: read it with PREVIOUSOF({read}) or `[SELECT: {d} - 1]`"
                )
            }
        }
    }
}

impl fmt::Display for LoopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(&Schema::default()))
    }
}

impl std::error::Error for LoopError {}

/// Puts metrics with formulas in order (Tarjan, "Depth-first search and linear graph algorithms", 1972, without recursion).
pub fn compile_order(programs: &BTreeMap<MetricId, Arc<Program>>, schema: &Schema) -> Result<Order, LoopError> {
    let mut groups = Vec::new();
    for component in components(programs) {
        groups.push(group(&component, programs, schema)?);
    }
    Ok(Order { groups })
}

fn reads(program: &Program) -> BTreeSet<MetricId> {
    program.metrics().collect()
}

/// Strongly connected components, each after all that it reads.
fn components(programs: &BTreeMap<MetricId, Arc<Program>>) -> Vec<Vec<MetricId>> {
    struct Mark {
        index: usize,
        low: usize,
        open: bool,
    }
    let mut marks: BTreeMap<MetricId, Mark> = BTreeMap::new();
    let mut open: Vec<MetricId> = Vec::new();
    let mut out = Vec::new();
    for root in programs.keys() {
        if marks.contains_key(root) {
            continue;
        }
        let mut path: Vec<(MetricId, Vec<MetricId>)> = Vec::new();
        let enter = |m: MetricId, marks: &mut BTreeMap<MetricId, Mark>, open: &mut Vec<MetricId>| {
            let index = marks.len();
            marks.insert(m, Mark { index, low: index, open: true });
            open.push(m);
            let next = programs.get(&m).map(|p| reads(p)).unwrap_or_default();
            (m, next.into_iter().filter(|r| programs.contains_key(r)).rev().collect::<Vec<_>>())
        };
        path.push(enter(*root, &mut marks, &mut open));
        while let Some((metric, rest)) = path.last_mut() {
            let metric = *metric;
            if let Some(next) = rest.pop() {
                match marks.get(&next) {
                    None => path.push(enter(next, &mut marks, &mut open)),
                    Some(mark) if mark.open => {
                        let index = mark.index;
                        if let Some(own) = marks.get_mut(&metric) {
                            own.low = own.low.min(index);
                        }
                    }
                    Some(_) => {}
                }
                continue;
            }
            path.pop();
            let (low, index) = marks.get(&metric).map_or((0, 0), |m| (m.low, m.index));
            if let Some((above, _)) = path.last()
                && let Some(above) = marks.get_mut(above)
            {
                above.low = above.low.min(low);
            }
            if low == index {
                let from = open.iter().rposition(|m| *m == metric).unwrap_or(0);
                let component: Vec<MetricId> = open.split_off(from);
                for member in &component {
                    if let Some(mark) = marks.get_mut(member) {
                        mark.open = false;
                    }
                }
                out.push(component);
            }
        }
    }
    out
}

/// A component as one metric, or as metrics that are solved together along a dimension.
fn group(component: &[MetricId], programs: &BTreeMap<MetricId, Arc<Program>>, schema: &Schema) -> Result<Group, LoopError> {
    let members: BTreeSet<MetricId> = component.iter().copied().collect();
    let first = component.first().copied().unwrap_or(MetricId(u32::MAX));
    if component.len() == 1 && !programs.get(&first).is_some_and(|p| reads(p).contains(&first)) {
        return Ok(Group::Single(first));
    }
    let mut dims = BTreeSet::new();
    members.iter().filter_map(|m| programs.get(m)).for_each(|p| looks_back(&p.root, &mut dims));
    let mut refused = None;
    for dimension in &dims {
        match along(&members, *dimension, programs, schema) {
            Ok(order) => return Ok(Group::Recurrence(*dimension, order)),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    let all: BTreeMap<MetricId, Vec<MetricId>> = members
        .iter()
        .map(|m| (*m, programs.get(m).map(|p| reads(p).intersection(&members).copied().collect()).unwrap_or_default()))
        .collect();
    Err(match refused {
        // Nothing looks back at all.
        None => LoopError::Loop(way_back(first, first, &all)),
        Some(LoopError::Loop(path)) if dims.len() > 1 => LoopError::SeveralDimensions(path, dims.into_iter().collect()),
        Some(error) => error,
    })
}

/// The order in which members are computed at one item of a dimension; refused where a cell would depend on itself or on a later one.
fn along(
    members: &BTreeSet<MetricId>,
    dimension: DimensionId,
    programs: &BTreeMap<MetricId, Arc<Program>>,
    schema: &Schema,
) -> Result<Vec<MetricId>, LoopError> {
    // What each member reads: at all, and at the same item.
    let mut all: BTreeMap<MetricId, Vec<MetricId>> = BTreeMap::new();
    let mut here: BTreeMap<MetricId, Vec<MetricId>> = BTreeMap::new();
    let mut across = None;
    for member in members {
        let found = programs.get(member).map(|p| reads_along(&p.root, *member, dimension, members)).unwrap_or_default();
        let earlier = |at: &Reach| matches!(at, Reach::Places(n) if *n < 0);
        here.insert(*member, found.iter().filter(|(_, at)| !earlier(at)).map(|(m, _)| *m).collect());
        let far = found.iter().find(|(_, at)| !earlier(at) && *at != Reach::Places(0)).map(|(read, _)| (*member, *read));
        across = across.or(far);
        all.insert(*member, found.into_iter().map(|(m, _)| m).collect());
    }
    if let Some(lacking) = members.iter().find(|m| schema.metric(**m).is_some_and(|def| !def.dimensions.contains(&dimension))) {
        return Err(LoopError::LacksDimension(way_back(*lacking, *lacking, &all), dimension));
    }
    if let Some((metric, read)) = across {
        let path = if metric == read { vec![metric] } else { std::iter::once(metric).chain(way_back(read, metric, &all)).collect() };
        return Err(LoopError::ReadsAcross(path, dimension));
    }
    let mut done: Vec<MetricId> = Vec::new();
    while done.len() < members.len() {
        let open = |m: &MetricId| here.get(m).into_iter().flatten().find(|r| !done.contains(r)).copied();
        match members.iter().find(|m| !done.contains(m) && open(m).is_none()) {
            Some(next) => done.push(*next),
            None => {
                // Every metric that is left reads one that is left: walk until one comes again.
                let mut path: Vec<MetricId> = members.iter().find(|m| !done.contains(m)).copied().into_iter().collect();
                while let Some(read) = path.last().and_then(open) {
                    if let Some(at) = path.iter().position(|m| *m == read) {
                        path.drain(..at);
                        break;
                    }
                    path.push(read);
                }
                return Err(LoopError::Loop(path));
            }
        }
    }
    Ok(done)
}

/// The shortest way from a metric over what is read to a metric that reads `to`; `from` leads, `to` is left out. Both may be the same.
fn way_back(from: MetricId, to: MetricId, reads: &BTreeMap<MetricId, Vec<MetricId>>) -> Vec<MetricId> {
    let mut ways: Vec<Vec<MetricId>> = vec![vec![from]];
    let mut seen = BTreeSet::from([from]);
    let mut at = 0;
    while let Some(way) = ways.get(at).cloned() {
        at += 1;
        for read in way.last().and_then(|last| reads.get(last)).into_iter().flatten() {
            if *read == to {
                return way;
            }
            if seen.insert(*read) {
                ways.push(way.iter().copied().chain([*read]).collect());
            }
        }
    }
    vec![from]
}
