//! The binder: sqlparser's tree in, the same query out in which every name is an exact, quoted field of one generated table.
//!
//! Every scope is resolved here, tables before dimension columns, so that DataFusion never guesses: paths become columns of
//! their scan, `*` is spelled out, `USING` becomes `ON`, ordinals and aliases become expressions, and ORDER BY on items their
//! places. INVARIANT: a part of the tree that is not consumed here is refused.

mod compare;
mod date;
mod distinct_on;
mod expr;
mod from;
mod functions;
mod information;
mod names;
mod order;
mod query;
mod saved;
mod select;
mod similar;

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use datafusion::sql::sqlparser::ast::{Expr, Ident, ObjectName, ObjectNamePart, Query, Statement};
use smalt_model::{DimensionId, Schema, Type, fold};
use smalt_planted::{Leak, planted};
use smalt_vault::MaskedView;

pub(crate) use from::table_factor;
pub(crate) use functions::names as function_names;
use information::CATALOG;
pub(crate) use information::NAME as INFORMATION;
pub(crate) use query::{bare, empty_select};

use crate::limits::Limits;
use crate::source::{FieldInfo, Own, Source};
use crate::{QueryError, Shape, Views};

/// Stands before the table names of a bound query, so that no column has the same name: the planner would take `table.column` for a part
/// of that column.
pub(crate) const MARK: char = '\u{1}';
/// Tables that one query may read, each mention of a WITH table counted with all that it reads.
const MAX_SCANS: usize = 200;
/// Expressions, tables and columns of one query, each mention of a WITH table counted with all that it has.
const MAX_PARTS: usize = 60_000;
/// Groupings that GROUPING SETS, CUBE and ROLLUP may come to.
pub(crate) const MAX_GROUPINGS: usize = 256;
/// Expressions inside one another; a chain of operators counts one each.
const MAX_DEPTH: usize = 400;

/// One table of the application as one mention in a query reads it.
#[derive(Clone, Debug)]
pub(crate) struct Scan {
    /// The name under which the bound query knows it, unlike any other in it.
    pub(crate) name: String,
    pub(crate) source: Source,
    /// The states that it reads, each with the name of its scenario: one, or for `all_scenarios` several.
    pub(crate) views: Vec<(Arc<str>, MaskedView)>,
    /// The definitions there.
    schema: Arc<Schema>,
    /// The earlier moment that it is of: a place in [`Bound::pasts`].
    then: Option<usize>,
    /// The columns that the query mentions, with the names by which it does.
    pub(crate) fields: Vec<(FieldInfo, String)>,
}

impl Scan {
    /// The columns of its `*`.
    fn columns(&self) -> Vec<FieldInfo> {
        self.source.columns(&self.schema)
    }

    /// The column that a name, or a path of names, stands for.
    fn resolve(&self, names: &[&str], own: Own) -> Option<FieldInfo> {
        self.source.resolve(&self.schema, names, own)
    }
}

/// A function from an item's name to what stands at the end of a path, or to the place of the item there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ItemFunction {
    pub(crate) name: String,
    pub(crate) dimension: DimensionId,
    pub(crate) properties: Vec<u16>,
    /// The place of the item at the path's end in place of its name.
    pub(crate) position: bool,
    /// What the function gives.
    pub(crate) ty: Type,
    /// The earlier moment that it looks at: a place in [`Bound::pasts`].
    pub(crate) then: Option<usize>,
}

/// A column that a query, a subquery or a WITH table gives.
#[derive(Clone, Debug)]
pub(crate) struct OutColumn {
    /// Its heading.
    pub(crate) name: String,
    /// The name inside the bound query, unlike its neighbours'.
    pub(crate) inner: String,
    pub(crate) dimension: Option<DimensionId>,
    /// Whether days or points in time stand in it.
    pub(crate) is_date: bool,
    /// The earlier moment whose items stand in it: a place in [`Bound::pasts`].
    pub(crate) then: Option<usize>,
}

impl OutColumn {
    /// The column as an expression, of the table that has it.
    fn resolved(&self, table: &str) -> Resolved {
        let expr = field(table, &self.inner);
        Resolved { expr, name: self.name.clone(), dimension: self.dimension, is_date: self.is_date, then: self.then, origin: None }
    }
}

/// What is to be done with a bound query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Run it.
    Run,
    /// Print its plan.
    Explain,
    /// Run it, and print its plan with the number of its rows.
    Analyze,
}

/// A query with nothing left to resolve.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) task: Task,
    pub(crate) query: Query,
    pub(crate) columns: Vec<OutColumn>,
    pub(crate) scans: Vec<Scan>,
    pub(crate) functions: Vec<ItemFunction>,
    /// Earlier moments.
    pub(crate) pasts: Vec<MaskedView>,
    /// The tables of metrics and the views that it reads.
    pub(crate) saved: Vec<ReadSaved>,
    /// The scenarios that it names, folded.
    pub(crate) scenarios: BTreeSet<String>,
    /// The snapshots that it names, folded.
    pub(crate) snapshots: BTreeSet<String>,
    /// Its expressions, tables and columns, each mention of a WITH table counted with all that it has.
    pub(crate) parts: usize,
}

/// A table or a view that a query reads.
#[derive(Clone, Debug)]
pub(crate) struct ReadSaved {
    pub(crate) name: String,
    /// Where its definition is that of an earlier moment: what the catalog showed of it then.
    pub(crate) then: Option<Arc<Schema>>,
}

/// Resolves a statement against what the reader's schema names; suggestions come from the catalog, which is what the reader is shown.
/// `shapes` are the columns of the catalog's tables and views, for `information_schema`.
pub(crate) fn bind(views: &Views, shapes: &[Shape], statement: &Statement, limits: &Limits) -> Result<Bound, QueryError> {
    resolve(Some(views), views.here().schema(), views.here().catalog(), shapes, statement, limits)
}

/// The same by definitions alone, to see what a statement names: any scenario may be there.
pub(crate) fn bind_names(schema: &Arc<Schema>, statement: &Statement) -> Result<Bound, QueryError> {
    resolve(None, schema, schema, &[], statement, &Limits::default())
}

fn resolve(
    views: Option<&Views>,
    schema: &Arc<Schema>,
    catalog: &Schema,
    shapes: &[Shape],
    statement: &Statement,
    limits: &Limits,
) -> Result<Bound, QueryError> {
    let (task, query) = match statement {
        Statement::Query(query) => (Task::Run, query),
        Statement::Explain {
            analyze, verbose: false, query_plan: false, estimate: false, statement, format: None, options: None, ..
        } => match statement.as_ref() {
            Statement::Query(query) => (if *analyze { Task::Analyze } else { Task::Explain }, query),
            _ => return Err(QueryError::new("EXPLAIN takes a query")),
        },
        Statement::Explain { .. } => return Err(QueryError::unsupported("an option of EXPLAIN")),
        _ => return Err(QueryError::new("this is not a query").help("a query starts with SELECT, WITH or VALUES")),
    };
    let mut binder = Binder {
        views,
        home: (None, None),
        schema,
        catalog: if planted(Leak::SuggestedBlocks) { schema } else { catalog },
        shapes,
        limits,
        inside: Vec::new(),
        text: 0,
        read_saved: Vec::new(),
        read_scenarios: BTreeSet::new(),
        read_snapshots: BTreeSet::new(),
        scans: Vec::new(),
        functions: Vec::new(),
        pasts: Vec::new(),
        merged_paths: Vec::new(),
        levels: Vec::new(),
        ctes: Vec::new(),
        used: HashSet::new(),
        weight: 0,
        parts: 0,
        depth: 0,
    };
    let (query, columns) = binder.query(query)?;
    Ok(Bound {
        task,
        query,
        columns,
        scans: binder.scans,
        functions: binder.functions,
        pasts: binder.pasts.into_iter().map(|(_, view)| view).collect(),
        saved: binder.read_saved,
        scenarios: binder.read_scenarios,
        snapshots: binder.read_snapshots,
        parts: binder.parts,
    })
}

/// A table in scope.
#[derive(Clone, Debug)]
struct Relation {
    /// What the query calls it.
    alias: String,
    /// What the bound query calls it.
    emitted: String,
    /// The scenario with which it was named, as written.
    qualified: Option<String>,
    kind: RelationKind,
}

#[derive(Clone, Debug)]
enum RelationKind {
    /// A table of the application: the place in [`Binder::scans`].
    Scan(usize),
    /// A subquery, a WITH table, VALUES or a table function.
    Derived(Vec<OutColumn>),
}

/// A column that USING or NATURAL made of several.
#[derive(Clone, Debug)]
struct Merged {
    name: String,
    /// The relations whose columns it is made of: the first that is not NULL.
    sides: Vec<usize>,
    /// All relations whose column of that name it stands for.
    covers: Vec<usize>,
}

/// A path of such a column, which the query has asked for.
#[derive(Clone, Debug)]
struct MergedPath {
    /// The path on the side that has the item.
    path: Resolved,
    /// The column.
    base: Resolved,
    rest: Vec<String>,
}

/// The tables of one FROM.
#[derive(Clone, Debug, Default)]
struct Scope {
    relations: Vec<Relation>,
    merged: Vec<Merged>,
}

/// A heading of SELECT that GROUP BY, HAVING and ORDER BY may name.
#[derive(Clone, Debug)]
struct Alias {
    name: String,
    item: Resolved,
}

/// One SELECT being bound.
#[derive(Debug, Default)]
struct Level {
    scope: Scope,
    aliases: Vec<Alias>,
    /// Whether it has an aggregate outside OVER.
    aggregated: bool,
}

/// A WITH table.
#[derive(Clone, Debug)]
struct Cte {
    name: String,
    emitted: String,
    columns: Vec<OutColumn>,
    weight: usize,
    parts: usize,
}

/// What a name came to.
#[derive(Clone, Debug)]
struct Resolved {
    expr: Expr,
    /// Its heading.
    name: String,
    dimension: Option<DimensionId>,
    /// Whether it gives days or points in time.
    is_date: bool,
    /// The earlier moment whose items it gives: a place in [`Binder::pasts`].
    then: Option<usize>,
    /// Where the item comes from, if straight from a table.
    origin: Option<Origin>,
}

#[derive(Clone, Debug)]
struct Origin {
    scan: usize,
    axis: u16,
    properties: Vec<u16>,
}

struct Binder<'a> {
    /// `None` where nothing will be read.
    views: Option<&'a Views>,
    /// The scenario and the moment of tables that are named without them, inside a table or a view.
    home: from::Home,
    schema: &'a Arc<Schema>,
    catalog: &'a Schema,
    shapes: &'a [Shape],
    limits: &'a Limits,
    /// The views around this place.
    inside: Vec<String>,
    /// Bytes of the views so far.
    text: usize,
    read_saved: Vec<ReadSaved>,
    read_scenarios: BTreeSet<String>,
    read_snapshots: BTreeSet<String>,
    scans: Vec<Scan>,
    functions: Vec<ItemFunction>,
    /// Earlier moments that tables are of.
    pasts: Vec<(from::Home, MaskedView)>,
    merged_paths: Vec<MergedPath>,
    /// The SELECTs around this place, the innermost last.
    levels: Vec<Level>,
    ctes: Vec<Cte>,
    /// Names of tables in the bound query, folded.
    used: HashSet<String>,
    weight: usize,
    parts: usize,
    depth: usize,
}

impl Binder<'_> {
    /// A table name for the bound query: the wanted one behind a mark, or that and a number.
    fn unique(&mut self, wanted: &str) -> String {
        let wanted = format!("{MARK}{wanted}");
        let mut name = wanted.clone();
        let mut number = 2;
        while !self.used.insert(fold(&name)) {
            name = format!("{wanted} ({number})");
            number += 1;
        }
        name
    }

    /// Counts tables read.
    fn weigh(&mut self, weight: usize) -> Result<(), QueryError> {
        self.weight = self.weight.saturating_add(weight);
        if self.weight > MAX_SCANS {
            return Err(QueryError::new(format!("this query reads tables more than {MAX_SCANS} times")));
        }
        Ok(())
    }

    /// Counts parts, and looks at the time.
    fn count(&mut self, parts: usize) -> Result<(), QueryError> {
        self.parts = self.parts.saturating_add(parts);
        if self.parts > MAX_PARTS {
            return Err(QueryError::too_large());
        }
        self.limits.look()
    }

    /// Runs `bind` one level deeper.
    fn deeper<T>(&mut self, bind: impl FnOnce(&mut Self) -> Result<T, QueryError>) -> Result<T, QueryError> {
        if self.depth >= MAX_DEPTH {
            return Err(QueryError::too_deep());
        }
        self.count(1)?;
        self.depth += 1;
        let result = bind(self);
        self.depth -= 1;
        result
    }

    /// The column of a scan for a field, added where it is new.
    fn scan_column(&mut self, scan: usize, info: &FieldInfo) -> Option<Expr> {
        let scan = self.scans.get_mut(scan)?;
        let known = scan.fields.iter().find(|(have, _)| have.field == info.field).map(|(_, name)| name.clone());
        let column = match known {
            Some(name) => name,
            None => {
                let mut name = info.name.clone();
                while scan.fields.iter().any(|(_, have)| *have == name) {
                    name.push('\'');
                }
                scan.fields.push((info.clone(), name.clone()));
                name
            }
        };
        Some(field(&scan.name, &column))
    }

    /// The definitions of a moment, or of now.
    fn schema_of(&self, then: Option<usize>) -> &Arc<Schema> {
        then.and_then(|then| self.pasts.get(then)).map_or(self.schema, |(_, view)| view.schema())
    }

    /// A call of an item function, which is noted for the session to provide.
    fn item_call(&mut self, of: (DimensionId, Option<usize>), properties: Vec<u16>, position: bool, ty: Type, arg: Expr) -> Expr {
        let (dimension, then) = of;
        let is_same = |f: &&ItemFunction| (f.dimension, f.then) == of && f.properties == properties && f.position == position;
        let known = self.functions.iter().find(is_same).map(|f| f.name.clone());
        let name = known.unwrap_or_else(|| {
            let schema = Arc::clone(self.schema_of(then));
            let mut path = schema.dimension(dimension).map(|d| d.name.to_string()).unwrap_or_default();
            let mut at = schema.dimension(dimension);
            for property in &properties {
                let Some(def) = at.and_then(|d| d.properties.get(usize::from(*property))) else { break };
                path = format!("{path}.{}", def.name);
                at = match def.ty {
                    Type::Item(next) => schema.dimension(next),
                    _ => None,
                };
            }
            let mut name = if position { format!("position of {path}") } else { format!("path {path}") };
            if let Some(then) = then {
                name = format!("{name} then ({})", then + 1);
            }
            self.functions.push(ItemFunction { name: name.clone(), dimension, properties, position, ty, then });
            name
        });
        call(Ident::with_quote('"', name), vec![arg])
    }
}

/// `"table"."column"`.
pub(crate) fn field(table: &str, column: &str) -> Expr {
    Expr::CompoundIdentifier(vec![Ident::with_quote('"', table), Ident::with_quote('"', column)])
}

/// `"name"`.
pub(crate) fn object(name: &str) -> ObjectName {
    ObjectName(vec![ObjectNamePart::Identifier(Ident::with_quote('"', name))])
}

/// `function(args)`.
fn call(function: Ident, args: Vec<Expr>) -> Expr {
    use datafusion::sql::sqlparser::ast::{Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments};
    Expr::Function(Function {
        name: ObjectName(vec![ObjectNamePart::Identifier(function)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: args.into_iter().map(|a| FunctionArg::Unnamed(FunctionArgExpr::Expr(a))).collect(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// The names of an object name; `Err` for a function in it.
fn parts(name: &ObjectName) -> Result<Vec<&Ident>, QueryError> {
    name.0
        .iter()
        .map(|part| match part {
            ObjectNamePart::Identifier(ident) => Ok(ident),
            ObjectNamePart::Function(_) => Err(QueryError::unsupported("a function as a name")),
        })
        .collect()
}
