//! The policy of one application: plain data that is stored, cloned and changed by the security statements.
//!
//! Users, roles and groups are items of the system dimensions `User`, `Role` and `Group`; here they go by ordinal.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use smalt_model::{Block, DimensionId, ScenarioId, Schema, same_name};

use crate::error::Fault;
use crate::proposal::Proposals;
use crate::role::roles;
use crate::scenario::{ScenarioRight, ScenarioRights, right_of};
use crate::{Action, Grantee, Group, PolicyError, Principal, Role, Rule, RuleTarget, User, UserKind, UserState};

/// What a BLANK cell or an unset half of a rights metric says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// Nothing.
    #[default]
    ThreeState,
    /// DENIED.
    Strict,
}

/// Whether a formula's cell is readable only where what it reads is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inheritance {
    /// Step 3 of the effective right.
    #[default]
    On,
    /// Each metric stands for itself.
    Off,
}

/// Roles, groups, users, grants and rules of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    roles: BTreeMap<u32, Role>,
    groups: BTreeMap<u32, Group>,
    users: BTreeMap<u32, User>,
    all_users: Option<u32>,
    rules: Vec<Rule>,
    mode: Mode,
    inheritance: Inheritance,
    #[serde(default)]
    scenarios: ScenarioRights,
    #[serde(default)]
    pub(crate) proposals: Proposals,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy::new()
    }
}

impl Policy {
    /// The policy of a new application: the five seeded roles ([`roles`]), nobody, no rule, three state, inheritance on.
    pub fn new() -> Policy {
        Policy {
            roles: (0..).zip(roles::seeded()).collect(),
            groups: BTreeMap::new(),
            users: BTreeMap::new(),
            all_users: None,
            rules: Vec::new(),
            mode: Mode::default(),
            inheritance: Inheritance::default(),
            scenarios: ScenarioRights::default(),
            proposals: Proposals::default(),
        }
    }

    /// What a role may do with a scenario.
    pub fn scenario_right(&self, role: u32, scenario: ScenarioId) -> ScenarioRight {
        self.scenarios.of(role, scenario)
    }

    /// What a principal may do with a scenario: the least of what the roles may that it comes to hold.
    pub fn scenario_right_of(&self, principal: &Principal, scenario: ScenarioId) -> ScenarioRight {
        right_of(self, principal, self.role_of(principal).as_ref(), scenario)
    }

    /// `GRANT … ON SCENARIO … TO ROLE …`
    ///
    /// # Errors
    /// There is no such role.
    pub fn grant_scenario(&mut self, right: ScenarioRight, scenario: ScenarioId, role: u32) -> Result<(), PolicyError> {
        self.check_role(role)?;
        self.scenarios.grant(right, scenario, role);
        Ok(())
    }

    /// To be called when a scenario is created: who may do what with its source may do it with the new one.
    pub fn scenario_created(&mut self, scenario: ScenarioId, source: ScenarioId) {
        self.scenarios.copy(source, scenario);
    }

    /// To be called when a scenario is dropped.
    pub fn scenario_dropped(&mut self, scenario: ScenarioId) {
        self.scenarios.forget(scenario);
        self.proposals.forget(scenario);
    }

    /// A role by ordinal.
    pub fn role(&self, role: u32) -> Option<&Role> {
        self.roles.get(&role)
    }

    /// All roles by ordinal.
    pub fn roles(&self) -> impl Iterator<Item = (u32, &Role)> {
        self.roles.iter().map(|(id, role)| (*id, role))
    }

    /// A group by ordinal.
    pub fn group(&self, group: u32) -> Option<&Group> {
        self.groups.get(&group)
    }

    /// All groups by ordinal.
    pub fn groups(&self) -> impl Iterator<Item = (u32, &Group)> {
        self.groups.iter().map(|(id, group)| (*id, group))
    }

    /// The groups of a user.
    pub fn groups_of(&self, user: u32) -> impl Iterator<Item = (u32, &Group)> {
        self.groups().filter(move |(_, group)| group.members.contains(&user))
    }

    /// A user by ordinal.
    pub fn user(&self, user: u32) -> Option<&User> {
        self.users.get(&user)
    }

    /// All users by ordinal.
    pub fn users(&self) -> impl Iterator<Item = (u32, &User)> {
        self.users.iter().map(|(id, user)| (*id, user))
    }

    /// The role granted to all users.
    pub fn all_users_role(&self) -> Option<u32> {
        self.all_users
    }

    /// All rules as created.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// A rule by name.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| same_name(&rule.name, name))
    }

    /// What a BLANK right says.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether rights pass through formulas.
    pub fn inheritance(&self) -> Inheritance {
        self.inheritance
    }

    /// Adds a user.
    ///
    /// # Errors
    /// The ordinal is taken.
    pub fn create_user(&mut self, user: u32, kind: UserKind) -> Result<(), PolicyError> {
        if self.users.contains_key(&user) {
            return Err(Fault::UserExists.into());
        }
        self.users.insert(user, User { kind, ..User::default() });
        Ok(())
    }

    /// Changes a user's state.
    ///
    /// # Errors
    /// There is no such user.
    pub fn set_user_state(&mut self, user: u32, state: UserState) -> Result<(), PolicyError> {
        self.user_mut(user)?.state = state;
        Ok(())
    }

    /// Changes a user's kind.
    ///
    /// # Errors
    /// There is no such user.
    pub fn set_user_kind(&mut self, user: u32, kind: UserKind) -> Result<(), PolicyError> {
        self.user_mut(user)?.kind = kind;
        Ok(())
    }

    /// Takes a user out, with the role and the memberships.
    ///
    /// # Errors
    /// There is no such user.
    pub fn drop_user(&mut self, user: u32) -> Result<(), PolicyError> {
        self.users.remove(&user).ok_or(Fault::NoUser)?;
        for group in self.groups.values_mut() {
            group.members.remove(&user);
        }
        Ok(())
    }

    /// Adds a role.
    ///
    /// # Errors
    /// The ordinal or the name is taken, or the name is empty.
    pub fn create_role(&mut self, id: u32, role: Role) -> Result<(), PolicyError> {
        if self.roles.contains_key(&id) {
            return Err(Fault::NameTaken { what: "role", name: role.name }.into());
        }
        self.check_role_name(id, &role.name)?;
        self.roles.insert(id, role);
        Ok(())
    }

    /// Replaces a role's definition, its name included.
    ///
    /// # Errors
    /// There is no such role, it is Admin, or the name is taken or empty.
    pub fn alter_role(&mut self, id: u32, role: Role) -> Result<(), PolicyError> {
        self.check_alterable(id)?;
        self.check_role_name(id, &role.name)?;
        self.roles.insert(id, role);
        Ok(())
    }

    /// Takes a role out.
    ///
    /// # Errors
    /// There is no such role, it is Admin, or it is granted to somebody: else a group's wider role could silently take its place.
    pub fn drop_role(&mut self, id: u32) -> Result<(), PolicyError> {
        self.check_alterable(id)?;
        let users = self.users.values().filter(|user| user.role == Some(id)).count();
        let groups = self.groups.values().filter(|group| group.role == Some(id)).map(|group| group.name.clone()).collect::<Vec<_>>();
        let everybody = self.all_users == Some(id);
        if users > 0 || !groups.is_empty() || everybody {
            return Err(Fault::RoleInUse { users, groups, everybody }.into());
        }
        self.roles.remove(&id);
        self.scenarios.forget_role(id);
        self.proposals.forget_role(id);
        Ok(())
    }

    /// Adds an empty group without a role.
    ///
    /// # Errors
    /// The ordinal or the name is taken, or the name is empty.
    pub fn create_group(&mut self, id: u32, name: &str) -> Result<(), PolicyError> {
        if self.groups.contains_key(&id) {
            return Err(Fault::NameTaken { what: "group", name: name.to_owned() }.into());
        }
        self.check_group_name(id, name)?;
        self.groups.insert(id, Group { name: name.to_owned(), role: None, members: BTreeSet::new() });
        Ok(())
    }

    /// Gives a group another name.
    ///
    /// # Errors
    /// There is no such group, or the name is taken or empty.
    pub fn rename_group(&mut self, id: u32, name: &str) -> Result<(), PolicyError> {
        self.check_group_name(id, name)?;
        self.group_mut(id)?.name = name.to_owned();
        Ok(())
    }

    /// Takes a group out, with its memberships and its role.
    ///
    /// # Errors
    /// There is no such group.
    pub fn drop_group(&mut self, id: u32) -> Result<(), PolicyError> {
        self.groups.remove(&id).map(|_| ()).ok_or_else(|| Fault::NoGroup.into())
    }

    /// Puts a user into a group; once is as good as twice.
    ///
    /// # Errors
    /// There is no such user or group.
    pub fn add_member(&mut self, group: u32, user: u32) -> Result<(), PolicyError> {
        self.user_mut(user)?;
        self.group_mut(group)?.members.insert(user);
        Ok(())
    }

    /// Takes a user out of a group.
    ///
    /// # Errors
    /// There is no such group, or the user is not in it.
    pub fn remove_member(&mut self, group: u32, user: u32) -> Result<(), PolicyError> {
        let group = self.group_mut(group)?;
        if group.members.remove(&user) { Ok(()) } else { Err(Fault::NotAMember { group: group.name.clone() }.into()) }
    }

    /// Gives a role; one that was there before is replaced.
    ///
    /// # Errors
    /// There is no such role, user or group.
    pub fn grant(&mut self, role: u32, to: Grantee) -> Result<(), PolicyError> {
        self.check_role(role)?;
        *self.granted(to)? = Some(role);
        Ok(())
    }

    /// Takes a role away.
    ///
    /// # Errors
    /// There is no such role, user or group, or the role is not granted there.
    pub fn revoke(&mut self, role: u32, from: Grantee) -> Result<(), PolicyError> {
        let name = self.check_role(role)?.name.clone();
        let granted = self.granted(from)?;
        if *granted != Some(role) {
            return Err(Fault::NotGranted { role: name }.into());
        }
        *granted = None;
        Ok(())
    }

    /// Adds a rule after [`Rule::check`].
    ///
    /// # Errors
    /// The name is taken, or the check refuses it.
    pub fn create_rule(&mut self, rule: Rule, schema: &Schema) -> Result<(), PolicyError> {
        if self.rule(&rule.name).is_some() {
            return Err(Fault::NameTaken { what: "rule", name: rule.name }.into());
        }
        rule.check(schema)?;
        self.rules.push(rule);
        Ok(())
    }

    /// Takes a rule out.
    ///
    /// # Errors
    /// There is no rule of that name.
    pub fn drop_rule(&mut self, name: &str) -> Result<Rule, PolicyError> {
        match self.rules.iter().position(|rule| same_name(&rule.name, name)) {
            Some(place) => Ok(self.rules.remove(place)),
            None => Err(Fault::NoRule { name: name.to_owned() }.into()),
        }
    }

    /// `ALTER APPLICATION SET ACCESS RIGHTS`.
    pub fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
    }

    /// `ALTER APPLICATION SET INHERITANCE`.
    pub fn set_inheritance(&mut self, inheritance: Inheritance) {
        self.inheritance = inheritance;
    }

    /// The names of the rules that keep a block from being dropped.
    pub fn rules_on(&self, block: Block) -> Vec<&str> {
        self.rules.iter().filter(|rule| rule.mentions(block)).map(|rule| rule.name.as_str()).collect()
    }

    /// The names of the rules that keep a property from being dropped.
    pub fn rules_on_property(&self, schema: &Schema, dimension: DimensionId, property: u16) -> Vec<&str> {
        let on_it = |rule: &&Rule| rule.mentions_property(schema, dimension, property);
        self.rules.iter().filter(on_it).map(|rule| rule.name.as_str()).collect()
    }

    /// Whether some rule reads a property on the way to a right, so that only holders of Define Application security change it.
    pub fn reads_property(&self, schema: &Schema, dimension: DimensionId, property: u16) -> bool {
        self.rules.iter().any(|rule| rule.reads_property(schema, dimension, property))
    }

    /// To be called when a property that no rule mentions is dropped, with the schema from before: the properties behind it move
    /// up, and the rules follow.
    pub fn property_dropped(&mut self, before: &Schema, dimension: DimensionId, dropped: u16) {
        let moved = |at: DimensionId, property: u16| property - u16::from(at == dimension && property > dropped);
        for rule in &mut self.rules {
            if let RuleTarget::Property(at, property) = rule.target {
                rule.target = RuleTarget::Property(at, moved(at, property));
            }
            if let Action::Apply { through, .. } = &mut rule.action {
                for path in through {
                    path.properties = path.steps(before).map(|(at, property)| moved(at, property)).collect();
                }
            }
        }
    }

    fn user_mut(&mut self, user: u32) -> Result<&mut User, PolicyError> {
        self.users.get_mut(&user).ok_or_else(|| Fault::NoUser.into())
    }

    fn group_mut(&mut self, group: u32) -> Result<&mut Group, PolicyError> {
        self.groups.get_mut(&group).ok_or_else(|| Fault::NoGroup.into())
    }

    fn check_role(&self, role: u32) -> Result<&Role, PolicyError> {
        self.roles.get(&role).ok_or_else(|| Fault::NoRole.into())
    }

    pub(crate) fn check_alterable(&self, role: u32) -> Result<(), PolicyError> {
        self.check_role(role)?;
        if role == roles::ADMIN { Err(Fault::AdminIsFixed.into()) } else { Ok(()) }
    }

    fn granted(&mut self, grantee: Grantee) -> Result<&mut Option<u32>, PolicyError> {
        Ok(match grantee {
            Grantee::User(user) => &mut self.user_mut(user)?.role,
            Grantee::Group(group) => &mut self.group_mut(group)?.role,
            Grantee::AllUsers => &mut self.all_users,
        })
    }

    fn check_role_name(&self, id: u32, name: &str) -> Result<(), PolicyError> {
        check_name("role", name, self.roles().filter(|(other, _)| *other != id).map(|(_, role)| role.name.as_str()))
    }

    fn check_group_name(&self, id: u32, name: &str) -> Result<(), PolicyError> {
        check_name("group", name, self.groups().filter(|(other, _)| *other != id).map(|(_, group)| group.name.as_str()))
    }
}

fn check_name<'a>(what: &'static str, name: &str, mut others: impl Iterator<Item = &'a str>) -> Result<(), PolicyError> {
    if name.trim().is_empty() {
        return Err(Fault::EmptyName { what }.into());
    }
    if others.any(|other| same_name(other, name)) {
        return Err(Fault::NameTaken { what, name: name.to_owned() }.into());
    }
    Ok(())
}
