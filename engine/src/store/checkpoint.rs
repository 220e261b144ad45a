//! Writing a checkpoint: an image becomes segments and a manifest, beside readers and writers, which it does not stop.
//!
//! What was in the last checkpoint is not written again: items, rows and cells by their stamps, runs of blocks by the blocks themselves.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use smalt_model::{DimensionDef, ListDef, MetricId};
use smalt_vault::{Cells, Revision, each_width};

use super::definitions::Definitions;
use super::disk::{Disk, put};
use super::envelope;
use super::image::Image;
use super::keys::Seals;
use super::log::NEW;
use super::manifest::{self, FileEntry, Manifest, Part, SegmentEntry, Segments, StateEntry};
use super::pieces::{cells_bytes, items_bytes, rows_bytes};
use super::{kept, past, segment};

/// The folder of the files that manifests name.
pub(super) const PARTS: &str = "parts";
/// Cells in fewer bytes than this, and anything else, stand in the manifest itself.
const SMALL_BYTES: usize = 16 << 10;
const SMALL_CELLS: u64 = 2_048;
/// A segment has at most so many blocks: a metric in which one cell changed costs one segment, not all of it.
const MOST_BLOCKS: usize = 64;

/// What is in a checkpoint that was written or read: so much need not be written again.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The number of its manifest.
    pub(super) manifest: u64,
    /// The number of commits that led to it.
    pub(super) number: u64,
    /// Files that it names.
    files: BTreeSet<String>,
    /// Parts that are files, by the stamp of what is in them.
    by_stamp: HashMap<u64, Part>,
    /// Runs of blocks, by where they stand in memory.
    by_blocks: HashMap<Vec<usize>, SegmentEntry>,
    /// Files that are no segments, by the hash of what they say: encrypted, the same content is another file each time.
    by_content: HashMap<String, FileEntry>,
    /// The states, so that what stands in memory stays where it is.
    held: Vec<Arc<Revision>>,
}

impl Written {
    /// What a manifest that was read names, and the states that were made of it. Of `damaged` files nothing is used again.
    pub(super) fn read(number: u64, manifest: &Manifest, states: &[(&StateEntry, Arc<Revision>)], damaged: &BTreeSet<&str>) -> Written {
        let mut written = Written { manifest: number, number: manifest.number, ..Written::default() };
        let is_good = |file: &FileEntry| !damaged.contains(file.name.as_str());
        written.files = manifest.files().filter(|file| is_good(file)).map(|file| file.name.clone()).collect();
        let is_good = |part: &&Part| match part {
            Part::Here(..) => false,
            Part::File(file) => is_good(file),
            Part::Segments(segments) => segments.files().all(is_good),
        };
        for (entry, revision) in states {
            let part = |place: &usize| manifest.parts.get(*place).filter(is_good).cloned();
            for (id, place) in &entry.items {
                written.by_stamp.extend(part(place).map(|part| (revision.items(*id).stamp(), part)));
            }
            for (id, place) in &entry.rows {
                written.by_stamp.extend(part(place).and_then(|part| Some((revision.rows(*id)?.stamp(), part))));
            }
            for (id, place) in &entry.cells {
                if let (Some(part), Some(cells)) = (part(place), revision.cells(*id)) {
                    written.add_segments(&cells, &part);
                    written.by_stamp.insert(cells.stamp(), part);
                }
            }
        }
        written.held = states.iter().map(|(_, revision)| Arc::clone(revision)).collect();
        written
    }

    /// One behind which nothing is used again: everything is written anew.
    pub(super) fn bare(of: &Written) -> Written {
        Written { manifest: of.manifest, number: of.number, ..Written::default() }
    }

    /// Whether it needs a file.
    pub(super) fn has(&self, name: &str) -> bool {
        self.files.contains(name)
    }

    /// Notes which blocks are in which segments: those whose ends are ends of blocks.
    fn add_segments(&mut self, cells: &Cells, part: &Part) {
        let Part::Segments(segments) = part else { return };
        let all = addresses(cells);
        let lengths = lengths(cells);
        let (mut block, mut at, mut end) = (0, 0u64, 0u64);
        for entry in &segments.runs {
            let (from, start) = (block, end);
            end += entry.blocks.iter().map(|len| u64::from(*len)).sum::<u64>();
            let is_start = at == start;
            while at < end {
                let Some(len) = lengths.get(block) else { return };
                at += *len as u64;
                block += 1;
            }
            let is_same =
                || lengths.get(from..block).is_some_and(|run| run.iter().map(|l| *l as u64).eq(entry.blocks.iter().map(|l| u64::from(*l))));
            if is_start && at == end && is_same() {
                self.by_blocks.extend(all.get(from..block).map(|run| (run.to_vec(), entry.clone())));
            }
        }
    }
}

fn addresses(cells: &Cells) -> Vec<usize> {
    each_width!(cells, body => (0..body.block_count()).filter_map(|block| body.block_address(block)).collect())
}

fn lengths(cells: &Cells) -> Vec<usize> {
    each_width!(cells, body => (0..body.block_count()).map(|block| body.block_len(block)).collect())
}

/// The numbers that say which cells a run of blocks has; `None` where edits lie over one.
fn stamps(cells: &Cells, run: &Range<usize>) -> Option<Vec<u64>> {
    each_width!(cells, body => run.clone().map(|block| body.keys_stamp(block)).collect())
}

/// What a checkpoint came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Size {
    /// Files that were written, the manifest included.
    pub(crate) files: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
}

/// Writes a checkpoint of an image; gives what is in it.
///
/// # Errors
/// It cannot be written. What was there before stays as it is.
pub(super) fn write(disk: &dyn Disk, folder: &Path, seals: &Seals, image: &Image, before: &Written) -> io::Result<(Written, Size)> {
    let number = before.manifest + 1;
    let mut writing = Writing {
        disk,
        folder,
        seals,
        before,
        now: Written { manifest: number, number: image.number, ..Written::default() },
        parts: Vec::new(),
        here: Vec::new(),
        places: HashMap::new(),
        keys: HashMap::new(),
        size: Size::default(),
    };
    let policy = writing.bytes(serde_json::to_vec(&*image.policy)?)?;
    // Input first: what is computed names the coordinates of input, so that what can be computed again never holds what cannot.
    let mut order: Vec<(MetricId, u64)> = Vec::new();
    for (id, held) in &image.states {
        let all = held.revision.schema().metrics().flat_map(|def| [def.id, def.id.input()]);
        order.extend(all.filter(|metric| held.is_computed || kept(&held.revision, *metric)).map(|metric| (metric, *id)));
    }
    let is_computed = |(metric, state): &(MetricId, u64)| image.states.get(state).is_some_and(|held| !kept(&held.revision, *metric));
    order.sort_by_key(|entry| (is_computed(entry), *entry));
    let mut cells: HashMap<u64, Vec<(MetricId, usize)>> = HashMap::new();
    for (metric, state) in order {
        let Some(of) = image.states.get(&state).and_then(|held| held.revision.cells(metric)) else { continue };
        let place = writing.cells(metric, &of)?;
        cells.entry(state).or_default().push((metric, place));
    }
    let mut states = Vec::new();
    for (id, held) in &image.states {
        let mut entry = writing.state(*id, &held.revision, held.is_computed)?;
        entry.cells = cells.remove(id).unwrap_or_default();
        states.push(entry);
        writing.now.held.push(Arc::clone(&held.revision));
    }
    let history = writing.bytes(past::write(image)?)?;
    writing.finish(Manifest {
        made: image.made.clone(),
        history: Some(history),
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        number: image.number,
        base: image.base,
        next_state: image.next,
        registry: image.registry.clone(),
        policy,
        states,
        parts: Vec::new(),
    })
}

struct Writing<'a> {
    disk: &'a dyn Disk,
    folder: &'a Path,
    seals: &'a Seals,
    before: &'a Written,
    now: Written,
    parts: Vec<Part>,
    /// What stands behind the manifest.
    here: Vec<u8>,
    /// The parts by the stamp of what is in them.
    places: HashMap<u64, usize>,
    /// The files with coordinates, by the stamps of the keys of their blocks.
    keys: HashMap<Vec<u64>, FileEntry>,
    size: Size,
}

impl Writing<'_> {
    fn add(&mut self, part: Part) -> usize {
        self.parts.push(part);
        self.parts.len() - 1
    }

    /// A part of these bytes.
    fn bytes(&mut self, bytes: Vec<u8>) -> io::Result<usize> {
        let part = if bytes.len() < SMALL_BYTES {
            let from = self.here.len() as u64;
            self.here.extend_from_slice(&bytes);
            Part::Here(from, bytes.len() as u64)
        } else {
            Part::File(self.part(bytes)?)
        };
        Ok(self.add(part))
    }

    /// The part of something with a stamp, which was written before or is now.
    fn stamped(&mut self, stamp: u64, bytes: impl FnOnce() -> Vec<u8>) -> io::Result<usize> {
        if let Some(place) = self.places.get(&stamp) {
            return Ok(*place);
        }
        let place = match self.before.by_stamp.get(&stamp).cloned() {
            Some(part) => {
                self.keep(&part);
                self.add(part)
            }
            None => self.bytes(bytes())?,
        };
        self.note(stamp, place);
        Ok(place)
    }

    fn note(&mut self, stamp: u64, place: usize) {
        self.places.insert(stamp, place);
        if let Some(part) = self.parts.get(place).filter(|part| !matches!(part, Part::Here(..))) {
            self.now.by_stamp.insert(stamp, part.clone());
        }
    }

    /// Names the files of a part that is there already.
    fn keep(&mut self, part: &Part) {
        match part {
            Part::Here(..) => {}
            Part::File(file) => drop(self.now.files.insert(file.name.clone())),
            Part::Segments(segments) => {
                self.now.files.extend(segments.files().map(|file| file.name.clone()));
            }
        }
    }

    /// A file with these bytes; none is written where the last checkpoint has it.
    fn file(&mut self, bytes: &[u8], suffix: &str) -> io::Result<FileEntry> {
        let name = format!("{}.{suffix}", envelope::name_of(bytes));
        if !self.before.files.contains(&name) && !self.now.files.contains(&name) {
            let folder = self.folder.join(PARTS);
            let new = folder.join(format!("{name}{NEW}"));
            put(self.disk, &new, &folder.join(&name), bytes)?;
            self.size.files += 1;
            self.size.bytes += bytes.len() as u64;
        }
        self.now.files.insert(name.clone());
        Ok(FileEntry { name, bytes: bytes.len() as u64 })
    }

    /// A file with something that is no segment.
    fn part(&mut self, bytes: Vec<u8>) -> io::Result<FileEntry> {
        let content = envelope::name_of(&bytes);
        let known = self.now.by_content.get(&content).or_else(|| self.before.by_content.get(&content)).cloned();
        let entry = match known {
            Some(entry) => {
                self.now.files.insert(entry.name.clone());
                entry
            }
            None => {
                let sealed = self.seals.seal_part(bytes)?;
                self.file(&sealed, "part")?
            }
        };
        self.now.by_content.insert(content, entry.clone());
        Ok(entry)
    }

    fn cells(&mut self, metric: MetricId, cells: &Cells) -> io::Result<usize> {
        if let Some(place) = self.places.get(&cells.stamp()) {
            return Ok(*place);
        }
        if cells.len() < SMALL_CELLS {
            return self.stamped(cells.stamp(), || cells_bytes(metric, cells));
        }
        let all = addresses(cells);
        let mut segments = Vec::new();
        let mut from = 0;
        while from < all.len() {
            // A run of the last checkpoint, or new blocks up to the next one of those.
            let (to, known) = match self.known_run(&all, from) {
                Some((to, entry)) => (to, Some(entry)),
                None => {
                    let most = all.len().min(from + MOST_BLOCKS);
                    ((from + 1..most).find(|at| self.known_run(&all, *at).is_some()).unwrap_or(most), None)
                }
            };
            let run = from..to;
            let entry = match known {
                Some(entry) => entry,
                None => self.segment(cells, &run)?,
            };
            if entry.keys.is_none() {
                self.keys.extend(stamps(cells, &run).map(|stamps| (stamps, entry.file.clone())));
            }
            self.now.by_blocks.extend(all.get(run).map(|run| (run.to_vec(), entry.clone())));
            segments.push(entry);
            from = to;
        }
        let bits = cells.layout().fields().iter().map(|field| field.bits).collect();
        let part = Part::Segments(Segments { bits, runs: segments });
        self.keep(&part);
        let place = self.add(part);
        self.note(cells.stamp(), place);
        Ok(place)
    }

    /// The longest run of the last checkpoint that begins at a block, its end and its segment.
    fn known_run(&self, all: &[usize], from: usize) -> Option<(usize, SegmentEntry)> {
        let ends = (from + 1..=all.len().min(from + MOST_BLOCKS)).rev();
        ends.into_iter().find_map(|to| Some((to, self.before.by_blocks.get(all.get(from..to)?)?.clone())))
    }

    fn segment(&mut self, cells: &Cells, run: &Range<usize>) -> io::Result<SegmentEntry> {
        let keys = stamps(cells, run).and_then(|stamps| self.keys.get(&stamps).cloned());
        let bytes = segment::write(cells, run.clone(), keys.is_none(), self.seals).map_err(io::Error::other)?;
        let blocks =
            lengths(cells).get(run.clone()).unwrap_or_default().iter().map(|len| u32::try_from(*len).unwrap_or(u32::MAX)).collect();
        Ok(SegmentEntry { file: self.file(&bytes, "parquet")?, blocks, keys })
    }

    fn state(&mut self, id: u64, revision: &Revision, is_computed: bool) -> io::Result<StateEntry> {
        let schema = revision.schema();
        // Schemas have no stamps; the same text is written once.
        let text = serde_json::to_vec(&Definitions::of(schema))?;
        let definitions = self.bytes(text)?;
        let mut entry = StateEntry {
            id,
            number: revision.number(),
            is_computed,
            definitions,
            items: Vec::new(),
            cells: Vec::new(),
            parked: Vec::new(),
            rows: Vec::new(),
        };
        // A subset comes after the dimension whose items it has.
        let mut dimensions: Vec<&Arc<DimensionDef>> = schema.dimensions().collect();
        dimensions.sort_by_key(|def| schema.line(def.id).count());
        for def in dimensions {
            let items = revision.items(def.id);
            let place = self.stamped(items.stamp(), || items_bytes(def, &items))?;
            entry.items.push((def.id, place));
        }
        for metric in schema.metrics().flat_map(|def| [def.id, def.id.input()]) {
            if let Some(parked) = revision.parked(metric) {
                let place = self.bytes(cells_bytes(metric, &parked))?;
                entry.parked.push((metric, place));
            }
        }
        for def in schema.lists() {
            let def: &ListDef = def;
            if let Some(rows) = revision.rows(def.id) {
                let place = self.stamped(rows.stamp(), || rows_bytes(def, &rows))?;
                entry.rows.push((def.id, place));
            }
        }
        Ok(entry)
    }

    fn finish(mut self, manifest: Manifest) -> io::Result<(Written, Size)> {
        let manifest = Manifest { parts: std::mem::take(&mut self.parts), ..manifest };
        let bytes = manifest.seal(&self.here, self.seals)?;
        // The names of the files before the one that names them.
        self.disk.sync_folder(&self.folder.join(PARTS))?;
        let name = manifest::name(self.now.manifest);
        put(self.disk, &self.folder.join(format!("{name}{NEW}")), &self.folder.join(&name), &bytes)?;
        self.disk.sync_folder(self.folder)?;
        self.size.files += 1;
        self.size.bytes += bytes.len() as u64;
        Ok((self.now, self.size))
    }
}
