//! A look by classes: thousands of items inside become the few that some regions tell apart, and outer items that look at the same
//! classes become one.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::fingerprint::of_map;
use crate::look::{Extent, extent_at, grouped, of_items};
use crate::{Axis, BLANK, Look, Region};

/// A set is put behind one of so many chains, if it can be.
const MOST_CHAINS: usize = 64;

/// What the regions make of an item: the [code](Region::code) that each gives to it.
type Signature = Vec<Option<u64>>;

/// A look by classes. Outer coordinates that look at nothing are in no class.
#[derive(Default)]
pub(crate) struct Lens {
    /// The coordinate inside.
    pub(crate) position: usize,
    /// By class inside what the regions make of it.
    pub(crate) inner: Vec<Signature>,
    /// By outer class the classes inside that it looks at: at least one.
    pub(crate) sets: Vec<RoaringBitmap>,
    /// The outer classes cut into chains, in each of which every one looks at all that the one before looks at, and more.
    pub(crate) chains: Vec<Range<u32>>,
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
    by_item: HashMap<u32, u32>,
    by_signature: HashMap<Signature, u32>,
    inner: Vec<Signature>,
    /// The set that was asked for last, and its classes.
    last: (RoaringBitmap, RoaringBitmap),
}

impl Classes<'_> {
    fn of(&mut self, item: u32) -> u32 {
        if let Some(class) = self.by_item.get(&item) {
            return *class;
        }
        let signature = self.regions.iter().map(|(region, ends)| region.code(self.position, item, ends)).collect::<Signature>();
        let class = *self.by_signature.entry(signature).or_insert_with_key(|signature| {
            self.inner.push(signature.clone());
            u32::try_from(self.inner.len() - 1).unwrap_or(BLANK)
        });
        self.by_item.insert(item, class);
        class
    }

    fn set(&mut self, items: &RoaringBitmap) -> RoaringBitmap {
        // All earlier items are all that were earlier for the one before, and one more.
        let (last, known) = std::mem::take(&mut self.last);
        let (mut classes, new) = if last.is_subset(items) { (known, items - &last) } else { (RoaringBitmap::new(), items.clone()) };
        classes.extend(new.iter().map(|item| self.of(item)));
        self.last = (items.clone(), classes.clone());
        classes
    }
}

/// Numbers sets of classes: equal ones are one outer class.
#[derive(Default)]
struct OuterClasses {
    known: HashMap<u128, Vec<usize>>,
    sets: Vec<RoaringBitmap>,
}

impl OuterClasses {
    /// `None`: it looks at nothing.
    fn of(&mut self, set: RoaringBitmap) -> Option<usize> {
        if set.is_empty() {
            return None;
        }
        let alike = self.known.entry(of_items(&set)).or_default();
        if let Some(class) = alike.iter().find(|class| self.sets.get(**class) == Some(&set)) {
            return Some(*class);
        }
        let class = self.sets.len();
        alike.push(class);
        self.sets.push(set);
        Some(class)
    }

    /// An order of the classes in which they come in chains, and these; many classes that are in no chain with one another are left alone.
    fn chains(&self) -> (Vec<usize>, Vec<Range<u32>>) {
        let mut order = (0..self.sets.len()).collect::<Vec<_>>();
        order.sort_by_key(|class| self.sets.get(*class).map_or(0, RoaringBitmap::len));
        let mut chains: Vec<(Vec<usize>, &RoaringBitmap)> = Vec::new();
        for class in order {
            let Some(set) = self.sets.get(class) else { continue };
            // What looks at one class is behind nothing.
            let tried = if set.len() > 1 { MOST_CHAINS } else { 0 };
            match chains.iter_mut().rev().take(tried).find(|(_, last)| last.is_subset(set)) {
                Some((chain, last)) => {
                    chain.push(class);
                    *last = set;
                }
                None => chains.push((vec![class], set)),
            }
        }
        let ends = chains.iter().scan(0u32, |end, (chain, _)| {
            let start = *end;
            *end += u32::try_from(chain.len()).unwrap_or(0);
            Some(start..*end)
        });
        (chains.iter().flat_map(|(chain, _)| chain.iter().copied()).collect(), ends.collect())
    }
}

impl Lens {
    /// How `regions` see what is looked at at an inner position. Without regions only whether there is something.
    pub(crate) fn new(look: &Look, position: usize, regions: &[WithEnds<'_>], outer: &[Extent]) -> Lens {
        let mut classes = Classes {
            position,
            regions,
            by_item: HashMap::new(),
            by_signature: HashMap::new(),
            inner: Vec::new(),
            last: Default::default(),
        };
        let mut outer_classes = OuterClasses::default();
        let outer_axes = match look {
            Look::Image { position, map } => {
                let image = |item: u32| map.as_ref().map_or(Some(item), |map| map.get(item as usize).copied());
                by_item(*position, outer, |item| {
                    let class = image(item).filter(|end| *end != BLANK).map(|end| classes.of(end));
                    outer_classes.of(class.into_iter().collect::<RoaringBitmap>())
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
                let mut groups: BTreeMap<Vec<u32>, RoaringBitmap> = BTreeMap::new();
                for item in 0..grouped(maps) {
                    let ends = maps.iter().filter_map(|(_, map)| map.get(item as usize).copied()).collect::<Vec<_>>();
                    if !ends.contains(&BLANK) {
                        groups.entry(ends).or_default().insert(classes.of(item));
                    }
                }
                let groups = groups.into_iter().map(|(ends, set)| (ends, outer_classes.of(set)));
                match maps.as_slice() {
                    [(position, _)] => {
                        let groups = groups.filter_map(|(ends, class)| Some((*ends.first()?, class?))).collect::<HashMap<_, _>>();
                        by_item(*position, outer, |item| groups.get(&item).copied())
                    }
                    _ => by_tuple(maps, outer, groups.filter_map(|(ends, class)| Some((ends, class?)))),
                }
            }
            Look::All(items) => {
                outer_classes.of(classes.set(items));
                OuterAxes::One
            }
        };
        let (order, chains) = outer_classes.chains();
        let (axes, codes) = outer_axes.numbered(&order);
        let sets = order.iter().filter_map(|class| outer_classes.sets.get(*class).cloned()).collect();
        Lens { position, inner: classes.inner, sets, chains, axes, codes }
    }

    /// Whether each outer class looks at one class inside.
    pub(crate) fn is_single(&self) -> bool {
        self.sets.iter().all(|set| set.len() == 1)
    }

    /// Whether the packed tuples of each outer class are its number, so that combinations of classes are tuples as they stand.
    pub(crate) fn is_plain(&self) -> bool {
        self.space() == Some(self.sets.len() as u64) && (0u64..).zip(&self.codes).all(|(class, codes)| codes.as_slice() == [class])
    }

    /// The number of tuples over the axes; `None` for more than a number can count.
    pub(crate) fn space(&self) -> Option<u64> {
        self.axes.iter().try_fold(1u64, |space, axis| space.checked_mul(u64::from(axis.radix)))
    }
}

/// The outer coordinates by class, as the classes were found.
enum OuterAxes {
    /// All are in the one class that there is, if there is one.
    One,
    /// One axis, by item the class.
    Items(usize, Vec<Option<usize>>),
    /// An axis for each coordinate of a group, and by class the packed tuples over them.
    Tuples(Vec<OuterAxis>, Vec<Vec<u64>>),
}

impl OuterAxes {
    /// With the classes in another order. Of a class that no known coordinate is in there is nothing to tell.
    fn numbered(self, order: &[usize]) -> (Vec<OuterAxis>, Vec<Vec<u64>>) {
        match self {
            OuterAxes::One => (Vec::new(), order.iter().map(|_| vec![0]).collect()),
            OuterAxes::Items(position, by_item) => {
                let mut numbers = vec![BLANK; order.len()];
                for (number, class) in (0u32..).zip(order) {
                    if let Some(slot) = numbers.get_mut(*class) {
                        *slot = number;
                    }
                }
                let number = |class: &Option<usize>| class.and_then(|class| numbers.get(class).copied()).unwrap_or(BLANK);
                let map = by_item.iter().map(number).collect::<Arc<[u32]>>();
                let radix = map.iter().filter(|class| **class != BLANK).max().map_or(0, |last| last + 1);
                let codes = (0..order.len() as u64).map(|class| if class < u64::from(radix) { vec![class] } else { Vec::new() });
                let print = of_map(&map);
                (vec![OuterAxis { axis: Axis { position, map: Some(map) }, radix, print }], codes.collect())
            }
            OuterAxes::Tuples(axes, codes) => (axes, order.iter().map(|class| codes.get(*class).cloned().unwrap_or_default()).collect()),
        }
    }
}

/// One axis, from the item to its class.
fn by_item(position: usize, outer: &[Extent], class: impl FnMut(u32) -> Option<usize>) -> OuterAxes {
    OuterAxes::Items(position, (0..extent_at(outer, position).count).map(class).collect())
}

/// An axis for each coordinate of a group: its tuples are what they are.
fn by_tuple(maps: &[(usize, Arc<[u32]>)], outer: &[Extent], groups: impl Iterator<Item = (Vec<u32>, usize)>) -> OuterAxes {
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
    OuterAxes::Tuples(axes, codes)
}
