//! A sum in which some cells are exchanged.
//!
//! A group of a sum is integer digits that depend neither on order nor on grouping, so a term can be taken out of it again, and the digits are
//! those of the terms that are left: bit for bit what adding all of them up anew would give. Where that cannot be told (the last one of the
//! largest terms is gone), the group is added up anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smalt_formula::program::{Kind, Method};
use smalt_model::Type;
use smalt_vault::{Cells, CountedSum, Edits, Vector};

use super::mapped::backward;
use super::pass::{Pass, Renewed, pays};
use super::region::Region;
use super::step::{Step, by_node, steering};
use crate::error::CalcError;
use crate::operator::{Grouping, groups_of, sums};

impl Pass<'_> {
    /// A sum brought up to date by exchanging the cells that changed; `None` where what it was made of is not known.
    pub(super) fn exchanged(&self, step: &Step, base: &Arc<Cells>) -> Result<Option<Renewed>, CalcError> {
        let Kind::Up { input, mappings, kept, method: Method::Sum } = &step.node.kind else { return Ok(None) };
        let layout = self.run.layout(&step.node.dims)?;
        if step.node.ty != Type::Number || input.rows.is_some() || *base.layout() != layout {
            return Ok(None);
        }
        let is_steered = steering(&step.node).into_iter().any(|at| step.inputs.get(at).is_none_or(|input| !input.is_clean()));
        let Some(source) = step.inputs.first().filter(|_| !is_steered) else { return Ok(None) };
        let (Some(now), Some(then)) = (&source.cells, &source.before) else { return Ok(None) };
        if now.layout() != then.layout() || !pays(source.dirty.size(&self.run, now.layout().dims()), now.len()) {
            return Ok(None);
        }
        let Some(identity) = &step.identity else { return Ok(None) };
        let Some(known) = self.kept.sums(&step.reads.footing(identity, self.before)) else { return Ok(None) };
        let scope = self.steered(step)?;
        let grouping = Grouping { scope: &scope, mappings, kept, method: Method::Sum, source_dims: &input.dims, ty: step.node.ty, layout };
        let keys: Vec<u128> = source.dirty.coordinates(&self.run, now.layout());
        let (new, old) = (numbers(now, &keys), numbers(then, &keys));
        let groups = groups_of(&grouping, now.layout(), &keys)?;
        self.run.visit(keys.len() as u64);
        let mut exchanged: BTreeMap<u128, CountedSum> = BTreeMap::new();
        let terms = || groups.iter().zip(new.iter().zip(&old)).filter_map(|(group, (new, old))| Some(((*group)?, *new, *old)));
        let differs = |new: f64, old: f64| new.to_bits() != old.to_bits() && !(new.is_nan() && old.is_nan());
        // Those that come first, so that one of the same size keeps the place of one that goes.
        for (group, new, _) in terms().filter(|(_, new, old)| differs(*new, *old)) {
            let sum = exchanged.entry(group).or_insert_with(|| known.get(group));
            sum.add(new);
        }
        for (group, _, old) in terms().filter(|(_, new, old)| differs(*new, *old)) {
            if let Some(sum) = exchanged.get_mut(&group) {
                sum.remove(old);
            }
        }
        let unsound: BTreeSet<u128> = exchanged.iter().filter(|(_, sum)| !sum.is_sound()).map(|(group, _)| *group).collect();
        if !unsound.is_empty() {
            let region = Region::of_keys(&self.run, &grouping.layout, unsound.iter().copied().collect());
            let from = backward(&scope, &region, &by_node(mappings))?;
            let anew: BTreeMap<u128, CountedSum> = sums(&self.source(source, Some(&from))?, &grouping)?.into_iter().collect();
            for group in unsound {
                exchanged.insert(group, anew.get(&group).copied().unwrap_or_default());
            }
        }
        let mut sums = known.as_ref().clone();
        let groups: Vec<u128> = exchanged.keys().copied().collect();
        let finite = |sum: &CountedSum| Some(sum.sum().value()).filter(|value| sum.count() > 0 && value.is_finite());
        // As a column has it: without a negative zero.
        let values: Vec<f64> = exchanged.values().map(|sum| finite(sum).map_or(f64::NAN, |value| value + 0.0)).collect();
        exchanged.into_iter().for_each(|(group, sum)| sums.set(group, sum));
        let (values, before) = (Vector::Number(values), base.at(&groups));
        let changed: Vec<usize> = (0..groups.len()).filter(|at| !values.same_at(*at, &before, *at)).collect();
        let keys: Vec<u128> = changed.iter().filter_map(|at| groups.get(*at).copied()).collect();
        let count = Some(keys.len() as u64);
        let cells = match keys.is_empty() {
            true => Arc::clone(base),
            false => {
                let edits = Edits::from_keys(keys.clone(), values.take(&changed));
                Arc::new(base.apply(edits).map_err(|_| CalcError::Internal("a group was summed twice"))?)
            }
        };
        // The digits may have changed where the rounded sums have not.
        self.kept.put_sums(step.reads.footing(identity, self.run.revision()), sums);
        Ok(Some(Renewed { cells, changed: Region::of_keys(&self.run, &grouping.layout, keys), count, is_whole: false }))
    }
}

fn numbers(cells: &Cells, keys: &[u128]) -> Vec<f64> {
    match cells.at(keys) {
        Vector::Number(values) => values,
        other => crate::eval::to_numbers(other),
    }
}
