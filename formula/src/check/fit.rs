//! A formula must end with the type and the dimensions of what it is for (formulas.md §1 and §4).

use smalt_model::{DimensionId, Type};

use super::shape::converted;
use super::{Checked, Checker, Place};
use crate::expr::Expr;
use crate::program::Node;

impl Checker<'_> {
    /// The formula as its place needs it.
    pub(super) fn fit(&mut self, node: Node, expr: &Expr) -> Checked {
        if let Some(list) = node.rows {
            let name = self.list_name(list);
            let message = format!("the formula is by row of `{name}`");
            let help = format!("give it dimensions: `{}[BY SUM: {name}.…]`", self.bracketed(expr));
            return Err(self.fail("E_DIMENSION", expr.span, message, help));
        }
        let (what, ty, dims) = match self.place {
            Place::Free => return Ok(node),
            Place::Metric(target) => (format!("the metric `{}`", target.name), target.ty, target.dims.clone()),
            Place::Property { dimension, ty } => ("the property".to_owned(), *ty, vec![*dimension]),
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
        let help = self.conversion(&node, ty);
        Err(self.fail("E_TYPE", node.span, message, help))
    }

    fn fit_dimensions(&mut self, node: &Node, expr: &Expr, wanted: &[DimensionId], what: &str) -> Checked<()> {
        let extra: Vec<DimensionId> = node.dims.iter().copied().filter(|d| !wanted.contains(d)).collect();
        let missing: Vec<DimensionId> = wanted.iter().copied().filter(|d| !node.dims.contains(d)).collect();
        let short = self.bracketed(expr);
        let mut failed = None;
        for &dimension in &extra {
            let name = self.dimension_name(dimension);
            let message = format!("the formula has the dimension `{name}`, which {what} has not");
            let method = match node.ty {
                ty if ty.is_numeric() => "SUM",
                Type::Boolean => "ANY",
                _ => "FIRST",
            };
            // A mapping that leads to a missing dimension is the likelier wish.
            let up = missing.iter().find_map(|&m| Some(format!("[BY {method}: {name}.{}]", self.path(dimension, m)?)));
            let down = || missing.iter().find_map(|&m| Some(format!("[BY: {}.{}]", self.dimension_name(m), self.path(m, dimension)?)));
            let by = up.or_else(down).unwrap_or_else(|| format!("[BY {method}: {name}.…]"));
            let help = format!("write `{short}[REMOVE {method}: {name}]` or `{short}{by}`");
            failed = Some(self.fail("E_DIMENSION", expr.span, message, help));
        }
        if !missing.is_empty() {
            let names = self.dimension_names(&missing);
            let message =
                format!("{what} has the dimension{} `{names}`, which the formula has not", if missing.len() > 1 { "s" } else { "" });
            failed = Some(self.fail("E_DIMENSION", expr.span, message, format!("write `{short}[ADD: {names}]`")));
        }
        match failed {
            Some(failed) => Err(failed),
            None => Ok(()),
        }
    }
}
