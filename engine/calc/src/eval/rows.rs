//! Numbers looked up around the cells of a dense block, a word of neighbours at a time. `None` where that cannot be done; the look-ups by coordinate
//! in `look.rs` always can, and give the same.

use smalt_vault::{Body, Moves, Words};

use crate::operator::SMALL;
use crate::width::Width;

/// The numbers of cells of the same dimensions.
pub(super) fn read<K: Width>(words: &Words<'_, K>, body: &Body<K>) -> Option<Vec<f64>> {
    moved(words, body, &Moves::none())
}

/// The same some items away.
pub(super) fn moved<K: Width>(words: &Words<'_, K>, body: &Body<K>, moves: &Moves) -> Option<Vec<f64>> {
    let mut out = Vec::with_capacity(words.len());
    words.with_rows(body, |word, row| out.extend(word.lows.iter().map(|low| row.at(*low, moves))))?;
    Some(out)
}

/// The sums or averages of the numbers of a window, added from its first item to its last.
pub(super) fn windows<K: Width>(words: &Words<'_, K>, body: &Body<K>, window: &[Moves], average: bool) -> Option<Vec<f64>> {
    let mut out = Vec::with_capacity(words.len());
    words.with_rows(body, |word, row| {
        out.extend(word.lows.iter().map(|low| {
            let (mut sum, mut count) = (0f64, 0f64);
            // Without a branch, since whether a cell is there is as good as random.
            for moves in window {
                let value = row.at(*low, moves);
                count += if value.is_nan() { 0.0 } else { 1.0 };
                sum += if value.is_nan() { 0.0 } else { value };
            }
            if average && sum.is_infinite() {
                // What is too large is the sum, not the average.
                let small = window.iter().map(|moves| row.at(*low, moves)).filter(|value| !value.is_nan()).map(|value| value * SMALL);
                return small.sum::<f64>() / count / SMALL;
            }
            // 0 / 0 is no number, as a window without one has none.
            let value = if average || count == 0.0 { sum / count } else { sum };
            if value.is_finite() { value } else { f64::NAN }
        }));
    })?;
    Some(out)
}
