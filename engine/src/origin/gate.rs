//! For whom a formula is taken apart.

use std::sync::Arc;

use smalt_formula::program::{Kind, Node, Program};
use smalt_model::{DimensionId, MetricDef};
use smalt_security::{Mask, Shape};

use super::Origin;
use crate::footprint::of_part;
use crate::formula::reads_closed;

impl Origin<'_> {
    /// Whether who asks may read a cell and everything that its formula reads for it, whatever cuts inheritance, and though no rule speaks of
    /// it: then the role's default closes it, which concerns what is read and not what is made of it.
    pub(super) fn tells(&self, def: &MetricDef, program: &Program, root: &Node, cell: &[u32]) -> bool {
        let known = self.gates.borrow().get(&def.id).cloned();
        let gate = known.unwrap_or_else(|| {
            let schema = self.state.revision.schema();
            let open = !reads_closed(program, schema, self.access);
            let gate = open.then(|| {
                let footprint = of_part(&self.state.revision, &self.state.programs, root, &def.dimensions);
                self.access.reading_part(&def.dimensions, &footprint)
            });
            self.gates.borrow_mut().insert(def.id, gate.clone());
            gate
        });
        self.access.reading(def.id).allows(cell) && gate.is_some_and(|mask| mask.allows(cell))
    }

    /// Where a part of a formula may be read, by these dimensions in this order; `None`: everywhere. For a metric that is its own right.
    pub(super) fn reading(&self, part: &Node, dims: &[DimensionId]) -> Option<Arc<Mask>> {
        let mask = match &part.kind {
            Kind::Metric(metric) if self.state.revision.schema().metric(*metric).is_some_and(|def| def.dimensions == dims) => {
                self.access.reading(metric.whole())
            }
            _ => {
                let footprint = of_part(&self.state.revision, &self.state.programs, part, dims);
                self.access.reading_part(dims, &footprint)
            }
        };
        (mask.shape() != Shape::Everything).then_some(mask)
    }
}
