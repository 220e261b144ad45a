//! The durable form of the chain: a file to which lines are only ever added, and one that says how far it goes.
//!
//! The second file (the head) is written after the lines are on the disk, so that it may lag behind and never runs ahead: an end that
//! falls short of it was cut off. It is no secret: who can write the folder can write a whole chain anew. A host that must rule that out
//! keeps [`Application::audit_head`](crate::Application::audit_head) elsewhere from time to time.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::chain::Hash;
use super::lines::Lines;
use crate::store::Seals;

const LINES: &str = "audit.jsonl";
const HEAD: &str = "audit.head";

/// The files, open for adding lines.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    seals: Seals,
    file: Arc<File>,
    head: File,
    /// How many bytes of lines are in the file.
    length: u64,
    /// Lines that could not be written yet: they go before the next ones.
    unwritten: Vec<u8>,
    /// The lines that no record of the application's log has yet, and that may not be on the disk here either.
    unsaved: Vec<u8>,
    /// The last event that the head tells of.
    marked: u64,
}

impl Journal {
    /// Whether a folder has the file of the lines.
    pub(super) fn exists(folder: &Path) -> bool {
        folder.join(LINES).exists()
    }

    /// Opens the files of a folder, or creates them.
    pub(super) fn open(folder: &Path, seals: &Seals) -> io::Result<Journal> {
        let path = folder.join(LINES);
        let is_new = !path.exists();
        let file = File::options().create(true).append(true).read(true).open(&path)?;
        let head = File::options().create(true).truncate(false).write(true).read(true).open(folder.join(HEAD))?;
        if is_new {
            // Else a crash could leave lines in a file that has no name.
            sync_folder(&path)?;
        }
        let length = file.metadata()?.len();
        Ok(Journal {
            path,
            seals: seals.clone(),
            file: Arc::new(file),
            head,
            length,
            unwritten: Vec::new(),
            unsaved: Vec::new(),
            marked: 0,
        })
    }

    /// The number and the hash of the last event that was on the disk for sure; `None` where the head is missing or unreadable.
    pub(super) fn head(&mut self) -> io::Result<Option<(u64, Hash)>> {
        let mut text = Vec::new();
        self.head.seek(SeekFrom::Start(0))?;
        self.head.read_to_end(&mut text)?;
        let text = text.strip_suffix(b"\n").and_then(|text| self.seals.open_line(text)).unwrap_or_default();
        let parsed = || {
            let (number, hash) = std::str::from_utf8(&text).ok()?.split_once(' ')?;
            Some((number.parse().ok()?, Hash::parse(hash)?))
        };
        Ok(parsed())
    }

    /// Adds a line, its end included.
    pub(super) fn push(&mut self, line: &str) -> io::Result<()> {
        let sealed = self.seals.seal_line(line.strip_suffix('\n').unwrap_or(line))?;
        self.unwritten.extend_from_slice(sealed.as_bytes());
        self.unwritten.push(b'\n');
        self.unsaved.extend_from_slice(line.as_bytes());
        Ok(())
    }

    /// The lines since this was called last, for the application's log.
    pub(super) fn take_unsaved(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.unsaved)
    }

    /// Hands all lines to the system.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if self.unwritten.is_empty() {
            return Ok(());
        }
        if let Err(error) = (&*self.file).write_all(&self.unwritten) {
            // A part of them may be there. Where even this fails, the part is found when the file is opened again.
            drop(self.file.set_len(self.length));
            return Err(error);
        }
        self.length += self.unwritten.len() as u64;
        self.unwritten.clear();
        Ok(())
    }

    /// The file of the lines, to be synced.
    pub(super) fn file(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }

    /// Writes the head of no events, for sure: the first ones may come to the disk before anything marks them, and without a head they would be
    /// taken for the rest of a chain that was tampered with.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        self.mark(0, &Hash::ORIGIN);
        self.head.sync_data()
    }

    /// Notes how far the lines go that are on the disk.
    pub(super) fn mark(&mut self, last: u64, hash: &Hash) {
        if last < self.marked {
            return;
        }
        self.marked = last;
        // Always as many bytes, in one write. If it fails, the head lags behind, which it may.
        if let Ok(line) = self.seals.seal_line(&format!("{last:020} {hash}"))
            && self.head.seek(SeekFrom::Start(0)).is_ok()
        {
            drop(self.head.write_all(format!("{line}\n").as_bytes()));
        }
    }

    /// All lines, also those that could not be written yet.
    pub(super) fn lines(&self) -> io::Result<Box<dyn BufRead>> {
        Ok(Box::new(Lines::new(self.sealed_lines()?, self.seals.clone())))
    }

    /// The lines as they are in the file.
    fn sealed_lines(&self) -> io::Result<impl BufRead + use<>> {
        let written = BufReader::with_capacity(1 << 16, File::open(&self.path)?.take(self.length));
        Ok(written.chain(Cursor::new(self.unwritten.clone())))
    }

    /// Writes all lines anew, sealed with the keys of now; what cannot be opened stays as it is. Lines of `last` are on the disk then.
    pub(super) fn write_anew(&mut self, last: u64, hash: &Hash) -> io::Result<()> {
        let new = self.path.with_extension("jsonl.new");
        let written = self.reseal(&new).and_then(|(file, length)| {
            fs::rename(&new, &self.path)?;
            sync_folder(&self.path)?;
            Ok((file, length))
        });
        let (file, length) = written.inspect_err(|_| drop(fs::remove_file(&new)))?;
        (self.file, self.length) = (Arc::new(file), length);
        self.unwritten.clear();
        self.mark(last.max(self.marked), hash);
        Ok(())
    }

    /// Writes all lines to a file of this name; gives it and its length.
    fn reseal(&self, new: &Path) -> io::Result<(File, u64)> {
        drop(fs::remove_file(new));
        let file = File::options().create_new(true).append(true).read(true).open(new)?;
        let mut out = BufWriter::with_capacity(1 << 16, &file);
        let (mut lines, mut line, mut length) = (self.sealed_lines()?, Vec::new(), 0);
        while lines.read_until(b'\n', &mut line)? > 0 {
            let sealed = line.strip_suffix(b"\n").unwrap_or(&line);
            let text = self.seals.open_line(sealed).and_then(|text| String::from_utf8(text).ok());
            let resealed = text.map(|text| self.seals.seal_line(&text)).transpose()?.map_or_else(|| sealed.to_vec(), String::into_bytes);
            out.write_all(&resealed)?;
            out.write_all(b"\n")?;
            length += resealed.len() as u64 + 1;
            line.clear();
        }
        out.flush()?;
        drop(out);
        file.sync_all()?;
        Ok((file, length))
    }

    /// How many bytes wait to be handed to the system.
    pub(super) fn waiting(&self) -> usize {
        self.unwritten.len()
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Takes off a last line that a crash did not let come to its end.
    pub(super) fn cut_unfinished(&mut self) -> io::Result<()> {
        let end = self.last_line()?.map_or(0, |(_, end)| end);
        self.cut(end)
    }

    /// Takes off what stands behind `length` bytes of the file.
    pub(super) fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.length = length;
        Ok(())
    }

    /// The last line that has an end, and where that is; `None` where no line has one.
    pub(super) fn last_line(&self) -> io::Result<Option<(Vec<u8>, u64)>> {
        let mut file = File::open(&self.path)?;
        let mut room = 1 << 14;
        loop {
            let from = self.length.saturating_sub(room);
            file.seek(SeekFrom::Start(from))?;
            let mut tail = Vec::new();
            Read::by_ref(&mut file).take(self.length - from).read_to_end(&mut tail)?;
            let end = tail.iter().rposition(|b| *b == b'\n');
            let start = end.and_then(|end| tail.get(..end)?.iter().rposition(|b| *b == b'\n').map(|at| at + 1));
            let start = start.or((from == 0).then_some(0));
            match (end, start) {
                (Some(end), Some(start)) => {
                    let mut line = self.seals.open_line(tail.get(start..end).unwrap_or_default()).unwrap_or_default();
                    line.push(b'\n');
                    return Ok(Some((line, from + end as u64 + 1)));
                }
                _ if from == 0 => return Ok(None),
                _ => room *= 4,
            }
        }
    }

    /// Ends a last line that has no end, so that the next one does not run into it.
    pub(super) fn end_line(&mut self) -> io::Result<()> {
        self.unwritten.push(b'\n');
        self.flush()
    }
}

/// Has the name of a file on the disk.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
