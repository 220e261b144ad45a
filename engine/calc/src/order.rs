//! In which order metrics are computed, and the proof that no cell depends on itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use smalt_formula::program::{Kind, Node, Program};
use smalt_model::{DimensionId, MetricId, Schema};

/// Metrics with formulas in an order in which each is computed after all that it reads.
#[derive(Clone, Debug, Default)]
pub struct Order {
    pub(crate) groups: Vec<Group>,
}

/// One metric, or several that are solved together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// A metric that does not read itself.
    Single(MetricId),
    /// Metrics that read one another at earlier items of a dimension, in the order in which they are computed at one item.
    Recurrence(DimensionId, Vec<MetricId>),
}

/// Formulas that cannot be put in an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoopError {
    /// Cells would depend on themselves: each metric reads the next, the last the first.
    Loop(Vec<MetricId>),
    /// A group's metrics look back along several dimensions.
    SeveralDimensions(Vec<MetricId>, Vec<DimensionId>),
    /// A metric of a group lacks the dimension along which it is solved.
    LacksDimension(MetricId, DimensionId),
    /// A metric of a group reads another in a way that mixes items of the dimension along which the group is solved.
    ReadsAcross(MetricId, MetricId, DimensionId),
}

/// Its text, with names from a schema.
impl LoopError {
    /// What is wrong and what would break the loop.
    pub fn message(&self, schema: &Schema) -> String {
        let metric = |m: &MetricId| schema.metric(*m).map_or_else(|| "?".to_owned(), |d| d.name.to_string());
        let dimension = |d: &DimensionId| schema.dimension(*d).map_or_else(|| "?".to_owned(), |d| d.name.to_string());
        match self {
            LoopError::Loop(path) => {
                let mut names: Vec<String> = path.iter().map(metric).collect();
                names.extend(names.first().cloned());
                let last = path.last().map(metric).unwrap_or_default();
                let first = path.first().map(metric).unwrap_or_default();
                format!(
                    "the formulas depend on themselves: {}; to look back instead, write PREVIOUSOF({first}) in the formula of `{last}`",
                    names.join(" -> ")
                )
            }
            LoopError::SeveralDimensions(group, dims) => format!(
                "{} refer to one another along several dimensions ({}); a group is solved along one",
                group.iter().map(metric).collect::<Vec<_>>().join(", "),
                dims.iter().map(dimension).collect::<Vec<_>>().join(", ")
            ),
            LoopError::LacksDimension(m, d) => {
                format!("`{}` is part of a loop along `{}` but does not have that dimension", metric(m), dimension(d))
            }
            LoopError::ReadsAcross(m, read, d) => format!(
                "`{}` and `{}` depend on one another along `{}`, and `{}` reads `{}` across items of `{}`; read it with PREVIOUSOF or at the same item",
                metric(m),
                metric(read),
                dimension(d),
                metric(m),
                metric(read),
                dimension(d)
            ),
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
    program.reads.iter().copied().chain(program.reads_earlier.iter().map(|(m, _, _)| *m)).collect()
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

fn group(component: &[MetricId], programs: &BTreeMap<MetricId, Arc<Program>>, schema: &Schema) -> Result<Group, LoopError> {
    let members: BTreeSet<MetricId> = component.iter().copied().collect();
    let first = component.first().copied().unwrap_or(MetricId(u32::MAX));
    let inside = |m: &MetricId| programs.get(m).map(|p| reads(p)).unwrap_or_default();
    if component.len() == 1 && !inside(&first).contains(&first) {
        return Ok(Group::Single(first));
    }
    let order = same_item_order(&members, programs)?;
    let dims: BTreeSet<DimensionId> = members
        .iter()
        .filter_map(|m| programs.get(m))
        .flat_map(|p| p.reads_earlier.iter().filter(|(m, _, _)| members.contains(m)).map(|(_, d, _)| *d))
        .collect();
    let Some(dimension) = dims.first().copied().filter(|_| dims.len() == 1) else {
        return Err(LoopError::SeveralDimensions(order, dims.into_iter().collect()));
    };
    for metric in &order {
        if schema.metric(*metric).is_some_and(|def| !def.dimensions.contains(&dimension)) {
            return Err(LoopError::LacksDimension(*metric, dimension));
        }
        if let Some(program) = programs.get(metric)
            && let Some(read) = across(&program.root, dimension, &members)
        {
            return Err(LoopError::ReadsAcross(*metric, read, dimension));
        }
    }
    Ok(Group::Recurrence(dimension, order))
}

/// Members in an order in which each reads only earlier ones at the same item.
fn same_item_order(members: &BTreeSet<MetricId>, programs: &BTreeMap<MetricId, Arc<Program>>) -> Result<Vec<MetricId>, LoopError> {
    let reads = |m: &MetricId| -> Vec<MetricId> {
        programs.get(m).map(|p| p.reads.iter().copied().filter(|r| members.contains(r)).collect()).unwrap_or_default()
    };
    let mut done: Vec<MetricId> = Vec::new();
    while done.len() < members.len() {
        let next = members.iter().find(|m| !done.contains(m) && reads(m).iter().all(|r| done.contains(r)));
        match next {
            Some(next) => done.push(*next),
            None => {
                // Every metric that is left reads one that is left: walk until one comes again.
                let mut path: Vec<MetricId> = members.iter().find(|m| !done.contains(m)).copied().into_iter().collect();
                while let Some(last) = path.last() {
                    let Some(read) = reads(last).into_iter().find(|r| !done.contains(r)) else { break };
                    if let Some(at) = path.iter().position(|m| *m == read) {
                        return Err(LoopError::Loop(path.split_off(at)));
                    }
                    path.push(read);
                }
                return Err(LoopError::Loop(path));
            }
        }
    }
    Ok(done)
}

/// A member of the group that the expression reads at other items than its own (or directly earlier ones).
fn across(node: &Node, dimension: DimensionId, members: &BTreeSet<MetricId>) -> Option<MetricId> {
    let member = |n: &Node| {
        let mut found = None;
        find(n, members, &mut found);
        found
    };
    match &node.kind {
        Kind::PreviousOf { back, .. } | Kind::Previous { back, .. } => back.as_deref().and_then(member),
        Kind::Offset { input, dimension: d, .. } if *d == dimension => match &input.kind {
            Kind::Metric(_) => None,
            _ => member(input),
        },
        Kind::Up { input, kept, mappings, .. } => {
            let stays = kept.contains(&dimension)
                || mappings.iter().any(|(d, m)| *d == dimension && matches!(m.kind, Kind::Current(own) if own == dimension));
            let mapped = mappings.iter().find_map(|(_, m)| across(m, dimension, members));
            mapped.or_else(|| if stays || !input.dims.contains(&dimension) { across(input, dimension, members) } else { member(node) })
        }
        Kind::Down { mappings, .. } if mappings.iter().any(|(d, _)| *d == dimension) => member(node),
        Kind::Along { dimension: d, .. } | Kind::Rollup { dimension: d, .. } | Kind::AtMapping { dimension: d, .. } if *d == dimension => {
            member(node)
        }
        Kind::ParentOffset { dimension: d, .. } if *d == dimension => member(node),
        Kind::Whole(..) | Kind::CountAll(_) | Kind::CountBlank(_) | Kind::Rank { .. } => member(node),
        _ => node.children().into_iter().find_map(|c| across(c, dimension, members)),
    }
}

fn find(node: &Node, members: &BTreeSet<MetricId>, found: &mut Option<MetricId>) {
    match &node.kind {
        Kind::Metric(m) | Kind::PreviousOf { metric: m, .. } if members.contains(m) => *found = Some(*m),
        _ => node.children().into_iter().for_each(|c| find(c, members, found)),
    }
}
