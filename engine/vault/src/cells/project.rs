//! From a key of one layout to a key of another that has a part of its dimensions.

use smalt_model::DimensionId;

use super::key::Key;
use super::layout::{Field, Layout};

/// Moves the fields of the target's dimensions from where they stand in the source.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    moves: Vec<(Field, Field)>,
}

impl Projection {
    /// `None` if the source lacks a dimension of the target.
    pub fn new(source: &Layout, target: &Layout) -> Option<Projection> {
        let moves = target
            .dims()
            .iter()
            .zip(target.fields())
            .map(|(d, to): (&DimensionId, &Field)| source.field(*d).map(|from| (from, *to)))
            .collect::<Option<Vec<_>>>()?;
        Some(Projection { moves: fuse(moves) })
    }

    /// The target's key of a source's key.
    #[inline]
    pub fn apply<S: Key, T: Key>(&self, key: S) -> T {
        self.moves.iter().fold(T::default(), |out, (from, to)| out.with(*to, key.get(*from)))
    }

    /// What the lowest six bits of a source's key add to the target's key.
    pub(super) fn steps<S: Key>(&self) -> [u64; 64] {
        std::array::from_fn(|low| self.apply(S::narrow(low as u128)))
    }

    /// Projects many keys.
    pub fn apply_all<S: Key, T: Key>(&self, keys: &[S]) -> Vec<T> {
        match self.moves.as_slice() {
            [(from, to)] => keys.iter().map(|k| T::default().with(*to, k.get(*from))).collect(),
            [(f1, t1), (f2, t2)] => keys.iter().map(|k| T::default().with(*t1, k.get(*f1)).with(*t2, k.get(*f2))).collect(),
            _ => keys.iter().map(|k| self.apply(*k)).collect(),
        }
    }
}

/// Neighbouring fields that stay neighbours move as one, while they fit 32 bits.
fn fuse(moves: Vec<(Field, Field)>) -> Vec<(Field, Field)> {
    let mut out: Vec<(Field, Field)> = Vec::new();
    for (from, to) in moves {
        if let Some((f, t)) = out.last_mut()
            && f.shift == from.shift + from.bits
            && t.shift == to.shift + to.bits
            && from.bits == to.bits
            && f.bits == t.bits
            && f.bits + from.bits <= 32
        {
            *f = Field { shift: from.shift, bits: f.bits + from.bits };
            *t = Field { shift: to.shift, bits: t.bits + to.bits };
            continue;
        }
        out.push((from, to));
    }
    out
}
