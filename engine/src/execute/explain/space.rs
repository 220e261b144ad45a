//! The address space of a metric, counted through masks.

use std::sync::Arc;

use smalt_model::MetricDef;
use smalt_security::Mask;
use smalt_vault::{MaskedItems, MaskedView};

use crate::fault::{Done, Fault};

/// At most so many coordinates are asked about.
const MOST: u64 = 20_000_000;

/// The coordinates of a metric that the one who asks may know of.
pub(super) struct Space {
    items: Vec<Arc<MaskedItems>>,
    name: Arc<str>,
}

impl Space {
    pub(super) fn of(view: &MaskedView, def: &MetricDef) -> Space {
        Space { items: def.dimensions.iter().map(|d| view.items(*d)).collect(), name: Arc::clone(&def.name) }
    }

    /// How many there are.
    pub(super) fn size(&self) -> u128 {
        self.items.iter().fold(1, |size, items| size * items.len() as u128)
    }

    /// At how many a test on masks holds: it is asked only as finely as these masks tell coordinates apart.
    pub(super) fn count(&self, masks: &[&Mask], test: impl Fn(&[u32]) -> bool) -> Done<u128> {
        let mut positions: Vec<usize> = masks.iter().flat_map(|mask| mask.depends_on()).collect();
        positions.sort_unstable();
        positions.dedup();
        let orders: Vec<(usize, &[u32])> = positions.iter().filter_map(|p| Some((*p, self.items.get(*p)?.order()))).collect();
        let asked = orders.iter().fold(1u64, |all, (_, order)| all.saturating_mul(order.len() as u64));
        if asked > MOST {
            return Err(Fault::new(format!("`{}` has too many coordinates for its rights to be counted", self.name))
                .help(format!("{MOST} can be; a single cell is told with `AT (…)`")));
        }
        let rest = self.items.iter().enumerate().filter(|(p, _)| !positions.contains(p));
        let rest = rest.fold(1u128, |all, (_, items)| all * items.len() as u128);
        let mut cell: Vec<u32> = self.items.iter().map(|items| items.order().first().copied().unwrap_or(u32::MAX)).collect();
        let mut found = 0u128;
        for number in 0..asked {
            let mut left = number;
            for (position, order) in &orders {
                let len = order.len() as u64;
                if let (Some(slot), Some(item)) = (cell.get_mut(*position), usize::try_from(left % len).ok().and_then(|at| order.get(at))) {
                    *slot = *item;
                }
                left /= len;
            }
            found += u128::from(test(&cell));
        }
        Ok(found * rest)
    }
}
