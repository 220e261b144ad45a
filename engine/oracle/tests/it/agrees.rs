//! What the checker says of a formula, against what the oracle makes of it: for the test beside this file and the target `evaluator` in
//! `fuzz/`. No second computation says what the values are; but there must be one, of the type and by the dimensions that were promised.

use std::collections::BTreeSet;

use smalt_formula::{Expr, Items, Kind, Node, Place, Program};
use smalt_model::{CalendarLevel, DimensionDef, Type as Checked, days_from_civil};
use smalt_oracle::{Block, Cells, Decimal, Dimension, Level, Metric, Model, Property, Scope, TOO_MUCH, Type, Value};

use super::model::Model as Definitions;

/// So many steps are given to a formula: enough for all but the widest ones, and a fraction of a second.
const STEPS: u64 = 300_000;

/// What becomes of a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// It has these many cells.
    Evaluated(usize),
    /// The oracle does not know it: what has to do with rights.
    Unknown,
    /// It takes more steps than a test should.
    TooMuch,
}

/// The model of the checker with cells, for one place of a formula.
pub(crate) struct Second {
    model: Model,
    cells: Vec<Cells>,
    own: Option<usize>,
}

impl Second {
    pub(crate) fn new(definitions: &Definitions, place: &Place) -> Second {
        let mut model = Model::default();
        let schema = &definitions.schema;
        for def in schema.dimensions() {
            let mut items: Vec<String> = (0..).map_while(|item| definitions.name(def.id, item)).collect();
            if items.is_empty() {
                items = (0..if &*def.name == "Day of Week" { 7 } else { 2 }).map(|item| format!("{} {item}", def.name)).collect();
            }
            model.dimensions.push(Dimension { level: def.calendar.map(level), properties: Vec::new(), ..Dimension::new(&def.name, items) });
        }
        for (d, def) in schema.dimensions().enumerate() {
            let values = |name: &str, ty: Checked| property(&model, d, def, name, ty);
            let properties = def.properties.iter().filter_map(|p| values(&p.name, p.ty)).collect();
            model.dimensions[d].properties = properties;
        }
        for list in schema.lists() {
            let rows: Vec<String> = (0..3).map(|row| row.to_string()).collect();
            let columns = list.columns.iter().enumerate().filter_map(|(at, c)| {
                let ty = known(c.ty)?;
                Some(Property { name: c.name.to_string(), ty, values: (0..3).map(|row| value(&model, ty, row * 5 + at)).collect() })
            });
            let properties = columns.collect();
            model.dimensions.push(Dimension { is_list: true, properties, ..Dimension::new(&list.name, rows) });
        }
        let mut metrics: Vec<(String, Checked, Vec<usize>)> =
            schema.metrics().map(|m| (m.name.to_string(), m.ty, m.dimensions.iter().map(|d| d.index()).collect())).collect();
        let mut own = None;
        if let Place::Metric(target) = place {
            metrics.push((target.name.to_string(), target.ty, target.dims.iter().map(|d| d.index()).collect()));
            own = Some(());
        }
        for (name, ty, dims) in metrics {
            let Some(ty) = known(ty) else { continue };
            let seed = model.metrics.len() * 7;
            let coordinates = model.coordinates(&dims);
            let cells = coordinates.into_iter().enumerate().filter_map(|(at, c)| Some((c, value(&model, ty, at * 3 + seed)?))).collect();
            model.metrics.push(Metric { name, ty, dims, formula: None, cells });
        }
        let cells = model.metrics.iter().map(|m| m.cells.clone()).collect();
        let own = own.and_then(|()| model.metrics.len().checked_sub(1));
        Second { model, cells, own }
    }

    /// Evaluates a formula that the checker takes.
    ///
    /// # Errors
    /// The two do not agree about it.
    pub(crate) fn judges(&self, expr: &Expr, place: &Place, program: &Program) -> Result<Judged, String> {
        if is_unknown(&program.root) {
            return Ok(Judged::Unknown);
        }
        let mut scope = Scope::new(&self.model, &self.cells).within(STEPS);
        if let Some(own) = self.own {
            scope = scope.of(own);
        }
        match scope.eval(expr) {
            Ok(block) => {
                let told = |what: String| format!("`{expr}`, which the checker takes for {place:?}, {what}");
                self.agrees(*place == Place::Free, &program.root, &block).map_err(told)?;
                Ok(Judged::Evaluated(block.cells.len()))
            }
            Err(e) if e == TOO_MUCH => Ok(Judged::TooMuch),
            Err(e) => Err(format!("`{expr}` is taken by the checker for {place:?}, but the oracle says: {e}")),
        }
    }

    fn agrees(&self, is_free: bool, root: &Node, block: &Block) -> Result<(), String> {
        let promised: BTreeSet<usize> = root.dims.iter().map(|d| d.index()).collect();
        let found: BTreeSet<usize> = block.dims.iter().copied().collect();
        if found != promised || found.len() != block.dims.len() {
            return Err(format!("has the dimensions {:?}, not {promised:?}", block.dims));
        }
        // What is BLANK whatever it reads takes the type of its place.
        let is_typed = is_free || !block.cells.is_empty();
        if block.ty.is_some_and(|ty| is_typed && !fits(ty, root.ty, is_free)) {
            return Err(format!("is {:?}, not {:?}", block.ty, root.ty));
        }
        for (c, value) in &block.cells {
            let inside = c.iter().zip(&block.dims).all(|(item, d)| *item < self.model.dimensions[*d].items.len());
            if !inside || c.len() != block.dims.len() {
                return Err(format!("has a cell at {c:?}"));
            }
            let is_of = match (value, block.ty) {
                (Value::Number(v), Some(Type::Number)) => v.is_finite(),
                (Value::Decimal(v), Some(Type::Decimal { scale, .. })) => v.scale == scale,
                (Value::Item(d, item), Some(Type::Item(of))) => *d == of && *item < self.model.dimensions[of].items.len(),
                (Value::Integer(_), Some(Type::Integer))
                | (Value::Text(_), Some(Type::Text))
                | (Value::Boolean(_), Some(Type::Boolean))
                | (Value::Date(_), Some(Type::Date)) => true,
                _ => false,
            };
            if !is_of {
                return Err(format!("is {:?}, and has {value:?}", block.ty));
            }
        }
        Ok(())
    }
}

/// Runs something that goes as deep as formulas may nest.
pub(crate) fn deep<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(256 << 20).spawn_scoped(scope, f);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(answer)) => answer,
            Ok(Err(why)) => std::panic::resume_unwind(why),
            Err(e) => panic!("no thread: {e}"),
        }
    })
}

/// Is there anything in it that the oracle does not have?
fn is_unknown(node: &Node) -> bool {
    let own = match &node.kind {
        Kind::MakeRights(..) | Kind::ResetRights(_) => true,
        _ => node.ty == Checked::Rights,
    };
    own || node.children().into_iter().any(is_unknown)
}

/// The type that the checker gives to an expression alone is the oracle's; for a metric or a property numbers become others.
fn fits(found: Type, promised: Checked, is_free: bool) -> bool {
    match (known(promised), found) {
        (Some(Type::Decimal { scale, .. }), Type::Decimal { scale: found, .. }) => !is_free || scale == found,
        (Some(Type::Number), Type::Integer | Type::Decimal { .. }) | (Some(Type::Decimal { .. }), Type::Integer | Type::Number) => !is_free,
        (promised, found) => promised == Some(found),
    }
}

fn known(ty: Checked) -> Option<Type> {
    Some(match ty {
        Checked::Number => Type::Number,
        Checked::Integer => Type::Integer,
        Checked::Decimal { precision, scale } => Type::Decimal { precision, scale },
        Checked::Text => Type::Text,
        Checked::Boolean => Type::Boolean,
        Checked::Date => Type::Date,
        Checked::Item(d) => Type::Item(d.index()),
        Checked::Rights => return None,
    })
}

fn level(level: CalendarLevel) -> Level {
    match level {
        CalendarLevel::Day => Level::Day,
        CalendarLevel::Week => Level::Week,
        CalendarLevel::Month => Level::Month,
        CalendarLevel::Quarter => Level::Quarter,
        CalendarLevel::Half => Level::Half,
        CalendarLevel::Year => Level::Year,
    }
}

/// A property with values: names, the days of periods, parents that make no loop, and others of all kinds.
fn property(model: &Model, d: usize, def: &DimensionDef, name: &str, ty: Checked) -> Option<Property> {
    let ty = known(ty)?;
    let of = |item: usize| match (name, ty) {
        ("Name" | "Code", Type::Text) => Some(Value::Text(model.dimensions[d].items[item].clone())),
        ("Start Date", Type::Date) => day(def.calendar, item),
        ("End Date", Type::Date) => day(def.calendar, item + 1).and_then(|v| Some(Value::Date(v.day()? - 1))),
        (_, Type::Item(parent)) if parent == d => Some(Value::Item(d, item.checked_sub(1)?)),
        (_, Type::Item(_)) => value(model, ty, item * 2 + 1),
        _ => value(model, ty, item * 3),
    };
    Some(Property { name: name.to_owned(), ty, values: (0..model.dimensions[d].items.len()).map(of).collect() })
}

/// The first day of a period, which are counted from 2024 on.
fn day(level: Option<CalendarLevel>, period: usize) -> Option<Value> {
    let months = match level? {
        CalendarLevel::Day | CalendarLevel::Week => 0,
        CalendarLevel::Month => 1,
        CalendarLevel::Quarter => 3,
        CalendarLevel::Half => 6,
        CalendarLevel::Year => 12,
    };
    let days = if level == Some(CalendarLevel::Week) { 7 } else { 1 };
    let at = i64::try_from(period).ok()?;
    let day = if months == 0 {
        days_from_civil(2024, 1, 1 + at * days)
    } else {
        days_from_civil(2024 + at * months / 12, at * months % 12 + 1, 1)
    };
    day.map(Value::Date)
}

/// One of a few values of a type, or BLANK.
fn value(model: &Model, ty: Type, at: usize) -> Option<Value> {
    if at % 5 == 4 {
        return None;
    }
    let small = (at * 7 % 13) as i64 - 4;
    Some(match ty {
        Type::Number => Value::Number(small as f64 / 4.0),
        Type::Integer => Value::Integer(small),
        Type::Decimal { scale, .. } => Value::Decimal(Decimal { units: i128::from(small) * 37, scale }),
        Type::Text => Value::Text(["Tea", "", "2024-02-29", " a  b ", "12.5"][at % 5].to_owned()),
        Type::Boolean => Value::Boolean(!at.is_multiple_of(3)),
        Type::Date => Value::Date(days_from_civil(2024, 1, 1)? + (at * 17 % 90) as i32),
        Type::Item(d) => Value::Item(d, at % model.dimensions[d].items.len()),
    })
}
