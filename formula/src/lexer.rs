//! Text to tokens (formulas.md §2).

use smalt_model::fold;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::span::Span;

/// More tokens than any formula of a person has, and few enough to be checked within a second.
const MOST_TOKENS: usize = 100_000;

/// Words that are no names unless quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keyword {
    And,
    Or,
    Not,
    In,
    On,
    True,
    False,
    Blank,
}

impl Keyword {
    pub(crate) fn from_name(name: &str) -> Option<Keyword> {
        if name.len() > 5 {
            return None;
        }
        Some(match fold(name).as_str() {
            "and" => Keyword::And,
            "or" => Keyword::Or,
            "not" => Keyword::Not,
            "in" => Keyword::In,
            "on" => Keyword::On,
            "true" => Keyword::True,
            "false" => Keyword::False,
            "blank" => Keyword::Blank,
            _ => return None,
        })
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Keyword::And => "AND",
            Keyword::Or => "OR",
            Keyword::Not => "NOT",
            Keyword::In => "IN",
            Keyword::On => "ON",
            Keyword::True => "TRUE",
            Keyword::False => "FALSE",
            Keyword::Blank => "BLANK",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Name(String),
    Quoted(String),
    Text(String),
    Integer(i64),
    Number(f64),
    Keyword(Keyword),
    Plus,
    Minus,
    Star,
    Slash,
    Caret,
    Ampersand,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Open,
    Close,
    OpenSquare,
    CloseSquare,
    Comma,
    Semicolon,
    Colon,
    Dot,
    End,
}

#[derive(Clone, Debug)]
pub(crate) struct Lexeme {
    pub(crate) token: Token,
    pub(crate) span: Span,
}

/// The tokens of a text, an end token last, with brackets that match.
pub(crate) fn lex(text: &str) -> Result<Vec<Lexeme>, Diagnostics> {
    let mut lexer = Lexer { text, at: 0, out: Vec::new() };
    lexer.run().map_err(|one| Diagnostics::one(*one))?;
    match_brackets(text, &lexer.out)?;
    Ok(lexer.out)
}

type Step<T> = Result<T, Box<Diagnostic>>;

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    out: Vec<Lexeme>,
}

impl Lexer<'_> {
    fn run(&mut self) -> Step<()> {
        loop {
            self.skip_space()?;
            let start = self.at;
            let Some(c) = self.peek() else {
                self.push(Token::End, start);
                return Ok(());
            };
            if self.out.len() >= MOST_TOKENS {
                return Err(self.error(
                    Code::Limit,
                    start,
                    start,
                    format!("the formula has more than {MOST_TOKENS} words and signs"),
                    Some("split it into several metrics".to_owned()),
                ));
            }
            let token = match c {
                '"' => Token::Text(self.quoted('"')?),
                '\'' => Token::Quoted(self.quoted('\'')?),
                '0'..='9' => self.number()?,
                c if c.is_alphabetic() || c == '_' => self.name(),
                c => self.sign(c)?,
            };
            self.push(token, start);
        }
    }

    fn push(&mut self, token: Token, start: usize) {
        self.out.push(Lexeme { token, span: Span { start, end: self.at } });
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, pattern: &str) -> bool {
        let found = self.rest().starts_with(pattern);
        if found {
            self.at += pattern.len();
        }
        found
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let length = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        let taken = rest.get(..length).unwrap_or_default().to_owned();
        self.at += length;
        taken
    }

    fn error(&self, code: Code, start: usize, end: usize, message: String, help: Option<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic::new(self.text, code, Span { start, end }, message, help))
    }

    fn skip_space(&mut self) -> Step<()> {
        loop {
            let start = self.at;
            self.take_while(|c| c.is_whitespace() || c == '\u{feff}');
            if self.take("//") {
                self.take_while(|c| c != '\n');
            } else if self.take("/*") {
                match self.rest().find("*/") {
                    Some(length) => self.at += length + 2,
                    None => {
                        let open = self.at - 2;
                        let help = Some("close it with `*/`".to_owned());
                        return Err(self.error(Code::Unclosed, open, self.at, "this comment is never closed".to_owned(), help));
                    }
                }
            }
            if self.at == start {
                return Ok(());
            }
        }
    }

    /// A text or a quoted name, from its opening quote; a doubled quote is one.
    fn quoted(&mut self, quote: char) -> Step<String> {
        let open = self.at;
        let mut content = String::new();
        self.at += 1;
        loop {
            content.push_str(&self.take_while(|c| c != quote));
            if self.peek().is_none() {
                let what = if quote == '"' { "text" } else { "quoted name" };
                let help = Some(format!("close it with `{quote}`; a quote inside is doubled"));
                return Err(self.error(Code::Unclosed, open, open + 1, format!("this {what} is never closed"), help));
            }
            self.at += 1;
            if self.peek() != Some(quote) {
                return Ok(content);
            }
            content.push(quote);
            self.at += 1;
        }
    }

    fn name(&mut self) -> Token {
        let name = self.take_while(|c| c.is_alphanumeric() || c == '_' || c == '%');
        match Keyword::from_name(&name) {
            Some(keyword) => Token::Keyword(keyword),
            None => Token::Name(name),
        }
    }

    fn number(&mut self) -> Step<Token> {
        let start = self.at;
        let mut digits = self.take_while(|c| c.is_ascii_digit());
        let mut whole = true;
        let follows = |rest: &str, skip: usize| rest.chars().nth(skip).is_some_and(|c| c.is_ascii_digit());
        if self.rest().starts_with('.') {
            if follows(self.rest(), 1) {
                self.at += 1;
                digits.push('.');
                digits.push_str(&self.take_while(|c| c.is_ascii_digit()));
                whole = false;
            } else {
                let help = Some(format!("write `{digits}.0` or `{digits}`"));
                return Err(self.error(Code::Number, start, self.at + 1, "a digit is missing after the point".to_owned(), help));
            }
        }
        let mut exponent = String::from("0");
        if self.rest().starts_with(['e', 'E']) {
            let signed = self.rest().chars().nth(1).is_some_and(|c| c == '-' || c == '+');
            if follows(self.rest(), 1 + usize::from(signed)) {
                self.at += 1;
                exponent = self.take_while(|c| c == '-' || c == '+');
                exponent.push_str(&self.take_while(|c| c.is_ascii_digit()));
                whole = false;
            }
        }
        let percent = self.take("%");
        if self.peek().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '%') {
            let odd = self.take_while(|c| c.is_alphanumeric() || c == '_' || c == '%');
            let text = self.text.get(start..self.at).unwrap_or(&odd).to_owned();
            let help = Some(format!("write `'{text}'` if it is a name"));
            return Err(self.error(Code::Number, start, self.at, format!("`{text}` is neither a number nor a bare name"), help));
        }
        if whole && !percent {
            return digits.parse().map(Token::Integer).map_err(|_| {
                let help = Some(format!("write `{digits}.0` for a NUMBER"));
                self.error(Code::TooLarge, start, self.at, "this is too large for an INTEGER".to_owned(), help)
            });
        }
        let power = exponent.parse::<i64>().unwrap_or(if exponent.starts_with('-') { -9_999 } else { 9_999 });
        let power = power - if percent { 2 } else { 0 };
        match format!("{digits}e{power}").parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Token::Number(value)),
            _ => {
                let help = Some("the largest NUMBER is `1.7976931348623157e308`".to_owned());
                Err(self.error(Code::TooLarge, start, self.at, "this is too large for a NUMBER".to_owned(), help))
            }
        }
    }

    fn sign(&mut self, c: char) -> Step<Token> {
        let start = self.at;
        for (wrong, message, help) in [
            ("--", "`--` is not an operator", "write `- -` for two minus signs, `//` for a comment"),
            ("==", "`==` is not an operator", "write `=`"),
            ("!=", "`!=` is not an operator", "write `<>`"),
            ("=<", "`=<` is not an operator", "write `<=`"),
            ("=>", "`=>` is not an operator", "write `>=`"),
            ("&&", "`&&` is not an operator", "write `AND`"),
            ("||", "`||` is not an operator", "write `OR`, or `&` to join texts"),
        ] {
            if self.rest().starts_with(wrong) {
                return Err(self.error(Code::Operator, start, start + wrong.len(), message.to_owned(), Some(help.to_owned())));
            }
        }
        for (sign, token) in [("<>", Token::NotEqual), ("<=", Token::LessOrEqual), (">=", Token::GreaterOrEqual)] {
            if self.take(sign) {
                return Ok(token);
            }
        }
        self.at += c.len_utf8();
        Ok(match c {
            '+' => Token::Plus,
            '-' => Token::Minus,
            '*' => Token::Star,
            '/' => Token::Slash,
            '^' => Token::Caret,
            '&' => Token::Ampersand,
            '=' => Token::Equal,
            '<' => Token::Less,
            '>' => Token::Greater,
            '(' => Token::Open,
            ')' => Token::Close,
            '[' => Token::OpenSquare,
            ']' => Token::CloseSquare,
            ',' => Token::Comma,
            ';' => Token::Semicolon,
            ':' => Token::Colon,
            '.' if self.peek().is_some_and(|c| c.is_ascii_digit()) && !self.follows_operand() => {
                let digits = self.take_while(|c| c.is_ascii_digit());
                let number = |l: &&Lexeme| l.span.end == start && matches!(l.token, Token::Integer(_) | Token::Number(_));
                if self.out.last().filter(number).is_some() {
                    let help = Some("a number has one decimal point, and nothing between its thousands".to_owned());
                    return Err(self.error(Code::Number, start, self.at, "a second decimal point stands in a number".to_owned(), help));
                }
                let help = Some(format!("write `0.{digits}`"));
                return Err(self.error(Code::Number, start, self.at, "a digit is missing before the point".to_owned(), help));
            }
            '.' => Token::Dot,
            c => {
                let help = match c {
                    '“' | '”' | '„' | '«' | '»' => Some("write texts in straight quotes: `\"…\"`"),
                    '‘' | '’' | '`' => Some("write names in straight quotes: `'…'`"),
                    '×' | '·' => Some("write `*`"),
                    '÷' => Some("write `/`"),
                    '−' | '–' | '—' => Some("write `-`"),
                    '≤' => Some("write `<=`"),
                    '≥' => Some("write `>=`"),
                    '≠' => Some("write `<>`"),
                    '!' => Some("write `NOT`"),
                    '%' => Some("a percentage is a number followed at once by `%`: `10%`"),
                    '{' | '}' => Some("write `(` and `)`"),
                    _ => Some("a name that holds it is written in single quotes, a text in double quotes"),
                };
                let shown = if c.is_control() { format!("U+{:04X}", u32::from(c)) } else { format!("`{c}`") };
                return Err(self.error(Code::Character, start, self.at, format!("{shown} has no meaning here"), help.map(str::to_owned)));
            }
        })
    }

    fn follows_operand(&self) -> bool {
        let last = self.out.last().map(|l| &l.token);
        matches!(last, Some(Token::Name(_) | Token::Quoted(_) | Token::Text(_) | Token::Close | Token::CloseSquare))
    }
}

/// Every bracket has its partner; what is left open is reported where it was opened.
fn match_brackets(text: &str, lexemes: &[Lexeme]) -> Result<(), Diagnostics> {
    let unclosed = |span: Span, square: bool| {
        let (open, close) = if square { ("[", "]") } else { ("(", ")") };
        let message = format!("this `{open}` is never closed");
        Diagnostic::new(text, Code::Bracket, span, message, Some(format!("close it with `{close}`")))
    };
    let mut stack: Vec<(Span, bool)> = Vec::new();
    for lexeme in lexemes {
        match lexeme.token {
            Token::Open => stack.push((lexeme.span, false)),
            Token::OpenSquare => stack.push((lexeme.span, true)),
            Token::Close | Token::CloseSquare => {
                let square = lexeme.token == Token::CloseSquare;
                match stack.pop() {
                    Some((_, opened_square)) if opened_square == square => {}
                    Some((span, opened_square)) => return Err(Diagnostics::one(unclosed(span, opened_square))),
                    None => {
                        let sign = if square { "]" } else { ")" };
                        let message = format!("this `{sign}` closes nothing");
                        let help = Some("take it out, or open a bracket before".to_owned());
                        return Err(Diagnostics::one(Diagnostic::new(text, Code::Bracket, lexeme.span, message, help)));
                    }
                }
            }
            _ => {}
        }
    }
    // The innermost one: whatever follows it in the text was meant to be inside.
    match stack.pop() {
        Some((span, square)) => Err(Diagnostics::one(unclosed(span, square))),
        None => Ok(()),
    }
}
