//! The rules of formulas.md, one by one, on a small application.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod dimensions;
mod fixes;
mod functions;
mod meant;
mod modifiers;
mod names;
mod pages;
mod printing;
mod renames;
mod robust;
mod sample;
mod sketch;
mod subsets;
mod syntax;
mod types;
mod worked;

use std::sync::Arc;

use smalt_model::{
    CalendarLevel, ColumnDef, DimensionDef, DimensionId, ListDef, ListId, MetricDef, PropertyDef, Schema, SystemDimension, Type,
};

use crate::{Diagnostics, Items, Place, Program, Target, compile};
use sketch::Sketch;

/// Two calls of it: `Dimension: Property TYPE, …` and so on, in the words of statements.md.
pub(crate) struct World {
    pub(crate) schema: Schema,
    items: Vec<(&'static str, &'static [&'static str])>,
}

const DIMENSIONS: &[(&str, &str)] = &[
    ("Region", "Name TEXT"),
    ("Country", "Name TEXT, Region Region, Currency TEXT"),
    ("Store", "Code TEXT, Label TEXT, Country Country, Opened DATE"),
    ("Category", "Name TEXT"),
    ("Product", "Name TEXT, Category Category, Rank INTEGER, Margin% NUMBER"),
    ("Year", "Name TEXT, Start Date DATE, End Date DATE"),
    ("Quarter", "Name TEXT, Start Date DATE, End Date DATE, Year Year"),
    ("Month", "Name TEXT, Start Date DATE, End Date DATE, Quarter Quarter, Year Year, Same Month Last Year Month"),
    ("Week", "Name TEXT, Start Date DATE, End Date DATE, Year Year"),
    ("Day of Week", "Name TEXT"),
    ("Day", "Name TEXT, Start Date DATE, End Date DATE, Month Month, Day of Week Day of Week"),
    ("Team", "Name TEXT"),
    ("Employee", "Name TEXT, Start Date DATE, Team Team, Salary NUMBER"),
    ("Department", "Name TEXT"),
    ("CostCentre", "Name TEXT, Department Department"),
    ("Account", "Name TEXT, Parent Account, Operator NUMBER, Sign INTEGER"),
    ("User", "Name TEXT, Country Country"),
];

const METRICS: &[(&str, &str, &str)] = &[
    ("Volume", "NUMBER", "Product, Store, Month"),
    ("Price", "NUMBER", "Product, Month"),
    ("Revenue", "NUMBER", "Product, Store, Month"),
    ("Cost", "NUMBER", "Product, Store, Month"),
    ("Gross Margin", "NUMBER", "Product, Store, Month"),
    ("Headcount", "INTEGER", "Team, Month"),
    ("FTE", "NUMBER", "Team, Month"),
    ("Offset", "INTEGER", "Team"),
    ("Lead", "NUMBER", "Team"),
    ("Rate", "NUMBER", "Country, Month"),
    ("By Country", "NUMBER", "Country"),
    ("By Store", "NUMBER", "Store"),
    ("Budget", "NUMBER", "Region, Month"),
    ("Flag", "BOOLEAN", "Product"),
    ("Open", "BOOLEAN", "Store, Month"),
    ("Note", "TEXT", "Product"),
    ("Team of", "Team", "Employee"),
    ("Team then", "Team", "Employee, Month"),
    ("Salary", "NUMBER", "Employee, Month"),
    ("Hired", "DATE", "Employee"),
    ("Launch", "Month", "Product"),
    ("Scalar", "NUMBER", ""),
    ("Count", "INTEGER", "Product"),
    ("Works", "BOOLEAN", "Day of Week"),
    ("Holidays", "BOOLEAN", "Day"),
    ("Daily", "NUMBER", "Product, Day"),
    ("Rights", "ACCESS RIGHTS", "User, Country"),
    ("Balance", "NUMBER", "Account, Month"),
    ("Posts", "INTEGER", "Account, Month"),
    ("Exact", "DECIMAL", "Product"),
    ("Fine", "DECIMAL(18, 6)", "Product"),
    ("Two Times", "NUMBER", "Month, Day, Product"),
    ("By Month", "NUMBER", "Month"),
];

const LISTS: &[(&str, &str)] = &[
    ("Orders", "Store Store, Month Month, Amount NUMBER, Quantity INTEGER, Memo TEXT, Posted DATE"),
    ("Opex", "CostCentre CostCentre, Account Account, Month Month, Amount NUMBER"),
];

impl World {
    pub(crate) fn new() -> World {
        let items: Vec<(&str, &[&str])> = vec![
            ("Region", &["EMEA", "APAC"]),
            ("Country", &["France", "Japan", "Paris"]),
            ("Store", &["S1", "Paris"]),
            ("Month", &["2024-01", "2024-02", "2024-03"]),
            ("Quarter", &["2024-Q1"]),
            ("Product", &["P1", "P2", "it's", "a\"b"]),
            ("Team", &["Sales", "R&D"]),
            ("Account", &["4000", "Net"]),
        ];
        World::of(DIMENSIONS, METRICS, LISTS, items)
    }

    fn of(
        dimensions: &[(&str, &str)],
        metrics: &[(&str, &str, &str)],
        lists: &[(&str, &str)],
        items: Vec<(&'static str, &'static [&'static str])>,
    ) -> World {
        let mut schema = Schema::default();
        for (i, (name, _)) in dimensions.iter().enumerate() {
            schema.put_dimension(dimension(i, name, Vec::new()));
        }
        for (i, (name, properties)) in dimensions.iter().enumerate() {
            let properties = fields(&schema, properties).into_iter().map(|(name, ty)| PropertyDef { name, ty, formula: None });
            schema.put_dimension(dimension(i, name, properties.collect()));
        }
        for (i, (name, ty, by)) in metrics.iter().enumerate() {
            let dimensions = by.split(", ").filter(|d| !d.is_empty()).map(|d| id(&schema, d)).collect();
            let id = smalt_model::MetricId(u32::try_from(i).unwrap());
            schema.put_metric(MetricDef { id, name: Arc::from(*name), ty: type_of(&schema, ty), dimensions, formula: None });
        }
        for (i, (name, columns)) in lists.iter().enumerate() {
            let columns = fields(&schema, columns).into_iter().map(|(name, ty)| ColumnDef { name, ty }).collect();
            schema.put_list(ListDef { id: ListId(u32::try_from(i).unwrap()), name: Arc::from(*name), columns });
        }
        World { schema, items }
    }

    pub(crate) fn dimension(&self, name: &str) -> DimensionId {
        id(&self.schema, name)
    }

    pub(crate) fn place(&self, ty: &str, by: &str) -> Place {
        let dims = by.split(", ").filter(|d| !d.is_empty()).map(|d| self.dimension(d)).collect();
        Place::Metric(Target { name: Arc::from("Result"), id: None, ty: type_of(&self.schema, ty), dims })
    }

    pub(crate) fn compile(&self, text: &str, place: &Place) -> Result<Program, Diagnostics> {
        compile(text, &self.schema, self, place)
    }
}

impl Items for World {
    fn find(&self, dimension: DimensionId, name: &str) -> Option<u32> {
        let all = self.all(dimension);
        all.iter().position(|item| *item == name).map(|i| u32::try_from(i).unwrap())
    }

    fn similar(&self, dimension: DimensionId, name: &str) -> Vec<String> {
        crate::suggest::closest(name, self.all(dimension).iter().copied()).into_iter().map(str::to_owned).collect()
    }

    fn name(&self, dimension: DimensionId, item: u32) -> Option<String> {
        self.all(dimension).get(item as usize).map(|s| (*s).to_owned())
    }
}

impl World {
    fn all(&self, dimension: DimensionId) -> &'static [&'static str] {
        let name = &self.schema.dimension(dimension).unwrap().name;
        self.items.iter().find(|(d, _)| *d == &**name).map_or(&[], |(_, items)| items)
    }
}

fn dimension(i: usize, name: &str, properties: Vec<PropertyDef>) -> DimensionDef {
    let calendar = match name {
        "Year" => Some(CalendarLevel::Year),
        "Quarter" => Some(CalendarLevel::Quarter),
        "Month" => Some(CalendarLevel::Month),
        "Week" => Some(CalendarLevel::Week),
        "Day" => Some(CalendarLevel::Day),
        _ => None,
    };
    let system = (name == "User").then_some(SystemDimension::User);
    DimensionDef { calendar, system, ..DimensionDef::new(DimensionId(u32::try_from(i).unwrap()), name, properties) }
}

fn id(schema: &Schema, name: &str) -> DimensionId {
    match schema.find(name) {
        Some(smalt_model::Block::Dimension(id)) => id,
        _ => panic!("no dimension {name}"),
    }
}

fn type_of(schema: &Schema, name: &str) -> Type {
    match name {
        "NUMBER" => Type::Number,
        "INTEGER" => Type::Integer,
        "TEXT" => Type::Text,
        "BOOLEAN" => Type::Boolean,
        "DATE" => Type::Date,
        "ACCESS RIGHTS" => Type::Rights,
        "DECIMAL" => Type::Decimal { precision: 10, scale: 2 },
        "DECIMAL(18, 6)" => Type::Decimal { precision: 18, scale: 6 },
        name => Type::Item(id(schema, name)),
    }
}

/// `Start Date DATE, Team Team`: the type is the longest end that is one.
fn fields(schema: &Schema, text: &str) -> Vec<(Arc<str>, Type)> {
    let split = |field: &str| {
        let words: Vec<&str> = field.split(' ').collect();
        let at = (1..words.len()).find(|&i| {
            let ty = words[i..].join(" ");
            matches!(ty.as_str(), "NUMBER" | "INTEGER" | "TEXT" | "BOOLEAN" | "DATE") || schema.find(&ty).is_some()
        });
        let at = at.unwrap_or_else(|| panic!("no type in {field}"));
        (Arc::from(words[..at].join(" ")), type_of(schema, &words[at..].join(" ")))
    };
    text.split(", ").map(split).collect()
}

/// What a formula means, for any place: `NUMBER by Product, Month: …`.
pub(crate) fn meaning(text: &str) -> String {
    let world = World::new();
    match world.compile(text, &Place::Free) {
        Ok(program) => Sketch(&world, &program.root).to_string(),
        Err(e) => panic!("{text}\n{e}"),
    }
}

/// The type and the dimensions of a formula alone.
pub(crate) fn shape(text: &str) -> String {
    meaning(text).split(':').next().unwrap().to_owned()
}

/// The first error of a formula, for any place.
pub(crate) fn error(text: &str) -> crate::Diagnostic {
    error_at(text, &Place::Free)
}

pub(crate) fn error_at(text: &str, place: &Place) -> crate::Diagnostic {
    match World::new().compile(text, place) {
        Ok(program) => panic!("{text} should be refused, but means {:?}", program.root),
        Err(e) => e.first().clone(),
    }
}

/// Asserts that a formula is refused with this code, and that message and help hold these words.
#[track_caller]
pub(crate) fn refused(text: &str, code: &str, words: &[&str]) {
    refused_at(text, &Place::Free, code, words);
}

#[track_caller]
pub(crate) fn refused_at(text: &str, place: &Place, code: &str, words: &[&str]) {
    let e = error_at(text, place);
    assert_eq!(e.code.text(), code, "{e}");
    let all = e.to_string();
    for word in words {
        assert!(all.contains(word), "`{word}` is not in:\n{all}");
    }
}
