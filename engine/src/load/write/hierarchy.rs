//! Parents that lead back to their own items.

use smalt_model::{DimensionDef, Type};
use smalt_planted::{Leak, planted};
use smalt_vault::{BLANK_ITEM, Items, Vector};

use crate::fault::{Done, Fault};

/// The loops in the hierarchies of a dimension.
#[derive(Debug, Default)]
pub(crate) struct Loops {
    /// The first one that the writer sees.
    seen: Option<SeenLoop>,
    /// Whether some loop goes through a link that the writer does not see.
    hidden: bool,
}

/// A loop whose every link the writer sees.
#[derive(Debug)]
pub(crate) struct SeenLoop {
    pub(crate) property: u16,
    /// The items around it, the one that is named first.
    pub(crate) around: Vec<u32>,
    pub(crate) message: String,
}

impl Loops {
    /// The first loop that the writer sees.
    pub(crate) fn seen(&self) -> Option<&SeenLoop> {
        self.seen.as_ref()
    }

    /// Refuses a loop whose every link the writer sees.
    pub(crate) fn refuse_seen(&self) -> Done {
        self.seen.as_ref().map_or(Ok(()), |seen| Err(Fault::new(&seen.message)))
    }

    /// Whether there is any.
    pub(crate) fn is_none(&self) -> bool {
        self.seen.is_none() && !self.hidden
    }

    /// Refuses a loop through a link that the writer does not see: it says nothing but that.
    pub(crate) fn refuse_hidden(&self) -> Done {
        if self.hidden { Err(Fault::denied(super::items::NOT_YOURS)) } else { Ok(()) }
    }
}

/// The loops among `items`. `sees` tells of a property, an item and its parent there whether the writer sees that link.
pub(crate) fn find_loops(def: &DimensionDef, items: &Items, sees: impl Fn(u16, u32, u32) -> bool) -> Loops {
    let mut found = Loops::default();
    for (property, property_def) in (0u16..).zip(&def.properties) {
        if property_def.ty != Type::Item(def.id) {
            continue;
        }
        let Some(Vector::Item(_, parents)) = items.property(property).map(std::sync::Arc::as_ref) else { continue };
        let mut named = Vec::new();
        for around in circles(parents) {
            let parent = |item: u32| parents.get(item as usize).copied().unwrap_or(BLANK_ITEM);
            if around.iter().all(|item| sees(property, *item, parent(*item))) || planted(Leak::ToldLoops) {
                let first = around.iter().enumerate().filter_map(|(place, item)| Some((items.name(*item)?, place))).min();
                named.extend(first.map(|(name, place)| (name, place, around)));
            } else {
                found.hidden = true;
            }
        }
        // By name: ordinals and places depend on items that the writer may not see.
        if let (None, Some((name, place, mut around))) = (&found.seen, named.into_iter().min()) {
            around.rotate_left(place);
            let message = format!("the `{}` of `{name}` in `{}` would make a loop", property_def.name, def.name);
            found.seen = Some(SeenLoop { property, around, message });
        }
    }
    found
}

/// A property that is computed, without the links that go in a circle: what has no answer is BLANK. What rows give is refused instead.
pub(crate) fn without_circles(values: Vector) -> Vector {
    let Vector::Item(of, mut parents) = values else { return values };
    for item in circles(&parents).into_iter().flatten() {
        if let Some(parent) = parents.get_mut(item as usize) {
            *parent = BLANK_ITEM;
        }
    }
    Vector::Item(of, parents)
}

/// Every circle that following the parents runs into.
fn circles(parents: &[u32]) -> Vec<Vec<u32>> {
    // 0: not seen, else the number of the walk that came by; a walk that meets itself goes in a circle.
    let mut walk_of = vec![0u32; parents.len()];
    let mut found = Vec::new();
    let parent = |item: u32| parents.get(item as usize).copied().unwrap_or(BLANK_ITEM);
    for (walk, start) in (1..).zip((0u32..).take(parents.len())) {
        let mut at = start;
        while let Some(seen) = walk_of.get_mut(at as usize) {
            if *seen == walk {
                let mut circle = vec![at];
                let mut next = parent(at);
                while next != at {
                    circle.push(next);
                    next = parent(next);
                }
                found.push(circle);
                break;
            }
            if *seen != 0 {
                break;
            }
            *seen = walk;
            at = parent(at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_wherever_they_are_entered() {
        assert_eq!(circles(&[BLANK_ITEM, 0, 1, 1]), [[0; 0]; 0]);
        assert_eq!(circles(&[0]), [[0]]);
        assert_eq!(circles(&[BLANK_ITEM, 2, 3, 1]), [[1, 2, 3]]);
        assert_eq!(circles(&[1, 2, 1]), [[1, 2]]);
        assert_eq!(circles(&[1, 0, 0, 4, 3]), [[0, 1], [3, 4]]);
    }
}
