//! A small application to check formulas against: every kind of definition, and names that need quotes.

use std::sync::Arc;

use smalt_formula::{Items, Place, Target};
use smalt_model::{
    Block, CalendarLevel, ColumnDef, DimensionDef, DimensionId, ListDef, ListId, MetricDef, MetricId, PropertyDef, Schema, SystemDimension,
    Type,
};

/// Dimensions: name, properties as `name:type`.
const DIMENSIONS: &[(&str, &[&str])] = &[
    ("Region", &["Name:TEXT"]),
    ("Country", &["Name:TEXT", "Region:Region"]),
    ("Store", &["Code:TEXT", "Country:Country", "Opened:DATE"]),
    ("Product", &["Name:TEXT", "Rank:INTEGER", "Launched:DATE"]),
    ("Account", &["Name:TEXT", "Parent:Account", "Sign:INTEGER"]),
    ("Year", &["Name:TEXT", "Start Date:DATE", "End Date:DATE"]),
    ("Quarter", &["Name:TEXT", "Start Date:DATE", "End Date:DATE", "Year:Year"]),
    ("Month", &["Name:TEXT", "Start Date:DATE", "End Date:DATE", "Quarter:Quarter", "Year:Year", "Year Before:Month"]),
    ("Day of Week", &["Name:TEXT"]),
    ("Day", &["Name:TEXT", "Start Date:DATE", "End Date:DATE", "Month:Month", "Day of Week:Day of Week"]),
    ("User", &["Name:TEXT", "Country:Country"]),
];

const METRICS: &[(&str, &str, &[&str])] = &[
    ("Sales", "NUMBER", &["Product", "Store", "Month"]),
    ("Net Sales", "NUMBER", &["Product", "Store", "Month"]),
    ("Price", "NUMBER", &["Product", "Month"]),
    ("Units", "INTEGER", &["Product", "Month"]),
    ("Cash", "NUMBER", &["Month"]),
    ("Rate", "NUMBER", &["Country", "Month"]),
    ("Target", "NUMBER", &["Region"]),
    ("Lag", "INTEGER", &["Country"]),
    ("Listed", "BOOLEAN", &["Product"]),
    ("Label", "TEXT", &["Product"]),
    ("Paid", "DATE", &["Month"]),
    ("Origin", "Country", &["Product"]),
    ("Balance", "NUMBER", &["Account"]),
    ("Works", "BOOLEAN", &["Day of Week"]),
    ("Holiday", "BOOLEAN", &["Day"]),
    ("Exact", "DECIMAL", &["Product"]),
    ("Rights", "ACCESS RIGHTS", &["User", "Country"]),
    ("One", "NUMBER", &[]),
];

const COLUMNS: &[(&str, &str)] = &[("Store", "Store"), ("Month", "Month"), ("Date", "DATE"), ("Amount", "NUMBER"), ("Memo", "TEXT")];

const ITEMS: &[(&str, &[&str])] = &[
    ("Region", &["EMEA", "APAC"]),
    ("Country", &["France", "Japan", "it's"]),
    ("Product", &["Tea", "Coffee", "a\"b", "Ünï"]),
    ("Month", &["2024-01", "2024-02", "2024-03"]),
    ("Account", &["Profit", "4000"]),
];

/// The definitions, and the items by name.
#[derive(Debug)]
pub(crate) struct Model {
    /// The definitions.
    pub(crate) schema: Schema,
}

impl Model {
    /// The model.
    pub(crate) fn new() -> Model {
        let mut schema = Schema::default();
        for (id, (name, _)) in (0..).zip(DIMENSIONS) {
            schema.put_dimension(dimension(id, name, Vec::new()));
        }
        for (id, (name, properties)) in (0..).zip(DIMENSIONS) {
            let fields = properties.iter().map(|p| p.split_once(':').unwrap_or((p, "TEXT")));
            let properties = fields.map(|(name, ty)| PropertyDef { name: Arc::from(name), ty: type_of(&schema, ty), formula: None });
            schema.put_dimension(dimension(id, name, properties.collect()));
        }
        for (id, (name, ty, dims)) in (0..).zip(METRICS) {
            let dimensions = dims.iter().filter_map(|d| find(&schema, d)).collect();
            let ty = type_of(&schema, ty);
            schema.put_metric(MetricDef { id: MetricId(id), name: Arc::from(*name), ty, dimensions, formula: None });
        }
        let columns = COLUMNS.iter().map(|(name, ty)| ColumnDef { name: Arc::from(*name), ty: type_of(&schema, ty) }).collect();
        schema.put_list(ListDef { id: ListId(0), name: Arc::from("Orders"), columns });
        Model { schema }
    }

    /// Places of every kind that a formula can be for.
    pub(crate) fn places(&self) -> Vec<Place> {
        let metric = |ty: &str, dims: &[&str]| {
            let dims = dims.iter().filter_map(|d| find(&self.schema, d)).collect();
            Place::Metric(Target { name: Arc::from("Result"), id: Some(MetricId(99)), ty: type_of(&self.schema, ty), dims })
        };
        let mut all = vec![
            Place::Free,
            metric("NUMBER", &["Product", "Month"]),
            metric("INTEGER", &["Month"]),
            metric("BOOLEAN", &["Product", "Store", "Month"]),
            metric("TEXT", &[]),
        ];
        all.extend(find(&self.schema, "Product").map(|dimension| Place::Property { dimension, ty: Type::Number }));
        all
    }

    fn all(&self, dimension: DimensionId) -> &'static [&'static str] {
        let name = self.schema.dimension(dimension).map_or("", |d| &*d.name);
        ITEMS.iter().find(|(d, _)| *d == name).map_or(&[], |(_, items)| items)
    }
}

impl Items for Model {
    fn find(&self, dimension: DimensionId, name: &str) -> Option<u32> {
        (0..).zip(self.all(dimension)).find(|(_, item)| **item == name).map(|(ordinal, _)| ordinal)
    }

    fn similar(&self, dimension: DimensionId, name: &str) -> Vec<String> {
        let alike = |item: &&&str| item.eq_ignore_ascii_case(name);
        self.all(dimension).iter().filter(alike).map(|item| (*item).to_owned()).collect()
    }

    fn name(&self, dimension: DimensionId, item: u32) -> Option<String> {
        self.all(dimension).get(item as usize).map(|item| (*item).to_owned())
    }
}

/// Everything that can be named, as a formula writes it, for the making of formulas.
pub(crate) fn names() -> Vec<String> {
    let mut all = Vec::new();
    for (dimension, properties) in DIMENSIONS {
        let dimension = smalt_formula::quote_name(dimension);
        for property in *properties {
            let name = smalt_formula::quote_name(property.split(':').next().unwrap_or_default());
            all.push(format!("{dimension}.{name}"));
        }
        all.push(dimension);
    }
    all.extend(METRICS.iter().map(|(name, ..)| smalt_formula::quote_name(name)));
    all.extend(COLUMNS.iter().map(|(name, _)| format!("Orders.{name}")));
    for (dimension, items) in ITEMS {
        all.extend(items.iter().map(|item| format!("{}.{}", smalt_formula::quote_name(dimension), smalt_formula::quote_text(item))));
    }
    all
}

fn dimension(id: u32, name: &str, properties: Vec<PropertyDef>) -> DimensionDef {
    let calendar = match name {
        "Year" => Some(CalendarLevel::Year),
        "Quarter" => Some(CalendarLevel::Quarter),
        "Month" => Some(CalendarLevel::Month),
        "Day" => Some(CalendarLevel::Day),
        _ => None,
    };
    let system = (name == "User").then_some(SystemDimension::User);
    DimensionDef { id: DimensionId(id), name: Arc::from(name), properties, calendar, system }
}

fn find(schema: &Schema, name: &str) -> Option<DimensionId> {
    match schema.find(name) {
        Some(Block::Dimension(id)) => Some(id),
        _ => None,
    }
}

fn type_of(schema: &Schema, name: &str) -> Type {
    match name {
        "NUMBER" => Type::Number,
        "INTEGER" => Type::Integer,
        "TEXT" => Type::Text,
        "BOOLEAN" => Type::Boolean,
        "DATE" => Type::Date,
        "DECIMAL" => Type::Decimal { precision: 12, scale: 2 },
        "ACCESS RIGHTS" => Type::Rights,
        name => find(schema, name).map_or(Type::Text, Type::Item),
    }
}
