//! What the compiler of policies asks, answered from a revision.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;
use smalt_model::{DimensionDef, DimensionId, MetricDef, MetricId, PropertyDef, Rights, Schema, Type, Value, same_name};
use smalt_security::{BLANK, Facts, Footprints, Path, Target};
use smalt_vault::{Body, Field, Key, Revision, Vector};

use crate::footprint::{Resets, footprints};
use crate::state::Programs;

/// A revision as the compiler of policies sees it.
pub(crate) struct Held<'a> {
    revision: &'a Revision,
    /// Its formulas, and where what they read is kept; `None`: nobody asks for cells.
    formulas: Option<(&'a Programs, &'a Footing)>,
    resets: Resets,
    /// Where the revision is an old one: the one of today, from which rights are taken.
    today: Option<Today<'a>>,
}

/// What an old revision is seen under.
struct Today<'a> {
    revision: &'a Revision,
    /// The definitions of both.
    both: Arc<Schema>,
    /// Dimensions that number their properties differently today. No rule speaks of these properties.
    renumbered: HashSet<DimensionId>,
}

/// What the formulas of a state read, told when it is first asked for. It depends on definitions, items, properties and formulas alone, so
/// states that differ in cells share it.
#[derive(Debug, Default)]
pub(crate) struct Footing {
    schema: Arc<Schema>,
    /// The version of the items of each dimension.
    items: Vec<u64>,
    programs: Programs,
    footprints: OnceLock<Arc<Footprints>>,
}

impl Footing {
    /// What a state stands on.
    pub(crate) fn of(revision: &Revision, programs: &Programs) -> Footing {
        let items = revision.schema().dimensions().map(|def| revision.items(def.id).stamp()).collect();
        Footing { schema: Arc::clone(revision.schema()), items, programs: programs.clone(), footprints: OnceLock::new() }
    }

    /// Whether a state stands on the same.
    pub(crate) fn holds(&self, revision: &Revision, programs: &Programs) -> bool {
        let items = revision.schema().dimensions().map(|def| revision.items(def.id).stamp());
        Arc::ptr_eq(&self.schema, revision.schema()) && self.programs.are(programs) && self.items.iter().copied().eq(items)
    }
}

impl<'a> Held<'a> {
    pub(crate) fn new(revision: &'a Revision, programs: &'a Programs, footing: &'a Footing) -> Held<'a> {
        Held { revision, formulas: Some((programs, footing)), resets: Resets::Cut, today: None }
    }

    /// As if nothing cut inheritance.
    pub(crate) fn following_resets(self) -> Held<'a> {
        Held { resets: Resets::Followed, ..self }
    }

    /// For questions about items alone, which no formula has a say in.
    pub(crate) fn items_only(revision: &'a Revision) -> Held<'a> {
        Held { revision, formulas: None, resets: Resets::Cut, today: None }
    }

    /// An old revision with its own formulas, under the rights of today.
    pub(crate) fn past(
        revision: &'a Revision,
        programs: &'a Programs,
        footing: &'a Footing,
        today: &'a Revision,
        renumbered: HashSet<DimensionId>,
    ) -> Held<'a> {
        let both = Arc::new(both(revision.schema(), today.schema(), &renumbered));
        Held { today: Some(Today { revision: today, both, renumbered }), ..Held::new(revision, programs, footing) }
    }

    /// The revision that rights are taken from.
    fn rights(&self) -> &'a Revision {
        self.today.as_ref().map_or(self.revision, |today| today.revision)
    }
}

/// The definitions of an old state with what rules of today speak of: the properties that dimensions have now, and rights metrics.
fn both(old: &Schema, today: &Schema, renumbered: &HashSet<DimensionId>) -> Schema {
    let mut both = old.clone();
    for def in today.dimensions().filter(|def| !renumbered.contains(&def.id)) {
        both.put_dimension(DimensionDef::clone(def));
    }
    for def in today.metrics().filter(|def| def.ty == Type::Rights) {
        both.put_metric(MetricDef::clone(def));
    }
    both
}

impl Facts for Held<'_> {
    fn item_count(&self, dimension: DimensionId) -> u32 {
        self.revision.items(dimension).capacity().max(self.rights().items(dimension).capacity())
    }

    fn words(&self, rights: MetricId, principal: u32, each: &mut dyn FnMut(&[u32], Rights)) {
        let Some(def) = self.rights().schema().metric(rights) else { return };
        let Some(cells) = self.rights().cells(rights) else { return };
        let is_system = |d: &DimensionId| self.rights().schema().dimension(*d).is_some_and(|d| d.system.is_some());
        let layout = cells.layout();
        let Some(own) = def.dimensions.iter().find(|d| is_system(d)).and_then(|d| layout.field(*d)) else { return };
        let others: Vec<Field> = def.dimensions.iter().filter(|d| !is_system(d)).filter_map(|d| layout.field(*d)).collect();
        if let Some(body) = cells.narrow() {
            slice(body, own, &others, principal, each);
        } else if let Some(body) = cells.wide() {
            slice(body, own, &others, principal, each);
        }
    }

    fn version(&self, rights: MetricId) -> Option<u64> {
        // No cells have a stamp of their own.
        Some(self.rights().cells(rights).map_or(0, |cells| cells.stamp()))
    }

    fn path(&self, path: &Path) -> Arc<[u32]> {
        match self.rights().path(path.dimension, &path.properties).as_ref() {
            Vector::Item(_, items) => items.as_slice().into(),
            other => vec![BLANK; other.len()].into(),
        }
    }

    fn schema(&self) -> &Schema {
        self.today.as_ref().map_or(self.revision.schema(), |today| &today.both)
    }

    fn gone_items(&self, dimension: DimensionId) -> RoaringBitmap {
        let Some(today) = &self.today else { return RoaringBitmap::new() };
        let now = today.revision.items(dimension);
        self.revision.items(dimension).order().iter().copied().filter(|item| now.position(*item).is_none()).collect()
    }

    fn is_gone(&self, target: &Target) -> bool {
        let Some(today) = &self.today else { return false };
        let schema = today.revision.schema();
        match target {
            Target::Metric(metric) => schema.metric(*metric).is_none(),
            Target::List(list) => schema.list(*list).is_none(),
            // Which of them was dropped is not known: what has the name and the type of one of today is taken for it.
            Target::Property(dimension, property) if today.renumbered.contains(dimension) => {
                let then = self.revision.schema().dimension(*dimension).and_then(|def| def.properties.get(usize::from(*property)));
                let is_it = |now: &PropertyDef| then.is_some_and(|then| same_name(&then.name, &now.name) && then.ty == now.ty);
                !schema.dimension(*dimension).is_some_and(|def| def.properties.iter().any(is_it))
            }
            Target::Property(dimension, property) => {
                schema.dimension(*dimension).is_none_or(|def| usize::from(*property) >= def.properties.len())
            }
            Target::Items(_) | Target::Unsaved(_) => false,
        }
    }

    fn footprints(&self) -> Arc<Footprints> {
        match self.formulas {
            Some((programs, footing)) => {
                Arc::clone(footing.footprints.get_or_init(|| Arc::new(footprints(self.revision, programs, self.resets))))
            }
            None => Arc::default(),
        }
    }
}

/// The cells at one item of a field.
fn slice<K: Key>(body: &Body<K>, own: Field, others: &[Field], principal: u32, each: &mut dyn FnMut(&[u32], Rights)) {
    if u64::from(principal) > own.mask() {
        return;
    }
    // Where the field is the highest one, its cells lie together.
    let highest = own.shift + own.bits == body.layout().bits();
    let chunks: Vec<_> = if highest {
        let from = K::default().with(own, principal);
        let to = (u64::from(principal) < own.mask()).then(|| K::default().with(own, principal + 1));
        body.range(from, to).into_iter().collect()
    } else {
        (0..body.block_count()).filter_map(|i| body.chunk(i)).collect()
    };
    let mut items = vec![0; others.len()];
    for chunk in chunks {
        for (at, key) in chunk.keys.decode().into_iter().enumerate() {
            if key.get(own) != principal {
                continue;
            }
            for (slot, field) in items.iter_mut().zip(others) {
                *slot = key.get(*field);
            }
            if let Some(Value::Rights(rights)) = chunk.column.get(at) {
                each(&items, rights);
            }
        }
    }
}
