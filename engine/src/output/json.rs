//! JSON for programs: a result is an array of objects on one line. BLANK is null; what JSON has no number for (NaN, infinity) is null too.

use std::collections::HashSet;
use std::io::{self, BufWriter, Write};

use crate::outcome::Table;

use super::OutputError;
use super::cell::{Cell, Column};

/// Writes the line.
pub(super) fn write(table: &Table, stream: &mut impl Write, told: &mut dyn FnMut(u64)) -> Result<(), OutputError> {
    let mut stream = BufWriter::new(stream);
    let keys = keys(table).into_iter().map(|key| serde_json::Value::from(key).to_string()).collect::<Vec<_>>();
    let mut first = true;
    let mut done = 0;
    stream.write_all(b"[")?;
    for batch in &table.batches {
        let columns = Column::all_of(batch)?;
        for row in 0..batch.num_rows() {
            stream.write_all(if first { b"{" } else { b",{" })?;
            first = false;
            for (index, (key, column)) in keys.iter().zip(&columns).enumerate() {
                write!(stream, "{}{key}:", if index > 0 { "," } else { "" })?;
                write_cell(column.cell(row), &mut stream)?;
            }
            stream.write_all(b"}")?;
        }
        done += batch.num_rows() as u64;
        told(done);
    }
    stream.write_all(b"]\n")?;
    stream.flush()?;
    Ok(())
}

/// The column names; a name that came before gets a number, so that no value is lost to a reader that keeps one per key.
fn keys(table: &Table) -> Vec<String> {
    let names = table.columns.iter().map(|column| column.name.as_str()).collect::<HashSet<_>>();
    let mut taken = HashSet::new();
    let mut keys = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let mut key = column.name.clone();
        let mut number = 2usize;
        while taken.contains(&key) || (key != column.name && names.contains(key.as_str())) {
            key = format!("{}_{number}", column.name);
            number += 1;
        }
        taken.insert(key.clone());
        keys.push(key);
    }
    keys
}

fn write_cell(cell: Cell<'_>, stream: &mut impl Write) -> io::Result<()> {
    match cell {
        Cell::Number(digits) if digits.ends_with(|last: char| last.is_ascii_digit()) => stream.write_all(digits.as_bytes()),
        Cell::Blank | Cell::Number(_) => stream.write_all(b"null"),
        Cell::Boolean(value) => write!(stream, "{value}"),
        Cell::Text(text) => serde_json::to_writer(stream, text.as_ref()).map_err(io::Error::from),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::super::samples::{numbers, sample, table, texts};
    use super::*;

    fn json(table: &Table) -> Value {
        let mut stream = Vec::new();
        write(table, &mut stream, &mut |_| {}).unwrap();
        serde_json::from_slice(&stream).unwrap()
    }

    #[test]
    fn every_kind_of_cell() {
        let expected = json!([
            {"Item": "plain", "Value": 1, "Count": 7, "Open": true, "Day": "1970-01-01"},
            {"Item": "a,\"b\"\nc", "Value": -0.5, "Count": null, "Open": false, "Day": null},
            {"Item": "", "Value": 1e21, "Count": -1, "Open": null, "Day": "2024-01-01"},
            {"Item": null, "Value": null, "Count": 0, "Open": null, "Day": null},
        ]);
        assert_eq!(json(&sample()), expected);
    }

    #[test]
    fn equal_names_are_numbered() {
        let column = || numbers(&[Some(1.0)]);
        let found = keys(&table(vec![("x", column()), ("x_2", column()), ("x", column()), ("x", column())]));
        assert_eq!(found, ["x", "x_2", "x_3", "x_4"]);
    }

    #[test]
    fn what_is_no_number_is_null() {
        assert_eq!(
            json(&table(vec![("x", numbers(&[Some(f64::NAN), Some(f64::INFINITY), Some(1.5e-9)]))])),
            json!([{"x": null}, {"x": null}, {"x": 1.5e-9}])
        );
    }

    #[test]
    fn no_rows_is_an_empty_array() {
        assert_eq!(json(&table(vec![("x", texts(&[]))])), json!([]));
    }
}
