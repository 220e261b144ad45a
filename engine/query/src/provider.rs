//! Tables for a host's own DataFusion session.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use smalt_model::{Block, DimensionId, Schema, Type, fold};
use smalt_vault::MaskedView;

use crate::limits::Limits;
use crate::source::{Field, FieldInfo, Source};
use crate::table::MaskedTable;

/// A block as a table for a host's own session. Its columns are flat and lower case. Those of a metric are its dimensions, then all their
/// property paths (`store_country`, each dimension at most once in a path), then the value; those of a dimension its properties, of a list its
/// columns, and then the paths from them. `None` for a block that the view does not show.
///
/// The table pins the view. Like any table of the view it has no statistics and no constraints.
pub fn provider(view: &MaskedView, block: Block) -> Option<Arc<dyn TableProvider>> {
    let schema = view.schema();
    let source = match block {
        Block::Metric(id) => Source::Metric(Arc::clone(schema.metric(id)?)),
        Block::Dimension(id) => Source::Dimension(Arc::clone(schema.dimension(id)?)),
        Block::List(id) => Source::List(Arc::clone(schema.list(id)?)),
    };
    let mut columns = source.columns(schema);
    // A metric's value comes last.
    let value = if let Source::Metric(_) = &source { columns.pop() } else { None };
    let mut fields = columns.clone();
    for column in &columns {
        // A path from an item never comes back to it.
        let mut passed = if let Source::Dimension(def) = &source { vec![def.id] } else { Vec::new() };
        paths(schema, column, &mut passed, &mut fields);
    }
    fields.extend(value);
    let mut named: Vec<(FieldInfo, String)> = Vec::with_capacity(fields.len());
    for info in fields {
        let flat: String = fold(&info.name).chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        let mut name = flat.clone();
        let mut number = 2;
        while named.iter().any(|(_, have)| *have == name) {
            name = format!("{flat}_{number}");
            number += 1;
        }
        named.push((info, name));
    }
    Some(Arc::new(MaskedTable::new(view.clone(), source, named, Arc::new(Limits::default()))))
}

fn paths(schema: &Schema, from: &FieldInfo, passed: &mut Vec<DimensionId>, fields: &mut Vec<FieldInfo>) {
    let (Field::Path { axis, properties }, Some(id)) = (&from.field, from.dimension()) else { return };
    let Some(def) = schema.dimension(id).filter(|_| !passed.contains(&id)) else { return };
    passed.push(id);
    for (index, property) in (0u16..).zip(&def.properties) {
        let mut properties = properties.clone();
        properties.push(index);
        let name = format!("{}.{}", from.name, property.name);
        let info = FieldInfo { field: Field::Path { axis: *axis, properties }, name, ty: property.ty };
        fields.push(info.clone());
        if matches!(property.ty, Type::Item(_)) {
            paths(schema, &info, passed, fields);
        }
    }
    passed.pop();
}
