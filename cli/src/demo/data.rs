//! The sample data: a chain of outdoor shops in twelve countries over twenty-four months, written as CSV files.
//!
//! While it writes, it works out what the finished model has to say, in plain loops, so that the demonstration can check the engine.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use smalt_model::format_number;

use super::random::Random;

/// Months from 2024-01 to 2025-12.
const MONTHS: usize = 24;

/// The first month of the last half year.
const LAST_HALF: usize = 18;

/// The first month of the last year.
const LAST_YEAR: usize = 12;

/// Interest on the opening cash of a month; model.sql has the same number.
const INTEREST: f64 = 0.002;

struct CountrySpec {
    name: &'static str,
    region: &'static str,
    currency: &'static str,
    /// Reporting currency per local currency in the first month.
    rate: f64,
}

const fn country(name: &'static str, region: &'static str, currency: &'static str, rate: f64) -> CountrySpec {
    CountrySpec { name, region, currency, rate }
}

const REGIONS: [&str; 3] = ["EMEA", "Americas", "APAC"];

const COUNTRIES: [CountrySpec; 12] = [
    country("France", "EMEA", "EUR", 1.0),
    country("Germany", "EMEA", "EUR", 1.0),
    country("Spain", "EMEA", "EUR", 1.0),
    country("United Kingdom", "EMEA", "GBP", 1.16),
    country("Sweden", "EMEA", "SEK", 0.088),
    country("United States", "Americas", "USD", 0.92),
    country("Canada", "Americas", "CAD", 0.68),
    country("Brazil", "Americas", "BRL", 0.185),
    country("Japan", "APAC", "JPY", 0.0062),
    country("Australia", "APAC", "AUD", 0.61),
    country("India", "APAC", "INR", 0.011),
    country("Singapore", "APAC", "SGD", 0.69),
];

const FRANCE: usize = 0;
const JAPAN: usize = 8;

const CATEGORIES: [&str; 6] = ["Jackets", "Boots", "Tents", "Packs", "Climbing", "Stoves"];

/// Expense accounts with their share of a month's revenue.
const EXPENSES: [(&str, f64); 5] = [("Salaries", 0.14), ("Rent", 0.06), ("Marketing", 0.04), ("Travel", 0.01), ("Software", 0.015)];

/// How busy each month of a year is.
const SEASON: [f64; 12] = [0.7, 0.7, 0.85, 1.0, 1.15, 1.25, 1.2, 1.1, 0.95, 0.9, 1.05, 1.4];

/// What the model must say about the data, worked out without it.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    /// Cells of Volume.
    pub(crate) volume_cells: f64,
    /// Revenue by region, in the order of the file.
    pub(crate) revenue_by_region: Vec<(&'static str, f64)>,
    /// Of the last year, all countries.
    pub(crate) last_year: Income,
    /// Cash by country at the end of the last month, in the order of the file.
    pub(crate) closing_cash: Vec<(&'static str, f64)>,
    /// French revenue of the last half year.
    pub(crate) french_last_half: f64,
    /// A store in Japan and a product, both there.
    pub(crate) japanese_store: String,
    pub(crate) product: String,
}

/// An income statement in four numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Income {
    pub(crate) revenue: f64,
    pub(crate) cost: f64,
    pub(crate) expenses: f64,
}

impl Income {
    pub(crate) fn profit(self) -> f64 {
        self.revenue - self.cost - self.expenses
    }

    fn add(&mut self, other: Self) {
        self.revenue += other.revenue;
        self.cost += other.cost;
        self.expenses += other.expenses;
    }
}

struct Product {
    code: String,
    /// In reporting currency.
    price: f64,
    cost: f64,
    /// First and last month of sale.
    life: (usize, usize),
    /// Units a month in an average store and month.
    pull: f64,
}

struct Store {
    code: String,
    country: usize,
    size: f64,
}

/// Writes all files into a folder.
pub(crate) fn generate(scale: f64, folder: &Path) -> io::Result<Expected> {
    let mut random = Random::new(20_240_101);
    write_lists(folder)?;
    let products = write_products(folder, count(120.0, scale), &mut random)?;
    let stores = write_stores(folder, count(90.0, scale), &mut random)?;
    let prices = write_prices(folder, &products, &mut random)?;
    let rates = write_rates(folder, &mut random)?;

    let mut expected = Expected::default();
    let mut income = [[Income::default(); COUNTRIES.len()]; MONTHS];
    write_volumes(folder, &products, &stores, &mut random, |product, store, month, volume| {
        let country = stores[store].country;
        expected.volume_cells += 1.0;
        income[month][country].revenue += volume * prices[product][country] * rates[country][month];
        income[month][country].cost += volume * products[product].cost;
    })?;
    let postings = (20.0 * scale).round().max(1.0);
    write_ledger(folder, postings, &mut random, &mut income)?;
    let starting = write_starting_cash(folder, &mut random)?;

    expected.revenue_by_region = REGIONS.iter().map(|&region| (region, region_revenue(region, &income))).collect();
    expected.closing_cash =
        COUNTRIES.iter().enumerate().map(|(index, country)| (country.name, closing_cash(index, starting[index], &income))).collect();
    for month in &income[LAST_YEAR..] {
        month.iter().for_each(|&country| expected.last_year.add(country));
    }
    expected.french_last_half = income[LAST_HALF..].iter().map(|month| month[FRANCE].revenue).sum();
    expected.japanese_store = stores.iter().find(|store| store.country == JAPAN).map(|store| store.code.clone()).unwrap_or_default();
    expected.product = products.first().map(|product| product.code.clone()).unwrap_or_default();
    Ok(expected)
}

/// Both long dimensions grow with the root of the scale, so that their product grows with the scale.
fn count(at_scale_1: f64, scale: f64) -> usize {
    let wanted = (at_scale_1 * scale.sqrt()).round();
    // Twelve is one store per country and two products per category.
    (12..=9_999).find(|&count| f64::from(count) >= wanted).and_then(|count| usize::try_from(count).ok()).unwrap_or(9_999)
}

fn region_revenue(region: &str, income: &[[Income; COUNTRIES.len()]]) -> f64 {
    income
        .iter()
        .flat_map(|month| month.iter().zip(&COUNTRIES))
        .filter(|(_, country)| country.region == region)
        .map(|(income, _)| income.revenue)
        .sum()
}

fn closing_cash(country: usize, starting: f64, income: &[[Income; COUNTRIES.len()]]) -> f64 {
    income.iter().fold(starting, |opening, month| opening + month[country].profit() + INTEREST * opening)
}

fn month_name(month: usize) -> String {
    format!("{}-{:02}", 2024 + month / 12, month % 12 + 1)
}

fn create(folder: &Path, name: &str, header: &str) -> io::Result<BufWriter<File>> {
    let mut file = BufWriter::new(File::create_new(folder.join(name))?);
    writeln!(file, "{header}")?;
    Ok(file)
}

fn write_lists(folder: &Path) -> io::Result<()> {
    let mut file = create(folder, "region.csv", "Name")?;
    for region in REGIONS {
        writeln!(file, "{region}")?;
    }
    file.flush()?;
    let mut file = create(folder, "country.csv", "Name,Region,Currency")?;
    for country in &COUNTRIES {
        writeln!(file, "{},{},{}", country.name, country.region, country.currency)?;
    }
    file.flush()?;
    let mut file = create(folder, "category.csv", "Name")?;
    for category in CATEGORIES {
        writeln!(file, "{category}")?;
    }
    file.flush()?;
    let mut file = create(folder, "account.csv", "Name,Parent,Sign")?;
    for line in ["Operating Profit,,1", "Gross Profit,Operating Profit,1", "Revenue,Gross Profit,1", "Cost of Goods,Gross Profit,-1"] {
        writeln!(file, "{line}")?;
    }
    writeln!(file, "Operating Expenses,Operating Profit,-1")?;
    for (account, _) in EXPENSES {
        writeln!(file, "{account},Operating Expenses,1")?;
    }
    file.flush()
}

fn write_products(folder: &Path, count: usize, random: &mut Random) -> io::Result<Vec<Product>> {
    let mut file = create(folder, "product.csv", "Code,Label,Category")?;
    let mut costs = create(folder, "unit_cost.csv", "Product,Unit Cost")?;
    let mut products = Vec::with_capacity(count);
    for index in 0..count {
        let category = CATEGORIES[index % CATEGORIES.len()];
        let code = format!("P{:04}", index + 1);
        let price = random.between(12.0, 240.0);
        let cost = cents(price * random.between(0.42, 0.68));
        let launch = if random.percent(30.0) { random.below(LAST_HALF) } else { 0 };
        let end = if random.percent(15.0) { launch + random.below(MONTHS - launch) } else { MONTHS - 1 };
        writeln!(file, "{code},{} {},{category}", category.trim_end_matches('s'), index + 1)?;
        writeln!(costs, "{code},{}", format_number(cost))?;
        products.push(Product { code, price, cost, life: (launch, end), pull: random.between(4.0, 60.0) });
    }
    file.flush()?;
    costs.flush()?;
    Ok(products)
}

fn write_stores(folder: &Path, count: usize, random: &mut Random) -> io::Result<Vec<Store>> {
    let mut file = create(folder, "store.csv", "Code,Label,Country")?;
    let mut stores = Vec::with_capacity(count);
    for index in 0..count {
        let country = index % COUNTRIES.len();
        let code = format!("S{:04}", index + 1);
        writeln!(file, "{code},{} {},{}", COUNTRIES[country].name, index / COUNTRIES.len() + 1, COUNTRIES[country].name)?;
        stores.push(Store { code, country, size: random.between(0.5, 1.8) });
    }
    file.flush()?;
    Ok(stores)
}

/// Prices in local currency by product and country.
fn write_prices(folder: &Path, products: &[Product], random: &mut Random) -> io::Result<Vec<[f64; COUNTRIES.len()]>> {
    let mut file = create(folder, "price.csv", "Product,Country,Price")?;
    let mut prices = Vec::with_capacity(products.len());
    for product in products {
        let mut row = [0.0; COUNTRIES.len()];
        for (price, country) in row.iter_mut().zip(&COUNTRIES) {
            *price = cents(product.price * random.between(0.9, 1.15) / country.rate);
            writeln!(file, "{},{},{}", product.code, country.name, format_number(*price))?;
        }
        prices.push(row);
    }
    file.flush()?;
    Ok(prices)
}

/// Exchange rates: a small random walk, none where the currency is the reporting currency.
fn write_rates(folder: &Path, random: &mut Random) -> io::Result<Vec<[f64; MONTHS]>> {
    let mut file = create(folder, "fx.csv", "Country,Month,FX")?;
    let mut rates = Vec::with_capacity(COUNTRIES.len());
    for country in &COUNTRIES {
        let mut row = [country.rate; MONTHS];
        let mut rate = country.rate;
        for (month, slot) in row.iter_mut().enumerate() {
            if country.currency != "EUR" {
                rate *= random.between(0.985, 1.015);
                *slot = (rate * 1e6).round() / 1e6;
            }
            writeln!(file, "{},{},{}", country.name, month_name(month), format_number(*slot))?;
        }
        rates.push(row);
    }
    file.flush()?;
    Ok(rates)
}

/// Units sold. A store carries most products, each for its life, with small gaps.
fn write_volumes(
    folder: &Path,
    products: &[Product],
    stores: &[Store],
    random: &mut Random,
    mut each: impl FnMut(usize, usize, usize, f64),
) -> io::Result<()> {
    let mut file = create(folder, "volume.csv", "Product,Store,Month,Volume")?;
    for (product_index, product) in products.iter().enumerate() {
        for (store_index, store) in stores.iter().enumerate() {
            if !random.percent(72.0) {
                continue;
            }
            for month in product.life.0..=product.life.1 {
                if random.percent(2.0) {
                    continue;
                }
                let volume = (product.pull * store.size * SEASON[month % 12] * random.between(0.8, 1.2)).round().max(1.0);
                writeln!(file, "{},{},{},{}", product.code, store.code, month_name(month), format_number(volume))?;
                each(product_index, store_index, month, volume);
            }
        }
    }
    file.flush()
}

/// Expenses as single postings, around a share of the month's revenue.
fn write_ledger(folder: &Path, postings: f64, random: &mut Random, income: &mut [[Income; COUNTRIES.len()]; MONTHS]) -> io::Result<()> {
    let mut file = create(folder, "ledger.csv", "Posted,Country,Account,Amount")?;
    for (month, countries) in income.iter_mut().enumerate() {
        for (total, country) in countries.iter_mut().zip(&COUNTRIES) {
            for (account, share) in EXPENSES {
                let mut left = postings;
                while left > 0.0 {
                    let amount = cents(total.revenue * share / postings * random.between(0.6, 1.4));
                    let day = random.below(28) + 1;
                    writeln!(file, "{}-{day:02},{},{account},{}", month_name(month), country.name, format_number(amount))?;
                    total.expenses += amount;
                    left -= 1.0;
                }
            }
        }
    }
    file.flush()
}

fn write_starting_cash(folder: &Path, random: &mut Random) -> io::Result<[f64; COUNTRIES.len()]> {
    let mut file = create(folder, "starting_cash.csv", "Country,Starting Cash")?;
    let mut cash = [0.0; COUNTRIES.len()];
    for (cash, country) in cash.iter_mut().zip(&COUNTRIES) {
        *cash = random.between(200.0, 900.0).round() * 1e3;
        writeln!(file, "{},{}", country.name, format_number(*cash))?;
    }
    file.flush()?;
    Ok(cash)
}

fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::super::folder::Folder;
    use super::*;

    fn made(scale: f64) -> (Folder, Expected) {
        let folder = Folder::temporary().unwrap();
        let expected = generate(scale, folder.path()).unwrap();
        (folder, expected)
    }

    fn lines(folder: &Folder, name: &str) -> usize {
        std::fs::read_to_string(folder.path().join(name)).unwrap().lines().count()
    }

    #[test]
    fn the_same_scale_gives_the_same_bytes() {
        let ((first, one), (second, two)) = (made(0.02), made(0.02));
        for entry in std::fs::read_dir(first.path()).unwrap() {
            let name = entry.unwrap().file_name();
            assert_eq!(std::fs::read(first.path().join(&name)).unwrap(), std::fs::read(second.path().join(&name)).unwrap(), "{name:?}");
        }
        assert_eq!(format!("{one:?}"), format!("{two:?}"));
    }

    #[test]
    fn files_hold_what_is_expected_of_them() {
        let (folder, expected) = made(0.02);
        assert_eq!(format_number(expected.volume_cells + 1.0), lines(&folder, "volume.csv").to_string());
        assert_eq!(lines(&folder, "country.csv"), COUNTRIES.len() + 1);
        assert_eq!(lines(&folder, "fx.csv"), COUNTRIES.len() * MONTHS + 1);
        let revenue = expected.revenue_by_region.iter().map(|(_, revenue)| revenue).sum::<f64>();
        assert!(expected.last_year.revenue > 0.0 && expected.last_year.revenue < revenue);
        assert!(expected.last_year.profit() > 0.0 && expected.french_last_half > 0.0);
        assert!(!expected.japanese_store.is_empty());
    }

    #[test]
    fn cash_follows_profit_and_interest() {
        let mut income = [[Income::default(); COUNTRIES.len()]; 2];
        income[0][0].revenue = 100.0;
        let after_first = 1_000.0 + 100.0 + 1_000.0 * INTEREST;
        assert_eq!(closing_cash(0, 1_000.0, &income), after_first + after_first * INTEREST);
    }
}
