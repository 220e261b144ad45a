//! Subsets (formulas.md §5): dimensions that have some of the items of another.

use smalt_formula::{Name, parse};

use crate::Found;
use crate::block::Block;
use crate::model::Model;
use crate::scope::Scope;
use crate::value::Value;

/// The items of a subset, told by their places in its parent: those for which its condition is TRUE.
///
/// # Errors
/// It is no subset, or its condition is wrong.
pub fn members(scope: &Scope<'_>, subset: usize) -> Found<Vec<usize>> {
    let definition = scope.model.dimensions[subset].subset.as_ref().ok_or("no subset")?;
    let condition = scope.eval(&parse(&definition.condition).map_err(|e| e.to_string())?)?;
    if condition.dims != [definition.of] {
        return Err("the condition has other dimensions".to_owned());
    }
    let is_in = |item: &usize| condition.cells.get(&vec![*item]) == Some(&Value::Boolean(true));
    Ok((0..scope.count(definition.of)).filter(is_in).collect())
}

/// A dimension, the one whose subset it is, and so on.
fn line(model: &Model, dimension: usize) -> Vec<usize> {
    let mut all = vec![dimension];
    while let Some(subset) = all.last().and_then(|d| model.dimensions[*d].subset.as_ref()) {
        all.push(subset.of);
    }
    all
}

/// Where an item of a subset stands in one of the dimensions above.
fn above(model: &Model, subset: usize, item: usize, wanted: usize) -> Option<usize> {
    let (mut dimension, mut item) = (subset, item);
    while dimension != wanted {
        let subset = model.dimensions[dimension].subset.as_ref()?;
        item = *subset.items.get(item)?;
        dimension = subset.of;
    }
    Some(item)
}

/// `x[TOSUBSET: S]`: the cells of the items that S has.
pub(crate) fn to_subset(scope: &Scope<'_>, x: &Block, name: &Name) -> Found<Block> {
    let to = scope.dimension(name)?;
    absent(x, to)?;
    let from = line(scope.model, to).into_iter().skip(1).find(|d| x.has(*d)).ok_or("a subset of none of its dimensions")?;
    let place = x.place(from)?;
    let mut dims = x.dims.clone();
    dims[place] = to;
    Block::filled(scope, dims, x.ty, |c| {
        let mut from_there = c.to_vec();
        from_there[place] = above(scope.model, to, c[place], from)?;
        x.cells.get(&from_there).cloned()
    })
}

/// `x[TOPARENTLIST: P]`: the cells of a subset, each at its own item.
pub(crate) fn to_parent(scope: &Scope<'_>, x: &Block, name: &Name) -> Found<Block> {
    let to = scope.dimension(name)?;
    absent(x, to)?;
    let below: Vec<usize> = x.dims.iter().copied().filter(|d| line(scope.model, *d).contains(&to)).collect();
    let [from] = below[..] else { return Err("it is by no subset of it, or by several".to_owned()) };
    let place = x.place(from)?;
    let mut block = Block { dims: x.dims.clone(), ty: x.ty, cells: crate::Cells::new() };
    block.dims[place] = to;
    for (c, value) in &x.cells {
        let mut there = c.clone();
        there[place] = above(scope.model, from, c[place], to).ok_or("an item that its dimension lacks")?;
        block.cells.insert(there, value.clone());
    }
    Ok(block)
}

fn absent(x: &Block, dimension: usize) -> Found<()> {
    if x.has(dimension) { Err("it has the dimension already".to_owned()) } else { Ok(()) }
}
