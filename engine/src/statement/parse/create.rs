//! `CREATE …`

use smalt_model::CalendarLevel;

use super::Parsed;
use super::parser::Parser;
use super::values::{date, type_name, whole};
use super::{query, rule, scenario, security};
use crate::statement::ast::{
    CreateCalendar, CreateDimension, CreateList, CreateMetric, CreateSubset, CreateTable, CreateView, Order, Property, Statement,
};
use crate::statement::error::StatementError;
use crate::statement::lex::Kind;

/// Behind `CREATE`.
pub(super) fn create(p: &mut Parser<'_>) -> Parsed<Statement> {
    const KINDS: [&str; 13] =
        ["DIMENSION", "SUBSET", "CALENDAR", "LIST", "METRIC", "TABLE", "VIEW", "SCENARIO", "SNAPSHOT", "USER", "GROUP", "ROLE", "RULE"];
    let kind = p.one_of(&KINDS)?;
    match KINDS.get(kind).copied().unwrap_or_default() {
        "DIMENSION" => dimension(p),
        "SUBSET" => subset(p),
        "CALENDAR" => calendar(p),
        "LIST" => list(p),
        "METRIC" => metric(p),
        "TABLE" => table(p),
        "VIEW" => view(p),
        "SCENARIO" => scenario::create(p),
        "SNAPSHOT" => p.name("the snapshot's name").map(Statement::CreateSnapshot),
        "USER" => security::create_user(p),
        "GROUP" => p.name("the group's name").map(Statement::CreateGroup),
        "ROLE" => security::create_role(p),
        _ => rule::create(p),
    }
}

/// `name type`
pub(super) fn property(p: &mut Parser<'_>, what: &str) -> Parsed<Property> {
    let name = p.name(what)?;
    Ok(Property { name, ty: type_name(p)? })
}

fn dimension(p: &mut Parser<'_>) -> Parsed<Statement> {
    let name = p.name("the dimension's name")?;
    let properties = p.brackets(|p| property(p, "a property's name"))?;
    let (mut display, mut order) = (None, None);
    loop {
        let at = p.at();
        let twice = if p.eat_word("DISPLAY") {
            display.replace(p.name("a property's name")?).map(|_| "DISPLAY")
        } else if p.eat_word("ORDER") {
            order.replace(item_order(p)?).map(|_| "ORDER BY")
        } else {
            break;
        };
        if let Some(clause) = twice {
            return Err(StatementError::new(at, format!("{clause} is given twice")));
        }
    }
    Ok(Statement::CreateDimension(CreateDimension { name, properties, display, order }))
}

/// `BY property [ASC | DESC]`
pub(super) fn item_order(p: &mut Parser<'_>) -> Parsed<Order> {
    p.keyword("BY")?;
    let property = p.name("a property's name")?;
    let descending = p.eat_word("DESC");
    if !descending {
        p.eat_word("ASC");
    }
    Ok(Order { property, descending })
}

fn subset(p: &mut Parser<'_>) -> Parsed<Statement> {
    let name = p.name("the subset's name")?;
    p.keyword("OF")?;
    let dimension = p.name("a dimension's name")?;
    p.keyword("AS")?;
    Ok(Statement::CreateSubset(CreateSubset { name, dimension, formula: p.formula("AS")? }))
}

fn calendar(p: &mut Parser<'_>) -> Parsed<Statement> {
    const LEVELS: [(&str, CalendarLevel); 6] = [
        ("Day", CalendarLevel::Day),
        ("Week", CalendarLevel::Week),
        ("Month", CalendarLevel::Month),
        ("Quarter", CalendarLevel::Quarter),
        ("Half", CalendarLevel::Half),
        ("Year", CalendarLevel::Year),
    ];
    p.keyword("FROM")?;
    let from = date(p)?;
    p.keyword("TO")?;
    let to = date(p)?;
    p.keyword("LEVELS")?;
    let mut taken = Vec::new();
    let levels = p.brackets(|p| {
        let at = p.at();
        let word = p.found();
        let level = p.choice(&LEVELS)?;
        if taken.contains(&level) {
            return Err(StatementError::new(at, format!("the level `{word}` is given twice")));
        }
        taken.push(level);
        Ok((level, at))
    })?;
    let fiscal_start = if p.eat_word("FISCAL") {
        p.keyword("YEAR STARTS IN")?;
        let (month, _) = whole(p, "the number of a month, from 1 to 12", 1, 12)?;
        u8::try_from(month).ok()
    } else {
        None
    };
    Ok(Statement::CreateCalendar(CreateCalendar { from, to, levels, fiscal_start }))
}

fn list(p: &mut Parser<'_>) -> Parsed<Statement> {
    let name = p.name("the list's name")?;
    Ok(Statement::CreateList(CreateList { name, columns: p.brackets(|p| property(p, "a column's name"))? }))
}

fn metric(p: &mut Parser<'_>) -> Parsed<Statement> {
    let name = p.name("the metric's name")?;
    let ty = type_name(p)?;
    let dimensions = if p.eat_word("BY") { p.brackets_or_none(|p| p.name("a dimension's name"))? } else { Vec::new() };
    let formula = if p.eat_word("AS") { Some(p.formula("AS")?) } else { None };
    Ok(Statement::CreateMetric(CreateMetric { name, ty, dimensions, formula }))
}

fn table(p: &mut Parser<'_>) -> Parsed<Statement> {
    let name = p.name("the table's name")?;
    if *p.peek() == Kind::Sign('(') {
        let help = "a table shows metrics side by side: CREATE TABLE name OF (metrics); rows of columns are a LIST";
        return Err(p.expected("OF").with_help(help));
    }
    p.keyword("OF")?;
    Ok(Statement::CreateTable(CreateTable { name, metrics: p.brackets(|p| p.name("a metric's name"))? }))
}

fn view(p: &mut Parser<'_>) -> Parsed<Statement> {
    let name = p.name("the view's name")?;
    let columns = if *p.peek() == Kind::Sign('(') { p.brackets(|p| p.name("a heading"))? } else { Vec::new() };
    p.keyword("AS")?;
    Ok(Statement::CreateView(CreateView { name, columns, query: query::query(p)? }))
}
