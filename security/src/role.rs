//! Roles: a set of permissions and a default word for each half.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::rule::Half;
use crate::{Permission, Permissions};

/// What a role default or a rule says about a cell. The order is the order of restriction: the smallest word wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Word {
    /// No.
    Denied,
    /// Nothing: another word must allow.
    Unspecified,
    /// Yes, unless another word denies.
    Allowed,
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Word::Denied => "DENIED",
            Word::Unspecified => "UNSPECIFIED",
            Word::Allowed => "ALLOWED",
        })
    }
}

/// A role. Its name is that of its item in the dimension `Role`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// What its holder may do.
    pub permissions: Permissions,
    /// The default for reading.
    pub read: Word,
    /// The default for writing.
    pub write: Word,
}

impl Role {
    /// A role that permits nothing and says nothing.
    pub fn empty(name: String) -> Role {
        Role { name, permissions: Permissions::none(), read: Word::Unspecified, write: Word::Unspecified }
    }

    /// The default of one half.
    pub fn default_word(&self, half: Half) -> Word {
        match half {
            Half::Read => self.read,
            Half::Write => self.write,
        }
    }
}

/// The five roles that every application starts with, and the ordinals of their items in the dimension `Role`.
pub mod roles {
    use super::{Permission as P, Permissions, Role, Word};

    /// All permissions; cannot be altered or dropped.
    pub const ADMIN: u32 = 0;
    /// Builds the model.
    pub const MODELER: u32 = 1;
    /// Builds views and boards.
    pub const DESIGNER: u32 = 2;
    /// Enters data.
    pub const CONTRIBUTOR: u32 = 3;
    /// Reads.
    pub const READER: u32 = 4;

    /// The five roles in the order of their ordinals.
    pub fn seeded() -> [Role; 5] {
        let role =
            |name: &str, permissions: Permissions, write: Word| Role { name: name.to_owned(), permissions, read: Word::Allowed, write };
        let set = |permissions: &[P]| permissions.iter().copied().collect::<Permissions>();
        [
            role("Admin", Permissions::all(), Word::Allowed),
            role("Modeler", Permissions::all().without(set(&[P::DefineSecurity, P::ViewUpdates])), Word::Allowed),
            role(
                "Designer",
                set(&[
                    P::DisplayApplication,
                    P::ManageFolders,
                    P::DisplayBlockExplorer,
                    P::UsePlayground,
                    P::ConfigureViews,
                    P::OpenBoards,
                    P::ConfigureBoards,
                    P::CommentOnBoards,
                    P::ExportData,
                ]),
                Word::Allowed,
            ),
            role(
                "Contributor",
                set(&[
                    P::DisplayApplication,
                    P::DisplayBlockExplorer,
                    P::UsePlayground,
                    P::CreateScenarios,
                    P::ManageListItems,
                    P::ImportData,
                    P::OpenBoards,
                    P::CommentOnBoards,
                    P::ExportData,
                ]),
                Word::Allowed,
            ),
            role("Reader", set(&[P::DisplayApplication, P::OpenBoards]), Word::Denied),
        ]
    }
}
