//! People, roles and the settings of access rights.

use super::Parsed;
use super::alter::new_name;
use super::parser::Parser;
use super::values::value;
use crate::statement::ast::{
    Agents, AlterApplication, AlterGroup, AlterRole, AlterUser, CreateRole, CreateUser, Grantee, Name, RightsMode, RoleDefault,
    ScenarioRight, Statement, UserKind, UserProperty,
};
use crate::statement::error::StatementError;
use crate::statement::lex::Kind;

/// Behind `CREATE USER`.
pub(super) fn create_user(p: &mut Parser<'_>) -> Parsed<Statement> {
    let name = p.user()?;
    let properties = if *p.peek() == Kind::Sign('(') { p.brackets(user_property)? } else { Vec::new() };
    let kind = if p.eat_word("KIND") { user_kind(p)? } else { UserKind::default() };
    Ok(Statement::CreateUser(CreateUser { name, properties, kind }))
}

fn user_property(p: &mut Parser<'_>) -> Parsed<UserProperty> {
    let property = p.name("a property of User")?;
    p.sign('=')?;
    Ok(UserProperty { property, value: value(p)? })
}

fn user_kind(p: &mut Parser<'_>) -> Parsed<UserKind> {
    if p.at_word("AI") && p.second_word("AGENT") {
        p.keyword("AI AGENT")?;
        return Ok(UserKind::AiAgent);
    }
    match p.at_word("HUMAN") || p.at_word("SERVICE") {
        true => p.choice(&[("HUMAN", UserKind::Human), ("SERVICE", UserKind::Service)]),
        false => Err(p.expected_one_of(&["HUMAN", "SERVICE", "AI AGENT"])),
    }
}

/// Behind `ALTER USER`.
pub(super) fn alter_user(p: &mut Parser<'_>) -> Parsed<Statement> {
    let user = p.user()?;
    let change = match p.one_of(&["SET", "KIND", "ACTIVATE", "DEACTIVATE", "RENAME"])? {
        0 if *p.peek() == Kind::Sign('(') => AlterUser::Properties(p.brackets(user_property)?),
        0 => AlterUser::Properties(p.commas(user_property)?),
        1 => AlterUser::Kind(user_kind(p)?),
        2 => AlterUser::Activate,
        3 => AlterUser::Deactivate,
        _ => {
            p.keyword("TO")?;
            AlterUser::Rename(p.user()?)
        }
    };
    Ok(Statement::AlterUser { user, change })
}

/// Behind `ALTER GROUP`.
pub(super) fn alter_group(p: &mut Parser<'_>) -> Parsed<Statement> {
    let group = p.name("the group's name")?;
    let change = match p.one_of(&["ADD", "DROP", "RENAME"])? {
        0 => {
            p.keyword("USER")?;
            AlterGroup::AddUsers(p.commas(Parser::user)?)
        }
        1 => {
            p.keyword("USER")?;
            AlterGroup::DropUsers(p.commas(Parser::user)?)
        }
        _ => AlterGroup::Rename(new_name(p)?),
    };
    Ok(Statement::AlterGroup { group, change })
}

/// What `PERMISSIONS (…) READ … WRITE …` says.
#[derive(Debug, Default)]
struct RoleClauses {
    permissions: Option<Vec<Name>>,
    read: Option<RoleDefault>,
    write: Option<RoleDefault>,
    agents: Option<Agents>,
}

fn role_clauses(p: &mut Parser<'_>) -> Parsed<RoleClauses> {
    let mut clauses = RoleClauses::default();
    loop {
        let at = p.at();
        let twice = if p.eat_word("PERMISSIONS") {
            clauses.permissions.replace(p.brackets_or_none(permission)?).map(|_| "PERMISSIONS")
        } else if p.eat_word("READ") {
            clauses.read.replace(role_default(p)?).map(|_| "READ")
        } else if p.eat_word("WRITE") {
            clauses.write.replace(role_default(p)?).map(|_| "WRITE")
        } else if p.eat_word("AGENTS") {
            clauses.agents.replace(p.choice(&[("PROPOSE", Agents::Propose), ("WRITE", Agents::Write)])?).map(|_| "AGENTS")
        } else {
            return Ok(clauses);
        };
        if let Some(clause) = twice {
            return Err(StatementError::new(at, format!("{clause} is given twice")));
        }
    }
}

fn permission(p: &mut Parser<'_>) -> Parsed<Name> {
    let name = p.name("a permission's name")?;
    match p.peek() {
        Kind::Word(_) | Kind::Sign('&') => {
            Err(p.expected("`,` or `)`").with_help("a permission of several words is quoted: `\"Open Boards\"`"))
        }
        _ => Ok(name),
    }
}

fn role_default(p: &mut Parser<'_>) -> Parsed<RoleDefault> {
    p.choice(&[("ALLOWED", RoleDefault::Allowed), ("UNSPECIFIED", RoleDefault::Unspecified), ("DENIED", RoleDefault::Denied)])
}

/// Behind `CREATE ROLE`.
pub(super) fn create_role(p: &mut Parser<'_>) -> Parsed<Statement> {
    let name = p.name("the role's name")?;
    let RoleClauses { permissions, read, write, agents } = role_clauses(p)?;
    match p.peek() {
        Kind::End => Ok(Statement::CreateRole(CreateRole { name, permissions: permissions.unwrap_or_default(), read, write, agents })),
        _ => Err(p.expected_one_of(&["PERMISSIONS", "READ", "WRITE", "AGENTS", "the end of the statement"])),
    }
}

/// Behind `ALTER ROLE`.
pub(super) fn alter_role(p: &mut Parser<'_>) -> Parsed<Statement> {
    let role = p.name("the role's name")?;
    let change = if p.eat_word("ADD") {
        p.keyword("PERMISSIONS")?;
        AlterRole::AddPermissions(p.brackets(permission)?)
    } else if p.eat_word("DROP") {
        p.keyword("PERMISSIONS")?;
        AlterRole::DropPermissions(p.brackets(permission)?)
    } else if p.eat_word("RENAME") {
        AlterRole::Rename(new_name(p)?)
    } else {
        let set = p.eat_word("SET");
        match role_clauses(p)? {
            RoleClauses { permissions: None, read: None, write: None, agents: None } => {
                let clauses = ["PERMISSIONS", "READ", "WRITE", "AGENTS", "ADD", "DROP", "RENAME", "SET"];
                return Err(p.expected_one_of(if set { &clauses[..4] } else { &clauses }));
            }
            RoleClauses { permissions, read, write, agents } => AlterRole::Set { permissions, read, write, agents },
        }
    };
    Ok(Statement::AlterRole { role, change })
}

/// Behind `GRANT`.
pub(super) fn grant(p: &mut Parser<'_>) -> Parsed<Statement> {
    if p.eat_word("ROLE") {
        let role = p.name("a role's name")?;
        p.keyword("TO")?;
        return Ok(Statement::GrantRole { role, to: grantee(p)? });
    }
    let right = match p.one_of(&["ROLE", "NONE", "READ", "WRITE"])? {
        1 => ScenarioRight::None,
        2 => ScenarioRight::Read,
        _ => ScenarioRight::Write,
    };
    p.keyword("ON SCENARIO")?;
    let scenario = p.name("a scenario's name")?;
    p.keyword("TO ROLE")?;
    Ok(Statement::GrantScenario { right, scenario, role: p.name("a role's name")? })
}

/// Behind `REVOKE`.
pub(super) fn revoke(p: &mut Parser<'_>) -> Parsed<Statement> {
    p.keyword("ROLE")?;
    let role = p.name("a role's name")?;
    p.keyword("FROM")?;
    Ok(Statement::RevokeRole { role, from: grantee(p)? })
}

fn grantee(p: &mut Parser<'_>) -> Parsed<Grantee> {
    match p.one_of(&["USER", "GROUP", "ALL"]).map_err(|_| p.expected_one_of(&["USER", "GROUP", "ALL USERS"]))? {
        0 => p.user().map(Grantee::User),
        1 => p.name("a group's name").map(Grantee::Group),
        _ => p.keyword("USERS").map(|()| Grantee::AllUsers),
    }
}

/// Behind `ALTER APPLICATION`.
pub(super) fn alter_application(p: &mut Parser<'_>) -> Parsed<Statement> {
    p.keyword("SET")?;
    let change = match p.one_of(&["ACCESS", "INHERITANCE"])? {
        0 => {
            p.keyword("RIGHTS")?;
            match p.one_of(&["STRICT", "THREE"])? {
                0 => AlterApplication::AccessRights(RightsMode::Strict),
                _ => p.keyword("STATE").map(|()| AlterApplication::AccessRights(RightsMode::ThreeState))?,
            }
        }
        _ => AlterApplication::Inheritance(p.choice(&[("ON", true), ("OFF", false)])?),
    };
    Ok(Statement::AlterApplication(change))
}
