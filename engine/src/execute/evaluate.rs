//! EVALUATE: a formula that is not saved.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema as ArrowSchema};
use smalt_formula::{Code, Place, parse, uses_security};
use smalt_model::{DimensionId, Schema, Type, Value};
use smalt_planted::{Leak, planted};
use smalt_security::Permission;
use smalt_vault::{BLANK_BOOLEAN, BLANK_DATE, BLANK_DECIMAL, BLANK_INTEGER, BLANK_ITEM, Cells, MaskedView, Revision, Vector};

use super::Ask;
use crate::calc;
use crate::fault::{Done, Fault};
use crate::footprint::of_formula;
use crate::formula::check_reads;
use crate::names::SeenItems;
use crate::outcome::Table;
use crate::statement::ast::Formula;
use crate::work::{formula_fault, refused};

pub(super) fn evaluate(ask: &Ask<'_>, formula: &Formula) -> Done<Table> {
    let expr = parse(&formula.text).map_err(|e| formula_fault(formula, &e))?;
    if uses_security(&expr) && !ask.access.permits(Permission::DefineSecurity) {
        return Err(Fault::missing(Permission::DefineSecurity).code(Code::Permission).at(formula.at));
    }
    let view = ask.questions.view(ask.state, &ask.access);
    let items = SeenItems { revision: &ask.state.revision, access: Some(&ask.access) };
    let program =
        smalt_formula::check(&formula.text, &expr, view.catalog(), &items, &Place::Free).map_err(|e| formula_fault(formula, &e))?;
    check_reads(&program, ask.state.revision.schema(), &ask.access).map_err(|fault| fault.at(formula.at))?;
    if let Some(part) = calc::missing_part(&program) {
        return Err(refused(formula, part));
    }
    let revision = &ask.state.revision;
    // A derived metric of its author for a moment: computed on all data, then masked.
    let mask = ask.access.reading_formula(&program.root.dims, &of_formula(revision, &ask.state.programs, &program));
    let (dims, cells) = calc::evaluate(revision, &program, &ask.state.programs.limits, &ask.access)?;
    let value = match program.root.ty {
        Type::Item(dimension) => Some(dimension),
        _ => None,
    };
    let columns = dims.iter().copied().map(Some).chain([value]);
    let held = value.map(|dimension| ask.access.items(dimension));
    let shown = |cell: &[u32], item: Option<u32>| {
        let may = mask.allows(cell) || planted(Leak::UnmaskedPlayground);
        may && held.as_ref().is_none_or(|held| item.is_none_or(|item| held.allows(&[item])))
    };
    Ok(table(revision, &view, &dims, &cells, shown)?.labelled(&view, columns))
}

/// The cells that are shown as rows in item order, as their reader may see it: a column per dimension, then `Value`. `shown` is asked with the
/// items of a cell, and the one that it holds.
fn table(
    revision: &Revision,
    view: &MaskedView,
    dims: &[DimensionId],
    cells: &Cells,
    shown: impl Fn(&[u32], Option<u32>) -> bool,
) -> Done<Table> {
    let schema: &Schema = revision.schema();
    let (keys, values) = cells.entries();
    let layout = cells.layout();
    let items = dims.iter().map(|d| view.items(*d)).collect::<Vec<_>>();
    let coordinates: Vec<Vec<u32>> = keys
        .iter()
        .map(|key| {
            let all = layout.unpack(*key);
            dims.iter().map(|d| layout.position(*d).and_then(|p| all.get(p)).copied().unwrap_or(BLANK_ITEM)).collect()
        })
        .collect();
    let place = |row: usize| -> Vec<u32> {
        let row = coordinates.get(row).map_or(&[][..], Vec::as_slice);
        row.iter().zip(&items).map(|(item, of)| of.position(*item).unwrap_or(u32::MAX)).collect()
    };
    let item = |row: usize| match values.get(row) {
        Some(Value::Item(_, item)) => Some(item),
        _ => None,
    };
    let mut order: Vec<usize> = (0..keys.len()).filter(|row| coordinates.get(*row).is_some_and(|cell| shown(cell, item(*row)))).collect();
    order.sort_by_cached_key(|row| place(*row));
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (at, (dimension, of)) in dims.iter().zip(&items).enumerate() {
        let name = schema.dimension(*dimension).map_or("", |d| &d.name);
        let item = |row: &usize| coordinates.get(*row).and_then(|c| c.get(at)).and_then(|item| of.name(*item)).map(AsRef::as_ref);
        fields.push(Field::new(name, DataType::Utf8, true));
        arrays.push(Arc::new(order.iter().map(item).collect::<StringArray>()));
    }
    let value = array(revision, &values.take(&order));
    fields.push(Field::new("Value", value.data_type().clone(), true));
    arrays.push(value);
    let arrow = Arc::new(ArrowSchema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&arrow), arrays).map_err(|e| Fault::new(format!("the result cannot be shown: {e}")))?;
    Ok(Table::new(&arrow, vec![batch]))
}

fn array(revision: &Revision, values: &Vector) -> ArrayRef {
    match values {
        Vector::Number(v) => Arc::new(v.iter().map(|x| (!x.is_nan()).then_some(*x)).collect::<Float64Array>()),
        Vector::Integer(v) => Arc::new(v.iter().map(|x| (*x != BLANK_INTEGER).then_some(*x)).collect::<Int64Array>()),
        Vector::Decimal(digits, v) => {
            let ty = DataType::Decimal128(digits.precision, digits.scale.cast_signed());
            Arc::new(v.iter().map(|x| (*x != BLANK_DECIMAL).then_some(*x)).collect::<Decimal128Array>().with_data_type(ty))
        }
        Vector::Text(v) => Arc::new(v.iter().map(|x| x.as_deref()).collect::<StringArray>()),
        Vector::Boolean(v) => Arc::new(v.iter().map(|x| (*x < BLANK_BOOLEAN).then_some(*x == 1)).collect::<BooleanArray>()),
        Vector::Date(v) => Arc::new(v.iter().map(|x| (*x != BLANK_DATE).then_some(*x)).collect::<Date32Array>()),
        Vector::Item(dimension, v) => {
            let items = revision.items(*dimension);
            Arc::new(v.iter().map(|x| items.name(*x).map(|n| n.to_string())).collect::<StringArray>())
        }
        Vector::Rights(_) => {
            let text = |i: usize| match values.get(i) {
                Some(Value::Rights(rights)) => Some(rights.to_string()),
                _ => None,
            };
            Arc::new((0..values.len()).map(text).collect::<StringArray>())
        }
    }
}
