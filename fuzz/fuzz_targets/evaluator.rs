//! What the checker takes is computed: a naive evaluator, over a small model with cells, gives values of the type and by the dimensions that
//! were promised, with a bounded number of steps. What the checker computes itself is what the same arithmetic gives on the tree.
#![no_main]

#[path = "../../engine/oracle/tests/it/agrees.rs"]
#[allow(dead_code, reason = "each target uses a part")]
mod agrees;
#[path = "../../formula/tests/it/judge.rs"]
#[allow(dead_code, reason = "each target uses a part")]
mod judge;
#[path = "../../formula/tests/it/model.rs"]
#[allow(dead_code, reason = "each target uses a part")]
mod model;

use std::sync::LazyLock;

use agrees::{Second, deep};
use libfuzzer_sys::fuzz_target;
use smalt_formula::Place;

static MODEL: LazyLock<model::Model> = LazyLock::new(model::Model::new);
static SECONDS: LazyLock<Vec<(Place, Second)>> =
    LazyLock::new(|| MODEL.places().into_iter().map(|place| (place.clone(), Second::new(&MODEL, &place))).collect());

fuzz_target!(|text: &str| {
    let Ok(expr) = smalt_formula::parse(text) else { return };
    deep(|| {
        for (place, second) in SECONDS.iter() {
            for answer in judge::checks(&MODEL, text, &expr, std::slice::from_ref(place)) {
                if *place == Place::Free {
                    judge::evaluates(&expr, &answer);
                }
                if let Err(odd) = answer.map_or(Ok(()), |program| second.judges(&expr, place, &program).map(drop)) {
                    panic!("{odd}");
                }
            }
        }
    });
});
