//! What roles may do with scenarios (security.md §3, step 5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smalt_model::ScenarioId;

use crate::{EffectiveRole, Policy, Principal};

/// What a role may do with a scenario. The order is the order of restriction: the smallest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ScenarioRight {
    /// Not even know its name.
    None,
    /// Ask about it.
    Read,
    /// Change its cells, as far as the rights to them go.
    Write,
}

/// What was granted, by scenario and role. Where nothing was, a role may write.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ScenarioRights {
    granted: Vec<(ScenarioId, u32, ScenarioRight)>,
}

impl ScenarioRights {
    pub(crate) fn of(&self, role: u32, scenario: ScenarioId) -> ScenarioRight {
        let found = self.granted.iter().find(|(s, r, _)| (*s, *r) == (scenario, role));
        found.map_or(ScenarioRight::Write, |(.., right)| *right)
    }

    pub(crate) fn grant(&mut self, right: ScenarioRight, scenario: ScenarioId, role: u32) {
        self.granted.retain(|(s, r, _)| (*s, *r) != (scenario, role));
        if right != ScenarioRight::Write {
            self.granted.push((scenario, role, right));
        }
    }

    pub(crate) fn copy(&mut self, from: ScenarioId, to: ScenarioId) {
        let of_source: BTreeMap<u32, ScenarioRight> = self.granted.iter().filter(|(s, ..)| *s == from).map(|(_, r, w)| (*r, *w)).collect();
        self.forget(to);
        self.granted.extend(of_source.into_iter().map(|(role, right)| (to, role, right)));
    }

    pub(crate) fn forget(&mut self, scenario: ScenarioId) {
        self.granted.retain(|(s, ..)| *s != scenario);
    }

    pub(crate) fn forget_role(&mut self, role: u32) {
        self.granted.retain(|(_, r, _)| *r != role);
    }
}

/// What a principal with this role may do with a scenario: the least of what the role's parts may. The owner may do all.
pub(crate) fn right_of(policy: &Policy, principal: &Principal, role: Option<&EffectiveRole>, scenario: ScenarioId) -> ScenarioRight {
    match role {
        None => ScenarioRight::None,
        Some(_) if principal.is_owner() => ScenarioRight::Write,
        Some(role) => {
            let rights = role.roles.iter().map(|role| policy.scenario_right(*role, scenario));
            rights.min().unwrap_or(ScenarioRight::None)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::{Grantee, UserKind, roles};

    const UPSIDE: ScenarioId = ScenarioId(1);
    const COPY: ScenarioId = ScenarioId(2);

    fn right(policy: &Policy, user: u32, scenario: ScenarioId) -> ScenarioRight {
        let principal = Principal::User(user);
        policy.scenario_right_of(&principal, scenario)
    }

    #[test]
    fn the_least_of_several_roles_counts_and_a_new_scenario_is_like_its_source() {
        let mut policy = Policy::new();
        policy.create_user(0, UserKind::Human).unwrap();
        for (group, role) in [(0, roles::READER), (1, roles::CONTRIBUTOR)] {
            policy.create_group(group, &format!("g{group}")).unwrap();
            policy.grant(role, Grantee::Group(group)).unwrap();
            policy.add_member(group, 0).unwrap();
        }
        assert_eq!(right(&policy, 0, UPSIDE), ScenarioRight::Write);
        policy.grant_scenario(ScenarioRight::Read, UPSIDE, roles::READER).unwrap();
        assert_eq!(right(&policy, 0, UPSIDE), ScenarioRight::Read);
        policy.grant_scenario(ScenarioRight::None, UPSIDE, roles::CONTRIBUTOR).unwrap();
        assert_eq!(right(&policy, 0, UPSIDE), ScenarioRight::None);
        assert_eq!(right(&policy, 0, ScenarioId::BASE), ScenarioRight::Write);
        policy.scenario_created(COPY, UPSIDE);
        assert_eq!(right(&policy, 0, COPY), ScenarioRight::None);
        policy.scenario_dropped(UPSIDE);
        assert_eq!((right(&policy, 0, UPSIDE), right(&policy, 0, COPY)), (ScenarioRight::Write, ScenarioRight::None));
        policy.grant_scenario(ScenarioRight::Write, COPY, roles::CONTRIBUTOR).unwrap();
        assert_eq!(right(&policy, 0, COPY), ScenarioRight::Read);
    }

    #[test]
    fn the_owner_is_never_locked_out_and_who_has_no_role_has_nothing() {
        let mut policy = Policy::new();
        policy.grant_scenario(ScenarioRight::None, UPSIDE, roles::ADMIN).unwrap();
        let owner = Principal::Owner { user: None };
        assert_eq!(policy.scenario_right_of(&owner, UPSIDE), ScenarioRight::Write);
        assert_eq!(right(&policy, 7, UPSIDE), ScenarioRight::None);
        assert!(policy.grant_scenario(ScenarioRight::Read, UPSIDE, 99).is_err());
    }
}
