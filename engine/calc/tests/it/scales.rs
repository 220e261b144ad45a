//! DECIMALs of several scales beside one another, and shares of them: no operand is lost without a trace, and a result is rounded once.

use crate::fixture::{World, eval};

const MODEL: &str = "
    dim Month: Jan Feb
    metric Rate DECIMAL38.30 (Month): Jan=0.5 Feb=-0.000000000000000000000000000001
    metric Big DECIMAL20.2 (Month): Jan=1000000000.25 Feb=3
    metric Less DECIMAL20.2 (Month): Jan=-1000000000 Feb=1
    metric Cnt INTEGER (Month): Jan=9000000000 Feb=-1
    metric Year DECIMAL38.30 ():  =0.25
";

/// The cells, and how many results were too large.
fn cells(head: &str, formula: &str) -> (String, u64) {
    let world = World::new(&format!("{MODEL}\nformula It {head}: {formula}"));
    (world.cells("It"), world.report.too_large(world.id("It")))
}

#[track_caller]
fn is(head: &str, formula: &str, expected: &str, too_large: u64) {
    assert_eq!(cells(head, formula), (expected.to_owned(), too_large), "{formula}");
}

#[test]
fn a_sum_of_two_scales_is_exact_or_blank() {
    let by = "DECIMAL38.30 (Month)";
    // 38 digits of which 30 stand after the point hold 8 before it.
    is(by, "Big + Rate", "Feb=2.999999999999999999999999999999", 1);
    is(by, "Rate - Cnt", "Feb=0.999999999999999999999999999999", 1);
    is(by, "Big + Less + Rate", "Jan=0.75 Feb=3.999999999999999999999999999999", 0);
    is(by, "Rate + Less + Big", "Jan=0.75 Feb=3.999999999999999999999999999999", 0);
    is(by, "Big + Year", "Feb=3.25", 1);
    is(by, "Rate + 1000000000000", "", 2);
    // Of a smaller scale both have room.
    is("DECIMAL38.2 (Month)", "Big + Cnt", "Jan=10000000000.25 Feb=2", 0);
}

#[test]
fn the_smallest_and_the_largest_are_found_before_they_must_fit() {
    let by = "DECIMAL38.30 (Month)";
    is(by, "MAX(Big, Rate)", "Feb=3", 1);
    is(by, "MIN(Big, Rate)", "Jan=0.5 Feb=-1e-30", 0);
    is(by, "MIN(Cnt, Rate)", "Jan=0.5 Feb=-1", 0);
    is(by, "MAX(Cnt, Rate)", "Feb=-1e-30", 1);
    is(by, "MAX(Less, Rate)", "Jan=0.5 Feb=1", 0);
}

#[test]
fn numbers_of_two_scales_compare_exactly() {
    let by = "BOOLEAN (Month)";
    is(by, "Rate < Cnt", "Jan=TRUE Feb=FALSE", 0);
    is(by, "Big > Rate", "Jan=TRUE Feb=TRUE", 0);
    is(by, "Less >= Rate", "Jan=FALSE Feb=TRUE", 0);
    is(by, "Big <> Rate", "Jan=TRUE Feb=TRUE", 0);
    is(by, "Rate IN (Big, Cnt, 0.5)", "Jan=TRUE Feb=FALSE", 0);
    is(by, "Rate IN (Less : Cnt)", "Jan=TRUE Feb=FALSE", 0);
    is("DECIMAL38.30 (Month)", "SWITCH(Big, Rate, 1, 3, 2)", "Feb=2", 0);
}

#[test]
fn a_value_without_room_is_not_blank() {
    is("DECIMAL38.30 (Month)", "IFBLANK(Big, Rate)", "Feb=3", 1);
    is("DECIMAL38.30 (Month)", "IFBLANK(Rate, Big)", "Jan=0.5 Feb=-1e-30", 0);
    is("DECIMAL38.30 (Month)", "MOD(Big, Rate)", "Feb=0", 1);
}

#[test]
fn a_share_is_rounded_once() {
    let shares = "dim Country: FR DE UK
        dim Region: EU
        prop Country.Region Region: EU EU EU
        metric T DECIMAL18.2 (Region): EU=12.34
        metric One DECIMAL18.2 (): =12.34
        metric Dime DECIMAL18.2 (): =-0.10
        metric Most DECIMAL38.2 (): =900000000000000000000000000000000000
        metric W DECIMAL10.2 (Country): FR=0.01 DE=0.02 UK=0.03
        metric V DECIMAL10.2 (Country): FR=0.02 DE=0.03
        metric Pair DECIMAL38.2 (Country): FR=1000 UK=1000
        metric None DECIMAL10.2 (Country): FR=1 UK=-1";
    let by = |formula: &str| eval(shares, "DECIMAL38.2 (Country)", formula);
    // A sixth, a third and a half of 12.34: 2.0567, 4.1133, 6.17. Multiplied first, 0.1234 would be 0.12.
    assert_eq!(by("T[BY SPLIT ON W: Country.Region]"), "FR=2.06 DE=4.11 UK=6.17");
    assert_eq!(by("One[ADD SPLIT ON W: Country]"), "FR=2.06 DE=4.11 UK=6.17");
    assert_eq!(by("Dime[ADD SPLIT ON V: Country]"), "FR=-0.04 DE=-0.06");
    assert_eq!(by("Most[ADD SPLIT ON Pair: Country]"), "FR=4.5e35 UK=4.5e35");
    // Shares of a total of 0 are none, and none of them is too large.
    assert_eq!(by("One[ADD SPLIT ON None: Country]"), "");
    // A share that is too large: 9e35 * 1000 / 1, of weights that cancel.
    let world = World::new(&format!(
        "{shares}
        metric Cancel DECIMAL38.2 (Country): FR=1000 DE=-999
        formula It DECIMAL38.2 (Country): Most[ADD SPLIT ON Cancel: Country]"
    ));
    assert_eq!((world.cells("It").as_str(), world.report.too_large(world.id("It"))), ("", 2));
}

#[test]
fn each_metric_counts_what_is_too_large_in_a_part_that_it_shares() {
    let world = World::new(
        "dim Month: Jan Feb
        metric G DECIMAL38.0 (Month): Jan=99999999999999999999999999999999999999 Feb=1
        formula One DECIMAL38.0 (): SUMOF(G * 2)
        formula Other DECIMAL38.0 (): SUMOF(G * 2) + 1
        formula Third DECIMAL38.0 (Month): SUMOF(G * 2)[ADD: Month] + SUMOF(G * 2)",
    );
    let count = |name: &str| world.report.too_large(world.id(name));
    assert_eq!(world.cells("Other"), "=3");
    assert_eq!([count("One"), count("Other"), count("Third")], [1, 1, 2]);
}
