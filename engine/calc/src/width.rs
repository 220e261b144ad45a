//! From cells of any width to the body of one.

use smalt_vault::{Body, Cells, Key};

/// A key width that a kernel is compiled for.
pub(crate) trait Width: Key {
    /// The body, if the cells have this width.
    fn body(cells: &Cells) -> Option<&Body<Self>>;
    /// The cells of a body.
    fn cells(body: Body<Self>) -> Cells;
}

impl Width for u64 {
    fn body(cells: &Cells) -> Option<&Body<u64>> {
        cells.narrow()
    }
    fn cells(body: Body<u64>) -> Cells {
        body.into()
    }
}

impl Width for u128 {
    fn body(cells: &Cells) -> Option<&Body<u128>> {
        cells.wide()
    }
    fn cells(body: Body<u128>) -> Cells {
        body.into()
    }
}
