//! The answer of an aggregation.

use std::fmt;

/// Groups that have a visible cell, ascending by their codes axis by axis; a column each. Columns that were not wanted are empty.
#[derive(Clone, Default, PartialEq)]
pub struct Groups {
    /// Per axis the code of each group; that of the cells without a group is the axis' number of groups.
    pub codes: Vec<Vec<u32>>,
    /// The number of cells.
    pub count: Vec<u64>,
    /// The sum, rounded once; may be infinite.
    pub sum: Vec<f64>,
    /// The lowest value.
    pub min: Vec<f64>,
    /// The highest value.
    pub max: Vec<f64>,
    pub(super) len: usize,
}

impl Groups {
    /// The number of groups. Without axes: 1, or 0 where no cell is visible.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Sorts by codes, axis by axis.
    pub(super) fn sort(&mut self) {
        let codes = |row: usize| self.codes.iter().map(move |axis| axis.get(row));
        let mut order: Vec<usize> = (0..self.len).collect();
        if order.is_sorted_by(|a, b| codes(*a).le(codes(*b))) {
            return;
        }
        order.sort_unstable_by(|a, b| codes(*a).cmp(codes(*b)));
        fn pick<T: Copy>(column: &mut Vec<T>, order: &[usize]) {
            *column = order.iter().filter_map(|row| column.get(*row).copied()).collect();
        }
        self.codes.iter_mut().for_each(|axis| pick(axis, &order));
        pick(&mut self.count, &order);
        pick(&mut self.sum, &order);
        pick(&mut self.min, &order);
        pick(&mut self.max, &order);
    }
}

impl fmt::Debug for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Groups").field("len", &self.len).finish_non_exhaustive()
    }
}
