//! Accesses over states: what was compiled for one state is good for the next one where nothing changed that it stands on.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use smalt_security::{Access, Ground, Policy, Principal, Profiles, ProfilesTally};
use smalt_vault::Vault;

use crate::facts::Held;

/// A state looks up at once what those may see who asked last; up to so many. Others are asked of all that is kept.
const MOST_PEOPLE: usize = 256;

/// What is kept of masks, in all states of an application together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RightsKept {
    /// Rights profiles that were compiled since the application was opened: people with the same words have the same one.
    pub compiled_profiles: u64,
    /// Masks that were compiled since then.
    pub compiled_masks: u64,
    /// Profiles that are kept.
    pub profiles: usize,
    /// What they take, about, in bytes.
    pub profile_bytes: usize,
    /// People of whom it is known which profile they have.
    pub people: usize,
    /// Masks resolved against the blocks of a metric, or the rows of a list, that are kept.
    pub resolved: usize,
    /// What they take, about, in bytes.
    pub resolved_bytes: usize,
}

impl RightsKept {
    pub(crate) fn of(rights: &RightsCache, vault: &Vault) -> RightsKept {
        let ProfilesTally { compiled_profiles, compiled_masks, profiles, people, bytes } = rights.profiles.tally();
        let (resolved, resolved_bytes) = vault.resolved();
        RightsKept { compiled_profiles, compiled_masks, profiles, profile_bytes: bytes, people, resolved, resolved_bytes }
    }
}

/// The accesses to one state.
pub(crate) struct RightsCache {
    /// Shared by all states of an application.
    profiles: Arc<Profiles>,
    /// What masks stand on here.
    ground: Mutex<Option<Arc<Ground>>>,
    last: Mutex<HashMap<Principal, Arc<Access>>>,
}

impl RightsCache {
    pub(crate) fn new() -> RightsCache {
        RightsCache::over(Arc::default(), None)
    }

    fn over(profiles: Arc<Profiles>, ground: Option<Arc<Ground>>) -> RightsCache {
        RightsCache { profiles, ground: Mutex::new(ground), last: Mutex::default() }
    }

    /// For another state. `is_same_footing`: whether definitions, items, properties and formulas are the very same.
    pub(crate) fn next(&self, policy: &Policy, is_same_footing: bool) -> RightsCache {
        let ground = self.ground.lock().clone();
        RightsCache::over(Arc::clone(&self.profiles), ground.filter(|ground| is_same_footing && ground.suits(policy)))
    }

    /// What a principal may do and see in the state that this is of, whose policy and facts these are.
    pub(crate) fn access(&self, policy: &Policy, facts: &Held<'_>, principal: &Principal) -> Arc<Access> {
        let known = self.last.lock().get(principal).map(Arc::clone);
        if let Some(access) = known
            && !access.is_overgrown()
        {
            return access;
        }
        let access = self.access_now(policy, facts, principal);
        let mut last = self.last.lock();
        if last.len() >= MOST_PEOPLE {
            last.clear();
        }
        last.insert(*principal, Arc::clone(&access));
        access
    }

    /// The same where roles and words may have changed since it was asked last; definitions, items, properties and formulas have not.
    pub(crate) fn access_now(&self, policy: &Policy, facts: &Held<'_>, principal: &Principal) -> Arc<Access> {
        let ground = self.ground(policy, facts, principal);
        self.profiles.access(&ground, policy, principal, facts)
    }

    fn ground(&self, policy: &Policy, facts: &Held<'_>, who: &Principal) -> Arc<Ground> {
        let mut kept = self.ground.lock();
        match kept.as_ref().filter(|ground| ground.suits(policy) && Profiles::suits(ground, policy, who)) {
            Some(ground) => Arc::clone(ground),
            None => Arc::clone(kept.insert(self.profiles.ground(policy, facts, who))),
        }
    }
}

impl fmt::Debug for RightsCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RightsCache").finish_non_exhaustive()
    }
}
