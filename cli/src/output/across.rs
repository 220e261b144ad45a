//! The items of one column side by side: `--across Month`.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow::compute::{cast, concat_batches, take};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::row::{RowConverter, SortField};
use smalt::{ColumnInfo, Table};

use super::OutputError;

/// Whether a result has a column of this name.
pub(crate) fn has_column(table: &Table, across: &str) -> bool {
    table.columns.iter().any(|column| is_called(&column.name, across))
}

/// A result with a column for each item of the column `across`, in place of that one and of the values: the columns of numbers, or the last one
/// where there are none. `order` are the items as they are ordered; others come behind. Where the column has labels, they are the headings. A result
/// that has no such column, or no other one, stays as it is.
///
/// # Errors
/// Two rows would have one place.
pub(crate) fn across(table: &Table, across: &str, order: &[String]) -> Result<Table, OutputError> {
    let (Some(at), Some(first)) = (table.columns.iter().position(|c| is_called(&c.name, across)), table.batches.first()) else {
        return Ok(table.clone());
    };
    let whole = concat_batches(&first.schema(), &table.batches)?;
    let numeric = |(place, column): (usize, &ColumnInfo)| (place != at && column.numeric).then_some(place);
    let mut values: Vec<usize> = table.columns.iter().enumerate().filter_map(numeric).collect();
    if values.is_empty() {
        values.extend((0..table.columns.len()).rev().find(|place| *place != at));
    }
    if values.is_empty() {
        return Ok(table.clone());
    }
    let keys: Vec<usize> = (0..table.columns.len()).filter(|place| *place != at && !values.contains(place)).collect();
    let items = cast(whole.column(at), &DataType::Utf8)?;
    let Some(items) = items.as_any().downcast_ref::<StringArray>() else { return Ok(table.clone()) };
    let headers = headers(items, order);
    let (rows, places) = places(&whole, &keys, items, &headers, across)?;

    let mut columns = Vec::new();
    let (mut fields, mut arrays): (Vec<Field>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
    let mut add = |info: ColumnInfo, array: ArrayRef| {
        fields.push(Field::new(info.name.clone(), array.data_type().clone(), true));
        columns.push(info);
        arrays.push(array);
    };
    for key in &keys {
        if let Some(info) = table.columns.get(*key) {
            add(info.clone(), take(whole.column(*key), &rows, None)?);
        }
    }
    let labels = table.columns.get(at).and_then(|column| column.labels.as_ref());
    let heading = |item: &str| labels.and_then(|labels| labels.label(item)).unwrap_or_else(|| item.to_owned());
    for (header, places) in headers.iter().zip(&places) {
        for value in &values {
            if let Some(info) = table.columns.get(*value) {
                let shown = header.as_deref().map_or_else(|| "(blank)".to_owned(), heading);
                let name = if values.len() == 1 { shown } else { format!("{shown} {}", info.name) };
                add(ColumnInfo { name, ..info.clone() }, take(whole.column(*value), places, None)?);
            }
        }
    }
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?;
    Ok(Table { columns, batches: vec![batch] })
}

/// `Month`, also as `"Month"` and as the last name of a path.
fn is_called(name: &str, wanted: &str) -> bool {
    smalt_model::same_name(name, wanted.trim_matches('"'))
}

/// The items that there are, each once.
fn headers(items: &StringArray, order: &[String]) -> Vec<Option<String>> {
    let known: HashMap<&str, usize> = order.iter().enumerate().map(|(place, item)| (item.as_str(), place)).collect();
    let mut headers: Vec<Option<String>> = Vec::new();
    for item in items {
        if !headers.iter().any(|header| header.as_deref() == item) {
            headers.push(item.map(str::to_owned));
        }
    }
    headers.sort_by_key(|header| header.as_deref().and_then(|item| known.get(item)).copied().unwrap_or(usize::MAX));
    headers
}

/// For each row of the result the first row that has its keys; for each header the row that has the value of each of them.
fn places(
    whole: &RecordBatch,
    keys: &[usize],
    items: &StringArray,
    headers: &[Option<String>],
    across: &str,
) -> Result<(UInt64Array, Vec<UInt64Array>), OutputError> {
    let fields = keys.iter().map(|key| SortField::new(whole.column(*key).data_type().clone())).collect();
    let converter = RowConverter::new(fields)?;
    let arrays: Vec<ArrayRef> = keys.iter().map(|key| Arc::clone(whole.column(*key))).collect();
    // Without keys there is one row.
    let encoded = if keys.is_empty() { None } else { Some(converter.convert_columns(&arrays)?) };
    let columns: HashMap<Option<&str>, usize> = headers.iter().enumerate().map(|(place, header)| (header.as_deref(), place)).collect();
    let mut known: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut firsts: Vec<u64> = Vec::new();
    let mut places: Vec<Vec<Option<u64>>> = vec![Vec::new(); headers.len()];
    for (row, item) in items.iter().enumerate() {
        let number = row as u64;
        let key = encoded.as_ref().map_or_else(Vec::new, |rows| rows.row(row).as_ref().to_vec());
        let place = *known.entry(key).or_insert_with(|| {
            firsts.push(number);
            firsts.len() - 1
        });
        let Some(column) = columns.get(&item).and_then(|column| places.get_mut(*column)) else { continue };
        if column.len() <= place {
            column.resize(place + 1, None);
        }
        if column.get_mut(place).and_then(|slot| slot.replace(number)).is_some() {
            let item = item.unwrap_or("(blank)");
            return Err(OutputError::Format(format!(
                "`--across {across}`: two rows have a value for `{item}` at the same place (row {}); add GROUP BY",
                row + 1
            )));
        }
    }
    places.iter_mut().for_each(|column| column.resize(firsts.len(), None));
    Ok((UInt64Array::from(firsts), places.into_iter().map(UInt64Array::from).collect()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::super::samples::{numbers, table, texts};
    use super::super::text::format;
    use super::*;

    fn order() -> Vec<String> {
        ["Jan", "Feb", "Mar"].iter().map(|m| (*m).to_owned()).collect()
    }

    #[test]
    fn months_stand_side_by_side() {
        let long = table(vec![
            ("Store", texts(&[Some("S1"), Some("S1"), Some("S2"), Some("S2")])),
            ("Month", texts(&[Some("Feb"), Some("Jan"), Some("Mar"), Some("Jan")])),
            ("Sales", numbers(&[Some(2.0), Some(1.0), Some(-3.5), None])),
        ]);
        let expected = "\
Store  Jan  Feb   Mar
-----  ---  ---  ----
S1       1    2
S2               -3.5
";
        assert_eq!(format(&across(&long, "month", &order()).unwrap()).unwrap(), expected);
    }

    #[test]
    fn several_values_each_have_their_columns() {
        let long = table(vec![
            ("Month", texts(&[Some("Jan"), None])),
            ("Sales", numbers(&[Some(1.0), Some(2.0)])),
            ("Cost", numbers(&[Some(3.0), Some(4.0)])),
        ]);
        let wide = across(&long, "Month", &order()).unwrap();
        let names: Vec<&str> = wide.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["Jan Sales", "Jan Cost", "(blank) Sales", "(blank) Cost"]);
        assert_eq!(wide.row_count(), 1);
    }

    #[test]
    fn texts_are_values_where_there_are_no_numbers() {
        let long = table(vec![
            ("Store", texts(&[Some("S1"), Some("S1")])),
            ("Month", texts(&[Some("Jan"), Some("X")])),
            ("Note", texts(&[Some("a"), Some("b")])),
        ]);
        assert_eq!(format(&across(&long, "Month", &order()).unwrap()).unwrap(), "Store  Jan  X\n-----  ---  -\nS1     a    b\n");
    }

    #[test]
    fn two_rows_at_one_place_are_refused() {
        let long = table(vec![("Month", texts(&[Some("Jan"), Some("Jan")])), ("Sales", numbers(&[Some(1.0), Some(2.0)]))]);
        let refused = across(&long, "Month", &order()).unwrap_err().to_string();
        assert_eq!(refused, "`--across Month`: two rows have a value for `Jan` at the same place (row 2); add GROUP BY");
    }

    #[test]
    fn what_has_no_such_column_stays_as_it_is() {
        let long = table(vec![("Store", texts(&[Some("S1")]))]);
        assert_eq!(format(&across(&long, "Month", &order()).unwrap()).unwrap(), format(&long).unwrap());
        let alone = table(vec![("Month", texts(&[Some("Jan"), Some("Jan")]))]);
        assert_eq!(format(&across(&alone, "Month", &order()).unwrap()).unwrap(), format(&alone).unwrap());
        let none = Table { columns: vec![ColumnInfo::new("Month", false)], batches: Vec::new() };
        assert_eq!(across(&none, "Month", &order()).unwrap().row_count(), 0);
    }
}
