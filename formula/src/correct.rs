//! What may be meant where the parser cannot go on, as far as the text tells.

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::expr::{BinaryOp, Expr, ExprKind};
use crate::lexer::{Keyword, Lexeme, Token};
use crate::parser::Parser;
use crate::span::Span;
use crate::suggest::quote_name;

impl Parser<'_> {
    /// `Gross Margin 2`, written without quotes, as one name.
    fn torn_name(&self) -> Option<String> {
        let before = self.at.checked_sub(1).and_then(|at| self.lexemes.get(at))?;
        if !matches!((&before.token, self.peek()), (Token::Name(_), Token::Name(_) | Token::Integer(_))) {
            return None;
        }
        let more = self.lexemes.get(self.at..)?.iter().take_while(|l| matches!(l.token, Token::Name(_) | Token::Integer(_)));
        let name = self.text.get(before.span.start..more.last()?.span.end)?;
        let words: Vec<&str> = name.split_whitespace().collect();
        (name.len() < 100 && !name.contains('/')).then(|| quote_name(&words.join(" ")))
    }

    /// What stands after a whole expression and does not belong there.
    pub(crate) fn misplaced(&self) -> Box<Diagnostic> {
        let found = self.found();
        if let Some(name) = self.torn_name() {
            let help = format!("an operator is missing before it, or single quotes around one name: `{name}`");
            return self.error(Code::Unexpected, self.span(), &format!("{found} is not expected here"), Some(&help));
        }
        let help = match self.peek() {
            Token::Keyword(Keyword::Not) => "`NOT` stands before a value: `a AND NOT b`",
            Token::Keyword(Keyword::On) => "`ON` stands after a dimension in an ordered function, or after `SPLIT`",
            Token::Colon => "`:` stands after the head of a modifier and in `v IN (lo : hi)`",
            Token::Semicolon => "`;` stands between modifiers only: `x[A; B]`",
            Token::Comma => "`,` stands between arguments and between mappings only",
            Token::Name(_) | Token::Quoted(_) | Token::Text(_) | Token::Integer(_) | Token::Number(_) | Token::Open => {
                "an operator is missing before it; a name with a space is written in single quotes"
            }
            _ => "take it out, or put an operator before it",
        };
        self.error(Code::Unexpected, self.span(), &format!("{found} is not expected here"), Some(help))
    }

    /// `a < b < c`, from the second sign on.
    pub(crate) fn chained(&mut self, left: &Expr) -> Box<Diagnostic> {
        let at = self.at;
        let sign = self.span();
        self.advance();
        let third = self.expr(5).ok();
        self.at = at;
        let whole = match (&left.kind, third) {
            (ExprKind::Binary(BinaryOp::Compare(first), a, b), Some(c)) if *self.peek() != Token::Keyword(Keyword::In) => {
                let sign = self.text.get(sign.start..sign.end).unwrap_or_default();
                format!("write `{a} {} {b} AND {b} {sign} {c}`", first.sign())
            }
            _ => "join two comparisons with `AND`: `a < b AND b < c`".to_owned(),
        };
        let message = format!("{} is not expected here: comparisons do not chain", self.found());
        self.error(Code::Chain, sign, &message, Some(&whole))
    }

    /// `a NOT IN (b)`, from `NOT` on.
    pub(crate) fn not_in(&mut self, left: &Expr) -> Box<Diagnostic> {
        let not = self.span();
        let message = format!("{} is not expected here", self.found());
        self.advance();
        self.advance();
        let help = match self.choices(left.clone()) {
            Ok(kind) => format!("write `NOT {}`", Expr::new(kind, not)),
            Err(_) => "write `NOT a IN (…)`, with `NOT` before the value".to_owned(),
        };
        self.error(Code::Unexpected, not, &message, Some(&help))
    }

    /// The text up to the round or square bracket that closes what is open here, for a correction.
    pub(crate) fn up_to_close(&self) -> &str {
        let start = self.span().start;
        let mut open = 0usize;
        for lexeme in self.lexemes.get(self.at..).unwrap_or_default() {
            match lexeme.token {
                Token::Open | Token::OpenSquare => open += 1,
                Token::Close | Token::CloseSquare if open == 0 => {
                    return self.text.get(start..lexeme.span.start).unwrap_or_default().trim_end();
                }
                Token::Close | Token::CloseSquare => open -= 1,
                _ => {}
            }
        }
        self.text.get(start..).unwrap_or_default().trim_end()
    }

    pub(crate) fn keyword_as_name(&self, keyword: Keyword, span: Span) -> Box<Diagnostic> {
        let written = self.text.get(span.start..span.end).unwrap_or(keyword.word());
        let message = format!("`{written}` is a keyword");
        self.error(Code::Keyword, span, &message, Some(&format!("write `'{written}'` if it is a name")))
    }

    /// What may be meant where a value is missing.
    pub(crate) fn missing_value(&self) -> Option<String> {
        let sign = |lexeme: Option<&Lexeme>| {
            let lexeme = lexeme?;
            let operator = matches!(
                lexeme.token,
                Token::Plus
                    | Token::Minus
                    | Token::Star
                    | Token::Slash
                    | Token::Caret
                    | Token::Ampersand
                    | Token::Equal
                    | Token::NotEqual
                    | Token::Less
                    | Token::LessOrEqual
                    | Token::Greater
                    | Token::GreaterOrEqual
                    | Token::Keyword(Keyword::And | Keyword::Or | Keyword::Not | Keyword::In)
            );
            self.text.get(lexeme.span.start..lexeme.span.end).filter(|_| operator)
        };
        let before = self.at.checked_sub(1).and_then(|at| self.lexemes.get(at));
        match (sign(before), sign(self.lexemes.get(self.at))) {
            (Some("*"), Some("*")) => Some("a power is written `^`: `2 ^ 3`".to_owned()),
            (Some(sign), Some(_)) => Some(format!("write a value between `{sign}` and {}", self.found())),
            (Some(sign), None) => Some(format!("write a value behind `{sign}`, or take `{sign}` out")),
            (None, Some(sign)) => Some(format!("`{sign}` stands between two values: `a {sign} b`")),
            (None, None) => match before.map(|l| &l.token) {
                Some(Token::Comma) => Some("write a value behind `,`, or take `,` out".to_owned()),
                Some(Token::Colon) => Some("write an expression behind `:`".to_owned()),
                Some(Token::Open) => Some("write a value between the brackets".to_owned()),
                _ => Some("write a value there".to_owned()),
            },
        }
    }

    /// `AND(a, b)`, as spreadsheets have it.
    pub(crate) fn called_operator(&mut self, keyword: Keyword) -> Box<Diagnostic> {
        let span = self.span();
        self.advance();
        self.advance();
        let mut operands = Vec::new();
        while let Ok(operand) = self.expr(1) {
            operands.push(operand);
            if !self.take(&Token::Comma) {
                break;
            }
        }
        let help = if operands.len() > 1 && *self.peek() == Token::Close {
            let chain = if keyword == Keyword::And { ExprKind::And(operands) } else { ExprKind::Or(operands) };
            format!("write `{}`", Expr::new(chain, span))
        } else {
            format!("write `a {} b`", keyword.word())
        };
        self.error(Code::Syntax, span, &format!("`{}` stands between two values", keyword.word()), Some(&help))
    }
}
