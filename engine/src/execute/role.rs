//! Roles and who holds them.

use smalt_model::SystemDimension;
use smalt_security::{Grantee, Permission, Permissions, Role, Word};

use super::{Change, people};
use crate::fault::{Done, Fault};
use crate::statement::ast::{self, Agents, AlterRole, CreateRole, Name, RoleDefault};

pub(super) fn create(change: &mut Change<'_>, create: &CreateRole) -> Done<String> {
    let role = Role {
        name: create.name.text.clone(),
        permissions: permissions(&create.permissions)?,
        read: word(create.read.unwrap_or(RoleDefault::Unspecified)),
        write: word(create.write.unwrap_or(RoleDefault::Unspecified)),
    };
    let item = people::add(change, SystemDimension::Role, &create.name)?;
    change.work.policy_mut().create_role(item, role).map_err(|e| Fault::from(e).at(create.name.at))?;
    if create.agents == Some(Agents::Propose) {
        change.work.policy_mut().set_agents_propose(item, true)?;
    }
    Ok(format!("role `{}` created", create.name.text))
}

/// Permissions by name; `ALL` is every one.
fn permissions(names: &[Name]) -> Done<Permissions> {
    let mut out = Vec::new();
    for name in names {
        if name.text.eq_ignore_ascii_case("ALL") {
            out.extend_from_slice(Permission::ALL);
        } else {
            out.push(Permission::parse(&name.text).map_err(|e| Fault::from(e).at(name.at))?);
        }
    }
    Ok(out.into_iter().collect())
}

fn word(default: RoleDefault) -> Word {
    match default {
        RoleDefault::Allowed => Word::Allowed,
        RoleDefault::Unspecified => Word::Unspecified,
        RoleDefault::Denied => Word::Denied,
    }
}

pub(super) fn alter(change: &mut Change<'_>, name: &Name, to: &AlterRole) -> Done<String> {
    let item = people::find(&change.work.draft, SystemDimension::Role, name)?;
    let Some(mut role) = change.work.policy.role(item).cloned() else { return Err(Fault::new("there is no such role").at(name.at)) };
    match to {
        AlterRole::Set { permissions: set, read, write, agents } => {
            if let Some(agents) = agents {
                let propose = *agents == Agents::Propose;
                change.work.policy_mut().set_agents_propose(item, propose).map_err(|e| Fault::from(e).at(name.at))?;
            }
            if let Some(names) = set {
                role.permissions = permissions(names)?;
            }
            role.read = read.map_or(role.read, word);
            role.write = write.map_or(role.write, word);
        }
        AlterRole::AddPermissions(names) => role.permissions = role.permissions.iter().chain(permissions(names)?.iter()).collect(),
        AlterRole::DropPermissions(names) => role.permissions = role.permissions.without(permissions(names)?),
        AlterRole::Rename(to) => role.name.clone_from(&to.text),
    }
    change.work.policy_mut().alter_role(item, role).map_err(|e| Fault::from(e).at(name.at))?;
    if let AlterRole::Rename(to) = to {
        people::rename(change, SystemDimension::Role, item, to)?;
    }
    Ok(format!("role `{}` altered", name.text))
}

pub(super) fn drop(change: &mut Change<'_>, name: &Name) -> Done<String> {
    let item = people::find(&change.work.draft, SystemDimension::Role, name)?;
    change.work.policy_mut().drop_role(item).map_err(|e| Fault::from(e).at(name.at))?;
    people::remove(change, SystemDimension::Role, item, name)?;
    Ok(format!("role `{}` dropped", name.text))
}

fn grantee(change: &Change<'_>, to: &ast::Grantee) -> Done<(Grantee, String)> {
    Ok(match to {
        ast::Grantee::User(name) => {
            (Grantee::User(people::find(&change.work.draft, SystemDimension::User, name)?), format!("user `{}`", name.text))
        }
        ast::Grantee::Group(name) => {
            (Grantee::Group(people::find(&change.work.draft, SystemDimension::Group, name)?), format!("group `{}`", name.text))
        }
        ast::Grantee::AllUsers => (Grantee::AllUsers, "all users".to_owned()),
    })
}

pub(super) fn grant(change: &mut Change<'_>, role: &Name, to: &ast::Grantee) -> Done<String> {
    let item = people::find(&change.work.draft, SystemDimension::Role, role)?;
    let (to, name) = grantee(change, to)?;
    change.work.policy_mut().grant(item, to).map_err(|e| Fault::from(e).at(role.at))?;
    Ok(format!("role `{}` granted to {name}", role.text))
}

pub(super) fn revoke(change: &mut Change<'_>, role: &Name, from: &ast::Grantee) -> Done<String> {
    let item = people::find(&change.work.draft, SystemDimension::Role, role)?;
    let (from, name) = grantee(change, from)?;
    change.work.policy_mut().revoke(item, from).map_err(|e| Fault::from(e).at(role.at))?;
    Ok(format!("role `{}` revoked from {name}", role.text))
}
