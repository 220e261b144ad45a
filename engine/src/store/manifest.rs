//! The manifest: what a checkpoint consists of. It is one file; once it has its name, the checkpoint is there.
//!
//! What is small stands in the manifest itself: writing a file for each would cost more than writing it anew each time.

use std::io;

use serde::{Deserialize, Serialize};
use smalt_model::{DimensionId, ListId, MetricId};

use super::bytes::{Broken, Reader, put_u64};
use super::envelope::Content;
use super::keys::Seals;
use super::registry::Registry;
use crate::history::Made;

const PREFIX: &str = "checkpoint-";
const SUFFIX: &str = ".manifest";

/// The name of the manifest of this number.
pub(super) fn name(number: u64) -> String {
    format!("{PREFIX}{number:020}{SUFFIX}")
}

/// The number of a manifest; `None`: the name is not one's.
pub(super) fn number(name: &str) -> Option<u64> {
    name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.parse().ok()
}

/// A checkpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The version that computed what formulas have here.
    pub(super) engine: String,
    /// The number of commits that led here.
    pub(super) number: u64,
    pub(super) base: u64,
    pub(super) next_state: u64,
    pub(super) registry: Registry,
    pub(super) policy: usize,
    pub(super) states: Vec<StateEntry>,
    /// How this moment came about; earlier versions did not say.
    #[serde(default = "Made::unknown")]
    pub(super) made: Made,
    /// The moments before it.
    #[serde(default)]
    pub(super) history: Option<usize>,
    pub(super) parts: Vec<Part>,
}

/// A state; what it is made of are places in the list of parts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StateEntry {
    pub(super) id: u64,
    pub(super) number: u64,
    /// Whether the cells of all formulas are there.
    pub(super) is_computed: bool,
    pub(super) definitions: usize,
    pub(super) items: Vec<(DimensionId, usize)>,
    pub(super) cells: Vec<(MetricId, usize)>,
    pub(super) parked: Vec<(MetricId, usize)>,
    pub(super) rows: Vec<(ListId, usize)>,
}

/// Where a part is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    /// Behind the list, in the manifest: from which byte on how many.
    Here(u64, u64),
    /// A file.
    File(FileEntry),
    /// Cells, in segments.
    Segments(Segments),
}

/// The segments of a metric's cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Segments {
    /// The bits that each dimension has in a key.
    pub(super) bits: Vec<u32>,
    pub(super) runs: Vec<SegmentEntry>,
}

impl Segments {
    /// All files that they are in.
    pub(super) fn files(&self) -> impl Iterator<Item = &FileEntry> {
        self.runs.iter().flat_map(|run| std::iter::once(&run.file).chain(&run.keys))
    }
}

/// A file whose name is the hash of what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct FileEntry {
    pub(super) name: String,
    pub(super) bytes: u64,
}

/// A run of blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SegmentEntry {
    pub(super) file: FileEntry,
    /// The number of cells of each block.
    pub(super) blocks: Vec<u32>,
    /// The file that has the coordinates, where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) keys: Option<FileEntry>,
}

impl Manifest {
    /// All files that it names.
    pub(super) fn files(&self) -> impl Iterator<Item = &FileEntry> {
        self.parts.iter().flat_map(|part| match part {
            Part::Here(..) => Vec::new(),
            Part::File(file) => vec![file],
            Part::Segments(segments) => segments.files().collect(),
        })
    }

    /// The file of a manifest, with what stands behind it.
    pub(super) fn seal(&self, behind: &[u8], seals: &Seals) -> io::Result<Vec<u8>> {
        let json = serde_json::to_vec(self)?;
        let mut out = Vec::with_capacity(json.len() + behind.len() + 8);
        put_u64(&mut out, json.len() as u64);
        out.extend_from_slice(&json);
        out.extend_from_slice(behind);
        seals.seal(Content::Manifest, &out)
    }

    /// A manifest and what stands behind it.
    pub(super) fn open(file: &[u8], seals: &Seals) -> Result<(Manifest, Vec<u8>), Broken> {
        let content = seals.open(Content::Manifest, file)?;
        let mut reader = Reader::new(&content);
        let length = reader.len()?;
        let json = reader.take(length)?;
        let manifest = serde_json::from_slice(json).map_err(|_| Broken("it is no manifest of this version"))?;
        Ok((manifest, content.get(8 + length..).unwrap_or_default().to_vec()))
    }
}
