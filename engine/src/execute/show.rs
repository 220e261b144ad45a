//! SHOW: what there is, as far as the person may see it. Blocks are in `catalog`.

use smalt_model::{Block, Schema, SystemDimension};
use smalt_security::{Action, Halves, Permission, Permissions, Principal, Rule, RuleTarget, UserKind, UserState};

use super::{Ask, audit, catalog, people, revision, scenario};
use crate::fault::{Done, Fault};
use crate::formula::shown;
use crate::look;
use crate::names::SeenItems;
use crate::outcome::Table;
use crate::statement::ast::{Name, ObjectKind, Show};

pub(super) fn show(ask: &Ask<'_>, show: &Show) -> Done<Table> {
    match show {
        Show::All(ObjectKind::User) => users(ask),
        Show::All(ObjectKind::Role) => roles(ask),
        Show::All(ObjectKind::Group) => groups(ask),
        Show::All(ObjectKind::Rule) => Ok(rules(ask)),
        Show::All(ObjectKind::Scenario) => Ok(scenario::show(ask)),
        Show::All(ObjectKind::Snapshot) => revision::snapshots(ask),
        Show::Revisions => revision::show(ask),
        Show::Formula(metric) => formula(ask, metric),
        Show::RoleOf(user) => role_of(ask, user),
        Show::Audit { since, limit } => audit::show(ask, since.as_ref(), *limit),
        Show::Calendars => Ok(catalog::calendars(ask)),
        Show::All(kind) => catalog::all(ask, *kind).ok_or_else(|| Fault::not_yet(show.title())),
    }
}

/// The items of a system dimension that the person may see, in item order as far as they see that, with their names.
fn visible(ask: &Ask<'_>, which: SystemDimension) -> Done<Vec<(u32, String)>> {
    let def = people::system(&ask.state.revision, which)?;
    let items = ask.questions.view(ask.state, &ask.access).items(def.id);
    Ok(items.order().iter().filter_map(|item| items.name(*item).map(|name| (*item, name.to_string()))).collect())
}

fn users(ask: &Ask<'_>) -> Done<Table> {
    let policy = &ask.state.policy;
    let mut rows = Vec::new();
    for (item, name) in visible(ask, SystemDimension::User)? {
        let Some(user) = policy.user(item) else { continue };
        let state = match user.state {
            UserState::Pending => "pending",
            UserState::Active => "active",
            UserState::Deactivated => "deactivated",
        };
        let kind = match user.kind {
            UserKind::Human => "human",
            UserKind::Service => "service",
            UserKind::AiAgent => "AI agent",
        };
        let role = user.role.and_then(|role| policy.role(role)).map(|role| role.name.clone());
        rows.push(vec![Some(name), Some(state.to_owned()), Some(kind.to_owned()), role]);
    }
    Ok(Table::of_texts(&["User", "State", "Kind", "Role"], rows))
}

fn roles(ask: &Ask<'_>) -> Done<Table> {
    let mut rows = Vec::new();
    for (item, name) in visible(ask, SystemDimension::Role)? {
        let Some(role) = ask.state.policy.role(item) else { continue };
        let agents = if ask.state.policy.agents_propose(item) { "PROPOSE" } else { "WRITE" };
        let words = [permission_names(role.permissions), role.read.to_string(), role.write.to_string(), agents.to_owned()];
        rows.push(std::iter::once(name).chain(words).map(Some).collect());
    }
    Ok(Table::of_texts(&["Role", "Permissions", "Read", "Write", "Agents"], rows))
}

fn permission_names(permissions: Permissions) -> String {
    if permissions == Permissions::all() {
        return "ALL".to_owned();
    }
    permissions.iter().map(Permission::name).collect::<Vec<_>>().join(", ")
}

fn groups(ask: &Ask<'_>) -> Done<Table> {
    let policy = &ask.state.policy;
    let users = visible(ask, SystemDimension::User)?;
    let mut rows = Vec::new();
    for (item, name) in visible(ask, SystemDimension::Group)? {
        let Some(group) = policy.group(item) else { continue };
        let role = group.role.and_then(|role| policy.role(role)).map(|role| role.name.clone());
        let members = users.iter().filter(|(user, _)| group.members.contains(user)).map(|(_, name)| name.as_str()).collect::<Vec<_>>();
        rows.push(vec![Some(name), role, Some(members.join(", "))]);
    }
    Ok(Table::of_texts(&["Group", "Role", "Users"], rows))
}

fn rules(ask: &Ask<'_>) -> Table {
    let schema = ask.state.revision.schema();
    let rows = ask.state.policy.rules().iter().map(|rule| vec![Some(rule.name.clone()), Some(rule_text(schema, rule))]).collect();
    Table::of_texts(&["Rule", "Definition"], rows)
}

fn rule_text(schema: &Schema, rule: &Rule) -> String {
    let halves = |halves: Halves| match halves {
        Halves::Read => "READ",
        Halves::Write => "WRITE",
        Halves::Both => "READ, WRITE",
    };
    let metric = |id| look::name_of(schema, Block::Metric(id));
    let dimension = |id| look::name_of(schema, Block::Dimension(id));
    let (action, to) = match &rule.action {
        Action::Apply { halves: h, rights, through } => {
            let paths = through.iter().map(|p| p.text(schema)).collect::<Vec<_>>().join(", ");
            let through = if paths.is_empty() { String::new() } else { format!(" THROUGH {paths}") };
            (format!("APPLY {} OF {}{through}", halves(*h), metric(*rights)), "TO")
        }
        Action::IgnoreDefault { halves: h } => (format!("IGNORE ROLE DEFAULT {}", halves(*h)), "ON"),
    };
    let target = match &rule.target {
        RuleTarget::Metrics(metrics) => metrics.iter().map(|m| metric(*m)).collect::<Vec<_>>().join(", "),
        RuleTarget::AllMetricsWith(dims) => {
            format!("ALL METRICS WITH ({})", dims.iter().map(|d| dimension(*d)).collect::<Vec<_>>().join(", "))
        }
        RuleTarget::List(list) => format!("LIST {}", look::name_of(schema, Block::List(*list))),
        RuleTarget::Property(d, property) => {
            let name = schema.dimension(*d).and_then(|def| def.properties.get(usize::from(*property))).map_or("", |p| &p.name);
            format!("PROPERTY {}.{name}", dimension(*d))
        }
        RuleTarget::Items(d) => format!("ITEMS OF {}", dimension(*d)),
    };
    format!("{action} {to} {target}")
}

fn formula(ask: &Ask<'_>, metric: &Name) -> Done<Table> {
    let known = catalog::seen(ask);
    let schema = ask.state.revision.schema();
    let subset = match known.find(&metric.text) {
        Some(Block::Dimension(id)) => schema.dimension(id).filter(|def| def.parent.is_some()),
        _ => None,
    };
    let text = match subset {
        Some(subset) => subset.properties.first().and_then(|names| names.formula.as_ref()),
        None => schema.metric(look::metric(&known, metric)?.id).and_then(|m| m.formula.as_ref()),
    };
    let items = SeenItems { revision: &ask.state.revision, access: Some(&ask.access) };
    let text = text.map(|f| shown(f, schema, &items)).transpose()?;
    Ok(Table::of_texts(&["Formula"], vec![vec![text]]))
}

/// One's own role is everybody's to see; another's takes the permission, whether or not there is such a user.
fn role_of(ask: &Ask<'_>, user: &Name) -> Done<Table> {
    let def = people::system(&ask.state.revision, SystemDimension::User)?;
    let item = ask.state.revision.items(def.id).find(&user.text);
    let own = item.is_some() && ask.principal.user() == item;
    if !own && !ask.access.permits(Permission::DefineSecurity) {
        return Err(Fault::missing(Permission::DefineSecurity));
    }
    let item = people::find(&ask.state.revision, SystemDimension::User, user)?;
    let role = ask.state.policy.role_of(&Principal::User(item));
    let rows = match role {
        None => Vec::new(),
        Some(role) => {
            let steps = role.how.iter().map(|step| {
                let name = ask.state.policy.role(step.role).map(|r| r.name.clone());
                vec![name, Some(step.to_string()), Some((if step.counts { "TRUE" } else { "FALSE" }).to_owned())]
            });
            steps.collect()
        }
    };
    Ok(Table::of_texts(&["Role", "How", "Counts"], rows))
}
