//! Scenarios and revisions.

use super::Parsed;
use super::parser::Parser;
use super::values::whole;
use crate::statement::ast::{CompareScenarios, Conflict, CreateScenario, MergeScenario, Revision, ScenarioAccess, Statement};

const NAME: &str = "a scenario's name";

/// Behind `CREATE SCENARIO`.
pub(super) fn create(p: &mut Parser<'_>) -> Parsed<Statement> {
    let name = p.name("the scenario's name")?;
    let source = if p.eat_word("FROM") { Some(p.name(NAME)?) } else { None };
    Ok(Statement::CreateScenario(CreateScenario { name, source }))
}

/// Behind `USE`.
pub(super) fn use_scenario(p: &mut Parser<'_>) -> Parsed<Statement> {
    p.keyword("SCENARIO")?;
    p.name(NAME).map(Statement::UseScenario)
}

/// Behind `ALTER SCENARIO`.
pub(super) fn alter(p: &mut Parser<'_>) -> Parsed<Statement> {
    let scenario = p.name(NAME)?;
    p.keyword("SET READ")?;
    let access = p.choice(&[("ONLY", ScenarioAccess::ReadOnly), ("WRITE", ScenarioAccess::ReadWrite)])?;
    Ok(Statement::AlterScenario { scenario, access })
}

/// Behind `COMPARE`.
pub(super) fn compare(p: &mut Parser<'_>) -> Parsed<Statement> {
    p.keyword("SCENARIO")?;
    let left = p.name(NAME)?;
    p.keyword("WITH")?;
    let right = p.name(NAME)?;
    p.keyword("ON")?;
    let metric = p.name("a metric's name")?;
    let by = if p.eat_word("BY") { p.commas(|p| p.path("a dimension's name"))? } else { Vec::new() };
    Ok(Statement::CompareScenarios(CompareScenarios { left, right, metric, by }))
}

/// Behind `MERGE`.
pub(super) fn merge(p: &mut Parser<'_>) -> Parsed<Statement> {
    p.keyword("SCENARIO")?;
    let source = p.name(NAME)?;
    p.keyword("INTO")?;
    let target = p.name(NAME)?;
    let conflict = if p.eat_word("ON") {
        p.keyword("CONFLICT")?;
        p.choice(&[("FAIL", Conflict::Fail), ("OURS", Conflict::Ours), ("THEIRS", Conflict::Theirs)])?
    } else {
        Conflict::default()
    };
    Ok(Statement::MergeScenario(MergeScenario { source, target, conflict }))
}

/// Behind `REBASE`.
pub(super) fn rebase(p: &mut Parser<'_>) -> Parsed<Statement> {
    p.keyword("SCENARIO")?;
    p.name(NAME).map(Statement::RebaseScenario)
}

/// Behind `REVERT`.
pub(super) fn revert(p: &mut Parser<'_>) -> Parsed<Statement> {
    p.keyword("TO REVISION")?;
    let (number, at) = whole(p, "the number of a revision", 0, u64::MAX)?;
    Ok(Statement::Revert(Revision { number, at }))
}
