//! The same model with more data.

use std::path::PathBuf;

use smalt_benches::{Failure, memory};

use crate::model::{Cost, Loaded, PLANBENCH, middle_ms, percentile, times};
use crate::{head, row};

/// How often all of it is computed.
const ROUNDS: usize = 5;

pub(crate) fn measure(data: &[PathBuf]) -> Result<(), Failure> {
    head(&[&["scale"], &Cost::COLUMNS[..], &["peak MB", "a scenario made, ms"]].concat());
    for folder in data {
        let meta: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(folder.join("meta.json"))?)?;
        let scale = meta.get("scale").map(ToString::to_string).ok_or("meta.json has no scale")?;
        memory::reset_peak();
        let (loaded, cost) = Loaded::of(&PLANBENCH, folder)?;
        let all = times(ROUNDS, |_| loaded.recalculate().map(drop))?;
        let seconds = percentile(&all, 50);
        let made = times(9, |at| loaded.run(&format!("CREATE SCENARIO \"S {at}\" FROM Base;")))?;
        let others = [memory::peak_mb().unwrap_or(0).to_string(), middle_ms(&made)];
        row(&[&[scale], &cost.columns(seconds)[..], &others].concat());
    }
    Ok(())
}
