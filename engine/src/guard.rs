//! What rights are made of: changed only with Define Application security (security.md §1).

use std::collections::BTreeSet;

use smalt_formula::Program;
use smalt_model::{Block, DimensionId, ListId, MetricId, Schema, Type};
use smalt_security::{Permission, Policy};

use crate::fault::{Done, Fault};
use crate::reads;
use crate::state::Programs;

/// Every metric, list and property that a rule or a rights formula reads, through other formulas too.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guarded {
    metrics: BTreeSet<MetricId>,
    lists: BTreeSet<ListId>,
    properties: BTreeSet<(DimensionId, u16)>,
    /// Dimensions whose item order is read.
    orders: BTreeSet<DimensionId>,
    /// Dimensions whose items are counted or stepped over: one more item may change the rights to others.
    counted: BTreeSet<DimensionId>,
    /// Dimensions whose items all these speak of.
    items: BTreeSet<DimensionId>,
}

impl Guarded {
    pub(crate) fn of(schema: &Schema, policy: &Policy, programs: &Programs) -> Guarded {
        let mut guarded = Guarded::default();
        let mut open: Vec<MetricId> = schema.metrics().filter(|m| m.ty == Type::Rights).map(|m| m.id).collect();
        let paths = policy.rules().iter().flat_map(|rule| rule.through());
        let mut properties: Vec<(DimensionId, u16)> = paths.flat_map(|path| path.steps(schema).collect::<Vec<_>>()).collect();
        loop {
            if let Some(metric) = open.pop() {
                if guarded.metrics.insert(metric)
                    && let Some(program) = programs.metrics.get(&metric)
                {
                    guarded.follow(program, schema, &mut open, &mut properties);
                }
            } else if let Some(property) = properties.pop() {
                let known = guarded.properties.contains(&property);
                guarded.properties.insert(property);
                if let (false, Some(program)) = (known, programs.property(property.0, property.1)) {
                    guarded.follow(program, schema, &mut open, &mut properties);
                }
            } else {
                guarded.note_items(schema);
                return guarded;
            }
        }
    }

    /// The dimensions of everything that is guarded, and of what stands in it.
    fn note_items(&mut self, schema: &Schema) {
        let of_type = |ty: Type| if let Type::Item(dimension) = ty { Some(dimension) } else { None };
        let metrics = self.metrics.iter().filter_map(|metric| schema.metric(*metric));
        let metrics = metrics.flat_map(|def| def.dimensions.iter().copied().chain(of_type(def.ty)));
        let held = |(d, p): &(DimensionId, u16)| schema.dimension(*d).and_then(|def| of_type(def.properties.get(usize::from(*p))?.ty));
        let properties = self.properties.iter().flat_map(|property| std::iter::once(property.0).chain(held(property)));
        let columns =
            self.lists.iter().filter_map(|list| schema.list(*list)).flat_map(|def| def.columns.iter().filter_map(|c| of_type(c.ty)));
        let all: Vec<DimensionId> = metrics.chain(properties).chain(columns).chain(self.orders.iter().copied()).collect();
        self.items.extend(all);
        self.items = self.items.iter().map(|dimension| schema.whole(*dimension)).collect();
    }

    fn follow(&mut self, program: &Program, schema: &Schema, open: &mut Vec<MetricId>, properties: &mut Vec<(DimensionId, u16)>) {
        open.extend(program.metrics());
        properties.extend(reads::properties(program, schema));
        self.orders.extend(reads::orders(program).into_iter().flat_map(|d| reads::ordered_by(d, schema)));
        self.counted.extend(reads::counted(program).into_iter().map(|dimension| schema.whole(dimension)));
        self.lists.extend(&program.lists);
        self.items.extend(reads::dimensions(program));
    }

    pub(crate) fn metric(&self, metric: MetricId) -> bool {
        self.metrics.contains(&metric)
    }

    /// The metrics that are guarded: no scenario branches them.
    pub(crate) fn metrics(&self) -> impl Iterator<Item = MetricId> + '_ {
        self.metrics.iter().copied()
    }

    pub(crate) fn list(&self, list: ListId) -> bool {
        self.lists.contains(&list)
    }

    pub(crate) fn property(&self, dimension: DimensionId, property: u16) -> bool {
        self.properties.contains(&(dimension, property))
    }

    /// Whether the order of a dimension's items decides on rights.
    pub(crate) fn order(&self, dimension: DimensionId) -> bool {
        self.orders.contains(&dimension)
    }

    /// Whether one more item of a dimension may change the rights to what was there before.
    pub(crate) fn counts(&self, dimension: DimensionId) -> bool {
        self.counted.contains(&dimension)
    }

    /// Whether rights depend on which items a dimension has, and on which of them has which name: what is loaded under the name of one that
    /// was taken out, or that another one has got, would be under other rights.
    pub(crate) fn items(&self, dimension: DimensionId) -> bool {
        self.items.contains(&dimension)
    }

    pub(crate) fn dimension(&self, dimension: DimensionId) -> bool {
        self.properties.iter().any(|(d, _)| *d == dimension)
    }

    pub(crate) fn block(&self, block: Block) -> bool {
        match block {
            Block::Metric(id) => self.metric(id),
            Block::List(id) => self.list(id),
            Block::Dimension(id) => self.dimension(id),
        }
    }
}

/// The refusal where something is guarded and the permission is not there.
pub(crate) fn allow(guarded: bool, defines_security: bool) -> Done {
    if guarded && !defines_security { Err(Fault::missing(Permission::DefineSecurity)) } else { Ok(()) }
}
