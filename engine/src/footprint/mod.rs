//! What formulas read for each of their cells: the ground of inheritance (security.md §3, step 3).
//!
//! A formula becomes a [`Footprint`], which tells coordinates and targets and no formula, so that the security crate can judge it. It is made
//! of items, properties and the formula alone: where cells stand never matters. Where it is not known which cells are read, all are.

mod along;
mod axis;
mod filter;
mod group;
mod lead;
mod moved;

use std::cell::Cell;
use std::sync::Arc;

use smalt_formula::program::{Comparison, Function, Kind, Node, Program};
use smalt_model::{DimensionId, ListId, MetricId, Schema, Type, Value};
use smalt_planted::{Leak, planted};
use smalt_security::{BLANK, Footprint, Footprints, Look, Target};
use smalt_vault::Revision;

use self::axis::Axis;
use self::lead::Lead;
use crate::reads;
use crate::state::Programs;

/// Whether RESETACCESSRIGHTS cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resets {
    /// As the formula says.
    Cut,
    /// What it holds is told like anything else: for who asks what leaks through it.
    Followed,
}

/// The footprints of all formulas of a state.
pub(crate) fn footprints(revision: &Revision, programs: &Programs, resets: Resets) -> Footprints {
    let reader = Reader::new(revision, programs, resets);
    let metrics = programs.metrics.keys().filter_map(|metric| Some((Target::Metric(*metric), reader.of_metric(*metric)?)));
    // Property 0 of a subset is the condition on its members: what that tells is asked where members are counted.
    let properties = programs.properties.iter().filter(|(_, property, _)| *property > 0);
    let properties = properties.map(|(dimension, property, program)| {
        let read = reader.of_property(program, *dimension);
        // A parent that would lead back to its own item is left out, which depends on the parents of all others.
        let all = reader.may_lead_back(program, *dimension, *property);
        let read = if all { seen(read, vec![reader.everything(Axis::Dimension(*dimension), None)]) } else { read };
        (Target::Property(*dimension, *property), read)
    });
    Footprints::new(metrics.chain(properties))
}

/// What a formula that is not saved reads, by its own dimensions.
pub(crate) fn of_formula(revision: &Revision, programs: &Programs, program: &Program) -> Footprint {
    Reader::new(revision, programs, Resets::Cut).formula(program, &program.root.dims)
}

/// What a part of a formula reads, by these dimensions, with nothing that cuts: for who is told what a value is made of.
pub(crate) fn of_part(revision: &Revision, programs: &Programs, part: &Node, dims: &[DimensionId]) -> Footprint {
    Reader::new(revision, programs, Resets::Followed).expression(part, dims)
}

/// Reads one formula.
struct Reader<'a> {
    revision: &'a Revision,
    programs: &'a Programs,
    /// The metrics that are solved together with it: what is read of them is told for the group as a whole.
    members: &'a [MetricId],
    resets: Resets,
    /// Where it is a property's, in a scenario whose formulas are not those of Base: how many more formulas may be told in the place of
    /// metrics. Properties are computed by the formulas of Base, of which `programs` are those then, and metrics have the scenario's there.
    shared: Option<&'a Cell<usize>>,
}

/// A property of a scenario that reads more formulas than this is closed to whom a rule speaks of: each place that reads a formula tells it anew.
const MOST_SHARED: usize = 1_000;

impl<'a> Reader<'a> {
    fn new(revision: &'a Revision, programs: &'a Programs, resets: Resets) -> Reader<'a> {
        Reader { revision, programs, members: &[], resets, shared: None }
    }
}

impl Reader<'_> {
    fn schema(&self) -> &Schema {
        self.revision.schema()
    }

    /// What a formula reads, by these dimensions instead of its own, and what every order goes by on which it depends: where items come first,
    /// greatest or between others, their places show.
    fn formula(&self, program: &Program, dims: &[DimensionId]) -> Footprint {
        self.expression(&program.root, dims)
    }

    /// What the formula of a metric reads, by the metric's dimensions; of one that is solved together with others what they all read.
    fn of_metric(&self, metric: MetricId) -> Option<Footprint> {
        let program = self.programs.metrics.get(&metric)?;
        let order = self.programs.order.as_deref();
        match order.and_then(|order| order.recurrences().find(|(_, members)| members.contains(&metric))) {
            Some((along, members)) => group::member(&Reader { members, ..*self }, along, metric),
            None => Some(Reader { members: &[], ..*self }.formula(program, &self.schema().metric(metric)?.dimensions)),
        }
    }

    /// What the formula of a property reads, by the property's items.
    fn of_property(&self, program: &Program, dimension: DimensionId) -> Footprint {
        let left = Cell::new(MOST_SHARED);
        let (programs, shared) = match &self.programs.base {
            Some(base) => (base.as_ref(), Some(self.shared.unwrap_or(&left))),
            None => (self.programs, self.shared),
        };
        Reader { programs, shared, members: &[], ..*self }.formula(program, &[dimension])
    }

    fn expression(&self, root: &Node, dims: &[DimensionId]) -> Footprint {
        let outer: Vec<Axis> = dims.iter().map(|d| Axis::Dimension(*d)).collect();
        let read = self.look(root, |axis| self.same(axis, root.rows, &outer));
        together([read, self.orders(reads::orders_in(root))])
    }

    /// What an expression reads, by its own coordinates: its dimensions, or the columns of the list by whose rows it is.
    fn read(&self, node: &Node) -> Footprint {
        match &node.kind {
            Kind::Constant(Value::Item(dimension, item)) => self.items(*dimension, Look::All(Arc::new([*item].into()))),
            // Its name, its place, or what else is made of it.
            Kind::Current(dimension) => self.items(*dimension, self.same(Axis::Dimension(*dimension), node.rows, &self.axes(node))),
            // Of an item that is compared with others by their names no more is told than whether it is one of these.
            Kind::Compare(..) | Kind::InList(..) if is_by_name(node) => {
                together(node.children().into_iter().filter(|part| !is_current(part)).map(|part| self.at(part, node)))
            }
            Kind::Switch { value, cases, .. } if is_current(value) && cases.iter().all(|(case, _)| is_named(case)) => {
                let parts = node.children().into_iter().filter(|part| !std::ptr::eq(*part, value.as_ref()));
                together(parts.map(|part| self.at(part, node)))
            }
            // A row of which one column is read is read.
            Kind::Column(list, _) => Footprint::Target(Target::List(*list)),
            Kind::Metric(metric) => self.metric(*metric, node),
            Kind::Property { item, property } => self.property(node, item, *property),
            Kind::ResetRights(_) if self.resets == Resets::Cut => nothing(),
            Kind::Previous { .. } | Kind::PreviousOf { .. } | Kind::Offset { .. } => self.earlier(node),
            Kind::Along { .. } => self.along(node),
            Kind::Rank { input, group, .. } => self.rank(node, input, group.as_deref()),
            Kind::Rollup { input, dimension, parent, weight } => self.rollup(node, input, *dimension, *parent, weight.as_deref()),
            Kind::Up { input, mappings, kept, method } => self.up(node, input, mappings, kept, *method),
            Kind::Down { input, mappings, spread } => self.down(node, input, mappings, spread),
            Kind::Add { input, added, spread } => self.add(node, input, added, spread),
            Kind::ParentOffset { input, dimension, parent, offset, .. } => self.parent_offset(node, input, *dimension, parent, *offset),
            Kind::AtMapping { input, dimension, mapping } => self.at_mapping(node, input, *dimension, mapping),
            Kind::Convert { input, from, to } => self.convert(node, input, *from, *to),
            Kind::Filter { input, condition, keep } => self.filter(node, input, condition, *keep),
            Kind::Whole(_, input) | Kind::CountAll(input) | Kind::CountBlank(input) => {
                let all = input.dims.iter().map(|d| self.every_item(*d));
                together(all.chain([self.look(input, |axis| self.everything(axis, input.rows))]))
            }
            Kind::Call(function, args) => self.call(node, *function, args),
            _ => together(node.children().into_iter().map(|part| self.at(part, node))),
        }
    }

    /// A part at the coordinates of the expression in which it stands.
    fn at(&self, part: &Node, outer: &Node) -> Footprint {
        let outer = self.axes(outer);
        // By the rows of a list both are of the same row, whose columns may be empty: an image of nothing would read nothing.
        if self.axes(part) == outer {
            return self.read(part);
        }
        self.look(part, |axis| self.same(axis, part.rows, &outer))
    }

    /// A part from other coordinates: for each of its own one look.
    fn look(&self, part: &Node, look: impl Fn(Axis) -> Look) -> Footprint {
        seen(self.read(part), self.axes(part).into_iter().map(look).collect())
    }

    /// A metric, by its dimensions.
    fn metric(&self, metric: MetricId, node: &Node) -> Footprint {
        let Some(def) = self.schema().metric(metric).filter(|_| !self.members.contains(&metric)) else { return nothing() };
        let own = self.axes(node);
        let looks = def.dimensions.iter().map(|d| self.same(Axis::Dimension(*d), None, &own)).collect();
        together([seen(self.cells(metric, &def.dimensions), looks), self.held(def.ty)])
    }

    /// A metric's cells, by its dimensions. Of its input, where it has a formula of its own, what rules say of the metric: what that formula
    /// reads is another matter.
    fn cells(&self, metric: MetricId, dimensions: &[DimensionId]) -> Footprint {
        if !metric.is_input() && self.shared.is_none() {
            return Footprint::Target(Target::Metric(metric));
        }
        let item = |(position, dimension): (usize, &DimensionId)| {
            seen(Footprint::Target(Target::Items(*dimension)), vec![Look::Image { position, map: None }])
        };
        let words = Footprint::Words(Target::Metric(metric.whole()));
        let formula = self.shared.and_then(|left| self.shared_formula(metric, left));
        together(dimensions.iter().enumerate().map(item).chain([words]).chain(formula))
    }

    /// What the formula that a metric has in Base reads, by its dimensions.
    fn shared_formula(&self, metric: MetricId, left: &Cell<usize>) -> Option<Footprint> {
        self.programs.metrics.get(&metric)?;
        match left.get().checked_sub(1) {
            None => return Some(Footprint::closed()),
            Some(fewer) => left.set(fewer),
        }
        Some(self.of_metric(metric).unwrap_or_else(Footprint::closed))
    }

    /// A cell of a type of items may hold any of them: which one is no business of who may not see it.
    fn held(&self, ty: Type) -> Footprint {
        match ty {
            Type::Item(dimension) if !planted(Leak::FreeHeldItems) => self.every_item(dimension),
            _ => nothing(),
        }
    }

    /// A property of the item that an expression gives, and the item that it holds.
    fn property(&self, node: &Node, item: &Node, property: u16) -> Footprint {
        let Some(dimension) = item.item_dimension() else { return nothing() };
        let outer = self.axes(node);
        let there = self.led(item, dimension, &outer);
        let target = Target::Property(self.schema().whole(dimension), property);
        let held = node
            .item_dimension()
            .map_or_else(nothing, |d| together([self.items(d, self.led(node, d, &outer)), self.unset(node, d, &outer)]));
        // Of the current item the property itself asks whether it is visible.
        let of = if is_current(item) { nothing() } else { self.at(item, node) };
        together([of, seen(Footprint::Target(target), vec![there]), held])
    }

    /// Where a path leads to nothing, it is as hidden as where it leads to a hidden item: a hidden property reads NULL, and nobody may tell the
    /// two apart. So whoever does not see all items of a dimension reads nothing that is made of a missing one.
    fn unset(&self, node: &Node, dimension: DimensionId, outer: &[Axis]) -> Footprint {
        let every = self.every_item(dimension);
        match self.lead(node) {
            Some(Lead::Fixed(BLANK)) => every,
            Some(Lead::From(axis, Some(map))) => match outer.iter().position(|o| *o == axis) {
                Some(position) => {
                    // To the one item of a coordinate that stands for nothing, where there is nothing; else nowhere.
                    let missing = map.iter().map(|item| if *item == BLANK { 0 } else { BLANK }).collect();
                    seen(every, vec![Look::Image { position, map: Some(missing) }])
                }
                None => every,
            },
            _ => nothing(),
        }
    }

    fn call(&self, node: &Node, function: Function, args: &[Node]) -> Footprint {
        let parts = args.iter().enumerate().map(|(place, arg)| match function {
            // The days between two dates, whatever day the cell is of.
            Function::NetworkDays if place >= 2 => self.look(arg, |axis| self.everything(axis, arg.rows)),
            _ => self.at(arg, node),
        });
        let found = match (function, node.item_dimension()) {
            (Function::Shift, Some(dimension)) => self.shifted(node, args, dimension),
            (Function::Item(property) | Function::Match(property), Some(dimension)) => {
                let target = Target::Property(self.schema().whole(dimension), property);
                let every = seen(Footprint::Target(target), vec![self.everything(Axis::Dimension(dimension), None)]);
                together([every, self.every_item(dimension), self.orders([dimension])])
            }
            (Function::TimeDim, Some(dimension)) => together([self.every_item(dimension), self.days(dimension)]),
            _ => nothing(),
        };
        let days = args.iter().map(|arg| match (function, &arg.kind) {
            (Function::InPeriod | Function::DaysInPeriod | Function::Prorata, Kind::Current(dimension)) => self.days(*dimension),
            _ => nothing(),
        });
        together(parts.chain([found]).chain(days))
    }

    /// The first and the last days of the periods of a level of the calendar.
    fn days(&self, dimension: DimensionId) -> Footprint {
        let def = self.schema().dimension(dimension);
        let named = ["Start Date", "End Date"].into_iter().filter_map(|name| def?.property(name));
        together(named.map(|property| self.words(dimension, property)))
    }

    /// Some items of a dimension, as such: they must be visible.
    fn items(&self, dimension: DimensionId, look: Look) -> Footprint {
        seen(Footprint::Target(Target::Items(self.schema().whole(dimension))), vec![look])
    }

    fn every_item(&self, dimension: DimensionId) -> Footprint {
        self.counted(dimension, self.everything(Axis::Dimension(dimension), None))
    }

    /// Some items of a dimension that are counted, added up or stepped over: they must be visible, and of a subset nothing hidden may decide
    /// which ones they are.
    fn counted(&self, dimension: DimensionId, look: Look) -> Footprint {
        together([self.items(dimension, look), self.members(dimension)])
    }

    /// What tells which items a subset has, and the subsets that it is one of. That a hidden item is among them shows where they are counted, so
    /// the condition must tell no more of that one than a total by what it belongs to does.
    fn members(&self, dimension: DimensionId) -> Footprint {
        let schema = self.schema();
        let is_told = |subset: DimensionId| {
            let condition = self.programs.property(subset, 0);
            condition.is_none_or(|condition| !self.tells_no_more(&condition.root))
        };
        let is_subset = |d: &DimensionId| schema.dimension(*d).is_some_and(|def| def.parent.is_some());
        let whole = schema.whole(dimension);
        match schema.line(dimension).filter(is_subset).any(is_told) {
            true => self.items(whole, self.everything(Axis::Dimension(whole), None)),
            false => nothing(),
        }
    }

    /// Whether the links of a property with a formula can go in a circle.
    fn may_lead_back(&self, program: &Program, dimension: DimensionId, property: u16) -> bool {
        let def = self.schema().dimension(dimension).and_then(|def| def.properties.get(usize::from(property)));
        // So many places earlier or later: those of nobody decide.
        let is_step = program.properties.is_empty() && matches!(self.lead(&program.root), Some(Lead::From(..)));
        def.is_some_and(|def| def.ty == Type::Item(dimension)) && !is_step
    }

    /// What the order of some dimensions' items goes by: properties, and where these hold items, all of those: a hidden one has a place too.
    fn orders(&self, dims: impl IntoIterator<Item = DimensionId>) -> Footprint {
        let parts = dims.into_iter().flat_map(|dimension| {
            let by = reads::order(dimension, self.schema()).into_iter().map(|(dimension, property)| self.words(dimension, property));
            let held = reads::ordered_by(dimension, self.schema()).into_iter().skip(1).map(|held| self.every_item(held));
            by.chain(held).collect::<Vec<_>>()
        });
        together(parts)
    }

    /// What rules say of a property, and of what its own formula reads, wherever: what decides where other things are read may be hidden
    /// nowhere, since each cell that is readable would tell of it.
    fn words(&self, dimension: DimensionId, property: u16) -> Footprint {
        let whole = self.schema().whole(dimension);
        let own = Footprint::Words(Target::Property(whole, property));
        let formula = self.programs.property(whole, property).map(|program| self.of_property(program, whole));
        seen(together([own].into_iter().chain(formula)), vec![self.everything(Axis::Dimension(whole), None)])
    }

    /// The same of all properties in an expression.
    fn all_words(&self, node: &Node) -> Footprint {
        let own = match &node.kind {
            Kind::Property { item, property } => item.item_dimension().map_or_else(nothing, |d| self.words(d, *property)),
            _ => nothing(),
        };
        together(node.children().into_iter().map(|part| self.all_words(part)).chain([own]))
    }

    /// The coordinates of an expression.
    fn axes(&self, node: &Node) -> Vec<Axis> {
        match node.rows.and_then(|list| self.schema().list(list)) {
            Some(list) => (0u16..).zip(&list.columns).map(|(column, _)| Axis::Column(column)).collect(),
            None => node.dims.iter().map(|d| Axis::Dimension(*d)).collect(),
        }
    }

    /// The item of a coordinate itself, where it stands outside too; else any item.
    fn same(&self, axis: Axis, rows: Option<ListId>, outer: &[Axis]) -> Look {
        match outer.iter().position(|o| *o == axis) {
            Some(position) => Look::Image { position, map: None },
            None => self.everything(axis, rows),
        }
    }
}

/// Whether an expression is the current item itself.
fn is_current(node: &Node) -> bool {
    matches!(node.kind, Kind::Current(_))
}

/// Whether an expression is an item by its name, or none.
fn is_named(node: &Node) -> bool {
    matches!(node.kind, Kind::Constant(Value::Item(..)) | Kind::Blank)
}

/// Whether a condition asks whether the current item is one of some that are named.
fn is_by_name(node: &Node) -> bool {
    match &node.kind {
        Kind::Compare(Comparison::Equal | Comparison::NotEqual, a, b) => {
            is_current(a) && (is_named(b) || is_current(b)) || is_named(a) && is_current(b)
        }
        Kind::InList(value, choices) => is_current(value) && choices.iter().all(is_named),
        _ => false,
    }
}

/// Reads nothing.
fn nothing() -> Footprint {
    Footprint::Together(Vec::new())
}

/// All of these.
fn together(all: impl IntoIterator<Item = Footprint>) -> Footprint {
    let mut parts = Vec::new();
    for footprint in all {
        match footprint {
            Footprint::Together(inner) => parts.extend(inner),
            other => parts.push(other),
        }
    }
    match <[Footprint; 1]>::try_from(parts) {
        Ok([one]) => one,
        Err(parts) => Footprint::Together(parts),
    }
}

/// Something from other coordinates.
fn seen(inside: Footprint, looks: Vec<Look>) -> Footprint {
    match inside {
        Footprint::Together(parts) if parts.is_empty() => nothing(),
        inside => Footprint::Seen { inside: Box::new(inside), looks },
    }
}
