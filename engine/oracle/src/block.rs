//! What an expression gives: its dimensions, its type, its cells.

use crate::model::Model;
use crate::value::{Type, Value};
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

    pub(crate) fn place(&self, dimension: usize) -> Found<usize> {
        self.dims.iter().position(|d| *d == dimension).ok_or_else(|| "it lacks the dimension".to_owned())
    }

    /// The value at the image of a coordinate.
    pub(crate) fn at(&self, dims: &[usize], coordinate: &[usize]) -> Option<&Value> {
        self.cells.get(&project(dims, coordinate, &self.dims)?)
    }

    /// With a value at each coordinate for which `f` has one.
    pub(crate) fn filled(model: &Model, dims: Vec<usize>, ty: Option<Type>, f: impl Fn(&[usize]) -> Option<Value>) -> Found<Block> {
        if model.size(&dims) > MOST {
            return Err("too many coordinates".to_owned());
        }
        let cells = model.coordinates(&dims).into_iter().filter_map(|c| f(&c).map(|v| (c, v.widened(ty)))).collect();
        Ok(Block { dims, ty, cells })
    }

    /// Cell by cell over the union of the parts' dimensions, each part at the cell's image.
    pub(crate) fn cellwise(
        model: &Model,
        parts: &[&Block],
        ty: Option<Type>,
        f: impl Fn(&[Option<&Value>]) -> Option<Value>,
    ) -> Found<Block> {
        let dims = union(parts);
        Block::filled(model, dims.clone(), ty, |c| f(&parts.iter().map(|p| p.at(&dims, c)).collect::<Vec<_>>()))
    }

    /// As `cellwise`, BLANK where any part is.
    pub(crate) fn strict(model: &Model, parts: &[&Block], ty: Option<Type>, f: impl Fn(&[&Value]) -> Option<Value>) -> Found<Block> {
        Block::cellwise(model, parts, ty, |values| f(&values.iter().copied().collect::<Option<Vec<_>>>()?))
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
