//! SIMILAR TO: SQL's own patterns, as regular expressions. `%` is any text, `_` any letter, and `| * + ? {m,n} ( ) [ ]` are as there; all of the text
//! must match.

use std::iter::Peekable;
use std::str::Chars;

use datafusion::sql::sqlparser::ast::{Expr, Spanned, Value, ValueWithSpan};

use crate::QueryError;
use crate::functions::wrong_pattern;

/// The regular expression that a pattern stands for, as a text. Without ESCAPE a `\` takes the meaning from what comes behind it.
pub(super) fn pattern(pattern: &Expr, escape: Option<&ValueWithSpan>) -> Result<Expr, QueryError> {
    let escape = match escape.map(|escape| (&escape.value, escape.span)) {
        None => Some('\\'),
        Some((Value::SingleQuotedString(text), span)) => match (text.chars().next(), text.chars().count()) {
            (sign, 0 | 1) => sign,
            _ => return Err(QueryError::new("ESCAPE takes one character").at(span)),
        },
        Some((_, span)) => return Err(QueryError::new("ESCAPE takes one character").at(span)),
    };
    let (text, span) = match pattern {
        Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), span }) => (text, *span),
        Expr::Value(ValueWithSpan { value: Value::Null, .. }) => return Ok(pattern.clone()),
        other => {
            let error = QueryError::unsupported("SIMILAR TO with a pattern that is not a text").at(other.span());
            return Err(error.help("write the pattern in `'`, or use LIKE"));
        }
    };
    let wrong = |reason: &str| QueryError::new(format!("the pattern `{text}` is none: {reason}")).at(span);
    let regex = regex(text, escape).ok_or_else(|| wrong("it ends too early"))?;
    if let Some(reason) = wrong_pattern(&regex) {
        return Err(wrong(&reason));
    }
    Ok(Expr::Value(Value::SingleQuotedString(regex).with_span(span)))
}

/// `None` where the pattern ends inside of something.
fn regex(pattern: &str, escape: Option<char>) -> Option<String> {
    let mut out = String::from("\\A(?:");
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            _ if Some(letter) == escape => itself(letters.next()?, &mut out),
            '%' => out.push_str(".*"),
            '_' => out.push('.'),
            // Without a number of its own, and so that no flag can stand behind it.
            '(' => out.push_str("(?:"),
            '|' | '*' | '+' | '?' | ')' => out.push(letter),
            '{' => {
                out.push('{');
                while out.ends_with(|c: char| c == '{' || c == ',' || c.is_ascii_digit()) {
                    out.push(letters.next()?);
                }
            }
            '[' => one_of(&mut letters, escape, &mut out)?,
            _ => itself(letter, &mut out),
        }
    }
    out.push_str(")\\z");
    Some(out)
}

/// `[…]`, from behind the bracket that opens it.
fn one_of(letters: &mut Peekable<Chars<'_>>, escape: Option<char>, out: &mut String) -> Option<()> {
    out.push('[');
    if letters.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    let mut is_first = true;
    loop {
        let letter = letters.next()?;
        match letter {
            ']' if !is_first => break,
            _ if Some(letter) == escape => itself(letters.next()?, out),
            '[' if letters.peek() == Some(&':') => {
                // A class such as `[:digit:]`.
                out.push('[');
                loop {
                    let letter = letters.next()?;
                    out.push(letter);
                    if letter == ':' && letters.peek() == Some(&']') {
                        out.extend(letters.next());
                        break;
                    }
                    if letter != ':' && !letter.is_ascii_alphabetic() {
                        break;
                    }
                }
            }
            '-' => out.push('-'),
            _ => itself(letter, out),
        }
        is_first = false;
    }
    out.push(']');
    Some(())
}

/// A letter that stands for itself.
fn itself(letter: char, out: &mut String) {
    if letter.is_ascii_punctuation() {
        out.push('\\');
    }
    out.push(letter);
}

#[cfg(test)]
mod tests {
    use super::regex;

    #[test]
    fn patterns_are_those_of_sql() {
        let slash = Some('\\');
        for (pattern, escape, want) in [
            ("a%b_", slash, Some(r"\A(?:a.*b.)\z")),
            ("(a|b)+", slash, Some(r"\A(?:(?:a|b)+)\z")),
            ("a.b^$", slash, Some(r"\A(?:a\.b\^\$)\z")),
            (r"50\%", slash, Some(r"\A(?:50\%)\z")),
            ("50!%", Some('!'), Some(r"\A(?:50\%)\z")),
            (r"a\b", None, Some(r"\A(?:a\\b)\z")),
            ("[a-c&&[x]{2,3}", slash, Some(r"\A(?:[a-c\&\&\[x]{2,3})\z")),
            ("[^][:digit:]_]", slash, Some(r"\A(?:[^\][:digit:]\_])\z")),
            ("a{2}{1,}", slash, Some(r"\A(?:a{2}{1,})\z")),
            ("a{x}", slash, Some(r"\A(?:a{x\})\z")),
            ("a{2", slash, None),
            ("(?i)a", slash, Some(r"\A(?:(?:?i)a)\z")),
            ("a\\", slash, None),
            ("[a", slash, None),
            ("[[:x", slash, None),
        ] {
            assert_eq!(regex(pattern, escape).as_deref(), want, "{pattern}");
        }
    }
}
