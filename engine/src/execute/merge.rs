//! MERGE, REBASE and COMPARE of scenarios.

use std::sync::Arc;

use smalt_model::{MetricDef, MetricId, ScenarioId, Schema, quoted};
use smalt_security::ScenarioRight;
use smalt_vault::Revision;

use super::scenario::{AGENT, PROPOSED_BY, readable, writable};
use super::{Ask, Change, no_scenario, select};
use crate::calc::go_on;
use crate::fault::{Done, Fault};
use crate::load::resolve::as_text;
use crate::look;
use crate::outcome::Table;
use crate::scenario::merge::{Before, MetricMerge, Seen, compare};
use crate::scenario::{Scenario, enter, leave, settle};
use crate::settle::When;
use crate::statement::ast::{CompareScenarios, Conflict, MergeScenario, Name, PropertyPath, Sql};

/// The most conflicts that are listed.
const MOST_LISTED: usize = 10_000;

pub(super) fn merge(change: &mut Change<'_>, merge: &MergeScenario) -> Done<String> {
    let source = readable(change, &merge.source)?;
    let target = writable(change, &merge.target)?;
    if source.id == target.id {
        return Err(Fault::new(format!("`{}` is merged into itself", source.name)).at(merge.target.at));
    }
    let merged = Merged::of(change, source.id, target.id)?;
    let clashes = merged.metrics.iter().map(|metric| metric.clashes().count()).sum::<usize>();
    if clashes > 0 {
        change.report = Some(merged.table(change, &source, &target)?);
    }
    let many = |count: u64, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let theirs = match merge.conflict {
        Conflict::Fail if clashes > 0 => {
            let told = format!("`{}` and `{}` have both changed {}", source.name, target.name, many(clashes as u64, "cell"));
            return Err(Fault::new(told).at(merge.source.at).help("ON CONFLICT OURS keeps the target's values, THEIRS takes the source's"));
        }
        Conflict::Theirs => true,
        Conflict::Fail | Conflict::Ours => false,
    };
    let moved = merged.put(change, target.id, theirs)?;
    let common = Arc::new(merged.common(change, target.id)?);
    change.work.scenarios.change(target.id, |scenario| drop(scenario.merged.insert(source.id, common)));
    change.written = Some(moved);
    let kept = match (clashes, theirs) {
        (0, _) => String::new(),
        (n, true) => format!("; {} taken from `{}`", many(n as u64, "conflict"), source.name),
        (n, false) => format!("; {} kept as in `{}`", many(n as u64, "conflict"), target.name),
    };
    Ok(format!("{} merged from `{}` into `{}`{kept}", many(moved, "cell"), source.name, target.name))
}

/// Takes in what the scenario's source has gained since it was made, or last rebased. What the scenario has changed itself stays.
pub(super) fn rebase(change: &mut Change<'_>, name: &Name) -> Done<String> {
    let scenario = writable(change, name)?;
    // One whose source is hidden is answered like Base, which never had any.
    let is_readable = |source: &Scenario| change.work.policy.scenario_right_of(&change.principal, source.id) > ScenarioRight::None;
    let source = scenario.source.as_ref().and_then(|(source, _)| change.work.scenarios.get(*source));
    let Some(source) = source.filter(|source| is_readable(source)).cloned() else {
        return Err(Fault::new(format!("`{}` has no source to take anything in from", scenario.name)).at(name.at));
    };
    let merged = Merged::of(change, source.id, scenario.id)?;
    let moved = merged.put(change, scenario.id, false)?;
    let common = Arc::new(merged.common(change, scenario.id)?);
    change.work.scenarios.change(scenario.id, |scenario| scenario.source = Some((source.id, common)));
    change.written = Some(moved);
    let cells = if moved == 1 { "1 cell".to_owned() } else { format!("{moved} cells") };
    Ok(format!("{cells} taken from `{}` into `{}`", source.name, scenario.name))
}

/// What a merge comes to, metric by metric.
struct Merged {
    before: Before,
    metrics: Vec<MetricMerge>,
}

impl Merged {
    fn of(change: &mut Change<'_>, source: ScenarioId, target: ScenarioId) -> Done<Merged> {
        settle(change.work, &change.access, When::Commit, &mut *change.progress)?;
        let guarded = change.guarded();
        let nothing = || Fault::new("the scenarios have nothing in common");
        let common = change.work.scenarios.common(source, target).ok_or_else(nothing)?;
        let kept = change.work.scenarios.kept(target, source).ok_or_else(nothing)?;
        let before = Before { common, kept };
        let world = change.world();
        let side = |scenario| world.state(scenario).ok_or_else(|| Fault::new("the scenario is gone"));
        let (from, into) = (side(source)?, side(target)?);
        let (from_access, into_access) = (from.access(&change.principal), into.access(&change.principal));
        let source = Seen { revision: &from.revision, access: &from_access };
        let target = Seen { revision: &into.revision, access: &into_access };
        let schema = Arc::clone(change.work.draft.schema());
        let watch = &change.work.watch;
        // What all scenarios compute is computed again.
        let inputs = schema.metrics().filter(|def| def.formula.is_none() && !guarded.metric(def.id));
        let metrics = inputs.filter_map(|def| compare(def, &before, &source, &target, watch).transpose());
        let metrics = metrics.collect::<Done<_>>()?;
        Ok(Merged { before, metrics })
    }

    /// Puts it into the target; gives how many cells changed.
    fn put(&self, change: &mut Change<'_>, target: ScenarioId, theirs: bool) -> Done<u64> {
        enter(change.work, target)?;
        let mut moved = 0;
        for metric in self.metrics.iter().filter(|metric| metric.count(theirs) > 0) {
            go_on(&change.work.watch)?;
            let id = metric.metric.id;
            let id = if change.work.draft.cells(id.input()).is_some() { id.input() } else { id };
            let Some(cells) = change.work.draft.cells(id) else { continue };
            let after = metric.apply(&cells, theirs)?;
            change.work.draft.set_cells(id, Arc::new(after));
            change.work.touched.metrics.insert(id);
            moved += metric.count(theirs);
        }
        leave(change.work);
        Ok(moved)
    }

    /// The state that both sides have in common from now on, with the input that the target has beside formulas of its own.
    fn common(&self, change: &mut Change<'_>, target: ScenarioId) -> Done<Revision> {
        let before = &self.before.common;
        let mut common = Revision::clone(before);
        for metric in &self.metrics {
            let cells = metric.common(before.cells(metric.metric.id))?;
            common.set_cells(metric.metric.id, Arc::new(cells));
        }
        // A state in which the metric is computed is written to files for its input only.
        let is_input = |id: &MetricId| before.schema().metric(*id).is_none_or(|def| def.formula.is_none());
        before.inputs().filter(is_input).for_each(|input| common.drop_cells(input));
        enter(change.work, target)?;
        for input in change.work.draft.inputs() {
            if let Some(cells) = change.work.draft.cells(input) {
                common.set_cells(input, cells);
            }
        }
        leave(change.work);
        common.set_number(change.work.draft.base().number() + 1);
        Ok(common)
    }

    /// The conflicts, cell by cell.
    fn table(&self, change: &mut Change<'_>, source: &Scenario, target: &Scenario) -> Done<Table> {
        let state = change.work.state();
        let access = state.access(&change.principal);
        let view = change.questions.view(&state, &access);
        let value = |value: &Option<smalt_model::Value>| {
            value.as_ref().map(|value| match value {
                smalt_model::Value::Item(dimension, item) => {
                    view.items(*dimension).name(*item).map_or_else(String::new, |name| name.to_string())
                }
                other => as_text(other).unwrap_or_default(),
            })
        };
        let proposed = change.work.policy.proposer(source.id).map(|_| AGENT.to_owned());
        let mut rows = Vec::new();
        for clash in self.metrics.iter().flat_map(MetricMerge::clashes).take(MOST_LISTED) {
            let names = clash.metric.dimensions.iter().zip(&clash.items).map(|(dimension, item)| {
                let of = view.schema().dimension(*dimension).map_or("", |def| &def.name);
                format!("{of} = {}", view.items(*dimension).name(*item).map_or("", |name| name))
            });
            let at = names.collect::<Vec<_>>().join(", ");
            let values = [&clash.before, &clash.source, &clash.target].map(value);
            let row = [Some(clash.metric.name.to_string()), Some(at)].into_iter().chain(values);
            rows.push(row.chain(proposed.clone().map(Some)).collect::<Vec<_>>());
        }
        let headings = ["Metric", "At", "Before", &*source.name, &*target.name];
        let mark = proposed.is_some().then_some(PROPOSED_BY);
        Ok(Table::of_texts(&headings.into_iter().chain(mark).collect::<Vec<_>>(), rows))
    }
}

/// `COMPARE SCENARIO left WITH right ON metric [BY …]`: the rows in which the two differ, over cells that the person may read.
pub(super) fn compare_scenarios(ask: &Ask<'_>, compare: &CompareScenarios) -> Done<Table> {
    let known = |name: &Name| match ask.world.scenario(&name.text, &ask.principal) {
        Some(scenario) => Ok((scenario.name.to_string(), ask.world.policy().proposer(scenario.id).is_some())),
        None => Err(no_scenario(name, ask.world.readable(&ask.principal).map(|scenario| &*scenario.name))),
    };
    let ((left, left_proposed), (right, right_proposed)) = (known(&compare.left)?, known(&compare.right)?);
    // Cells that an AI agent proposes are marked, for everybody.
    let mark = if left_proposed || right_proposed { format!(", '{AGENT}' AS \"{PROPOSED_BY}\"") } else { String::new() };
    let view = ask.questions.view(ask.state, &ask.access);
    let def = look::shown(&view, |schema| look::metric(schema, &compare.metric))?;
    let names: Vec<String> = if compare.by.is_empty() {
        def.dimensions.iter().filter_map(|d| view.schema().dimension(*d)).map(|d| joined(&[&d.name])).collect()
    } else {
        compare.by.iter().map(|by| look::shown(&view, |schema| path(schema, &def, by))).collect::<Done<_>>()?
    };
    let metric = joined(&[&def.name]);
    let is_number = def.ty.is_numeric();
    if !compare.by.is_empty() && !is_number {
        return Err(Fault::new(format!("`{}` holds no numbers, so that BY has nothing to add", def.name)).at(compare.metric.at));
    }
    let places: Vec<String> = (1..=names.len()).map(|n| n.to_string()).collect();
    let (group, order) = match places.join(", ") {
        none if none.is_empty() => (String::new(), String::new()),
        places => (format!(" GROUP BY {places}"), format!(" ORDER BY {places}")),
    };
    let (left_name, right_name) = (joined(&[&left]), joined(&[&right]));
    let difference = |left: &str, right: &str| format!("COALESCE({left}, 0) - COALESCE({right}, 0) AS \"Difference\"");
    let text = if compare.by.is_empty() {
        let keys: Vec<String> = (1..=names.len()).map(|n| format!("\"key {n}\"")).collect();
        let columns = names.iter().zip(&keys).map(|(name, key)| format!("{name} AS {key}")).chain([format!("{metric} AS \"value\"")]);
        let columns = columns.collect::<Vec<_>>().join(", ");
        let side = |scenario: &str| format!("(SELECT {columns} FROM {})", joined(&[scenario, &def.name]));
        // Keys that are joined USING stay items, with their order and their labels.
        let on = if keys.is_empty() { "ON 1 = 1".to_owned() } else { format!("USING ({})", keys.join(", ")) };
        let either = names.iter().zip(&keys).map(|(name, key)| format!("{key} AS {}", heading(name)));
        let values = [format!("l.\"value\" AS {left_name}"), format!("r.\"value\" AS {right_name}")];
        let all = either.chain(values).chain(is_number.then(|| difference("l.\"value\"", "r.\"value\""))).collect::<Vec<_>>().join(", ");
        let (from, to) = (side(&left), side(&right));
        format!("SELECT {all}{mark} FROM {from} AS l FULL JOIN {to} AS r {on} WHERE l.\"value\" IS DISTINCT FROM r.\"value\"{order}")
    } else {
        // A group may be BLANK, which a join does not find.
        let keys: Vec<String> = (1..=names.len()).map(|n| format!("\"key {n}\"")).collect();
        let columns = names.iter().zip(&keys).map(|(name, key)| format!("{name} AS {key}")).collect::<Vec<_>>().join(", ");
        let headed = names.iter().zip(&keys).map(|(name, key)| format!("{key} AS {}", heading(name))).collect::<Vec<_>>().join(", ");
        let (keys, none) = (keys.join(", "), format!("CASE WHEN 1 = 0 THEN {metric} END"));
        let (from, to) = (joined(&[&left, &def.name]), joined(&[&right, &def.name]));
        let rows = format!(
            "SELECT {columns}, {metric} AS \"left\", {none} AS \"right\" FROM {from} UNION ALL SELECT {columns}, {none}, {metric} FROM {to}"
        );
        let sums = format!("SELECT {keys}, SUM(\"left\") AS \"left\", SUM(\"right\") AS \"right\" FROM ({rows}) AS cells{group}");
        let difference = difference("\"left\"", "\"right\"");
        let values = format!("\"left\" AS {left_name}, \"right\" AS {right_name}, {difference}");
        format!("SELECT {headed}, {values}{mark} FROM ({sums}) AS sums WHERE \"left\" IS DISTINCT FROM \"right\"{order}")
    };
    select::rows(ask, &Sql { text, at: compare.metric.at })
}

/// Names behind one another, the outer ones first.
fn joined(names: &[&str]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(".")
}

/// A path that starts at a dimension of the metric.
fn path(schema: &Schema, metric: &MetricDef, path: &PropertyPath) -> Done<String> {
    let start = look::dimension(schema, &path.head)?;
    if !metric.dimensions.contains(&start.id) {
        let of = metric.dimensions.iter().filter_map(|dimension| schema.dimension(*dimension)).map(|def| format!("`{}`", def.name));
        let help = format!("its dimensions are {}", of.collect::<Vec<_>>().join(", "));
        return Err(Fault::new(format!("`{}` has no dimension `{}`", metric.name, start.name)).at(path.head.at).help(help));
    }
    let (mut here, mut before) = (Some(start), &path.head);
    for name in &path.properties {
        let Some(def) = here else {
            return Err(Fault::new(format!("`{}` holds no items that could have properties", before.text)).at(name.at));
        };
        here = look::held(schema, look::property(&def, name)?.1);
        before = name;
    }
    Ok(joined(&std::iter::once(&path.head).chain(&path.properties).map(|name| name.text.as_str()).collect::<Vec<_>>()))
}

/// The heading of a path: as it is written, in one pair of quotes.
fn heading(name: &str) -> String {
    format!("\"{}\"", name.replace("\".\"", ".").trim_matches('"'))
}
