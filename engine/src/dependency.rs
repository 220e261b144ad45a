//! In which order properties with formulas are computed, among the metrics that they read and that read them.

use std::collections::{BTreeMap, VecDeque};

use smalt_formula::Program;
use smalt_model::{MetricId, Schema};

use crate::reads::{self, Property};
use crate::state::Programs;

/// Properties in an order in which each comes after those that it reads, cut into stages: between two stages the metrics are computed.
/// There is always a first stage.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stages(pub(crate) Vec<Vec<Property>>);

/// Formulas that depend on themselves through a property.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Loop {
    /// Where the loop is entered.
    pub(crate) property: Property,
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Property(Property),
    Metric(MetricId),
}

impl Loop {
    /// What depends on what.
    pub(crate) fn message(&self, schema: &Schema) -> String {
        let name = |step: &Step| match step {
            Step::Metric(id) => schema.metric(*id).map_or_else(String::new, |m| m.name.to_string()),
            Step::Property((d, 0)) => schema.dimension(*d).map_or_else(String::new, |d| d.name.to_string()),
            Step::Property((d, p)) => schema
                .dimension(*d)
                .map_or_else(String::new, |d| format!("{}.{}", d.name, d.properties.get(usize::from(*p)).map_or("", |p| &p.name))),
        };
        let names: Vec<String> = self.steps.iter().map(name).collect();
        let orders = |step: &Step| match step {
            Step::Property((d, p)) => schema.dimension(*d).filter(|def| def.order.is_some_and(|by| by.property == *p)),
            Step::Metric(_) => None,
        };
        let ordered = self.steps.iter().find_map(orders).map_or_else(String::new, |def| {
            format!("; the items of `{}` are in the order of one of them, so a formula that depends on this order reads it", def.name)
        });
        format!("the formulas depend on themselves: {}{ordered}", names.join(" -> "))
    }
}

/// What the formula of a property reads: each other property with the metrics on the way to it, and whether it reads any metric that has
/// a formula.
struct Reads {
    properties: BTreeMap<Property, Way>,
    metrics: bool,
}

/// How a formula gets at a property.
struct Way {
    /// The metrics on the shortest way.
    metrics: Vec<MetricId>,
    /// Whether some way leads through a metric.
    through: bool,
}

/// Puts the properties in order.
pub(crate) fn stages(programs: &Programs, schema: &Schema) -> Result<Stages, Loop> {
    let known = Known { schema, programs };
    let mut stage_of: BTreeMap<Property, usize> = BTreeMap::new();
    let mut order: Vec<(usize, Property)> = Vec::new();
    let formulas: BTreeMap<Property, &Program> = programs.properties.iter().map(|(d, p, program)| ((*d, *p), program.as_ref())).collect();
    for root in formulas.keys() {
        if stage_of.contains_key(root) {
            continue;
        }
        // Depth first without recursion: the way down, each with what is left of its reads.
        let mut way: Vec<(Property, Reads, Vec<Property>)> = vec![enter(*root, &formulas, &known)];
        while let Some((property, reads, left)) = way.last_mut() {
            if let Some(next) = left.pop() {
                if way.iter().any(|(on_way, ..)| *on_way == next) {
                    return Err(found(&way, next));
                }
                if !stage_of.contains_key(&next) {
                    way.push(enter(next, &formulas, &known));
                }
                continue;
            }
            let behind = reads.properties.iter().map(|(p, way)| stage_of.get(p).copied().unwrap_or(0) + usize::from(way.through));
            let stage = behind.max().unwrap_or(0).max(usize::from(reads.metrics));
            stage_of.insert(*property, stage);
            order.push((stage, *property));
            way.pop();
        }
    }
    let last = order.iter().map(|(stage, _)| *stage).max().unwrap_or(0);
    let of = |stage: usize| order.iter().filter(|(s, _)| *s == stage).map(|(_, p)| *p).collect();
    Ok(Stages((0..=last).map(of).collect()))
}

/// What formulas are followed through.
struct Known<'a> {
    schema: &'a Schema,
    programs: &'a Programs,
}

fn enter(property: Property, formulas: &BTreeMap<Property, &Program>, known: &Known<'_>) -> (Property, Reads, Vec<Property>) {
    let reads = formulas.get(&property).map_or(Reads { properties: BTreeMap::new(), metrics: false }, |p| reads(p, formulas, known));
    let left = reads.properties.keys().copied().collect();
    (property, reads, left)
}

/// Follows metrics with formulas, and stops at properties.
fn reads(program: &Program, formulas: &BTreeMap<Property, &Program>, known: &Known<'_>) -> Reads {
    let mut before: BTreeMap<MetricId, Option<MetricId>> = BTreeMap::new();
    let mut properties = BTreeMap::new();
    let mut open: VecDeque<(Option<MetricId>, &Program)> = VecDeque::from([(None, program)]);
    while let Some((metric, program)) = open.pop_front() {
        for property in reads::properties(program, known.schema).into_iter().filter(|p| formulas.contains_key(p)) {
            let way = properties.entry(property).or_insert_with(|| Way { metrics: way_to(metric, &before), through: false });
            way.through |= metric.is_some();
        }
        for read in program.metrics() {
            if let (Some(next), false) = (known.programs.metrics.get(&read), before.contains_key(&read)) {
                before.insert(read, metric);
                open.push_back((Some(read), next));
            }
        }
    }
    Reads { properties, metrics: !before.is_empty() }
}

fn way_to(metric: Option<MetricId>, before: &BTreeMap<MetricId, Option<MetricId>>) -> Vec<MetricId> {
    let mut way: Vec<MetricId> = std::iter::successors(metric, |m| before.get(m).copied().flatten()).collect();
    way.reverse();
    way
}

fn found(way: &[(Property, Reads, Vec<Property>)], again: Property) -> Loop {
    let from = way.iter().position(|(on_way, ..)| *on_way == again).unwrap_or(0);
    let mut steps = Vec::new();
    let circle = way.get(from..).unwrap_or_default();
    let next = circle.iter().skip(1).map(|(property, ..)| *property).chain([again]);
    for ((property, reads, _), next) in circle.iter().zip(next) {
        steps.push(Step::Property(*property));
        steps.extend(reads.properties.get(&next).into_iter().flat_map(|way| &way.metrics).map(|m| Step::Metric(*m)));
    }
    steps.push(Step::Property(again));
    Loop { property: again, steps }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use smalt_formula::program::{Kind, Node};
    use smalt_model::{DimensionId, Type};

    use super::*;

    fn program(reads: &[u32], properties: &[Property]) -> Arc<Program> {
        let root =
            Node { kind: Kind::Blank, ty: Type::Number, dims: Vec::new(), rows: None, span: smalt_formula::Span { start: 0, end: 0 } };
        Arc::new(Program {
            root,
            reads: reads.iter().map(|m| MetricId(*m)).collect(),
            reads_earlier: Vec::new(),
            lists: Vec::new(),
            properties: properties.to_vec(),
        })
    }

    fn programs(properties: &[(Property, Arc<Program>)], metrics: &[(u32, Arc<Program>)]) -> Programs {
        Programs {
            metrics: metrics.iter().map(|(m, p)| (MetricId(*m), Arc::clone(p))).collect(),
            properties: properties.iter().map(|((d, p), program)| (*d, *p, Arc::clone(program))).collect(),
            order: None,
            ..Programs::default()
        }
    }

    const A: Property = (DimensionId(3), 1);
    const B: Property = (DimensionId(4), 1);
    const C: Property = (DimensionId(5), 1);

    #[test]
    fn a_property_comes_after_those_that_it_reads_whatever_was_created_first() {
        let all = programs(&[(A, program(&[], &[B])), (B, program(&[], &[C])), (C, program(&[], &[]))], &[]);
        assert_eq!(stages(&all, &Schema::default()).unwrap(), Stages(vec![vec![C, B, A]]));
        assert_eq!(stages(&Programs::default(), &Schema::default()).unwrap(), Stages(vec![vec![]]));
    }

    #[test]
    fn metrics_between_properties_make_stages() {
        // A reads B, and metric 1, which reads metric 2, which reads B; C reads an input and A.
        let all = programs(
            &[(A, program(&[1], &[B])), (B, program(&[], &[])), (C, program(&[9], &[A]))],
            &[(1, program(&[2, 1], &[])), (2, program(&[], &[B]))],
        );
        assert_eq!(stages(&all, &Schema::default()).unwrap(), Stages(vec![vec![B], vec![A, C]]));
    }

    #[test]
    fn a_loop_is_found_with_the_metrics_in_it() {
        let all = programs(&[(A, program(&[1], &[])), (B, program(&[], &[A]))], &[(1, program(&[2], &[])), (2, program(&[], &[B]))]);
        let found = stages(&all, &Schema::default()).unwrap_err();
        use Step::{Metric, Property};
        assert_eq!(found.steps, [Property(A), Metric(MetricId(1)), Metric(MetricId(2)), Property(B), Property(A)]);
        let own = programs(&[(A, program(&[], &[A]))], &[]);
        assert_eq!(stages(&own, &Schema::default()).unwrap_err().steps, [Property(A), Property(A)]);
    }
}
