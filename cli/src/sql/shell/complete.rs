//! What the word before the cursor could become: words of the language, and names of what the person may see.

use smalt::{BlockInfo, Session};
use smalt_model::{quoted, written};

use super::editor::Choices;

/// Words with which statements are made.
const WORDS: &[&str] = &[
    "ACCESS",
    "ADD",
    "ALTER",
    "ANALYZE",
    "AND",
    "APPLICATION",
    "APPLY",
    "AS",
    "ASC",
    "AT",
    "AUDIT",
    "BEGIN",
    "BETWEEN",
    "BOOLEAN",
    "BY",
    "CALENDAR",
    "CASE",
    "COMMIT",
    "COPY",
    "COUNT",
    "CREATE",
    "DATE",
    "DECIMAL",
    "DELETE",
    "DEPTH",
    "DESC",
    "DESCRIBE",
    "DIMENSION",
    "DIMENSIONS",
    "DISTINCT",
    "DROP",
    "ELSE",
    "END",
    "EVALUATE",
    "EXECUTE",
    "EXPLAIN",
    "FORMULA",
    "FROM",
    "FULL",
    "GRANT",
    "GROUP",
    "GROUPS",
    "HAVING",
    "IN",
    "INSERT",
    "INTEGER",
    "INTO",
    "IS",
    "ITEMS",
    "JOIN",
    "LEAKS",
    "LEFT",
    "LIKE",
    "LIMIT",
    "LIST",
    "LISTS",
    "METRIC",
    "METRICS",
    "NOT",
    "NULL",
    "NUMBER",
    "ON",
    "OR",
    "ORDER",
    "PROPERTY",
    "RENAME",
    "REVOKE",
    "RIGHTS",
    "ROLE",
    "ROLES",
    "ROLLBACK",
    "RULE",
    "RULES",
    "SELECT",
    "SET",
    "SHOW",
    "SUBSET",
    "SUBSETS",
    "SUM",
    "TEXT",
    "THEN",
    "THROUGH",
    "TO",
    "UNION",
    "UPDATE",
    "USER",
    "USERS",
    "USING",
    "VALUE",
    "VALUES",
    "VERIFY",
    "WHEN",
    "WHERE",
    "WITH",
];

/// So many items are offered; whoever has more types more.
const MOST_ITEMS: usize = 200;

/// The blocks that the person of a session may see of the last committed state; none to who may not ask for them.
fn blocks(session: &Session) -> Vec<BlockInfo> {
    session.snapshot().map(|snapshot| snapshot.blocks()).unwrap_or_default()
}

/// The items of a dimension that begin with a text, as far as that person may see them.
fn items_of(session: &Session, dimension: &str, start: &str) -> Vec<String> {
    let items = session.snapshot().and_then(|snapshot| snapshot.items(dimension, start, MOST_ITEMS));
    items.map(|items| items.iter().map(ToString::to_string).collect()).unwrap_or_default()
}

/// The choices for the end of a text.
pub(super) fn choices(text: &str, session: &Session) -> Choices {
    let chars: Vec<char> = text.chars().collect();
    match open_quote(&chars) {
        Some(('\'', at)) => items(&chars, at, session),
        Some(('"', at)) => {
            let word: String = chars.iter().skip(at + 1).collect();
            let offered = block_names(session).into_iter().filter(|name| begins(name, &word)).map(|name| quoted(&name));
            (at, sorted(offered.collect()))
        }
        _ => word(&chars, session),
    }
}

/// The quote that is open at the end, and where.
fn open_quote(chars: &[char]) -> Option<(char, usize)> {
    let mut open = None;
    for (at, c) in chars.iter().enumerate() {
        match open {
            None if *c == '\'' || *c == '"' => open = Some((*c, at)),
            Some((quote, _)) if *c == quote => open = None,
            _ => {}
        }
    }
    open
}

/// Items in single quotes: of the dimension that is compared, where the text says which.
fn items(chars: &[char], quote: usize, session: &Session) -> Choices {
    let start: String = chars.iter().skip(quote + 1).collect::<String>().replace("''", "'");
    let before: String = chars.iter().take(quote).collect();
    let path = compared(&before);
    let blocks = blocks(session);
    let found = path.and_then(|path| dimension_of(&path, &blocks));
    let items = found.map(|dimension| items_of(session, &dimension, &start)).unwrap_or_default();
    (quote, items.into_iter().map(|item| format!("'{}'", item.replace('\'', "''"))).collect())
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

/// The dimension whose items stand at the end of a path, which may begin with a metric's name.
fn dimension_of(path: &[String], blocks: &[BlockInfo]) -> Option<String> {
    let block = |name: &str| blocks.iter().find(|block| same(&block.name, name));
    let held =
        |of: &BlockInfo, name: &str| of.columns.iter().find(|(column, _)| same(column, name)).and_then(|(_, dimension)| dimension.clone());
    let (first, rest) = path.split_first()?;
    let mut here = match block(first) {
        // `Store = '…'`, or `Revenue.Store = '…'`.
        Some(found) if found.is_dimension || rest.is_empty() => found.clone(),
        Some(found) => {
            let (second, rest) = rest.split_first()?;
            let mut here = block(&held(found, second)?)?.clone();
            for name in rest {
                here = block(&held(&here, name)?)?.clone();
            }
            return Some(here.name.to_string());
        }
        // A column of a dimension or a list.
        None => {
            let dimension = blocks.iter().find_map(|of| held(of, first))?;
            block(&dimension)?.clone()
        }
    };
    for name in rest {
        here = block(&held(&here, name)?)?.clone();
    }
    if here.is_dimension { Some(here.name.to_string()) } else { held(&here, &here.name).map(|name| name.to_string()) }
}

/// A bare word: a name of the language or of a block; behind a point a column.
fn word(chars: &[char], session: &Session) -> Choices {
    let length = chars.iter().rev().take_while(|c| c.is_alphanumeric() || **c == '_').count();
    let start = chars.len() - length;
    let word: String = chars.iter().skip(start).collect();
    let before: String = chars.iter().take(start).collect();
    if let Some(path) = before.strip_suffix('.').and_then(path_at_end) {
        return (
            start,
            sorted(columns(&path, &blocks(session)).into_iter().filter(|name| begins(name, &word)).map(|name| written(&name)).collect()),
        );
    }
    if word.is_empty() {
        return (start, Vec::new());
    }
    let words = WORDS.iter().filter(|known| begins(known, &word)).map(|known| (*known).to_owned());
    let known = block_names(session).into_iter().filter(|name| begins(name, &word)).map(|name| written(&name));
    (start, sorted(words.chain(known).collect()))
}

/// The columns of what a path leads to.
fn columns(path: &[String], blocks: &[BlockInfo]) -> Vec<String> {
    let of = |name: &str| blocks.iter().find(|block| same(&block.name, name));
    let found = match path {
        [one] => of(one).or_else(|| dimension_of(path, blocks).and_then(|dimension| of(&dimension))),
        _ => dimension_of(path, blocks).and_then(|dimension| of(&dimension)),
    };
    found.map(|block| block.columns.iter().map(|(name, _)| name.to_string()).collect()).unwrap_or_default()
}

fn block_names(session: &Session) -> Vec<String> {
    blocks(session).into_iter().map(|block| block.name.to_string()).collect()
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
            CREATE RULE items APPLY READ OF Rights TO ITEMS OF Country;";
        owner.run(model, &mut Outcome::default()).unwrap();
        (owner, app.session("ann").unwrap(), app.session("bo").unwrap())
    }

    #[test]
    fn names_and_words_come_by_their_beginnings() {
        let (owner, ..) = sessions();
        assert_eq!(after("SEL", &owner), ["SELECT"]);
        assert_eq!(after("SELECT * FROM re", &owner), ["Region", "RENAME", "Revenue", "REVOKE"]);
        assert_eq!(after("SELECT * FROM \"n", &owner), ["\"Net Revenue\""]);
        assert_eq!(choices("SELECT * FROM \"n", &owner).0, 14);
        assert_eq!(after("SELECT Store.", &owner), ["Code", "Country"]);
        assert_eq!(after("SELECT Store.Country.", &owner), ["\"Head Count\"", "Name", "Region"]);
        assert_eq!(after("SELECT \"Store\".co", &owner), ["Code", "Country"]);
        assert_eq!(after("SELECT Revenue.", &owner), ["Revenue", "Store"]);
        assert!(after("SELECT ", &owner).is_empty());
        assert!(after("", &owner).is_empty());
    }

    #[test]
    fn items_come_from_what_is_compared() {
        let (owner, ..) = sessions();
        assert_eq!(after("SELECT * FROM Revenue WHERE Store.Country = 'F", &owner), ["'France'", "'Finland'"]);
        assert_eq!(after("… Revenue.Store.Country.Region <> '", &owner), ["'EMEA'", "'APAC'"]);
        assert_eq!(after("… Store IN ('S1', '", &owner), ["'S1'", "'S2'"]);
        assert_eq!(after("… Store NOT IN ('", &owner), ["'S1'", "'S2'"]);
        assert_eq!(after("… Country='c", &owner), ["'Côte d''Ivoire'"]);
        assert_eq!(after("… Home = 'J", &owner), ["'Japan'"]);
        assert_eq!(after("EXPLAIN VALUE Revenue AT (Store = 'S", &owner), ["'S1'", "'S2'"]);
        assert!(after("… Amount = '", &owner).is_empty());
        assert!(after("INSERT INTO Store VALUES ('", &owner).is_empty());
        assert!(after("… Nothing.Nowhere = '", &owner).is_empty());
    }

    #[test]
    fn nothing_is_offered_that_may_not_be_seen() {
        let (_, ann, bo) = sessions();
        assert_eq!(after("SELECT * FROM se", &ann), ["SELECT", "SET"]);
        assert_eq!(after("SELECT * FROM rev", &ann), ["Revenue", "REVOKE"]);
        assert_eq!(after("… Country = '", &ann), ["'France'"]);
        assert_eq!(after("SELECT * FROM rev", &bo), ["REVOKE"]);
        assert!(after("… Country = '", &bo).is_empty());
        assert!(after("SELECT Ri", &ann).iter().all(|choice| choice == "RIGHTS"));
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
