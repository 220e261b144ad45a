//! Functions of finance, with the signatures and signs of spreadsheets: what is paid is negative, what is received positive.

use super::{Cells, Cells::EveryArgument as Every, Help, gives, help};

pub(super) const FINANCE: &[Help] = &[
    help(
        "NPV",
        Cells::First,
        "The present value of a series: each value divided by (1 + rate) once for every item, the first item included. It stands at the \
         first cell along D; with ALL at every cell, counted from there.",
        &[
            gives("ROUND(NPV(0.1, Cash), 6)", &["2024-01,3.756574"]),
            gives("ROUND(NPV(0.1, Cash, ALL), 6)", &["2024-01,3.756574", "2024-02,104.132231", "2024-03,54.545455"]),
        ],
    ),
    help(
        "IRR",
        Cells::Line,
        "The rate at which the present value of a series is 0. BLANK where the series never changes its sign.",
        &[gives("ROUND(IRR(Cash, Month), 9)", &["0.130662386"])],
    ),
    help(
        "XNPV",
        Cells::Line,
        "The present value of payments on days of their own: by the days since the first one, 365 to the year.",
        &[gives("ROUND(XNPV(0.1, Cash, Paid, Month), 6)", &["15.806295"])],
    ),
    help(
        "XIRR",
        Cells::Line,
        "The yearly rate at which XNPV is 0. BLANK where the series never changes its sign.",
        &[gives("ROUND(XIRR(Cash, Paid, Month), 9)", &["0.636506955"])],
    ),
    help(
        "PMT",
        Every,
        "The payment per period that pays off a loan of pv in nper periods, down to fv. type 1: at the beginning of each period.",
        &[gives("ROUND(PMT(0.01, 12, 1000), 6)", &["-88.848789"])],
    ),
    help(
        "PV",
        Every,
        "What a series of equal payments is worth at its beginning.",
        &[gives("ROUND(PV(0.01, 12, -100), 6)", &["1125.507747"])],
    ),
    help(
        "FV",
        Every,
        "What a series of equal payments has grown to at its end.",
        &[gives("ROUND(FV(0.01, 12, -100), 6)", &["1268.250301"])],
    ),
    help(
        "RATE",
        Every,
        "The rate per period of a loan with equal payments. guess is where the search begins.",
        &[gives("ROUND(RATE(12, -100, 1000), 9)", &["0.029228541"])],
    ),
    help("NPER", Every, "In how many periods equal payments pay off a loan.", &[gives("ROUND(NPER(0.01, -100, 1000), 6)", &["10.588644"])]),
    help("SLN", Every, "Depreciation in equal parts: (cost - salvage) / life.", &[gives("SLN(1000, 100, 5)", &["180"])]),
    help(
        "DDB",
        Every,
        "Depreciation by a share of what is left, twice the equal one where no factor is given, never below the salvage value.",
        &[gives("DDB(1000, 100, 5, 2)", &["240"])],
    ),
];
