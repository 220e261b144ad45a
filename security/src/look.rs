//! Looks, one by one: which items each can give, and where it gives none.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::fingerprint::{Fingerprint, of_map};
use crate::{BLANK, Look, Mask};

/// The items that can stand at one coordinate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// Every item is below it.
    pub(crate) count: u32,
    /// Whether [`BLANK`] can stand there too: an empty column of a list.
    pub(crate) blank: bool,
}

impl Extent {
    /// Items and nothing else.
    pub(crate) fn items(count: u32) -> Extent {
        Extent { count, blank: false }
    }

    /// All that can stand there.
    pub(crate) fn all(self) -> impl Iterator<Item = u32> {
        (0..self.count).chain(self.blank.then_some(BLANK))
    }

    fn spanning(items: impl Iterator<Item = u32>) -> Extent {
        items.fold(Extent::items(0), |extent, item| match item.checked_add(1) {
            Some(count) => Extent { count: extent.count.max(count), ..extent },
            None => Extent { blank: true, ..extent },
        })
    }
}

/// What can stand at an outer position. Nothing but BLANK stands where there is no such coordinate.
pub(crate) fn extent_at(outer: &[Extent], position: usize) -> Extent {
    outer.get(position).copied().unwrap_or(Extent { count: 0, blank: true })
}

/// The outer coordinates for which a look gives no item.
pub(crate) enum Gaps {
    /// None.
    Never,
    /// All of them.
    Always,
    /// Those with one of these items at a position.
    Items(usize, RoaringBitmap),
    /// Those with no item in a group by several coordinates.
    Ungrouped,
}

impl Look {
    /// The items that can be looked at.
    pub(crate) fn extent(&self, outer: &[Extent]) -> Extent {
        match self {
            Look::Image { position, map: None } => Extent { blank: false, ..extent_at(outer, *position) },
            Look::Image { map: Some(map), .. } => Extent { blank: false, ..Extent::spanning(map.iter().copied()) },
            Look::Group(maps) => Extent::items(grouped(maps)),
            Look::Sets { sets, .. } => Extent::spanning(distinct(sets).flat_map(|set| set.iter())),
            Look::All(items) => Extent::spanning(items.iter()),
        }
    }

    /// Where nothing is looked at.
    pub(crate) fn gaps(&self, outer: &[Extent]) -> Gaps {
        match self {
            Look::Image { position, map: None } => without(*position, outer, |_| false),
            Look::Image { position, map: Some(map) } => {
                without(*position, outer, |item| map.get(item as usize).is_none_or(|end| *end == BLANK))
            }
            Look::Group(maps) => match maps.as_slice() {
                [(position, map)] => {
                    let reached = map.iter().copied().collect::<RoaringBitmap>();
                    without(*position, outer, |item| !reached.contains(item))
                }
                _ => Gaps::Ungrouped,
            },
            Look::Sets { position, sets } => without(*position, outer, |item| sets.get(item as usize).is_none_or(|set| set.is_empty())),
            Look::All(items) if items.is_empty() => Gaps::Always,
            Look::All(_) => Gaps::Never,
        }
    }

    /// The outer position and the map of an image.
    pub(crate) fn as_image(&self) -> Option<(usize, Option<Arc<[u32]>>)> {
        match self {
            Look::Image { position, map } => Some((*position, map.clone())),
            _ => None,
        }
    }
}

/// A content hash of all that decides what a mask comes to, looked at from outer coordinates.
pub(crate) fn print_of(inner: &Mask, looks: &[Look], outer: &[Extent]) -> u128 {
    let mut hash = Fingerprint::new("seen");
    hash.print(inner.fingerprint());
    hash.number(outer.len() as u64);
    for extent in outer {
        hash.number(u64::from(extent.count) << 1 | u64::from(extent.blank));
    }
    for look in looks {
        match look {
            Look::Image { position, map } => {
                hash.number(if map.is_some() { 1 } else { 0 });
                hash.number(*position as u64);
                map.iter().for_each(|map| hash.print(of_map(map)));
            }
            Look::Group(maps) => {
                hash.number(2);
                hash.number(maps.len() as u64);
                for (position, map) in maps {
                    hash.number(*position as u64);
                    hash.print(of_map(map));
                }
            }
            Look::Sets { position, sets } => {
                hash.number(3);
                hash.number(*position as u64);
                hash.number(sets.len() as u64);
                let mut known = HashMap::new();
                for set in sets.iter() {
                    let print = known.entry(Arc::as_ptr(set)).or_insert_with(|| of_items(set));
                    hash.print(*print);
                }
            }
            Look::All(items) => {
                hash.number(4);
                hash.print(of_items(items));
            }
        }
    }
    hash.finish()
}

/// A content hash of a set.
pub(crate) fn of_items(items: &RoaringBitmap) -> u128 {
    let mut hash = Fingerprint::new("set");
    hash.runs(items.iter().map(u64::from));
    hash.finish()
}

/// The items that a group is made of are below it.
pub(crate) fn grouped(maps: &[(usize, Arc<[u32]>)]) -> u32 {
    maps.iter().map(|(_, map)| u32::try_from(map.len()).unwrap_or(BLANK)).min().unwrap_or(0)
}

/// Each set once: a whole line often is one set, shared by its items.
fn distinct(sets: &[Arc<RoaringBitmap>]) -> impl Iterator<Item = &RoaringBitmap> {
    let mut known = BTreeSet::new();
    sets.iter().filter(move |set| known.insert(Arc::as_ptr(set))).map(AsRef::as_ref)
}

/// No image of BLANK is ever looked at.
fn without(position: usize, outer: &[Extent], empty: impl Fn(u32) -> bool) -> Gaps {
    let extent = extent_at(outer, position);
    let items = extent.all().filter(|item| *item == BLANK || empty(*item)).collect::<RoaringBitmap>();
    match items.len() {
        0 => Gaps::Never,
        len if len == u64::from(extent.count) + u64::from(extent.blank) => Gaps::Always,
        _ => Gaps::Items(position, items),
    }
}
