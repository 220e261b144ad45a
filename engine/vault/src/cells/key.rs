//! A coordinate packed into one integer: a bit field for each dimension, the first dimension highest.

use std::fmt::Debug;
use std::hash::Hash;

use super::layout::Field;

/// A packed coordinate: `u64`, or `u128` where 63 bits do not hold all dimensions. Keys compare as coordinates do: by the first
/// dimension's ordinal, then the second's, and so on.
pub trait Key: Copy + Ord + Hash + Send + Sync + Debug + Default + 'static {
    /// The highest key of all. No coordinate has it: the highest bit of a key stays free.
    const HIGHEST: Self;
    /// The ordinal in a field.
    fn get(self, field: Field) -> u32;
    /// All bits that either has.
    fn both(self, other: Self) -> Self;
    /// The key with this ordinal in a field that is still zero.
    fn with(self, field: Field, ordinal: u32) -> Self;
    /// The key with a field set to zero.
    fn clear(self, field: Field) -> Self;
    /// The key without its lowest `bits` bits.
    fn prefix(self, bits: u32) -> Self;
    /// This key plus a distance; `None` past the end.
    fn plus(self, distance: u64) -> Option<Self>;
    /// `self - base` for `base <= self`, where it fits.
    fn since(self, base: Self) -> Option<u64>;
    /// Widens.
    fn wide(self) -> u128;
    /// Narrows, dropping what does not fit.
    fn narrow(wide: u128) -> Self;
}

impl Key for u64 {
    const HIGHEST: u64 = u64::MAX;
    #[inline(always)]
    fn both(self, other: u64) -> u64 {
        self | other
    }
    #[inline(always)]
    fn get(self, field: Field) -> u32 {
        ((self >> field.shift) & field.mask()) as u32
    }
    #[inline(always)]
    fn with(self, field: Field, ordinal: u32) -> u64 {
        self | (u64::from(ordinal) << field.shift)
    }
    #[inline(always)]
    fn clear(self, field: Field) -> u64 {
        self & !(field.mask() << field.shift)
    }
    #[inline(always)]
    fn prefix(self, bits: u32) -> u64 {
        if bits >= 64 { 0 } else { self >> bits << bits }
    }
    #[inline(always)]
    fn plus(self, distance: u64) -> Option<u64> {
        self.checked_add(distance)
    }
    #[inline(always)]
    fn since(self, base: u64) -> Option<u64> {
        self.checked_sub(base)
    }
    #[inline(always)]
    fn wide(self) -> u128 {
        u128::from(self)
    }
    #[inline(always)]
    fn narrow(wide: u128) -> u64 {
        wide as u64
    }
}

impl Key for u128 {
    const HIGHEST: u128 = u128::MAX;
    #[inline(always)]
    fn both(self, other: u128) -> u128 {
        self | other
    }
    #[inline(always)]
    fn get(self, field: Field) -> u32 {
        ((self >> field.shift) as u64 & field.mask()) as u32
    }
    #[inline(always)]
    fn with(self, field: Field, ordinal: u32) -> u128 {
        self | (u128::from(ordinal) << field.shift)
    }
    #[inline(always)]
    fn clear(self, field: Field) -> u128 {
        self & !(u128::from(field.mask()) << field.shift)
    }
    #[inline(always)]
    fn prefix(self, bits: u32) -> u128 {
        if bits >= 128 { 0 } else { self >> bits << bits }
    }
    #[inline(always)]
    fn plus(self, distance: u64) -> Option<u128> {
        self.checked_add(u128::from(distance))
    }
    #[inline(always)]
    fn since(self, base: u128) -> Option<u64> {
        self.checked_sub(base).and_then(|d| u64::try_from(d).ok())
    }
    #[inline(always)]
    fn wide(self) -> u128 {
        self
    }
    #[inline(always)]
    fn narrow(wide: u128) -> u128 {
        wide
    }
}
