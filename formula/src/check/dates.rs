//! Functions of dates that take a level of the calendar or a metric by days.

use smalt_model::{Block, CalendarLevel, DimensionId, Type};

use super::argument::Slots;
use super::{Checked, Checker};
use crate::code::Code;
use crate::expr::Argument;
use crate::program::{Function, Kind, Node};
use crate::signature::{Accept, Gives, Signature};
use crate::span::Span;

impl Checker<'_> {
    /// INPERIOD, DAYSINPERIOD, PRORATA: dates, and a level of the calendar that stands for its current item.
    pub(super) fn period(&mut self, function: Function, signature: &Signature, slots: &Slots<'_>, span: Span) -> Checked {
        let given = signature.parameters.iter().zip(slots).filter_map(|(p, slot)| slot.map(|a| (p, a)));
        let values = self.all(given, |this, (parameter, argument)| {
            if parameter.accept != Accept::Dimension {
                return this.value(signature, parameter, &argument.value, None);
            }
            let level = this.calendar_argument(signature.name, argument)?;
            Ok(Node { kind: Kind::Current(level), ty: Type::Item(level), dims: vec![level], rows: None, span: argument.value.span })
        })?;
        let ty = match signature.gives {
            Gives::Boolean => Type::Boolean,
            Gives::Integer => Type::Integer,
            _ => Type::Number,
        };
        self.node_over_all(ty, span, values, |values| Kind::Call(function, values))
    }

    /// NETWORKDAYS: which of the two Booleans is meant shows by its dimension.
    pub(super) fn network_days(&mut self, signature: &Signature, slots: &Slots<'_>, span: Span) -> Checked {
        let [Some(from), Some(to), first, second] = slots[..] else {
            return Err(self.arity(signature, slots.len(), span));
        };
        let from = self.typed(&from.value, Type::Date, signature.name);
        let to = self.typed(&to.value, Type::Date, signature.name)?;
        let from = from?;
        let mut working = None;
        let mut holidays = None;
        if let Some(first) = first {
            let node = self.typed(&first.value, Type::Boolean, signature.name)?;
            let is_days = self.schema.calendar(CalendarLevel::Day).is_some_and(|d| node.dims.contains(&d.id));
            let slot = if is_days && second.is_none() { &mut holidays } else { &mut working };
            *slot = Some(node);
        }
        if let Some(Argument { value, .. }) = second {
            holidays = Some(self.typed(value, Type::Boolean, signature.name)?);
        }
        let is_blank = |node: &Option<Node>| matches!(node, Some(Node { kind: Kind::Blank, .. }));
        if is_blank(&working) || is_blank(&holidays) {
            // As of any other function, of a BLANK argument: one that is left out is not written.
            let (dims, rows) = self.join(&[&from, &to])?;
            return Ok(Node { kind: Kind::Blank, ty: Type::Integer, dims, rows, span });
        }
        let week = match self.schema.find("Day of Week") {
            Some(Block::Dimension(id)) => Some(id),
            _ => None,
        };
        let day = self.schema.calendar(CalendarLevel::Day).map(|d| d.id);
        if let (Some(first), Some(second)) = (&working, &holidays)
            && let (Some(week), Some(day)) = (week, day)
            && first.dims[..] == [day]
            && second.dims[..] == [week]
        {
            let (working, holidays) = (self.pasted(second.span), self.pasted(first.span));
            let help = self.patched(span, Span { start: first.span.start, end: second.span.end }, &format!("{working}, {holidays}"));
            let message = format!("the working days come before the holidays, but `{}` is by `Day`", self.written(first.span));
            let help = help.map_or_else(|| format!("the arguments are `{}`", signature.usage()), |text| format!("write `{text}`"));
            return Err(self.fail(Code::Wider, first.span, message, help));
        }
        let working = self.by_days(working, week, "the working days", "'Day of Week'", span)?;
        let holidays = self.by_days(holidays, day, "the holidays", "Day", span)?;
        let (dims, rows) = self.join(&[&from, &to])?;
        Ok(Node { kind: Kind::Call(Function::NetworkDays, vec![from, to, working, holidays]), ty: Type::Integer, dims, rows, span })
    }

    /// A Boolean by exactly one dimension; BLANK where it is left out.
    fn by_days(&mut self, node: Option<Node>, wanted: Option<DimensionId>, what: &str, name: &str, span: Span) -> Checked {
        let Some(node) = node else {
            return Ok(Node { kind: Kind::Blank, ty: Type::Boolean, dims: Vec::new(), rows: None, span });
        };
        let fits = matches!((wanted, node.dims.as_slice()), (Some(wanted), [only]) if *only == wanted) && node.rows.is_none();
        if fits {
            return Ok(node);
        }
        let message =
            format!("{what} are a Boolean by `{name}`, but `{}` has {}", self.written(node.span), self.dimension_list(&node.dims));
        let extra: Vec<DimensionId> = node.dims.iter().copied().filter(|d| Some(*d) != wanted).collect();
        let help = if node.rows.is_none() && !extra.is_empty() && extra.len() < node.dims.len() {
            let of = self.pasted(node.span);
            let of = if matches!(node.kind, Kind::Metric(_)) || of.starts_with('(') { of } else { format!("({of})") };
            format!("write `{of}[REMOVE ANY: {}]`", self.dimension_names(&extra))
        } else {
            "the arguments are `NETWORKDAYS(from, to [, working days] [, holidays])`".to_owned()
        };
        Err(self.fail(Code::Wider, node.span, message, help))
    }
}
