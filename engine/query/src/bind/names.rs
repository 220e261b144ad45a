//! Names to columns.

use datafusion::sql::sqlparser::ast::{Expr, Ident};
use datafusion::sql::sqlparser::tokenizer::Span;
use smalt_model::{Type, fold, same_name};

use super::{Binder, Merged, MergedPath, Origin, OutColumn, RelationKind, Resolved, Scope, call};
use crate::QueryError;
use crate::source::{Field, FieldInfo, Own, near, walk};

/// The scenario that is always there.
pub(super) const BASE: &str = "Base";

/// A search that may find nothing, one column, or too many.
enum Found {
    Nothing,
    One(Box<Resolved>),
    Many,
}

impl Found {
    fn one(self) -> Option<Resolved> {
        match self {
            Found::One(resolved) => Some(*resolved),
            Found::Nothing | Found::Many => None,
        }
    }
}

impl Binder<'_> {
    /// The column of a dotted name, looked for in this SELECT, then in those around it. First as a table and its column: a table of any
    /// SELECT around that has such a column is meant, though a table nearer by have a dimension of that name.
    pub(super) fn column(&mut self, names: &[Ident]) -> Result<Resolved, QueryError> {
        let found = self.column_as_written(names);
        let Some((last, before)) = names.split_last().filter(|(last, _)| last.value.contains('.')) else { return found };
        // A path between quotes: what it starts from may be a column that USING has put together, or one of a subquery.
        let parts = last.value.split('.').map(|part| Ident { value: part.to_owned(), ..last.clone() });
        let path: Vec<Ident> = before.iter().cloned().chain(parts).collect();
        let is_merged = |level: &super::Level| {
            level.scope.merged.iter().any(|merged| path.first().is_some_and(|first| same_name(&merged.name, &first.value)))
        };
        if found.is_ok() && !(before.is_empty() && self.levels.iter().any(is_merged)) {
            return found;
        }
        self.column_as_written(&path).or(found)
    }

    fn column_as_written(&mut self, names: &[Ident]) -> Result<Resolved, QueryError> {
        let words: Vec<&str> = names.iter().map(|i| i.value.as_str()).collect();
        let span = names.first().map_or_else(Span::empty, |i| i.span);
        for search in [Self::qualified_column, Self::plain_column] {
            for level in (0..self.levels.len()).rev() {
                let Some(scope) = self.levels.get(level).map(|l| l.scope.clone()) else { continue };
                match search(self, &scope, &words) {
                    Found::One(resolved) => return Ok(*resolved),
                    Found::Many => {
                        let error = QueryError::new(format!("`{}` is a column of more than one table here", words.join("."))).at(span);
                        let is_first = |relation: &&super::Relation| words.first().is_some_and(|first| same_name(&relation.alias, first));
                        return Err(match scope.relations.iter().filter(is_first).count() {
                            0 | 1 => error.help("write the table's name or alias and a dot before it"),
                            _ => error.help("write the scenario's name and a dot before it"),
                        });
                    }
                    Found::Nothing => {}
                }
            }
        }
        Err(self.unknown_column(&words).at(span))
    }

    /// A heading of the innermost SELECT, for GROUP BY, HAVING and ORDER BY. A heading may be a path, written with its dots.
    pub(super) fn heading(&self, names: &[Ident]) -> Result<Option<(usize, Resolved)>, QueryError> {
        let (Some(first), Some(level)) = (names.first(), self.levels.last()) else { return Ok(None) };
        let name = names.iter().map(|i| i.value.as_str()).collect::<Vec<_>>().join(".");
        let mut found = level.aliases.iter().enumerate().filter(|(_, a)| same_name(&a.name, &name));
        match (found.next(), found.next()) {
            (Some((_, one)), Some((_, two))) if one.item.expr != two.item.expr => {
                Err(QueryError::new(format!("`{name}` is the heading of more than one column")).at(first.span))
            }
            (Some((i, alias)), _) => Ok(Some((i, alias.item.clone()))),
            (None, _) => Ok(None),
        }
    }

    /// A path from the items that stand under a heading, which the rows of a closed query have nothing else of.
    pub(super) fn heading_path(&mut self, names: &[Ident]) -> Option<Resolved> {
        let part = |name: &Ident| name.value.split('.').map(|part| Ident { value: part.to_owned(), ..name.clone() }).collect::<Vec<_>>();
        let words: Vec<Ident> = names.iter().flat_map(part).collect();
        (1..words.len()).rev().find_map(|count| {
            let (start, rest) = words.split_at_checked(count)?;
            let (_, heading) = self.heading(start).ok()??;
            self.path_of(heading, &rest.iter().map(|word| word.value.as_str()).collect::<Vec<_>>())
        })
    }

    /// A path of a column that USING has put together, as a function of that column, where it is one.
    pub(super) fn merged_path_by_key(&mut self, expr: &Expr, keys: &[Expr]) -> Option<Expr> {
        let wanted = self.merged_paths.iter().find(|known| known.path.expr == *expr)?;
        let (base, all) = (&wanted.base, wanted.rest.as_slice());
        let shorter = self.merged_paths.iter().filter(|known| known.base.expr == base.expr);
        let shorter = shorter.filter_map(|known| Some((&known.path, all.strip_prefix(known.rest.as_slice())?)));
        let (start, rest) = std::iter::once((base, all)).chain(shorter).find(|(start, _)| keys.contains(&start.expr))?;
        let (start, rest) = (start.clone(), rest.to_vec());
        self.path_of(start, &rest.iter().map(String::as_str).collect::<Vec<_>>()).map(|path| path.expr)
    }

    /// `Store.Country` as the column `Country` of a table or alias `Store`, or as a heading of a subquery that is written so.
    fn qualified_column(&mut self, scope: &Scope, words: &[&str]) -> Found {
        let [first, rest @ ..] = words else { return Found::Nothing };
        let Some((second, tail)) = rest.split_first() else { return Found::Nothing };
        let is_named = |relation: &super::Relation| same_name(&relation.alias, first);
        let is_ambiguous = scope.relations.iter().filter(|relation| is_named(relation)).count() > 1;
        for (index, relation) in scope.relations.iter().enumerate() {
            if is_named(relation)
                && let found @ (Found::One(_) | Found::Many) = self.relation_column(scope, index, rest, Own::Too)
            {
                return if is_ambiguous { Found::Many } else { found };
            }
            if relation.qualified.as_ref().is_some_and(|scenario| same_name(scenario, first))
                && same_name(&relation.alias, second)
                && !tail.is_empty()
                && let found @ (Found::One(_) | Found::Many) = self.relation_column(scope, index, tail, Own::Too)
            {
                return found;
            }
        }
        // `application.Base.Revenue.Store`
        if same_name(first, super::CATALOG) && scope.relations.iter().any(|relation| relation.qualified.is_some()) {
            return self.qualified_column(scope, rest);
        }
        let heading = words.join(".");
        let has = |r: &super::Relation| match &r.kind {
            RelationKind::Derived(columns) => columns.iter().any(|c| same_name(&c.name, &heading)),
            RelationKind::Scan(_) => false,
        };
        if scope.relations.iter().any(has) { self.plain_column(scope, words) } else { Found::Nothing }
    }

    /// The column of some table, or a path from one. What a table declares comes before the name that every dimension's table has for its
    /// own items.
    fn plain_column(&mut self, scope: &Scope, words: &[&str]) -> Found {
        match self.column_of_any(scope, words, Own::No) {
            Found::Nothing => self.column_of_any(scope, words, Own::Too),
            found => found,
        }
    }

    fn column_of_any(&mut self, scope: &Scope, words: &[&str], own: Own) -> Found {
        let Some(first) = words.first() else { return Found::Nothing };
        let rest = words.get(1..).unwrap_or_default();
        let mut found = Found::Nothing;
        for merged in scope.merged.iter().filter(|m| same_name(&m.name, first)) {
            found = match (found, self.merged_column(scope, merged, rest)) {
                (Found::Nothing, next) => next,
                (found, Found::Nothing) => found,
                _ => return Found::Many,
            };
        }
        for index in 0..scope.relations.len() {
            let covered = scope.merged.iter().any(|m| same_name(&m.name, first) && m.covers.contains(&index));
            if covered {
                continue;
            }
            found = match (found, self.relation_column(scope, index, words, own)) {
                (Found::Nothing, next) => next,
                (found, Found::Nothing) => found,
                _ => return Found::Many,
            };
        }
        found
    }

    fn relation_column(&mut self, scope: &Scope, index: usize, words: &[&str], own: Own) -> Found {
        let Some(relation) = scope.relations.get(index) else { return Found::Nothing };
        match &relation.kind {
            RelationKind::Scan(scan) => {
                let Some(of) = self.scans.get(*scan) else { return Found::Nothing };
                let found = match of.resolve(words, own) {
                    Some(info) => self.scan_field(*scan, &info),
                    None => self.value_path(*scan, words),
                };
                found.map_or(Found::Nothing, |r| Found::One(Box::new(r)))
            }
            RelationKind::Derived(columns) => self.derived_column(&relation.emitted, columns, words),
        }
    }

    /// A path from the items that a metric holds as its values.
    fn value_path(&mut self, scan: usize, words: &[&str]) -> Option<Resolved> {
        let (first, rest) = words.split_first().filter(|(_, rest)| !rest.is_empty())?;
        let value = self.scans.get(scan)?.columns().into_iter().find(|c| c.field == Field::Value && same_name(&c.name, first))?;
        let start = self.scan_field(scan, &value)?;
        self.path_of(start, rest)
    }

    /// A field of a scan as an expression.
    pub(super) fn scan_field(&mut self, scan: usize, info: &FieldInfo) -> Option<Resolved> {
        let expr = self.scan_column(scan, info)?;
        let origin = match (&info.field, info.dimension()) {
            (Field::Path { axis, properties }, Some(_)) => Some(Origin { scan, axis: *axis, properties: properties.clone() }),
            _ => None,
        };
        let then = self.scans.get(scan)?.then;
        Some(Resolved { expr, name: info.name.clone(), dimension: info.dimension(), is_date: info.ty == Type::Date, then, origin })
    }

    /// A column of a subquery, whose heading may hold dots; the rest of the words is a path from the item in it.
    fn derived_column(&mut self, emitted: &str, columns: &[OutColumn], words: &[&str]) -> Found {
        for count in (1..=words.len()).rev() {
            let (head, rest) = words.split_at(count);
            let name = head.join(".");
            let mut found = columns.iter().filter(|c| same_name(&c.name, &name));
            let Some(column) = found.next() else { continue };
            if found.next().is_some() {
                return Found::Many;
            }
            let start = column.resolved(emitted);
            if rest.is_empty() {
                return Found::One(Box::new(start));
            }
            if let Some(resolved) = self.path_of(start, rest) {
                return Found::One(Box::new(resolved));
            }
        }
        Found::Nothing
    }

    /// A path from an item that is known by its name only.
    fn path_of(&mut self, from: Resolved, rest: &[&str]) -> Option<Resolved> {
        let dimension = from.dimension?;
        let start = FieldInfo { field: Field::Path { axis: 0, properties: Vec::new() }, name: from.name, ty: Type::Item(dimension) };
        let info = walk(self.schema_of(from.then), start, rest)?;
        let end = info.dimension();
        let (properties, position) = match info.field {
            Field::Path { properties, .. } => (properties, false),
            Field::Position { properties, .. } => (properties, true),
            Field::Value | Field::Column(_) | Field::Row | Field::Scenario => return None,
        };
        let expr = self.item_call((dimension, from.then), properties, position, info.ty, from.expr);
        Some(Resolved { expr, name: info.name, dimension: end, is_date: info.ty == Type::Date, then: from.then, origin: None })
    }

    /// A column that USING made of several: the first of its sides that is not NULL.
    fn merged_column(&mut self, scope: &Scope, merged: &Merged, rest: &[&str]) -> Found {
        let mut words = vec![merged.name.as_str()];
        words.extend_from_slice(rest);
        let mut sides: Vec<Resolved> = Vec::new();
        for side in &merged.sides {
            match self.relation_column(scope, *side, &words, Own::Too) {
                Found::One(resolved) => sides.push(*resolved),
                other => return other,
            }
        }
        if sides.len() <= 1 {
            return sides.pop().map_or(Found::Nothing, |only| Found::One(Box::new(only)));
        }
        let name = sides.first().map(|s| s.name.clone()).unwrap_or_default();
        let dimension = sides.first().and_then(|s| s.dimension).filter(|d| sides.iter().all(|s| s.dimension == Some(*d)));
        let base = if rest.is_empty() { None } else { self.merged_column(scope, merged, &[]).one() };
        let is_date = sides.iter().all(|s| s.is_date);
        let then = sides.first().and_then(|s| s.then).filter(|then| sides.iter().all(|s| s.then == Some(*then)));
        let expr = call(Ident::new("coalesce"), sides.into_iter().map(|s| s.expr).collect());
        let column = Resolved { expr, name, dimension, is_date, then, origin: None };
        if let Some(base) = base
            && self.merged_paths.iter().all(|known| known.path.expr != column.expr)
        {
            let rest = rest.iter().map(|word| fold(word)).collect();
            self.merged_paths.push(MergedPath { path: column.clone(), base, rest });
        }
        Found::One(Box::new(column))
    }

    /// Whether a table has a column of this very name: for USING and NATURAL.
    pub(super) fn has_column(&self, scope: &Scope, index: usize, name: &str) -> bool {
        match scope.relations.get(index).map(|r| &r.kind) {
            Some(RelationKind::Scan(scan)) => self.scans.get(*scan).is_some_and(|s| s.resolve(&[name], Own::Too).is_some()),
            Some(RelationKind::Derived(columns)) => columns.iter().any(|c| same_name(&c.name, name)),
            None => false,
        }
    }

    /// The headings of a table's `*`.
    pub(super) fn column_names(&self, scope: &Scope, index: usize) -> Vec<String> {
        match scope.relations.get(index).map(|r| &r.kind) {
            Some(RelationKind::Scan(scan)) => {
                self.scans.get(*scan).map(|s| s.columns().into_iter().map(|c| c.name).collect()).unwrap_or_default()
            }
            Some(RelationKind::Derived(columns)) => columns.iter().map(|c| c.name.clone()).collect(),
            None => Vec::new(),
        }
    }

    /// All columns of one table, as `t.*` gives them.
    pub(super) fn all_of(&mut self, scope: &Scope, index: usize) -> Vec<Resolved> {
        let Some(relation) = scope.relations.get(index) else { return Vec::new() };
        match &relation.kind {
            RelationKind::Scan(scan) => {
                let infos = self.scans.get(*scan).map(super::Scan::columns).unwrap_or_default();
                infos.iter().filter_map(|info| self.scan_field(*scan, info)).collect()
            }
            RelationKind::Derived(columns) => columns.iter().map(|c| c.resolved(&relation.emitted)).collect(),
        }
    }

    /// What `*` stands for: the columns that USING merged, then each table's others.
    pub(super) fn all(&mut self, scope: &Scope) -> Vec<Resolved> {
        let mut all = Vec::new();
        for merged in &scope.merged {
            if let Found::One(resolved) = self.merged_column(scope, merged, &[]) {
                all.push(*resolved);
            }
        }
        for index in 0..scope.relations.len() {
            let hidden = |name: &str| scope.merged.iter().any(|m| m.covers.contains(&index) && same_name(&m.name, name));
            all.extend(self.all_of(scope, index).into_iter().filter(|c| !hidden(&c.name)));
        }
        all
    }

    /// The value of one side's column, for the ON that USING becomes.
    pub(super) fn side(&mut self, scope: &Scope, sides: &[usize], name: &str) -> Option<Expr> {
        let merged = Merged { name: name.to_owned(), sides: sides.to_vec(), covers: Vec::new() };
        match self.merged_column(scope, &merged, &[]) {
            Found::One(resolved) => Some(resolved.expr),
            Found::Nothing | Found::Many => None,
        }
    }

    fn unknown_column(&self, words: &[&str]) -> QueryError {
        let written = words.join(".");
        let error = QueryError::new(format!("there is no table or column `{written}` here"));
        let mut known: Vec<String> = Vec::new();
        for level in &self.levels {
            for (index, relation) in level.scope.relations.iter().enumerate() {
                known.extend(self.column_names(&level.scope, index));
                known.push(relation.alias.clone());
            }
        }
        if words.len() > 1 {
            // A wrong property: offer those of the dimension, not tables.
            let last = words.last().copied().unwrap_or_default();
            let before = words.len().checked_sub(2).and_then(|i| words.get(i)).copied().unwrap_or_default();
            let properties = self.catalog.dimensions().filter(|d| same_name(&d.name, before)).flat_map(|d| d.properties.iter());
            // Where the property is right, what stands before it holds no items here.
            return match near(last, properties.map(|p| p.name.as_ref())).filter(|name| !same_name(name, last)) {
                Some(name) => error.help(format!("is it `{before}.{name}`?")),
                None => error,
            };
        }
        match near(&written, known.iter().map(String::as_str)) {
            Some(name) => error.help(format!("is it `{name}`?")),
            None => error,
        }
    }
}
