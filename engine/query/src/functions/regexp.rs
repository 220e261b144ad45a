//! Regular expressions: REGEXP_LIKE, REGEXP_COUNT, REGEXP_INSTR, REGEXP_SUBSTR and REGEXP_REPLACE, with PostgreSQL's arguments.
//!
//! The expressions are those of the `regex` crate, whose time grows with the text and the pattern and never faster: none can be made that hangs.
//! A pattern is the same for all rows, so that it is compiled once and its size is what the asker wrote. Between rows the query's deadline is
//! looked at.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, StringBuilder, StringViewArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use regex::{Captures, Match, Regex, RegexBuilder};

use super::bounded::{check_bytes, too_long};
use crate::QueryError;
use crate::limits::Limits;

/// The most bytes that a compiled pattern may have: a letter of a text costs at worst a step for each of its states.
const MOST_PROGRAM: usize = 1 << 18;

/// What is asked of the places that match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Asked {
    /// `REGEXP_LIKE(text, pattern, flags)`
    Like,
    /// `REGEXP_COUNT(text, pattern, start, flags)`
    Count,
    /// `REGEXP_INSTR(text, pattern, start, nth, behind, flags)`
    Place,
    /// `REGEXP_SUBSTR(text, pattern, start, nth, flags)`
    Part,
    /// `REGEXP_REPLACE(text, pattern, by, flags)`
    Replaced,
}

/// An argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Argument {
    Text,
    Pattern,
    By,
    Start,
    Nth,
    /// Whether the place behind the match is asked for.
    Behind,
    Flags,
}

impl Argument {
    fn is_number(self) -> bool {
        matches!(self, Argument::Start | Argument::Nth | Argument::Behind)
    }

    fn name(self) -> &'static str {
        match self {
            Argument::Text => "text",
            Argument::Pattern => "pattern",
            Argument::By => "replacement",
            Argument::Start => "start",
            Argument::Nth => "number of the match",
            Argument::Behind => "end option",
            Argument::Flags => "flags",
        }
    }
}

/// One of the functions.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Regexp {
    asked: Asked,
    signature: Signature,
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = ScalarUDF> {
    [Asked::Like, Asked::Count, Asked::Place, Asked::Part, Asked::Replaced]
        .into_iter()
        .map(|asked| ScalarUDF::from(Regexp { asked, signature: Signature::user_defined(Volatility::Immutable) }))
}

impl Regexp {
    fn arguments(&self) -> &'static [Argument] {
        use Argument::{Behind, By, Flags, Nth, Pattern, Start, Text};
        match self.asked {
            Asked::Like => &[Text, Pattern, Flags],
            Asked::Count => &[Text, Pattern, Start, Flags],
            Asked::Place => &[Text, Pattern, Start, Nth, Behind, Flags],
            Asked::Part => &[Text, Pattern, Start, Nth, Flags],
            Asked::Replaced => &[Text, Pattern, By, Flags],
        }
    }

    /// How many must be given.
    fn least(&self) -> usize {
        if self.asked == Asked::Replaced { 3 } else { 2 }
    }

    fn error(&self, reason: impl std::fmt::Display) -> QueryError {
        QueryError::new(format!("`{}`: {reason}", self.name().to_uppercase()))
    }
}

impl ScalarUDFImpl for Regexp {
    fn name(&self) -> &str {
        match self.asked {
            Asked::Like => "regexp_like",
            Asked::Count => "regexp_count",
            Asked::Place => "regexp_instr",
            Asked::Part => "regexp_substr",
            Asked::Replaced => "regexp_replace",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let arguments = self.arguments();
        if types.len() < self.least() || types.len() > arguments.len() {
            return plan_err!("it takes {} to {} arguments", self.least(), arguments.len());
        }
        let given = arguments.iter().zip(types).map(|(argument, ty)| match ty {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View if !argument.is_number() => Ok(DataType::Utf8View),
            DataType::Null if argument.is_number() => Ok(DataType::Int64),
            DataType::Null => Ok(DataType::Utf8View),
            ty if ty.is_integer() && argument.is_number() => Ok(DataType::Int64),
            _ => plan_err!("the {} is of another type", argument.name()),
        });
        given.collect()
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match self.asked {
            Asked::Like => DataType::Boolean,
            Asked::Count | Asked::Place => DataType::Int64,
            Asked::Part | Asked::Replaced => DataType::Utf8,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_constant = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if is_constant { 1 } else { args.number_rows };
        let result = match Call::read(self, &args.args, rows)? {
            Some(call) => call.result(&args.args)?,
            None => datafusion::arrow::array::new_null_array(&self.return_type(&[])?, rows),
        };
        Ok(if is_constant { ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?) } else { ColumnarValue::Array(result) })
    }
}

/// A call whose constants are read.
struct Call<'a> {
    function: &'a Regexp,
    regex: Regex,
    texts: StringViewArray,
    /// What matches are replaced by, where they are.
    by: Option<StringViewArray>,
    /// From 1.
    start: usize,
    /// From 1.
    nth: usize,
    behind: bool,
    everywhere: bool,
}

impl<'a> Call<'a> {
    /// `None` where a constant is NULL, and so is every result.
    fn read(function: &'a Regexp, args: &[ColumnarValue], rows: usize) -> Result<Option<Call<'a>>> {
        let texts = |arg: &ColumnarValue| {
            Ok::<_, datafusion::error::DataFusionError>(cast(&arg.clone().into_array(rows)?, &DataType::Utf8View)?.as_string_view().clone())
        };
        let (mut pattern, mut flags) = (String::new(), String::new());
        let (mut start, mut nth, mut behind) = (1, 1, 0);
        let (mut column, mut by) = (StringViewArray::new_null(rows), None);
        for (argument, arg) in function.arguments().iter().zip(args) {
            match (argument, arg) {
                (Argument::Text, arg) => column = texts(arg)?,
                (Argument::By, arg) => by = Some(texts(arg)?),
                (_, ColumnarValue::Array(_)) => {
                    return Err(function.error(format_args!("the {} must be the same in all rows", argument.name())).into());
                }
                (_, ColumnarValue::Scalar(value)) if value.is_null() => return Ok(None),
                (Argument::Pattern, ColumnarValue::Scalar(value)) => pattern = value.try_as_str().flatten().unwrap_or_default().to_owned(),
                (Argument::Flags, ColumnarValue::Scalar(value)) => flags = value.try_as_str().flatten().unwrap_or_default().to_owned(),
                (_, ColumnarValue::Scalar(value)) => {
                    let given = cast(&value.to_array()?, &DataType::Int64)?.as_primitive::<Int64Type>().value(0);
                    let (number, least) = match argument {
                        Argument::Start => (&mut start, 1),
                        Argument::Nth => (&mut nth, 1),
                        _ => (&mut behind, 0),
                    };
                    if given < least {
                        return Err(function.error(format_args!("the {} must be at least {least}", argument.name())).into());
                    }
                    *number = usize::try_from(given).unwrap_or(usize::MAX);
                }
            }
        }
        if behind > 1 {
            return Err(function.error("the end option is 0 for where the match begins or 1 for what comes behind it").into());
        }
        let everywhere = function.asked == Asked::Replaced && flags.contains('g');
        let regex = compile(function, &pattern, &flags)?;
        Ok(Some(Call { function, regex, texts: column, by, start, nth, behind: behind == 1, everywhere }))
    }

    fn result(&self, args: &[ColumnarValue]) -> Result<ArrayRef> {
        let limits = Limits::here();
        let each = |row: usize| {
            limits.look()?;
            Ok::<_, datafusion::error::DataFusionError>(self.texts.is_valid(row).then(|| self.texts.value(row)))
        };
        let rows = 0..self.texts.len();
        Ok(match self.function.asked {
            Asked::Like => {
                Arc::new(rows.map(|row| Ok(each(row)?.map(|text| self.regex.is_match(text)))).collect::<Result<BooleanArray>>()?)
            }
            Asked::Count => {
                let count = |text: &str| self.matches(text).count() as i64;
                Arc::new(rows.map(|row| Ok(each(row)?.map(count))).collect::<Result<Int64Array>>()?)
            }
            Asked::Place => Arc::new(rows.map(|row| Ok(each(row)?.map(|text| self.place(text)))).collect::<Result<Int64Array>>()?),
            Asked::Part => {
                let mut out = StringBuilder::new();
                for row in rows {
                    out.append_option(each(row)?.and_then(|text| Some(self.matches(text).nth(self.nth - 1)?.as_str())));
                }
                let out = out.finish();
                check_bytes(self.function.name(), args, out.value_data().len() as u64)?;
                Arc::new(out)
            }
            Asked::Replaced => {
                let Some(by) = &self.by else { return Ok(Arc::new(self.texts.clone())) };
                let (mut out, most) = (StringBuilder::new(), limits.text_bytes());
                for row in rows {
                    match each(row)?.filter(|_| by.is_valid(row)) {
                        Some(text) => {
                            self.replace(text, &Template::of(by.value(row)), &mut |part| {
                                if (out.values_slice().len() + part.len()) as u64 > most {
                                    return Err(too_long(self.function.name()));
                                }
                                std::fmt::Write::write_str(&mut out, part).map_err(|e| self.function.error(e).into())
                            })?;
                            out.append_value("");
                        }
                        None => out.append_null(),
                    }
                }
                let out = out.finish();
                check_bytes(self.function.name(), args, out.value_data().len() as u64)?;
                Arc::new(out)
            }
        })
    }

    /// The matches from the start that was given.
    fn matches<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Match<'t>> {
        let before = text.char_indices().nth(self.start - 1).map(|(at, _)| at);
        let end = || (self.start - 1 == text.chars().count()).then_some(text.len());
        let (mut at, mut last) = (before.or_else(end), None);
        std::iter::from_fn(move || {
            loop {
                let found = self.regex.find_at(text, at?)?;
                let behind = text.get(found.end()..).and_then(|rest| rest.chars().next());
                at = if found.is_empty() { behind.map(|letter| found.end() + letter.len_utf8()) } else { Some(found.end()) };
                // Nothing is no match of its own right behind another one.
                if !(found.is_empty() && last == Some(found.end())) {
                    last = Some(found.end());
                    return Some(found);
                }
            }
        })
    }

    /// Where the match is, in characters from 1; 0 where there is none.
    fn place(&self, text: &str) -> i64 {
        let Some(found) = self.matches(text).nth(self.nth - 1) else { return 0 };
        let at = if self.behind { found.end() } else { found.start() };
        text.get(..at).map_or(0, |front| front.chars().count() as i64 + 1)
    }

    fn replace(&self, text: &str, by: &Template, put: &mut dyn FnMut(&str) -> Result<()>) -> Result<()> {
        let mut done = 0;
        let most = if self.everywhere { usize::MAX } else { 1 };
        for captures in self.regex.captures_iter(text).take(most) {
            let Some(whole) = captures.get(0) else { continue };
            put(text.get(done..whole.start()).unwrap_or_default())?;
            by.fill(&captures, put)?;
            done = whole.end();
        }
        put(text.get(done..).unwrap_or_default())
    }
}

fn compile(function: &Regexp, pattern: &str, flags: &str) -> Result<Regex> {
    let mut builder = builder(pattern);
    for flag in flags.chars() {
        match flag {
            'i' => builder.case_insensitive(true),
            'c' => builder.case_insensitive(false),
            's' => builder.dot_matches_new_line(true),
            'n' | 'm' => builder.dot_matches_new_line(false).multi_line(true),
            'x' => builder.ignore_whitespace(true),
            'g' if function.asked == Asked::Replaced => &mut builder,
            other => {
                let g = if function.asked == Asked::Replaced { ", `g` for every match" } else { "" };
                let help = format!("`i` ignores case, `n` lets `^` and `$` match at lines, `x` ignores white space{g}");
                return Err(function.error(format_args!("there is no flag `{other}`")).help(help).into());
            }
        };
    }
    builder.build().map_err(|e| {
        let error = match e {
            regex::Error::CompiledTooBig(_) => function.error(TOO_LARGE).help("repeat less in it"),
            other => function.error(format_args!("the pattern `{pattern}` is none: {}", reason(&other))),
        };
        error.into()
    })
}

const TOO_LARGE: &str = "the pattern is too large";

/// What is wrong with a pattern; `None`: nothing.
pub(crate) fn wrong_pattern(pattern: &str) -> Option<String> {
    match builder(pattern).build() {
        Ok(_) => None,
        Err(regex::Error::CompiledTooBig(_)) => Some(TOO_LARGE.to_owned()),
        Err(other) => Some(reason(&other)),
    }
}

fn builder(pattern: &str) -> RegexBuilder {
    let mut builder = RegexBuilder::new(pattern);
    // A line end is a character like any other unless a flag says so, as in PostgreSQL.
    builder.size_limit(MOST_PROGRAM).dfa_size_limit(MOST_PROGRAM).dot_matches_new_line(true);
    builder
}

/// The last line says what is wrong, those before it draw where.
fn reason(error: &regex::Error) -> String {
    error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// What a match is replaced by: `\1` to `\9` stand for its groups, `\0` and `\&` for all of it, `\\` for a backslash.
struct Template(Vec<Piece>);

enum Piece {
    Text(String),
    Group(usize),
}

impl Template {
    fn of(text: &str) -> Template {
        let (mut pieces, mut plain, mut letters) = (Vec::new(), String::new(), text.chars());
        while let Some(letter) = letters.next() {
            let group = match (letter, letters.as_str().chars().next()) {
                ('\\', Some('&')) => Some(0),
                ('\\', Some(digit)) if digit.is_ascii_digit() => digit.to_digit(10).map(|digit| digit as usize),
                ('\\', Some('\\')) => {
                    letters.next();
                    None
                }
                _ => None,
            };
            match group {
                Some(group) => {
                    letters.next();
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    pieces.push(Piece::Group(group));
                }
                None => plain.push(letter),
            }
        }
        pieces.push(Piece::Text(plain));
        Template(pieces)
    }

    fn fill(&self, captures: &Captures<'_>, put: &mut dyn FnMut(&str) -> Result<()>) -> Result<()> {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => put(text),
            Piece::Group(group) => put(captures.get(*group).map_or("", |found| found.as_str())),
        })
    }
}
