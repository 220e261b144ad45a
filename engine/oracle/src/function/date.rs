//! Functions of dates.

use smalt_formula::{Argument, Expr};
use smalt_model::{civil_from_days, days_from_civil};

use crate::Found;
use crate::along::dimension_of;
use crate::block::Block;
use crate::operator::of;
use crate::scope::Scope;
use crate::value::{Type, Value};

/// The type that a function gives; `None` where it is not in here.
pub(crate) fn gives(name: &str) -> Option<Type> {
    match name {
        "DATE" | "EDATE" | "EOMONTH" | "STARTOFMONTH" | "DATEVALUE" => Some(Type::Date),
        "YEAR" | "MONTH" | "DAY" | "WEEKDAY" | "DAYS" | "MONTHDIF" => Some(Type::Integer),
        _ => None,
    }
}

fn last_of(year: i64, month: i64) -> i64 {
    (28..=31).rev().find(|d| days_from_civil(year, month, *d).is_some()).unwrap_or(28)
}

/// The day in the month so many months later; past its end, the last one.
fn months_later(day: i32, months: i64, wanted: Option<i64>) -> Option<i32> {
    let (year, month, old) = civil_from_days(day);
    let months = year.checked_mul(12)?.checked_add(month - 1)?.checked_add(months)?;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    days_from_civil(year, month, wanted.unwrap_or(old).min(last_of(year, month)))
}

pub(crate) fn compute(name: &str, v: &[&Value]) -> Option<Value> {
    let whole = |at: usize| v.get(at).and_then(|v| v.truncated());
    if name == "DATE" {
        return days_from_civil(whole(0)?, whole(1)?, whole(2)?).map(Value::Date);
    }
    if name == "DATEVALUE" {
        return super::pattern::read_date(v[0].text()?, v[1].text()?).map(Value::Date);
    }
    let day = v[0].day()?;
    let (year, month, of_month) = civil_from_days(day);
    match name {
        "YEAR" => Some(Value::Integer(year)),
        "MONTH" => Some(Value::Integer(month)),
        "DAY" => Some(Value::Integer(of_month)),
        "WEEKDAY" => Some(Value::Integer(i64::from((day + 3).rem_euclid(7)) + 1)),
        "EDATE" => months_later(day, whole(1)?, None).map(Value::Date),
        "EOMONTH" => months_later(day, whole(1)?, Some(31)).map(Value::Date),
        "STARTOFMONTH" => months_later(day, 0, Some(1)).map(Value::Date),
        "DAYS" => Some(Value::Integer(i64::from(day) - i64::from(v[1].day()?))),
        "MONTHDIF" => {
            let from = v[1].day()?;
            let (from_year, from_month, from_day) = civil_from_days(from);
            let months = (year - from_year) * 12 + month - from_month;
            Some(Value::Integer(if day >= from {
                months - i64::from(of_month < from_day)
            } else {
                months + i64::from(of_month > from_day)
            }))
        }
        _ => None,
    }
}

/// INPERIOD(date, D), DAYSINPERIOD(D [, start [, end]]), PRORATA(D [, start [, end]])
pub(crate) fn periods(scope: &Scope<'_>, name: &str, arguments: &[Argument]) -> Found<Block> {
    let (d, others) = match name {
        "INPERIOD" => (dimension_of(scope, arguments.get(1).ok_or("D")?)?, &arguments[..1]),
        _ => (dimension_of(scope, &arguments[0])?, &arguments[1..]),
    };
    let calendar = &scope.model.dimensions[d];
    calendar.level.ok_or("no calendar")?;
    let dates = others.iter().map(|a| scope.eval(&a.value)).collect::<Found<Vec<_>>>()?;
    dates.iter().try_for_each(|b| of(b, Type::Date))?;
    let item = Block::filled(scope, vec![d], Some(Type::Item(d)), |c| Some(Value::Item(d, c[0])))?;
    let mut parts: Vec<&Block> = Vec::new();
    if name == "INPERIOD" {
        parts.extend(&dates);
        parts.push(&item);
    } else {
        parts.push(&item);
        parts.extend(&dates);
    }
    let ty = match name {
        "INPERIOD" => Type::Boolean,
        "DAYSINPERIOD" => Type::Integer,
        _ => Type::Number,
    };
    Block::strict(scope, &parts, Some(ty), |v| {
        if name == "INPERIOD" {
            let (day, (first, last)) = (v[0].day()?, calendar.period(v[1].item()?)?);
            return (first <= day && day <= last).then_some(Value::Boolean(true));
        }
        let (first, last) = calendar.period(v[0].item()?)?;
        let start = v.get(1).map_or(Some(i32::MIN), |v| v.day())?;
        let end = v.get(2).map_or(Some(i32::MAX), |v| v.day())?;
        scope.work.take(usize::try_from(last - first).unwrap_or(0)).ok()?;
        let inside = (first..=last).filter(|day| start <= *day && *day < end).count() as i64;
        if inside == 0 {
            return None;
        }
        let all = i64::from(last - first + 1);
        if name == "DAYSINPERIOD" { Some(Value::Integer(inside)) } else { Value::finite(inside as f64 / all as f64) }
    })
}

/// NETWORKDAYS(from, to [, working days] [, holidays])
pub(crate) fn network_days(scope: &Scope<'_>, exprs: &[&Expr]) -> Found<Block> {
    let blocks = exprs.iter().map(|e| scope.eval(e)).collect::<Found<Vec<_>>>()?;
    // A literal BLANK, of which a function is BLANK.
    if blocks.iter().skip(2).any(|b| b.ty.is_none() && b.dims.is_empty()) {
        return Block::strict(scope, &[&blocks[0], &blocks[1]], Some(Type::Integer), |_| None);
    }
    let weekday = scope.model.dimension("Day of Week");
    let day = scope.model.dimension("Day");
    // Working days and holidays are told apart by their dimensions.
    let by = |d: Option<usize>| blocks[2..].iter().find(|b| d.is_some_and(|d| b.dims == [d]));
    let (working, holidays) = (by(weekday), by(day));
    if usize::from(working.is_some()) + usize::from(holidays.is_some()) != blocks.len() - 2 {
        return Err("working days are by Day of Week, holidays by Day".to_owned());
    }
    let is_true = |b: &Block, item: usize| b.cells.get(&vec![item]) == Some(&Value::Boolean(true));
    let works = |date: i32| {
        let of_week = usize::try_from((date + 3).rem_euclid(7)).unwrap_or(0);
        let open = working.is_none_or(|w| is_true(w, of_week));
        let off = holidays.is_some_and(|h| {
            let calendar = day.map(|d| &scope.model.dimensions[d]);
            let item = calendar.and_then(|c| (0..c.items.len()).find(|i| c.period(*i) == Some((date, date))));
            item.is_some_and(|item| is_true(h, item))
        });
        open && !off
    };
    Block::strict(scope, &[&blocks[0], &blocks[1]], Some(Type::Integer), |v| {
        let (from, to) = (v[0].day()?, v[1].day()?);
        let each = 1 + if holidays.is_some() { day.map_or(0, |d| scope.count(d)) } else { 0 };
        scope.work.take(from.abs_diff(to) as usize * each).ok()?;
        let count = (from.min(to)..from.max(to)).filter(|date| works(*date)).count() as i64;
        Some(Value::Integer(if from <= to { count } else { -count }))
    })
}
