//! Items, properties, look-ups.

use std::cmp::Ordering;

use crate::Found;
use crate::block::Block;
use crate::scope::Scope;
use crate::value::{Type, Value};

/// The property of the item that an expression gives.
pub(crate) fn property(scope: &Scope<'_>, item: &Block, name: &str) -> Found<Block> {
    let Some(Type::Item(d)) = item.ty else { return Err("no item".to_owned()) };
    let property = scope.model.dimensions[d].property(name).ok_or("no such property")?;
    Block::strict(scope, &[item], Some(property.ty.computed()), |v| property.values[v[0].item()?].clone())
}

/// `Country."France"`
pub(crate) fn literal(scope: &Scope<'_>, dimension: &str, item: &str) -> Found<Block> {
    let d = scope.model.dimension(dimension).ok_or("no such dimension")?;
    let at = scope.model.dimensions[d].items.iter().position(|name| name == item).ok_or("no such item")?;
    Ok(Block::constant(Some(Type::Item(d)), Some(Value::Item(d, at))))
}

/// ITEM and MATCH: the first item in item order whose property equals the value; with `only`, nothing where there are several.
pub(crate) fn first_match(scope: &Scope<'_>, value: &Block, dimension: usize, name: &str, only: bool) -> Found<Block> {
    let property = scope.model.dimensions[dimension].property(name).ok_or("no such property")?;
    // An INTEGER is no other number; among DECIMALs and NUMBERs any number is looked for.
    let fits = |ty: Type| ty == property.ty || (ty.is_numeric() && property.ty.is_numeric() && property.ty != Type::Integer);
    if value.ty.is_some_and(|ty| !fits(ty)) {
        return Err("the property has another type".to_owned());
    }
    Block::strict(scope, &[value], Some(Type::Item(dimension)), |v| {
        scope.work.take(property.values.len()).ok()?;
        let equals = |p: &Option<Value>| p.as_ref().is_some_and(|p| p.compared(v[0]) == Some(Ordering::Equal));
        let mut having = (0..property.values.len()).filter(|item| equals(&property.values[*item]));
        let first = having.next()?;
        if only && having.next().is_some() { None } else { Some(Value::Item(dimension, first)) }
    })
}

/// TIMEDIM(date, D): the period that holds the date.
pub(crate) fn period_of(scope: &Scope<'_>, date: &Block, dimension: usize) -> Found<Block> {
    let periods = &scope.model.dimensions[dimension];
    periods.level.ok_or("no calendar")?;
    Block::strict(scope, &[date], Some(Type::Item(dimension)), |v| {
        let day = v[0].day()?;
        scope.work.take(periods.items.len()).ok()?;
        let holds = |item: &usize| periods.period(*item).is_some_and(|(start, end)| start <= day && day <= end);
        (0..periods.items.len()).find(holds).map(|item| Value::Item(dimension, item))
    })
}

/// SHIFT(item, n): the item n places later.
pub(crate) fn shift(scope: &Scope<'_>, item: &Block, n: &Block) -> Found<Block> {
    let Some(Type::Item(d)) = item.ty else { return Err("no item".to_owned()) };
    Block::strict(scope, &[item, n], item.ty, |v| {
        let at = i128::from(v[0].item()? as i64) + i128::from(v[1].truncated()?);
        usize::try_from(at).ok().filter(|at| *at < scope.count(d)).map(|at| Value::Item(d, at))
    })
}
