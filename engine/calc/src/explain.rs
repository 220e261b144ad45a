//! What a formula does, for EXPLAIN FORMULA.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::logical_expr::LogicalPlan;
use smalt_formula::plan::{CellNode, lower, lower_as_written};
use smalt_formula::program::{Along, Kind, Node, Program};
use smalt_model::{DimensionId, MetricId, Schema};
use smalt_vault::Revision;

use crate::eval::is_constant;
use crate::shared::identities;

/// The formula's dimensions, the parts that can fill cells that no operand has, the direction of each BY, the plan, and its cost: the most
/// coordinates that its operators can visit. Counts come from the sizes of the dimensions alone; without a revision there are none. A part that
/// stands in `others` too, or twice, is computed once where these are computed together, and says so.
pub fn explain(revision: Option<&Revision>, schema: &Schema, program: &Program, others: &BTreeMap<MetricId, Arc<Program>>) -> Vec<String> {
    let mut lines = vec![format!("Dimensions: ({})", names(&program.root.dims, schema))];
    if let Some(revision) = revision {
        lines.push(format!("Coordinates: {}", space(&program.root.dims, revision)));
    }
    parts(&program.root, revision, schema, &mut lines);
    let (mut written, mut moved) = (Vec::new(), Vec::new());
    let before =
        lower_as_written(&program.root, schema).map_or(0, |plan| Shown { revision, shared: &|_| None }.show(&plan, 1, &mut written));
    let after = lower(&program.root, schema).map_or(0, |plan| {
        let elsewhere = elsewhere(&plan, schema, others);
        let shared = |identity: &str| elsewhere.get(identity).map(|metrics| told(metrics, schema));
        Shown { revision, shared: &shared }.show(&plan, 1, &mut moved)
    });
    let cost = |cost: u128| format!("at most {cost} coordinates visited");
    if written != moved {
        lines.push("Plan as written:".to_owned());
        lines.append(&mut written);
        lines.extend(revision.map(|_| format!("Cost as written: {}", cost(before))));
    }
    lines.push("Plan:".to_owned());
    lines.append(&mut moved);
    lines.extend(revision.map(|_| format!("Cost: {}", cost(after))));
    lines
}

/// A plan as lines.
struct Shown<'a> {
    revision: Option<&'a Revision>,
    /// What is said of a part that stands elsewhere too, by its identity.
    shared: &'a dyn Fn(&str) -> Option<String>,
}

impl Shown<'_> {
    /// One line for each operator; gives the most coordinates that they visit together.
    fn show(&self, plan: &LogicalPlan, depth: usize, lines: &mut Vec<String>) -> u128 {
        let LogicalPlan::Extension(extension) = plan else { return 0 };
        let cells = extension.node.as_any().downcast_ref::<CellNode>();
        let own = match (self.revision, cells) {
            (Some(revision), Some(cells)) => visited(cells, revision),
            _ => 0,
        };
        let most = if own > 0 { format!(", at most {own} coordinates") } else { String::new() };
        let shared = cells.and_then(CellNode::identity).and_then(|identity| (self.shared)(identity)).unwrap_or_default();
        lines.push(format!("{}{:?}{most}{shared}", "  ".repeat(depth), extension.node));
        extension.node.inputs().into_iter().fold(own, |sum, input| sum.saturating_add(self.show(input, depth + 1, lines)))
    }
}

/// For each part of a plan that can be shared, the metrics in which it stands too; none of them where it stands twice in the plan itself.
fn elsewhere(plan: &LogicalPlan, schema: &Schema, others: &BTreeMap<MetricId, Arc<Program>>) -> BTreeMap<Arc<str>, BTreeSet<MetricId>> {
    let own = identities(plan);
    let mut found: BTreeMap<Arc<str>, BTreeSet<MetricId>> = BTreeMap::new();
    for (identity, uses) in &own {
        if *uses > 1 {
            found.entry(Arc::clone(identity)).or_default();
        }
    }
    for (metric, other) in others {
        let Ok(plan) = lower(&other.root, schema) else { continue };
        for identity in identities(&plan).into_keys().filter(|identity| own.contains_key(identity)) {
            found.entry(identity).or_default().insert(*metric);
        }
    }
    found
}

fn told(metrics: &BTreeSet<MetricId>, schema: &Schema) -> String {
    let names: Vec<String> = metrics.iter().filter_map(|m| schema.metric(*m)).map(|def| format!("`{}`", def.name)).collect();
    if names.is_empty() { ", computed once".to_owned() } else { format!(", shared with {}", names.join(", ")) }
}

/// The most coordinates that an operator visits: of what it groups or walks along, else its own. Stored cells are only read.
fn visited(cells: &CellNode, revision: &Revision) -> u128 {
    let node = cells.node();
    match &node.kind {
        Kind::Metric(_) | Kind::Input(_) => 0,
        Kind::Up { input, .. }
        | Kind::Convert { input, .. }
        | Kind::Whole(_, input)
        | Kind::Along { input, .. }
        | Kind::Rollup { input, .. }
        | Kind::Rank { input, .. } => places(input, revision),
        _ => places(node, revision),
    }
}

/// One line for each part that moves cells or can fill cells.
fn parts(node: &Node, revision: Option<&Revision>, schema: &Schema, lines: &mut Vec<String>) {
    let fills = |what: &str| match revision {
        Some(revision) => format!("{what} can fill {} cells", places(node, revision)),
        None => format!("{what} can fill cells"),
    };
    match &node.kind {
        Kind::Up { mappings, .. } if !mappings.is_empty() => {
            let targets: Vec<DimensionId> = mappings.iter().map(|(d, _)| *d).collect();
            lines.push(format!("BY goes up to ({})", names(&targets, schema)));
        }
        Kind::Down { mappings, .. } => {
            let targets: Vec<DimensionId> = mappings.iter().map(|(d, _)| *d).collect();
            lines.push(fills(&format!("BY goes down from ({}) and", names(&targets, schema))));
        }
        Kind::Add { added, .. } => lines.push(fills(&format!("ADD of ({})", names(added, schema)))),
        Kind::IsBlank(_) => lines.push(fills("ISBLANK")),
        Kind::IsNotBlank(_) => lines.push(fills("ISNOTBLANK")),
        Kind::IfBlank(a, b) if can_be_new(node, a) || can_be_new(node, b) => lines.push(fills("IFBLANK")),
        Kind::IfDefined(a, then, otherwise) if chooses_new(node, a, [then.as_ref()], otherwise.as_deref()) => {
            lines.push(fills("IFDEFINED"));
        }
        Kind::If { test, then, otherwise } if chooses_new(node, test, [then.as_ref()], otherwise.as_deref()) => lines.push(fills("IF")),
        Kind::Switch { value, cases, otherwise }
            if chooses_new(node, value, cases.iter().map(|(_, result)| result), otherwise.as_deref()) =>
        {
            lines.push(fills("SWITCH"));
        }
        Kind::Offset { dimension, .. } | Kind::ParentOffset { dimension, .. } | Kind::AtMapping { dimension, .. } => {
            lines.push(fills(&format!("SELECT along {}", names(&[*dimension], schema))));
        }
        Kind::Along { function, dimension, .. } => {
            let sparse = matches!(
                function,
                Along::Cumulate
                    | Along::Decumulate
                    | Along::YearToDate
                    | Along::QuarterToDate
                    | Along::MonthToDate
                    | Along::Growth
                    | Along::Npv
                    | Along::Irr
                    | Along::Xnpv
                    | Along::Xirr
                    | Along::Correl
                    | Along::Percentile
            );
            if !sparse {
                lines.push(fills(&format!("{} along {}", function.name(), names(&[*dimension], schema))));
            }
        }
        Kind::Previous { dimension, .. } | Kind::PreviousOf { dimension, .. } => {
            lines.push(fills(&format!("PREVIOUS along {}", names(&[*dimension], schema))));
        }
        Kind::Compare(..) | Kind::InList(..) | Kind::InRange(..) if !node.dims.is_empty() && crate::eval::fills(node) => {
            lines.push(fills(&format!("comparison of {}", names(&node.dims, schema))));
        }
        Kind::Rollup { dimension, .. } => lines.push(fills(&format!("ROLLUP of {}", names(&[*dimension], schema)))),
        _ => {}
    }
    node.children().into_iter().for_each(|c| parts(c, revision, schema, lines));
}

/// Whether a branch of a choice, where it is chosen, can have a value in a cell that no operand has: it is a constant, or narrower (formulas.md
/// §3).
fn can_be_new(node: &Node, branch: &Node) -> bool {
    !matches!(branch.kind, Kind::Blank) && (is_constant(branch) || is_narrower(node, branch))
}

/// The same of a whole choice. The last branch is also taken where nothing is; one of the others only where what is asked has a value.
fn chooses_new<'a>(node: &Node, asked: &Node, branches: impl IntoIterator<Item = &'a Node>, otherwise: Option<&Node>) -> bool {
    let everywhere = is_narrower(node, asked) || matches!(asked.kind, Kind::Current(_)) || crate::eval::fills(asked);
    otherwise.is_some_and(|branch| can_be_new(node, branch)) || everywhere && branches.into_iter().any(|branch| can_be_new(node, branch))
}

fn is_narrower(node: &Node, part: &Node) -> bool {
    if node.rows.is_some() { part.rows.is_none() } else { part.dims.len() < node.dims.len() }
}

/// The coordinates of an expression, or the rows of its list.
fn places(node: &Node, revision: &Revision) -> u128 {
    let rows = node.rows.map(|list| revision.rows(list).map_or(0, |rows| rows.len() as u128));
    space(&node.dims, revision).saturating_mul(rows.unwrap_or(1))
}

fn space(dims: &[DimensionId], revision: &Revision) -> u128 {
    dims.iter().fold(1u128, |all, d| all.saturating_mul(revision.items(*d).len() as u128))
}

fn names(dims: &[DimensionId], schema: &Schema) -> String {
    dims.iter().map(|d| schema.dimension(*d).map_or_else(|| "?".to_owned(), |d| d.name.to_string())).collect::<Vec<_>>().join(", ")
}
