//! Modifiers: cells that are aggregated, copied and shared out over other coordinates.

use std::sync::Arc;

use smalt_formula::program::{Method, Node, Spread};
use smalt_model::DimensionId;
use smalt_planted::{Leak, planted};
use smalt_security::{BLANK, Footprint, Look, Target};

use super::axis::Axis;
use super::lead::Lead;
use super::{Reader, is_current, seen, together};
use crate::reads;

/// A coordinate of which the items with one target are read together: the targets of its own items, and those of the items outside.
pub(super) struct Shared {
    pub(super) axis: Axis,
    pub(super) inside: Arc<[u32]>,
    pub(super) outside: Arc<[u32]>,
}

/// Where a mapping sends the items of a coordinate: the place of its target outside, and the target of each item, unless that is the item itself.
struct Sent {
    position: usize,
    target: DimensionId,
    map: Option<Arc<[u32]>>,
}

impl Reader<'_> {
    /// An aggregation: at each coordinate, all that is sent there.
    pub(super) fn up(
        &self,
        node: &Node,
        input: &Node,
        mappings: &[(DimensionId, Node)],
        kept: &[DimensionId],
        method: Method,
    ) -> Footprint {
        let outer = self.axes(node);
        let leads: Vec<Option<Lead>> = mappings.iter().map(|(_, m)| self.lead(m)).collect();
        let sent = |axis: Axis| {
            let from_here = |((target, _), lead): (&(DimensionId, Node), &Option<Lead>)| {
                let position = outer.iter().position(|o| *o == Axis::Dimension(*target))?;
                match lead {
                    Some(Lead::From(from, map)) if *from == axis => Some(Sent { position, target: *target, map: map.clone() }),
                    _ => None,
                }
            };
            let sent: Vec<Sent> = mappings.iter().zip(&leads).filter_map(from_here).collect();
            let stays = matches!(axis, Axis::Dimension(d) if kept.contains(&d));
            match sent.as_slice() {
                _ if stays => self.same(axis, input.rows, &outer),
                [Sent { position, .. }] if planted(Leak::FreeGroups) => Look::Image { position: *position, map: None },
                [] => self.everything(axis, input.rows),
                [Sent { position, map: None, .. }] => Look::Image { position: *position, map: None },
                _ => {
                    let group = |sent: Sent| (sent.position, sent.map.unwrap_or_else(|| self.itself(sent.target)));
                    Look::Group(sent.into_iter().map(group).collect())
                }
            }
        };
        let by = mappings.iter().zip(&leads).map(|((_, mapping), lead)| {
            // A mapping by items and properties is read where it leads to the coordinate, any other wherever it could.
            let words = lead.as_ref().map_or_else(super::nothing, |_| self.all_words(mapping));
            // Which items are mapped to themselves is counted below.
            let read = if is_current(mapping) { super::nothing() } else { self.look(mapping, sent) };
            together([read, words])
        });
        // What is made of no cell at all still counts the items over which it is added up. The first and the last one stand there although a filter
        // leaves them out: what comes to be BLANK tells who stands at the end.
        let keys = if reads::takes_a_place(method) { self.own_keys(input) } else { self.keys(input) };
        let counted = seen(keys, self.axes(input).into_iter().map(sent).collect());
        let is_kept = |axis: Axis| matches!(axis, Axis::Dimension(d) if kept.contains(&d));
        let named = (!reads::takes_a_place(method)).then(Vec::new);
        let members = self.members_of(input, named, &is_kept);
        together([self.look(input, sent), counted, members].into_iter().chain(by.filter(|_| !planted(Leak::FreeMappings))))
    }

    /// A copy, or a share: at each coordinate the value where it comes from, and what the shares depend on.
    pub(super) fn down(&self, node: &Node, input: &Node, mappings: &[(DimensionId, Node)], spread: &Spread) -> Footprint {
        let outer = self.axes(node);
        let from = |axis: Axis| match mappings.iter().find(|(d, _)| axis == Axis::Dimension(*d)) {
            Some((dimension, mapping)) => self.led(mapping, *dimension, &outer),
            None => self.same(axis, input.rows, &outer),
        };
        let mut parts = vec![self.look(input, from)];
        parts.extend(mappings.iter().map(|(_, mapping)| self.at(mapping, node)));
        if matches!(spread, Spread::Constant) {
            return together(parts);
        }
        let mut shared = Vec::new();
        for (_, mapping) in mappings {
            let axes = self.axes(mapping);
            match (self.lead(mapping), axes.as_slice()) {
                (Some(Lead::From(axis, map)), [_]) => {
                    let map = map.unwrap_or_else(|| mapping.item_dimension().map_or_else(Arc::default, |d| self.itself(d)));
                    let with = [Shared { axis, inside: Arc::clone(&map), outside: map }];
                    parts.push(self.among(self.read(mapping), &axes, &outer, &with));
                    parts.push(self.all_words(mapping));
                    if let Axis::Dimension(dimension) = axis {
                        let items = Footprint::Target(Target::Items(self.schema().whole(dimension)));
                        parts.push(self.among(items, &axes, &outer, &with));
                        parts.push(self.members(dimension));
                    }
                    shared.extend(with);
                }
                _ => {
                    // Which items share is decided by cells: any could.
                    parts.push(self.look(mapping, |axis| self.everything(axis, mapping.rows)));
                    parts.extend(mapping.dims.iter().map(|d| self.every_item(*d)));
                }
            }
        }
        if let Spread::SplitOn(weight) = spread {
            let axes = self.axes(weight);
            let unknown = |axis: &Axis| {
                let source = mappings.iter().any(|(_, m)| self.axes(m).contains(axis));
                source && !shared.iter().any(|s| s.axis == *axis)
            };
            match axes.iter().any(unknown) {
                true => parts.push(self.look(weight, |axis| self.everything(axis, weight.rows))),
                false => parts.push(self.among(self.read(weight), &axes, &outer, &shared)),
            }
        }
        together(parts)
    }

    /// What is inside, by coordinates `axes`, at all coordinates that share their targets with the one outside.
    pub(super) fn among(&self, inside: Footprint, axes: &[Axis], outer: &[Axis], shared: &[Shared]) -> Footprint {
        let of = |axis: &Axis| shared.iter().find(|s| s.axis == *axis);
        let siblings = axes.iter().enumerate().map(|(position, axis)| match of(axis) {
            Some(shared) => Look::Group(vec![(position, Arc::clone(&shared.inside))]),
            None => Look::Image { position, map: None },
        });
        let targets = axes.iter().map(|axis| match (of(axis), outer.iter().position(|o| o == axis)) {
            (Some(shared), Some(position)) => Look::Image { position, map: Some(Arc::clone(&shared.outside)) },
            (Some(shared), None) => Look::All(Arc::new(shared.outside.iter().copied().filter(|target| *target != BLANK).collect())),
            (None, _) => self.same(*axis, None, outer),
        });
        seen(seen(inside, siblings.collect()), targets.collect())
    }

    pub(super) fn add(&self, node: &Node, input: &Node, added: &[DimensionId], spread: &Spread) -> Footprint {
        let shares = match spread {
            Spread::Constant => super::nothing(),
            Spread::Split => together(added.iter().map(|d| self.every_item(*d))),
            Spread::SplitOn(weight) => {
                let outer = self.axes(node);
                let weights = self.look(weight, |axis| match axis {
                    Axis::Dimension(d) if !added.contains(&d) => self.same(axis, weight.rows, &outer),
                    _ => self.everything(axis, weight.rows),
                });
                together(added.iter().map(|d| self.every_item(*d)).chain([weights]))
            }
        };
        together([self.at(input, node), shares])
    }

    /// Aggregated to a parent, shifted there, copied back.
    pub(super) fn parent_offset(&self, node: &Node, input: &Node, dimension: DimensionId, parent: &Node, offset: i64) -> Footprint {
        let outer = self.axes(node);
        let (Some(above), axis) = (parent.item_dimension(), Axis::Dimension(dimension)) else { return super::nothing() };
        let lead = self.lead(parent);
        let Some(Lead::From(from, Some(map))) = lead.filter(|lead| matches!(lead, Lead::From(from, _) if *from == axis)) else {
            let everywhere = |a: Axis| if a == axis { self.everything(a, None) } else { self.same(a, None, &outer) };
            let items = together([self.every_item(dimension), self.every_item(above)]);
            return together([self.look(input, everywhere), self.look(parent, everywhere), items]);
        };
        let moved = self.moved(above, offset);
        let there = |target: &u32| moved.get(*target as usize).copied().unwrap_or(BLANK);
        let with = [Shared { axis: from, inside: Arc::clone(&map), outside: map.iter().map(there).collect() }];
        let mut parts = vec![
            self.among(self.read(input), &self.axes(input), &outer, &with),
            self.among(self.read(parent), &self.axes(parent), &outer, &with),
            self.at(parent, node),
            self.all_words(parent),
            self.among(Footprint::Target(Target::Items(self.schema().whole(dimension))), &[axis], &outer, &with),
            self.members(dimension),
        ];
        if offset != 0 {
            let over = self.stepped(above, Some(0), offset);
            let position = outer.iter().position(|o| *o == axis).unwrap_or(usize::MAX);
            parts.push(seen(self.counted(above, over), vec![Look::Image { position, map: Some(map) }]));
        }
        together(parts)
    }

    pub(super) fn at_mapping(&self, node: &Node, input: &Node, dimension: DimensionId, mapping: &Node) -> Footprint {
        let outer = self.axes(node);
        let from = |axis: Axis| match axis == Axis::Dimension(dimension) {
            true => self.led(mapping, dimension, &outer),
            false => self.same(axis, input.rows, &outer),
        };
        together([self.look(input, from), self.at(mapping, node)])
    }

    /// By item: a subset has the ordinals of its dimension.
    pub(super) fn convert(&self, node: &Node, input: &Node, from: DimensionId, to: DimensionId) -> Footprint {
        let outer = self.axes(node);
        self.look(input, |axis| {
            let outside = if axis == Axis::Dimension(from) { Axis::Dimension(to) } else { axis };
            match outer.iter().position(|o| *o == outside) {
                Some(position) => Look::Image { position, map: None },
                None => self.everything(axis, input.rows),
            }
        })
    }
}
