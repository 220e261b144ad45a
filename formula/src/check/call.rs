//! Calls of functions (formulas.md §7): those that are computed cell by cell, and the way to all others.

use smalt_model::{Type, Value};

use super::argument::Slots;
use super::shape::{constant_text, to_numeric, widened};
use super::{Checked, Checker};
use crate::code::Code;
use crate::expr::{Argument, Name};
use crate::program::{Function, Kind, Method, Node};
use crate::signature::{Build, Gives, Signature, Special, function};
use crate::span::Span;

impl Checker<'_> {
    pub(super) fn call(&mut self, name: &Name, arguments: &[Argument], want: Option<Type>, span: Span) -> Checked {
        let Some(signature) = function(&name.text) else {
            return Err(self.unknown_function(name));
        };
        if let Build::Special(special @ (Special::Switch | Special::Least | Special::Greatest)) = signature.build {
            return self.variadic(special, signature, arguments, want, span);
        }
        let slots = self.bind(signature, arguments, span)?;
        match signature.build {
            Build::Call(function) => self.elementwise(function, signature, &slots, want, span),
            Build::Along(along) => self.along(along, signature, &slots, want, span),
            Build::Whole(method) => self.whole_block(method, signature, &slots, span),
            Build::Special(special) => self.special(special, signature, &slots, want, span),
        }
    }

    fn special(&mut self, special: Special, signature: &Signature, slots: &Slots<'_>, want: Option<Type>, span: Span) -> Checked {
        match special {
            Special::If => self.if_then(signature, slots, want, span),
            Special::IfBlank => self.if_blank(slots, want, span),
            Special::IfDefined => self.if_defined(slots, want, span),
            Special::IsBlank => self.about(signature, slots, Type::Boolean, span, Kind::IsBlank),
            Special::IsNotBlank => self.about(signature, slots, Type::Boolean, span, Kind::IsNotBlank),
            Special::IsDefined => self.about(signature, slots, Type::Boolean, span, Kind::IsDefined),
            Special::Power => match slots[..] {
                [Some(a), Some(b)] => self.power("POWER", &a.value, &b.value, span),
                _ => Err(self.arity(signature, 0, span)),
            },
            Special::CountAll => self.count(signature, slots, span, Kind::CountAll),
            Special::CountBlank => self.count(signature, slots, span, Kind::CountBlank),
            Special::Text => self.text_of(signature, slots, span),
            Special::AccessRights => {
                let [read, write] = self.arguments(signature, slots, None)?;
                self.node_over(Type::Rights, span, [read, write], |[r, w]| Kind::MakeRights(Box::new(r), Box::new(w)))
            }
            Special::ResetRights => {
                let [of] = self.arguments(signature, slots, want)?;
                let ty = of.ty;
                self.node_over(ty, span, [of], |[of]| Kind::ResetRights(Box::new(of)))
            }
            Special::Rollup => self.rollup(signature, slots, want, span),
            Special::Rank => self.rank(signature, slots, span),
            Special::Previous => self.previous(signature, slots, span),
            Special::PreviousOf => self.previous_of(signature, slots, span),
            Special::Item => self.look_up(signature, slots, span, Function::Item),
            Special::Match => self.look_up(signature, slots, span, Function::Match),
            Special::TimeDim => self.time_dim(signature, slots, span),
            Special::Period(function) => self.period(function, signature, slots, span),
            Special::NetworkDays => self.network_days(signature, slots, span),
            Special::Switch | Special::Least | Special::Greatest => Err(self.arity(signature, slots.len(), span)),
        }
    }

    /// The values of all given arguments, in order.
    fn values(&mut self, signature: &Signature, slots: &Slots<'_>, want: Option<Type>) -> Checked<Vec<Node>> {
        let given = signature.parameters.iter().zip(slots).filter_map(|(p, slot)| slot.map(|a| (p, a)));
        self.all(given, |this, (parameter, argument)| this.value(signature, parameter, &argument.value, want))
    }

    /// The values of a function whose arguments must all be given.
    fn arguments<const N: usize>(&mut self, signature: &Signature, slots: &Slots<'_>, want: Option<Type>) -> Checked<[Node; N]> {
        let values = self.values(signature, slots, want)?;
        <[Node; N]>::try_from(values).map_err(|_| super::Failed)
    }

    fn elementwise(&mut self, function: Function, signature: &Signature, slots: &Slots<'_>, want: Option<Type>, span: Span) -> Checked {
        let mut values = self.values(signature, slots, want)?;
        let ty = match signature.gives {
            Gives::Number => Type::Number,
            Gives::Integer => Type::Integer,
            Gives::Text => Type::Text,
            Gives::Boolean => Type::Boolean,
            Gives::Date => Type::Date,
            Gives::Rounded if values.len() == 1 => Type::Integer,
            _ => values.first().map_or(Type::Number, |n| n.ty),
        };
        let ty = match function {
            Function::Mod | Function::Quotient => {
                let met = values.iter().map(|n| n.ty).reduce(|a, b| a.meet(b).unwrap_or(Type::Number)).map_or(ty, widened);
                values = values.into_iter().map(|n| to_numeric(n, met)).collect();
                met
            }
            // A digit more than n has may come of it.
            _ if signature.gives == Gives::Rounded => widened(ty),
            _ => ty,
        };
        if signature.gives == Gives::Rounded
            && let Some(Kind::Constant(digits @ Value::Integer(n))) = values.get(1).map(|d| &d.kind)
            && !(-15..=14).contains(n)
        {
            let at = values.get(1).map_or(span, |d| d.span);
            let message = format!("{} takes digits from -15 to 14, not {}", signature.name, constant_text(digits));
            return Err(self.fail(Code::Range, at, message, "negative digits round to tens, hundreds and so on".to_owned()));
        }
        self.node_over_all(ty, span, values, |values| Kind::Call(function, values))
    }

    /// ISBLANK and its kin.
    fn about(&mut self, signature: &Signature, slots: &Slots<'_>, ty: Type, span: Span, kind: impl FnOnce(Box<Node>) -> Kind) -> Checked {
        let [of] = self.arguments(signature, slots, None)?;
        self.node_over(ty, span, [of], |[of]| kind(Box::new(of)))
    }

    fn count(&mut self, signature: &Signature, slots: &Slots<'_>, span: Span, kind: impl FnOnce(Box<Node>) -> Kind) -> Checked {
        let [of] = self.arguments(signature, slots, None)?;
        self.with_dimensions(&of, signature.name)?;
        Ok(Node { kind: kind(Box::new(of)), ty: Type::Integer, dims: Vec::new(), rows: None, span })
    }

    /// SUMOF and its kin.
    fn whole_block(&mut self, method: Method, signature: &Signature, slots: &Slots<'_>, span: Span) -> Checked {
        let [of] = self.arguments(signature, slots, None)?;
        let (of, ty) = self.aggregated_by(signature, method, false, of, span)?;
        Ok(Node { kind: Kind::Whole(method, Box::new(of)), ty, dims: Vec::new(), rows: None, span })
    }

    fn text_of(&mut self, signature: &Signature, slots: &Slots<'_>, span: Span) -> Checked {
        let values = self.values(signature, slots, None)?;
        if let Some(value) = values.first() {
            let written = self.written(value.span);
            if value.ty == Type::Rights {
                let help = self.type_help(value, Type::Text);
                return Err(self.fail(Code::Type, value.span, format!("TEXT takes no ACCESS RIGHTS, but `{written}` is one"), help));
            }
            if values.len() > 1 && !(value.ty.is_numeric() || value.ty == Type::Date) {
                let message = format!("a pattern is for numbers and dates, but `{written}` is {}", self.type_name(value.ty));
                return Err(self.fail(Code::Type, value.span, message, format!("write `TEXT({written})`")));
            }
        }
        self.node_over_all(Type::Text, span, values, |values| Kind::Call(Function::Text, values))
    }
}
