//! The actions that a role may allow.

use std::fmt;

use serde::{Deserialize, Serialize};
use smalt_model::same_name;

use crate::PolicyError;
use crate::error::Fault;

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// One action of the contract.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Permission {
            $($(#[$doc])* $variant,)*
        }

        impl Permission {
            /// Every permission, in the contract's order.
            pub const ALL: &'static [Permission] = &[$(Permission::$variant,)*];

            /// Its name in the contract.
            pub fn name(self) -> &'static str {
                match self {
                    $(Permission::$variant => $name,)*
                }
            }
        }
    };
}

permissions! {
    /// See that the application exists and open a session in it.
    DisplayApplication = "Display Application",
    /// Change the application's settings, lock it.
    ConfigureApplication = "Configure Application",
    /// Edit roles, groups, rules and rights metrics.
    DefineSecurity = "Define Application security",
    /// Create and extend calendars.
    ConfigureCalendars = "Configure calendars",
    /// Read the history of the model and of blocks.
    ViewUpdates = "View Application and Blocks updates",
    /// Manage folders.
    ManageFolders = "Create & Delete Folders",
    /// Create scenarios and snapshots, merge.
    CreateScenarios = "Create scenarios",
    /// Delete scenarios.
    DeleteScenarios = "Delete scenarios",
    /// See all blocks in the catalog.
    DisplayBlockExplorer = "Display Block Explorer",
    /// Create, alter and drop blocks and formulas.
    ConfigureBlocks = "Configure Blocks",
    /// Evaluate a formula without saving it.
    UsePlayground = "Use formula playground",
    /// Create, alter and drop saved views.
    ConfigureViews = "Configure Views",
    /// Add, rename and remove items, set their properties.
    ManageListItems = "Add & remove List Items",
    /// COPY … FROM.
    ImportData = "Import Data",
    /// Query blocks and change cells, as far as the rights go.
    OpenBoards = "Open Boards",
    /// Create and edit boards.
    ConfigureBoards = "Configure Boards",
    /// Comment on boards.
    CommentOnBoards = "Comment on Boards",
    /// COPY … TO and results past the application's row limit.
    ExportData = "Export Data",
    /// Create and run batch jobs.
    ConfigureAutomations = "Configure Automations",
    /// Push a test environment to production.
    Deploy = "Deploy",
}

impl Permission {
    /// The permission of that name, whatever its case. The error lists the names there are.
    pub fn parse(name: &str) -> Result<Permission, PolicyError> {
        Permission::ALL
            .iter()
            .copied()
            .find(|p| same_name(p.name(), name.trim()))
            .ok_or_else(|| Fault::UnknownPermission { name: name.to_owned() }.into())
    }

    fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The refusal of an action: it names the permission and nothing of the model.
pub fn missing(permission: Permission) -> String {
    format!("you need the permission `{permission}` for this")
}

/// A set of permissions.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Permission>", into = "Vec<Permission>")]
pub struct Permissions {
    bits: u32,
}

impl Permissions {
    /// None at all.
    pub fn none() -> Permissions {
        Permissions::default()
    }

    /// All of them.
    pub fn all() -> Permissions {
        Permission::ALL.iter().copied().collect()
    }

    /// Whether it holds `permission`.
    pub fn contains(self, permission: Permission) -> bool {
        self.bits & permission.bit() != 0
    }

    /// Those that both sets hold.
    #[must_use]
    pub fn intersection(self, other: Permissions) -> Permissions {
        Permissions { bits: self.bits & other.bits }
    }

    /// Those of this set that `other` does not hold.
    #[must_use]
    pub fn without(self, other: Permissions) -> Permissions {
        Permissions { bits: self.bits & !other.bits }
    }

    /// Its members in the contract's order.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |p| self.contains(*p))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Permissions {
        Permissions { bits: permissions.into_iter().fold(0, |bits, p| bits | p.bit()) }
    }
}

impl From<Vec<Permission>> for Permissions {
    fn from(permissions: Vec<Permission>) -> Permissions {
        permissions.into_iter().collect()
    }
}

impl From<Permissions> for Vec<Permission> {
    fn from(permissions: Permissions) -> Vec<Permission> {
        permissions.iter().collect()
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
