//! The same model with more data.

use std::path::PathBuf;

use smalt_benches::{Failure, memory};

use crate::model::{Loaded, PLANBENCH, middle_ms, percentile, times};
use crate::{head, row};

/// How often all of it is computed.
const ROUNDS: usize = 5;

pub(crate) fn measure(data: &[PathBuf]) -> Result<(), Failure> {
    head(&[
        "scale",
        "cells computed",
        "load, s",
        "create the metrics, s",
        "recalculate all, s",
        "ns a cell",
        "MB",
        "peak MB",
        "bytes a cell",
        "a scenario made, ms",
    ]);
    for folder in data {
        let meta: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(folder.join("meta.json"))?)?;
        let scale = meta.get("scale").map(ToString::to_string).ok_or("meta.json has no scale")?;
        memory::reset_peak();
        let (loaded, cost) = Loaded::of(&PLANBENCH, folder)?;
        let all = times(ROUNDS, |_| loaded.recalculate().map(drop))?;
        let seconds = percentile(&all, 50);
        let made = times(9, |at| loaded.run(&format!("CREATE SCENARIO \"S {at}\" FROM Base;")))?;
        row(&[
            scale,
            cost.computed.to_string(),
            format!("{:.3}", cost.loading),
            format!("{:.3}", cost.creating),
            format!("{seconds:.3}"),
            format!("{:.1}", seconds * 1e9 / cost.computed as f64),
            format!("{}", cost.held / 1_000_000),
            format!("{}", memory::peak_mb().unwrap_or(0)),
            format!("{:.1}", cost.held as f64 / cost.cells as f64),
            middle_ms(&made),
        ]);
    }
    Ok(())
}
