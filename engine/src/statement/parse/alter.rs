//! `ALTER …`, `DROP …` and `COMMENT ON …`

use super::Parsed;
use super::create::{item_order, property};
use super::parser::Parser;
use super::{query, scenario, security};
use crate::statement::ast::{
    AlterDimension, AlterList, AlterMetric, AlterSubset, AlterTable, AlterView, Comment, Drop, Name, ObjectKind, Statement,
};

/// Behind `ALTER`.
pub(super) fn alter(p: &mut Parser<'_>) -> Parsed<Statement> {
    const KINDS: [&str; 11] =
        ["METRIC", "DIMENSION", "SUBSET", "LIST", "TABLE", "VIEW", "SCENARIO", "APPLICATION", "USER", "GROUP", "ROLE"];
    let kind = p.one_of(&KINDS)?;
    match KINDS.get(kind).copied().unwrap_or_default() {
        "METRIC" => {
            let metric = p.name("the metric's name")?;
            Ok(Statement::AlterMetric { metric, change: metric_change(p)? })
        }
        "DIMENSION" => {
            let dimension = p.name("the dimension's name")?;
            Ok(Statement::AlterDimension { dimension, change: dimension_change(p)? })
        }
        "LIST" => {
            let list = p.name("the list's name")?;
            Ok(Statement::AlterList { list, change: list_change(p)? })
        }
        "SUBSET" => {
            let subset = p.name("the subset's name")?;
            Ok(Statement::AlterSubset { subset, change: subset_change(p)? })
        }
        "TABLE" => {
            let table = p.name("the table's name")?;
            Ok(Statement::AlterTable { table, change: table_change(p)? })
        }
        "VIEW" => {
            let view = p.name("the view's name")?;
            Ok(Statement::AlterView { view, change: view_change(p)? })
        }
        "SCENARIO" => scenario::alter(p),
        "APPLICATION" => security::alter_application(p),
        "USER" => security::alter_user(p),
        "GROUP" => security::alter_group(p),
        _ => security::alter_role(p),
    }
}

/// `TO name`, behind `RENAME`
pub(super) fn new_name(p: &mut Parser<'_>) -> Parsed<Name> {
    p.keyword("TO")?;
    p.name("the new name")
}

fn metric_change(p: &mut Parser<'_>) -> Parsed<AlterMetric> {
    let scenario = if p.eat_word("IN") {
        p.keyword("SCENARIO")?;
        Some(p.name("a scenario's name")?)
    } else {
        None
    };
    if p.eat_word("AS") {
        return Ok(AlterMetric::Formula { scenario, formula: p.formula("AS")? });
    }
    if p.eat_word("DROP") {
        p.keyword("FORMULA")?;
        return Ok(AlterMetric::DropFormula { scenario });
    }
    if scenario.is_none() && p.eat_word("RENAME") {
        return new_name(p).map(AlterMetric::Rename);
    }
    Err(p.expected_one_of(if scenario.is_some() { &["AS", "DROP FORMULA"] } else { &["AS", "DROP FORMULA", "RENAME TO", "IN SCENARIO"] }))
}

fn dimension_change(p: &mut Parser<'_>) -> Parsed<AlterDimension> {
    match p.one_of(&["ADD", "DROP", "RENAME", "ORDER", "DISPLAY"])? {
        0 => {
            p.keyword("PROPERTY")?;
            let property = property(p, "the property's name")?;
            let formula = if p.eat_word("AS") { Some(p.formula("AS")?) } else { None };
            Ok(AlterDimension::AddProperty { property, formula })
        }
        1 => match p.one_of(&["PROPERTY", "ORDER", "DISPLAY"])? {
            0 => p.name("the property's name").map(AlterDimension::DropProperty),
            1 => p.keyword("BY").map(|()| AlterDimension::Order(None)),
            _ => Ok(AlterDimension::Display(None)),
        },
        3 => item_order(p).map(|order| AlterDimension::Order(Some(order))),
        4 => p.name("a property's name").map(|name| AlterDimension::Display(Some(name))),
        _ if p.one_of(&["TO", "PROPERTY"])? == 0 => p.name("the new name").map(AlterDimension::Rename),
        _ => {
            let property = p.name("the property's name")?;
            Ok(AlterDimension::RenameProperty { property, to: new_name(p)? })
        }
    }
}

fn list_change(p: &mut Parser<'_>) -> Parsed<AlterList> {
    match p.one_of(&["ADD", "DROP", "RENAME"])? {
        0 => {
            p.one_of(&["COLUMN", "PROPERTY"])?;
            property(p, "the column's name").map(AlterList::AddColumn)
        }
        1 => {
            p.one_of(&["COLUMN", "PROPERTY"])?;
            p.name("the column's name").map(AlterList::DropColumn)
        }
        _ if p.one_of(&["TO", "COLUMN", "PROPERTY"])? == 0 => p.name("the new name").map(AlterList::Rename),
        _ => {
            let column = p.name("the column's name")?;
            Ok(AlterList::RenameColumn { column, to: new_name(p)? })
        }
    }
}

fn subset_change(p: &mut Parser<'_>) -> Parsed<AlterSubset> {
    match p.one_of(&["AS", "RENAME"])? {
        0 => p.formula("AS").map(AlterSubset::Formula),
        _ => new_name(p).map(AlterSubset::Rename),
    }
}

fn table_change(p: &mut Parser<'_>) -> Parsed<AlterTable> {
    match p.one_of(&["OF", "RENAME"])? {
        0 => p.brackets(|p| p.name("a metric's name")).map(AlterTable::Metrics),
        _ => new_name(p).map(AlterTable::Rename),
    }
}

fn view_change(p: &mut Parser<'_>) -> Parsed<AlterView> {
    match p.one_of(&["AS", "RENAME"])? {
        0 => query::query(p).map(AlterView::Query),
        _ => new_name(p).map(AlterView::Rename),
    }
}

/// The word for a kind of thing and its name. Only users are quoted as texts.
fn kind_and_name(p: &mut Parser<'_>) -> Parsed<(ObjectKind, Name)> {
    let kind = p.choice(&ObjectKind::ALL.map(|kind| (kind.word(), kind)))?;
    let name = match kind {
        ObjectKind::User => p.user()?,
        _ => p.name(&format!("the {kind}'s name"))?,
    };
    Ok((kind, name))
}

/// Behind `DROP`.
pub(super) fn drop(p: &mut Parser<'_>) -> Parsed<Statement> {
    let (kind, name) = kind_and_name(p)?;
    Ok(Statement::Drop(Drop { kind, name }))
}

/// Behind `COMMENT`.
pub(super) fn comment(p: &mut Parser<'_>) -> Parsed<Statement> {
    p.keyword("ON")?;
    let (kind, name) = kind_and_name(p)?;
    p.keyword("IS")?;
    let text = if p.eat_word("NULL") { None } else { Some(p.text("the comment in `'`")?) };
    Ok(Statement::Comment(Comment { kind, name, text }))
}
