//! Metrics that are solved together: each reads, at last, all earlier cells of all of them.

use smalt_formula::program::{Kind, Node};
use smalt_model::{DimensionId, MetricId};
use smalt_planted::{Leak, planted};
use smalt_security::{Footprint, Look, Target};

use super::axis::Axis;
use super::{Reader, seen, together};

/// What a member of a group reads: what its own formula reads, and at each earlier item and the same one, what those of all members do.
pub(super) fn member(reader: &Reader<'_>, dimension: DimensionId, metric: MetricId) -> Option<Footprint> {
    let Reader { revision, programs, members, .. } = *reader;
    let own = &revision.schema().metric(metric)?.dimensions;
    let outer: Vec<Axis> = own.iter().map(|d| Axis::Dimension(*d)).collect();
    let stays = members.iter().all(|m| programs.metrics.get(m).is_some_and(|p| keeps_place(&p.root, dimension, members)));
    let mut parts = vec![reader.formula(programs.metrics.get(&metric)?, own), reader.members(dimension)];
    for other in members.iter().filter(|_| !planted(Leak::FreeRecurrences)) {
        let (def, program) = (revision.schema().metric(*other)?, programs.metrics.get(other)?);
        let keys = def.dimensions.iter().enumerate().map(|(position, d)| reader.items(*d, Look::Image { position, map: None }));
        let words = Footprint::Words(Target::Metric(*other));
        let read = together([reader.formula(program, &def.dimensions), words, reader.held(def.ty)].into_iter().chain(keys));
        let looks = def.dimensions.iter().map(|d| {
            let axis = Axis::Dimension(*d);
            match (*d == dimension, stays) {
                (true, _) => {
                    let position = outer.iter().position(|o| *o == axis);
                    reader.places(dimension, position, |place| vec![0..=place])
                }
                (false, true) => reader.same(axis, None, &outer),
                (false, false) => reader.everything(axis, None),
            }
        });
        parts.push(seen(read, looks.collect()));
    }
    Some(together(parts))
}

/// Whether what an expression reads of its group it reads at the same items of all other dimensions.
fn keeps_place(node: &Node, along: DimensionId, members: &[MetricId]) -> bool {
    let reads_group = |n: &Node| match &n.kind {
        Kind::Metric(metric) | Kind::PreviousOf { metric, .. } => members.contains(metric),
        Kind::Previous { .. } => true,
        _ => false,
    };
    let moves = match &node.kind {
        Kind::Offset { dimension, .. }
        | Kind::Along { dimension, .. }
        | Kind::Previous { dimension, .. }
        | Kind::PreviousOf { dimension, .. } => *dimension != along,
        _ => node.moves_cells(),
    };
    !(moves && node.any(&reads_group)) && node.children().into_iter().all(|part| keeps_place(part, along, members))
}
