//! What a right is asked for, which rules cover it, and how a rule's rights metric is reached from there.

use smalt_model::{DimensionId, ListId, MetricId, Schema, SystemDimension, Type};

use crate::error::Fault;
use crate::footprint::at;
use crate::rule::{Half, Path, Rule, RuleTarget};
use crate::{BLANK, Facts};

/// What a right is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// The cells of a metric, by its declared dimensions.
    Metric(MetricId),
    /// The cells of a formula that is not saved, by these dimensions: as if it were a metric of its author.
    Unsaved(Vec<DimensionId>),
    /// The rows of a list, by its columns.
    List(ListId),
    /// The items of a dimension, by the item.
    Items(DimensionId),
    /// A property of a dimension, by the item.
    Property(DimensionId, u16),
}

impl Target {
    /// The coordinates that are items: position and dimension, for a subset the one whose items it has. `None` if there is no such target.
    pub(crate) fn keys(&self, schema: &Schema) -> Option<Vec<(usize, DimensionId)>> {
        // A subset has the items of its dimension: whatever is said of them is said of it.
        let numbered = |dimensions: &[DimensionId]| dimensions.iter().map(|d| schema.whole(*d)).enumerate().collect();
        match self {
            Target::Metric(metric) => Some(numbered(&schema.metric(*metric)?.dimensions)),
            Target::Unsaved(dimensions) => Some(numbered(dimensions)),
            Target::List(list) => {
                let types = schema.list(*list)?.columns.iter().map(|column| column.ty).enumerate();
                Some(types.filter_map(|(position, ty)| item_of(ty).map(|dimension| (position, schema.whole(dimension)))).collect())
            }
            Target::Items(dimension) => schema.dimension(*dimension).map(|_| vec![(0, schema.whole(*dimension))]),
            Target::Property(dimension, property) => {
                schema.dimension(*dimension)?.properties.get(usize::from(*property)).map(|_| vec![(0, schema.whole(*dimension))])
            }
        }
    }

    /// The same of the dimension whose items a subset has: what is said of its items and their properties is said there.
    pub(crate) fn whole(&self, schema: &Schema) -> Target {
        match self {
            Target::Items(dimension) => Target::Items(schema.whole(*dimension)),
            Target::Property(dimension, property) => Target::Property(schema.whole(*dimension), *property),
            other => other.clone(),
        }
    }

    /// Whether it is a metric of type ACCESS RIGHTS.
    pub(crate) fn is_rights(&self, schema: &Schema) -> bool {
        matches!(self, Target::Metric(metric) if schema.metric(*metric).is_some_and(|def| def.ty == Type::Rights))
    }

    /// Whether it is readable to all while no rule speaks of it.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Target::Items(_) | Target::Property(..))
    }
}

/// The dimension of an item type.
pub(crate) fn item_of(ty: Type) -> Option<DimensionId> {
    match ty {
        Type::Item(dimension) => Some(dimension),
        _ => None,
    }
}

impl Rule {
    /// Whether the rule protects `target`.
    pub fn covers(&self, target: &Target, schema: &Schema) -> bool {
        match (&self.target, target) {
            (RuleTarget::Metrics(metrics), Target::Metric(metric)) => metrics.contains(metric),
            (RuleTarget::AllMetricsWith(with), Target::Metric(_) | Target::Unsaved(_)) => {
                !target.is_rights(schema)
                    && target.keys(schema).is_some_and(|keys| with.iter().all(|d| keys.iter().any(|(_, key)| key == d)))
            }
            (RuleTarget::List(list), Target::List(asked)) => list == asked,
            (RuleTarget::Items(dimension), Target::Items(asked)) => *dimension == schema.whole(*asked),
            (RuleTarget::Property(dimension, property), Target::Property(d, p)) => *dimension == schema.whole(*d) && property == p,
            _ => false,
        }
    }

    /// Whether the rule says something about one half of `target`.
    pub(crate) fn speaks(&self, half: Half, target: &Target, schema: &Schema) -> bool {
        self.halves().contains(half) && self.covers(target, schema)
    }

    /// All ways to read the rule's rights metric at a cell: per way one reach for each of `others`, in their order. Where several
    /// paths, or several columns, lead to a dimension, each combination is a way of its own and each gives a word. A path of
    /// THROUGH wins over the dimension itself. No way at all: the rule cannot be read, which [`Rule::check`] refuses.
    pub(crate) fn readings(&self, others: &[DimensionId], keys: &[(usize, DimensionId)], schema: &Schema) -> Vec<Vec<Reach<'_>>> {
        others.iter().fold(vec![Vec::new()], |ways, &other| {
            let reaches = self.reaches(other, keys, schema);
            let extended = ways.iter().flat_map(|way| reaches.iter().map(move |reach| way.iter().copied().chain([*reach]).collect()));
            extended.collect()
        })
    }

    /// Whose words it applies, and all ways to read them at a cell of `target`; `None` if it cannot be read.
    pub(crate) fn ways(&self, target: &Target, schema: &Schema) -> Option<(SystemDimension, Vec<Vec<Reach<'_>>>)> {
        let dimensions = RightsDimensions::of(self.rights()?, schema).ok()?;
        let ways = self.readings(&dimensions.others, &target.keys(schema)?, schema);
        (!ways.is_empty()).then_some((dimensions.principal, ways))
    }

    fn reaches(&self, other: DimensionId, keys: &[(usize, DimensionId)], schema: &Schema) -> Vec<Reach<'_>> {
        let paths = self.through().iter().filter(|path| path.end(schema) == Some(other));
        let through = paths
            .flat_map(|path| {
                let starts = keys.iter().filter(|(_, dimension)| *dimension == path.dimension);
                starts.map(move |(position, _)| Reach { position: *position, path: Some(path) })
            })
            .collect::<Vec<_>>();
        if through.is_empty() {
            let direct = keys.iter().filter(|(_, dimension)| *dimension == other);
            return direct.map(|(position, _)| Reach { position: *position, path: None }).collect();
        }
        through
    }
}

/// From a coordinate, along a path or not, to an item of a rights metric's dimension.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach<'a> {
    /// The coordinate.
    pub(crate) position: usize,
    /// The path from there; `None`: the item itself.
    pub(crate) path: Option<&'a Path>,
}

impl Reach<'_> {
    /// The item that it leads to from a cell, [`BLANK`] if there is none.
    pub(crate) fn end(&self, facts: &dyn Facts, cell: &[u32]) -> u32 {
        let item = at(cell, self.position);
        self.path.map_or(item, |path| facts.path(path).get(item as usize).copied().unwrap_or(BLANK))
    }
}

/// The dimensions of a rights metric, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct RightsDimensions {
    /// Whose words they are.
    pub(crate) principal: SystemDimension,
    /// The other dimensions as declared.
    pub(crate) others: Vec<DimensionId>,
}

impl RightsDimensions {
    /// Refuses what is no rights metric by exactly one of `User`, `Role` and `Group`.
    pub(crate) fn of(metric: MetricId, schema: &Schema) -> Result<RightsDimensions, Fault> {
        let def = schema.metric(metric).ok_or(Fault::TargetGone)?;
        if def.ty != Type::Rights {
            return Err(Fault::NotRights { metric: def.name.to_string() });
        }
        let system = |dimension: &DimensionId| schema.dimension(*dimension).and_then(|d| d.system);
        let principals = def.dimensions.iter().filter_map(system).collect::<Vec<_>>();
        match principals.as_slice() {
            [principal] => Ok(RightsDimensions {
                principal: *principal,
                others: def.dimensions.iter().copied().filter(|d| system(d).is_none()).collect(),
            }),
            _ => Err(Fault::NoPrincipal { metric: def.name.to_string(), found: principals.len() }),
        }
    }
}
