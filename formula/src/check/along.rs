//! Functions along a dimension, RANK, PREVIOUS and PREVIOUSOF (formulas.md §6 and §7).

use smalt_model::{Block, CalendarLevel, DimensionId, Type, Value, same_name};

use super::argument::Slots;
use super::fold::bounded_node;
use super::modifier::over_all;
use super::name::Wanted;
use super::shape::{to_decimal, to_number, widened};
use super::{Checked, Checker, Place};
use crate::code::Code;
use crate::expr::{Argument, Expr, ExprKind};
use crate::program::{Along, Kind, Method, Node, Ties};
use crate::signature::{Accept, Gives, Signature, function};
use crate::span::Span;

impl Checker<'_> {
    pub(super) fn along(&mut self, along: Along, signature: &Signature, slots: &Slots<'_>, want: Option<Type>, span: Span) -> Checked {
        let mut input = None;
        let mut axis = None;
        let (mut method, mut named) = (Method::Sum, false);
        let mut args: Vec<Option<Node>> = Vec::new();
        let mut failed = false;
        for (parameter, slot) in signature.parameters.iter().zip(slots) {
            match (parameter.accept, slot) {
                (Accept::Dimension, Some(argument)) => match self.dimension_argument(signature.name, argument) {
                    Ok(found) => axis = Some((found, argument.value.span)),
                    Err(_) => failed = true,
                },
                (Accept::Dimension, None) => {}
                (Accept::Words(words), Some(argument)) if words.contains(&"ALL") => match self.all_word(signature, words, argument) {
                    Ok(node) => args.push(Some(node)),
                    Err(_) => failed = true,
                },
                (Accept::Words(words), None) if words.contains(&"ALL") => args.push(None),
                (Accept::Words(words), slot) => {
                    if let Some(argument) = slot {
                        named = true;
                        match self.word(signature.name, words, argument) {
                            Ok(word) => method = Method::WORDS.iter().find(|(w, _)| *w == word).map_or(Method::Sum, |(_, m)| *m),
                            Err(_) => failed = true,
                        }
                    }
                }
                (_, None) => args.push(None),
                (_, Some(argument)) => {
                    let want = if parameter.name == "x" { want } else { None };
                    // Where SPREAD starts is looked at when its dimension is known.
                    let start = along == Along::Spread && parameter.accept == Accept::Item;
                    let value =
                        if start { self.expr(&argument.value, None) } else { self.value(signature, parameter, &argument.value, want) };
                    match value {
                        Ok(node) if parameter.name == "x" => input = Some(node),
                        Ok(node) if parameter.accept == Accept::Whole && along != Along::Spread => args.push(Some(bounded_node(node))),
                        Ok(node) => args.push(Some(node)),
                        Err(_) => failed = true,
                    }
                }
            }
        }
        let (Some(input), false) = (input, failed) else {
            return Err(super::Failed);
        };
        self.with_dimensions(&input, signature.name)?;
        let (dimension, order) = match axis {
            Some(((dimension, order), at)) => {
                self.has_dimension(&input, dimension, signature.name, at)?;
                (dimension, order)
            }
            None => (self.likely_dimension(&input, signature.name, span)?, None),
        };
        if let Some(order) = &order {
            self.narrower(order, &input.dims, "the order")?;
        }
        self.level_fits(along, dimension, signature.name, span)?;
        for node in args.iter().flatten() {
            self.no_rows(node, signature.name)?;
        }
        let for_the_line = match along {
            Along::Xnpv | Along::Percentile => 1,
            _ if along.is_forecast() => args.len(),
            _ => 0,
        };
        if let Some(fixed) = args.iter().take(for_the_line).flatten().find(|fixed| fixed.dims.contains(&dimension)) {
            let (written, name) = (self.written(fixed.span), self.dimension_name(dimension));
            let message = format!("{} needs one value for all of {name}, but `{written}` differs along it", signature.name);
            let help = format!("write `({})[REMOVE FIRST: {name}]`", self.pasted(fixed.span));
            return Err(self.fail(Code::Wider, fixed.span, message, help));
        }
        if along == Along::Spread
            && let Some(Some(start)) = args.get(1)
            && start.ty != Type::Item(dimension)
        {
            let message = format!(
                "SPREAD starts at an item of `{}`, but `{}` is {}",
                self.dimension_name(dimension),
                self.written(start.span),
                self.type_name(start.ty)
            );
            let help = self.type_help(start, Type::Item(dimension));
            return Err(self.fail(Code::Type, start.span, message, help));
        }
        let method = match along {
            Along::MovingAverage => Method::Avg,
            Along::MovingMin => Method::Min,
            Along::MovingMax => Method::Max,
            _ => method,
        };
        let (input, ty) = match signature.gives {
            Gives::Aggregated => self.aggregated_by(signature, method, named, input, span)?,
            // The difference of two cells may have a digit more than both.
            Gives::Same if along == Along::Decumulate => {
                let ty = widened(input.ty);
                (to_decimal(input, ty), ty)
            }
            Gives::Same => {
                let ty = input.ty;
                (input, ty)
            }
            // `/` of a DECIMAL is one.
            Gives::Quotient if input.ty.digits().is_some() => {
                let ty = widened(input.ty);
                (to_decimal(input, ty), ty)
            }
            _ => (to_number(input), Type::Number),
        };
        let input = over_all(input, args.iter().flatten());
        let loses = matches!(along, Along::Irr | Along::Xnpv | Along::Xirr | Along::Correl | Along::Percentile);
        let dims = input.dims.iter().copied().filter(|d| !(loses && *d == dimension)).collect();
        let kind = Kind::Along { function: along, input: Box::new(input), dimension, order: order.map(Box::new), args, method };
        Ok(Node { kind, ty, dims, rows: None, span })
    }

    /// NPV's `ALL`, also as TRUE or FALSE.
    fn all_word(&mut self, signature: &Signature, words: &'static [&'static str], argument: &Argument) -> Checked {
        let all = match &argument.value.kind {
            ExprKind::Boolean(all) => *all,
            _ => {
                self.word(signature.name, words, argument)?;
                true
            }
        };
        let kind = Kind::Constant(Value::Boolean(all));
        Ok(Node { kind, ty: Type::Boolean, dims: Vec::new(), rows: None, span: argument.value.span })
    }

    /// Its only calendar dimension, else its only dimension (formulas.md §6).
    fn likely_dimension(&mut self, input: &Node, by: &str, span: Span) -> Checked<DimensionId> {
        if let Some(dimension) = self.only(&input.dims) {
            return Ok(dimension);
        }
        let message = format!(
            "along which dimension {by} goes is not clear: `{}` has {}",
            self.written(input.span),
            self.dimension_list(&input.dims)
        );
        let named = function(by).is_some_and(|s| s.parameters.iter().any(|p| p.accept == Accept::Dimension));
        let help = match input.dims.first() {
            None => "it needs an expression with a dimension".to_owned(),
            Some(&first) if named => {
                let call = self.pasted(span);
                let open = call.strip_suffix(')').unwrap_or(&call);
                format!("name the dimension: `{open}, {})`", self.dimension_name(first))
            }
            Some(_) => format!("{by} goes along the only calendar dimension: take the others away first with `[REMOVE SUM: D]`"),
        };
        Err(self.fail(Code::WhichDimension, span, message, help))
    }

    fn only(&self, dims: &[DimensionId]) -> Option<DimensionId> {
        let calendar: Vec<DimensionId> =
            dims.iter().copied().filter(|d| self.schema.dimension(*d).is_some_and(|d| d.calendar.is_some())).collect();
        match (calendar.as_slice(), dims) {
            ([one], _) | ([], [one]) => Some(*one),
            _ => None,
        }
    }

    /// YEARTODATE and its kin need a level finer than their period.
    fn level_fits(&mut self, along: Along, dimension: DimensionId, by: &str, span: Span) -> Checked<()> {
        let period = match along {
            Along::YearToDate => CalendarLevel::Year,
            Along::QuarterToDate => CalendarLevel::Quarter,
            Along::MonthToDate => CalendarLevel::Month,
            _ => return Ok(()),
        };
        let level = self.schema.dimension(dimension).and_then(|d| d.calendar);
        // A week may lie in two months and in two quarters.
        let fits = level.is_some_and(|level| level < period && (level != CalendarLevel::Week || period == CalendarLevel::Year));
        // The period is the item of its level, where the model has that, else it is told by the start date.
        let told = self.schema.dimension(dimension).is_some_and(|d| {
            let level = self.schema.calendar(period).map(|level| Type::Item(level.id));
            d.property("Start Date").is_some() || d.properties.iter().any(|p| Some(p.ty) == level)
        });
        if fits && told {
            return Ok(());
        }
        let name = self.dimension_name(dimension);
        let (message, help) = match level {
            None => (
                format!("{by} needs a level of the calendar, which `{name}` is not"),
                "the levels are Day, Week, Month, Quarter, Half, Year".to_owned(),
            ),
            Some(CalendarLevel::Week) if period > CalendarLevel::Week && !fits => {
                let message =
                    format!("{by} goes along `{name}`, but a week may lie in two {}s, so it belongs to none", period_word(period));
                let finer = if period == CalendarLevel::Month { "days" } else { "days or months" };
                (message, format!("take an expression by {finer}, or the total since the beginning of the year: `YEARTODATE`"))
            }
            Some(_) if fits => (
                format!("{by} needs the {} of each item, which `{name}` does not tell", period_word(period)),
                format!("give `{name}` the property `Start Date`, or one of its {}", period_word(period)),
            ),
            Some(_) => (
                format!("{by} needs a level of the calendar finer than its period, which `{name}` is not"),
                format!("the levels are Day, Week, Month, Quarter, Half, Year; {by} sums up to the current one"),
            ),
        };
        Err(self.fail(Code::Calendar, span, message, help))
    }

    pub(super) fn rank(&mut self, signature: &Signature, slots: &Slots<'_>, span: Span) -> Checked {
        let ([Some(x), group, direction, ties], [p, ..]) = (&slots[..], signature.parameters) else {
            return Err(self.arity(signature, slots.len(), span));
        };
        let input = self.value(signature, p, &x.value, None)?;
        self.with_dimensions(&input, signature.name)?;
        let group = match group {
            None => None,
            Some(group) => {
                let group = self.expr(&group.value, None)?;
                self.no_rows(&group, signature.name)?;
                Some(Box::new(group))
            }
        };
        let input = over_all(input, group.as_deref());
        let descending = match direction {
            None => false,
            Some(direction) => self.word(signature.name, &["ASC", "DESC"], direction)? == "DESC",
        };
        let ties = match ties {
            None => Ties::Minimum,
            Some(ties) => match self.word(signature.name, &["MINIMUM", "MAXIMUM", "SEQUENTIAL", "AVERAGE"], ties)? {
                "MAXIMUM" => Ties::Maximum,
                "SEQUENTIAL" => Ties::Sequential,
                "AVERAGE" => Ties::Average,
                _ => Ties::Minimum,
            },
        };
        let ty = if ties == Ties::Average { Type::Number } else { Type::Integer };
        let dims = input.dims.clone();
        Ok(Node { kind: Kind::Rank { input: Box::new(input), group, descending, ties }, ty, dims, rows: None, span })
    }

    /// PREVIOUS(D [, n])
    pub(super) fn previous(&mut self, signature: &Signature, slots: &Slots<'_>, span: Span) -> Checked {
        let [Some(along), back] = slots[..] else {
            return Err(self.arity(signature, slots.len(), span));
        };
        let Place::Metric(target) = self.place else {
            let help = "PREVIOUSOF(M) reads an earlier item of another metric; so does `M[SELECT: D - 1]`".to_owned();
            return Err(self.fail(
                Code::Previous,
                span,
                "PREVIOUS reads the metric's own earlier items, and this formula is for no metric",
                help,
            ));
        };
        let (dimension, _) = self.dimension_argument(signature.name, along)?;
        let dims = target.dims.clone();
        if !dims.contains(&dimension) {
            let message = format!("PREVIOUS goes along `{}`, which `{}` has not", self.dimension_name(dimension), target.name);
            let help = format!("it has {}", self.dimension_list(&dims));
            return Err(self.fail(Code::Dimension, along.value.span, message, help));
        }
        let back = self.back(back, &dims, signature.name)?;
        Ok(Node { kind: Kind::Previous { dimension, back }, ty: target.ty, dims, rows: None, span })
    }

    fn back(&mut self, back: Option<&Argument>, dims: &[DimensionId], by: &str) -> Checked<Option<Box<Node>>> {
        let Some(back) = back else {
            return Ok(None);
        };
        let back = self.whole(&back.value, by)?;
        self.narrower(&back, dims, "the number of items")?;
        Ok(Some(Box::new(bounded_node(back))))
    }

    /// PREVIOUSOF(M [, n [, D]])
    pub(super) fn previous_of(&mut self, signature: &Signature, slots: &Slots<'_>, span: Span) -> Checked {
        let [Some(of), back, along] = slots[..] else {
            return Err(self.arity(signature, slots.len(), span));
        };
        let (metric, ty, dims) = self.metric_argument(signature.name, &of.value)?;
        let dimension = match along {
            Some(along) => {
                let (dimension, _) = self.dimension_argument(signature.name, along)?;
                if !dims.contains(&dimension) {
                    let message = format!(
                        "PREVIOUSOF goes along `{}`, which `{}` has not",
                        self.dimension_name(dimension),
                        self.written(of.value.span)
                    );
                    let help = format!("it has {}", self.dimension_list(&dims));
                    return Err(self.fail(Code::Dimension, along.value.span, message, help));
                }
                dimension
            }
            None => {
                let shared: Vec<DimensionId> = match self.place {
                    Place::Metric(target) => target.dims.iter().copied().filter(|d| dims.contains(d)).collect(),
                    Place::Property { .. } | Place::Subset(_) | Place::Free => dims.clone(),
                };
                match self.only(&shared) {
                    Some(dimension) => dimension,
                    None => {
                        let message =
                            format!("along which dimension PREVIOUSOF goes is not clear: it could be {}", self.dimension_list(&shared));
                        let message =
                            if shared.is_empty() { "PREVIOUSOF needs a dimension that both metrics have".to_owned() } else { message };
                        let of = self.pasted(of.value.span);
                        let help = match shared.first() {
                            Some(&first) => format!("name it: `PREVIOUSOF({of}, 1, {})`", self.dimension_name(first)),
                            None => format!("`{of}` has {}", self.dimension_list(&dims)),
                        };
                        return Err(self.fail(Code::WhichDimension, span, message, help));
                    }
                }
            }
        };
        let back = self.back(back, &dims, signature.name)?;
        let own = matches!(self.place, Place::Metric(target) if metric.is_none() || target.id == metric);
        let kind = match metric {
            Some(metric) if !own => Kind::PreviousOf { metric, dimension, back },
            _ => Kind::Previous { dimension, back },
        };
        Ok(Node { kind, ty, dims, rows: None, span })
    }

    /// A metric's name as an argument. No id: the metric that the formula is for, which has none yet.
    fn metric_argument(&mut self, by: &str, expr: &Expr) -> Checked<(Option<smalt_model::MetricId>, Type, Vec<DimensionId>)> {
        let ExprKind::Name(name) = &expr.kind else {
            let message = format!("{by} takes a metric's name, not `{}`", self.written(expr.span));
            let named = if let ExprKind::Text(text) = &expr.kind { self.text_help(text) } else { None };
            let help = named.unwrap_or_else(|| "an expression needs a metric of its own".to_owned());
            return Err(self.fail(Code::Argument, expr.span, message, help));
        };
        if let Place::Metric(target) = self.place
            && self.schema.find(&name.text).is_none()
            && same_name(&target.name, &name.text)
        {
            return Ok((None, target.ty, target.dims.clone()));
        }
        match self.block(name, Wanted::Metric)? {
            Block::Metric(id) => {
                let def = self.schema.metric(id).ok_or(super::Failed)?;
                let (ty, dims) = (def.ty, def.dimensions.clone());
                Ok((Some(id), ty, dims))
            }
            Block::Dimension(_) | Block::List(_) => {
                let message = format!("{by} takes a metric's name, which `{name}` is not");
                let help = "an item some places earlier is `SHIFT(D, -1)`, an expression there `x[SELECT: D - 1]`".to_owned();
                Err(self.fail(Code::Kind, expr.span, message, help))
            }
        }
    }
}

fn period_word(period: CalendarLevel) -> &'static str {
    match period {
        CalendarLevel::Day => "day",
        CalendarLevel::Week => "week",
        CalendarLevel::Month => "month",
        CalendarLevel::Quarter => "quarter",
        CalendarLevel::Half => "half",
        CalendarLevel::Year => "year",
    }
}
