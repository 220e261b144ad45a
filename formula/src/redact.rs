//! A formula's text without the names of some of its items.

use crate::Diagnostics;
use crate::expr::{Expr, ExprKind};
use crate::lexer::{Token, lex};
use crate::parser::parse;

/// What stands for the name of an item that is not shown.
const UNSHOWN: &str = "\"?\"";

/// The text of a formula with `"?"` in place of every item (`Country."France"`) that `hides`: its dimension's name, its own. All else stays
/// as it is.
///
/// # Errors
/// The text is no formula.
pub fn redact(text: &str, hides: &dyn Fn(&str, &str) -> bool) -> Result<String, Diagnostics> {
    let mut dimensions = Vec::new();
    find(&parse(text)?, hides, &mut dimensions);
    dimensions.sort_unstable();
    let mut names = lex(text)?.into_iter().filter(|lexeme| matches!(lexeme.token, Token::Text(_))).map(|lexeme| lexeme.span);
    let mut shown = String::new();
    let mut done = 0;
    for dimension in dimensions {
        // The item is the first text behind its dimension.
        let Some(name) = names.find(|name| name.start >= dimension) else { break };
        shown.push_str(text.get(done..name.start).unwrap_or_default());
        shown.push_str(UNSHOWN);
        done = name.end;
    }
    shown.push_str(text.get(done..).unwrap_or_default());
    Ok(shown)
}

/// Where the dimensions of hidden items end.
fn find(expr: &Expr, hides: &dyn Fn(&str, &str) -> bool, ends: &mut Vec<usize>) {
    if let ExprKind::Item(dimension, item) = &expr.kind
        && hides(&dimension.text, item)
    {
        ends.push(dimension.span.end);
    }
    expr.kind.each_child(&mut |child| find(child, hides, ends));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::redact;

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
}
