//! From text to one parsed statement: caps on its size, and names of the application that SQL has other uses for.
//!
//! `User`, `Order`, `Group` or `Month` are words of SQL and may be names of dimensions. A bare word that is a name in the reader's
//! schema loses its keyword before parsing wherever its neighbours show that the name is meant.

use std::borrow::Cow;
use std::collections::HashSet;

use datafusion::sql::sqlparser::ast::{Expr, Statement};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer, Word};
use smalt_model::{Schema, fold};

use crate::dialect::Sql;
use crate::{Moment, Piece, QueryError};

/// Tokens of one statement, spaces not counted. Far above what people write; below what hurts the planner.
const MAX_TOKENS: usize = 20_000;
/// Bytes of one statement.
const MAX_BYTES: usize = 4 << 20;
/// Characters outside of texts, quoted names and comments that are no part of a word: each may come to be a token, blanks too.
const MAX_SIGNS: usize = 500_000;
/// Bytes of a name. A name may come to stand beside each of thousands of columns.
const MAX_NAME: usize = 4_096;
/// Bytes of a text. It may come to stand in each row.
pub(crate) const MAX_TEXT: usize = 256 << 10;
/// Digits of a number.
const MAX_NUMBER: usize = 1_000;
/// Levels of parentheses and subqueries.
const MAX_NESTING: usize = 100;

/// Parses one statement. `Err` for none, for two, and for one that is too large.
pub(crate) fn parse(sql: &str, schema: &Schema) -> Result<Statement, QueryError> {
    let found = statement(tokens(sql, schema)?);
    found.map_err(|error| match tokens(sql, schema) {
        Ok(tokens) => before(error, &tokens),
        Err(_) => error,
    })
}

/// An error about a word where an expression should stand names the place of what comes behind it: that is put right. Of signs it names their own.
fn before(error: QueryError, tokens: &[TokenWithSpan]) -> QueryError {
    let found = error.message().strip_prefix("expected an expression, found `").and_then(|rest| rest.strip_suffix('`'));
    let place = error.line().zip(error.column());
    let at = tokens.iter().position(|token| Some((token.span.start.line, token.span.start.column)) == place);
    let at = at.unwrap_or(tokens.len()).checked_sub(1).and_then(|at| tokens.get(at));
    let is_it =
        |token: &&TokenWithSpan| matches!(token.token, Token::Word(_)) && found.is_some_and(|found| token.token.to_string() == found);
    match at.filter(is_it) {
        Some(token) => QueryError::new(error.message()).at(token.span),
        None => error,
    }
}

/// The one statement of all these tokens.
pub(crate) fn statement(tokens: Vec<TokenWithSpan>) -> Result<Statement, QueryError> {
    let mut parser = parser(tokens);
    let mut statements = parser.parse_statements().map_err(|e| QueryError::from_parser(&e))?;
    match (statements.pop(), statements.is_empty()) {
        (Some(statement), true) => Ok(statement),
        (None, _) => Err(QueryError::new("there is no query here")),
        (Some(_), false) => Err(QueryError::new("one query at a time")),
    }
}

/// Parses an expression that is a part of a larger text; places are those in that text.
pub(crate) fn expression(piece: &Piece, schema: &Schema, literals: Literals) -> Result<Expr, QueryError> {
    let mut tokens = tokens(&piece.text, schema).map_err(|e| e.within(piece.line, piece.column))?;
    if literals == Literals::Decimals {
        tokens = tokens.into_iter().flat_map(as_decimal).collect();
    }
    for token in &mut tokens {
        for place in [&mut token.span.start, &mut token.span.end] {
            (place.line, place.column) = within(piece.line, piece.column, (place.line, place.column));
        }
    }
    let mut parser = parser(tokens);
    let expr = parser.parse_expr().map_err(|e| QueryError::from_parser(&e))?;
    match parser.next_token() {
        TokenWithSpan { token: Token::EOF, .. } => Ok(expr),
        more => Err(QueryError::new(format!("expected an operator or the end, found `{}`", more.token)).at(more.span)),
    }
}

/// What `1.05` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Literals {
    /// A float, as in every query.
    Floats,
    /// A decimal with the digits that it has, so that arithmetic with decimals stays exact.
    Decimals,
}

/// `CAST('1.05' AS DECIMAL(3, 2))` for `1.05`; anything else as it is.
fn as_decimal(token: TokenWithSpan) -> Vec<TokenWithSpan> {
    let Token::Number(text, false) = &token.token else { return vec![token] };
    let Some((whole, after)) = text.split_once('.') else { return vec![token] };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let (scale, precision) = (after.len(), whole.len() + after.len());
    if !digits(whole) || !digits(after) || !(1..=38).contains(&precision) {
        return vec![token];
    }
    let number = |n: usize| Token::Number(n.to_string(), false);
    let word = |text: &str| Token::make_word(text, None);
    let value = Token::SingleQuotedString(format!("0{text}"));
    let ty = [word("DECIMAL"), Token::LParen, number(precision), Token::Comma, number(scale), Token::RParen];
    let cast = [word("CAST"), Token::LParen, value, word("AS")].into_iter().chain(ty).chain([Token::RParen]);
    cast.map(|one| TokenWithSpan { token: one, span: token.span }).collect()
}

/// A place in a piece as one of the larger text in which the piece begins at this line and column.
pub(crate) fn within(line: u64, column: u64, place: (u64, u64)) -> (u64, u64) {
    match place {
        // The parser's way to say that there is no place.
        (0, _) => place,
        (1, own) => (line, column + own - 1),
        (own, its_column) => (line + own - 1, its_column),
    }
}

fn parser(tokens: Vec<TokenWithSpan>) -> Parser<'static> {
    Parser::new(&Sql).with_recursion_limit(MAX_NESTING).with_tokens_with_locations(tokens)
}

/// The words and signs of a text.
pub(crate) fn tokens(sql: &str, schema: &Schema) -> Result<Vec<TokenWithSpan>, QueryError> {
    if sql.len() > MAX_BYTES {
        return Err(QueryError::new(format!("this query is longer than {} MB", MAX_BYTES >> 20)));
    }
    if signs(sql) > MAX_SIGNS {
        return Err(QueryError::new(format!("this query has more than {MAX_SIGNS} signs and blanks")).help("leave blanks out"));
    }
    let tokens = Tokenizer::new(&Sql, sql)
        .tokenize_with_location()
        .map_err(|e| QueryError::from_parser(&ParserError::TokenizerError(e.to_string())))?;
    let mut tokens: Vec<TokenWithSpan> = tokens.into_iter().filter(|t| !matches!(t.token, Token::Whitespace(_))).collect();
    if tokens.len() > MAX_TOKENS {
        return Err(QueryError::new(format!("this query has more than {MAX_TOKENS} words and signs"))
            .help("load long lists of values into a dimension property or a metric and join with it"));
    }
    refuse_long(&tokens)?;
    date_tables(&mut tokens)?;
    free_names(&mut tokens, &names(schema));
    Ok(tokens)
}

/// The characters of which the tokenizer may make a token each, without making one.
fn signs(sql: &str) -> usize {
    let bytes = sql.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let behind = |at: usize, end: &str| sql.get(at..).and_then(|rest| rest.find(end)).map(|found| at + found + end.len());
    let (mut at, mut signs) = (0, 0);
    while at < bytes.len() {
        let here = byte(at);
        signs += usize::from(!(here.is_ascii_alphanumeric() || here == b'_' || here >= 0x80));
        let next = match here {
            b'\'' => behind(at + 1, "'"),
            b'"' => behind(at + 1, "\""),
            b'-' if byte(at + 1) == b'-' => behind(at, "\n"),
            b'/' if byte(at + 1) == b'*' => behind(at + 2, "*/"),
            _ => Some(at + 1),
        };
        // What is never closed goes on to the end.
        let Some(next) = next else { break };
        at = next;
    }
    signs
}

fn refuse_long(tokens: &[TokenWithSpan]) -> Result<(), QueryError> {
    for token in tokens {
        let (what, len, most) = match &token.token {
            Token::Word(word) => ("name", word.value.len(), MAX_NAME),
            Token::SingleQuotedString(text) => ("text", text.len(), MAX_TEXT),
            Token::Number(digits, _) => ("number", digits.len(), MAX_NUMBER),
            _ => continue,
        };
        if len > most {
            return Err(QueryError::new(format!("this {what} is longer than {most} bytes")).at(token.span));
        }
    }
    Ok(())
}

/// Every name of the schema that may be written bare, folded.
fn names(schema: &Schema) -> HashSet<String> {
    let mut names = HashSet::new();
    for dimension in schema.dimensions() {
        names.insert(fold(&dimension.name));
        names.extend(dimension.properties.iter().map(|p| fold(&p.name)));
    }
    for list in schema.lists() {
        names.insert(fold(&list.name));
        names.extend(list.columns.iter().map(|c| fold(&c.name)));
    }
    names.extend(schema.metrics().map(|m| fold(&m.name)));
    names.extend(schema.all_saved().map(|s| fold(s.name())));
    names
}

/// Stands between a table's name and the moment of which it is.
const AT: char = '\u{2}';

/// `Revenue AS OF REVISION 17` would be read as an alias `OF`: the moment goes into the table's name, from which [`dated`] takes it.
fn date_tables(tokens: &mut Vec<TokenWithSpan>) -> Result<(), QueryError> {
    let mut place = 0;
    while place < tokens.len() {
        let token = |i: usize| tokens.get(i).map(|t| &t.token);
        let is = |i: usize, text: &str| token(i).is_some_and(|t| is_word(t, text));
        let begins = is(place, "as") && is(place + 1, "of");
        if !begins || !(is(place + 2, "revision") || is(place + 2, "snapshot") || is(place + 2, "timestamp")) {
            place += 1;
            continue;
        }
        let span = tokens.get(place).map(|t| t.span).unwrap_or_else(datafusion::sql::sqlparser::tokenizer::Span::empty);
        let moment = match token(place + 3) {
            Some(Token::Number(number, _)) if is(place + 2, "revision") => {
                number.parse::<u64>().ok().map(|number| format!("{AT}r{number}"))
            }
            Some(Token::Word(word)) if is(place + 2, "snapshot") => Some(format!("{AT}s{}", word.value)),
            _ => None,
        };
        let Some(moment) = moment else {
            let error = QueryError::new("AS OF takes a revision or a snapshot");
            return Err(error.at(span).help("write AS OF REVISION 17, or AS OF SNAPSHOT \"Budget 2026\""));
        };
        let table = place.checked_sub(1).and_then(|before| tokens.get_mut(before));
        let Some(TokenWithSpan { token: Token::Word(word), .. }) = table else {
            return Err(QueryError::new("AS OF stands behind the name of a table").at(span));
        };
        word.value.push_str(&moment);
        word.quote_style = Some('"');
        word.keyword = Keyword::NoKeyword;
        tokens.drain(place..place + 4);
    }
    Ok(())
}

/// A table's name as written, and the moment of which it is.
pub(crate) fn dated(name: &str) -> (&str, Option<Moment>) {
    let Some((table, moment)) = name.split_once(AT) else { return (name, None) };
    let moment = match (moment.strip_prefix('r'), moment.strip_prefix('s')) {
        (Some(number), _) => number.parse().ok().map(Moment::Revision),
        (None, Some(name)) => Some(Moment::Snapshot(name.to_owned())),
        (None, None) => None,
    };
    match moment {
        Some(moment) => (table, Some(moment)),
        // Somebody has written the sign: no table has such a name.
        None => (name, None),
    }
}

/// A part of a query as people write it: of a table's moment the words that [`date_tables`] has put into its name.
pub(crate) fn as_written(text: &str) -> Cow<'_, str> {
    if !text.contains(AT) {
        return Cow::Borrowed(text);
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    // Between quotes of one kind the other one is a letter.
    while let Some((before, quote)) = rest.find(['\'', '"']).and_then(|at| Some((rest.get(..at)?, rest.get(at..)?))) {
        let sign = if quote.starts_with('"') { '"' } else { '\'' };
        let end = quote.get(1..).and_then(|inside| inside.find(sign)).map_or(quote.len(), |at| at + 2);
        let (quoted, behind) = quote.split_at_checked(end).unwrap_or((quote, ""));
        out.push_str(before);
        match dated(quoted.trim_matches('"')) {
            (table, Some(moment)) if sign == '"' => {
                let is_plain = table.chars().all(|c| c.is_alphanumeric() || c == '_');
                out.push_str(&if is_plain { table.to_owned() } else { format!("\"{table}\"") });
                out.push_str(&match moment {
                    Moment::Revision(number) => format!(" AS OF REVISION {number}"),
                    Moment::Snapshot(name) => format!(" AS OF SNAPSHOT \"{name}\""),
                });
            }
            _ => out.push_str(quoted),
        }
        rest = behind;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn is_word(token: &Token, text: &str) -> bool {
    matches!(token, Token::Word(w) if w.quote_style.is_none() && w.value.eq_ignore_ascii_case(text))
}

fn free_names(tokens: &mut [TokenWithSpan], names: &HashSet<String>) {
    for i in 0..tokens.len() {
        let Some(Token::Word(word)) = tokens.get(i).map(|t| &t.token) else { continue };
        if word.keyword == Keyword::NoKeyword || word.quote_style.is_some() || !names.contains(&fold(&word.value)) {
            continue;
        }
        if is_name_here(tokens, i, word)
            && let Some(TokenWithSpan { token: Token::Word(word), .. }) = tokens.get_mut(i)
        {
            word.keyword = Keyword::NoKeyword;
        }
    }
}

/// Whether a keyword that also is a name of the schema is the name at this place.
fn is_name_here(tokens: &[TokenWithSpan], at: usize, word: &Word) -> bool {
    let token = |i: usize| tokens.get(i).map(|t| &t.token);
    let keyword = |t: Option<&Token>| match t {
        Some(Token::Word(w)) if w.quote_style.is_none() => w.keyword,
        _ => Keyword::NoKeyword,
    };
    let before = at.checked_sub(1).and_then(token);
    let next = token(at + 1);
    if before == Some(&Token::Period) || (next == Some(&Token::Period) && !matches!(word.keyword, Keyword::SELECT)) {
        return true;
    }
    if next == Some(&Token::LParen) || before == Some(&Token::DoubleColon) || keyword(before) == Keyword::AS {
        return false;
    }
    let literal = |t: Option<&Token>| matches!(t, Some(Token::SingleQuotedString(_) | Token::Number(..)));
    match word.keyword {
        Keyword::ORDER | Keyword::GROUP | Keyword::PARTITION => keyword(next) != Keyword::BY,
        Keyword::DATE | Keyword::TIME | Keyword::TIMESTAMP | Keyword::DATETIME | Keyword::INTERVAL => !literal(next),
        Keyword::YEAR
        | Keyword::QUARTER
        | Keyword::MONTH
        | Keyword::WEEK
        | Keyword::DAY
        | Keyword::HOUR
        | Keyword::MINUTE
        | Keyword::SECOND => {
            let in_extract = before == Some(&Token::LParen) && at >= 2 && keyword(token(at - 2)) == Keyword::EXTRACT;
            let in_interval = literal(before) && at >= 2 && keyword(token(at - 2)) == Keyword::INTERVAL;
            !(in_extract || in_interval)
        }
        Keyword::ROWS | Keyword::RANGE | Keyword::GROUPS => {
            !matches!(keyword(next), Keyword::BETWEEN | Keyword::UNBOUNDED | Keyword::CURRENT) && !literal(next)
        }
        Keyword::ROW => !matches!(keyword(before), Keyword::CURRENT | Keyword::FIRST | Keyword::NEXT),
        Keyword::CURRENT => keyword(next) != Keyword::ROW,
        Keyword::FIRST | Keyword::LAST => keyword(before) != Keyword::NULLS && keyword(before) != Keyword::FETCH && !literal(next),
        Keyword::TABLE => before.is_some(),
        // The words that give a query its shape stay what they are; a name like that needs quotes.
        Keyword::SELECT
        | Keyword::FROM
        | Keyword::WHERE
        | Keyword::HAVING
        | Keyword::LIMIT
        | Keyword::OFFSET
        | Keyword::FETCH
        | Keyword::WITH
        | Keyword::RECURSIVE
        | Keyword::UNION
        | Keyword::EXCEPT
        | Keyword::INTERSECT
        | Keyword::ALL
        | Keyword::ANY
        | Keyword::DISTINCT
        | Keyword::AS
        | Keyword::ON
        | Keyword::USING
        | Keyword::JOIN
        | Keyword::INNER
        | Keyword::LEFT
        | Keyword::RIGHT
        | Keyword::FULL
        | Keyword::OUTER
        | Keyword::CROSS
        | Keyword::NATURAL
        | Keyword::SEMI
        | Keyword::ANTI
        | Keyword::AND
        | Keyword::OR
        | Keyword::NOT
        | Keyword::IN
        | Keyword::IS
        | Keyword::NULL
        | Keyword::TRUE
        | Keyword::FALSE
        | Keyword::LIKE
        | Keyword::ILIKE
        | Keyword::BETWEEN
        | Keyword::EXISTS
        | Keyword::CASE
        | Keyword::WHEN
        | Keyword::THEN
        | Keyword::ELSE
        | Keyword::END
        | Keyword::CAST
        | Keyword::ASC
        | Keyword::DESC
        | Keyword::NULLS
        | Keyword::BY
        | Keyword::OVER
        | Keyword::WINDOW
        | Keyword::QUALIFY
        | Keyword::FILTER
        | Keyword::WITHIN
        | Keyword::VALUES
        | Keyword::EXPLAIN
        | Keyword::ANALYZE
        | Keyword::UNBOUNDED
        | Keyword::PRECEDING
        | Keyword::FOLLOWING
        | Keyword::ESCAPE => false,
        _ => true,
    }
}
