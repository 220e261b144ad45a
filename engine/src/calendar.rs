//! The periods of a calendar and their names.

use smalt_model::{CalendarLevel, DimensionDef, Schema, Type, civil_from_days, days_from_civil, format_date, parse_date};

/// A range of days, cut into the periods of any level.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calendar {
    /// The first day.
    pub(crate) from: i32,
    /// The last day.
    pub(crate) to: i32,
    /// The month in which the fiscal year starts, where it is not January.
    pub(crate) fiscal_start: Option<u8>,
}

/// A period: its name, its first and its last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) name: String,
    pub(crate) start: i32,
    pub(crate) end: i32,
}

/// The dimension of a level.
pub(crate) fn level_name(level: CalendarLevel) -> &'static str {
    match level {
        CalendarLevel::Day => "Day",
        CalendarLevel::Week => "Week",
        CalendarLevel::Month => "Month",
        CalendarLevel::Quarter => "Quarter",
        CalendarLevel::Half => "Half",
        CalendarLevel::Year => "Year",
    }
}

/// The property of a day that says which weekday it is, and the dimension of these.
pub(crate) const WEEKDAY: &str = "Day of Week";

/// Whether CREATE CALENDAR sets a property of a level: the name, the days, the periods that hold it, the weekday. Others can be added to a level
/// and are as those of any dimension.
pub(crate) fn sets(schema: &Schema, level: &DimensionDef, property: usize) -> bool {
    let Some(def) = level.properties.get(property).filter(|_| level.calendar.is_some()) else { return false };
    let Type::Item(held) = def.ty else { return property < 3 };
    let of = schema.dimension(held).and_then(|held| held.calendar);
    of.map_or(&*def.name == WEEKDAY, |of| &*def.name == level_name(of))
}

/// What is said of who would add a period, take one out or give it another name.
pub(crate) fn made(level: &DimensionDef) -> String {
    format!("the items of `{}` come from CREATE CALENDAR", level.name)
}

/// The name of the period that holds a day, where a level of the calendar is asked for one by a date.
pub(crate) fn period_of(def: &DimensionDef, text: &str) -> Option<String> {
    let (level, day) = (def.calendar?, parse_date(text)?);
    Some(Calendar { from: day, to: day, fiscal_start: def.fiscal_start }.name_of(level, day))
}

/// 0 is Monday.
pub(crate) fn day_of_week(day: i32) -> u8 {
    // 1970-01-01 was a Thursday.
    u8::try_from((i64::from(day) + 3).rem_euclid(7)).unwrap_or(0)
}

impl Calendar {
    /// Whether every period of `finer` lies in one period of `coarser`.
    pub(crate) fn holds_whole(coarser: CalendarLevel, finer: CalendarLevel) -> bool {
        coarser > finer && (finer == CalendarLevel::Day || (finer != CalendarLevel::Week && coarser != CalendarLevel::Week))
    }

    /// All periods that have a day of the range, in order. The first and the last one may reach beyond it.
    pub(crate) fn periods(&self, level: CalendarLevel) -> Vec<Period> {
        let mut out = Vec::new();
        let mut day = self.from;
        while day <= self.to {
            let period = self.period_of(level, day);
            day = period.end + 1;
            out.push(period);
        }
        out
    }

    /// The name of the period that holds a day.
    pub(crate) fn name_of(&self, level: CalendarLevel, day: i32) -> String {
        self.period_of(level, day).name
    }

    fn period_of(&self, level: CalendarLevel, day: i32) -> Period {
        let (year, month, _) = civil_from_days(day);
        match level {
            CalendarLevel::Day => Period { name: format_date(day), start: day, end: day },
            CalendarLevel::Week => week(day),
            CalendarLevel::Month => {
                Period { name: format!("{year:04}-{month:02}"), start: first_of(year, month), end: first_of(year, month + 1) - 1 }
            }
            CalendarLevel::Quarter => self.part(year, month, 3, "Q"),
            CalendarLevel::Half => self.part(year, month, 6, "H"),
            CalendarLevel::Year => self.part(year, month, 12, ""),
        }
    }

    /// A part of the year of so many months, the fiscal year where there is one.
    fn part(&self, year: i64, month: i64, months: i64, letter: &str) -> Period {
        let first_month = i64::from(self.fiscal_start.unwrap_or(1));
        // The months since the year started, and the calendar year in which it did.
        let since = (month - first_month).rem_euclid(12);
        let started = if month >= first_month { year } else { year - 1 };
        let part = since / months;
        let start_month = first_month + part * months;
        let start = first_of(started, start_month);
        let end = first_of(started, start_month + months) - 1;
        let year_name = match self.fiscal_start {
            // A fiscal year is named after the year in which it ends.
            Some(_) => format!("FY{:04}", started + 1),
            None => format!("{started:04}"),
        };
        let name = if letter.is_empty() { year_name } else { format!("{year_name}-{letter}{}", part + 1) };
        Period { name, start, end }
    }
}

/// The first day of a month; months past 12 are those of the next years.
fn first_of(year: i64, month: i64) -> i32 {
    let (year, month) = (year + (month - 1).div_euclid(12), (month - 1).rem_euclid(12) + 1);
    // Years beyond 9999 have no dates: the last day there is ends them.
    days_from_civil(year, month, 1).unwrap_or_else(|| days_from_civil(9999, 12, 31).map_or(i32::MAX, |last| last + 1))
}

/// The ISO week: it belongs to the year that has its Thursday.
fn week(day: i32) -> Period {
    let start = day - i32::from(day_of_week(day));
    let thursday = start + 3;
    let (year, ..) = civil_from_days(thursday);
    let number = (thursday - first_of(year, 1)) / 7 + 1;
    Period { name: format!("{year:04}-W{number:02}"), start, end: start + 6 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use smalt_model::parse_date;

    use super::*;

    fn calendar(from: &str, to: &str, fiscal_start: Option<u8>) -> Calendar {
        Calendar { from: parse_date(from).unwrap(), to: parse_date(to).unwrap(), fiscal_start }
    }

    fn names(calendar: &Calendar, level: CalendarLevel) -> Vec<String> {
        calendar.periods(level).into_iter().map(|p| p.name).collect()
    }

    #[test]
    fn periods_have_the_names_of_the_contract() {
        let c = calendar("2024-01-01", "2024-12-31", None);
        assert_eq!(names(&c, CalendarLevel::Year), ["2024"]);
        assert_eq!(names(&c, CalendarLevel::Half), ["2024-H1", "2024-H2"]);
        assert_eq!(names(&c, CalendarLevel::Quarter), ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"]);
        assert_eq!(names(&c, CalendarLevel::Month).first().unwrap(), "2024-01");
        assert_eq!(names(&c, CalendarLevel::Month).len(), 12);
        assert_eq!(names(&c, CalendarLevel::Day).len(), 366);
        assert_eq!(names(&c, CalendarLevel::Day).get(59).unwrap(), "2024-02-29");
        assert_eq!(names(&c, CalendarLevel::Week).first().unwrap(), "2024-W01");
        assert_eq!(names(&c, CalendarLevel::Week).last().unwrap(), "2025-W01");
    }

    #[test]
    fn iso_weeks_belong_to_the_year_of_their_thursday() {
        for (day, name) in [("2021-01-03", "2020-W53"), ("2021-01-04", "2021-W01"), ("2018-12-31", "2019-W01"), ("2016-01-01", "2015-W53")]
        {
            assert_eq!(week(parse_date(day).unwrap()).name, name);
        }
    }

    #[test]
    fn fiscal_years_are_named_after_their_end() {
        let c = calendar("2024-04-01", "2025-03-31", Some(4));
        assert_eq!(names(&c, CalendarLevel::Year), ["FY2025"]);
        assert_eq!(names(&c, CalendarLevel::Quarter), ["FY2025-Q1", "FY2025-Q2", "FY2025-Q3", "FY2025-Q4"]);
        let first = c.periods(CalendarLevel::Quarter).first().unwrap().clone();
        assert_eq!((format_date(first.start), format_date(first.end)), ("2024-04-01".to_owned(), "2024-06-30".to_owned()));
        assert_eq!(c.name_of(CalendarLevel::Half, parse_date("2025-01-15").unwrap()), "FY2025-H2");
    }

    #[test]
    fn periods_of_a_level_cover_the_range_without_gaps() {
        for fiscal in [None, Some(2), Some(7), Some(12)] {
            let c = calendar("2023-11-17", "2026-02-03", fiscal);
            for level in [
                CalendarLevel::Day,
                CalendarLevel::Week,
                CalendarLevel::Month,
                CalendarLevel::Quarter,
                CalendarLevel::Half,
                CalendarLevel::Year,
            ] {
                let periods = c.periods(level);
                assert!(periods.first().unwrap().start <= c.from && periods.last().unwrap().end >= c.to);
                for pair in periods.windows(2) {
                    let [a, b] = pair else { continue };
                    assert_eq!(a.end + 1, b.start);
                    assert_ne!(a.name, b.name);
                }
            }
        }
    }

    #[test]
    fn weeks_hold_no_month_and_are_held_by_none() {
        assert!(Calendar::holds_whole(CalendarLevel::Year, CalendarLevel::Month));
        assert!(Calendar::holds_whole(CalendarLevel::Week, CalendarLevel::Day));
        assert!(!Calendar::holds_whole(CalendarLevel::Month, CalendarLevel::Week));
        assert!(!Calendar::holds_whole(CalendarLevel::Year, CalendarLevel::Week));
    }
}
