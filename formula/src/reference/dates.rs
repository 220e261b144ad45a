//! Functions of dates and periods.

use super::{Cells::EveryArgument as Every, Help, gives, help};

pub(super) const DATES: &[Help] = &[
    help(
        "DATE",
        Every,
        "The date of a year, a month and a day; BLANK where there is no such day.",
        &[gives("DATE(2024, 2, 29)", &["2024-02-29"]), gives("DATE(2023, 2, 29)", &[])],
    ),
    help("YEAR", Every, "The year of a date.", &[gives("YEAR(Product.Launched)", &["Tea,2023", "Coffee,2024"])]),
    help("MONTH", Every, "The month of a date, from 1.", &[gives("MONTH(DATE(2024, 5, 17))", &["5"])]),
    help("DAY", Every, "The day within its month, from 1.", &[gives("DAY(DATE(2024, 5, 17))", &["17"])]),
    help("WEEKDAY", Every, "The day within its week: Monday is 1, Sunday 7.", &[gives("WEEKDAY(DATE(2024, 5, 17))", &["5"])]),
    help(
        "EDATE",
        Every,
        "The same day so many months later; the last day of the month where it has no such day.",
        &[gives("EDATE(DATE(2024, 1, 31), 1)", &["2024-02-29"])],
    ),
    help(
        "EOMONTH",
        Every,
        "The last day of the month that is so many months later.",
        &[gives("EOMONTH(DATE(2024, 1, 15), 1)", &["2024-02-29"])],
    ),
    help("STARTOFMONTH", Every, "The first day of the month.", &[gives("STARTOFMONTH(DATE(2024, 5, 17))", &["2024-05-01"])]),
    help(
        "DAYS",
        Every,
        "The days from b to a; negative where a is the earlier one.",
        &[gives("DAYS(DATE(2024, 3, 1), DATE(2024, 2, 1))", &["29"])],
    ),
    help(
        "MONTHDIF",
        Every,
        "The whole months from b to a, without the fraction.",
        &[gives("MONTHDIF(DATE(2024, 3, 14), DATE(2024, 1, 15))", &["1"]), gives("MONTHDIF(DATE(2024, 3, 15), DATE(2024, 1, 15))", &["2"])],
    ),
    help(
        "NETWORKDAYS",
        Every,
        "The working days from the first date up to the day before the second. Working days are a Boolean by 'Day of Week', holidays a \
         Boolean by Day; without the former every day counts.",
        &[
            gives("NETWORKDAYS(DATE(2024, 1, 1), DATE(2024, 1, 8))", &["7"]),
            gives("NETWORKDAYS(DATE(2024, 1, 1), DATE(2024, 1, 8), Works)", &["5"]),
            gives("NETWORKDAYS(DATE(2024, 1, 1), DATE(2024, 1, 8), Works, Holiday)", &["4"]),
        ],
    ),
    help(
        "INPERIOD",
        Every,
        "TRUE at the item of the calendar level that holds the date, else BLANK.",
        &[gives("INPERIOD(DATE(2024, 2, 10), Month)", &["2024-02,TRUE"])],
    ),
    help(
        "DAYSINPERIOD",
        Every,
        "The days of each period; with a start and an end only those from the start to the day before the end.",
        &[
            gives("DAYSINPERIOD(Quarter)", &["2024-Q1,91", "2024-Q2,91"]),
            gives("DAYSINPERIOD(Month, DATE(2024, 1, 30), DATE(2024, 3, 3))", &["2024-01,2", "2024-02,29", "2024-03,2"]),
        ],
    ),
    help(
        "PRORATA",
        Every,
        "The share of each period that lies between start and end, the end excluded: 1 for a whole period, BLANK outside.",
        &[gives("PRORATA(Month, DATE(2024, 2, 15), DATE(2024, 4, 16))", &["2024-02,0.5172413793103449", "2024-03,1", "2024-04,0.5"])],
    ),
];
