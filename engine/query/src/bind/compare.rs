//! Comparisons of items with what is no text: a number means the item that is named like it, a date the period that holds it.

use datafusion::sql::sqlparser::ast::{BinaryOperator, CastKind, DataType, Expr, Ident, Spanned, TypedString, UnaryOperator, Value};

use super::expr::Headings;
use super::{Binder, Resolved};
use crate::QueryError;

/// Whether an operator compares.
pub(super) fn is_comparison(op: &BinaryOperator) -> bool {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq)
}

/// Whether an expression is a number or a date that an item may be compared with.
pub(super) fn is_constant(expr: &Expr) -> bool {
    number(expr).is_some() || is_date(expr)
}

/// The text of a number as it was written.
fn number(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => Some(text.clone()),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => number(expr).map(|text| format!("-{text}")),
        Expr::Nested(inner) => number(inner),
        _ => None,
    }
}

/// Functions that give a day or a point in time, whatever they are given.
const OF_TIME: &[&str] = &[
    "current_date",
    "current_timestamp",
    "date_bin",
    "date_trunc",
    "datetrunc",
    "from_unixtime",
    "make_date",
    "now",
    "to_date",
    "to_timestamp",
    "to_timestamp_micros",
    "to_timestamp_millis",
    "to_timestamp_nanos",
    "to_timestamp_seconds",
    "today",
];

fn is_date(expr: &Expr) -> bool {
    let is_interval = |expr: &Expr| matches!(expr, Expr::Interval(_));
    match expr {
        Expr::TypedString(typed) => matches!(typed.data_type, DataType::Date | DataType::Timestamp(..)),
        Expr::Cast { data_type: DataType::Date | DataType::Timestamp(..), kind: CastKind::Cast | CastKind::DoubleColon, .. } => true,
        Expr::Function(function) => OF_TIME.contains(&function.name.to_string().to_lowercase().as_str()),
        Expr::BinaryOp { left, op: BinaryOperator::Plus, right } => {
            is_date(left) && is_interval(right) || is_interval(left) && is_date(right)
        }
        Expr::BinaryOp { left, op: BinaryOperator::Minus, right } => is_date(left) && is_interval(right),
        Expr::Nested(inner) => is_date(inner),
        _ => false,
    }
}

/// The same comparison with its sides exchanged.
fn turned(op: &BinaryOperator) -> BinaryOperator {
    use BinaryOperator::{Gt, GtEq, Lt, LtEq};
    match op {
        Lt => Gt,
        Gt => Lt,
        LtEq => GtEq,
        GtEq => LtEq,
        other => other.clone(),
    }
}

impl Binder<'_> {
    /// `left op right`.
    pub(super) fn comparison(&mut self, left: &Expr, op: &BinaryOperator, right: &Expr, h: Headings) -> Result<Expr, QueryError> {
        for (item, op, constant) in [(left, op.clone(), right), (right, turned(op), left)] {
            if is_constant(constant)
                && let Some(column) = self.item_column(item, h)?
            {
                return self.item_comparison(item, column, &op, constant, h);
            }
        }
        Ok(binary(self.expr(left, h)?, op.clone(), self.expr(right, h)?))
    }

    /// `expr IN (list)`, some of which are constants.
    pub(super) fn in_list(&mut self, expr: &Expr, list: &[Expr], negated: bool, h: Headings) -> Result<Expr, QueryError> {
        let Some(column) = self.item_column(expr, h)? else {
            let list = list.iter().map(|e| self.expr(e, h)).collect::<Result<_, _>>()?;
            return Ok(Expr::InList { expr: Box::new(self.expr(expr, h)?), list, negated });
        };
        if list.iter().any(is_date) {
            let equal = list.iter().map(|e| self.comparison(expr, &BinaryOperator::Eq, e, h)).collect::<Result<Vec<_>, _>>()?;
            return Ok(not_if(negated, any(equal)));
        }
        let list = list.iter().map(|e| match number(e) {
            Some(text) => Ok(quoted(text)),
            None => self.expr(e, h),
        });
        Ok(Expr::InList { list: list.collect::<Result<_, _>>()?, expr: Box::new(column.expr), negated })
    }

    /// `expr BETWEEN low AND high`, one of which is a constant.
    pub(super) fn between(&mut self, expr: &Expr, low: &Expr, high: &Expr, negated: bool, h: Headings) -> Result<Expr, QueryError> {
        if self.item_column(expr, h)?.is_none() {
            let (low, high) = (Box::new(self.expr(low, h)?), Box::new(self.expr(high, h)?));
            return Ok(Expr::Between { expr: Box::new(self.expr(expr, h)?), negated, low, high });
        }
        let from = self.comparison(expr, &BinaryOperator::GtEq, low, h)?;
        let to = self.comparison(expr, &BinaryOperator::LtEq, high, h)?;
        Ok(not_if(negated, Expr::Nested(Box::new(binary(from, BinaryOperator::And, to)))))
    }

    /// `(a, b) IN ((1, 2), …)`: one of the rows is equal, value by value.
    pub(super) fn rows_in(&mut self, row: &Expr, list: &[Expr], negated: bool, h: Headings) -> Result<Expr, QueryError> {
        let Expr::Tuple(row) = row else { return Err(QueryError::unsupported("this row of values").at(row.span())) };
        let mut equal = Vec::with_capacity(list.len());
        for other in list {
            let values = match other {
                Expr::Tuple(values) if values.len() == row.len() => values,
                _ => return Err(QueryError::new(format!("a row of {} values must stand here", row.len())).at(other.span())),
            };
            let pairs = row.iter().zip(values).map(|(a, b)| self.comparison(a, &BinaryOperator::Eq, b, h));
            equal.push(all(pairs.collect::<Result<_, _>>()?));
        }
        Ok(not_if(negated, any(equal)))
    }

    /// A column of items.
    fn item_column(&mut self, expr: &Expr, h: Headings) -> Result<Option<Resolved>, QueryError> {
        Ok(self.resolved(expr, h)?.filter(|column| column.dimension.is_some()))
    }

    fn item_comparison(
        &mut self,
        item: &Expr,
        column: Resolved,
        op: &BinaryOperator,
        with: &Expr,
        h: Headings,
    ) -> Result<Expr, QueryError> {
        use BinaryOperator::{And, Eq, Gt, GtEq, Lt, LtEq};
        if let Some(text) = number(with) {
            return Ok(binary(column.expr, op.clone(), quoted(text)));
        }
        let is_calendar = column.dimension.and_then(|d| self.schema.dimension(d)).is_some_and(|d| d.calendar.is_some());
        if !is_calendar {
            let text = match with {
                Expr::TypedString(TypedString { value, data_type: DataType::Date, .. }) => value.clone().into_string(),
                _ => None,
            };
            return match text {
                Some(text) => Ok(binary(column.expr, op.clone(), quoted(text))),
                None => Err(QueryError::new(format!("`{}` holds names, which are no dates", column.name))
                    .at(item.span())
                    .help("write the name as a text in `'`")),
            };
        }
        // The period that holds the day begins on it or before, and ends on it or after.
        let date =
            Expr::Cast { kind: CastKind::Cast, expr: Box::new(self.expr(with, h)?), data_type: DataType::Date, array: false, format: None };
        let mut end = |property: &str, op: BinaryOperator| -> Result<Expr, QueryError> {
            let side = self.name(&with_property(item, property), h)?.expr;
            Ok(binary(side, op, date.clone()))
        };
        Ok(match op {
            Lt => end("End Date", Lt)?,
            LtEq => end("Start Date", LtEq)?,
            Gt => end("Start Date", Gt)?,
            GtEq => end("End Date", GtEq)?,
            other => {
                let holds = Expr::Nested(Box::new(binary(end("Start Date", LtEq)?, And, end("End Date", GtEq)?)));
                not_if(*other != Eq, holds)
            }
        })
    }
}

/// The name of an item column and one of its properties.
fn with_property(item: &Expr, property: &str) -> Vec<Ident> {
    let mut names = match item {
        Expr::Identifier(name) => vec![name.clone()],
        Expr::CompoundIdentifier(names) => names.clone(),
        Expr::Nested(inner) => return with_property(inner, property),
        _ => Vec::new(),
    };
    names.push(Ident::with_quote('"', property));
    names
}

fn quoted(text: String) -> Expr {
    Expr::value(Value::SingleQuotedString(text))
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

fn not_if(negated: bool, expr: Expr) -> Expr {
    if negated { Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(expr) } } else { expr }
}

fn all(exprs: Vec<Expr>) -> Expr {
    joined(exprs, BinaryOperator::And, true)
}

fn any(exprs: Vec<Expr>) -> Expr {
    joined(exprs, BinaryOperator::Or, false)
}

fn joined(exprs: Vec<Expr>, op: BinaryOperator, of_none: bool) -> Expr {
    let joined = exprs.into_iter().reduce(|a, b| binary(a, op.clone(), b));
    joined.map_or_else(|| Expr::value(Value::Boolean(of_none)), |expr| Expr::Nested(Box::new(expr)))
}
