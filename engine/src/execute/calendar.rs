//! CREATE CALENDAR: a dimension per level, with its periods as items. Where levels are there already it extends them.

use std::collections::BTreeSet;
use std::sync::Arc;

use smalt_model::{Block, CalendarLevel, DimensionDef, DimensionId, ItemOrder, PropertyDef, Type, Value};
use smalt_security::Permission;

use super::Change;
use crate::adding::rights_after;
use crate::calendar::{Calendar, WEEKDAY, day_of_week, level_name, sets};
use crate::fault::{Done, Fault};
use crate::load::write::NOT_YOURS;
use crate::look;
use crate::sight::sees_all_items;
use crate::statement::Place;
use crate::statement::ast::{CreateCalendar, Name};
use crate::subset;

/// The most days from the first to the last.
const LONGEST: i32 = 400 * 366;
/// The places of the dates among the properties of a level.
const START: u16 = 1;
const END: u16 = 2;

/// A level that the statement names, or that is there.
struct Level {
    level: CalendarLevel,
    /// Where the statement names it.
    named: Option<Place>,
    there: Option<Arc<DimensionDef>>,
    /// The first and the last day that it is to hold.
    days: Option<(i32, i32)>,
}

pub(super) fn create(change: &mut Change<'_>, create: &CreateCalendar) -> Done<String> {
    let (from, to) = (create.from.days, create.to.days);
    if from > to {
        return Err(Fault::new("the calendar ends before it starts").at(create.to.at));
    }
    let mut levels = levels(change, create)?;
    let extends = levels.iter().any(|level| level.there.is_some());
    // Whether a period is there already must not show in what is refused.
    if levels.iter().filter_map(|level| level.there.as_ref()).any(|def| !sees_all_items(&change.access, [def.id])) {
        return Err(Fault::denied(NOT_YOURS));
    }
    let fiscal_start = same_year(create, &levels)?;
    stretch(&mut levels, from, to);
    if levels.iter().filter_map(|level| level.days).any(|(from, to)| to - from > LONGEST) {
        return Err(Fault::new("a calendar has at most 400 years").at(create.to.at));
    }
    // The coarsest first, so that a finer level finds the periods that hold its own.
    let mut made: Vec<(CalendarLevel, DimensionId)> = Vec::new();
    for level in levels.iter().rev() {
        let Some((from, to)) = level.days else { continue };
        let calendar = Calendar { from, to, fiscal_start };
        let coarser: Vec<_> = made.iter().filter(|(of, _)| Calendar::holds_whole(*of, level.level)).copied().collect();
        let at = level.named.unwrap_or(create.from.at);
        let id = match &level.there {
            Some(def) => extend(change, def, &coarser, fiscal_start, at)?,
            None => define(change, level.level, &coarser, fiscal_start, at)?,
        };
        fill(change, id, &calendar, level.level, at)?;
        made.push((level.level, id));
    }
    let names = create.levels.iter().map(|(level, _)| format!("`{}`", level_name(*level))).collect::<Vec<_>>();
    Ok(format!("calendar {}: {}", if extends { "extended" } else { "created" }, names.join(", ")))
}

/// The levels that are named or there, the finest first.
fn levels(change: &Change<'_>, create: &CreateCalendar) -> Done<Vec<Level>> {
    let all =
        [CalendarLevel::Day, CalendarLevel::Week, CalendarLevel::Month, CalendarLevel::Quarter, CalendarLevel::Half, CalendarLevel::Year];
    let mut levels = Vec::new();
    for level in all {
        let named = create.levels.iter().find(|(of, _)| *of == level).map(|(_, at)| *at);
        let there = change.work.draft.schema().calendar(level).map(Arc::clone);
        if let Some(def) = &there
            && change.seen.dimension(def.id).is_none()
        {
            return Err(Fault::missing(Permission::ConfigureBlocks));
        }
        if named.is_some() || there.is_some() {
            let days = there.as_ref().and_then(|def| days_of(change, def));
            levels.push(Level { level, named, there, days });
        }
    }
    Ok(levels)
}

/// The first and the last day that the periods of a level hold.
fn days_of(change: &Change<'_>, def: &DimensionDef) -> Option<(i32, i32)> {
    let items = change.work.draft.items(def.id);
    let days = |property: u16| {
        let column = items.property(property).map(Arc::clone);
        items.order().iter().filter_map(move |item| match column.as_ref()?.get(*item as usize) {
            Some(Value::Date(day)) => Some(day),
            _ => None,
        })
    };
    Some((days(START).min()?, days(END).max()?))
}

/// A named level holds the days of the statement and, without a gap, those that it has. A coarser one, named or not, holds what the finer ones
/// do, so that each period has those that hold it.
fn stretch(levels: &mut [Level], from: i32, to: i32) {
    let hull = |a: Option<(i32, i32)>, b: Option<(i32, i32)>| match (a, b) {
        (Some((f, t)), Some((g, u))) => Some((f.min(g), t.max(u))),
        (a, b) => a.or(b),
    };
    for level in levels.iter_mut().filter(|level| level.named.is_some()) {
        level.days = hull(level.days, Some((from, to)));
    }
    for at in 0..levels.len() {
        let finer = levels.iter().take(at).map(|level| (level.level, level.days)).collect::<Vec<_>>();
        let Some(level) = levels.get_mut(at) else { continue };
        for (of, days) in finer {
            // A week may reach into a year that nothing else of the calendar has.
            if of != CalendarLevel::Week && Calendar::holds_whole(level.level, of) {
                level.days = hull(level.days, days);
            }
        }
    }
}

/// The month in which the years of the calendar start, if not in January: all its years start in one. Where nothing is there that has to do with
/// years, the statement may still say it.
fn same_year(create: &CreateCalendar, levels: &[Level]) -> Done<Option<u8>> {
    let given = create.fiscal_start.map(|month| Some(month).filter(|month| *month != 1));
    let there = || levels.iter().filter_map(|level| level.there.as_ref());
    let known = there().find_map(|def| def.fiscal_start);
    let has_years = levels.iter().any(|level| level.there.is_some() && level.level >= CalendarLevel::Quarter);
    match given {
        Some(given) if given != known && (known.is_some() || has_years) => {
            let months = known.map_or_else(|| "in January".to_owned(), |month| format!("in month {month}"));
            Err(Fault::new(format!("the years of the calendar start {months}")).at(create.to.at).help("leave FISCAL YEAR STARTS IN out"))
        }
        Some(given) => Ok(given),
        None => Ok(known),
    }
}

fn plain(name: &str, ty: Type) -> PropertyDef {
    PropertyDef { name: Arc::from(name), ty, formula: None }
}

/// A new level with the properties that its periods have.
fn define(
    change: &mut Change<'_>,
    level: CalendarLevel,
    coarser: &[(CalendarLevel, DimensionId)],
    fiscal_start: Option<u8>,
    at: Place,
) -> Done<DimensionId> {
    let id = claim(change, level_name(level), at)?;
    let mut properties = vec![plain("Name", Type::Text), plain("Start Date", Type::Date), plain("End Date", Type::Date)];
    properties.extend(coarser.iter().map(|(of, parent)| plain(level_name(*of), Type::Item(*parent))));
    if level == CalendarLevel::Day {
        properties.push(plain(WEEKDAY, Type::Item(weekdays(change, at)?)));
    }
    let def = DimensionDef::new(id, level_name(level), properties);
    change.work.put_dimension(DimensionDef { calendar: Some(level), fiscal_start, order: in_time(), ..def });
    Ok(id)
}

/// A calendar is in the order of time, whatever came first.
fn in_time() -> Option<ItemOrder> {
    Some(ItemOrder { property: START, descending: false })
}

/// A level that is there gets a property for each level above it that it lacks.
fn extend(
    change: &mut Change<'_>,
    def: &DimensionDef,
    coarser: &[(CalendarLevel, DimensionId)],
    fiscal_start: Option<u8>,
    at: Place,
) -> Done<DimensionId> {
    let mut changed = DimensionDef { fiscal_start, order: in_time(), ..def.clone() };
    let mut edit = change.work.draft.items(def.id).edit();
    for (of, parent) in coarser {
        let name = level_name(*of);
        if def.properties.iter().any(|p| p.ty == Type::Item(*parent) && &*p.name == name) {
            continue;
        }
        if def.property(name).is_some() {
            return Err(Fault::new(format!("`{}` has a property `{name}` already", def.name)).at(at));
        }
        changed.properties.push(plain(name, Type::Item(*parent)));
        edit.add_property(Type::Item(*parent));
    }
    if changed != *def {
        if changed.fiscal_start != def.fiscal_start {
            let guarded = change.guarded();
            change.allow(guarded.order(def.id) || guarded.dimension(def.id))?;
        }
        change.work.draft.schema_mut().put_dimension(changed);
        change.work.draft.set_items(def.id, Arc::new(edit.finish()));
        change.work.touched.dimensions.insert(def.id);
        subset::follow_properties(change.work, def.id);
    }
    Ok(def.id)
}

/// Adds the periods that are not there, and says of all which periods hold them.
fn fill(change: &mut Change<'_>, id: DimensionId, calendar: &Calendar, level: CalendarLevel, at: Place) -> Done {
    let schema = Arc::clone(change.work.draft.schema());
    let Some(def) = schema.dimension(id) else { return Ok(()) };
    let before = change.work.draft.items(id);
    let parents: Vec<_> = (0u16..)
        .zip(&def.properties)
        .filter_map(|(property, p)| match p.ty {
            Type::Item(parent) if sets(&schema, def, usize::from(property)) => {
                schema.dimension(parent)?.calendar.map(|of| (property, of, parent))
            }
            _ => None,
        })
        .filter(|(_, of, _)| Calendar::holds_whole(*of, level))
        .collect();
    let weekdays = def.properties.iter().position(|p| &*p.name == WEEKDAY && level == CalendarLevel::Day);
    let mut edit = before.edit();
    let mut added = Vec::new();
    for period in calendar.periods(level) {
        let item = match before.find(&period.name) {
            Some(item) => item,
            None => {
                let item = edit.add(&period.name).map_err(|_| Fault::new(format!("two periods have the name `{}`", period.name)).at(at))?;
                edit.set(item, START, Some(&Value::Date(period.start)));
                edit.set(item, END, Some(&Value::Date(period.end)));
                added.push(item);
                item
            }
        };
        for (property, of, parent) in &parents {
            let name = calendar.name_of(*of, period.start);
            let value = change.work.draft.items(*parent).find(&name).map(|item| Value::Item(*parent, item));
            let is = edit.items().property(*property).and_then(|column| column.get(item as usize));
            if is != value {
                edit.set(item, *property, value.as_ref());
                change.work.touched.dimensions.insert(id);
            }
        }
        if let Some((property, weekdays)) = weekdays.and_then(|at| Some((at, def.properties.get(at)?.ty)))
            && let (Type::Item(weekdays), Ok(property)) = (weekdays, u16::try_from(property))
        {
            edit.set(item, property, Some(&Value::Item(weekdays, u32::from(day_of_week(period.start)))));
        }
    }
    if !added.is_empty() {
        change.work.touched.dimensions.insert(id);
    }
    change.work.draft.set_items(id, Arc::new(edit.finish()));
    let changed = change.work.draft.arrange(id);
    change.work.touched.dimensions.extend(changed);
    may_add(change, def, &before, &added)
}

/// Periods are items: a rule on those of the level, or on a property of theirs, says who may add them.
fn may_add(change: &Change<'_>, def: &DimensionDef, before: &smalt_vault::Items, added: &[u32]) -> Done {
    if before.is_empty() || added.is_empty() || change.work.policy.rules().is_empty() {
        return Ok(());
    }
    change.allow(change.guarded().dimension(def.id))?;
    let (work, dimensions) = (&*change.work, BTreeSet::from([def.id]));
    let after = rights_after(&work.draft, &work.programs, &work.policy, &change.principal, &dimensions).adding_items(def.id);
    if added.iter().all(|item| after.allows(&[*item])) { Ok(()) } else { Err(Fault::denied(NOT_YOURS)) }
}

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The weekdays: those that an earlier level of days has left, or new ones.
fn weekdays(change: &mut Change<'_>, at: Place) -> Done<DimensionId> {
    if let Some(Block::Dimension(id)) = change.seen.find(WEEKDAY) {
        let items = change.work.draft.items(id);
        let named = (0u32..).zip(WEEKDAYS).all(|(item, name)| items.name(item).is_some_and(|known| **known == *name));
        if named && items.order().len() == WEEKDAYS.len() && sees_all_items(&change.access, [id]) {
            return Ok(id);
        }
    }
    let id = claim(change, WEEKDAY, at)?;
    change.work.put_dimension(DimensionDef::new(id, WEEKDAY, vec![plain("Name", Type::Text)]));
    let mut edit = change.work.draft.items(id).edit();
    for name in WEEKDAYS {
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
    change.work.draft.schema_mut().put_dimension(DimensionDef::new(id, name.text.as_str(), vec![plain("Name", Type::Text)]));
    look::dimension(change.work.draft.schema(), &name).map(|d| d.id)
}
