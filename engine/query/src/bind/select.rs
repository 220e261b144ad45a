//! SELECT.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Distinct, ExceptSelectItem, ExcludeSelectItem, Expr, Function, GroupByExpr, Ident, NamedWindowDefinition, NamedWindowExpr, OrderByExpr,
    Select, SelectFlavor, SelectItem, SelectItemQualifiedWildcardKind, Spanned, VisitMut, VisitorMut, WildcardAdditionalOptions,
};
use datafusion::sql::sqlparser::tokenizer::Span;
use smalt_model::same_name;

use super::distinct_on::Firsts;
use super::expr::Headings;
use super::order::{Places, ordinal};
use super::query::empty_select;
use super::{Alias, Binder, Level, MAX_GROUPINGS, OutColumn, Resolved, Scope, parts};
use crate::QueryError;
use crate::lex::as_written;
use crate::source::{Field, FieldInfo};

/// A SELECT without its FROM.
struct Chosen {
    select: Select,
    order: Vec<OrderByExpr>,
    columns: Vec<OutColumn>,
    /// Of DISTINCT ON.
    firsts: Option<Firsts>,
}

impl Binder<'_> {
    /// Resolves a SELECT with the ORDER BY that belongs to it.
    pub(super) fn select(
        &mut self,
        select: &Select,
        order: &[OrderByExpr],
    ) -> Result<(Select, Vec<OrderByExpr>, Vec<OutColumn>), QueryError> {
        refuse_rest(select)?;
        let (from, scope) = self.from(&select.from)?;
        self.levels.push(Level { scope, ..Level::default() });
        let result = self.select_inner(select, order);
        self.levels.pop();
        let Chosen { mut select, order, columns, firsts } = result?;
        select.from = from;
        Ok(match firsts {
            Some(firsts) => self.only_firsts(select, order, columns, firsts),
            None => (select, order, columns),
        })
    }

    fn select_inner(&mut self, select: &Select, order: &[OrderByExpr]) -> Result<Chosen, QueryError> {
        let mut bound = empty_select();
        bound.distinct = match &select.distinct {
            None | Some(Distinct::All) => None,
            Some(Distinct::Distinct) => Some(Distinct::Distinct),
            Some(Distinct::On(_)) => None,
        };
        bound.selection = select.selection.as_ref().map(|e| self.expr(e, Headings::No)).transpose()?;
        if self.levels.last().is_some_and(|l| l.aggregated) {
            let error = QueryError::new("WHERE cannot hold an aggregate").help("use HAVING");
            return Err(error.at(select.selection.as_ref().map_or_else(Span::empty, Spanned::span)));
        }
        let (items, aggregates) = self.projection(&select.projection)?;
        if items.is_empty() {
            return Err(QueryError::new("SELECT names no column"));
        }
        if let Some(level) = self.levels.last_mut() {
            level.aliases = items.iter().map(|item| Alias { name: item.name.clone(), item: item.clone() }).collect();
        }
        let keys = match &select.group_by {
            GroupByExpr::All(modifiers) if modifiers.is_empty() => plain_items(&items, &aggregates),
            named => self.group_by(named, &items)?,
        };
        let grouped = !keys.is_empty();
        let items = items.into_iter().map(|item| self.by_key(item, &keys)).collect::<Result<Vec<Resolved>, _>>()?;
        bound.group_by = GroupByExpr::Expressions(keys.clone(), Vec::new());
        let having = select.having.as_ref().map(|e| self.expr(e, Headings::AfterColumns)).transpose()?;
        bound.having = having.map(|having| self.by_keys(having, &keys));
        let qualify = select.qualify.as_ref().map(|e| self.expr(e, Headings::AfterColumns)).transpose()?;
        bound.qualify = qualify.map(|qualify| self.by_keys(qualify, &keys));
        for NamedWindowDefinition(name, definition) in &select.named_window {
            let definition = match definition {
                NamedWindowExpr::NamedWindow(other) => NamedWindowExpr::NamedWindow(Ident::with_quote('"', other.value.to_lowercase())),
                NamedWindowExpr::WindowSpec(spec) => NamedWindowExpr::WindowSpec(self.window(spec, Headings::No)?),
            };
            bound.named_window.push(NamedWindowDefinition(Ident::with_quote('"', name.value.to_lowercase()), definition));
        }
        let aggregated = |b: &Self| grouped || b.levels.last().is_some_and(|l| l.aggregated);
        let places = if aggregated(self) { Places::Name } else { Places::Scan };
        let mut order = match bound.distinct {
            // The rows are put in order when they are distinct: by what SELECT names, wherever ORDER BY says it in other words.
            Some(_) => self.by_number(order, &items)?,
            None => self.select_order(order, &items, places)?,
        };
        for key in &mut order {
            key.expr = self.by_keys(key.expr.clone(), &keys);
        }
        let on = match &select.distinct {
            Some(Distinct::On(list)) => Some(self.on_list(list, &items, &keys)?),
            _ => None,
        };
        let is_ordered = !order.is_empty();
        if (is_ordered || on.is_some()) && bound.distinct.is_none() {
            if !aggregated(self) {
                self.add_coordinates(&mut order);
            } else if keys.iter().all(is_plain) {
                self.add_groups(&mut order, &keys, &items);
            }
        }
        let columns = headings(&items);
        bound.projection = items
            .into_iter()
            .zip(&columns)
            .map(|(item, column)| SelectItem::ExprWithAlias { expr: item.expr, alias: Ident::with_quote('"', &column.inner) })
            .collect();
        let firsts = on.map(|on| Firsts { on, is_ordered });
        Ok(Chosen { select: bound, order, columns, firsts })
    }

    /// A column that a group's key decides, as a function of the key: `Store.Label` where rows are grouped by `Store`.
    fn by_key(&mut self, item: Resolved, keys: &[Expr]) -> Result<Resolved, QueryError> {
        self.limits.look()?;
        let expr = self.by_keys(item.expr.clone(), keys);
        let origin = item.origin.filter(|_| expr == item.expr);
        Ok(Resolved { expr, origin, ..item })
    }

    /// The same of an expression and all its parts that stand in no aggregate: `Month >= DATE '2024-05-01'` asks for the month's days, which follow from
    /// the month.
    pub(super) fn by_keys(&mut self, mut expr: Expr, keys: &[Expr]) -> Expr {
        if !keys.is_empty() {
            let mut parts = PartsByKey { binder: self, keys, inside: 0 };
            // Nothing in it breaks off.
            let _ = VisitMut::visit(&mut expr, &mut parts);
        }
        expr
    }

    fn path_by_key(&mut self, expr: &Expr, keys: &[Expr]) -> Option<Expr> {
        if keys.contains(expr) {
            return None;
        }
        if let Some(by_key) = self.merged_path_by_key(expr, keys) {
            return Some(by_key);
        }
        let (scan, wanted) = self.field_of(expr)?;
        let (axis, properties, position) = match &wanted.field {
            Field::Path { axis, properties } => (*axis, properties.clone(), false),
            Field::Position { axis, properties } => (*axis, properties.clone(), true),
            Field::Value | Field::Column(_) | Field::Row | Field::Scenario => return None,
        };
        keys.iter().find_map(|key| {
            let (key_scan, info) = self.field_of(key)?;
            let then = self.scans.get(scan)?.then;
            let (Field::Path { axis: key_axis, properties: start }, Some(dimension)) = (&info.field, info.dimension()) else { return None };
            let rest = properties.strip_prefix(start.as_slice()).filter(|_| (key_scan, *key_axis) == (scan, axis))?;
            Some(self.item_call((dimension, then), rest.to_vec(), position, wanted.ty, key.clone()))
        })
    }

    /// What stands in a column of a table of the application.
    fn field_of(&self, expr: &Expr) -> Option<(usize, FieldInfo)> {
        let Expr::CompoundIdentifier(names) = expr else { return None };
        let [table, column] = names.as_slice() else { return None };
        let scan = self.scans.iter().position(|s| s.name == table.value)?;
        let (info, _) = self.scans.get(scan)?.fields.iter().find(|(_, name)| *name == column.value)?;
        Some((scan, info.clone()))
    }

    /// ORDER BY of a SELECT DISTINCT, for the query around it: columns of SELECT by their numbers, all else as it is.
    fn by_number(&mut self, order: &[OrderByExpr], items: &[Resolved]) -> Result<Vec<OrderByExpr>, QueryError> {
        let mut keys = order.to_vec();
        for key in &mut keys {
            let names = match &key.expr {
                Expr::Identifier(name) => std::slice::from_ref(name),
                Expr::CompoundIdentifier(names) => names.as_slice(),
                _ => continue,
            };
            let heading = self.heading(names)?.map(|(index, _)| index);
            let index = match heading {
                Some(index) => Some(index),
                None => self.column(names).ok().and_then(|column| items.iter().position(|item| item.expr == column.expr)),
            };
            if let Some(index) = index {
                key.expr = super::order::number(index + 1);
            }
        }
        Ok(keys)
    }

    /// The columns of SELECT, and the places of those that hold an aggregate.
    fn projection(&mut self, projection: &[SelectItem]) -> Result<(Vec<Resolved>, HashSet<usize>), QueryError> {
        let mut items = Vec::with_capacity(projection.len());
        let mut aggregates = HashSet::new();
        for item in projection {
            let before = self.set_aggregated(false);
            match item {
                SelectItem::UnnamedExpr(expr) => items.push(self.item(expr)?),
                SelectItem::ExprWithAlias { expr, alias } => {
                    let item = self.item(expr)?;
                    items.push(Resolved { name: alias.value.clone(), ..item });
                }
                SelectItem::Wildcard(options) => {
                    let out = left_out(options)?;
                    let scope = self.scope();
                    if scope.relations.is_empty() {
                        return Err(QueryError::new("`*` needs a FROM").at(item.span()));
                    }
                    let all = without(self.all(&scope), &out)?;
                    self.count(all.len())?;
                    items.extend(all);
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                    let out = left_out(options)?;
                    let names = parts(name)?;
                    let names = match names.as_slice() {
                        [catalog, rest @ ..] if rest.len() == 2 && same_name(&catalog.value, super::CATALOG) => rest,
                        names => names,
                    };
                    let scope = self.scope();
                    let table = names.last().map(|i| i.value.as_str()).unwrap_or_default();
                    let scenario = names.first().map(|i| i.value.as_str()).filter(|_| names.len() == 2).unwrap_or_default();
                    let is_named = |r: &super::Relation| r.qualified.as_ref().is_some_and(|named| same_name(named, scenario));
                    let fits = |r: &super::Relation| same_name(&r.alias, table) && (names.len() == 1 || is_named(r));
                    let mut found = scope.relations.iter().enumerate().filter(|(_, relation)| fits(relation));
                    let index = match (found.next(), found.next()) {
                        (Some((index, _)), None) => index,
                        (None, _) => return Err(QueryError::new(format!("there is no table `{name}` here")).at(item.span())),
                        (Some(_), Some(_)) => {
                            let error = QueryError::new(format!("two tables are called `{name}` here")).at(item.span());
                            return Err(error.help("write the scenario's name and a dot before it"));
                        }
                    };
                    let all = without(self.all_of(&scope, index), &out)?;
                    self.count(all.len())?;
                    items.extend(all);
                }
                other => return Err(QueryError::unsupported("this form of a column").at(other.span())),
            }
            let holds = self.set_aggregated(before);
            if holds {
                aggregates.insert(items.len() - 1);
                self.set_aggregated(true);
            }
        }
        Ok((items, aggregates))
    }

    /// Whether an aggregate has been found, and what counts as found from now on.
    fn set_aggregated(&mut self, aggregated: bool) -> bool {
        self.levels.last_mut().is_some_and(|level| std::mem::replace(&mut level.aggregated, aggregated))
    }

    fn item(&mut self, expr: &Expr) -> Result<Resolved, QueryError> {
        match self.resolved(expr, Headings::No)? {
            Some(resolved) => Ok(resolved),
            None => {
                let bound = self.expr(expr, Headings::No)?;
                let is_date = self.is_date(&bound);
                Ok(Resolved {
                    expr: bound,
                    name: as_written(&expr.to_string()).into_owned(),
                    dimension: None,
                    is_date,
                    then: None,
                    origin: None,
                })
            }
        }
    }

    fn scope(&self) -> Scope {
        self.levels.last().map(|l| l.scope.clone()).unwrap_or_default()
    }

    /// A key of GROUP BY or DISTINCT ON: a column of SELECT by its number, or an expression.
    pub(super) fn key(&mut self, expr: &Expr, items: &[Resolved]) -> Result<Expr, QueryError> {
        match ordinal(expr, items.len())? {
            Some(index) => items.get(index).map(|i| i.expr.clone()).ok_or_else(|| QueryError::new("there is no such column")),
            None => self.expr(expr, Headings::AfterColumns),
        }
    }

    fn group_by(&mut self, group_by: &GroupByExpr, items: &[Resolved]) -> Result<Vec<Expr>, QueryError> {
        let GroupByExpr::Expressions(list, modifiers) = group_by else {
            return Err(QueryError::unsupported("GROUP BY ALL with more words").help("name the columns, or their numbers in SELECT"));
        };
        if !modifiers.is_empty() {
            return Err(QueryError::unsupported("WITH ROLLUP, CUBE or TOTALS").help("write GROUP BY ROLLUP (…)"));
        }
        let one = |b: &mut Self, expr: &Expr| b.key(expr, items);
        let mut keys: Vec<Expr> = Vec::with_capacity(list.len());
        for expr in list {
            let sets = |b: &mut Self, sets: &[Vec<Expr>]| -> Result<Vec<Vec<Expr>>, QueryError> {
                sets.iter().map(|set| set.iter().map(|e| one(b, e)).collect()).collect()
            };
            let key = match expr {
                Expr::GroupingSets(s) => Expr::GroupingSets(sets(self, s)?),
                Expr::Cube(s) => Expr::Cube(sets(self, s)?),
                Expr::Rollup(s) => Expr::Rollup(sets(self, s)?),
                other => one(self, other)?,
            };
            self.limits.look()?;
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        if keys.iter().map(groupings).fold(1, usize::saturating_mul) > MAX_GROUPINGS {
            return Err(QueryError::new(format!("this GROUP BY has more than {MAX_GROUPINGS} groupings")).at(group_by.span()));
        }
        Ok(keys)
    }

    /// Breaks ties among groups by their keys.
    fn add_groups(&mut self, order: &mut Vec<OrderByExpr>, keys: &[Expr], items: &[Resolved]) {
        for key in keys {
            let item = items.iter().find(|i| i.expr == *key && i.dimension.is_some()).cloned();
            let place = item.and_then(|item| self.place(&item, Places::Name));
            self.add_tie(order, place.unwrap_or_else(|| key.clone()));
        }
    }
}

/// What GROUP BY ALL groups by: the columns without an aggregate, each once.
fn plain_items(items: &[Resolved], aggregates: &HashSet<usize>) -> Vec<Expr> {
    let mut keys: Vec<Expr> = Vec::new();
    for (place, item) in items.iter().enumerate() {
        if !aggregates.contains(&place) && !keys.contains(&item.expr) {
            keys.push(item.expr.clone());
        }
    }
    keys
}

/// The groupings that a key of GROUP BY stands for.
fn groupings(expr: &Expr) -> usize {
    match expr {
        Expr::GroupingSets(sets) => sets.len(),
        Expr::Cube(sets) => u32::try_from(sets.len()).ok().and_then(|n| 1usize.checked_shl(n)).unwrap_or(usize::MAX),
        Expr::Rollup(sets) => sets.len() + 1,
        _ => 1,
    }
}

fn is_plain(expr: &Expr) -> bool {
    !matches!(expr, Expr::GroupingSets(_) | Expr::Cube(_) | Expr::Rollup(_))
}

/// Inner names: the headings, made different from one another.
fn headings(items: &[Resolved]) -> Vec<OutColumn> {
    let mut used = HashSet::new();
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut columns = Vec::with_capacity(items.len());
    for item in items {
        let mut inner = item.name.clone();
        // The next number of each heading, so that thousands of one name are not tried again and again.
        let number = numbers.entry(&item.name).or_insert(2);
        while inner.is_empty() || !used.insert(inner.clone()) {
            inner = format!("{} ({number})", item.name);
            *number += 1;
        }
        columns.push(OutColumn { name: item.name.clone(), inner, dimension: item.dimension, is_date: item.is_date, then: item.then });
    }
    columns
}

/// The columns that `* EXCEPT (…)`, or `* EXCLUDE (…)`, leaves out.
fn left_out(options: &WildcardAdditionalOptions) -> Result<Vec<&Ident>, QueryError> {
    let WildcardAdditionalOptions { wildcard_token: _, opt_ilike, opt_exclude, opt_except, opt_replace, opt_rename, opt_alias } = options;
    let plain = opt_ilike.is_none() && opt_replace.is_none() && opt_rename.is_none() && opt_alias.is_none();
    if !plain {
        return Err(QueryError::unsupported("an option of `*`").at(options.span()));
    }
    let mut out: Vec<&Ident> = Vec::new();
    if let Some(ExceptSelectItem { first_element, additional_elements }) = opt_except {
        out.push(first_element);
        out.extend(additional_elements);
    }
    let excluded = match opt_exclude {
        None => &[],
        Some(ExcludeSelectItem::Single(name)) => std::slice::from_ref(name),
        Some(ExcludeSelectItem::Multiple(names)) => names.as_slice(),
    };
    for name in excluded {
        match parts(name)?.as_slice() {
            [column] => out.push(column),
            _ => return Err(QueryError::new(format!("`{name}` is no column of `*`")).at(name.span())),
        }
    }
    Ok(out)
}

/// The columns of `*` but for some of them.
fn without(mut all: Vec<Resolved>, out: &[&Ident]) -> Result<Vec<Resolved>, QueryError> {
    for column in out {
        if !all.iter().any(|c| same_name(&c.name, &column.value)) {
            return Err(QueryError::new(format!("`*` has no column `{}` to leave out", column.value)).at(column.span));
        }
        all.retain(|c| !same_name(&c.name, &column.value));
    }
    if all.is_empty() && !out.is_empty() {
        return Err(QueryError::new("`*` without all its columns has none"));
    }
    Ok(all)
}

fn refuse_rest(select: &Select) -> Result<(), QueryError> {
    let Select {
        select_token: _,
        optimizer_hints,
        distinct: _,
        select_modifiers,
        top,
        top_before_distinct: _,
        projection: _,
        exclude,
        into,
        from: _,
        lateral_views,
        prewhere,
        selection: _,
        connect_by,
        group_by: _,
        cluster_by,
        distribute_by,
        sort_by,
        having: _,
        named_window: _,
        qualify: _,
        window_before_qualify: _,
        value_table_mode,
        flavor,
    } = select;
    let refused = [
        (!optimizer_hints.is_empty(), "a hint"),
        (select_modifiers.is_some(), "a modifier of SELECT"),
        (top.is_some(), "TOP"),
        (exclude.is_some(), "EXCLUDE"),
        (into.is_some(), "SELECT INTO"),
        (!lateral_views.is_empty(), "LATERAL VIEW"),
        (prewhere.is_some(), "PREWHERE"),
        (!connect_by.is_empty(), "CONNECT BY"),
        (!cluster_by.is_empty(), "CLUSTER BY"),
        (!distribute_by.is_empty(), "DISTRIBUTE BY"),
        (!sort_by.is_empty(), "SORT BY"),
        (value_table_mode.is_some(), "SELECT AS STRUCT"),
        (*flavor != SelectFlavor::Standard, "FROM before SELECT"),
    ];
    match refused.iter().find(|(is, _)| *is) {
        Some((_, what)) => Err(QueryError::unsupported(what).at(select.span())),
        None => Ok(()),
    }
}

/// Puts functions of a group's keys into the place of columns that these decide.
struct PartsByKey<'a, 'b, 'k> {
    binder: &'a mut Binder<'b>,
    keys: &'k [Expr],
    /// Aggregates, and keys, that the part stands in.
    inside: usize,
}

impl PartsByKey<'_, '_, '_> {
    fn is_closed(&self, expr: &Expr) -> bool {
        let is_aggregate = |f: &Function| f.over.is_none() && super::functions::is_aggregate(&f.name.to_string());
        self.keys.contains(expr) || matches!(expr, Expr::Function(function) if is_aggregate(function))
    }
}

impl VisitorMut for PartsByKey<'_, '_, '_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        self.inside += usize::from(self.is_closed(expr));
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.is_closed(expr) {
            self.inside = self.inside.saturating_sub(1);
        } else if self.inside == 0
            && let Some(by_key) = self.binder.path_by_key(expr, self.keys)
        {
            *expr = by_key;
        }
        ControlFlow::Continue(())
    }
}
