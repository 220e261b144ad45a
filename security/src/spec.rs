//! The effective right in plain code: steps 1 to 4 and 6 of the contract, one cell at a time, no sets and no shortcuts.
//!
//! The compiled masks must agree with [`may`] and [`may_read_all`] on every cell. [`words`] is also what `EXPLAIN ACCESS` prints.

use crate::footprint::{at, seen};
use crate::reach::Reach;
use crate::{Action, BLANK, EffectiveRole, Facts, Footprint, Half, Inheritance, Mode, Permission, Policy, Principal, Rule, Target, Word};

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
    let shown = |role: EffectiveRole| role.permits(Permission::DefineSecurity) || !asked.target.is_rights(asked.facts.schema());
    let read_too = asked.half == Half::Read || may(Question { half: Half::Read, ..asked }, cell);
    asked.policy.role_of(asked.who).is_some_and(shown) && read_too && said_so(asked, cell) && exists(asked, cell) && inherits(asked, cell)
}

/// Steps 1 and 2: some word allows and none denies, or nobody speaks of it.
fn said_so(asked: Question<'_>, cell: &[u32]) -> bool {
    let is = |words: &[(_, Word)], word| words.iter().any(|(_, said)| *said == word);
    words(asked, cell).is_none_or(|words| is(&words, Word::Allowed) && !is(&words, Word::Denied))
}

/// Whether the person has a role, and sees every item that the cell is keyed by.
fn exists(asked: Question<'_>, cell: &[u32]) -> bool {
    let (Some(role), Some(keys)) = (asked.policy.role_of(asked.who), asked.target.keys(asked.facts.schema())) else { return false };
    let own = |of| role.permits(Permission::DefineSecurity) || asked.policy.lines_of(asked.who, Some(&role), of).contains(&at(cell, 0));
    keys.iter().all(|&(position, dimension)| match asked.target {
        Target::Items(_) => asked.facts.schema().dimension(dimension).and_then(|def| def.system).is_none_or(own),
        Target::List(_) if at(cell, position) == BLANK => true,
        _ => may(Question { half: Half::Read, target: &Target::Items(dimension), ..asked }, &[at(cell, position)]),
    })
}

/// Step 3: whether all may be read that the formula of the target reads, if it has one.
fn inherits(asked: Question<'_>, cell: &[u32]) -> bool {
    let off = asked.policy.inheritance() == Inheritance::Off;
    off || asked.facts.footprints().get(&asked.target.whole(asked.facts.schema())).is_none_or(|formula| may_read_all(asked, formula, cell))
}

/// Whether everything may be read that a formula reads for a cell. The question is whose; its target and half do not matter.
pub fn may_read_all(asked: Question<'_>, footprint: &Footprint, cell: &[u32]) -> bool {
    let of = |target| Question { half: Half::Read, target, ..asked };
    let may_hear = |target, spoken: bool| !spoken || said_so(of(target), cell);
    match footprint {
        Footprint::Target(target) => exists(of(target), cell) && may_hear(target, is_spoken_of(of(target))) && inherits(of(target), cell),
        Footprint::Words(target) => may_hear(target, !speaking(of(target)).is_empty()),
        Footprint::Together(all) => all.iter().all(|one| may_read_all(asked, one, cell)),
        Footprint::Seen { inside, looks } => seen(looks, cell).is_some_and(|all| all.iter().all(|at| may_read_all(asked, inside, at))),
    }
}

/// Whether some rule speaks of the target, directly or by inheritance.
fn is_spoken_of(asked: Question<'_>) -> bool {
    let reads = |formula: &Footprint| {
        let named = formula.named().into_iter().map(|(target, whole)| (Question { target, ..asked }, whole));
        named.into_iter().any(|(of, whole)| if whole { is_spoken_of(of) } else { !speaking(of).is_empty() })
    };
    !speaking(asked).is_empty() || asked.facts.footprints().get(asked.target).is_some_and(reads)
}

fn speaking(asked: Question<'_>) -> Vec<&Rule> {
    asked.policy.rules().iter().filter(|rule| rule.speaks(asked.half, asked.target, asked.facts.schema())).collect()
}

/// The words on a cell: the role default (`None`), then rule by rule. `None` at all: no rule speaks of these items or this
/// property, so everybody may.
pub fn words<'a>(asked: Question<'a>, cell: &[u32]) -> Option<Vec<(Option<&'a Rule>, Word)>> {
    let role = asked.policy.role_of(asked.who)?;
    let rules = Some(speaking(asked)).filter(|rules| !asked.target.is_open() || !rules.is_empty())?;
    let ignored = !asked.who.is_owner() && rules.iter().any(|rule| matches!(rule.action, Action::IgnoreDefault { .. }));
    let default = (!ignored).then(|| (None, role.default_word(asked.half)));
    let said = rules.into_iter().flat_map(|rule| said(asked, &role, rule, cell).into_iter().map(move |word| (Some(rule), word)));
    Some(default.into_iter().chain(said).collect())
}

/// One word per way to read the rule at the cell; a rule that cannot be read denies. Of several lines one FALSE denies, else one
/// TRUE allows.
fn said(asked: Question<'_>, role: &EffectiveRole, rule: &Rule, cell: &[u32]) -> Vec<Word> {
    let Question { policy, facts, who, half, target } = asked;
    let Some(rights) = rule.rights() else { return Vec::new() };
    let Some((principal, ways)) = rule.ways(target, facts.schema()) else { return vec![Word::Denied] };
    let unset = if policy.mode() == Mode::Strict && !who.is_owner() { Word::Denied } else { Word::Unspecified };
    let word = |way: &Vec<Reach<'_>>| {
        let there = way.iter().map(|reach| reach.end(facts, cell)).collect::<Vec<_>>();
        let mut heard = Vec::new();
        for line in policy.lines_of(who, Some(role), principal) {
            facts.words(rights, line, &mut |here, right| heard.extend(half.of(right).filter(|_| here == there)));
        }
        heard.into_iter().min().map_or(unset, |yes| if yes { Word::Allowed } else { Word::Denied })
    };
    ways.iter().map(word).collect()
}

impl std::fmt::Debug for Question<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").field("who", self.who).field("half", &self.half).field("target", self.target).finish_non_exhaustive()
    }
}
