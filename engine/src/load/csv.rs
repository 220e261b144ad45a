//! Rows of a csv file (RFC 4180). An empty field is BLANK and `""` an empty text, which the usual readers cannot tell apart.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder};

use super::source::{Chunk, Numbers, Source};
use crate::fault::{Done, Fault};

/// Rows of a chunk.
const ROWS: usize = 65_536;
/// Bytes read at once.
const READ: usize = 1 << 20;
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
const SAVE_AS_UTF8: &str = "save the file as UTF-8";
/// A longer row is a quote that is never closed, or no csv at all. No more of one is held.
const LONGEST_ROW: usize = 16 << 20;

/// A csv file with a header.
pub(crate) struct Csv {
    name: String,
    columns: Vec<String>,
    selected: Vec<usize>,
    records: Records,
    /// Bytes of the file.
    size: u64,
    row: u64,
    ended: bool,
}

impl Csv {
    pub(crate) fn open(path: &Path, name: &str) -> Done<Csv> {
        let cannot = |e: &dyn std::fmt::Display| Fault::new(format!("`{name}` cannot be read: {e}"));
        let file = File::open(path).map_err(|e| cannot(&e))?;
        let size = file.metadata().map_or(0, |about| about.len());
        Csv::read(Box::new(file), size, name)
    }

    fn read(input: Box<dyn Read + Send>, size: u64, name: &str) -> Done<Csv> {
        let (front, input) = front(input).map_err(|e| Fault::new(format!("`{name}` cannot be read: {e}")))?;
        if let Some((is, help)) = not_csv(&front) {
            return Err(Fault::new(format!("`{name}` is {is}, not csv")).help(help));
        }
        let mut records = Records::new(input);
        let mut fields = Vec::new();
        let header = records.next(&mut fields).map_err(|e| Fault::new(format!("`{name}`, header: {e}")))?;
        if !header {
            return Err(Fault::new(format!("`{name}` is empty")).help("its first line must name the columns"));
        }
        let mut columns = Vec::new();
        for field in &fields {
            let text = records.text(field).map_err(|e| Fault::new(format!("`{name}`, header: {e}")).help(SAVE_AS_UTF8))?;
            columns.push(text.trim().to_owned());
        }
        check_separator(&columns, name)?;
        let selected = (0..columns.len()).collect();
        Ok(Csv { name: name.to_owned(), columns, selected, records, size, row: 0, ended: false })
    }
}

impl Source for Csv {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn select(&mut self, columns: &[usize]) -> Done {
        self.selected = columns.to_vec();
        Ok(())
    }

    fn next(&mut self) -> Option<Done<Chunk>> {
        if self.ended {
            return None;
        }
        let first = self.row + 1;
        let mut builders: Vec<StringBuilder> = self.selected.iter().map(|_| StringBuilder::with_capacity(1024, 16 * 1024)).collect();
        let mut fields = Vec::new();
        let mut rows = 0;
        while rows < ROWS {
            match self.records.next(&mut fields) {
                Ok(true) => {}
                Ok(false) => {
                    self.ended = true;
                    break;
                }
                Err(e) => return Some(Err(self.row_fault(self.row + 1, &e))),
            }
            self.row += 1;
            if fields.len() != self.columns.len() {
                let reason = format!("it has {}, the header {}", count(fields.len()), self.columns.len());
                return Some(Err(self.row_fault(self.row, &reason)));
            }
            for (builder, column) in builders.iter_mut().zip(&self.selected) {
                let Some(field) = fields.get(*column) else { continue };
                if field.is_blank() || self.columns.len() == 1 && self.records.says_null(field) {
                    builder.append_null();
                    continue;
                }
                match self.records.text(field) {
                    Ok(text) => builder.append_value(text),
                    Err(e) => return Some(Err(self.fault(self.row, *column, e).help(SAVE_AS_UTF8))),
                }
            }
            rows += 1;
        }
        if rows == 0 {
            return None;
        }
        let columns = builders.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef).collect();
        Some(Ok(Chunk { numbers: Numbers::From(first), rows, columns }))
    }

    fn rows(&self) -> Option<u64> {
        None
    }

    fn bytes(&self) -> Option<(u64, u64)> {
        Some((self.records.read.min(self.size), self.size))
    }

    fn file(&self) -> &str {
        &self.name
    }
}

/// Refuses a header of one column in which something else than a comma stands between names.
fn check_separator(columns: &[String], name: &str) -> Done {
    let [only] = columns else { return Ok(()) };
    let found = [(';', "`;`"), ('\t', "tabs"), ('|', "`|`")].into_iter().find(|(sign, _)| only.contains(*sign));
    match found {
        Some((_, sign)) => Err(Fault::new(format!("`{name}`, header: its columns are separated by {sign}, not by commas"))
            .help("save the file with commas; decimals are written with a point")),
        None => Ok(()),
    }
}

/// Bytes by which a kind of file is known.
const FRONT: u64 = 4;

/// The first bytes, and all of them but for the byte order mark that some programs put in front: a quote that comes next is a quote.
fn front(mut input: Box<dyn Read + Send>) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut front = Vec::new();
    input.by_ref().take(FRONT).read_to_end(&mut front)?;
    let text = front.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&front).to_vec();
    Ok((front, Box::new(io::Cursor::new(text).chain(input))))
}

/// What a file is whose first bytes say that it is something else, and what to do about it.
fn not_csv(front: &[u8]) -> Option<(&'static str, &'static str)> {
    const UNPACK: &str = "unpack it first";
    let is = |mark: &[u8]| front.starts_with(mark);
    // Letters of UTF-16 have every second byte zero where they are plain; a mark comes before them from most programs.
    let wide = is(&[0xFF, 0xFE]) || is(&[0xFE, 0xFF]) || matches!(front, [0, b, 0, _] | [b, 0, _, 0] if *b != 0);
    match () {
        () if wide => Some(("UTF-16 text", SAVE_AS_UTF8)),
        () if is(b"PK\x03\x04") => Some(("a zip archive or a workbook", "save the sheet as csv, or unpack it first")),
        () if is(&[0x1F, 0x8B]) => Some(("compressed with gzip", UNPACK)),
        () if is(&[0x28, 0xB5, 0x2F, 0xFD]) => Some(("compressed with zstd", UNPACK)),
        () if is(b"PAR1") => Some(("a Parquet file", "its name must end in .parquet")),
        () if is(b"ARRO") => Some(("an Arrow file", "its name must end in .arrow")),
        () => None,
    }
}

fn count(fields: usize) -> String {
    if fields == 1 { "1 field".to_owned() } else { format!("{fields} fields") }
}

/// A field of the record at hand: a range of the buffer.
struct FieldRef {
    start: usize,
    end: usize,
    quoted: bool,
    /// Whether it holds doubled quotes.
    doubled: bool,
}

impl FieldRef {
    fn is_blank(&self) -> bool {
        !self.quoted && self.start == self.end
    }
}

/// Cuts bytes into records.
struct Records {
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    /// Where the next record starts.
    at: usize,
    /// Whether the input has ended.
    eof: bool,
    /// Bytes of it that are read.
    read: u64,
}

/// What stands at a place of the buffer.
enum Cut {
    /// A record; the next one starts here.
    Record(usize),
    /// The buffer ends before the record does.
    Short,
}

impl Records {
    fn new(input: Box<dyn Read + Send>) -> Records {
        Records { input, buffer: Vec::new(), at: 0, eof: false, read: 0 }
    }

    /// Reads the next record that is not an empty line; `false` at the end.
    fn next(&mut self, fields: &mut Vec<FieldRef>) -> Result<bool, String> {
        loop {
            if self.at >= self.buffer.len() && self.eof {
                return Ok(false);
            }
            match self.cut(fields)? {
                Cut::Record(next) => {
                    self.at = next;
                    if matches!(fields.as_slice(), [only] if only.is_blank()) {
                        continue;
                    }
                    return Ok(true);
                }
                Cut::Short => self.fill().map_err(|e| e.to_string())?,
            }
        }
    }

    /// A file of one column cannot leave a line empty: BLANK is written `NULL` there, and a text that says so is quoted.
    fn says_null(&self, field: &FieldRef) -> bool {
        !field.quoted && self.buffer.get(field.start..field.end) == Some(b"NULL".as_slice())
    }

    fn text(&self, field: &FieldRef) -> Result<String, String> {
        let bytes = self.buffer.get(field.start..field.end).unwrap_or_default();
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
        Ok(if field.doubled { text.replace("\"\"", "\"") } else { text.to_owned() })
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.at > 0 {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        if self.buffer.len() >= LONGEST_ROW {
            let size = LONGEST_ROW >> 20;
            return Err(io::Error::other(format!("it is longer than {size} MB; is a quote not closed, or does no line end?")));
        }
        let before = self.buffer.len();
        self.buffer.resize(before + READ, 0);
        let read = self.input.read(self.buffer.get_mut(before..).unwrap_or_default())?;
        self.buffer.truncate(before + read);
        self.read += read as u64;
        self.eof |= read == 0;
        Ok(())
    }

    fn cut(&self, fields: &mut Vec<FieldRef>) -> Result<Cut, String> {
        fields.clear();
        let bytes = self.buffer.as_slice();
        let mut at = self.at;
        loop {
            let (field, end) = if bytes.get(at) == Some(&b'"') {
                match self.quoted(at + 1)? {
                    Some(found) => found,
                    None => return Ok(Cut::Short),
                }
            } else {
                let rest = bytes.get(at..).unwrap_or_default();
                match rest.iter().position(|b| matches!(b, b',' | b'\n' | b'\r')) {
                    Some(n) => (FieldRef { start: at, end: at + n, quoted: false, doubled: false }, at + n),
                    None if self.eof => (FieldRef { start: at, end: bytes.len(), quoted: false, doubled: false }, bytes.len()),
                    None => return Ok(Cut::Short),
                }
            };
            fields.push(field);
            match (bytes.get(end), bytes.get(end + 1)) {
                (Some(b','), _) => at = end + 1,
                (Some(b'\r'), Some(b'\n')) => return Ok(Cut::Record(end + 2)),
                (Some(b'\r'), None) if !self.eof => return Ok(Cut::Short),
                (Some(b'\n' | b'\r'), _) => return Ok(Cut::Record(end + 1)),
                (Some(_), _) => return Err("after a closing quote stands something else than a comma".to_owned()),
                (None, _) if self.eof => return Ok(Cut::Record(end)),
                (None, _) => return Ok(Cut::Short),
            }
        }
    }

    /// A quoted field whose text starts here, and where it ends behind its quote; `None` where the buffer ends first.
    fn quoted(&self, start: usize) -> Result<Option<(FieldRef, usize)>, String> {
        let bytes = self.buffer.as_slice();
        let mut at = start;
        let mut doubled = false;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(n) = rest.iter().position(|b| *b == b'"') else {
                return if self.eof { Err("a quote is not closed".to_owned()) } else { Ok(None) };
            };
            let quote = at + n;
            match bytes.get(quote + 1) {
                Some(b'"') => {
                    doubled = true;
                    at = quote + 2;
                }
                None if !self.eof => return Ok(None),
                _ => return Ok(Some((FieldRef { start, end: quote, quoted: true, doubled }, quote + 1))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use arrow::array::{Array, AsArray};

    use super::*;

    /// Gives one byte at a time.
    struct Drip(Vec<u8>, usize);

    impl Read for Drip {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let (Some(byte), Some(slot)) = (self.0.get(self.1), out.first_mut()) else { return Ok(0) };
            *slot = *byte;
            self.1 += 1;
            Ok(1)
        }
    }

    /// Names of columns, then rows; or what is wrong.
    type Content = Result<(Vec<String>, Vec<Row>), String>;
    type Row = Vec<Option<String>>;

    fn read(text: &str) -> Content {
        let whole = rows(Csv::read(Box::new(io::Cursor::new(text.as_bytes().to_vec())), 0, "f.csv"));
        let drip = rows(Csv::read(Box::new(Drip(text.as_bytes().to_vec(), 0)), 0, "f.csv"));
        assert_eq!(whole, drip);
        whole
    }

    fn rows(csv: Done<Csv>) -> Content {
        let mut csv = csv.map_err(|e| e.message)?;
        let names = csv.columns().to_vec();
        let mut out = Vec::new();
        while let Some(chunk) = csv.next() {
            let chunk = chunk.map_err(|e| e.message)?;
            for row in 0..chunk.rows {
                let cell = |c: &ArrayRef| (!c.is_null(row)).then(|| c.as_string::<i32>().value(row).to_owned());
                out.push(chunk.columns.iter().map(cell).collect());
            }
        }
        Ok((names, out))
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn blank_and_empty_text_differ() {
        let (names, rows) = read("a,b\r\n1,\r\n\"\",\"x \"\"y\"\", z\"\n,\"two\nlines\"").unwrap();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(rows, [vec![some("1"), None], vec![some(""), some("x \"y\", z")], vec![None, some("two\nlines")]]);
    }

    #[test]
    fn empty_lines_are_no_rows_and_the_mark_of_the_encoding_is_no_letter() {
        let (names, rows) = read("\u{feff}a\n\n1\n\n\n2\n").unwrap();
        assert_eq!(names, ["a"]);
        assert_eq!(rows, [vec![some("1")], vec![some("2")]]);
    }

    #[test]
    fn null_is_blank_where_there_is_one_column() {
        assert_eq!(read("a\nNULL\n\"NULL\"\nnull\n").unwrap().1, [vec![None], vec![some("NULL")], vec![some("null")]]);
        assert_eq!(read("a,b\nNULL,\n").unwrap().1, [vec![some("NULL"), None]]);
    }

    #[test]
    fn what_is_wrong_names_its_row() {
        assert_eq!(read("").unwrap_err(), "`f.csv` is empty");
        assert_eq!(read("a,b\n1,2\n3\n").unwrap_err(), "`f.csv`, row 2: it has 1 field, the header 2");
        assert_eq!(read("a,b\n1,2,3\n").unwrap_err(), "`f.csv`, row 1: it has 3 fields, the header 2");
        assert_eq!(read("a\n\"x\n").unwrap_err(), "`f.csv`, row 1: a quote is not closed");
        assert_eq!(read("a\n\"x\"y\n").unwrap_err(), "`f.csv`, row 1: after a closing quote stands something else than a comma");
    }
}
