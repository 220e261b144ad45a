//! Deliberate leaks, to prove that the tests would catch them.
//!
//! Where the engine guards what a person may not see, one line asks [`planted`] whether to make a certain mistake there. The answer is a
//! constant `false`, and the mistake is compiled away, in every build but that of one test: the one with the feature `planted` of `smalt`,
//! which runs itself once for each [`Leak`] and requires that a test of leaks fails. Even there nothing leaks unless the environment names
//! a leak. An optimised build refuses the feature, and so does the command.

#[cfg(all(feature = "on", not(debug_assertions)))]
compile_error!("leaks are planted for a test, never in a release build");

/// Whether leaks can be planted in this build. Programs require that they cannot.
pub const CAN_BE_PLANTED: bool = cfg!(feature = "on");

macro_rules! leaks {
    ($($(#[$doc:meta])+ $name:ident,)+) => {
        /// A mistake that would tell a person of what they may not see.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Leak {
            $($(#[$doc])+ $name,)+
        }

        impl Leak {
            /// All of them.
            pub const ALL: &[Leak] = &[$(Leak::$name),+];
        }
    };
}

leaks! {
    // Rights.
    /// A denial is outvoted by a word that allows.
    OutvotedDenials,
    /// A cell keyed by a hidden item is shown.
    CellsOfHiddenItems,
    /// Everybody sees all lines of `User`, `Role` and `Group`.
    LinesOfOthers,
    /// Rights metrics are readable like others.
    ReadableRights,
    /// Who may write a cell needs no right to read it.
    WriteWithoutRead,

    // Inheritance.
    /// The condition of a filter is not inherited.
    FreeConditions,
    /// The mapping of an aggregation is not inherited.
    FreeMappings,
    /// A window is judged by its own item alone.
    FreeWindows,
    /// An aggregation is judged by the items that share the coordinate's own ordinal, not by its group.
    FreeGroups,
    /// Metrics that are solved together inherit from their own formula alone.
    FreeRecurrences,
    /// A formula of items does not inherit the items that it could hold.
    FreeHeldItems,

    // Masks over blocks.
    /// A resolved mask is shared by all who read the same block.
    SharedMasks,
    /// A block under a patch is shown whole.
    UnmaskedPatches,
    /// A cell that holds a hidden item is shown.
    HeldItems,
    /// The rows of a list are shown whole.
    UnmaskedLists,
    /// Aggregates are over all cells of the blocks that are touched.
    TotalsOfAllCells,
    /// COUNT takes the lengths of blocks.
    CountsOfBlocks,
    /// A single cell is looked up without its mask.
    UnmaskedCells,

    // Items.
    /// Positions count hidden items.
    PositionsOfAllItems,
    /// Items stand as a hidden property orders them.
    OrderOfHiddenValues,
    /// A property is read at every item.
    UnmaskedProperties,
    /// A path goes through hidden items.
    HiddenParents,
    /// Buffers hold the names of all items, also of those that are in no row.
    NamesInBuffers,

    // Plans.
    /// LIMIT counts cells before the mask.
    LimitBeforeMask,
    /// Tables have the number of all cells as a statistic.
    RowsInStatistics,
    /// EXPLAIN prints the number of all cells.
    RowsInPlans,

    // What is told.
    /// Catalogs show every block.
    WholeCatalogs,
    /// Questions are offered the names of hidden blocks.
    SuggestedBlocks,
    /// Formulas are offered the names of hidden items.
    SuggestedItems,
    /// A formula is shown with the names of hidden items.
    UnredactedFormulas,
    /// EVALUATE shows all cells of its result.
    UnmaskedPlayground,
    /// SHOW AUDIT shows everybody's events.
    UnmaskedAudit,
    /// Progress names hidden metrics.
    ProgressOfHidden,

    // Writes.
    /// A refusal counts hidden cells.
    CountedRefusals,
    /// Rights are judged before what is wrong with the rows.
    RightsBeforeFaults,
    /// A clash with a hidden item is told.
    ToldClashes,
    /// A loop through a hidden link is named.
    ToldLoops,
    /// DELETE and UPDATE number rows among all of a list.
    RowsOfAll,
    /// An item is deleted with cells that its remover may not write.
    DeletedUnseen,
}

/// Whether a leak is planted.
#[cfg(not(feature = "on"))]
#[inline(always)]
pub const fn planted(_: Leak) -> bool {
    false
}

/// Carries a number past the wall for planted leaks; nowhere in a product.
#[cfg(not(feature = "on"))]
#[inline(always)]
pub fn whisper(_: &[Leak], _: impl FnOnce() -> Option<u64>) {}

/// The number that was whispered last for a leak.
#[cfg(not(feature = "on"))]
#[inline(always)]
pub const fn heard(_: Leak) -> Option<u64> {
    None
}

#[cfg(feature = "on")]
pub use on::{VARIABLE, heard, planted, whisper};

#[cfg(feature = "on")]
mod on {
    use std::sync::{Mutex, OnceLock, PoisonError};

    use crate::Leak;

    /// The environment variable that names the leak of a process.
    pub const VARIABLE: &str = "SMALT_PLANTED";

    static WHISPERED: Mutex<Option<u64>> = Mutex::new(None);

    /// Whether a leak is planted.
    pub fn planted(leak: Leak) -> bool {
        static PLANTED: OnceLock<Option<Leak>> = OnceLock::new();
        let find = || {
            let name = std::env::var(VARIABLE).ok()?;
            Leak::ALL.iter().copied().find(|leak| format!("{leak:?}") == name)
        };
        *PLANTED.get_or_init(find) == Some(leak)
    }

    /// Carries a number past the wall for planted leaks.
    pub fn whisper(leaks: &[Leak], number: impl FnOnce() -> Option<u64>) {
        if leaks.iter().any(|leak| planted(*leak)) {
            *WHISPERED.lock().unwrap_or_else(PoisonError::into_inner) = number();
        }
    }

    /// The number that was whispered last, if the leak is planted.
    pub fn heard(leak: Leak) -> Option<u64> {
        WHISPERED.lock().unwrap_or_else(PoisonError::into_inner).filter(|_| planted(leak))
    }
}
