//! Where in a query the planner's refusal comes from. The planner works on rewritten trees that know no places, so the place is found from outside:
//! of the query's expressions the smallest is looked for that brings the same refusal by itself. It is the idea of Zeller's *Yesterday, my program
//! worked. Today, it does not. Why?* (1999), delta debugging, along a tree.
//!
//! A query that is refused is planned again some times, the fewer the larger it is; one that is answered costs nothing. Where no expression brings the
//! refusal, as with the columns of a join, there is no place.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Query, Spanned, Statement, Value, Visit, VisitMut, Visitor, VisitorMut};
use datafusion::sql::sqlparser::tokenizer::Span;

use crate::QueryError;

/// A query is planned again so often at most.
const MOST_PLANS: usize = 64;
/// So many parts of it are planned again at most, all plans together: to plan a large query takes long, and others wait meanwhile.
const MOST_WORK: usize = 10_000;

/// How the planning of a query has ended.
pub(crate) enum Ending {
    Planned,
    Refused(QueryError),
    /// There is no time for it any more.
    Late,
}

/// The error with the place of the expression that it is about, where one is found. `parts` is how many expressions, tables and columns were planned,
/// and `plan` plans another query.
pub(crate) async fn placed(statement: &Statement, error: QueryError, parts: usize, plan: impl AsyncFn(&Statement) -> Ending) -> QueryError {
    let tree = Tree::of(statement);
    let plans = (MOST_WORK / parts.max(1)).min(MOST_PLANS);
    let mut search = Search { statement, tree: &tree, error: &error, plan, plans, blank: HashSet::new() };
    let Some(mut found) = search.first(None).await else { return error };
    let mut span = tree.span(found);
    while let Some(inner) = search.first(Some(found)).await {
        found = inner;
        span = tree.span(found).or(span);
    }
    match span {
        Some(span) => error.at(span),
        None => error,
    }
}

/// An expression of a query.
struct Node {
    /// The one that it is a part of.
    parent: Option<usize>,
    /// Whether a subquery lies between the two.
    is_in_query: bool,
    /// The number behind its last part.
    end: usize,
    span: Span,
}

/// All expressions of a query, numbered as they are met: each before its parts.
#[derive(Default)]
struct Tree {
    nodes: Vec<Node>,
    /// Those that are being visited, and `None` for each subquery among them.
    open: Vec<Option<usize>>,
}

impl Tree {
    fn of(statement: &Statement) -> Tree {
        let mut tree = Tree::default();
        // It never breaks off.
        let _: ControlFlow<()> = statement.visit(&mut tree);
        tree
    }

    fn span(&self, node: usize) -> Option<Span> {
        self.nodes.get(node).map(|node| node.span).filter(|span| *span != Span::empty())
    }
}

impl Visitor for Tree {
    type Break = ();

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.open.push(None);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.open.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        let parent = self.open.iter().rev().find_map(|open| *open);
        let is_in_query = self.open.last().is_some_and(Option::is_none);
        self.open.push(Some(self.nodes.len()));
        self.nodes.push(Node { parent, is_in_query, end: 0, span: expr.span() });
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        let end = self.nodes.len();
        if let Some(node) = self.open.pop().flatten().and_then(|node| self.nodes.get_mut(node)) {
            node.end = end;
        }
        ControlFlow::Continue(())
    }
}

/// Puts NULL, or a part of them, in place of expressions.
struct Exchange<'a> {
    tree: &'a Tree,
    /// By number.
    new: &'a dyn Fn(usize) -> Option<Expr>,
    next: usize,
    open: Vec<usize>,
}

impl VisitorMut for Exchange<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        // What stands inside of something new has no number.
        if self.open.last().is_some_and(|open| *open == usize::MAX) {
            self.open.push(usize::MAX);
            return ControlFlow::Continue(());
        }
        let number = self.next;
        self.next += 1;
        match (self.new)(number) {
            Some(new) => {
                *expr = new;
                self.next = self.tree.nodes.get(number).map_or(self.next, |node| node.end);
                self.open.push(usize::MAX);
            }
            None => self.open.push(number),
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, _: &mut Expr) -> ControlFlow<()> {
        self.open.pop();
        ControlFlow::Continue(())
    }
}

/// Copies one expression.
struct Pick {
    wanted: usize,
    next: usize,
}

impl Visitor for Pick {
    type Break = Box<Expr>;

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Box<Expr>> {
        if self.next == self.wanted {
            return ControlFlow::Break(Box::new(expr.clone()));
        }
        self.next += 1;
        ControlFlow::Continue(())
    }
}

/// What comes of a query that was changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Planned,
    /// It is refused as before.
    Same,
    /// It is refused for something else.
    Other,
}

struct Search<'a, F> {
    statement: &'a Statement,
    tree: &'a Tree,
    error: &'a QueryError,
    plan: F,
    /// How often it may still be planned.
    plans: usize,
    /// What is NULL from now on: it is refused for the same, elsewhere.
    blank: HashSet<usize>,
}

impl<F: AsyncFn(&Statement) -> Ending> Search<'_, F> {
    /// The first part of an expression, or of the query, that the refusal comes from.
    async fn first(&mut self, parent: Option<usize>) -> Option<usize> {
        let parts: Vec<usize> =
            (0..self.tree.nodes.len()).filter(|at| self.tree.nodes.get(*at).is_some_and(|n| n.parent == parent)).collect();
        let (mut same, mut others) = (Vec::new(), Vec::new());
        for part in &parts {
            let is_operand = self.tree.nodes.get(*part).is_some_and(|node| !node.is_in_query);
            match parent.filter(|_| is_operand) {
                // By itself in place of the whole it is refused as well.
                Some(parent) => {
                    let ControlFlow::Break(own) = self.statement.visit(&mut Pick { wanted: *part, next: 0 }) else { continue };
                    if self.plan_with(|at| (at == parent).then(|| (*own).clone())).await? == Outcome::Same {
                        return Some(*part);
                    }
                }
                // Without it the query is not refused; or for something else, which may come of a name that it gives.
                None => match self.plan_with(|at| (at == *part).then(null)).await? {
                    Outcome::Planned => return Some(*part),
                    Outcome::Other => others.push(*part),
                    Outcome::Same => same.push(*part),
                },
            }
        }
        if parent.is_none() && !same.is_empty() {
            // Several may be refused for the same: the first one that is enough, unless it is none of them.
            self.blank = same.iter().copied().collect();
            if self.plan_with(|_| None).await? != Outcome::Same {
                for part in same {
                    self.blank.remove(&part);
                    if self.plan_with(|_| None).await? == Outcome::Same {
                        return Some(part);
                    }
                    self.blank.insert(part);
                }
                return None;
            }
            self.blank.clear();
        }
        // Of two that give names there is no telling which one it is; and one that has no parts brings nothing by itself.
        others.first().copied().filter(|part| others.len() == 1 && self.tree.nodes.get(*part).is_some_and(|node| node.end > part + 1))
    }

    /// What comes of the query when some of its expressions are others. `None`: that is not to be found out any more.
    async fn plan_with(&mut self, new: impl Fn(usize) -> Option<Expr>) -> Option<Outcome> {
        self.plans = self.plans.checked_sub(1)?;
        let mut statement = self.statement.clone();
        let new = |at: usize| if self.blank.contains(&at) { Some(null()) } else { new(at) };
        let _: ControlFlow<()> = VisitMut::visit(&mut statement, &mut Exchange { tree: self.tree, new: &new, next: 0, open: Vec::new() });
        match (self.plan)(&statement).await {
            Ending::Planned => Some(Outcome::Planned),
            Ending::Refused(other) if other.message() == self.error.message() => Some(Outcome::Same),
            Ending::Refused(_) => Some(Outcome::Other),
            Ending::Late => None,
        }
    }
}

fn null() -> Expr {
    Expr::Value(Value::Null.with_empty_span())
}
