//! The modifiers of formulas.md §5, as they are written.

use smalt_model::same_name;

use crate::code::Code;
use crate::expr::{Expr, MethodClause, MethodWord, Modifier, ModifierKind, Name};
use crate::lexer::{Keyword, Token};
use crate::parser::{Parsed, Parser};
use crate::program::Method;
use crate::suggest::{any_of, closest, quote_name};

const HEADS: [&str; 9] = ["BY", "ADD", "REMOVE", "KEEP", "SELECT", "FILTER", "EXCLUDE", "TOSUBSET", "TOPARENTLIST"];

impl Parser<'_> {
    /// One modifier, up to the `;` or `]` behind it.
    pub(crate) fn modifier(&mut self) -> Parsed<Modifier> {
        let start = self.span().start;
        let head = self.head()?;
        let method = self.method(head)?;
        if !self.take(&Token::Colon) {
            let message = format!("`:` is missing after `{head}`, before {}", self.found());
            let rest = self.up_to_close();
            if !rest.is_empty() && rest.len() < 200 {
                let written = self.text.get(start..self.since(start).end).unwrap_or(head);
                let help = format!("write `[{written}: {rest}]`");
                return Err(self.error(Code::Syntax, self.span(), &message, Some(&help)));
            }
            let help = match head {
                "BY" => "write `[BY SUM: Store.Country]`",
                "SELECT" => "write `[SELECT: Month - 1]`",
                "FILTER" | "EXCLUDE" => "write `[FILTER: CurrentValue > 0]`",
                "ADD" => "write `[ADD: Month]`",
                _ => "write `[REMOVE SUM: Month]`",
            };
            return Err(self.error(Code::Syntax, self.span(), &message, Some(help)));
        }
        let kind = match head {
            "BY" => ModifierKind::By(method, self.exprs()?),
            "ADD" => ModifierKind::Add(method, self.dimensions(head)?),
            "REMOVE" => ModifierKind::Remove(method, self.dimensions(head)?),
            "KEEP" => ModifierKind::Keep(method, self.dimensions(head)?),
            "SELECT" => ModifierKind::Select(method, Box::new(self.single(head)?)),
            "FILTER" => ModifierKind::Filter(Box::new(self.single(head)?)),
            "EXCLUDE" => ModifierKind::Exclude(Box::new(self.single(head)?)),
            "TOSUBSET" => ModifierKind::ToSubset(self.dimension(head)?),
            _ => ModifierKind::ToParentList(self.dimension(head)?),
        };
        Ok(Modifier { kind, span: self.since(start) })
    }

    fn head(&mut self) -> Parsed<&'static str> {
        let (span, found) = (self.span(), self.found());
        if let Token::Name(word) = self.peek().clone() {
            if let Some(head) = HEADS.iter().copied().find(|head| same_name(head, &word)) {
                self.advance();
                return Ok(head);
            }
            let close = closest(&word, HEADS);
            if !close.is_empty() {
                let help = format!("did you mean {}?", any_of(close.into_iter().map(str::to_owned)));
                return Err(self.error(Code::Modifier, span, &format!("{found} begins no modifier"), Some(&help)));
            }
        }
        let heads = "a modifier begins with BY, ADD, REMOVE, KEEP, SELECT, FILTER, EXCLUDE, TOSUBSET or TOPARENTLIST";
        let content = self.up_to_close();
        let help = if content.is_empty() || content.len() > 200 || content.contains(':') {
            format!("{heads}: `x[SELECT: Month - 1]`, `x[BY SUM: Store.Country]`")
        } else if matches!((self.peek(), self.peek_second()), (Token::Text(_), Token::CloseSquare)) {
            format!("{heads}: to choose an item write `[SELECT: D.{content}]`, with its dimension in the place of `D`")
        } else if content.ends_with('"') {
            format!("{heads}: to choose an item write `[SELECT: {content}]`")
        } else if content.contains(char::is_whitespace) {
            format!("{heads}: to read other cells write `[SELECT: {content}]`")
        } else {
            format!("{heads}: to move the values write `[BY SUM: {content}]`")
        };
        Err(self.error(Code::Modifier, span, &format!("{found} begins no modifier"), Some(&help)))
    }

    fn method(&mut self, head: &str) -> Parsed<Option<MethodClause>> {
        let span = self.span();
        let Token::Name(word) = self.peek().clone() else {
            return Ok(None);
        };
        let methodless = matches!(head, "FILTER" | "EXCLUDE" | "TOSUBSET" | "TOPARENTLIST");
        // Without a colon behind it, it is the first word of what the modifier takes.
        if methodless && *self.peek_second() != Token::Colon {
            return Ok(None);
        }
        self.advance();
        if methodless {
            let message = format!("`{head}` takes no method");
            self.take(&Token::Colon);
            let help = format!("write `[{head}: {}]`", self.up_to_close());
            return Err(self.error(Code::Method, span, &message, Some(&help)));
        }
        let word = if let Some((_, method)) = Method::WORDS.iter().find(|(w, _)| same_name(w, &word)) {
            MethodWord::Aggregate(*method)
        } else if same_name(&word, "CONSTANT") {
            MethodWord::Constant
        } else if same_name(&word, "SPLIT") {
            if self.take(&Token::Keyword(Keyword::On)) { MethodWord::SplitOn(Box::new(self.expr(1)?)) } else { MethodWord::Split }
        } else {
            let meant: Vec<&str> = match word.to_ascii_uppercase().as_str() {
                "AVERAGE" | "MEAN" => vec!["AVG"],
                "STDEV" => vec!["STDEVS", "STDEVP"],
                "MINIMUM" => vec!["MIN"],
                "MAXIMUM" => vec!["MAX"],
                "TOTAL" => vec!["SUM"],
                _ => closest(&word, Method::WORDS.iter().map(|(w, _)| *w).chain(["CONSTANT", "SPLIT"])),
            };
            let help = if *self.peek() != Token::Colon {
                let rest = self.text.get(span.start..self.span().start).unwrap_or_default();
                format!("`:` stands before what follows: write `[{head}: {rest}{}]`", self.up_to_close())
            } else if meant.is_empty() {
                "the methods are SUM, AVG, MIN, MAX, MEDIAN, STDEVS, STDEVP, COUNT, COUNTUNIQUE, FIRST, LAST, FIRSTNONBLANK, \
                 LASTNONBLANK, FIRSTNONZERO, LASTNONZERO, ANY, ALL, TEXTLIST, CONSTANT, SPLIT and SPLIT ON"
                    .to_owned()
            } else {
                format!("did you mean {}?", any_of(meant.into_iter().map(str::to_owned)))
            };
            return Err(self.error(Code::Method, span, &format!("`{word}` is not a method"), Some(&help)));
        };
        Ok(Some(MethodClause { word, span: self.since(span.start) }))
    }

    fn exprs(&mut self) -> Parsed<Vec<Expr>> {
        let mut all = vec![self.expr(1)?];
        while self.take(&Token::Comma) {
            all.push(self.expr(1)?);
        }
        Ok(all)
    }

    fn single(&mut self, head: &str) -> Parsed<Expr> {
        let one = self.expr(1)?;
        if *self.peek() == Token::Comma {
            let comma = self.span();
            self.advance();
            let next = if self.begins_modifier() { String::new() } else { format!("{head}: ") };
            let help = format!("write `[{head}: {one}; {next}{}]`, or join conditions with AND", self.up_to_close());
            return Err(self.error(Code::Modifier, comma, &format!("`{head}` takes one expression"), Some(&help)));
        }
        Ok(one)
    }

    /// Whether a head with what belongs to it stands here.
    fn begins_modifier(&self) -> bool {
        let headed = matches!(self.peek(), Token::Name(word) if HEADS.iter().any(|head| same_name(head, word)));
        headed && matches!(self.peek_second(), Token::Colon | Token::Name(_))
    }

    fn dimensions(&mut self, head: &str) -> Parsed<Vec<Name>> {
        let mut all = vec![self.dimension(head)?];
        while self.take(&Token::Comma) {
            all.push(self.dimension(head)?);
        }
        Ok(all)
    }

    /// What is written of this modifier before the next token.
    fn since_bracket(&self) -> &str {
        let taken = self.lexemes.get(..self.at).unwrap_or_default();
        let start = taken.iter().rfind(|l| matches!(l.token, Token::OpenSquare | Token::Semicolon)).map_or(0, |l| l.span.end);
        self.text.get(start..self.span().start).unwrap_or_default().trim_start()
    }

    /// Passes over the dots and the brackets behind a name, with all that stands in these.
    fn skip_path(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.peek() {
                Token::Open | Token::OpenSquare => open += 1,
                Token::Close | Token::CloseSquare if open > 0 => open -= 1,
                Token::Dot if open == 0 => self.advance(),
                _ if open == 0 => return,
                Token::End => return,
                _ => {}
            }
            self.advance();
        }
    }

    fn dimension(&mut self, head: &str) -> Parsed<Name> {
        let span = self.span();
        let name = match self.peek().clone() {
            Token::Name(text) => Name { text, quoted: false, span },
            Token::Quoted(text) => Name { text, quoted: true, span },
            Token::Text(text) => {
                let help = format!("write `{}`", quote_name(&text));
                return Err(self.error(Code::Quotes, span, "a text stands where a dimension's name should", Some(&help)));
            }
            Token::Keyword(keyword) => {
                let help = format!("write `'{}'` if it is a name", keyword.word());
                return Err(self.error(Code::Keyword, span, &format!("`{}` is a keyword", keyword.word()), Some(&help)));
            }
            _ => {
                let message = format!("a dimension's name is missing before {}", self.found());
                let help = format!("write `[{head}: D]` with the name of a dimension");
                return Err(self.error(Code::MissingValue, span, &message, Some(&help)));
            }
        };
        let before = self.since_bracket().to_owned();
        self.advance();
        if matches!(self.peek(), Token::Dot | Token::Open | Token::OpenSquare) {
            self.skip_path();
            let help = if head == "TOSUBSET" || head == "TOPARENTLIST" {
                format!("write `[{head}: {name}]`")
            } else {
                // Whether the path leads to a dimension is not known here.
                format!(
                    "write `[{before}{name}{}]`, with the dimension's name alone; a path to another dimension belongs into BY",
                    self.up_to_close()
                )
            };
            return Err(self.error(Code::Modifier, span, &format!("`{head}` takes names of dimensions"), Some(&help)));
        }
        Ok(name)
    }
}
