//! SELECT in all its forms (formulas.md §5).

use smalt_model::{DimensionId, Type, Value};

use super::by::default_method;
use super::fold::bounded;
use super::{Checked, Checker};
use crate::code::Code;
use crate::expr::{Expr, ExprKind, MethodClause, SumTerm};
use crate::program::{Comparison, Function, Kind, Node, Spread};
use crate::span::Span;

impl Checker<'_> {
    pub(super) fn select(&mut self, input: Node, method: Option<&MethodClause>, of: &Expr, span: Span) -> Checked {
        if input.rows.is_some() {
            let list = input.rows.map(|l| self.list_name(l)).unwrap_or_default();
            let message = format!("SELECT needs dimensions, but `{}` is by row of `{list}`", self.written(input.span));
            let by = input.rows.map(|l| self.rows_to_cells(l, input.ty, &[])).unwrap_or_default();
            let help = format!("choose rows with `[FILTER: …]`, or give them dimensions first: `{}{by}`", self.pasted(input.span));
            return Err(self.fail(Code::Rows, input.span, message, help));
        }
        if let ExprKind::Sum(terms) = &of.kind
            && let Some(first) = terms.first()
        {
            let place = self.expr(&first.expr, None)?;
            if let Type::Item(target) = place.ty {
                let offset = self.places(terms.get(1..).unwrap_or_default(), &first.expr)?;
                return self.moved(input, place, target, offset, method, span);
            }
        }
        let chosen = self.expr(of, Some(Type::Boolean))?;
        match chosen.ty {
            Type::Boolean => self.chosen(input, chosen, method, span),
            Type::Item(dimension) if matches!(chosen.kind, Kind::Constant(_)) => {
                let at = chosen.span;
                let current = Node { kind: Kind::Current(dimension), ty: chosen.ty, dims: vec![dimension], rows: None, span: at };
                let condition = Node {
                    kind: Kind::Compare(Comparison::Equal, Box::new(current), Box::new(chosen)),
                    ty: Type::Boolean,
                    dims: vec![dimension],
                    rows: None,
                    span: at,
                };
                self.chosen(input, condition, method, span)
            }
            Type::Item(target) => self.moved(input, chosen, target, 0, method, span),
            _ => {
                let message = format!(
                    "SELECT takes a condition, an item, an offset or a mapping, but `{}` is {}",
                    self.written(chosen.span),
                    self.type_name(chosen.ty)
                );
                let help = match &chosen.kind {
                    Kind::Constant(Value::Text(text)) => {
                        input.dims.iter().find(|d| self.items.find(**d, text).is_some()).map(|d| self.item_help(*d, text))
                    }
                    _ => None,
                };
                let help = help.unwrap_or_else(|| "write `[SELECT: Month = Month.\"…\"]`, `[SELECT: Month - 1]`".to_owned());
                Err(self.fail(Code::Type, chosen.span, message, help))
            }
        }
    }

    /// The constant that is added to a dimension.
    fn places(&mut self, terms: &[SumTerm], dimension: &Expr) -> Checked<i64> {
        let mut offset: i64 = 0;
        for term in terms {
            let node = self.expr(&term.expr, Some(Type::Integer))?;
            let sum = node.integer().and_then(|v| if term.negative { offset.checked_sub(v) } else { offset.checked_add(v) });
            let Some(sum) = sum else {
                let message = format!("an offset is a whole constant, but `{}` is not", self.written(node.span));
                let written = self.pasted(dimension.span);
                let by = self.pasted(node.span);
                let loose = matches!(term.expr.kind, ExprKind::Sum(_)) && !by.starts_with('(');
                let by = if loose { format!("({by})") } else { by };
                let help = match node.kind {
                    _ if !node.ty.is_numeric() => format!("write `[SELECT: {written} - 1]`, with a whole number of places"),
                    Kind::Constant(_) => format!("write `[SELECT: {written} - 1]`, with a whole number of places"),
                    _ => format!(
                        "write `[SELECT: SHIFT({written}, {}{by})]` for an offset that varies",
                        if term.negative { "-" } else { "" }
                    ),
                };
                return Err(self.fail(Code::Offset, node.span, message, help));
            };
            offset = sum;
        }
        Ok(bounded(offset))
    }

    /// A condition: keep what is TRUE, then take the condition's dimensions away.
    fn chosen(&mut self, input: Node, condition: Node, method: Option<&MethodClause>, span: Span) -> Checked {
        self.condition(&input, &condition, "SELECT", span)?;
        let one_item = matches!(&condition.kind, Kind::Compare(Comparison::Equal, a, b)
            if matches!((&a.kind, &b.kind), (Kind::Current(_), Kind::Constant(_)) | (Kind::Constant(_), Kind::Current(_))));
        let method = match method {
            None => default_method(&input, one_item),
            Some(_) => self.aggregation(method, "SELECT aggregates")?,
        };
        let kept: Vec<DimensionId> = input.dims.iter().copied().filter(|d| !condition.dims.contains(d)).collect();
        let (ty, dims) = (input.ty, input.dims.clone());
        let kind = Kind::Filter { input: Box::new(input), condition: Box::new(condition), keep: true };
        let filtered = Node { kind, ty, dims, rows: None, span };
        self.up(filtered, Vec::new(), kept, method, span)
    }

    /// An offset, an offset within a parent, or a mapping.
    fn moved(&mut self, input: Node, place: Node, target: DimensionId, offset: i64, method: Option<&MethodClause>, span: Span) -> Checked {
        self.with_dimensions(&place, "SELECT")?;
        if let Some(&missing) = place.dims.iter().find(|d| !input.dims.contains(d)) {
            let name = self.dimension_name(missing);
            let message = format!("`{}` is by `{name}`, which `{}` has not", self.written(place.span), self.written(input.span));
            // What was meant may be the level above one of its dimensions.
            let above = match place.kind {
                Kind::Current(to) => {
                    input.dims.iter().find_map(|&own| Some(format!("{}.{}", self.dimension_name(own), self.path(own, to)?)))
                }
                _ => None,
            };
            let through = above.and_then(|path| self.patched(span, place.span, &path)).filter(|text| self.tried(text).is_some());
            if let Some(text) = through {
                return Err(self.fail(Code::Dimension, place.span, message, format!("write `{text}`")));
            }
            let (own, by) = (self.pasted(input.span), format!("[BY: {}]", self.pasted(place.span)));
            let led = self.tried(&format!("{own}{by}")).is_some();
            let given = if led { by } else { format!("[ADD: {name}]") };
            let help = format!("it has {}; to give it `{name}` write `{given}` first", self.dimension_list(&input.dims));
            return Err(self.fail(Code::Dimension, place.span, message, help));
        }
        if place.dims.is_empty() && !input.dims.contains(&target) {
            let message = format!("`{}` has no dimension `{}`", self.written(input.span), self.dimension_name(target));
            let help = format!("it has {}", self.dimension_list(&input.dims));
            return Err(self.fail(Code::Dimension, place.span, message, help));
        }
        let same = input.dims.contains(&target) && (place.dims.contains(&target) || place.dims.is_empty());
        if same && let Some(clause) = method {
            let message = "this SELECT reads one cell for each cell, so it takes no method";
            return Err(self.fail(Code::Method, clause.span, message, "leave the method out".to_owned()));
        }
        let (ty, dims) = (input.ty, input.dims.clone());
        if same && offset == 0 && matches!(place.kind, Kind::Current(_)) {
            // The item itself.
            return Ok(Node { span, ..input });
        }
        if same {
            let kind = if let Kind::Current(dimension) = place.kind {
                Kind::Offset { input: Box::new(input), dimension, offset }
            } else {
                Kind::AtMapping { input: Box::new(input), dimension: target, mapping: Box::new(shifted(place, offset)) }
            };
            return Ok(Node { kind, ty, dims, rows: None, span });
        }
        if input.dims.contains(&target) {
            let (written, to) = (self.written(place.span), self.dimension_name(target));
            let message = format!("`{written}` leads to `{to}`, which `{}` has beside it", self.written(input.span));
            let help = format!("write `[FILTER: {to} = {written}]`, or take `{to}` away first: `[REMOVE SUM: {to}]`");
            return Err(self.fail(Code::Direction, place.span, message, help));
        }
        let method = self.aggregation(method, "SELECT aggregates")?;
        if let [dimension] = place.dims[..] {
            let (input, ty) = self.aggregated(method, input)?;
            let kind = Kind::ParentOffset { input: Box::new(input), dimension, parent: Box::new(place), offset, method };
            return Ok(Node { kind, ty, dims, rows: None, span });
        }
        // A mapping from several dimensions: up through it, then down again.
        let kept = dims.iter().copied().filter(|d| !place.dims.contains(d)).collect();
        let up = self.up(input, vec![(target, place.clone())], kept, method, span)?;
        let ty = up.ty;
        let kind = Kind::Down { input: Box::new(up), mappings: vec![(target, shifted(place, offset))], spread: Spread::Constant };
        Ok(Node { kind, ty, dims, rows: None, span })
    }
}

/// The item so many places later.
fn shifted(place: Node, offset: i64) -> Node {
    if offset == 0 {
        return place;
    }
    let span = place.span;
    let by = Node { kind: Kind::Constant(Value::Integer(offset)), ty: Type::Integer, dims: Vec::new(), rows: None, span };
    let (ty, dims) = (place.ty, place.dims.clone());
    Node { kind: Kind::Call(Function::Shift, vec![place, by]), ty, dims, rows: None, span }
}
