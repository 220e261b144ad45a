//! EXPLAIN LEAKS: cells of a formula that somebody reads without reading all that they are made of.

use std::sync::Arc;

use smalt_model::SystemDimension;
use smalt_security::{Access, Half, Inheritance, Principal, Target};

use super::name_of;
use super::space::Space;
use crate::execute::Ask;
use crate::facts::{Footing, Held};
use crate::fault::{Done, Fault};
use crate::look;
use crate::outcome::Table;
use crate::rights_cache::RightsCache;
use crate::statement::ast::Name;

/// The rights of somebody, and as they would be with nothing cut off, with what leaks: how many cells, made of what.
type Known = (Arc<Access>, Arc<Access>, Option<(u128, String)>);

/// One row for each person who reads such cells: how many there are, and what of it they cannot read.
pub(crate) fn leaks(ask: &Ask<'_>, metric: &Name) -> Done<Table> {
    let state = ask.state;
    let catalog = ask.questions.view(state, &ask.access);
    let def = look::metric(catalog.catalog(), metric)?;
    state.check_rights().map_err(|e| Fault::new(e.to_string()))?;
    let (target, space) = (Target::Metric(def.id), Space::of(&catalog, &def));
    // The same rights with nothing that cuts them off.
    let mut strict = state.policy.as_ref().clone();
    strict.set_inheritance(Inheritance::On);
    let footing = Footing::default();
    let facts = Held::new(&state.revision, &state.programs, &footing).following_resets();
    let strict_rights = RightsCache::new();
    let users = state.revision.schema().system(SystemDimension::User).map(|user| state.revision.items(user.id));
    // People whose words are the same read the same, but for what depends on their own lines.
    let mut known: Vec<Known> = Vec::new();
    let mut rows = Vec::new();
    for (user, _) in state.policy.users().filter(|(_, user)| user.is_active()) {
        let who = Principal::User(user);
        let (is, should) = (state.access(&who), strict_rights.access(&strict, &facts, &who));
        let is_alike = |other: &Access, strictly: &Access| is.shares_with(other) && should.shares_with(strictly);
        let alike = known.iter().find(|(other, strictly, _)| is_alike(other, strictly));
        let found = match alike.filter(|_| !is.is_personal(&target) && !should.is_personal(&target)) {
            Some((.., found)) => found.clone(),
            None => {
                let (reads, may) = (is.mask(Half::Read, &target), should.mask(Half::Read, &target));
                let count = space.count(&[&reads, &may], |cell| reads.allows(cell) && !may.allows(cell))?;
                let mut closed = Vec::new();
                for (operand, mask) in should.operands(&target) {
                    if count > 0 && space.count(&[&reads, &mask], |cell| reads.allows(cell) && !mask.allows(cell))? > 0 {
                        closed.extend(name_of(&catalog, &operand, str::to_owned));
                    }
                }
                let found = (count > 0).then(|| (count, closed.join(", ")));
                known.push((is, should, found.clone()));
                found
            }
        };
        if let Some((count, closed)) = found {
            let name = users.as_ref().and_then(|users| users.name(user)).map(ToString::to_string);
            rows.push(vec![name, Some(count.to_string()), Some(closed).filter(|closed| !closed.is_empty())]);
        }
    }
    Ok(Table::of_texts(&["User", "Cells", "Without reading"], rows))
}
