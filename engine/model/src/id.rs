//! Identities that outlive a renaming.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The place of the definition in its [`Schema`](crate::Schema).
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(
    /// A dimension.
    DimensionId
);
id!(
    /// A metric.
    MetricId
);
id!(
    /// A transaction list.
    ListId
);
id!(
    /// A scenario.
    ScenarioId
);

impl ScenarioId {
    /// The scenario that every application has.
    pub const BASE: ScenarioId = ScenarioId(0);
}

/// Stands in an id for the input of a metric that has a formula of its own in a scenario.
const INPUT: u32 = 1 << 31;

impl MetricId {
    /// The input cells of this metric, where a scenario has given it a formula of its own: what the metric's name means in that formula.
    pub fn input(self) -> MetricId {
        MetricId(self.0 | INPUT)
    }

    /// Whether it stands for the input of a metric.
    pub fn is_input(self) -> bool {
        self.0 & INPUT != 0
    }

    /// The metric itself, for its input as well.
    pub fn whole(self) -> MetricId {
        MetricId(self.0 & !INPUT)
    }
}
