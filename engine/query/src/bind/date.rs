//! Which expressions give days or points in time: an item of a calendar is compared with these by the period that it is.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, SelectItem, SetExpr,
};
use smalt_model::Type;

use super::{Binder, RelationKind};

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

/// Functions that give one of the values that they are given.
const CHOOSING: &[&str] = &[
    "coalesce",
    "first_value",
    "greatest",
    "ifnull",
    "lag",
    "last_value",
    "lead",
    "least",
    "max",
    "min",
    "nth_value",
    "nullif",
    "nvl",
    "nvl2",
];

impl Binder<'_> {
    /// Whether a resolved expression gives days or points in time. One of which that is not told here is taken as it is.
    pub(super) fn is_date(&self, expr: &Expr) -> bool {
        let is_interval = |expr: &Expr| matches!(expr, Expr::Interval(_));
        match expr {
            Expr::CompoundIdentifier(names) => match names.as_slice() {
                [table, column] => self.is_date_column(&table.value, &column.value),
                _ => false,
            },
            Expr::TypedString(typed) => matches!(typed.data_type, DataType::Date | DataType::Timestamp(..)),
            Expr::Cast { data_type: DataType::Date | DataType::Timestamp(..), kind, .. } => {
                matches!(kind, CastKind::Cast | CastKind::TryCast)
            }
            Expr::Function(function) => self.gives_date(function),
            Expr::BinaryOp { left, op: BinaryOperator::Plus, right } => {
                self.is_date(left) && is_interval(right) || is_interval(left) && self.is_date(right)
            }
            Expr::BinaryOp { left, op: BinaryOperator::Minus, right } => self.is_date(left) && is_interval(right),
            Expr::Case { conditions, else_result, .. } => {
                conditions.iter().map(|when| &when.result).chain(else_result.as_deref()).any(|result| self.is_date(result))
            }
            Expr::Subquery(query) => match query.body.as_ref() {
                SetExpr::Select(select) => match select.projection.as_slice() {
                    [SelectItem::ExprWithAlias { expr, .. }] => self.is_date(expr),
                    _ => false,
                },
                _ => false,
            },
            Expr::Nested(inner) => self.is_date(inner),
            _ => false,
        }
    }

    fn gives_date(&self, function: &Function) -> bool {
        let name = function.name.0.first().and_then(|part| part.as_ident()).map(|ident| ident.value.as_str()).unwrap_or_default();
        if let Some(of_items) = self.functions.iter().find(|f| f.name == name) {
            return of_items.ty == Type::Date;
        }
        let FunctionArguments::List(list) = &function.args else { return OF_TIME.contains(&name) };
        let is_date = |arg: &FunctionArg| matches!(arg, FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) if self.is_date(expr));
        OF_TIME.contains(&name) || CHOOSING.contains(&name) && list.args.iter().any(is_date)
    }

    fn is_date_column(&self, table: &str, column: &str) -> bool {
        if let Some(scan) = self.scans.iter().find(|scan| scan.name == table) {
            return scan.fields.iter().any(|(info, name)| name == column && info.ty == Type::Date);
        }
        let mut relations = self.levels.iter().flat_map(|level| &level.scope.relations);
        relations.any(|relation| match &relation.kind {
            RelationKind::Derived(columns) => relation.emitted == table && columns.iter().any(|c| c.inner == column && c.is_date),
            RelationKind::Scan(_) => false,
        })
    }
}
