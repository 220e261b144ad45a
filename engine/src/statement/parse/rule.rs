//! `CREATE RULE …`

use super::Parsed;
use super::parser::Parser;
use crate::statement::ast::{CreateRule, Half, PropertyPath, RuleAction, RuleTarget, Statement};
use crate::statement::error::StatementError;
use crate::statement::lex::Kind;

/// Behind `CREATE RULE`.
pub(super) fn create(p: &mut Parser<'_>) -> Parsed<Statement> {
    let name = p.name("the rule's name")?;
    let action = match p.one_of(&["APPLY", "IGNORE"])? {
        0 => {
            let half = half(p)?;
            p.keyword("OF")?;
            let rights = p.name("the name of a rights metric")?;
            let through = if p.eat_word("THROUGH") { p.commas(through)? } else { Vec::new() };
            p.keyword("TO")?;
            RuleAction::Apply { half, rights, through }
        }
        _ => {
            p.keyword("ROLE DEFAULT")?;
            let half = half(p)?;
            p.keyword("ON")?;
            RuleAction::IgnoreDefault { half }
        }
    };
    Ok(Statement::CreateRule(CreateRule { name, action, target: target(p)? }))
}

/// `READ`, `WRITE`, or both in either order
fn half(p: &mut Parser<'_>) -> Parsed<Half> {
    let half = |p: &mut Parser<'_>| p.choice(&[("READ", Half::Read), ("WRITE", Half::Write)]);
    let first = half(p)?;
    if !p.eat_sign(',') {
        return Ok(first);
    }
    let at = p.at();
    if half(p)? == first {
        let word = if first.reads() { "READ" } else { "WRITE" };
        return Err(StatementError::new(at, format!("{word} is given twice")));
    }
    Ok(Half::Both)
}

fn through(p: &mut Parser<'_>) -> Parsed<PropertyPath> {
    let path = p.path("a property path")?;
    if path.properties.is_empty() {
        return Err(p.expected("`.`").with_help("a path leads from a dimension to a property: `Store.Country`"));
    }
    Ok(path)
}

fn target(p: &mut Parser<'_>) -> Parsed<RuleTarget> {
    // A metric may bear one of these words as its name: then nothing follows that could belong to the word.
    let is_name = matches!(p.peek_second(), Kind::End | Kind::Sign(','));
    if is_name {
        return metrics(p);
    }
    if p.eat_word("ALL") {
        p.keyword("METRICS WITH")?;
        return Ok(RuleTarget::AllMetricsWith(p.brackets_or_none(|p| p.name("a dimension's name"))?));
    }
    if p.eat_word("LIST") {
        return p.name("a list's name").map(RuleTarget::List);
    }
    if p.eat_word("ITEMS") {
        p.keyword("OF")?;
        return p.name("a dimension's name").map(RuleTarget::Items);
    }
    if p.eat_word("PROPERTY") {
        let dimension = p.name("a dimension's name")?;
        p.sign('.')?;
        return Ok(RuleTarget::Property { dimension, property: p.name("a property's name")? });
    }
    metrics(p)
}

fn metrics(p: &mut Parser<'_>) -> Parsed<RuleTarget> {
    let what = "a metric's name, ALL METRICS WITH, LIST, PROPERTY or ITEMS OF";
    p.commas(|p| p.name(what)).map(RuleTarget::Metrics)
}
