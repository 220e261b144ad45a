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

impl Dimension {
    /// A property by its name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|p| p.name.eq_ignore_ascii_case(name))
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
        self.dimensions.iter().position(|d| d.name.eq_ignore_ascii_case(name))
    }

    /// A metric by its name.
    pub fn metric(&self, name: &str) -> Option<usize> {
        self.metrics.iter().position(|m| m.name.eq_ignore_ascii_case(name))
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

    /// How many dimensions there are; lists come behind them.
    pub fn dimension_count(&self) -> usize {
        self.dimensions.iter().filter(|d| !d.is_list).count()
    }

    /// How many coordinates there are.
    pub fn size(&self, dims: &[usize]) -> usize {
        dims.iter().map(|d| self.dimensions[*d].items.len()).product()
    }
}
