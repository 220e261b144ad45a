//! What payments are worth, and at which rate they are worth nothing.

/// Below this growth (as a logarithm, per step) and above it no rate is looked for.
const FARTHEST: f64 = 60.0;

/// What a payment and the later ones are worth one item before it: each is divided by `1 + rate` once per item, from one on.
/// `flows` are (place, value) by ascending place. Not finite where there is no answer.
pub(super) fn present_value(rate: f64, flows: impl DoubleEndedIterator<Item = (u32, f64)>) -> f64 {
    let mut worth = Worth::default();
    flows.rev().for_each(|(place, value)| worth.before(rate, place, value));
    worth.value
}

/// The value of the later payments while a line is walked from its end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Worth {
    /// One item before the payment that was taken in last.
    pub(super) value: f64,
    place: Option<u32>,
}

impl Worth {
    /// Takes in an earlier payment.
    pub(super) fn before(&mut self, rate: f64, place: u32, value: f64) {
        let growth = 1.0 + rate;
        let later = match self.place {
            Some(next) => self.value / growth.powi(i32::try_from(next - place).unwrap_or(i32::MAX)),
            None => 0.0,
        };
        self.value = value / growth + later;
        self.place = Some(place);
    }
}

/// The sum of payments, given as (time, value), each divided by `1 + rate` as often as its time says. `None` without a payment, and for a
/// rate of -100 % or less, of which there are no broken powers.
pub(super) fn worth_of(rate: f64, flows: &[(f64, f64)]) -> Option<f64> {
    (rate > -1.0 && !flows.is_empty()).then(|| flows.iter().map(|(time, value)| value / (1.0 + rate).powf(*time)).sum())
}

/// The rate at which payments at some times are worth nothing: the one that is nearest to 10 % in growth, where there are several. `None`
/// where there is none, so also without payments of both signs.
///
/// The sum of v·e^(-g·t) is scaled so that no power overflows, a change of its sign is looked for outward from 10 % in growing steps, and
/// Newton's method finds the zero between, halving where it would leave the bracket (Press et al., Numerical Recipes, 9.4).
pub(super) fn rate(flows: &[(f64, f64)]) -> Option<f64> {
    if !(flows.iter().any(|(_, v)| *v > 0.0) && flows.iter().any(|(_, v)| *v < 0.0)) {
        return None;
    }
    let first = flows.iter().map(|(t, _)| *t).fold(f64::INFINITY, f64::min);
    let span = flows.iter().map(|(t, _)| t - first).fold(0.0, f64::max);
    if span <= 0.0 {
        return None;
    }
    // Value and slope by the growth g. Each payment counts from the first time where g is positive, from the last where it is negative.
    let worth = |g: f64| {
        let from = if g < 0.0 { first + span } else { first };
        flows.iter().fold((0.0, 0.0), |(value, slope), (t, v)| {
            let part = v * (-g * (t - from)).exp();
            (value + part, slope - (t - from) * part)
        })
    };
    let start = 0.1f64.ln_1p();
    let here = worth(start).0;
    if here == 0.0 {
        return Some(0.1);
    }
    let (mut up, mut down, mut step) = ((start, here), (start, here), 0.01);
    while up.0 < FARTHEST || down.0 > -FARTHEST {
        let next_up = (up.0 + step, worth(up.0 + step).0);
        let next_down = (down.0 - step, worth(down.0 - step).0);
        // Where both sides change their sign at once, the nearer zero is not known before both are found.
        let found: Vec<f64> = [(up, next_up), (down, next_down)]
            .into_iter()
            .filter(|((_, a), (_, b))| a.is_sign_positive() != b.is_sign_positive() || *b == 0.0)
            .filter_map(|(a, b)| zero(&worth, a, b))
            .collect();
        if let Some(g) = found.into_iter().min_by(|a, b| (a - start).abs().total_cmp(&(b - start).abs())) {
            let rate = g.exp_m1();
            return rate.is_finite().then_some(rate);
        }
        (up, down) = (next_up, next_down);
        step *= 1.25;
    }
    None
}

/// The zero between two places of unlike signs.
fn zero(worth: &impl Fn(f64) -> (f64, f64), a: (f64, f64), b: (f64, f64)) -> Option<f64> {
    if b.1 == 0.0 {
        return Some(b.0);
    }
    // The value is below zero at `low`.
    let (mut low, mut high) = if a.1 < 0.0 { (a.0, b.0) } else { (b.0, a.0) };
    let mut at = f64::midpoint(low, high);
    for _ in 0..200 {
        let (value, slope) = worth(at);
        if value == 0.0 {
            return Some(at);
        }
        if value < 0.0 {
            low = at;
        } else {
            high = at;
        }
        let newton = at - value / slope;
        let inside = newton > low.min(high) && newton < low.max(high);
        let next = if inside { newton } else { f64::midpoint(low, high) };
        if (next - at).abs() <= f64::EPSILON * at.abs().max(1e-3) {
            return Some(next);
        }
        at = next;
    }
    at.is_finite().then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yearly(values: &[f64]) -> Vec<(f64, f64)> {
        values.iter().enumerate().map(|(t, v)| (t as f64, *v)).collect()
    }

    #[test]
    fn payments_are_worth_what_a_spreadsheet_says() {
        assert!((present_value(0.1, [(0, 110.0), (1, 121.0)].into_iter()) - 200.0).abs() < 1e-12);
        // A blank item between counts as a step.
        assert!((present_value(0.1, [(3, 110.0), (5, 133.1)].into_iter()) - 200.0).abs() < 1e-12);
        assert_eq!(present_value(0.0, [(0, 1.0), (1, 2.0), (2, 3.0)].into_iter()), 6.0);
        assert!(!present_value(-1.0, [(0, 1.0)].into_iter()).is_finite());
    }

    #[test]
    fn a_rate_is_where_the_worth_is_nothing() {
        for (values, expected) in [
            (vec![-100.0, 110.0], 0.1),
            (vec![-70_000.0, 12_000.0, 15_000.0, 18_000.0, 21_000.0, 26_000.0], 0.086_630_948_036_531_6),
            (vec![-100.0, 50.0], -0.5),
            (vec![-1.0, 0.0, 4.0], 1.0),
            (vec![-1.0, 1e9], 1e9 - 1.0),
            (vec![100.0, -99.9], -0.001),
        ] {
            let found = rate(&yearly(&values)).unwrap_or(f64::NAN);
            assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{values:?}: {found} is not {expected}");
        }
    }

    #[test]
    fn without_a_change_of_sign_there_is_no_rate() {
        for values in [vec![], vec![5.0], vec![1.0, 2.0], vec![-1.0, -2.0], vec![1.0, -1.0, 1.0], vec![0.0, 0.0]] {
            assert_eq!(rate(&yearly(&values)), None, "{values:?}");
        }
        assert_eq!(rate(&[(1.0, 5.0), (1.0, -5.0)]), None);
    }

    #[test]
    fn every_rate_that_is_found_is_a_zero() {
        let mut seed = 7u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 40) as f64 / (1u64 << 24) as f64
        };
        for _ in 0..2_000 {
            let n = 2 + (next() * 300.0) as usize;
            let flows: Vec<(f64, f64)> = (0..n).map(|t| (t as f64 * next(), next() * 200.0 - 100.0)).collect();
            // Nearer to -100 % a float does not tell the growth exactly enough for hundreds of powers of it.
            let Some(found) = rate(&flows).filter(|found| *found > -0.9) else { continue };
            let size: f64 = flows.iter().map(|(t, v)| (v * (-found.ln_1p() * t).exp()).abs()).sum();
            assert!(worth_of(found, &flows).unwrap_or(f64::NAN).abs() <= 1e-9 * size, "{found}");
        }
    }
}
