//! Functions of texts.

use crate::model::Model;
use crate::value::{Type, Value};

/// Bytes of a text.
pub(crate) const LONGEST: usize = 1 << 20;

/// The type that a function gives; `None` where it is not in here.
pub(crate) fn gives(name: &str) -> Option<Type> {
    match name {
        "LEN" | "FIND" => Some(Type::Integer),
        "LEFT" | "RIGHT" | "MID" | "LOWER" | "UPPER" | "PROPER" | "TRIM" | "SUBSTITUTE" | "TEXT" => Some(Type::Text),
        "CONTAINS" | "STARTSWITH" | "ENDSWITH" => Some(Type::Boolean),
        "VALUE" => Some(Type::Number),
        _ => None,
    }
}

/// A text, unless it is longer than the project has texts: a mebibyte (ARCHITECTURE.md, "Decisions").
pub(crate) fn text(text: String) -> Option<Value> {
    (text.len() <= LONGEST).then_some(Value::Text(text))
}

pub(crate) fn compute(model: &Model, name: &str, v: &[&Value]) -> Option<Value> {
    if name == "TEXT" {
        return match (v[0], v.get(1)) {
            (_, None) => text(v[0].shown(model)),
            (Value::Date(day), Some(pattern)) => super::pattern::write_date(*day, pattern.text()?).and_then(text),
            (Value::Integer(n), Some(pattern)) => {
                super::pattern::write_number(&n.unsigned_abs().to_string(), *n < 0, pattern.text()?).and_then(text)
            }
            (Value::Decimal(d), Some(pattern)) => super::pattern::write_number(&d.plain(), d.units < 0, pattern.text()?).and_then(text),
            (value, Some(pattern)) => {
                let n = value.number()?;
                super::pattern::write_number(&format!("{}", n.abs()), n < 0.0, pattern.text()?).and_then(text)
            }
        };
    }
    let first = v[0].text()?;
    let chars: Vec<char> = first.chars().collect();
    let count = |at: usize| v.get(at).and_then(|v| v.truncated()).and_then(|n| usize::try_from(n).ok());
    let part = || v[1].text();
    match name {
        "LEN" => Value::whole(chars.len() as i128),
        "LEFT" => text(chars.iter().take(count(1)?).collect()),
        "RIGHT" => text(chars.iter().skip(chars.len().saturating_sub(count(1)?)).collect()),
        "MID" => text(chars.iter().skip(count(1)?.checked_sub(1)?).take(count(2)?).collect()),
        "LOWER" => text(first.to_lowercase()),
        "UPPER" => text(first.to_uppercase()),
        "PROPER" => text(proper(&chars)),
        "TRIM" => text(first.split_whitespace().collect::<Vec<_>>().join(" ")),
        "CONTAINS" => Some(Value::Boolean(first.contains(part()?))),
        "STARTSWITH" => Some(Value::Boolean(first.starts_with(part()?))),
        "ENDSWITH" => Some(Value::Boolean(first.ends_with(part()?))),
        "FIND" => {
            let within = part()?;
            let at = within.find(first)?;
            Value::whole(within[..at].chars().count() as i128 + 1)
        }
        "SUBSTITUTE" => substitute(first, v).and_then(text),
        "VALUE" => {
            let trimmed = first.trim();
            let plain = trimmed.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
            if plain { Value::finite(trimmed.parse().ok()?) } else { None }
        }
        _ => None,
    }
}

/// The first letter of each run of letters in upper case, the others in lower case.
fn proper(chars: &[char]) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in chars {
        if inside {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        inside = c.is_alphabetic();
    }
    out
}

/// All occurrences, or the one that is numbered, from 1.
fn substitute(text: &str, v: &[&Value]) -> Option<String> {
    let (old, new) = (v[1].text()?, v[2].text()?);
    let which = match v.get(3) {
        None => None,
        Some(which) => Some(which.truncated().filter(|w| *w >= 1)?),
    };
    if old.is_empty() {
        return Some(text.to_owned());
    }
    let mut out = String::new();
    let mut number = 0;
    for (i, piece) in text.split(old).enumerate() {
        if i > 0 {
            number += 1;
            out.push_str(if which.is_none_or(|w| w == number) { new } else { old });
        }
        out.push_str(piece);
        if out.len() > LONGEST {
            return None;
        }
    }
    Some(out)
}
