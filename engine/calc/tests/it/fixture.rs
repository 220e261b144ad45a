//! A model as text.
//!
//! ```text
//! dim Month: Jan Feb Mar
//! dim Product: P1 P2
//! prop Product.Category Item(Category): C1 C1
//! metric A NUMBER (Product, Month): P1,Jan=5 P2,Feb=7
//! metric D DECIMAL10.2 (Month): Jan=0.05
//! formula B NUMBER (Month): A[REMOVE: Product]
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smalt_calc::{CalcOptions, Changes, Report, Watch, compile_order, recalculate, refuse_wrong_patterns};
use smalt_formula::{Items, Place, Program, Target, compile};
use smalt_model::*;
use smalt_vault::{Cells, Edits, Revision};

pub(crate) struct World {
    pub(crate) revision: Revision,
    pub(crate) programs: BTreeMap<MetricId, Arc<Program>>,
    formulas: BTreeSet<MetricId>,
    /// Of the last calculation.
    pub(crate) report: Report,
}

struct Names<'a>(&'a Revision);

impl Items for Names<'_> {
    fn find(&self, dimension: DimensionId, name: &str) -> Option<u32> {
        self.0.items(dimension).find(name)
    }
    fn similar(&self, _: DimensionId, _: &str) -> Vec<String> {
        Vec::new()
    }
    fn name(&self, dimension: DimensionId, item: u32) -> Option<String> {
        self.0.items(dimension).name(item).map(ToString::to_string)
    }
}

fn dim(schema: &Schema, name: &str) -> DimensionId {
    match schema.find(name) {
        Some(Block::Dimension(d)) => d,
        other => panic!("{name}: {other:?}"),
    }
}

fn ty(schema: &Schema, text: &str) -> Type {
    match text {
        "NUMBER" => Type::Number,
        "INTEGER" => Type::Integer,
        "TEXT" => Type::Text,
        "BOOLEAN" => Type::Boolean,
        "DATE" => Type::Date,
        "RIGHTS" => Type::Rights,
        other => match other.strip_prefix("DECIMAL").and_then(|digits| digits.split_once('.')) {
            Some((precision, scale)) => Type::Decimal { precision: precision.parse().unwrap(), scale: scale.parse().unwrap() },
            None => Type::Item(dim(schema, other)),
        },
    }
}

fn value(revision: &Revision, ty: Type, text: &str) -> Value {
    match ty {
        Type::Number => Value::Number(text.parse().unwrap()),
        Type::Integer => Value::Integer(text.parse().unwrap()),
        Type::Boolean => Value::Boolean(text == "TRUE"),
        Type::Date => Value::Date(parse_date(text).unwrap()),
        Type::Item(d) => Value::Item(d, revision.items(d).find(text).unwrap_or_else(|| panic!("no item {text}"))),
        Type::Text => Value::Text(text.into()),
        Type::Rights => Value::Rights(Rights::parse(text).unwrap().unwrap()),
        Type::Decimal { precision, scale } => {
            let digits = Digits { precision, scale };
            Value::Decimal(digits, digits.take(Decimal::parse(text, scale).unwrap()).unwrap())
        }
    }
}

fn show(revision: &Revision, value: &Value) -> String {
    match value {
        Value::Number(x) => format_number(*x),
        Value::Integer(x) => x.to_string(),
        Value::Decimal(digits, units) => Decimal { units: *units, scale: digits.scale }.to_string(),
        Value::Text(t) => t.to_string(),
        Value::Boolean(b) => b.to_string().to_uppercase(),
        Value::Date(d) => format_date(*d),
        Value::Item(d, i) => revision.items(*d).name(*i).unwrap().to_string(),
        Value::Rights(r) => r.to_string(),
    }
}

impl World {
    pub(crate) fn new(text: &str) -> World {
        let mut world =
            World { revision: Revision::empty(), programs: BTreeMap::new(), formulas: BTreeSet::new(), report: Report::default() };
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            world.line(line);
        }
        world.calculate();
        world
    }

    fn line(&mut self, line: &str) {
        let (head, body) = line.split_once(':').unwrap_or((line, ""));
        let (word, rest) = head.split_once(' ').unwrap();
        match word {
            "dim" => {
                let id = self.revision.schema().next_dimension();
                let name = PropertyDef { name: "Name".into(), ty: Type::Text, formula: None };
                let def = DimensionDef::new(id, rest.trim(), vec![name]);
                self.revision.schema_mut().put_dimension(def.clone());
                let mut edit = smalt_vault::Items::empty(&def).edit();
                for item in body.split_whitespace() {
                    edit.add(item).unwrap();
                }
                self.revision.set_items(id, Arc::new(edit.finish()));
            }
            "prop" => {
                let (path, type_name) = rest.trim().split_once(' ').unwrap();
                let (dimension, property) = path.split_once('.').unwrap();
                let id = dim(self.revision.schema(), dimension);
                let ty = ty(self.revision.schema(), type_name);
                let mut def = self.revision.schema().dimension(id).unwrap().as_ref().clone();
                def.properties.push(PropertyDef { name: property.into(), ty, formula: None });
                let at = (def.properties.len() - 1) as u16;
                self.revision.schema_mut().put_dimension(def);
                let mut edit = self.revision.items(id).edit();
                edit.add_property(ty);
                for (item, text) in body.split_whitespace().enumerate() {
                    if text != "-" {
                        edit.set(item as u32, at, Some(&value(&self.revision, ty, text)));
                    }
                }
                self.revision.set_items(id, Arc::new(edit.finish()));
            }
            "metric" => {
                let id = self.metric(rest, None);
                for cell in body.split_whitespace() {
                    let (place, text) = cell.split_once('=').unwrap();
                    self.set(id, place, Some(text));
                }
            }
            "formula" => {
                let id = self.metric(rest, Some(body.trim()));
                self.formulas.insert(id);
            }
            other => panic!("{other}"),
        }
    }

    fn metric(&mut self, rest: &str, formula: Option<&str>) -> MetricId {
        let (name_ty, dims) = rest.split_once('(').unwrap();
        let (name, ty_name) = name_ty.trim().rsplit_once(' ').unwrap();
        let schema = self.revision.schema();
        let dimensions: Vec<DimensionId> =
            dims.trim_end_matches(')').split(',').map(str::trim).filter(|d| !d.is_empty()).map(|d| dim(schema, d)).collect();
        let id = schema.next_metric();
        let ty = ty(schema, ty_name);
        let def = MetricDef { id, name: name.trim().into(), ty, dimensions: dimensions.clone(), formula: formula.map(Into::into) };
        self.revision.schema_mut().put_metric(def);
        let layout = self.revision.layout_for(&dimensions).unwrap();
        self.revision.set_cells(id, Arc::new(Cells::empty(layout, ty)));
        id
    }

    pub(crate) fn id(&self, name: &str) -> MetricId {
        match self.revision.schema().find(name) {
            Some(Block::Metric(m)) => m,
            other => panic!("{name}: {other:?}"),
        }
    }

    pub(crate) fn set(&mut self, id: MetricId, place: &str, text: Option<&str>) {
        let def = Arc::clone(self.revision.schema().metric(id).unwrap());
        let items: Vec<u32> = place
            .split(',')
            .zip(&def.dimensions)
            .map(|(name, d)| self.revision.items(*d).find(name).unwrap_or_else(|| panic!("no item {name}")))
            .collect();
        let cells = self.revision.cells(id).unwrap();
        let mut edits = Edits::new(def.ty);
        edits.push(cells.layout().pack(&items), text.map(|t| value(&self.revision, def.ty, t)).as_ref());
        self.revision.set_cells(id, Arc::new(cells.apply(edits).unwrap()));
    }

    pub(crate) fn compile(&self, id: MetricId) -> Result<Program, String> {
        let def = self.revision.schema().metric(id).unwrap();
        let target = Target { name: Arc::clone(&def.name), id: Some(id), ty: def.ty, dims: def.dimensions.clone() };
        let place = Place::Metric(target);
        compile(def.formula.as_ref().unwrap(), self.revision.schema(), &Names(&self.revision), &place).map_err(|d| d.to_string())
    }

    /// Saves a formula without computing it.
    pub(crate) fn formula(&mut self, id: MetricId, text: &str) {
        let def = self.revision.schema().metric(id).unwrap().as_ref().clone();
        self.revision.schema_mut().put_metric(MetricDef { formula: Some(text.into()), ..def });
        let program = self.compile(id).unwrap();
        self.programs.insert(id, Arc::new(program));
    }

    fn calculate(&mut self) {
        for id in self.formulas.clone() {
            let program = self.compile(id).unwrap_or_else(|e| panic!("{e}"));
            refuse_wrong_patterns(&program).unwrap();
            self.programs.insert(id, Arc::new(program));
        }
        let changes = Changes { formulas: self.formulas.clone(), ..Changes::default() };
        self.recalculate(&changes);
    }

    pub(crate) fn recalculate(&mut self, changes: &Changes) {
        let order =
            compile_order(&self.programs, self.revision.schema()).unwrap_or_else(|e| panic!("{}", e.message(self.revision.schema())));
        self.report =
            recalculate(&mut self.revision, &self.programs, &order, changes, &CalcOptions::default(), None, &Watch::default(), &|_| {})
                .unwrap();
    }

    /// `P1,Jan=5 P2,Feb=7`
    pub(crate) fn cells(&self, name: &str) -> String {
        let id = self.id(name);
        let def = self.revision.schema().metric(id).unwrap();
        let cells = self.revision.cells(id).unwrap();
        assert_eq!(cells.layout().dims(), def.dimensions);
        let (keys, values) = cells.entries();
        keys.iter()
            .enumerate()
            .map(|(at, key)| {
                let items = cells.layout().unpack(*key);
                let place: Vec<String> =
                    items.iter().zip(&def.dimensions).map(|(i, d)| self.revision.items(*d).name(*i).unwrap().to_string()).collect();
                format!("{}={}", place.join(","), show(&self.revision, &values.get(at).unwrap()))
            })
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// The cells of one more formula on a model.
pub(crate) fn eval(model: &str, head: &str, formula: &str) -> String {
    World::new(&format!("{model}\nformula It {head}: {formula}")).cells("It")
}
