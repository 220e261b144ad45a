//! Where each dimension's ordinal stands in a key.

use std::fmt;

use smalt_model::DimensionId;

use super::key::Key;

/// A bit field of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Its lowest bit.
    pub shift: u32,
    /// Its width, 1 to 32.
    pub bits: u32,
}

impl Field {
    /// All its bits, at the bottom.
    #[inline(always)]
    pub fn mask(self) -> u64 {
        (1u64 << self.bits) - 1
    }
}

/// The dimensions of a set of cells and their fields, the first dimension highest, the last at bit 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    dims: Vec<DimensionId>,
    fields: Vec<Field>,
    bits: u32,
}

/// Dimensions that do not fit into 127 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooWide {
    /// The bits that each dimension would take.
    pub bits: Vec<(DimensionId, u32)>,
}

impl fmt::Display for TooWide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // How many bits they need would tell the number of all items.
        write!(f, "its {} dimensions need more bits for a coordinate than 127, which is the most", self.bits.len())
    }
}

/// The bits that hold the ordinals of a dimension with `items` items.
pub fn field_bits(items: u32) -> u32 {
    (32 - items.saturating_sub(1).leading_zeros()).max(1)
}

impl Layout {
    /// A layout for dimensions with so many items each; a field has room up to the next power of two.
    pub fn new(dims: &[(DimensionId, u32)]) -> Result<Layout, TooWide> {
        let widths: Vec<(DimensionId, u32)> = dims.iter().map(|&(d, items)| (d, field_bits(items))).collect();
        let bits: u32 = widths.iter().map(|(_, b)| b).sum();
        if bits > 127 {
            return Err(TooWide { bits: widths });
        }
        let mut shift = bits;
        let fields = widths
            .iter()
            .map(|&(_, bits)| {
                shift -= bits;
                Field { shift, bits }
            })
            .collect();
        Ok(Layout { dims: widths.into_iter().map(|(d, _)| d).collect(), fields, bits })
    }

    /// The dimensions, first one highest.
    pub fn dims(&self) -> &[DimensionId] {
        &self.dims
    }

    /// The fields in the order of the dimensions.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field of a dimension.
    pub fn field(&self, dimension: DimensionId) -> Option<Field> {
        self.position(dimension).and_then(|p| self.fields.get(p).copied())
    }

    /// The place of a dimension.
    pub fn position(&self, dimension: DimensionId) -> Option<usize> {
        self.dims.iter().position(|d| *d == dimension)
    }

    /// All bits of a key.
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// Whether keys are `u128`.
    pub fn is_wide(&self) -> bool {
        self.bits > 63
    }

    /// Packs one ordinal per dimension.
    pub fn pack<K: Key>(&self, items: &[u32]) -> K {
        self.fields.iter().zip(items).fold(K::default(), |key, (field, item)| key.with(*field, *item))
    }

    /// The ordinals of a key.
    pub fn unpack<K: Key>(&self, key: K) -> Vec<u32> {
        self.fields.iter().map(|f| key.get(*f)).collect()
    }

    /// Whether every ordinal of a coordinate fits its field.
    pub fn holds(&self, items: &[u32]) -> bool {
        self.fields.len() == items.len() && self.fields.iter().zip(items).all(|(f, i)| u64::from(*i) <= f.mask())
    }
}
