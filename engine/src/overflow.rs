//! What is said of results that were too large for their type.

use smalt_security::Access;
use smalt_vault::shows_metric;

use crate::sight::{sees_all_cells, sees_everything};
use crate::work::Work;

/// A sentence for each metric in which results were too large and so are BLANK. A number of cells tells of all of them, and of what they are
/// made of: who does not see all of both is told nothing.
pub(crate) fn sentences(work: &Work, access: &Access) -> Vec<String> {
    let counted = work.too_large.iter().filter_map(|(metric, count)| {
        let def = work.draft.schema().metric(*metric)?;
        let program = work.programs.metrics.get(metric)?;
        let sees = sees_all_cells(access, *metric)
            && shows_metric(&work.draft, access, *metric)
            && sees_everything(access, program, work.draft.schema());
        sees.then(|| sentence(&def.name, *count))
    });
    counted.collect()
}

fn sentence(metric: &str, count: u64) -> String {
    match count {
        1 => format!("`{metric}`: 1 result was too large and is BLANK"),
        n => format!("`{metric}`: {n} results were too large and are BLANK"),
    }
}
