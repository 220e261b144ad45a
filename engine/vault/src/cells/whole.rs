//! The cells of a metric, whatever the width of their keys.

use std::sync::Arc;

use smalt_model::{Type, Value};

use super::body::Body;
use super::build::Builder;
use super::compare::{Changed, Compared, compared};
use super::key::Key;
use super::layout::Layout;
use super::project::Projection;
use crate::stamp;
use crate::vector::Vector;

/// An immutable version of a metric's cells.
#[derive(Clone, Debug)]
pub struct Cells {
    stamp: u64,
    width: Width,
}

#[derive(Clone, Debug)]
enum Width {
    Narrow(Body<u64>),
    Wide(Body<u128>),
}

/// Edits of one metric's cells: a coordinate (one ordinal per dimension as the layout has them) and a value or BLANK.
#[derive(Clone, Debug)]
pub struct Edits {
    keys: Vec<u128>,
    values: Vector,
}

impl Edits {
    /// No edits yet.
    pub fn new(ty: Type) -> Edits {
        Edits { keys: Vec::new(), values: Vector::blank(ty, 0) }
    }

    /// Edits from packed coordinates, in any order.
    pub fn from_keys(keys: Vec<u128>, values: Vector) -> Edits {
        Edits { keys, values }
    }

    /// Adds an edit; the coordinate is packed under the layout of the cells that it is for.
    pub fn push(&mut self, key: u128, value: Option<&Value>) {
        self.keys.push(key);
        self.values.push(value);
    }

    /// The number of edits.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no edit.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Sorts by coordinate. `Err` names the place (in the order of adding) of an edit whose coordinate came before.
    fn sorted(self) -> Result<(Vec<u128>, Vector), usize> {
        if self.keys.windows(2).all(|w| matches!(w, [a, b] if a < b)) {
            return Ok((self.keys, self.values));
        }
        let mut order: Vec<usize> = (0..self.keys.len()).collect();
        order.sort_by_key(|i| (self.keys.get(*i).copied(), *i));
        if let Some(twice) = order.windows(2).find_map(|w| match w {
            [a, b] if self.keys.get(*a) == self.keys.get(*b) => Some(*b),
            _ => None,
        }) {
            return Err(twice);
        }
        Ok((order.iter().filter_map(|i| self.keys.get(*i).copied()).collect(), self.values.take(&order)))
    }
}

/// Runs `$body` with `$b` bound to the [`Body`] of either width.
#[macro_export]
macro_rules! each_width {
    ($cells:expr, $b:ident => $body:expr) => {
        match ($cells).narrow() {
            Some($b) => $body,
            None => match ($cells).wide() {
                Some($b) => $body,
                None => unreachable!("cells are narrow or wide"),
            },
        }
    };
}

impl Cells {
    fn new(width: Width) -> Cells {
        Cells { stamp: stamp::next(), width }
    }

    /// No cells.
    pub fn empty(layout: Arc<Layout>, ty: Type) -> Cells {
        if layout.is_wide() { Body::<u128>::empty(layout, ty).into() } else { Body::<u64>::empty(layout, ty).into() }
    }

    /// A number that no other version of any cells in this process has.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// The body under `u64` keys, if that is the width.
    pub fn narrow(&self) -> Option<&Body<u64>> {
        match &self.width {
            Width::Narrow(body) => Some(body),
            Width::Wide(_) => None,
        }
    }

    /// The body under `u128` keys, if that is the width.
    pub fn wide(&self) -> Option<&Body<u128>> {
        match &self.width {
            Width::Wide(body) => Some(body),
            Width::Narrow(_) => None,
        }
    }

    /// Where each dimension stands in a key.
    pub fn layout(&self) -> &Arc<Layout> {
        match &self.width {
            Width::Narrow(body) => body.layout(),
            Width::Wide(body) => body.layout(),
        }
    }

    /// The type of the values.
    pub fn ty(&self) -> Type {
        match &self.width {
            Width::Narrow(body) => body.ty(),
            Width::Wide(body) => body.ty(),
        }
    }

    /// The number of cells.
    pub fn len(&self) -> u64 {
        match &self.width {
            Width::Narrow(body) => body.len(),
            Width::Wide(body) => body.len(),
        }
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of one cell.
    pub fn get(&self, items: &[u32]) -> Option<Value> {
        if !self.layout().holds(items) {
            return None;
        }
        match &self.width {
            Width::Narrow(body) => body.probe(&[self.layout().pack(items)]).get(0),
            Width::Wide(body) => body.probe(&[self.layout().pack(items)]).get(0),
        }
    }

    /// All cells as (coordinate packed wide, value), ascending. For small sets: it decodes everything.
    pub fn entries(&self) -> (Vec<u128>, Vector) {
        fn all<K: Key>(body: &Body<K>) -> (Vec<u128>, Vector) {
            let (keys, values) = body.entries();
            (keys.into_iter().map(Key::wide).collect(), values)
        }
        match &self.width {
            Width::Narrow(body) => all(body),
            Width::Wide(body) => all(body),
        }
    }

    /// These cells with edits applied. `Err` names the place of an edit whose coordinate stands twice.
    pub fn apply(&self, edits: Edits) -> Result<Cells, usize> {
        let (keys, values) = edits.sorted()?;
        Ok(match &self.width {
            Width::Narrow(body) => body.apply(&keys.iter().map(|k| u64::narrow(*k)).collect::<Vec<_>>(), &values).into(),
            Width::Wide(body) => body.apply(&keys, &values).into(),
        })
    }

    /// The coordinates at which these cells differ from the version before, came or went: packed, ascending. `None` where they are more than
    /// `most`, or the two have not the same layout and type.
    pub fn changed_from(&self, before: &Cells, most: usize) -> Option<Vec<u128>> {
        self.compared(before, most)?.1.keys
    }

    /// At how many coordinates these cells differ from the version before, came or went. `None` where that would take too long to tell, or the two have
    /// not the same layout and type.
    pub fn count_changed_from(&self, before: &Cells) -> Option<u64> {
        self.compared(before, 0)?.1.count
    }

    /// These cells with the blocks of the version before where they hold the same, and where they differ, telling at most so many coordinates. Where
    /// nothing differs it is the version before.
    pub fn reconciled(self, before: &Arc<Cells>, most: usize) -> (Arc<Cells>, Changed<u128>) {
        match self.compared(before, most) {
            Some((_, changed)) if changed.count == Some(0) => (Arc::clone(before), changed),
            Some((cells, changed)) => (Arc::new(cells), changed),
            None => (Arc::new(self), Changed::default()),
        }
    }

    fn compared(&self, before: &Cells, most: usize) -> Option<(Cells, Changed<u128>)> {
        fn of<K: Key>(now: &Body<K>, before: &Body<K>, most: usize) -> (Body<K>, Changed<u128>) {
            let Compared { blocks, changed: Changed { count, keys } } = compared(now, before, most);
            let body = Body::from_blocks(Arc::clone(now.layout()), now.ty(), blocks);
            (body, Changed { count, keys: keys.map(|keys| keys.into_iter().map(Key::wide).collect()) })
        }
        if self.layout() != before.layout() || self.ty() != before.ty() {
            return None;
        }
        match (&self.width, &before.width) {
            (Width::Narrow(now), Width::Narrow(before)) => Some(of(now, before, most)).map(|(body, changed)| (body.into(), changed)),
            (Width::Wide(now), Width::Wide(before)) => Some(of(now, before, most)).map(|(body, changed)| (body.into(), changed)),
            _ => None,
        }
    }

    /// The values at some packed coordinates, BLANK where there is no cell. Ascending ones are fastest.
    pub fn at(&self, keys: &[u128]) -> Vector {
        match &self.width {
            Width::Narrow(body) => body.probe(&keys.iter().map(|k| u64::narrow(*k)).collect::<Vec<_>>()),
            Width::Wide(body) => body.probe(keys),
        }
    }

    /// The same cells under another layout of the same dimensions in the same order, for a dimension that outgrew its field. `None` if the
    /// dimensions differ.
    pub fn relayout(&self, layout: &Arc<Layout>) -> Option<Cells> {
        fn moved<S: Key, T: Key>(body: &Body<S>, layout: &Arc<Layout>, projection: &Projection) -> Body<T> {
            let mut builder = Builder::new(Arc::clone(layout), body.ty());
            for chunk in (0..body.block_count()).filter_map(|i| body.chunk(i)) {
                builder.push_plain(projection.apply_all(&chunk.keys.decode()), chunk.column.to_vector());
            }
            builder.finish()
        }
        if self.layout() == layout {
            return Some(self.clone());
        }
        if self.layout().dims() != layout.dims() {
            return None;
        }
        let projection = Projection::new(self.layout(), layout)?;
        Some(match (&self.width, layout.is_wide()) {
            (Width::Narrow(b), false) => moved::<u64, u64>(b, layout, &projection).into(),
            (Width::Narrow(b), true) => moved::<u64, u128>(b, layout, &projection).into(),
            (Width::Wide(b), false) => moved::<u128, u64>(b, layout, &projection).into(),
            (Width::Wide(b), true) => moved::<u128, u128>(b, layout, &projection).into(),
        })
    }
}

impl From<Body<u64>> for Cells {
    fn from(body: Body<u64>) -> Cells {
        Cells::new(Width::Narrow(body))
    }
}

impl From<Body<u128>> for Cells {
    fn from(body: Body<u128>) -> Cells {
        Cells::new(Width::Wide(body))
    }
}
