//! Material beside the project that some tests read and that is no part of it.

use std::path::{Path, PathBuf};

/// A path in the shared material, or `None` with a loud word on why the test proves nothing on this machine.
pub(crate) fn shared(test: &str, path: &str) -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(path);
    if found.exists() {
        return Some(found.canonicalize().unwrap());
    }
    skip(test, &format!("`shared/{path}` is not beside the project"));
    None
}

/// Says on the terminal, past the test harness, that a test is skipped.
pub(crate) fn skip(test: &str, why: &str) {
    use std::io::Write;
    let line = format!("\n*** SKIPPED {test}: {why}\n");
    // The harness captures `println`; the stream itself it does not.
    let _ = std::io::stderr().write_all(line.as_bytes());
}
