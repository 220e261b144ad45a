//! Rows that name items which are not there: they are left out, or the items are made.
//!
//! An item that the writer does not see is not there: it is left out like any other name, and where it would be made the statement is refused in
//! the words of a missing right, at its end.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray};
use arrow::compute::filter;
use arrow::datatypes::{DataType, Field, Schema as ArrowSchema};
use arrow::error::ArrowError;
use smalt_model::{DimensionId, Type, same_name};
use smalt_security::Shape;
use smalt_vault::Vector;

use super::super::column::{Want, convert, missing};
use super::super::plan::{From, Goal, Plan, Slot};
use super::super::resolve::{Found, Resolver};
use super::super::source::{Chunk, Numbers, Source, progress};
use super::{Created, Load, want};
use crate::adding::rights_after;
use crate::fault::Done;
use crate::outcome::{ColumnInfo, Table};

/// The column of a file of rejects that says why.
const REASON: &str = "Reason";
/// So many names of a column are looked up among those that are there: each is compared with all of them.
const SUGGESTIONS: usize = 100;

/// What is done about an item that is not there.
pub(crate) enum Missing<'a> {
    /// The row is left out.
    Skip,
    /// The item is made, if its dimension may get items from this writer.
    Create(&'a dyn Fn(DimensionId) -> Done),
}

/// What is loaded, as far as items are concerned.
#[derive(Clone, Copy)]
pub(crate) struct Into<'a> {
    pub(crate) name: &'a str,
    pub(crate) goals: &'a [Goal],
    /// The dimension, where its items are loaded: rows may name items of other rows.
    pub(crate) dimension: Option<DimensionId>,
}

/// The rows of a source that are left.
pub(crate) struct Sifted<'a> {
    source: &'a dyn Source,
    chunks: std::vec::IntoIter<Chunk>,
    total: u64,
    /// The rows that are left out, with the reason.
    pub(crate) rejected: Table,
}

/// Reads a source to its end and sifts its rows.
pub(crate) fn sift<'a>(
    load: &mut Load<'_>,
    into: Into<'_>,
    plan: &Plan,
    source: &'a mut dyn Source,
    what: &Missing<'_>,
) -> Done<Sifted<'a>> {
    source.select(&plan.selected)?;
    let (mut chunks, mut rows) = (Vec::new(), 0);
    while let Some(chunk) = source.next() {
        let chunk = chunk?;
        rows += chunk.rows as u64;
        (load.progress)(&progress(source, "reading", into.name, rows));
        chunks.push(chunk);
    }
    let source: &'a dyn Source = source;
    let rows = Rows { plan, source, chunks: &chunks, into };
    let (chunks, rejected) = match what {
        Missing::Skip => {
            let reasons = rows.reasons(load)?;
            rows.without(&reasons).map_err(|e| source.whole_fault(&format!("cannot be read: {e}")))?
        }
        Missing::Create(may_create) => {
            let names = rows.names(load)?;
            load.created = create(load, into.dimension, names, may_create)?;
            (chunks, Table { columns: Vec::new(), batches: Vec::new() })
        }
    };
    let total = chunks.iter().map(|chunk| chunk.rows as u64).sum();
    Ok(Sifted { source, chunks: chunks.into_iter(), total, rejected })
}

/// The rows of a source, read.
struct Rows<'a> {
    plan: &'a Plan,
    source: &'a dyn Source,
    chunks: &'a [Chunk],
    into: Into<'a>,
}

/// Why a row is left out, where it is; by chunk, then by row.
type Reasons = Vec<Vec<Option<String>>>;

impl Rows<'_> {
    /// The slots that hold items, with what finds these.
    fn slots(&self, load: &Load<'_>) -> Vec<(&Slot, Resolver)> {
        let resolver = |slot: &Slot| match want(slot, self.into.goals.get(slot.goal)?, load.revision, load.access, &load.created, None) {
            Want::Items(resolver) => Some(resolver),
            Want::Plain(_) => None,
        };
        self.plan.slots.iter().filter_map(|slot| resolver(slot).map(|resolver| (slot, resolver))).collect()
    }

    fn array<'c>(&self, chunk: &'c Chunk, slot: &Slot) -> Option<(&'c ArrayRef, usize)> {
        match slot.from {
            From::Column { source, selected } => chunk.columns.get(selected).map(|array| (array, source)),
            From::Constant { .. } => None,
        }
    }

    /// The names in a slot that are no items, with their places.
    fn missing(&self, slot: &Slot, resolver: &Resolver) -> Done<Vec<(usize, usize, String)>> {
        let mut found = Vec::new();
        for (at, chunk) in self.chunks.iter().enumerate() {
            let Some((array, column)) = self.array(chunk, slot) else { continue };
            let names = missing(array, resolver).map_err(|m| self.source.fault(chunk.numbers.at(m.row), column, m.reason))?;
            found.extend(names.into_iter().map(|(row, name)| (at, row, name)));
        }
        Ok(found)
    }

    /// Whether a slot holds items of the dimension that is loaded, by name: rows may name each other.
    fn is_own(&self, resolver: &Resolver) -> bool {
        resolver.is_by_name() && self.into.dimension == Some(resolver.dimension())
    }

    /// The names of the items that the rows are, where they are rows of a dimension.
    fn own_names(&self) -> Done<Vec<Vec<Option<Arc<str>>>>> {
        let slot = self.into.dimension.and_then(|_| self.plan.slot(0));
        let names = |chunk: &Chunk| {
            let Some((array, column)) = slot.and_then(|slot| self.array(chunk, slot)) else { return Ok(Vec::new()) };
            match convert(array, &Want::Plain(Type::Text)) {
                Ok(Vector::Text(names)) => Ok(names),
                Ok(_) => Ok(Vec::new()),
                Err(m) => Err(self.source.fault(chunk.numbers.at(m.row), column, m.reason)),
            }
        };
        self.chunks.iter().map(names).collect()
    }

    /// Which rows are left out, and why.
    fn reasons(&self, load: &Load<'_>) -> Done<Reasons> {
        let mut reasons: Reasons = self.chunks.iter().map(|chunk| vec![None; chunk.rows]).collect();
        let mut own = Vec::new();
        for (slot, resolver) in self.slots(load) {
            let heading = match slot.from {
                From::Column { source, .. } => self.source.columns().get(source).cloned().unwrap_or_default(),
                From::Constant { .. } => continue,
            };
            let mut told: HashMap<String, String> = HashMap::new();
            for (chunk, row, name) in self.missing(slot, &resolver)? {
                let suggests = told.len() < SUGGESTIONS;
                let reason = told.entry(name.clone()).or_insert_with(|| match suggests {
                    true => resolver.refusal(&name, Found::Unknown),
                    false => resolver.unknown(&name),
                });
                let reason = format!("column `{heading}`: {reason}");
                if self.is_own(&resolver) {
                    own.push((chunk, row, name, reason));
                } else {
                    set(&mut reasons, chunk, row, reason);
                }
            }
        }
        // A row that names one which is left out is left out too.
        let names = if own.is_empty() { Vec::new() } else { self.own_names()? };
        while !own.is_empty() {
            let named: HashSet<&str> = names
                .iter()
                .zip(&reasons)
                .flat_map(|(names, reasons)| names.iter().zip(reasons).filter(|(_, reason)| reason.is_none()))
                .filter_map(|(name, _)| name.as_deref())
                .collect();
            let (out, kept): (Vec<_>, Vec<_>) = own.into_iter().partition(|(_, _, name, _)| !named.contains(name.as_str()));
            if out.is_empty() {
                break;
            }
            out.into_iter().for_each(|(chunk, row, _, reason)| set(&mut reasons, chunk, row, reason));
            own = kept;
        }
        Ok(reasons)
    }

    /// The chunks without the rows that have a reason, and those rows with it.
    fn without(&self, reasons: &Reasons) -> Result<(Vec<Chunk>, Table), ArrowError> {
        let columns = self.source.columns();
        // Where the file is one of rejects itself, its reasons are those of another day.
        let shown = |column: usize| columns.get(column).is_some_and(|name| !same_name(name, REASON));
        let told: Vec<(usize, usize)> =
            self.plan.selected.iter().enumerate().map(|(at, column)| (*column, at)).filter(|(column, _)| shown(*column)).collect();
        let told = {
            let mut told = told;
            told.sort_unstable();
            told
        };
        let (mut kept, mut batches) = (Vec::new(), Vec::new());
        for (chunk, reasons) in self.chunks.iter().zip(reasons) {
            let stays: BooleanArray = reasons.iter().map(|reason| Some(reason.is_none())).collect();
            if stays.true_count() < chunk.rows {
                let goes: BooleanArray = reasons.iter().map(|reason| Some(reason.is_some())).collect();
                let mut arrays = Vec::new();
                for (_, at) in &told {
                    arrays.extend(chunk.columns.get(*at).map(|column| filter(column, &goes)).transpose()?);
                }
                arrays.push(Arc::new(reasons.iter().flatten().map(|reason| Some(reason.as_str())).collect::<StringArray>()));
                batches.push(batch(arrays)?);
            }
            let numbers = (0..chunk.rows).filter(|row| reasons.get(*row).is_some_and(Option::is_none)).map(|row| chunk.numbers.at(row));
            let columns = chunk.columns.iter().map(|column| filter(column, &stays)).collect::<Result<_, _>>()?;
            kept.push(Chunk { numbers: Numbers::Each(numbers.collect()), rows: stays.true_count(), columns });
        }
        let headings = told.iter().filter_map(|(column, _)| columns.get(*column).map(String::as_str)).chain([REASON]);
        Ok((kept, Table { columns: headings.map(|name| ColumnInfo::new(name, false)).collect(), batches }))
    }

    /// The names that are no items, by dimension, each once, in the order of the file.
    fn names(&self, load: &Load<'_>) -> Done<Vec<(DimensionId, Vec<String>)>> {
        let mut names: Vec<(DimensionId, Vec<String>)> = Vec::new();
        let mut known: HashSet<(DimensionId, String)> = HashSet::new();
        for (slot, resolver) in self.slots(load) {
            let dimension = resolver.dimension();
            if !resolver.is_made() {
                continue;
            }
            if self.is_own(&resolver) {
                known.extend(self.own_names()?.into_iter().flatten().flatten().map(|name| (dimension, name.to_string())));
            }
            let found: Vec<String> = match &slot.from {
                From::Constant { text, .. } if resolver.text(text) == Found::Unknown => vec![text.clone()],
                From::Constant { .. } => Vec::new(),
                From::Column { .. } => self.missing(slot, &resolver)?.into_iter().map(|(.., name)| name).collect(),
            };
            for name in found.into_iter().filter(|name| !name.is_empty()) {
                if known.insert((dimension, name.clone())) {
                    match names.iter_mut().find(|(of, _)| *of == dimension) {
                        Some((_, names)) => names.push(name),
                        None => names.push((dimension, vec![name])),
                    }
                }
            }
        }
        Ok(names)
    }
}

fn set(reasons: &mut Reasons, chunk: usize, row: usize, reason: String) {
    if let Some(slot) = reasons.get_mut(chunk).and_then(|chunk| chunk.get_mut(row)) {
        slot.get_or_insert(reason);
    }
}

/// A batch whose columns go by their places.
fn batch(arrays: Vec<ArrayRef>) -> Result<RecordBatch, ArrowError> {
    let fields = arrays.iter().enumerate().map(|(at, array)| Field::new(at.to_string(), DataType::clone(array.data_type()), true));
    RecordBatch::try_new(Arc::new(ArrowSchema::new(fields.collect::<Vec<_>>())), arrays)
}

/// Makes items of these names. Those of the dimension that is loaded itself are left for its load.
fn create(
    load: &mut Load<'_>,
    own: Option<DimensionId>,
    names: Vec<(DimensionId, Vec<String>)>,
    may_create: &dyn Fn(DimensionId) -> Done,
) -> Done<Created> {
    let mut created = Created::default();
    let mut added: Vec<(DimensionId, Vec<u32>)> = Vec::new();
    for (dimension, names) in names {
        may_create(dimension)?;
        created.count += names.len() as u64;
        if own == Some(dimension) {
            created.own = names;
            continue;
        }
        let mut edit = load.revision.items(dimension).edit();
        let (mut all, mut new) = (HashSet::new(), Vec::new());
        for name in &names {
            match edit.add(name) {
                Ok(item) => {
                    all.insert(item);
                    new.push(item);
                }
                // There, and not seen.
                Err(taken) => {
                    all.insert(taken.item);
                    created.refused = true;
                }
            }
        }
        load.revision.set_items(dimension, Arc::new(edit.finish()));
        load.touched.dimensions.insert(dimension);
        created.items.insert(dimension, Arc::new(all));
        added.push((dimension, new));
    }
    if !load.policy.rules().is_empty() {
        let dimensions = added.iter().map(|(dimension, _)| *dimension).collect();
        let after = rights_after(load.revision, load.programs, load.policy, load.access.principal(), &dimensions);
        let refused = |(dimension, new): &(DimensionId, Vec<u32>)| {
            let adding = after.adding_items(*dimension);
            adding.shape() != Shape::Everything && new.iter().any(|item| !adding.allows(&[*item]))
        };
        created.refused |= added.iter().any(refused);
    }
    Ok(created)
}

impl Source for Sifted<'_> {
    fn columns(&self) -> &[String] {
        self.source.columns()
    }

    fn select(&mut self, _: &[usize]) -> Done {
        // They were selected before the rows were read, by the same plan.
        Ok(())
    }

    fn next(&mut self) -> Option<Done<Chunk>> {
        self.chunks.next().map(Ok)
    }

    fn rows(&self) -> Option<u64> {
        Some(self.total)
    }

    fn of(&self) -> Option<&dyn Source> {
        Some(self.source)
    }
}
