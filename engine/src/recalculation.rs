//! What a recalculation did, for the one who asked for it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema};
use serde::Serialize;
use smalt_model::ScenarioId;
use smalt_security::{Access, Principal, ScenarioRight};
use smalt_vault::shows_metric;

use crate::calc::Extent;
use crate::outcome::Table;
use crate::sight::{sees_all_cells, sees_everything};
use crate::work::Work;

/// What a recalculation did: the metrics that were computed, in order, as far as the one who asked for it sees all of their cells and all that
/// their formulas read.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Recalculation {
    /// Each metric. What reads something that changed, but nothing that came out different, is not among them.
    pub metrics: Vec<RecalculatedMetric>,
}

/// One metric of a [`Recalculation`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecalculatedMetric {
    /// The scenario in which it was computed.
    pub scenario: String,
    /// Its name.
    pub metric: String,
    /// `all` of it, or the `part` that what changed can reach.
    pub computed: &'static str,
    /// At how many coordinates something was computed; metrics that are solved together share the number.
    pub coordinates: u64,
    /// How many cells it has now.
    pub cells: u64,
    /// How many cells changed, came or went; `None` where nobody counted. 0 is where the wave ended: what reads the metric was not computed for it.
    pub changed: Option<u64>,
    /// How many results were too large for their type, and so are BLANK: cells, and sums and products that cells are made of.
    pub overflow: u64,
    /// How long it took; metrics that are solved together share it.
    pub milliseconds: f64,
}

impl Recalculation {
    /// What a change has computed, for somebody. How many cells changed, and that a metric was reached at all, speaks of all cells: a metric of
    /// which anything is hidden is left out.
    pub(crate) fn of(work: &mut Work, principal: &Principal) -> Recalculation {
        let home = work.active();
        let scenarios: Vec<_> = work.scenarios.iter().map(|scenario| (scenario.id, scenario.name.to_string())).collect();
        let mut metrics = Vec::new();
        for (scenario, name) in scenarios {
            let is_readable = work.policy.scenario_right_of(principal, scenario) > ScenarioRight::None;
            if is_readable && work.computed.iter().any(|(of, _)| *of == scenario) {
                work.activate(scenario);
                let access = work.access(principal);
                metrics.extend(Recalculation::in_scenario(work, scenario, &name, &access));
            }
        }
        work.activate(home);
        Recalculation { metrics }
    }

    fn in_scenario(work: &Work, scenario: ScenarioId, name: &str, access: &Access) -> Vec<RecalculatedMetric> {
        let schema = work.draft.schema();
        let told = work.computed.iter().filter(|(of, _)| *of == scenario).filter_map(|(_, computed)| {
            let def = schema.metric(computed.metric)?;
            let program = work.programs.metrics.get(&def.id)?;
            let sees =
                shows_metric(&work.draft, access, def.id) && sees_all_cells(access, def.id) && sees_everything(access, program, schema);
            sees.then(|| RecalculatedMetric {
                scenario: name.to_owned(),
                metric: def.name.to_string(),
                computed: match computed.extent {
                    Extent::Whole => "all",
                    Extent::Part => "part",
                },
                coordinates: computed.visited,
                cells: computed.cells,
                changed: computed.changed,
                overflow: computed.too_large,
                milliseconds: computed.took.as_secs_f64() * 1e3,
            })
        });
        told.collect()
    }

    /// As rows, without the times, which are never the same twice.
    pub(crate) fn table(&self) -> Table {
        let texts = |text: fn(&RecalculatedMetric) -> &str| -> ArrayRef {
            Arc::new(self.metrics.iter().map(|metric| Some(text(metric))).collect::<StringArray>())
        };
        let counts = |count: fn(&RecalculatedMetric) -> Option<u64>| -> ArrayRef {
            Arc::new(self.metrics.iter().map(count).collect::<UInt64Array>())
        };
        let columns = [
            ("Scenario", texts(|m| m.scenario.as_str())),
            ("Metric", texts(|m| m.metric.as_str())),
            ("Computed", texts(|m| m.computed)),
            ("Coordinates", counts(|m| Some(m.coordinates))),
            ("Cells", counts(|m| Some(m.cells))),
            ("Changed", counts(|m| m.changed)),
            ("Overflow", counts(|m| Some(m.overflow))),
        ];
        let field = |(name, array): &(&str, ArrayRef)| Field::new(*name, array.data_type().clone(), *array.data_type() == DataType::UInt64);
        let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
        let arrays = columns.into_iter().map(|(_, array)| array).collect();
        Table::new(&schema, RecordBatch::try_new(Arc::clone(&schema), arrays).into_iter().collect())
    }
}
