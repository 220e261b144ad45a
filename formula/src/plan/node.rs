//! The logical nodes.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion_common::arrow::datatypes::{DataType, Field, Schema};
use datafusion_common::{DFSchema, DFSchemaRef, DataFusionError, Result};
use datafusion_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};
use smalt_model::{DimensionId, MetricId, Type};

use crate::program::Node;

/// One operator: the expression that it computes, in which [`Kind::Input`](crate::program::Kind::Input) stands for its inputs.
#[derive(Clone)]
pub struct CellNode {
    node: Arc<Node>,
    inputs: Vec<LogicalPlan>,
    schema: DFSchemaRef,
    text: Arc<str>,
    identity: Option<Arc<str>>,
}

/// Takes the cells of its input as those of a metric and gives their number.
#[derive(Clone)]
pub struct StoreNode {
    input: LogicalPlan,
    schema: DFSchemaRef,
}

/// Solves metrics that refer to one another, item by item along one dimension.
#[derive(Clone)]
pub struct RecurNode {
    recurrence: Arc<Recurrence>,
    inputs: Vec<LogicalPlan>,
    schema: DFSchemaRef,
    text: Arc<str>,
}

/// Metrics that are solved together.
#[derive(Clone, Debug)]
pub struct Recurrence {
    /// Along which dimension.
    pub dimension: DimensionId,
    /// Each metric's expression in the order in which they are computed at one item. What does not depend on the group is a
    /// [`Kind::Input`](crate::program::Kind::Input); members of the group stand as themselves.
    pub members: Vec<(MetricId, Node)>,
}

impl RecurNode {
    /// A recurrence over its inputs.
    pub fn new(recurrence: Recurrence, inputs: Vec<LogicalPlan>, schema: &smalt_model::Schema) -> Result<RecurNode> {
        let names: Vec<&str> = recurrence.members.iter().filter_map(|(m, _)| schema.metric(*m)).map(|m| m.name.as_ref()).collect();
        let along = schema.dimension(recurrence.dimension).map_or("?", |d| d.name.as_ref());
        let text = format!("Recurrence of {} along {along}", names.join(", "));
        let count = Schema::new(vec![Field::new("count", DataType::UInt64, false)]);
        let schema = Arc::new(DFSchema::try_from(count)?);
        Ok(RecurNode { recurrence: Arc::new(recurrence), inputs, schema, text: text.into() })
    }

    /// What is solved.
    pub fn recurrence(&self) -> &Arc<Recurrence> {
        &self.recurrence
    }
}

impl CellNode {
    /// An operator with its text for EXPLAIN, and what tells it from operators that give other cells.
    pub(crate) fn new(node: Node, inputs: Vec<LogicalPlan>, text: String, identity: Option<Arc<str>>) -> Result<CellNode> {
        let mut fields: Vec<Field> = node.dims.iter().map(|d| Field::new(format!("d{}", d.0), DataType::UInt32, false)).collect();
        fields.push(Field::new("value", arrow_type(node.ty), false));
        let schema = Arc::new(DFSchema::try_from(Schema::new(fields))?);
        Ok(CellNode { node: Arc::new(node), inputs, schema, text: text.into(), identity })
    }

    /// The same text for two operators that give the same cells, wherever they stand; `None` for one that is not worth sharing or reads
    /// cells from outside of its plan.
    pub fn identity(&self) -> Option<&Arc<str>> {
        self.identity.as_ref()
    }

    /// What it computes.
    pub fn node(&self) -> &Arc<Node> {
        &self.node
    }
}

impl StoreNode {
    /// Stores what `input` gives.
    pub fn new(input: LogicalPlan) -> Result<StoreNode> {
        let schema = Schema::new(vec![Field::new("count", DataType::UInt64, false)]);
        Ok(StoreNode { input, schema: Arc::new(DFSchema::try_from(schema)?) })
    }
}

/// The Arrow type of a formula's values.
fn arrow_type(ty: Type) -> DataType {
    match ty {
        Type::Number => DataType::Float64,
        Type::Decimal { precision, scale } => DataType::Decimal128(precision, scale.cast_signed()),
        Type::Integer => DataType::Int64,
        Type::Text => DataType::Utf8,
        Type::Boolean => DataType::Boolean,
        Type::Date => DataType::Date32,
        Type::Item(_) => DataType::UInt32,
        Type::Rights => DataType::UInt8,
    }
}

impl fmt::Debug for CellNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for StoreNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

// Two operators are the same if they are the same object: a formula holds floats, which have no total equality.
impl PartialEq for CellNode {
    fn eq(&self, other: &CellNode) -> bool {
        Arc::ptr_eq(&self.node, &other.node) && self.inputs == other.inputs
    }
}

impl Eq for CellNode {}

impl Hash for CellNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
        self.inputs.hash(state);
    }
}

impl PartialOrd for CellNode {
    fn partial_cmp(&self, other: &CellNode) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl PartialEq for StoreNode {
    fn eq(&self, other: &StoreNode) -> bool {
        self.input == other.input
    }
}

impl Eq for StoreNode {}

impl Hash for StoreNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.input.hash(state);
    }
}

impl PartialOrd for StoreNode {
    fn partial_cmp(&self, other: &StoreNode) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl UserDefinedLogicalNodeCore for CellNode {
    fn name(&self) -> &str {
        "Cells"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<CellNode> {
        Ok(CellNode { inputs, ..self.clone() })
    }
}

impl UserDefinedLogicalNodeCore for StoreNode {
    fn name(&self) -> &str {
        "Store"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<StoreNode> {
        let input = inputs.pop().ok_or_else(|| DataFusionError::Internal("a store needs an input".to_owned()))?;
        Ok(StoreNode { input, schema: Arc::clone(&self.schema) })
    }
}

impl fmt::Debug for RecurNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for RecurNode {
    fn eq(&self, other: &RecurNode) -> bool {
        Arc::ptr_eq(&self.recurrence, &other.recurrence) && self.inputs == other.inputs
    }
}

impl Eq for RecurNode {}

impl Hash for RecurNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
        self.inputs.hash(state);
    }
}

impl PartialOrd for RecurNode {
    fn partial_cmp(&self, other: &RecurNode) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl UserDefinedLogicalNodeCore for RecurNode {
    fn name(&self) -> &str {
        "Recurrence"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<RecurNode> {
        Ok(RecurNode { inputs, ..self.clone() })
    }
}
