//! EXPLAIN ACCESS: what somebody may read and write, and why.

use std::sync::Arc;

use smalt_model::{MetricDef, SystemDimension};
use smalt_security::spec::{Question, words};
use smalt_security::{Access, Half, Inheritance, Policy, Principal, Target, Word};

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
    let mut differs = |source: String, without: &Access| -> Done {
        let by = |half: Half| -> Done<Option<String>> {
            let (is, other) = (asked.access.mask(half, &target), without.mask(half, &target));
            let opened = space.count(&[&is, &other], |cell| is.allows(cell) && !other.allows(cell))?;
            let closed = space.count(&[&is, &other], |cell| other.allows(cell) && !is.allows(cell))?;
            let told = [(opened, "opened"), (closed, "closed")].into_iter().filter(|(count, _)| *count > 0);
            let told: Vec<String> = told.map(|(count, what)| format!("{count} {what}")).collect();
            Ok((!told.is_empty()).then(|| told.join(", ")))
        };
        let (read, write) = (by(Half::Read)?, by(Half::Write)?);
        if read.is_some() || write.is_some() {
            rows.push(vec![Some(source), read, write]);
        }
        Ok(())
    };
    for rule in ask.state.policy.rules() {
        let without = asked.without(|policy| drop(policy.drop_rule(&rule.name)));
        differs(format!("rule `{}`", rule.name), &without)?;
    }
    if ask.state.policy.inheritance() == Inheritance::On {
        differs("inheritance".to_owned(), &asked.without(|policy| policy.set_inheritance(Inheritance::Off)))?;
    }
    Ok(Table::of_texts(&["Source", "Read", "Write"], rows))
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
