//! What the word before the cursor could become: words of the language where the parser looks for them, and names of what the person may see.

use smalt::statement::{Expected, expected, formula_functions, formula_name};
use smalt::{BlockInfo, Session, Snapshot};
use smalt_model::{quoted, written};

use super::cut::cut;
use super::editor::Choices;

/// Words of SQL, which the parser of statements hands on.
const SQL_WORDS: [&str; 62] = [
    "ALL",
    "AND",
    "AS",
    "ASC",
    "AVG",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "COALESCE",
    "COUNT",
    "CROSS",
    "CURRENT",
    "DATE",
    "DESC",
    "DISTINCT",
    "ELSE",
    "END",
    "EXCEPT",
    "EXISTS",
    "EXTRACT",
    "FALSE",
    "FILTER",
    "FIRST",
    "FROM",
    "FULL",
    "GROUP",
    "HAVING",
    "ILIKE",
    "IN",
    "INNER",
    "INTERSECT",
    "INTERVAL",
    "IS",
    "JOIN",
    "LAST",
    "LEFT",
    "LIKE",
    "LIMIT",
    "MAX",
    "MIN",
    "NOT",
    "NULL",
    "NULLS",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "PARTITION",
    "REVISION",
    "RIGHT",
    "SELECT",
    "SNAPSHOT",
    "SUM",
    "THEN",
    "TRUE",
    "UNION",
    "USING",
    "WHEN",
    "WHERE",
];

/// Words of formulas beside their functions.
const FORMULA_WORDS: [&str; 15] =
    ["ADD", "AND", "BLANK", "BY", "EXCLUDE", "FALSE", "FILTER", "KEEP", "NOT", "ON", "OR", "REMOVE", "SELECT", "TOPARENTLIST", "TOSUBSET"];

/// So many items are offered; whoever has more types more.
const MOST_ITEMS: usize = 200;

/// The schema of all scenarios.
const ALL_SCENARIOS: &str = "all_scenarios";

/// What the person of a session may see of the last committed state; nothing, where they may not ask for blocks.
struct Seen {
    snapshot: Option<Snapshot>,
    blocks: Vec<BlockInfo>,
}

/// The choices for the end of a text.
pub(super) fn choices(text: &str, session: &Session) -> Choices {
    let (before, statement) = text.split_at(cut(text).whole.min(text.len()));
    let snapshot = session.snapshot().ok();
    let blocks = snapshot.as_ref().map(Snapshot::blocks).unwrap_or_default();
    let seen = Seen { snapshot, blocks };
    let (at, choices) = match open_quote(statement) {
        Some(('\'', at)) => seen.in_single_quotes(statement, at),
        Some((_, at)) => seen.in_double_quotes(statement, at),
        None => seen.word(statement),
    };
    (before.chars().count() + statement.get(..at).unwrap_or("").chars().count(), choices)
}

/// The quote that is open at the end, and its byte. Comments have none.
fn open_quote(text: &str) -> Option<(char, usize)> {
    let mut open = None;
    let mut comment: Option<&str> = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let rest = text.get(at..).unwrap_or("");
        match (comment, open) {
            (Some(end), _) => comment = Some(end).filter(|end| !rest.starts_with(end)),
            // Doubled, it is one of the text.
            (None, Some((quote, _))) if c == quote && chars.as_str().starts_with(quote) => {
                chars.next();
            }
            (None, Some((quote, _))) if c == quote => open = None,
            (None, None) if c == '\'' || c == '"' => open = Some((c, at)),
            (None, None) if rest.starts_with("--") => comment = Some("\n"),
            (None, None) if rest.starts_with("/*") => comment = Some("*/"),
            _ => {}
        }
    }
    open
}

impl Seen {
    /// A text: an item of the dimension that is compared, where the text says which; in a formula a name.
    fn in_single_quotes(&self, text: &str, quote: usize) -> Choices {
        let (before, start) = around(text, quote, '\'');
        let expected = expected(before);
        if expected.formula {
            let names = self.names().filter(|name| begins(name, &start)).map(|name| format!("'{}'", name.replace('\'', "''")));
            return (quote, sorted(names.collect()));
        }
        let dimension = match expected.names.iter().find_map(|whose| people(whose)) {
            Some(dimension) => Some(dimension.to_owned()),
            None => compared(before).and_then(|path| self.dimension_of(&path, text)),
        };
        (quote, dimension.map(|dimension| self.items(&dimension, &start, text_quoted)).unwrap_or_default())
    }

    /// A name; behind a point one of what the path leads to, in a formula an item too.
    fn in_double_quotes(&self, text: &str, quote: usize) -> Choices {
        let (before, start) = around(text, quote, '"');
        let Some(path) = before.strip_suffix('.').and_then(path_at_end) else {
            return (quote, sorted(self.names().filter(|name| begins(name, &start)).map(quoted).collect()));
        };
        let members = self.members(&path, text).into_iter().filter(|name| begins(name, &start)).map(|name| quoted(&name));
        let items = match expected(before).formula {
            true => self.dimension_of(&path, text).map(|dimension| self.items(&dimension, &start, quoted)).unwrap_or_default(),
            false => Vec::new(),
        };
        (quote, items.into_iter().chain(sorted(members.collect())).collect())
    }

    /// A bare word: what may stand there, and behind a point what the path leads to.
    fn word(&self, text: &str) -> Choices {
        let length = text.chars().rev().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum::<usize>();
        let (before, word) = text.split_at(text.len() - length);
        let mut wanted = expected(before);
        if let Some(path) = before.strip_suffix('.').and_then(path_at_end) {
            let as_written = if wanted.formula { formula_name } else { written };
            let members = self.members(&path, text).into_iter().filter(|name| begins(name, word)).map(|name| as_written(&name));
            return (before.len(), sorted(members.collect()));
        }
        if wanted == Expected::default() {
            // What is wrong already may have been meant as anything.
            wanted.sql = true;
        }
        // Of what the other two languages take everywhere, nothing is offered before a letter is there; a statement too begins with one.
        let is_begun = !word.is_empty();
        let mut offered = Vec::new();
        if is_begun || !before.trim().is_empty() {
            offered.extend(wanted.words.iter().cloned());
            wanted.names.iter().for_each(|whose| offered.extend(self.named(whose, text)));
        }
        if is_begun && wanted.sql {
            offered.extend(SQL_WORDS.map(str::to_owned));
            let scenarios = self.scenarios().chain([ALL_SCENARIOS]);
            offered.extend(self.names().chain(scenarios).chain(self.columns_of_mentioned(text)).map(written));
        }
        if is_begun && wanted.formula {
            offered.extend(FORMULA_WORDS.into_iter().chain(formula_functions()).map(str::to_owned));
            offered.extend(self.names().map(formula_name));
        }
        (before.len(), sorted(offered.into_iter().filter(|choice| begins(choice.trim_start_matches(['\'', '"']), word)).collect()))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().map(|block| &*block.name)
    }

    fn scenarios(&self) -> impl Iterator<Item = &str> {
        self.snapshot.iter().flat_map(|snapshot| snapshot.scenarios()).map(|name| &**name)
    }

    /// The names of what the parser asks for, as it says it.
    fn named(&self, whose: &str, text: &str) -> Vec<String> {
        if whose.contains("scenario") {
            return self.scenarios().map(written).collect();
        }
        if let Some(dimension) = people(whose) {
            let as_written = if dimension == "User" { text_quoted } else { written };
            return self.items(dimension, "", as_written);
        }
        if whose.contains("property") || whose.contains("column") {
            return self.columns_of_mentioned(text).map(written).collect();
        }
        let (dimensions, metrics) = (whose.contains("dimension") || whose.contains("type"), whose.contains("metric"));
        let is_meant = |block: &&BlockInfo| dimensions == metrics || block.is_dimension == dimensions;
        self.blocks.iter().filter(is_meant).map(|block| written(&block.name)).collect()
    }

    /// The items of a dimension that begin with a text, as they are written.
    fn items(&self, dimension: &str, start: &str, as_written: fn(&str) -> String) -> Vec<String> {
        let items = self.snapshot.as_ref().and_then(|snapshot| snapshot.items(dimension, start, MOST_ITEMS).ok()).unwrap_or_default();
        items.iter().map(|item| as_written(item)).collect()
    }

    fn block(&self, name: &str) -> Option<&BlockInfo> {
        self.blocks.iter().find(|block| same(&block.name, name))
    }

    /// The blocks whose names a text has.
    fn mentioned<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a BlockInfo> {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').chain(text.split('"').skip(1).step_by(2));
        words.filter(|word| !word.is_empty()).filter_map(|word| self.block(word))
    }

    fn columns_of_mentioned<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.mentioned(text).flat_map(|block| block.columns.iter().map(|(name, _)| &**name))
    }

    /// What stands behind a path and a point: columns of a block, blocks of a scenario.
    fn members(&self, path: &[String], text: &str) -> Vec<String> {
        let columns = |block: &BlockInfo| block.columns.iter().map(|(name, _)| name.to_string()).collect();
        let (schema, path) = self.without_schema(path);
        let found = match path {
            [] if schema => return self.names().map(str::to_owned).collect(),
            [one] => self.block(one).or_else(|| self.block(&self.dimension_of(path, text)?)),
            _ => self.dimension_of(path, text).and_then(|dimension| self.block(&dimension)),
        };
        found.map(columns).unwrap_or_default()
    }

    /// A path without the scenario that it may begin with, and whether it does.
    fn without_schema<'a>(&self, path: &'a [String]) -> (bool, &'a [String]) {
        match path.split_first() {
            Some((first, rest)) if self.block(first).is_none() && self.scenarios().chain([ALL_SCENARIOS]).any(|name| same(name, first)) => {
                (true, rest)
            }
            _ => (false, path),
        }
    }

    /// The dimension whose items stand at the end of a path, which may begin with a metric's name.
    fn dimension_of(&self, path: &[String], text: &str) -> Option<String> {
        let (first, rest) = self.without_schema(path).1.split_first()?;
        let mut here = match self.block(first) {
            // `Store = '…'`, or `Revenue.Store = '…'`.
            Some(found) if found.is_dimension || rest.is_empty() => found,
            Some(found) => {
                let (second, rest) = rest.split_first()?;
                let mut here = self.block(held(found, second)?)?;
                for name in rest {
                    here = self.step(here, name)?;
                }
                return Some(here.name.to_string());
            }
            // A column of what the statement names, or else of whatever has one of this name.
            None => {
                let named = self.mentioned(text).find_map(|of| self.step(of, first)).map(|block| &*block.name);
                self.block(named.or_else(|| self.blocks.iter().find_map(|of| held(of, first)))?)?
            }
        };
        for name in rest {
            here = self.step(here, name)?;
        }
        if here.is_dimension { Some(here.name.to_string()) } else { held(here, &here.name).map(str::to_owned) }
    }

    /// Where a column of a block leads: to the dimension whose items it holds. The first property of a dimension has the names of its own items.
    fn step<'a>(&'a self, of: &'a BlockInfo, column: &str) -> Option<&'a BlockInfo> {
        let names_items = || of.is_dimension && of.columns.first().is_some_and(|(name, _)| same(name, column));
        match held(of, column) {
            Some(dimension) => self.block(dimension),
            None => names_items().then_some(of),
        }
    }
}

/// The dimension whose items a column holds.
fn held<'a>(of: &'a BlockInfo, column: &str) -> Option<&'a str> {
    of.columns.iter().find(|(name, _)| same(name, column)).and_then(|(_, dimension)| dimension.as_deref())
}

/// The dimension of the people that a name is one of.
fn people(whose: &str) -> Option<&'static str> {
    [("user", "User"), ("group", "Group"), ("role", "Role")]
        .into_iter()
        .find(|(word, _)| whose.contains(word))
        .map(|(_, dimension)| dimension)
}

/// What stands before a quote, and in it.
fn around(text: &str, quote: usize, sign: char) -> (&str, String) {
    let inside = text.get(quote + 1..).unwrap_or("");
    (text.get(..quote).unwrap_or(""), inside.replace(&format!("{sign}{sign}"), &sign.to_string()))
}

fn text_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The path before `=`, `<>`, `IN (…,`.
fn compared(before: &str) -> Option<Vec<String>> {
    let before = before.trim_end();
    let left = match before.strip_suffix(['=', '>', '<', '!']) {
        Some(left) => left.trim_end_matches(['<', '>', '!', '=']),
        None => {
            let list = before.rfind('(')?;
            let left = before.get(..list)?.trim_end();
            let cut = left.len().checked_sub(2)?;
            let (left, word) = (left.get(..cut)?, left.get(cut..)?);
            let left = left.strip_suffix([' ', '\n', '\t'])?.trim_end();
            let left = left.strip_suffix("NOT").or_else(|| left.strip_suffix("not")).unwrap_or(left);
            word.eq_ignore_ascii_case("IN").then_some(left)?
        }
    };
    path_at_end(left.trim_end())
}

/// The names, parted by points, with which a text ends.
fn path_at_end(text: &str) -> Option<Vec<String>> {
    let mut rest = text;
    let mut path = Vec::new();
    loop {
        let (before, name) = match rest.strip_suffix('"') {
            Some(inside) => {
                let open = inside.rfind('"')?;
                (rest.get(..open)?, inside.get(open + 1..)?.to_owned())
            }
            None => {
                let plain = rest.chars().rev().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum::<usize>();
                let at = rest.len() - plain;
                (rest.get(..at)?, rest.get(at..)?.to_owned())
            }
        };
        if name.is_empty() {
            return None;
        }
        path.insert(0, name);
        match before.strip_suffix('.') {
            Some(more) => rest = more,
            None => return Some(path),
        }
    }
}

fn begins(name: &str, start: &str) -> bool {
    let mut name = name.chars().flat_map(char::to_lowercase);
    start.chars().flat_map(char::to_lowercase).all(|c| name.next() == Some(c))
}

fn same(a: &str, b: &str) -> bool {
    smalt_model::same_name(a, b)
}

fn sorted(mut choices: Vec<String>) -> Vec<String> {
    choices.sort_by_key(|choice| choice.to_lowercase());
    choices.dedup();
    choices
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use smalt::{Application, Outcome};

    use super::*;

    fn after(text: &str, session: &Session) -> Vec<String> {
        choices(text, session).1
    }

    fn sessions() -> (Session, Session, Session) {
        let app = Application::in_memory().unwrap();
        let owner = app.owner_session().unwrap();
        let model = "
            CREATE DIMENSION Region (Name TEXT);
            CREATE DIMENSION Country (Name TEXT, Region Region, \"Head Count\" NUMBER);
            CREATE DIMENSION Store (Code TEXT, Country Country);
            INSERT INTO Region VALUES ('EMEA'), ('APAC');
            INSERT INTO Country VALUES ('France', 'EMEA', 1), ('Finland', 'EMEA', 2), ('Japan', 'APAC', 3), ('Côte d''Ivoire', 'EMEA', 4);
            INSERT INTO Store VALUES ('S1', 'France'), ('S2', 'Japan');
            CREATE METRIC Revenue NUMBER BY (Store);
            CREATE METRIC \"Net Revenue\" NUMBER BY (Store);
            CREATE METRIC Secret NUMBER BY (Country);
            CREATE METRIC Home Country BY (Store);
            CREATE LIST Ledger (Store Store, Amount NUMBER);
            INSERT INTO Revenue VALUES ('S1', 1), ('S2', 2);
            CREATE USER 'ann'; CREATE USER 'bo';
            CREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Open Boards\") READ UNSPECIFIED WRITE DENIED;
            CREATE ROLE Guest PERMISSIONS (\"Display Application\") READ ALLOWED WRITE DENIED;
            GRANT ROLE Planner TO USER 'ann'; GRANT ROLE Guest TO USER 'bo';
            CREATE METRIC Rights ACCESS RIGHTS BY (User, Country);
            INSERT INTO Rights VALUES ('ann', 'France', 'r.');
            CREATE RULE stores APPLY READ OF Rights THROUGH Store.Country TO ALL METRICS WITH (Store);
            CREATE RULE items APPLY READ OF Rights TO ITEMS OF Country;
            CREATE TABLE \"Profit and Loss\" OF (Revenue, \"Net Revenue\"); CREATE VIEW Best AS SELECT Store, Revenue FROM Revenue;
            CREATE VIEW Sealed AS SELECT * FROM Secret; CREATE SCENARIO Open1; CREATE SCENARIO Closed;
            GRANT NONE ON SCENARIO Closed TO ROLE Planner;";
        owner.run(model, &mut Outcome::default()).unwrap();
        (owner, app.session("ann").unwrap(), app.session("bo").unwrap())
    }

    #[test]
    fn names_and_words_come_by_their_beginnings() {
        let (owner, ..) = sessions();
        assert_eq!(after("SEL", &owner), ["SELECT"]);
        assert_eq!(after("SELECT * FROM re", &owner), ["Region", "Revenue", "REVISION"]);
        assert_eq!(after("re", &owner), ["REBASE", "RECALCULATE", "REVERT", "REVOKE"]);
        assert_eq!(after("SELECT * FROM \"n", &owner), ["\"Net Revenue\""]);
        assert_eq!(after("SELECT * FROM b", &owner), ["Base", "Best", "BETWEEN", "BY"]);
        assert_eq!(after("SELECT * FROM pro", &owner), ["\"Profit and Loss\""]);
        assert_eq!(after("SELECT \"Profit and Loss\".", &owner), ["\"Net Revenue\"", "Revenue", "Store"]);
        assert_eq!(after("SELECT * FROM Ledger WHERE am", &owner), ["Amount"]);
        assert_eq!(choices("SELECT * FROM \"n", &owner).0, 14);
        assert_eq!(after("SELECT Store.", &owner), ["Code", "Country"]);
        assert_eq!(after("SELECT Store.Country.", &owner), ["\"Head Count\"", "Name", "Region"]);
        assert_eq!(after("SELECT \"Store\".co", &owner), ["Code", "Country"]);
        assert_eq!(after("SELECT Revenue.", &owner), ["Revenue", "Store"]);
        assert!(after("SELECT ", &owner).is_empty());
        assert!(after("", &owner).is_empty());
    }

    #[test]
    fn words_come_where_the_statement_goes_on_with_them() {
        let (owner, ..) = sessions();
        for (text, choices) in [
            ("SHOW S", &["SCENARIOS", "SNAPSHOTS", "SUBSETS"][..]),
            ("CREATE ROLE Planner P", &["PERMISSIONS"]),
            ("CREATE T", &["TABLE"]),
            ("CREATE V", &["VIEW"]),
            ("use ", &["SCENARIO"]),
            ("SELECT 1; M", &["MERGE"]),
            ("REVERT TO ", &["REVISION"]),
            (
                "CREATE METRIC M ",
                &[
                    "ACCESS", "BOOLEAN", "Country", "DATE", "DECIMAL", "Group", "INTEGER", "NUMBER", "Region", "Role", "Store", "TEXT",
                    "User",
                ],
            ),
            ("GRANT ROLE ", &["Admin", "Contributor", "Designer", "Guest", "Modeler", "Planner", "Reader"]),
            ("GRANT ROLE Guest TO USER ", &["'ann'", "'bo'"]),
            ("GRANT ROLE Guest TO USER 'a", &["'ann'"]),
        ] {
            assert_eq!(after(text, &owner), choices, "{text}");
        }
    }

    #[test]
    fn scenarios_are_named_and_are_schemas() {
        let (owner, ann, _) = sessions();
        assert_eq!(after("USE SCENARIO ", &owner), ["Base", "Closed", "Open1"]);
        assert_eq!(after("USE SCENARIO o", &owner), ["Open1"]);
        assert_eq!(after("SELECT * FROM op", &owner), ["Open1"]);
        assert_eq!(after("SELECT * FROM Open1.Re", &owner), ["Region", "Revenue"]);
        assert_eq!(after("SELECT * FROM Open1.\"n", &owner), ["\"Net Revenue\""]);
        assert_eq!(after("SELECT * FROM all_scenarios.Sec", &owner), ["Secret"]);
        assert_eq!(after("… Open1.Revenue.Store = 'S", &owner), ["'S1'", "'S2'"]);
        assert_eq!(after("USE SCENARIO ", &ann), ["Base", "Open1"]);
        assert!(after("SELECT * FROM Closed.", &ann).is_empty());
    }

    #[test]
    fn formulas_have_functions_and_their_own_quotes() {
        let (owner, ..) = sessions();
        assert_eq!(after("EVALUATE CUM", &owner), ["CUMULATE"]);
        assert_eq!(after("CREATE METRIC M NUMBER BY (Store) AS Revenue[REM", &owner), ["REMOVE"]);
        assert_eq!(after("EVALUATE ne", &owner), ["'Net Revenue'", "NETWORKDAYS"]);
        assert_eq!(after("EVALUATE 'n", &owner), ["'Net Revenue'"]);
        assert_eq!(after("EVALUATE IF(Store.Country = Country.\"F", &owner), ["\"France\"", "\"Finland\""]);
        assert_eq!(after("EVALUATE Store.Co", &owner), ["Code", "Country"]);
        assert_eq!(after("EVALUATE Store.Country.He", &owner), ["'Head Count'"]);
        assert!(!after("SELECT CUM", &owner).contains(&"CUMULATE".to_owned()));
    }

    #[test]
    fn what_stands_in_lines_above_counts() {
        let (owner, ..) = sessions();
        assert_eq!(
            choices("SELECT * FROM Revenue WHERE Store.Country =\n  'F", &owner),
            (46, vec!["'France'".to_owned(), "'Finland'".to_owned()])
        );
        assert_eq!(after("SELECT 'it''s' -- don't\n FROM Revenue WHERE Store IN (\n'S1',\n'S", &owner), ["'S1'", "'S2'"]);
        assert_eq!(choices("SELECT ';' AS é; USE SCENARIO o", &owner), (30, vec!["Open1".to_owned()]));
    }

    #[test]
    fn items_come_from_what_is_compared() {
        let (owner, ..) = sessions();
        assert_eq!(after("SELECT * FROM Revenue WHERE Store.Country = 'F", &owner), ["'France'", "'Finland'"]);
        assert_eq!(after("… Revenue.Store.Country.Region <> '", &owner), ["'EMEA'", "'APAC'"]);
        assert_eq!(after("… Store IN ('S1', '", &owner), ["'S1'", "'S2'"]);
        assert_eq!(after("… Store NOT IN ('", &owner), ["'S1'", "'S2'"]);
        assert_eq!(after("… Country='c", &owner), ["'Côte d''Ivoire'"]);
        assert_eq!(after("… Country='Côte d''I", &owner), ["'Côte d''Ivoire'"]);
        assert_eq!(after("SELECT * FROM Country WHERE Country.Name = 'F", &owner), ["'France'", "'Finland'"]);
        assert_eq!(after("SELECT * FROM Country WHERE Name = 'F", &owner), ["'France'", "'Finland'"]);
        assert_eq!(after("… Revenue.Store.Country.Name = 'F", &owner), ["'France'", "'Finland'"]);
        assert_eq!(after("… Home = 'J", &owner), ["'Japan'"]);
        assert_eq!(after("EXPLAIN VALUE Revenue AT (Store = 'S", &owner), ["'S1'", "'S2'"]);
        assert!(after("… Amount = '", &owner).is_empty());
        assert!(after("INSERT INTO Store VALUES ('", &owner).is_empty());
        assert!(after("… Nothing.Nowhere = '", &owner).is_empty());
    }

    #[test]
    fn nothing_is_offered_that_may_not_be_seen() {
        let (_, ann, bo) = sessions();
        assert_eq!(after("SELECT * FROM se", &ann), ["SELECT"]);
        assert_eq!(after("SELECT * FROM rev", &ann), ["Revenue", "REVISION"]);
        assert_eq!(after("… Country = '", &ann), ["'France'"]);
        assert_eq!(after("… Country.Name = 'F", &ann), ["'France'"]);
        assert_eq!(after("EVALUATE Country.\"F", &ann), ["\"France\""]);
        assert_eq!(after("SELECT * FROM rev", &bo), ["REVISION"]);
        assert!(after("… Country = '", &bo).is_empty());
        assert!(after("USE SCENARIO ", &bo).is_empty());
        assert_eq!(after("SELECT Ri", &ann), ["RIGHT"]);
        assert!(after("EVALUATE Sec", &ann).is_empty());
        assert!(after("GRANT ROLE Guest TO USER ", &bo).is_empty());
    }

    #[test]
    fn any_text_can_be_completed() {
        let (owner, ..) = sessions();
        let pieces = ["'", "\"", ".", "(", ")", "=", "IN", " ", "Store", "é", "<", ",", "NOT", ";", "\n"];
        let mut seed = 3u64;
        for _ in 0..3_000 {
            let mut text = String::new();
            for _ in 0..(seed >> 60) {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push_str(pieces.get((seed >> 33) as usize % pieces.len()).unwrap());
            }
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            assert!(choices(&text, &owner).0 <= text.chars().count());
        }
    }
}
