//! Functions of texts. Lengths and places count characters, from 1.

use super::{Cells::EveryArgument as Every, Help, gives, help};

pub(super) const TEXT: &[Help] = &[
    help("LEN", Every, "How many characters a text has.", &[gives("LEN(Label)", &["Tea,9", "Coffee,11"])]),
    help("LEFT", Every, "The first characters of a text.", &[gives("LEFT(\"planning\", 4)", &["plan"])]),
    help("RIGHT", Every, "The last characters of a text.", &[gives("RIGHT(\"planning\", 4)", &["ning"])]),
    help("MID", Every, "So many characters from a place on.", &[gives("MID(\"planning\", 3, 2)", &["an"])]),
    help("LOWER", Every, "All in small letters.", &[gives("LOWER(Label)", &["Tea,green tea", "Coffee,dark  roast"])]),
    help("UPPER", Every, "All in capitals.", &[gives("UPPER(Label)", &["Tea,GREEN TEA", "Coffee,DARK  ROAST"])]),
    help(
        "PROPER",
        Every,
        "A capital at the beginning of each word, small letters behind it.",
        &[gives("PROPER(\"net REVENUE\")", &["Net Revenue"])],
    ),
    help(
        "TRIM",
        Every,
        "Without spaces at its ends, and with single ones inside.",
        &[gives("TRIM(Label)", &["Tea,green tea", "Coffee,Dark roast"])],
    ),
    help(
        "CONTAINS",
        Every,
        "Whether part stands in t. Capitals matter.",
        &[gives("CONTAINS(Label, \"tea\")", &["Tea,TRUE", "Coffee,FALSE"])],
    ),
    help("STARTSWITH", Every, "Whether t begins with part.", &[gives("STARTSWITH(Label, \"green\")", &["Tea,TRUE", "Coffee,FALSE"])]),
    help("ENDSWITH", Every, "Whether t ends with part.", &[gives("ENDSWITH(Label, \"roast\")", &["Tea,FALSE", "Coffee,TRUE"])]),
    help("FIND", Every, "Where part first stands in t, or BLANK.", &[gives("FIND(\"tea\", Label)", &["Tea,7"])]),
    help(
        "SUBSTITUTE",
        Every,
        "t with new in place of old, everywhere, or only where it stands for the which-th time.",
        &[gives("SUBSTITUTE(\"a-b-c\", \"-\", \"+\")", &["a+b+c"]), gives("SUBSTITUTE(\"a-b-c\", \"-\", \"+\", 2)", &["a-b+c"])],
    ),
    help(
        "TEXT",
        Every,
        "A value as a text; numbers and dates by a pattern where one is given. `0` is a digit that always shows, `#` one that may, `,` \
         separates thousands; `yyyy`, `MM` and `dd` are the parts of a date.",
        &[gives("TEXT(1234.5, \"#,##0.00\")", &["\"1,234.50\""]), gives("TEXT(DATE(2024, 5, 17), \"dd.MM.yyyy\")", &["17.05.2024"])],
    ),
    help("VALUE", Every, "The number that a text shows, or BLANK.", &[gives("VALUE(\" 12.5 \")", &["12.5"]), gives("VALUE(Label)", &[])]),
    help(
        "DATEVALUE",
        Every,
        "The date that a text shows in the way of the pattern, or BLANK.",
        &[gives("DATEVALUE(\"17.05.2024\", \"dd.MM.yyyy\")", &["2024-05-17"])],
    ),
];
