//! What a recalculation did.

use std::time::Duration;

use smalt_model::MetricId;

/// What a recalculation did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The metrics that were computed, in order. A metric that reads something that changed, but nothing that came out different, is not among
    /// them.
    pub metrics: Vec<Computed>,
}

impl Report {
    /// How many results of a metric were too large for their type.
    pub fn too_large(&self, metric: MetricId) -> u64 {
        self.metrics.iter().filter(|computed| computed.metric == metric).map(|computed| computed.too_large).sum()
    }
}

/// One metric that was computed.
#[derive(Clone, Debug)]
pub struct Computed {
    /// Which.
    pub metric: MetricId,
    /// Whether all of it was.
    pub extent: Extent,
    /// How many cells it has now.
    pub cells: u64,
    /// At how many coordinates something was computed for it, those of totals inside of its formula among them. Metrics that are solved together
    /// share the number.
    pub visited: u64,
    /// How many cells are other ones than before, came or went; `None` where that was not counted. 0 ends the wave: what reads the metric is
    /// not computed because of it.
    pub changed: Option<u64>,
    /// How many results were too large for their type, and so are BLANK, among those that were computed: cells, and sums and products that
    /// cells are made of.
    pub too_large: u64,
    /// How long it took; metrics that are solved together share it.
    pub took: Duration,
}

/// How much of a metric was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// The cells that what changed can reach.
    Part,
}
