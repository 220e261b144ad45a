//! When something happened.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smalt_model::{format_date, parse_date};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
/// The last microsecond of the year 9999.
const LAST: i64 = 253_402_300_799_999_999;

/// Where the times of the audit come from: the system's clock, unless a host gives another one (tests give one that stands still).
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// A clock of the host's.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// A clock that stands still.
    pub fn fixed(at: SystemTime) -> Clock {
        Clock::new(move || at)
    }

    pub(crate) fn now(&self) -> Moment {
        Moment::of((self.0)())
    }
}

impl Default for Clock {
    #[allow(clippy::disallowed_methods, reason = "this is the seam through which time comes")]
    fn default() -> Clock {
        Clock::new(SystemTime::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

/// A moment in microseconds since 1970-01-01 00:00 UTC, up to the year 9999; printed as `2026-11-27T10:15:00.000000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(i64);

impl Moment {
    /// Times before 1970 are taken for its beginning: a clock that is set so is not set at all.
    fn of(time: SystemTime) -> Moment {
        let since = time.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_micros());
        Moment(i64::try_from(since).unwrap_or(LAST).min(LAST))
    }

    /// Milliseconds since 1970.
    pub(crate) fn milliseconds(self) -> i64 {
        self.0 / 1_000
    }

    /// A date, or a date and a time (`2026-11-27`, `2026-11-27 10:15`, `2026-11-27T10:15:00.5Z`), in UTC.
    pub(crate) fn parse(text: &str) -> Option<Moment> {
        let text = text.trim();
        let (date, rest) = text.split_at_checked(10)?;
        let day = i64::from(parse_date(date)?).checked_mul(DAY)?;
        let time = match rest.strip_prefix(['T', ' ']) {
            None if rest.is_empty() => 0,
            None => return None,
            Some(time) => time_of_day(time.strip_suffix('Z').unwrap_or(time))?,
        };
        Some(Moment((day + time).clamp(0, LAST)))
    }
}

/// `10:15`, `10:15:00`, `10:15:00.5` in microseconds.
fn time_of_day(text: &str) -> Option<i64> {
    let (clock, fraction) = match text.split_once('.') {
        None => (text, 0),
        Some((clock, digits)) if clock.len() == 8 && (1..=6).contains(&digits.len()) => (clock, number(&format!("{digits:0<6}"), 6)?),
        Some(_) => return None,
    };
    let mut parts = clock.split(':');
    let (hour, minute) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let second = parts.next().map_or(Some(0), |second| number(second, 2))?;
    let fits = parts.next().is_none() && hour < 24 && minute < 60 && second < 60;
    fits.then_some(((hour * 60 + minute) * 60 + second) * SECOND + fraction)
}

fn number(text: &str, width: usize) -> Option<i64> {
    (text.len() == width && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, time) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        let (seconds, micros) = (time / SECOND, time % SECOND);
        let date = format_date(i32::try_from(day).unwrap_or_default());
        write!(f, "{date}T{:02}:{:02}:{:02}.{micros:06}Z", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
        let text = String::deserialize(deserializer)?;
        Moment::parse(&text).ok_or_else(|| D::Error::custom("no time"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::time::Duration;

    use super::*;

    #[test]
    fn a_time_comes_back_as_it_was_printed() {
        for micros in [0, 1, 999_999, 1_795_774_500_000_000, 1_709_251_199_999_999, LAST as u64] {
            let moment = Moment::of(UNIX_EPOCH + Duration::from_micros(micros));
            assert_eq!(Moment::parse(&moment.to_string()), Some(moment), "{moment}");
        }
        assert_eq!(Moment::of(UNIX_EPOCH - Duration::from_secs(9)), Moment(0));
        assert_eq!(Moment::parse("2024-02-29").unwrap().to_string(), "2024-02-29T00:00:00.000000Z");
        assert_eq!(Moment::parse("2024-02-29 23:59").unwrap().to_string(), "2024-02-29T23:59:00.000000Z");
        assert_eq!(Moment::parse("2024-02-29T01:02:03.5").unwrap().to_string(), "2024-02-29T01:02:03.500000Z");
        for wrong in
            ["", "2024", "2023-02-29", "2024-02-29x", "2024-02-29 24:00", "2024-02-29 1:00", "2024-02-29 10:00:00.", "2024-02-29 10:00Zz"]
        {
            assert_eq!(Moment::parse(wrong), None, "{wrong}");
        }
    }
}
