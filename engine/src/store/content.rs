//! What is in the file: sections with a length and a checksum each, the last one empty.

use std::io::{self, Write};
use std::sync::Arc;

use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use smalt_model::{Block, DimensionDef, DimensionId, ListDef, ListId, MetricDef, MetricId, PropertyDef, Schema, SystemDimension, Type};
use smalt_security::Policy;
use smalt_vault::{Body, Builder, Cells, Items, Key, Layout, Revision, Rows, Vector};

use super::bytes::{Broken, Reader, put_column, put_u32, put_u64, put_varint};
use super::checksum::checksum;
use super::image::{Registry, Same, States, same};
use super::kept;
use crate::statement::Place;
use crate::statement::ast::Formula;
use crate::work::{Computed, Pending};

const MAGIC: &[u8; 8] = b"SMALTAPP";
const FORMAT: u32 = 1;

/// What an application is made of, without what can be computed.
pub(crate) struct Loaded {
    pub(crate) revision: Revision,
    pub(crate) policy: Policy,
    /// The formulas, to be compiled.
    pub(crate) formulas: Vec<Pending>,
    /// The states of all that there is beside Base, Base's first.
    pub(crate) states: Vec<Arc<Revision>>,
    pub(crate) registry: Registry,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    End = 0,
    Definitions = 1,
    Policy = 2,
    Items = 3,
    Cells = 4,
    Rows = 5,
    /// Input at items that have left a subset.
    Parked = 6,
    /// What follows is of another state.
    State = 7,
    /// What is as in an earlier state.
    Same = 8,
    /// What the states are.
    Registry = 9,
}

impl Section {
    fn of(tag: u32) -> Option<Section> {
        use Section as S;
        let all = [S::End, S::Definitions, S::Policy, S::Items, S::Cells, S::Rows, S::Parked, S::State, S::Same, S::Registry];
        all.into_iter().find(|s| *s as u32 == tag)
    }
}

/// The definitions as JSON. The slots of dropped blocks stay, since their ids are never given again.
#[derive(Serialize, Deserialize)]
struct Definitions {
    revision: u64,
    next_dimension: DimensionId,
    next_metric: MetricId,
    next_list: ListId,
    dimensions: Vec<DimensionDef>,
    metrics: Vec<MetricDef>,
    lists: Vec<ListDef>,
    /// Properties with formulas.
    computed_properties: Vec<(DimensionId, u16)>,
}

/// A new application: the system dimensions and the roles.
pub(crate) fn seed() -> Loaded {
    let mut revision = Revision::empty();
    let policy = Policy::new();
    let system = [("User", SystemDimension::User), ("Role", SystemDimension::Role), ("Group", SystemDimension::Group)];
    for (name, which) in system {
        let schema = revision.schema_mut();
        let properties = vec![PropertyDef { name: Arc::from("Name"), ty: Type::Text, formula: None }];
        let id = schema.next_dimension();
        let def = DimensionDef { system: Some(which), ..DimensionDef::new(id, name, properties) };
        let mut items = Items::empty(&def).edit();
        if which == SystemDimension::Role {
            // The ordinals of the policy's roles are those of the items: both count from 0 in the same order.
            for (_, role) in policy.roles() {
                let _ = items.add(&role.name);
            }
        }
        schema.put_dimension(def);
        revision.set_items(id, Arc::new(items.finish()));
    }
    Loaded { revision, policy, formulas: Vec::new(), states: Vec::new(), registry: Registry::default() }
}

/// Writes an application.
pub(super) fn write(out: &mut impl Write, states: &States, registry: &Registry, policy: &Policy) -> io::Result<()> {
    out.write_all(MAGIC)?;
    out.write_all(&FORMAT.to_le_bytes())?;
    for (place, state) in states.all.iter().enumerate() {
        if place > 0 {
            section(out, Section::State, &[])?;
        }
        write_state(out, state, states.all.get(..place).unwrap_or_default())?;
        if place == 0 {
            section(out, Section::Policy, &serde_json::to_vec(policy)?)?;
        }
    }
    // Versions that knew no scenarios read what has none.
    if states.all.len() > 1 || registry.next > 1 {
        section(out, Section::Registry, &serde_json::to_vec(registry)?)?;
    }
    section(out, Section::End, &[])
}

fn write_state(out: &mut impl Write, revision: &Revision, earlier: &[Arc<Revision>]) -> io::Result<()> {
    let schema = revision.schema();
    let definitions = Definitions {
        revision: revision.number(),
        next_dimension: schema.next_dimension(),
        next_metric: schema.next_metric(),
        next_list: schema.next_list(),
        dimensions: schema.dimensions().map(|d| DimensionDef::clone(d)).collect(),
        metrics: schema.metrics().map(|m| MetricDef::clone(m)).collect(),
        lists: schema.lists().map(|l| ListDef::clone(l)).collect(),
        computed_properties: computed_properties(schema),
    };
    section(out, Section::Definitions, &serde_json::to_vec(&definitions)?)?;
    let same = same(revision, earlier);
    if !earlier.is_empty() {
        section(out, Section::Same, &serde_json::to_vec(&same)?)?;
    }
    // A subset comes after the dimension whose items it has.
    let mut dimensions: Vec<_> = schema.dimensions().collect();
    dimensions.sort_by_key(|def| schema.line(def.id).count());
    for def in dimensions.into_iter().filter(|def| !same.items.iter().any(|(id, _)| *id == def.id)) {
        section(out, Section::Items, &items_bytes(def, &revision.items(def.id)))?;
    }
    let metrics = schema.metrics().flat_map(|def| [def.id, def.id.input()]);
    for metric in metrics.filter(|metric| kept(revision, *metric)) {
        let is_new = !same.cells.iter().any(|(id, _)| *id == metric);
        if let Some(cells) = revision.cells(metric).filter(|_| is_new) {
            section(out, Section::Cells, &cells_bytes(metric, &cells))?;
        }
        if let Some(cells) = revision.parked(metric) {
            section(out, Section::Parked, &cells_bytes(metric, &cells))?;
        }
    }
    for def in schema.lists().filter(|def| !same.rows.iter().any(|(id, _)| *id == def.id)) {
        if let Some(rows) = revision.rows(def.id) {
            section(out, Section::Rows, &rows_bytes(def, &rows))?;
        }
    }
    Ok(())
}

fn computed_properties(schema: &Schema) -> Vec<(DimensionId, u16)> {
    let of = |d: &Arc<DimensionDef>| {
        let id = d.id;
        let computed = (0u16..).zip(&d.properties).filter(|(_, p)| p.formula.is_some());
        computed.map(move |(property, _)| (id, property)).collect::<Vec<_>>()
    };
    schema.dimensions().flat_map(of).collect()
}

fn section(out: &mut impl Write, section: Section, bytes: &[u8]) -> io::Result<()> {
    out.write_all(&(section as u32).to_le_bytes())?;
    out.write_all(&(bytes.len() as u64).to_le_bytes())?;
    out.write_all(&checksum(bytes).to_le_bytes())?;
    out.write_all(bytes)
}

/// The names and the properties; of a subset the names alone, since all else is its dimension's.
fn items_bytes(def: &DimensionDef, items: &Items) -> Vec<u8> {
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

fn cells_bytes(metric: MetricId, cells: &Cells) -> Vec<u8> {
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

fn rows_bytes(def: &ListDef, rows: &Rows) -> Vec<u8> {
    let mut out = Vec::new();
    put_u32(&mut out, def.id.0);
    for column in (0u16..).take(def.columns.len()) {
        if let Some(values) = rows.column(column) {
            put_column(&mut out, values);
        }
    }
    out
}

/// Reads a state back.
pub(super) fn read(bytes: &[u8]) -> Result<Loaded, String> {
    parse(bytes).map_err(|broken| broken.0.to_owned())
}

fn parse(bytes: &[u8]) -> Result<Loaded, Broken> {
    let mut reader = Reader::new(bytes);
    if reader.take(MAGIC.len())? != MAGIC {
        return Err(Broken("it is not a file of this program"));
    }
    if reader.u32()? != FORMAT {
        return Err(Broken("its format is not one that this version reads"));
    }
    let mut revision = Revision::empty();
    let mut policy = None;
    let mut computed = Vec::new();
    let mut states: Vec<Revision> = Vec::new();
    let mut of_base = Vec::new();
    let mut registry = Registry::default();
    loop {
        let section = Section::of(reader.u32()?).ok_or(Broken("a section is unknown"))?;
        let length = reader.len()?;
        let sum = reader.u32()?;
        let content = reader.take(length)?;
        if checksum(content) != sum {
            return Err(Broken("a checksum does not hold"));
        }
        match section {
            Section::End if reader.is_empty() => break,
            Section::End => return Err(Broken("something follows its end")),
            Section::Definitions => {
                let definitions = serde_json::from_slice(content).map_err(|_| Broken("its definitions cannot be read"))?;
                computed = define(&mut revision, definitions)?;
            }
            Section::Policy => policy = Some(serde_json::from_slice(content).map_err(|_| Broken("its policy cannot be read"))?),
            Section::Items => read_items(&mut revision, content)?,
            Section::Cells => {
                let (id, cells) = read_cells(&revision, content)?;
                revision.set_cells(id, cells);
            }
            Section::Parked => {
                let (id, cells) = read_cells(&revision, content)?;
                revision.set_parked(id, cells);
            }
            Section::Rows => read_rows(&mut revision, content)?,
            Section::State => {
                if states.is_empty() {
                    of_base.clone_from(&computed);
                }
                states.push(arranged(std::mem::take(&mut revision)));
            }
            Section::Same => {
                let same = serde_json::from_slice(content).map_err(|_| Broken("what states have in common cannot be read"))?;
                take_same(&mut revision, &same, &states)?;
            }
            Section::Registry => registry = serde_json::from_slice(content).map_err(|_| Broken("its scenarios cannot be read"))?,
        }
    }
    let last = arranged(revision);
    let (revision, computed) = match states.first() {
        Some(base) => (base.clone(), of_base),
        None => (last.clone(), computed),
    };
    states.push(last);
    let formulas = formulas(revision.schema(), &computed);
    let policy = policy.ok_or(Broken("it has no policy"))?;
    Ok(Loaded { revision, policy, formulas, states: states.into_iter().map(Arc::new).collect(), registry })
}

fn arranged(mut revision: Revision) -> Revision {
    let dimensions: Vec<DimensionId> = revision.schema().dimensions().map(|def| def.id).collect();
    for dimension in dimensions {
        revision.arrange(dimension);
    }
    revision
}

/// Takes over what is as in earlier states.
fn take_same(revision: &mut Revision, same: &Same, states: &[Revision]) -> Result<(), Broken> {
    let none = Broken("a state is like one that is not there");
    let from = |place: usize| states.get(place).ok_or(Broken("a state is like one that is not there"));
    for (dimension, place) in &same.items {
        revision.schema().dimension(*dimension).ok_or(Broken("items are of no dimension"))?;
        revision.set_items(*dimension, from(*place)?.items(*dimension));
    }
    for (metric, place) in &same.cells {
        let cells = from(*place)?.cells(*metric).ok_or(none)?;
        let def = revision.schema().metric(*metric).ok_or(Broken("cells are of no metric"))?;
        if cells.layout().dims() != def.dimensions || cells.ty() != def.ty {
            return Err(Broken("a metric's cells do not fit its dimensions"));
        }
        revision.set_cells(*metric, cells);
    }
    for (list, place) in &same.rows {
        revision.schema().list(*list).ok_or(Broken("rows are of no list"))?;
        revision.set_rows(*list, from(*place)?.rows(*list).ok_or(none)?);
    }
    Ok(())
}

fn define(revision: &mut Revision, definitions: Definitions) -> Result<Vec<(DimensionId, u16)>, Broken> {
    revision.set_number(definitions.revision);
    let schema = revision.schema_mut();
    if definitions.dimensions.iter().any(|d| d.id >= definitions.next_dimension || d.properties.is_empty())
        || definitions.metrics.iter().any(|m| m.id >= definitions.next_metric)
        || definitions.lists.iter().any(|l| l.id >= definitions.next_list)
    {
        return Err(Broken("its definitions do not fit together"));
    }
    // A slot that was given and is empty now keeps its id: it is put and taken out again.
    for id in 0..definitions.next_dimension.0 {
        let id = DimensionId(id);
        schema.put_dimension(DimensionDef::new(id, "", Vec::new()));
        schema.remove(Block::Dimension(id));
    }
    for id in 0..definitions.next_metric.0 {
        let id = MetricId(id);
        schema.put_metric(MetricDef { id, name: Arc::from(""), ty: Type::Number, dimensions: Vec::new(), formula: None });
        schema.remove(Block::Metric(id));
    }
    for id in 0..definitions.next_list.0 {
        let id = ListId(id);
        schema.put_list(ListDef { id, name: Arc::from(""), columns: Vec::new() });
        schema.remove(Block::List(id));
    }
    definitions.dimensions.into_iter().for_each(|d| schema.put_dimension(d));
    definitions.metrics.into_iter().for_each(|m| schema.put_metric(m));
    definitions.lists.into_iter().for_each(|l| schema.put_list(l));
    Ok(definitions.computed_properties)
}

/// The formulas of definitions, to be compiled.
pub(crate) fn formulas(schema: &Schema, computed: &[(DimensionId, u16)]) -> Vec<Pending> {
    let pending = |of: Computed, text: &Arc<str>| Pending {
        of,
        scenario: None,
        formula: Formula { text: text.to_string(), at: Place::START },
        statement: 1,
    };
    let properties = computed.iter().filter_map(|(d, p)| {
        let text = schema.dimension(*d)?.properties.get(usize::from(*p))?.formula.as_ref()?;
        Some(pending(Computed::Property(*d, *p), text))
    });
    let metrics = schema.metrics().filter_map(|m| m.formula.as_ref().map(|text| pending(Computed::Metric(m.id), text)));
    properties.chain(metrics).collect()
}

fn read_items(revision: &mut Revision, content: &[u8]) -> Result<(), Broken> {
    let mut reader = Reader::new(content);
    let id = DimensionId(reader.u32()?);
    let def = revision.schema().dimension(id).map(Arc::clone).ok_or(Broken("items are of no dimension"))?;
    let count = reader.u32()?;
    if count as usize != def.properties.len() {
        return Err(Broken("a dimension's properties do not fit its definition"));
    }
    let Vector::Text(names) = reader.column()? else { return Err(Broken("a dimension has no names")) };
    if let Some(parent) = def.parent {
        let whole = revision.items(parent);
        if whole.capacity() as usize != names.len() {
            return Err(Broken("a subset has other items than its dimension"));
        }
        let items = whole.subset(|item| names.get(item as usize).is_some_and(Option::is_some));
        revision.set_items(id, Arc::new(items));
        return Ok(());
    }
    let mut edit = Items::empty(&def).edit();
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
        let column = reader.column()?;
        if column.ty() != of.ty || column.len() != names.len() {
            return Err(Broken("a property does not fit its definition"));
        }
        edit.set_column(property, column);
    }
    revision.set_items(id, Arc::new(edit.finish()));
    Ok(())
}

fn read_cells(revision: &Revision, content: &[u8]) -> Result<(MetricId, Arc<Cells>), Broken> {
    let mut reader = Reader::new(content);
    let id = MetricId(reader.u32()?);
    let def = revision.schema().metric(id).map(Arc::clone).ok_or(Broken("cells are of no metric"))?;
    let count = reader.u32()? as usize;
    if count != def.dimensions.len() {
        return Err(Broken("a metric's cells do not fit its dimensions"));
    }
    let mut dims = Vec::new();
    for dimension in &def.dimensions {
        let bits = reader.u32()?;
        // A field of so many bits is what this many items ask for.
        dims.push((*dimension, if bits >= 32 { u32::MAX } else { 1u32 << bits }));
    }
    let layout = Arc::new(Layout::new(&dims).map_err(|_| Broken("a metric has too many dimensions"))?);
    let cells: Cells = if layout.is_wide() {
        read_body::<u128>(&mut reader, &layout, def.ty)?.into()
    } else {
        read_body::<u64>(&mut reader, &layout, def.ty)?.into()
    };
    let wanted = revision.layout_for(&def.dimensions).map_err(|_| Broken("a metric has too many dimensions"))?;
    let cells = cells.relayout(&wanted).ok_or(Broken("a metric's cells do not fit its dimensions"))?;
    Ok((id, Arc::new(cells)))
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

fn read_rows(revision: &mut Revision, content: &[u8]) -> Result<(), Broken> {
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
