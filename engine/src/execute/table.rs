//! CREATE TABLE … OF and ALTER TABLE: metrics side by side.

use std::collections::BTreeSet;
use std::sync::Arc;

use smalt_model::{DimensionId, MetricDef, Saved, Schema, TableDef};

use super::Change;
use super::catalog::dimension_names;
use super::saved::{refresh, refuse_lost, rename};
use crate::fault::{Done, Fault};
use crate::look;
use crate::statement::ast::{AlterTable, CreateTable, Name};

/// A query puts the rows of that many metrics behind one another.
const MOST_METRICS: usize = 100;

pub(super) fn create(change: &mut Change<'_>, create: &CreateTable) -> Done<String> {
    look::free_for(change.work.draft.schema(), &change.seen, &create.name)?;
    let metrics = side_by_side(change, &create.metrics)?;
    let def = TableDef { name: Arc::from(create.name.text.as_str()), metrics, comment: None };
    change.work.draft.schema_mut().put_saved(def);
    Ok(format!("table `{}` created", create.name.text))
}

pub(super) fn alter(change: &mut Change<'_>, table: &Name, to: &AlterTable) -> Done<String> {
    let def = look::table(&change.seen, table)?;
    let names = match to {
        AlterTable::Rename(to) => return rename(change, &Saved::Table(def), to),
        AlterTable::Metrics(names) => names,
    };
    let metrics = side_by_side(change, names)?;
    let mut after = Schema::clone(change.work.draft.schema());
    after.put_saved(TableDef { metrics: metrics.clone(), ..TableDef::clone(&def) });
    let help = "change that view first, or keep the metrics that it names";
    refuse_lost(change.work.draft.schema(), &Arc::new(after), table, table.at, &change.seen, help)?;
    change.work.draft.schema_mut().put_saved(TableDef { metrics, ..TableDef::clone(&def) });
    refresh(change.work);
    Ok(format!("table `{}` set", def.name))
}

/// Metrics by the same dimensions, in whatever order each has them.
fn side_by_side(change: &Change<'_>, names: &[Name]) -> Done<Vec<smalt_model::MetricId>> {
    let mut metrics: Vec<Arc<MetricDef>> = Vec::new();
    for name in names {
        let def = look::metric(&change.seen, name)?;
        if metrics.iter().any(|other| other.id == def.id) {
            return Err(Fault::new(format!("`{}` is named twice", name.text)).at(name.at));
        }
        if let Some(first) = metrics.first()
            && by(first) != by(&def)
        {
            let told = |def: &MetricDef| format!("`{}` is by ({})", def.name, dimension_names(change.work.draft.schema(), def));
            return Err(Fault::new(format!("the metrics of a table have the same dimensions: {}, {}", told(first), told(&def))).at(name.at));
        }
        metrics.push(def);
    }
    if let (true, Some(name)) = (metrics.len() > MOST_METRICS, names.first()) {
        return Err(Fault::new(format!("a table has at most {MOST_METRICS} metrics")).at(name.at));
    }
    Ok(metrics.iter().map(|def| def.id).collect())
}

fn by(def: &MetricDef) -> BTreeSet<DimensionId> {
    def.dimensions.iter().copied().collect()
}
