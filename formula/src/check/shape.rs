//! Types and dimensions of several expressions together.

use smalt_model::{Decimal, Digits, DimensionId, ListId, Type, Value, format_number};

use super::exact::converted;
use super::{Checked, Checker};
use crate::code::Code;
use crate::dims::union;
use crate::expr::{Expr, ExprKind};
use crate::program::{Function, Kind, Node};
use crate::signature::function;
use crate::span::Span;
use crate::suggest::quote_name;

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

    /// The property of `from` that holds an item of `to`.
    pub(super) fn path(&self, from: DimensionId, to: DimensionId) -> Option<String> {
        let from = self.schema.dimension(from)?;
        from.properties.iter().find(|p| p.ty == Type::Item(to)).map(|p| quote_name(&p.name))
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
