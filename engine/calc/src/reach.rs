//! How far along a dimension a formula reads the metrics that are solved together with it.

use std::collections::BTreeSet;

use smalt_formula::program::{Along, Function, Kind, Node, Spread};
use smalt_model::{DimensionId, MetricId};

/// At which items of the dimension a metric is read, seen from the item that is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// At most so many places later: negative is earlier, 0 the item itself.
    Places(i64),
    /// At any items.
    Across,
}

/// The members of a group that a metric's formula reads, and how far along the dimension.
pub(crate) fn reads_along(root: &Node, own: MetricId, dimension: DimensionId, members: &BTreeSet<MetricId>) -> Vec<(MetricId, Reach)> {
    let mut walk = Walk { own, dimension, members, found: Vec::new() };
    walk.visit(root, Reach::Places(0));
    walk.found
}

/// The dimensions along which an expression looks back.
pub(crate) fn looks_back(node: &Node, dims: &mut BTreeSet<DimensionId>) {
    match &node.kind {
        Kind::Previous { dimension, .. } | Kind::PreviousOf { dimension, .. } => {
            dims.insert(*dimension);
        }
        Kind::Offset { dimension, offset, .. } if *offset < 0 => {
            dims.insert(*dimension);
        }
        _ => {}
    }
    node.children().into_iter().for_each(|c| looks_back(c, dims));
}

/// How many places later than an item a function along a dimension looks at most, with these further arguments; `None`: at any items.
pub(crate) fn looks_ahead(function: Along, order: Option<&Node>, args: &[Option<Node>]) -> Option<i64> {
    let constant = |at: usize| args.get(at).map_or(Some(0), |arg| arg.as_ref().map_or(Some(0), Node::integer));
    match function {
        // Another order may put later items first.
        _ if order.is_some() => None,
        Along::Cumulate | Along::Decumulate | Along::YearToDate | Along::QuarterToDate | Along::MonthToDate | Along::FillForward => Some(0),
        Along::MovingSum | Along::MovingAverage | Along::MovingMin | Along::MovingMax => constant(1).map(|offset| offset.max(0)),
        Along::Growth => constant(0).map(|back| back.saturating_neg().max(0)),
        // Where it starts at an item of its own choice, a value can come from later ones.
        Along::Spread => args.get(1).is_none_or(Option::is_none).then_some(0),
        _ => None,
    }
}

/// Whether an expression of a group reads whatever it reads, of the group and beside it, at the item that is computed or at earlier ones: what
/// changes at an item then changes nothing at those before it.
pub(crate) fn stays_at_its_item(node: &Node, dimension: DimensionId) -> bool {
    let stays = match &node.kind {
        Kind::Offset { dimension: along, offset, .. } => *along != dimension || *offset <= 0,
        Kind::Along { dimension: along, .. } => *along != dimension,
        _ => !mixes(node, dimension),
    };
    stays && node.children().into_iter().all(|child| stays_at_its_item(child, dimension))
}

/// Whether an expression of a group, at any line along the dimension, reads only what stands on that line.
pub(crate) fn stays_on_its_line(node: &Node, dimension: DimensionId) -> bool {
    let stays = match &node.kind {
        Kind::Offset { dimension: along, .. } | Kind::PreviousOf { dimension: along, .. } => *along == dimension,
        Kind::Previous { .. } | Kind::Call(Function::NetworkDays, _) => false,
        _ => !node.moves_cells(),
    };
    stays && node.children().into_iter().all(|child| stays_on_its_line(child, dimension))
}

struct Walk<'a> {
    own: MetricId,
    dimension: DimensionId,
    members: &'a BTreeSet<MetricId>,
    found: Vec<(MetricId, Reach)>,
}

impl Reach {
    fn moved(self, places: i64) -> Reach {
        match self {
            Reach::Places(at) => Reach::Places(at.saturating_add(places)),
            Reach::Across => Reach::Across,
        }
    }
}

impl Walk<'_> {
    fn read(&mut self, metric: MetricId, at: Reach) {
        if self.members.contains(&metric) && !self.found.contains(&(metric, at)) {
            self.found.push((metric, at));
        }
    }

    /// PREVIOUS and PREVIOUSOF. A number of items that is computed is at least one where there is a value at all.
    fn earlier(&mut self, metric: MetricId, along: DimensionId, back: Option<&Node>, at: Reach) {
        let places = back.and_then(Node::integer).unwrap_or(1);
        if places >= 1 {
            self.read(metric, if along == self.dimension { at.moved(-places) } else { at });
        }
        if let Some(back) = back {
            self.visit(back, at);
        }
    }

    fn visit(&mut self, node: &Node, at: Reach) {
        let own = self.dimension;
        let inside = match &node.kind {
            Kind::Metric(metric) => return self.read(*metric, at),
            Kind::Previous { dimension, back } => return self.earlier(self.own, *dimension, back.as_deref(), at),
            Kind::PreviousOf { metric, dimension, back } => return self.earlier(*metric, *dimension, back.as_deref(), at),
            Kind::Offset { input, dimension, offset } if *dimension == own => return self.visit(input, at.moved(*offset)),
            Kind::Along { function, dimension, order, args, .. } if *dimension == own => {
                looks_ahead(*function, order.as_deref(), args).map_or(Reach::Across, |places| at.moved(places))
            }
            _ if mixes(node, own) => Reach::Across,
            _ => at,
        };
        node.children().into_iter().for_each(|c| self.visit(c, inside));
    }
}

/// Whether an operation takes values of any items of the dimension together, or moves them along it.
fn mixes(node: &Node, dimension: DimensionId) -> bool {
    match &node.kind {
        Kind::Up { input, kept, mappings, .. } => {
            let itself = |(d, m): &(DimensionId, Node)| *d == dimension && matches!(m.kind, Kind::Current(own) if own == dimension);
            input.dims.contains(&dimension) && !kept.contains(&dimension) && !mappings.iter().any(itself)
        }
        Kind::Down { input, mappings, spread } => {
            let target = mappings.iter().any(|(d, _)| *d == dimension);
            let source = mappings.iter().any(|(_, m)| m.dims.contains(&dimension));
            target || (source && !matches!(spread, Spread::Constant) && !input.dims.contains(&dimension))
        }
        Kind::Add { added, spread, .. } => added.contains(&dimension) && !matches!(spread, Spread::Constant),
        Kind::Rollup { dimension: along, .. } | Kind::AtMapping { dimension: along, .. } | Kind::ParentOffset { dimension: along, .. } => {
            *along == dimension
        }
        Kind::Convert { from, to, .. } => *from == dimension || *to == dimension,
        Kind::Call(Function::NetworkDays, args) => args.iter().skip(2).any(|a| a.dims.contains(&dimension)),
        Kind::Whole(..) | Kind::CountAll(_) | Kind::CountBlank(_) | Kind::Rank { .. } => true,
        _ => false,
    }
}
