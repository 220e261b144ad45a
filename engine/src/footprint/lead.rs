//! Where expressions of items lead, as far as items and properties alone decide it.

use std::sync::Arc;

use smalt_formula::program::{Function, Kind, Node};
use smalt_model::{DimensionId, Value};
use smalt_security::{BLANK, Look};
use smalt_vault::Vector;

use super::Reader;
use super::axis::Axis;

/// Where an expression leads.
#[derive(Clone)]
pub(super) enum Lead {
    /// Always to this item, which may be [`BLANK`].
    Fixed(u32),
    /// From the item of a coordinate to the one in the map, itself without one.
    From(Axis, Option<Arc<[u32]>>),
}

impl Reader<'_> {
    /// Where an expression leads; `None` where cells decide.
    pub(super) fn lead(&self, node: &Node) -> Option<Lead> {
        let dimension = node.item_dimension()?;
        match &node.kind {
            Kind::Constant(Value::Item(_, item)) => Some(Lead::Fixed(*item)),
            Kind::Current(own) => Some(Lead::From(Axis::Dimension(*own), None)),
            Kind::Column(_, column) => Some(Lead::From(Axis::Column(*column), None)),
            Kind::Property { item, property } => {
                let lead = self.lead(item)?;
                Some(follow(lead, &self.links(item.item_dimension()?, *property)?))
            }
            Kind::Call(Function::Shift, args) => match args.as_slice() {
                [item, places] => Some(follow(self.lead(item)?, &self.moved(dimension, places.integer()?))),
                _ => None,
            },
            _ => None,
        }
    }

    /// The items that a property holds, by item.
    pub(super) fn links(&self, dimension: DimensionId, property: u16) -> Option<Arc<[u32]>> {
        let items = self.revision.items(self.schema().whole(dimension));
        match items.property(property).map(AsRef::as_ref) {
            Some(Vector::Item(_, links)) => Some(links.as_slice().into()),
            _ => None,
        }
    }

    /// How the item to which an expression leads is looked at: any item of its dimension where that is not known.
    pub(super) fn led(&self, node: &Node, dimension: DimensionId, outer: &[Axis]) -> Look {
        match self.lead(node) {
            Some(Lead::Fixed(BLANK)) => Look::All(Arc::default()),
            Some(Lead::Fixed(item)) => Look::All(Arc::new([item].into())),
            Some(Lead::From(axis, map)) => match outer.iter().position(|o| *o == axis) {
                Some(position) => Look::Image { position, map },
                None => self.everything(Axis::Dimension(dimension), None),
            },
            None => self.everything(Axis::Dimension(dimension), None),
        }
    }
}

fn follow(lead: Lead, map: &Arc<[u32]>) -> Lead {
    let to = |item: u32| map.get(item as usize).copied().unwrap_or(BLANK);
    match lead {
        Lead::Fixed(item) => Lead::Fixed(to(item)),
        Lead::From(axis, None) => Lead::From(axis, Some(Arc::clone(map))),
        Lead::From(axis, Some(before)) => Lead::From(axis, Some(before.iter().map(|item| to(*item)).collect())),
    }
}
