//! testdata/scripts: what a script of statements answers.
//!
//! A script is cut into blocks at its empty lines; each block is run by itself, so that a block which fails does not keep the next
//! one from running. A block that begins with `-- user: NAME` is spoken by that person, from there on; `-- user: owner` goes back.
//! The file of the same name ending in `.out` has, for every block that says something, its first statement line after `> `, then
//! its results as CSV or `error: …`. `UPDATE=1` writes these files anew: read the difference before you commit it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use smalt::{Application, Outcome, Session};
use smalt_cli::output::{Format, Results};

/// 2026-11-27 12:00 UTC, at which the clock of the scripts stands.
const NOON: Duration = Duration::from_secs(1_795_780_800);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/scripts").canonicalize().unwrap()
}

#[test]
fn scripts_answer_as_before() {
    let update = std::env::var_os("UPDATE").is_some_and(|value| value == "1");
    let mut paths = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    paths.sort();
    assert!(paths.len() >= 25, "scripts are missing");
    let mut failures = String::new();
    for path in paths {
        // Each script has files of its own, since it may write some.
        let files = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(folder().join("data")).unwrap() {
            let file = entry.unwrap().path();
            std::fs::copy(&file, files.path().join(file.file_name().unwrap())).unwrap();
        }
        let found = answer(&std::fs::read_to_string(&path).unwrap(), files.path().to_owned());
        let expectation = path.with_extension("out");
        if update {
            std::fs::write(&expectation, found).unwrap();
            continue;
        }
        let expected = std::fs::read_to_string(&expectation).unwrap_or_default();
        if let Some(difference) = difference(&expected, &found) {
            writeln!(failures, "{}: {difference}", path.file_name().unwrap().display()).unwrap();
        }
    }
    assert!(failures.is_empty(), "\n{failures}\nUPDATE=1 writes the expectations anew");
}

/// `error_examples.sql` is written from the compiler's table of codes; each block below a code must be refused with it.
#[test]
fn every_code_of_a_mistake_in_a_formula_is_given_by_its_example() {
    let script = std::fs::read_to_string(folder().join("error_examples.sql")).unwrap();
    let answer = answer(&script, folder().join("data"));
    let mut refused = 0;
    let mut answers = answer.split("\n\n");
    for block in script.split("\n\n").map(str::trim) {
        let Some(code) = block.lines().find_map(|line| line.strip_prefix("-- E_")) else { continue };
        let found = answers.next().unwrap_or_default();
        assert!(found.lines().any(|line| line.ends_with(&format!(" [E_{code}]"))), "{block}\n{found}");
        refused += 1;
    }
    assert!(refused > 40 && answers.next().is_none(), "{refused}");
}

/// The blocks of docs/statements.md: files under their names, statements as one script, of which each must be done.
#[test]
fn the_page_on_statements_runs_as_it_stands() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/statements.md")).unwrap();
    let files = tempfile::tempdir().unwrap();
    let mut script = String::new();
    for block in page.split("```").skip(1).step_by(2) {
        let (head, body) = block.split_once('\n').unwrap();
        match head.split_once(' ') {
            Some((_, name)) => std::fs::write(files.path().join(name), body).unwrap(),
            None => script.push_str(body),
        }
    }
    let options = smalt::Options { folders: vec![files.path().to_owned()], threads: Some(2), ..smalt::Options::default() };
    let session = Application::in_memory_with(options).unwrap().owner_session().unwrap();
    let mut outcome = Outcome::default();
    session.run(&script, &mut outcome).unwrap_or_else(|error| panic!("{error}"));
    let mut shown = Vec::new();
    Results::new(Format::Csv, &mut shown).write(&outcome.tables.first().unwrap().1).unwrap();
    assert_eq!(String::from_utf8(shown).unwrap(), "Store.Country,Month.Quarter,SUM(Revenue)\nFrance,2024-Q1,132\n");
    assert!(outcome.tables.len() > 15 && files.path().join("left_out.csv").exists() && files.path().join("revenue.parquet").exists());
}

/// Compares an answer with the file of the expected one; `UPDATE=1` writes that anew.
pub(crate) fn check(expectation: &Path, found: &str) {
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(expectation, found).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(expectation).unwrap_or_default();
    if let Some(difference) = difference(&expected, found) {
        panic!("{}: {difference}", expectation.display());
    }
}

/// The first line in which two texts differ.
pub(crate) fn difference(expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let (mut expected, mut found) = (expected.lines(), found.lines());
    let mut question = "";
    for number in 1.. {
        match (expected.next(), found.next()) {
            (one, other) if one == other => question = other.filter(|line| line.starts_with("> ")).unwrap_or(question),
            (one, other) => {
                let show = |line: Option<&str>| line.map_or("the end".to_owned(), |line| format!("`{line}`"));
                return Some(format!(
                    "line {number} of the answer, after `{question}`:\n    expected {}\n    found    {}",
                    show(one),
                    show(other)
                ));
            }
        }
        if number > 1_000_000 {
            break;
        }
    }
    Some("only line ends differ".to_owned())
}

/// What the blocks of a script answer; its files are in `files`.
pub(crate) fn answer(script: &str, files: PathBuf) -> String {
    let clock = smalt::Clock::fixed(UNIX_EPOCH + NOON);
    let options = smalt::Options { folders: vec![files], threads: Some(2), clock, ..smalt::Options::default() };
    let app = Application::in_memory_with(options).unwrap();
    let mut sessions = Sessions { app: Arc::clone(&app), open: Vec::new() };
    let mut user = "owner".to_owned();
    let mut answer = String::new();
    for block in script.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        if let Some(name) = block.lines().find_map(|line| line.strip_prefix("-- user: ")) {
            user = name.trim().to_owned();
        }
        let said =
            sessions.of(&user).map_err(|error| format!("error: {error}\n")).map_or_else(|refusal| refusal, |session| said(session, block));
        if !said.is_empty() {
            let question = block.lines().find(|line| !line.starts_with("--")).unwrap_or_default();
            let gap = if answer.is_empty() { "" } else { "\n" };
            write!(answer, "{gap}> {question}\n{said}").unwrap();
        }
    }
    answer
}

/// The results of a block, then its error.
fn said(session: &Session, block: &str) -> String {
    let mut outcome = Outcome::default();
    let end = session.run(block, &mut outcome);
    let mut stream = Vec::new();
    let mut results = Results::new(Format::Csv, &mut stream);
    for (_, table) in &outcome.tables {
        results.write(table).unwrap();
    }
    let mut text = String::from_utf8(stream).unwrap();
    if let Err(error) = end {
        writeln!(text, "error: {error}").unwrap();
    }
    text
}

/// One session per person: a transaction spans blocks.
struct Sessions {
    app: Arc<Application>,
    open: Vec<(String, Session)>,
}

impl Sessions {
    fn of(&mut self, user: &str) -> Result<&Session, smalt::Error> {
        if let Some(index) = self.open.iter().position(|(name, _)| name == user) {
            return Ok(&self.open[index].1);
        }
        let session = if user == "owner" { self.app.owner_session()? } else { self.app.session(user)? };
        self.open.push((user.to_owned(), session));
        Ok(&self.open[self.open.len() - 1].1)
    }
}
