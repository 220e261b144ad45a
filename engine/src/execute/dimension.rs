//! CREATE DIMENSION and ALTER DIMENSION.

use std::collections::HashSet;
use std::sync::Arc;

use smalt_formula::Renamed;
use smalt_model::{Block, DimensionDef, DimensionId, ItemOrder, PropertyDef, Schema, Type, fold, same_name};

use super::{Change, formula, property};
use crate::fault::{Done, Fault};
use crate::formula::{behind_subsets, check_changed_subsets};
use crate::look;
use crate::reads;
use crate::sight::sees_order;
use crate::statement::ast::{AlterDimension, CreateDimension, Formula, Name, Order, Property};
use crate::subset;
use crate::work::Computed;

const MOST_PROPERTIES: usize = u16::MAX as usize;

pub(super) fn create(change: &mut Change<'_>, create: &CreateDimension) -> Done<String> {
    check_count(create.properties.len()).map_err(|fault| fault.at(create.name.at))?;
    let id = change.work.claim_dimension(&create.name)?;
    // The dimension is there before its types are looked up: a property may hold its own items.
    let empty = DimensionDef::new(id, create.name.text.as_str(), Vec::new());
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
    let mut def = DimensionDef { properties, ..empty };
    def.display = create.display.as_ref().map(|name| look::property(&def, name).map(|(property, _)| property)).transpose()?;
    if let Some(by) = &create.order {
        def.order = Some(item_order(change.work.draft.schema(), &def, by)?);
    }
    change.work.put_dimension(def);
    Ok(format!("dimension `{}` created", create.name.text))
}

/// The order that a clause gives. Items of another dimension stand in the order of that one, which must not come back to this.
fn item_order(schema: &Schema, def: &DimensionDef, by: &Order) -> Done<ItemOrder> {
    let (property, found) = look::property(def, &by.property)?;
    let own = |ty: Type| matches!(ty, Type::Item(of) if of == def.id);
    let held = |(dimension, property): (DimensionId, u16)| Some(schema.dimension(dimension)?.properties.get(usize::from(property))?.ty);
    let back = reads::order_of_type(found.ty, schema).into_iter().any(|step| step.0 == def.id || held(step).is_some_and(own));
    if own(found.ty) || back {
        return Err(Fault::new(format!("`{}` cannot be ordered by `{}`: its order would depend on itself", def.name, found.name))
            .at(by.property.at)
            .help("order it by a property that holds no items, or items whose order does not come back here"));
    }
    Ok(ItemOrder { property, descending: by.descending })
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
    if !matches!(to, AlterDimension::Rename(_))
        && let Some(parent) = def.parent.and_then(|parent| change.seen.dimension(parent))
    {
        return Err(Fault::new(format!("`{}` is a subset and has the properties and the order of `{}`", def.name, parent.name))
            .at(dimension.at)
            .help(format!("alter `{}`", parent.name)));
    }
    match to {
        AlterDimension::AddProperty { property, formula } => add_property(change, &def, property, formula.as_ref()),
        AlterDimension::DropProperty(name) => property::drop(change, &def, name),
        AlterDimension::RenameProperty { property: name, to } => property::rename(change, &def, name, to),
        AlterDimension::Rename(name) => rename(change, &def, dimension, name),
        AlterDimension::Order(by) => set_order(change, &def, dimension, by.as_ref()),
        AlterDimension::Display(property) => set_display(change, &def, property.as_ref()),
    }
}

fn set_order(change: &mut Change<'_>, def: &DimensionDef, name: &Name, by: Option<&Order>) -> Done<String> {
    if def.calendar.is_some() {
        return Err(Fault::new(format!("`{}` is a level of the calendar, which is in the order of time", def.name)).at(name.at));
    }
    change.allow(change.guarded().order(def.id))?;
    let order = by.map(|by| item_order(change.work.draft.schema(), def, by)).transpose()?;
    let subsets = behind_subsets(change.work);
    change.work.draft.schema_mut().put_dimension(DimensionDef { order, ..def.clone() });
    // Who stands before whom tells of what the order goes by.
    check_changed_subsets(change.work, &subsets, &change.access).map_err(|fault| fault.at(name.at))?;
    let schema = change.work.draft.schema();
    // Items that are ordered by those of this dimension change their places too.
    let follows = |d: &DimensionId| schema.whole(*d) != def.id && reads::ordered_by(*d, schema).contains(&def.id);
    let others = schema.dimensions().map(|d| d.id).filter(follows);
    let own = by.map(|_| def.id);
    if own.into_iter().chain(others).any(|d| !sees_order(&change.access, schema, d)) {
        return Err(Fault::denied("some of what this order goes by is not yours to see")
            .at(by.map_or(name.at, |by| by.property.at))
            .help("who sees all items of the dimension, and what they are ordered by, can set it"));
    }
    if order.is_none() {
        let items = change.work.draft.items(def.id);
        let mut edit = items.edit();
        let mut created = items.order().to_vec();
        created.sort_unstable();
        edit.set_order(created);
        change.work.draft.set_items(def.id, Arc::new(edit.finish()));
    }
    change.work.touched.dimensions.insert(def.id);
    Ok(format!("order of `{}` set", def.name))
}

fn set_display(change: &mut Change<'_>, def: &DimensionDef, property: Option<&Name>) -> Done<String> {
    let display = property.map(|name| look::property(def, name).map(|(property, _)| property)).transpose()?;
    change.work.draft.schema_mut().put_dimension(DimensionDef { display, ..def.clone() });
    subset::follow_properties(change.work, def.id);
    Ok(format!("display of `{}` set", def.name))
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
    subset::follow_properties(change.work, def.id);
    if let Some(formula) = formula {
        formula::save(change, Computed::Property(def.id, index), formula)?;
    }
    Ok(format!("property `{}` added to `{}`", property.name.text, def.name))
}

/// Gives a dimension or a subset another name; refused while a formula or a view says the old one.
pub(super) fn rename(change: &mut Change<'_>, def: &DimensionDef, written: &Name, name: &Name) -> Done<String> {
    if def.system.is_some() || (def.calendar.is_some() && def.parent.is_none()) {
        let why = if def.system.is_some() { "part of every application" } else { "a level of the calendar" };
        return Err(Fault::new(format!("`{}` is {why} and keeps its name", def.name)).at(written.at));
    }
    change.allow(change.guarded().dimension(def.id))?;
    if !same_name(&def.name, &name.text) {
        look::free(change.work.draft.schema(), name)?;
    }
    let renamed = Renamed::Block { from: &def.name, to: &name.text };
    formula::rename(change, name, renamed, |change| {
        change.work.draft.schema_mut().put_dimension(DimensionDef { name: Arc::from(name.text.as_str()), ..def.clone() });
        Ok(())
    })?;
    let kind = if def.parent.is_some() { "subset" } else { "dimension" };
    Ok(format!("{kind} `{}` renamed to `{}`", def.name, name.text))
}
