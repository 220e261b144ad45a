//! Whatever is written, reading it never panics, loses nothing and points into the script.

use super::print::print;
use crate::statement::{Place, Splitter, parse};

/// xorshift64*
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound as u64).unwrap()
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const WORDS: &str = "\
    CREATE ALTER DROP METRIC DIMENSION LIST TABLE VIEW USER GROUP ROLE RULE SCENARIO SNAPSHOT SUBSET CALENDAR APPLICATION COMMENT \
    COPY INSERT INTO VALUES UPDATE SET DELETE FROM WHERE BEGIN COMMIT ROLLBACK SHOW AUDIT DESCRIBE EXPLAIN FORMULA VALUE ACCESS \
    LEAKS EVALUATE SELECT WITH AS BY OF TO ON AT FOR IN IS NULL TRUE FALSE DATE NUMBER TEXT DECIMAL RIGHTS ADD PROPERTY RENAME \
    APPLY READ WRITE THROUGH ALL METRICS ITEMS IGNORE DEFAULT GRANT REVOKE NONE KIND AI AGENT PERMISSIONS ALLOWED DENIED USE \
    COMPARE MERGE REBASE REVERT REVISION EXECUTE VERIFY RECALCULATE autocalc LEVELS Month FISCAL YEAR STARTS DISPLAY ORDER DESC \
    DEPTH LIMIT SINCE a b Store Ünïcode m% ( ) [ ] , . ; ; = -> - + $$ $ ' '' \" \"\" 'x' \"y z\" 12 1.5 2e-3 '2024-01-31' -- // \
    /* */ { } \\ @ # \u{feff} \u{0} 🜁 e\u{301}";

fn whatever_is_read_points_into(script: &str) {
    let mut end = 0;
    for piece in Splitter::new(script) {
        let error = match piece {
            Ok(piece) => {
                assert!(piece.at.offset >= end && !piece.text.is_empty());
                assert_eq!(&script[piece.at.offset..piece.at.offset + piece.text.len()], piece.text);
                end = piece.at.offset + piece.text.len();
                match parse(&piece) {
                    Ok(statement) => {
                        print(&statement, script);
                        continue;
                    }
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        let place = script.lines().nth(error.line - 1).unwrap_or("");
        assert!(error.column >= 1 && error.column <= place.chars().count() + 2, "{error} in {script:?}");
        let all = Place::START.after(script);
        assert!(error.line <= all.line);
    }
}

#[test]
fn soup_of_words() {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut random = Random(1);
    for _ in 0..30_000 {
        let mut script = String::new();
        for _ in 0..random.below(25) {
            script.push_str(random.pick(&words));
            script.push_str(random.pick(&["", " ", " ", " ", " ", "\n"]));
        }
        whatever_is_read_points_into(&script);
    }
}

#[test]
fn forms_with_a_wound() {
    let forms = [
        "CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country, Opened DATE) DISPLAY Label ORDER BY Opened DESC; SELECT 1;",
        "CREATE METRIC \"Gross Margin\" DECIMAL(18, 2) BY (Product, Store) AS $$ Volume * 'Unit Cost'[BY: Store.Country] $$;",
        "EVALUATE IF(Month.Year = Year.\"2\", Volume[SELECT: Month - 12; REMOVE: D]) // the end;\n + 1;",
        "COPY R FROM 'g.csv' (user_id -> User.Id, \"a b\" -> Region, 'r.' -> R) WITH (unknown = skip, duplicates = sum, rejects = 'b');",
        "INSERT INTO Volume (a, b) VALUES ('P1', -10), (DATE '2024-01-01', NULL);",
        "UPDATE Volume SET Volume = Volume * (1.05), x = 'a' WHERE Store.Country = 'France';",
        "CREATE RULE r APPLY READ, WRITE OF C THROUGH Store.Country, a.b TO ALL METRICS WITH (Store);",
        "EXPLAIN ACCESS FOR USER 'ann' ON Revenue AT (Product = 'P1', Month = '2024-01');",
    ];
    let mut random = Random(2);
    for form in forms {
        whatever_is_read_points_into(form);
        let indices: Vec<usize> = form.char_indices().map(|(index, _)| index).collect();
        for &index in &indices {
            whatever_is_read_points_into(&form[..index]);
            whatever_is_read_points_into(&format!("{}{}", &form[..index], &form[index + 1..]));
            for _ in 0..20 {
                let wound =
                    random.pick(&["'", "\"", "(", ")", "[", "]", "$$", "/*", "--", "//", ";", ",", ".", "=", " x ", "Ä", "1", "\n"]);
                whatever_is_read_points_into(&format!("{}{wound}{}", &form[..index], &form[index..]));
            }
        }
    }
}

#[test]
fn long_input_needs_no_long_stack_and_no_long_time() {
    let open = "(".repeat(200_000);
    assert!(Splitter::new(&format!("SELECT {open}")).all(|piece| piece.is_err()));
    let balanced = format!("SELECT {open}{};", ")".repeat(200_000));
    assert!(Splitter::new(&balanced).all(|piece| parse(&piece.unwrap()).is_ok()));
    let rows = format!("INSERT INTO v (a, b) VALUES (1, 'x'){};", ", (2, 'y')".repeat(100_000));
    assert!(Splitter::new(&rows).all(|piece| parse(&piece.unwrap()).is_ok()));
    let word = "x".repeat(1_000_000);
    let error = Splitter::new(&word).next().unwrap().and_then(|piece| parse(&piece)).unwrap_err();
    assert!(error.message.len() < 200);
}
