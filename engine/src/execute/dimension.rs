//! CREATE DIMENSION and ALTER DIMENSION.

use std::collections::HashSet;
use std::sync::Arc;

use smalt_model::{Block, DimensionDef, PropertyDef, Type, fold};

use super::{Change, formula};
use crate::fault::{Done, Fault};
use crate::look;
use crate::statement::ast::{AlterDimension, CreateDimension, Formula, Name, Property};
use crate::work::Computed;

const MOST_PROPERTIES: usize = u16::MAX as usize;

pub(super) fn create(change: &mut Change<'_>, create: &CreateDimension) -> Done<String> {
    if let Some(display) = &create.display {
        return Err(Fault::not_yet("DISPLAY").at(display.at));
    }
    if let Some(order) = &create.order {
        return Err(Fault::not_yet("ORDER BY").at(order.property.at).help("items are in the order of their creation"));
    }
    check_count(create.properties.len()).map_err(|fault| fault.at(create.name.at))?;
    let id = change.work.claim_dimension(&create.name)?;
    // The dimension is there before its types are looked up: a property may hold its own items.
    let name: Arc<str> = Arc::from(create.name.text.as_str());
    let empty = DimensionDef { id, name, properties: Vec::new(), calendar: None, system: None };
    change.work.draft.schema_mut().put_dimension(empty.clone());
    let mut properties: Vec<PropertyDef> = Vec::new();
    let mut names = HashSet::new();
    for property in &create.properties {
        let ty = property_type(change, property)?;
        if properties.is_empty() && ty != Type::Text {
            return Err(Fault::new(format!("`{}` is the unique name of the items, so it must be TEXT", property.name.text))
                .at(property.ty.at)
                .help("numbers in a file are taken as their text"));
        }
        if !names.insert(fold(&property.name.text)) {
            return Err(Fault::new(format!("`{}` is named twice", property.name.text)).at(property.name.at));
        }
        properties.push(PropertyDef { name: Arc::from(property.name.text.as_str()), ty, formula: None });
    }
    change.work.put_dimension(DimensionDef { properties, ..empty });
    Ok(format!("dimension `{}` created", create.name.text))
}

/// The places of properties are numbers of 16 bits.
fn check_count(properties: usize) -> Done {
    if properties > MOST_PROPERTIES { Err(Fault::new("a dimension has at most 65,535 properties")) } else { Ok(()) }
}

fn property_type(change: &mut Change<'_>, property: &Property) -> Done<Type> {
    match change.work.type_of(&property.ty, change.number)? {
        Type::Rights => Err(Fault::new("a property holds no access rights").at(property.ty.at).help("create a metric for them")),
        ty => Ok(ty),
    }
}

pub(super) fn alter(change: &mut Change<'_>, dimension: &Name, to: &AlterDimension) -> Done<String> {
    if let AlterDimension::AddProperty { formula: Some(formula), .. } = to {
        formula::check_form(change, formula)?;
    }
    let def = look::dimension(&change.seen, dimension)?;
    if change.is_promised(Block::Dimension(def.id)) {
        return Err(Fault::new(format!("there is no dimension `{}`", dimension.text)).at(dimension.at));
    }
    match to {
        AlterDimension::AddProperty { property, formula } => add_property(change, &def, property, formula.as_ref()),
        AlterDimension::DropProperty(property) => drop_property(&def, property),
        AlterDimension::RenameProperty { .. } => Err(Fault::not_yet("RENAME PROPERTY")),
        AlterDimension::Rename(_) => Err(Fault::not_yet("ALTER DIMENSION … RENAME TO")),
    }
}

fn add_property(change: &mut Change<'_>, def: &DimensionDef, property: &Property, formula: Option<&Formula>) -> Done<String> {
    if def.property(&property.name.text).is_some() {
        return Err(Fault::new(format!("`{}` has a property `{}` already", def.name, property.name.text)).at(property.name.at));
    }
    let ty = property_type(change, property)?;
    check_count(def.properties.len() + 1).map_err(|fault| fault.at(property.name.at))?;
    let index = u16::try_from(def.properties.len()).map_err(|_| Fault::new("a dimension has no room for another property"))?;
    // The type may have promised a dimension, so the definition is read again.
    let Some(def) = change.work.draft.schema().dimension(def.id).map(Arc::clone) else { return Err(Fault::new("the dimension is gone")) };
    let mut changed = DimensionDef::clone(&def);
    let text = formula.map(|f| Arc::from(f.text.as_str()));
    changed.properties.push(PropertyDef { name: Arc::from(property.name.text.as_str()), ty, formula: text });
    change.work.draft.schema_mut().put_dimension(changed);
    let mut edit = change.work.draft.items(def.id).edit();
    edit.add_property(ty);
    change.work.draft.set_items(def.id, Arc::new(edit.finish()));
    change.work.touched.dimensions.insert(def.id);
    if let Some(formula) = formula {
        formula::save(change, Computed::Property(def.id, index), formula)?;
    }
    Ok(format!("property `{}` added to `{}`", property.name.text, def.name))
}

fn drop_property(def: &DimensionDef, property: &Name) -> Done<String> {
    let (index, _) = look::property(def, property)?;
    if index == 0 {
        return Err(Fault::new(format!("`{}` is the unique name of the items and stays", property.text)).at(property.at));
    }
    Err(Fault::not_yet("DROP PROPERTY"))
}
