//! A formula must end with the type and the dimensions of what it is for (formulas.md §1 and §4).

use smalt_model::{DimensionId, Type};

use super::exact::converted;
use super::shape::likely_method;
use super::{Checked, Checker, Place};
use crate::code::Code;
use crate::expr::Expr;
use crate::program::Node;

impl Checker<'_> {
    /// The formula as its place needs it.
    pub(super) fn fit(&mut self, node: Node, expr: &Expr) -> Checked {
        if let Some(list) = node.rows {
            let name = self.list_name(list);
            let message = format!("the formula is by row of `{name}`");
            let wanted = match self.place {
                Place::Metric(target) => target.dims.as_slice(),
                Place::Property { .. } | Place::Subset(_) | Place::Free => &[],
            };
            let help = format!("give it dimensions: `{}{}`", self.bracketed(expr), self.rows_to_cells(list, node.ty, wanted));
            return Err(self.fail(Code::Rows, expr.span, message, help));
        }
        let (what, ty, dims) = match self.place {
            Place::Free => return Ok(node),
            Place::Metric(target) => (format!("the metric `{}`", target.name), target.ty, target.dims.clone()),
            Place::Property { dimension, ty } => ("the property".to_owned(), *ty, vec![*dimension]),
            Place::Subset(dimension) => ("the condition of the subset".to_owned(), Type::Boolean, vec![*dimension]),
        };
        let node = self.fit_type(node, ty, &what)?;
        self.fit_dimensions(&node, expr, &dims, &what)?;
        Ok(node)
    }

    fn fit_type(&mut self, node: Node, ty: Type, what: &str) -> Checked {
        let node = match converted(node, ty) {
            Ok(node) => return Ok(node),
            Err(node) => node,
        };
        let message = format!("{what} is {}, but the formula gives {}", self.type_name(ty), self.type_name(node.ty));
        let help = self.type_help(&node, ty);
        Err(self.fail(Code::ResultType, node.span, message, help))
    }

    fn fit_dimensions(&mut self, node: &Node, expr: &Expr, wanted: &[DimensionId], what: &str) -> Checked<()> {
        let extra: Vec<DimensionId> = node.dims.iter().copied().filter(|d| !wanted.contains(d)).collect();
        let missing: Vec<DimensionId> = wanted.iter().copied().filter(|d| !node.dims.contains(d)).collect();
        let plural = |all: &[DimensionId]| if all.len() > 1 { "s" } else { "" };
        let mut failed = None;
        if !extra.is_empty() {
            let message = format!("the formula has the dimension{} {}, which {what} has not", plural(&extra), self.dimension_list(&extra));
            let help = self.without(node, expr, &extra, &missing);
            failed = Some(self.fail(Code::ExtraDimension, expr.span, message, help));
        }
        if !missing.is_empty() {
            let message =
                format!("{what} has the dimension{} {}, which the formula has not", plural(&missing), self.dimension_list(&missing));
            let help = match extra.as_slice() {
                [] => format!("write `{}[ADD: {}]`", self.bracketed(expr), self.dimension_names(&missing)),
                _ => self.without(node, expr, &extra, &missing),
            };
            failed = Some(self.fail(Code::MissingDimension, expr.span, message, help));
        }
        match failed {
            Some(failed) => Err(failed),
            None => Ok(()),
        }
    }

    /// How a formula loses the dimensions that are too many and gets those that are missing.
    fn without(&self, node: &Node, expr: &Expr, extra: &[DimensionId], missing: &[DimensionId]) -> String {
        let method = likely_method(node.ty);
        let short = self.bracketed(expr);
        // Between a dimension and its subset there is one way.
        if let (&[from], &[to]) = (extra, missing)
            && let Some(modifier) = self.between(from, to)
        {
            return format!("write `{short}{modifier}`");
        }
        let removed = |dims: &[DimensionId]| match dims {
            [] => String::new(),
            _ => format!("[REMOVE {method}: {}]", self.dimension_names(dims)),
        };
        let added = |dims: &[DimensionId]| match dims {
            [] => String::new(),
            _ => format!("[ADD: {}]", self.dimension_names(dims)),
        };
        let plain = format!("{short}{}{}", removed(extra), added(missing));
        // A mapping from one to the other is the likelier wish.
        let (mut up, mut down) = (Vec::new(), Vec::new());
        let (mut extra_left, mut missing_left) = (extra.to_vec(), missing.to_vec());
        for &to in missing {
            let pair = extra_left.iter().find_map(|&from| {
                let (higher, lower) = (self.path(from, to), self.path(to, from));
                (higher.is_some() || lower.is_some()).then_some((from, higher, lower))
            });
            let Some((from, higher, lower)) = pair else { continue };
            match (higher, lower) {
                (Some(path), _) => up.push(format!("{}.{path}", self.dimension_name(from))),
                (None, path) => down.push(format!("{}.{}", self.dimension_name(to), path.unwrap_or_default())),
            }
            extra_left.retain(|d| *d != from);
            missing_left.retain(|d| *d != to);
        }
        let mut mapped = short;
        if !up.is_empty() {
            mapped.push_str(&format!("[BY {method}: {}]", up.join(", ")));
        }
        if !down.is_empty() {
            mapped.push_str(&format!("[BY: {}]", down.join(", ")));
        }
        mapped.push_str(&removed(&extra_left));
        mapped.push_str(&added(&missing_left));
        if mapped == plain {
            format!("write `{plain}`, or lead {} elsewhere with `[BY {method}: …]`", self.dimension_list(extra))
        } else {
            format!("write `{plain}` or `{mapped}`")
        }
    }
}
