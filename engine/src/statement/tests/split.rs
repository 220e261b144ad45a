//! Where statements end.

use crate::statement::{Piece, Place, StatementError, is_complete, split};

fn texts(script: &str) -> Vec<&str> {
    let pieces = split(script).unwrap_or_else(|error| panic!("{script}: {error}"));
    for piece in &pieces {
        assert_eq!(Place::START.after(&script[..piece.at.offset]), piece.at);
        assert!(script[piece.at.offset..].starts_with(piece.text));
    }
    pieces.into_iter().map(|piece| piece.text).collect()
}

fn refused(script: &str) -> StatementError {
    match split(script) {
        Ok(pieces) => panic!("{script} was cut: {pieces:?}"),
        Err(error) => error,
    }
}

#[test]
fn a_semicolon_ends_a_statement() {
    assert_eq!(texts(""), [""; 0]);
    assert_eq!(texts(" ;; \n;"), [""; 0]);
    assert_eq!(texts("a;b ; c"), ["a", "b ", "c"]);
    assert_eq!(texts("-- nothing; here\n/* ; */ ;"), [""; 0]);
    assert_eq!(texts("a; -- done;"), ["a"]);
    assert_eq!(texts("\u{feff}a;"), ["a"]);
}

#[test]
fn not_inside_quotes() {
    assert_eq!(texts("SELECT 'a;b', \"c;d\"; e"), ["SELECT 'a;b', \"c;d\"", "e"]);
    assert_eq!(texts("SELECT 'it''s;'; e"), ["SELECT 'it''s;'", "e"]);
    assert_eq!(texts("SELECT '--', '/*', '$$', '('; e"), ["SELECT '--', '/*', '$$', '('", "e"]);
    assert_eq!(texts("SELECT \"it's\"; 'x'"), ["SELECT \"it's\"", "'x'"]);
    assert_eq!(texts("SELECT '\\'; e"), ["SELECT '\\'", "e"]);
}

#[test]
fn not_inside_comments() {
    assert_eq!(texts("a -- b; c\n d; e"), ["a -- b; c\n d", "e"]);
    assert_eq!(texts("a /* b; 'c */ d; e"), ["a /* b; 'c */ d", "e"]);
    assert_eq!(texts("a /* -- */ ; e"), ["a /* -- */ ", "e"]);
    assert_eq!(texts("a -- it's /* open\n; e"), ["a -- it's /* open\n", "e"]);
    assert_eq!(texts("a /**/; e"), ["a /**/", "e"]);
    assert_eq!(texts("a /*/ ; */; e"), ["a /*/ ; */", "e"]);
}

#[test]
fn two_slashes_are_a_comment_in_a_formula_only() {
    assert_eq!(texts("EVALUATE a // b; c's\n + d; e"), ["EVALUATE a // b; c's\n + d", "e"]);
    assert_eq!(texts("CREATE METRIC m NUMBER AS a // b;\n; e"), ["CREATE METRIC m NUMBER AS a // b;\n", "e"]);
    assert_eq!(texts("create subset s of d as a // b;\n; e"), ["create subset s of d as a // b;\n", "e"]);
    assert_eq!(texts("ALTER METRIC m IN SCENARIO s AS a // b;\n; e"), ["ALTER METRIC m IN SCENARIO s AS a // b;\n", "e"]);
    assert_eq!(texts("ALTER DIMENSION d ADD PROPERTY p T AS a // b;\n; e"), ["ALTER DIMENSION d ADD PROPERTY p T AS a // b;\n", "e"]);
    assert_eq!(texts("SELECT a // b; c"), ["SELECT a // b", "c"]);
    assert_eq!(texts("CREATE METRIC m NUMBER // b; c"), ["CREATE METRIC m NUMBER // b", "c"]);
    assert_eq!(texts("CREATE VIEW v AS SELECT a // b; c"), ["CREATE VIEW v AS SELECT a // b", "c"]);
    assert_eq!(texts("CREATE METRIC \"AS\" NUMBER // b; c"), ["CREATE METRIC \"AS\" NUMBER // b", "c"]);
    assert_eq!(texts("EVALUATE \"http://a;\"; c"), ["EVALUATE \"http://a;\"", "c"]);
    assert_eq!(texts("COPY a FROM 's3://b'; c"), ["COPY a FROM 's3://b'", "c"]);
}

#[test]
fn not_inside_brackets() {
    assert_eq!(texts("EVALUATE x[A; B](c; (d; e)); f"), ["EVALUATE x[A; B](c; (d; e))", "f"]);
    assert_eq!(texts("a ')' (b ';' ')' ; c) ; d"), ["a ')' (b ';' ')' ; c) ", "d"]);
    assert_eq!(texts("a (-- )\n;) ; d"), ["a (-- )\n;) ", "d"]);
    // One that closes nothing ends nothing: the reader of the statement will say so.
    assert_eq!(texts("a ) ] ; d"), ["a ) ] ", "d"]);
    assert_eq!(texts("a ( ] ; ) ; d"), ["a ( ] ; ) ", "d"]);
}

#[test]
fn not_between_dollars() {
    assert_eq!(texts("EVALUATE $$ a; 'b ( // c; $$; d"), ["EVALUATE $$ a; 'b ( // c; $$", "d"]);
    assert_eq!(texts("EVALUATE $$;$$ $$;$$; d"), ["EVALUATE $$;$$ $$;$$", "d"]);
    assert_eq!(texts("SELECT $1; d"), ["SELECT $1", "d"]);
    assert_eq!(texts("EVALUATE \"$$;\"; '$$'"), ["EVALUATE \"$$;\"", "'$$'"]);
}

#[test]
fn what_is_never_closed_is_told_at_its_opening() {
    for (script, line, column, opening) in [
        ("a;\n  SELECT 'b;\nc", 2, 10, "'"),
        ("SELECT \"b;", 1, 8, "\""),
        ("SELECT 'it''s", 1, 8, "'"),
        ("a ((b);", 1, 3, "("),
        ("a (b[c);", 1, 5, "["),
        ("EVALUATE Ä[SELECT: b; c", 1, 11, "["),
        ("EVALUATE $$ a;", 1, 10, "$$"),
        ("a /* b; c", 1, 3, "/*"),
        ("a; /* b", 1, 4, "/*"),
        ("a ( 'b' \"c;", 1, 9, "\""),
    ] {
        let error = refused(script);
        assert_eq!((error.line, error.column), (line, column), "{script}: {error}");
        assert_eq!(error.message, format!("this `{opening}` is never closed"));
        assert!(!is_complete(script));
    }
}

#[test]
fn a_semicolon_in_a_comment_is_told() {
    for (script, line, column) in [
        ("SELECT 1 -- one;", 1, 16),
        ("SELECT 1 -- one;\n", 1, 16),
        ("a;\nEVALUATE b // half;\n", 2, 19),
        ("a /* ; */ b", 1, 6),
        ("a -- Ä;\n b -- ;", 1, 7),
    ] {
        let error = refused(script);
        assert_eq!((error.line, error.column), (line, column), "{script}: {error}");
        assert!(error.message.contains("its `;` stands in a comment"), "{error}");
        assert!(!is_complete(script));
    }
    assert!(refused("EVALUATE 5--2;").help.unwrap().contains("`- -`"));
    // A comment before the statement is not in it.
    assert_eq!(texts("-- first;\nSELECT 1"), ["SELECT 1"]);
}

#[test]
fn earlier_statements_come_out_before_a_later_one_is_seen() {
    let mut pieces = crate::statement::Splitter::new("a; b; 'c");
    assert_eq!(pieces.next().unwrap().unwrap().text, "a");
    assert_eq!(pieces.next().unwrap().unwrap().text, "b");
    assert!(pieces.next().unwrap().is_err());
    assert_eq!(pieces.next(), None);
    assert_eq!(pieces.next(), None);
}

#[test]
fn places_count_characters_and_lines() {
    let script = "a;\r\n\t/* ÄÖ */ b;\nSELECT 'Ä\n' ; c";
    let pieces = split(script).unwrap();
    let places: Vec<_> = pieces.iter().map(|Piece { at, .. }| (at.line, at.column)).collect();
    assert_eq!(places, [(1, 1), (2, 11), (3, 1), (4, 5)]);
    let ended: Vec<_> = pieces.iter().map(|piece| piece.terminated).collect();
    assert_eq!(ended, [true, true, true, false]);
    assert_eq!(split("\u{feff}Ä").unwrap().first().map(|piece| piece.at.column), Some(1));
}

#[test]
fn a_shell_knows_when_to_run() {
    for (script, complete) in [
        ("", true),
        ("-- nothing", true),
        ("SELECT 1;", true),
        ("SELECT 1; -- done", true),
        ("SELECT 1", false),
        ("SELECT 1; SELECT", false),
        ("SELECT (1;", false),
    ] {
        assert_eq!(is_complete(script), complete, "{script}");
    }
}
