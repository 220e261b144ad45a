//! `EXPLAIN …` and `SHOW …`

use super::Parsed;
use super::parser::Parser;
use super::query::{at_query, query};
use super::values::{coordinates, whole};
use crate::statement::ast::{Explain, ObjectKind, Show, Statement};
use crate::statement::error::StatementError;
use crate::statement::lex::Kind;

/// Behind `EXPLAIN`.
pub(super) fn explain(p: &mut Parser<'_>) -> Parsed<Statement> {
    let explain = if p.at_word("ANALYZE") || p.at_word("VERBOSE") || at_query(p) {
        let analyze = p.eat_word("ANALYZE");
        let verbose = p.eat_word("VERBOSE");
        Explain::Query { analyze, verbose, query: query(p)? }
    } else {
        match p.one_of(&["FORMULA", "VALUE", "ACCESS", "LEAKS", "ANALYZE", "SELECT"])? {
            0 => Explain::Formula(p.name("a metric's name")?),
            1 => value(p)?,
            2 => access(p)?,
            _ => {
                p.keyword("ON")?;
                Explain::Leaks(p.name("a metric's name")?)
            }
        }
    };
    Ok(Statement::Explain(explain))
}

fn value(p: &mut Parser<'_>) -> Parsed<Explain> {
    let metric = p.name("a metric's name")?;
    p.keyword("AT")?;
    let at = coordinates(p)?;
    let depth = if p.eat_word("DEPTH") {
        let (depth, _) = whole(p, "a number of steps from 1", 1, u64::from(u32::MAX))?;
        u32::try_from(depth).ok()
    } else {
        None
    };
    Ok(Explain::Value { metric, at, depth })
}

fn access(p: &mut Parser<'_>) -> Parsed<Explain> {
    p.keyword("FOR USER")?;
    let user = p.user()?;
    p.keyword("ON")?;
    let metric = p.name("a metric's name")?;
    let at = if p.eat_word("AT") { Some(coordinates(p)?) } else { None };
    Ok(Explain::Access { user, metric, at })
}

/// Behind `SHOW`.
pub(super) fn show(p: &mut Parser<'_>) -> Parsed<Statement> {
    #[derive(Clone, Copy)]
    enum What {
        All(ObjectKind),
        Calendars,
        Revisions,
        Formula,
        Role,
        Audit,
    }
    let what = p.choice(&[
        ("METRICS", What::All(ObjectKind::Metric)),
        ("DIMENSIONS", What::All(ObjectKind::Dimension)),
        ("SUBSETS", What::All(ObjectKind::Subset)),
        ("LISTS", What::All(ObjectKind::List)),
        ("TABLES", What::All(ObjectKind::Table)),
        ("VIEWS", What::All(ObjectKind::View)),
        ("CALENDARS", What::Calendars),
        ("RULES", What::All(ObjectKind::Rule)),
        ("USERS", What::All(ObjectKind::User)),
        ("ROLES", What::All(ObjectKind::Role)),
        ("GROUPS", What::All(ObjectKind::Group)),
        ("SCENARIOS", What::All(ObjectKind::Scenario)),
        ("SNAPSHOTS", What::All(ObjectKind::Snapshot)),
        ("REVISIONS", What::Revisions),
        ("FORMULA", What::Formula),
        ("ROLE", What::Role),
        ("AUDIT", What::Audit),
    ])?;
    let show = match what {
        What::All(kind) => Show::All(kind),
        What::Calendars => Show::Calendars,
        What::Revisions => Show::Revisions,
        What::Formula => Show::Formula(p.name("a metric's name")?),
        What::Role => {
            p.keyword("OF")?;
            Show::RoleOf(p.user()?)
        }
        What::Audit => audit(p)?,
    };
    Ok(Statement::Show(show))
}

fn audit(p: &mut Parser<'_>) -> Parsed<Show> {
    let (mut since, mut limit) = (None, None);
    while *p.peek() != Kind::End {
        let at = p.at();
        let twice = match p.one_of(&["SINCE", "LIMIT"])? {
            0 => since.replace(p.text("a date or a time in `'`")?).map(|_| "SINCE"),
            _ => limit.replace(whole(p, "a number of events", 0, u64::MAX)?.0).map(|_| "LIMIT"),
        };
        if let Some(clause) = twice {
            return Err(StatementError::new(at, format!("{clause} is given twice")));
        }
    }
    Ok(Show::Audit { since, limit })
}
