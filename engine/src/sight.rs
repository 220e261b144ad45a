//! Whether nothing of something is hidden from a person. What is counted or ordered over all of it may then be told.

use std::collections::BTreeSet;

use smalt_formula::Program;
use smalt_model::{Block, DimensionId, ListId, MetricId, Schema, Type};
use smalt_security::{Access, Shape};

use crate::reads::{self, Property};

/// No item of these dimensions.
pub(crate) fn sees_all_items(access: &Access, dimensions: impl IntoIterator<Item = DimensionId>) -> bool {
    dimensions.into_iter().all(|dimension| access.items(dimension).shape() == Shape::Everything)
}

/// No row of these lists.
pub(crate) fn sees_all_rows<'a>(access: &Access, lists: impl IntoIterator<Item = &'a ListId>) -> bool {
    lists.into_iter().all(|list| access.reading_list(*list).shape() == Shape::Everything)
}

/// No cell of a metric, and no item that stands in one.
pub(crate) fn sees_all_cells(access: &Access, metric: MetricId) -> bool {
    access.reading(metric).shape() == Shape::Everything && access.values(metric).is_none()
}

/// Nothing of a block: no item of its dimensions, no cell, no row, no property. How many of these were changed may then be told.
pub(crate) fn sees_all_of(access: &Access, schema: &Schema, block: Block) -> bool {
    let held = |ty: Type| match ty {
        Type::Item(dimension) => Some(dimension),
        _ => None,
    };
    match block {
        Block::Metric(id) => schema.metric(id).is_some_and(|def| {
            let dimensions = def.dimensions.iter().copied().chain(held(def.ty));
            sees_all_cells(access, id) && sees_all_items(access, dimensions)
        }),
        Block::List(id) => schema.list(id).is_some_and(|def| {
            sees_all_rows(access, [&id]) && sees_all_items(access, def.columns.iter().filter_map(|column| held(column.ty)))
        }),
        Block::Dimension(id) => schema.dimension(id).is_some_and(|def| {
            let dimensions = std::iter::once(id).chain(def.properties.iter().filter_map(|property| held(property.ty)));
            let properties = (0u16..).zip(&def.properties);
            let is_seen =
                |property| access.property(id, property).shape() == Shape::Everything && access.property_values(id, property).is_none();
            sees_all_items(access, dimensions) && properties.into_iter().all(|(property, _)| is_seen(property))
        }),
    }
}

/// Nothing that the order of a dimension goes by: none of its items, and of none of them the property.
pub(crate) fn sees_order(access: &Access, schema: &Schema, dimension: DimensionId) -> bool {
    let property = |(dimension, property): Property| {
        access.property(dimension, property).shape() == Shape::Everything && access.property_values(dimension, property).is_none()
    };
    sees_all_items(access, reads::ordered_by(dimension, schema)) && reads::order(dimension, schema).into_iter().all(property)
}

/// Nothing that a formula reads, and nothing of its result. Inheritance will tell cell by cell.
pub(crate) fn sees_everything(access: &Access, program: &Program, schema: &Schema) -> bool {
    // The rows of the answer are in item order, whatever the formula reads of it.
    let ordered = program.root.dims.iter().flat_map(|d| reads::order(*d, schema));
    let properties: BTreeSet<Property> = reads::properties(program, schema).into_iter().chain(ordered).collect();
    let property = |(dimension, property): &Property| {
        access.property(*dimension, *property).shape() == Shape::Everything && access.property_values(*dimension, *property).is_none()
    };
    program.metrics().all(|metric| sees_all_cells(access, metric))
        && sees_all_rows(access, &program.lists)
        && properties.iter().all(property)
        && sees_all_items(access, reads::dimensions(program))
        && access.reading_dimensions(&program.root.dims).shape() == Shape::Everything
}
