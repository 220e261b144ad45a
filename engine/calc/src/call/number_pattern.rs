//! Patterns of numbers such as `0.00` and `#,##0`.
//!
//! A `0` is a digit that is always shown, a `#` one that is shown where there is one; a comma among them groups by thousands; `%` shows
//! hundredths; other characters stand for themselves, between quotes any do. Up to three patterns with `;` between them are for
//! positive, negative and zero values. Digits are rounded half away from zero on the shortest form, as by ROUND.

use super::decimal::{Decimal, Toward};

/// A pattern that is understood.
#[derive(Debug)]
pub(super) struct NumberPattern {
    /// For all values, or the positive ones, then the negative ones, then zero.
    sections: Vec<Section>,
}

#[derive(Debug, Default)]
struct Section {
    before: String,
    after: String,
    /// Digits before the point that are always shown.
    least_whole: usize,
    grouped: bool,
    /// Digits after the point that are always shown, and the most that are.
    least_after: usize,
    most_after: i32,
    percent: bool,
}

impl NumberPattern {
    /// `None` where a pattern is not understood.
    pub(super) fn new(pattern: &str) -> Option<NumberPattern> {
        let sections = split(pattern)?.iter().map(|section| Section::new(section)).collect::<Option<Vec<_>>>()?;
        (1..=3).contains(&sections.len()).then_some(NumberPattern { sections })
    }

    /// A value, given by its sign and its digits.
    pub(super) fn format(&self, negative: bool, size: Decimal) -> Option<String> {
        let section = match (self.sections.as_slice(), negative) {
            ([_, _, zero], _) if size.digits == 0 => zero,
            ([_, below, ..], true) if size.digits > 0 => return Some(below.format(size).0),
            (sections, _) => sections.first()?,
        };
        let (text, nothing) = section.format(size);
        Some(if negative && !nothing { format!("-{text}") } else { text })
    }
}

/// A character, and whether it was quoted.
type Char = (char, bool);

/// Sections, with the quotes taken away; `None` where a quote is not closed.
fn split(pattern: &str) -> Option<Vec<Vec<Char>>> {
    let mut sections = vec![Vec::new()];
    let mut quote = None;
    for c in pattern.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == ';' => sections.push(Vec::new()),
            _ => sections.last_mut()?.push((c, quote.is_some())),
        }
    }
    quote.is_none().then_some(sections)
}

impl Section {
    fn new(chars: &[Char]) -> Option<Section> {
        let is = |at: usize, wanted: &[char]| chars.get(at).is_some_and(|(c, quoted)| !quoted && wanted.contains(c));
        let digit = |at: usize| is(at, &['0', '#']);
        let start = (0..chars.len()).find(|at| digit(*at) || (is(*at, &['.']) && digit(at + 1)))?;
        // A point or a comma behind the last digit belongs to the text behind it.
        let last = (start..chars.len()).take_while(|at| is(*at, &['0', '#', '.', ','])).filter(|at| digit(*at)).last()?;
        let (before, after) = (chars.get(..start)?, chars.get(last + 1..)?);
        // A second run of digits is no pattern, nor is a comma behind the digits, which elsewhere divides by a thousand.
        if (last + 1..chars.len()).any(digit) || is(last + 1, &[',']) {
            return None;
        }
        let mut section = Section { before: literal(before), after: literal(after), ..Section::default() };
        section.percent = before.iter().chain(after).any(|c| *c == ('%', false));
        let mut after_point = false;
        for (c, _) in chars.get(start..=last)? {
            match (c, after_point) {
                ('.', false) => after_point = true,
                (',', false) => section.grouped = true,
                ('#', false) if section.least_whole == 0 => {}
                ('0' | '#', false) => section.least_whole += 1,
                ('0' | '#', true) => {
                    section.most_after += 1;
                    if *c == '0' {
                        section.least_after = usize::try_from(section.most_after).ok()?;
                    }
                }
                _ => return None,
            }
        }
        Some(section)
    }

    /// The value without its sign, and whether all its digits are 0.
    fn format(&self, size: Decimal) -> (String, bool) {
        let size = Decimal { exponent: size.exponent + if self.percent { 2 } else { 0 }, ..size };
        let Decimal { digits, exponent } = size.rounded(Toward::Nearest, self.most_after);
        let mut all = digits.to_string();
        let places = usize::try_from(-exponent).unwrap_or(0);
        if digits > 0 {
            all.extend(std::iter::repeat_n('0', usize::try_from(exponent).unwrap_or(0)));
        }
        if all.len() <= places {
            all.insert_str(0, &"0".repeat(places + 1 - all.len()));
        }
        let (whole, after) = all.split_at_checked(all.len() - places).unwrap_or((&all, ""));
        let whole = whole.trim_start_matches('0');
        let whole = format!("{}{whole}", "0".repeat(self.least_whole.saturating_sub(whole.len())));
        let after = after.trim_end_matches('0');

        let mut out = self.before.clone();
        for (at, digit) in whole.chars().enumerate() {
            if self.grouped && at > 0 && (whole.len() - at).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        if !after.is_empty() || self.least_after > 0 {
            out.push('.');
            out.push_str(after);
            out.push_str(&"0".repeat(self.least_after.saturating_sub(after.len())));
        }
        out.push_str(&self.after);
        (out, digits == 0)
    }
}

fn literal(chars: &[Char]) -> String {
    chars.iter().map(|(c, _)| *c).collect()
}

#[cfg(test)]
mod tests {
    use super::{Decimal, NumberPattern};

    #[test]
    fn patterns_that_are_not_understood() {
        for pattern in ["", "abc", "0.0.0", "0 0", "0.00E+00", "#,##0,", "0.0,0", "0;0;0;0", "'0", "\"0", "'0'", "."] {
            assert!(NumberPattern::new(pattern).is_none(), "{pattern}");
        }
    }

    #[test]
    fn every_pattern_of_decimals_agrees_with_the_standard_one() {
        // Values with few digits and no tie, so that binary and decimal rounding agree.
        for value in [0.0, 0.125, 1.0, 12.34, 999.996, 1234.5678, 1e15, 123_456_789.01] {
            for places in 0..6 {
                let text = format!("{value:.places$}");
                if places > 0 && format!("{value}").len() > places + 2 && format!("{value:.9}").trim_end_matches('0').ends_with('5') {
                    continue;
                }
                let pattern = if places == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(places)) };
                let made = NumberPattern::new(&pattern).and_then(|p| p.format(false, Decimal::shortest(value)));
                assert_eq!(made, Some(text), "{value} {pattern}");
            }
        }
    }
}
