//! A model: dimensions with their items in item order, metrics with their cells.

use crate::Cells;
use crate::value::{Type, Value};

/// The level of a calendar dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of the levels")]
pub enum Level {
    Day,
    Week,
    Month,
    Quarter,
    Half,
    Year,
}

/// A property: a value or BLANK for each item.
#[derive(Clone, Debug)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// By item.
    pub values: Vec<Option<Value>>,
}

/// What makes a dimension a subset of another.
#[derive(Clone, Debug)]
pub struct Subset {
    /// The dimension whose items it has.
    pub of: usize,
    /// The formula that says which.
    pub condition: String,
    /// Their places there.
    pub items: Vec<usize>,
}

/// A dimension.
#[derive(Clone, Debug)]
pub struct Dimension {
    /// Its name.
    pub name: String,
    /// The items' unique names in item order.
    pub items: Vec<String>,
    /// Its properties; the first is the unique name.
    pub properties: Vec<Property>,
    /// Its level where it is a calendar's.
    pub level: Option<Level>,
    /// Is it a transaction list? Its items are its rows and its properties the columns: an expression by row is one by this dimension.
    pub is_list: bool,
    /// Set for a subset; its items and properties are copies.
    pub subset: Option<Subset>,
}

/// A metric.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Its dimensions as declared.
    pub dims: Vec<usize>,
    /// Its formula, where it has one.
    pub formula: Option<String>,
    /// Its cells, where it has none.
    pub cells: Cells,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The dimensions.
    pub dimensions: Vec<Dimension>,
    /// The metrics.
    pub metrics: Vec<Metric>,
    /// The month in which the fiscal year starts; 0 and 1 are January.
    pub fiscal: i64,
}

/// Names have no case.
fn same(a: &str, b: &str) -> bool {
    a.to_uppercase().to_lowercase() == b.to_uppercase().to_lowercase()
}

impl Dimension {
    /// A dimension that has unique names only.
    pub fn new(name: &str, items: Vec<String>) -> Dimension {
        let values = items.iter().map(|item| Some(Value::Text(item.clone()))).collect();
        let unique = Property { name: "Name".to_owned(), ty: Type::Text, values };
        Dimension { name: name.to_owned(), items, properties: vec![unique], level: None, is_list: false, subset: None }
    }

    /// A property by its name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|p| same(&p.name, name))
    }

    /// First and last day of a period.
    pub fn period(&self, item: usize) -> Option<(i32, i32)> {
        let day = |name| self.property(name)?.values.get(item)?.as_ref()?.day();
        Some((day("Start Date")?, day("End Date")?))
    }
}

impl Model {
    /// A dimension by its name.
    pub fn dimension(&self, name: &str) -> Option<usize> {
        self.dimensions.iter().position(|d| same(&d.name, name))
    }

    /// A metric by its name.
    pub fn metric(&self, name: &str) -> Option<usize> {
        self.metrics.iter().position(|m| same(&m.name, name))
    }

    /// All coordinates over some dimensions, the last fastest.
    pub fn coordinates(&self, dims: &[usize]) -> Vec<Vec<usize>> {
        let mut all = vec![Vec::new()];
        for &d in dims {
            let longer = |c: Vec<usize>| {
                (0..self.dimensions[d].items.len()).map(move |item| {
                    let mut c = c.clone();
                    c.push(item);
                    c
                })
            };
            all = all.into_iter().flat_map(longer).collect();
        }
        all
    }

    /// Gives a subset the items that stand at these places of its parent.
    pub fn fill(&mut self, subset: usize, items: Vec<usize>) {
        let Some(of) = self.dimensions[subset].subset.as_ref().map(|s| s.of) else { return };
        let parent = &self.dimensions[of];
        let names = items.iter().map(|item| parent.items[*item].clone()).collect();
        let copied =
            |p: &Property| Property { name: p.name.clone(), ty: p.ty, values: items.iter().map(|item| p.values[*item].clone()).collect() };
        let (properties, level) = (parent.properties.iter().map(copied).collect(), parent.level);
        let dimension = &mut self.dimensions[subset];
        (dimension.items, dimension.properties, dimension.level) = (names, properties, level);
        if let Some(subset) = &mut dimension.subset {
            subset.items = items;
        }
    }

    /// How many dimensions there are; lists come behind them.
    pub fn dimension_count(&self) -> usize {
        self.dimensions.iter().filter(|d| !d.is_list).count()
    }

    /// How many coordinates there are.
    pub fn size(&self, dims: &[usize]) -> usize {
        dims.iter().map(|d| self.dimensions[*d].items.len()).product()
    }
}
