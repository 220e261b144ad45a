//! A formula is checked for a metric, a property and for nothing: a sound program or errors with their places.
#![no_main]

#[path = "../../formula/tests/it/judge.rs"]
#[allow(dead_code, reason = "each target uses a part")]
mod judge;
#[path = "../../formula/tests/it/model.rs"]
#[allow(dead_code, reason = "each target uses a part")]
mod model;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static MODEL: LazyLock<model::Model> = LazyLock::new(model::Model::new);

fuzz_target!(|text: &str| {
    if let Ok(expr) = smalt_formula::parse(text) {
        judge::checks(&MODEL, text, &expr, &MODEL.places());
    }
});
