//! The tables that names stand for, and the columns that each of them has.

use std::sync::Arc;

use smalt_model::{Block, DimensionDef, DimensionId, ListDef, MetricDef, Schema, Type, fold, same_name};

/// A table of the application.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    /// A row per readable cell.
    Metric(Arc<MetricDef>),
    /// A row per visible item.
    Dimension(Arc<DimensionDef>),
    /// A row per readable row.
    List(Arc<ListDef>),
    /// A row per readable cell in each of several scenarios.
    Scenarios(Arc<MetricDef>),
}

/// What stands in one column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    /// The metric's cells.
    Value,
    /// The name of the scenario.
    Scenario,
    /// A list's column that holds no items.
    Column(u16),
    /// What stands at the end of a property path from the item at an axis. An axis is one of a metric's dimensions, a list's
    /// column of items, or a dimension table's own items (axis 0). An empty path is the item itself.
    Path {
        /// Place of the dimension in the metric, or of the column in the list.
        axis: u16,
        /// Properties, each of the dimension that the one before leads to.
        properties: Vec<u16>,
    },
    /// The number of a list's row among the visible ones, from 0, in their order.
    Row,
    /// The place, from 1, of the item at the end of such a path among its dimension's visible items.
    Position {
        /// As in a path.
        axis: u16,
        /// As in a path.
        properties: Vec<u16>,
    },
}

/// A column: what stands in it, its heading and type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FieldInfo {
    pub(crate) field: Field,
    pub(crate) name: String,
    pub(crate) ty: Type,
}

impl FieldInfo {
    /// The dimension whose items stand in it.
    pub(crate) fn dimension(&self) -> Option<DimensionId> {
        match self.ty {
            Type::Item(dimension) => Some(dimension),
            _ => None,
        }
    }
}

/// The column of `all_scenarios` that says in which scenario a cell is.
const SCENARIO: &str = "Scenario";

/// The column that every dimension has besides its properties.
pub(crate) const POSITION: &str = "Position";

/// The column of a list that has the numbers of its visible rows: for the rows that a statement is about to change.
pub(crate) const ROW: &str = "\u{1}row";

/// Dots in one quoted name at which it is tried to be split; the tries double with each.
const MAX_DOTS: usize = 8;

/// Whether a name may be the one that a dimension's table has for its own items, or their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    /// Declared columns only.
    No,
    /// These names too.
    Too,
}

impl Source {
    /// The table of a name, if the schema has it.
    pub(crate) fn find(schema: &Schema, name: &str) -> Option<Source> {
        match schema.find(name)? {
            Block::Metric(id) => schema.metric(id).cloned().map(Source::Metric),
            Block::Dimension(id) => schema.dimension(id).cloned().map(Source::Dimension),
            Block::List(id) => schema.list(id).cloned().map(Source::List),
        }
    }

    /// Its declared name.
    pub(crate) fn name(&self) -> &Arc<str> {
        match self {
            Source::Metric(def) | Source::Scenarios(def) => &def.name,
            Source::Dimension(def) => &def.name,
            Source::List(def) => &def.name,
        }
    }

    /// The dimension of an axis.
    pub(crate) fn axis(&self, axis: u16) -> Option<DimensionId> {
        let axis = usize::from(axis);
        match self {
            Source::Metric(def) | Source::Scenarios(def) => def.dimensions.get(axis).copied(),
            Source::Dimension(def) => (axis == 0).then_some(def.id),
            Source::List(def) => match def.columns.get(axis)?.ty {
                Type::Item(dimension) => Some(dimension),
                _ => None,
            },
        }
    }

    /// The columns of `*`.
    pub(crate) fn columns(&self, schema: &Schema) -> Vec<FieldInfo> {
        match self {
            Source::Metric(def) | Source::Scenarios(def) => {
                let scenario = FieldInfo { field: Field::Scenario, name: SCENARIO.to_owned(), ty: Type::Text };
                let mut columns: Vec<FieldInfo> = matches!(self, Source::Scenarios(_)).then_some(scenario).into_iter().collect();
                let axes = (0u16..).zip(&def.dimensions);
                columns.extend(axes.filter_map(|(axis, d)| Some(item(axis, schema.dimension(*d)?.name.to_string(), *d))));
                columns.push(FieldInfo { field: Field::Value, name: def.name.to_string(), ty: def.ty });
                columns
            }
            Source::Dimension(def) => (0u16..)
                .zip(&def.properties)
                .map(|(i, p)| FieldInfo { field: Field::Path { axis: 0, properties: vec![i] }, name: p.name.to_string(), ty: p.ty })
                .collect(),
            Source::List(def) => (0u16..)
                .zip(&def.columns)
                .map(|(i, c)| match c.ty {
                    Type::Item(d) => item(i, c.name.to_string(), d),
                    ty => FieldInfo { field: Field::Column(i), name: c.name.to_string(), ty },
                })
                .collect(),
        }
    }

    /// The column that a name, or a path of names, stands for: a column of `*`, a path through one, or a position.
    pub(crate) fn resolve(&self, schema: &Schema, names: &[&str], own: Own) -> Option<FieldInfo> {
        let (first, rest) = names.split_first()?;
        if let (Source::List(_), true) = (self, *first == ROW && rest.is_empty()) {
            return Some(FieldInfo { field: Field::Row, name: ROW.to_owned(), ty: Type::Integer });
        }
        let exact = self.columns(schema).into_iter().find(|c| same_name(&c.name, first));
        if let Some(found) = exact.or_else(|| self.pseudo(first).filter(|_| own == Own::Too)) {
            return if rest.is_empty() { Some(found) } else { walk(schema, found, rest) };
        }
        // One quoted name may hold a whole path: "Store.Country".
        if first.matches('.').count() > MAX_DOTS {
            return None;
        }
        let dots = first.match_indices('.').map(|(i, _)| i);
        dots.filter_map(|i| {
            let (head, tail) = first.split_at_checked(i)?;
            let tail = tail.strip_prefix('.')?;
            let mut split = vec![head, tail];
            split.extend_from_slice(rest);
            self.resolve(schema, &split, own)
        })
        .next()
    }

    /// What a dimension's table has besides its properties: its own name for the item, and the item's place.
    fn pseudo(&self, name: &str) -> Option<FieldInfo> {
        let Source::Dimension(def) = self else { return None };
        if same_name(&def.name, name) {
            return Some(item(0, def.name.to_string(), def.id));
        }
        same_name(POSITION, name).then(|| FieldInfo {
            field: Field::Position { axis: 0, properties: Vec::new() },
            name: POSITION.to_owned(),
            ty: Type::Integer,
        })
    }
}

fn item(axis: u16, name: String, dimension: DimensionId) -> FieldInfo {
    FieldInfo { field: Field::Path { axis, properties: Vec::new() }, name, ty: Type::Item(dimension) }
}

/// Follows property names from a column of items.
pub(crate) fn walk(schema: &Schema, from: FieldInfo, names: &[&str]) -> Option<FieldInfo> {
    let Some((first, rest)) = names.split_first() else { return Some(from) };
    let Field::Path { axis, properties } = &from.field else { return None };
    let dimension = schema.dimension(from.dimension()?)?;
    if let Some(index) = dimension.property(first) {
        let property = dimension.properties.get(usize::from(index))?;
        let mut properties = properties.clone();
        properties.push(index);
        let name = format!("{}.{}", from.name, property.name);
        let next = FieldInfo { field: Field::Path { axis: *axis, properties }, name, ty: property.ty };
        return walk(schema, next, rest);
    }
    if rest.is_empty() && same_name(first, POSITION) {
        return Some(FieldInfo {
            field: Field::Position { axis: *axis, properties: properties.clone() },
            name: format!("{}.{POSITION}", from.name),
            ty: Type::Integer,
        });
    }
    // One quoted name may hold several: Store."Country.Region".
    if first.matches('.').count() > MAX_DOTS {
        return None;
    }
    first.match_indices('.').find_map(|(i, _)| {
        let (head, tail) = first.split_at_checked(i)?;
        let mut split = vec![head, tail.strip_prefix('.')?];
        split.extend_from_slice(rest);
        walk(schema, from.clone(), &split)
    })
}

/// Names of the schema that are near to a wrong one, for help.
pub(crate) fn near<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let wrong = fold(wrong);
    let limit = (wrong.chars().count() / 3).clamp(1, 3);
    names
        .map(|name| (distance(&wrong, &fold(name)), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)))
        .map(|(_, name)| name.to_owned())
}

/// Letters to change, add, leave out or swap with their neighbours to get from one name to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut last = None;
    for (i, x) in a.chars().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let of = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let mut least = (of(&above, j) + usize::from(x != *y)).min(of(&above, j + 1) + 1).min(of(&row, j) + 1);
            if let Some(k) = j.checked_sub(1)
                && last == Some(*y)
                && b.get(k) == Some(&x)
            {
                least = least.min(of(&before, k) + 1);
            }
            row.push(least);
        }
        last = Some(x);
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}
