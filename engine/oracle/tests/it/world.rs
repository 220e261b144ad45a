//! A random model, and the statements that make it.

use std::fmt::Write;

use smalt_model::{civil_from_days, days_from_civil, format_date};
use smalt_oracle::{Cells, Dimension, Level, Metric, Model, Property, Type, Value};

use crate::random::Random;

/// A model with what is needed to write it as statements.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) model: Model,
    /// For each dimension, its items' places in the order of their creation.
    pub(crate) created: Vec<Vec<usize>>,
    /// For each dimension, the property that orders it.
    order: Vec<Option<(String, bool)>>,
    /// The statement that makes the calendar.
    calendar: String,
}

const TEXTS: [&str; 12] = ["", "a", "Ab c", " x  y ", "12.5", "Été", "2024-03-01", "abcabc", "bc", "B", "ünder-stood", "-3"];

pub(crate) fn sql(value: &Value, model: &Model) -> String {
    match value {
        Value::Number(v) => format!("{v}"),
        Value::Integer(v) => format!("{v}"),
        Value::Text(v) => format!("'{}'", v.replace('\'', "''")),
        Value::Boolean(v) => if *v { "TRUE" } else { "FALSE" }.to_owned(),
        Value::Date(v) => format!("'{}'", format_date(*v)),
        Value::Item(d, item) => format!("'{}'", model.dimensions[*d].items[*item].replace('\'', "''")),
    }
}

fn type_name(ty: Type, model: &Model) -> String {
    match ty {
        Type::Number => "NUMBER".to_owned(),
        Type::Integer => "INTEGER".to_owned(),
        Type::Text => "TEXT".to_owned(),
        Type::Boolean => "BOOLEAN".to_owned(),
        Type::Date => "DATE".to_owned(),
        Type::Item(d) => quoted(&model.dimensions[d].name),
    }
}

pub(crate) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

impl World {
    pub(crate) fn random(random: &mut Random) -> World {
        let mut world = World { model: Model::default(), created: Vec::new(), order: Vec::new(), calendar: String::new() };
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
        world.property(product, "Active", Type::Boolean, 30, random);
        world.property(product, "Launched", Type::Date, 20, random);
        let account = world.dimension("Account", &["Total", "Sales", "Costs", "Rent", "Wages", "Tea"], 2 + random.below(5), random);
        world.parents(account, random);
        world.property(account, "Sign", Type::Integer, 15, random);
        world.property(account, "Share", Type::Number, 15, random);
        world.ordered(country, "Place", random);
        world.inputs(random);
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
        self.property(d, "Note", Type::Text, 20, random);
        self.property(d, "Paid", Type::Boolean, 20, random);
    }

    fn push(&mut self, name: &str, items: Vec<String>, level: Option<Level>) -> usize {
        let values = items.iter().map(|name| Some(Value::Text(name.clone()))).collect();
        let unique = Property { name: "Name".to_owned(), ty: Type::Text, values };
        self.created.push((0..items.len()).collect());
        self.order.push(None);
        self.model.dimensions.push(Dimension { name: name.to_owned(), items, properties: vec![unique], level, is_list: false });
        self.model.dimensions.len() - 1
    }

    fn dimension(&mut self, name: &str, items: &[&str], count: usize, random: &mut Random) -> usize {
        let mut items: Vec<String> = items.iter().map(|i| (*i).to_owned()).collect();
        random.shuffle(&mut items);
        items.truncate(count);
        self.push(name, items, None)
    }

    fn add(&mut self, d: usize, name: &str, ty: Type, values: Vec<Option<Value>>) {
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

    fn calendar(&mut self, random: &mut Random) {
        let days = random.percent(25);
        let quarters = 1 + random.below(3) as i64;
        let year = 2023;
        let first_month = *random.pick(&[1, 4, 7, 10]);
        let (months, fiscal) = if days { (1, 0) } else { (quarters * 3, *random.pick(&[0, 0, 4, 2])) };
        let first = days_from_civil(year, first_month, 1).unwrap();
        let after = year * 12 + first_month - 1 + months;
        let last = days_from_civil(after.div_euclid(12), after.rem_euclid(12) + 1, 1).unwrap() - 1;
        let levels: &[(&str, Level)] = if days {
            &[("Day", Level::Day), ("Month", Level::Month), ("Year", Level::Year)]
        } else {
            &[("Month", Level::Month), ("Quarter", Level::Quarter), ("Year", Level::Year)]
        };
        let names: Vec<&str> = levels.iter().map(|l| l.0).collect();
        self.calendar = format!("CREATE CALENDAR FROM '{}' TO '{}' LEVELS ({})", format_date(first), format_date(last), names.join(", "));
        if fiscal > 0 {
            self.calendar.push_str(&format!(" FISCAL YEAR STARTS IN {fiscal}"));
        }
        self.model.fiscal = fiscal;
        if days {
            let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
            self.push("Day of Week", names.iter().map(|n| (*n).to_owned()).collect(), None);
        }
        let offset = self.model.dimensions.len();
        for (name, level) in levels {
            let mut periods: Vec<(String, i32, i32)> = Vec::new();
            for day in first..=last {
                let period = period(*level, day, fiscal.max(1));
                if !periods.contains(&period) {
                    periods.push(period);
                }
            }
            let d = self.push(name, periods.iter().map(|p| p.0.clone()).collect(), Some(*level));
            self.add(d, "Start Date", Type::Date, periods.iter().map(|p| Some(Value::Date(p.1))).collect());
            self.add(d, "End Date", Type::Date, periods.iter().map(|p| Some(Value::Date(p.2))).collect());
        }
        for fine in 0..levels.len() {
            for (coarse, (name, ..)) in levels.iter().enumerate().skip(fine + 1) {
                let (d, target) = (offset + fine, offset + coarse);
                let (of, parents) = (&self.model.dimensions[d], &self.model.dimensions[target]);
                let holds = |item: usize| {
                    let (start, end) = of.period(item)?;
                    let holds = |p: &usize| parents.period(*p).is_some_and(|(s, e)| s <= start && end <= e);
                    (0..parents.items.len()).find(holds).map(|p| Value::Item(target, p))
                };
                let values = (0..of.items.len()).map(holds).collect();
                self.add(d, name, Type::Item(target), values);
            }
        }
    }

    /// A value of a type: fractions are dyadic, so that most sums are exact.
    pub(crate) fn value(&self, ty: Type, random: &mut Random) -> Option<Value> {
        Some(match ty {
            Type::Number => Value::Number(random.within(-80, 120) as f64 / *random.pick(&[1.0, 2.0, 4.0, 8.0])),
            Type::Integer => Value::Integer(random.within(-4, 9)),
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

    fn inputs(&mut self, random: &mut Random) {
        let named = |world: &World, name| world.model.dimension(name);
        let usual: Vec<usize> = ["Country", "Product", "Month", "Account", "Day"].iter().filter_map(|n| named(self, n)).collect();
        let seldom: Vec<usize> = ["Region", "Category", "Quarter", "Year"].iter().filter_map(|n| named(self, n)).collect();
        let mut wanted =
            vec![("N", Type::Number, 6), ("I", Type::Integer, 4), ("T", Type::Text, 3), ("B", Type::Boolean, 3), ("D", Type::Date, 3)];
        for (letter, name) in [("C", "Country"), ("P", "Product"), ("M", "Month"), ("R", "Region"), ("A", "Account")] {
            wanted.extend(named(self, name).map(|d| (letter, Type::Item(d), 1)));
        }
        for (letter, ty, count) in wanted {
            for number in 1..=count {
                let mut dims: Vec<usize> = Vec::new();
                let size = *random.pick(&[0, 1, 1, 1, 2, 2, 2, 3]);
                while dims.len() < size {
                    let often = random.percent(75);
                    let d = *random.pick(if often { &usual } else { &seldom });
                    if !dims.contains(&d) && self.model.size(&dims) * self.model.dimensions[d].items.len() < 300 {
                        dims.push(d);
                    } else {
                        break;
                    }
                }
                self.input(&format!("{letter}{number}"), ty, dims, random);
            }
        }
        if let (Some(weekday), Some(day)) = (named(self, "Day of Week"), named(self, "Day")) {
            self.input("Works", Type::Boolean, vec![weekday], random);
            self.input("Holiday", Type::Boolean, vec![day], random);
        }
    }

    fn input(&mut self, name: &str, ty: Type, dims: Vec<usize>, random: &mut Random) {
        let density = *random.pick(&[40, 60, 80, 90, 100]);
        let mut cells = Cells::new();
        for c in self.model.coordinates(&dims) {
            if random.percent(density) {
                cells.extend(self.value(ty, random).map(|v| (c, v)));
            }
        }
        self.model.metrics.push(Metric { name: name.to_owned(), ty, dims, formula: None, cells });
    }

    /// The statements that make the model.
    pub(crate) fn script(&self) -> String {
        let model = &self.model;
        let mut out = format!("{};\n", self.calendar);
        let own: Vec<usize> = (0..model.dimensions.len()).filter(|d| !self.is_calendar(*d)).collect();
        for &d in &own {
            let dimension = &model.dimensions[d];
            let kind = if dimension.is_list { "LIST" } else { "DIMENSION" };
            let properties: Vec<String> =
                dimension.properties.iter().map(|p| format!("{} {}", quoted(&p.name), type_name(p.ty, model))).collect();
            let _ = write!(out, "CREATE {kind} {} ({})", quoted(&dimension.name), properties.join(", "));
            if let Some((name, descending)) = &self.order[d] {
                let _ = write!(out, " ORDER BY {}{}", quoted(name), if *descending { " DESC" } else { "" });
            }
            out.push_str(";\n");
            let rows: Vec<String> = self.created[d]
                .iter()
                .map(|item| {
                    let shown = |p: &Property| match &p.values[*item] {
                        Some(Value::Item(of, _)) if *of == d => "NULL".to_owned(),
                        Some(value) => sql(value, model),
                        None => "NULL".to_owned(),
                    };
                    format!("({})", dimension.properties.iter().map(shown).collect::<Vec<_>>().join(", "))
                })
                .collect();
            if !rows.is_empty() {
                let _ = writeln!(out, "INSERT INTO {} VALUES {};", quoted(&dimension.name), rows.join(", "));
            }
            for property in dimension.properties.iter().filter(|p| p.ty == Type::Item(d)) {
                for (item, value) in property.values.iter().enumerate() {
                    if let Some(value) = value {
                        let own = sql(&Value::Item(d, item), model);
                        let (set, value) = (quoted(&property.name), sql(value, model));
                        let _ = writeln!(out, "UPDATE {} SET {set} = {value} WHERE \"Name\" = {own};", quoted(&dimension.name));
                    }
                }
            }
        }
        for metric in &model.metrics {
            let _ = writeln!(out, "{};", self.create(metric));
            if metric.formula.is_none() && !metric.cells.is_empty() {
                let rows: Vec<String> = metric.cells.iter().map(|(c, v)| self.row(metric, c, Some(v))).collect();
                let _ = writeln!(out, "{};", self.insert(metric, &rows));
            }
        }
        out
    }

    pub(crate) fn is_calendar(&self, d: usize) -> bool {
        self.model.dimensions[d].level.is_some() || self.model.dimensions[d].name == "Day of Week"
    }

    pub(crate) fn create(&self, metric: &Metric) -> String {
        let names: Vec<String> = metric.dims.iter().map(|d| quoted(&self.model.dimensions[*d].name)).collect();
        let by = if names.is_empty() { String::new() } else { format!(" BY ({})", names.join(", ")) };
        let formula = metric.formula.as_ref().map_or(String::new(), |f| format!(" AS {f}"));
        format!("CREATE METRIC {} {}{by}{formula}", quoted(&metric.name), type_name(metric.ty, &self.model))
    }

    pub(crate) fn row(&self, metric: &Metric, coordinate: &[usize], value: Option<&Value>) -> String {
        let mut all: Vec<String> = metric.dims.iter().zip(coordinate).map(|(d, item)| sql(&Value::Item(*d, *item), &self.model)).collect();
        all.push(value.map_or("NULL".to_owned(), |v| sql(v, &self.model)));
        format!("({})", all.join(", "))
    }

    pub(crate) fn insert(&self, metric: &Metric, rows: &[String]) -> String {
        let mut columns: Vec<String> = metric.dims.iter().map(|d| quoted(&self.model.dimensions[*d].name)).collect();
        columns.push(quoted(&metric.name));
        format!("INSERT INTO {} ({}) VALUES {}", quoted(&metric.name), columns.join(", "), rows.join(", "))
    }
}

/// Name, first and last day of the period that holds a day.
fn period(level: Level, day: i32, fiscal: i64) -> (String, i32, i32) {
    let (year, month, _) = civil_from_days(day);
    let length = match level {
        Level::Day => return (format_date(day), day, day),
        Level::Month => 1,
        Level::Quarter => 3,
        Level::Half => 6,
        _ => 12,
    };
    let fiscal = if level == Level::Month { 1 } else { fiscal };
    let months = year * 12 + month - fiscal;
    let (started, part) = (months.div_euclid(12), months.rem_euclid(12) / length);
    let first = |months: i64| days_from_civil(months.div_euclid(12), months.rem_euclid(12) + 1, 1).unwrap();
    let start = started * 12 + part * length + fiscal - 1;
    let named = if fiscal > 1 { format!("FY{}", started + 1) } else { format!("{started}") };
    let name = match level {
        Level::Month => format!("{year:04}-{month:02}"),
        Level::Quarter => format!("{named}-Q{}", part + 1),
        Level::Half => format!("{named}-H{}", part + 1),
        _ => named,
    };
    (name, first(start), first(start + length) - 1)
}
