//! Tokens to a tree, by precedence climbing: one recursive call per level of brackets, none per link of a chain.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::{Argument, BinaryOp, Expr, ExprKind, Name, ProductFactor, SumTerm};
use crate::lexer::{Keyword, Lexeme, Token, lex};
use crate::program::Comparison;
use crate::span::Span;
use crate::suggest::quote_text;

/// Deeper than people nest, and shallow enough for any thread's stack.
const DEEPEST: u16 = 200;

pub(crate) type Parsed<T> = Result<T, Box<Diagnostic>>;

/// The tree of a formula's text. What is wrong is reported with its place; the first error ends it.
pub fn parse(text: &str) -> Result<Expr, Diagnostics> {
    let lexemes = lex(text)?;
    let mut parser = Parser { text, lexemes, at: 0, depth: 0 };
    parser.whole().map_err(|one| Diagnostics::one(*one))
}

pub(crate) struct Parser<'a> {
    pub(crate) text: &'a str,
    pub(crate) lexemes: Vec<Lexeme>,
    pub(crate) at: usize,
    depth: u16,
}

/// Which chain may take a further link.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    Sum,
    Product,
    Concat,
    And,
    Or,
    Comparison,
}

impl Parser<'_> {
    fn whole(&mut self) -> Parsed<Expr> {
        if *self.peek() == Token::End {
            return Err(self.error(
                Code::Empty,
                self.span(),
                "the formula is empty",
                Some("write an expression, such as `Volume * Price`"),
            ));
        }
        let expr = self.expr(1)?;
        if *self.peek() == Token::End {
            return Ok(expr);
        }
        Err(self.misplaced())
    }

    pub(crate) fn peek(&self) -> &Token {
        self.lexemes.get(self.at).map_or(&Token::End, |l| &l.token)
    }

    pub(crate) fn peek_second(&self) -> &Token {
        self.lexemes.get(self.at + 1).map_or(&Token::End, |l| &l.token)
    }

    pub(crate) fn span(&self) -> Span {
        self.lexemes.get(self.at).map_or(Span { start: self.text.len(), end: self.text.len() }, |l| l.span)
    }

    fn last_end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.lexemes.get(at)).map_or(0, |l| l.span.end)
    }

    /// From `start` to the last token taken.
    pub(crate) fn since(&self, start: usize) -> Span {
        Span { start, end: self.last_end().max(start) }
    }

    pub(crate) fn advance(&mut self) {
        self.at += 1;
    }

    pub(crate) fn take(&mut self, token: &Token) -> bool {
        let found = self.peek() == token;
        if found {
            self.advance();
        }
        found
    }

    pub(crate) fn error(&self, code: Code, span: Span, message: &str, help: Option<&str>) -> Box<Diagnostic> {
        Box::new(Diagnostic::new(self.text, code, span, message.to_owned(), help.map(str::to_owned)))
    }

    /// The next token as a reader sees it.
    pub(crate) fn found(&self) -> String {
        match self.peek() {
            Token::End => "the end of the formula".to_owned(),
            _ => {
                let span = self.span();
                let text: String = self.text.get(span.start..span.end).unwrap_or_default().chars().take(40).collect();
                format!("`{text}`")
            }
        }
    }

    pub(crate) fn expect(&mut self, token: &Token, what: &str) -> Parsed<()> {
        if self.take(token) {
            return Ok(());
        }
        let found = self.found();
        if matches!(self.peek(), Token::End | Token::Close | Token::CloseSquare) {
            let help = format!("put {what} before {found}");
            return Err(self.error(Code::Syntax, self.span(), &format!("{what} is missing before {found}"), Some(&help)));
        }
        Err(self.misplaced())
    }

    /// A node, unless it would be nested too deeply.
    fn make(&self, kind: ExprKind, span: Span) -> Parsed<Expr> {
        let expr = Expr::new(kind, span);
        self.shallow(&expr)?;
        Ok(expr)
    }

    fn shallow(&self, expr: &Expr) -> Parsed<()> {
        if expr.height() > DEEPEST { Err(self.too_deep(expr.span)) } else { Ok(()) }
    }

    fn too_deep(&self, span: Span) -> Box<Diagnostic> {
        let message = format!("the formula is nested more than {DEEPEST} levels deep");
        self.error(Code::Limit, Span { start: span.start, end: span.start + 1 }, &message, Some("split it into several metrics"))
    }

    /// An expression whose operators hold at least as tightly as `least` (1 is OR, 8 unary minus).
    pub(crate) fn expr(&mut self, least: u8) -> Parsed<Expr> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.too_deep(self.span()));
        }
        let expr = self.climb(least);
        self.depth -= 1;
        expr
    }

    fn climb(&mut self, least: u8) -> Parsed<Expr> {
        let start = self.span().start;
        let mut left = self.prefix(least)?;
        let mut open = Open::Nothing;
        loop {
            let token = self.peek().clone();
            let (tightness, right) = match token {
                Token::Keyword(Keyword::Or) => (1, 2),
                Token::Keyword(Keyword::And) => (2, 3),
                Token::Equal | Token::NotEqual | Token::Less | Token::LessOrEqual | Token::Greater | Token::GreaterOrEqual => (4, 5),
                Token::Keyword(Keyword::In) => (4, 0),
                Token::Ampersand => (5, 6),
                Token::Plus | Token::Minus => (6, 7),
                Token::Star | Token::Slash => (7, 8),
                Token::Caret => (9, 8),
                Token::Keyword(Keyword::Not) if *self.peek_second() == Token::Keyword(Keyword::In) => return Err(self.not_in(&left)),
                _ => return Ok(left),
            };
            if tightness < least {
                return Ok(left);
            }
            if tightness == 4 && open == Open::Comparison {
                return Err(self.chained(&left));
            }
            self.advance();
            let (kind, now) = if token == Token::Keyword(Keyword::In) {
                (self.choices(left)?, Open::Comparison)
            } else {
                let mut operand = self.expr(right)?;
                if open == chain_of(&token) {
                    match left.push_link(matches!(token, Token::Minus | Token::Slash), operand) {
                        None => {
                            self.shallow(&left)?;
                            continue;
                        }
                        Some(back) => operand = back,
                    }
                }
                join(&token, left, operand)
            };
            open = now;
            left = self.make(kind, self.since(start))?;
        }
    }

    fn prefix(&mut self, least: u8) -> Parsed<Expr> {
        let span = self.span();
        match self.peek() {
            Token::Keyword(Keyword::Not) => {
                self.advance();
                let operand = self.expr(3)?;
                if least > 3 {
                    let help = format!("put it in brackets: `(NOT {operand})`");
                    return Err(self.error(Code::Syntax, span, "`NOT` holds more loosely than the operator before it", Some(&help)));
                }
                self.make(ExprKind::Not(Box::new(operand)), self.since(span.start))
            }
            Token::Minus => {
                self.advance();
                let operand = self.expr(8)?;
                self.make(ExprKind::Negate(Box::new(operand)), self.since(span.start))
            }
            Token::Plus => {
                Err(self.error(Code::MissingValue, span, "a value is missing before `+`", Some("there is no sign `+`: leave it out")))
            }
            _ => self.postfix(),
        }
    }

    /// What follows `IN`.
    pub(crate) fn choices(&mut self, value: Expr) -> Parsed<ExprKind> {
        if !self.take(&Token::Open) {
            let span = self.span();
            let help = match self.expr(5) {
                Ok(only) => format!("write `{value} IN ({only})`"),
                Err(_) => "write `v IN (a, b, …)` or `v IN (lo : hi)`".to_owned(),
            };
            return Err(self.error(Code::Syntax, span, "`(` is missing after `IN`", Some(&help)));
        }
        let first = self.expr(1)?;
        if self.take(&Token::Colon) {
            let high = self.expr(1)?;
            self.expect(&Token::Close, "`)`")?;
            return Ok(ExprKind::InRange(Box::new(value), Box::new(first), Box::new(high)));
        }
        let mut choices = vec![first];
        while self.take(&Token::Comma) {
            choices.push(self.expr(1)?);
        }
        self.expect(&Token::Close, "`)`")?;
        Ok(ExprKind::In(Box::new(value), choices))
    }

    fn postfix(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        let mut left = self.primary()?;
        loop {
            match self.peek() {
                Token::Dot => {
                    self.advance();
                    let kind = self.after_dot(left)?;
                    left = self.make(kind, self.since(start))?;
                }
                Token::OpenSquare => {
                    self.advance();
                    let mut modifiers = Vec::new();
                    loop {
                        modifiers.push(self.modifier()?);
                        if !self.take(&Token::Semicolon) {
                            break;
                        }
                    }
                    self.expect(&Token::CloseSquare, "`]`")?;
                    let kind = match left.kind {
                        // `x[A][B]` is `x[A; B]`, but `(x[A])[B]` is the same too.
                        ExprKind::Modified(base, mut earlier) => {
                            earlier.append(&mut modifiers);
                            ExprKind::Modified(base, earlier)
                        }
                        kind => ExprKind::Modified(Box::new(Expr::new(kind, left.span)), modifiers),
                    };
                    left = self.make(kind, self.since(start))?;
                }
                _ => return Ok(left),
            }
        }
    }

    /// The property or the item behind a dot.
    fn after_dot(&mut self, left: Expr) -> Parsed<ExprKind> {
        let span = self.span();
        match self.peek().clone() {
            Token::Name(text) => {
                self.advance();
                Ok(ExprKind::Property(Box::new(left), Name { text, quoted: false, span }))
            }
            Token::Quoted(text) => {
                self.advance();
                Ok(ExprKind::Property(Box::new(left), Name { text, quoted: true, span }))
            }
            Token::Text(item) => {
                self.advance();
                match left.kind {
                    ExprKind::Name(dimension) => Ok(ExprKind::Item(dimension, item)),
                    // What the two texts are is for the one who knows the names.
                    ExprKind::Text(_) => Ok(ExprKind::Property(Box::new(left), Name { text: item, quoted: true, span })),
                    _ => {
                        let help = format!("write `Dimension.{}`; a property's name is written in single quotes", quote_text(&item));
                        Err(self.error(Code::Path, span, "an item is written with its dimension's name alone before it", Some(&help)))
                    }
                }
            }
            Token::Keyword(keyword) => Err(self.keyword_as_name(keyword, span)),
            Token::Integer(_) | Token::Number(_) => {
                let found = self.found();
                let plain = found.trim_matches('`');
                let help = format!("write `\"{plain}\"` for an item, `'{plain}'` for a property");
                Err(self.error(Code::Quotes, span, "a number stands where a name should", Some(&help)))
            }
            _ => {
                let message = format!("a property or an item is missing before {}", self.found());
                Err(self.error(Code::MissingValue, span, &message, Some("write `Store.Country` or `Country.\"France\"`")))
            }
        }
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let span = self.span();
        let kind = match self.peek().clone() {
            Token::Integer(value) => ExprKind::Integer(value),
            Token::Number(value) => ExprKind::Number(value),
            Token::Text(text) => ExprKind::Text(text),
            Token::Keyword(Keyword::True) => ExprKind::Boolean(true),
            Token::Keyword(Keyword::False) => ExprKind::Boolean(false),
            Token::Keyword(Keyword::Blank) => ExprKind::Blank,
            Token::Name(text) => {
                let name = Name { text, quoted: false, span };
                if *self.peek_second() == Token::Open {
                    self.advance();
                    self.advance();
                    return self.call(name);
                }
                ExprKind::Name(name)
            }
            Token::Quoted(text) => {
                if *self.peek_second() == Token::Open {
                    let help = format!("write `{text}(…)` for a function, or put an operator before the bracket");
                    return Err(self.error(Code::Syntax, span, "a quoted name is not a function", Some(&help)));
                }
                ExprKind::Name(Name { text, quoted: true, span })
            }
            Token::Open => {
                self.advance();
                let mut inner = self.expr(1)?;
                self.expect(&Token::Close, "`)`")?;
                inner.span = self.since(span.start);
                return Ok(inner);
            }
            Token::Keyword(keyword @ (Keyword::And | Keyword::Or)) if *self.peek_second() == Token::Open => {
                return Err(self.called_operator(keyword));
            }
            Token::Keyword(keyword) => return Err(self.keyword_as_name(keyword, span)),
            Token::OpenSquare => {
                let help = Some("a modifier follows what it modifies: `x[BY SUM: Store.Country]`");
                return Err(self.error(Code::MissingValue, span, "a value is missing before `[`", help));
            }
            _ => {
                let message = format!("a value is missing before {}", self.found());
                let help = self.missing_value();
                return Err(self.error(Code::MissingValue, span, &message, help.as_deref()));
            }
        };
        self.advance();
        self.make(kind, span)
    }

    /// A call, from behind its opening bracket.
    fn call(&mut self, name: Name) -> Parsed<Expr> {
        let start = name.span.start;
        let mut arguments = Vec::new();
        if !self.take(&Token::Close) {
            loop {
                let value = self.expr(1)?;
                let on = if self.take(&Token::Keyword(Keyword::On)) { Some(self.expr(1)?) } else { None };
                arguments.push(Argument { value, on });
                if !self.take(&Token::Comma) {
                    break;
                }
            }
            if *self.peek() == Token::Semicolon {
                let message = format!("{} is not expected here", self.found());
                return Err(self.error(Code::Unexpected, self.span(), &message, Some("arguments are separated by `,`: write `,` for `;`")));
            }
            self.expect(&Token::Close, "`)`")?;
        }
        self.make(ExprKind::Call(name, arguments), self.since(start))
    }
}

/// The chain that an operator continues.
fn chain_of(token: &Token) -> Open {
    match token {
        Token::Plus | Token::Minus => Open::Sum,
        Token::Star | Token::Slash => Open::Product,
        Token::Ampersand => Open::Concat,
        Token::Keyword(Keyword::And) => Open::And,
        Token::Keyword(Keyword::Or) => Open::Or,
        // Comparisons do not chain, so no operand is ever put to an open one.
        _ => Open::Comparison,
    }
}

/// Two operands and the operator between them.
fn join(token: &Token, left: Expr, right: Expr) -> (ExprKind, Open) {
    let op = match token {
        Token::Plus | Token::Minus => {
            let first = SumTerm { negative: false, expr: left };
            return (ExprKind::Sum(vec![first, SumTerm { negative: *token == Token::Minus, expr: right }]), Open::Sum);
        }
        Token::Star | Token::Slash => {
            let first = ProductFactor { divides: false, expr: left };
            return (ExprKind::Product(vec![first, ProductFactor { divides: *token == Token::Slash, expr: right }]), Open::Product);
        }
        Token::Ampersand => return (ExprKind::Concat(vec![left, right]), Open::Concat),
        Token::Keyword(Keyword::And) => return (ExprKind::And(vec![left, right]), Open::And),
        Token::Keyword(Keyword::Or) => return (ExprKind::Or(vec![left, right]), Open::Or),
        Token::NotEqual => BinaryOp::Compare(Comparison::NotEqual),
        Token::Less => BinaryOp::Compare(Comparison::Less),
        Token::LessOrEqual => BinaryOp::Compare(Comparison::LessOrEqual),
        Token::Greater => BinaryOp::Compare(Comparison::Greater),
        Token::GreaterOrEqual => BinaryOp::Compare(Comparison::GreaterOrEqual),
        Token::Equal => BinaryOp::Compare(Comparison::Equal),
        _ => BinaryOp::Power,
    };
    let open = if matches!(op, BinaryOp::Compare(_)) { Open::Comparison } else { Open::Nothing };
    (ExprKind::Binary(op, Box::new(left), Box::new(right)), open)
}
