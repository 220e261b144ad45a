//! Which column of a source goes where.

use std::collections::HashSet;
use std::sync::Arc;

use smalt_model::{DimensionDef, Schema, Type, same_name};

use super::source::Source;
use crate::fault::{Done, Fault};
use crate::statement::Place;
use crate::statement::ast::{ColumnMap, ColumnSource, Name};

/// Something of the target that a column may go to: a dimension, a property, a list's column, the cells themselves.
#[derive(Clone, Debug)]
pub(crate) struct Goal {
    pub(crate) name: Arc<str>,
    pub(crate) ty: Type,
    /// Whether a row without it makes no sense.
    pub(crate) required: bool,
    /// Why it cannot be set, where it cannot.
    pub(crate) closed: Option<String>,
}

/// A goal and where its values come from.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    /// The place of the goal.
    pub(crate) goal: usize,
    pub(crate) from: From,
    /// The property by which items are found.
    pub(crate) by: Option<u16>,
}

/// Where values come from.
#[derive(Clone, Debug)]
pub(crate) enum From {
    /// A column of the source, and its place among those selected.
    Column { source: usize, selected: usize },
    /// The same text in every row.
    Constant { text: String, at: Place },
}

/// What a load does with the columns.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) slots: Vec<Slot>,
    /// The columns that the source is to give.
    pub(crate) selected: Vec<usize>,
}

impl Plan {
    /// Columns by their names: every goal that can be set must be there.
    pub(crate) fn by_name(goals: &[Goal], source: &dyn Source) -> Done<Plan> {
        let mut plan = Plan { slots: Vec::new(), selected: Vec::new() };
        for (place, goal) in goals.iter().enumerate().filter(|(_, g)| g.closed.is_none()) {
            let column = find_column(source, &goal.name, None)?;
            plan.add_column(place, column, None);
        }
        Ok(plan)
    }

    /// Columns as a COPY maps them.
    pub(crate) fn by_map(goals: &[Goal], source: &dyn Source, target: &str, maps: &[ColumnMap], schema: &Schema) -> Done<Plan> {
        let mut plan = Plan { slots: Vec::new(), selected: Vec::new() };
        for map in maps {
            let place = find_goal(goals, target, &map.target.column)?;
            plan.check_free(goals, place, map.target.column.at)?;
            let goal = goals.get(place).ok_or_else(|| no_goal(goals, target, &map.target.column))?;
            let by = map.target.by_property.as_ref().map(|property| find_property(goal, property, schema)).transpose()?;
            match &map.source {
                ColumnSource::File(name) => {
                    let column = find_column(source, &name.text, Some(name.at))?;
                    plan.add_column(place, column, by);
                }
                ColumnSource::Constant(text) => {
                    let from = From::Constant { text: text.text.clone(), at: text.at };
                    plan.slots.push(Slot { goal: place, from, by });
                }
            }
        }
        plan.check_complete(goals, target)?;
        Ok(plan)
    }

    /// The columns of an INSERT, one after the other.
    pub(crate) fn by_position(goals: &[Goal], width: usize, target: &str, names: Option<&[Name]>) -> Done<Plan> {
        let mut plan = Plan { slots: Vec::new(), selected: Vec::new() };
        match names {
            Some(names) => {
                for (column, name) in names.iter().enumerate() {
                    let place = find_goal(goals, target, name)?;
                    plan.check_free(goals, place, name.at)?;
                    plan.add_column(place, column, None);
                }
            }
            None => {
                let open = goals.iter().enumerate().filter(|(_, g)| g.closed.is_none()).map(|(place, _)| place).collect::<Vec<_>>();
                if open.len() != width {
                    let listed = open.iter().filter_map(|i| goals.get(*i)).map(|g| format!("`{}`", g.name)).collect::<Vec<_>>();
                    return Err(Fault::new(format!("`{target}` has {} columns and a row of {width} values is given", open.len()))
                        .help(format!("the columns are {}", listed.join(", "))));
                }
                for (column, place) in open.into_iter().enumerate() {
                    plan.add_column(place, column, None);
                }
            }
        }
        plan.check_complete(goals, target)?;
        Ok(plan)
    }

    /// The slot of a goal.
    pub(crate) fn slot(&self, goal: usize) -> Option<&Slot> {
        self.slots.iter().find(|s| s.goal == goal)
    }

    /// Has the source give all its columns: those behind the ones that go somewhere are for a file of rejects.
    pub(crate) fn select_all(&mut self, columns: usize) {
        let chosen: HashSet<usize> = self.selected.iter().copied().collect();
        self.selected.extend((0..columns).filter(|column| !chosen.contains(column)));
    }

    fn add_column(&mut self, goal: usize, source: usize, by: Option<u16>) {
        let selected = self.selected.iter().position(|s| *s == source).unwrap_or_else(|| {
            self.selected.push(source);
            self.selected.len() - 1
        });
        self.slots.push(Slot { goal, from: From::Column { source, selected }, by });
    }

    fn check_free(&self, goals: &[Goal], place: usize, at: Place) -> Done {
        let Some(goal) = goals.get(place) else { return Ok(()) };
        if self.slot(place).is_some() {
            return Err(Fault::new(format!("`{}` is given twice", goal.name)).at(at));
        }
        match &goal.closed {
            Some(reason) => Err(Fault::new(format!("`{}` cannot be set: {reason}", goal.name)).at(at)),
            None => Ok(()),
        }
    }

    fn check_complete(&self, goals: &[Goal], target: &str) -> Done {
        match goals.iter().enumerate().find(|(place, g)| g.required && self.slot(*place).is_none()) {
            Some((_, goal)) => Err(Fault::new(format!("nothing is given for `{}` of `{target}`", goal.name))),
            None => Ok(()),
        }
    }
}

fn find_column(source: &dyn Source, name: &str, at: Option<Place>) -> Done<usize> {
    let mut found = source.columns().iter().enumerate().filter(|(_, c)| same_name(c, name)).map(|(i, _)| i);
    let fault = match (found.next(), found.next()) {
        (Some(column), None) => return Ok(column),
        (Some(_), Some(_)) => source.whole_fault(&format!("has several columns `{name}`")),
        (None, _) => {
            let columns = source.columns().iter().map(|c| format!("`{c}`")).collect::<Vec<_>>();
            source.whole_fault(&format!("has no column `{name}`")).help(format!("its columns are {}", columns.join(", ")))
        }
    };
    Err(match at {
        Some(at) => fault.at(at),
        None => fault,
    })
}

fn find_goal(goals: &[Goal], target: &str, name: &Name) -> Done<usize> {
    goals.iter().position(|g| same_name(&g.name, &name.text)).ok_or_else(|| no_goal(goals, target, name))
}

fn no_goal(goals: &[Goal], target: &str, name: &Name) -> Fault {
    let names = goals.iter().map(|g| format!("`{}`", g.name)).collect::<Vec<_>>();
    Fault::new(format!("`{target}` has no column `{}`", name.text)).at(name.at).help(format!("its columns are {}", names.join(", ")))
}

fn find_property(goal: &Goal, property: &Name, schema: &Schema) -> Done<u16> {
    let Type::Item(dimension) = goal.ty else {
        let reason = format!("`{}` holds no items, so it has no property `{}`", goal.name, property.text);
        return Err(Fault::new(reason).at(property.at));
    };
    let def: Option<&Arc<DimensionDef>> = schema.dimension(dimension);
    let found = def.and_then(|d| d.property(&property.text).filter(|p| plain_property(d, *p)));
    found.ok_or_else(|| {
        let names = def.map(|d| d.properties.iter().map(|p| format!("`{}`", p.name)).collect::<Vec<_>>()).unwrap_or_default();
        Fault::new(format!("items of `{}` cannot be found by `{}`", goal.name, property.text))
            .at(property.at)
            .help(format!("its properties are {}; one that holds items does not do", names.join(", ")))
    })
}

fn plain_property(def: &DimensionDef, property: u16) -> bool {
    def.properties.get(usize::from(property)).is_some_and(|p| !matches!(p.ty, Type::Item(_) | Type::Rights))
}
