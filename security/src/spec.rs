//! The effective right in plain code: steps 1 to 4 and 6 of the contract, one cell at a time, no sets and no shortcuts.
//!
//! The compiled masks must agree with [`may`] and [`may_read_all`] on every cell. [`words`] is also what `EXPLAIN ACCESS` prints.

use crate::footprint::{at, looked_at};
use crate::reach::{Reach, RightsDimensions};
use crate::{
    Action, BLANK, EffectiveRole, Facts, Footprint, Half, Inheritance, Mode, Path, Permission, Policy, Principal, Rule, Target, Word,
};

/// Who asks for what.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The model.
    pub facts: &'a dyn Facts,
    /// The person.
    pub who: &'a Principal,
    /// Reading or writing.
    pub half: Half,
    /// What is asked for.
    pub target: &'a Target,
}

/// Whether a cell may be read, or written; its items as [`Mask::allows`](crate::Mask::allows) takes them.
pub fn may(asked: Question<'_>, cell: &[u32]) -> bool {
    let Some(role) = asked.policy.role_of(asked.who) else { return false };
    let shown = role.permits(Permission::DefineSecurity) || !asked.target.is_rights(asked.facts.schema());
    let read_too = asked.half == Half::Read || may(Question { half: Half::Read, ..asked }, cell);
    shown && read_too && said_so(asked, cell) && exists(asked, cell) && may_read_formula(asked, cell)
}

/// Steps 1 and 2: some word allows and none denies, or nobody speaks of it.
fn said_so(asked: Question<'_>, cell: &[u32]) -> bool {
    let told = |words: Vec<Word>| !words.contains(&Word::Denied) && words.contains(&Word::Allowed);
    words(asked, cell).is_none_or(|words| told(words.into_iter().map(|(_, word)| word).collect()))
}

/// Whether the person has a role, and sees every item that the cell is keyed by.
fn exists(asked: Question<'_>, cell: &[u32]) -> bool {
    let Question { policy, facts, who, target, .. } = asked;
    let (Some(role), Some(keys)) = (policy.role_of(who), target.keys(facts.schema())) else { return false };
    let own = |of| role.permits(Permission::DefineSecurity) || policy.lines_of(who, Some(&role), of).contains(&at(cell, 0));
    keys.iter().all(|&(position, dimension)| match target {
        Target::Items(_) => facts.schema().dimension(dimension).and_then(|def| def.system).is_none_or(own),
        Target::List(_) if at(cell, position) == BLANK => true,
        _ => may(Question { half: Half::Read, target: &Target::Items(dimension), ..asked }, &[at(cell, position)]),
    })
}

/// Step 3: the formula of the target, if it has one.
fn may_read_formula(asked: Question<'_>, cell: &[u32]) -> bool {
    let inherits = asked.policy.inheritance() == Inheritance::On && !asked.policy.rules().is_empty();
    let footprints = asked.facts.footprints();
    let formula = footprints.get(asked.target).filter(|_| inherits);
    formula.is_none_or(|formula| !footprints.is_circular(asked.target) && may_read_all(asked, formula, cell))
}

/// Whether everything may be read that a formula reads for a cell. The question is whose; its target and half do not matter.
pub fn may_read_all(asked: Question<'_>, footprint: &Footprint, cell: &[u32]) -> bool {
    let of = |target| Question { half: Half::Read, target, ..asked };
    let heard = |target, speaks: bool| (!speaks || said_so(of(target), cell)) && may_read_formula(of(target), cell);
    match footprint {
        Footprint::Target(target) => exists(of(target), cell) && heard(target, is_spoken_of(of(target))),
        Footprint::Words(target) => heard(target, !speaking(of(target)).is_empty()),
        Footprint::Together(all) => all.iter().all(|one| may_read_all(asked, one, cell)),
        Footprint::Seen { inside, looks } => {
            looked_at(looks, cell).is_some_and(|cells| cells.iter().all(|cell| may_read_all(asked, inside, cell)))
        }
    }
}

/// Whether some rule speaks of the target, directly or by inheritance.
fn is_spoken_of(asked: Question<'_>) -> bool {
    let footprints = asked.facts.footprints();
    let mut reads = footprints.get(asked.target).into_iter().flat_map(Footprint::reads);
    !speaking(asked).is_empty() || footprints.is_circular(asked.target) || reads.any(|target| is_spoken_of(Question { target, ..asked }))
}

fn speaking(asked: Question<'_>) -> Vec<&Rule> {
    asked.policy.rules().iter().filter(|rule| rule.speaks(asked.half, asked.target, asked.facts.schema())).collect()
}

/// The words on a cell: the role default (`None`), then rule by rule. `None` at all: no rule speaks of these items or this
/// property, so everybody may.
pub fn words<'a>(asked: Question<'a>, cell: &[u32]) -> Option<Vec<(Option<&'a Rule>, Word)>> {
    let role = asked.policy.role_of(asked.who)?;
    let rules = speaking(asked);
    if asked.target.is_open() && rules.is_empty() {
        return None;
    }
    let ignored = !asked.who.is_owner() && rules.iter().any(|rule| matches!(rule.action, Action::IgnoreDefault { .. }));
    let default = (!ignored).then(|| (None, role.default_word(asked.half)));
    let applied = rules.into_iter().filter(|rule| rule.rights().is_some());
    let said = applied.flat_map(|rule| said(asked, &role, rule, cell).into_iter().map(move |word| (Some(rule), word)));
    Some(default.into_iter().chain(said).collect())
}

/// One word per way to read the rule at the cell; a rule that cannot be read denies.
fn said(asked: Question<'_>, role: &EffectiveRole, rule: &Rule, cell: &[u32]) -> Vec<Word> {
    let Question { policy, facts, who, half, target } = asked;
    let shape = rule.rights().and_then(|rights| Some((rights, RightsDimensions::of(rights, facts.schema()).ok()?)));
    let (Some((rights, shape)), Some(keys)) = (shape, target.keys(facts.schema())) else { return vec![Word::Denied] };
    let ways = rule.readings(&shape.others, &keys, facts.schema());
    let word = |way: &Vec<Reach<'_>>| {
        let coordinate = way.iter().map(|reach| end(facts, at(cell, reach.position), reach.path)).collect::<Vec<_>>();
        let mut heard = Vec::new();
        for line in policy.lines_of(who, Some(role), shape.principal) {
            let half = |right: smalt_model::Rights| if half == Half::Read { right.read } else { right.write };
            facts.words(rights, line, &mut |there, right| heard.extend(half(right).filter(|_| there == coordinate)));
        }
        match (heard.contains(&false), heard.contains(&true), policy.mode()) {
            (true, _, _) => Word::Denied,
            (false, true, _) => Word::Allowed,
            (false, false, Mode::Strict) if !who.is_owner() => Word::Denied,
            (false, false, _) => Word::Unspecified,
        }
    };
    if ways.is_empty() { vec![Word::Denied] } else { ways.iter().map(word).collect() }
}

fn end(facts: &dyn Facts, item: u32, path: Option<&Path>) -> u32 {
    path.map_or(item, |path| facts.path(path).get(item as usize).copied().unwrap_or(BLANK))
}

impl std::fmt::Debug for Question<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").field("who", self.who).field("half", &self.half).field("target", self.target).finish_non_exhaustive()
    }
}
