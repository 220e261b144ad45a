//! Formulas without end, from a fixed seed: `SMALT_FUZZ_SECONDS=600` runs for ten minutes, `SMALT_SEED` changes the seed, and
//! `SMALT_FUZZ_SAVE=folder` keeps the inputs that showed something new.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use smalt_formula::{Place, compile};

use crate::judge::{checks, evaluates, features, reads};
use crate::model::Model;
use crate::mutate::{Maker, Random, cut};

const SECONDS: u64 = 3;
const SEED: u64 = 0x5a17;
pub(crate) const SLOWEST: Duration = Duration::from_secs(1);
pub(crate) const MOST_MEMORY: usize = 200 << 20;

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// testdata/corpus, in the order of the names.
fn corpus() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/corpus");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()).collect()
}

/// Judges one text and gives what is new about it.
pub(crate) fn judge(model: &Model, places: &[Place], text: &str) -> BTreeSet<u64> {
    let expr = reads(text);
    let answers = expr.as_ref().map(|expr| checks(model, text, expr, places)).unwrap_or_default();
    if let (Some(expr), Some(free)) = (&expr, answers.first()) {
        evaluates(expr, free);
    }
    features(text, expr.as_ref(), &answers)
}

/// The shortest text, found by leaving pieces out, of which `fails` still holds.
fn shrunk(text: &str, fails: &dyn Fn(&str) -> bool) -> String {
    let mut pieces = cut(text);
    let mut size = pieces.len() / 2;
    let end = Instant::now() + Duration::from_secs(20);
    while size > 0 && Instant::now() < end {
        let mut at = 0;
        while at < pieces.len() && Instant::now() < end {
            let mut fewer = pieces.clone();
            fewer.drain(at..(at + size).min(fewer.len()));
            if fails(&fewer.concat()) {
                pieces = fewer;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    pieces.concat()
}

#[test]
fn no_formula_breaks_the_compiler() {
    let _alone = crate::alone();
    let (seconds, seed) = (setting("SMALT_FUZZ_SECONDS", SECONDS), setting("SMALT_SEED", SEED));
    let save: Option<String> = std::env::var("SMALT_FUZZ_SAVE").ok();
    let (model, maker, mut random) = (Model::new(), Maker::new(), Random::new(seed));
    let places = model.places();
    let mut inputs = corpus();
    assert!(inputs.len() >= 100, "the corpus is missing");
    let mut seen: BTreeSet<u64> = BTreeSet::new();
    let (mut count, mut read, mut bytes, mut kept) = (0u64, 0u64, 0u64, 0u64);
    let mut slowest = (Duration::ZERO, String::new());
    let began = Instant::now();
    let given = inputs.len();
    while count < given as u64 || began.elapsed().as_secs() < seconds {
        let text = match usize::try_from(count).ok().filter(|n| *n < given).and_then(|n| inputs.get(n)) {
            Some(text) => text.clone(),
            None if random.below(4) == 0 => {
                let depth = 1 + random.below(5);
                maker.expression(&mut random, depth)
            }
            None => {
                let (a, b) = (random.below(inputs.len()), random.below(inputs.len()));
                maker.mutated(&mut random, inputs.get(a).map_or("", String::as_str), inputs.get(b).map_or("", String::as_str))
            }
        };
        count += 1;
        bytes += text.len() as u64;
        let (found, took) = judged(&model, &places, &text, seed);
        if took > slowest.0 {
            slowest = (took, text.chars().take(100).collect());
        }
        read += u64::from(smalt_formula::parse(&text).is_ok());
        assert!(crate::peak() < MOST_MEMORY, "{} bytes at once for {text:.500?}", crate::peak());
        let new = !found.is_subset(&seen);
        seen.extend(found.iter().copied());
        if new && text.len() < 2_000 && inputs.len() < 20_000 {
            kept += 1;
            if let Some(folder) = &save {
                let news =
                    shrunk(&text, &|t| catch_unwind(AssertUnwindSafe(|| found.is_subset(&judge(&model, &places, t)))).unwrap_or(false));
                std::fs::write(Path::new(folder).join(format!("found-{kept:05}")), news).unwrap();
            }
            inputs.push(text);
        }
    }
    let spent = began.elapsed().as_secs_f64();
    println!(
        "seed {seed:#x}: {count} formulas ({read} readable, {} MB) in {spent:.0} s, {:.0} a second; {} features, {kept} inputs kept; slowest \
         {:?}: {:?}; at most {} MB at once",
        bytes >> 20,
        count as f64 / spent,
        seen.len(),
        slowest.0,
        slowest.1,
        crate::peak() >> 20,
    );
}

/// Judges a text within its time; what breaks is told with the shortest text that breaks too.
fn judged(model: &Model, places: &[Place], text: &str, seed: u64) -> (BTreeSet<u64>, Duration) {
    let breaks = |text: &str| catch_unwind(AssertUnwindSafe(|| judge(model, places, text))).err();
    let found = catch_unwind(AssertUnwindSafe(|| judge(model, places, text)));
    let Ok(found) = found else {
        let short = shrunk(text, &|t| breaks(t).is_some());
        let why = breaks(&short).and_then(|why| why.downcast::<String>().ok()).map(|why| *why).unwrap_or_default();
        panic!("seed {seed:#x}: {short:?} breaks the compiler: {why}");
    };
    // A busy machine is not a slow compiler: the best of three counts.
    let mut took = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        let _ = compile(text, &model.schema, model, &Place::Free).map_err(|e| e.to_string());
        took = took.min(start.elapsed());
        if took < SLOWEST {
            break;
        }
    }
    assert!(took < SLOWEST, "seed {seed:#x}: {took:?} for {text:.500?}");
    (found, took)
}
