//! PlanBench under other names, its formulas in another order and with two more: nothing may be made for the names of one model.

use std::path::Path;

use smalt_benches::Failure;

use crate::model::{Loaded, Model, PLANBENCH, percentile};
use crate::{head, row};

const RENAMED: Model<'static> = Model { inputs: include_str!("renamed_inputs.sql"), formulas: include_str!("renamed_formulas.sql") };

const ROUNDS: usize = 5;

pub(crate) fn measure(folder: &Path) -> Result<(), Failure> {
    head(&["model", "cells computed", "create the metrics, s", "recalculate all, s", "ns a cell"]);
    let models = [("PlanBench", &PLANBENCH), ("renamed, two metrics more", &RENAMED)];
    let loaded = models.map(|(name, model)| Loaded::of(model, folder).map(|(loaded, cost)| (name, loaded, cost, Vec::new())));
    let mut loaded = loaded.into_iter().collect::<Result<Vec<_>, Failure>>()?;
    // In turns: whatever else the machine does falls on both.
    for _ in 0..ROUNDS {
        for (_, loaded, _, times) in &mut loaded {
            times.push(loaded.recalculate()?);
        }
    }
    for (name, _, cost, times) in &mut loaded {
        times.sort_by(f64::total_cmp);
        let seconds = percentile(times, 50);
        row(&[
            (*name).to_owned(),
            cost.computed.to_string(),
            format!("{:.3}", cost.creating),
            format!("{seconds:.3}"),
            format!("{:.1}", seconds * 1e9 / cost.computed as f64),
        ]);
    }
    Ok(())
}
