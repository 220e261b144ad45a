//! Hostile statements against the program: whatever they ask for, it keeps within a bound on the memory that the system gives it, and ends with a
//! status of its own.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::hostile::{Answer, MEMORY, MODEL, statements};
use crate::program::Program;

/// Address space of the process, in kilobytes. What a question holds is counted (48 MB here), and what the process needs for it may be a few times
/// as much; stacks, the program itself and what its allocator sets aside come on top.
const ADDRESS_SPACE: usize = 3 << 20;

#[test]
fn every_hostile_statement_ends_within_its_memory() {
    let program = Program::new();
    let all = statements();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(hostile) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let at = all.iter().position(|other| std::ptr::eq(other, hostile)).unwrap();
                    let file = program.write(&format!("{at}.sql"), &format!("{MODEL}\nSELECT 'ready' AS r;\n{}", hostile.statement));
                    let deadline = if hostile.answer == Answer::Endless { "2" } else { "300" };
                    let run = Command::new("sh")
                        .args(["-c", "ulimit -v \"$1\"; shift; exec \"$@\"", "sh", &ADDRESS_SPACE.to_string(), env!("CARGO_BIN_EXE_smalt")])
                        .args(["sql", "--format", "csv", "--memory", &(MEMORY >> 20).to_string(), "--deadline", deadline, "-f"])
                        .arg(&file)
                        .current_dir(program.folder())
                        .output()
                        .unwrap();
                    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
                    let end: String = err.chars().rev().take(600).collect::<Vec<_>>().into_iter().rev().collect();
                    let right = match hostile.answer {
                        Answer::Rows(_) => run.status.code() == Some(0),
                        Answer::Refused(words) => run.status.code() == Some(1) && err.contains(words),
                        Answer::Endless => run.status.code() == Some(1) && err.contains("longer than it may"),
                    };
                    assert!(out.starts_with("r\nready\n"), "{}: {end}", hostile.what);
                    assert!(right && !err.contains("panicked"), "{}: {:?}: {end}", hostile.what, run.status);
                }
            });
        }
    });
}
