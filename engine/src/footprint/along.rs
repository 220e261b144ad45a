//! What goes along a dimension: functions over runs and windows, RANK, ROLLUP, earlier items.

use std::ops::RangeInclusive;
use std::sync::Arc;

use roaring::RoaringBitmap;
use smalt_formula::program::{Along, Kind, Node};
use smalt_model::{CalendarLevel, DimensionId, Type};
use smalt_planted::{Leak, planted};
use smalt_security::{BLANK, Footprint, Look, Target};

use super::axis::Axis;
use super::lead::Lead;
use super::moved::Shared;
use super::{Reader, nothing, seen, together};

/// The places that are read from one of them.
type Places = Vec<RangeInclusive<i64>>;

impl Reader<'_> {
    /// A function along a dimension.
    pub(super) fn along(&self, node: &Node) -> Footprint {
        let Kind::Along { function, input, dimension, order, args, .. } = &node.kind else { return nothing() };
        let (outer, axis) = (self.axes(node), Axis::Dimension(*dimension));
        let position = outer.iter().position(|o| *o == axis);
        let run = self.run(*function, *dimension, args);
        // Another order may put any item before another.
        let run = run.filter(|_| order.is_none());
        let line = match &run {
            _ if planted(Leak::FreeWindows) => self.same(axis, None, &outer),
            Some(places) => self.places(*dimension, position, places),
            None => self.everything(axis, None),
        };
        let looked = |a: Axis| if a == axis { line.clone() } else { self.same(a, None, &outer) };
        let everywhere = |a: Axis| if a == axis { self.everything(a, None) } else { self.same(a, None, &outer) };
        let args = args.iter().flatten().map(|arg| match function {
            Along::MovingSum | Along::MovingAverage | Along::MovingMin | Along::MovingMax | Along::Growth => self.at(arg, node),
            Along::Cumulate | Along::Decumulate => self.look(arg, looked),
            _ => self.look(arg, everywhere),
        });
        let order = order.as_deref().map_or_else(nothing, |order| self.look(order, everywhere));
        let periods = self.period_words(*function, *dimension);
        let steps = [self.look(input, looked), self.counted(*dimension, line.clone()), order, periods];
        together(steps.into_iter().chain(args))
    }

    /// The places that a function reads from the item at one of them; `None`: all.
    fn run(&self, function: Along, dimension: DimensionId, args: &[Option<Node>]) -> Option<Box<dyn Fn(i64) -> Places>> {
        let arg = |at: usize| args.get(at).and_then(Option::as_ref);
        // A constant, or what stands for a missing one.
        let constant = |at: usize, missing: Option<i64>| arg(at).map_or(missing, Node::integer);
        let runs = |starts: Vec<i64>, before: i64| -> Option<Box<dyn Fn(i64) -> Places>> {
            Some(Box::new(move |place| {
                let start = usize::try_from(place).ok().and_then(|place| starts.get(place)).copied().unwrap_or(0);
                vec![start.saturating_sub(before)..=place]
            }))
        };
        let to_date = |level: CalendarLevel| match self.period(dimension, level).and_then(|period| self.links(dimension, period)) {
            Some(groups) => runs(self.starts(dimension, &groups), 0),
            None => runs(Vec::new(), 0),
        };
        match function {
            Along::Cumulate | Along::Decumulate => match arg(0).map(|group| self.lead(group)) {
                Some(Some(Lead::From(from, groups))) if from == Axis::Dimension(dimension) => {
                    let groups = groups.unwrap_or_else(|| self.itself(dimension));
                    // The item before the run is looked at as well: where its group differs the run begins.
                    runs(self.starts(dimension, &groups), 1)
                }
                _ => runs(Vec::new(), 0),
            },
            Along::FillForward => runs(Vec::new(), 0),
            Along::YearToDate => to_date(CalendarLevel::Year),
            Along::QuarterToDate => to_date(CalendarLevel::Quarter),
            Along::MonthToDate => to_date(CalendarLevel::Month),
            Along::MovingSum | Along::MovingAverage | Along::MovingMin | Along::MovingMax => {
                let (window, offset) = (constant(0, None)?, constant(1, Some(0))?);
                Some(Box::new(move |place| {
                    let last = place.saturating_add(offset);
                    vec![last.saturating_sub(window.saturating_sub(1))..=last]
                }))
            }
            Along::Growth => {
                let back = constant(0, None)?;
                Some(Box::new(move |place| {
                    let there = place.saturating_sub(back);
                    vec![there.min(place)..=there.max(place)]
                }))
            }
            _ => None,
        }
    }

    /// The property of a level of the calendar that holds its period of a coarser one.
    fn period(&self, dimension: DimensionId, level: CalendarLevel) -> Option<u16> {
        let of = self.schema().calendar(level)?.id;
        let properties = &self.schema().dimension(dimension)?.properties;
        u16::try_from(properties.iter().position(|p| p.ty == Type::Item(of))?).ok()
    }

    /// What decides where the periods of a function end.
    fn period_words(&self, function: Along, dimension: DimensionId) -> Footprint {
        let level = match function {
            Along::YearToDate => CalendarLevel::Year,
            Along::QuarterToDate => CalendarLevel::Quarter,
            Along::MonthToDate => CalendarLevel::Month,
            _ => return nothing(),
        };
        let held = self.period(dimension, level).map_or_else(nothing, |property| self.words(dimension, property));
        together([held, self.days(dimension)])
    }

    /// For each place the one at which its run began: items in order whose groups are the same, BLANK being a group.
    fn starts(&self, dimension: DimensionId, groups: &[u32]) -> Vec<i64> {
        let items = self.revision.items(dimension);
        let group = |item: &u32| groups.get(*item as usize).copied().unwrap_or(BLANK);
        let mut starts: Vec<i64> = Vec::with_capacity(items.len());
        let mut before = None;
        for (place, item) in (0i64..).zip(items.order()) {
            let here = group(item);
            let start = match (before, starts.last()) {
                (Some(group), Some(start)) if group == here => *start,
                _ => place,
            };
            starts.push(start);
            before = Some(here);
        }
        starts
    }

    /// The value so many items earlier or later, or the metric's own.
    pub(super) fn earlier(&self, node: &Node) -> Footprint {
        let outer = self.axes(node);
        match &node.kind {
            Kind::Offset { input, dimension, offset } => {
                let axis = Axis::Dimension(*dimension);
                let position = outer.iter().position(|o| *o == axis);
                let there = |a: Axis| match (a == axis, position) {
                    (true, Some(position)) => Look::Image { position, map: Some(self.moved(*dimension, *offset)) },
                    _ => self.same(a, None, &outer),
                };
                together([self.look(input, there), self.counted(*dimension, self.stepped(*dimension, position, *offset))])
            }
            Kind::PreviousOf { metric, dimension, back } => {
                let back_read = back.as_deref().map_or_else(nothing, |back| self.at(back, node));
                let (Some(def), axis) = (self.schema().metric(*metric), Axis::Dimension(*dimension)) else { return back_read };
                if self.members.contains(metric) {
                    return back_read;
                }
                let position = outer.iter().position(|o| *o == axis);
                let places = back.as_deref().map_or(Some(1), Node::integer);
                // Less than one item back there is nothing; a number that is computed may lead to any earlier item.
                let (look, items) = match (places, position) {
                    (Some(places), Some(_)) if places < 1 => return back_read,
                    (Some(places), Some(position)) => {
                        let back = places.saturating_neg();
                        let map = self.moved(*dimension, back);
                        (Look::Image { position, map: Some(map) }, self.stepped(*dimension, Some(position), back))
                    }
                    _ => {
                        let before = self.places(*dimension, position, |place| vec![0..=place - 1]);
                        (before.clone(), before)
                    }
                };
                let looks = def.dimensions.iter().map(|d| match *d == *dimension {
                    true => look.clone(),
                    false => self.same(Axis::Dimension(*d), None, &outer),
                });
                let read = seen(self.cells(*metric, &def.dimensions), looks.collect());
                together([back_read, read, self.held(def.ty), self.counted(*dimension, items)])
            }
            // The metric itself, which is in its group.
            Kind::Previous { back, .. } => back.as_deref().map_or_else(nothing, |back| self.at(back, node)),
            _ => nothing(),
        }
    }

    /// The items that an offset steps over, both ends included.
    pub(super) fn stepped(&self, dimension: DimensionId, position: Option<usize>, offset: i64) -> Look {
        self.places(dimension, position, |place| {
            let there = place.saturating_add(offset);
            vec![there.min(place)..=there.max(place)]
        })
    }

    /// SHIFT(item, n): the items that it steps over.
    pub(super) fn shifted(&self, node: &Node, args: &[Node], dimension: DimensionId) -> Footprint {
        match args {
            [item, places] => match (self.lead(item), places.integer()) {
                (Some(_), Some(offset)) => {
                    let there = self.led(item, dimension, &self.axes(node));
                    seen(self.counted(dimension, self.stepped(dimension, Some(0), offset)), vec![there])
                }
                _ => self.every_item(dimension),
            },
            _ => self.every_item(dimension),
        }
    }

    /// RANK: all cells, or those of the group where items and properties decide what it is.
    pub(super) fn rank(&self, node: &Node, input: &Node, group: Option<&Node>) -> Footprint {
        let counted = |leave: Option<Axis>| {
            let dims = input.dims.iter().filter(move |d| Some(Axis::Dimension(**d)) != leave);
            together(dims.map(|d| self.every_item(*d)))
        };
        let orders = self.orders(input.dims.iter().copied());
        let everything = |axis: Axis| self.everything(axis, None);
        let Some(group) = group else { return together([self.look(input, everything), counted(None), orders]) };
        let outer = self.axes(node);
        match self.lead(group) {
            Some(Lead::From(axis, map)) => {
                let map = map.or_else(|| group.item_dimension().map(|d| self.itself(d))).unwrap_or_default();
                let with = [Shared { axis, inside: Arc::clone(&map), outside: map }];
                // Everything but the group's own coordinate, which stands outside.
                let only = |axes: &[Axis]| -> Vec<Axis> { outer.iter().copied().filter(|o| *o == axis && axes.contains(o)).collect() };
                let read = |part: &Node| {
                    let axes = self.axes(part);
                    let rest: Vec<Axis> = only(&axes);
                    let looks = axes.iter().map(|a| match rest.iter().position(|r| r == a) {
                        Some(position) => Look::Image { position, map: None },
                        None => everything(*a),
                    });
                    self.among(seen(self.read(part), looks.collect()), &rest, &outer, &with)
                };
                let own = match axis {
                    Axis::Dimension(d) => {
                        let items = Footprint::Target(Target::Items(self.schema().whole(d)));
                        together([self.among(items, &[axis], &outer, &with), self.members(d)])
                    }
                    Axis::Column(_) => nothing(),
                };
                together([read(input), read(group), own, counted(Some(axis)), self.all_words(group), orders])
            }
            _ => together([self.look(input, everything), self.look(group, everything), counted(None), orders]),
        }
    }

    /// ROLLUP: the item and all that hang on it.
    pub(super) fn rollup(&self, node: &Node, input: &Node, dimension: DimensionId, parent: u16, weight: Option<&Node>) -> Footprint {
        let (outer, axis) = (self.axes(node), Axis::Dimension(dimension));
        let below = match outer.iter().position(|o| *o == axis) {
            Some(position) => self.below(dimension, parent, position),
            None => self.everything(axis, None),
        };
        let looked = |a: Axis| if a == axis { below.clone() } else { self.same(a, None, &outer) };
        let link = Footprint::Target(Target::Property(self.schema().whole(dimension), parent));
        together([
            self.look(input, looked),
            weight.map_or_else(nothing, |weight| self.look(weight, looked)),
            self.counted(dimension, below.clone()),
            seen(link, vec![below.clone()]),
            self.words(dimension, parent),
        ])
    }

    /// From each item to itself and its descendants.
    fn below(&self, dimension: DimensionId, parent: u16, position: usize) -> Look {
        let items = self.revision.items(dimension);
        let (Some(parents), true) = (self.links(dimension, parent), items.len() <= super::axis::MOST_SETS) else {
            return self.everything(Axis::Dimension(dimension), None);
        };
        let mut sets = vec![RoaringBitmap::new(); items.capacity() as usize];
        for item in items.order() {
            // Up from the item: it hangs on each that is met. No way up is longer than there are items.
            let up = std::iter::successors(Some(*item), |at| parents.get(*at as usize).copied().filter(|p| *p != BLANK));
            for above in up.take(items.len()) {
                if let Some(set) = sets.get_mut(above as usize) {
                    set.insert(*item);
                }
            }
        }
        Look::Sets { position, sets: sets.into_iter().map(Arc::new).collect() }
    }
}
