//! Functions of numbers.

use super::{Cells::AnyArgument, Cells::EveryArgument as Every, Help, gives, help};

pub(super) const NUMBERS: &[Help] = &[
    help("ABS", Every, "The number without its sign.", &[gives("ABS(-3)", &["3"])]),
    help("SIGN", Every, "-1, 0 or 1.", &[gives("SIGN(Cash)", &["2024-01,-1", "2024-02,1", "2024-03,1"])]),
    help(
        "SQRT",
        Every,
        "The square root; BLANK below 0.",
        &[gives("SQRT(Price)", &["Tea,1.4142135623730951", "Coffee,1.8708286933869707"])],
    ),
    help("EXP", Every, "e to the power of n.", &[gives("EXP(1)", &["2.718281828459045"])]),
    help("LN", Every, "The natural logarithm; BLANK for 0 and below.", &[gives("LN(EXP(2))", &["2"])]),
    help("LOG", Every, "The logarithm of base 10; BLANK for 0 and below.", &[gives("LOG(1000)", &["3"])]),
    help(
        "POWER",
        Every,
        "n to the power of e, as `n ^ e`; BLANK where that is no number.",
        &[gives("POWER(Price, 2)", &["Tea,4", "Coffee,12.25"])],
    ),
    help("SIN", Every, "The sine of an angle in radians.", &[gives("SIN(0.5)", &["0.479425538604203"])]),
    help("COS", Every, "The cosine of an angle in radians.", &[gives("COS(0)", &["1"])]),
    help(
        "MOD",
        Every,
        "What is left of n after division by d, with the sign of d. BLANK where d is 0.",
        &[gives("MOD(7, 3)", &["1"]), gives("MOD(-7, 3)", &["2"])],
    ),
    help(
        "QUOTIENT",
        Every,
        "How often d goes into n, without the fraction. BLANK where d is 0.",
        &[gives("QUOTIENT(7, 3)", &["2"]), gives("QUOTIENT(-7, 3)", &["-2"])],
    ),
    help("TRUNC", Every, "The whole part: what stands before the point.", &[gives("TRUNC(-3.7)", &["-3"])]),
    help("CEILING", Every, "The next whole number upward.", &[gives("CEILING(Price)", &["Tea,2", "Coffee,4"])]),
    help("FLOOR", Every, "The next whole number downward.", &[gives("FLOOR(-3.2)", &["-4"])]),
    help(
        "ROUND",
        Every,
        "Rounded to so many digits behind the point; a half goes away from zero, as the number is written. Negative digits round to tens, \
         hundreds and so on. Without digits the result is INTEGER.",
        &[gives("ROUND(2.365, 2)", &["2.37"]), gives("ROUND(1250, -2)", &["1300"]), gives("ROUND(-2.5)", &["-3"])],
    ),
    help("ROUNDUP", Every, "Like ROUND, but always away from zero.", &[gives("ROUNDUP(2.301, 1)", &["2.4"])]),
    help("ROUNDDOWN", Every, "Like ROUND, but always toward zero.", &[gives("ROUNDDOWN(-2.39, 1)", &["-2.3"])]),
    help(
        "MIN",
        AnyArgument,
        "The smallest of several values: numbers, texts, dates, or items by their order.",
        &[gives("MIN(Price, 3)", &["Tea,2", "Coffee,3"])],
    ),
    help("MAX", AnyArgument, "The largest of several values.", &[gives("MAX(Price, 3)", &["Tea,3", "Coffee,3.5"])]),
];
