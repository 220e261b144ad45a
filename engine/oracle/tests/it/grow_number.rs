//! Formulas that give numbers.

use smalt_oracle::{Block, Type};

use crate::grow::{Garden, Piece, Want, bracketed};
use crate::grow_any::{beside, down, group, inside, ordered, some, up};
use crate::grow_finance::{finance, forecast, statistics};

const AGGREGATES: [&str; 18] = [
    ": ",
    "SUM: ",
    "AVG: ",
    "MIN: ",
    "MAX: ",
    "MEDIAN: ",
    "STDEVS: ",
    "STDEVP: ",
    "COUNT: ",
    "COUNTUNIQUE: ",
    "FIRST: ",
    "LAST: ",
    "FIRSTNONBLANK: ",
    "LASTNONBLANK: ",
    "FIRSTNONZERO: ",
    "LASTNONZERO: ",
    "AVG: ",
    "SUM: ",
];

/// What is computed in more than one way, so that last digits differ: by how it starts, and by its modifiers.
const INEXACT: [&str; 23] = [
    "NORMAL",
    "CORREL",
    "PERCENTILE",
    "PMT",
    "PV",
    "FV",
    "NPER",
    "RATE",
    "NPV",
    "IRR",
    "XNPV",
    "XIRR",
    "DDB",
    "ROLLUP",
    "CUMULATE",
    "MOVING",
    "YEARTODATE",
    "QUARTERTODATE",
    "MONTHTODATE",
    "FORECAST_",
    "SEASONAL_LINEAR",
    "SIMPLE_SMOOTHING",
    "DOUBLE_SMOOTHING",
];
const INEXACT_MODIFIERS: [&str; 2] = ["STDEV", "SPLIT"];

/// Do last digits of the expression depend on how it is computed?
pub(crate) fn is_inexact(text: &str) -> bool {
    let text = text.trim_start_matches('(');
    INEXACT.iter().any(|word| text.starts_with(word)) || INEXACT_MODIFIERS.iter().any(|word| text.contains(word))
}

pub(crate) fn number(g: &mut Garden<'_>, depth: usize, nested: bool) -> Option<Piece> {
    let mut text = match g.below(29) {
        0..3 => {
            let mut text = bracketed(&g.grow(Want::Numeric, depth).text);
            for _ in 0..1 + g.below(3) {
                let sign = g.word(&["+", "-"]);
                let term = if g.random.percent(3) { "BLANK".to_owned() } else { bracketed(&g.grow(Want::Numeric, depth).text) };
                text = format!("{text} {sign} {term}");
            }
            text
        }
        3..5 => {
            let mut text = bracketed(&g.grow(Want::Numeric, depth).text);
            for _ in 0..1 + g.below(2) {
                let sign = g.word(&["*", "*", "/"]);
                text = format!("{text} {sign} {}", bracketed(&g.grow(Want::Numeric, depth).text));
            }
            text
        }
        5 => {
            let power = g.word(&["2", "3", "-1", "0.5", "0"]);
            format!("{} ^ {power}", bracketed(&g.grow(Want::Numeric, depth).text))
        }
        6 => format!("- {}", bracketed(&g.grow(Want::Numeric, depth).text)),
        7 => one(g, depth),
        8 => two(g, depth),
        9 | 10 => along(g, depth)?,
        11 => {
            let x = g.grow(Want::Numeric, depth);
            up(g, &x, &AGGREGATES)?
        }
        12 => counted(g, depth)?,
        13 => {
            let x = g.grow(Want::Numeric, depth);
            down(g, &x, &[" SPLIT", " SPLIT ON", " SPLIT ON"], depth)?
        }
        14 => add(g, depth)?,
        15 => whole(g, depth),
        16 => of_dates(g, depth),
        17 => of_text(g, depth),
        18 => finance(g, depth)?,
        19 => rank(g, depth)?,
        20 => periods(g, depth)?,
        21 => statistics(g, depth)?,
        22 => rollup(g, depth)?,
        23 => {
            let x = g.grow(Want::Numeric, depth);
            let kind = g.word(&["REMOVE", "KEEP", "REMOVE"]);
            let method = g.random.pick(&AGGREGATES).to_owned();
            let head = if method == ": " { format!("{kind}: ") } else { format!("{kind} {method}") };
            format!("{}[{head}{}]", bracketed(&x.text), some(g, &x.block)?)
        }
        25 | 26 => by_row(g)?,
        24 => of_item(g, depth)?,
        27 => forecast(g, depth)?,
        _ => along(g, depth)?,
    };
    if nested && is_inexact(&text) {
        text = format!("ROUND({text}, 6)");
    }
    g.piece(text)
}

fn one(g: &mut Garden<'_>, depth: usize) -> String {
    let x = g.grow(Want::Numeric, depth).text;
    let name = g.word(&[
        "ABS",
        "SIGN",
        "SQRT",
        "EXP",
        "LN",
        "LOG",
        "SIN",
        "COS",
        "TRUNC",
        "CEILING",
        "FLOOR",
        "ROUND",
        "ROUNDUP",
        "ROUNDDOWN",
        "NORMAL",
        "NORMALCUMULATIVE",
    ]);
    match name {
        "EXP" | "SIN" | "COS" | "NORMAL" | "NORMALCUMULATIVE" => format!("{name}({} / 64)", bracketed(&x)),
        _ => format!("{name}({x})"),
    }
}

fn two(g: &mut Garden<'_>, depth: usize) -> String {
    let x = g.grow(Want::Numeric, depth).text;
    match g.below(6) {
        0 => format!("MOD({x}, {})", g.grow(Want::Numeric, depth).text),
        1 => format!("QUOTIENT({x}, {})", g.grow(Want::Numeric, depth).text),
        2 => format!("POWER({x}, {})", g.word(&["2", "3", "-2", "0.5"])),
        3 => {
            let name = g.word(&["ROUND", "ROUNDUP", "ROUNDDOWN"]);
            format!("{name}({x}, {})", g.grow(Want::Numeric, 0).text.replace("100.0", "1"))
        }
        _ => {
            let name = g.word(&["ROUND", "ROUNDUP", "ROUNDDOWN"]);
            format!("{name}({x}, {})", g.random.within(-2, 3))
        }
    }
}

/// A small whole number: mostly a constant, else something by the dimensions of x.
fn small(g: &mut Garden<'_>, x: &Block, low: i64, high: i64) -> String {
    let constant = format!("{}", g.random.within(low, high));
    if g.random.percent(70) { constant } else { beside(g, Want::Numeric, x, 0).unwrap_or(constant) }
}

fn along(g: &mut Garden<'_>, depth: usize) -> Option<String> {
    let x = g.grow(Want::Numeric, depth);
    let d = g.dimension_of(&x.block)?;
    let calendar = x.block.dims.iter().filter(|d| g.model.dimensions[**d].level.is_some()).count() == 1;
    let name = g.dimension_name(d);
    Some(match g.below(10) {
        0 | 1 => {
            let order = ordered(g, &x.block, d, depth);
            let agg = g.word(&["", "", ", SUM", ", AVG", ", MIN", ", MAX"]);
            format!("CUMULATE({}, {order}{}{agg})", x.text, group(g, &x.block, depth))
        }
        2 => format!("DECUMULATE({}, {}{})", x.text, ordered(g, &x.block, d, depth), group(g, &x.block, depth)),
        3 | 4 => {
            let function = g.word(&["MOVINGSUM", "MOVINGAVERAGE", "MOVINGMIN", "MOVINGMAX"]);
            let window = small(g, &x.block, 0, 3);
            match g.below(3) {
                0 => format!("{function}({}, {window}, {}, {})", x.text, small(g, &x.block, -2, 2), ordered(g, &x.block, d, depth)),
                1 => format!("{function}({}, {}, {name})", x.text, g.random.within(1, 3)),
                _ if calendar || x.block.dims.len() == 1 => format!("{function}({}, {})", x.text, g.random.within(1, 3)),
                _ => return None,
            }
        }
        5 if calendar => {
            let function = g.word(&["YEARTODATE", "QUARTERTODATE", "MONTHTODATE"]);
            format!("{function}({}{})", x.text, g.word(&["", ", AVG", ", MIN", ", MAX", ", SUM"]))
        }
        6 => format!("GROWTH({}, {}, {})", x.text, ordered(g, &x.block, d, depth), small(g, &x.block, 0, 2)),
        7 | 8 => {
            let n = small(g, &x.block, 0, 3);
            if g.random.percent(30) {
                let start = beside(g, Want::Item(Some(d)), &x.block, depth.min(1))?;
                format!("SPREAD({}, {name}, {n}, {start})", x.text)
            } else {
                format!("SPREAD({}, {}, {n})", x.text, ordered(g, &x.block, d, depth))
            }
        }
        _ => format!("FILLFORWARD({}, {})", x.text, ordered(g, &x.block, d, depth)),
    })
}

/// COUNT of anything.
fn counted(g: &mut Garden<'_>, depth: usize) -> Option<String> {
    let x = g.grow(Want::Any, depth);
    match g.below(3) {
        0 => up(g, &x, &["COUNT: ", "COUNTUNIQUE: "]),
        1 => {
            let d = g.dimension_of(&x.block)?;
            let method = g.word(&["COUNT", "COUNTUNIQUE"]);
            Some(format!("{}[REMOVE {method}: {}]", bracketed(&x.text), g.dimension_name(d)))
        }
        _ => {
            let name = g.word(&["COUNTOF", "COUNTUNIQUEOF", "COUNTALLOF", "COUNTBLANKOF"]);
            Some(format!("{name}({})", x.text))
        }
    }
}

fn add(g: &mut Garden<'_>, depth: usize) -> Option<String> {
    let x = g.grow(Want::Numeric, depth);
    let d = g.random.below(g.model.dimension_count());
    let mut added = g.dimension_name(d);
    if g.random.percent(25) {
        let other = g.random.below(g.model.dimension_count());
        added = format!("{added}, {}", g.dimension_name(other));
    }
    let plain = g.piece(format!("{}[ADD: {added}]", bracketed(&x.text)))?;
    let method = match g.below(2) {
        0 => "SPLIT".to_owned(),
        _ => format!("SPLIT ON {}", inside(g, Want::Numeric, &plain.block, depth.min(1))?),
    };
    Some(format!("{}[ADD {method}: {added}]", bracketed(&x.text)))
}

fn whole(g: &mut Garden<'_>, depth: usize) -> String {
    let name = g.word(&["SUMOF", "AVGOF", "MINOF", "MAXOF"]);
    format!("{name}({})", g.grow(Want::Numeric, depth).text)
}

fn of_dates(g: &mut Garden<'_>, depth: usize) -> String {
    let a = g.grow(Want::Date, depth).text;
    match g.below(7) {
        0 => format!("{} - {}", bracketed(&a), bracketed(&g.grow(Want::Date, depth).text)),
        1 => format!("DAYS({a}, {})", g.grow(Want::Date, depth).text),
        2 => format!("MONTHDIF({a}, {})", g.grow(Want::Date, depth).text),
        _ => format!("{}({a})", g.word(&["YEAR", "MONTH", "DAY", "WEEKDAY"])),
    }
}

fn of_text(g: &mut Garden<'_>, depth: usize) -> String {
    let t = g.grow(Want::Text, depth).text;
    match g.below(3) {
        0 => format!("LEN({t})"),
        1 => format!("FIND({}, {t})", g.grow(Want::Text, 0).text),
        _ => format!("VALUE({t})"),
    }
}

fn rank(g: &mut Garden<'_>, depth: usize) -> Option<String> {
    let want = *g.random.pick(&[Want::Numeric, Want::Numeric, Want::Text, Want::Date, Want::Item(None)]);
    let x = g.grow(want, depth);
    let group = group(g, &x.block, depth);
    let direction = g.word(&["", ", ASC", ", DESC"]);
    let ties = g.word(&["", ", MINIMUM", ", MAXIMUM", ", SEQUENTIAL", ", AVERAGE"]);
    Some(format!("RANK({}{group}{direction}{ties})", x.text))
}

fn periods(g: &mut Garden<'_>, depth: usize) -> Option<String> {
    let name = g.word(&["DAYSINPERIOD", "PRORATA"]);
    let calendars: Vec<usize> = (0..g.model.dimension_count()).filter(|d| g.model.dimensions[*d].level.is_some()).collect();
    let d = *g.random.pick(&calendars);
    let d = g.dimension_name(d);
    let has_days = g.model.metric("Works").is_some();
    let start = g.grow(Want::Date, depth.min(1)).text;
    Some(match g.below(4) {
        0 => format!("{name}({d})"),
        1 => format!("{name}({d}, {start})"),
        2 => format!("{name}({d}, {start}, {})", g.grow(Want::Date, depth.min(1)).text),
        _ => {
            let rest = if has_days { g.word(&["", ", Works", ", Works, Holiday", ", BLANK, Holiday"]) } else { "" };
            format!("NETWORKDAYS({start}, EDATE({start}, {}){rest})", g.random.within(0, 2))
        }
    })
}

fn rollup(g: &mut Garden<'_>, depth: usize) -> Option<String> {
    let account = g.model.dimension("Account")?;
    let mut x = g.grow(Want::Numeric, depth);
    if !x.block.dims.contains(&account) {
        x = g.piece(format!("{} * Account.Sign", bracketed(&x.text)))?;
    }
    let weight = match g.below(4) {
        0 => String::new(),
        1 => ", Account.Sign".to_owned(),
        2 => format!(", Account.{}", g.word(&["Share", "Rate"])),
        _ => beside(g, Want::Numeric, &x.block, 1).map_or(String::new(), |w| format!(", {w}")),
    };
    Some(format!("ROLLUP({}, Account.Parent{weight})", x.text))
}

/// An expression over a list's rows, with all its dimensions in one BY.
fn by_row(g: &mut Garden<'_>) -> Option<String> {
    let amount = g.word(&[
        "Ledger.Amount",
        "Ledger.Pieces",
        "ROUND(Ledger.Amount, 1)",
        "(Ledger.Amount * Ledger.Pieces)",
        "(Ledger.Amount - Ledger.Pieces)",
        "IF(Ledger.Paid, Ledger.Amount)",
        "LEN(Ledger.Note)",
        "IF(Ledger.Note = BLANK, 1, Ledger.Pieces)",
        "YEAR(Ledger.Posted)",
        "(2 * Ledger.Amount + Ledger.Product.Price)",
        "IFBLANK(Ledger.Pieces, 7)",
        "Ledger.Net",
        "(Ledger.Net * Ledger.Pieces / 7)",
        "ROUND(Ledger.Net, 1)",
    ]);
    let kept = g.word(&["", "", "", "[FILTER: Ledger.Paid]", "[EXCLUDE: Ledger.Pieces > 3]", "[FILTER: CurrentValue > 0]"]);
    let mut mappings = vec![
        "Ledger.Country",
        "Ledger.Country.Region",
        "Ledger.Product",
        "Ledger.Product.Category",
        "Ledger.Month",
        "TIMEDIM(Ledger.Posted, Month)",
        "Ledger.Month.Year",
        "TIMEDIM(Ledger.Posted, Year)",
    ];
    g.random.shuffle(&mut mappings);
    mappings.truncate(1 + g.below(3));
    let method = g.random.pick(&AGGREGATES).to_owned();
    let head = if method == ": " { "BY: ".to_owned() } else { format!("BY {method}") };
    Some(format!("{amount}{kept}[{head}{}]", mappings.join(", ")))
}

/// A number that an item has.
fn of_item(g: &mut Garden<'_>, depth: usize) -> Option<String> {
    let x = g.grow(Want::Item(None), depth);
    let Some(Type::Item(d)) = x.block.ty else { return None };
    let fits = |p: &&smalt_oracle::Property| p.ty.is_numeric();
    let names: Vec<String> = g.model.dimensions[d].properties.iter().filter(fits).map(|p| p.name.clone()).collect();
    if names.is_empty() {
        return None;
    }
    Some(format!("{}.{}", bracketed(&x.text), g.random.pick(&names)))
}
