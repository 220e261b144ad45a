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
