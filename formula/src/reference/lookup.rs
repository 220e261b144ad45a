//! Functions that find items, and those of access rights.

use super::{Cells, Help, gives, help, metric};

pub(super) const LOOK_UP: &[Help] = &[
    help(
        "ITEM",
        Cells::EveryArgument,
        "The item whose property holds v. The property should tell the items apart: a value that no item has gives BLANK, and so does one that several have.",
        &[gives("ITEM(\"Coffee\", Product.Name)", &["Coffee"])],
    ),
    help(
        "MATCH",
        Cells::EveryArgument,
        "The first item, in item order, whose property holds v.",
        &[gives("MATCH(Region, Country.Region)", &["EMEA,France", "APAC,Japan"])],
    ),
    help(
        "TIMEDIM",
        Cells::EveryArgument,
        "The item of a level of the calendar that holds the date; BLANK outside of the calendar.",
        &[
            gives("TIMEDIM(Product.Launched, Month)", &["Coffee,2024-02"]),
            gives("Orders.Amount[BY SUM: TIMEDIM(Orders.Date, Quarter)]", &["2024-Q1,60", "2024-Q2,25"]),
        ],
    ),
];

pub(super) const SECURITY: &[Help] = &[
    help(
        "ACCESSRIGHTS",
        Cells::Either,
        "A right to read and a right to write, each granted (TRUE), denied (FALSE) or left open (BLANK). Only for those who define the \
         application's security.",
        &[metric(
            "ACCESS RIGHTS BY (Country)",
            "ACCESSRIGHTS(Country.Region = Region.\"EMEA\", BLANK)",
            &["France,r.", "Germany,r.", "Japan,-."],
        )],
    ),
    help(
        "RESETACCESSRIGHTS",
        Cells::First,
        "x as it is, but without the rights that its sources would hand on. Only for those who define the application's security.",
        &[gives("RESETACCESSRIGHTS(Price)", &["Tea,2", "Coffee,3.5"])],
    ),
];
