//! A sparse model: eight dimensions, five million cells, of which the space has a thousand million times as many, and ten formulas.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int32Array, RecordBatch};
use arrow::ipc::writer::FileWriter;
use smalt_benches::Failure;

use crate::model::{Cost, Loaded, Model, percentile, times};
use crate::{head, row};

const CELLS: usize = 5_000_000;
const ROUNDS: usize = 5;

/// The dimensions of a cell and how many items they have.
const SIZES: [(&str, u64); 8] = [
    ("Customer", 100_000),
    ("Article", 5_000),
    ("Month", 36),
    ("Channel", 6),
    ("Region", 20),
    ("Currency", 8),
    ("Terms", 10),
    ("Segment", 12),
];

const MODEL: &str = "BEGIN;
CREATE DIMENSION Family (Id TEXT);
CREATE DIMENSION Customer (Id TEXT);
CREATE DIMENSION Article (Id TEXT, Family Family);
CREATE DIMENSION Month (Id TEXT);
CREATE DIMENSION Channel (Id TEXT);
CREATE DIMENSION Region (Id TEXT);
CREATE DIMENSION Currency (Id TEXT);
CREATE DIMENSION Terms (Id TEXT);
CREATE DIMENSION Segment (Id TEXT);
CREATE METRIC Units NUMBER BY (Customer, Article, Month, Channel, Region, Currency, Terms, Segment);
CREATE METRIC Price NUMBER BY (Article, Month);
CREATE METRIC Cost NUMBER BY (Article);
CREATE METRIC Rate NUMBER BY (Currency, Month);
COMMIT;";

const FORMULAS: &str = "BEGIN;
CREATE METRIC Amount NUMBER BY (Customer, Article, Month, Channel, Region, Currency, Terms, Segment) AS Units * Price;
CREATE METRIC Spent NUMBER BY (Customer, Article, Month, Channel, Region, Currency, Terms, Segment) AS Units * Cost;
CREATE METRIC Margin NUMBER BY (Customer, Article, Month, Channel, Region, Currency, Terms, Segment) AS Amount - Spent;
CREATE METRIC Converted NUMBER BY (Customer, Article, Month, Channel, Region, Currency, Terms, Segment) AS Amount * Rate;
CREATE METRIC Large NUMBER BY (Customer, Article, Month, Channel, Region, Currency, Terms, Segment) AS IF(Amount > 1000, Amount);
CREATE METRIC BeforeThat NUMBER BY (Customer, Article, Month, Channel, Region, Currency, Terms, Segment) AS Units[SELECT: Month - 12];
CREATE METRIC ByCustomer NUMBER BY (Customer, Month) AS Converted[REMOVE: Article, Channel, Region, Currency, Terms, Segment];
CREATE METRIC Share NUMBER BY (Customer, Article, Month, Channel, Region, Currency, Terms, Segment) AS Converted / ByCustomer;
CREATE METRIC ByFamilyRegion NUMBER BY (Family, Region, Month) AS
    Margin[BY SUM: Article.Family][REMOVE: Customer, Channel, Currency, Terms, Segment];
CREATE METRIC BySegment NUMBER BY (Article, Month, Segment) AS Converted[REMOVE: Customer, Channel, Region, Currency, Terms];
COMMIT;";

/// The part that draws the cells.
pub(crate) const FILES: &str = "sparse-files";

pub(crate) fn measure() -> Result<(), Failure> {
    let folder = std::env::temp_dir().join(format!("smalt-growth-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    // In a process of its own: what the drawing of cells has left would pass for free room here.
    let drawn = Command::new(std::env::current_exe()?).args(["--part", FILES, "--data"]).arg(&folder).status();
    let done = match drawn {
        Ok(status) if status.success() => compute(&folder),
        Ok(_) => Err("the cells were not drawn".into()),
        Err(error) => Err(error.into()),
    };
    fs::remove_dir_all(&folder)?;
    done
}

fn compute(folder: &Path) -> Result<(), Failure> {
    head(&[&["cells of input", "one of so many"], &Cost::COLUMNS[..]].concat());
    let inputs = format!("{MODEL} {}", copies());
    let (loaded, cost) = Loaded::of(&Model { inputs: &inputs, formulas: FORMULAS }, folder)?;
    let seconds = percentile(&times(ROUNDS, |_| loaded.recalculate().map(drop))?, 50);
    let space: f64 = SIZES.iter().map(|(_, size)| *size as f64).product();
    let first = [(cost.cells - cost.computed).to_string(), format!("{:.0}", space / CELLS as f64)];
    row(&[&first, &cost.columns(seconds)[..]].concat());
    Ok(())
}

/// Files into dimensions and metrics.
fn copies() -> String {
    let mut script =
        String::from("COPY Family FROM 'family.arrow' (id -> Id); COPY Article FROM 'article.arrow' (id -> Id, family -> Family);");
    for (name, _) in SIZES.iter().filter(|(name, _)| *name != "Article") {
        script.push_str(&format!("COPY {name} FROM '{}.arrow' (id -> Id);", name.to_lowercase()));
    }
    let columns: Vec<String> = SIZES.iter().map(|(name, _)| format!("{} -> {name}", name.to_lowercase())).collect();
    script.push_str(&format!("COPY Units FROM 'units.arrow' ({}, value -> Units);", columns.join(", ")));
    script.push_str("COPY Price FROM 'price.arrow' (article -> Article, month -> Month, value -> Price);");
    script.push_str("COPY Cost FROM 'cost.arrow' (article -> Article, value -> Cost);");
    script.push_str("COPY Rate FROM 'rate.arrow' (currency -> Currency, month -> Month, value -> Rate);");
    script
}

/// Draws the cells, and writes them and the dimensions to files.
pub(crate) fn write(folder: &Path) -> Result<(), Failure> {
    let mut random = Random(7);
    for (name, size) in SIZES.iter().filter(|(name, _)| *name != "Article") {
        table(folder, &name.to_lowercase(), &[("id", integers((0..*size).collect()))])?;
    }
    let articles: Vec<u64> = (0..SIZES[1].1).collect();
    let families = integers(articles.iter().map(|article| article % 40).collect());
    table(folder, "family", &[("id", integers((0..40).collect()))])?;
    table(folder, "article", &[("id", integers(articles.clone())), ("family", families)])?;
    let mut values = |count: usize| floats((0..count).map(|_| (random.below(100_000) + 1) as f64 / 64.0).collect());
    table(folder, "cost", &[("value", values(articles.len())), ("article", integers(articles.clone()))])?;
    let both = |first: u64| -> (Vec<u64>, Vec<u64>) { (0..first).flat_map(|one| (0..36).map(move |month| (one, month))).unzip() };
    for (file, first, size) in [("price", "article", SIZES[1].1), ("rate", "currency", SIZES[5].1)] {
        let (ones, months) = both(size);
        let values = values(ones.len());
        table(folder, file, &[(first, integers(ones)), ("month", integers(months)), ("value", values)])?;
    }
    // A customer has one segment, terms and currency that suit a region, and buys some articles again and again.
    let mut cells: Vec<[u64; 8]> = Vec::with_capacity(CELLS + CELLS / 3);
    while cells.len() < CELLS + CELLS / 4 {
        let customer = random.below(SIZES[0].1).min(random.below(SIZES[0].1));
        let article = random.below(SIZES[1].1);
        let (channel, region) = (random.below(6), (customer + random.below(2)) % 20);
        let (currency, terms, segment) = (region % 8, (customer / 3) % 10, customer % 12);
        for _ in 0..=random.below(8) {
            cells.push([customer, article, random.below(36), channel, region, currency, terms, segment]);
        }
    }
    cells.sort_unstable();
    cells.dedup();
    if cells.len() < CELLS {
        return Err("fewer cells were drawn than were wanted".into());
    }
    // Evenly, so that no customers are cut off at the end.
    let step = cells.len() as f64 / CELLS as f64;
    let chosen: Vec<[u64; 8]> = (0..CELLS).filter_map(|at| cells.get((at as f64 * step) as usize).copied()).collect();
    let mut columns: Vec<(String, ArrayRef)> = SIZES
        .iter()
        .enumerate()
        .map(|(place, (name, _))| {
            (name.to_lowercase(), integers(chosen.iter().map(|cell| cell.get(place).copied().unwrap_or(0)).collect()))
        })
        .collect();
    columns.push(("value".to_owned(), floats(chosen.iter().map(|_| (random.below(5_000) + 1) as f64 / 8.0).collect())));
    let columns: Vec<(&str, ArrayRef)> = columns.iter().map(|(name, array)| (name.as_str(), Arc::clone(array))).collect();
    table(folder, "units", &columns)
}

fn integers(values: Vec<u64>) -> ArrayRef {
    Arc::new(values.into_iter().map(|value| value as i32).collect::<Int32Array>())
}

fn floats(values: Vec<f64>) -> ArrayRef {
    Arc::new(Float64Array::from(values))
}

/// Rows of a chunk.
const ROWS: usize = 65_536;

fn table(folder: &Path, name: &str, columns: &[(&str, ArrayRef)]) -> Result<(), Failure> {
    let batch = RecordBatch::try_from_iter(columns.iter().map(|(name, array)| (*name, Arc::clone(array))))?;
    let mut writer = FileWriter::try_new(File::create(folder.join(format!("{name}.arrow")))?, &batch.schema())?;
    for from in (0..batch.num_rows()).step_by(ROWS) {
        writer.write(&batch.slice(from, ROWS.min(batch.num_rows() - from)))?;
    }
    Ok(writer.finish()?)
}

/// splitmix64 (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound.max(1)
    }
}
