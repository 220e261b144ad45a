//! ITEM, MATCH, TIMEDIM and ROLLUP: functions that take a property or a level of the calendar.

use smalt_model::{Block, DimensionId, Type};

use super::argument::Slots;
use super::modifier::over_all;
use super::shape::{to_decimal, to_number, widened};
use super::{Checked, Checker};
use crate::code::Code;
use crate::expr::{Argument, ExprKind};
use crate::program::{Function, Kind, Node};
use crate::signature::{Build, Signature, Special};
use crate::span::Span;
use crate::suggest::quote_name;

impl Checker<'_> {
    /// `D.property` as an argument: the dimension, the property and its type, which should be what `held` gives.
    fn property_argument(
        &mut self,
        by: &str,
        argument: &Argument,
        held: impl Fn(DimensionId) -> Option<Type>,
    ) -> Checked<(DimensionId, u16, Type)> {
        let value = &argument.value;
        let path = match &value.kind {
            ExprKind::Property(of, property) => match &of.kind {
                ExprKind::Name(name) => Some((name, property)),
                _ => None,
            },
            _ => None,
        };
        let Some((name, property)) = path else {
            let message = format!("{by} takes a property of a dimension here, not `{}`", self.written(value.span));
            let named = match &value.kind {
                ExprKind::Name(name) => self.schema.find(&name.text),
                ExprKind::Text(text) => self.schema.find(text),
                _ => None,
            };
            let of = match named {
                Some(Block::Dimension(id)) => Some(id),
                Some(Block::Metric(id)) => match self.schema.metric(id).map(|m| m.ty) {
                    Some(Type::Item(held)) => Some(held),
                    _ => None,
                },
                _ => None,
            };
            let fitting = of.and_then(|id| {
                let property = self.schema.dimension(id)?.properties.iter().find(|p| Some(p.ty) == held(id))?;
                Some(format!("write `{}.{}`", self.dimension_name(id), quote_name(&property.name)))
            });
            let help = match (fitting, of, of.and_then(&held)) {
                (Some(help), ..) => help,
                (None, Some(id), Some(ty)) => format!("no property of `{}` holds {}", self.dimension_name(id), self.type_name(ty)),
                (None, Some(id), None) => format!("name a property of `{0}`: `{0}.…`", self.dimension_name(id)),
                (None, None, _) => "write `D.property`, a dimension with one of its properties".to_owned(),
            };
            return Err(self.fail(Code::Argument, value.span, message, help));
        };
        let dimension = self.dimension_named(name)?;
        let index = self.property_of(dimension, property)?;
        let ty = self.schema.dimension(dimension).and_then(|d| d.properties.get(usize::from(index))).map(|p| p.ty);
        let ty = ty.ok_or(super::Failed)?;
        Ok((dimension, index, ty))
    }

    pub(super) fn look_up(&mut self, signature: &Signature, slots: &Slots<'_>, span: Span, function: fn(u16) -> Function) -> Checked {
        let [Some(value), Some(property)] = slots[..] else {
            return Err(self.arity(signature, slots.len(), span));
        };
        let sought = match &property.value.kind {
            ExprKind::Property(..) => None,
            _ => Some(self.expr(&value.value, None)?.ty),
        };
        // ITEM finds by what is unique for sure: the unique name, which is the first property.
        let any = signature.build == Build::Special(Special::Match);
        let schema = self.schema;
        let unique = |d: DimensionId| schema.dimension(d).and_then(|d| d.properties.first()).is_some_and(|p| Some(p.ty) == sought);
        let held = |dimension: DimensionId| sought.filter(|_| any || unique(dimension));
        let (dimension, index, ty) = self.property_argument(signature.name, property, held)?;
        // Decimals are found whatever their digits, so none is rounded first.
        let value = match ty {
            Type::Decimal { .. } => self.numeric(&value.value, Some(ty), signature.name)?,
            _ => self.typed(&value.value, ty, signature.name)?,
        };
        self.node_over(Type::Item(dimension), span, [value], |[v]| Kind::Call(function(index), vec![v]))
    }

    /// A dimension's name as an argument, which must be a level of the calendar.
    pub(super) fn calendar_argument(&mut self, by: &str, argument: &Argument) -> Checked<DimensionId> {
        let (dimension, _) = self.dimension_argument(by, argument)?;
        if self.schema.dimension(dimension).is_some_and(|d| d.calendar.is_some()) {
            return Ok(dimension);
        }
        let message = format!("{by} takes a level of the calendar, which `{}` is not", self.dimension_name(dimension));
        let levels: Vec<String> =
            self.schema.dimensions().filter(|d| d.calendar.is_some()).map(|d| format!("`{}`", quote_name(&d.name))).collect();
        let help = match levels.is_empty() {
            true => "there is no calendar: `CREATE CALENDAR` makes one".to_owned(),
            false => format!("the levels are {}", levels.join(", ")),
        };
        Err(self.fail(Code::Calendar, argument.value.span, message, help))
    }

    pub(super) fn time_dim(&mut self, signature: &Signature, slots: &Slots<'_>, span: Span) -> Checked {
        let [Some(date), Some(level)] = slots[..] else {
            return Err(self.arity(signature, slots.len(), span));
        };
        let date = self.typed(&date.value, Type::Date, signature.name);
        let level = self.calendar_argument(signature.name, level)?;
        self.node_over(Type::Item(level), span, [date?], |[date]| Kind::Call(Function::TimeDim, vec![date]))
    }

    /// ROLLUP(x, D.Parent [, weight])
    pub(super) fn rollup(&mut self, signature: &Signature, slots: &Slots<'_>, want: Option<Type>, span: Span) -> Checked {
        let [Some(x), Some(parent), weight] = slots[..] else {
            return Err(self.arity(signature, slots.len(), span));
        };
        let input = self.numeric(&x.value, want, signature.name)?;
        self.with_dimensions(&input, signature.name)?;
        let (dimension, property, ty) = self.property_argument(signature.name, parent, |dimension| Some(Type::Item(dimension)))?;
        if ty != Type::Item(dimension) {
            let name = self.dimension_name(dimension);
            let message = format!("ROLLUP takes a property that holds the parent, an item of `{name}`; this one is {}", self.type_name(ty));
            let help = match (self.path(dimension, dimension), ty) {
                (Some(parent), _) => format!("write `{name}.{parent}`"),
                (None, Type::Item(_)) => {
                    let x = self.bracketed(&x.value);
                    format!("`{name}` has none; to add up to another level write `{x}[BY SUM: {}]`", self.pasted(parent.value.span))
                }
                (None, _) => format!("`{name}` has none: `ALTER DIMENSION … ADD PROPERTY Parent …` gives it one"),
            };
            return Err(self.fail(Code::Type, parent.value.span, message, help));
        }
        self.has_dimension(&input, dimension, signature.name, parent.value.span)?;
        let weight = match weight {
            None => None,
            Some(weight) => {
                let weight = self.numeric(&weight.value, None, signature.name)?;
                self.no_rows(&weight, signature.name)?;
                Some(weight)
            }
        };
        let ty = widened(weight.as_ref().and_then(|w| input.ty.meet(w.ty)).unwrap_or(input.ty));
        let (input, weight) = match ty {
            Type::Number => (to_number(input), weight.map(to_number)),
            _ => (to_decimal(input, ty), weight),
        };
        let input = over_all(input, &weight);
        let (ty, dims) = (input.ty, input.dims.clone());
        let kind = Kind::Rollup { input: Box::new(input), dimension, parent: property, weight: weight.map(Box::new) };
        Ok(Node { kind, ty, dims, rows: None, span })
    }

    /// Refuses a dimension that an expression has not.
    pub(super) fn has_dimension(&mut self, input: &Node, dimension: DimensionId, by: &str, at: Span) -> Checked<()> {
        if input.dims.contains(&dimension) {
            return Ok(());
        }
        let name = self.dimension_name(dimension);
        let message = format!("{by} goes along `{name}`, which `{}` has not", self.written(input.span));
        let help = self
            .name_help(input)
            .unwrap_or_else(|| format!("it has {}; to add the dimension write `[ADD: {name}]`", self.dimension_list(&input.dims)));
        Err(self.fail(Code::Dimension, at, message, help))
    }
}
