//! What the results of T2 add up to.

use smalt::Session;

use crate::Failure;
use crate::ask;
use crate::expected::Numbers;

/// The results with their keys, in the order of their weights.
const RESULTS: [(&str, &[&str]); 15] = [
    ("Revenue", &["Product", "Store", "Month"]),
    ("COGS", &["Product", "Store", "Month"]),
    ("GrossMargin", &["Product", "Store", "Month"]),
    ("YTD", &["Product", "Store", "Month"]),
    ("MA3", &["Product", "Store", "Month"]),
    ("YoY", &["Product", "Store", "Month"]),
    ("ForecastVolume", &["Product", "Store", "Month"]),
    ("RevenueByCategoryCountry", &["Category", "Country", "Month"]),
    ("NetRevenue", &["Category", "Country", "Channel", "Month"]),
    ("OpexByDepartmentGroup", &["Department", "Account Group", "Month"]),
    ("Allocation", &["Department", "Category", "Country", "Month"]),
    ("Payroll", &["Cost Centre", "Month"]),
    ("Opening", &["Country", "Month"]),
    ("Interest", &["Country", "Month"]),
    ("Closing", &["Country", "Month"]),
];

/// Past so many cells the weighted sum, which makes a row of every cell, is left out: the reference has none there either.
const WEIGHED: f64 = 2e6;

/// `name.count`, `name.sum` and, where the result is not too large, `name.wsum` of every result.
pub(crate) fn all(owner: &Session) -> Result<Numbers, Failure> {
    let mut out = Numbers::new();
    for (name, keys) in RESULTS {
        let found = ask::row(owner, &format!("SELECT COUNT(*), SUM({name}) FROM {name};"))?;
        let [count, sum] = found.as_slice() else { return Err(format!("{name} gives no count and sum").into()) };
        out.insert(format!("{name}.count"), *count);
        out.insert(format!("{name}.sum"), *sum);
        if *count <= WEIGHED {
            let terms: Vec<String> =
                keys.iter().zip([2, 3, 5, 7]).map(|(key, weight)| format!("{weight} * CAST(\"{key}\" AS BIGINT)")).collect();
            let query = format!("SELECT SUM({name} * (1 + ({}) % 97)) FROM {name};", terms.join(" + "));
            if let Some(weighed) = ask::row(owner, &query)?.first() {
                out.insert(format!("{name}.wsum"), *weighed);
            }
        }
    }
    Ok(out)
}
