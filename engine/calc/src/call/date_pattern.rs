//! Patterns of dates such as `yyyy-MM-dd`.
//!
//! `yyyy` and `yy` are the year, `M`, `MM`, `MMM` (Jan) and `MMMM` (January) the month, `d` and `dd` the day; other characters stand for
//! themselves, between single or double quotes any do.

use smalt_model::{civil_from_days, days_from_civil};

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// Two-digit years below this one are after 2000, the others before, as in spreadsheets.
const PIVOT: i64 = 30;

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Year,
    ShortYear,
    /// At least so many digits.
    Month(usize),
    ShortMonth,
    LongMonth,
    /// At least so many digits.
    Day(usize),
    Literal(char),
}

/// A pattern with at least one part of a date.
#[derive(Debug)]
pub(super) struct DatePattern {
    parts: Vec<Part>,
}

impl DatePattern {
    /// `None` where it has no part of a date or a quote that is not closed.
    pub(super) fn new(pattern: &str) -> Option<DatePattern> {
        let mut parts = Vec::new();
        let mut quote = None;
        let mut chars = pattern.chars().peekable();
        while let Some(c) = chars.next() {
            if let Some(open) = quote {
                if c == open {
                    quote = None;
                } else {
                    parts.push(Part::Literal(c));
                }
                continue;
            }
            if c == '\'' || c == '"' {
                quote = Some(c);
                continue;
            }
            let mut count = 1;
            while chars.next_if_eq(&c).is_some() {
                count += 1;
            }
            match (c, count) {
                ('y', 4) => parts.push(Part::Year),
                ('y', 2) => parts.push(Part::ShortYear),
                ('M', 1 | 2) => parts.push(Part::Month(count)),
                ('M', 3) => parts.push(Part::ShortMonth),
                ('M', 4) => parts.push(Part::LongMonth),
                ('d', 1 | 2) => parts.push(Part::Day(count)),
                _ => parts.extend((0..count).map(|_| Part::Literal(c))),
            }
        }
        (quote.is_none() && parts.iter().any(|p| !matches!(p, Part::Literal(_)))).then_some(DatePattern { parts })
    }

    /// Whether it holds a year, without which it tells no date.
    pub(super) fn has_year(&self) -> bool {
        self.parts.iter().any(|p| matches!(p, Part::Year | Part::ShortYear))
    }

    /// A date as text.
    pub(super) fn format(&self, days: i32) -> String {
        let (year, month, day) = civil_from_days(days);
        let name = usize::try_from(month - 1).ok().and_then(|m| MONTHS.get(m)).copied().unwrap_or("");
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Year => out.push_str(&format!("{year:04}")),
                Part::ShortYear => out.push_str(&format!("{:02}", year.rem_euclid(100))),
                Part::Month(width) => out.push_str(&format!("{month:0width$}")),
                Part::ShortMonth => out.push_str(name.get(..3).unwrap_or(name)),
                Part::LongMonth => out.push_str(name),
                Part::Day(width) => out.push_str(&format!("{day:0width$}")),
                Part::Literal(c) => out.push(*c),
            }
        }
        out
    }

    /// A date from text that follows the pattern from end to end. A pattern without a month means January, without a day the first; without
    /// a year there is no date.
    pub(super) fn parse(&self, text: &str) -> Option<i32> {
        let (mut year, mut month, mut day) = (None, 1, 1);
        let mut rest = text.trim();
        for part in &self.parts {
            match part {
                Part::Year => year = Some(number(&mut rest, 4, 4)?),
                Part::ShortYear => {
                    let short = number(&mut rest, 2, 2)?;
                    year = Some(short + if short < PIVOT { 2000 } else { 1900 });
                }
                Part::Month(width) => month = number(&mut rest, *width, 2)?,
                Part::ShortMonth => month = named(&mut rest, 3)?,
                Part::LongMonth => month = named(&mut rest, usize::MAX)?,
                Part::Day(width) => day = number(&mut rest, *width, 2)?,
                Part::Literal(c) => rest = rest.strip_prefix(*c)?,
            }
        }
        if rest.is_empty() { days_from_civil(year?, month, day) } else { None }
    }
}

/// Takes a number of so many digits.
fn number(rest: &mut &str, least: usize, most: usize) -> Option<i64> {
    let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (taken, left) = rest.split_at_checked(digits).filter(|_| digits >= least)?;
    *rest = left;
    taken.parse().ok()
}

/// Takes the name of a month, or so many of its letters, in any case.
fn named(rest: &mut &str, letters: usize) -> Option<i64> {
    for (name, number) in MONTHS.iter().zip(1..) {
        let name = name.get(..letters).unwrap_or(name);
        if let Some((taken, left)) = rest.split_at_checked(name.len())
            && taken.eq_ignore_ascii_case(name)
        {
            *rest = left;
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::DatePattern;

    #[test]
    fn a_date_written_with_a_full_pattern_reads_back() {
        for pattern in ["yyyy-MM-dd", "yyyyMMdd", "d/M/yyyy", "dd.MM.yy", "MMMM d, yyyy", "d MMM yyyy", "'day 'd' of 'MM yyyy"] {
            let made = DatePattern::new(pattern);
            for day in (10_957..21_915).step_by(17) {
                assert_eq!(made.as_ref().and_then(|p| p.parse(&p.format(day))), Some(day), "{pattern}");
            }
        }
    }

    #[test]
    fn patterns_without_a_date_are_not_understood() {
        for pattern in ["", "0.00", "'yyyy'", "yyyy'", "YYYY", "y", "yyy", "MMMMM", "ddd"] {
            assert!(DatePattern::new(pattern).is_none(), "{pattern}");
        }
    }
}
