//! The rows of a transaction list.

use std::fmt;
use std::sync::Arc;

use smalt_model::{ListDef, Type};

use crate::stamp;
use crate::vector::Vector;

/// One immutable version of a list's rows, column by column. Cheap to clone.
#[derive(Clone)]
pub struct Rows {
    stamp: u64,
    columns: Vec<Arc<Vector>>,
    len: usize,
}

impl Rows {
    /// No rows yet, with the columns of a list.
    pub fn empty(def: &ListDef) -> Rows {
        Rows { stamp: stamp::next(), columns: def.columns.iter().map(|c| Arc::new(Vector::blank(c.ty, 0))).collect(), len: 0 }
    }

    /// A number that no other version of any list's rows in this process has.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number of columns.
    pub fn column_count(&self) -> usize {
        self.columns.len()
    }

    /// A column, `len` long.
    pub fn column(&self, column: u16) -> Option<&Arc<Vector>> {
        self.columns.get(usize::from(column))
    }

    /// These rows and more behind them, one vector per column; columns that are left out or too short are BLANK there. Consumes
    /// this version, so that nothing is copied when nobody else holds it.
    pub fn append(mut self, more: Vec<Vector>) -> Rows {
        self.len += more.iter().map(Vector::len).max().unwrap_or(0);
        let mut more = more.into_iter();
        for column in &mut self.columns {
            let added = more.next();
            let values = Arc::make_mut(column);
            match added {
                Some(added) if values.is_empty() && added.ty() == values.ty() => *values = added,
                Some(added) => values.append(&added),
                None => {}
            }
            let short = self.len.saturating_sub(values.len());
            values.append(&Vector::blank(values.ty(), short));
        }
        self.stamp = stamp::next();
        self
    }

    /// The rows at these places only, in their order.
    pub fn keep(&self, places: &[usize]) -> Rows {
        let columns = self.columns.iter().map(|c| Arc::new(c.take(places))).collect();
        Rows { stamp: stamp::next(), columns, len: places.len() }
    }

    /// Replaces a column by one of the same length and type; another one is not taken.
    pub fn set_column(&mut self, column: u16, values: Vector) {
        if let Some(slot) = self.columns.get_mut(usize::from(column))
            && values.len() == self.len
            && values.ty() == slot.ty()
        {
            *slot = Arc::new(values);
            self.stamp = stamp::next();
        }
    }

    /// Adds a column behind the others, BLANK everywhere.
    pub fn add_column(&mut self, ty: Type) {
        self.columns.push(Arc::new(Vector::blank(ty, self.len)));
        self.stamp = stamp::next();
    }

    /// Takes a column out; those behind it move up.
    pub fn drop_column(&mut self, column: u16) {
        if usize::from(column) < self.columns.len() {
            self.columns.remove(usize::from(column));
            self.stamp = stamp::next();
        }
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("columns", &self.columns.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use smalt_model::{ColumnDef, ListDef, ListId, Type};

    use super::Rows;
    use crate::vector::Vector;

    fn rows() -> Rows {
        let column = |name: &str, ty| ColumnDef { name: Arc::from(name), ty };
        Rows::empty(&ListDef {
            id: ListId(0),
            name: Arc::from("Ledger"),
            columns: vec![column("Amount", Type::Number), column("Day", Type::Date)],
        })
    }

    #[test]
    fn rows_are_put_behind_and_gaps_are_blank() {
        let one = rows().append(vec![Vector::Number(vec![1.0, 2.0]), Vector::Date(vec![7])]);
        let two = one.clone().append(vec![Vector::Number(vec![3.0])]);
        assert_eq!((one.len(), two.len()), (2, 3));
        assert_eq!(one.column(1).unwrap().as_ref(), &Vector::Date(vec![7, i32::MIN]));
        assert_eq!(two.column(0).unwrap().as_ref(), &Vector::Number(vec![1.0, 2.0, 3.0]));
        assert_eq!(two.column(1).unwrap().as_ref(), &Vector::Date(vec![7, i32::MIN, i32::MIN]));
        assert_ne!(one.stamp(), two.stamp());
        assert_eq!(two.keep(&[2, 0]).column(0).unwrap().as_ref(), &Vector::Number(vec![3.0, 1.0]));
    }

    #[test]
    fn a_column_of_another_type_is_blank() {
        let one = rows().append(vec![Vector::Date(vec![3, 4])]);
        assert!((0..2).all(|row| one.column(0).unwrap().is_blank(row)));
        assert_eq!(one.column(0).unwrap().ty(), Type::Number);
    }

    #[test]
    fn columns_come_and_go() {
        let mut list = rows().append(vec![Vector::Number(vec![1.0, 2.0])]);
        list.add_column(Type::Boolean);
        list.set_column(2, Vector::Boolean(vec![1, 0]));
        list.set_column(2, Vector::Boolean(vec![1]));
        list.drop_column(1);
        assert_eq!((list.column_count(), list.column(1).unwrap().as_ref()), (2, &Vector::Boolean(vec![1, 0])));
    }
}
