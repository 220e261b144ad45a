//! Forecasts: worked values, and laws that hold whatever is searched for.

use crate::fixture::{World, eval};

const MODEL: &str = "dim M: a b c d e f g h
    prop M.Turn INTEGER: 8 7 6 5 4 3 2 1
    dim P: p q r
    prop P.Share NUMBER: 0.5 2 -
    prop P.Season INTEGER: 2 0 -
    metric V NUMBER (P, M): p,a=10 p,b=20 p,d=40 q,c=7 r,a=1 r,b=2
    metric N INTEGER (M): b=3 c=6 e=9
    metric D DECIMAL10.2 (M): a=0.10 b=0.20 c=0.30
    metric S NUMBER (M): a=10 b=20 c=12 d=22 e=14
    metric E NUMBER (M): a=1e308 b=-1e308
    metric Far NUMBER (M): a=1e200 b=3e200
    metric Last NUMBER (M): h=5
    metric Same NUMBER (M): a=0.1 b=0.1 c=0.1";

fn line(formula: &str) -> String {
    eval(MODEL, "NUMBER (M)", formula)
}

#[test]
fn a_straight_line_goes_on() {
    // Places count, cells or not: 10, 20, (30), 40.
    let both = "p,a=10 p,b=20 p,d=40 p,e=50 p,f=60 p,g=70 p,h=80 q,c=7 r,a=1 r,b=2 r,c=3 r,d=4 r,e=5 r,f=6 r,g=7 r,h=8";
    assert_eq!(eval(MODEL, "NUMBER (P, M)", "FORECAST_LINEAR(V, M)"), both);
    assert_eq!(eval(MODEL, "NUMBER (M, P)", "FORECAST_LINEAR(V, M)").split(' ').count(), both.split(' ').count());
    // (1, 3), (2, 6), (4, 9): the slope is 27 / 14, the mean 6 at 7 / 3.
    assert_eq!(line("ROUND(FORECAST_LINEAR(N, M), 6)"), "b=3 c=6 e=9 f=11.142857 g=13.071429 h=15");
    assert_eq!(line("ROUND(FORECAST_LINEAR(D, M), 9)"), "a=0.1 b=0.2 c=0.3 d=0.4 e=0.5 f=0.6 g=0.7 h=0.8");
    assert_eq!(line("FORECAST_LINEAR(Last, M)"), "h=5");
    assert_eq!(line("FORECAST_LINEAR(Same, M)"), "a=0.1 b=0.1 c=0.1 d=0.1 e=0.1 f=0.1 g=0.1 h=0.1");
}

#[test]
fn another_order_has_another_last_cell() {
    assert_eq!(line("ROUND(FORECAST_LINEAR(N, M ON M.Turn), 9)"), "a=1.5 b=3 c=6 e=9");
    assert_eq!(line("SIMPLE_SMOOTHING(N, M ON M.Turn, 1)"), "a=3 b=3 c=6 e=9");
    // Each line by itself: p forward, q backward.
    let by_line = "SIMPLE_SMOOTHING(V, M ON IF(P = P.\"q\", M.Turn, 9 - M.Turn), 1)[FILTER: P <> P.\"r\"]";
    assert_eq!(eval(MODEL, "NUMBER (P, M)", by_line), "p,a=10 p,b=20 p,d=40 p,e=40 p,f=40 p,g=40 p,h=40 q,a=7 q,b=7 q,c=7");
}

#[test]
fn seasons_lie_on_parallel_lines() {
    assert_eq!(line("SEASONAL_LINEAR(S, M, 2)"), "a=10 b=20 c=12 d=22 e=14 f=24 g=16 h=26");
    assert_eq!(line("ROUND(FORECAST_ETS(S, M, 2), 9)"), "a=10 b=20 c=12 d=22 e=14 f=24 g=16 h=26");
    // (1, 3), (2, 6), (4, 9): only the even places tell a slope, 3 / 2.
    assert_eq!(line("SEASONAL_LINEAR(N, M, 2)"), "b=3 c=6 e=9 f=9 g=12 h=12");
    // No place of three has two cells, or of eight.
    assert_eq!(line("SEASONAL_LINEAR(D, M, 3)"), "a=0.1 b=0.2 c=0.3");
    assert_eq!(line("FORECAST_ETS(D, M, 3)"), "a=0.1 b=0.2 c=0.3");
    // Of the places 1, 2, 4 in a season of three the last two go on; the place of a, d and g has no cell.
    assert_eq!(line("SEASONAL_LINEAR(N, M, 3)"), "b=3 c=6 e=9 f=12 h=15");
    assert_eq!(line("ROUND(FORECAST_ETS(N, M, 3), 9)"), "b=3 c=6 e=9 f=12 h=15");
    assert_eq!(line("SEASONAL_LINEAR(S, M, 1) - FORECAST_LINEAR(S, M)"), "a=0 b=0 c=0 d=0 e=0 f=0 g=0 h=0");
}

#[test]
fn a_level_follows_the_cells() {
    // 3; 4.5; 6.75
    assert_eq!(line("SIMPLE_SMOOTHING(N, M, 0.5)"), "b=3 c=6 e=9 f=6.75 g=6.75 h=6.75");
    assert_eq!(line("SIMPLE_SMOOTHING(N, M, 0)"), "b=3 c=6 e=9 f=3 g=3 h=3");
    assert_eq!(line("SIMPLE_SMOOTHING(N, M, 1)"), "b=3 c=6 e=9 f=9 g=9 h=9");
    assert_eq!(eval(MODEL, "NUMBER (P, M)", "SIMPLE_SMOOTHING(V, M, 1)[FILTER: P = P.\"q\"]"), "q,c=7 q,d=7 q,e=7 q,f=7 q,g=7 q,h=7");
}

#[test]
fn a_trend_follows_too() {
    // 3 with 3; 6 with 3; the blank item is taken for 9 with 3, then half of 9 and 12 is 10.5 with (1.5 + 3) / 2.
    assert_eq!(line("DOUBLE_SMOOTHING(N, M, 0.5, 0.5)"), "b=3 c=6 e=9 f=12.75 g=15 h=17.25");
    assert_eq!(line("DOUBLE_SMOOTHING(N, M, 1, 1)"), "b=3 c=6 e=9 f=9 g=9 h=9");
    assert_eq!(line("DOUBLE_SMOOTHING(N, M, 0, 1)"), "b=3 c=6 e=9 f=15 g=18 h=21");
    let short = "DOUBLE_SMOOTHING(V, M, 0.5, 0.5)[FILTER: P <> P.\"p\"]";
    assert_eq!(eval(MODEL, "NUMBER (P, M)", short), "q,c=7 r,a=1 r,b=2 r,c=3 r,d=4 r,e=5 r,f=6 r,g=7 r,h=8");
}

#[test]
fn what_an_argument_may_not_be_leaves_nothing_of_the_line() {
    for formula in [
        "SIMPLE_SMOOTHING(N, M, 1.1)",
        "SIMPLE_SMOOTHING(N, M, -0.1)",
        "SIMPLE_SMOOTHING(N, M, 1 / 0)",
        "DOUBLE_SMOOTHING(N, M, 0.5, 2)",
        "DOUBLE_SMOOTHING(N, M, BLANK, 0.5)",
        "SEASONAL_LINEAR(N, M, 0)",
        "SEASONAL_LINEAR(N, M, 0.9)",
        "FORECAST_ETS(N, M, -1)",
    ] {
        assert_eq!(line(formula), "", "{formula}");
    }
    assert_eq!(eval(MODEL, "NUMBER (P, M)", "SIMPLE_SMOOTHING(V, M, P.Share)"), "p,a=10 p,b=20 p,d=40 p,e=27.5 p,f=27.5 p,g=27.5 p,h=27.5");
    assert_eq!(eval(MODEL, "NUMBER (P, M)", "SEASONAL_LINEAR(V, M, P.Season)"), "p,a=10 p,b=20 p,d=40 p,e=50 p,f=60 p,g=70 p,h=80");
    assert_eq!(line("SEASONAL_LINEAR(N, M, 9223372036854775807)"), "b=3 c=6 e=9");
}

#[test]
fn what_is_too_large_is_blank() {
    assert_eq!(line("DOUBLE_SMOOTHING(E, M, 1, 1)"), "a=1e308 b=-1e308");
    assert_eq!(line("FORECAST_LINEAR(E, M)"), "a=1e308 b=-1e308");
    assert_eq!(line("ROUND(FORECAST_ETS(Far, M, 1) / 1e200, 9)"), "a=1 b=3 c=5 d=7 e=9 f=11 g=13 h=15");
}

/// Items, and a history of them with a level that jumps, a trend and a season of four.
fn long(count: usize, history: usize) -> String {
    let value =
        |i: usize| 100.0 + 0.25 * i as f64 + [3.0, -1.0, 0.5, -2.5][i % 4] + if i > 20 { 40.0 } else { 0.0 } + (i * 37 % 11) as f64 / 8.0;
    let items: String = (0..count).map(|i| format!(" i{i}")).collect();
    let cells: String = (0..history).filter(|i| i % 9 != 5).map(|i| format!(" i{i}={}", value(i))).collect();
    format!("dim M:{items}\nmetric X NUMBER (M):{cells}")
}

#[test]
fn shares_are_searched_for() {
    let world = World::new(&format!(
        "{}
        formula Searched NUMBER (M): FORECAST_ETS(X, M, 4)
        formula Lines NUMBER (M): SEASONAL_LINEAR(X, M, 4)
        formula Held NUMBER (M): FORECAST_ETS(X, M, 1)",
        long(48, 40)
    ));
    let ahead = |name: &str| -> Vec<f64> {
        let numbers =
            world.cells(name).split(' ').rev().take(8).map(|cell| cell.split_once('=').unwrap().1.parse().unwrap()).collect::<Vec<f64>>();
        numbers.into_iter().rev().collect()
    };
    let truth = |i: usize| 140.0 + 0.25 * i as f64 + [3.0, -1.0, 0.5, -2.5][i % 4] + 5.0 / 8.0;
    let worst = |name: &str| ahead(name).iter().zip(40..).map(|(v, i)| (v - truth(i)).abs()).fold(0.0, f64::max);
    // What follows the level is over the jump, a straight line is not; without its season it does not see the waves.
    assert!(worst("Searched") < 3.0, "{:?}", ahead("Searched"));
    assert!(worst("Lines") > 8.0, "{:?}", ahead("Lines"));
    assert!(worst("Held") > worst("Searched"), "{:?}", ahead("Held"));
}

#[test]
fn a_forecast_is_as_large_as_what_it_is_made_of() {
    // Scaled by a power of two, or moved: the same, scaled or moved.
    let model = long(48, 40);
    for formula in [
        "FORECAST_LINEAR($, M)",
        "SEASONAL_LINEAR($, M, 4)",
        "SIMPLE_SMOOTHING($, M, 0.3)",
        "DOUBLE_SMOOTHING($, M, 0.3, 0.1)",
        "FORECAST_ETS($, M, 4)",
    ] {
        let of = |x: &str, back: &str| eval(&model, "NUMBER (M)", &format!("{}{back}", formula.replace('$', x)));
        let plain = of("X", "");
        assert_eq!(plain.split(' ').count(), 36 + 8, "{formula}: {plain}");
        assert_eq!(of("(X * 1024)", " / 1024"), plain, "{formula}");
        assert_eq!(of("(X / 64)", " * 64"), plain, "{formula}");
        assert_eq!(of("-X", " * -1"), plain, "{formula}");
    }
}
