//! What a person may save, evaluate and be shown of formulas, beside what the language itself says.

use std::collections::{BTreeMap, BTreeSet};

use smalt_formula::{Code, Function, Items, Kind, Node, Program, Spread};
use smalt_model::{Block, DimensionId, ListId, MetricId, Schema, Type};
use smalt_planted::{Leak, planted};
use smalt_security::{Access, Permission, Shape, Target};

use crate::fault::{Done, Fault};
use crate::names::SeenItems;
use crate::reads;
use crate::sight::sees_everything;
use crate::work::{Computed, Work};

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
    let rights = |metric: MetricId| schema.metric(metric).is_some_and(|def| def.ty == Type::Rights);
    let rows_of_people = |list: &ListId| {
        let columns = schema.list(*list).into_iter().flat_map(|def| def.columns.iter());
        columns.into_iter().any(|column| matches!(column.ty, Type::Item(dimension) if system(&dimension)))
    };
    program.metrics().any(rights)
        || program.lists.iter().any(rows_of_people)
        || program.reads_earlier.iter().any(|(_, along, _)| system(along))
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
        Kind::Call(Function::Item(_) | Function::Match(_) | Function::Shift | Function::TimeDim, _) if is_person(node) => return true,
        // A value that is a person.
        Kind::Metric(_) | Kind::Column(..) | Kind::Property { .. } if is_person(node) => return true,
        // A mapping leads each line to another one, or several to one, which may be of the same dimension.
        Kind::Up { input, mappings, kept, .. } => {
            let stays = |d: &DimensionId| kept.contains(d) || mappings.iter().any(|(to, m)| to == d && is_itself(m, *d));
            let moves = |(to, m): &(DimensionId, Node)| !is_itself(m, *to) && (system(to) || m.dims.iter().any(system));
            if mappings.iter().any(moves) || input.dims.iter().any(|d| system(d) && !stays(d)) {
                return true;
            }
        }
        Kind::Down { mappings, spread, .. } => {
            let divides = !matches!(spread, Spread::Constant);
            if mappings.iter().any(|(to, m)| system(to) || divides && m.dims.iter().any(system)) {
                return true;
            }
        }
        // What each gets depends on how many there are.
        Kind::Add { added, spread, .. } if !matches!(spread, Spread::Constant) && added.iter().any(system) => return true,
        _ => {}
    }
    // Whoever has fewer dimensions than its parts has looked at several lines, or at a chosen one.
    node.children().iter().any(|part| part.dims.iter().any(|dimension| system(dimension) && !node.dims.contains(dimension)))
}

/// Whether a mapping leads each item of a dimension to itself.
fn is_itself(mapping: &Node, dimension: DimensionId) -> bool {
    matches!(mapping.kind, Kind::Current(own) if own == dimension)
}

/// Whether a formula reads something of which a person may read nothing, as a role without rules can have it.
pub(crate) fn reads_closed(program: &Program, schema: &Schema, access: &Access) -> bool {
    program.metrics().any(|metric| access.reading(metric).shape() == Shape::Nothing)
        || program.lists.iter().any(|list| access.reading_list(*list).shape() == Shape::Nothing)
        || reads::properties(program, schema).iter().any(|(dimension, p)| access.property(*dimension, *p).shape() == Shape::Nothing)
}

/// Refuses the formula of a property that reads what is closed to its author: all who see the property see what it comes to.
pub(crate) fn check_property(program: &Program, schema: &Schema, access: &Access) -> Done {
    if access.permits(Permission::DefineSecurity) || !reads_closed(program, schema, access) {
        return Ok(());
    }
    Err(Fault::missing(Permission::DefineSecurity)
        .code(Code::Permission)
        .help("a property tells of what its formula reads to all who see it, and some of that is closed to you"))
}

/// Refuses the formula of a metric behind a RESETACCESSRIGHTS that reads what its author does not see all of: the reset was put there over another formula,
/// and shows to others what this one comes to.
pub(crate) fn check_reset(work: &Work, metric: MetricId, program: &Program, access: &Access) -> Done {
    // What is behind a reset is told by all formulas, so that is asked last.
    if access.permits(Permission::DefineSecurity)
        || sees_everything(access, program, work.draft.schema())
        || !behind_resets(work).contains(&metric)
    {
        return Ok(());
    }
    Err(Fault::missing(Permission::DefineSecurity)
        .code(Code::Permission)
        .help("a formula with RESETACCESSRIGHTS shows to others what this one comes to, and some of what it reads is closed to you"))
}

/// The metrics that are read where a formula resets rights, through other formulas too.
fn behind_resets(work: &Work) -> BTreeSet<MetricId> {
    fn reset(node: &Node, found: &mut BTreeSet<MetricId>, is_reset: bool) {
        let is_reset = is_reset || matches!(node.kind, Kind::ResetRights(_));
        if let (true, Kind::Metric(metric) | Kind::PreviousOf { metric, .. }) = (is_reset, &node.kind) {
            found.insert(*metric);
        }
        node.children().into_iter().for_each(|part| reset(part, found, is_reset));
    }
    let mut open = BTreeSet::new();
    work.programs.metrics.values().for_each(|program| reset(&program.root, &mut open, false));
    work.programs.properties.iter().for_each(|(_, _, program)| reset(&program.root, &mut open, false));
    let mut found = BTreeSet::new();
    while let Some(metric) = open.pop_first() {
        if found.insert(metric)
            && let Some(program) = work.programs.metrics.get(&metric)
        {
            open.extend(
                behind(work, program).into_keys().filter_map(|of| if let Computed::Metric(metric) = of { Some(metric) } else { None }),
            );
        }
    }
    found
}

/// Asks [`check_members`] anew of the subsets that depend on formulas that changed.
pub(crate) fn check_subsets(work: &Work, changed: &[Computed], access: &Access) -> Done {
    if access.permits(Permission::DefineSecurity) || changed.is_empty() {
        return Ok(());
    }
    for (_, program) in conditions(work) {
        if behind(work, program).keys().any(|of| changed.contains(of)) {
            check_members(work, program, access)?;
        }
    }
    Ok(())
}

/// The subsets with their conditions.
fn conditions(work: &Work) -> impl Iterator<Item = (DimensionId, &Program)> {
    let is_subset = |dimension: DimensionId| work.draft.schema().dimension(dimension).is_some_and(|def| def.parent.is_some());
    let all = work.programs.properties.iter().filter(move |(dimension, property, _)| *property == 0 && is_subset(*dimension));
    all.map(|(dimension, _, program)| (*dimension, program.as_ref()))
}

/// What the condition of each subset reads, through formulas and orders too.
pub(crate) fn behind_subsets(work: &Work) -> BTreeMap<DimensionId, BTreeSet<Computed>> {
    conditions(work).map(|(subset, program)| (subset, behind(work, program).into_keys().collect())).collect()
}

/// Asks [`check_members`] anew of the subsets that read something else than `before`.
pub(crate) fn check_changed_subsets(work: &Work, before: &BTreeMap<DimensionId, BTreeSet<Computed>>, access: &Access) -> Done {
    conditions(work)
        .filter(|(subset, program)| before.get(subset) != Some(&behind(work, program).into_keys().collect()))
        .try_for_each(|(_, program)| check_members(work, program, access))
}

/// The subsets whose conditions read something that a test holds for: which items are in them tells of it to all who see the items.
pub(crate) fn subsets_deciding_by(work: &Work, test: impl Fn(&Target) -> bool) -> Vec<DimensionId> {
    let reads = |program: &Program| {
        behind(work, program).keys().any(|of| match *of {
            Computed::Metric(metric) => test(&Target::Metric(metric)),
            Computed::Property(dimension, property) => test(&Target::Property(dimension, property)),
        }) || program.lists.iter().any(|list| test(&Target::List(*list)))
    };
    conditions(work).filter(|(_, program)| reads(program)).map(|(subset, _)| subset).collect()
}

/// What a formula reads, through others as well, with the formulas of what has one.
fn behind<'a>(work: &'a Work, program: &Program) -> BTreeMap<Computed, Option<&'a Program>> {
    let read = |program: &Program| -> Vec<Computed> {
        let properties = reads::properties(program, work.draft.schema()).into_iter().map(|(d, p)| Computed::Property(d, p));
        program.metrics().map(Computed::Metric).chain(properties).collect()
    };
    let mut found = BTreeMap::new();
    let mut open = read(program);
    while let Some(of) = open.pop() {
        if found.contains_key(&of) {
            continue;
        }
        let program = match of {
            Computed::Metric(metric) => work.programs.metrics.get(&metric),
            Computed::Property(dimension, property) => work.programs.property(dimension, property),
        };
        found.insert(of, program.map(AsRef::as_ref));
        open.extend(program.into_iter().flat_map(|program| read(program)));
    }
    found
}

/// Whether a rule speaks of something.
pub(crate) fn is_ruled(work: &Work, target: &Target) -> bool {
    let schema = work.draft.schema();
    work.policy.rules().iter().any(|rule| rule.rights().is_some() && rule.covers(target, schema))
}

/// Refuses a subset whose condition reads what a rule speaks of to who does not define security: which items are in it can be seen by all
/// who see the items, whatever they may read of what decides on it.
pub(crate) fn check_members(work: &Work, program: &Program, access: &Access) -> Done {
    let schema = work.draft.schema();
    if access.permits(Permission::DefineSecurity) {
        return Ok(());
    }
    // A role may close without a rule.
    if reads_closed(program, schema, access) {
        return Err(closed());
    }
    let ruled = |target: &Target| is_ruled(work, target);
    let ruled_items = |dimension: DimensionId| ruled(&Target::Items(dimension));
    let ruled_type = |ty: Type| matches!(ty, Type::Item(dimension) if ruled_items(dimension));
    let of_ruled = |of: &Computed| match *of {
        Computed::Metric(metric) => {
            let held = schema.metric(metric).is_some_and(|def| ruled_type(def.ty) || def.dimensions.iter().any(|d| ruled_items(*d)));
            held || ruled(&Target::Metric(metric))
        }
        Computed::Property(dimension, property) => {
            let ty = schema.dimension(dimension).and_then(|def| def.properties.get(usize::from(property))).map(|p| p.ty);
            ty.is_some_and(ruled_type) || ruled(&Target::Property(dimension, property))
        }
    };
    let of_ruled_list = |list: &ListId| {
        let held = schema.list(*list).is_some_and(|def| def.columns.iter().any(|column| ruled_type(column.ty)));
        held || ruled(&Target::List(*list))
    };
    let behind = behind(work, program);
    let mut programs = std::iter::once(program).chain(behind.values().filter_map(|program| *program));
    let reads_ruled = programs.any(|program| {
        program.root.any(&|node| leaves_a_line(node, &|dimension| ruled_items(*dimension))) || program.lists.iter().any(of_ruled_list)
    });
    if reads_ruled || behind.keys().any(of_ruled) { Err(closed()) } else { Ok(()) }
}

fn closed() -> Fault {
    Fault::missing(Permission::DefineSecurity).help("a subset tells of what its condition reads, and a rule or your role closes that")
}

/// A formula as it was saved, with `"?"` for every item that its reader does not see.
pub(crate) fn shown(text: &str, schema: &Schema, items: &SeenItems<'_>) -> Done<String> {
    let hides = |dimension: &str, item: &str| match schema.find(dimension) {
        _ if planted(Leak::UnredactedFormulas) => false,
        Some(Block::Dimension(id)) => items.find(id, item).is_none(),
        _ => true,
    };
    smalt_formula::redact(text, &hides).map_err(|_| Fault::new("the formula cannot be shown"))
}
