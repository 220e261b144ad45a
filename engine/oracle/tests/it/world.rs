//! A random model, and the statements that make it.

use smalt_model::{civil_from_days, days_from_civil};
use smalt_oracle::{Cells, Decimal, Dimension, Level, Metric, Model, Property, Type, Value};

use crate::random::Random;

/// A model with what is needed to write it as statements.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) model: Model,
    /// For each dimension, its items' places in the order of their creation.
    pub(crate) created: Vec<Vec<usize>>,
    /// For each dimension, the property that orders it.
    pub(crate) order: Vec<Option<(String, bool)>>,
    /// The statement that makes the calendar.
    pub(crate) statement: String,
    /// Input at items that are not in their subsets at present: the metric, the items, the value.
    pub(crate) parked: Vec<(String, Vec<String>, Value)>,
}

const TEXTS: [&str; 12] = ["", "a", "Ab c", " x  y ", "12.5", "Été", "2024-03-01", "abcabc", "bc", "B", "ünder-stood", "-3"];

impl World {
    pub(crate) fn random(random: &mut Random) -> World {
        World::grown(random, true)
    }

    /// Who is in a subset shows to all who see the items: where nothing of that sort may show there is none.
    pub(crate) fn without_subsets(random: &mut Random) -> World {
        World::grown(random, false)
    }

    fn grown(random: &mut Random, subsets: bool) -> World {
        let mut world =
            World { model: Model::default(), created: Vec::new(), order: Vec::new(), statement: String::new(), parked: Vec::new() };
        world.calendar(random);
        let region = world.dimension("Region", &["EMEA", "APAC", "Rest of World"], 1 + random.below(3).min(1) + random.below(2), random);
        world.texts(region, "Zone", 20, random);
        let category = world.dimension("Category", &["Hot", "Cold", "d'Or"], 1 + random.below(4).min(2), random);
        let country = world.dimension("Country", &["France", "Italy", "Japan", "Korea"], 2 + random.below(3), random);
        world.items(country, "Region", region, 20, random);
        world.texts(country, "Currency", 20, random);
        world.property(country, "Size", Type::Number, 20, random);
        world.property(country, "Place", Type::Integer, 0, random);
        let product = world.dimension("Product", &["P1", "42", "Été 3", "say \"x\""], 1 + random.below(8).min(3), random);
        world.items(product, "Category", category, 20, random);
        world.items(product, "Home", country, 30, random);
        world.property(product, "Price", Type::Number, 20, random);
        world.property(product, "Cost", Type::Decimal { precision: 10, scale: 2 }, 20, random);
        world.property(product, "Active", Type::Boolean, 30, random);
        world.property(product, "Launched", Type::Date, 20, random);
        let account = world.dimension("Account", &["Total", "Sales", "Costs", "Rent", "Wages", "Tea"], 2 + random.below(5), random);
        world.parents(account, random);
        world.property(account, "Sign", Type::Integer, 15, random);
        world.property(account, "Share", Type::Number, 15, random);
        world.property(account, "Rate", Type::Decimal { precision: 6, scale: 4 }, 15, random);
        world.ordered(country, "Place", random);
        world.inputs(random);
        if subsets {
            world.subsets(random);
        }
        world.list(random);
        world
    }

    /// A list of up to a dozen rows.
    fn list(&mut self, random: &mut Random) {
        let rows = random.below(13);
        let d = self.push("Ledger", (0..rows).map(|row| row.to_string()).collect(), None);
        self.model.dimensions[d].is_list = true;
        self.model.dimensions[d].properties.clear();
        for name in ["Country", "Product", "Month"] {
            if let Some(target) = self.model.dimension(name) {
                self.items(d, name, target, 10, random);
            }
        }
        self.property(d, "Posted", Type::Date, 10, random);
        self.property(d, "Amount", Type::Number, 10, random);
        self.property(d, "Pieces", Type::Integer, 10, random);
        self.property(d, "Net", Type::Decimal { precision: 12, scale: 3 }, 10, random);
        self.property(d, "Note", Type::Text, 20, random);
        self.property(d, "Paid", Type::Boolean, 20, random);
    }

    pub(crate) fn push(&mut self, name: &str, items: Vec<String>, level: Option<Level>) -> usize {
        self.created.push((0..items.len()).collect());
        self.order.push(None);
        self.model.dimensions.push(Dimension { level, ..Dimension::new(name, items) });
        self.model.dimensions.len() - 1
    }

    fn dimension(&mut self, name: &str, items: &[&str], count: usize, random: &mut Random) -> usize {
        let mut items: Vec<String> = items.iter().map(|i| (*i).to_owned()).collect();
        random.shuffle(&mut items);
        items.truncate(count);
        self.push(name, items, None)
    }

    pub(crate) fn add(&mut self, d: usize, name: &str, ty: Type, values: Vec<Option<Value>>) {
        self.model.dimensions[d].properties.push(Property { name: name.to_owned(), ty, values });
    }

    fn property(&mut self, d: usize, name: &str, ty: Type, blanks: usize, random: &mut Random) {
        let count = self.model.dimensions[d].items.len();
        let values = (0..count).map(|_| if random.percent(blanks) { None } else { self.value(ty, random) }).collect();
        self.add(d, name, ty, values);
    }

    fn texts(&mut self, d: usize, name: &str, blanks: usize, random: &mut Random) {
        self.property(d, name, Type::Text, blanks, random);
    }

    fn items(&mut self, d: usize, name: &str, target: usize, blanks: usize, random: &mut Random) {
        self.property(d, name, Type::Item(target), blanks, random);
    }

    /// Parents that make no loop: each stands earlier in some order.
    fn parents(&mut self, d: usize, random: &mut Random) {
        let count = self.model.dimensions[d].items.len();
        let mut order: Vec<usize> = (0..count).collect();
        random.shuffle(&mut order);
        let mut values = vec![None; count];
        for i in 1..count {
            if random.percent(80) {
                values[order[i]] = Some(Value::Item(d, order[random.below(i)]));
            }
        }
        self.add(d, "Parent", Type::Item(d), values);
    }

    /// Orders a dimension by a property, sometimes: its items are told by their places, so they are sorted here.
    fn ordered(&mut self, d: usize, name: &str, random: &mut Random) {
        let (ordered, descending) = (random.percent(50), random.percent(30));
        if !ordered || !crate::engine::orders() {
            return;
        }
        let dimension = &self.model.dimensions[d];
        let Some(values) = dimension.property(name).map(|p| p.values.clone()) else { return };
        let key = |item: &usize| values[*item].as_ref().and_then(Value::truncated).map(|v| if descending { -v } else { v });
        let mut places: Vec<usize> = (0..dimension.items.len()).collect();
        places.sort_by_key(key);
        // places[new] = old
        let back: Vec<usize> = (0..places.len()).map(|old| places.iter().position(|p| *p == old).unwrap()).collect();
        let dimension = &mut self.model.dimensions[d];
        dimension.items = places.iter().map(|old| dimension.items[*old].clone()).collect();
        for property in &mut dimension.properties {
            property.values = places.iter().map(|old| property.values[*old].clone()).collect();
        }
        for dimension in &mut self.model.dimensions {
            for property in dimension.properties.iter_mut().filter(|p| p.ty == Type::Item(d)) {
                for value in property.values.iter_mut().flatten() {
                    *value = Value::Item(d, back[value.item().unwrap()]);
                }
            }
        }
        self.created[d] = back;
        self.order[d] = Some((name.to_owned(), descending));
    }

    /// A value of a type: fractions are dyadic, so that most sums are exact.
    pub(crate) fn value(&self, ty: Type, random: &mut Random) -> Option<Value> {
        Some(match ty {
            Type::Number => Value::Number(random.within(-80, 120) as f64 / *random.pick(&[1.0, 2.0, 4.0, 8.0])),
            Type::Integer => Value::Integer(random.within(-4, 9)),
            Type::Decimal { precision, scale } => Value::Decimal(decimal(precision, scale, random)),
            Type::Text => Value::Text((*random.pick(&TEXTS)).to_owned()),
            Type::Boolean => Value::Boolean(random.percent(60)),
            Type::Date => {
                let first = days_from_civil(2023, 1, 1).unwrap();
                let day = first + random.within(-20, 700) as i32;
                let (year, month, _) = civil_from_days(day);
                Value::Date(if random.percent(30) { days_from_civil(year, month, 1).unwrap() - 1 } else { day })
            }
            Type::Item(d) => Value::Item(d, random.below(self.model.dimensions[d].items.len())),
        })
    }

    /// A few dimensions beside those given, often of the one kind, seldom of the other; not too many coordinates.
    pub(crate) fn some_dimensions(&self, usual: &[usize], seldom: &[usize], given: Vec<usize>, random: &mut Random) -> Vec<usize> {
        let mut dims = given;
        let size = *random.pick(&[0, 1, 1, 1, 2, 2, 2, 3]);
        while dims.len() < size {
            let often = random.percent(75);
            let d = *random.pick(if often { usual } else { seldom });
            if dims.contains(&d) || self.model.size(&dims) * self.model.dimensions[d].items.len() >= 300 {
                break;
            }
            dims.push(d);
        }
        dims
    }

    fn inputs(&mut self, random: &mut Random) {
        let named = |world: &World, name| world.model.dimension(name);
        let usual: Vec<usize> = ["Country", "Product", "Month", "Account", "Day"].iter().filter_map(|n| named(self, n)).collect();
        let seldom: Vec<usize> = ["Region", "Category", "Quarter", "Year", "Week", "Half"].iter().filter_map(|n| named(self, n)).collect();
        let mut wanted =
            vec![("N", Type::Number, 6), ("I", Type::Integer, 4), ("T", Type::Text, 3), ("B", Type::Boolean, 3), ("D", Type::Date, 3)];
        // Money, rates, whole numbers, and as many digits as there can be.
        for (name, precision, scale) in [("Q", 12, 2), ("Qa", 12, 2), ("Qb", 8, 4), ("Qc", 5, 0), ("Qd", 38, 6), ("Qe", 30, 12)] {
            wanted.push((name, Type::Decimal { precision, scale }, 1));
        }
        for (letter, name) in [("C", "Country"), ("P", "Product"), ("M", "Month"), ("R", "Region"), ("A", "Account")] {
            wanted.extend(named(self, name).map(|d| (letter, Type::Item(d), 1)));
        }
        for (letter, ty, count) in wanted {
            for number in 1..=count {
                let dims = self.some_dimensions(&usual, &seldom, Vec::new(), random);
                self.input(&format!("{letter}{number}"), ty, dims, random);
            }
        }
        if let (Some(weekday), Some(day)) = (named(self, "Day of Week"), named(self, "Day")) {
            self.input("Works", Type::Boolean, vec![weekday], random);
            self.input("Holiday", Type::Boolean, vec![day], random);
        }
    }

    pub(crate) fn input(&mut self, name: &str, ty: Type, dims: Vec<usize>, random: &mut Random) {
        let density = *random.pick(&[40, 60, 80, 90, 100]);
        let mut cells = Cells::new();
        for c in self.model.coordinates(&dims) {
            if random.percent(density) {
                cells.extend(self.value(ty, random).map(|v| (c, v)));
            }
        }
        self.model.metrics.push(Metric { name: name.to_owned(), ty, dims, formula: None, cells });
    }
}

/// Mostly few digits before the point; now and then all of them.
fn decimal(precision: u8, scale: u8, random: &mut Random) -> Decimal {
    let most = if random.percent(5) { precision } else { precision.min(scale + 3) };
    let digits = random.below(usize::from(most) + 1);
    let units = (0..digits).fold(0i128, |units, _| units * 10 + random.below(10) as i128);
    Decimal { units: if random.percent(35) { -units } else { units }, scale }
}
