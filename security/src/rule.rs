//! Rules bind a rights metric to what it protects.

use serde::{Deserialize, Serialize};
use smalt_model::{Block, DimensionId, ListId, MetricId, Rights, Schema, Type};

/// Reading or writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Half {
    /// May it be read?
    Read,
    /// May it be written?
    Write,
}

impl Half {
    /// What a right says of it.
    pub(crate) fn of(self, right: Rights) -> Option<bool> {
        match self {
            Half::Read => right.read,
            Half::Write => right.write,
        }
    }
}

/// The halves that a rule speaks about: `READ`, `WRITE`, or `READ, WRITE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Halves {
    /// `READ`
    Read,
    /// `WRITE`
    Write,
    /// `READ, WRITE`
    Both,
}

impl Halves {
    /// From two flags; `None` where neither is set.
    pub fn new(read: bool, write: bool) -> Option<Halves> {
        match (read, write) {
            (true, true) => Some(Halves::Both),
            (true, false) => Some(Halves::Read),
            (false, true) => Some(Halves::Write),
            (false, false) => None,
        }
    }

    /// Whether `half` is among them.
    pub fn contains(self, half: Half) -> bool {
        matches!((self, half), (Halves::Both, _) | (Halves::Read, Half::Read) | (Halves::Write, Half::Write))
    }
}

/// A path of properties: `Store.Country.Region` leads from a store to a region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Path {
    /// Where it starts.
    pub dimension: DimensionId,
    /// The properties that it follows, each of the dimension reached so far; not empty.
    pub properties: Vec<u16>,
}

impl Path {
    /// The dimension where it ends; `None` when some step is no property, or one whose type is no dimension.
    pub fn end(&self, schema: &Schema) -> Option<DimensionId> {
        self.properties.iter().try_fold(self.dimension, |dimension, &property| {
            match schema.dimension(dimension)?.properties.get(usize::from(property))?.ty {
                Type::Item(next) => Some(next),
                _ => None,
            }
        })
    }

    /// Each step of the path: a dimension and the property of it that is followed.
    pub fn steps<'a>(&'a self, schema: &'a Schema) -> impl Iterator<Item = (DimensionId, u16)> + 'a {
        let mut here = Some(self.dimension);
        self.properties.iter().map_while(move |&property| {
            let dimension = here?;
            here = schema.dimension(dimension).and_then(|d| d.properties.get(usize::from(property))).and_then(|p| match p.ty {
                Type::Item(next) => Some(next),
                _ => None,
            });
            Some((dimension, property))
        })
    }

    /// As written: `Store.Country.Region`.
    pub fn text(&self, schema: &Schema) -> String {
        let mut text = schema.dimension(self.dimension).map_or_else(String::new, |d| d.name.to_string());
        for (dimension, property) in self.steps(schema) {
            if let Some(def) = schema.dimension(dimension).and_then(|d| d.properties.get(usize::from(property))) {
                text.push('.');
                text.push_str(&def.name);
            }
        }
        text
    }
}

/// What a rule does at its target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// `APPLY READ, WRITE OF rights THROUGH path, path`
    Apply {
        /// The halves of the rights metric that count.
        halves: Halves,
        /// A metric of type ACCESS RIGHTS by one of `User`, `Role` and `Group`, and any other dimensions.
        rights: MetricId,
        /// How the target reaches those other dimensions where it has them not itself. A path wins over the dimension itself.
        through: Vec<Path>,
    },
    /// `IGNORE ROLE DEFAULT READ, WRITE`
    IgnoreDefault {
        /// The halves whose role default does not count here.
        halves: Halves,
    },
}

/// What a rule protects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleTarget {
    /// `TO Revenue, Cost`
    Metrics(Vec<MetricId>),
    /// `TO ALL METRICS WITH (Store, Month)`: every metric that has all of them, now or later, but rights metrics.
    AllMetricsWith(Vec<DimensionId>),
    /// `TO LIST Ledger`
    List(ListId),
    /// `TO PROPERTY Employee.Salary`
    Property(DimensionId, u16),
    /// `TO ITEMS OF Employee`
    Items(DimensionId),
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its name, unique among rules.
    pub name: String,
    /// What it does.
    pub action: Action,
    /// Where.
    pub target: RuleTarget,
}

impl Rule {
    /// The halves that it speaks about.
    pub fn halves(&self) -> Halves {
        match self.action {
            Action::Apply { halves, .. } | Action::IgnoreDefault { halves } => halves,
        }
    }

    /// The paths of its THROUGH.
    pub fn through(&self) -> &[Path] {
        match &self.action {
            Action::Apply { through, .. } => through,
            Action::IgnoreDefault { .. } => &[],
        }
    }

    /// The rights metric that it applies.
    pub fn rights(&self) -> Option<MetricId> {
        match self.action {
            Action::Apply { rights, .. } => Some(rights),
            Action::IgnoreDefault { .. } => None,
        }
    }

    /// Whether it names `block`: as its rights metric, its target, or the dimension that its target or a path starts at. Such
    /// a block cannot be dropped.
    pub fn mentions(&self, block: Block) -> bool {
        let in_target = match (&self.target, block) {
            (RuleTarget::Metrics(metrics), Block::Metric(id)) => metrics.contains(&id),
            (RuleTarget::AllMetricsWith(dimensions), Block::Dimension(id)) => dimensions.contains(&id),
            (RuleTarget::List(list), Block::List(id)) => *list == id,
            (RuleTarget::Property(dimension, _) | RuleTarget::Items(dimension), Block::Dimension(id)) => *dimension == id,
            _ => false,
        };
        let in_action = match block {
            Block::Metric(id) => self.rights() == Some(id),
            Block::Dimension(id) => self.through().iter().any(|path| path.dimension == id),
            Block::List(_) => false,
        };
        in_target || in_action
    }

    /// Whether it names a property: as its target or in a path. Such a property cannot be dropped.
    pub fn mentions_property(&self, schema: &Schema, dimension: DimensionId, property: u16) -> bool {
        self.target == RuleTarget::Property(dimension, property) || self.reads_property(schema, dimension, property)
    }

    /// Whether a path of the rule goes through a property.
    pub fn reads_property(&self, schema: &Schema, dimension: DimensionId, property: u16) -> bool {
        self.through().iter().any(|path| path.steps(schema).any(|step| step == (dimension, property)))
    }
}
