//! What an AI agent may write whose role asks for proposals: cells, in scenarios that are its own proposals, and nothing else.

use smalt_model::{Block, ScenarioId};
use smalt_security::ScenarioRight;

use super::Change;
use crate::fault::{Done, Fault};
use crate::look;
use crate::scenario::Scenario;
use crate::statement::Statement;
use crate::statement::ast::{Drop, Name, ObjectKind, Unknown};

/// Refuses a statement by which an agent would write something that is no proposal. What it may not do at all is another's to say, so that what is
/// not there is passed on.
pub(super) fn check(change: &Change<'_>, statement: &Statement) -> Done {
    if !change.work.policy.proposes(&change.principal) {
        return check_merge(change, statement);
    }
    use Statement as S;
    let is_allowed = match statement {
        S::CreateScenario(_) | S::Recalculate(_) => true,
        S::AlterScenario { scenario, .. } | S::RebaseScenario(scenario) => is_own_or_nothing(change, scenario),
        S::Drop(Drop { kind: ObjectKind::Scenario, name }) => is_own_or_nothing(change, name),
        S::MergeScenario(merge) => is_own_or_nothing(change, &merge.target),
        S::Insert(insert) => is_cells(change, &insert.target),
        S::Update(update) => is_cells(change, &update.target),
        S::Delete(delete) => is_cells(change, &delete.target),
        // Items are the same in all scenarios.
        S::Copy(copy) => copy.options.unknown != Unknown::Create && is_cells(change, &copy.target),
        _ => false,
    };
    if is_allowed {
        return Ok(());
    }
    Err(Fault::denied("what an AI agent with your role writes stays a proposal: cells in a scenario of its own")
        .help("make one with CREATE SCENARIO and choose it with USE SCENARIO; a human takes it over with MERGE SCENARIO"))
}

/// A proposal is taken over by a human.
fn check_merge(change: &Change<'_>, statement: &Statement) -> Done {
    let Statement::MergeScenario(merge) = statement else { return Ok(()) };
    let policy = &change.work.policy;
    let is_proposal = find(change, &merge.source).is_some_and(|source| policy.proposer(source.id).is_some());
    if !is_proposal || policy.is_human(&change.principal) {
        return Ok(());
    }
    Err(Fault::denied("what an AI agent proposes is taken over by a human").at(merge.source.at))
}

/// A scenario that the agent may read.
fn find<'a>(change: &'a Change<'_>, name: &Name) -> Option<&'a Scenario> {
    let is_readable = |scenario: ScenarioId| change.work.policy.scenario_right_of(&change.principal, scenario) > ScenarioRight::None;
    change.work.scenarios.find(&name.text).map(AsRef::as_ref).filter(|scenario| is_readable(scenario.id))
}

fn is_own_or_nothing(change: &Change<'_>, name: &Name) -> bool {
    find(change, name).is_none_or(|scenario| is_own(change, scenario.id))
}

fn is_own(change: &Change<'_>, scenario: ScenarioId) -> bool {
    change.work.policy.proposer(scenario).is_some_and(|user| change.principal.user() == Some(user))
}

/// Whether cells are written, in a proposal of the agent's: that scenario is at work then.
fn is_cells(change: &Change<'_>, target: &Name) -> bool {
    match look::block(&change.seen, target) {
        Ok(Block::Metric(_)) => is_own(change, change.work.active()),
        Ok(Block::Dimension(_) | Block::List(_)) => false,
        Err(_) => true,
    }
}
