//! The value program: a fused expression evaluated at given places, column by column.
//!
//! `values` answers at any places, whether or not a cell exists there, with BLANK where there is none; which places are worth asking
//! about is the set program's business (`feed`). A part that has fewer dimensions than the places is computed once as a dense table and
//! gathered by coordinate.

mod arithmetic;
mod chain;
mod choice;
mod compare;
mod days;
mod decimal;
mod form;
mod look;
mod meet;
mod rows;
mod site;
mod spill;
mod table;

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;
use smalt_formula::program::{Comparison, Function, Kind, Node, Spread};
use smalt_model::{Decimal, DimensionId, Lost, Rights, Type, Value, format_date, format_number};
use smalt_vault::{BLANK_BOOLEAN, BLANK_DECIMAL, BLANK_INTEGER, BLANK_ITEM, BLANK_RIGHTS, Cells, Layout, Vector};

use crate::call::{self, Facts};
use crate::error::CalcError;
use crate::run::Run;
use crate::width::Width;
use arithmetic::Numbers;
use choice::keep_where;
use table::Table;

pub(crate) use arithmetic::{numbers_of, to_numbers};
pub(crate) use choice::{present, truths};
pub(crate) use decimal::exact;
pub(crate) use form::{fills, holds_current_value, is_constant};
pub(crate) use look::all_keys;
pub(crate) use site::{OfBlock, Site};
pub(crate) use spill::Spill;

/// An expression's surroundings: the run, and the cells that `Kind::Input(n)` stands for.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) run: Arc<Run>,
    pub(crate) inputs: Vec<Arc<Cells>>,
    /// Tables of narrow parts, by the address of their node, which lives as long as the scope's plan.
    tables: RwLock<HashMap<usize, Arc<Table>>>,
    /// The most slots that a table may have: about as many as there are places to be asked about.
    table_limit: u128,
}

impl Scope {
    pub(crate) fn new(run: &Arc<Run>, inputs: Vec<Arc<Cells>>) -> Scope {
        let widest = inputs.iter().map(|c| u128::from(c.len())).max().unwrap_or(0);
        Scope { run: Arc::clone(run), inputs, tables: RwLock::default(), table_limit: (widest / 2).clamp(65_536, 1 << 23) }
    }

    /// For few places: what would take a table of many more coordinates is asked for at the places alone.
    pub(crate) fn at_few(run: &Arc<Run>, inputs: Vec<Arc<Cells>>, places: u128) -> Scope {
        Scope { run: Arc::clone(run), inputs, tables: RwLock::default(), table_limit: (places / 2).clamp(64, 1 << 23) }
    }

    /// The values of an expression at some places: as many as there are places, so that columns can be walked side by side.
    pub(crate) fn values<K: Width>(&self, node: &Node, site: &Site<'_, K>) -> Result<Vector, CalcError> {
        self.run.check()?;
        let values = self.computed(node, site)?;
        if values.len() == site.len { Ok(values) } else { Err(CalcError::Internal("a column is shorter or longer than its places")) }
    }

    /// The same, where results that are too large matter only at some places.
    fn values_where<K: Width>(&self, node: &Node, site: &Site<'_, K>, matters: impl Fn(usize) -> bool) -> Result<Vector, CalcError> {
        let inside = site.spill.map(|_| Spill::default());
        let values = self.values(node, &site.telling(inside.as_ref()))?;
        inside.iter().flat_map(Spill::take).filter(|place| matters(*place)).for_each(|place| site.too_large(place));
        Ok(values)
    }

    fn computed<K: Width>(&self, node: &Node, site: &Site<'_, K>) -> Result<Vector, CalcError> {
        if let Some(table) = self.narrow_table(node, site)? {
            return look::read_table(&table, site);
        }
        let len = site.len;
        let ty = node.ty;
        Ok(match &node.kind {
            Kind::Constant(value) => Vector::constant(value, len),
            Kind::Blank => Vector::blank(ty, len),
            Kind::Input(input) => self.input(*input, site)?,
            Kind::Current(dimension) => Vector::Item(*dimension, self.current_items(*dimension, site)?),
            Kind::CurrentValue => match site.current {
                Some(values) => values.clone(),
                None => return Err(CalcError::Internal("CurrentValue outside of a filter")),
            },
            Kind::Property { item, property } => self.property(node, item, *property, site)?,
            Kind::Column(_, column) => look::row_column(*column, ty, site),

            Kind::Negate(a) => match self.values(a, site)? {
                Vector::Number(mut v) => {
                    v.iter_mut().for_each(|x| *x = -*x);
                    Vector::Number(v)
                }
                // -BLANK is BLANK because the lowest integer negated wraps to itself.
                Vector::Integer(v) => Vector::Integer(v.into_iter().map(i64::wrapping_neg).collect()),
                Vector::Decimal(digits, v) => Vector::Decimal(digits, v.into_iter().map(i128::wrapping_neg).collect()),
                other => other,
            },
            Kind::Not(a) => match self.values(a, site)? {
                Vector::Boolean(v) => Vector::Boolean(v.into_iter().map(|x| if x >= BLANK_BOOLEAN { x } else { 1 - x }).collect()),
                other => other,
            },
            Kind::Sum(terms) => self.sum(node, terms, site)?,
            Kind::Concat(parts) => self.concat(node, parts, site)?,
            Kind::Or(parts) => self.or(node, parts, site)?,
            Kind::And(parts) => {
                let mut all = vec![1u8; len];
                for part in parts {
                    let Vector::Boolean(v) = self.values(part, site)? else { return Ok(Vector::blank(ty, len)) };
                    all.iter_mut()
                        .zip(v)
                        .for_each(|(a, x)| *a = if *a < BLANK_BOOLEAN && x < BLANK_BOOLEAN { *a & x } else { BLANK_BOOLEAN });
                }
                Vector::Boolean(all)
            }
            Kind::Product(factors) => self.product(factors, ty, site)?,
            Kind::Power(a, b) if ty.digits().is_some() => {
                let (a, b) = (self.values(a, site)?, self.values(b, site)?);
                self.pairs(&a, &b, ty, site, Decimal::to_the)
            }
            Kind::Power(a, b) => {
                Vector::Number(arithmetic::numbers(self.operand(a, site)?, self.operand(b, site)?, len, arithmetic::power))
            }
            Kind::Compare(comparison, a, b) => self.compared(*comparison, &self.own_digits(a, site)?, b, site, true)?,
            Kind::ToNumber(a) => Vector::Number(to_numbers(self.values(a, site)?)),
            Kind::ToDecimal(a) => match ty.digits() {
                Some(digits) => decimal::convert(self.values(a, site)?, digits, |place| site.too_large(place)),
                None => return Err(CalcError::Internal("a decimal has no digits")),
            },
            Kind::ToText(a) => self.text(self.values(a, site)?),

            Kind::If { test, then, otherwise } => {
                let test = truths(&self.values(test, site)?);
                self.either(ty, &test, then, otherwise.as_deref(), site)?
            }
            Kind::Switch { value, cases, otherwise } => {
                let wanted = self.own_digits(value, site)?;
                // The first case that equals wins: what is left for the later ones, and for the default.
                let mut open = vec![true; len];
                let mut result = Vector::blank(ty, len);
                for (case, outcome) in cases {
                    let mut hit = truths(&self.compared(Comparison::Equal, &wanted, case, site, false)?);
                    hit.iter_mut().zip(&mut open).for_each(|(hit, open)| {
                        *hit &= *open;
                        *open &= !*hit;
                    });
                    result = choice::choose(ty, &hit, self.values_where(outcome, site, at(&hit))?, result);
                }
                match otherwise {
                    Some(otherwise) => choice::choose(ty, &open, self.values_where(otherwise, site, at(&open))?, result),
                    None => result,
                }
            }
            Kind::IfBlank(a, b) => self.if_blank(node, a, b, site)?,
            Kind::IfDefined(a, then, otherwise) => {
                let there = present(&self.values(a, site)?);
                self.either(ty, &there, then, otherwise.as_deref(), site)?
            }
            Kind::IsBlank(a) => Vector::Boolean(present(&self.values(a, site)?).into_iter().map(|p| u8::from(!p)).collect()),
            Kind::IsNotBlank(a) => Vector::Boolean(present(&self.values(a, site)?).into_iter().map(u8::from).collect()),
            Kind::IsDefined(a) => {
                Vector::Boolean(present(&self.values(a, site)?).into_iter().map(|p| if p { 1 } else { BLANK_BOOLEAN }).collect())
            }
            Kind::InList(value, choices) => {
                let wanted = self.own_digits(value, site)?;
                let mut found = vec![false; len];
                for choice in choices {
                    let hit = self.compared(Comparison::Equal, &wanted, choice, site, false)?;
                    found.iter_mut().zip(truths(&hit)).for_each(|(f, h)| *f |= h);
                }
                keep_where(Vector::Boolean(found.into_iter().map(u8::from).collect()), &present(&wanted.values))
            }
            Kind::InRange(value, low, high) => {
                let wanted = self.own_digits(value, site)?;
                let above = self.compared(Comparison::GreaterOrEqual, &wanted, low, site, true)?;
                let below = self.compared(Comparison::LessOrEqual, &wanted, high, site, true)?;
                match (above, below) {
                    (Vector::Boolean(a), Vector::Boolean(b)) => Vector::Boolean(
                        a.iter()
                            .zip(&b)
                            .map(|(x, y)| if *x < BLANK_BOOLEAN && *y < BLANK_BOOLEAN { x & y } else { BLANK_BOOLEAN })
                            .collect(),
                    ),
                    _ => Vector::blank(ty, len),
                }
            }
            Kind::Least(parts) => self.extreme(node, parts, false, site)?,
            Kind::Greatest(parts) => self.extreme(node, parts, true, site)?,
            Kind::Call(Function::NetworkDays, args) => self.network_days(args, ty, site)?,
            Kind::Call(function, args) => {
                let args = args.iter().map(|a| self.values(a, site)).collect::<Result<Vec<_>, _>>()?;
                self.run.takes_texts(call::text_lengths(*function, &args))?;
                let result = call::call(*function, &args, ty, len, self.run.as_ref());
                call::too_large(*function, &args, &result).into_iter().for_each(|place| site.too_large(place));
                result
            }

            Kind::Down { input, mappings, spread: Spread::Constant } => self.down(input, mappings, site)?,
            Kind::Add { input, spread: Spread::Constant, .. } | Kind::ResetRights(input) => self.values(input, site)?,
            Kind::Add { input, added, spread: Spread::Split } if ty.digits().is_some() => {
                let shares = Value::Integer(i64::try_from(self.run.space(added)).unwrap_or(i64::MAX));
                self.pairs(&self.values(input, site)?, &Vector::constant(&shares, len), ty, site, Decimal::over)
            }
            Kind::Add { input, added, spread: Spread::Split } => {
                let shares = self.run.space(added) as f64;
                let values = Numbers::Many(to_numbers(self.values(input, site)?));
                Vector::Number(arithmetic::numbers(values, Numbers::One(shares), len, |x, y| x / y))
            }
            Kind::Filter { input, condition, keep } => {
                let inside = Spill::default();
                let values = self.values(input, &site.telling(Some(&inside)))?;
                let mut holds = truths(&self.values(condition, &site.with_current(&values))?);
                if !keep {
                    holds.iter_mut().for_each(|h| *h = !*h);
                }
                inside.take().into_iter().filter(|place| at(&holds)(*place)).for_each(|place| site.too_large(place));
                keep_where(values, &holds)
            }
            Kind::Offset { input, dimension, offset } => self.offset(input, *dimension, *offset, site)?,
            Kind::AtMapping { input, dimension, mapping } => self.at_mapping(input, *dimension, mapping, site)?,
            Kind::Along { function, input, dimension, .. } => self.window(node, *function, input, *dimension, site)?,
            Kind::MakeRights(read, write) => {
                let (read, write) = (self.values(read, site)?, self.values(write, site)?);
                let half = |v: &Vector, i: usize| match v.get(i) {
                    Some(Value::Boolean(b)) => Some(b),
                    _ => None,
                };
                Vector::Rights((0..len).map(|i| Rights::new(half(&read, i), half(&write, i)).map_or(BLANK_RIGHTS, Rights::code)).collect())
            }
            _ => return Err(CalcError::Internal("an operator stands where only a value may")),
        })
    }

    /// A table for a part with fewer dimensions than the places, where one is small enough.
    fn narrow_table<K: Width>(&self, node: &Node, site: &Site<'_, K>) -> Result<Option<Arc<Table>>, CalcError> {
        if site.rows.is_some()
            || node.dims.len() >= site.layout.dims().len()
            || matches!(node.kind, Kind::Constant(_) | Kind::Blank | Kind::Current(_) | Kind::CurrentValue)
        {
            return Ok(None);
        }
        let address = std::ptr::from_ref(node).addr();
        if let Some(table) = self.tables.read().get(&address) {
            return Ok(Some(Arc::clone(table)));
        }
        if node.dims.iter().any(|d| site.layout.position(*d).is_none()) || holds_current_value(node) {
            return Ok(None);
        }
        // The fields stand in the order of the places, so that neighbours move together when a key is projected.
        let dims: Vec<DimensionId> = site.layout.dims().iter().copied().filter(|d| node.dims.contains(d)).collect();
        let layout = self.run.layout(&dims)?;
        if layout.bits() > 26 || self.run.space(&dims) > self.table_limit {
            return Ok(None);
        }
        self.table_of(node, &layout).map(Some)
    }

    /// The values of an expression at all coordinates of a layout, made once.
    fn table_of(&self, node: &Node, layout: &Arc<Layout>) -> Result<Arc<Table>, CalcError> {
        let address = std::ptr::from_ref(node).addr();
        if let Some(table) = self.tables.read().get(&address) {
            return Ok(Arc::clone(table));
        }
        let table = match &node.kind {
            Kind::Input(input) if self.inputs.get(*input).is_some_and(|c| c.layout() == layout) => match self.inputs.get(*input) {
                Some(cells) => Table::of_cells(cells),
                None => return Err(CalcError::Internal("a plan's input is missing")),
            },
            _ => {
                let keys: Vec<u64> = look::all_keys(&self.run, layout);
                let spill = Spill::default();
                let values = self.values(node, &Site::at(layout, &keys).telling(Some(&spill)))?;
                look::spread_out(layout, &keys, &values, &spill)
            }
        };
        let table = Arc::new(table);
        self.tables.write().insert(address, Arc::clone(&table));
        Ok(table)
    }

    /// One of two expressions at each place; without the second one BLANK.
    fn either<K: Width>(
        &self,
        ty: Type,
        first: &[bool],
        then: &Node,
        otherwise: Option<&Node>,
        site: &Site<'_, K>,
    ) -> Result<Vector, CalcError> {
        let second = match otherwise {
            Some(node) => self.values_where(node, site, |place| !at(first)(place))?,
            None => Vector::blank(ty, site.len),
        };
        Ok(choice::choose(ty, first, self.values_where(then, site, at(first))?, second))
    }

    /// `f` of two columns of integers or decimals, as a DECIMAL.
    fn pairs<K: Width>(
        &self,
        a: &Vector,
        b: &Vector,
        ty: Type,
        site: &Site<'_, K>,
        f: impl Fn(Decimal, Decimal) -> Result<Decimal, Lost>,
    ) -> Vector {
        match ty.digits() {
            Some(digits) => decimal::pairs(a, b, digits, site.len, |place| site.too_large(place), f),
            None => Vector::blank(ty, site.len),
        }
    }

    /// The places of a dimension's items in item order, unless that is the order of their ordinals.
    fn positions(&self, ty: Type) -> Option<Arc<[u32]>> {
        let Type::Item(dimension) = ty else { return None };
        let position = self.run.position(dimension);
        let natural = position.iter().zip(0u32..).all(|(p, i)| *p == i);
        (!natural).then_some(position)
    }

    fn operand<K: Width>(&self, node: &Node, site: &Site<'_, K>) -> Result<Numbers, CalcError> {
        match &node.kind {
            Kind::Constant(Value::Number(v)) => Ok(Numbers::One(*v)),
            Kind::Constant(Value::Integer(v)) => Ok(Numbers::One(*v as f64)),
            Kind::ToNumber(inner) => self.operand(inner, site),
            _ => self.values(node, site).map(|v| Numbers::Many(to_numbers(v))),
        }
    }

    /// Any values as text (formulas.md §1).
    fn text(&self, vector: Vector) -> Vector {
        let name_of = |d: DimensionId| {
            let items = self.run.items(d);
            move |i: u32| items.name(i).map(Arc::clone)
        };
        Vector::Text(match vector {
            Vector::Text(v) => v,
            Vector::Number(v) => v.into_iter().map(|x| (!x.is_nan()).then(|| format_number(x).into())).collect(),
            Vector::Integer(v) => v.into_iter().map(|x| (x != BLANK_INTEGER).then(|| x.to_string().into())).collect(),
            Vector::Decimal(digits, v) => {
                let text = |units: i128| Decimal { units, scale: digits.scale }.to_string().into();
                v.into_iter().map(|x| (x != BLANK_DECIMAL).then(|| text(x))).collect()
            }
            Vector::Item(d, v) => {
                let name = name_of(d);
                v.into_iter().map(|x| if x == BLANK_ITEM { None } else { name(x) }).collect()
            }
            other => (0..other.len())
                .map(|i| {
                    other.get(i).map(|value| match value {
                        Value::Boolean(true) => "TRUE".into(),
                        Value::Boolean(false) => "FALSE".into(),
                        Value::Date(d) => format_date(d).into(),
                        _ => "".into(),
                    })
                })
                .collect(),
        })
    }
}

/// Whether a place is among those that hold.
fn at(holds: &[bool]) -> impl Fn(usize) -> bool {
    |place| holds.get(place).copied().unwrap_or(false)
}
