//! NETWORKDAYS: working days between two dates.

use smalt_vault::{BLANK_DATE, BLANK_INTEGER, Vector};

use super::views::days;

/// Which days are worked.
#[derive(Clone, Debug)]
pub(crate) struct WorkingDays {
    /// Monday to Sunday.
    week: [bool; 7],
    /// Days of the week that are worked but for these, ascending.
    holidays: Vec<i32>,
}

impl WorkingDays {
    /// The days of the week that are worked, Monday first, and days off.
    pub(crate) fn new(week: [bool; 7], holidays: impl IntoIterator<Item = i32>) -> WorkingDays {
        let mut holidays: Vec<i32> = holidays.into_iter().filter(|day| week.get(weekday(*day)).copied().unwrap_or(false)).collect();
        holidays.sort_unstable();
        holidays.dedup();
        WorkingDays { week, holidays }
    }

    /// The working days before a day, counted from a fixed one.
    fn before(&self, day: i32) -> i64 {
        let all = self.week.iter().filter(|works| **works).count() as i64;
        // A Monday, so that whole weeks are counted from it.
        let since = i64::from(day) - MONDAY;
        let part = self.week.iter().take(usize::try_from(since.rem_euclid(7)).unwrap_or(0)).filter(|works| **works).count() as i64;
        since.div_euclid(7) * all + part - self.holidays.partition_point(|holiday| *holiday < day) as i64
    }
}

/// 1969-12-29.
const MONDAY: i64 = -3;

fn weekday(day: i32) -> usize {
    usize::try_from((i64::from(day) - MONDAY).rem_euclid(7)).unwrap_or(0)
}

/// The working days from one date on and before the other. Where the second is the earlier one they count below zero, as in spreadsheets.
pub(crate) fn network_days(from: &Vector, to: &Vector, working: &WorkingDays) -> Option<Vector> {
    let count = |(from, to): (&i32, &i32)| {
        if *from == BLANK_DATE || *to == BLANK_DATE { BLANK_INTEGER } else { working.before(*to) - working.before(*from) }
    };
    Some(Vector::Integer(days(from)?.iter().zip(days(to)?).map(count).collect()))
}

#[cfg(test)]
mod tests {
    use smalt_model::parse_date;

    use super::*;

    fn between(from: &str, to: &str, working: &WorkingDays) -> i64 {
        let date = |text: &str| Vector::Date(vec![parse_date(text).unwrap_or(BLANK_DATE)]);
        match network_days(&date(from), &date(to), working) {
            Some(Vector::Integer(v)) => v.first().copied().unwrap_or(BLANK_INTEGER),
            _ => BLANK_INTEGER,
        }
    }

    #[test]
    fn weekends_and_holidays_are_off() {
        let week = [true, true, true, true, true, false, false];
        let working = WorkingDays::new(week, []);
        // The contract's example: Wednesday, Thursday, Friday.
        assert_eq!(between("2020-12-02", "2020-12-07", &working), 3);
        assert_eq!(between("2020-12-07", "2020-12-02", &working), -3);
        assert_eq!(between("2020-12-05", "2020-12-07", &working), 0);
        assert_eq!(between("2020-12-02", "2020-12-02", &working), 0);
        let holidays = WorkingDays::new(week, [parse_date("2020-12-03"), parse_date("2020-12-05")].into_iter().flatten());
        assert_eq!(between("2020-12-02", "2020-12-07", &holidays), 2);
    }

    #[test]
    fn every_day_is_counted_as_by_hand() {
        let week = [true, false, true, true, false, false, true];
        let off = [-900, -3, -2, 0, 1, 10, 700];
        let working = WorkingDays::new(week, off);
        let works = |day: i32| week.get(weekday(day)).copied().unwrap_or(false) && !off.contains(&day);
        for from in (-1_000..1_000).step_by(37) {
            for to in (from..1_100).step_by(53) {
                let by_hand = (from..to).filter(|day| works(*day)).count() as i64;
                assert_eq!(working.before(to) - working.before(from), by_hand, "{from} {to}");
            }
        }
    }
}
