//! Random calendars.

use smalt_model::{civil_from_days, days_from_civil, format_date};
use smalt_oracle::{Level, Type, Value};

use crate::random::Random;
use crate::world::World;

/// The levels of a calendar: of days for a month, of weeks and months for some quarters, or of months alone.
fn levels(days: bool, random: &mut Random) -> Vec<(&'static str, Level)> {
    let all = [
        ("Day", Level::Day, days),
        ("Week", Level::Week, random.percent(45)),
        ("Month", Level::Month, true),
        ("Quarter", Level::Quarter, if days { random.percent(30) } else { true }),
        ("Half", Level::Half, random.percent(40)),
        ("Year", Level::Year, true),
    ];
    all.into_iter().filter(|(.., taken)| *taken).map(|(name, level, _)| (name, level)).collect()
}

impl World {
    pub(crate) fn calendar(&mut self, random: &mut Random) {
        let days = random.percent(25);
        let quarters = 1 + random.below(3) as i64;
        let year = 2023;
        let first_month = *random.pick(&[1, 4, 7, 10]);
        let (months, fiscal) = if days { (1, *random.pick(&[0, 0, 0, 4])) } else { (quarters * 3, *random.pick(&[0, 0, 4, 2])) };
        let first = days_from_civil(year, first_month, 1).unwrap();
        let after = year * 12 + first_month - 1 + months;
        let last = days_from_civil(after.div_euclid(12), after.rem_euclid(12) + 1, 1).unwrap() - 1;
        let levels = levels(days, random);
        let names: Vec<&str> = levels.iter().map(|l| l.0).collect();
        self.statement = format!("CREATE CALENDAR FROM '{}' TO '{}' LEVELS ({})", format_date(first), format_date(last), names.join(", "));
        if fiscal > 0 {
            self.statement.push_str(&format!(" FISCAL YEAR STARTS IN {fiscal}"));
        }
        self.model.fiscal = fiscal;
        let weekday = days.then(|| {
            let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
            self.push("Day of Week", names.iter().map(|n| (*n).to_owned()).collect(), None)
        });
        let offset = self.model.dimensions.len();
        for (name, level) in &levels {
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
        for (fine, (_, level)) in levels.iter().enumerate() {
            for (coarse, (name, above)) in levels.iter().enumerate().skip(fine + 1) {
                // A week is cut by all that is longer; only a day is whole in everything.
                if *level == Level::Week || (*above == Level::Week && *level != Level::Day) {
                    continue;
                }
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
        if let Some(weekday) = weekday {
            let of_week = |day: i32| usize::try_from((day + 3).rem_euclid(7)).unwrap();
            let values = (first..=last).map(|day| Some(Value::Item(weekday, of_week(day)))).collect();
            self.add(offset, "Day of Week", Type::Item(weekday), values);
        }
    }
}

/// Name, first and last day of the period that holds a day.
fn period(level: Level, day: i32, fiscal: i64) -> (String, i32, i32) {
    let (year, month, _) = civil_from_days(day);
    let length = match level {
        Level::Day => return (format_date(day), day, day),
        Level::Week => return week(day),
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

/// The ISO week that holds a day: it belongs to the year that has its Thursday.
fn week(day: i32) -> (String, i32, i32) {
    let monday = day - (day + 3).rem_euclid(7);
    let (year, ..) = civil_from_days(monday + 3);
    let number = (monday + 3 - days_from_civil(year, 1, 1).unwrap()) / 7 + 1;
    (format!("{year}-W{number:02}"), monday, monday + 6)
}
