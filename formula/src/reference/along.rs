//! Functions along a dimension, in item order or in the order that `D ON expr` gives.

use super::{Cells, Help, gives, help, metric};

pub(super) const ALONG: &[Help] = &[
    help(
        "CUMULATE",
        Cells::First,
        "The running total along D; with AVG, MIN or MAX the running average or extreme. It begins anew at each item whose group differs \
         from that of the item before it.",
        &[
            gives(
                "CUMULATE(Sales, Month)",
                &[
                    "France,2024-01,10",
                    "France,2024-02,30",
                    "France,2024-04,70",
                    "Germany,2024-01,5",
                    "Germany,2024-03,20",
                    "Japan,2024-02,8",
                ],
            ),
            gives(
                "CUMULATE(Sales, Month, Month.Quarter)",
                &[
                    "France,2024-01,10",
                    "France,2024-02,30",
                    "France,2024-04,40",
                    "Germany,2024-01,5",
                    "Germany,2024-03,20",
                    "Japan,2024-02,8",
                ],
            ),
            gives("CUMULATE(Price, Product ON Product.Rank)", &["Tea,5.5", "Coffee,3.5"]),
        ],
    ),
    help(
        "DECUMULATE",
        Cells::First,
        "What each cell adds to the cell before it: the inverse of CUMULATE.",
        &[gives("DECUMULATE(Cash, Month)", &["2024-01,-100", "2024-02,160", "2024-03,0"])],
    ),
    help(
        "MOVINGSUM",
        Cells::AlongToo,
        "The sum over a window of so many items that ends at the current one, or offset items after it. BLANK where the window holds no \
         value.",
        &[gives("MOVINGSUM(Cash, 2)", &["2024-01,-100", "2024-02,-40", "2024-03,120", "2024-04,60"])],
    ),
    help(
        "MOVINGAVERAGE",
        Cells::AlongToo,
        "The average of the values in the window; items without a value do not count.",
        &[gives("MOVINGAVERAGE(Cash, 2)", &["2024-01,-100", "2024-02,-20", "2024-03,60", "2024-04,60"])],
    ),
    help(
        "MOVINGMIN",
        Cells::AlongToo,
        "The smallest value in the window.",
        &[gives("MOVINGMIN(Cash, 2)", &["2024-01,-100", "2024-02,-100", "2024-03,60", "2024-04,60"])],
    ),
    help(
        "MOVINGMAX",
        Cells::AlongToo,
        "The largest value in the window.",
        &[gives("MOVINGMAX(Cash, 2, 1)", &["2024-01,60", "2024-02,60", "2024-03,60"])],
    ),
    help(
        "YEARTODATE",
        Cells::First,
        "The running total since the beginning of the year (of the fiscal year, where the calendar has one).",
        &[gives("YEARTODATE(Cash)", &["2024-01,-100", "2024-02,-40", "2024-03,20"])],
    ),
    help(
        "QUARTERTODATE",
        Cells::First,
        "The running total since the beginning of the quarter.",
        &[gives(
            "QUARTERTODATE(Sales)",
            &["France,2024-01,10", "France,2024-02,30", "France,2024-04,40", "Germany,2024-01,5", "Germany,2024-03,20", "Japan,2024-02,8"],
        )],
    ),
    help(
        "MONTHTODATE",
        Cells::First,
        "The running total since the beginning of the month, on days.",
        &[gives("MONTHTODATE(IF(Day <= Day.\"2024-01-03\", 2))", &["2024-01-01,2", "2024-01-02,4", "2024-01-03,6"])],
    ),
    help(
        "SHIFT",
        Cells::EveryArgument,
        "The item n places later in item order, or earlier where n is negative; off the end BLANK. As a mapping it moves values.",
        &[
            gives("SHIFT(Country, 1)", &["France,Germany", "Germany,Japan"]),
            gives("Cash[BY SUM: SHIFT(Month, 2)]", &["2024-03,-100", "2024-04,60", "2024-05,60"]),
        ],
    ),
    help(
        "FILLFORWARD",
        Cells::AlongToo,
        "The value itself, or the last one before it along D.",
        &[gives("FILLFORWARD(Cash, Month)", &["2024-01,-100", "2024-02,60", "2024-03,60", "2024-04,60", "2024-05,60", "2024-06,60"])],
    ),
    help(
        "ROLLUP",
        Cells::AlongToo,
        "At each item of a hierarchy of parents and children its own value and those of all below it. Each link counts with the weight of \
         the child, so that a chart of accounts adds up with its signs; a BLANK weight leaves the child out with all below it.",
        &[gives("ROLLUP(Balance, Account.Parent, Account.Sign)", &["Profit,50", "Income,100", "Costs,50", "Material,30", "Wages,20"])],
    ),
    help(
        "SPREAD",
        Cells::AlongToo,
        "Divides each value evenly over n items, from its own item on or from start. Where several fall on one item they are added; what \
         would fall off the end is lost. Parts of a DECIMAL are rounded to its digits.",
        &[gives("SPREAD(Cash, Month, 2)", &["2024-01,-50", "2024-02,-20", "2024-03,60", "2024-04,30"])],
    ),
    help(
        "RANK",
        Cells::EveryArgument,
        "The place of each cell among all cells of x with the same group, 1 for the smallest; none where the group is BLANK. Equal values \
         share the lowest place; MAXIMUM and AVERAGE give them the highest or the middle one, SEQUENTIAL places of their own in item order.",
        &[
            gives("RANK(Price, DESC)", &["Tea,2", "Coffee,1"]),
            gives("RANK(Cash)", &["2024-01,1", "2024-02,2", "2024-03,2"]),
            gives("RANK(Cash, ASC, SEQUENTIAL)", &["2024-01,1", "2024-02,2", "2024-03,3"]),
        ],
    ),
    help(
        "PREVIOUS",
        Cells::Earlier,
        "The metric's own value n items earlier along D, 1 where n is left out. This is how a balance carries over.",
        &[
            metric(
                "NUMBER BY (Month)",
                "PREVIOUS(Month) + Cash",
                &["2024-01,-100", "2024-02,-40", "2024-03,20", "2024-04,20", "2024-05,20", "2024-06,20"],
            ),
            metric(
                "NUMBER BY (Month)",
                "IF(Month = Month.\"2024-01\", 100, PREVIOUS(Month) * 1.1)",
                &[
                    "2024-01,100",
                    "2024-02,110.00000000000001",
                    "2024-03,121.00000000000003",
                    "2024-04,133.10000000000005",
                    "2024-05,146.41000000000008",
                    "2024-06,161.0510000000001",
                ],
            ),
        ],
    ),
    help(
        "PREVIOUSOF",
        Cells::Earlier,
        "The value of another metric n items earlier along the dimension that both have; D names it where there are several.",
        &[metric("NUMBER BY (Month)", "PREVIOUSOF(Cash)", &["2024-02,-100", "2024-03,60", "2024-04,60"])],
    ),
    help(
        "GROWTH",
        Cells::EveryArgument,
        "The growth against the value n items earlier: x divided by that, less 1. BLANK where either is missing or the earlier one is 0. Of a \
         DECIMAL the quotient is rounded to its digits.",
        &[gives("GROWTH(Sales, Month, 1)", &["France,2024-02,1"])],
    ),
];
