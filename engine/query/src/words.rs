//! What the planner and the kernels say, in the words of who asks. What is recognised is said so; the rest is said in general, since their texts
//! hold the inner names of columns.

use datafusion::arrow::error::ArrowError;

use crate::bind::MARK;

const TYPES: &str = "a value cannot be converted to the type that the query asks for";
const TOO_LARGE: &str = "a result is too large for its type";

/// What is wrong with values.
pub(crate) fn of_values(error: &ArrowError) -> String {
    let said = match error {
        ArrowError::DivideByZero => "division by zero",
        ArrowError::ArithmeticOverflow(_) => TOO_LARGE,
        ArrowError::CastError(_) | ArrowError::ParseError(_) => TYPES,
        ArrowError::InvalidArgumentError(text) if text.contains("verflow") => TOO_LARGE,
        _ => "a value cannot be computed",
    };
    said.to_owned()
}

/// What is wrong with a query that cannot be planned.
pub(crate) fn of_plan(text: &str) -> String {
    grouping(text).or_else(|| call(text)).or_else(|| operator(text)).unwrap_or_else(|| general(text).to_owned())
}

fn grouping(text: &str) -> Option<String> {
    const SIGNS: [&str; 4] =
        ["must appear in the GROUP BY", "must be in GROUP BY", "in GROUP BY or an aggregate", "HAVING clause references"];
    if !SIGNS.iter().any(|sign| text.contains(sign)) {
        return None;
    }
    let column = text.split_once("column \"").and_then(|(_, rest)| rest.split_once('"')).map(|(column, _)| column);
    Some(match column {
        Some(column) => format!("`{}` must be in GROUP BY or inside an aggregate", column.replace(['"', MARK], "")),
        None => "every column of SELECT and HAVING must be in GROUP BY or inside an aggregate".to_owned(),
    })
}

/// A function that is given what it does not take.
fn call(text: &str) -> Option<String> {
    let (name, types) = between(text, "argument types '", "'")?.split_once('(')?;
    let (name, types) = (name.to_uppercase(), types.strip_suffix(')')?);
    // Each form that the function has says its own number; one that does not is refused for something else.
    let forms = text.split_once("No function matches").map_or(text, |(forms, _)| forms);
    let number = |form: &str| Some(form.split_once(" arguments but received")?.0.to_owned());
    let mut taken: Vec<String> = forms.split("expects ").skip(1).filter_map(number).collect();
    taken.retain(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
    let all = forms.matches("Function '").count().saturating_sub(usize::from(forms.contains("failed to match")));
    let is_number = taken.len() == all;
    taken.sort_unstable();
    taken.dedup();
    let given = list(types, ',').len().to_string();
    if is_number && !taken.is_empty() && !taken.contains(&given) {
        let values = if taken == ["1"] { "value" } else { "values" };
        return Some(format!("`{name}` takes {} {values} and is given {given}", taken.join(" or ")));
    }
    let types = list(types, ',').into_iter().map(type_word).collect::<Vec<_>>();
    Some(match types.is_empty() {
        true => format!("`{name}` is given no value"),
        false => format!("`{name}` does not take ({})", types.join(", ")),
    })
}

/// An operator that is given what it does not take.
fn operator(text: &str) -> Option<String> {
    let sides = |pair: &str| match list(pair, ' ').as_slice() {
        [left, operator @ .., right] => Some((type_word(left), operator.join(" "), type_word(right))),
        _ => None,
    };
    if let Some(pair) = between(text, "coerce arithmetic expression ", " to valid types") {
        let (left, operator, right) = sides(pair)?;
        return Some(format!("`{operator}` does not take {left} and {right}"));
    }
    if let Some((_, pair)) = text.split_once(" comparison operation ") {
        let (left, _, right) = sides(pair)?;
        return Some(format!("{left} and {right} cannot be compared"));
    }
    for sign in ["string concat operation ", "logical boolean operation "] {
        if let Some((_, pair)) = text.split_once(sign) {
            let (left, operator, right) = sides(pair)?;
            return Some(format!("`{operator}` does not take {left} and {right}"));
        }
    }
    if let Some(pair) = between(text, "common type to coerce ", " in LIKE") {
        let (left, right) = pair.split_once(" and ")?;
        return Some(format!("`LIKE` does not take {} and {}", type_word(left), type_word(right)));
    }
    if let Some((_, ty)) = text.split_once("requires a boolean expression, got ") {
        return Some(format!("`NOT` takes a BOOLEAN, and this is {}", type_word(ty)));
    }
    if text.contains("Unary operator '-' only supports") {
        return Some("`-` takes a number".to_owned());
    }
    for sign in ["non-boolean predicate", "must be boolean type, but got "] {
        if text.contains(sign) {
            let ty = text.rsplit_once(" returning ").or_else(|| text.rsplit_once("but got "))?.1;
            return Some(format!("a condition must be a BOOLEAN, and this is {}", type_word(ty)));
        }
    }
    None
}

fn general(text: &str) -> &'static str {
    let has = |signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
    match () {
        () if has(&["Cannot cast", "to value of"]) => TYPES,
        () if has(&["Divide by zero", "divide by zero"]) => "division by zero",
        () if has(&["verflow"]) => TOO_LARGE,
        () if has(&["calls cannot be nested"]) => "an aggregate cannot stand inside another one",
        () if has(&["Too many columns! The subquery"]) => "a subquery used as a value, or behind IN, must give one column",
        () if has(&["Invalid window frame"]) => "the frame of a window ends before it begins",
        () if has(&["date_trunc granularity"]) => {
            "`DATE_TRUNC` takes 'year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond' or 'microsecond'"
        }
        () if has(&["Substring without for/from"]) => "`SUBSTRING` is to be told where to begin: `SUBSTRING(text, 2)`",
        () if has(&["must be aggregated"]) => {
            "a subquery used as a value that looks at the row around it must be an aggregate, such as `SELECT MAX(…)`"
        }
        () if has(&["scalar subquery", "Scalar subquery", "more than one row"]) => {
            "a subquery used as a value must give one column and at most one row"
        }
        () if has(&["same number of columns", "UNION", "nion ", "Union:"]) => {
            "the sides of a UNION must have the same number of columns, of like types"
        }
        () if has(&["coerc", "signature", "ssignable", "omparison"]) => {
            "an operator or a function is given values of types that it does not take"
        }
        () => "this query does not fit together",
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

/// The parts of a text between signs that no parenthesis holds.
fn list(text: &str, between: char) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0i32, 0, Vec::new());
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if sign == between && depth == 0 => {
                parts.extend(text.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(from..).filter(|last| !last.trim().is_empty()));
    parts.into_iter().map(str::trim).collect()
}

/// A type as it is told to who asks, as [`crate::type_word`] has it.
fn type_word(arrow: &str) -> String {
    let arrow = arrow.trim();
    let name = arrow.split(['(', '<']).next().unwrap_or(arrow);
    let word = match name {
        "Float16" | "Float32" | "Float64" => "NUMBER",
        "Utf8" | "LargeUtf8" | "Utf8View" | "Dictionary" => "TEXT",
        "Date32" | "Date64" => "DATE",
        "Time32" | "Time64" => "TIME",
        "Int8" | "Int16" | "Int32" | "Int64" | "UInt8" | "UInt16" | "UInt32" | "UInt64" => "INTEGER",
        "Decimal32" | "Decimal64" | "Decimal128" | "Decimal256" => return arrow.replace(name, "DECIMAL").to_uppercase(),
        other => return other.to_uppercase(),
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_the_planner_in_our_words() {
        let said = [
            ("Cannot coerce arithmetic expression Utf8View + Int64 to valid types", "`+` does not take TEXT and INTEGER"),
            ("Cannot infer common argument type for comparison operation Float64 = Boolean", "NUMBER and BOOLEAN cannot be compared"),
            (
                "Cannot infer common argument type for comparison operation Float64 IS DISTINCT FROM Boolean",
                "NUMBER and BOOLEAN cannot be compared",
            ),
            (
                "Cannot coerce arithmetic expression Decimal128(10, 2) + Boolean to valid types",
                "`+` does not take DECIMAL(10, 2) and BOOLEAN",
            ),
            (
                "Cannot infer common argument type for comparison operation Boolean = Decimal128(10, 2)",
                "BOOLEAN and DECIMAL(10, 2) cannot be compared",
            ),
            ("Cannot infer common string type for string concat operation Float64 || Int64", "`||` does not take NUMBER and INTEGER"),
            (
                "Cannot create filter with non-boolean predicate '\u{1}M.M' returning Float64",
                "a condition must be a BOOLEAN, and this is NUMBER",
            ),
            ("Join condition must be boolean type, but got Utf8View", "a condition must be a BOOLEAN, and this is TEXT"),
            (
                "Function 'abs' expects 1 arguments but received 2. No function matches the given name and argument types 'abs(Float64, Int64)'. You",
                "`ABS` takes 1 value and is given 2",
            ),
            (
                "Function 'f' failed to match any signature, errors: Function 'f' requires Int32, but received String.,Function 'f' expects 1 \
                 arguments but received 2. No function matches the given name and argument types 'f(Boolean, Int64)'. You",
                "`F` does not take (BOOLEAN, INTEGER)",
            ),
            (
                "Function 'f' failed to match any signature, errors: Function 'f' expects 2 arguments but received 3,Function 'f' expects 1 \
                 arguments but received 3. No function matches the given name and argument types 'f(Boolean, Int64, Int64)'. You",
                "`F` takes 1 or 2 values and is given 3",
            ),
            (
                "Function 'abs' expects Numeric but received String. No function matches the given name and argument types 'abs(Utf8View)'. You",
                "`ABS` does not take (TEXT)",
            ),
            (
                "No function matches the given name and argument types 'f(Decimal128(38, 2), Date32)'.",
                "`F` does not take (DECIMAL(38, 2), DATE)",
            ),
            ("No function matches the given name and argument types 'now()'.", "`NOW` is given no value"),
            ("something about \u{1}M.M", "this query does not fit together"),
        ];
        for (text, words) in said {
            assert_eq!(of_plan(text), words, "{text}");
        }
    }
}
