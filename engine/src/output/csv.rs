//! CSV for programs: RFC 4180 with line feeds. BLANK is empty, or `NULL` where the result has one column; the text NULL is quoted; an
//! empty text is `""`.

use std::io::{self, BufWriter, Write};

use crate::outcome::Table;

use super::OutputError;
use super::cell::{Cell, Column};

/// Writes the header and the rows.
pub(super) fn write(table: &Table, stream: &mut impl Write, told: &mut dyn FnMut(u64)) -> Result<(), OutputError> {
    let mut stream = BufWriter::new(stream);
    let blank = if table.columns.len() == 1 { "NULL" } else { "" };
    for (index, column) in table.columns.iter().enumerate() {
        separate(index, &mut stream)?;
        write_text(&column.name, &mut stream)?;
    }
    stream.write_all(b"\n")?;
    let mut done = 0;
    for batch in &table.batches {
        let columns = Column::all_of(batch)?;
        for row in 0..batch.num_rows() {
            for (index, column) in columns.iter().enumerate() {
                separate(index, &mut stream)?;
                match column.cell(row) {
                    Cell::Blank => stream.write_all(blank.as_bytes())?,
                    Cell::Number(digits) => stream.write_all(digits.as_bytes())?,
                    Cell::Boolean(value) => stream.write_all(if value { b"TRUE" } else { b"FALSE" })?,
                    Cell::Text(text) => write_text(&text, &mut stream)?,
                }
            }
            stream.write_all(b"\n")?;
        }
        done += batch.num_rows() as u64;
        told(done);
    }
    stream.flush()?;
    Ok(())
}

fn separate(index: usize, stream: &mut impl Write) -> io::Result<()> {
    if index > 0 { stream.write_all(b",") } else { Ok(()) }
}

fn write_text(text: &str, stream: &mut impl Write) -> io::Result<()> {
    if text.is_empty() || text == "NULL" || text.contains([',', '"', '\n', '\r']) {
        write!(stream, "\"{}\"", text.replace('"', "\"\""))
    } else {
        stream.write_all(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::super::samples::{numbers, sample, table, texts};
    use super::*;

    fn csv(table: &Table) -> String {
        let mut stream = Vec::new();
        write(table, &mut stream, &mut |_| {}).unwrap();
        String::from_utf8(stream).unwrap()
    }

    #[test]
    fn every_kind_of_cell() {
        let expected =
            "Item,Value,Count,Open,Day\nplain,1,7,TRUE,1970-01-01\n\"a,\"\"b\"\"\nc\",-0.5,,FALSE,\n\"\",1e21,-1,,2024-01-01\n,,0,,\n";
        assert_eq!(csv(&sample()), expected);
    }

    #[test]
    fn one_column_says_null() {
        assert_eq!(csv(&table(vec![("x", numbers(&[None, Some(0.0)]))])), "x\nNULL\n0\n");
        assert_eq!(csv(&table(vec![("x", texts(&[None, Some("NULL"), Some(""), Some("null")]))])), "x\nNULL\n\"NULL\"\n\"\"\nnull\n");
    }

    #[test]
    fn a_text_null_is_quoted_in_every_result() {
        assert_eq!(csv(&table(vec![("x", texts(&[Some("NULL")])), ("y", texts(&[None]))])), "x,y\n\"NULL\",\n");
    }

    #[test]
    fn headers_are_quoted_like_texts() {
        assert_eq!(csv(&table(vec![("a,b", texts(&[])), ("say \"x\"", texts(&[]))])), "\"a,b\",\"say \"\"x\"\"\"\n");
    }

    #[test]
    fn spaces_and_lone_carriage_returns_survive() {
        assert_eq!(csv(&table(vec![("x", texts(&[Some(" a "), Some("b\rc")]))])), "x\n a \n\"b\rc\"\n");
    }
}
