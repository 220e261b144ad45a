//! Patterns: `yyyy MM dd` for dates, `0.00` and `#,##0` for numbers.

use smalt_model::{civil_from_days, days_from_civil};

/// The runs of equal letters of a pattern, with their lengths.
fn runs(pattern: &str) -> Vec<(char, usize)> {
    let mut runs: Vec<(char, usize)> = Vec::new();
    for c in pattern.chars() {
        match runs.last_mut() {
            Some((last, count)) if *last == c && matches!(c, 'y' | 'M' | 'd') => *count += 1,
            _ => runs.push((c, 1)),
        }
    }
    runs
}

pub(crate) fn write_date(day: i32, pattern: &str) -> Option<String> {
    let (year, month, of_month) = civil_from_days(day);
    let mut out = String::new();
    for (letter, count) in runs(pattern) {
        match (letter, count) {
            ('y', 4) => out.push_str(&format!("{year:04}")),
            ('M', 2) => out.push_str(&format!("{month:02}")),
            ('d', 2) => out.push_str(&format!("{of_month:02}")),
            ('y' | 'M' | 'd', _) => return None,
            (other, _) => out.push(other),
        }
    }
    Some(out)
}

pub(crate) fn read_date(text: &str, pattern: &str) -> Option<i32> {
    let (mut year, mut month, mut day) = (None, None, None);
    let mut rest = text.trim();
    for (letter, count) in runs(pattern) {
        let end = rest.char_indices().map(|(at, _)| at).chain([rest.len()]).nth(count)?;
        let (piece, behind) = rest.split_at(end);
        rest = behind;
        let number = || if piece.bytes().all(|b| b.is_ascii_digit()) { piece.parse::<i64>().ok() } else { None };
        match letter {
            'y' => year = Some(number()?),
            'M' => month = Some(number()?),
            'd' => day = Some(number()?),
            other if piece == other.to_string() => {}
            _ => return None,
        }
    }
    if rest.is_empty() { days_from_civil(year?, month?, day?) } else { None }
}

/// `0`, `0.00`, `#,##0` and `#,##0.00`: as many decimals as zeros behind the point, rounded half away on the shortest digits.
pub(crate) fn write_number(shortest: &str, negative: bool, pattern: &str) -> Option<String> {
    let (before, after) = pattern.split_once('.').unwrap_or((pattern, ""));
    if !matches!(before, "0" | "#,##0") || !after.bytes().all(|b| b == b'0') {
        return None;
    }
    let digits = decimal(shortest, after.len());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 && before == "#,##0" {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    let is_zero = grouped.bytes().all(|b| matches!(b, b'0' | b'.' | b','));
    Some(if negative && !is_zero { format!("-{grouped}") } else { grouped })
}

/// A magnitude, given as its shortest digits, with so many decimals.
fn decimal(shortest: &str, places: usize) -> String {
    let (whole, fraction) = shortest.split_once('.').unwrap_or((shortest, ""));
    let up = fraction.as_bytes().get(places).is_some_and(|b| *b >= b'5');
    let mut digits: Vec<u8> = whole.bytes().chain((0..places).map(|i| fraction.as_bytes().get(i).copied().unwrap_or(b'0'))).collect();
    if up {
        let mut at = digits.len();
        loop {
            if at == 0 {
                digits.insert(0, b'1');
                break;
            }
            at -= 1;
            if digits[at] == b'9' {
                digits[at] = b'0';
            } else {
                digits[at] += 1;
                break;
            }
        }
    }
    let mut text: String = digits.iter().map(|b| char::from(*b)).collect();
    if places > 0 {
        text.insert(text.len() - places, '.');
    }
    text
}
