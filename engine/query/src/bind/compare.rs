//! Comparisons of items with what is no text: a number means the item that is named like it, a date the period that holds it.

use datafusion::sql::sqlparser::ast::{BinaryOperator, CastKind, DataType, Expr, Ident, Spanned, TypedString, UnaryOperator, Value};

use super::expr::Headings;
use super::{Binder, OutColumn, Resolved};
use crate::QueryError;

/// Whether an operator compares.
pub(super) fn is_comparison(op: &BinaryOperator) -> bool {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq)
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
        if let Some(column) = self.item_column(left, h)? {
            let with = self.side_of_item(right, h)?;
            return self.item_comparison(left, column, op, right, with, h);
        }
        let left_side = self.expr(left, h)?;
        if let Some(column) = self.item_column(right, h)?
            && (number(left).is_some() || self.is_date(&left_side))
        {
            return self.item_comparison(right, column, &turned(op), left, left_side, h);
        }
        Ok(binary(left_side, op.clone(), self.expr(right, h)?))
    }

    /// `left IS [NOT] DISTINCT FROM right`.
    pub(super) fn distinct(&mut self, left: &Expr, right: &Expr, distinct: bool, h: Headings) -> Result<Expr, QueryError> {
        let (a, b) = (self.expr(left, h)?, self.expr(right, h)?);
        let is_of_items = self.is_item_column(left, h)? || self.is_item_column(right, h)?;
        if !(is_of_items && (self.is_date(&a) || self.is_date(&b) || number(left).is_some() || number(right).is_some())) {
            let (a, b) = (Box::new(a), Box::new(b));
            return Ok(if distinct { Expr::IsDistinctFrom(a, b) } else { Expr::IsNotDistinctFrom(a, b) });
        }
        // A period is not compared by its name.
        let equal = Expr::IsTrue(Box::new(Expr::Nested(Box::new(self.comparison(left, &BinaryOperator::Eq, right, h)?))));
        let both_null = all(vec![Expr::IsNull(Box::new(a)), Expr::IsNull(Box::new(b))]);
        Ok(not_if(distinct, any(vec![equal, both_null])))
    }

    /// What `WHEN condition` asks; `compared`: of the items behind `CASE`.
    pub(super) fn when(&mut self, compared: Option<&Expr>, condition: &Expr, h: Headings) -> Result<Expr, QueryError> {
        match compared {
            Some(item) => self.comparison(item, &BinaryOperator::Eq, condition, h),
            None => self.expr(condition, h),
        }
    }

    /// Whether an expression is a column of items.
    pub(super) fn is_item_column(&mut self, expr: &Expr, h: Headings) -> Result<bool, QueryError> {
        Ok(self.item_column(expr, h)?.is_some())
    }

    /// `expr IN (list)`.
    pub(super) fn in_list(&mut self, expr: &Expr, list: &[Expr], negated: bool, h: Headings) -> Result<Expr, QueryError> {
        let Some(column) = self.item_column(expr, h)? else {
            let list = list.iter().map(|e| self.expr(e, h)).collect::<Result<_, _>>()?;
            return Ok(Expr::InList { expr: Box::new(self.expr(expr, h)?), list, negated });
        };
        let sides = list.iter().map(|e| self.side_of_item(e, h)).collect::<Result<Vec<_>, _>>()?;
        if !sides.iter().any(|side| self.is_date(side)) {
            return Ok(Expr::InList { list: sides, expr: Box::new(column.expr), negated });
        }
        let equal = list.iter().zip(sides).map(|(e, side)| self.item_comparison(expr, column.clone(), &BinaryOperator::Eq, e, side, h));
        Ok(not_if(negated, any(equal.collect::<Result<_, _>>()?)))
    }

    /// `expr BETWEEN low AND high`.
    pub(super) fn between(&mut self, expr: &Expr, low: &Expr, high: &Expr, negated: bool, h: Headings) -> Result<Expr, QueryError> {
        let mut is_of_items = false;
        for side in [expr, low, high] {
            is_of_items |= self.item_column(side, h)?.is_some();
        }
        if !is_of_items {
            let (low, high) = (Box::new(self.expr(low, h)?), Box::new(self.expr(high, h)?));
            return Ok(Expr::Between { expr: Box::new(self.expr(expr, h)?), negated, low, high });
        }
        let from = self.comparison(expr, &BinaryOperator::GtEq, low, h)?;
        let to = self.comparison(expr, &BinaryOperator::LtEq, high, h)?;
        Ok(not_if(negated, Expr::Nested(Box::new(binary(from, BinaryOperator::And, to)))))
    }

    /// Refuses `Month IN (SELECT day …)`: a text would be compared with a date.
    pub(super) fn refuse_dates_in(&mut self, expr: &Expr, columns: &[OutColumn], h: Headings) -> Result<(), QueryError> {
        match (self.item_column(expr, h)?, columns) {
            (Some(column), [only]) if only.is_date && self.is_calendar(&column) => {
                let message = format!("`{}` holds periods, and this subquery gives dates", column.name);
                Err(QueryError::new(message).at(expr.span()).help(format!("write EXISTS (SELECT 1 … WHERE {expr} = {})", only.name)))
            }
            _ => Ok(()),
        }
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

    fn is_calendar(&self, column: &Resolved) -> bool {
        column.dimension.and_then(|d| self.schema_of(column.then).dimension(d)).is_some_and(|d| d.calendar.is_some())
    }

    /// What an item is compared with; of a number its text, which may be an item's name.
    fn side_of_item(&mut self, expr: &Expr, h: Headings) -> Result<Expr, QueryError> {
        match number(expr) {
            Some(text) => Ok(quoted(text)),
            None => self.expr(expr, h),
        }
    }

    /// `item op with`, where `side` is `with` resolved.
    fn item_comparison(
        &mut self,
        item: &Expr,
        column: Resolved,
        op: &BinaryOperator,
        with: &Expr,
        side: Expr,
        h: Headings,
    ) -> Result<Expr, QueryError> {
        use BinaryOperator::{And, Eq, Gt, GtEq, Lt, LtEq};
        if let Some(text) = number(with) {
            return Ok(binary(column.expr, op.clone(), quoted(text)));
        }
        if !self.is_date(&side) {
            return Ok(binary(column.expr, op.clone(), side));
        }
        if !self.is_calendar(&column) {
            return match &side {
                Expr::TypedString(TypedString { value, data_type: DataType::Date, .. }) => {
                    Ok(binary(column.expr, op.clone(), quoted(value.clone().into_string().unwrap_or_default())))
                }
                // Items may be named like days.
                Expr::CompoundIdentifier(_) => Ok(binary(column.expr, op.clone(), side)),
                _ => Err(QueryError::new(format!("`{}` holds names, which are no dates", column.name))
                    .at(item.span())
                    .help("write the name as a text in `'`")),
            };
        }
        // The period that holds the day begins on it or before, and ends on it or after.
        let date = Expr::Cast { kind: CastKind::Cast, expr: Box::new(side), data_type: DataType::Date, array: false, format: None };
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
