//! ADD, REMOVE, KEEP, FILTER, EXCLUDE and what all modifiers share (formulas.md §5).

use smalt_model::{DimensionId, Type};

use super::instead::in_brackets;
use super::shape::{likely_method, to_numeric, widened};
use super::{Checked, Checker, Failed, Shape};
use crate::code::Code;
use crate::dims::union;
use crate::expr::{Expr, MethodClause, MethodWord, Modifier, ModifierKind, Name};
use crate::program::{Kind, Method, Node, Spread};
use crate::span::Span;
use crate::suggest::{any_of, closest, quote_name};

/// The most nodes that a condition may grow to.
const LARGEST_CONDITION: usize = 10_000;

/// The parts in which the `CurrentValue` of the filter around a condition can stand: a filter inside has its own in its condition.
fn open_to_current(node: &Node) -> Vec<&Node> {
    match &node.kind {
        Kind::Filter { input, .. } => vec![input],
        _ => node.children(),
    }
}

/// How often `CurrentValue` is read at other cells.
fn elsewhere(node: &Node, moved: bool) -> usize {
    if matches!(node.kind, Kind::CurrentValue) {
        return usize::from(moved);
    }
    let moved = moved || node.moves_cells();
    open_to_current(node).into_iter().map(|part| elsewhere(part, moved)).fold(0, usize::saturating_add)
}

fn size(node: &Node) -> usize {
    node.children().into_iter().map(size).fold(1, usize::saturating_add)
}

/// The condition with what is filtered in the place of each `CurrentValue` that is read at other cells; with `moved`, of each.
pub(super) fn with_input(input: &Node, node: &Node, moved: bool) -> Node {
    if matches!(node.kind, Kind::CurrentValue) && moved {
        return input.clone();
    }
    let moved = moved || node.moves_cells();
    let own = match &node.kind {
        Kind::Filter { condition, .. } => Some(std::ptr::from_ref(condition.as_ref())),
        _ => None,
    };
    let rebuilt: Result<Node, std::convert::Infallible> = node.rebuild(&mut |part| {
        Ok(if own.is_some_and(|own| std::ptr::eq(own, part)) { part.clone() } else { with_input(input, part, moved) })
    });
    match rebuilt {
        Ok(node) => node,
        Err(never) => match never {},
    }
}

impl Checker<'_> {
    /// An expression under one modifier.
    pub(super) fn modified(&mut self, input: Node, modifier: &Modifier, span: Span) -> Checked {
        match &modifier.kind {
            ModifierKind::By(method, mappings) => self.by(input, method.as_ref(), mappings, span),
            ModifierKind::Add(method, names) => self.add(input, method.as_ref(), names, span),
            ModifierKind::Remove(method, names) => {
                let removed = self.own_dimensions(&input, names, "REMOVE")?;
                let kept = input.dims.iter().copied().filter(|d| !removed.contains(d)).collect();
                self.reduce(input, method.as_ref(), kept, span)
            }
            ModifierKind::Keep(method, names) => {
                let listed = self.own_dimensions(&input, names, "KEEP")?;
                let kept = input.dims.iter().copied().filter(|d| listed.contains(d)).collect();
                self.reduce(input, method.as_ref(), kept, span)
            }
            ModifierKind::Select(method, of) => self.select(input, method.as_ref(), of, span),
            ModifierKind::Filter(condition) => self.filter(input, condition, true, span),
            ModifierKind::Exclude(condition) => self.filter(input, condition, false, span),
            ModifierKind::ToSubset(name) => self.subset_of(input, name, span),
            ModifierKind::ToParentList(name) => self.parent_of(input, name, span),
        }
    }

    /// Refuses an expression by row where dimensions are needed.
    pub(super) fn with_dimensions(&mut self, node: &Node, by: &str) -> Checked<()> {
        let Some(list) = node.rows else {
            return Ok(());
        };
        let name = self.list_name(list);
        let message = format!("{by} needs dimensions, but `{}` is by row of `{name}`", self.written(node.span));
        let help = format!("give it dimensions first: `{}{}`", in_brackets(self.pasted(node.span)), self.rows_to_cells(list, node.ty, &[]));
        Err(self.fail(Code::Rows, node.span, message, help))
    }

    /// Names of dimensions that the expression has.
    fn own_dimensions(&mut self, input: &Node, names: &[Name], by: &str) -> Checked<Vec<DimensionId>> {
        self.with_dimensions(input, by)?;
        let mut out = Vec::new();
        for name in names {
            let blind = self.schema.find(&name.text).is_none() && self.schema.saved(&name.text).is_none();
            let dimension = if blind { Err(self.no_own_dimension(input, name)) } else { self.dimension_named(name) }?;
            if !input.dims.contains(&dimension) {
                let message = format!("`{}` has no dimension `{name}`", self.written(input.span));
                let help = format!("it has {}", self.dimension_list(&input.dims));
                return Err(self.fail(Code::Dimension, name.span, message, help));
            }
            out.push(dimension);
        }
        Ok(out)
    }

    /// A name of nothing, where only dimensions of an expression can be meant.
    fn no_own_dimension(&mut self, input: &Node, name: &Name) -> Failed {
        let own: Vec<&str> = input.dims.iter().filter_map(|d| self.schema.dimension(*d)).map(|d| &*d.name).collect();
        let close = closest(&name.text, own);
        let help = match close.is_empty() {
            true => format!("`{}` has {}", self.written(input.span), self.dimension_list(&input.dims)),
            false => format!("did you mean {}?", any_of(close.into_iter().map(quote_name))),
        };
        self.fail(Code::Name, name.span, format!("there is no dimension, metric or list named `{}`", name.text), help)
    }

    fn reduce(&mut self, input: Node, method: Option<&MethodClause>, kept: Vec<DimensionId>, span: Span) -> Checked {
        let method = self.aggregation(method, "REMOVE and KEEP aggregate")?;
        self.up(input, Vec::new(), kept, method, span)
    }

    /// An aggregation. The result's dimensions: what is kept in its place, a target where its first source was, an item's at the end.
    pub(super) fn up(
        &mut self,
        input: Node,
        mappings: Vec<(DimensionId, Node)>,
        kept: Vec<DimensionId>,
        method: Method,
        span: Span,
    ) -> Checked {
        let (input, ty) = self.aggregated(method, input)?;
        let mut dims = Vec::new();
        for &dimension in &input.dims {
            if kept.contains(&dimension) {
                dims.push(dimension);
            }
            for (target, mapping) in &mappings {
                let at = if mapping.dims.contains(target) { Some(target) } else { input.dims.iter().find(|d| mapping.dims.contains(d)) };
                if at == Some(&dimension) {
                    dims.push(*target);
                }
            }
        }
        let dims = union([dims.as_slice(), &mappings.iter().map(|(target, _)| *target).collect::<Vec<_>>()]);
        Ok(Node { kind: Kind::Up { input: Box::new(input), mappings, kept, method }, ty, dims, rows: None, span })
    }

    /// How values are given to more cells; `dims` are those that the cells will have. SPLIT makes NUMBERs, of DECIMALs DECIMALs.
    pub(super) fn spread(&mut self, clause: Option<&MethodClause>, input: Node, dims: &[DimensionId]) -> Checked<(Node, Spread)> {
        let Some(MethodClause { word, span }) = clause else {
            return Ok((input, Spread::Constant));
        };
        let weight = match word {
            MethodWord::Constant => return Ok((input, Spread::Constant)),
            MethodWord::Aggregate(method) => {
                let message = format!("{} aggregates, but here values are given to more cells", method.word());
                return Err(self.fail(Code::MethodWay, *span, message, "use CONSTANT, SPLIT or SPLIT ON w".to_owned()));
            }
            MethodWord::Split => None,
            MethodWord::SplitOn(weight) => {
                let weight = self.numeric(weight, None, "SPLIT ON")?;
                self.narrower(&weight, dims, "the weight")?;
                Some(weight)
            }
        };
        // With a DECIMAL it is one, as in any product and quotient of the two; all digits are there for the total of the weights.
        let met = input.ty.meet(weight.as_ref().map_or(Type::Integer, |w| w.ty));
        let ty = widened(met.filter(|ty| ty.digits().is_some()).unwrap_or(Type::Number));
        let input = self.coerce(input, ty, "SPLIT")?;
        Ok((input, weight.map_or(Spread::Split, |w| Spread::SplitOn(Box::new(to_numeric(w, ty))))))
    }

    /// Refuses an argument that has dimensions beside `dims`.
    pub(super) fn narrower(&mut self, node: &Node, dims: &[DimensionId], what: &str) -> Checked<()> {
        self.with_dimensions(node, what)?;
        let extra: Vec<DimensionId> = node.dims.iter().copied().filter(|d| !dims.contains(d)).collect();
        if extra.is_empty() {
            return Ok(());
        }
        let message = format!(
            "{what} `{}` is by {}, but it may only have {}",
            self.written(node.span),
            self.dimension_list(&extra),
            self.dimension_list(dims)
        );
        let method = likely_method(node.ty);
        let without = format!("{}[REMOVE {method}: {}]", in_brackets(self.pasted(node.span)), self.dimension_names(&extra));
        let help = match dims {
            [] => format!("it must be the same everywhere: write `{without}`"),
            _ => format!("write `{without}`, or give the expression the dimension first: `[ADD: {}]`", self.dimension_names(&extra)),
        };
        Err(self.fail(Code::Wider, node.span, message, help))
    }

    /// Refuses an argument that is by row of a list.
    pub(super) fn no_rows(&mut self, node: &Node, by: &str) -> Checked<()> {
        self.with_dimensions(node, &format!("an argument of {by}"))
    }

    fn add(&mut self, input: Node, method: Option<&MethodClause>, names: &[Name], span: Span) -> Checked {
        self.with_dimensions(&input, "ADD")?;
        let mut added = Vec::new();
        for name in names {
            let dimension = self.dimension_named(name)?;
            if input.dims.contains(&dimension) || added.contains(&dimension) {
                let message = format!("`{}` has the dimension `{name}` already", self.written(input.span));
                return Err(self.fail(Code::DimensionTwice, name.span, message, "leave it out".to_owned()));
            }
            added.push(dimension);
        }
        let dims = union([input.dims.as_slice(), &added]);
        let (input, spread) = self.spread(method, input, &dims)?;
        let ty = input.ty;
        Ok(Node { kind: Kind::Add { input: Box::new(input), added, spread }, ty, dims, rows: None, span })
    }

    /// A condition over an expression's cells, with `CurrentValue`.
    fn filter(&mut self, input: Node, condition: &Expr, keep: bool, span: Span) -> Checked {
        let word = if keep { "FILTER" } else { "EXCLUDE" };
        self.current.push(Shape { ty: input.ty, dims: input.dims.clone(), rows: input.rows });
        let condition = self.typed(condition, Type::Boolean, word);
        self.current.pop();
        let condition = condition?;
        self.condition(&input, &condition, word, span)?;
        let condition = self.in_its_cell(&input, condition)?;
        let (ty, dims, rows) = (input.ty, input.dims.clone(), input.rows);
        Ok(Node { kind: Kind::Filter { input: Box::new(input), condition: Box::new(condition), keep }, ty, dims, rows, span })
    }

    /// A condition in which `CurrentValue` is only read at the cell itself: where it is read elsewhere, what is filtered stands for it.
    fn in_its_cell(&mut self, input: &Node, condition: Node) -> Checked {
        let places = elsewhere(&condition, false);
        if places == 0 {
            return Ok(condition);
        }
        if places.saturating_mul(size(input)) > LARGEST_CONDITION {
            let message =
                format!("`CurrentValue` is read at other cells, and `{}` is too long to be repeated there", self.written(input.span));
            return Err(self.fail(Code::Limit, condition.span, message, "give what is filtered a metric of its own".to_owned()));
        }
        Ok(with_input(input, &condition, false))
    }

    /// A condition's dimensions must be dimensions of what it chooses from.
    pub(super) fn condition(&mut self, input: &Node, condition: &Node, word: &str, whole: Span) -> Checked<()> {
        if condition.rows.is_some() && condition.rows != input.rows {
            return self.with_dimensions(condition, word).and(Err(Failed));
        }
        let extra: Vec<DimensionId> = condition.dims.iter().copied().filter(|d| !input.dims.contains(d)).collect();
        if extra.is_empty() {
            return Ok(());
        }
        let message =
            format!("the condition of {word} is by {}, which `{}` has not", self.dimension_list(&extra), self.written(input.span));
        if let Some(text) = self.with_own_dimensions(input, whole, condition.span) {
            return Err(self.fail(Code::Wider, condition.span, message, format!("write `{text}`")));
        }
        let written = in_brackets(self.pasted(condition.span));
        let narrowed = format!("{written}[REMOVE ANY: {}]", self.dimension_names(&extra));
        let help = match self.patched(whole, condition.span, &narrowed).and_then(|text| self.tried(&text)) {
            Some(_) => format!("write `[{word}: {narrowed}]`"),
            // An item alone has no dimension that could be taken away.
            None if input.dims.is_empty() => {
                format!("`{}` has no dimensions to choose from: leave the {word} out", self.written(input.span))
            }
            None => {
                let own = self.dimension_list(&input.dims);
                format!("`{}` has {own}: choose among the items of these, or leave the {word} out", self.written(input.span))
            }
        };
        Err(self.fail(Code::Wider, condition.span, message, help))
    }
}

/// An expression over the union of its dimensions and those of a function's further arguments, at its image: what is done along a line is done on
/// each of the lines that these tell apart (formulas.md §3).
pub(super) fn over_all<'n>(input: Node, others: impl IntoIterator<Item = &'n Node>) -> Node {
    let dims = union(std::iter::once(input.dims.as_slice()).chain(others.into_iter().map(|node| node.dims.as_slice())));
    let added: Vec<DimensionId> = dims.iter().copied().filter(|d| !input.dims.contains(d)).collect();
    if added.is_empty() {
        return input;
    }
    let (ty, span) = (input.ty, input.span);
    Node { kind: Kind::Add { input: Box::new(input), added, spread: Spread::Constant }, ty, dims, rows: None, span }
}
