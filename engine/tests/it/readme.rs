//! What the README shows of the library is this code.

use std::error::Error;

/// The code between the marks.
#[rustfmt::skip]
fn shown() -> Result<smalt::Outcome, Box<dyn Error>> {
    // begin
    let app = smalt::Application::in_memory()?; // or `open`, in a folder
    let mut outcome = smalt::Outcome::default();
    app.owner_session()?.run(
        "CREATE DIMENSION Country (Name TEXT);
         INSERT INTO Country VALUES ('France'), ('Japan');
         CREATE METRIC Revenue NUMBER BY (Country);
         INSERT INTO Revenue VALUES ('France', 120), ('Japan', 75);
         CREATE USER 'ann@acme.com';
         GRANT ROLE Reader TO USER 'ann@acme.com';",
        &mut outcome,
    )?;
    let session = app.session("ann@acme.com")?; // a principal; there is no session without one
    session.run("SELECT Country, SUM(Revenue) FROM Revenue GROUP BY Country;", &mut outcome)?;
    // end
    Ok(outcome)
}

#[test]
fn the_code_of_the_readme_runs() {
    let outcome = shown().unwrap();
    let rows: usize = outcome.tables.iter().map(|(_, table)| table.row_count()).sum();
    assert_eq!((outcome.tables.len(), rows), (1, 2));
}

#[test]
fn the_readme_shows_the_code_that_is_tested() {
    let between = |text: &'static str, begin: &str, end: &str| {
        let rest = text.split_once(begin).unwrap().1;
        rest.split_once(end).unwrap().0
    };
    let readme = include_str!("../../../README.md");
    let tested = between(include_str!("readme.rs"), "    // begin\n", "    // end\n");
    let tested: String = tested.lines().map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line))).collect();
    assert_eq!(between(readme, "```rust\n", "```\n"), tested);
    assert_eq!(readme.matches("```rust").count(), 1, "what else is shown has a test too");
}
