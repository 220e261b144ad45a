//! Who may do what, and who may see which cells.
//!
//! Two questions are kept apart. **Permissions** say which actions a person may take: they come from roles ([`Policy`],
//! [`EffectiveRole`]). **Access rights** say which cells a person may read or write: rules bind rights metrics to targets, and
//! [`Access::compile`] turns policy, person and rights into [`Mask`]s, the only thing that the vault needs to know. What a formula
//! reads for each of its cells is told as a [`Footprint`]: where that may not be read the cell may not be either.
//!
//! INVARIANTS: this crate has no type for a cell's value. A [`Mask`] comes from [`Access`] only. Nothing grants: nothing is
//! readable. The most restrictive word wins, and the order of rules never matters. [`spec`] says all of it in plain code; the
//! tests compare the compiled masks with it, cell by cell.
//!
//! A mask cannot be made up:
//!
//! ```compile_fail,E0451
//! let all = smalt_security::Mask { must: Vec::new(), deny: Vec::new(), fingerprint: 0 };
//! ```

mod access;
mod check;
mod error;
mod facts;
mod fingerprint;
mod footprint;
mod for_all;
mod ground;
mod inherit;
mod lens;
mod look;
mod mask;
mod parts;
mod people;
mod permission;
mod policy;
mod principal;
mod profile;
mod profiles;
mod proposal;
mod reach;
mod region;
mod role;
mod rule;
mod scenario;
mod search;
pub mod spec;
mod spread;
mod words;

pub use access::Access;
pub use error::PolicyError;
pub use facts::Facts;
pub use footprint::{Footprint, Footprints, Look};
pub use ground::Ground;
pub use mask::{Clauses, Mask, Shape};
pub use people::{Grantee, Group, User, UserKind, UserState};
pub use permission::{Permission, Permissions, missing};
pub use policy::{Inheritance, Mode, Policy};
pub use principal::{EffectiveRole, Principal, Step, Way};
pub use profiles::{Profiles, ProfilesTally};
pub use reach::Target;
pub use region::{Axis, BLANK, Region, RegionSet};
pub use role::{Role, Word, roles};
pub use rule::{Action, Half, Halves, Path, Rule, RuleTarget};
pub use scenario::ScenarioRight;
