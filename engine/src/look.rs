//! Names of statements, looked up among the definitions that a person may see.

use std::sync::Arc;

use smalt_model::{Block, DimensionDef, ListDef, MetricDef, PropertyDef, Schema};
use smalt_security::Permission;

use crate::fault::{Done, Fault};
use crate::near::closest;
use crate::statement::ast::Name;

fn kind(block: Block) -> &'static str {
    match block {
        Block::Dimension(_) => "dimension",
        Block::Metric(_) => "metric",
        Block::List(_) => "list",
    }
}

/// A block of any kind.
pub(crate) fn block(schema: &Schema, name: &Name) -> Done<Block> {
    schema.find(&name.text).ok_or_else(|| unknown(schema, name, "dimension, metric or list"))
}

/// A dimension.
pub(crate) fn dimension(schema: &Schema, name: &Name) -> Done<Arc<DimensionDef>> {
    match schema.find(&name.text) {
        Some(Block::Dimension(id)) => schema.dimension(id).map(Arc::clone).ok_or_else(|| unknown(schema, name, "dimension")),
        Some(other) => Err(other_kind(name, other, "dimension")),
        None => Err(unknown(schema, name, "dimension")),
    }
}

/// A metric.
pub(crate) fn metric(schema: &Schema, name: &Name) -> Done<Arc<MetricDef>> {
    match schema.find(&name.text) {
        Some(Block::Metric(id)) => schema.metric(id).map(Arc::clone).ok_or_else(|| unknown(schema, name, "metric")),
        Some(other) => Err(other_kind(name, other, "metric")),
        None => Err(unknown(schema, name, "metric")),
    }
}

/// A list.
pub(crate) fn list(schema: &Schema, name: &Name) -> Done<Arc<ListDef>> {
    match schema.find(&name.text) {
        Some(Block::List(id)) => schema.list(id).map(Arc::clone).ok_or_else(|| unknown(schema, name, "list")),
        Some(other) => Err(other_kind(name, other, "list")),
        None => Err(unknown(schema, name, "list")),
    }
}

/// A property of a dimension.
pub(crate) fn property<'a>(def: &'a DimensionDef, name: &Name) -> Done<(u16, &'a PropertyDef)> {
    let found = def.property(&name.text).and_then(|index| def.properties.get(usize::from(index)).map(|p| (index, p)));
    found.ok_or_else(|| {
        let names = def.properties.iter().map(|p| format!("`{}`", p.name)).collect::<Vec<_>>();
        Fault::new(format!("`{}` has no property `{}`", def.name, name.text))
            .at(name.at)
            .help(format!("its properties are {}", names.join(", ")))
    })
}

/// A name for something new must be free; where the person does not see what has it, the refusal tells nothing of that.
pub(crate) fn free_for(schema: &Schema, seen: &Schema, name: &Name) -> Done {
    match (schema.find(&name.text), seen.find(&name.text)) {
        (Some(_), None) => Err(Fault::missing(Permission::ConfigureBlocks)),
        _ => free(schema, name),
    }
}

/// A name for something new must be free.
pub(crate) fn free(schema: &Schema, name: &Name) -> Done {
    match schema.find(&name.text) {
        None => Ok(()),
        Some(block) => Err(Fault::new(format!("there is a {} `{}` already", kind(block), name.text)).at(name.at)),
    }
}

/// Whether there is a block of this id.
pub(crate) fn is_there(schema: &Schema, block: Block) -> bool {
    match block {
        Block::Dimension(id) => schema.dimension(id).is_some(),
        Block::Metric(id) => schema.metric(id).is_some(),
        Block::List(id) => schema.list(id).is_some(),
    }
}

/// What a block is called, for messages.
pub(crate) fn name_of(schema: &Schema, block: Block) -> String {
    let name = match block {
        Block::Dimension(id) => schema.dimension(id).map(|d| d.name.to_string()),
        Block::Metric(id) => schema.metric(id).map(|m| m.name.to_string()),
        Block::List(id) => schema.list(id).map(|l| l.name.to_string()),
    };
    name.unwrap_or_default()
}

fn other_kind(name: &Name, block: Block, wanted: &str) -> Fault {
    Fault::new(format!("`{}` is a {}, not a {wanted}", name.text, kind(block))).at(name.at)
}

fn unknown(schema: &Schema, name: &Name, wanted: &str) -> Fault {
    let names = schema
        .dimensions()
        .map(|d| Arc::clone(&d.name))
        .chain(schema.metrics().map(|m| Arc::clone(&m.name)))
        .chain(schema.lists().map(|l| Arc::clone(&l.name)))
        .collect::<Vec<_>>();
    let meant = closest(&name.text, names.iter().map(AsRef::as_ref)).map(|close| format!("did you mean `{close}`?"));
    Fault::new(format!("there is no {wanted} `{}`", name.text)).at(name.at).help_if(meant)
}
