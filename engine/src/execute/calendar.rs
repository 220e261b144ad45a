//! CREATE CALENDAR: a dimension per level, with its periods as items.

use std::sync::Arc;

use smalt_model::{Block, CalendarLevel, DimensionDef, DimensionId, PropertyDef, Type, Value};

use smalt_security::Permission;

use super::Change;
use crate::calendar::{Calendar, day_of_week, level_name};
use crate::fault::{Done, Fault};
use crate::look;
use crate::statement::Place;
use crate::statement::ast::{CreateCalendar, Name};

/// The most days from the first to the last.
const LONGEST: i32 = 400 * 366;

pub(super) fn create(change: &mut Change<'_>, create: &CreateCalendar) -> Done<String> {
    let (from, to) = (create.from.days, create.to.days);
    if from > to {
        return Err(Fault::new("the calendar ends before it starts").at(create.to.at));
    }
    if to - from > LONGEST {
        return Err(Fault::new("a calendar has at most 400 years").at(create.to.at));
    }
    let calendar = Calendar { from, to, fiscal_start: create.fiscal_start.filter(|month| *month != 1) };
    let mut levels: Vec<(CalendarLevel, Place)> = create.levels.clone();
    // The coarsest first, so that a finer level finds the periods that hold its own.
    levels.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
    let mut made: Vec<(CalendarLevel, DimensionId)> = Vec::new();
    for (level, at) in &levels {
        let there = change.work.draft.schema().calendar(*level).map(|def| def.id);
        if let Some(id) = there {
            if change.seen.dimension(id).is_none() {
                return Err(Fault::missing(Permission::ConfigureBlocks));
            }
            return Err(Fault::not_yet("CREATE CALENDAR of a level that is there already").at(*at));
        }
        let id = make_level(change, &calendar, *level, *at, &made)?;
        made.push((*level, id));
    }
    let names = create.levels.iter().map(|(level, _)| format!("`{}`", level_name(*level))).collect::<Vec<_>>();
    Ok(format!("calendar created: {}", names.join(", ")))
}

fn make_level(
    change: &mut Change<'_>,
    calendar: &Calendar,
    level: CalendarLevel,
    at: Place,
    coarser: &[(CalendarLevel, DimensionId)],
) -> Done<DimensionId> {
    let plain = |name: &str, ty: Type| PropertyDef { name: Arc::from(name), ty, formula: None };
    let id = claim(change, level_name(level), at)?;
    let mut properties = vec![plain("Name", Type::Text), plain("Start Date", Type::Date), plain("End Date", Type::Date)];
    let parents: Vec<_> = coarser.iter().filter(|(of, _)| Calendar::holds_whole(*of, level)).copied().collect();
    for (of, parent) in &parents {
        properties.push(plain(level_name(*of), Type::Item(*parent)));
    }
    let weekdays = if level == CalendarLevel::Day { Some(make_weekdays(change, at)?) } else { None };
    if let Some(weekdays) = weekdays {
        properties.push(plain("Day of Week", Type::Item(weekdays)));
    }
    let def = DimensionDef { id, name: Arc::from(level_name(level)), properties, calendar: Some(level), system: None };
    change.work.put_dimension(def);
    let mut edit = change.work.draft.items(id).edit();
    for period in calendar.periods(level) {
        let item = edit.add(&period.name).map_err(|_| Fault::new(format!("two periods have the name `{}`", period.name)).at(at))?;
        edit.set(item, 1, Some(&Value::Date(period.start)));
        edit.set(item, 2, Some(&Value::Date(period.end)));
        for (property, (of, parent)) in (3u16..).zip(&parents) {
            let name = calendar.name_of(*of, period.start);
            let value = change.work.draft.items(*parent).find(&name).map(|item| Value::Item(*parent, item));
            edit.set(item, property, value.as_ref());
        }
        if let Some(weekdays) = weekdays {
            let day = day_of_week(period.start);
            let property = u16::try_from(3 + parents.len()).unwrap_or(u16::MAX);
            edit.set(item, property, Some(&Value::Item(weekdays, u32::from(day))));
        }
    }
    change.work.draft.set_items(id, Arc::new(edit.finish()));
    Ok(id)
}

fn make_weekdays(change: &mut Change<'_>, at: Place) -> Done<DimensionId> {
    let id = claim(change, "Day of Week", at)?;
    let properties = vec![PropertyDef { name: Arc::from("Name"), ty: Type::Text, formula: None }];
    change.work.put_dimension(DimensionDef { id, name: Arc::from("Day of Week"), properties, calendar: None, system: None });
    let mut edit = change.work.draft.items(id).edit();
    for name in ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] {
        edit.add(name).map_err(|_| Fault::new("a weekday stands twice").at(at))?;
    }
    change.work.draft.set_items(id, Arc::new(edit.finish()));
    Ok(id)
}

fn claim(change: &mut Change<'_>, name: &str, at: Place) -> Done<DimensionId> {
    let name = Name { text: name.to_owned(), at };
    let promised = matches!(change.work.draft.schema().find(&name.text), Some(Block::Dimension(id)) if change.work.is_promised(id));
    if !promised {
        look::free_for(change.work.draft.schema(), &change.seen, &name)?;
    }
    let id = change.work.claim_dimension(&name)?;
    // A second level of this statement must get another id.
    let properties = vec![PropertyDef { name: Arc::from("Name"), ty: Type::Text, formula: None }];
    let def = DimensionDef { id, name: Arc::from(name.text.as_str()), properties, calendar: None, system: None };
    change.work.draft.schema_mut().put_dimension(def);
    look::dimension(change.work.draft.schema(), &name).map(|d| d.id)
}
