//! EVALUATE: a formula that is not saved.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema as ArrowSchema};
use smalt_formula::{Code, Place, parse, security_call};
use smalt_model::{DimensionId, Type, Value};
use smalt_planted::{Leak, planted};
use smalt_query::{Errand, QueryError, Stop};
use smalt_security::Permission;
use smalt_vault::{BLANK_BOOLEAN, BLANK_DATE, BLANK_DECIMAL, BLANK_INTEGER, BLANK_ITEM, Cells, MaskedView, Revision, Vector};

use super::{Ask, Told};
use crate::calc::{self, Ending, Watch};
use crate::fault::{Done, Fault};
use crate::footprint::of_formula;
use crate::formula::check_reads;
use crate::names::SeenItems;
use crate::outcome::Table;
use crate::statement::ast::Formula;
use crate::work::{formula_fault, refused};

pub(super) fn evaluate(ask: &Ask<'_>, formula: &Formula) -> Done<Told> {
    let expr = parse(&formula.text).map_err(|e| formula_fault(formula, &e))?;
    if let Some(call) = security_call(&expr)
        && !ask.access.permits(Permission::DefineSecurity)
    {
        return Err(Fault::missing(Permission::DefineSecurity).code(Code::Permission).at(formula.place(call.start)));
    }
    let options = ask.questions.options(&ask.asks(), &ask.access);
    let errand = ask.errand()?;
    let view = ask.questions.view(ask.state, &ask.access);
    let items = SeenItems { revision: &ask.state.revision, access: Some(&ask.access) };
    let program =
        smalt_formula::check(&formula.text, &expr, view.catalog(), &items, &Place::Free).map_err(|e| formula_fault(formula, &e))?;
    check_reads(&program, ask.state.revision.schema(), &ask.access).map_err(|fault| fault.at(formula.at))?;
    if let Some(part) = calc::wrong_part(&program) {
        return Err(refused(formula, part));
    }
    let revision = &ask.state.revision;
    // A derived metric of its author for a moment: computed on all data, then masked.
    let mask = ask.access.reading_formula(&program.root.dims, &of_formula(revision, &ask.state.programs, &program));
    let limits = ask.questions.playground(&ask.state.programs.limits);
    let (dims, cells) = calc::evaluate(revision, &program, &limits, &watch(&errand, ask.stop), &ask.access)?;
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
    let sheet = Sheet { revision, view: &view, dims: &dims, errand: &errand };
    let (table, cut) = sheet.table(&cells, shown, options.row_limit)?;
    Ok(Told { table: table.labelled(&view, columns), cut: cut.map(|fault| fault.at(formula.at)) })
}

/// Ends the calculation with the errand.
pub(super) fn watch(errand: &Arc<Errand>, stop: &Stop) -> Watch {
    let (errand, stop) = (Arc::clone(errand), stop.clone());
    Watch::new(move || match errand.look() {
        Ok(()) => None,
        Err(_) if stop.is_stopped() => Some(Ending::Stopped),
        Err(_) => Some(Ending::Late),
    })
}

pub(super) fn told(error: &QueryError) -> Fault {
    Fault::new(error.message()).help_if(error.help_text().map(str::to_owned))
}

/// What the rows of a result are made of.
struct Sheet<'a> {
    revision: &'a Revision,
    view: &'a MaskedView,
    dims: &'a [DimensionId],
    errand: &'a Errand,
}

/// Cells between two looks at the time.
const GLANCE: usize = 65_536;
/// About the bytes that a row takes until it is shown.
const ROW_BYTES: usize = 64;

impl Sheet<'_> {
    /// The cells that are shown as rows in item order, as their reader may see it: a column per dimension, then `Value`; and why there are no more,
    /// where there are more than `limit`. `shown` is asked with the items of a cell, and the one that it holds. Only rows that are shown count
    /// against the reader's memory.
    fn table(&self, cells: &Cells, shown: impl Fn(&[u32], Option<u32>) -> bool, limit: Option<u64>) -> Done<(Table, Option<Fault>)> {
        let (keys, values) = cells.entries();
        let layout = cells.layout();
        let places: Vec<Option<usize>> = self.dims.iter().map(|d| layout.position(*d)).collect();
        let coordinate = |row: usize| -> Vec<u32> {
            let all = keys.get(row).map(|key| layout.unpack(*key)).unwrap_or_default();
            places.iter().map(|place| place.and_then(|p| all.get(p)).copied().unwrap_or(BLANK_ITEM)).collect()
        };
        let items = self.dims.iter().map(|d| self.view.items(*d)).collect::<Vec<_>>();
        // The place of a coordinate in item order, as one number: the items of a metric's dimensions fit into 127 bits.
        let rank = |cell: &[u32]| {
            cell.iter().zip(&items).fold(0u128, |rank, (item, of)| {
                let place = of.position(*item).unwrap_or(u32::MAX).min(of.capacity());
                rank.saturating_mul(u128::from(of.capacity()) + 1).saturating_add(u128::from(place))
            })
        };
        let mut rows: Vec<(u128, usize)> = Vec::new();
        for row in 0..keys.len() {
            if row.is_multiple_of(GLANCE) {
                self.errand.look().map_err(|e| told(&e))?;
            }
            let cell = coordinate(row);
            let item = match values.get(row) {
                Some(Value::Item(_, item)) => Some(item),
                _ => None,
            };
            if shown(&cell, item) {
                if rows.len() == rows.capacity() {
                    let more = rows.len().max(1_024);
                    self.errand.take(more.saturating_mul(ROW_BYTES)).map_err(|e| told(&e))?;
                    rows.reserve_exact(more);
                }
                rows.push((rank(&cell), row));
            }
        }
        rows.sort_unstable();
        let most = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let cut = (rows.len() > most).then(|| {
            let reason = format!("this result has more than {most} rows, which is all that you may take at once");
            Fault { denied: true, ..Fault::new(reason).help("narrow it with FILTER") }
        });
        rows.truncate(most);
        let mut fields = Vec::new();
        let mut arrays: Vec<ArrayRef> = Vec::new();
        let name_of = |at: usize, row: usize| coordinate(row).get(at).and_then(|item| items.get(at)?.name(*item).cloned());
        for (at, dimension) in self.dims.iter().enumerate() {
            let heading = self.revision.schema().dimension(*dimension).map_or("", |d| &d.name);
            fields.push(Field::new(heading, DataType::Utf8, true));
            arrays.push(Arc::new(rows.iter().map(|(_, row)| name_of(at, *row)).collect::<StringArray>()));
        }
        let order: Vec<usize> = rows.iter().map(|(_, row)| *row).collect();
        let value = array(self.revision, &values.take(&order));
        fields.push(Field::new("Value", value.data_type().clone(), true));
        arrays.push(value);
        let arrow = Arc::new(ArrowSchema::new(fields));
        let batch = RecordBatch::try_new(Arc::clone(&arrow), arrays).map_err(|e| Fault::new(format!("the result cannot be shown: {e}")))?;
        self.errand.take(batch.get_array_memory_size()).map_err(|e| told(&e))?;
        Ok((Table::new(&arrow, vec![batch]), cut))
    }
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
