//! Items, cells and rows as bytes, and back.

use std::sync::Arc;

use roaring::RoaringBitmap;
use smalt_model::{DimensionDef, DimensionId, ListDef, ListId, MetricId, Type};
use smalt_vault::{Body, Builder, Cells, Items, Key, Layout, Revision, Rows, Vector};

use super::bytes::{Broken, Reader, put_column, put_u32, put_u64, put_varint};

/// The names and the properties; of a subset the names alone, since all else is its dimension's.
pub(super) fn items_bytes(def: &DimensionDef, items: &Items) -> Vec<u8> {
    let mut out = Vec::new();
    put_u32(&mut out, def.id.0);
    put_u32(&mut out, u32::try_from(items.property_count()).unwrap_or(0));
    let kept = if def.parent.is_some() { 1 } else { items.property_count() };
    for property in (0u16..).take(kept) {
        match items.property(property) {
            Some(column) => put_column(&mut out, column),
            None => put_column(&mut out, &Vector::blank(Type::Text, 0)),
        }
    }
    out
}

pub(super) fn cells_bytes(metric: MetricId, cells: &Cells) -> Vec<u8> {
    fn body<K: Key>(out: &mut Vec<u8>, body: &Body<K>) {
        let mut last = 0u128;
        for chunk in (0..body.block_count()).filter_map(|i| body.chunk(i)) {
            put_u64(out, chunk.keys.len() as u64);
            for key in chunk.keys.decode() {
                put_varint(out, key.wide() - last);
                last = key.wide();
            }
            put_column(out, &chunk.column.to_vector());
        }
    }
    let mut out = Vec::new();
    put_u32(&mut out, metric.0);
    put_u32(&mut out, u32::try_from(cells.layout().fields().len()).unwrap_or(0));
    cells.layout().fields().iter().for_each(|field| put_u32(&mut out, field.bits));
    if let Some(narrow) = cells.narrow() {
        body(&mut out, narrow);
    } else if let Some(wide) = cells.wide() {
        body(&mut out, wide);
    }
    out
}

pub(super) fn rows_bytes(def: &ListDef, rows: &Rows) -> Vec<u8> {
    let mut out = Vec::new();
    put_u32(&mut out, def.id.0);
    for column in (0u16..).take(def.columns.len()) {
        if let Some(values) = rows.column(column) {
            put_column(&mut out, values);
        }
    }
    out
}

/// Sets the items of a dimension from their bytes.
pub(super) fn read_items(revision: &mut Revision, content: &[u8]) -> Result<(), Broken> {
    let mut reader = Reader::new(content);
    let id = DimensionId(reader.u32()?);
    let def = revision.schema().dimension(id).map(Arc::clone).ok_or(Broken("items are of no dimension"))?;
    let count = reader.u32()?;
    if count as usize != def.properties.len() {
        return Err(Broken("a dimension's properties do not fit its definition"));
    }
    let columns = if def.parent.is_some() { 1 } else { def.properties.len() };
    let columns = (0..columns).map(|_| reader.column()).collect::<Result<_, _>>()?;
    set_items(revision, &def, columns)
}

/// Sets the items of a dimension: the names and the other properties; of a subset the names alone.
pub(super) fn set_items(revision: &mut Revision, def: &DimensionDef, columns: Vec<Vector>) -> Result<(), Broken> {
    let mut columns = columns.into_iter();
    let Some(Vector::Text(names)) = columns.next() else { return Err(Broken("a dimension has no names")) };
    if let Some(parent) = def.parent {
        let whole = revision.items(parent);
        // One that a revert brought back knows nothing of the ordinals that were given since.
        if (whole.capacity() as usize) < names.len() {
            return Err(Broken("a subset has other items than its dimension"));
        }
        let items = whole.subset(|item| names.get(item as usize).is_some_and(Option::is_some));
        revision.set_items(def.id, Arc::new(items));
        return Ok(());
    }
    let mut edit = Items::empty(def).edit();
    edit.reserve(names.len());
    let mut gone = RoaringBitmap::new();
    for (ordinal, name) in names.iter().enumerate() {
        match name {
            Some(name) => drop(edit.add(name).map_err(|_| Broken("two items have one name"))?),
            // The ordinal of an item that is gone is never given again.
            None => drop(gone.insert(edit.add(&format!("\u{0}{ordinal}")).map_err(|_| Broken("two items have one name"))?)),
        }
    }
    edit.remove_all(&gone);
    for (property, of) in (0u16..).zip(&def.properties).skip(1) {
        let column = columns.next().ok_or(Broken("a property does not fit its definition"))?;
        if column.ty() != of.ty || column.len() != names.len() {
            return Err(Broken("a property does not fit its definition"));
        }
        edit.set_column(property, column);
    }
    revision.set_items(def.id, Arc::new(edit.finish()));
    Ok(())
}

/// The cells of a metric from their bytes, under the layout that they have in `revision`.
pub(super) fn read_cells(revision: &Revision, content: &[u8]) -> Result<(MetricId, Arc<Cells>), Broken> {
    let id = MetricId(Reader::new(content).u32()?);
    read_cells_of(revision, id, content).map(|cells| (id, cells))
}

/// The same, of a metric whose cells may have been written as those of another one.
pub(super) fn read_cells_of(revision: &Revision, id: MetricId, content: &[u8]) -> Result<Arc<Cells>, Broken> {
    let mut reader = Reader::new(content);
    reader.u32()?;
    let def = revision.schema().metric(id.whole()).map(Arc::clone).ok_or(Broken("cells are of no metric"))?;
    let count = reader.u32()? as usize;
    if count != def.dimensions.len() {
        return Err(Broken("a metric's cells do not fit its dimensions"));
    }
    let layout = read_layout(&mut reader, &def.dimensions)?;
    let cells: Cells = if layout.is_wide() {
        read_body::<u128>(&mut reader, &layout, def.ty)?.into()
    } else {
        read_body::<u64>(&mut reader, &layout, def.ty)?.into()
    };
    let wanted = revision.layout_for(&def.dimensions).map_err(|_| Broken("a metric has too many dimensions"))?;
    widened(Arc::new(cells), &wanted)
}

/// Cells under the layout that the items ask for. What a merge has put together may have cells at items that its own state does not have: they
/// keep the room that they need.
pub(super) fn widened(cells: Arc<Cells>, wanted: &Arc<Layout>) -> Result<Arc<Cells>, Broken> {
    if cells.layout() == wanted || !has_room(cells.layout(), wanted) {
        return Ok(cells);
    }
    cells.relayout(wanted).map(Arc::new).ok_or(Broken("a metric's cells do not fit its dimensions"))
}

/// Whether every coordinate of one layout fits another one of the same dimensions.
pub(super) fn has_room(layout: &Layout, wanted: &Layout) -> bool {
    layout.fields().iter().zip(wanted.fields()).all(|(from, to)| from.bits <= to.bits)
}

/// A layout from the number of bits of each dimension.
pub(super) fn read_layout(reader: &mut Reader<'_>, dimensions: &[DimensionId]) -> Result<Arc<Layout>, Broken> {
    let bits = dimensions.iter().map(|_| reader.u32()).collect::<Result<Vec<_>, _>>()?;
    layout_of(dimensions, &bits)
}

/// A layout with so many bits for each dimension.
pub(super) fn layout_of(dimensions: &[DimensionId], bits: &[u32]) -> Result<Arc<Layout>, Broken> {
    // A field of so many bits is what this many items ask for.
    let sizes = dimensions.iter().zip(bits).map(|(d, bits)| (*d, if *bits >= 32 { u32::MAX } else { 1u32 << bits }));
    Layout::new(&sizes.collect::<Vec<_>>()).map(Arc::new).map_err(|_| Broken("a metric has too many dimensions"))
}

fn read_body<K: Key>(reader: &mut Reader<'_>, layout: &Arc<Layout>, ty: Type) -> Result<Body<K>, Broken> {
    let mut builder = Builder::<K>::new(Arc::clone(layout), ty);
    let mut last: Option<u128> = None;
    while !reader.is_empty() {
        let count = reader.len()?;
        let mut keys = Vec::with_capacity(count.min(1 << 20));
        for _ in 0..count {
            let step = reader.varint()?;
            let key = last.unwrap_or(0).checked_add(step).ok_or(Broken("a coordinate is impossible"))?;
            if key >> layout.bits() != 0 || (last.is_some() && step == 0) {
                return Err(Broken("a coordinate is impossible"));
            }
            keys.push(K::narrow(key));
            last = Some(key);
        }
        let values = reader.column()?;
        if values.len() != count || values.ty() != ty {
            return Err(Broken("a metric's values do not fit its cells"));
        }
        builder.push_plain(keys, values);
    }
    Ok(builder.finish())
}

/// Sets the rows of a list from their bytes.
pub(super) fn read_rows(revision: &mut Revision, content: &[u8]) -> Result<(), Broken> {
    let mut reader = Reader::new(content);
    let id = ListId(reader.u32()?);
    let def = revision.schema().list(id).map(Arc::clone).ok_or(Broken("rows are of no list"))?;
    let mut columns = Vec::new();
    for column in &def.columns {
        let values = reader.column()?;
        if values.ty() != column.ty {
            return Err(Broken("a list's column does not fit its definition"));
        }
        columns.push(values);
    }
    revision.set_rows(id, Arc::new(Rows::empty(&def).append(columns)));
    Ok(())
}
