//! The definitions that a person may name in a question, and those that are shown to them.

use smalt_model::{DimensionDef, DimensionId, MetricDef, Schema, Type};
use smalt_security::{Access, Permission, Shape};

/// All of them: a block without a readable cell answers questions like an empty one. Formulas name other blocks, so they are there only
/// for who may configure blocks.
pub(super) fn named(schema: &Schema, access: &Access) -> Schema {
    let mut named = schema.clone();
    if !access.permits(Permission::ConfigureBlocks) {
        without_formulas(&mut named);
    }
    named
}

/// What lists, descriptions and suggestions show: everything to who may display the block explorer or configure blocks; else the blocks of
/// which one may read something, with the dimensions that these lead to.
pub(super) fn shown(schema: &Schema, access: &Access) -> Schema {
    let configures = access.permits(Permission::ConfigureBlocks);
    let all = configures || access.permits(Permission::DisplayBlockExplorer);
    let mut seen = schema.clone();
    if !all {
        let mut dimensions = Vec::new();
        for def in schema.metrics() {
            if access.reading(def.id).shape() == Shape::Nothing {
                seen.remove(smalt_model::Block::Metric(def.id));
            } else {
                dimensions.extend(def.dimensions.iter().copied());
                dimensions.extend(item_of(def.ty));
            }
        }
        for def in schema.lists() {
            if access.reading_list(def.id).shape() == Shape::Nothing {
                seen.remove(smalt_model::Block::List(def.id));
            } else {
                dimensions.extend(def.columns.iter().filter_map(|c| item_of(c.ty)));
            }
        }
        let open = schema.dimensions().filter(|def| def.system.is_some() || access.items(def.id).shape() != Shape::Nothing);
        dimensions.extend(open.map(|def| def.id));
        let reached = with_path_types(schema, dimensions);
        for def in schema.dimensions().filter(|def| !reached.contains(&def.id)) {
            seen.remove(smalt_model::Block::Dimension(def.id));
        }
    }
    if !configures {
        without_formulas(&mut seen);
    }
    seen
}

fn item_of(ty: Type) -> Option<DimensionId> {
    match ty {
        Type::Item(dimension) => Some(dimension),
        _ => None,
    }
}

fn with_path_types(schema: &Schema, mut open: Vec<DimensionId>) -> Vec<DimensionId> {
    let mut reached = Vec::new();
    while let Some(id) = open.pop() {
        if !reached.contains(&id) {
            reached.push(id);
            open.extend(schema.dimension(id).into_iter().flat_map(|def| def.properties.iter().filter_map(|p| item_of(p.ty))));
        }
    }
    reached
}

fn without_formulas(schema: &mut Schema) {
    let metrics: Vec<MetricDef> = schema.metrics().filter(|m| m.formula.is_some()).map(|m| MetricDef::clone(m)).collect();
    for metric in metrics {
        schema.put_metric(MetricDef { formula: None, ..metric });
    }
    let computed = |d: &DimensionDef| d.properties.iter().any(|p| p.formula.is_some());
    let dimensions: Vec<DimensionDef> = schema.dimensions().filter(|d| computed(d)).map(|d| DimensionDef::clone(d)).collect();
    for mut dimension in dimensions {
        dimension.properties.iter_mut().for_each(|p| p.formula = None);
        schema.put_dimension(dimension);
    }
}
