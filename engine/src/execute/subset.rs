//! CREATE SUBSET and ALTER SUBSET.

use std::sync::Arc;

use smalt_model::{Block, DimensionDef, PropertyDef, Schema, Type};

use super::{Change, dimension, formula};
use crate::fault::{Done, Fault};
use crate::look;
use crate::statement::ast::{AlterSubset, CreateSubset, Formula, Name, ObjectKind};
use crate::work::Computed;

pub(super) fn create(change: &mut Change<'_>, create: &CreateSubset) -> Done<String> {
    formula::check_form(change, &create.formula)?;
    let parent = look::dimension(&change.seen, &create.dimension)?;
    if change.is_promised(Block::Dimension(parent.id)) {
        return Err(Fault::new(format!("there is no dimension `{}`", create.dimension.text)).at(create.dimension.at));
    }
    if parent.system.is_some() {
        return Err(Fault::new(format!("`{}` has no subsets", parent.name))
            .at(create.dimension.at)
            .help("a Boolean metric by it does what a subset would"));
    }
    let id = change.work.claim_dimension(&create.name)?;
    let schema = change.work.draft.schema();
    // Who named it before it was there may have meant a dimension of its own.
    if let Some(user) = held_by(schema, Type::Item(id)) {
        return Err(Fault::new(format!("`{}` holds an item of `{}`, and a subset's items come and go", user, create.name.text))
            .at(create.name.at)
            .help(format!("use `{}` there", parent.name)));
    }
    if let Some(metric) = schema.metrics().find(|m| m.ty == Type::Rights && m.dimensions.contains(&id)) {
        return Err(rights_by_subset(&metric.name, &parent).at(create.name.at));
    }
    let text: Arc<str> = Arc::from(create.formula.text.as_str());
    let property = |(place, p): (usize, &PropertyDef)| PropertyDef { formula: (place == 0).then(|| Arc::clone(&text)), ..p.clone() };
    let properties = parent.properties.iter().enumerate().map(property).collect();
    let name: Arc<str> = Arc::from(create.name.text.as_str());
    let def = DimensionDef { id, name, properties, order: None, parent: Some(parent.id), ..DimensionDef::clone(&parent) };
    let none = change.work.draft.items(parent.id).subset(|_| false);
    change.work.draft.schema_mut().put_dimension(def);
    change.work.draft.set_items(id, Arc::new(none));
    change.work.touched.dimensions.insert(id);
    formula::save(change, Computed::Property(id, 0), &create.formula)?;
    Ok(format!("subset `{}` of `{}` created", create.name.text, parent.name))
}

pub(super) fn alter(change: &mut Change<'_>, subset: &Name, to: &AlterSubset) -> Done<String> {
    if let AlterSubset::Formula(formula) = to {
        formula::check_form(change, formula)?;
    }
    let def = look::dimension_or_subset(&change.seen, ObjectKind::Subset, subset)?;
    match to {
        AlterSubset::Rename(name) => dimension::rename(change, &def, subset, name),
        AlterSubset::Formula(formula) => set_condition(change, &def, formula),
    }
}

/// Says anew which items a subset has.
fn set_condition(change: &mut Change<'_>, def: &DimensionDef, formula: &Formula) -> Done<String> {
    change.allow(change.guarded().property(def.id, 0))?;
    // What is seen of it may lack its formula.
    let Some(now) = change.work.draft.schema().dimension(def.id).map(Arc::clone) else { return Err(Fault::new("the subset is gone")) };
    let mut now = DimensionDef::clone(&now);
    if let Some(names) = now.properties.first_mut() {
        names.formula = Some(Arc::from(formula.text.as_str()));
    }
    change.work.draft.schema_mut().put_dimension(now);
    change.work.programs.properties.retain(|(d, ..)| *d != def.id);
    change.work.touched.dimensions.insert(def.id);
    formula::save(change, Computed::Property(def.id, 0), formula)?;
    Ok(format!("condition of `{}` set", def.name))
}

/// A rights metric speaks of all items: one that left a subset would take its word along.
pub(super) fn rights_by_subset(metric: &str, parent: &DimensionDef) -> Fault {
    Fault::new(format!("`{metric}` holds access rights, and those of an item must not come and go with a subset"))
        .help(format!("give it the dimension `{}`", parent.name))
}

/// Something that holds values of a type.
fn held_by(schema: &Schema, ty: Type) -> Option<String> {
    let metrics = schema.metrics().filter(|m| m.ty == ty).map(|m| m.name.to_string());
    let columns = schema.lists().filter(|l| l.columns.iter().any(|c| c.ty == ty)).map(|l| l.name.to_string());
    let properties = schema.dimensions().filter(|d| d.properties.iter().any(|p| p.ty == ty)).map(|d| d.name.to_string());
    metrics.chain(columns).chain(properties).next()
}
