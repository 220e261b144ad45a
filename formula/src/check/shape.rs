//! Types and dimensions of several expressions together.

use smalt_model::{Decimal, Digits, DimensionId, ListId, Type, Value, format_number};

use super::exact::converted;
use super::{Checked, Checker, Failed};
use crate::code::Code;
use crate::dims::union;
use crate::expr::{Expr, ExprKind};
use crate::program::{Function, Kind, Node};
use crate::signature::function;
use crate::span::Span;
use crate::suggest::{any_of, quote_name, quote_text};

/// Whether an expression is BLANK however it is read, so that its type must come from its place.
pub(super) fn untyped(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Blank => true,
        ExprKind::Negate(of) | ExprKind::Modified(of, _) => untyped(of),
        ExprKind::Sum(terms) => terms.iter().all(|t| untyped(&t.expr)),
        ExprKind::Call(name, arguments) => {
            let branches: &[usize] = match function(&name.text).map(|f| f.name) {
                Some("IF") => &[1, 2],
                Some("IFBLANK") => &[0, 1],
                Some("IFDEFINED") => &[1, 2],
                Some("FILLFORWARD" | "RESETACCESSRIGHTS") => &[0],
                _ => return false,
            };
            branches.iter().filter_map(|&i| arguments.get(i)).all(|a| untyped(&a.value))
        }
        _ => false,
    }
}

impl Checker<'_> {
    /// A type as a reader calls it.
    pub(super) fn type_name(&self, ty: Type) -> String {
        match ty {
            Type::Item(dimension) => format!("an item of `{}`", self.dimension_name(dimension)),
            other => self.schema.type_word(other),
        }
    }

    /// A dimension's name as it is written in a formula.
    pub(super) fn dimension_name(&self, id: DimensionId) -> String {
        self.schema.dimension(id).map_or_else(|| "?".to_owned(), |d| quote_name(&d.name))
    }

    pub(super) fn dimension_names(&self, ids: &[DimensionId]) -> String {
        ids.iter().map(|&id| self.dimension_name(id)).collect::<Vec<_>>().join(", ")
    }

    /// `` `A`, `B` `` or `no dimensions`.
    pub(super) fn dimension_list(&self, ids: &[DimensionId]) -> String {
        if ids.is_empty() {
            return "no dimensions".to_owned();
        }
        ids.iter().map(|&id| format!("`{}`", self.dimension_name(id))).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn list_name(&self, id: ListId) -> String {
        self.schema.list(id).map_or_else(|| "?".to_owned(), |l| quote_name(&l.name))
    }

    /// The dimensions and rows of several expressions that are read cell by cell.
    pub(super) fn join(&mut self, nodes: &[&Node]) -> Checked<(Vec<DimensionId>, Option<ListId>)> {
        let dims = union(nodes.iter().map(|n| n.dims.as_slice()));
        let mut by_row: Option<(ListId, Span)> = None;
        for node in nodes {
            match (node.rows, by_row) {
                (Some(list), None) => by_row = Some((list, node.span)),
                (Some(list), Some((other, _))) if list != other => {
                    let message = format!("rows of `{}` do not meet rows of `{}`", self.list_name(list), self.list_name(other));
                    let help =
                        format!("give each its dimensions first: `{}{}`", self.pasted(node.span), self.rows_to_cells(list, node.ty, &[]));
                    return Err(self.fail(Code::Rows, node.span, message, help));
                }
                _ => {}
            }
        }
        let Some((list, _)) = by_row else {
            return Ok((dims, None));
        };
        match nodes.iter().find(|n| !n.dims.is_empty()) {
            None => Ok((dims, by_row.map(|(list, _)| list))),
            Some(node) => {
                let name = self.list_name(list);
                let message =
                    format!("`{}` is by {}, beside it stand rows of `{name}`", self.written(node.span), self.dimension_list(&node.dims));
                let rows = nodes
                    .iter()
                    .find(|n| n.rows.is_some())
                    .map_or_else(String::new, |n| format!("{}{}", self.pasted(n.span), self.rows_to_cells(list, n.ty, &node.dims)));
                let help = format!("give the rows dimensions first: `{rows}`");
                Err(self.fail(Code::Rows, node.span, message, help))
            }
        }
    }

    /// The BY that gives rows of a list dimensions: those that are wanted, as far as its columns lead to them, else all.
    pub(super) fn rows_to_cells(&self, list: ListId, ty: Type, wanted: &[DimensionId]) -> String {
        let method = likely_method(ty);
        let Some(def) = self.schema.list(list) else {
            return format!("[BY {method}: …]");
        };
        let name = quote_name(&def.name);
        let columns = def.columns.iter().filter_map(|c| match c.ty {
            Type::Item(dimension) => Some((dimension, format!("{name}.{}", quote_name(&c.name)))),
            Type::Date => wanted
                .iter()
                .find(|d| self.schema.dimension(**d).is_some_and(|d| d.calendar.is_some()))
                .map(|&level| (level, format!("TIMEDIM({name}.{}, {})", quote_name(&c.name), self.dimension_name(level)))),
            _ => None,
        });
        let mut all: Vec<(DimensionId, String)> = Vec::new();
        for (dimension, path) in columns {
            if !all.iter().any(|(d, _)| *d == dimension) {
                all.push((dimension, path));
            }
        }
        if all.iter().any(|(d, _)| wanted.contains(d)) {
            all.retain(|(d, _)| wanted.contains(d));
        }
        format!("[BY {method}: {}]", all.into_iter().map(|(_, path)| path).collect::<Vec<_>>().join(", "))
    }

    /// A node over expressions that are read cell by cell.
    pub(super) fn node_over<const N: usize>(
        &mut self,
        ty: Type,
        span: Span,
        parts: [Node; N],
        kind: impl FnOnce([Node; N]) -> Kind,
    ) -> Checked {
        let (dims, rows) = self.join(&parts.each_ref())?;
        Ok(Node { kind: kind(parts), ty, dims, rows, span })
    }

    /// The same for any number of them.
    pub(super) fn node_over_all(&mut self, ty: Type, span: Span, parts: Vec<Node>, kind: impl FnOnce(Vec<Node>) -> Kind) -> Checked {
        let (dims, rows) = self.join(&parts.iter().collect::<Vec<_>>())?;
        Ok(Node { kind: kind(parts), ty, dims, rows, span })
    }

    /// An expression that must have this type; see [`converted`].
    pub(super) fn typed(&mut self, expr: &Expr, ty: Type, by: &str) -> Checked {
        let node = self.expr(expr, Some(ty))?;
        self.coerce(node, ty, by)
    }

    /// A node that must have this type; see [`converted`]. `by` names who asks for it.
    pub(super) fn coerce(&mut self, node: Node, ty: Type, by: &str) -> Checked {
        let node = match converted(node, ty) {
            Ok(node) => return Ok(node),
            Err(node) => node,
        };
        let wanted = self.type_name(ty);
        let message = format!("{by} takes {wanted}, but `{}` is {}", self.written(node.span), self.type_name(node.ty));
        let help = self.type_help(&node, ty);
        Err(self.fail(Code::Type, node.span, message, help))
    }

    /// An expression with a number; its type is kept.
    pub(super) fn numeric(&mut self, expr: &Expr, want: Option<Type>, by: &str) -> Checked {
        let want = want.filter(|t| t.is_numeric()).unwrap_or(Type::Number);
        let node = self.expr(expr, Some(want))?;
        if node.ty.is_numeric() { Ok(node) } else { self.coerce(node, Type::Number, by) }
    }

    /// An expression that counts: an INTEGER, or a NUMBER or a DECIMAL that is truncated.
    pub(super) fn whole(&mut self, expr: &Expr, by: &str) -> Checked {
        let node = self.expr(expr, Some(Type::Integer))?;
        match (node.ty, &node.kind) {
            (Type::Number, Kind::Constant(Value::Number(value))) if value.trunc().abs() < 9e18 => {
                #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
                let whole = value.trunc() as i64;
                Ok(Node { kind: Kind::Constant(Value::Integer(whole)), ty: Type::Integer, ..node })
            }
            (Type::Number | Type::Decimal { .. }, _) => {
                let (dims, rows, span) = (node.dims.clone(), node.rows, node.span);
                Ok(Node { kind: Kind::Call(Function::Trunc, vec![node]), ty: Type::Integer, dims, rows, span })
            }
            _ => self.coerce(node, Type::Integer, by),
        }
    }

    /// Expressions that must have one type; numbers of several types meet in one. BLANKs take it, or `want` where there are only BLANKs.
    pub(super) fn alike(&mut self, exprs: &[&Expr], want: Option<Type>, by: &str) -> Checked<Vec<Node>> {
        let typed = self.all(exprs.iter().filter(|e| !untyped(e)), |this, e| this.expr(e, want))?;
        let mut ty = None;
        for node in &typed {
            ty = Some(match (ty, ty.and_then(|ty| node.ty.meet(ty))) {
                (None, _) => node.ty,
                (Some(ty), _) if ty == node.ty => ty,
                (_, Some(both)) => both,
                (Some(ty), None) => return Err(self.unalike(&typed, node, ty, by)),
            });
        }
        let ty = ty.or(want).unwrap_or(Type::Number);
        let mut typed = typed.into_iter();
        let mut out = Vec::with_capacity(exprs.len());
        for expr in exprs {
            let known = if untyped(expr) { None } else { typed.next() };
            let node = match known {
                Some(node) => node,
                None => self.expr(expr, Some(ty))?,
            };
            out.push(self.coerce(node, ty, by)?);
        }
        Ok(out)
    }

    /// Reports two values that should be of one type: the one that is likelier to be written otherwise.
    #[cold]
    fn unalike(&mut self, all: &[Node], node: &Node, ty: Type, by: &str) -> Failed {
        let item = |n: &Node| matches!(n.kind, Kind::Constant(Value::Item(..)));
        let literal = |n: &&Node| is_literal(n) || (item(n) && !item(node) && node.item_dimension().is_some());
        let others = || all.iter().filter(|n| n.ty != node.ty);
        // A text that is a name, of a literal and something else the literal, else the later one.
        let named = std::iter::once(node).chain(others()).find(|n| self.name_help(n).is_some());
        let odd = named.or_else(|| if is_literal(node) { None } else { others().find(literal) }).unwrap_or(node);
        let (wanted, other) = if std::ptr::eq(odd, node) { (ty, others().next()) } else { (node.ty, Some(node)) };
        let message = format!("{by}: `{}` is {}, not {}", self.written(odd.span), self.type_name(odd.ty), self.type_name(wanted));
        let turned = |this: &Self| {
            let other = other?;
            let help = this.conversion(other, odd.ty)?;
            Some(if help.starts_with("write `") { format!("{help} for `{}`", this.written(other.span)) } else { help })
        };
        let as_texts = |this: &Self| match (odd.ty, wanted) {
            (Type::Item(_), Type::Item(_)) => {
                let (odd, other) = (this.pasted(odd.span), this.pasted(other?.span));
                Some(format!("items of two dimensions meet by their names: `TEXT({other})` and `TEXT({odd})`"))
            }
            _ => None,
        };
        let help = self.conversion(odd, wanted).or_else(|| turned(self)).or_else(|| as_texts(self));
        let help = help.unwrap_or_else(|| self.instead_of(odd, wanted));
        self.fail(Code::MixedTypes, odd.span, message, help)
    }

    /// What to do about a value of another type: how it can be had, or what there is instead.
    pub(super) fn type_help(&self, node: &Node, wanted: Type) -> String {
        self.conversion(node, wanted).unwrap_or_else(|| self.instead_of(node, wanted))
    }

    /// What there is instead of a value that becomes none of the type that is wanted.
    fn instead_of(&self, node: &Node, wanted: Type) -> String {
        let written = self.pasted(node.span);
        match (node.ty, wanted) {
            (Type::Rights, _) => "use the Booleans that the rights are made of; ACCESS RIGHTS become no other value".to_owned(),
            (_, Type::Rights) => "rights are made of two Booleans: `ACCESSRIGHTS(read, write)`".to_owned(),
            (Type::Date, _) if wanted.is_numeric() => {
                format!(
                    "write `YEAR({written})`, `MONTH({written})`, `DAY({written})`, or `DAYS({written}, b)` for the days since another date"
                )
            }
            (Type::Item(d), _) if wanted.is_numeric() => {
                format!("an item is no number: use a metric by `{0}` or a property of `{0}` that holds numbers", self.dimension_name(d))
            }
            (_, Type::Number | Type::Integer | Type::Decimal { .. }) => {
                "a number is written without quotes: `2`; a name bare or in single quotes: `'Gross Margin'`".to_owned()
            }
            (_, Type::Item(d)) => format!("an item is written `{}.\"…\"`", self.dimension_name(d)),
            (_, Type::Date) => "a date is written `DATE(2024, 1, 31)`".to_owned(),
            (_, Type::Boolean) => "a condition is wanted: write a comparison".to_owned(),
            (_, Type::Text) => format!("write `TEXT({written})`"),
        }
    }

    /// How a value of another type can be had: for the `help` of a type error.
    pub(super) fn conversion(&self, node: &Node, wanted: Type) -> Option<String> {
        let written = self.pasted(node.span);
        let name = self.name_help(node).filter(|_| wanted != Type::Text);
        if let (Kind::Constant(Value::Text(text)), Type::Item(dimension)) = (&node.kind, wanted)
            && (name.is_none() || self.items.find(dimension, text).is_some())
        {
            return Some(self.item_help(dimension, text));
        }
        if name.is_some() {
            return name;
        }
        // A number beside items is likely an item's name.
        if let (Kind::Constant(value @ (Value::Integer(_) | Value::Number(_))), Type::Item(dimension)) = (&node.kind, wanted) {
            return Some(self.item_help(dimension, &constant_text(value)));
        }
        let dated = |this: &Self| match node.ty {
            Type::Item(d) => this.schema.dimension(d).and_then(|d| d.property("Start Date")),
            _ => None,
        };
        Some(match (node.ty, wanted) {
            (Type::Integer | Type::Number | Type::Decimal { .. }, Type::Boolean) => {
                format!("a condition is wanted: write `{written} <> 0`, `{written} > 0`")
            }
            (Type::Text, Type::Boolean) => format!("a condition is wanted: write `{written} = \"…\"`"),
            (Type::Item(d), Type::Boolean) if matches!(node.kind, Kind::Constant(_)) => {
                let choice = |left: String, item: String| format!("a condition is wanted: write `{left} = {item}`");
                let own = self.current.last().map(|shape| shape.dims.as_slice()).filter(|dims| !dims.contains(&d));
                let own = own.unwrap_or_default();
                if let Some((d, item)) = own.iter().find_map(|&own| self.between(d, own).and(Some((own, self.same_item(node, own)?)))) {
                    choice(self.dimension_name(d), item)
                } else if let Some(path) = own.iter().find_map(|&own| Some(format!("{}.{}", self.dimension_name(own), self.path(own, d)?)))
                {
                    choice(path, written)
                } else {
                    choice(self.dimension_name(d), written)
                }
            }
            (Type::Item(d), Type::Boolean) => format!("a condition is wanted: write `{written} = {}.\"…\"`", self.dimension_name(d)),
            (Type::Number | Type::Decimal { .. }, Type::Integer) => format!("write `TRUNC({written})` or `ROUND({written})`"),
            (Type::Number, Type::Decimal { scale, .. }) => format!("write `ROUND({written}, {})`", scale.min(MOST_PLACES)),
            (Type::Text, Type::Decimal { scale, .. }) => format!("write `ROUND(VALUE({written}), {})`", scale.min(MOST_PLACES)),
            (Type::Text, Type::Number | Type::Integer) => match &node.kind {
                Kind::Constant(Value::Text(text)) => match text.trim().parse::<f64>() {
                    Ok(number) if number.is_finite() => format!("write `{}`", text.trim()),
                    _ => return None,
                },
                _ => format!("write `VALUE({written})`"),
            },
            (Type::Text, Type::Date) => format!("write `DATEVALUE({written}, \"yyyy-MM-dd\")`"),
            (Type::Rights, Type::Text) => return None,
            (Type::Boolean, Type::Number | Type::Integer) => format!("write `IF({written}, 1, 0)`"),
            (Type::Boolean, Type::Rights) => format!("write `ACCESSRIGHTS({written}, BLANK)`"),
            (Type::Date, Type::Boolean) => format!("a condition is wanted: write `{written} = DATE(2024, 1, 31)`"),
            (Type::Number | Type::Integer, Type::Date) => "a date is written `DATE(2024, 1, 31)`".to_owned(),
            (Type::Item(_), Type::Date) if dated(self).is_some() => format!("write `{written}.'Start Date'`"),
            (Type::Date, Type::Item(d)) if self.schema.dimension(d).is_some_and(|d| d.calendar.is_some()) => {
                format!("write `TIMEDIM({written}, {})`", self.dimension_name(d))
            }
            (Type::Text, Type::Item(d)) => match self.schema.dimension(d).and_then(|d| d.properties.first()) {
                Some(name) => format!("write `ITEM({written}, {}.{})`", self.dimension_name(d), quote_name(&name.name)),
                None => return None,
            },
            (Type::Item(from), Type::Item(to)) => match (self.between(from, to), self.path(from, to), self.same_item(node, to)) {
                (Some(_), _, Some(item)) => format!("write `{item}`"),
                (_, Some(path), _) => format!("write `{written}.{path}`"),
                (_, None, item) => format!("write `{}`", item?),
            },
            (_, Type::Text) => format!("write `TEXT({written})`"),
            // The value may be what a property of the items holds, or the property of the item what is wanted.
            (given, Type::Item(d)) => {
                let property = self.schema.dimension(d)?.properties.iter().find(|p| p.ty == given)?;
                format!("write `MATCH({written}, {}.{})`", self.dimension_name(d), quote_name(&property.name))
            }
            (Type::Item(d), wanted) => {
                let numeric = |ty: Type| ty == wanted || (ty == Type::Integer && wanted == Type::Number);
                let property = self.schema.dimension(d)?.properties.iter().find(|p| numeric(p.ty))?;
                format!("write `{written}.{}`", quote_name(&property.name))
            }
            _ => return None,
        })
    }

    /// The item of another dimension that has the name of a literal one.
    fn same_item(&self, node: &Node, of: DimensionId) -> Option<String> {
        let Kind::Constant(Value::Item(dimension, item)) = &node.kind else { return None };
        let name = self.items.name(*dimension, *item)?;
        self.items.find(of, &name)?;
        Some(format!("{}.{}", self.dimension_name(of), quote_text(&name)))
    }

    /// The property of `from` that holds an item of `to`.
    pub(super) fn path(&self, from: DimensionId, to: DimensionId) -> Option<String> {
        let from = self.schema.dimension(from)?;
        from.properties.iter().find(|p| p.ty == Type::Item(to)).map(|p| quote_name(&p.name))
    }

    /// How an item is written whose name stands as a text.
    pub(super) fn item_help(&self, dimension: DimensionId, text: &str) -> String {
        let name = self.dimension_name(dimension);
        if self.items.find(dimension, text).is_some() {
            return format!("write `{name}.{}`", quote_text(text));
        }
        let similar = self.items.similar(dimension, text);
        if similar.is_empty() {
            return format!("an item is written `{name}.\"…\"`");
        }
        format!("did you mean {}?", any_of(similar.iter().map(|item| format!("{name}.{}", quote_text(item)))))
    }
}

/// The method that makes one value of several of a type, whatever they are.
pub(super) fn likely_method(ty: Type) -> &'static str {
    match ty {
        Type::Number | Type::Integer | Type::Decimal { .. } => "SUM",
        Type::Boolean => "ANY",
        Type::Text | Type::Date | Type::Rights | Type::Item(_) => "FIRST",
    }
}

/// A text or a number as it is written, which may be meant for an item.
fn is_literal(node: &Node) -> bool {
    matches!(node.kind, Kind::Constant(Value::Text(_) | Value::Integer(_) | Value::Number(_)))
}

/// The most digits after the point that ROUND takes.
const MOST_PLACES: u8 = 14;

/// The type with all the digits that there can be, at its scale: what arithmetic gives. The digits of a metric bound what is stored.
pub(super) fn widened(ty: Type) -> Type {
    ty.digits().map_or(ty, |digits| Digits::largest(digits.scale).ty())
}

/// A number as one of another numeric type that numbers meet in.
pub(super) fn to_numeric(node: Node, ty: Type) -> Node {
    match ty {
        Type::Number => to_number(node),
        Type::Decimal { .. } => to_decimal(node, ty),
        _ => node,
    }
}

/// A number as a DECIMAL, rounded half away from zero.
pub(super) fn to_decimal(node: Node, ty: Type) -> Node {
    let Some(digits) = ty.digits().filter(|_| node.ty != ty) else { return node };
    if matches!(node.kind, Kind::Blank) {
        return Node { ty, ..node };
    }
    let constant = match &node.kind {
        Kind::Constant(Value::Number(value)) => Decimal::of_number(*value, digits.scale).ok(),
        Kind::Constant(value) => value.exact(),
        _ => None,
    };
    // A constant that does not fit stays, and is too large in every cell.
    if let Some(units) = constant.and_then(|decimal| digits.take(decimal).ok()) {
        return Node { kind: Kind::Constant(Value::Decimal(digits, units)), ty, ..node };
    }
    let (dims, rows, span) = (node.dims.clone(), node.rows, node.span);
    Node { kind: Kind::ToDecimal(Box::new(node)), ty, dims, rows, span }
}

/// An INTEGER or a DECIMAL as a NUMBER.
pub(super) fn to_number(node: Node) -> Node {
    match node.kind {
        #[expect(clippy::cast_precision_loss, reason = "what the conversion means")]
        Kind::Constant(Value::Integer(value)) => Node { kind: Kind::Constant(Value::Number(value as f64)), ty: Type::Number, ..node },
        Kind::Blank => Node { ty: Type::Number, ..node },
        _ if node.ty == Type::Number => node,
        _ => {
            let (dims, rows, span) = (node.dims.clone(), node.rows, node.span);
            Node { kind: Kind::ToNumber(Box::new(node)), ty: Type::Number, dims, rows, span }
        }
    }
}

/// A constant as it is written.
pub(super) fn constant_text(value: &Value) -> String {
    match value {
        Value::Integer(n) => n.to_string(),
        Value::Number(n) => format_number(*n),
        _ => String::new(),
    }
}
