//! What is read is printed and read back as the same tree.
#![no_main]

#[path = "../../formula/tests/it/judge.rs"]
#[allow(dead_code, reason = "each target uses a part")]
mod judge;
#[path = "../../formula/tests/it/model.rs"]
#[allow(dead_code, reason = "each target uses a part")]
mod model;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    judge::reads(text);
});
