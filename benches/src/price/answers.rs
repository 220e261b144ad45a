//! T4's three questions, and what the answers must be: worked out from the owner's numbers by product, store and quarter.

use std::collections::{BTreeMap, HashMap};

use smalt::Session;
use smalt_benches::{Failure, ask};

use crate::cases::Visible;

/// T4's questions (SPEC.md, section 3).
pub(crate) const QUESTIONS: [&str; 3] = [
    "SELECT Product.Category, Month.Quarter, SUM(Revenue) FROM Revenue GROUP BY 1, 2;",
    "SELECT COUNT(*) FROM Revenue;",
    "SELECT Store, SUM(Revenue) AS total FROM Revenue GROUP BY Store ORDER BY total DESC LIMIT 10;",
];

/// Those of three years.
const QUARTERS: usize = 12;

/// How far a sum may be from that of the check, which adds in another order.
const TOLERANCE: f64 = 1e-9;

/// The answers to the three questions.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    by_category: BTreeMap<(String, String), f64>,
    count: f64,
    best: Vec<(String, f64)>,
}

/// Asks the three questions.
pub(crate) fn ask_all(session: &Session) -> Result<Answers, Failure> {
    let [by_category, count, best] = QUESTIONS;
    let found = ask::batches(session, by_category)?;
    let keys = ask::texts(&found, 0)?.into_iter().zip(ask::texts(&found, 1)?);
    let by_category = keys.zip(ask::numbers(&found, 2)?).collect();
    let count = ask::row(session, count)?.first().copied().unwrap_or(0.0);
    let found = ask::batches(session, best)?;
    let best = ask::texts(&found, 0)?.into_iter().zip(ask::numbers(&found, 1)?).collect();
    Ok(Answers { by_category, count, best })
}

/// The owner's numbers: sum and count of each product, store and quarter.
pub(crate) struct Cube {
    rows: Vec<Row>,
}

struct Row {
    product: usize,
    store: usize,
    category: usize,
    quarter: usize,
    sum: f64,
    count: f64,
}

impl Cube {
    pub(crate) fn of(owner: &Session) -> Result<Cube, Failure> {
        let found = ask::batches(owner, "SELECT Product, Product.Category FROM Product;")?;
        let categories: HashMap<String, usize> =
            ask::texts(&found, 0)?.into_iter().zip(ask::texts(&found, 1)?).filter_map(|(p, c)| Some((p, c.parse().ok()?))).collect();
        let mut rows = Vec::new();
        for quarter in 0..QUARTERS {
            let question =
                format!("SELECT Product, Store, SUM(Revenue), COUNT(*) FROM Revenue WHERE Month.Quarter = '{quarter}' GROUP BY 1, 2;");
            let found = ask::batches(owner, &question)?;
            let (products, stores) = (ask::texts(&found, 0)?, ask::texts(&found, 1)?);
            let (sums, counts) = (ask::numbers(&found, 2)?, ask::numbers(&found, 3)?);
            for (((product, store), sum), count) in products.iter().zip(&stores).zip(&sums).zip(&counts) {
                let category = categories.get(product).copied().ok_or("a product without a category")?;
                rows.push(Row { product: product.parse()?, store: store.parse()?, category, quarter, sum: *sum, count: *count });
            }
        }
        Ok(Cube { rows })
    }

    /// What somebody must be told.
    pub(crate) fn answers(&self, visible: &Visible) -> Answers {
        let mut by_category: BTreeMap<usize, f64> = BTreeMap::new();
        let mut by_store: BTreeMap<usize, f64> = BTreeMap::new();
        let mut count = 0.0;
        for row in self.rows.iter().filter(|row| visible.sees(row.product, row.store)) {
            *by_category.entry(row.category * QUARTERS + row.quarter).or_default() += row.sum;
            *by_store.entry(row.store).or_default() += row.sum;
            count += row.count;
        }
        let named = |(key, sum): (usize, f64)| (((key / QUARTERS).to_string(), (key % QUARTERS).to_string()), sum);
        let mut best = by_store.into_iter().map(|(store, sum)| (store.to_string(), sum)).collect::<Vec<_>>();
        best.sort_by(|one, other| other.1.total_cmp(&one.1));
        best.truncate(10);
        Answers { by_category: by_category.into_iter().map(named).collect(), count, best }
    }
}

impl Answers {
    /// The number of visible cells.
    pub(crate) fn count(&self) -> f64 {
        self.count
    }

    /// # Errors
    /// They are others than expected.
    pub(crate) fn check(&self, expected: &Answers) -> Result<(), Failure> {
        let close = |one: f64, other: f64| (one - other).abs() <= TOLERANCE * other.abs();
        let keys = self.by_category.keys().eq(expected.by_category.keys());
        let sums = self.by_category.values().zip(expected.by_category.values()).all(|(one, other)| close(*one, *other));
        let best = self.best.len() == expected.best.len()
            && self.best.iter().zip(&expected.best).all(|(one, other)| one.0 == other.0 && close(one.1, other.1));
        if keys && sums && best && self.count == expected.count {
            return Ok(());
        }
        Err(format!("wrong answers: {} of {} cells; keys {keys}, sums {sums}, best {best}", self.count, expected.count).into())
    }
}
