//! The shell on a terminal.

use std::time::Duration;

use crate::program::Program;
use crate::terminal::Terminal;

const MODEL: &str = "CREATE DIMENSION Country (Name TEXT); INSERT INTO Country VALUES ('France'), ('Finland'), ('Japan');";

/// A question that does not end by itself.
const ENDLESS: &str = "SELECT COUNT(*) AS n FROM generate_series(1, 300000000000) a;";

/// A shell in which the model is made.
fn shell(test: &str, program: &Program, args: &str, variables: &[(&str, &str)]) -> Option<Terminal> {
    let mut terminal = Terminal::start(test, program, args, variables)?;
    terminal.expect("smalt> ");
    terminal.line(MODEL, "statement 2: 3 rows inserted");
    Some(terminal)
}

#[test]
fn an_interrupt_ends_the_statement_and_not_the_shell() {
    let program = Program::new();
    let Some(mut terminal) = shell("an_interrupt_ends_the_statement_and_not_the_shell", &program, "sql", &[]) else { return };
    terminal.press(&format!("{ENDLESS}\r"));
    std::thread::sleep(Duration::from_millis(500));
    terminal.interrupt("the query was cancelled");
    // The application is as it was, also where ^C only gave up what was typed.
    terminal.expect("smalt> ");
    terminal.press("SELECT nothing");
    terminal.expect("nothing");
    terminal.interrupt("^C");
    terminal.line("SELECT COUNT(*) AS n FROM Country;", "\r\n3\r\n");
    assert_eq!(terminal.quit().0, Some(0));
}

#[test]
fn an_interrupt_in_a_pager_reaches_the_pager_alone() {
    let program = Program::new();
    program.write("pager.sh", "echo paging\nexec sleep 300\n");
    let variables = [("PAGER", "sh pager.sh")];
    let Some(mut terminal) = shell("an_interrupt_in_a_pager_reaches_the_pager_alone", &program, "sql", &variables) else { return };
    terminal.line("SELECT * FROM generate_series(1, 100);", "paging");
    terminal.press("\x03");
    terminal.expect("smalt> ");
    terminal.line("SELECT COUNT(*) AS n FROM Country;", "\r\n3\r\n");
    assert_eq!(terminal.quit().0, Some(0));
}

#[test]
fn what_is_typed_is_kept_at_once() {
    let program = Program::new();
    let Some(mut terminal) = shell("what_is_typed_is_kept_at_once", &program, "sql", &[]) else { return };
    terminal.line("SELECT 'kept' AS x;", "kept\r\n");
    let kept = || std::fs::read_to_string(program.folder().join("history")).unwrap();
    assert_eq!(kept(), format!("{MODEL}\nSELECT 'kept' AS x;\n"));
    // The terminal goes away in the middle of a line.
    drop(terminal);
    let Some(mut terminal) = Terminal::start("what_is_typed_is_kept_at_once", &program, "sql", &[]) else { return };
    terminal.expect("smalt> ");
    terminal.press("\x1b[A");
    terminal.expect("SELECT 'kept' AS x;");
    terminal.line("", "kept\r\n");
    assert_eq!(terminal.quit().0, Some(0));
}

#[test]
fn a_transaction_that_is_gone_is_told_at_once() {
    let program = Program::new();
    let test = "a_transaction_that_is_gone_is_told_at_once";
    let Some(mut terminal) = shell(test, &program, "sql", &[]) else { return };
    terminal.line("BEGIN;", "smalt*> ");
    terminal.line("INSERT INTO Country VALUES ('Peru');", "smalt*> ");
    terminal.line("SELECT * FROM Nothing;", "the open transaction was rolled back with it");
    terminal.expect("smalt> ");
    terminal.line("COMMIT;", "no transaction is open");
    terminal.line("SELECT COUNT(*) AS n FROM Country;", "\r\n3\r\n");
    terminal.line("BEGIN; INSERT INTO Country VALUES ('Peru');", "smalt*> ");
    let (status, shown) = terminal.quit();
    assert!(status == Some(1) && shown.contains("an open transaction, which was rolled back"), "{status:?} {shown}");
}

#[test]
fn statements_are_cut_by_their_grammar() {
    let program = Program::new();
    let Some(mut terminal) = shell("statements_are_cut_by_their_grammar", &program, "sql", &[]) else { return };
    terminal.line("SELECT 'a;", "the statement goes on: line 1, column 8: this `'` is never closed");
    terminal.line("b' AS x;", "statement 1: 1 row");
    terminal.expect("a;\\nb");
    terminal.line("SELECT 4711 AS n; -- hi", "\r\n4711\r\n");
    terminal.line("SELECT 4712 AS n; SELECT", "\r\n4712\r\n");
    terminal.expect("...> ");
    terminal.line("4713 AS n;", "\r\n4713\r\n");
    // A tab keeps words apart, whether it is pressed or pasted.
    terminal.line("SELECT\t4714 AS n;", "\r\n4714\r\n");
    terminal.press("\x1b[200~SELECT\t'one\ttwo' AS\tx;\r-- between;\rSELECT\r4715 AS n;\x1b[201~");
    std::thread::sleep(Duration::from_millis(300));
    assert!(!terminal.shown().contains("statement 1: "), "it runs before it is whole: {}", terminal.shown());
    terminal.press("\r");
    terminal.expect("one\\ttwo");
    terminal.expect("\r\n4715\r\n");
    // What was pasted behind a mistake is not run.
    terminal.press("\x1b[200~BEGIN;\rSELECT * FROM Nothing;\rINSERT INTO Country VALUES ('Peru');\r\x1b[201~\r");
    terminal.expect("what was pasted behind it was not run");
    terminal.line("SELECT COUNT(*) AS n FROM Country;", "\r\n3\r\n");
    assert_eq!(terminal.quit().0, Some(0));
}

#[test]
fn a_tab_completes_what_began_lines_above() {
    let program = Program::new();
    let Some(mut terminal) = shell("a_tab_completes_what_began_lines_above", &program, "sql", &[]) else { return };
    terminal.line("SELECT COUNT(*) AS n FROM Country WHERE Country.Name =", "...> ");
    terminal.press("'Fr\t");
    terminal.expect("'France'");
    terminal.line(";", "\r\n1\r\n");
    terminal.press("SHO\t REV\t");
    terminal.expect("SHOW REVISIONS");
    terminal.line(";", "smalt> ");
    assert_eq!(terminal.quit().0, Some(0));
}

#[test]
fn keys_with_ctrl_leave_no_letters_behind() {
    let program = Program::new();
    let Some(mut terminal) = shell("keys_with_ctrl_leave_no_letters_behind", &program, "sql", &[]) else { return };
    terminal.line("AS n;\x1b[1;5D\x1b[1;5D\x1b[1;5D\x1b[15~SELECT 4711 ", "\r\n4711\r\n");
    assert_eq!(terminal.quit().0, Some(0));
}

#[test]
fn bytes_are_not_shown_on_a_terminal() {
    let program = Program::new();
    for (args, expected) in [("sql --format parquet -c 'SELECT 1 AS x'", "> result.parquet"), ("sql --format arrow", "> result.arrow")] {
        let Some(terminal) = Terminal::start("bytes_are_not_shown_on_a_terminal", &program, args, &[]) else { return };
        let (status, shown) = terminal.end();
        assert!(status == Some(2) && shown.contains(expected), "{status:?} {shown}");
    }
}
