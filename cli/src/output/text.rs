//! Aligned columns for people: numbers to the right, texts to the left, a line under the header.

use std::io::{BufWriter, Write};

use console::measure_text_width;
use smalt::{Labels, Table};

use super::{Cell, Column, OutputError};

/// Writes the header, a line, and the rows.
pub(crate) fn write(table: &Table, stream: &mut impl Write) -> Result<(), OutputError> {
    let mut stream = BufWriter::new(stream);
    stream.write_all(format(table)?.as_bytes())?;
    stream.flush()?;
    Ok(())
}

/// The lines as one text.
pub(crate) fn format(table: &Table) -> Result<String, OutputError> {
    let header = table.columns.iter().map(|column| printable(&column.name)).collect::<Vec<_>>();
    let mut rows = Vec::new();
    for batch in &table.batches {
        let columns = Column::all_of(batch)?;
        let labels = table.columns.iter().map(|column| column.labels.as_ref());
        let columns = columns.iter().zip(labels).collect::<Vec<_>>();
        rows.extend((0..batch.num_rows()).map(|row| {
            let cell = |(column, labels): &(&Column, Option<&Labels>)| labelled(column.cell(row), *labels);
            columns.iter().map(cell).collect::<Vec<_>>()
        }));
    }
    let widths = (0..header.len())
        .map(|index| {
            std::iter::once(&header).chain(&rows).filter_map(|row| row.get(index)).map(|text| measure_text_width(text)).max().unwrap_or(0)
        })
        .collect::<Vec<_>>();
    let mut text = String::new();
    let mut line = |cells: &[String]| {
        let mut padded = String::new();
        for ((cell, &width), column) in cells.iter().zip(&widths).zip(&table.columns) {
            if !padded.is_empty() {
                padded.push_str("  ");
            }
            let gap = " ".repeat(width.saturating_sub(measure_text_width(cell)));
            padded.push_str(&if column.numeric { gap + cell } else { format!("{cell}{gap}") });
        }
        text.push_str(padded.trim_end());
        text.push('\n');
    };
    line(&header);
    line(&widths.iter().map(|&width| "-".repeat(width)).collect::<Vec<_>>());
    for row in &rows {
        line(row);
    }
    Ok(text)
}

/// A number as running text has it: without a fraction, in groups of three digits.
pub(crate) fn thousands(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number <= -0.5 { format!("-{text}") } else { text }
}

/// An item by the property that is for people, where there is one.
fn labelled(cell: Cell<'_>, labels: Option<&Labels>) -> String {
    match (&cell, labels) {
        (Cell::Text(name), Some(labels)) => labels.label(name).map_or_else(|| printable(name), |label| printable(&label)),
        _ => shown(cell),
    }
}

fn shown(cell: Cell<'_>) -> String {
    match cell {
        Cell::Blank => String::new(),
        Cell::Number(digits) => digits,
        Cell::Boolean(value) => if value { "TRUE" } else { "FALSE" }.to_owned(),
        Cell::Text(text) => printable(&text),
    }
}

/// A text on one line, without what a terminal would obey.
fn printable(text: &str) -> String {
    if !text.contains(char::is_control) {
        return text.to_owned();
    }
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] }).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::super::samples::{numbers, sample, table, texts};
    use super::*;

    #[test]
    fn numbers_stand_right_and_texts_left() {
        let expected = "\
Item      Value  Count  Open   Day
--------  -----  -----  -----  ----------
plain         1      7  TRUE   1970-01-01
a,\"b\"\\nc   -0.5         FALSE
           1e21     -1         2024-01-01
                     0
";
        assert_eq!(format(&sample()).unwrap(), expected);
    }

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [(0.0, "0"), (999.6, "1,000"), (-1234567.0, "-1,234,567"), (-0.4, "0"), (12_345.0, "12,345")] {
            assert_eq!(thousands(number), text);
        }
    }

    #[test]
    fn letters_are_counted_not_bytes() {
        let found = format(&table(vec![("Ländle", texts(&[Some("Österreich")])), ("x", numbers(&[Some(2.5)]))])).unwrap();
        assert_eq!(found, "Ländle        x\n----------  ---\nÖsterreich  2.5\n");
        // Wide letters take two places.
        let found = format(&table(vec![("国", texts(&[Some("日本"), Some("x")])), ("n", numbers(&[Some(1.0), Some(2.0)]))])).unwrap();
        assert_eq!(found, "国    n\n----  -\n日本  1\nx     2\n");
    }

    #[test]
    fn a_terminal_is_not_commanded() {
        assert_eq!(format(&table(vec![("x", texts(&[Some("\u{1b}[2J")]))])).unwrap(), "x\n---------\n\\u{1b}[2J\n");
    }
}
