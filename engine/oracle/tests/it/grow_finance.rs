//! Formulas of finance and statistics, and forecasts.

use smalt_oracle::{Block, Cells};

use crate::grow::{Garden, Piece, Want, bracketed};
use crate::grow_any::{inside, ordered};

pub(crate) fn finance(g: &mut Garden<'_>, depth: usize) -> Option<String> {
    let x = g.grow(Want::Numeric, depth);
    let positive = format!("(ABS({}) + 1)", x.text);
    // Powers of 1.1 have few digits, so that there would be a half to round where floats are a little beside it.
    let rate = g.word(&["0.5", "7%", "0.0", "0.03125", "(N1 / 64)"]);
    let rest = g.word(&["", ", 8", ", 0, 1", ", -4.5, 1"]);
    Some(match g.below(9) {
        0 => format!("PMT({rate}, 6, {}{rest})", x.text),
        1 => format!("PV({rate}, 6, {}{rest})", x.text),
        2 => format!("FV({rate}, 6, {}{rest})", x.text),
        3 => format!("NPER({rate}, 0 - {positive}, 40)"),
        4 => format!("SLN({}, 2, {})", x.text, g.random.within(1, 6)),
        5 => format!("DDB({positive}, 1, 6, {})", g.random.within(0, 7)),
        6 => format!("RATE(12, 0 - {positive}, 5 * {positive})"),
        7 => {
            let d = g.dimension_of(&x.block)?;
            let rate = g.word(&["0.5", "10%", "0.0", "0.03125"]);
            let all = g.word(&["", ", ALL"]);
            let along = ordered(g, &x.block, d, depth);
            format!("NPV({rate}, {}{all}, {along})", x.text)
        }
        _ => dated(g, &x)?,
    })
}

/// IRR, XNPV, XIRR: with one change of sign, so that there is one rate.
fn dated(g: &mut Garden<'_>, x: &Piece) -> Option<String> {
    let d = g.dimension_of(&x.block)?;
    let name = g.dimension_name(d);
    let first = format!("{name}.\"{}\"", g.model.dimensions[d].items.first()?.replace('"', "\"\""));
    let flows = format!("IF({name} = {first}, 0 - 20 - ABS({0}), ABS({0}))", x.text);
    let calendar = g.model.dimensions[d].level.is_some();
    Some(match g.below(3) {
        0 if calendar => format!("XNPV({}, {}, {name}.'Start Date', {name})", g.word(&["0.5", "10%", "0.0"]), x.text),
        1 if calendar => format!("XIRR({flows}, {name}.'Start Date', {name})"),
        _ => format!("IRR({flows}, {name})"),
    })
}

pub(crate) fn statistics(g: &mut Garden<'_>, depth: usize) -> Option<String> {
    let x = g.grow(Want::Numeric, depth);
    let d = g.dimension_of(&x.block)?;
    let name = g.dimension_name(d);
    Some(match g.below(2) {
        0 => format!("CORREL({}, {}, {name})", x.text, inside(g, Want::Numeric, &x.block, depth)?),
        _ => format!("PERCENTILE({}, {}, {name})", x.text, g.word(&["0.5", "0.25", "0", "1", "0.125", "1.5"])),
    })
}

pub(crate) fn forecast(g: &mut Garden<'_>, depth: usize) -> Option<String> {
    let x = g.grow(Want::Numeric, depth);
    let d = g.dimension_of(&x.block)?;
    let along = ordered(g, &x.block, d, depth);
    let x_along = format!("{}, {along}", x.text);
    // What the arguments are by: x's other dimensions.
    let line = Block { dims: x.block.dims.iter().copied().filter(|other| *other != d).collect(), ty: x.block.ty, cells: Cells::new() };
    let share = |g: &mut Garden<'_>| match inside(g, Want::Numeric, &line, 0) {
        Some(share) if g.random.percent(20) => format!("MOD({}, 1.0)", bracketed(&share)),
        _ => g.word(&["0.5", "0.25", "0.75", "0", "1", "10%", "1.5", "(N1 / 64)"]).to_owned(),
    };
    Some(match g.below(6) {
        0 => format!("FORECAST_LINEAR({x_along})"),
        1 => format!("SIMPLE_SMOOTHING({x_along}, {})", share(g)),
        2 => format!("DOUBLE_SMOOTHING({x_along}, {}, {})", share(g), share(g)),
        other => {
            let name = if other == 3 { "SEASONAL_LINEAR" } else { "FORECAST_ETS" };
            let season = match inside(g, Want::Numeric, &line, 0) {
                Some(season) if g.random.percent(20) => season,
                _ => g.word(&["1", "2", "2.9", "3", "4", "7", "0", "1000000"]).to_owned(),
            };
            format!("{name}({x_along}, {season})")
        }
    })
}
