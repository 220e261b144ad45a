//! Formulas as they are written: those that all scenarios share, and those that a metric has in one alone.

use std::sync::Arc;

use smalt_formula::Program;
use smalt_model::{DimensionDef, MetricDef, PropertyDef, ScenarioId};
use smalt_security::{Access, ScenarioRight};

use super::Change;
use crate::fault::Done;
use crate::scenario::reading_input;
use crate::settle;
use crate::statement::Place;
use crate::statement::ast::Formula;
use crate::work::{Computed, Pending, Work};

/// One formula as it is written.
pub(super) struct Written {
    pub(super) of: Computed,
    /// `Some`: it is a metric's in this scenario alone.
    pub(super) scenario: Option<ScenarioId>,
    pub(super) text: Arc<str>,
}

/// Every formula. Base is at work.
pub(super) fn all(work: &Work) -> Vec<Written> {
    let schema = work.draft.schema();
    let metrics = schema.metrics().filter_map(|m| Some((Computed::Metric(m.id), m.formula.as_ref()?)));
    let shared = metrics.map(|(of, text)| Written { of, scenario: None, text: Arc::clone(text) });
    let properties = schema.dimensions().flat_map(|d| {
        let of = |(index, p): (u16, &'_ PropertyDef)| {
            Some(Written { of: Computed::Property(d.id, index), scenario: None, text: Arc::clone(p.formula.as_ref()?) })
        };
        (0u16..).zip(&d.properties).filter_map(of).collect::<Vec<_>>()
    });
    let own = work.scenarios.own_formulas().map(|(scenario, metric, own)| Written {
        of: Computed::Metric(metric),
        scenario: Some(scenario.id),
        text: Arc::clone(&own.text),
    });
    shared.chain(properties).chain(own).collect()
}

impl Written {
    /// The formula as it is computed, read by who sees everything: it was accepted before. One that still waits was not, and is read by who
    /// changes it, as it will be at COMMIT: else what becomes of it would tell which hidden items there are.
    pub(super) fn compile(&self, work: &Work, access: Option<&Access>) -> Done<Program> {
        let formula = Formula { text: self.text.to_string(), at: Place::START };
        let waits = work.pending.iter().any(|pending| self.is(pending));
        let program = settle::compile(work, access.filter(|_| waits), self.of, &formula)?;
        Ok(match (self.scenario, self.of) {
            (Some(_), Computed::Metric(metric)) => reading_input(program, metric),
            _ => program,
        })
    }

    /// The same formula where it still waits for COMMIT.
    pub(super) fn waiting<'a>(&self, work: &'a mut Work) -> Option<&'a mut Pending> {
        work.pending.iter_mut().find(|pending| self.is(pending))
    }

    fn is(&self, pending: &Pending) -> bool {
        (pending.of, pending.scenario) == (self.of, self.scenario)
    }

    /// As one says it to somebody: the formula of `Revenue`. To who may not see that metric, property or scenario, that there is a formula and no
    /// more.
    pub(super) fn called(&self, change: &Change<'_>) -> String {
        let schema = change.work.draft.schema();
        let is_seen = match self.of {
            Computed::Metric(id) => change.seen.metric(id).is_some(),
            Computed::Property(id, _) => change.seen.dimension(id).is_some(),
        };
        let readable = |id: &ScenarioId| change.work.policy.scenario_right_of(&change.principal, *id) > ScenarioRight::None;
        let name = self.of.name(schema);
        match self.scenario.map(|id| change.work.scenarios.get(id).filter(|scenario| readable(&scenario.id))) {
            _ if !is_seen => "a formula".to_owned(),
            None => format!("the formula of `{name}`"),
            Some(Some(scenario)) => format!("the formula that `{name}` has in scenario `{}`", scenario.name),
            Some(None) => "a formula".to_owned(),
        }
    }

    /// Whether it is compiled: not set aside when the application was opened, and not waiting.
    pub(super) fn is_compiled(&self, work: &Work) -> bool {
        match (self.scenario, self.of) {
            (Some(scenario), Computed::Metric(metric)) => {
                let own = work.scenarios.get(scenario).and_then(|scenario| scenario.formulas.get(&metric));
                own.is_some_and(|own| own.program.is_some())
            }
            (_, Computed::Metric(metric)) => work.programs.metrics.contains_key(&metric),
            (_, Computed::Property(dimension, property)) => work.programs.property(dimension, property).is_some(),
        }
    }

    /// Keeps the formula in this form.
    pub(super) fn keep(&self, work: &mut Work) {
        let text = Arc::clone(&self.text);
        if let (Some(scenario), Computed::Metric(metric)) = (self.scenario, self.of) {
            work.scenarios.change(scenario, |scenario| {
                if let Some(own) = scenario.formulas.get_mut(&metric) {
                    own.text = text;
                }
            });
            return;
        }
        let schema = work.draft.schema_mut();
        match self.of {
            Computed::Metric(id) => {
                if let Some(def) = schema.metric(id).map(Arc::clone) {
                    schema.put_metric(MetricDef { formula: Some(text), ..MetricDef::clone(&def) });
                }
            }
            Computed::Property(id, property) => {
                if let Some(def) = schema.dimension(id).map(Arc::clone) {
                    let mut def = DimensionDef::clone(&def);
                    if let Some(slot) = def.properties.get_mut(usize::from(property)) {
                        slot.formula = Some(text);
                    }
                    schema.put_dimension(def);
                }
            }
        }
    }

    /// Puts its program, read anew, in the place of the one before.
    pub(super) fn put(&self, work: &mut Work, program: Program) {
        let program = Arc::new(program);
        match (self.scenario, self.of) {
            (Some(scenario), Computed::Metric(metric)) => work.scenarios.change(scenario, |scenario| {
                if let Some(own) = scenario.formulas.get_mut(&metric) {
                    own.program = Some(program);
                }
            }),
            (_, Computed::Metric(metric)) => drop(work.programs.metrics.insert(metric, program)),
            (_, Computed::Property(dimension, property)) => {
                let same = |(d, p, _): &&mut (_, u16, _)| (*d, *p) == (dimension, property);
                if let Some((.., slot)) = work.programs.properties.iter_mut().find(same) {
                    *slot = program;
                }
            }
        }
    }
}
