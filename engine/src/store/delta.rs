//! A state as what differs from another one.
//!
//! What a state has of definitions, items, cells and rows is told in the cheapest way that does: as that of a third state, as what changed, or
//! whole. Cells of formulas are not told, as long as they are nobody's input: they are computed again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smalt_model::{Block, DimensionDef, DimensionId, ListId, MetricId};
use smalt_vault::{Cells, Edits, Items, Revision, Rows, Vector};

use super::bytes::{Broken, Reader, put_column, put_u32, put_u64, put_varint};
use super::columns::{changed_places, places, splice};
use super::definitions::Definitions;
use super::kept;
use super::loaded::LoadedState;
use super::pieces::{cells_bytes, has_room, items_bytes, read_cells, read_items, read_layout, read_rows, rows_bytes, set_items, widened};

/// More changed cells than this share of a metric are not told one by one.
const WHOLE_SHARE: u64 = 4;
/// As many cells are always told one by one.
const ONE_BY_ONE: u64 = 4_096;
/// What stands for no state.
const NONE: u64 = u64::MAX;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    End = 0,
    Definitions = 1,
    Items = 2,
    ItemsChanged = 3,
    ItemsOf = 4,
    Cells = 5,
    CellsChanged = 6,
    CellsOf = 7,
    InputGone = 8,
    Parked = 9,
    ParkedGone = 10,
    Rows = 11,
    RowsChanged = 12,
    RowsOf = 13,
    ItemsCut = 14,
}

impl Change {
    fn of(tag: u8) -> Option<Change> {
        use Change as C;
        let all = [
            C::End,
            C::Definitions,
            C::Items,
            C::ItemsChanged,
            C::ItemsOf,
            C::Cells,
            C::CellsChanged,
            C::CellsOf,
            C::InputGone,
            C::Parked,
            C::ParkedGone,
            C::Rows,
            C::RowsChanged,
            C::RowsOf,
            C::ItemsCut,
        ];
        all.into_iter().find(|c| *c as u8 == tag)
    }
}

fn put(out: &mut Vec<u8>, change: Change, body: &[u8]) {
    out.push(change as u8);
    put_u64(out, body.len() as u64);
    out.extend_from_slice(body);
}

/// What stands in another state as it is.
fn put_same(out: &mut Vec<u8>, change: Change, id: u32, state: u64) {
    let mut body = Vec::new();
    put_u32(&mut body, id);
    put_u64(&mut body, state);
    put(out, change, &body);
}

/// States under their numbers, newest last.
pub(super) type Known<'a> = [(u64, &'a Revision)];

/// Writes a state as a change of `parent`; `known` are the states that the reader has then.
pub(super) fn write(
    out: &mut Vec<u8>,
    number: u64,
    state: &Revision,
    parent: Option<(u64, &Revision)>,
    known: &Known<'_>,
) -> serde_json::Result<()> {
    put_u64(out, number);
    put_u64(out, parent.map_or(NONE, |(number, _)| number));
    put_u64(out, state.number());
    let empty = Revision::empty();
    let before = parent.map_or(&empty, |(_, before)| before);
    let writing = Writing { before, state, known };
    let schema = state.schema();
    if !Arc::ptr_eq(schema, before.schema()) && schema != before.schema() {
        put(out, Change::Definitions, &serde_json::to_vec(&Definitions::of(schema))?);
    }
    // A subset comes after the dimension whose items it has.
    let mut dimensions: Vec<&Arc<DimensionDef>> = schema.dimensions().collect();
    dimensions.sort_by_key(|def| schema.line(def.id).count());
    dimensions.into_iter().for_each(|def| writing.items(out, def));
    schema.metrics().for_each(|def| writing.metric(out, def.id));
    schema.lists().for_each(|def| writing.rows(out, def.id));
    put(out, Change::End, &[]);
    Ok(())
}

struct Writing<'a> {
    before: &'a Revision,
    state: &'a Revision,
    known: &'a Known<'a>,
}

impl Writing<'_> {
    /// The newest state for which something holds.
    fn find(&self, test: impl Fn(&Revision) -> bool) -> Option<u64> {
        self.known.iter().rev().find(|(_, revision)| test(revision)).map(|(number, _)| *number)
    }

    fn items(&self, out: &mut Vec<u8>, def: &DimensionDef) {
        let items = self.state.items(def.id);
        let stamp = |revision: &Revision| revision.schema().dimension(def.id).map(|_| revision.items(def.id).stamp());
        let before_def = self.before.schema().dimension(def.id);
        if stamp(self.before) == Some(items.stamp()) {
            return;
        }
        if let Some(number) = self.find(|revision| stamp(revision) == Some(items.stamp())) {
            return put_same(out, Change::ItemsOf, def.id.0, number);
        }
        let types = |def: &DimensionDef| def.properties.iter().map(|p| p.ty).collect::<Vec<_>>();
        let is_like = before_def.is_some_and(|before| types(before) == types(def) && before.parent == def.parent);
        match is_like.then(|| items_changed(def, &self.before.items(def.id), &items)).flatten() {
            Some((change, body)) => put(out, change, &body),
            None => put(out, Change::Items, &items_bytes(def, &items)),
        }
    }

    fn metric(&self, out: &mut Vec<u8>, metric: MetricId) {
        for id in [metric, metric.input()] {
            // A scenario may still hold what was dropped: a reader does not.
            let had =
                |revision: &Revision| revision.schema().metric(metric).filter(|_| kept(revision, id)).and_then(|_| revision.cells(id));
            match (had(self.state), had(self.before)) {
                (Some(cells), before) if before.as_ref().is_none_or(|before| before.stamp() != cells.stamp()) => {
                    if let Some(number) = self.find(|revision| had(revision).is_some_and(|known| known.stamp() == cells.stamp())) {
                        put_same(out, Change::CellsOf, id.0, number);
                    } else if let Some(body) = before.and_then(|before| cells_changed(id, &before, &cells)) {
                        put(out, Change::CellsChanged, &body);
                    } else {
                        put(out, Change::Cells, &cells_bytes(id, &cells));
                    }
                }
                (None, Some(_)) if id.is_input() => put_same(out, Change::InputGone, id.0, NONE),
                _ => {}
            }
            let parked = |revision: &Revision| revision.schema().metric(metric).and_then(|_| revision.parked(id));
            match (parked(self.state), parked(self.before)) {
                (Some(parked), before) if before.as_ref().is_none_or(|before| before.stamp() != parked.stamp()) => {
                    put(out, Change::Parked, &cells_bytes(id, &parked));
                }
                (None, Some(_)) => put_same(out, Change::ParkedGone, id.0, NONE),
                _ => {}
            }
        }
    }

    fn rows(&self, out: &mut Vec<u8>, list: ListId) {
        let rows_of = |revision: &Revision| revision.schema().list(list).and_then(|_| revision.rows(list));
        let Some(rows) = rows_of(self.state) else { return };
        let stamp = |revision: &Revision| rows_of(revision).map(|rows| rows.stamp());
        if stamp(self.before) == Some(rows.stamp()) {
            return;
        }
        if let Some(number) = self.find(|revision| stamp(revision) == Some(rows.stamp())) {
            return put_same(out, Change::RowsOf, list.0, number);
        }
        let before = rows_of(self.before).and_then(|before| rows_changed(list, &before, &rows));
        match (before, self.state.schema().list(list)) {
            (Some(body), _) => put(out, Change::RowsChanged, &body),
            (None, Some(def)) => put(out, Change::Rows, &rows_bytes(def, &rows)),
            (None, None) => {}
        }
    }
}

/// How many of the items there are still, where they are fewer than before; the places of each column that changed, their values, and what is behind
/// the former end. Fewer they are in moments that are told by those after them.
fn items_changed(def: &DimensionDef, before: &Items, now: &Items) -> Option<(Change, Vec<u8>)> {
    let mut body = Vec::new();
    put_u32(&mut body, def.id.0);
    let (had, has) = (before.property(0)?.len(), now.property(0)?.len());
    let change = if has < had { Change::ItemsCut } else { Change::ItemsChanged };
    if change == Change::ItemsCut {
        put_u64(&mut body, has as u64);
    }
    let count = if def.parent.is_some() { 1 } else { u16::try_from(def.properties.len()).ok()? };
    for property in 0..count {
        let (old, new) = (before.property(property)?, now.property(property)?);
        if old.len() != had || new.len() != has || new.ty() != old.ty() {
            return None;
        }
        let old = &if has < had { Arc::new(old.part(0, has)) } else { Arc::clone(old) };
        let changed = if Arc::ptr_eq(old, new) { Vec::new() } else { changed_places(old, new) };
        put_u64(&mut body, changed.len() as u64);
        changed.iter().for_each(|place| put_varint(&mut body, *place as u128));
        put_column(&mut body, &new.take(&changed));
        put_column(&mut body, &new.take(&(old.len()..new.len()).collect::<Vec<_>>()));
    }
    Some((change, body))
}

/// The coordinates at which cells changed, and their values, BLANK for what is no cell any more.
fn cells_changed(id: MetricId, before: &Cells, now: &Cells) -> Option<Vec<u8>> {
    if before.layout().dims() != now.layout().dims() || !has_room(before.layout(), now.layout()) {
        return None;
    }
    let before = before.relayout(now.layout())?;
    let most = usize::try_from((now.len() / WHOLE_SHARE).max(ONE_BY_ONE)).ok()?;
    let keys = now.changed_from(&before, most)?;
    let mut body = Vec::new();
    put_u32(&mut body, id.0);
    put_u32(&mut body, u32::try_from(now.layout().fields().len()).ok()?);
    now.layout().fields().iter().for_each(|field| put_u32(&mut body, field.bits));
    put_u64(&mut body, keys.len() as u64);
    let mut last = 0;
    for key in &keys {
        put_varint(&mut body, key - last);
        last = *key;
    }
    put_column(&mut body, &now.at(&keys));
    Some(body)
}

/// From which row on how many are replaced, and the rows in their place.
fn rows_changed(list: ListId, before: &Rows, now: &Rows) -> Option<Vec<u8>> {
    let columns = |rows: &Rows| (0u16..).map_while(|c| rows.column(c).map(Arc::clone)).collect::<Vec<_>>();
    let (old, new) = (columns(before), columns(now));
    if old.len() != new.len() || old.iter().zip(&new).any(|(a, b)| a.ty() != b.ty()) {
        return None;
    }
    let (from, behind) = splice(&old, &new, before.len(), now.len());
    let mut body = Vec::new();
    put_u32(&mut body, list.0);
    put_u64(&mut body, from as u64);
    put_u64(&mut body, behind as u64);
    let fresh: Vec<usize> = (from..now.len() - behind).collect();
    new.iter().for_each(|column| put_column(&mut body, &column.take(&fresh)));
    Some(body)
}

/// Reads a state: its number and what it is.
pub(super) fn read(reader: &mut Reader<'_>, states: &BTreeMap<u64, LoadedState>) -> Result<(u64, LoadedState), Broken> {
    let number = reader.u64()?;
    let parent = match reader.u64()? {
        NONE => LoadedState { revision: Arc::default(), settled: None, missing: BTreeSet::new() },
        parent => states.get(&parent).cloned().ok_or(Broken("a state is a change of one that is not there"))?,
    };
    let mut revision = Revision::clone(&parent.revision);
    revision.set_number(reader.u64()?);
    let mut is_arranged = true;
    loop {
        let change = Change::of(reader.u8()?).ok_or(Broken("a change is unknown"))?;
        let length = reader.len()?;
        let body = reader.take(length)?;
        let is_of_items = matches!(change, Change::Items | Change::ItemsChanged | Change::ItemsCut | Change::ItemsOf);
        is_arranged &= !is_of_items && change != Change::Definitions;
        match change {
            Change::End => break,
            change => apply(&mut revision, change, body, states)?,
        }
    }
    if !is_arranged {
        revision = super::old::arranged(revision);
        lay_out(&mut revision)?;
    }
    Ok((number, LoadedState { revision: Arc::new(revision), ..parent }))
}

fn apply(revision: &mut Revision, change: Change, body: &[u8], states: &BTreeMap<u64, LoadedState>) -> Result<(), Broken> {
    let mut reader = Reader::new(body);
    let none = Broken("a state is like one that is not there");
    let same = |reader: &mut Reader<'_>| -> Result<(u32, Arc<Revision>), Broken> {
        let (id, number) = (reader.u32()?, reader.u64()?);
        Ok((id, states.get(&number).map(|state| Arc::clone(&state.revision)).unwrap_or_default()))
    };
    match change {
        Change::End => {}
        Change::Definitions => define(revision, body)?,
        Change::Items => {
            read_items(revision, body)?;
            lay_out(revision)?;
        }
        Change::ItemsChanged | Change::ItemsCut => {
            change_items(revision, change, &mut reader)?;
            lay_out(revision)?;
        }
        Change::ItemsOf => {
            let (id, from) = same(&mut reader)?;
            let id = DimensionId(id);
            from.schema().dimension(id).ok_or(none)?;
            revision.set_items(id, from.items(id));
            lay_out(revision)?;
        }
        Change::Cells => {
            let (id, cells) = read_cells(revision, body)?;
            revision.set_cells(id, cells);
        }
        Change::CellsChanged => change_cells(revision, &mut reader)?,
        Change::CellsOf => {
            let (id, from) = same(&mut reader)?;
            let id = MetricId(id);
            revision.set_cells(id, from.cells(id).ok_or(none)?);
            fit(revision, id)?;
        }
        Change::InputGone => revision.drop_cells(MetricId(reader.u32()?)),
        Change::Parked => {
            let (id, cells) = read_cells(revision, body)?;
            revision.set_parked(id, cells);
        }
        Change::ParkedGone => revision.drop_parked(MetricId(reader.u32()?)),
        Change::Rows => read_rows(revision, body)?,
        Change::RowsChanged => change_rows(revision, &mut reader)?,
        Change::RowsOf => {
            let (id, from) = same(&mut reader)?;
            revision.set_rows(ListId(id), from.rows(ListId(id)).ok_or(none)?);
        }
    }
    Ok(())
}

/// Sets other definitions. What is there no more, or of another shape, loses its data.
fn define(revision: &mut Revision, json: &[u8]) -> Result<(), Broken> {
    let schema = Definitions::read(json)?.schema()?;
    let before = Arc::clone(revision.schema());
    for def in before.dimensions().filter(|def| schema.dimension(def.id).is_none()) {
        revision.remove(Block::Dimension(def.id));
    }
    for def in before.metrics() {
        if schema.metric(def.id).is_none_or(|now| (now.ty, &now.dimensions) != (def.ty, &def.dimensions)) {
            revision.remove(Block::Metric(def.id));
        }
    }
    for def in before.lists().filter(|def| schema.list(def.id).is_none()) {
        revision.remove(Block::List(def.id));
    }
    revision.set_schema(Arc::new(schema));
    Ok(())
}

/// Brings all cells under the layouts that the items ask for.
fn lay_out(revision: &mut Revision) -> Result<(), Broken> {
    let schema = Arc::clone(revision.schema());
    for def in schema.metrics() {
        fit(revision, def.id)?;
        fit(revision, def.id.input())?;
    }
    Ok(())
}

/// Brings the cells of a metric, or its input, under the layout that the items ask for.
fn fit(revision: &mut Revision, id: MetricId) -> Result<(), Broken> {
    let Some(def) = revision.schema().metric(id.whole()).map(Arc::clone) else { return Ok(()) };
    let wanted = revision.layout_for(&def.dimensions).map_err(|_| Broken("a metric has too many dimensions"))?;
    if let Some(cells) = revision.cells(id).filter(|cells| *cells.layout() != wanted) {
        revision.set_cells(id, widened(cells, &wanted)?);
    }
    if let Some(cells) = revision.parked(id).filter(|cells| *cells.layout() != wanted) {
        revision.set_parked(id, widened(cells, &wanted)?);
    }
    Ok(())
}

fn change_items(revision: &mut Revision, change: Change, reader: &mut Reader<'_>) -> Result<(), Broken> {
    let id = DimensionId(reader.u32()?);
    let def = revision.schema().dimension(id).map(Arc::clone).ok_or(Broken("items are of no dimension"))?;
    let before = revision.items(id);
    let left = if change == Change::ItemsCut { reader.len()? } else { usize::MAX };
    let mut columns = Vec::new();
    let count = if def.parent.is_some() { 1 } else { u16::try_from(def.properties.len()).unwrap_or(0) };
    for property in 0..count {
        let old = before.property(property).ok_or(Broken("a property does not fit its definition"))?;
        let old = &if left < old.len() { Arc::new(old.part(0, left)) } else { Arc::clone(old) };
        let count = reader.len()?;
        let mut changed = BTreeMap::new();
        for at in 0..count {
            changed.insert(usize::try_from(reader.varint()?).unwrap_or(usize::MAX), at);
        }
        let (values, behind) = (reader.column()?, reader.column()?);
        if values.ty() != old.ty() || behind.ty() != old.ty() || values.len() != count {
            return Err(Broken("a property does not fit its definition"));
        }
        // Changed values are put behind the old ones, and then each place is taken from where its value is.
        let mut all = Vector::clone(old);
        all.append(&values);
        let mut column = all.take(&places(old.len(), &changed));
        column.append(&behind);
        columns.push(column);
    }
    set_items(revision, &def, columns)
}

fn change_cells(revision: &mut Revision, reader: &mut Reader<'_>) -> Result<(), Broken> {
    let id = MetricId(reader.u32()?);
    let cells = revision.cells(id).ok_or(Broken("cells are of no metric"))?;
    let dims = cells.layout().dims().to_vec();
    if reader.u32()? as usize != dims.len() {
        return Err(Broken("a metric's cells do not fit its dimensions"));
    }
    let layout = read_layout(reader, &dims)?;
    let cells = match has_room(cells.layout(), &layout) {
        true => cells.relayout(&layout).ok_or(Broken("a metric's cells do not fit its dimensions"))?,
        false => return Err(Broken("a metric's cells do not fit its dimensions")),
    };
    let count = reader.len()?;
    let (mut keys, mut last) = (Vec::with_capacity(count.min(1 << 20)), 0u128);
    for at in 0..count {
        let step = reader.varint()?;
        let key = last.checked_add(step).ok_or(Broken("a coordinate is impossible"))?;
        if key >> cells.layout().bits() != 0 || (at > 0 && step == 0) {
            return Err(Broken("a coordinate is impossible"));
        }
        keys.push(key);
        last = key;
    }
    let values = reader.column()?;
    if values.len() != count || values.ty() != cells.ty() {
        return Err(Broken("a metric's values do not fit its cells"));
    }
    let cells = cells.apply(Edits::from_keys(keys, values)).map_err(|_| Broken("a coordinate is impossible"))?;
    revision.set_cells(id, Arc::new(cells));
    fit(revision, id)
}

fn change_rows(revision: &mut Revision, reader: &mut Reader<'_>) -> Result<(), Broken> {
    let misfit = Broken("a list's rows do not fit its definition");
    let id = ListId(reader.u32()?);
    let def = revision.schema().list(id).map(Arc::clone).ok_or(Broken("rows are of no list"))?;
    let before = revision.take_rows(id).ok_or(Broken("rows are of no list"))?;
    let (from, behind) = (reader.len()?, reader.len()?);
    if from.checked_add(behind).is_none_or(|kept| kept > before.len()) {
        return Err(misfit);
    }
    let fresh = (0..def.columns.len()).map(|_| reader.column()).collect::<Result<Vec<_>, _>>()?;
    if fresh.iter().zip(&def.columns).any(|(values, column)| values.ty() != column.ty) {
        return Err(misfit);
    }
    let tail: Vec<usize> = (before.len() - behind..before.len()).collect();
    let tail: Vec<Vector> = (0u16..).map_while(|c| before.column(c).map(|column| column.take(&tail))).collect();
    let head = if from == before.len() { Rows::clone(&before) } else { before.keep(&(0..from).collect::<Vec<_>>()) };
    let rows = head.append(fresh).append(tail);
    revision.set_rows(id, Arc::new(rows));
    Ok(())
}
