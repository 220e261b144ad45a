//! Step 3 of the effective right: a formula's cell is readable only where everything is that it reads and of which some rule speaks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use smalt_model::DimensionId;

use crate::for_all::for_all;
use crate::look::{Extent, print_of};
use crate::mask::MaskBuilder;
use crate::profile::Profile;
use crate::{Footprint, Footprints, Half, Look, Mask, Shape, Target};

/// What formulas read, and what follows from it so far.
pub(crate) struct Inherited {
    footprints: Arc<Footprints>,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    /// By target with a formula.
    formulas: HashMap<Target, Formula>,
    /// By what is read, many formulas reading the same.
    leaves: HashMap<Leaf, Arc<Mask>>,
    /// By the hash of what is looked at and how: thousands of formulas look along the same maps at what is under the same rules.
    seen: HashMap<u128, Arc<Mask>>,
}

#[derive(Clone)]
struct Formula {
    /// Whether a rule speaks of its target, or of something that it reads.
    spoken: bool,
    /// The cells at which everything that it reads may be read.
    mask: Arc<Mask>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Leaf {
    Target(Target),
    Words(Target),
}

impl Inherited {
    /// With the formulas that are saved, or none of them: one that is not saved is bound to what it reads in any case.
    pub(crate) fn new(footprints: Arc<Footprints>) -> Inherited {
        Inherited { footprints, told: Mutex::default() }
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        // A panic elsewhere leaves whole entries behind, never half of one.
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Profile {
    /// Where everything may be read that the formula of `target` reads; `None` where nothing is inherited.
    pub(crate) fn formula(&self, target: &Target) -> Option<Arc<Mask>> {
        let inherited = self.inherited.as_ref()?;
        inherited.footprints.get(target)?;
        self.settle(inherited, vec![target.clone()]);
        self.told_formula(inherited, target).map(|formula| formula.mask)
    }

    /// What was found out about the formula of a target.
    fn told_formula(&self, inherited: &Inherited, target: &Target) -> Option<Formula> {
        match self.shared_for(target) {
            Some(shared) => shared.inherited.as_ref().and_then(|inherited| shared.told_formula(inherited, target)),
            None => inherited.told().formulas.get(target).cloned(),
        }
    }

    /// What can stand at each coordinate of a target; `None` if there is no such target.
    fn extents(&self, target: &Target) -> Option<Vec<Extent>> {
        let count = |(_, dimension): &(usize, DimensionId)| Extent::items(self.count(*dimension));
        Some(target.keys(&self.ground.schema)?.iter().map(count).collect())
    }

    /// Where everything may be read that a formula by the coordinates of `target` reads.
    pub(crate) fn unsaved_formula(&self, target: &Target, footprint: &Footprint) -> Option<Arc<Mask>> {
        let inherited = self.inherited.as_ref()?;
        let outer = self.extents(target)?;
        self.settle(inherited, footprint.reads().into_iter().cloned().collect());
        Some(self.need(inherited, footprint, &outer))
    }

    /// What the formula of a target reads, and by the target's coordinates where each of it may be read. Nothing where nothing is inherited.
    pub(crate) fn operands(&self, target: &Target) -> Vec<(Target, Arc<Mask>)> {
        let found = |inherited: &Inherited| {
            let (footprint, outer) = (inherited.footprints.get(target)?, self.extents(target)?);
            self.settle(inherited, footprint.reads().into_iter().cloned().collect());
            let mut operands: Vec<(Target, MaskBuilder)> = Vec::new();
            for (of, alone) in footprint.one_by_one() {
                let mask = self.need(inherited, &alone, &outer);
                match operands.iter_mut().find(|(known, _)| *known == of) {
                    Some((_, builder)) => builder.all(&mask),
                    None => {
                        let mut builder = MaskBuilder::default();
                        builder.all(&mask);
                        operands.push((of, builder));
                    }
                }
            }
            Some(operands.into_iter().map(|(of, builder)| (of, self.share(builder))).collect())
        };
        self.inherited.as_ref().and_then(found).unwrap_or_default()
    }

    /// Tells all formulas that these read, and theirs, first what is read, then what reads it: formulas of formulas go deeper than
    /// calls may.
    fn settle(&self, inherited: &Inherited, mut todo: Vec<Target>) {
        while let Some(target) = todo.last().cloned() {
            let is_open = |target: &Target| inherited.footprints.get(target).filter(|_| self.told_formula(inherited, target).is_none());
            let Some(footprint) = is_open(&target) else {
                todo.pop();
                continue;
            };
            if let Some(shared) = self.shared_for(&target) {
                // It has the same formulas, and tells this one whatever comes out.
                if let Some(inherited) = &shared.inherited {
                    shared.settle(inherited, vec![target]);
                }
                todo.pop();
                continue;
            }
            let open = footprint.reads().into_iter().filter(|read| is_open(read).is_some());
            let before = todo.len();
            todo.extend(open.cloned());
            if todo.len() > before {
                continue;
            }
            let spoken = |(read, whole): (&Target, bool)| if whole { self.is_spoken_of(inherited, read) } else { self.is_covered(read) };
            let formula = match self.extents(&target) {
                Some(outer) => Formula {
                    spoken: self.is_covered(&target) || footprint.named().into_iter().any(spoken),
                    mask: self.need(inherited, footprint, &outer),
                },
                None => Formula { spoken: true, mask: Arc::new(Mask::nothing()) },
            };
            inherited.told().formulas.insert(target, formula);
            todo.pop();
        }
    }

    /// Whether some rule speaks of reading it, directly or by inheritance.
    fn is_spoken_of(&self, inherited: &Inherited, target: &Target) -> bool {
        self.is_covered(target) || self.told_formula(inherited, target).is_some_and(|formula| formula.spoken)
    }

    fn is_covered(&self, target: &Target) -> bool {
        self.speaking(Half::Read, target).next().is_some()
    }

    /// Where everything may be read that a footprint is of, from these coordinates. Formulas that it reads are told already.
    fn need(&self, inherited: &Inherited, footprint: &Footprint, outer: &[Extent]) -> Arc<Mask> {
        match footprint {
            Footprint::Target(target) => self.leaf(inherited, Leaf::Target(target.clone())),
            Footprint::Words(target) => self.leaf(inherited, Leaf::Words(target.clone())),
            Footprint::Together(all) => {
                let mut builder = MaskBuilder::default();
                all.iter().for_each(|one| builder.all(&self.need(inherited, one, outer)));
                self.share(builder)
            }
            Footprint::Seen { inside, looks } => {
                // What a target comes to does not depend on from where it is looked at.
                let inner = match inside.as_ref() {
                    Footprint::Target(_) | Footprint::Words(_) => Vec::new(),
                    _ => looks.iter().map(|look| look.extent(outer)).collect(),
                };
                self.seen(inherited, &self.need(inherited, inside, &inner), looks, outer)
            }
        }
    }

    fn seen(&self, inherited: &Inherited, inside: &Arc<Mask>, looks: &[Look], outer: &[Extent]) -> Arc<Mask> {
        if inside.shape() == Shape::Everything {
            // The usual case: nobody speaks of it. Nothing is to be kept.
            return self.only(for_all(inside, looks, outer));
        }
        let print = print_of(inside, looks, outer);
        if let Some(mask) = inherited.told().seen.get(&print) {
            return Arc::clone(mask);
        }
        let mask = self.only(for_all(inside, looks, outer));
        inherited.told().seen.insert(print, Arc::clone(&mask));
        self.grow();
        mask
    }

    fn leaf(&self, inherited: &Inherited, leaf: Leaf) -> Arc<Mask> {
        let (Leaf::Target(target) | Leaf::Words(target)) = &leaf;
        if let Some((shared, inherited)) = self.shared_for(target).and_then(|shared| Some((shared, shared.inherited.as_ref()?))) {
            return shared.leaf(inherited, leaf);
        }
        if let Some(mask) = inherited.told().leaves.get(&leaf) {
            return Arc::clone(mask);
        }
        let mut builder = MaskBuilder::default();
        match (self.default_word(Half::Read), target.keys(&self.ground.schema)) {
            (Some(default), Some(keys)) => {
                // Its role default concerns it alone while no rule speaks of it.
                let words = match &leaf {
                    Leaf::Target(target) if !target.is_open() => self.is_spoken_of(inherited, target),
                    _ => self.is_covered(target),
                };
                if words {
                    self.verdict(Half::Read, target, &keys, default, &mut builder);
                }
                if matches!(leaf, Leaf::Target(_)) {
                    self.hidden_items(target, &keys, &mut builder);
                }
            }
            _ => builder.nothing(),
        }
        if let (Leaf::Target(_), Some(formula)) = (&leaf, self.told_formula(inherited, target)) {
            builder.all(&formula.mask);
        }
        let mask = self.share(builder);
        inherited.told().leaves.insert(leaf, Arc::clone(&mask));
        self.grow();
        mask
    }
}
