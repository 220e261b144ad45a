//! What a person may save, evaluate and be shown of formulas, beside what the language itself says.

use std::collections::BTreeSet;

use smalt_formula::{Code, Function, Items, Kind, Node, Program};
use smalt_model::{Block, DimensionId, Schema, Type};
use smalt_security::{Access, Permission, Target};

use crate::fault::{Done, Fault};
use crate::names::SeenItems;
use crate::reads;
use crate::work::Work;

/// Refuses a formula that reads rights, or other people's lines, to who does not define security: its cells would tell of both whoever
/// reads them.
pub(crate) fn check_reads(program: &Program, schema: &Schema, access: &Access) -> Done {
    if access.permits(Permission::DefineSecurity) || !tells_of_people(program, schema) {
        return Ok(());
    }
    Err(Fault::missing(Permission::DefineSecurity)
        .code(Code::Permission)
        .help("a formula that reads access rights, or the lines of several people, tells of them to all who read its cells"))
}

fn tells_of_people(program: &Program, schema: &Schema) -> bool {
    let system = |dimension: &DimensionId| schema.dimension(*dimension).is_some_and(|def| def.system.is_some());
    let rights = |metric: &smalt_model::MetricId| schema.metric(*metric).is_some_and(|def| def.ty == Type::Rights);
    let earlier = program.reads_earlier.iter();
    let rows_of_people = |list: &smalt_model::ListId| {
        let columns = schema.list(*list).into_iter().flat_map(|def| def.columns.iter());
        columns.into_iter().any(|column| matches!(column.ty, Type::Item(dimension) if system(&dimension)))
    };
    program.reads.iter().any(rights)
        || program.lists.iter().any(rows_of_people)
        || earlier.clone().any(|(metric, along, _)| rights(metric) || system(along))
        || program.properties.iter().any(|(dimension, _)| system(dimension))
        || program.root.any(&|node| leaves_a_line(node, &system))
}

/// Whether a part of a formula reads, at one line of a system dimension, other lines too, or a person's name.
fn leaves_a_line(node: &Node, system: &impl Fn(&DimensionId) -> bool) -> bool {
    let is_person = |node: &Node| node.item_dimension().is_some_and(|dimension| system(&dimension));
    match &node.kind {
        // Along the dimension, or across it, though it stays.
        Kind::Along { dimension, .. }
        | Kind::Rollup { dimension, .. }
        | Kind::Offset { dimension, .. }
        | Kind::ParentOffset { dimension, .. }
        | Kind::AtMapping { dimension, .. }
        | Kind::Previous { dimension, .. }
        | Kind::PreviousOf { dimension, .. }
            if system(dimension) =>
        {
            return true;
        }
        Kind::Convert { from, to, .. } if system(from) || system(to) => return true,
        Kind::Rank { input, .. } if input.dims.iter().any(system) => return true,
        Kind::ToText(person) if is_person(person) => return true,
        Kind::Call(Function::Item(_) | Function::Match(_) | Function::Shift, _) if is_person(node) => return true,
        // A mapping leads each line to another one.
        Kind::Down { mappings, .. } if mappings.iter().any(|(to, _)| system(to)) => return true,
        _ => {}
    }
    // Whoever has fewer dimensions than its parts has looked at several lines, or at a chosen one.
    node.children().iter().any(|part| part.dims.iter().any(|dimension| system(dimension) && !node.dims.contains(dimension)))
}

/// Refuses a subset whose condition reads what a rule speaks of to who does not define security: which items are in it can be seen by all
/// who see the items, whatever they may read of what decides on it.
pub(crate) fn check_members(work: &Work, program: &Program, access: &Access) -> Done {
    if access.permits(Permission::DefineSecurity) || work.policy.rules().is_empty() {
        return Ok(());
    }
    let schema = work.draft.schema();
    let ruled = |target: &Target| work.policy.rules().iter().any(|rule| rule.rights().is_some() && rule.covers(target, schema));
    let ruled_items = |dimension: DimensionId| ruled(&Target::Items(dimension));
    let ruled_type = |ty: Type| matches!(ty, Type::Item(dimension) if ruled_items(dimension));
    let (mut metrics, mut properties) = (BTreeSet::new(), BTreeSet::new());
    let mut open: Vec<&Program> = vec![program];
    if program.root.any(&|node| leaves_a_line(node, &|dimension| ruled_items(*dimension))) {
        return Err(closed());
    }
    while let Some(program) = open.pop() {
        for list in &program.lists {
            let held = schema.list(*list).is_some_and(|def| def.columns.iter().any(|column| ruled_type(column.ty)));
            if held || ruled(&Target::List(*list)) {
                return Err(closed());
            }
        }
        for metric in program.reads.iter().chain(program.reads_earlier.iter().map(|(metric, ..)| metric)) {
            let def = schema.metric(*metric);
            let held = def.is_some_and(|def| ruled_type(def.ty) || def.dimensions.iter().any(|d| ruled_items(*d)));
            if held || ruled(&Target::Metric(*metric)) {
                return Err(closed());
            }
            if metrics.insert(*metric) {
                open.extend(work.programs.metrics.get(metric).map(AsRef::as_ref));
            }
        }
        for (dimension, property) in reads::properties(program, schema) {
            let ty = schema.dimension(dimension).and_then(|def| def.properties.get(usize::from(property))).map(|p| p.ty);
            if ty.is_some_and(ruled_type) || ruled(&Target::Property(dimension, property)) {
                return Err(closed());
            }
            if properties.insert((dimension, property)) {
                let of = work.programs.properties.iter().find(|(d, p, _)| (*d, *p) == (dimension, property));
                open.extend(of.map(|(.., program)| program.as_ref()));
            }
        }
    }
    Ok(())
}

fn closed() -> Fault {
    Fault::missing(Permission::DefineSecurity).help("a subset tells of what its condition reads, and a rule speaks of that")
}

/// A formula as it was saved, with `"?"` for every item that its reader does not see.
pub(crate) fn shown(text: &str, schema: &Schema, items: &SeenItems<'_>) -> Done<String> {
    let hides = |dimension: &str, item: &str| match schema.find(dimension) {
        Some(Block::Dimension(id)) => items.find(id, item).is_none(),
        _ => true,
    };
    smalt_formula::redact(text, &hides).map_err(|_| Fault::new("the formula cannot be shown"))
}
