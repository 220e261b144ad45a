//! Rights to items that a statement adds, for the verdict at its end: what formulas say of them is computed for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use smalt_model::{DimensionId, MetricId};
use smalt_security::{Access, Policy, Principal};
use smalt_vault::Revision;

use crate::calc::{self, Watch};
use crate::dependency::stages;
use crate::facts::Held;
use crate::guard::Guarded;
use crate::settle::ensure_cells;
use crate::state::Programs;

/// Somebody's rights with the items that were added to some dimensions, as far as rules on items go.
pub(crate) fn rights_after(
    revision: &Revision,
    programs: &Programs,
    policy: &Policy,
    principal: &Principal,
    dimensions: &BTreeSet<DimensionId>,
) -> Access {
    // Where it cannot be computed nothing says that the items may be added.
    let computed = computed(revision, programs, policy, dimensions);
    Access::compile(policy, principal, &Held::items_only(computed.as_ref().unwrap_or(revision)))
}

/// The state with the words and the paths of rules that formulas give; `None` where there are none, or they cannot be computed yet.
fn computed(revision: &Revision, programs: &Programs, policy: &Policy, dimensions: &BTreeSet<DimensionId>) -> Option<Revision> {
    let words: BTreeSet<MetricId> =
        policy.rules().iter().filter_map(|rule| rule.rights()).filter(|metric| programs.metrics.contains_key(metric)).collect();
    let guarded = Guarded::of(revision.schema(), policy, programs);
    let is_path = |(dimension, property, _): &(DimensionId, u16, _)| *property > 0 && guarded.property(*dimension, *property);
    if words.is_empty() && !programs.properties.iter().any(is_path) {
        return None;
    }
    let (order, stages) = (programs.order.as_deref()?, stages(programs, revision.schema()).ok()?);
    let mut after = revision.clone();
    for def in revision.schema().metrics().filter(|def| def.dimensions.iter().any(|d| dimensions.contains(d))) {
        ensure_cells(&mut after, def).ok()?;
    }
    for stage in stages.0 {
        for (dimension, property) in stage.into_iter().filter(|(d, p)| *p > 0 && guarded.property(*d, *p)) {
            let program = programs.property(dimension, property)?;
            let values = calc::property(&after, program, dimension, &programs.limits, &Watch::default()).ok()?;
            let mut edit = after.items(dimension).edit();
            edit.set_column(property, values);
            let items = edit.finish();
            after.set_items(dimension, Arc::new(items));
        }
        calc::compute_only(&mut after, programs, order, dimensions, &words)?;
    }
    Some(after)
}
