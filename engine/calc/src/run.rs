//! What every operator of one calculation sees: a revision and the limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smalt_model::{CalendarLevel, DimensionId, Type};
use smalt_vault::{BLANK_DATE, Cells, Items, Layout, Revision, Vector};

use crate::call::{Facts, Periods};
use crate::error::CalcError;
use crate::incremental::kept::Kept;
use crate::shared::Shared;
use crate::watch::Watch;

/// One calculation on one state of the data.
#[derive(Debug)]
pub(crate) struct Run {
    revision: Revision,
    /// The most coordinates that one operator may visit.
    cell_limit: u64,
    /// Cells from outside of the plan.
    externals: Vec<Arc<Cells>>,
    /// The item at which a recurrence stands: the dimension has no other while a step is computed.
    fixed: Option<(DimensionId, u32)>,
    /// Parts that other formulas of the recalculation have as well.
    shared: Arc<Shared>,
    /// Results that were too large for their type, since they were last asked for.
    too_large: Arc<AtomicU64>,
    /// Coordinates at which something was computed.
    visited: Arc<AtomicU64>,
    /// Where parts of formulas are kept for later recalculations.
    kept: Option<Arc<Kept>>,
    /// What the calculation has used so far, all its steps together.
    used: Arc<Used>,
    watch: Watch,
}

/// What one calculation uses.
#[derive(Debug, Default)]
struct Used {
    /// Cells that its operators made.
    cells: AtomicU64,
    /// The most of them; 0: any number.
    most_cells: u64,
    /// Bytes of the long texts that it made.
    texts: AtomicU64,
}

/// Bytes of long texts that one calculation may make.
const MOST_TEXTS: u64 = 1 << 30;
/// The same for the values of an expression at one piece of coordinates.
const MOST_TEXTS_AT_ONCE: usize = 64 << 20;
/// Texts up to this many bytes are not counted: there is one for each coordinate at most, and those have a limit.
const SHORT_TEXT: usize = 256;

impl Run {
    pub(crate) fn new(revision: Revision, cell_limit: u64) -> Run {
        Run::sharing(revision, cell_limit, Arc::default())
    }

    /// One formula of a recalculation.
    pub(crate) fn sharing(revision: Revision, cell_limit: u64, shared: Arc<Shared>) -> Run {
        Run {
            revision,
            cell_limit,
            externals: Vec::new(),
            fixed: None,
            shared,
            too_large: Arc::default(),
            visited: Arc::default(),
            kept: None,
            used: Arc::default(),
            watch: Watch::default(),
        }
    }

    /// The same, ended by a watch, and where its operators together make more than `most_cells` cells (0: any number).
    pub(crate) fn watched(self, watch: &Watch, most_cells: u64) -> Run {
        Run { watch: watch.clone(), used: Arc::new(Used { most_cells, ..Used::default() }), ..self }
    }

    /// Refuses to go on with a calculation that is to end, or that has used up what it may.
    pub(crate) fn check(&self) -> Result<(), CalcError> {
        if let Some(ending) = self.watch.ending() {
            return Err(CalcError::Ended(ending));
        }
        if self.used.texts.load(Ordering::Relaxed) > MOST_TEXTS {
            return Err(CalcError::TooMuchText);
        }
        Ok(())
    }

    /// Counts cells that an operator made.
    pub(crate) fn made(&self, cells: u64) -> Result<(), CalcError> {
        let made = self.used.cells.fetch_add(cells, Ordering::Relaxed).saturating_add(cells);
        match self.used.most_cells {
            most if most > 0 && made > most => Err(CalcError::TooManyMade { limit: most }),
            _ => Ok(()),
        }
    }

    /// Counts the texts of one piece before they are made, by their lengths.
    pub(crate) fn takes_texts(&self, lengths: impl Iterator<Item = usize>) -> Result<(), CalcError> {
        let bytes = lengths.map(|len| len.saturating_sub(SHORT_TEXT)).fold(0, usize::saturating_add);
        self.used.texts.fetch_add(bytes as u64, Ordering::Relaxed);
        if bytes > MOST_TEXTS_AT_ONCE { Err(CalcError::TooMuchText) } else { self.check() }
    }

    /// The same, keeping parts of formulas for later recalculations.
    pub(crate) fn keeping(self, kept: Option<Arc<Kept>>) -> Run {
        Run { kept, ..self }
    }

    pub(crate) fn kept(&self) -> Option<&Kept> {
        self.kept.as_deref()
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn revision(&self) -> &Revision {
        &self.revision
    }

    pub(crate) fn items(&self, dimension: DimensionId) -> Arc<Items> {
        self.revision.items(dimension)
    }

    /// One step of a recurrence at an item, with cells from outside.
    pub(crate) fn step(&self, dimension: DimensionId, item: u32, externals: Vec<Arc<Cells>>) -> Run {
        Run {
            revision: self.revision.clone(),
            cell_limit: self.cell_limit,
            externals,
            fixed: Some((dimension, item)),
            shared: Arc::default(),
            too_large: Arc::clone(&self.too_large),
            visited: Arc::clone(&self.visited),
            kept: None,
            used: Arc::clone(&self.used),
            watch: self.watch.clone(),
        }
    }

    /// Part of a step that needs all items of the recurrence's dimension, with cells from outside. What is too large counts to itself.
    pub(crate) fn over_all_items(&self, externals: Vec<Arc<Cells>>) -> Run {
        Run {
            revision: self.revision.clone(),
            cell_limit: self.cell_limit,
            externals,
            fixed: None,
            shared: Arc::default(),
            too_large: Arc::default(),
            visited: Arc::clone(&self.visited),
            kept: None,
            used: Arc::clone(&self.used),
            watch: self.watch.clone(),
        }
    }

    /// So many results are too large for their type, and BLANK.
    pub(crate) fn add_too_large(&self, count: u64) {
        self.too_large.fetch_add(count, Ordering::Relaxed);
    }

    /// How many there are since this was last taken.
    pub(crate) fn too_large(&self) -> u64 {
        self.too_large.load(Ordering::Relaxed)
    }

    /// How many results were too large since this was last asked.
    pub(crate) fn take_too_large(&self) -> u64 {
        self.too_large.swap(0, Ordering::Relaxed)
    }

    /// Something is computed at so many coordinates.
    pub(crate) fn visit(&self, coordinates: u64) {
        self.visited.fetch_add(coordinates, Ordering::Relaxed);
    }

    /// How many coordinates that were so far.
    pub(crate) fn visited(&self) -> u64 {
        self.visited.load(Ordering::Relaxed)
    }

    /// All cells from outside of the plan.
    pub(crate) fn externals(&self) -> &[Arc<Cells>] {
        &self.externals
    }

    pub(crate) fn external(&self, input: usize) -> Result<Arc<Cells>, CalcError> {
        self.externals.get(input).map(Arc::clone).ok_or(CalcError::Internal("an input from outside is missing"))
    }

    /// The items of a dimension that take part, ascending by ordinal.
    pub(crate) fn live(&self, dimension: DimensionId) -> Vec<u32> {
        match self.fixed {
            Some((fixed, item)) if fixed == dimension => vec![item],
            _ => {
                let mut live = self.items(dimension).order().to_vec();
                live.sort_unstable();
                live
            }
        }
    }

    /// The number of items of a dimension that take part.
    pub(crate) fn count(&self, dimension: DimensionId) -> u64 {
        match self.fixed {
            Some((fixed, _)) if fixed == dimension => 1,
            _ => self.items(dimension).len() as u64,
        }
    }

    /// The coordinates of some dimensions.
    pub(crate) fn space(&self, dims: &[DimensionId]) -> u128 {
        dims.iter().fold(1u128, |all, d| all.saturating_mul(u128::from(self.count(*d))))
    }

    pub(crate) fn layout(&self, dims: &[DimensionId]) -> Result<Arc<Layout>, CalcError> {
        self.revision.layout_for(dims).map_err(|e| CalcError::TooWide(e.to_string()))
    }

    pub(crate) fn metric(&self, metric: smalt_model::MetricId) -> Result<Arc<Cells>, CalcError> {
        if let Some(cells) = self.revision.cells(metric) {
            return Ok(cells);
        }
        let def = self.revision.schema().metric(metric).ok_or(CalcError::Internal("a formula reads a metric that is gone"))?;
        Ok(Arc::new(Cells::empty(self.layout(&def.dimensions)?, def.ty)))
    }

    /// Refuses work over too many coordinates of some dimensions.
    pub(crate) fn allow(&self, coordinates: u128, dims: &[DimensionId]) -> Result<(), CalcError> {
        if coordinates > u128::from(self.cell_limit) {
            let dimensions = dims.iter().map(|d| (*d, self.count(*d))).collect();
            return Err(CalcError::TooManyCells { limit: self.cell_limit, estimate: coordinates, dimensions });
        }
        self.check()
    }
}

impl Facts for Run {
    fn order(&self, dimension: DimensionId) -> Arc<[u32]> {
        self.items(dimension).order().into()
    }

    fn position(&self, dimension: DimensionId) -> Arc<[u32]> {
        let items = self.items(dimension);
        (0..items.capacity()).map(|i| items.position(i).unwrap_or(u32::MAX)).collect()
    }

    fn property(&self, dimension: DimensionId, property: u16) -> Arc<Vector> {
        let items = self.items(dimension);
        let ty =
            self.revision.schema().dimension(dimension).and_then(|d| d.properties.get(usize::from(property))).map_or(Type::Text, |p| p.ty);
        items.property(property).map_or_else(|| Arc::new(Vector::blank(ty, items.capacity() as usize)), Arc::clone)
    }

    fn period(&self, dimension: DimensionId) -> Option<Periods> {
        let def = self.revision.schema().dimension(dimension)?;
        let _: CalendarLevel = def.calendar?;
        let items = self.items(dimension);
        let dates = |name: &str| -> Option<Arc<[i32]>> {
            let Vector::Date(days) = items.property(def.property(name)?)?.as_ref() else { return None };
            Some(items.order().iter().map(|i| days.get(*i as usize).copied().unwrap_or(BLANK_DATE)).collect())
        };
        Some(Periods { starts: dates("Start Date")?, ends: dates("End Date")? })
    }
}
