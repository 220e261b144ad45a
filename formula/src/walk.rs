//! What a checked formula is made of and what it reads.

use smalt_model::{DimensionId, ListId, MetricId, Type, Value};

use crate::program::{Function, Kind, Node, Program, Spread};

impl Node {
    /// The expressions directly inside, in the order of the text as far as it has one.
    pub fn children(&self) -> Vec<&Node> {
        match &self.kind {
            Kind::Constant(_)
            | Kind::Blank
            | Kind::Metric(_)
            | Kind::Input(_)
            | Kind::Current(_)
            | Kind::Column(..)
            | Kind::CurrentValue => Vec::new(),
            Kind::Property { item: a, .. }
            | Kind::Negate(a)
            | Kind::Not(a)
            | Kind::ToNumber(a)
            | Kind::ToDecimal(a)
            | Kind::ToText(a)
            | Kind::IsBlank(a)
            | Kind::IsNotBlank(a)
            | Kind::IsDefined(a)
            | Kind::Offset { input: a, .. }
            | Kind::Whole(_, a)
            | Kind::CountAll(a)
            | Kind::CountBlank(a)
            | Kind::Convert { input: a, .. }
            | Kind::ResetRights(a) => vec![a],
            Kind::Sum(terms) => terms.iter().map(|t| &t.node).collect(),
            Kind::Product(factors) => factors.iter().map(|p| &p.node).collect(),
            Kind::Concat(all) | Kind::And(all) | Kind::Or(all) | Kind::Least(all) | Kind::Greatest(all) | Kind::Call(_, all) => {
                all.iter().collect()
            }
            Kind::Power(a, b)
            | Kind::Compare(_, a, b)
            | Kind::IfBlank(a, b)
            | Kind::MakeRights(a, b)
            | Kind::Filter { input: a, condition: b, .. }
            | Kind::ParentOffset { input: a, parent: b, .. }
            | Kind::AtMapping { input: a, mapping: b, .. } => vec![a, b],
            Kind::If { test, then, otherwise } | Kind::IfDefined(test, then, otherwise) => {
                [Some(test), Some(then), otherwise.as_ref()].into_iter().flatten().map(|b| &**b).collect()
            }
            Kind::Switch { value, cases, otherwise } => {
                let mut all: Vec<&Node> = vec![value];
                all.extend(cases.iter().flat_map(|(v, r)| [v, r]));
                all.extend(otherwise.as_deref());
                all
            }
            Kind::InList(value, choices) => std::iter::once(&**value).chain(choices).collect(),
            Kind::InRange(value, low, high) => vec![value, low, high],
            Kind::Up { input, mappings, .. } => std::iter::once(&**input).chain(mappings.iter().map(|(_, m)| m)).collect(),
            Kind::Down { input, mappings, spread } => {
                let mut all: Vec<&Node> = std::iter::once(&**input).chain(mappings.iter().map(|(_, m)| m)).collect();
                if let Spread::SplitOn(weight) = spread {
                    all.push(weight);
                }
                all
            }
            Kind::Add { input, spread, .. } => match spread {
                Spread::SplitOn(weight) => vec![input, weight],
                Spread::Constant | Spread::Split => vec![input],
            },
            Kind::Along { input, order, args, .. } => {
                let mut all: Vec<&Node> = vec![input];
                all.extend(order.as_deref());
                all.extend(args.iter().flatten());
                all
            }
            Kind::Rollup { input, weight, .. } => std::iter::once(&**input).chain(weight.as_deref()).collect(),
            Kind::Rank { input, group, .. } => std::iter::once(&**input).chain(group.as_deref()).collect(),
            Kind::Previous { back, .. } | Kind::PreviousOf { back, .. } => back.as_deref().into_iter().collect(),
        }
    }
}

impl Node {
    /// The dimension of the items that it gives.
    pub fn item_dimension(&self) -> Option<DimensionId> {
        match self.ty {
            Type::Item(dimension) => Some(dimension),
            _ => None,
        }
    }

    /// The whole number that it is, where it is a constant.
    pub fn integer(&self) -> Option<i64> {
        match self.kind {
            Kind::Constant(Value::Integer(value)) => Some(value),
            _ => None,
        }
    }
}

impl Node {
    /// Whether it reads what is inside at other cells than its own.
    pub fn moves_cells(&self) -> bool {
        matches!(
            self.kind,
            Kind::Up { .. }
                | Kind::Down { .. }
                | Kind::Add { .. }
                | Kind::Offset { .. }
                | Kind::ParentOffset { .. }
                | Kind::AtMapping { .. }
                | Kind::Along { .. }
                | Kind::Rollup { .. }
                | Kind::Rank { .. }
                | Kind::Whole(..)
                | Kind::CountAll(_)
                | Kind::CountBlank(_)
                | Kind::Convert { .. }
        )
    }
}

impl Program {
    /// Every metric that it reads, at whatever items; one can come more than once.
    pub fn metrics(&self) -> impl Iterator<Item = MetricId> {
        self.reads.iter().copied().chain(self.reads_earlier.iter().map(|(metric, ..)| *metric))
    }

    /// A program with what it reads. `own` is the metric that it is for, where that has an id already.
    pub(crate) fn of(root: Node, own: Option<MetricId>) -> Program {
        let mut reads = Reads::default();
        reads.visit(&root, own);
        let Reads { mut metrics, mut earlier, mut lists, mut properties } = reads;
        metrics.sort();
        metrics.dedup();
        earlier.sort();
        earlier.dedup();
        lists.sort();
        lists.dedup();
        properties.sort();
        properties.dedup();
        Program { root, reads: metrics, reads_earlier: earlier, lists, properties }
    }
}

#[derive(Default)]
struct Reads {
    metrics: Vec<MetricId>,
    earlier: Vec<(MetricId, DimensionId, Option<i64>)>,
    lists: Vec<ListId>,
    properties: Vec<(DimensionId, u16)>,
}

impl Reads {
    fn visit(&mut self, node: &Node, own: Option<MetricId>) {
        match &node.kind {
            Kind::Metric(id) => self.metrics.push(*id),
            Kind::Column(list, _) => self.lists.push(*list),
            Kind::Property { item, property } => self.properties.extend(item.item_dimension().map(|d| (d, *property))),
            Kind::Rollup { dimension, parent, .. } => self.properties.push((*dimension, *parent)),
            Kind::Call(Function::Item(property) | Function::Match(property), _) => {
                self.properties.extend(node.item_dimension().map(|d| (d, *property)));
            }
            Kind::Previous { dimension, back } => {
                if let Some(own) = own {
                    self.earlier.push((own, *dimension, places(back.as_deref())));
                }
            }
            Kind::PreviousOf { metric, dimension, back } => self.earlier.push((*metric, *dimension, places(back.as_deref()))),
            Kind::Offset { input, dimension, offset } if *offset < 0 => {
                if let Kind::Metric(id) = input.kind {
                    self.earlier.push((id, *dimension, Some(-offset)));
                    return;
                }
            }
            _ => {}
        }
        for child in node.children() {
            self.visit(child, own);
        }
    }
}

/// How many places back, where that is a constant of at least 1.
fn places(back: Option<&Node>) -> Option<i64> {
    back.map_or(Some(1), Node::integer).filter(|places| *places >= 1)
}
