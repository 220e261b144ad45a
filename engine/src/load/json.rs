//! Rows of a JSON file: objects, one after the other (a line each, as programs write them) or in one array. `null`, and a name that an object
//! has not, are BLANK.
//!
//! The file is read twice. The first time finds the names of the columns, and what is wrong with a row; the second makes columns of text, in
//! which numbers have the digits that the file has.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::json::reader::{Reader, ReaderBuilder};
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::StreamDeserializer;
use serde_json::de::IoRead;

use super::source::{self, Chunk, Numbers, Source, check_columns};
use crate::fault::{Done, Fault};

/// Rows of a chunk.
const ROWS: usize = 65_536;
/// Values at a time, where there are many columns.
const VALUES: usize = 1 << 20;
/// Bytes of one row. A longer one is a text that is never closed, or no JSON at all.
const LONGEST_ROW: usize = 16 << 20;

/// A file that ends in `.json`.
pub(crate) struct Json {
    name: String,
    path: PathBuf,
    columns: Vec<String>,
    /// What is wrong with some of the columns, at the first row where it is: a column that nobody reads may hold anything.
    unreadable: HashMap<usize, Fault>,
    total: u64,
    selected: Vec<usize>,
    reader: Option<Reader<BufReader<Flat<BufReader<File>>>>>,
    given: u64,
}

impl Json {
    pub(crate) fn open(path: &Path, name: &str) -> Done<Json> {
        let left = Rc::new(Cell::new(LONGEST_ROW));
        let input = BufReader::with_capacity(1 << 16, Bounded { input: flat(path, name)?, left: Rc::clone(&left) });
        let (mut columns, mut places, mut total) = (Vec::new(), HashMap::new(), 0);
        let mut unreadable = HashMap::new();
        for record in StreamDeserializer::<_, Names>::new(IoRead::new(input)) {
            total += 1;
            left.set(LONGEST_ROW);
            let names = record.map_err(|e| wrong(name, total, &e))?;
            for (column, wrong) in names.0 {
                let place = places.get(&column).copied().unwrap_or(columns.len());
                if let Some(reason) = wrong {
                    unreadable.entry(place).or_insert_with(|| source::file_fault(name, total, &column, reason));
                }
                // A name is copied once, and not for each row.
                if place == columns.len() {
                    places.insert(column.clone(), place);
                    columns.push(column);
                    check_columns(columns.len(), name)?;
                }
            }
        }
        if columns.is_empty() && !is_empty_array(path) {
            return Err(Fault::new(format!("`{name}` has no rows")).help("it must hold objects, one a line or in one array"));
        }
        let selected = (0..columns.len()).collect();
        Ok(Json { name: name.to_owned(), path: path.to_owned(), columns, unreadable, total, selected, reader: None, given: 0 })
    }

    /// Starts to read the columns that are selected, as texts.
    fn start(&mut self) -> Done<Reader<BufReader<Flat<BufReader<File>>>>> {
        let mut names: Vec<&String> = self.selected.iter().filter_map(|column| self.columns.get(*column)).collect();
        names.sort_unstable();
        names.dedup();
        let fields: Vec<Field> = names.into_iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
        // The reader reserves a place for each value of a batch.
        let batch = (VALUES / fields.len().max(1)).clamp(1, ROWS);
        let builder = ReaderBuilder::new(Arc::new(Schema::new(fields))).with_batch_size(batch).with_coerce_primitive(true);
        let input = BufReader::with_capacity(1 << 16, flat(&self.path, &self.name)?);
        builder.build(input).map_err(|e| self.broken(&e))
    }

    fn read(&mut self) -> Option<Done<RecordBatch>> {
        if self.reader.is_none() {
            match self.start() {
                Ok(reader) => self.reader = Some(reader),
                Err(fault) => return Some(Err(fault)),
            }
        }
        let batch = self.reader.as_mut()?.next()?;
        Some(batch.map_err(|e| self.broken(&e)))
    }

    fn broken(&self, e: &dyn fmt::Display) -> Fault {
        Fault::new(format!("`{}` cannot be read as JSON: {e}", self.name))
    }
}

/// What is wrong with a row, without the place in the file: lines are not rows.
fn wrong(name: &str, row: u64, error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    if error.is_io() {
        return source::row_fault(name, row, reason);
    }
    if error.is_data() {
        return source::row_fault(name, row, "it is no object with names and values");
    }
    source::row_fault(name, row, &format!("it is no JSON: {reason}"))
}

impl Source for Json {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn select(&mut self, columns: &[usize]) -> Done {
        if let Some(fault) = columns.iter().find_map(|column| self.unreadable.remove(column)) {
            return Err(fault);
        }
        self.selected = columns.to_vec();
        self.reader = None;
        Ok(())
    }

    fn next(&mut self) -> Option<Done<Chunk>> {
        let batch = match self.read()? {
            Ok(batch) => batch,
            Err(fault) => return Some(Err(fault)),
        };
        let numbers = Numbers::From(self.given + 1);
        self.given += batch.num_rows() as u64;
        let names = self.selected.iter().filter_map(|column| self.columns.get(*column));
        let columns = names.filter_map(|name| batch.column_by_name(name).map(Arc::clone)).collect();
        Some(Ok(Chunk { numbers, rows: batch.num_rows(), columns }))
    }

    fn rows(&self) -> Option<u64> {
        Some(self.total)
    }

    fn file(&self) -> &str {
        &self.name
    }
}

fn flat(path: &Path, name: &str) -> Done<Flat<BufReader<File>>> {
    let file = File::open(path).map_err(|e| Fault::new(format!("`{name}` cannot be read: {e}")))?;
    Ok(Flat::new(BufReader::with_capacity(1 << 16, file)))
}

/// JSON without the brackets and commas of an array around all of it, so that its objects follow one another.
struct Flat<R> {
    input: R,
    state: FlatState,
}

#[derive(Clone, Copy)]
enum FlatState {
    /// Nothing but space so far.
    Start,
    /// There is no array around it.
    Plain,
    /// Inside the array, so many brackets deep in one of its elements.
    Array { depth: u32, text: Text, last: Last },
    /// Behind the array.
    Closed,
    /// Behind something that should not be there.
    Wrong(&'static str),
}

/// What came last in the array itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Bracket,
    Element,
    Comma,
}

/// Where one is with regard to texts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    Outside,
    Inside,
    /// Behind a backslash.
    Escaped,
}

impl<R: Read> Flat<R> {
    fn new(input: R) -> Flat<R> {
        Flat { input, state: FlatState::Start }
    }
}

impl FlatState {
    /// The state behind a byte, and the byte that stands for it.
    fn step(self, byte: u8) -> (FlatState, u8) {
        match self {
            FlatState::Plain | FlatState::Wrong(_) => (self, byte),
            FlatState::Closed if byte.is_ascii_whitespace() => (self, b' '),
            FlatState::Closed => (FlatState::Wrong("something follows the array around the rows"), byte),
            // The mark that some programs put in front of UTF-8 is no JSON.
            FlatState::Start if byte.is_ascii_whitespace() || matches!(byte, 0xEF | 0xBB | 0xBF) => (self, b' '),
            FlatState::Start if byte == b'[' => (FlatState::Array { depth: 0, text: Text::Outside, last: Last::Bracket }, b' '),
            FlatState::Start => (FlatState::Plain, byte),
            FlatState::Array { depth, text, last } => {
                let within = |depth, text| FlatState::Array { depth, text, last: Last::Element };
                let wrong = |reason| (FlatState::Wrong(reason), byte);
                match (text, byte) {
                    (Text::Escaped, _) => (within(depth, Text::Inside), byte),
                    (Text::Inside, b'\\') => (within(depth, Text::Escaped), byte),
                    (Text::Inside, b'"') => (within(depth, Text::Outside), byte),
                    (Text::Inside, _) => (self, byte),
                    (Text::Outside, b',') if depth == 0 && last != Last::Element => {
                        wrong("a comma stands in front of it where a row should")
                    }
                    (Text::Outside, b',') if depth == 0 => (FlatState::Array { depth, text, last: Last::Comma }, b' '),
                    (Text::Outside, b']') if depth == 0 && last == Last::Comma => wrong("a comma stands behind the last row"),
                    (Text::Outside, b']') if depth == 0 => (FlatState::Closed, b' '),
                    (Text::Outside, b'{') if depth == 0 && last == Last::Element => wrong("no comma stands in front of it"),
                    (Text::Outside, b'"') => (within(depth, Text::Inside), byte),
                    (Text::Outside, b'{' | b'[') => (within(depth.saturating_add(1), text), byte),
                    (Text::Outside, b'}' | b']') => (within(depth.saturating_sub(1), text), byte),
                    (Text::Outside, _) if byte.is_ascii_whitespace() => (self, byte),
                    (Text::Outside, _) => (within(depth, text), byte),
                }
            }
        }
    }
}

impl<R: Read> Read for Flat<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let follows = |reason| io::Error::new(io::ErrorKind::InvalidData, reason);
        if let FlatState::Wrong(reason) = self.state {
            return Err(follows(reason));
        }
        let read = self.input.read(out)?;
        if read == 0 && !out.is_empty() && matches!(self.state, FlatState::Array { .. }) {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the array around the rows does not end; is the file cut off?"));
        }
        for (at, byte) in out.iter_mut().take(read).enumerate() {
            (self.state, *byte) = self.state.step(*byte);
            match self.state {
                FlatState::Plain => break,
                // The rows before it are read first, so that the error names the row behind them.
                FlatState::Wrong(_) if at > 0 => return Ok(at),
                FlatState::Wrong(reason) => return Err(follows(reason)),
                FlatState::Start | FlatState::Array { .. } | FlatState::Closed => {}
            }
        }
        Ok(read)
    }
}

/// Ends with an error where a row is too long. Whoever reads says where a row ends.
struct Bounded<R> {
    input: R,
    left: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 && !out.is_empty() {
            return Err(io::Error::other(format!("it is longer than {} MB; is a text not closed?", LONGEST_ROW >> 20)));
        }
        let part = out.len().min(left);
        let read = self.input.read(out.get_mut(..part).unwrap_or_default())?;
        self.left.set(left - read);
        Ok(read)
    }
}

/// Whether a file is an array with nothing in it, which is what an empty result is written as.
fn is_empty_array(path: &Path) -> bool {
    let mut text = Vec::new();
    let read = File::open(path).and_then(|file| file.take(1 << 16).read_to_end(&mut text));
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&text).trim_ascii();
    read.is_ok() && text.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")).is_some_and(|inside| inside.trim_ascii().is_empty())
}

/// The names in an object, each once, with what is wrong with its value: it must be a text, a number, a truth value or null.
struct Names(Vec<(String, Option<&'static str>)>);

impl<'de> serde::Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Names, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Names;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
                let mut names: Vec<(String, Option<&'static str>)> = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    let nested = map.next_value::<Plain>()?.nested.then_some("it holds a list or an object, which is no value");
                    match names.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, wrong)) => *wrong = wrong.or(Some("it is there twice")),
                        None => names.push((name, nested)),
                    }
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// A value that is looked at for its kind only.
struct Plain {
    nested: bool,
}

impl<'de> serde::Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Plain, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Plain;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_bool<E>(self, _: bool) -> Result<Plain, E> {
                Ok(Plain { nested: false })
            }

            fn visit_i64<E>(self, _: i64) -> Result<Plain, E> {
                Ok(Plain { nested: false })
            }

            fn visit_u64<E>(self, _: u64) -> Result<Plain, E> {
                Ok(Plain { nested: false })
            }

            fn visit_f64<E>(self, _: f64) -> Result<Plain, E> {
                Ok(Plain { nested: false })
            }

            fn visit_str<E>(self, _: &str) -> Result<Plain, E> {
                Ok(Plain { nested: false })
            }

            fn visit_unit<E>(self) -> Result<Plain, E> {
                Ok(Plain { nested: false })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Plain, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Plain { nested: true })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Plain, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Plain { nested: true })
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use arrow::array::{Array, AsArray};

    use super::*;

    type Row = Vec<Option<String>>;

    /// Names of columns, then rows; or what is wrong.
    fn read(text: &str) -> Result<(Vec<String>, Vec<Row>), String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f.json");
        std::fs::write(&path, text).unwrap();
        let mut json = Json::open(&path, "f.json").map_err(|e| e.message)?;
        let all = (0..json.columns.len()).collect::<Vec<_>>();
        json.select(&all).map_err(|e| e.message)?;
        let mut rows = Vec::new();
        while let Some(chunk) = json.next() {
            let chunk = chunk.map_err(|e| e.message)?;
            for row in 0..chunk.rows {
                let cell = |c: &arrow::array::ArrayRef| (!c.is_null(row)).then(|| c.as_string::<i32>().value(row).to_owned());
                rows.push(chunk.columns.iter().map(cell).collect());
            }
        }
        assert_eq!(json.rows(), Some(rows.len() as u64));
        Ok((json.columns, rows))
    }

    #[test]
    fn lines_and_arrays_are_the_same_rows() {
        let some = |text: &str| Some(text.to_owned());
        let rows = vec![vec![some("x]"), some("1.50")], vec![some(""), None], vec![None, some("TRUE")], vec![some("a\"[b"), some("1e3")]];
        let objects = [r#"{"a": "x]", "b": 1.50}"#, r#"{"a": ""}"#, r#"{"b": "TRUE", "a": null}"#, r#"{"a": "a\"[b", "b": 1e3}"#];
        let found = read(&objects.join("\n")).unwrap();
        assert_eq!(found, (vec!["a".to_owned(), "b".to_owned()], rows));
        assert_eq!(read(&format!("\u{feff} [\n{}]\n", objects.join(",\n"))).unwrap(), found);
        assert_eq!(read(&objects.join(" ")).unwrap(), found);
        let long = (0..70_000).map(|i| format!("{{\"n\":{i}}}")).collect::<Vec<_>>().join(",");
        let (_, rows) = read(&format!("[{long}]")).unwrap();
        assert_eq!((rows.len(), rows.last().unwrap()), (70_000, &vec![some("69999")]));
        assert_eq!(read("{\"d\": 123456789012345678.905}").unwrap().1, [vec![some("123456789012345678.905")]]);
    }

    #[test]
    fn a_column_that_nobody_reads_may_hold_anything() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f.json");
        std::fs::write(&path, r#"[{"a": 1, "x": {"y": [1, 2]}, "z": 1, "z": 2}, {"x": [], "a": 2}]"#).unwrap();
        let mut json = Json::open(&path, "f.json").unwrap();
        assert_eq!(json.columns(), ["a", "x", "z"]);
        json.select(&[0]).unwrap();
        let chunk = json.next().unwrap().unwrap();
        assert_eq!((chunk.rows, chunk.columns[0].as_string::<i32>().value(1)), (2, "2"));
        assert_eq!(json.select(&[1]).unwrap_err().message, "`f.json`, row 1, column `x`: it holds a list or an object, which is no value");
        assert_eq!(json.select(&[0, 2]).unwrap_err().message, "`f.json`, row 1, column `z`: it is there twice");
    }

    #[test]
    fn what_is_wrong_names_its_row() {
        let wrong = |text: &str| read(text).unwrap_err();
        assert_eq!(wrong(""), "`f.json` has no rows");
        assert_eq!(read(" [ ]\n"), Ok((Vec::new(), Vec::new())));
        assert_eq!(wrong("["), "`f.json`, row 1: the array around the rows does not end; is the file cut off?");
        let cut = "`f.json`, row 2: the array around the rows does not end; is the file cut off?";
        assert_eq!(wrong("[{\"a\": 1}"), cut);
        assert_eq!(wrong("[{\"a\": 1},"), cut);
        assert_eq!(wrong("[{\"a\": 1}, {\"a\": "), cut);
        assert_eq!(wrong("[{\"a\": 1}] {\"a\": 2}"), "`f.json`, row 2: something follows the array around the rows");
        assert_eq!(wrong("{\"a\": 1}\n{\"a\": "), "`f.json`, row 2: it is no JSON: EOF while parsing a value");
        assert_eq!(wrong("{\"a\": 1}\n{\"a\" 2}"), "`f.json`, row 2: it is no JSON: expected `:`");
        assert_eq!(wrong("[{\"a\": 1}, 2]"), "`f.json`, row 2: it is no object with names and values");
        assert_eq!(wrong("[{\"a\": 1}, null]"), "`f.json`, row 2: it is no object with names and values");
        assert_eq!(wrong("[[\"a\", 1]]"), "`f.json`, row 1: it is no object with names and values");
        assert_eq!(wrong("[{\"a\": 1},]"), "`f.json`, row 2: a comma stands behind the last row");
        assert_eq!(wrong("[,{\"a\": 1}]"), "`f.json`, row 1: a comma stands in front of it where a row should");
        assert_eq!(wrong("[{\"a\": 1},,{\"a\": 1}]"), "`f.json`, row 2: a comma stands in front of it where a row should");
        assert_eq!(wrong("[{\"a\": 1} {\"a\": 1}]"), "`f.json`, row 2: no comma stands in front of it");
        assert_eq!(wrong("{\"a\": [1]}"), "`f.json`, row 1, column `a`: it holds a list or an object, which is no value");
        assert_eq!(wrong("{\"a\": 1, \"a\": 2}"), "`f.json`, row 1, column `a`: it is there twice");
    }
}
