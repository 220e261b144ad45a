//! What the checker computes itself is what the same arithmetic gives on the tree.
//!
//! A second evaluator of whole programs belongs here too: give it `program` below with some cells for the model's metrics.
#![no_main]

#[path = "../../formula/tests/it/judge.rs"]
#[allow(dead_code, reason = "each target uses a part")]
mod judge;
#[path = "../../formula/tests/it/model.rs"]
#[allow(dead_code, reason = "each target uses a part")]
mod model;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use smalt_formula::Place;

static MODEL: LazyLock<model::Model> = LazyLock::new(model::Model::new);

fuzz_target!(|text: &str| {
    if let Ok(expr) = smalt_formula::parse(text) {
        for program in judge::checks(&MODEL, text, &expr, &[Place::Free]) {
            judge::evaluates(&expr, &program);
        }
    }
});
