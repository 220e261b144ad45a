//! What two scenarios have in common: the state against which a merge tells who changed what.

use std::sync::Arc;

use smalt_model::ScenarioId;
use smalt_vault::Revision;

use super::Scenarios;

impl Scenarios {
    /// The newest state that is behind both of two scenarios: one of them as the other has taken it in, or what both were made from. `None`
    /// for a scenario and itself.
    pub(crate) fn common(&self, one: ScenarioId, other: ScenarioId) -> Option<Arc<Revision>> {
        let kept = [self.kept(one, other), self.kept(other, one)];
        kept.into_iter().flatten().max_by_key(|revision| revision.number())
    }

    /// The newest of the states behind both that is kept by one of them, `into`: in it, what that one had as input beside a formula of its own.
    pub(crate) fn kept(&self, into: ScenarioId, of: ScenarioId) -> Option<Arc<Revision>> {
        let merged = self.get(into).and_then(|scenario| scenario.merged.get(&of)).cloned();
        merged.into_iter().chain(self.branching(into, of)).max_by_key(|revision| revision.number())
    }

    /// The state at which the ways of two scenarios parted, by how they were made.
    fn branching(&self, one: ScenarioId, other: ScenarioId) -> Option<Arc<Revision>> {
        let (of_one, of_other) = (self.way(one), self.way(other));
        // Each way lists a scenario with the state of it that was taken in; the scenario itself has none.
        let also = |scenario| of_other.iter().find(|(also, _)| also == scenario).map(|(_, taken)| taken);
        match of_one.iter().find_map(|(scenario, taken)| Some((taken, also(scenario)?)))? {
            (Some(a), Some(b)) => Some(if a.number() <= b.number() { Arc::clone(a) } else { Arc::clone(b) }),
            (Some(a), None) | (None, Some(a)) => Some(Arc::clone(a)),
            (None, None) => None,
        }
    }

    /// A scenario and those that it comes from.
    fn way(&self, from: ScenarioId) -> Vec<(ScenarioId, Option<Arc<Revision>>)> {
        let mut way = vec![(from, None)];
        let mut at = from;
        while let Some((source, taken)) = self.get(at).and_then(|scenario| scenario.source.clone()) {
            // Sources are older than what is made from them, so no way comes back to itself.
            at = source;
            way.push((source, Some(taken)));
        }
        way
    }

    /// Takes a scenario out. What was made from it now comes from its source: what it had changed counts as changed there.
    pub(crate) fn remove(&mut self, id: ScenarioId) {
        let Some(source) = self.get(id).map(|scenario| scenario.source.clone()) else { return };
        let children: Vec<ScenarioId> = self.iter().filter(|s| s.source.as_ref().is_some_and(|(of, _)| *of == id)).map(|s| s.id).collect();
        for child in children {
            self.change(child, |scenario| scenario.source.clone_from(&source));
        }
        let all = Arc::make_mut(&mut self.all);
        all.remove(&id);
        for scenario in all.values_mut().filter(|scenario| scenario.merged.contains_key(&id)) {
            Arc::make_mut(scenario).merged.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::super::Scenario;
    use super::*;

    const BASE: ScenarioId = ScenarioId::BASE;

    fn state(number: u64) -> Arc<Revision> {
        let mut revision = Revision::empty();
        revision.set_number(number);
        Arc::new(revision)
    }

    /// Base <- 1 (at 10) <- 2 (at 20), Base <- 3 (at 15).
    fn family() -> Scenarios {
        let mut all = Scenarios::default();
        for (id, source, number) in [(1, 0, 10), (2, 1, 20), (3, 0, 15)] {
            let from = all.get(ScenarioId(source)).unwrap().as_ref().clone();
            all.put(Scenario::from(&from, all.next_id(), &format!("s{id}"), state(number)));
        }
        all
    }

    fn common(all: &Scenarios, one: u32, other: u32) -> Option<u64> {
        let found = all.common(ScenarioId(one), ScenarioId(other)).map(|revision| revision.number());
        assert_eq!(found, all.common(ScenarioId(other), ScenarioId(one)).map(|revision| revision.number()), "whoever asks first");
        found
    }

    #[test]
    fn ways_part_where_the_older_branch_was_made() {
        let all = family();
        assert_eq!((common(&all, 1, 0), common(&all, 2, 1), common(&all, 2, 0)), (Some(10), Some(20), Some(10)));
        assert_eq!((common(&all, 2, 3), common(&all, 1, 3), common(&all, 1, 1)), (Some(10), Some(10), None));
    }

    #[test]
    fn a_merge_is_the_newest_common_state() {
        let mut all = family();
        all.change(ScenarioId(3), |scenario| drop(scenario.merged.insert(ScenarioId(2), state(30))));
        assert_eq!((common(&all, 2, 3), common(&all, 1, 3)), (Some(30), Some(10)));
    }

    #[test]
    fn what_comes_from_a_dropped_scenario_comes_from_its_source() {
        let mut all = family();
        all.remove(ScenarioId(1));
        assert!(all.get(ScenarioId(1)).is_none());
        assert_eq!(common(&all, 2, 0), Some(10));
        all.remove(ScenarioId(2));
        let next = all.next_id();
        assert_eq!(next, ScenarioId(4), "no id is given twice");
        assert_eq!(all.iter().map(|s| s.id).collect::<Vec<_>>(), [BASE, ScenarioId(3)]);
    }
}
