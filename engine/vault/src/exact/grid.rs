//! The grid that values are written on.

/// How many places a sum keeps.
pub(super) const PLACES: usize = 4;
/// Added to an exponent so that no place is negative.
pub(super) const BIAS: i32 = 1_088 + 32;
/// Bits between two places.
pub(super) const APART: i32 = 32;

/// The place of the lowest bit that a finite value can have. A zero stands at the lowest place of all.
#[inline(always)]
pub(super) fn place_of(value: f64) -> Option<i32> {
    place_of_exponent(exponent_of(value))
}

/// The same of values with an exponent as it stands in their bits.
#[inline(always)]
pub(super) fn place_of_exponent(exponent: i32) -> Option<i32> {
    match exponent {
        0x7ff => None,
        exponent => Some((exponent.max(1) - 1_075 + BIAS) / APART),
    }
}

#[inline(always)]
pub(super) fn exponent_of(value: f64) -> i32 {
    ((value.to_bits() >> 52) & 0x7ff) as i32
}

/// One and a half times 2^52 units of each kept place, the highest first, where these are floats and their units are too.
#[inline(always)]
pub(super) fn carriers(base: i32) -> Option<[f64; PLACES]> {
    // From a lowest unit of 2^-1056 to a highest of 2^960.
    (3..=63).contains(&base).then(|| carriers_from(base + 2))
}

/// One and a half times 2^52 units of each of some places, from the highest of them down.
#[inline(always)]
pub(super) fn carriers_from<const N: usize>(highest: i32) -> [f64; N] {
    let bits = u64::from((APART * highest - BIAS + 52 + 1_023).unsigned_abs()) << 52 | 1 << 51;
    std::array::from_fn(|below| f64::from_bits(bits - ((below as u64 * APART as u64) << 52)))
}

/// A value's digits at the kept places, the lowest first, whatever these are: in whole numbers, which is slower than by carriers.
#[cold]
pub(super) fn digits_of(base: i32, value: f64) -> [i64; PLACES] {
    let exponent = exponent_of(value);
    let mantissa = value.to_bits() & ((1 << 52) - 1) | u64::from(exponent != 0) << 52;
    let mantissa = if value.is_sign_negative() { -i128::from(mantissa) } else { i128::from(mantissa) };
    let lowest = exponent.max(1) - 1_075 + BIAS;
    // To the nearest unit, ties to even.
    let rounded = |place: i32| {
        let by = lowest - APART * place;
        match by.unsigned_abs() {
            by_bits if by >= 0 => mantissa << by_bits,
            by_bits @ 1..=63 => {
                let (whole, half) = (mantissa >> by_bits, 1 << (by_bits - 1));
                let rest = mantissa - (whole << by_bits);
                whole + i128::from(rest > half || rest == half && whole & 1 == 1)
            }
            _ => 0,
        }
    };
    let highest = base + 2;
    std::array::from_fn(|at| {
        let place = base - 1 + at as i32;
        let above = if place < highest { rounded(place + 1) << APART } else { 0 };
        (rounded(place) - above) as i64
    })
}

/// The lowest absolute value whose lowest bit stands at a place, which some carriers reach.
#[inline(always)]
pub(super) fn lowest_at(place: i32) -> f64 {
    f64::from_bits(u64::from((APART * place - BIAS + 1_075).unsigned_abs()) << 52)
}

/// Writes a value at the places of some carriers, and adds the bits of what carries its digits, what the carriers themselves give being among them.
///
/// Loops over this are written so that the compiler finds vectors in them: floats are only worked on side by side, and sums are of whole numbers.
#[inline(always)]
pub(super) fn carry(value: f64, [a, b, c, d]: [f64; PLACES], [first, second, third, fourth]: [&mut u64; PLACES]) {
    let one = |value: f64, carrier: f64, bits: &mut u64| {
        let sum = value + carrier;
        *bits = bits.wrapping_add(sum.to_bits());
        value - (sum - carrier)
    };
    let rest = one(value, a, first);
    let rest = one(rest, b, second);
    let rest = one(rest, c, third);
    one(rest, d, fourth);
}

/// The digits, the lowest place first, of so many values that were carried, the highest place first.
#[inline(always)]
pub(super) fn digits(carried: [u64; PLACES], carriers: [f64; PLACES], count: u64) -> [i64; PLACES] {
    let digit = |at: usize| carried[at].wrapping_sub(carriers[at].to_bits().wrapping_mul(count)).cast_signed();
    [digit(3), digit(2), digit(1), digit(0)]
}
