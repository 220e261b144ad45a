//! What an expression gives: its dimensions, its type, its cells.

use crate::scope::Scope;
use crate::value::{Type, Value};
use crate::work::TOO_MUCH;
use crate::{Cells, Found};

/// More coordinates than a test should walk.
const MOST: usize = 60_000;

/// All cells of an expression.
#[derive(Clone, Debug)]
pub struct Block {
    /// The dimensions in order.
    pub dims: Vec<usize>,
    /// The type; `None` is that of the literal BLANK.
    pub ty: Option<Type>,
    /// The cells.
    pub cells: Cells,
}

impl Block {
    pub(crate) fn constant(ty: Option<Type>, value: Option<Value>) -> Block {
        Block { dims: Vec::new(), ty, cells: value.into_iter().map(|v| (Vec::new(), v)).collect() }
    }

    pub(crate) fn has(&self, dimension: usize) -> bool {
        self.dims.contains(&dimension)
    }

    pub(crate) fn is_within(&self, dims: &[usize]) -> bool {
        self.dims.iter().all(|d| dims.contains(d))
    }

    /// The same over the union of its dimensions and those of others, at its image: what a function's further arguments have beside it tells lines
    /// apart.
    pub(crate) fn over_all(self, scope: &Scope<'_>, others: &[&Block]) -> Found<Block> {
        let dims = union(&[&[&self], others].concat());
        if dims.len() == self.dims.len() {
            return Ok(self);
        }
        Block::filled(scope, dims.clone(), self.ty, |c| self.at(&dims, c).cloned())
    }

    pub(crate) fn place(&self, dimension: usize) -> Found<usize> {
        self.dims.iter().position(|d| *d == dimension).ok_or_else(|| "it lacks the dimension".to_owned())
    }

    /// The value at the image of a coordinate.
    pub(crate) fn at(&self, dims: &[usize], coordinate: &[usize]) -> Option<&Value> {
        self.cells.get(&project(dims, coordinate, &self.dims)?)
    }

    /// With a value at each coordinate for which `f` has one.
    pub(crate) fn filled(scope: &Scope<'_>, dims: Vec<usize>, ty: Option<Type>, f: impl Fn(&[usize]) -> Option<Value>) -> Found<Block> {
        let size = scope.model.size(&dims);
        if size > MOST {
            return Err(TOO_MUCH.to_owned());
        }
        scope.work.take(size)?;
        let mut cells = Cells::new();
        for c in scope.model.coordinates(&dims) {
            if let Some(value) = f(&c).and_then(|v| v.widened(ty)) {
                if let Value::Text(text) = &value {
                    scope.work.take(text.len())?;
                }
                cells.insert(c, value);
            }
        }
        // What f takes it cannot refuse itself.
        scope.work.take(1)?;
        Ok(Block { dims, ty, cells })
    }

    /// Cell by cell over the union of the parts' dimensions, each part at the cell's image.
    pub(crate) fn cellwise(
        scope: &Scope<'_>,
        parts: &[&Block],
        ty: Option<Type>,
        f: impl Fn(&[Option<&Value>]) -> Option<Value>,
    ) -> Found<Block> {
        let dims = union(parts);
        Block::filled(scope, dims.clone(), ty, |c| f(&parts.iter().map(|p| p.at(&dims, c)).collect::<Vec<_>>()))
    }

    /// As `cellwise`, BLANK where any part is.
    pub(crate) fn strict(scope: &Scope<'_>, parts: &[&Block], ty: Option<Type>, f: impl Fn(&[&Value]) -> Option<Value>) -> Found<Block> {
        Block::cellwise(scope, parts, ty, |values| f(&values.iter().copied().collect::<Option<Vec<_>>>()?))
    }
}

/// The part of a coordinate over some dimensions; `None` where one is missing.
pub(crate) fn project(dims: &[usize], coordinate: &[usize], onto: &[usize]) -> Option<Vec<usize>> {
    onto.iter().map(|d| dims.iter().position(|e| e == d).and_then(|at| coordinate.get(at).copied())).collect()
}

/// All dimensions, each where it first appears.
pub(crate) fn union(parts: &[&Block]) -> Vec<usize> {
    let mut dims = Vec::new();
    for part in parts {
        for d in &part.dims {
            if !dims.contains(d) {
                dims.push(*d);
            }
        }
    }
    dims
}
