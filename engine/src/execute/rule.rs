//! CREATE RULE.

mod closed;

use std::sync::Arc;

use smalt_model::{DimensionDef, DimensionId};
use smalt_security::{Action, Halves, Path, Rule, RuleTarget};

use self::closed::{Closed, closed};
use super::Change;
use crate::fault::{Done, Fault};
use crate::formula::subsets_deciding_by;
use crate::look;
use crate::statement::ast::{self, CreateRule, Name, PropertyPath, RuleAction};

pub(super) fn create(change: &mut Change<'_>, create: &CreateRule) -> Done<String> {
    let action = match &create.action {
        RuleAction::Apply { half, rights, through } => Action::Apply {
            halves: halves(*half),
            rights: look::metric(&change.seen, rights)?.id,
            through: through.iter().map(|p| path(change, p)).collect::<Done<_>>()?,
        },
        RuleAction::IgnoreDefault { half } => Action::IgnoreDefault { halves: halves(*half) },
    };
    let dimensions = |names: &[Name]| names.iter().map(|n| dimension(change, n)).collect::<Done<Vec<_>>>();
    let target = match &create.target {
        ast::RuleTarget::Metrics(names) => {
            RuleTarget::Metrics(names.iter().map(|n| look::metric(&change.seen, n).map(|m| m.id)).collect::<Done<_>>()?)
        }
        ast::RuleTarget::AllMetricsWith(names) => RuleTarget::AllMetricsWith(dimensions(names)?),
        ast::RuleTarget::List(name) => RuleTarget::List(look::list(&change.seen, name)?.id),
        ast::RuleTarget::Property { dimension: name, property } => {
            let def = whole(change, name)?;
            RuleTarget::Property(def.id, look::property(&def, property)?.0)
        }
        ast::RuleTarget::Items(name) => {
            let def = whole(change, name)?;
            if def.system.is_some() {
                return Err(Fault::new(format!(
                    "who sees the lines of `{}` is decided by the permission Define Application security alone",
                    def.name
                ))
                .at(name.at)
                .help("without it people see their own line, with it all of them; a rule TO PROPERTY hides what is known of them"));
            }
            RuleTarget::Items(def.id)
        }
    };
    let rule = Rule { name: create.name.text.clone(), action, target };
    let schema = Arc::clone(change.work.draft.schema());
    let before = Arc::clone(&change.work.policy);
    change.work.policy_mut().create_rule(rule.clone(), &schema).map_err(|e| Fault::from(e).at(create.name.at))?;
    let mut created = format!("rule `{}` created", create.name.text);
    let subsets = subsets_deciding_by(change.work, |target| rule.rights().is_some() && rule.covers(target, &schema));
    let subsets: Vec<String> = subsets.into_iter().filter_map(|s| change.seen.dimension(s)).map(|def| format!("`{}`", def.name)).collect();
    if !subsets.is_empty() {
        created.push_str(&format!(" (what it covers decides who is in {}, which all can see)", subsets.join(", ")));
    }
    if change.deferred {
        // Its rights may not be computed before COMMIT.
        return Ok(created);
    }
    Ok(match closed(change.work, &before, &rule, &change.access) {
        Closed { people: 0, .. } => format!("{created}; it closes nothing for anybody"),
        Closed { people, cells, through } => {
            let who = if people == 1 { "1 person".to_owned() } else { format!("{people} people") };
            let cells = match cells {
                None | Some(0) => String::new(),
                Some(1) => ", 1 cell of those that you read".to_owned(),
                Some(n) => format!(", {n} cells of those that you read"),
            };
            let names = through.into_iter().filter_map(|metric| change.seen.metric(metric)).map(|def| format!("`{}`", def.name));
            let mut names: Vec<String> = names.collect();
            let more = if names.len() > 5 { format!(" and {} more", names.len() - 5) } else { String::new() };
            names.truncate(5);
            let through = if names.is_empty() { String::new() } else { format!("; through formulas also in {}{more}", names.join(", ")) };
            format!("{created}; it closes something for {who}{cells}{through}")
        }
    })
}

fn halves(half: ast::Half) -> Halves {
    match half {
        ast::Half::Read => Halves::Read,
        ast::Half::Write => Halves::Write,
        ast::Half::Both => Halves::Both,
    }
}

fn dimension(change: &Change<'_>, name: &Name) -> Done<DimensionId> {
    whole(change, name).map(|d| d.id)
}

/// A dimension that is no subset: what a rule says of the items of one it says of its subsets.
fn whole(change: &Change<'_>, name: &Name) -> Done<Arc<DimensionDef>> {
    let def = look::dimension(&change.seen, name)?;
    if def.parent.is_none() {
        return Ok(def);
    }
    let all = change.seen.dimension(change.seen.whole(def.id)).map_or("", |d| &d.name);
    Err(Fault::new(format!("`{}` is a subset, and rules speak of whole dimensions", def.name))
        .at(name.at)
        .help(format!("write `{all}`: what the rule says of its items holds in its subsets too")))
}

fn path(change: &Change<'_>, path: &PropertyPath) -> Done<Path> {
    let start = whole(change, &path.head)?;
    let mut here = Arc::clone(&start);
    let mut properties = Vec::new();
    for name in &path.properties {
        let (index, property) = look::property(&here, name)?;
        properties.push(index);
        match look::held(&change.seen, property) {
            Some(next) => here = next,
            None => {
                return Err(Fault::new(format!("`{}.{}` holds no items of a dimension", here.name, property.name)).at(name.at));
            }
        }
    }
    Ok(Path { dimension: start.id, properties })
}
