//! Functions over all cells of an expression.

use super::{Cells, Help, gives, help};

pub(super) const WHOLE: &[Help] = &[
    help(
        "SUMOF",
        Cells::One,
        "The sum of all cells.",
        &[
            gives("SUMOF(Sales)", &["98"]),
            gives(
                "Sales / SUMOF(Sales)[ADD: Country]",
                &[
                    "France,2024-01,0.10204081632653061",
                    "France,2024-02,0.20408163265306123",
                    "France,2024-04,0.40816326530612246",
                    "Germany,2024-01,0.05102040816326531",
                    "Germany,2024-03,0.15306122448979592",
                    "Japan,2024-02,0.08163265306122448",
                ],
            ),
        ],
    ),
    help("AVGOF", Cells::One, "The average of all cells that have a value.", &[gives("AVGOF(Price)", &["2.75"])]),
    help("MINOF", Cells::One, "The smallest value.", &[gives("MINOF(Sales)", &["5"])]),
    help("MAXOF", Cells::One, "The largest value.", &[gives("MAXOF(Sales)", &["40"])]),
    help("COUNTOF", Cells::One, "How many cells have a value; BLANK where none has.", &[gives("COUNTOF(Sales)", &["6"])]),
    help("COUNTUNIQUEOF", Cells::One, "How many different values there are.", &[gives("COUNTUNIQUEOF(Cash)", &["2"])]),
    help(
        "COUNTALLOF",
        Cells::Count,
        "How many cells the dimensions have, with a value or without.",
        &[gives("COUNTALLOF(Sales)", &["18"])],
    ),
    help("COUNTBLANKOF", Cells::Count, "How many cells are BLANK.", &[gives("COUNTBLANKOF(Sales)", &["12"])]),
];
