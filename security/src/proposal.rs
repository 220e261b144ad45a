//! What AI agents propose (security.md §5): a role can require that what they write stays in a scenario of their own until a human takes it over.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use smalt_model::ScenarioId;

use crate::{Policy, PolicyError, Principal, UserKind};

/// Which roles ask for proposals, and which scenarios are some.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proposals {
    /// Roles whose holders, where they are AI agents, propose.
    roles: BTreeSet<u32>,
    /// Scenarios that are proposals, and whose.
    scenarios: BTreeMap<ScenarioId, u32>,
}

impl Proposals {
    pub(crate) fn forget(&mut self, scenario: ScenarioId) {
        self.scenarios.remove(&scenario);
    }

    pub(crate) fn forget_role(&mut self, role: u32) {
        self.roles.remove(&role);
    }
}

impl Policy {
    /// `CREATE ROLE … AGENTS PROPOSE`, `ALTER ROLE … AGENTS WRITE`
    ///
    /// # Errors
    /// There is no such role, or it is Admin.
    pub fn set_agents_propose(&mut self, role: u32, propose: bool) -> Result<(), PolicyError> {
        self.check_alterable(role)?;
        if propose {
            self.proposals.roles.insert(role);
        } else {
            self.proposals.roles.remove(&role);
        }
        Ok(())
    }

    /// Whether what AI agents with this role write stays a proposal.
    pub fn agents_propose(&self, role: u32) -> bool {
        self.proposals.roles.contains(&role)
    }

    /// Whether what a principal writes stays a proposal: an AI agent, with a role of which some part asks for that.
    pub fn proposes(&self, principal: &Principal) -> bool {
        self.is_agent(principal) && self.role_of(principal).is_some_and(|role| role.roles.iter().any(|role| self.agents_propose(*role)))
    }

    /// Whether a principal is an AI agent.
    pub fn is_agent(&self, principal: &Principal) -> bool {
        match *principal {
            Principal::User(user) => self.user(user).is_some_and(|user| user.kind == UserKind::AiAgent),
            Principal::Owner { .. } => false,
        }
    }

    /// Whether a principal is a human: a user of that kind, or the owner.
    pub fn is_human(&self, principal: &Principal) -> bool {
        match *principal {
            Principal::User(user) => self.user(user).is_some_and(|user| user.kind == UserKind::Human),
            Principal::Owner { .. } => true,
        }
    }

    /// Whose proposal a scenario is, if it is one.
    pub fn proposer(&self, scenario: ScenarioId) -> Option<u32> {
        self.proposals.scenarios.get(&scenario).copied()
    }

    /// To be called when a scenario was created: one of an agent that proposes is a proposal, and so is one that any agent makes of a proposal.
    pub fn note_proposal(&mut self, scenario: ScenarioId, source: ScenarioId, creator: &Principal) {
        let proposes = self.proposes(creator) || self.is_agent(creator) && self.proposer(source).is_some();
        if let (true, Some(user)) = (proposes, creator.user()) {
            self.proposals.scenarios.insert(scenario, user);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::{Grantee, roles};

    const UP: ScenarioId = ScenarioId(1);
    const CHILD: ScenarioId = ScenarioId(2);

    #[test]
    fn agents_propose_where_some_part_of_their_role_asks_for_it() {
        let mut policy = Policy::new();
        for (user, kind) in [(0, UserKind::AiAgent), (1, UserKind::Human), (2, UserKind::Service), (3, UserKind::AiAgent)] {
            policy.create_user(user, kind).unwrap();
        }
        policy.grant(roles::CONTRIBUTOR, Grantee::AllUsers).unwrap();
        let proposes = |policy: &Policy| [0, 1, 2, 3].map(|user| policy.proposes(&Principal::User(user)));
        assert_eq!(proposes(&policy), [false; 4]);
        policy.set_agents_propose(roles::CONTRIBUTOR, true).unwrap();
        assert_eq!(proposes(&policy), [true, false, false, true]);
        policy.grant(roles::MODELER, Grantee::User(3)).unwrap();
        assert_eq!(proposes(&policy), [true, false, false, false]);
        assert!(!policy.proposes(&Principal::Owner { user: Some(0) }));
        assert!(policy.set_agents_propose(roles::ADMIN, true).is_err() && policy.set_agents_propose(99, true).is_err());
        // The scenarios of one that proposes, and what any agent makes of them.
        for creator in [1, 3] {
            policy.note_proposal(UP, ScenarioId::BASE, &Principal::User(creator));
            assert_eq!(policy.proposer(UP), None);
        }
        policy.note_proposal(UP, ScenarioId::BASE, &Principal::User(0));
        policy.note_proposal(CHILD, UP, &Principal::User(1));
        assert_eq!((policy.proposer(UP), policy.proposer(CHILD)), (Some(0), None));
        policy.note_proposal(CHILD, UP, &Principal::User(3));
        assert_eq!(policy.proposer(CHILD), Some(3));
        policy.scenario_dropped(UP);
        assert_eq!(policy.proposer(UP), None);
        policy.set_agents_propose(roles::CONTRIBUTOR, false).unwrap();
        assert_eq!(proposes(&policy), [false; 4]);
    }

    #[test]
    fn a_policy_of_before_reads_as_one_without_proposals() {
        let text = serde_json::to_string(&Policy::new()).unwrap();
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        value.as_object_mut().unwrap().remove("proposals").unwrap();
        assert_eq!(serde_json::from_value::<Policy>(value).unwrap(), Policy::new());
    }
}
