//! The statements that make a world.

use std::fmt::Write;

use smalt_model::format_date;
use smalt_oracle::{Decimal, Metric, Model, Property, Type, Value};

use crate::world::World;

pub(crate) fn sql(value: &Value, model: &Model) -> String {
    match value {
        Value::Number(v) => format!("{v}"),
        Value::Integer(v) => format!("{v}"),
        Value::Decimal(v) => format!("'{}'", decimal(*v)),
        Value::Text(v) => format!("'{}'", v.replace('\'', "''")),
        Value::Boolean(v) => if *v { "TRUE" } else { "FALSE" }.to_owned(),
        Value::Date(v) => format!("'{}'", format_date(*v)),
        Value::Item(d, item) => format!("'{}'", model.dimensions[*d].items[*item].replace('\'', "''")),
    }
}

/// Its digits as a file has them.
fn decimal(value: Decimal) -> String {
    let digits = format!("{:0>width$}", value.units.unsigned_abs(), width = usize::from(value.scale) + 1);
    let (before, after) = digits.split_at(digits.len() - usize::from(value.scale));
    format!("{}{before}.{after}0", if value.units < 0 { "-" } else { "" })
}

fn type_name(ty: Type, model: &Model) -> String {
    match ty {
        Type::Number => "NUMBER".to_owned(),
        Type::Integer => "INTEGER".to_owned(),
        Type::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
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
    /// The statements that make the model.
    pub(crate) fn script(&self) -> String {
        let model = &self.model;
        let mut out = format!("{};\n", self.statement);
        let own: Vec<usize> = (0..model.dimensions.len()).filter(|d| !self.is_calendar(*d) && !self.is_subset(*d)).collect();
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
        // What a condition may read comes before the subsets, what is by a subset behind them.
        let is_first = |m: &&Metric| m.formula.is_none() && !m.dims.iter().any(|d| self.is_subset(*d));
        model.metrics.iter().filter(is_first).for_each(|m| self.metric(m, &mut out));
        for dimension in &model.dimensions {
            if let Some(subset) = &dimension.subset {
                let (name, of) = (quoted(&dimension.name), quoted(&model.dimensions[subset.of].name));
                let _ = writeln!(out, "CREATE SUBSET {name} OF {of} AS {};", subset.condition);
            }
        }
        model.metrics.iter().filter(|m| !is_first(m)).for_each(|m| self.metric(m, &mut out));
        out
    }

    fn metric(&self, metric: &Metric, out: &mut String) {
        let _ = writeln!(out, "{};", self.create(metric));
        if metric.formula.is_none() && !metric.cells.is_empty() {
            let rows: Vec<String> = metric.cells.iter().map(|(c, v)| self.row(metric, c, Some(v))).collect();
            let _ = writeln!(out, "{};", self.insert(metric, &rows));
        }
    }

    pub(crate) fn is_calendar(&self, d: usize) -> bool {
        let dimension = &self.model.dimensions[d];
        dimension.subset.is_none() && (dimension.level.is_some() || dimension.name == "Day of Week")
    }

    pub(crate) fn is_subset(&self, d: usize) -> bool {
        self.model.dimensions[d].subset.is_some()
    }

    /// Such items come and go, so no metric holds them.
    pub(crate) fn is_item_of_subset(&self, ty: Type) -> bool {
        matches!(ty, Type::Item(d) if self.is_subset(d))
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
