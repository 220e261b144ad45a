//! Functions: only those listed here exist.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DateTimeField, DuplicateTreatment, Expr, ExtractSyntax, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArgumentList, FunctionArguments, Ident, ObjectName, ObjectNamePart, OrderByExpr, WindowFrame, WindowFrameBound, WindowSpec,
    WindowType,
};

use super::expr::Headings;
use super::{Binder, parts};
use crate::QueryError;
use crate::source::near;

/// Functions of a row: no files, no settings, no randomness.
const SCALARS: &[&str] = &[
    "abs",
    "acos",
    "acosh",
    "ascii",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bit_length",
    "btrim",
    "cbrt",
    "ceil",
    "char_length",
    "character_length",
    "chr",
    "coalesce",
    "concat",
    "concat_ws",
    "contains",
    "cos",
    "cosh",
    "cot",
    "current_date",
    "current_timestamp",
    "date_bin",
    "date_format",
    "date_part",
    "datepart",
    "date_trunc",
    "datetrunc",
    "degrees",
    "ends_with",
    "exp",
    "factorial",
    "find_in_set",
    "floor",
    "from_unixtime",
    "gcd",
    "greatest",
    "ifnull",
    "initcap",
    "instr",
    "iszero",
    "isnan",
    "lcm",
    "least",
    "left",
    "length",
    "levenshtein",
    "ln",
    "log",
    "log10",
    "log2",
    "lower",
    "lpad",
    "ltrim",
    "make_date",
    "mod",
    "nanvl",
    "now",
    "nullif",
    "nvl",
    "nvl2",
    "octet_length",
    "overlay",
    "pi",
    "pow",
    "power",
    "position",
    "radians",
    "regexp_count",
    "regexp_instr",
    "regexp_like",
    "regexp_replace",
    "regexp_substr",
    "repeat",
    "replace",
    "reverse",
    "right",
    "round",
    "rpad",
    "rtrim",
    "sign",
    "signum",
    "sin",
    "sinh",
    "split_part",
    "sqrt",
    "starts_with",
    "strpos",
    "substr",
    "substr_index",
    "substring",
    "substring_index",
    "tan",
    "tanh",
    "to_char",
    "to_date",
    "to_hex",
    "to_timestamp",
    "to_timestamp_micros",
    "to_timestamp_millis",
    "to_timestamp_nanos",
    "to_timestamp_seconds",
    "to_unixtime",
    "today",
    "translate",
    "trim",
    "trunc",
    "upper",
];

/// Functions of a group of rows.
const AGGREGATES: &[&str] = &[
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "covar",
    "covar_pop",
    "covar_samp",
    "first_value",
    "grouping",
    "last_value",
    "max",
    "mean",
    "median",
    "min",
    "percentile_cont",
    "quantile_cont",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "sum",
    "var",
    "var_pop",
    "var_population",
    "var_samp",
    "var_sample",
];

/// Functions of a row among others, with OVER.
const WINDOWS: &[&str] =
    &["cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile", "percent_rank", "rank", "row_number"];

/// Functions that take a part of a date.
const PARTS: &[(&str, DateTimeField)] = &[
    ("year", DateTimeField::Year),
    ("quarter", DateTimeField::Quarter),
    ("month", DateTimeField::Month),
    ("week", DateTimeField::Week(None)),
    ("day", DateTimeField::Day),
    ("hour", DateTimeField::Hour),
    ("minute", DateTimeField::Minute),
    ("second", DateTimeField::Second),
];

/// All that can be called.
pub(crate) fn names() -> impl Iterator<Item = &'static &'static str> {
    SCALARS.iter().chain(AGGREGATES).chain(WINDOWS).chain(PARTS.iter().map(|(name, _)| name))
}

/// Whether the function of a name in small letters takes a group of rows.
pub(super) fn is_aggregate(lower: &str) -> bool {
    AGGREGATES.contains(&lower)
}

fn plain_argument(arg: &FunctionArg) -> Option<&Expr> {
    match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) => Some(e),
        _ => None,
    }
}

impl Binder<'_> {
    /// Resolves a call.
    pub(super) fn function(&mut self, function: &Function, headings: Headings) -> Result<Expr, QueryError> {
        let names = parts(&function.name)?;
        let written = function.name.to_string();
        let [name] = names.as_slice() else { return Err(unknown(&written, names.first().copied())) };
        let lower = name.value.to_lowercase();
        let aggregate = is_aggregate(&lower);
        let window = WINDOWS.contains(&lower.as_str());
        if !(aggregate || window || SCALARS.contains(&lower.as_str()) || PARTS.iter().any(|(part, _)| *part == lower)) {
            return Err(unknown(&written, Some(name)));
        }
        if function.uses_odbc_syntax || function.parameters != FunctionArguments::None {
            return Err(QueryError::unsupported("this form of a call").at(name.span));
        }
        if window && !aggregate && function.over.is_none() {
            return Err(QueryError::new(format!("`{written}` needs OVER (…)")).at(name.span));
        }
        if !aggregate && !window && function.over.is_some() {
            return Err(QueryError::new(format!("`{written}` does not take OVER")).at(name.span));
        }
        if !aggregate && (function.filter.is_some() || !function.within_group.is_empty()) {
            return Err(QueryError::new(format!("`{written}` is no aggregate, so it takes no FILTER and no WITHIN GROUP")).at(name.span));
        }
        // Each row would have a text as long as all before it together.
        if lower == "string_agg" && function.over.is_some() {
            return Err(QueryError::unsupported("STRING_AGG with OVER").at(name.span).help("use it with GROUP BY"));
        }
        refuse_slow_window(&lower, function).map_err(|e| e.at(name.span))?;
        if let Some(expr) = self.rewritten(&lower, function, headings)? {
            return Ok(expr);
        }
        if aggregate
            && function.over.is_none()
            && let Some(level) = self.levels.last_mut()
        {
            level.aggregated = true;
        }
        let args = match &function.args {
            FunctionArguments::None => FunctionArguments::None,
            FunctionArguments::List(list) => FunctionArguments::List(self.arguments(list, headings)?),
            FunctionArguments::Subquery(_) => return Err(QueryError::unsupported("a subquery as an argument").at(name.span)),
        };
        if let ("string_agg", FunctionArguments::List(list)) = (lower.as_str(), &args) {
            refuse_other_order(list).map_err(|e| e.at(name.span))?;
        }
        Ok(Expr::Function(Function {
            name: ObjectName(vec![ObjectNamePart::Identifier(Ident::new(canonical(&lower)))]),
            uses_odbc_syntax: false,
            parameters: FunctionArguments::None,
            args,
            filter: function.filter.as_deref().map(|e| self.expr(e, headings).map(Box::new)).transpose()?,
            null_treatment: function.null_treatment,
            over: match &function.over {
                None => None,
                Some(WindowType::NamedWindow(name)) => Some(WindowType::NamedWindow(Ident::with_quote('"', name.value.to_lowercase()))),
                Some(WindowType::WindowSpec(spec)) => Some(WindowType::WindowSpec(self.window(spec, headings)?)),
            },
            within_group: self.inner_order(&function.within_group, headings)?,
        }))
    }

    /// Functions that are other words for an expression.
    fn rewritten(&mut self, lower: &str, function: &Function, headings: Headings) -> Result<Option<Expr>, QueryError> {
        let FunctionArguments::List(list) = &function.args else { return Ok(None) };
        let args: Vec<&Expr> = list.args.iter().filter_map(plain_argument).collect();
        if args.len() != list.args.len() || !list.clauses.is_empty() {
            return Ok(None);
        }
        let field = PARTS.iter().find(|(name, _)| *name == lower).map(|(_, field)| field.clone());
        Ok(match (field, lower, args.as_slice()) {
            (Some(field), _, [date]) => {
                Some(Expr::Extract { field, syntax: ExtractSyntax::From, expr: Box::new(self.expr(date, headings)?) })
            }
            (None, "mod", [a, b]) => {
                let nested = |e: Expr| Box::new(Expr::Nested(Box::new(e)));
                let (left, right) = (nested(self.expr(a, headings)?), nested(self.expr(b, headings)?));
                Some(Expr::Nested(Box::new(Expr::BinaryOp { left, op: BinaryOperator::Modulo, right })))
            }
            _ => None,
        })
    }

    fn arguments(&mut self, list: &FunctionArgumentList, headings: Headings) -> Result<FunctionArgumentList, QueryError> {
        let args = list.args.iter().map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) => Ok(FunctionArg::Unnamed(FunctionArgExpr::Expr(self.expr(e, headings)?))),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => Ok(FunctionArg::Unnamed(FunctionArgExpr::Wildcard)),
            _ => Err(QueryError::unsupported("this form of an argument")),
        });
        let args = args.collect::<Result<Vec<_>, QueryError>>()?;
        let clauses = list.clauses.iter().map(|clause| match clause {
            FunctionArgumentClause::OrderBy(order) => Ok(FunctionArgumentClause::OrderBy(self.inner_order(order, headings)?)),
            FunctionArgumentClause::IgnoreOrRespectNulls(nulls) => Ok(FunctionArgumentClause::IgnoreOrRespectNulls(*nulls)),
            _ => Err(QueryError::unsupported("this clause of an argument list")),
        });
        let clauses = clauses.collect::<Result<Vec<_>, QueryError>>()?;
        Ok(FunctionArgumentList { duplicate_treatment: list.duplicate_treatment, args, clauses })
    }

    /// Resolves what stands in OVER (…) or after WINDOW.
    pub(super) fn window(&mut self, spec: &WindowSpec, headings: Headings) -> Result<WindowSpec, QueryError> {
        Ok(WindowSpec {
            window_name: spec.window_name.as_ref().map(|n| Ident::with_quote('"', n.value.to_lowercase())),
            partition_by: spec.partition_by.iter().map(|e| self.expr(e, headings)).collect::<Result<_, _>>()?,
            order_by: self.inner_order(&spec.order_by, headings)?,
            window_frame: spec.window_frame.as_ref().map(|f| self.frame(f)).transpose()?,
        })
    }

    fn frame(&mut self, frame: &WindowFrame) -> Result<WindowFrame, QueryError> {
        let mut bound = |bound: &WindowFrameBound| {
            Ok::<_, QueryError>(match bound {
                WindowFrameBound::CurrentRow => WindowFrameBound::CurrentRow,
                WindowFrameBound::Preceding(None) => WindowFrameBound::Preceding(None),
                WindowFrameBound::Following(None) => WindowFrameBound::Following(None),
                WindowFrameBound::Preceding(Some(e)) => WindowFrameBound::Preceding(Some(Box::new(self.constant(e)?))),
                WindowFrameBound::Following(Some(e)) => WindowFrameBound::Following(Some(Box::new(self.constant(e)?))),
            })
        };
        Ok(WindowFrame {
            units: frame.units,
            start_bound: bound(&frame.start_bound)?,
            end_bound: frame.end_bound.as_ref().map(bound).transpose()?,
        })
    }

    /// A literal, where nothing else may stand.
    pub(super) fn constant(&mut self, expr: &Expr) -> Result<Expr, QueryError> {
        match expr {
            Expr::Value(_) | Expr::Interval(_) => self.expr(expr, Headings::No),
            other => Err(QueryError::new("a number must stand here").at(datafusion::sql::sqlparser::ast::Spanned::span(other))),
        }
    }
}

/// What would be computed anew in each row, from all rows before it: so many rows squared.
fn refuse_slow_window(lower: &str, function: &Function) -> Result<(), QueryError> {
    let changes = match &function.over {
        None => return Ok(()),
        Some(WindowType::NamedWindow(_)) => true,
        Some(WindowType::WindowSpec(spec)) => spec.window_name.is_some() || !spec.order_by.is_empty() || spec.window_frame.is_some(),
    };
    let is_distinct =
        matches!(&function.args, FunctionArguments::List(list) if list.duplicate_treatment == Some(DuplicateTreatment::Distinct));
    let is_slow =
        matches!(lower, "median" | "percentile_cont" | "quantile_cont") || (is_distinct && matches!(lower, "sum" | "avg" | "mean"));
    if changes && is_slow {
        let what = format!("{} with an order, a frame or a named window", lower.to_uppercase());
        return Err(QueryError::unsupported(&what).help("OVER (PARTITION BY …) gives it for whole partitions"));
    }
    Ok(())
}

/// Refuses distinct texts in an order that they do not tell themselves: that of items are their places.
fn refuse_other_order(list: &FunctionArgumentList) -> Result<(), QueryError> {
    let orders =
        list.clauses.iter().filter_map(|clause| if let FunctionArgumentClause::OrderBy(order) = clause { Some(order) } else { None });
    let is_told = |key: &OrderByExpr| list.args.first().and_then(plain_argument) == Some(&key.expr);
    if list.duplicate_treatment != Some(DuplicateTreatment::Distinct) || orders.flatten().all(is_told) {
        return Ok(());
    }
    let error = QueryError::unsupported("STRING_AGG(DISTINCT …) in the order of items, or of anything but its own texts,");
    Err(error.help("make the rows distinct first: SELECT STRING_AGG(x, ',' ORDER BY x) FROM (SELECT DISTINCT x FROM …)"))
}

/// One name per function, so that what we replace is replaced under all its names.
fn canonical(lower: &str) -> &str {
    match lower {
        "mean" => "avg",
        "stddev_samp" => "stddev",
        "var" | "var_sample" => "var_samp",
        "var_population" => "var_pop",
        "covar" => "covar_samp",
        "ifnull" => "nvl",
        "quantile_cont" => "percentile_cont",
        "sign" => "signum",
        other => other,
    }
}

fn unknown(written: &str, name: Option<&Ident>) -> QueryError {
    let error = QueryError::new(format!("there is no function `{written}`"));
    let error = match name {
        Some(name) => error.at(name.span),
        None => error,
    };
    match near(written, names().copied()) {
        Some(name) => error.help(format!("is it `{}`?", name.to_uppercase())),
        None => error,
    }
}
