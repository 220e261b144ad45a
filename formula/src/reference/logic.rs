//! Functions that choose and that ask about BLANK.

use super::{Cells, Help, gives, help};

pub(super) const LOGIC: &[Help] = &[
    help(
        "IF",
        Cells::Branch,
        "a where the test is TRUE, else b. A BLANK test counts as FALSE, and a missing b is BLANK. Both branches have one type.",
        &[gives("IF(Price > 2, Price, 0)", &["Tea,0", "Coffee,3.5", "Cocoa,0"]), gives("IF(Price > 2, \"dear\")", &["Coffee,dear"])],
    ),
    help(
        "SWITCH",
        Cells::Branch,
        "Compares e with v1, v2 and so on, and gives the result behind the first that equals it. A last argument without a partner is the \
         default, which a BLANK e gets too.",
        &[gives("SWITCH(Price, 2, \"cheap\", 3.5, \"dear\", \"no price\")", &["Tea,cheap", "Coffee,dear", "Cocoa,no price"])],
    ),
    help("IFBLANK", Cells::Branch, "a where it has a value, else b.", &[gives("IFBLANK(Price, 1)", &["Tea,2", "Coffee,3.5", "Cocoa,1"])]),
    help(
        "IFDEFINED",
        Cells::Branch,
        "x where a has a value, else y; without y BLANK. The value of a itself does not matter.",
        &[gives("IFDEFINED(Price, 1)", &["Tea,1", "Coffee,1"]), gives("IFDEFINED(Price, 1, 0)", &["Tea,1", "Coffee,1", "Cocoa,0"])],
    ),
    help(
        "ISBLANK",
        Cells::Everywhere,
        "TRUE where a is BLANK, FALSE elsewhere. `a = BLANK` is the same.",
        &[gives("ISBLANK(Price)", &["Tea,FALSE", "Coffee,FALSE", "Cocoa,TRUE"])],
    ),
    help(
        "ISNOTBLANK",
        Cells::Everywhere,
        "TRUE where a has a value, FALSE elsewhere. `a <> BLANK` is the same.",
        &[gives("ISNOTBLANK(Price)", &["Tea,TRUE", "Coffee,TRUE", "Cocoa,FALSE"])],
    ),
    help(
        "ISDEFINED",
        Cells::EveryArgument,
        "TRUE where a has a value, else BLANK: a set of cells that stays sparse.",
        &[gives("ISDEFINED(Price)", &["Tea,TRUE", "Coffee,TRUE"])],
    ),
    help("ANYOF", Cells::One, "Whether b is TRUE in at least one cell.", &[gives("ANYOF(Listed)", &["TRUE"])]),
    help("ALLOF", Cells::One, "Whether b is TRUE in every cell that has a value.", &[gives("ALLOF(Listed)", &["FALSE"])]),
];
