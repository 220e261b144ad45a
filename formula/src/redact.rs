//! A formula's text without the names of some of its items, or with others.

use crate::Diagnostics;
use crate::expr::{Expr, ExprKind};
use crate::lexer::{Token, lex};
use crate::parser::parse;
use crate::suggest::quote_text;

/// What stands for the name of an item that is not shown.
const UNSHOWN: &str = "\"?\"";

/// The text of a formula with `"?"` in place of every item (`Country."France"`) that `hides`: its dimension's name, its own. All else stays
/// as it is.
///
/// # Errors
/// The text is no formula.
pub fn redact(text: &str, hides: &dyn Fn(&str, &str) -> bool) -> Result<String, Diagnostics> {
    replace(text, &|dimension, item| hides(dimension, item).then(|| UNSHOWN.to_owned()))
}

/// The text of a formula with other names for items: `renamed` gives the new name for a dimension's name and an item's, `None` where the
/// item keeps the one it has. All else stays as it is.
///
/// # Errors
/// The text is no formula.
pub fn rename_items(text: &str, renamed: &dyn Fn(&str, &str) -> Option<String>) -> Result<String, Diagnostics> {
    replace(text, &|dimension, item| renamed(dimension, item).map(|name| quote_text(&name)))
}

fn replace(text: &str, with: &dyn Fn(&str, &str) -> Option<String>) -> Result<String, Diagnostics> {
    let mut dimensions = Vec::new();
    find(&parse(text)?, with, &mut dimensions);
    dimensions.sort_unstable();
    let mut names = lex(text)?.into_iter().filter(|lexeme| matches!(lexeme.token, Token::Text(_))).map(|lexeme| lexeme.span);
    let mut shown = String::new();
    let mut done = 0;
    for (dimension, written) in dimensions {
        // The item is the first text behind its dimension.
        let Some(name) = names.find(|name| name.start >= dimension) else { break };
        shown.push_str(text.get(done..name.start).unwrap_or_default());
        shown.push_str(&written);
        done = name.end;
    }
    shown.push_str(text.get(done..).unwrap_or_default());
    Ok(shown)
}

/// Where the dimensions of items that are written otherwise end, and what is written for the item.
fn find(expr: &Expr, with: &dyn Fn(&str, &str) -> Option<String>, ends: &mut Vec<(usize, String)>) {
    if let ExprKind::Item(dimension, item) = &expr.kind
        && let Some(written) = with(&dimension.text, item)
    {
        ends.push((dimension.span.end, written));
    }
    expr.kind.each_child(&mut |child| find(child, with, ends));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::{redact, rename_items};

    #[test]
    fn hidden_items_become_question_marks_and_the_rest_stays() {
        let hides = |dimension: &str, item: &str| dimension == "Team" && item.starts_with("Ghost");
        let shown = |text: &str| redact(text, &hides).unwrap();
        assert_eq!(shown("IF(Team = Team.\"A\",  1, 2)"), "IF(Team = Team.\"A\",  1, 2)");
        assert_eq!(shown("IF((Team.\"Ghost\") = Team, \"Ghost\", Other.\"Ghost\")"), "IF((Team.\"?\") = Team, \"Ghost\", Other.\"Ghost\")");
        assert_eq!(
            shown("Team IN (Team.\"Ghost \"\"x\"\"\", Team /* \"no\" */ . \"Ghost 2\", 'Team'.\"A\")"),
            "Team IN (Team.\"?\", Team /* \"no\" */ . \"?\", 'Team'.\"A\")"
        );
        assert_eq!(shown("x[FILTER: Team = Team.\"Ghost\"][SELECT: Team.\"Ghost\"]"), "x[FILTER: Team = Team.\"?\"][SELECT: Team.\"?\"]");
        assert!(redact("1 +", &hides).is_err());
    }

    #[test]
    fn items_get_other_names_and_the_rest_stays() {
        let renamed = |dimension: &str, item: &str| (dimension == "Team" && item == "A").then(|| "B \"2\"".to_owned());
        let written = |text: &str| rename_items(text, &renamed).unwrap();
        assert_eq!(written("IF(Team  = Team.\"A\", 'A', \"A\")"), "IF(Team  = Team.\"B \"\"2\"\"\", 'A', \"A\")");
        assert_eq!(written("Team IN (Team.\"A\", Other.\"A\", Team.\"a\")"), "Team IN (Team.\"B \"\"2\"\"\", Other.\"A\", Team.\"a\")");
        assert_eq!(written("1 + 2"), "1 + 2");
    }
}
