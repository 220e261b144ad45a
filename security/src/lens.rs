//! A look by classes: thousands of items inside become the few that some regions tell apart, and outer items that look at the same
//! classes become one.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::fingerprint::of_map;
use crate::look::{Extent, extent_at, grouped};
use crate::{Axis, BLANK, Look, Region};

/// What the regions make of an item: the [code](Region::code) that each gives to it.
type Signature = Vec<Option<u64>>;

/// A look by classes. Outer coordinates that look at nothing are in no class.
#[derive(Default)]
pub(crate) struct Lens {
    /// By class inside what the regions make of it.
    pub(crate) inner: Vec<Signature>,
    /// By outer class the classes inside that it looks at: at least one, rising.
    pub(crate) sets: Vec<Vec<usize>>,
    /// The outer coordinates that tell the outer classes apart; none where all look at the same.
    pub(crate) axes: Vec<OuterAxis>,
    /// By outer class its tuples over the axes, packed.
    pub(crate) codes: Vec<Vec<u64>>,
}

/// An axis of the region that is to come.
#[derive(Clone)]
pub(crate) struct OuterAxis {
    pub(crate) axis: Axis,
    pub(crate) radix: u32,
    pub(crate) print: u128,
}

/// A region by which classes are told apart, with its [ends](Region::ends).
pub(crate) type WithEnds<'a> = (&'a Region, Vec<RoaringBitmap>);

/// Gives each item inside its class.
struct Classes<'a> {
    position: usize,
    regions: &'a [WithEnds<'a>],
    by_item: HashMap<u32, usize>,
    by_signature: HashMap<Signature, usize>,
    inner: Vec<Signature>,
}

impl Classes<'_> {
    fn of(&mut self, item: u32) -> usize {
        if let Some(class) = self.by_item.get(&item) {
            return *class;
        }
        let signature = self.regions.iter().map(|(region, ends)| region.code(self.position, item, ends)).collect::<Signature>();
        let class = *self.by_signature.entry(signature).or_insert_with_key(|signature| {
            self.inner.push(signature.clone());
            self.inner.len() - 1
        });
        self.by_item.insert(item, class);
        class
    }

    fn set(&mut self, items: &RoaringBitmap) -> Vec<usize> {
        sorted(items.iter().map(|item| self.of(item)).collect())
    }
}

fn sorted(mut classes: Vec<usize>) -> Vec<usize> {
    classes.sort_unstable();
    classes.dedup();
    classes
}

/// Numbers sets of classes: equal ones are one outer class.
#[derive(Default)]
struct OuterClasses {
    known: HashMap<Vec<usize>, usize>,
    sets: Vec<Vec<usize>>,
}

impl OuterClasses {
    /// `None`: it looks at nothing.
    fn of(&mut self, set: Vec<usize>) -> Option<usize> {
        if set.is_empty() {
            return None;
        }
        let sets = &mut self.sets;
        Some(*self.known.entry(set).or_insert_with_key(|set| {
            sets.push(set.clone());
            sets.len() - 1
        }))
    }
}

impl Lens {
    /// How `regions` see what is looked at at an inner position. Without regions only whether there is something.
    pub(crate) fn new(look: &Look, position: usize, regions: &[WithEnds<'_>], outer: &[Extent]) -> Lens {
        let mut classes = Classes { position, regions, by_item: HashMap::new(), by_signature: HashMap::new(), inner: Vec::new() };
        let mut outer_classes = OuterClasses::default();
        let (axes, mut codes) = match look {
            Look::Image { position, map } => {
                let image = |item: u32| map.as_ref().map_or(Some(item), |map| map.get(item as usize).copied());
                by_item(*position, outer, |item| {
                    let class = image(item).filter(|end| *end != BLANK).map(|end| classes.of(end));
                    outer_classes.of(class.into_iter().collect())
                })
            }
            Look::Sets { position, sets } => {
                let mut known = HashMap::new();
                by_item(*position, outer, |item| {
                    let set = sets.get(item as usize)?;
                    *known.entry(Arc::as_ptr(set)).or_insert_with(|| outer_classes.of(classes.set(set)))
                })
            }
            Look::Group(maps) => {
                let mut groups: BTreeMap<Vec<u32>, Vec<usize>> = BTreeMap::new();
                for item in 0..grouped(maps) {
                    let ends = maps.iter().filter_map(|(_, map)| map.get(item as usize).copied()).collect::<Vec<_>>();
                    if !ends.contains(&BLANK) {
                        groups.entry(ends).or_default().push(classes.of(item));
                    }
                }
                let groups = groups.into_iter().map(|(ends, set)| (ends, outer_classes.of(sorted(set))));
                match maps.as_slice() {
                    [(position, _)] => {
                        let groups = groups.filter_map(|(ends, class)| Some((*ends.first()?, class?))).collect::<HashMap<_, _>>();
                        by_item(*position, outer, |item| groups.get(&item).copied())
                    }
                    _ => by_tuple(maps, outer, groups.filter_map(|(ends, class)| Some((ends, class?)))),
                }
            }
            Look::All(items) => match outer_classes.of(classes.set(items)) {
                Some(_) => (Vec::new(), vec![vec![0]]),
                None => (Vec::new(), Vec::new()),
            },
        };
        // Of a class that no known coordinate is in there is nothing to tell.
        codes.resize(outer_classes.sets.len(), Vec::new());
        Lens { inner: classes.inner, sets: outer_classes.sets, axes, codes }
    }

    /// The number of tuples over the axes; `None` for more than a number can count.
    pub(crate) fn space(&self) -> Option<u64> {
        self.axes.iter().try_fold(1u64, |space, axis| space.checked_mul(u64::from(axis.radix)))
    }
}

/// One axis, from the item to its class.
fn by_item(position: usize, outer: &[Extent], mut class: impl FnMut(u32) -> Option<usize>) -> (Vec<OuterAxis>, Vec<Vec<u64>>) {
    let number = |class: usize| u32::try_from(class).unwrap_or(BLANK);
    let map = (0..extent_at(outer, position).count).map(|item| class(item).map_or(BLANK, number)).collect::<Arc<[u32]>>();
    let radix = map.iter().filter(|class| **class != BLANK).max().map_or(0, |last| last + 1);
    let codes = (0..u64::from(radix)).map(|class| vec![class]).collect();
    let print = of_map(&map);
    (vec![OuterAxis { axis: Axis { position, map: Some(map) }, radix, print }], codes)
}

/// An axis for each coordinate of a group: its tuples are what they are.
fn by_tuple(
    maps: &[(usize, Arc<[u32]>)],
    outer: &[Extent],
    groups: impl Iterator<Item = (Vec<u32>, usize)>,
) -> (Vec<OuterAxis>, Vec<Vec<u64>>) {
    let positions = maps.iter().map(|(position, _)| *position);
    let axis = |position| OuterAxis { axis: Axis { position, map: None }, radix: extent_at(outer, position).count, print: 0 };
    let axes = positions.map(axis).collect::<Vec<_>>();
    let mut codes: Vec<Vec<u64>> = Vec::new();
    for (ends, class) in groups {
        let mut code = Some(0u64);
        for (end, OuterAxis { radix, .. }) in ends.iter().zip(&axes) {
            let packed = code.and_then(|code| code.checked_mul(u64::from(*radix))?.checked_add(u64::from(*end)));
            code = packed.filter(|_| end < radix);
        }
        if codes.len() <= class {
            codes.resize(class + 1, Vec::new());
        }
        if let (Some(code), Some(codes)) = (code, codes.get_mut(class)) {
            codes.push(code);
        }
    }
    (axes, codes)
}
