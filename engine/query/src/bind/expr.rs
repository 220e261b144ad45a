//! Expressions.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, CeilFloorKind, DataType, DateTimeField, Expr, Ident, Interval, Spanned, UnaryOperator, Value,
    ValueWithSpan,
};

use super::{Binder, Resolved};
use crate::QueryError;

/// Which headings of SELECT an expression may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Headings {
    /// None: WHERE, ON and SELECT itself.
    No,
    /// Where no table has such a column: GROUP BY, HAVING, QUALIFY and inside ORDER BY.
    AfterColumns,
}

impl Binder<'_> {
    /// Resolves an expression.
    pub(super) fn expr(&mut self, expr: &Expr, headings: Headings) -> Result<Expr, QueryError> {
        self.deeper(|b| b.expr_inner(expr, headings))
    }

    /// A name as a column, or as a heading where those may be named.
    pub(super) fn name(&mut self, names: &[Ident], headings: Headings) -> Result<Resolved, QueryError> {
        if headings == Headings::No {
            return self.column(names);
        }
        match self.column(names) {
            Ok(resolved) => Ok(resolved),
            Err(error) => match self.heading(names)? {
                Some((_, resolved)) => Ok(resolved),
                None => self.heading_path(names).ok_or(error),
            },
        }
    }

    /// A chain of ANDs, or of ORs, as a tree of little depth: people chain hundreds of them.
    fn chain(&mut self, expr: &Expr, op: &BinaryOperator, h: Headings) -> Result<Expr, QueryError> {
        let mut terms = Vec::new();
        let mut rest = expr;
        while let Expr::BinaryOp { left, op: own, right } = rest
            && own == op
        {
            terms.push(right.as_ref());
            rest = left;
        }
        terms.push(rest);
        let mut bound = terms.into_iter().rev().map(|term| self.expr(term, h)).collect::<Result<Vec<_>, _>>()?;
        while bound.len() > 1 {
            let mut pairs = Vec::with_capacity(bound.len().div_ceil(2));
            let mut left = bound.into_iter();
            while let Some(first) = left.next() {
                pairs.push(match left.next() {
                    // A pair is a term of its own.
                    Some(second) => {
                        Expr::Nested(Box::new(Expr::BinaryOp { left: Box::new(first), op: op.clone(), right: Box::new(second) }))
                    }
                    None => first,
                });
            }
            bound = pairs;
        }
        bound.pop().ok_or_else(QueryError::too_deep)
    }

    /// The pattern of a LIKE, with `\\` before what stands for itself.
    fn pattern(&mut self, pattern: &Expr, escape: Option<&ValueWithSpan>, h: Headings) -> Result<Expr, QueryError> {
        let Some(escape) = escape else { return self.expr(pattern, h) };
        let sign = match &escape.value {
            Value::SingleQuotedString(text) => text.chars().next().filter(|_| text.chars().count() == 1),
            _ => None,
        };
        let Some(sign) = sign else { return Err(QueryError::new("ESCAPE takes one character").at(escape.span)) };
        let Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), span }) = pattern else {
            return Err(QueryError::unsupported("ESCAPE behind a pattern that is not a text").at(escape.span));
        };
        let mut out = String::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            let (letter, itself) = if letter == sign { (letters.next().unwrap_or(sign), true) } else { (letter, letter == '\\') };
            if itself {
                out.push('\\');
            }
            out.push(letter);
        }
        Ok(Expr::Value(Value::SingleQuotedString(out).with_span(*span)))
    }

    fn boxed(&mut self, expr: &Expr, headings: Headings) -> Result<Box<Expr>, QueryError> {
        self.expr(expr, headings).map(Box::new)
    }

    fn expr_inner(&mut self, expr: &Expr, h: Headings) -> Result<Expr, QueryError> {
        Ok(match expr {
            Expr::Identifier(name) => self.name(std::slice::from_ref(name), h)?.expr,
            Expr::CompoundIdentifier(names) => self.name(names, h)?.expr,
            Expr::IsFalse(e) => Expr::IsFalse(self.boxed(e, h)?),
            Expr::IsNotFalse(e) => Expr::IsNotFalse(self.boxed(e, h)?),
            Expr::IsTrue(e) => Expr::IsTrue(self.boxed(e, h)?),
            Expr::IsNotTrue(e) => Expr::IsNotTrue(self.boxed(e, h)?),
            Expr::IsNull(e) => Expr::IsNull(self.boxed(e, h)?),
            Expr::IsNotNull(e) => Expr::IsNotNull(self.boxed(e, h)?),
            Expr::IsUnknown(e) => Expr::IsUnknown(self.boxed(e, h)?),
            Expr::IsNotUnknown(e) => Expr::IsNotUnknown(self.boxed(e, h)?),
            Expr::IsDistinctFrom(a, b) => self.distinct(a, b, true, h)?,
            Expr::IsNotDistinctFrom(a, b) => self.distinct(a, b, false, h)?,
            Expr::InList { expr: row, list, negated } if matches!(row.as_ref(), Expr::Tuple(_)) => self.rows_in(row, list, *negated, h)?,
            Expr::InList { expr, list, negated } => self.in_list(expr, list, *negated, h)?,
            Expr::InSubquery { expr, subquery, negated } => {
                let (query, columns) = self.query(subquery)?;
                self.refuse_dates_in(expr, &columns, h)?;
                Expr::InSubquery { expr: self.boxed(expr, h)?, subquery: Box::new(query), negated: *negated }
            }
            Expr::Exists { subquery, negated } => Expr::Exists { subquery: Box::new(self.query(subquery)?.0), negated: *negated },
            Expr::Subquery(query) => Expr::Subquery(Box::new(self.query(query)?.0)),
            Expr::Between { expr, negated, low, high } => self.between(expr, low, high, *negated, h)?,
            Expr::BinaryOp { op: op @ (BinaryOperator::And | BinaryOperator::Or), .. } => self.chain(expr, op, h)?,
            Expr::BinaryOp { left, op, right } if super::compare::is_comparison(op) => self.comparison(left, op, right, h)?,
            Expr::BinaryOp { left, op, right } if regexp(op).is_some() => {
                let (negated, flags) = regexp(op).unwrap_or_default();
                matching(self.expr(left, h)?, self.expr(right, h)?, flags, negated)
            }
            Expr::RLike { negated, expr, pattern, .. } => matching(self.expr(expr, h)?, self.expr(pattern, h)?, None, *negated),
            Expr::BinaryOp { left, op, right } => {
                Expr::BinaryOp { op: binary(op, expr)?, left: self.boxed(left, h)?, right: self.boxed(right, h)? }
            }
            Expr::UnaryOp { op: op @ (UnaryOperator::Plus | UnaryOperator::Minus | UnaryOperator::Not), expr } => {
                Expr::UnaryOp { op: *op, expr: self.boxed(expr, h)? }
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char } => Expr::Like {
                negated: *negated,
                any: false,
                expr: self.boxed(expr, h)?,
                pattern: Box::new(self.pattern(pattern, escape_char.as_ref(), h)?),
                escape_char: None,
            },
            Expr::ILike { negated, any: false, expr, pattern, escape_char } => Expr::ILike {
                negated: *negated,
                any: false,
                expr: self.boxed(expr, h)?,
                pattern: Box::new(self.pattern(pattern, escape_char.as_ref(), h)?),
                escape_char: None,
            },
            Expr::SimilarTo { negated, expr, pattern, escape_char } => {
                matching(self.expr(expr, h)?, super::similar::pattern(pattern, escape_char.as_ref())?, None, *negated)
            }
            Expr::Cast { kind, expr: inner, data_type, array: false, format: None } => Expr::Cast {
                kind: match kind {
                    CastKind::SafeCast => CastKind::TryCast,
                    CastKind::DoubleColon => CastKind::Cast,
                    other => other.clone(),
                },
                data_type: data_type_of(data_type).ok_or_else(|| {
                    QueryError::new(format!("there is no type `{data_type}` to convert to"))
                        .at(expr.span())
                        .help("use BIGINT, DOUBLE, DECIMAL(p, s), BOOLEAN, TEXT, DATE, TIMESTAMP or TIME")
                })?,
                expr: self.boxed(inner, h)?,
                array: false,
                format: None,
            },
            Expr::Extract { field, syntax, expr } => {
                Expr::Extract { field: field.clone(), syntax: syntax.clone(), expr: self.boxed(expr, h)? }
            }
            Expr::Ceil { expr, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
                Expr::Ceil { expr: self.boxed(expr, h)?, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) }
            }
            Expr::Floor { expr, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
                Expr::Floor { expr: self.boxed(expr, h)?, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) }
            }
            Expr::Position { expr, r#in } => Expr::Position { expr: self.boxed(expr, h)?, r#in: self.boxed(r#in, h)? },
            Expr::Substring { expr, substring_from, substring_for, special, shorthand } => Expr::Substring {
                expr: self.boxed(expr, h)?,
                substring_from: substring_from.as_deref().map(|e| self.boxed(e, h)).transpose()?,
                substring_for: substring_for.as_deref().map(|e| self.boxed(e, h)).transpose()?,
                special: *special,
                shorthand: *shorthand,
            },
            Expr::Trim { trim_where, trim_what, expr, trim_characters: None } => Expr::Trim {
                trim_where: *trim_where,
                trim_what: trim_what.as_deref().map(|e| self.boxed(e, h)).transpose()?,
                expr: self.boxed(expr, h)?,
                trim_characters: None,
            },
            Expr::Overlay { expr, overlay_what, overlay_from, overlay_for } => Expr::Overlay {
                expr: self.boxed(expr, h)?,
                overlay_what: self.boxed(overlay_what, h)?,
                overlay_from: self.boxed(overlay_from, h)?,
                overlay_for: overlay_for.as_deref().map(|e| self.boxed(e, h)).transpose()?,
            },
            Expr::Nested(e) => Expr::Nested(self.boxed(e, h)?),
            Expr::Value(value) => match &value.value {
                Value::Number(..) | Value::SingleQuotedString(_) | Value::Boolean(_) | Value::Null => expr.clone(),
                Value::Placeholder(_) => return Err(QueryError::not_yet("a parameter").at(value.span)),
                _ => return Err(QueryError::unsupported("this kind of literal").at(value.span)),
            },
            Expr::TypedString(typed) if !typed.uses_odbc_syntax && is_time(&typed.data_type) => expr.clone(),
            Expr::Interval(Interval { value, leading_precision: None, last_field: None, fractional_seconds_precision: None, .. })
                if matches!(value.as_ref(), Expr::Value(_)) =>
            {
                expr.clone()
            }
            Expr::Function(function) => self.function(function, h)?,
            Expr::Case { case_token, end_token, operand, conditions, else_result } => {
                let compared = match operand.as_deref() {
                    Some(operand) if self.is_item_column(operand, h)? => Some(operand),
                    _ => None,
                };
                Expr::Case {
                    case_token: case_token.clone(),
                    end_token: end_token.clone(),
                    conditions: conditions
                        .iter()
                        .map(|c| Ok(CaseWhen { condition: self.when(compared, &c.condition, h)?, result: self.expr(&c.result, h)? }))
                        .collect::<Result<_, QueryError>>()?,
                    operand: operand.as_deref().filter(|_| compared.is_none()).map(|e| self.boxed(e, h)).transpose()?,
                    else_result: else_result.as_deref().map(|e| self.boxed(e, h)).transpose()?,
                }
            }
            other => return Err(refuse(other)),
        })
    }
}

fn refuse(expr: &Expr) -> QueryError {
    let what = match expr {
        Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => "`*` inside an expression",
        Expr::Tuple(_) => "a row of several values",
        Expr::AnyOp { .. } | Expr::AllOp { .. } => "ANY and ALL",
        Expr::Array(_) | Expr::CompoundFieldAccess { .. } | Expr::InUnnest { .. } => "an array",
        Expr::Struct { .. } | Expr::Dictionary(_) | Expr::Map(_) | Expr::Named { .. } | Expr::JsonAccess { .. } => "a structure",
        Expr::Collate { .. } => "COLLATE",
        Expr::AtTimeZone { .. } => "AT TIME ZONE",
        Expr::GroupingSets(_) | Expr::Cube(_) | Expr::Rollup(_) => "GROUPING SETS, CUBE or ROLLUP outside GROUP BY",
        Expr::Interval(_) => "this form of INTERVAL",
        Expr::TypedString(_) => "this form of a typed literal",
        _ => "this expression",
    };
    QueryError::unsupported(what).at(expr.span())
}

/// Whether an operator asks for what does not match, and with which flags, where it is one of regular expressions.
fn regexp(op: &BinaryOperator) -> Option<(bool, Option<&'static str>)> {
    match op {
        BinaryOperator::PGRegexMatch => Some((false, None)),
        BinaryOperator::PGRegexIMatch => Some((false, Some("i"))),
        BinaryOperator::PGRegexNotMatch => Some((true, None)),
        BinaryOperator::PGRegexNotIMatch => Some((true, Some("i"))),
        _ => None,
    }
}

/// `REGEXP_LIKE(text, pattern, flags)`, or that it is not so.
fn matching(text: Expr, pattern: Expr, flags: Option<&str>, negated: bool) -> Expr {
    let flags = flags.map(|flags| Expr::value(Value::SingleQuotedString(flags.to_owned())));
    let like = super::call(Ident::new("regexp_like"), [text, pattern].into_iter().chain(flags).collect());
    if negated { Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(like) } } else { like }
}

fn binary(op: &BinaryOperator, expr: &Expr) -> Result<BinaryOperator, QueryError> {
    use BinaryOperator::{
        And, BitwiseAnd, BitwiseOr, BitwiseXor, Divide, Eq, Gt, GtEq, Lt, LtEq, Minus, Modulo, Multiply, NotEq, Or, PGBitwiseShiftLeft,
        PGBitwiseShiftRight, Plus, StringConcat,
    };
    match op {
        BitwiseAnd | BitwiseOr | BitwiseXor | PGBitwiseShiftLeft | PGBitwiseShiftRight => Ok(op.clone()),
        Plus | Minus | Multiply | Divide | Modulo | StringConcat | Gt | Lt | GtEq | LtEq | Eq | NotEq | And | Or => Ok(op.clone()),
        other => Err(QueryError::unsupported(&format!("the operator `{other}`")).at(expr.span())),
    }
}

/// The types that CAST may name, in the form that the planner knows.
fn data_type_of(ty: &DataType) -> Option<DataType> {
    Some(match ty {
        DataType::Text | DataType::String(_) | DataType::Varchar(_) | DataType::Char(_) | DataType::Character(_) => DataType::Text,
        DataType::CharacterVarying(_) | DataType::CharVarying(_) | DataType::Nvarchar(_) => DataType::Text,
        DataType::TinyInt(None)
        | DataType::SmallInt(None)
        | DataType::Int(None)
        | DataType::Integer(None)
        | DataType::BigInt(None)
        | DataType::Int2(None)
        | DataType::Int4(None)
        | DataType::Int8(None)
        | DataType::Real
        | DataType::Float4
        | DataType::Float8
        | DataType::DoublePrecision
        | DataType::Boolean
        | DataType::Bool
        | DataType::Date
        | DataType::Decimal(_)
        | DataType::Numeric(_)
        | DataType::Timestamp(None, _)
        | DataType::Time(None, _) => ty.clone(),
        DataType::Float(_) | DataType::Double(_) | DataType::Float64 => DataType::DoublePrecision,
        DataType::Int64 => DataType::BigInt(None),
        // NUMBER is the type of most metrics, and no word of SQL's.
        DataType::Custom(name, args) if args.is_empty() && name.to_string().eq_ignore_ascii_case("number") => DataType::DoublePrecision,
        _ => return None,
    })
}

fn is_time(ty: &DataType) -> bool {
    matches!(ty, DataType::Date | DataType::Timestamp(None, _) | DataType::Time(None, _))
}
