//! Loops compiled for wide vector units, chosen by the processor that runs them.
//!
//! A program is built for the oldest processor of its kind, whose vectors hold two floats. Where the same loop compiled for vectors of four or eight is
//! worth it, it is handed to [`widest`]. The loop itself is plain Rust, and gives the same bits whatever it is compiled for: Rust neither
//! re-orders nor fuses what floats are added and multiplied.

/// Runs `work` as it is compiled for the widest vectors that this processor has.
///
/// Only what is inlined into `work` gains: it has to be an `#[inline(always)]` closure over `#[inline(always)]` functions, a loop of some hundred values
/// at least. To ask for the processor costs a nanosecond or two.
#[inline]
pub fn widest<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        x86::widest(work)
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        work()
    }
}

/// So many pieces before they are read their memory is best asked for with [`soon`], of pieces of some ten to a hundred values.
pub const AHEAD: usize = 6;

/// So many lines of memory are asked for at most: what is longer is found by the processor itself once it is begun.
const MOST_LINES: usize = 8;

/// Asks for the memory of some values that are read soon, where they do not follow those that are read now. It changes nothing that can be seen.
#[inline(always)]
pub fn soon(values: &[f64]) {
    const VALUES_OF_LINE: usize = 8;
    for line in values.chunks(VALUES_OF_LINE).take(MOST_LINES) {
        #[cfg(target_arch = "x86_64")]
        x86::soon(line);
        #[cfg(not(target_arch = "x86_64"))]
        let _ = line;
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

    #[inline(always)]
    #[allow(unsafe_code, reason = "the instruction takes an address")]
    pub(super) fn soon(line: &[f64]) {
        // SAFETY: it is an instruction of every processor of this kind, and a hint: it neither reads nor writes what a program can see, and does nothing
        // where an address is no good. This one is that of values which are borrowed.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) }
    }

    /// With vectors of 64 bytes.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    fn bytes_64<R>(work: impl FnOnce() -> R) -> R {
        work()
    }

    /// With vectors of 32 bytes.
    #[target_feature(enable = "avx2")]
    fn bytes_32<R>(work: impl FnOnce() -> R) -> R {
        work()
    }

    #[inline]
    #[allow(
        unsafe_code,
        reason = "what a function is compiled for is no part of its type, so that the check beside each call cannot be the compiler's"
    )]
    pub(super) fn widest<R>(work: impl FnOnce() -> R) -> R {
        let has_64 = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl");
        if has_64 {
            // SAFETY: the processor has each of the features that the function is compiled for, as was just asked; it does nothing else that is unsafe.
            return unsafe { bytes_64(work) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: as above.
            return unsafe { bytes_32(work) };
        }
        work()
    }
}

#[cfg(test)]
mod tests {
    use super::{soon, widest};

    #[test]
    fn what_is_read_soon_stays_as_it_is() {
        let values: Vec<f64> = (0..1_000).map(f64::from).collect();
        for len in [0, 1, 7, 8, 9, 100, 1_000] {
            soon(&values[..len]);
        }
        assert!((0..1_000).map(f64::from).eq(values));
    }

    /// Sums that differ by the order of additions, and by a product that is fused with the addition behind it.
    #[inline(always)]
    fn mixed(values: &[f64]) -> ([f64; 8], f64) {
        let mut lanes = [0.1f64; 8];
        for chunk in values.as_chunks::<8>().0 {
            for (lane, value) in lanes.iter_mut().zip(chunk) {
                *lane = *lane * 1.000_000_1 + value * 0.3;
            }
        }
        (lanes, values.iter().fold(0.0, |sum, value| sum * 0.999 + value))
    }

    #[test]
    fn wide_loops_give_the_same_bits() {
        let mut state = 3u64;
        let values: Vec<f64> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            f64::from_bits(state >> 2 | 0x3ff << 52 & (state << 3))
        })
        .filter(|value| value.is_finite())
        .take(10_000)
        .collect();
        for some in values.chunks(997) {
            let (plain, wide) = (
                mixed(some),
                widest(
                    #[inline(always)]
                    || mixed(some),
                ),
            );
            assert_eq!((plain.0.map(f64::to_bits), plain.1.to_bits()), (wide.0.map(f64::to_bits), wide.1.to_bits()));
        }
    }

    #[test]
    fn what_work_gives_and_takes_passes_through() {
        let mut seen = Vec::new();
        let text = widest(|| {
            seen.push(7);
            "given".to_owned()
        });
        assert_eq!((seen, text.as_str()), (vec![7], "given"));
    }
}
