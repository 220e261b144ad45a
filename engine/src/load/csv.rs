//! Rows of a csv file (RFC 4180). An empty field is BLANK and `""` an empty text, which the usual readers cannot tell apart.

mod cut;
mod pieces;

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder};
use rayon::prelude::*;

use self::cut::Records;
use self::pieces::{Piece, Pieces};
use super::source::{Chunk, Numbers, Source};
use crate::fault::{Done, Fault};

/// Bytes of a piece.
const PIECE: usize = 1 << 20;
/// So many pieces are cut into fields at once.
const PIECES_AT_ONCE: usize = 4;
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
const SAVE_AS_UTF8: &str = "save the file as UTF-8";
const NOT_UTF8: &str = "it is not UTF-8 text";

/// A csv file with a header.
pub(crate) struct Csv {
    name: String,
    columns: Vec<String>,
    selected: Vec<usize>,
    pieces: Pieces,
    /// Pieces that are read and not cut yet.
    waiting: Vec<Piece>,
    /// What they were cut into.
    cut: VecDeque<Part>,
    /// Bytes of the file, and of the rows that were given.
    size: u64,
    done: u64,
    /// Rows that were given.
    row: u64,
    ended: bool,
}

/// Rows of one piece, up to the first that is wrong.
struct Part {
    bytes: usize,
    columns: Vec<ArrayRef>,
    rows: usize,
    wrong: Option<Wrong>,
}

/// What is wrong with the row after the last good one.
enum Wrong {
    Row(String),
    /// A field of it.
    NotText {
        column: usize,
    },
}

impl Csv {
    pub(crate) fn open(path: &Path, name: &str) -> Done<Csv> {
        let cannot = |e: &dyn std::fmt::Display| Fault::new(format!("`{name}` cannot be read: {e}"));
        let file = File::open(path).map_err(|e| cannot(&e))?;
        let size = file.metadata().map_or(0, |about| about.len());
        Csv::read(Box::new(file), size, name, PIECE)
    }

    fn read(input: Box<dyn Read + Send>, size: u64, name: &str, piece: usize) -> Done<Csv> {
        let (front, input) = front(input).map_err(|e| Fault::new(format!("`{name}` cannot be read: {e}")))?;
        if let Some((is, help)) = not_csv(&front) {
            return Err(Fault::new(format!("`{name}` is {is}, not csv")).help(help));
        }
        let header = |reason: &dyn std::fmt::Display| Fault::new(format!("`{name}`, header: {reason}"));
        let mut pieces = Pieces::new(input, piece);
        let mut fields = Vec::new();
        // Lines that are empty may fill the first pieces.
        while let Some(first) = pieces.next() {
            let mut first = first.map_err(|e| header(&e))?;
            let mut records = Records::new(&first.bytes, first.is_last);
            if !records.next(&mut fields).map_err(|e| header(&e))? {
                continue;
            }
            let mut columns = Vec::new();
            for field in &fields {
                let text = std::str::from_utf8(field.bytes(&first.bytes)).map_err(|_| header(&NOT_UTF8).help(SAVE_AS_UTF8))?;
                let text = if field.doubled { text.replace("\"\"", "\"") } else { text.to_owned() };
                columns.push(text.trim().to_owned());
            }
            check_separator(&columns, name)?;
            let behind = records.at;
            first.bytes.drain(..behind);
            let selected = (0..columns.len()).collect();
            let (waiting, cut) = (vec![first], VecDeque::new());
            return Ok(Csv { name: name.to_owned(), columns, selected, pieces, waiting, cut, size, done: 0, row: 0, ended: false });
        }
        Err(Fault::new(format!("`{name}` is empty")).help("its first line must name the columns"))
    }

    /// Reads some pieces and cuts them.
    fn go_on(&mut self) {
        let mut unread = None;
        while self.waiting.len() < PIECES_AT_ONCE && unread.is_none() {
            match self.pieces.next() {
                Some(Ok(piece)) => self.waiting.push(piece),
                Some(Err(e)) => unread = Some(Part { bytes: 0, columns: Vec::new(), rows: 0, wrong: Some(Wrong::Row(e.to_string())) }),
                None => break,
            }
        }
        let pieces = std::mem::take(&mut self.waiting);
        let parts: Vec<Part> = pieces.par_iter().map(|piece| Part::of(piece, self.columns.len(), &self.selected)).collect();
        self.cut.extend(parts.into_iter().chain(unread));
    }
}

impl Part {
    fn of(piece: &Piece, width: usize, selected: &[usize]) -> Part {
        let bytes = piece.bytes.as_slice();
        let whole = std::str::from_utf8(bytes).ok();
        let lines = memchr::memchr_iter(b'\n', bytes).count() + 1;
        let mut builders: Vec<StringBuilder> =
            selected.iter().map(|_| StringBuilder::with_capacity(lines, bytes.len() / width.max(1))).collect();
        let mut records = Records::new(bytes, piece.is_last);
        let (mut fields, mut rows) = (Vec::with_capacity(width), 0);
        let wrong = 'rows: loop {
            match records.next(&mut fields) {
                Ok(true) => {}
                Ok(false) => break None,
                Err(reason) => break Some(Wrong::Row(reason.to_owned())),
            }
            if fields.len() != width {
                break Some(Wrong::Row(format!("it has {}, the header {width}", count(fields.len()))));
            }
            for (builder, column) in builders.iter_mut().zip(selected) {
                let Some(field) = fields.get(*column) else { continue };
                if field.is_blank() || width == 1 && field.says_null(bytes) {
                    builder.append_null();
                    continue;
                }
                let text = match whole {
                    Some(whole) => field.text(whole),
                    None => std::str::from_utf8(field.bytes(bytes)).ok(),
                };
                match text {
                    Some(text) if field.doubled => builder.append_value(text.replace("\"\"", "\"")),
                    Some(text) => builder.append_value(text),
                    None => break 'rows Some(Wrong::NotText { column: *column }),
                }
            }
            rows += 1;
        };
        // Of a row that is wrong some columns may stand there already.
        let columns = builders.iter_mut().map(|b| b.finish().slice(0, rows)).map(|a| Arc::new(a) as ArrayRef).collect();
        Part { bytes: bytes.len(), columns, rows, wrong }
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
        while !self.ended {
            if self.cut.is_empty() {
                self.go_on();
            }
            let Some(part) = self.cut.front_mut() else { break };
            if part.rows > 0 {
                let (rows, columns) = (std::mem::take(&mut part.rows), std::mem::take(&mut part.columns));
                let numbers = Numbers::From(self.row + 1);
                self.row += rows as u64;
                self.done += std::mem::take(&mut part.bytes) as u64;
                return Some(Ok(Chunk { numbers, rows, columns }));
            }
            if let Some(wrong) = self.cut.pop_front().and_then(|part| part.wrong) {
                self.ended = true;
                return Some(Err(match wrong {
                    Wrong::Row(reason) => self.row_fault(self.row + 1, &reason),
                    Wrong::NotText { column } => self.fault(self.row + 1, column, NOT_UTF8.to_owned()).help(SAVE_AS_UTF8),
                }));
            }
        }
        self.ended = true;
        None
    }

    fn rows(&self) -> Option<u64> {
        None
    }

    fn bytes(&self) -> Option<(u64, u64)> {
        Some((self.done.min(self.size), self.size))
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use arrow::array::{Array, AsArray};

    use super::*;

    /// Names of columns, then rows; or what is wrong.
    type Content = Result<(Vec<String>, Vec<Row>), String>;
    type Row = Vec<Option<String>>;

    /// The same whatever the size of the pieces.
    fn read(text: &str) -> Content {
        let in_pieces = |size| rows(Csv::read(Box::new(io::Cursor::new(text.as_bytes().to_vec())), 0, "f.csv", size));
        let whole = in_pieces(PIECE);
        for size in 1..=text.len() + 1 {
            assert_eq!(in_pieces(size), whole, "in pieces of {size} bytes");
        }
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

    #[test]
    fn rows_before_one_that_is_wrong_are_given() {
        let mut csv = Csv::read(Box::new(io::Cursor::new(b"a,b\n1,2\n3,4\n5\n".to_vec())), 0, "f.csv", PIECE).unwrap();
        assert_eq!(csv.next().unwrap().unwrap().rows, 2);
        assert_eq!(csv.next().unwrap().unwrap_err().message, "`f.csv`, row 3: it has 1 field, the header 2");
        assert!(csv.next().is_none());
    }

    #[test]
    fn bytes_that_are_no_text_matter_where_they_are_read() {
        let open = || Csv::read(Box::new(io::Cursor::new(b"a,b\n1,2\n3,\xFF\n5,6\n".to_vec())), 0, "f.csv", PIECE).unwrap();
        let mut csv = open();
        csv.select(&[0]).unwrap();
        assert_eq!(csv.next().unwrap().unwrap().rows, 3);
        let mut csv = open();
        assert_eq!(csv.next().unwrap().unwrap().rows, 1);
        assert_eq!(csv.next().unwrap().unwrap_err().message, "`f.csv`, row 2, column `b`: it is not UTF-8 text");
    }

    #[test]
    fn a_quote_inside_a_field_is_a_letter() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read("a,b\n5\",x\n6,\"\"\"\"\n").unwrap().1, [vec![some("5\""), some("x")], vec![some("6"), some("\"")]]);
    }

    /// A file of one line is not held: it is refused after the longest row that may be.
    #[test]
    fn a_line_without_end_is_refused() {
        let long = |start: &str| {
            let input = io::Cursor::new(start.as_bytes().to_vec()).chain(io::repeat(b'x').take(1 << 30));
            rows(Csv::read(Box::new(input), 0, "f.csv", PIECE)).unwrap_err()
        };
        let reason = "it is longer than 16 MB; is a quote not closed, or does no line end?";
        assert_eq!(long("a"), format!("`f.csv`, header: {reason}"));
        assert_eq!(long("a\n1\n"), format!("`f.csv`, row 2: {reason}"));
        assert_eq!(long("a\n1\n2\n\"3\n"), format!("`f.csv`, row 3: {reason}"));
    }
}
