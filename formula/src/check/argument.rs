//! Arguments of a call to the parameters of its function.

use smalt_model::{Block, DimensionId, Type, same_name};

use super::{Checked, Checker, Failed};
use crate::code::Code;
use crate::expr::{Argument, Expr, ExprKind, Name};
use crate::program::{Along, Method, Node};
use crate::signature::{Accept, Build, Need, Parameter, Signature};
use crate::span::Span;
use crate::suggest::{any_of, closest, quote_name};

/// The argument of each parameter, in the order of the parameters.
pub(super) type Slots<'e> = Vec<Option<&'e Argument>>;

impl Checker<'_> {
    /// Gives each argument its parameter. An optional parameter is passed over when a later one takes a dimension or a word and this is one.
    pub(super) fn bind<'e>(&mut self, signature: &Signature, arguments: &'e [Argument], span: Span) -> Checked<Slots<'e>> {
        let parameters = signature.parameters;
        let mut slots: Slots<'e> = vec![None; parameters.len()];
        let mut next = 0;
        for argument in arguments {
            while let Some(parameter) = parameters.get(next)
                && parameter.need == Need::Optional
                && !self.is_made_for(parameter, argument)
                && parameters.iter().skip(next + 1).any(|later| self.is_made_for(later, argument))
            {
                next += 1;
            }
            let Some(slot) = slots.get_mut(next) else {
                let ordered = if arguments.len() <= parameters.len() { self.reordered(signature, arguments) } else { None };
                return Err(match ordered {
                    None => self.one_too_many(signature, arguments, span),
                    Some(call) => {
                        let message = format!("the arguments of {} come in another order", signature.name);
                        self.fail(Code::Arguments, span, message, format!("write `{call}`; it is called `{}`", signature.usage()))
                    }
                });
            };
            *slot = Some(argument);
            next += 1;
        }
        if parameters.iter().zip(&slots).any(|(p, slot)| p.need == Need::Required && slot.is_none()) {
            return Err(self.arity(signature, arguments.len(), span));
        }
        self.no_stray_order(signature, &slots)?;
        self.no_misspelt_word(signature, &slots)?;
        Ok(slots)
    }

    /// The call with dimensions and words in their places, where it is only their order that is wrong.
    fn reordered(&self, signature: &Signature, arguments: &[Argument]) -> Option<String> {
        let parameters = signature.parameters;
        let mut places: Vec<Option<&Argument>> = vec![None; parameters.len()];
        let mut others = Vec::new();
        for argument in arguments {
            let made = |(p, slot): (&Parameter, &Option<&Argument>)| slot.is_none() && self.is_made_for(p, argument);
            match parameters.iter().zip(&places).position(made) {
                Some(place) => *places.get_mut(place)? = Some(argument),
                None => others.push(argument),
            }
        }
        for other in others {
            *places.iter_mut().zip(parameters).find(|(slot, p)| slot.is_none() && !matches!(p.accept, Accept::Words(_)))?.0 = Some(other);
        }
        let written: Vec<String> = places
            .into_iter()
            .flatten()
            .map(|a| {
                let on = a.on.as_ref().map_or_else(String::new, |on| format!(" ON {}", self.pasted(on.span)));
                format!("{}{on}", self.pasted(a.value.span))
            })
            .collect();
        let call = format!("{}({})", signature.name, written.join(", "));
        self.tried(&call).map(|_| call)
    }

    /// More arguments than parameters are left for, though not more than there are: two of them are for the same one.
    fn one_too_many(&mut self, signature: &Signature, arguments: &[Argument], span: Span) -> Failed {
        let two_of = |parameter: &&Parameter| {
            let mut made = arguments.iter().filter(|argument| self.is_made_for(parameter, argument));
            Some((made.next()?, made.next()?))
        };
        let words = |p: &&Parameter| matches!(p.accept, Accept::Words(_));
        let (first, last): (Vec<&Parameter>, Vec<&Parameter>) = signature.parameters.iter().partition(words);
        let twice = first.iter().chain(&last).find_map(|parameter| Some((*parameter, two_of(parameter)?)));
        let Some((parameter, (one, other))) = twice.filter(|_| arguments.len() <= signature.parameters.len()) else {
            return self.arity(signature, arguments.len(), span);
        };
        let what = match parameter.accept {
            Accept::Words(words) => format!("one of {}", words.join(", ")),
            _ => "one dimension".to_owned(),
        };
        let (one, at) = (self.written(one.value.span), other.value.span);
        let message = format!("{} takes {what}, but `{one}` and `{}` are given", signature.name, self.written(at));
        let help = format!("leave one of the two out; it is called `{}`", signature.usage());
        self.fail(Code::Arguments, at, message, help)
    }

    /// The wrong number of arguments.
    pub(super) fn arity(&mut self, signature: &Signature, given: usize, span: Span) -> Failed {
        let least = signature.parameters.iter().filter(|p| p.need != Need::Optional).count();
        let most = signature.parameters.len();
        let open = signature.parameters.iter().any(|p| p.need == Need::Repeated);
        let takes = match (least, most) {
            _ if open => format!("at least {}", if signature.name == "SWITCH" { 3 } else { least }),
            (least, most) if least == most => format!("{least}"),
            (least, most) => format!("{least} to {most}"),
        };
        let plural = if takes == "1" { "" } else { "s" };
        let message = format!("{} takes {takes} argument{plural}, not {given}", signature.name);
        self.fail(Code::Arguments, span, message, format!("write `{}`", signature.usage()))
    }

    fn is_made_for(&self, parameter: &Parameter, argument: &Argument) -> bool {
        match (parameter.accept, &argument.value.kind) {
            (Accept::Dimension, ExprKind::Name(name)) => {
                argument.on.is_some() || matches!(self.schema.find(&name.text), Some(Block::Dimension(_)))
            }
            (Accept::Words(words), ExprKind::Name(name)) => is_word(words, name).is_some(),
            (Accept::Words(words), ExprKind::Boolean(_)) => words.contains(&"ALL"),
            _ => false,
        }
    }

    /// `D ON expr` stands only for a dimension that a function follows.
    fn no_stray_order(&mut self, signature: &Signature, slots: &Slots<'_>) -> Checked<()> {
        let follows = matches!(signature.build, Build::Along(along) if !matches!(along, Along::Correl | Along::Percentile));
        for (parameter, slot) in signature.parameters.iter().zip(slots) {
            if let Some(Argument { on: Some(on), .. }) = slot
                && !(follows && parameter.accept == Accept::Dimension)
            {
                return Err(self.stray_order(signature, on.span));
            }
        }
        Ok(())
    }

    /// `ON` where no order is followed.
    pub(super) fn stray_order(&mut self, signature: &Signature, span: Span) -> Failed {
        let help = "`D ON expr` names the order along a dimension: `CUMULATE(x, Month ON -RANK(Month.'Start Date'))`".to_owned();
        self.fail(Code::On, span, format!("{} takes no `ON` here", signature.name), help)
    }

    /// A word that is misspelt would be looked up as a name.
    fn no_misspelt_word(&mut self, signature: &Signature, slots: &Slots<'_>) -> Checked<()> {
        let words: Vec<&str> =
            signature.parameters.iter().flat_map(|p| if let Accept::Words(words) = p.accept { words } else { &[] }).copied().collect();
        let elsewhere = signature.parameters.iter().zip(slots).filter(|(p, _)| !matches!(p.accept, Accept::Words(_)));
        for argument in elsewhere.filter_map(|(_, slot)| *slot) {
            if let ExprKind::Name(name) = &argument.value.kind
                && !name.quoted
                && self.schema.find(&name.text).is_none()
                && is_word(&words, name).is_none()
            {
                let close = closest(&name.text, words.iter().copied());
                // A method that this function has not.
                let method = words.contains(&"SUM") && Method::WORDS.iter().any(|(word, _)| same_name(word, &name.text));
                if method || !close.is_empty() {
                    let message =
                        format!("`{}` is no word of {}, and there is no dimension, metric or list of that name", name.text, signature.name);
                    let help = match close.is_empty() {
                        true => format!("it takes {}", any_of(words.iter().map(|word| (*word).to_owned()))),
                        false => format!("did you mean {}?", any_of(close.into_iter().map(str::to_owned))),
                    };
                    return Err(self.fail(Code::Argument, name.span, message, help));
                }
            }
        }
        Ok(())
    }

    /// The value of an argument, as its parameter takes it.
    pub(super) fn value(&mut self, signature: &Signature, parameter: &Parameter, expr: &Expr, want: Option<Type>) -> Checked {
        let by = signature.name;
        match parameter.accept {
            Accept::Number => self.typed(expr, Type::Number, by),
            Accept::Numeric => self.numeric(expr, want, by),
            Accept::Whole => self.whole(expr, by),
            Accept::Text => self.typed(expr, Type::Text, by),
            Accept::Boolean => self.typed(expr, Type::Boolean, by),
            Accept::Date => self.typed(expr, Type::Date, by),
            Accept::Ordered => {
                let node = self.expr(expr, want)?;
                self.ordered(&node, by)?;
                Ok(node)
            }
            Accept::Item => {
                let node = self.expr(expr, want)?;
                if node.item_dimension().is_some() {
                    return Ok(node);
                }
                let message = format!("{by} takes an item, but `{}` is {}", self.written(node.span), self.type_name(node.ty));
                let help = self
                    .name_help(&node)
                    .unwrap_or_else(|| format!("write `{}` with a dimension or what gives its items", signature.usage()));
                Err(self.fail(Code::Type, node.span, message, help))
            }
            Accept::Any | Accept::Aggregated | Accept::Dimension | Accept::Property | Accept::Metric | Accept::Words(_) => {
                self.expr(expr, want)
            }
        }
    }

    /// The dimension that an argument names, and the order that `ON` gives along it.
    pub(super) fn dimension_argument(&mut self, by: &str, argument: &Argument) -> Checked<(DimensionId, Option<Node>)> {
        let value = &argument.value;
        let dimension = match &value.kind {
            ExprKind::Name(name) => self.dimension_named(name)?,
            ExprKind::Text(text) => {
                let help = self.text_help(text).unwrap_or_else(|| format!("write `{}`", quote_name(text)));
                return Err(self.fail(Code::Quotes, value.span, "a text stands where a dimension's name should", help));
            }
            _ => {
                let message = format!("{by} takes a dimension's name here, not `{}`", self.written(value.span));
                let mut root = value;
                while let ExprKind::Property(of, _) = &root.kind {
                    root = of;
                }
                let help = match &root.kind {
                    ExprKind::Name(name) if matches!(self.schema.find(&name.text), Some(Block::Dimension(_))) => format!("write `{name}`"),
                    _ => "write the name of a dimension alone, such as `Month`".to_owned(),
                };
                return Err(self.fail(Code::Argument, value.span, message, help));
            }
        };
        let Some(on) = &argument.on else {
            return Ok((dimension, None));
        };
        let order = self.expr(on, None)?;
        self.ordered(&order, "ON")?;
        Ok((dimension, Some(order)))
    }

    /// The word that an argument is.
    pub(super) fn word(&mut self, by: &str, words: &'static [&'static str], argument: &Argument) -> Checked<&'static str> {
        if let ExprKind::Name(name) = &argument.value.kind
            && let Some(word) = is_word(words, name)
        {
            return Ok(word);
        }
        let message = format!("{by} takes {} here, not `{}`", words.join(", "), self.written(argument.value.span));
        let close = match &argument.value.kind {
            ExprKind::Name(name) => closest(&name.text, words.iter().copied()),
            _ => Vec::new(),
        };
        let meant = if close.is_empty() { words.to_vec() } else { close };
        let help = format!("write {}", any_of(meant.into_iter().map(str::to_owned)));
        Err(self.fail(Code::Argument, argument.value.span, message, help))
    }
}

fn is_word(words: &[&'static str], name: &Name) -> Option<&'static str> {
    if name.quoted { None } else { words.iter().copied().find(|w| same_name(w, &name.text)) }
}
