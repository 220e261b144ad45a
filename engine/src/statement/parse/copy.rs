//! `COPY …`

use super::Parsed;
use super::parser::Parser;
use super::query::query_in_brackets;
use crate::statement::ast::{ColumnMap, ColumnSource, ColumnTarget, Copy, CopyOptions, CopyTo, Duplicates, Name, Statement, Unknown};
use crate::statement::error::StatementError;
use crate::statement::lex::Kind;

/// Behind `COPY`.
pub(super) fn copy(p: &mut Parser<'_>) -> Parsed<Statement> {
    if *p.peek() == Kind::Sign('(') {
        let query = query_in_brackets(p)?;
        p.keyword("TO")?;
        return Ok(Statement::CopyTo(CopyTo { query, file: p.file()? }));
    }
    let (scenario, target) = p.written("the name of what is loaded, or a query in brackets")?;
    if p.at_word("TO") {
        let help = "only a query is written to a file: COPY (SELECT * FROM …) TO 'file'";
        return Err(p.expected("FROM").with_help(help));
    }
    p.keyword("FROM")?;
    let file = p.file()?;
    let columns = if *p.peek() == Kind::Sign('(') { Some(p.brackets(column_map)?) } else { None };
    let options = if p.eat_word("WITH") { options(p)? } else { CopyOptions::default() };
    Ok(Statement::Copy(Copy { scenario, target, file, columns, options }))
}

fn column_map(p: &mut Parser<'_>) -> Parsed<ColumnMap> {
    let source = match p.peek() {
        Kind::Text(_) => ColumnSource::Constant(p.text("a constant")?),
        Kind::Number(number) => {
            let help = format!("a constant is quoted: `'{number}' -> …`");
            return Err(p.expected("a column of the file").with_help(help));
        }
        // The columns of a file have whatever names they have.
        Kind::Word(word) => {
            let name = Name { text: (*word).to_owned(), at: p.at() };
            p.advance();
            ColumnSource::File(name)
        }
        _ => ColumnSource::File(p.name("a column of the file")?),
    };
    if *p.peek() != Kind::Arrow {
        return Err(p.expected("`->`").with_help("columns are given as `column of the file -> column`"));
    }
    p.advance();
    let column = p.name("the column that is filled")?;
    let by_property = if p.eat_sign('.') { Some(p.name("a property's name")?) } else { None };
    if *p.peek() == Kind::Sign('.') {
        return Err(p.expected("`,` or `)`").with_help("items are found by a property of their own dimension"));
    }
    Ok(ColumnMap { source, target: ColumnTarget { column, by_property } })
}

/// `(unknown = …, duplicates = …, rejects = 'file')`
fn options(p: &mut Parser<'_>) -> Parsed<CopyOptions> {
    const NAMES: [&str; 3] = ["unknown", "duplicates", "rejects"];
    let mut options = CopyOptions::default();
    let mut given = Vec::new();
    p.brackets(|p| {
        let at = p.at();
        let option = p.one_of(&NAMES)?;
        if given.contains(&option) {
            let name = NAMES.get(option).copied().unwrap_or_default();
            return Err(StatementError::new(at, format!("the option `{name}` is given twice")));
        }
        given.push(option);
        p.sign('=')?;
        match option {
            0 => options.unknown = p.choice(&[("error", Unknown::Error), ("create", Unknown::Create), ("skip", Unknown::Skip)])?,
            1 => options.duplicates = p.choice(&[("error", Duplicates::Error), ("sum", Duplicates::Sum), ("last", Duplicates::Last)])?,
            _ => options.rejects = Some(p.file()?),
        }
        Ok(())
    })?;
    Ok(options)
}
