//! FROM: tables, subqueries and joins.

use std::sync::Arc;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, ObjectNamePart, Spanned,
    TableAlias, TableFactor, TableFunctionArgs, TableWithJoins,
};
use smalt_model::{Saved, Type, fold, same_name};
use smalt_vault::MaskedView;

use super::expr::Headings;
use super::names::BASE;
use super::query::rename;
use super::{Binder, Level, Merged, OutColumn, Relation, RelationKind, Scan, Scope, object, parts};
use crate::lex::dated;
use crate::source::{Source, near};
use crate::{Moment, QueryError};

/// Functions that stand for a table.
const TABLE_FUNCTIONS: &[&str] = &["generate_series", "range"];

/// The scenario and the moment of what is named without them.
pub(super) type Home = (Option<Ident>, Option<Moment>);

/// What a table or a view is.
pub(super) struct Definition {
    pub(super) saved: Saved,
    /// The state of the moment whose definition it is, where that is an earlier one.
    pub(super) then: Option<MaskedView>,
}

/// Whether a side of a join may be filled up with NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Inner,
    Left,
    Right,
    Full,
    LeftOnly,
    RightOnly,
}

impl Binder<'_> {
    /// Resolves FROM and gives what it brings into scope.
    pub(super) fn from(&mut self, from: &[TableWithJoins]) -> Result<(Vec<TableWithJoins>, Scope), QueryError> {
        let mut scope = Scope::default();
        let mut bound = Vec::with_capacity(from.len());
        for item in from {
            let (item, more) = self.joined(item)?;
            scope = beside(scope, more)?;
            bound.push(item);
        }
        Ok((bound, scope))
    }

    fn joined(&mut self, item: &TableWithJoins) -> Result<(TableWithJoins, Scope), QueryError> {
        let (relation, mut scope) = self.factor(&item.relation)?;
        let mut joins = Vec::with_capacity(item.joins.len());
        for join in &item.joins {
            let (join, next) = self.join(join, scope)?;
            scope = next;
            joins.push(join);
        }
        Ok((TableWithJoins { relation, joins }, scope))
    }

    fn join(&mut self, join: &Join, left: Scope) -> Result<(Join, Scope), QueryError> {
        let span = join.relation.span();
        if join.global {
            return Err(QueryError::unsupported("GLOBAL JOIN").at(span));
        }
        let (relation, right) = self.factor(&join.relation)?;
        let (kind, constraint) = match &join.join_operator {
            JoinOperator::Join(c) | JoinOperator::Inner(c) => (Kind::Inner, c),
            JoinOperator::Left(c) | JoinOperator::LeftOuter(c) => (Kind::Left, c),
            JoinOperator::Right(c) | JoinOperator::RightOuter(c) => (Kind::Right, c),
            JoinOperator::FullOuter(c) => (Kind::Full, c),
            JoinOperator::Semi(c) | JoinOperator::LeftSemi(c) | JoinOperator::Anti(c) | JoinOperator::LeftAnti(c) => (Kind::LeftOnly, c),
            JoinOperator::RightSemi(c) | JoinOperator::RightAnti(c) => (Kind::RightOnly, c),
            JoinOperator::CrossJoin(JoinConstraint::None) => {
                let scope = beside(left, right)?;
                let join_operator = JoinOperator::CrossJoin(JoinConstraint::None);
                return Ok((Join { relation, global: false, join_operator }, scope));
            }
            _ => return Err(QueryError::unsupported("this kind of join").at(span)),
        };
        let split = left.relations.len();
        let both = beside(left, right)?;
        let names: Vec<String> = match constraint {
            JoinConstraint::On(condition) => {
                let condition = self.within(both.clone(), |b| b.expr(condition, Headings::No))?;
                let join = Join { relation, global: false, join_operator: operator(&join.join_operator, condition) };
                return Ok((join, only(both, split, kind)));
            }
            JoinConstraint::Using(names) => names.iter().map(using_name).collect::<Result<_, _>>()?,
            JoinConstraint::Natural => self.common(&both, split),
            JoinConstraint::None => {
                return Err(QueryError::new("this join has no condition").at(span).help("add ON or USING, or write CROSS JOIN"));
            }
        };
        let (condition, scope) = self.using(both, split, kind, &names).map_err(|e| e.at(span))?;
        let join = Join { relation, global: false, join_operator: operator(&join.join_operator, condition) };
        Ok((join, only(scope, split, kind)))
    }

    /// Runs `bind` with a FROM that is still being read.
    fn within<T>(&mut self, scope: Scope, bind: impl FnOnce(&mut Self) -> Result<T, QueryError>) -> Result<T, QueryError> {
        self.levels.push(Level { scope, ..Level::default() });
        let result = bind(self);
        let level = self.levels.pop();
        if level.is_some_and(|l| l.aggregated) {
            return Err(QueryError::new("ON cannot hold an aggregate"));
        }
        result
    }

    /// What USING means: an ON, and columns that stand for both sides'.
    fn using(&mut self, mut scope: Scope, split: usize, kind: Kind, names: &[String]) -> Result<(Expr, Scope), QueryError> {
        let mut condition: Option<Expr> = None;
        let mut merged = Vec::with_capacity(names.len());
        for name in names {
            let (left, left_covers) = self.using_side(&scope, 0..split, name)?;
            let (right, right_covers) = self.using_side(&scope, split..scope.relations.len(), name)?;
            let (Some(a), Some(b)) = (self.side(&scope, &left, name), self.side(&scope, &right, name)) else {
                return Err(QueryError::new(format!("`{name}` cannot be joined on")));
            };
            let equal = Expr::BinaryOp { left: Box::new(a), op: BinaryOperator::Eq, right: Box::new(b) };
            condition = Some(match condition {
                None => equal,
                Some(before) => Expr::BinaryOp { left: Box::new(before), op: BinaryOperator::And, right: Box::new(equal) },
            });
            let sides = match kind {
                Kind::Inner | Kind::Left | Kind::LeftOnly => left,
                Kind::Right | Kind::RightOnly => right,
                Kind::Full => left.into_iter().chain(right).collect(),
            };
            let covers = left_covers.into_iter().chain(right_covers).collect();
            merged.push(Merged { name: name.clone(), sides, covers });
        }
        scope.merged.retain(|m| !names.iter().any(|n| same_name(n, &m.name)));
        merged.append(&mut scope.merged);
        scope.merged = merged;
        let condition = condition.ok_or_else(|| QueryError::new("the sides of this join have no column in common"))?;
        Ok((condition, scope))
    }

    /// The one column of a name on one side of USING.
    fn using_side(&self, scope: &Scope, side: std::ops::Range<usize>, name: &str) -> Result<(Vec<usize>, Vec<usize>), QueryError> {
        let merged = scope.merged.iter().find(|m| same_name(&m.name, name) && m.covers.iter().any(|c| side.contains(c)));
        if let Some(merged) = merged {
            return Ok((merged.sides.clone(), merged.covers.clone()));
        }
        let mut found = side.filter(|index| self.has_column(scope, *index, name));
        match (found.next(), found.next()) {
            (Some(index), None) => Ok((vec![index], vec![index])),
            (Some(_), Some(_)) => Err(QueryError::new(format!("`{name}` is a column of more than one table on one side of USING"))),
            (None, _) => Err(QueryError::new(format!("`{name}` is not a column on both sides of USING"))),
        }
    }

    /// The columns that NATURAL joins on.
    fn common(&self, scope: &Scope, split: usize) -> Vec<String> {
        let right: Vec<String> = (split..scope.relations.len()).flat_map(|i| self.column_names(scope, i)).collect();
        let mut common: Vec<String> = Vec::new();
        for name in (0..split).flat_map(|i| self.column_names(scope, i)) {
            if right.iter().any(|r| same_name(r, &name)) && !common.iter().any(|c| same_name(c, &name)) {
                common.push(name);
            }
        }
        common
    }

    fn factor(&mut self, factor: &TableFactor) -> Result<(TableFactor, Scope), QueryError> {
        self.deeper(|b| b.factor_inner(factor))
    }

    fn factor_inner(&mut self, factor: &TableFactor) -> Result<(TableFactor, Scope), QueryError> {
        match factor {
            TableFactor::Table { name, alias, args, with_hints, version, with_ordinality, partitions, json_path, sample, index_hints } => {
                let refused = [
                    (!with_hints.is_empty() || !index_hints.is_empty(), "a hint"),
                    (version.is_some(), "a version of a table"),
                    (*with_ordinality, "WITH ORDINALITY"),
                    (!partitions.is_empty(), "PARTITION"),
                    (json_path.is_some(), "a path into a table"),
                    (sample.is_some(), "TABLESAMPLE"),
                ];
                if let Some((_, what)) = refused.iter().find(|(is, _)| *is) {
                    return Err(QueryError::unsupported(what).at(factor.span()));
                }
                match args {
                    Some(args) => self.table_function(name, args, alias.as_ref()),
                    None => self.table(name, alias.as_ref()),
                }
            }
            TableFactor::Derived { lateral: false, subquery, alias, sample: None } => {
                let (query, columns) = self.query(subquery)?;
                let named = alias.as_ref().map(|a| a.name.value.clone());
                let (emitted, scope) = self.derived(named.unwrap_or_default(), columns, alias.as_ref())?;
                let factor = TableFactor::Derived { lateral: false, subquery: Box::new(query), alias: Some(plain(&emitted)), sample: None };
                Ok((factor, scope))
            }
            TableFactor::NestedJoin { table_with_joins, alias: None } => {
                let (inner, scope) = self.joined(table_with_joins)?;
                Ok((TableFactor::NestedJoin { table_with_joins: Box::new(inner), alias: None }, scope))
            }
            other => {
                let what = match other {
                    TableFactor::Derived { lateral: true, .. } => "LATERAL",
                    TableFactor::UNNEST { .. } => "UNNEST",
                    TableFactor::Pivot { .. } => "PIVOT",
                    TableFactor::Unpivot { .. } => "UNPIVOT",
                    TableFactor::Derived { .. } => "TABLESAMPLE",
                    _ => "this kind of table",
                };
                Err(QueryError::unsupported(what).at(other.span()))
            }
        }
    }

    fn table(&mut self, name: &ObjectName, alias: Option<&TableAlias>) -> Result<(TableFactor, Scope), QueryError> {
        let names = parts(name)?;
        let span = name.span();
        let (scenario, table) = match names.as_slice() {
            [table] => (None, *table),
            [scenario, table] => (Some(*scenario), *table),
            [catalog, scenario, table] if same_name(&catalog.value, super::CATALOG) => (Some(*scenario), *table),
            _ => return Err(unknown_table(&name.to_string()).at(span)),
        };
        let written_scenario = scenario;
        let (table_name, moment) = dated(&table.value);
        if scenario.is_some_and(|s| same_name(&s.value, super::INFORMATION)) {
            if moment.is_some() {
                let error = QueryError::new(format!("`{}` is of now, so it takes no AS OF", super::INFORMATION));
                return Err(error.at(span));
            }
            let wanted = alias.map_or(table_name, |a| &a.name.value).to_owned();
            return self.information(table_name, wanted, alias).map_err(|e| e.at(span));
        }
        let wanted = alias.map_or(table_name, |a| &a.name.value).to_owned();
        if scenario.is_none()
            && moment.is_none()
            && let Some(cte) = self.ctes.iter().rev().find(|c| same_name(&c.name, &table.value)).cloned()
        {
            self.weigh(cte.weight)?;
            self.count(cte.parts)?;
            let (emitted, scope) = self.derived(wanted, cte.columns, alias)?;
            return Ok((table_factor(object(&cte.emitted), Some(&emitted), None), scope));
        }
        self.note_named(scenario, moment.as_ref());
        let (scenario, moment) = self.at_home(scenario, moment);
        let views = self.views_named(scenario.as_ref(), moment.as_ref()).map_err(|e| e.at(span))?;
        let schema = views.first().map_or_else(|| Arc::clone(self.schema), |(_, view)| Arc::clone(view.schema()));
        let source = match (Source::find(&schema, table_name), is_all(scenario.as_ref())) {
            (Some(Source::Metric(def)), true) => Source::Scenarios(def),
            (Some(_), true) => {
                let error = QueryError::new(format!("`{table_name}` is the same in all scenarios, so `all_scenarios` has metrics only"));
                return Err(error.at(span));
            }
            (Some(source), false) => source,
            (None, all) => {
                match self.definition(table_name, moment.as_ref(), &views) {
                    Some(Definition { saved, .. }) if all => {
                        let error = QueryError::new(format!("`{table_name}` is a {}, and `all_scenarios` has metrics only", saved.kind()));
                        return Err(error.help("ask for its metrics, or for one scenario at a time").at(span));
                    }
                    Some(definition) => return self.saved_there(&definition, (scenario, moment), wanted, alias).map_err(|e| e.at(span)),
                    None => {}
                }
                if moment.is_some() {
                    return Err(QueryError::new(format!("there was no table `{table_name}` then")).at(span));
                }
                return Err(self.unknown_table(table_name).at(span));
            }
        };
        self.weigh(views.len())?;
        let wanted = alias.map_or_else(|| source.name().to_string(), |a| a.name.value.clone());
        let emitted = self.unique(&wanted);
        let scan = self.scans.len();
        let then = self.past(scenario, moment, &views);
        self.scans.push(Scan { name: emitted.clone(), source, views, schema, then, fields: Vec::new() });
        let kind = match alias {
            Some(alias) if !alias.columns.is_empty() => RelationKind::Derived(self.renamed(scan, alias)?),
            _ => RelationKind::Scan(scan),
        };
        let qualified = written_scenario.filter(|_| alias.is_none()).map(|s| s.value.clone());
        let relation = Relation { alias: wanted, emitted: emitted.clone(), qualified, kind };
        Ok((table_factor(object(&emitted), None, None), Scope { relations: vec![relation], merged: Vec::new() }))
    }

    /// Notes what a table's name says beside its own, for who wants to drop that.
    fn note_named(&mut self, scenario: Option<&Ident>, moment: Option<&Moment>) {
        if let Some(scenario) = scenario.filter(|_| !is_all(scenario)) {
            self.read_scenarios.insert(fold(&scenario.value));
        }
        if let Some(Moment::Snapshot(name)) = moment {
            self.read_snapshots.insert(fold(name));
        }
    }

    /// The scenario and the moment of a table; where its name does not say them, those of the view around it.
    fn at_home(&self, scenario: Option<&Ident>, moment: Option<Moment>) -> Home {
        (scenario.cloned().or_else(|| self.home.0.clone()), moment.or_else(|| self.home.1.clone()))
    }

    /// The place of an earlier moment among those of this query.
    fn past(&mut self, scenario: Option<Ident>, moment: Option<Moment>, views: &[(Arc<str>, MaskedView)]) -> Option<usize> {
        let (moment, (_, view)) = (moment?, views.first()?);
        let home = (scenario, Some(moment));
        let known = self.pasts.iter().position(|(known, _)| *known == home);
        Some(known.unwrap_or_else(|| {
            self.pasts.push((home, view.clone()));
            self.pasts.len() - 1
        }))
    }

    /// A table or a view by its name. One that is asked as of a moment is what it was then; one that is younger, what it is now.
    fn definition(&self, name: &str, moment: Option<&Moment>, views: &[(Arc<str>, MaskedView)]) -> Option<Definition> {
        if let (Some(_), Some((_, view))) = (moment, views.first())
            && let Some(saved) = view.schema().saved(name)
        {
            return Some(Definition { saved: saved.clone(), then: Some(view.clone()) });
        }
        Some(Definition { saved: self.schema.saved(name)?.clone(), then: None })
    }

    /// A table or a view, whose own tables are of the same scenario and moment where they do not say another.
    fn saved_there(
        &mut self,
        definition: &Definition,
        there: Home,
        wanted: String,
        alias: Option<&TableAlias>,
    ) -> Result<(TableFactor, Scope), QueryError> {
        let around = std::mem::replace(&mut self.home, there);
        let bound = self.saved(definition, wanted, alias);
        self.home = around;
        bound
    }

    /// The state of a table whose name says neither scenario nor moment.
    pub(super) fn view_at_home(&self) -> Result<Option<MaskedView>, QueryError> {
        let views = self.views_named(self.home.0.as_ref(), self.home.1.as_ref())?;
        Ok(views.into_iter().next().map(|(_, view)| view))
    }

    /// The states that a scenario and a moment mean: one, or those of all scenarios.
    fn views_named(&self, scenario: Option<&Ident>, moment: Option<&Moment>) -> Result<Vec<(Arc<str>, MaskedView)>, QueryError> {
        let Some(views) = self.views else { return Ok(Vec::new()) };
        let here = || vec![(Arc::from(""), views.here().clone())];
        let Some(elsewhere) = views.elsewhere() else {
            return match (scenario, moment) {
                (_, Some(_)) => Err(QueryError::not_yet("AS OF")),
                (None, None) => Ok(here()),
                (Some(s), None) if same_name(&s.value, BASE) || is_all(scenario) => Ok(vec![(Arc::from(BASE), views.here().clone())]),
                (Some(s), None) => Err(unknown_scenario(&s.value)),
            };
        };
        match (scenario, moment) {
            (None, None) => Ok(here()),
            (Some(_), Some(_)) if is_all(scenario) => {
                Err(QueryError::new("`all_scenarios` is of now").help("ask for one scenario AS OF a revision at a time"))
            }
            (Some(_), None) if is_all(scenario) => Ok(elsewhere.scenarios()),
            (Some(s), None) => {
                let view = elsewhere.scenario(&s.value).ok_or_else(|| unknown_scenario(&s.value))?;
                Ok(vec![(Arc::from(s.value.as_str()), view)])
            }
            (scenario, Some(moment)) => {
                let view = elsewhere.at(scenario.map(|s| s.value.as_str()), moment).map_err(QueryError::new)?;
                Ok(vec![(Arc::from(""), view)])
            }
        }
    }

    /// A table of the application whose columns are renamed.
    fn renamed(&mut self, scan: usize, alias: &TableAlias) -> Result<Vec<OutColumn>, QueryError> {
        let infos = self.scans.get(scan).map(Scan::columns).unwrap_or_default();
        let then = self.scans.get(scan).and_then(|scan| scan.then);
        let mut columns = Vec::with_capacity(infos.len());
        for info in &infos {
            self.scan_column(scan, info);
            let inner = self.scans.get(scan).and_then(|s| s.fields.iter().find(|(have, _)| have.field == info.field));
            let inner = inner.map(|(_, name)| name.clone()).unwrap_or_default();
            columns.push(OutColumn { name: info.name.clone(), inner, dimension: info.dimension(), is_date: info.ty == Type::Date, then });
        }
        rename(&mut columns, alias)?;
        Ok(columns)
    }

    fn table_function(
        &mut self,
        name: &ObjectName,
        args: &TableFunctionArgs,
        alias: Option<&TableAlias>,
    ) -> Result<(TableFactor, Scope), QueryError> {
        let written = name.to_string();
        let lower = written.to_lowercase();
        if !TABLE_FUNCTIONS.contains(&lower.as_str()) || args.settings.is_some() {
            return Err(QueryError::new(format!("there is no table function `{written}`")).at(name.span()));
        }
        let bound = args.args.iter().map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) => Ok(FunctionArg::Unnamed(FunctionArgExpr::Expr(self.expr(e, Headings::No)?))),
            _ => Err(QueryError::unsupported("this form of an argument").at(name.span())),
        });
        let bound = TableFunctionArgs { args: bound.collect::<Result<_, _>>()?, settings: None };
        let wanted = alias.map_or(written.as_str(), |a| a.name.value.as_str()).to_owned();
        let is_date = bound.args.iter().any(|arg| matches!(arg, FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) if self.is_date(e)));
        let columns = vec![OutColumn { name: "value".to_owned(), inner: "value".to_owned(), dimension: None, is_date, then: None }];
        let (emitted, scope) = self.derived(wanted, columns, alias)?;
        // The planner takes a function's name with its quotes, if it has any.
        let function = ObjectName(vec![ObjectNamePart::Identifier(Ident::new(lower))]);
        Ok((table_factor(function, Some(&emitted), Some(bound)), scope))
    }

    pub(super) fn derived(
        &mut self,
        alias: String,
        mut columns: Vec<OutColumn>,
        renames: Option<&TableAlias>,
    ) -> Result<(String, Scope), QueryError> {
        if let Some(alias) = renames {
            if alias.at.is_some() {
                return Err(QueryError::unsupported("AT").at(alias.name.span));
            }
            rename(&mut columns, alias)?;
        }
        self.count(columns.len())?;
        let emitted = self.unique(if alias.is_empty() { "rows" } else { &alias });
        let relation = Relation { alias, emitted: emitted.clone(), qualified: None, kind: RelationKind::Derived(columns) };
        Ok((emitted, Scope { relations: vec![relation], merged: Vec::new() }))
    }

    fn unknown_table(&self, name: &str) -> QueryError {
        let error = unknown_table(name);
        let metrics = self.catalog.metrics().map(|m| m.name.as_ref());
        let names = metrics.chain(self.catalog.dimensions().map(|d| d.name.as_ref())).chain(self.catalog.lists().map(|l| l.name.as_ref()));
        let names = names.chain(self.catalog.all_saved().map(|s| s.name().as_ref()));
        match near(name, names.chain(self.ctes.iter().map(|c| c.name.as_str()))) {
            Some(name) => error.help(format!("is it `{name}`?")),
            None => error,
        }
    }
}

/// Whether a schema's name stands for all scenarios.
fn is_all(scenario: Option<&Ident>) -> bool {
    scenario.is_some_and(|s| same_name(&s.value, "all_scenarios"))
}

fn unknown_scenario(name: &str) -> QueryError {
    QueryError::new(format!("there is no scenario `{name}`"))
}

fn unknown_table(name: &str) -> QueryError {
    QueryError::new(format!("there is no table `{name}`"))
}

fn using_name(name: &ObjectName) -> Result<String, QueryError> {
    match parts(name)?.as_slice() {
        [one] => Ok(one.value.clone()),
        _ => Err(QueryError::new(format!("USING takes column names, not `{name}`")).at(name.span()).help("join such a path with ON")),
    }
}

/// Two scopes side by side. `Err` when they have a table name in common, and no schemas that tell them apart.
fn beside(mut left: Scope, right: Scope) -> Result<Scope, QueryError> {
    let offset = left.relations.len();
    for relation in &right.relations {
        let is_apart = |other: &Relation| match (&other.qualified, &relation.qualified) {
            (Some(one), Some(two)) => !same_name(one, two),
            _ => false,
        };
        if !relation.alias.is_empty() && left.relations.iter().any(|r| same_name(&r.alias, &relation.alias) && !is_apart(r)) {
            return Err(QueryError::new(format!("two tables are called `{}` here", relation.alias)).help("give one of them an alias"));
        }
    }
    let moved = right.merged.into_iter().map(|m| Merged {
        name: m.name,
        sides: m.sides.iter().map(|s| s + offset).collect(),
        covers: m.covers.iter().map(|s| s + offset).collect(),
    });
    left.merged.extend(moved);
    left.relations.extend(right.relations);
    Ok(left)
}

/// What a semi or anti join leaves in scope.
fn only(scope: Scope, split: usize, kind: Kind) -> Scope {
    let keep = |index: &usize| match kind {
        Kind::LeftOnly => *index < split,
        Kind::RightOnly => *index >= split,
        _ => true,
    };
    if !matches!(kind, Kind::LeftOnly | Kind::RightOnly) {
        return scope;
    }
    let offset = if kind == Kind::RightOnly { split } else { 0 };
    let merged = scope.merged.into_iter().filter(|m| m.sides.iter().all(&keep)).map(|m| Merged {
        name: m.name,
        sides: m.sides.iter().map(|s| s - offset).collect(),
        covers: m.covers.iter().filter(|c| keep(c)).map(|s| s - offset).collect(),
    });
    let merged = merged.collect();
    let relations = scope.relations.into_iter().enumerate().filter(|(i, _)| keep(i)).map(|(_, r)| r).collect();
    Scope { relations, merged }
}

fn operator(written: &JoinOperator, condition: Expr) -> JoinOperator {
    let on = JoinConstraint::On(condition);
    match written {
        JoinOperator::Left(_) | JoinOperator::LeftOuter(_) => JoinOperator::LeftOuter(on),
        JoinOperator::Right(_) | JoinOperator::RightOuter(_) => JoinOperator::RightOuter(on),
        JoinOperator::FullOuter(_) => JoinOperator::FullOuter(on),
        JoinOperator::Semi(_) | JoinOperator::LeftSemi(_) => JoinOperator::LeftSemi(on),
        JoinOperator::RightSemi(_) => JoinOperator::RightSemi(on),
        JoinOperator::Anti(_) | JoinOperator::LeftAnti(_) => JoinOperator::LeftAnti(on),
        JoinOperator::RightAnti(_) => JoinOperator::RightAnti(on),
        _ => JoinOperator::Inner(on),
    }
}

pub(super) fn plain(name: &str) -> TableAlias {
    TableAlias { explicit: true, name: Ident::with_quote('"', name), columns: Vec::new(), at: None }
}

pub(crate) fn table_factor(name: ObjectName, alias: Option<&str>, args: Option<TableFunctionArgs>) -> TableFactor {
    TableFactor::Table {
        name,
        alias: alias.map(plain),
        args,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    }
}
