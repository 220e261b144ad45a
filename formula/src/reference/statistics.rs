//! Statistics and forecasts.

use super::{Cells, Help, gives, help};

pub(super) const FORECAST: &[Help] = &[
    help(
        "FORECAST_LINEAR",
        Cells::Forecast,
        "The straight line with the least squares through the cells of x along D, as FORECAST.LINEAR of spreadsheets over the places of the \
         items. It needs two cells.",
        &[gives(
            "FORECAST_LINEAR(Sales, Month)",
            &[
                "France,2024-01,10",
                "France,2024-02,20",
                "France,2024-04,40",
                "France,2024-05,50",
                "France,2024-06,60",
                "Germany,2024-01,5",
                "Germany,2024-03,15",
                "Germany,2024-04,20",
                "Germany,2024-05,25",
                "Germany,2024-06,30",
                "Japan,2024-02,8",
            ],
        )],
    ),
    help(
        "FORECAST_ETS",
        Cells::Forecast,
        "Additive exponential smoothing of a level, a trend and a season (Holt and Winters), whose parameters are those that would have told \
         the cells of x best; the AAA method of spreadsheets. season is the number of items after which a season repeats, 1 for none. It needs \
         two cells at the same place of a season.",
        &[gives(
            "ROUND(FORECAST_ETS(Cash, Month, 1), 2)",
            &["2024-01,-100", "2024-02,60", "2024-03,60", "2024-04,166.67", "2024-05,246.67", "2024-06,326.67"],
        )],
    ),
    help(
        "SIMPLE_SMOOTHING",
        Cells::Forecast,
        "Exponential smoothing of a level (Brown), of which the share alpha comes from each new cell and the rest from the level before. The \
         last level stands for all items after the last cell.",
        &[gives(
            "SIMPLE_SMOOTHING(Cash, Month, 0.5)",
            &["2024-01,-100", "2024-02,60", "2024-03,60", "2024-04,20", "2024-05,20", "2024-06,20"],
        )],
    ),
    help(
        "DOUBLE_SMOOTHING",
        Cells::Forecast,
        "Exponential smoothing of a level and a trend (Holt), of which the shares alpha and beta come from each new cell. It needs two cells.",
        &[gives(
            "DOUBLE_SMOOTHING(Cash, Month, 0.5, 0.5)",
            &["2024-01,-100", "2024-02,60", "2024-03,60", "2024-04,260", "2024-05,380", "2024-06,500"],
        )],
    ),
    help(
        "SEASONAL_LINEAR",
        Cells::Forecast,
        "Parallel straight lines with the least squares, one for each place in a season of so many items: a linear trend with what each place \
         of the season adds to it. It needs two cells at the same place of a season.",
        &[gives(
            "SEASONAL_LINEAR(Cash, Month, 2)",
            &["2024-01,-100", "2024-02,60", "2024-03,60", "2024-04,220", "2024-05,220", "2024-06,380"],
        )],
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
