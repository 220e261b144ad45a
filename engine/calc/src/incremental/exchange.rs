//! A sum in which some cells are exchanged.
//!
//! A group of a sum is integer digits that depend neither on order nor on grouping, so a term can be taken out of it again, and the digits are
//! those of the terms that are left: bit for bit what adding all of them up anew would give. Where that cannot be told (the last one of the
//! largest terms is gone), the group is added up anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use smalt_formula::plan::stands_alone;
use smalt_formula::program::{Kind, Method, Node};
use smalt_model::Type;
use smalt_vault::{Cells, CountedSum, Edits, Layout, Vector};

use super::mapped::backward;
use super::pass::{Pass, Renewed, pays};
use super::region::Region;
use super::step::{Step, by_node, steering};
use crate::error::CalcError;
use crate::eval::{Scope, Site, Spill, to_numbers};
use crate::feed::PIECE;
use crate::operator::{Grouping, groups_of, sums};
use crate::width::Width;

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
        let Some(identity) = &step.identity else { return Ok(None) };
        let Some(known) = self.kept.sums(&step.reads.footing(identity, self.before)) else { return Ok(None) };
        let Some(Terms { layout: of_terms, keys, new, old, too_large }) = self.terms(source)? else { return Ok(None) };
        let scope = self.steered(step)?;
        let grouping = Grouping { scope: &scope, mappings, kept, method: Method::Sum, source_dims: &input.dims, ty: step.node.ty, layout };
        let groups = groups_of(&grouping, &of_terms, &keys)?;
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
        // Those of a group that is added up anew are told then.
        let is_told = |place: &&usize| groups.get(**place).copied().flatten().is_none_or(|group| !unsound.contains(&group));
        self.run.add_too_large(too_large.iter().filter(is_told).count() as u64);
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

/// The terms of a sum that may have changed: where they stand, what they are and what they were.
struct Terms {
    layout: Arc<Layout>,
    keys: Vec<u128>,
    new: Vec<f64>,
    old: Vec<f64>,
    /// The places at which a result is too large for its type.
    too_large: Vec<usize>,
}

impl Pass<'_> {
    /// What may have changed of a sum's source; `None` where that is more than is worth it, or cannot be told.
    fn terms(&self, source: &Step) -> Result<Option<Terms>, CalcError> {
        let few = |layout: &Layout, cells: u64| pays(source.dirty.size(&self.run, layout.dims()), cells);
        if let (Some(now), Some(then)) = (&source.cells, &source.before) {
            if now.layout() != then.layout() || !few(now.layout(), now.len()) {
                return Ok(None);
            }
            let keys: Vec<u128> = source.dirty.coordinates(&self.run, now.layout());
            let (new, old) = (to_numbers(now.at(&keys)), to_numbers(then.at(&keys)));
            return Ok(Some(Terms { layout: Arc::clone(now.layout()), keys, new, old, too_large: Vec::new() }));
        }
        if source.cells.is_some() || source.node.rows.is_some() || stands_alone(&source.node) {
            return Ok(None);
        }
        // An expression that is computed cell by cell: once over its inputs as they are, once as they were.
        let Some((now, then)) = source.inputs.iter().map(versions).collect::<Option<(Vec<_>, Vec<_>)>>() else { return Ok(None) };
        let layout = self.run.layout(&source.node.dims)?;
        if !few(&layout, now.iter().map(|cells| cells.len()).max().unwrap_or(0)) {
            return Ok(None);
        }
        let keys: Vec<u128> = source.dirty.coordinates(&self.run, &layout);
        let at = |inputs| Scope::at_few(&self.run, inputs, keys.len() as u128);
        let (new, too_large) = computed(&at(now), &source.node, &layout, &keys)?;
        let (old, _) = computed(&at(then), &source.node, &layout, &keys)?;
        Ok(Some(Terms { layout, keys, new, old, too_large }))
    }
}

/// The cells of an input as they are and as they were, where both are at hand.
fn versions(input: &Step) -> Option<(Arc<Cells>, Arc<Cells>)> {
    let now = input.cells.as_ref()?;
    let then = if input.is_clean() { now } else { input.before.as_ref()? };
    (now.layout() == then.layout()).then(|| (Arc::clone(now), Arc::clone(then)))
}

/// The numbers of an expression at some coordinates, and the places at which a result is too large for its type.
fn computed(scope: &Scope, node: &Node, layout: &Arc<Layout>, keys: &[u128]) -> Result<(Vec<f64>, Vec<usize>), CalcError> {
    fn by_piece<K: Width>(scope: &Scope, node: &Node, layout: &Arc<Layout>, keys: &[u128]) -> Result<(Vec<f64>, Vec<usize>), CalcError> {
        let piece = |(number, piece): (usize, &[u128])| {
            let (keys, spill): (Vec<K>, _) = (piece.iter().map(|key| K::narrow(*key)).collect(), Spill::default());
            let values = scope.values(node, &Site::at(layout, &keys).telling(Some(&spill)))?;
            let places: Vec<usize> = spill.take().into_iter().map(|place| number * PIECE + place).collect();
            Ok::<_, CalcError>((to_numbers(values), places))
        };
        let pieces = keys.par_chunks(PIECE).enumerate().map(piece).collect::<Result<Vec<_>, _>>()?;
        let (values, places): (Vec<_>, Vec<_>) = pieces.into_iter().unzip();
        Ok((values.concat(), places.concat()))
    }
    if layout.is_wide() { by_piece::<u128>(scope, node, layout, keys) } else { by_piece::<u64>(scope, node, layout, keys) }
}
