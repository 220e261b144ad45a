//! The standard normal distribution.

use smalt_vault::Vector;

use super::views::map_real;

/// NORMAL(z): the density.
pub(super) fn normal(args: &[Vector]) -> Option<Vector> {
    map_real(args, density)
}

/// NORMALCUMULATIVE(z): the probability of a value up to z.
pub(super) fn normal_cumulative(args: &[Vector]) -> Option<Vector> {
    map_real(args, cumulative)
}

fn density(z: f64) -> f64 {
    // 1 / sqrt(2 pi)
    const SCALE: f64 = 0.398_942_280_401_432_7;
    SCALE * (-0.5 * z * z).exp()
}

/// Beyond this the tail is better expanded from the outside.
const NEAR: f64 = 2.5;
/// Beyond this the density is 0, and so is the tail.
const FAR: f64 = 39.0;

fn cumulative(z: f64) -> f64 {
    let size = z.abs();
    if size.is_nan() {
        return z;
    }
    if size > FAR {
        return if z > 0.0 { 1.0 } else { 0.0 };
    }
    if size < NEAR {
        // z + z^3 / 3 + z^5 / (3 * 5) + …: all terms have the sign of z, so none cancels another.
        let (mut term, mut sum, mut odd) = (z, z, 1.0);
        while (term / sum).abs() > 1e-17 {
            odd += 2.0;
            term *= z * z / odd;
            sum += term;
        }
        return 0.5 + density(z) * sum;
    }
    // Laplace's fraction of the tail, z + 1 / (z + 2 / (z + 3 / …)), from the inside out.
    let fraction = (1..=TERMS).rev().fold(size, |inner, k| size + f64::from(k) / inner);
    let tail = density(size) / fraction;
    if z > 0.0 { 1.0 - tail } else { tail }
}

/// Enough for 15 digits at `NEAR`; farther out fewer would do.
const TERMS: u32 = 80;

#[cfg(test)]
mod tests {
    use smalt_formula::Function as F;
    use smalt_model::Type::Number;

    use super::{FAR, NEAR, cumulative, density};
    use crate::call::fixture::{B, check, check_near, i, n};

    /// (z, density, probability), of Python: exp(-z * z / 2) / sqrt(2 * pi) and erfc(-z / sqrt(2)) / 2.
    const TABLE: &[(f64, f64, f64)] = &[
        (-38.0, 1.097221052e-314, 2.88542835e-316),
        (-20.0, 5.520948362159764e-88, 2.7536241186063314e-89),
        (-8.0, 5.052271083536893e-15, 6.220960574271819e-16),
        (-5.0, 1.4867195147342979e-06, 2.866515718791946e-07),
        (-3.5, 0.0008726826950457602, 0.00023262907903552504),
        (-2.500001, 0.01752825667286331, 0.006209647797497552),
        (-2.5, 0.01752830049356854, 0.006209665325776139),
        (-2.499999, 0.017528344314365788, 0.006209682854098547),
        (-2.0, 0.05399096651318806, 0.02275013194817922),
        (-1.96, 0.058440944333451476, 0.024997895148220435),
        (-1.0, 0.24197072451914337, 0.15865525393145707),
        (-0.5, 0.3520653267642995, 0.3085375387259869),
        (-1e-05, 0.3989422803814856, 0.49999601057719606),
        (1e-300, 0.3989422804014327, 0.5),
        (0.1, 0.3969525474770118, 0.539827837277029),
        (0.6744897501960817, 0.317776572684107, 0.75),
        (1.0, 0.24197072451914337, 0.8413447460685429),
        (1.5, 0.12951759566589174, 0.9331927987311419),
        (1.959963984540054, 0.05844506980503538, 0.975),
        (2.25, 0.03173965183566742, 0.9877755273449553),
        (2.6, 0.013582969233685615, 0.9953388119762813),
        (3.0, 0.0044318484119380075, 0.9986501019683699),
        (4.0, 0.00013383022576488537, 0.9999683287581669),
        (6.0, 6.075882849823286e-09, 0.9999999990134123),
        (9.0, 1.0279773571668917e-18, 1.0),
    ];

    #[test]
    fn the_table_is_met() {
        for &(z, d, p) in TABLE {
            check_near(F::Normal, &[n(z)], d);
            check_near(F::NormalCumulative, &[n(z)], p);
            assert!((density(z) - d).abs() <= 1e-13 * d, "{z}");
            assert!((cumulative(z) - p).abs() <= 2e-13 * p, "{z}: {} {p}", cumulative(z));
        }
        check(F::NormalCumulative, &[n(0.0)], Number, n(0.5));
        check(F::NormalCumulative, &[n(-1e300)], Number, n(0.0));
        check(F::NormalCumulative, &[i(50)], Number, n(1.0));
        check(F::Normal, &[n(1e300)], Number, n(0.0));
        check(F::Normal, &[B], Number, B);
        check(F::NormalCumulative, &[B], Number, B);
    }

    #[test]
    fn both_halves_are_mirrors_and_rise() {
        let mut last = -1.0;
        for step in -4000..=4000 {
            let z = f64::from(step) / 100.0;
            let p = cumulative(z);
            assert!((p + cumulative(-z) - 1.0).abs() < 1e-15, "{z}");
            assert!((0.0..=1.0).contains(&p) && p >= last - 1e-16, "{z}");
            last = p;
        }
        for edge in [NEAR, FAR] {
            assert!((cumulative(-edge) - cumulative((-edge).next_down())).abs() < 1e-15);
        }
    }
}
