//! Statistics and forecasts.

use super::{Cells, Help, gives, help, later};

pub(super) const FORECAST: &[Help] = &[
    later("FORECAST_LINEAR", Cells::AlongToo, "A straight line through the cells of x, drawn on over the items after the last one."),
    later("FORECAST_ETS", Cells::AlongToo, "Exponential smoothing with a trend and a season, drawn on over the items after the last cell."),
    later("SIMPLE_SMOOTHING", Cells::AlongToo, "Exponential smoothing of a level, drawn on over the items after the last cell."),
    later(
        "DOUBLE_SMOOTHING",
        Cells::AlongToo,
        "Exponential smoothing of a level and a trend, drawn on over the items after the last cell.",
    ),
    later(
        "SEASONAL_LINEAR",
        Cells::AlongToo,
        "A straight line with factors for each place in the season, drawn on over the items after the last cell.",
    ),
];

pub(super) const STATISTICS: &[Help] = &[
    help("NORMAL", Cells::EveryArgument, "The height of the normal curve at z.", &[gives("ROUND(NORMAL(0), 9)", &["0.39894228"])]),
    help(
        "NORMALCUMULATIVE",
        Cells::EveryArgument,
        "The share of the normal curve that lies below z.",
        &[gives("ROUND(NORMALCUMULATIVE(1.96), 9)", &["0.975002105"])],
    ),
    help(
        "CORREL",
        Cells::Line,
        "How closely x and y go together along D: from -1 to 1, over the items at which both have a value.",
        &[gives("ROUND(CORREL(Sales, Cash, Month), 9)", &["France,1", "Germany,1"])],
    ),
    help(
        "PERCENTILE",
        Cells::Line,
        "The value below which the share p of the cells along D lies; between two cells it is interpolated.",
        &[gives("PERCENTILE(Sales, 0.25, Month)", &["France,15", "Germany,7.5", "Japan,8"])],
    ),
];
