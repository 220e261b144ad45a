//! Parts of formulas, coordinates and values as they are written.

use smalt_formula::program::Node;
use smalt_model::{DimensionId, MetricId, Value, written};

use super::Origin;
use crate::formula::shown;
use crate::load::resolve::as_text;
use crate::names::SeenItems;

impl Origin<'_> {
    /// A value as text (formulas.md §1).
    pub(super) fn text(&self, value: &Value) -> Option<String> {
        Some(match value {
            Value::Item(dimension, item) => self.view.items(*dimension).name(*item)?.to_string(),
            Value::Rights(rights) => rights.to_string(),
            plain => as_text(plain)?,
        })
    }

    /// A coordinate as `AT (…)` takes it.
    pub(super) fn place(&self, at: impl Iterator<Item = (DimensionId, u32)>) -> Option<String> {
        let named = |(dimension, item): (DimensionId, u32)| {
            let name = self.view.items(dimension).name(item)?.replace('\'', "''");
            Some(format!("{} = '{name}'", self.dimension(dimension)))
        };
        let all: Vec<String> = at.filter_map(named).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    /// The name of a dimension as a statement takes it.
    pub(super) fn dimension(&self, dimension: DimensionId) -> String {
        self.view.schema().dimension(dimension).map_or_else(String::new, |def| written(&def.name))
    }

    /// The formula of a metric, for who configures blocks.
    pub(super) fn formula_text(&self, metric: MetricId) -> Option<String> {
        let text = self.written(metric)?;
        let items = SeenItems { revision: &self.state.revision, access: Some(self.access) };
        shown(&text, self.state.revision.schema(), &items).ok()
    }

    /// A part of a metric's formula as it stands in the text, for who configures blocks; the whole is told already. The formula is being taken
    /// apart, so that everything in it may be read.
    pub(super) fn text_of(&self, metric: MetricId, part: &Node) -> Option<String> {
        let whole = self.written(metric)?;
        let text = whole.get(part.span.start..part.span.end)?;
        (!text.is_empty() && text != whole.trim()).then(|| text.to_owned())
    }

    /// Who may not see formulas has definitions without them.
    fn written(&self, metric: MetricId) -> Option<String> {
        self.view.schema().metric(metric)?.formula.as_deref().map(str::to_owned)
    }
}
