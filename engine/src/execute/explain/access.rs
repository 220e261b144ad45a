//! EXPLAIN ACCESS: what somebody may read and write, and why.

use std::sync::Arc;

use smalt_model::{MetricDef, SystemDimension};
use smalt_security::spec::{Question, words};
use smalt_security::{Access, Half, Inheritance, Policy, Principal, Role, Rule, Target, Word, roles};

use super::name_of;
use super::place::coordinate;
use super::space::Space;
use crate::execute::{Ask, people};
use crate::facts::Held;
use crate::fault::{Done, Fault};
use crate::look;
use crate::outcome::Table;
use crate::statement::ast::{Coordinate, Name};

/// Whose rights, on what.
struct Asked<'a> {
    ask: &'a Ask<'a>,
    def: Arc<MetricDef>,
    principal: Principal,
    access: Arc<Access>,
}

impl<'a> Asked<'a> {
    fn of(ask: &'a Ask<'a>, user: &Name, metric: &Name) -> Done<Asked<'a>> {
        let view = ask.questions.view(ask.state, &ask.access);
        let def = look::metric(view.catalog(), metric)?;
        let principal = Principal::User(people::find(&ask.state.revision, SystemDimension::User, user)?);
        ask.state.check_rights().map_err(|e| Fault::new(e.to_string()))?;
        Ok(Asked { ask, def, principal, access: ask.state.access(&principal) })
    }

    fn target(&self) -> Target {
        Target::Metric(self.def.id)
    }

    /// What a target is called, for who asks; what has a name that is hidden from them goes without.
    fn name(&self, target: &Target) -> String {
        let name = name_of(&self.ask.questions.view(self.ask.state, &self.ask.access), target, |name| format!("`{name}`"));
        let the = if matches!(target, Target::Items(_)) { "the " } else { "" };
        name.map_or_else(|| "something that you may not see".to_owned(), |name| format!("{the}{name}"))
    }

    /// The policy without something, for the same person.
    fn without(&self, change: impl FnOnce(&mut Policy)) -> Access {
        let mut policy = self.ask.state.policy.as_ref().clone();
        change(&mut policy);
        let state = self.ask.state;
        Access::compile(&policy, &self.principal, &Held::new(&state.revision, &state.programs, &state.footing))
    }
}

/// The words on one cell, rule by rule and through what its formula reads, and the verdict.
pub(crate) fn cell_access(ask: &Ask<'_>, user: &Name, metric: &Name, at: &[Coordinate]) -> Done<Table> {
    let asked = Asked::of(ask, user, metric)?;
    let cell = coordinate(ask, &asked.def, metric, at)?;
    let (state, target) = (ask.state, asked.target());
    let mut lines: Vec<Line> = Vec::new();
    let facts = Held::new(&state.revision, &state.programs, &state.footing);
    for half in [Half::Read, Half::Write] {
        let question = Question { policy: &state.policy, facts: &facts, who: &asked.principal, half, target: &target };
        for (rule, word) in words(question, &cell).unwrap_or_default() {
            let source = rule.map_or("role default".to_owned(), |rule| format!("rule `{}`", rule.name));
            say(&mut lines, source, half, said(word));
        }
    }
    let schema = state.revision.schema();
    for (dimension, item) in asked.def.dimensions.iter().zip(&cell) {
        if !asked.access.items(*dimension).allows(&[*item]) {
            let name = schema.dimension(*dimension).map_or("", |def| &def.name);
            say(&mut lines, format!("item of `{name}`"), Half::Read, "hidden");
        }
    }
    for (operand, mask) in asked.access.operands(&target) {
        let allowed = if mask.allows(&cell) { "readable" } else { "not readable" };
        say(&mut lines, format!("reads {}", asked.name(&operand)), Half::Read, allowed);
    }
    let verdict = |half: Half| if asked.access.mask(half, &target).allows(&cell) { "yes" } else { "no" };
    for half in [Half::Read, Half::Write] {
        say(&mut lines, "verdict".to_owned(), half, verdict(half));
    }
    let shown = |line: Line| {
        let [read, write] = line.said.map(|said| (!said.is_empty()).then(|| said.join(", ")));
        vec![Some(line.source), read, write]
    };
    Ok(Table::of_texts(&["Source", "Read", "Write"], lines.into_iter().map(shown).collect()))
}

/// How much of a metric somebody may read and write, and how much of that each rule opens or closes: what would be otherwise without it.
pub(crate) fn block_access(ask: &Ask<'_>, user: &Name, metric: &Name) -> Done<Table> {
    let asked = Asked::of(ask, user, metric)?;
    let (target, space) = (asked.target(), Space::of(&ask.questions.view(ask.state, &ask.access), &asked.def));
    let size = space.size();
    let share = |access: &Access, half: Half| -> Done<u128> {
        let mask = access.mask(half, &target);
        space.count(&[&mask], |cell| mask.allows(cell))
    };
    let mut rows = vec![vec![
        Some("may".to_owned()),
        Some(format!("{} of {size}", share(&asked.access, Half::Read)?)),
        Some(format!("{} of {size}", share(&asked.access, Half::Write)?)),
    ]];
    let differs = |without: &Access| -> Done<[Option<String>; 2]> {
        by_half(|half| {
            let (is, other) = (asked.access.mask(half, &target), without.mask(half, &target));
            let opened = space.count(&[&is, &other], |cell| is.allows(cell) && !other.allows(cell))?;
            let closed = space.count(&[&is, &other], |cell| other.allows(cell) && !is.allows(cell))?;
            Ok(told(&[(opened, "opened"), (closed, "closed")]))
        })
    };
    for rule in ask.state.policy.rules() {
        let mut said = differs(&asked.without(|policy| drop(policy.drop_rule(&rule.name))))?;
        // What others open or close as well makes no difference, and is said all the same.
        if said == [None, None] && rule.covers(&target, ask.state.revision.schema()) {
            said = says(&asked, rule, &space)?;
        }
        rows.extend(row(format!("rule `{}`", rule.name), said));
    }
    if ask.state.policy.inheritance() == Inheritance::On {
        let said = differs(&asked.without(|policy| policy.set_inheritance(Inheritance::Off)))?;
        rows.extend(row("inheritance".to_owned(), said));
    }
    Ok(Table::of_texts(&["Source", "Read", "Write"], rows))
}

/// On how many cells a rule says yes or no, whatever the others say: with no other rule, and a role default that leaves it the word.
fn says(asked: &Asked<'_>, rule: &Rule, space: &Space) -> Done<[Option<String>; 2]> {
    let target = asked.target();
    let alone = |default: Word| {
        asked.without(|policy| {
            let others = policy.rules().iter().filter(|other| other.name != rule.name).map(|other| other.name.clone());
            others.collect::<Vec<_>>().iter().for_each(|other| drop(policy.drop_rule(other)));
            let roles = policy.roles().map(|(id, role)| (id, Role { read: default, write: default, ..role.clone() }));
            // Admin cannot be altered: it says ALLOWED.
            roles.collect::<Vec<_>>().into_iter().for_each(|(id, role)| drop(policy.alter_role(id, role)));
            policy.set_inheritance(Inheritance::Off);
        })
    };
    let (open, unset) = (alone(Word::Allowed), alone(Word::Unspecified));
    let is_admin = asked.ask.state.policy.role_of(&asked.principal).is_some_and(|role| role.roles.contains(&roles::ADMIN));
    by_half(|half| {
        if !rule.halves().contains(half) || rule.rights().is_none() {
            return Ok(None);
        }
        let (open, unset) = (open.mask(half, &target), unset.mask(half, &target));
        let denied = space.count(&[&open], |cell| !open.allows(cell))?;
        let allowed = if is_admin { 0 } else { space.count(&[&unset], |cell| unset.allows(cell))? };
        Ok(told(&[(allowed, "allowed"), (denied, "denied")]))
    })
}

fn by_half(of: impl Fn(Half) -> Done<Option<String>>) -> Done<[Option<String>; 2]> {
    Ok([of(Half::Read)?, of(Half::Write)?])
}

/// `36 opened, 4 closed`, without what counts nothing.
fn told(counts: &[(u128, &str)]) -> Option<String> {
    let told: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

fn row(source: String, [read, write]: [Option<String>; 2]) -> Option<Vec<Option<String>>> {
    (read.is_some() || write.is_some()).then(|| vec![Some(source), read, write])
}

/// What one source says, of reading and of writing.
struct Line {
    source: String,
    said: [Vec<&'static str>; 2],
}

fn say(lines: &mut Vec<Line>, source: String, half: Half, word: &'static str) {
    let at = match lines.iter().position(|line| line.source == source) {
        Some(at) => at,
        None => {
            lines.push(Line { source, said: [Vec::new(), Vec::new()] });
            lines.len() - 1
        }
    };
    if let Some(line) = lines.get_mut(at) {
        let [read, write] = &mut line.said;
        if half == Half::Read { read.push(word) } else { write.push(word) }
    }
}

fn said(word: Word) -> &'static str {
    match word {
        Word::Allowed => "ALLOWED",
        Word::Unspecified => "UNSPECIFIED",
        Word::Denied => "DENIED",
    }
}
