//! DROP: refused while something refers to what is dropped, naming what.

use std::collections::BTreeSet;
use std::sync::Arc;

use smalt_formula::Program;
use smalt_model::{Block, DimensionId, Schema, Type};
use smalt_security::Permission;

use super::saved::{self, broken, refuse_used};
use super::written::Written;
use super::{Change, people, revision, role, scenario};
use crate::fault::{Done, Fault};
use crate::look;
use crate::reads;
use crate::statement::ast::{Drop, ObjectKind};
use crate::work::{Computed, Work};

pub(super) fn drop(change: &mut Change<'_>, drop: &Drop) -> Done<String> {
    let block = match drop.kind {
        ObjectKind::Metric => Block::Metric(look::metric(&change.seen, &drop.name)?.id),
        ObjectKind::Dimension | ObjectKind::Subset => Block::Dimension(dimension(change, drop)?),
        ObjectKind::List => Block::List(look::list(&change.seen, &drop.name)?.id),
        ObjectKind::Table | ObjectKind::View => return saved::drop(change, drop.kind, &drop.name),
        ObjectKind::Rule => return drop_rule(change, drop),
        ObjectKind::User => return people::drop_user(change, &drop.name),
        ObjectKind::Group => return people::drop_group(change, &drop.name),
        ObjectKind::Role => return role::drop(change, &drop.name),
        ObjectKind::Scenario => return scenario::drop(change, &drop.name),
        ObjectKind::Snapshot => return revision::drop_snapshot(change, &drop.name),
    };
    if change.is_promised(block) {
        return Err(Fault::new(format!("there is no dimension `{}`", drop.name.text)).at(drop.name.at));
    }
    change.allow(change.guarded().block(block))?;
    let schema = change.work.draft.schema();
    if let Block::Dimension(id) = block
        && schema.dimension(id).is_some_and(|d| d.system.is_some())
    {
        return Err(Fault::new(format!("`{}` is part of every application", drop.name.text)).at(drop.name.at));
    }
    let mut users = formulas_that_read(change, block);
    users.extend(definitions_that_name(schema, block));
    // The names of rules are for who may see the rules.
    let rules = change.work.policy.rules_on(block);
    if change.access.permits(Permission::DefineSecurity) {
        users.extend(rules.into_iter().map(|rule| format!("the rule `{rule}`")));
    } else if !rules.is_empty() {
        users.push("a rule".to_owned());
    }
    let mut after = Schema::clone(schema);
    after.remove(block);
    users.extend(broken(schema, &Arc::new(after), &change.seen));
    refuse_used(&drop.name, users)?;
    let name = look::name_of(schema, block);
    if let Block::Metric(id) = block {
        change.work.programs.metrics.remove(&id);
        change.work.scenarios.drop_metric(id);
        change.work.pending.retain(|p| p.of != Computed::Metric(id));
        change.work.touched.metrics.remove(&id);
        change.work.touched.formulas.remove(&id);
    }
    if let Block::Dimension(id) = block {
        change.work.programs.properties.retain(|(d, ..)| *d != id);
        change.work.pending.retain(|p| !matches!(p.of, Computed::Property(d, _) if d == id));
        change.work.touched.dimensions.remove(&id);
    }
    if let Block::List(id) = block {
        change.work.touched.lists.remove(&id);
    }
    change.work.draft.remove(block);
    Ok(format!("{} `{name}` dropped", drop.kind))
}

/// The dimension or the subset of a name, whichever is to be dropped.
fn dimension(change: &Change<'_>, drop: &Drop) -> Done<DimensionId> {
    let def = look::dimension(&change.seen, &drop.name)?;
    match (drop.kind, def.parent) {
        (ObjectKind::Subset, None) => Err(Fault::new(format!("`{}` is a dimension, not a subset", drop.name.text)).at(drop.name.at)),
        (ObjectKind::Dimension, Some(_)) => {
            let fault = Fault::new(format!("`{}` is a subset", drop.name.text)).at(drop.name.at);
            Err(fault.help(format!("`DROP SUBSET \"{}\"` drops it", def.name)))
        }
        _ => Ok(def.id),
    }
}

fn drop_rule(change: &mut Change<'_>, drop: &Drop) -> Done<String> {
    let rule = change.work.policy_mut().drop_rule(&drop.name.text).map_err(|e| Fault::from(e).at(drop.name.at))?;
    Ok(format!("rule `{}` dropped", rule.name))
}

/// The formulas that read a block, as one says it: the formula of `Revenue`.
/// One that is a scenario's own is told with the scenario, and as no more than a formula to who may not see that one.
pub(super) fn formulas_that_read(change: &Change<'_>, block: Block) -> Vec<String> {
    let work: &Work = change.work;
    let schema = work.draft.schema();
    let reads = |program: &Program| match block {
        Block::Metric(id) => program.metrics().any(|metric| metric == id),
        Block::List(id) => program.lists.contains(&id),
        Block::Dimension(id) => uses_dimension(program, id),
    };
    let metrics = work.programs.metrics.iter().filter(|(id, p)| Block::Metric(**id) != block && reads(p));
    let mut out: Vec<String> = metrics.filter_map(|(id, _)| schema.metric(*id)).map(|m| format!("the formula of `{}`", m.name)).collect();
    let own = work.scenarios.own_formulas().filter(|(_, id, _)| Block::Metric(*id) != block);
    let own = own.filter(|(.., formula)| formula.program.as_deref().is_some_and(reads));
    let own = own.map(|(scenario, metric, own)| Written {
        of: Computed::Metric(metric),
        scenario: Some(scenario.id),
        text: Arc::clone(&own.text),
    });
    let own: BTreeSet<String> = own.map(|formula| formula.called(change)).collect();
    out.extend(own);
    for (dimension, property, program) in &work.programs.properties {
        if Block::Dimension(*dimension) != block
            && reads(program)
            && let Some(def) = schema.dimension(*dimension)
        {
            let name = def.properties.get(usize::from(*property)).map_or("", |p| &p.name);
            out.push(if *property == 0 { format!("the subset `{}`", def.name) } else { format!("the formula of `{}.{name}`", def.name) });
        }
    }
    // What is not compiled yet is told by its names.
    for pending in &work.pending {
        let names = smalt_formula::parse(&pending.formula.text).map(|e| smalt_formula::referenced_names(&e)).unwrap_or_default();
        if names.iter().any(|n| schema.find(n) == Some(block))
            && let Computed::Metric(id) = pending.of
            && let Some(def) = schema.metric(id)
            && Block::Metric(id) != block
        {
            out.push(format!("the formula of `{}`", def.name));
        }
    }
    out
}

fn uses_dimension(program: &Program, id: DimensionId) -> bool {
    program.properties.iter().any(|(d, _)| *d == id) || reads::dimensions(program).contains(&id)
}

fn definitions_that_name(schema: &Schema, block: Block) -> Vec<String> {
    let Block::Dimension(id) = block else { return Vec::new() };
    let mut out = Vec::new();
    for metric in schema.metrics() {
        if metric.dimensions.contains(&id) || metric.ty == Type::Item(id) {
            out.push(format!("the metric `{}`", metric.name));
        }
    }
    for list in schema.lists() {
        if list.columns.iter().any(|c| c.ty == Type::Item(id)) {
            out.push(format!("the list `{}`", list.name));
        }
    }
    for dimension in schema.dimensions().filter(|d| d.id != id) {
        if dimension.parent == Some(id) {
            out.push(format!("the subset `{}`", dimension.name));
            continue;
        }
        for property in dimension.properties.iter().filter(|p| p.ty == Type::Item(id)) {
            out.push(format!("the property `{}.{}`", dimension.name, property.name));
        }
    }
    out
}
