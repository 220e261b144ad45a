//! Loans against a table computed period by period in fractions (Python), and RATE against its own equation.
#![allow(clippy::panic, reason = "tests")]

use smalt_formula::Function as F;
use smalt_model::Type::Number;

use crate::call::fixture::{B, check, check_near, i, n, one};

/// (rate, nper, pv, fv, type, pmt): a balance of pv that is moved on period by period ends at -fv.
const LOANS: &[(f64, i64, f64, f64, i64, f64)] = &[
    (0.006666666666666667, 10, 10000.0, 0.0, 0, -1037.0320893591522),
    (0.006666666666666667, 10, 10000.0, 0.0, 1, -1030.1643271779658),
    (0.005, 216, 0.0, 50000.0, 0, -129.08116086799092),
    (0.1, 5, 1000.0, 0.0, 0, -263.79748079474535),
    (0.0, 12, 1200.0, 0.0, 0, -100.0),
    (0.0, 12, 1200.0, 300.0, 1, -125.0),
    (0.05, 1, 100.0, -20.0, 1, -80.95238095238095),
    (1e-09, 360, 250000.0, 0.0, 0, -694.4445697916742),
    (0.25, 40, -5000.0, 100.0, 0, 1250.1628520762376),
    (-0.02, 24, 1000.0, 500.0, 1, -59.26564785571814),
    (1.5, 7, 10.0, 10.0, 0, -15.049232662794722),
    (0.004, 480, 300000.0, -1000.0, 1, -1400.7857463912505),
];

/// (nper, pmt, pv, fv, type, rate): roots found with 40 digits.
const RATES: &[(i64, f64, f64, f64, i64, f64)] = &[
    (48, -200.0, 8000.0, 0.0, 0, 0.007701472488202044),
    (10, -100.0, 700.0, 0.0, 1, 0.08980510311000708),
    (5, 0.0, -1000.0, 2000.0, 0, 0.14869835499703501),
    (12, 100.0, -1000.0, -100.0, 0, 0.01623132817446208),
    (3, -10.0, 1000.0, 0.0, 0, -0.7655020703115499),
    (2, -600.0, 1.0, 1000.0, 1, -0.11509142107197776),
    (360, -1500.0, 250000.0, 0.0, 0, 0.005005825006762408),
    (240, -2000.0, 200000.0, -10000.0, 1, 0.008954622966964946),
    (60, 0.0, -100.0, 250.0, 1, 0.015388717614894852),
    (36, -100.0, 0.0, 5000.0, 0, 0.017957584806396212),
    (4, 300.0, -1500.0, 0.0, 0, -0.08364541746615066),
];

/// (cost, salvage, life, period, factor, depreciation): written off period by period.
const WRITTEN_OFF: &[(f64, f64, f64, f64, f64, f64)] = &[
    (2400.0, 300.0, 10.0, 1.0, 2.0, 480.0),
    (2400.0, 300.0, 10.0, 2.0, 2.0, 384.0),
    (2400.0, 300.0, 10.0, 10.0, 2.0, 22.1225472),
    (2400.0, 300.0, 10.0, 2.0, 1.5, 306.0),
    (2400.0, 300.0, 3650.0, 1.0, 2.0, 1.3150684931506849),
    (1000.0, 0.0, 5.0, 5.0, 2.0, 51.84),
    (1000.0, 100.0, 1.0, 1.0, 2.0, 900.0),
    (1000.0, 500.0, 5.0, 3.0, 2.0, 0.0),
    (1000.0, 2000.0, 5.0, 1.0, 2.0, 0.0),
    (100.0, 10.0, 4.0, 2.0, 5.0, 0.0),
    (100.0, 0.0, 3.0, 3.0, 0.5, 11.574074074074074),
    (0.0, 0.0, 3.0, 1.0, 2.0, 0.0),
];

#[test]
fn loans_are_paid_off() {
    for &(rate, nper, pv, fv, due, pmt) in LOANS {
        check_near(F::Pmt, &[n(rate), i(nper), n(pv), n(fv), i(due)], pmt);
        check_near(F::Pv, &[n(rate), i(nper), n(pmt), n(fv), i(due)], pv);
        check_near(F::Fv, &[n(rate), i(nper), n(pmt), n(pv), i(due)], fv);
        check_near(F::Nper, &[n(rate), n(pmt), n(pv), n(fv), i(due)], nper as f64);
        if nper > 1 {
            check_near(F::Rate, &[i(nper), n(pmt), n(pv), n(fv), i(due)], rate);
            check_near(F::Rate, &[i(nper), n(pmt), n(pv), n(fv), i(due), n(rate + 0.3)], rate);
        }
        if due == 0 {
            check_near(F::Pmt, &[n(rate), i(nper), n(pv), n(fv)], pmt);
            check_near(F::Rate, &[i(nper), n(pmt), n(pv), n(fv)], rate);
        }
        if fv == 0.0 && due == 0 {
            check_near(F::Pmt, &[n(rate), i(nper), n(pv)], pmt);
            check_near(F::Pv, &[n(rate), i(nper), n(pmt)], pv);
            check_near(F::Nper, &[n(rate), n(pmt), n(pv)], nper as f64);
            check_near(F::Rate, &[i(nper), n(pmt), n(pv)], rate);
        }
    }
    // What the manuals of spreadsheets print.
    for (function, args, printed) in [
        (F::Pmt, [n(0.08 / 12.0), i(10), i(10_000)], -1037.03),
        (F::Pv, [n(0.08 / 12.0), i(240), i(500)], -59_777.15),
        (F::Fv, [n(0.06 / 12.0), i(10), i(-200)], 2045.61),
    ] {
        let Some(smalt_model::Value::Number(value)) = one(function, &args, Number) else { panic!("no value") };
        assert!((value - printed).abs() < 0.005, "{function:?} {value}");
    }
}

#[test]
fn rates_are_found() {
    for &(nper, pmt, pv, fv, due, rate) in RATES {
        check_near(F::Rate, &[i(nper), n(pmt), n(pv), n(fv), i(due)], rate);
    }
    // Never paid off, no periods, a guess that is no rate.
    check(F::Rate, &[i(10), i(100), i(1000)], Number, B);
    check(F::Rate, &[i(0), i(-100), i(1000)], Number, B);
    check(F::Rate, &[i(-5), i(-100), i(1000)], Number, B);
    check(F::Rate, &[i(10), i(0), i(0)], Number, B);
    check(F::Rate, &[i(10), i(-150), i(1000), i(0), i(0), i(-1)], Number, B);
    check(F::Rate, &[i(10), i(-150), B], Number, B);
    check(F::Rate, &[i(10), i(-150), i(1000), B], Number, B);
}

#[test]
fn a_wild_guess_finds_the_same_rate() {
    for guess in [-0.99, -0.5, 0.0, 0.5, 5.0, 1000.0] {
        check_near(F::Rate, &[i(48), i(-200), i(8000), i(0), i(0), n(guess)], 0.007_701_472_488_202_5);
    }
}

#[test]
fn no_answer_is_blank() {
    for (function, args) in [
        (F::Pmt, [i(0), i(0), i(100)]),
        (F::Pmt, [n(0.1), i(0), i(100)]),
        (F::Pmt, [n(-1.5), n(2.5), i(100)]),
        (F::Fv, [n(1e300), i(10), i(1)]),
        (F::Nper, [n(0.1), i(-10), i(1000)]),
        (F::Nper, [i(0), i(0), i(1000)]),
        (F::Nper, [n(-1.5), i(10), i(1000)]),
        (F::Sln, [i(100), i(10), i(0)]),
        (F::Pmt, [B, i(1), i(1)]),
        (F::Pv, [n(0.1), B, i(1)]),
        (F::Fv, [n(0.1), i(1), B]),
        (F::Nper, [n(0.1), B, i(1)]),
        (F::Sln, [B, i(1), i(1)]),
    ] {
        check(function, &args, Number, B);
    }
    check(F::Pmt, &[n(0.1), i(1)], Number, B);
    check(F::Sln, &[i(1), i(1), i(1), i(1)], Number, B);
}

#[test]
fn straight_lines() {
    for (cost, salvage, life, wanted) in [
        (30_000.0, 7_500.0, 10.0, 2_250.0),
        (100.0, 0.0, 4.0, 25.0),
        (100.0, 100.0, 4.0, 0.0),
        (10.0, 20.0, 4.0, -2.5),
        (1.0, 0.0, 0.5, 2.0),
    ] {
        check(F::Sln, &[n(cost), n(salvage), n(life)], Number, n(wanted));
    }
}

#[test]
fn declining_balances() {
    for &(cost, salvage, life, period, factor, wanted) in WRITTEN_OFF {
        let args = [n(cost), n(salvage), n(life), n(period), n(factor)];
        check_near(F::Ddb, &args, wanted);
        if factor == 2.0 {
            check_near(F::Ddb, &args[..4], wanted);
        }
    }
    for args in [[-1, 0, 5, 1], [100, -1, 5, 1], [100, 0, 5, 0], [100, 0, 5, 6], [100, 0, 0, 1]] {
        check(F::Ddb, &args.map(i), Number, B);
    }
    check(F::Ddb, &[i(100), i(0), i(5), i(1), i(0)], Number, B);
    check(F::Ddb, &[i(100), i(0), i(5), B], Number, B);
}
