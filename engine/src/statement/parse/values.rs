//! Constants, coordinates, dates and types.

use smalt_model::parse_date;

use super::Parsed;
use super::parser::Parser;
use crate::statement::ast::{CalendarDate, Coordinate, Literal, TypeName, TypeWord, Value};
use crate::statement::error::StatementError;
use crate::statement::lex::Kind;
use crate::statement::place::Place;

/// All digits that an exact decimal may have.
const MOST_DIGITS: u8 = 38;

/// A constant.
pub(super) fn value(p: &mut Parser<'_>) -> Parsed<Value> {
    let at = p.at();
    let literal = match p.peek() {
        Kind::Text(text) => Literal::Text(text.clone()),
        Kind::Number(number) => Literal::Number((*number).to_owned()),
        Kind::Word(_) if p.at_word("NULL") => Literal::Null,
        Kind::Word(_) if p.at_word("TRUE") => Literal::Boolean(true),
        Kind::Word(_) if p.at_word("FALSE") => Literal::Boolean(false),
        Kind::Word(_) if p.at_word("DATE") && matches!(p.peek_second(), Kind::Text(_)) => {
            p.advance();
            return date_text(p).map(|date| Value { literal: Literal::Date(date.days), at });
        }
        // What takes a moment takes the day of it: the period that holds it.
        Kind::Word(_) if p.at_word("TIMESTAMP") && matches!(p.peek_second(), Kind::Text(_)) => {
            p.advance();
            return p.text("a time in `'`").and_then(|text| match parse_date(&text.text) {
                Some(_) => Ok(Value { literal: Literal::Text(text.text), at }),
                None => Err(StatementError::new(text.at, format!("`{}` is no time", text.text))
                    .with_help("times are written 'yyyy-mm-dd hh:mm:ss'")),
            });
        }
        Kind::Sign(sign @ ('-' | '+')) => {
            let minus = if *sign == '-' { "-" } else { "" };
            match p.peek_second() {
                Kind::Number(number) => {
                    p.advance();
                    Literal::Number(format!("{minus}{number}"))
                }
                _ => return Err(no_value(p)),
            }
        }
        _ => return Err(no_value(p)),
    };
    p.advance();
    Ok(Value { literal, at })
}

fn no_value(p: &Parser<'_>) -> StatementError {
    let error = p.expected("a value");
    match p.peek() {
        Kind::Quoted(text) => error.with_help(format!("texts are quoted with `'`: `'{}'`", text.replace('\'', "''"))),
        Kind::Word(_) if p.at_word("BLANK") => error.with_help("BLANK is written NULL here"),
        _ => error.with_help("a value is a text in `'`, a number, DATE 'yyyy-mm-dd', TRUE, FALSE or NULL"),
    }
}

/// `'2024-01-31'` or `DATE '2024-01-31'`
pub(super) fn date(p: &mut Parser<'_>) -> Parsed<CalendarDate> {
    p.eat_word("DATE");
    date_text(p)
}

fn date_text(p: &mut Parser<'_>) -> Parsed<CalendarDate> {
    let text = p.text("a date in `'`")?;
    match parse_date(&text.text) {
        Some(days) => Ok(CalendarDate { days, at: text.at }),
        None => Err(StatementError::new(text.at, format!("`{}` is no date", text.text)).with_help("dates are written 'yyyy-mm-dd'")),
    }
}

/// `(Product = 'P1', …)`, also `()`
pub(super) fn coordinates(p: &mut Parser<'_>) -> Parsed<Vec<Coordinate>> {
    p.brackets_or_none(|p| {
        let dimension = p.name("a dimension's name")?;
        p.sign('=')?;
        Ok(Coordinate { dimension, item: value(p)? })
    })
}

/// A whole number from `least` to `most`; `what` says which.
pub(super) fn whole(p: &mut Parser<'_>, what: &str, least: u64, most: u64) -> Parsed<(u64, Place)> {
    let at = p.at();
    let number = match p.peek() {
        Kind::Number(digits) => digits.parse::<u64>().ok().filter(|number| (least..=most).contains(number)),
        _ => None,
    };
    match number {
        Some(number) => {
            p.advance();
            Ok((number, at))
        }
        None => Err(p.expected(what)),
    }
}

/// The type of a metric, a property or a column.
pub(super) fn type_name(p: &mut Parser<'_>) -> Parsed<TypeName> {
    let at = p.at();
    let fixed = [
        ("NUMBER", TypeWord::Number),
        ("INTEGER", TypeWord::Integer),
        ("TEXT", TypeWord::Text),
        ("BOOLEAN", TypeWord::Boolean),
        ("DATE", TypeWord::Date),
    ];
    if let Some((_, word)) = fixed.into_iter().find(|(name, _)| p.at_word(name)) {
        p.advance();
        return Ok(TypeName { word, at });
    }
    if p.eat_word("DECIMAL") {
        return decimal(p).map(|word| TypeName { word, at });
    }
    if p.at_word("ACCESS") && p.second_word("RIGHTS") {
        p.keyword("ACCESS RIGHTS")?;
        return Ok(TypeName { word: TypeWord::Rights, at });
    }
    match p.name("a type") {
        Ok(name) => Ok(TypeName { word: TypeWord::Dimension(name.text), at }),
        Err(error) if error.help.is_some() => Err(error),
        Err(error) => {
            Err(error.with_help("a type is NUMBER, INTEGER, DECIMAL(p, s), TEXT, BOOLEAN, DATE, ACCESS RIGHTS or a dimension's name"))
        }
    }
}

fn decimal(p: &mut Parser<'_>) -> Parsed<TypeWord> {
    let advice =
        |error: StatementError| error.with_help("the digits of a DECIMAL are given as in DECIMAL(18, 2): all, then those after the point");
    let most = u64::from(MOST_DIGITS);
    p.sign('(').map_err(advice)?;
    let (precision, _) = whole(p, "all digits, from 1 to 38", 1, most).map_err(advice)?;
    p.sign(',').map_err(advice)?;
    let (scale, _) = whole(p, &format!("the digits after the point, from 0 to {precision}"), 0, precision).map_err(advice)?;
    p.sign(')').map_err(advice)?;
    let narrow = |digits: u64| u8::try_from(digits).unwrap_or(MOST_DIGITS);
    Ok(TypeWord::Decimal { precision: narrow(precision), scale: narrow(scale) })
}
