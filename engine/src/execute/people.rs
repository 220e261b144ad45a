//! Users and groups.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use roaring::RoaringBitmap;
use smalt_model::{DimensionDef, SystemDimension, format_date, same_name};
use smalt_security::{UserKind, UserState};
use smalt_vault::Revision;

use super::Change;
use super::item_names::{follow, refuse_named};
use crate::fault::{Done, Fault};
use crate::load::Plan;
use crate::load::source::Rows;
use crate::load::write::{Created, Load, check_removable, dimension_goals, into_items, remove_items};
use crate::statement::Place;
use crate::statement::ast::{self, AlterGroup, AlterUser, CreateUser, Duplicates, Literal, Name, UserProperty};

/// A system dimension.
pub(super) fn system(revision: &Revision, which: SystemDimension) -> Done<Arc<DimensionDef>> {
    revision.schema().system(which).map(Arc::clone).ok_or_else(|| Fault::new("the application has no such system dimension"))
}

/// A user, role or group by name. The names of roles and groups have no case; a user's is an address in quotes.
pub(super) fn find(revision: &Revision, which: SystemDimension, name: &Name) -> Done<u32> {
    let def = system(revision, which)?;
    let items = revision.items(def.id);
    let is_named = |item: &u32| items.name(*item).is_some_and(|known| same_name(known, &name.text));
    let found = items.find(&name.text).or_else(|| match which {
        SystemDimension::User => None,
        _ => items.order().iter().copied().find(is_named),
    });
    found.ok_or_else(|| Fault::new(format!("there is no {} `{}`", def.name.to_lowercase(), name.text)).at(name.at))
}

/// Adds an item to a system dimension.
pub(super) fn add(change: &mut Change<'_>, which: SystemDimension, name: &Name) -> Done<u32> {
    let def = system(&change.work.draft, which)?;
    let mut edit = change.work.draft.items(def.id).edit();
    let taken = |_| Fault::new(format!("there is a {} `{}` already", def.name.to_lowercase(), name.text)).at(name.at);
    let item = edit.add(&name.text).map_err(taken)?;
    change.work.draft.set_items(def.id, Arc::new(edit.finish()));
    change.work.touched.dimensions.insert(def.id);
    Ok(item)
}

/// Gives an item of a system dimension another name; formulas that name it follow.
pub(super) fn rename(change: &mut Change<'_>, which: SystemDimension, item: u32, name: &Name) -> Done {
    let def = system(&change.work.draft, which)?;
    let items = change.work.draft.items(def.id);
    let mut edit = items.edit();
    let taken = |_| Fault::new(format!("there is a {} `{}` already", def.name.to_lowercase(), name.text)).at(name.at);
    edit.rename(item, &name.text).map_err(taken)?;
    change.work.draft.set_items(def.id, Arc::new(edit.finish()));
    change.work.touched.dimensions.insert(def.id);
    let names = items.name(item).map(|old| (Arc::clone(old), Arc::from(name.text.as_str())));
    follow(change.work, def.id, &names.into_iter().collect()).map_err(|fault| fault.at(name.at))
}

pub(super) fn create_user(change: &mut Change<'_>, create: &CreateUser) -> Done<String> {
    let user = add(change, SystemDimension::User, &create.name)?;
    change.work.policy_mut().create_user(user, kind(create.kind)).map_err(|e| Fault::from(e).at(create.name.at))?;
    set_properties(change, &create.name, &create.properties)?;
    Ok(format!("user `{}` created", create.name.text))
}

fn kind(kind: ast::UserKind) -> UserKind {
    match kind {
        ast::UserKind::Human => UserKind::Human,
        ast::UserKind::Service => UserKind::Service,
        ast::UserKind::AiAgent => UserKind::AiAgent,
    }
}

/// Sets properties of a user, as an INSERT of one row would.
fn set_properties(change: &mut Change<'_>, name: &Name, properties: &[UserProperty]) -> Done {
    if properties.is_empty() {
        return Ok(());
    }
    let def = system(&change.work.draft, SystemDimension::User)?;
    let goals = dimension_goals(&def, change.work.draft.schema());
    let first = def.properties.first().map_or("Name", |p| &p.name).to_owned();
    let mut names = vec![Name { text: first, at: name.at }];
    names.extend(properties.iter().map(|p| p.property.clone()));
    let mut texts = vec![Some(name.text.clone())];
    texts.extend(properties.iter().map(|p| match &p.value.literal {
        Literal::Null => None,
        Literal::Boolean(v) => Some((if *v { "TRUE" } else { "FALSE" }).to_owned()),
        Literal::Number(v) | Literal::Text(v) => Some(v.clone()),
        Literal::Date(days) => Some(format_date(*days)),
    }));
    let places: Vec<Place> = [name.at].into_iter().chain(properties.iter().map(|p| p.value.at)).collect();
    let plan = Plan::by_position(&goals, names.len(), &def.name, Some(&names))?;
    let columns = texts.into_iter().map(|t| Arc::new(StringArray::from(vec![t])) as ArrayRef).collect();
    let mut source = Rows::new(names.into_iter().map(|n| n.text).collect(), vec![columns], vec![places]);
    let access = change.work.access(&change.principal);
    let policy = Arc::clone(&change.work.policy);
    let mut load = Load {
        revision: &mut change.work.draft,
        access: &access,
        policy: &policy,
        programs: &change.work.programs,
        touched: &mut change.work.touched,
        progress: &mut *change.progress,
        duplicates: Duplicates::Error,
        created: Created::default(),
    };
    into_items(&mut load, &def, &plan, &mut source).map(|_| ())
}

pub(super) fn alter_user(change: &mut Change<'_>, user: &Name, to: &AlterUser) -> Done<String> {
    let item = find(&change.work.draft, SystemDimension::User, user)?;
    match to {
        AlterUser::Properties(properties) => set_properties(change, user, properties)?,
        AlterUser::Kind(to) => change.work.policy_mut().set_user_kind(item, kind(*to))?,
        AlterUser::Activate => change.work.policy_mut().set_user_state(item, UserState::Active)?,
        AlterUser::Deactivate => change.work.policy_mut().set_user_state(item, UserState::Deactivated)?,
        AlterUser::Rename(name) => rename(change, SystemDimension::User, item, name)?,
    }
    Ok(format!("user `{}` altered", user.text))
}

/// Takes an item out of a system dimension, with the cells that it keys; what named it is BLANK. Whoever may not change all of that is refused.
pub(super) fn remove(change: &mut Change<'_>, which: SystemDimension, item: u32, name: &Name) -> Done {
    let def = system(&change.work.draft, which)?;
    let (items, is_gone) = (RoaringBitmap::from_iter([item]), |named: &str| same_name(named, &name.text));
    check_removable(&change.load(Duplicates::Error), &def, &items).map_err(|fault| fault.at(name.at))?;
    refuse_named(change, def.id, &is_gone).map_err(|fault| fault.at(name.at))?;
    remove_items(&mut change.load(Duplicates::Error), &def, &items);
    Ok(())
}

pub(super) fn drop_user(change: &mut Change<'_>, name: &Name) -> Done<String> {
    let item = find(&change.work.draft, SystemDimension::User, name)?;
    change.work.policy_mut().drop_user(item).map_err(|e| Fault::from(e).at(name.at))?;
    remove(change, SystemDimension::User, item, name)?;
    Ok(format!("user `{}` dropped", name.text))
}

pub(super) fn create_group(change: &mut Change<'_>, name: &Name) -> Done<String> {
    let item = add(change, SystemDimension::Group, name)?;
    change.work.policy_mut().create_group(item, &name.text).map_err(|e| Fault::from(e).at(name.at))?;
    Ok(format!("group `{}` created", name.text))
}

pub(super) fn alter_group(change: &mut Change<'_>, group: &Name, to: &AlterGroup) -> Done<String> {
    let item = find(&change.work.draft, SystemDimension::Group, group)?;
    match to {
        AlterGroup::AddUsers(users) => {
            for name in users {
                let user = find(&change.work.draft, SystemDimension::User, name)?;
                change.work.policy_mut().add_member(item, user).map_err(|e| Fault::from(e).at(name.at))?;
            }
        }
        AlterGroup::DropUsers(users) => {
            for name in users {
                let user = find(&change.work.draft, SystemDimension::User, name)?;
                change.work.policy_mut().remove_member(item, user).map_err(|e| Fault::from(e).at(name.at))?;
            }
        }
        AlterGroup::Rename(name) => {
            change.work.policy_mut().rename_group(item, &name.text).map_err(|e| Fault::from(e).at(name.at))?;
            rename(change, SystemDimension::Group, item, name)?;
        }
    }
    Ok(format!("group `{}` altered", group.text))
}

pub(super) fn drop_group(change: &mut Change<'_>, name: &Name) -> Done<String> {
    let item = find(&change.work.draft, SystemDimension::Group, name)?;
    change.work.policy_mut().drop_group(item).map_err(|e| Fault::from(e).at(name.at))?;
    remove(change, SystemDimension::Group, item, name)?;
    Ok(format!("group `{}` dropped", name.text))
}
