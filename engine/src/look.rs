//! Names of statements, looked up among the definitions that a person may see.

use std::sync::Arc;

use smalt_model::{Block, ColumnDef, DimensionDef, ListDef, MetricDef, PropertyDef, Saved, Schema, TableDef, Type, ViewDef};
use smalt_security::Permission;
use smalt_vault::MaskedView;

use crate::fault::{Done, Fault};
use crate::near::closest;
use crate::statement::ast::{Name, ObjectKind};

fn kind(block: Block) -> &'static str {
    match block {
        Block::Dimension(_) => "dimension",
        Block::Metric(_) => "metric",
        Block::List(_) => "list",
    }
}

/// What `find` finds among the definitions that the catalog shows, or else among those that a query may name. Where neither has it, the error is of
/// the catalog: what that does not show is offered to nobody.
pub(crate) fn shown<T>(view: &MaskedView, find: impl Fn(&Schema) -> Done<T>) -> Done<T> {
    find(view.catalog()).or_else(|fault| find(view.schema()).map_err(|_| fault))
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

/// A dimension that is a subset, or that is none, whichever is meant.
pub(crate) fn dimension_or_subset(schema: &Schema, kind: ObjectKind, name: &Name) -> Done<Arc<DimensionDef>> {
    let def = dimension(schema, name)?;
    match (kind, def.parent) {
        (ObjectKind::Subset, None) => Err(Fault::new(format!("`{}` is a dimension, not a subset", name.text)).at(name.at)),
        (ObjectKind::Dimension, Some(_)) => Err(Fault::new(format!("`{}` is a subset", name.text)).at(name.at)),
        _ => Ok(def),
    }
}

/// A table of metrics.
pub(crate) fn table(schema: &Schema, name: &Name) -> Done<Arc<TableDef>> {
    match (schema.saved(&name.text), schema.find(&name.text)) {
        (Some(Saved::Table(def)), _) => Ok(Arc::clone(def)),
        (Some(Saved::View(_)), _) => Err(Fault::new(format!("`{}` is a view, not a table", name.text)).at(name.at)),
        (None, Some(block)) => Err(other_kind(name, block, "table")),
        (None, None) => Err(unknown(schema, name, "table")),
    }
}

/// A view.
pub(crate) fn view(schema: &Schema, name: &Name) -> Done<Arc<ViewDef>> {
    match (schema.saved(&name.text), schema.find(&name.text)) {
        (Some(Saved::View(def)), _) => Ok(Arc::clone(def)),
        (Some(Saved::Table(_)), _) => Err(Fault::new(format!("`{}` is a table of metrics, not a view", name.text)).at(name.at)),
        (None, Some(block)) => Err(other_kind(name, block, "view")),
        (None, None) => Err(unknown(schema, name, "view")),
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

/// The dimension whose items a property holds, if it holds items.
pub(crate) fn held(schema: &Schema, property: &PropertyDef) -> Option<Arc<DimensionDef>> {
    match property.ty {
        Type::Item(dimension) => schema.dimension(dimension).map(Arc::clone),
        _ => None,
    }
}

/// A column of a list.
pub(crate) fn column<'a>(def: &'a ListDef, name: &Name) -> Done<(u16, &'a ColumnDef)> {
    let found = def.column(&name.text).and_then(|index| def.columns.get(usize::from(index)).map(|c| (index, c)));
    found.ok_or_else(|| {
        let names = def.columns.iter().map(|c| format!("`{}`", c.name)).collect::<Vec<_>>();
        Fault::new(format!("`{}` has no column `{}`", def.name, name.text))
            .at(name.at)
            .help(format!("its columns are {}", names.join(", ")))
    })
}

/// A name for something new must be free; where the person does not see what has it, the refusal tells nothing of that.
pub(crate) fn free_for(schema: &Schema, seen: &Schema, name: &Name) -> Done {
    let is_unseen = (schema.find(&name.text).is_some() && seen.find(&name.text).is_none())
        || (schema.saved(&name.text).is_some() && seen.saved(&name.text).is_none());
    if is_unseen { Err(Fault::missing(Permission::ConfigureBlocks)) } else { free(schema, name) }
}

/// A name for something new must be free.
pub(crate) fn free(schema: &Schema, name: &Name) -> Done {
    let taken = schema.find(&name.text).map(kind).or_else(|| schema.saved(&name.text).map(Saved::kind));
    match taken {
        None => Ok(()),
        Some(kind) => Err(Fault::new(format!("there is a {kind} `{}` already", name.text)).at(name.at)),
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
    schema.name_of(block).map(ToString::to_string).unwrap_or_default()
}

fn other_kind(name: &Name, block: Block, wanted: &str) -> Fault {
    Fault::new(format!("`{}` is a {}, not a {wanted}", name.text, kind(block))).at(name.at)
}

fn unknown(schema: &Schema, name: &Name, wanted: &str) -> Fault {
    match schema.saved(&name.text) {
        Some(Saved::Table(_)) => {
            let fault = Fault::new(format!("`{}` is a table of metrics, not a {wanted}", name.text)).at(name.at);
            return fault.help("its columns are metrics of their own: name one of them");
        }
        Some(Saved::View(_)) => return Fault::new(format!("`{}` is a view, not a {wanted}", name.text)).at(name.at),
        None => {}
    }
    let names = schema
        .dimensions()
        .map(|d| Arc::clone(&d.name))
        .chain(schema.metrics().map(|m| Arc::clone(&m.name)))
        .chain(schema.lists().map(|l| Arc::clone(&l.name)))
        .chain(schema.all_saved().map(|s| Arc::clone(s.name())))
        .collect::<Vec<_>>();
    let meant = closest(&name.text, names.iter().map(AsRef::as_ref)).map(|close| format!("did you mean `{close}`?"));
    Fault::new(format!("there is no {wanted} `{}`", name.text)).at(name.at).help_if(meant)
}
