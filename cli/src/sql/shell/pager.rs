//! Results that are longer than the screen go through a pager.

use std::io::{self, Write};
use std::process::{Command, Stdio};

/// What shows them: `PAGER`, where it is set (nothing, if to nothing), else `less`, which leaves what fits a screen there.
fn pager() -> Option<Vec<String>> {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let chosen = match std::env::var("PAGER") {
        Ok(text) => words(&text),
        Err(_) => words("less -FRSX"),
    };
    (!chosen.is_empty()).then_some(chosen)
}

/// Whether a text is longer than the screen, or wider.
pub(super) fn is_long(text: &[u8], (rows, columns): (u16, u16)) -> bool {
    let lines = || text.split(|byte| *byte == b'\n');
    lines().count() > usize::from(rows) || lines().any(|line| String::from_utf8_lossy(line).chars().count() > usize::from(columns))
}

/// Shows a text, page by page if there is a pager.
pub(super) fn show(text: &[u8]) -> io::Result<()> {
    let started = pager().and_then(|words| {
        let (program, args) = words.split_first()?;
        Command::new(program).args(args).stdin(Stdio::piped()).spawn().ok()
    });
    let Some(mut child) = started else { return print(text) };
    if let Some(mut stdin) = child.stdin.take() {
        // A reader who has seen enough goes.
        let _ = stdin.write_all(text);
    }
    child.wait().map(drop)
}

/// Shows a text as it is.
pub(super) fn print(text: &[u8]) -> io::Result<()> {
    let mut stream = io::stdout().lock();
    stream.write_all(text)?;
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_the_screen_is_not_paged() {
        assert!(!is_long(b"a\nb\n", (24, 80)));
        assert!(is_long(&b"a\n".repeat(24), (24, 80)));
        assert!(is_long(&[b'a'; 81], (24, 80)));
        assert!(!is_long("é".repeat(80).as_bytes(), (24, 80)));
    }
}
