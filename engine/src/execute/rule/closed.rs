//! For how many people a new rule closes something, and how many cells.

use std::collections::HashSet;
use std::sync::Arc;

use smalt_model::{DimensionId, MetricId, Schema, Type, Value};
use smalt_security::{Access, BLANK, Half, Mask, Policy, Principal, Rule, RuleTarget, Target};
use smalt_vault::Revision;

use crate::facts::Held;
use crate::state::Programs;
use crate::work::Work;

/// Cells are counted as long as that takes at most so many questions to masks.
const QUESTIONS: u64 = 20_000_000;

/// What a rule closes.
pub(super) struct Closed {
    /// Users who may read or write less than before, at items that the one who asks sees.
    pub(super) people: usize,
    /// Cells, of those that the one who asks reads, that some of them cannot read any more; `None` where there are too many to count.
    pub(super) cells: Option<u64>,
    /// Metrics with formulas that read what the rule covers, and that somebody reads less of for that.
    pub(super) through: Vec<MetricId>,
}

/// The masks of a metric before and after, for one or more people.
type Change = (Arc<Mask>, Arc<Mask>);

pub(super) fn closed(work: &Work, before: &Policy, rule: &Rule, asker: &Access) -> Closed {
    let (revision, after): (&Revision, &Policy) = (&work.draft, &work.policy);
    let (footing, rights) = work.rights();
    let facts = Held::new(revision, &work.programs, &footing);
    let [rights_before, rights_after] = [before, after].map(|policy| rights.next(policy, true));
    let targets = targets(rule, revision.schema(), &work.programs);
    let mut people = 0;
    let mut narrowed: Vec<(MetricId, Vec<Change>)> = Vec::new();
    // People whose words are the same lose the same, but for what depends on their own lines.
    let mut profiles: Vec<(Arc<Access>, Arc<Access>, bool)> = Vec::new();
    // People with the same rights share fingerprints: each pair of masks is compared once.
    let mut known: HashSet<(Half, Target, u128, u128, bool)> = HashSet::new();
    for (user, _) in after.users().filter(|(_, user)| user.is_active()) {
        let who = Principal::User(user);
        let (one, other) = (rights_before.access(before, &facts, &who), rights_after.access(after, &facts, &who));
        let alike = |(was, is, _): &&(Arc<Access>, Arc<Access>, bool)| was.shares_with(&one) && is.shares_with(&other);
        if let Some((.., closes)) = profiles.iter().find(alike) {
            people += usize::from(*closes);
            continue;
        }
        let mut closes = false;
        for target in &targets {
            for half in [Half::Read, Half::Write] {
                let (was, is) = (one.mask(half, target), other.mask(half, target));
                let key = |narrows| (half, target.clone(), was.fingerprint(), is.fingerprint(), narrows);
                let narrows = known.contains(&key(true))
                    || !known.contains(&key(false)) && was.is_narrowed_by(&is, |position| items(revision, target, position, asker));
                let new = known.insert(key(narrows));
                closes |= narrows;
                if let (true, true, Half::Read, Target::Metric(metric)) = (narrows, new, half, target) {
                    match narrowed.iter_mut().find(|(of, _)| of == metric) {
                        Some((_, changes)) => changes.push((was, is)),
                        None => narrowed.push((*metric, vec![(was, is)])),
                    }
                }
            }
        }
        people += usize::from(closes);
        if !targets.iter().any(|target| one.is_personal(target) || other.is_personal(target)) {
            profiles.push((one, other, closes));
        }
    }
    let reached = narrowed.iter().map(|(metric, _)| *metric).filter(|m| !rule.covers(&Target::Metric(*m), revision.schema()));
    let through = reached.collect();
    Closed { people, cells: count(revision, &narrowed, asker), through }
}

/// Everything that the rule covers, and what has a formula: through that it may reach further.
fn targets(rule: &Rule, schema: &Schema, programs: &Programs) -> Vec<Target> {
    let mut all = covered(rule, schema);
    let metrics = programs.metrics.keys().map(|metric| Target::Metric(*metric));
    let properties = programs.properties.iter().map(|(dimension, property, _)| Target::Property(*dimension, *property));
    for target in metrics.chain(properties) {
        if !all.contains(&target) {
            all.push(target);
        }
    }
    all
}

/// Everything that the rule covers.
fn covered(rule: &Rule, schema: &Schema) -> Vec<Target> {
    match &rule.target {
        RuleTarget::Metrics(_) | RuleTarget::AllMetricsWith(_) => {
            schema.metrics().map(|def| Target::Metric(def.id)).filter(|target| rule.covers(target, schema)).collect()
        }
        RuleTarget::List(list) => vec![Target::List(*list)],
        RuleTarget::Property(dimension, property) => vec![Target::Property(*dimension, *property)],
        RuleTarget::Items(dimension) => vec![Target::Items(*dimension)],
    }
}

/// The items that a target can have at a position, of those that the asker sees: what is closed at another one tells of it.
fn items(revision: &Revision, target: &Target, position: usize, asker: &Access) -> Vec<u32> {
    let schema = revision.schema();
    let of = |dimension: DimensionId| -> Vec<u32> {
        let seen = asker.items(dimension);
        revision.items(dimension).order().iter().copied().filter(|item| seen.allows(&[*item])).collect()
    };
    match target {
        Target::Metric(metric) => schema.metric(*metric).and_then(|def| def.dimensions.get(position)).copied().map(of).unwrap_or_default(),
        Target::Unsaved(dimensions) => dimensions.get(position).copied().map(of).unwrap_or_default(),
        Target::Items(dimension) | Target::Property(dimension, _) => of(*dimension),
        Target::List(list) => {
            let mut items = match schema.list(*list).and_then(|def| def.columns.get(position)).map(|column| column.ty) {
                Some(Type::Item(dimension)) => of(dimension),
                _ => Vec::new(),
            };
            items.push(BLANK);
            items
        }
    }
}

/// The cells that the asker reads and that some mask no longer allows.
fn count(revision: &Revision, narrowed: &[(MetricId, Vec<Change>)], asker: &Access) -> Option<u64> {
    let mut questions = 0u64;
    let mut count = 0;
    for (metric, changes) in narrowed {
        let (def, cells) = (revision.schema().metric(*metric)?, revision.cells(*metric)?);
        questions = questions.saturating_add(cells.len().saturating_mul(changes.len() as u64 + 1));
        if questions > QUESTIONS {
            return None;
        }
        let (reads, held) = (asker.reading(*metric), asker.values(*metric));
        let layout = cells.layout();
        let places = def.dimensions.iter().map(|dimension| layout.position(*dimension)).collect::<Option<Vec<_>>>()?;
        let (keys, values) = cells.entries();
        let shown = |at: usize| match (&held, values.get(at)) {
            (Some(held), Some(Value::Item(_, item))) => held.allows(&[item]),
            _ => true,
        };
        for (at, key) in keys.into_iter().enumerate() {
            let items = layout.unpack(key);
            let cell = places.iter().filter_map(|place| items.get(*place).copied()).collect::<Vec<_>>();
            let closes = changes.iter().any(|(was, is)| was.allows(&cell) && !is.allows(&cell));
            count += u64::from(closes && reads.allows(&cell) && shown(at));
        }
    }
    Some(count)
}
