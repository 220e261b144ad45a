//! Reading the files of an application: the newest good checkpoint, and the log behind it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use smalt_model::{DimensionId, ListId, MetricId, Schema};
use smalt_vault::{Builder, Cells, Items, Key, Keys, Revision, Rows};

use super::bytes::Broken;
use super::checkpoint::{PARTS, Written};
use super::definitions::Definitions;
use super::disk::Disk;
use super::envelope::{self, Content};
use super::kept;
use super::keys::Seals;
use super::loaded::{Loaded, LoadedState};
use super::log;
use super::manifest::{self, FileEntry, Manifest, Part, SegmentEntry, Segments, StateEntry};
use super::old::arranged;
use super::past::{self, Pasts};
use super::pieces::{layout_of, read_cells_of, read_items, read_rows, widened};
use super::record::{self, Events};
use super::segment::{Segment, chunks};
use super::writer::Since;

/// What a folder holds.
#[derive(Debug)]
pub(super) struct Recovered {
    pub(super) loaded: Loaded,
    pub(super) written: Written,
    /// What was damaged and has been made good, in words.
    pub(super) mended: Vec<String>,
    /// The events of the audit that the log has.
    pub(super) events: Vec<Events>,
    pub(super) since: Since,
}

/// Reads the newest checkpoint that is whole; `None` where there is no checkpoint at all.
///
/// # Errors
/// None is whole: what is wrong with each.
pub(super) fn checkpoint(disk: &dyn Disk, folder: &Path, seals: &Seals) -> Result<Option<Recovered>, String> {
    let names = disk.names(folder).map_err(|e| format!("the folder `{}` cannot be read: {e}", folder.display()))?;
    let mut numbers: Vec<u64> = names.iter().filter_map(|name| manifest::number(name)).collect();
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    if numbers.is_empty() {
        return Ok(None);
    }
    let mut damage = Vec::new();
    for number in numbers {
        match read(disk, folder, seals, number) {
            Ok(mut recovered) => {
                let and_so = |what| format!("{what}; the checkpoint before it was taken, and the log");
                recovered.mended.extend(damage.into_iter().map(and_so));
                return Ok(Some(recovered));
            }
            Err(what) => damage.push(what),
        }
    }
    Err(damage.join("; "))
}

/// Reads one checkpoint.
fn read(disk: &dyn Disk, folder: &Path, seals: &Seals, number: u64) -> Result<Recovered, String> {
    let path = folder.join(manifest::name(number));
    let about = |what: &dyn std::fmt::Display| format!("the file `{}` is damaged: {what}", path.display());
    let file = disk.read(&path).map_err(|e| format!("the file `{}` cannot be read: {e}", path.display()))?;
    let (manifest, here) = Manifest::open(&file, seals).map_err(|e| about(&e))?;
    let reading = Reading { folder, manifest: &manifest, here: &here, files: files(disk, folder, seals, &manifest) };
    reading.all(number)
}

/// A file that a manifest names: what is in it, or what is wrong with it.
type File = Result<Held, String>;

#[derive(Debug)]
enum Held {
    Bytes(Vec<u8>),
    Segment(Segment),
}

/// Reads all files of a manifest.
fn files<'a>(disk: &dyn Disk, folder: &Path, seals: &Seals, manifest: &'a Manifest) -> HashMap<&'a str, File> {
    let all: BTreeMap<&str, u64> = manifest.files().map(|file| (file.name.as_str(), file.bytes)).collect();
    let read = |(name, bytes): (&'a str, u64)| {
        let path = folder.join(PARTS).join(name);
        let content = disk.read(&path).map_err(|e| e.to_string()).and_then(|content| {
            let hash = envelope::name_of(&content);
            if content.len() as u64 != bytes || name.split_once('.').is_none_or(|(stem, _)| stem != hash) {
                return Err("it is not what was written".to_owned());
            }
            match name.ends_with(".parquet") {
                true => Segment::read(content, seals).map(Held::Segment).map_err(|e| e.to_string()),
                false => seals.open_part(content).map(Held::Bytes).map_err(|e| e.to_string()),
            }
        });
        (name, content.map_err(|e| format!("the file `{}` is damaged: {e}", path.display())))
    };
    all.into_par_iter().map(read).collect()
}

struct Reading<'a> {
    folder: &'a Path,
    manifest: &'a Manifest,
    /// What stands in the manifest itself.
    here: &'a [u8],
    files: HashMap<&'a str, File>,
}

/// Parts that were read, by their places: what several states have is made once.
#[derive(Default)]
struct Made {
    items: HashMap<usize, Arc<Items>>,
    rows: HashMap<usize, Arc<Rows>>,
    cells: HashMap<usize, Arc<Cells>>,
    schemas: HashMap<Vec<u8>, Arc<Schema>>,
}

impl Reading<'_> {
    fn broken(&self, broken: Broken) -> String {
        format!("a checkpoint in `{}` does not fit together: {broken}", self.folder.display())
    }

    fn part(&self, place: usize) -> Result<&Part, String> {
        self.manifest.parts.get(place).ok_or_else(|| self.broken(Broken("a part is not there")))
    }

    fn file(&self, name: &str) -> Result<&Held, String> {
        match self.files.get(name) {
            Some(Ok(content)) => Ok(content),
            Some(Err(what)) => Err(what.clone()),
            None => Err(self.broken(Broken("a file is not named"))),
        }
    }

    fn bytes(&self, place: usize) -> Result<&[u8], String> {
        match self.part(place)? {
            Part::Here(from, length) => {
                let range = usize::try_from(*from).ok().zip(usize::try_from(from.saturating_add(*length)).ok());
                let bytes = range.and_then(|(from, to)| self.here.get(from..to));
                bytes.ok_or_else(|| self.broken(Broken("a part is not there")))
            }
            Part::File(file) => match self.file(&file.name)? {
                Held::Bytes(bytes) => Ok(bytes),
                Held::Segment(_) => Err(self.broken(Broken("a part is not what its name says"))),
            },
            Part::Segments(_) => Err(self.broken(Broken("a part is not what its name says"))),
        }
    }

    fn all(&self, number: u64) -> Result<Recovered, String> {
        let mut made = Made::default();
        let mut revisions = Vec::new();
        for entry in &self.manifest.states {
            revisions.push((entry, self.state(entry, &mut made)?));
        }
        made.cells = self.segments(&revisions)?;
        let mut mended = BTreeSet::new();
        let mut states = BTreeMap::new();
        let mut of_entries = Vec::new();
        for (entry, revision) in revisions {
            let state = self.cells(entry, revision, &mut made, &mut mended)?;
            of_entries.push((entry, Arc::clone(&state.revision)));
            states.insert(entry.id, state);
        }
        let written =
            Written::read(number, self.manifest, &of_entries, &self.files.iter().filter(|(_, f)| f.is_err()).map(|(n, _)| *n).collect());
        let policy =
            serde_json::from_slice(self.bytes(self.manifest.policy)?).map_err(|_| self.broken(Broken("its policy cannot be read")))?;
        let policy = Arc::new(policy);
        let Manifest { number, base, next_state, registry, made, history, .. } = self.manifest.clone();
        // What was before can be done without.
        let past = |place| self.bytes(place).and_then(|bytes| past::read(bytes, &states, &policy).map_err(|e| self.broken(e)));
        let history = history.map_or_else(|| Ok(Pasts::new()), past).unwrap_or_else(|damage| {
            mended.insert(format!("{damage}; it held the revisions before {number}, which are gone"));
            Pasts::new()
        });
        let mut loaded = Loaded { number, base, states, next_state, policy, registry, made, history };
        loaded.prune();
        if loaded.revision(base).is_none() {
            return Err(self.broken(Broken("it has no state")));
        }
        let mended = mended.into_iter().collect();
        Ok(Recovered { loaded, written, mended, events: Vec::new(), since: Since::default() })
    }

    /// A state without its cells.
    fn state(&self, entry: &StateEntry, made: &mut Made) -> Result<Revision, String> {
        let mut revision = Revision::empty();
        revision.set_number(entry.number);
        let definitions = self.bytes(entry.definitions)?;
        let schema = match made.schemas.get(definitions) {
            Some(schema) => Arc::clone(schema),
            None => {
                let schema = Definitions::read(definitions).and_then(Definitions::schema).map_err(|e| self.broken(e))?;
                let schema = Arc::new(schema);
                made.schemas.insert(definitions.to_vec(), Arc::clone(&schema));
                schema
            }
        };
        revision.set_schema(schema);
        let mut fresh: Vec<(DimensionId, usize)> = Vec::new();
        for (id, place) in &entry.items {
            match made.items.get(place) {
                Some(items) => revision.set_items(*id, Arc::clone(items)),
                None => {
                    read_items(&mut revision, self.bytes(*place)?).map_err(|e| self.broken(e))?;
                    fresh.push((*id, *place));
                }
            }
        }
        if !fresh.is_empty() {
            revision = arranged(revision);
        }
        for (id, place) in fresh {
            made.items.insert(place, revision.items(id));
        }
        for (id, place) in &entry.rows {
            self.rows(&mut revision, *id, *place, made)?;
        }
        Ok(revision)
    }

    fn rows(&self, revision: &mut Revision, id: ListId, place: usize, made: &mut Made) -> Result<(), String> {
        if let Some(rows) = made.rows.get(&place) {
            revision.set_rows(id, Arc::clone(rows));
            return Ok(());
        }
        read_rows(revision, self.bytes(place)?).map_err(|e| self.broken(e))?;
        made.rows.extend(revision.rows(id).map(|rows| (place, rows)));
        Ok(())
    }

    /// The cells that are in segments, of all states, by the places of their parts. What is damaged is left out.
    fn segments(&self, revisions: &[(&StateEntry, Revision)]) -> Result<HashMap<usize, Arc<Cells>>, String> {
        // A part is the same for all that name it; the first one tells the dimensions and the type.
        let mut parts: BTreeMap<usize, (&Segments, &Revision, MetricId)> = BTreeMap::new();
        for (entry, revision) in revisions {
            for (metric, place) in &entry.cells {
                if let Part::Segments(segments) = self.part(*place)? {
                    parts.entry(*place).or_insert((segments, revision, *metric));
                }
            }
        }
        let owners: BTreeMap<&str, (&Segments, &SegmentEntry, &Revision, MetricId)> = parts
            .values()
            .flat_map(|(segments, revision, metric)| segments.runs.iter().map(move |run| (*segments, run, *revision, *metric)))
            .filter(|(_, run, ..)| run.keys.is_none())
            .map(|owner| (owner.1.file.name.as_str(), owner))
            .collect();
        let keys: HashMap<&str, Keyed> = owners
            .into_par_iter()
            .filter_map(|(name, (segments, run, revision, metric))| Some((name, self.keyed(segments, run, revision, metric).ok()?)))
            .collect();
        let made = parts
            .into_par_iter()
            .filter_map(|(place, (segments, revision, metric))| Some((place, self.assemble(segments, revision, metric, &keys).ok()?)));
        Ok(made.collect())
    }

    fn segment(&self, file: &FileEntry) -> Result<&Segment, String> {
        match self.file(&file.name)? {
            Held::Segment(segment) => Ok(segment),
            Held::Bytes(_) => Err(self.broken(Broken("a part is not what its name says"))),
        }
    }

    fn keyed(&self, segments: &Segments, run: &SegmentEntry, revision: &Revision, metric: MetricId) -> Result<Keyed, String> {
        let def = revision.schema().metric(metric.whole()).ok_or_else(|| self.broken(Broken("cells are of no metric")))?;
        let layout = layout_of(&def.dimensions, &segments.bits).map_err(|e| self.broken(e))?;
        let segment = self.segment(&run.file)?;
        let keyed = match layout.is_wide() {
            true => segment.keys(&layout, &run.blocks).map(Keyed::Wide),
            false => segment.keys(&layout, &run.blocks).map(Keyed::Narrow),
        };
        keyed.map_err(|e| self.broken(e))
    }

    fn assemble(
        &self,
        segments: &Segments,
        revision: &Revision,
        metric: MetricId,
        keys: &HashMap<&str, Keyed>,
    ) -> Result<Arc<Cells>, String> {
        let def = revision.schema().metric(metric.whole()).ok_or_else(|| self.broken(Broken("cells are of no metric")))?;
        let layout = layout_of(&def.dimensions, &segments.bits).map_err(|e| self.broken(e))?;
        let cells: Cells = match layout.is_wide() {
            true => self.body(segments, Builder::<u128>::new(layout, def.ty), def.ty, &|name| match keys.get(name)? {
                Keyed::Wide(keys) => Some(keys.as_slice()),
                Keyed::Narrow(_) => None,
            })?,
            false => self.body(segments, Builder::<u64>::new(layout, def.ty), def.ty, &|name| match keys.get(name)? {
                Keyed::Narrow(keys) => Some(keys.as_slice()),
                Keyed::Wide(_) => None,
            })?,
        };
        let wanted = revision.layout_for(&def.dimensions).map_err(|_| self.broken(Broken("a metric has too many dimensions")))?;
        widened(Arc::new(cells), &wanted).map_err(|e| self.broken(e))
    }

    fn body<'k, K: Key>(
        &self,
        segments: &Segments,
        mut builder: Builder<K>,
        ty: smalt_model::Type,
        keys: FindKeys<'_, 'k, K>,
    ) -> Result<Cells, String>
    where
        Cells: From<smalt_vault::Body<K>>,
    {
        let mut last: Option<K> = None;
        for run in &segments.runs {
            let owner = run.keys.as_ref().unwrap_or(&run.file);
            let keys = keys(&owner.name).ok_or_else(|| self.broken(Broken("coordinates are not there")))?;
            let values = self.segment(&run.file)?.values(ty, &run.blocks).map_err(|e| self.broken(e))?;
            for chunk in chunks(keys, values).map_err(|e| self.broken(e))? {
                if last.is_some_and(|last| last >= chunk.keys.first()) {
                    return Err(self.broken(Broken("a coordinate is impossible")));
                }
                last = Some(chunk.keys.last());
                builder.push_chunk(chunk);
            }
        }
        Ok(builder.finish().into())
    }

    /// A state with its cells.
    fn cells(
        &self,
        entry: &StateEntry,
        mut revision: Revision,
        made: &mut Made,
        mended: &mut BTreeSet<String>,
    ) -> Result<LoadedState, String> {
        let mut missing = BTreeSet::new();
        for (metric, place) in &entry.cells {
            let cells = match made.cells.get(place) {
                Some(cells) => Some(Arc::clone(cells)),
                None if matches!(self.part(*place)?, Part::Segments(_)) => None,
                None => {
                    let cells = read_cells_of(&revision, *metric, self.bytes(*place)?).map_err(|e| self.broken(e))?;
                    made.cells.insert(*place, Arc::clone(&cells));
                    Some(cells)
                }
            };
            match cells {
                Some(cells) => revision.set_cells(*metric, cells),
                None => drop(missing.insert(*metric)),
            }
        }
        for (metric, place) in &entry.parked {
            let cells = read_cells_of(&revision, *metric, self.bytes(*place)?).map_err(|e| self.broken(e))?;
            revision.set_parked(*metric, cells);
        }
        for metric in &missing {
            let name = revision.schema().metric(metric.whole()).map_or_else(String::new, |def| def.name.to_string());
            let damage = self.damage_of(entry, *metric);
            if kept(&revision, *metric) {
                return Err(format!("{damage}; it holds input of `{name}`"));
            }
            mended.insert(format!("{damage}; it held cells of `{name}`, which were computed again"));
        }
        let revision = Arc::new(revision);
        // Another version may compute otherwise.
        let is_settled = entry.is_computed && self.manifest.engine == env!("CARGO_PKG_VERSION");
        let settled = is_settled.then(|| Arc::clone(&revision));
        Ok(LoadedState { revision, settled, missing })
    }

    /// What is wrong with the segments of a metric.
    fn damage_of(&self, entry: &StateEntry, metric: MetricId) -> String {
        let place = entry.cells.iter().find(|(id, _)| *id == metric).map(|(_, place)| *place);
        let Some(Part::Segments(segments)) = place.and_then(|place| self.manifest.parts.get(place)) else {
            return self.broken(Broken("a part is not there"));
        };
        let damage = segments.files().find_map(|file| self.file(&file.name).err());
        damage.unwrap_or_else(|| self.broken(Broken("a segment does not fit its metric")))
    }
}

/// The keys of the blocks of a file.
type FindKeys<'a, 'k, K> = &'a dyn Fn(&str) -> Option<&'k [Arc<Keys<K>>]>;

enum Keyed {
    Narrow(Vec<Arc<Keys<u64>>>),
    Wide(Vec<Arc<Keys<u128>>>),
}

/// Makes the changes of the log to a checkpoint, up to a commit.
///
/// # Errors
/// A file is damaged, or records are missing.
pub(super) fn replay(disk: &dyn Disk, folder: &Path, seals: &Seals, recovered: &mut Recovered, upto: u64) -> Result<(), String> {
    let names = disk.names(folder).map_err(|e| format!("the folder `{}` cannot be read: {e}", folder.display()))?;
    let mut firsts: Vec<u64> = names.iter().filter_map(|name| log::first(name)).collect();
    firsts.sort_unstable();
    for (at, first) in firsts.iter().enumerate() {
        let is_behind = firsts.get(at + 1).is_some_and(|next| next.saturating_sub(1) <= recovered.loaded.number);
        if is_behind {
            continue;
        }
        let path = folder.join(log::name(*first));
        let with = |number: u64, sealed: &[u8]| {
            if number <= recovered.loaded.number || number > upto {
                return Ok(());
            }
            if number != recovered.loaded.number + 1 {
                return Err(io::Error::other(format!("the commits {} to {} are not there", recovered.loaded.number + 1, number - 1)));
            }
            let bad = |e: Broken| io::Error::other(format!("commit {number}: {e}"));
            let record = seals.open(Content::Record, sealed).map_err(bad)?;
            let events = record::apply(&record, &mut recovered.loaded).map_err(bad)?;
            if recovered.loaded.number != number {
                return Err(bad(Broken("it is another one's")));
            }
            recovered.events.push(events);
            recovered.since.records += 1;
            recovered.since.bytes += sealed.len() as u64;
            Ok(())
        };
        log::each(disk, &path, with).map_err(|e| format!("the file `{}` is damaged: {e}", path.display()))?;
    }
    Ok(())
}
