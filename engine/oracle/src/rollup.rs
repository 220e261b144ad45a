//! ROLLUP (formulas.md §7).

use smalt_formula::{Argument, ExprKind};

use crate::Found;
use crate::arithmetic::{sum, times};
use crate::block::Block;
use crate::operator::numeric;
use crate::scope::Scope;
use crate::value::{Type, Value, meet};

/// A hierarchy with the cells that roll up in it.
struct Tree<'a> {
    x: &'a Block,
    place: usize,
    parent: &'a [Option<Value>],
    weight: Option<&'a Block>,
    ty: Option<Type>,
}

/// What an item comes to.
enum Branch {
    /// There is no cell at it or below.
    Empty,
    /// It is too large, and so is all that it is a part of.
    TooLarge,
    Of(Value),
}

/// ROLLUP(x, D.Parent [, weight])
pub(crate) fn rollup(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let x = scope.eval(&arguments[0].value)?;
    numeric(&x)?;
    let ExprKind::Property(of, name) = &arguments.get(1).ok_or("parent")?.value.kind else { return Err("a property".to_owned()) };
    let ExprKind::Name(of) = &of.kind else { return Err("a property of a dimension".to_owned()) };
    let d = scope.dimension(of)?;
    let property = scope.model.dimensions[d].property(&name.text).ok_or("no such property")?;
    if property.ty != Type::Item(d) {
        return Err("no parent".to_owned());
    }
    let weight = arguments.get(2).map(|w| scope.eval(&w.value)).transpose()?;
    let x = x.over_all(scope, &weight.iter().collect::<Vec<_>>())?;
    weight.as_ref().map_or(Ok(()), numeric)?;
    let ty = meet(Some(x.ty.unwrap_or(Type::Number)), weight.as_ref().and_then(|w| w.ty))?;
    let tree = Tree { x: &x, place: x.place(d)?, parent: &property.values, weight: weight.as_ref(), ty };
    Block::filled(scope, x.dims.clone(), ty, |c| {
        scope.work.take(scope.count(d) * scope.count(d)).ok()?;
        if let Branch::Of(value) = tree.total(c) { Some(value) } else { None }
    })
}

impl Tree<'_> {
    /// The sum over an item and what its children come to, each times the child's weight.
    fn total(&self, c: &[usize]) -> Branch {
        let mut parts: Vec<Value> = Vec::new();
        if let Some(own) = self.x.cells.get(c) {
            parts.extend(own.widened(self.ty));
            if parts.is_empty() {
                return Branch::TooLarge;
            }
        }
        for child in 0..self.parent.len() {
            if self.parent[child].as_ref().and_then(Value::item) != Some(c[self.place]) {
                continue;
            }
            let mut below = c.to_vec();
            below[self.place] = child;
            let weight = match self.weight.map(|w| w.at(&self.x.dims, &below)) {
                None => Some(Value::Integer(1)),
                // A BLANK weight leaves the branch out.
                Some(weight) => weight.cloned(),
            };
            match (self.total(&below), weight) {
                (Branch::Of(value), Some(weight)) => match times(&value, &weight) {
                    Some(part) => parts.push(part),
                    None => return Branch::TooLarge,
                },
                (Branch::TooLarge, Some(_)) => return Branch::TooLarge,
                _ => {}
            }
        }
        if parts.is_empty() {
            return Branch::Empty;
        }
        sum(&parts.iter().collect::<Vec<_>>(), self.ty).map_or(Branch::TooLarge, Branch::Of)
    }
}
