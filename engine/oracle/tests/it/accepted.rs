//! The oracle computes whatever the checker takes. `SMALT_ACCEPTED` says how many texts are tried, `SMALT_SEED` starts elsewhere.

use std::path::Path;

use smalt_formula::{Place, check, parse};

use crate::agrees::{Judged, Second, deep};
use crate::model::Model;
use crate::mutate::{Maker, Random};

/// Longer texts are tried, but others are not made of them.
const LONGEST: usize = 200;

/// testdata/corpus, in the order of the names.
fn corpus() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/corpus");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()).collect()
}

#[test]
fn what_the_checker_takes_the_oracle_computes() {
    let wanted = usize::try_from(crate::formulas::asked("SMALT_ACCEPTED", 60_000)).unwrap();
    let seed = crate::formulas::asked("SMALT_SEED", 0x5a17);
    let (model, maker, mut random) = (Model::new(), Maker::new(), Random::new(seed));
    let seconds: Vec<_> = model.places().into_iter().map(|place| (Second::new(&model, &place), place)).collect();
    let mut texts = corpus();
    let given = texts.len();
    assert!(given >= 100, "the corpus is missing");
    let mut odd: Vec<String> = Vec::new();
    let (mut evaluated, mut filled, mut unknown, mut too_much) = (0, 0, 0, 0);
    deep(|| {
        for number in 0..wanted.max(given) {
            let text = match texts.get(number).filter(|_| number < given) {
                Some(text) => text.clone(),
                None if random.below(3) == 0 => {
                    let depth = 1 + random.below(4);
                    maker.expression(&mut random, depth)
                }
                None => {
                    let (a, b) = (random.below(texts.len()), random.below(texts.len()));
                    maker.mutated(&mut random, &texts[a], &texts[b])
                }
            };
            let Ok(expr) = parse(&text) else { continue };
            let before = evaluated;
            for (second, place) in &seconds {
                let Ok(program) = check(&text, &expr, &model.schema, &model, place) else { continue };
                match second.judges(&expr, place, &program) {
                    Ok(Judged::Evaluated(cells)) => {
                        evaluated += 1;
                        filled += usize::from(cells > 0);
                    }
                    Ok(Judged::Unknown) => unknown += 1,
                    Ok(Judged::TooMuch) => too_much += 1,
                    Err(e) => odd.push(e),
                }
            }
            // What is taken leads to more of it.
            if evaluated > before && number >= given && text.len() < LONGEST {
                texts.push(text);
            }
        }
    });
    println!("{evaluated} programs evaluated, {filled} of them with cells, {unknown} unknown, {too_much} too much work");
    odd.sort_by_key(String::len);
    odd.truncate(20);
    assert!(odd.is_empty(), "{odd:#?}");
    assert!(evaluated > 500 && filled * 3 > evaluated && too_much * 20 < evaluated, "{evaluated}, {filled}, {too_much}");
}

#[test]
fn what_nests_deeply_takes_bounded_work() {
    let model = Model::new();
    let second = Second::new(&model, &Place::Free);
    let nested = |open: &str, core: &str, close: &str, times: usize| format!("{}{core}{}", open.repeat(times), close.repeat(times));
    let judged = |text: String| {
        let expr = parse(&text).unwrap();
        let program = check(&text, &expr, &model.schema, &model, &Place::Free).unwrap();
        deep(|| second.judges(&expr, &Place::Free, &program).unwrap())
    };
    assert_eq!(judged(nested("IF(TRUE, ", "1", ")", 190)), Judged::Evaluated(1));
    assert_eq!(judged(nested("-(", "One", ")", 90)), Judged::Evaluated(1));
    // Each OR looks twice at what is inside, and each SUBSTITUTE makes ten characters of one.
    assert_eq!(judged(nested("(ISBLANK(", "Price", ") OR Listed)", 60)), Judged::TooMuch);
    assert_eq!(judged(nested("SUBSTITUTE(", "\"a\"", ", \"a\", \"aaaaaaaaaa\")", 90)), Judged::TooMuch);
    // All dimensions at once.
    let all = "RANK(One[ADD: Region, Country, Store, Product, Account, Year, Quarter, Month, 'Day of Week', Day, User])";
    assert_eq!(judged(all.to_owned()), Judged::TooMuch);
}
