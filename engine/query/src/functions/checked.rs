//! Operators that end the query where their result is too large: `+`, `-` and `*` of integers, which do not wrap, and `||`.

use std::sync::Arc;

use datafusion::arrow::compute::kernels::numeric::{add, mul, sub};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result, exec_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, LogicalPlan, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::optimizer::AnalyzerRule;
use datafusion::physical_expr_common::datum::apply;

use super::bounded::Joined;

/// Puts functions that check in the place of operators that wrap, once all types are known.
#[derive(Debug, Default)]
pub(crate) struct CheckOperators;

impl AnalyzerRule for CheckOperators {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| {
            let schema = if plan.inputs().is_empty() { DFSchema::clone(plan.schema()) } else { merge_schema(&plan.inputs()) };
            let names = NamePreserver::new(&plan);
            let plan = plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let checked = expr.transform_up(|e| Ok(checked(e, &schema)))?;
                Ok(checked.update_data(|e| name.restore(e)))
            })?;
            if plan.transformed { plan.map_data(LogicalPlan::recompute_schema) } else { Ok(plan) }
        })
        .map(|plan| plan.data)
    }

    fn name(&self) -> &str {
        "check_operators"
    }
}

fn checked(expr: Expr, schema: &DFSchema) -> Transformed<Expr> {
    let Expr::BinaryExpr(binary) = &expr else { return Transformed::no(expr) };
    let is_integer = |e: &Expr| matches!(e.get_type(schema), Ok(DataType::Int64));
    let function = match Sign::of(binary.op) {
        Some(sign) if is_integer(&binary.left) && is_integer(&binary.right) => Some(ScalarUDF::from(Checked::new(sign))),
        None if binary.op == Operator::StringConcat => expr.get_type(schema).ok().and_then(Joined::new).map(ScalarUDF::from),
        _ => None,
    };
    let Some(function) = function else { return Transformed::no(expr) };
    let args = vec![(*binary.left).clone(), (*binary.right).clone()];
    Transformed::yes(Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(function), args)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Sign {
    Plus,
    Minus,
    Times,
}

impl Sign {
    fn of(op: Operator) -> Option<Sign> {
        match op {
            Operator::Plus => Some(Sign::Plus),
            Operator::Minus => Some(Sign::Minus),
            Operator::Multiply => Some(Sign::Times),
            _ => None,
        }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Checked {
    sign: Sign,
    signature: Signature,
}

impl Checked {
    fn new(sign: Sign) -> Checked {
        Checked { sign, signature: Signature::exact(vec![DataType::Int64, DataType::Int64], Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        match self.sign {
            Sign::Plus => "+",
            Sign::Minus => "-",
            Sign::Times => "*",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = args.args.as_slice() else { return exec_err!("`{}` takes two numbers", self.name()) };
        match self.sign {
            Sign::Plus => apply(left, right, add),
            Sign::Minus => apply(left, right, sub),
            Sign::Times => apply(left, right, mul),
        }
    }
}
