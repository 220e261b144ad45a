//! What a formula names, before anything is looked up.

use std::collections::HashSet;

use smalt_model::{fold, same_name};

use crate::expr::{Expr, ExprKind, Name};
use crate::signature::{Accept, function};
use crate::span::Span;

/// Every name that could be a block's, each once, in the order of the text. Words of functions (`DESC`) and `CurrentValue` are left out, and
/// so are properties.
pub fn referenced_names(expr: &Expr) -> Vec<String> {
    let mut found = Found { names: Vec::new(), seen: HashSet::new() };
    found.visit(expr);
    found.names
}

/// Where a formula first uses a function that only those may use who define the application's security.
pub fn security_call(expr: &Expr) -> Option<Span> {
    let mut found = match &expr.kind {
        ExprKind::Call(name, _) if ["ACCESSRIGHTS", "RESETACCESSRIGHTS"].iter().any(|f| same_name(f, &name.text)) => Some(name.span),
        _ => None,
    };
    expr.kind.each_child(&mut |child| found = found.or_else(|| security_call(child)));
    found
}

struct Found {
    names: Vec<String>,
    seen: HashSet<String>,
}

impl Found {
    fn add(&mut self, name: &Name) {
        if (name.quoted || !same_name(&name.text, "CurrentValue")) && self.seen.insert(fold(&name.text)) {
            self.names.push(name.text.clone());
        }
    }

    fn visit(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) | ExprKind::Item(name, _) => self.add(name),
            _ => {}
        }
        each_part(expr, &mut |part| self.visit(part));
        if let ExprKind::Modified(_, modifiers) = &expr.kind {
            modifiers.iter().flat_map(|m| m.kind.names()).for_each(|name| self.add(name));
        }
    }
}

/// Hands over the parts of an expression that may name something: all but the words of a function (`DESC`).
pub(crate) fn each_part(expr: &Expr, f: &mut dyn FnMut(&Expr)) {
    let ExprKind::Call(name, arguments) = &expr.kind else { return expr.kind.each_child(f) };
    let signature = function(&name.text);
    for argument in arguments {
        let word = matches!(&argument.value.kind, ExprKind::Name(n) if signature.is_some_and(|s| s.takes_word(n)));
        if !word {
            f(&argument.value);
        }
        argument.on.iter().for_each(&mut *f);
    }
}

impl crate::signature::Signature {
    /// Whether a bare name is one of the function's words.
    pub(crate) fn takes_word(&self, name: &Name) -> bool {
        !name.quoted
            && self.parameters.iter().any(|p| match p.accept {
                Accept::Words(words) => words.iter().any(|w| same_name(w, &name.text)),
                _ => false,
            })
    }
}
