//! An expression becomes a block.

use smalt_formula::{Expr, ExprKind, Name};

use crate::block::Block;
use crate::model::Model;
use crate::value::{Type, Value};
use crate::work::Work;
use crate::{Cells, Found, choice, function, look, modifier, operator};

/// What an expression is computed in.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    pub(crate) model: &'a Model,
    /// The cells of each metric.
    cells: &'a [Cells],
    /// The metric whose formula this is.
    pub(crate) own: Option<usize>,
    /// What `CurrentValue` is.
    current: Option<Block>,
    pub(crate) work: Work,
}

impl<'a> Scope<'a> {
    /// Over a model and the cells of its metrics.
    pub fn new(model: &'a Model, cells: &'a [Cells]) -> Scope<'a> {
        Scope { model, cells, own: None, current: None, work: Work::of(u64::MAX) }
    }

    /// For the formula of a metric.
    #[must_use]
    pub fn of(self, metric: usize) -> Scope<'a> {
        Scope { own: Some(metric), ..self }
    }

    /// In the condition of a filter, whose `CurrentValue` this is.
    #[must_use]
    pub fn with_current(&self, current: Block) -> Scope<'a> {
        Scope { current: Some(current), ..self.clone() }
    }

    /// With so many steps for all that is evaluated from here on.
    #[must_use]
    pub fn within(self, steps: u64) -> Scope<'a> {
        Scope { work: Work::of(steps), ..self }
    }

    /// The cells of an expression.
    ///
    /// # Errors
    /// The formula is wrong, or uses what is not in here.
    pub fn eval(&self, expr: &Expr) -> Found<Block> {
        let constant = |ty, value| Ok(Block::constant(Some(ty), Some(value)));
        match &expr.kind {
            ExprKind::Integer(v) => constant(Type::Integer, Value::Integer(*v)),
            ExprKind::Number(v) => constant(Type::Number, Value::Number(*v)),
            ExprKind::Text(v) => constant(Type::Text, Value::Text(v.clone())),
            ExprKind::Boolean(v) => constant(Type::Boolean, Value::Boolean(*v)),
            ExprKind::Blank => Ok(Block::constant(None, None)),
            ExprKind::Name(name) => self.name(name),
            ExprKind::Property(item, name) => look::property(self, &self.eval(item)?, &name.text),
            ExprKind::Item(dimension, item) => look::literal(self, &dimension.text, item),
            ExprKind::Negate(a) => operator::negate(self, &self.eval(a)?),
            ExprKind::Not(a) => operator::not(self, &self.eval(a)?),
            ExprKind::Sum(terms) => operator::sum(self, terms),
            ExprKind::Product(factors) => operator::product(self, factors),
            ExprKind::Concat(all) => operator::concat(self, all),
            ExprKind::And(all) => operator::and(self, all),
            ExprKind::Or(all) => operator::or(self, all),
            ExprKind::Binary(op, a, b) => operator::binary(self, *op, a, b),
            ExprKind::In(v, all) => choice::in_list(self, v, all),
            ExprKind::InRange(v, low, high) => choice::in_range(self, v, low, high),
            ExprKind::Call(name, arguments) => function::call(self, &name.text.to_ascii_uppercase(), arguments),
            ExprKind::Modified(x, all) => all.iter().try_fold(self.eval(x)?, |x, m| modifier::modify(self, x, &m.kind)),
        }
    }

    fn name(&self, name: &Name) -> Found<Block> {
        if !name.quoted && name.text.eq_ignore_ascii_case("CurrentValue") {
            return self.current.clone().ok_or_else(|| "CurrentValue stands in FILTER and EXCLUDE".to_owned());
        }
        if let Some(metric) = self.model.metric(&name.text) {
            return Ok(self.metric(metric));
        }
        let d = self.dimension(name)?;
        Block::filled(self, vec![d], Some(Type::Item(d)), |c| Some(Value::Item(d, c[0])))
    }

    /// The cells of a metric.
    pub(crate) fn metric(&self, metric: usize) -> Block {
        let definition = &self.model.metrics[metric];
        Block { dims: definition.dims.clone(), ty: Some(definition.ty.computed()), cells: self.cells[metric].clone() }
    }

    pub(crate) fn dimension(&self, name: &Name) -> Found<usize> {
        self.model.dimension(&name.text).ok_or_else(|| format!("unknown name {}", name.text))
    }

    /// How many items a dimension has.
    pub(crate) fn count(&self, dimension: usize) -> usize {
        self.model.dimensions[dimension].items.len()
    }
}

/// Does it read nothing of the model but names of items? Then it is a constant. An item's property is read.
pub(crate) fn is_constant(expr: &Expr) -> bool {
    let all = |exprs: &[Expr]| exprs.iter().all(is_constant);
    match &expr.kind {
        ExprKind::Integer(_) | ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Boolean(_) | ExprKind::Blank | ExprKind::Item(..) => {
            true
        }
        ExprKind::Name(_) | ExprKind::Property(..) | ExprKind::Modified(..) => false,
        ExprKind::Negate(a) | ExprKind::Not(a) => is_constant(a),
        ExprKind::Sum(terms) => terms.iter().all(|t| is_constant(&t.expr)),
        ExprKind::Product(factors) => factors.iter().all(|f| is_constant(&f.expr)),
        ExprKind::Concat(a) | ExprKind::And(a) | ExprKind::Or(a) => all(a),
        ExprKind::Binary(_, a, b) => is_constant(a) && is_constant(b),
        ExprKind::In(v, a) => is_constant(v) && all(a),
        ExprKind::InRange(v, a, b) => is_constant(v) && is_constant(a) && is_constant(b),
        ExprKind::Call(_, arguments) => arguments.iter().all(|a| is_constant(&a.value) && a.on.is_none()),
    }
}
