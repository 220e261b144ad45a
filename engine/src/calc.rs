//! The door to the calculator: its errors as refusals.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use smalt_calc::{CalcError, CalcProgress, Changes, LoopError, Refusal, Since, compile_order, refuse_wrong_patterns};
use smalt_formula::program::{Kind, Node};
use smalt_formula::{Code, Program, Span};
use smalt_model::{DimensionId, MetricId, Schema};
use smalt_planted::{Leak, planted};
use smalt_security::Access;
use smalt_vault::{Cells, Revision, Vector, shows_all, shows_metric};

pub(crate) use smalt_calc::{CalcOptions, Computed as Computation, Ending, Extent, Kept, Order, Report, Watch};

use crate::fault::{Done, Fault};
use crate::outcome::Progress;
use crate::sight::{sees_all_cells, sees_all_items, sees_everything};
use crate::state::Programs;
use crate::work::Touched;

/// The order of calculation; of cells that depend on themselves, the loop from the metric on that was saved last.
pub(crate) fn order(
    programs: &BTreeMap<MetricId, Arc<Program>>,
    schema: &Schema,
    saved: Option<MetricId>,
) -> Result<Arc<Order>, LoopError> {
    compile_order(programs, schema).map(Arc::new).map_err(|error| match saved {
        Some(metric) => error.seen_from(metric),
        None => error,
    })
}

/// The metric from which a loop is told, and where its formula reads the next one.
pub(crate) fn first_step(error: &LoopError, programs: &BTreeMap<MetricId, Arc<Program>>) -> Option<(MetricId, Span)> {
    let (first, next) = error.first_step()?;
    Some((first, reads(&programs.get(&first)?.root, next)?))
}

/// Where a formula reads a metric first.
fn reads(node: &Node, metric: MetricId) -> Option<Span> {
    match &node.kind {
        Kind::Metric(of) | Kind::PreviousOf { metric: of, .. } if *of == metric => Some(node.span),
        _ => node.children().into_iter().find_map(|part| reads(part, metric)),
    }
}

/// What is to be computed: all that depends on what was touched since the state `before`, in which everything was computed; or of that only these
/// metrics and what they read.
pub(crate) struct Asked<'a> {
    pub touched: &'a Touched,
    pub only: Option<&'a BTreeSet<MetricId>>,
    pub before: &'a Revision,
    /// What may end it.
    pub watch: &'a Watch,
}

/// Computes what is asked. A failure tells the metric. `access` is that of the writer, who is told of no metric that
/// the catalog does not show, not by the number of those that are computed either; `None`: nobody is told.
pub(crate) fn recalculate(
    revision: &mut Revision,
    programs: &Programs,
    order: &Order,
    asked: &Asked<'_>,
    access: Option<&Access>,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Report, (MetricId, Fault)> {
    let Asked { touched, only, before, watch } = *asked;
    let changes = Changes {
        metrics: touched.metrics.clone(),
        dimensions: touched.dimensions.clone(),
        lists: touched.lists.clone(),
        formulas: touched.formulas.clone(),
        only: only.cloned(),
    };
    let schema = Arc::clone(revision.schema());
    let name = |metric: MetricId| schema.metric(metric).map_or_else(String::new, |m| m.name.to_string());
    // Which metrics are computed speaks of all cells: a wave ends where nothing comes out different.
    let sees_all = |access: &Access| {
        let sees =
            |(metric, program): (&MetricId, &Arc<Program>)| sees_all_cells(access, *metric) && sees_everything(access, program, &schema);
        shows_all(access) && programs.metrics.iter().all(sees)
    };
    let every_step = access.is_none_or(sees_all) || planted(Leak::ProgressOfHidden);
    if !every_step {
        progress(&Progress { what: "calculating".to_owned(), done: 0, total: None });
    }
    let progress = RefCell::new(progress);
    let told = |p: CalcProgress| {
        if every_step {
            let told = Progress { what: format!("calculated {}", name(p.metric)), done: p.done as u64, total: Some(p.total as u64) };
            (progress.borrow_mut())(&told);
        }
    };
    let since = Since { before, kept: &programs.kept };
    let done = smalt_calc::recalculate(revision, &programs.metrics, order, &changes, &programs.limits, Some(since), watch, &told);
    done.map_err(|(metric, error)| {
        let fault = if let CalcError::Ended(_) = error {
            // Where it stood when its time was over says nothing that anybody could use.
            Fault::new(error.to_string())
        } else if access.is_none_or(|access| shows_metric(revision, access, metric)) {
            let reason = format!(
                "`{}` cannot be calculated: {error}{}",
                name(metric),
                estimate(&error, &schema, access, programs.metrics.get(&metric).map(AsRef::as_ref))
            );
            coded(Fault::new(reason), &error)
        } else {
            Fault::new("what depends on this cannot be calculated".to_owned())
        };
        (metric, fault)
    })
}

/// Computes some metrics, and what they read, anew after items of some dimensions changed; `None` where that fails.
pub(crate) fn compute_only(
    revision: &mut Revision,
    programs: &Programs,
    order: &Order,
    dimensions: &BTreeSet<DimensionId>,
    only: &BTreeSet<MetricId>,
) -> Option<()> {
    let changes = Changes { dimensions: dimensions.clone(), only: Some(only.clone()), ..Changes::default() };
    let done = smalt_calc::recalculate(revision, &programs.metrics, order, &changes, &programs.limits, None, &Watch::default(), &|_| ());
    done.ok().map(|_| ())
}

/// About how much a refused formula would visit, by dimension; for those only who see all that it reads, since cells are counted, and all items
/// of these dimensions.
fn estimate(error: &CalcError, schema: &Schema, access: Option<&Access>, program: Option<&Program>) -> String {
    let CalcError::TooManyCells { estimate, dimensions, .. } = error else { return String::new() };
    let sees = |access: &Access| {
        program.is_some_and(|program| sees_everything(access, program, schema))
            && sees_all_items(access, dimensions.iter().map(|(d, _)| *d))
    };
    if !access.is_none_or(sees) {
        return String::new();
    }
    let sizes = dimensions.iter().map(|(d, size)| format!("{} {size}", schema.dimension(*d).map_or("?", |d| d.name.as_ref())));
    format!(": about {estimate} ({})", sizes.collect::<Vec<_>>().join(" x "))
}

/// Refuses to go on with work that is to end.
pub(crate) fn go_on(watch: &Watch) -> Done {
    watch.ending().map_or(Ok(()), |ending| Err(Fault::new(CalcError::Ended(ending).to_string())))
}

/// The values of a property's formula, by ordinal.
pub(crate) fn property(
    revision: &Revision,
    program: &Program,
    dimension: DimensionId,
    limits: &CalcOptions,
    watch: &Watch,
) -> Done<Vector> {
    smalt_calc::by_item(revision, &program.root, dimension, limits, watch).map_err(|error| match error {
        CalcError::Ended(_) => Fault::new(error.to_string()),
        error => failed(&error, String::new()),
    })
}

/// Where a condition over one dimension is TRUE, by ordinal; `None` where it cannot be computed.
pub(crate) fn truths(revision: &Revision, condition: &Node, dimension: DimensionId, limits: &CalcOptions) -> Option<Vec<bool>> {
    match among_our_threads(|| smalt_calc::by_item(revision, condition, dimension, limits, &Watch::default()))? {
        Ok(Vector::Boolean(truths)) => Some(truths.into_iter().map(|truth| truth == 1).collect()),
        _ => None,
    }
}

/// Rights are worked out on whatever thread asks for them, which may be one of the host's. A calculation that begins there would make the pool that
/// rayon has one of in a process, and that is the host's to make.
fn among_our_threads<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    if rayon::current_thread_index().is_some() {
        return Some(work());
    }
    rayon::ThreadPoolBuilder::new().num_threads(1).build().ok().map(|pool| pool.install(work))
}

/// The cells of a formula that is not saved, by its dimensions; for somebody.
///
/// What it may use is counted over all cells, hidden ones too. So who does not see all that it reads is told one and the same for whatever there is
/// too much of, and only when the time is over that the question has: earlier it would tell how much is hidden. Where the items that this person
/// sees are too many already, it is told at once.
pub(crate) fn evaluate(
    revision: &Revision,
    program: &Program,
    limits: &CalcOptions,
    watch: &Watch,
    access: &Access,
) -> Done<(Vec<DimensionId>, Arc<Cells>)> {
    smalt_calc::evaluate(revision, program, limits, watch).map_err(|error| {
        if sees_everything(access, program, revision.schema()) || !follows_size(&error) {
            return failed(&error, estimate(&error, revision.schema(), Some(access), Some(program)));
        }
        if !is_too_much_as_seen(&error, revision, access) && wait_until_late(watch) == Ending::Stopped {
            return failed(&CalcError::Ended(Ending::Stopped), String::new());
        }
        Fault::new("the formula takes more time or room than it may").help("narrow it, or leave a dimension out")
    })
}

/// Whether an error comes of how much there is.
fn follows_size(error: &CalcError) -> bool {
    match error {
        CalcError::TooManyCells { .. } | CalcError::TooManyMade { .. } | CalcError::TooMuchText | CalcError::Ended(Ending::Late) => true,
        CalcError::Ended(Ending::Stopped) | CalcError::TooWide(_) | CalcError::Internal(_) => false,
    }
}

/// Whether the items alone that somebody sees make more coordinates than a formula may visit, however many others there are.
fn is_too_much_as_seen(error: &CalcError, revision: &Revision, access: &Access) -> bool {
    let CalcError::TooManyCells { limit, estimate, dimensions } = error else { return false };
    let seen = |dimension: DimensionId| {
        let mask = access.items(dimension);
        revision.items(dimension).order().iter().filter(|item| mask.allows(&[**item])).count() as u128
    };
    // Less than all coordinates of the dimensions were counted where cells were.
    let all = dimensions.iter().fold(1u128, |all, (_, size)| all.saturating_mul(u128::from(*size)));
    let seen = dimensions.iter().fold(1u128, |all, (dimension, _)| all.saturating_mul(seen(*dimension)));
    *estimate >= all && seen > u128::from(*limit)
}

/// Waits until a question has to end; whoever sets no bound to its time waits for so long.
fn wait_until_late(watch: &Watch) -> Ending {
    const LONGEST: Duration = Duration::from_secs(3_600);
    const GLANCE: Duration = Duration::from_millis(20);
    let begun = Instant::now();
    loop {
        match watch.ending() {
            Some(ending) => return ending,
            None if begun.elapsed() > LONGEST => return Ending::Late,
            None => std::thread::sleep(GLANCE),
        }
    }
}

fn failed(error: &CalcError, estimate: String) -> Fault {
    coded(Fault::new(format!("the formula cannot be calculated: {error}{estimate}")), error)
}

fn coded(fault: Fault, error: &CalcError) -> Fault {
    match error {
        CalcError::TooManyCells { .. } | CalcError::TooManyMade { .. } => fault.code(Code::TooManyCells),
        CalcError::TooMuchText | CalcError::Ended(_) | CalcError::TooWide(_) | CalcError::Internal(_) => fault,
    }
}

/// What the formula of a metric does, line by line; counts only with a revision.
pub(crate) fn explain(revision: Option<&Revision>, schema: &Schema, programs: &Programs, metric: MetricId) -> Vec<String> {
    let mut others = programs.metrics.clone();
    others.remove(&metric).map_or_else(Vec::new, |program| smalt_calc::explain(revision, schema, &program, &others))
}

/// A part of the formula that has no value whatever the cells are.
pub(crate) fn wrong_part(program: &Program) -> Option<Refusal> {
    refuse_wrong_patterns(program).err()
}
