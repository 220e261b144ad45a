//! The effective right in plain code: steps 1, 2, 4 and 6 of the contract, one cell at a time, no sets and no shortcuts.
//!
//! The compiled masks must agree with [`may`] on every cell. [`words`] is also what `EXPLAIN ACCESS` prints.

use crate::reach::{Reach, RightsDimensions};
use crate::{Action, BLANK, EffectiveRole, Facts, Half, Mode, Path, Permission, Policy, Principal, Rule, Target, Word};

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
    let Question { policy, facts, who, half, target } = asked;
    let (Some(role), Some(keys)) = (policy.role_of(who), target.keys(facts.schema())) else { return false };
    let allowed = words(asked, cell)
        .is_none_or(|words| words.iter().all(|(_, word)| *word != Word::Denied) && words.iter().any(|(_, word)| *word == Word::Allowed));
    let defines = role.permits(Permission::DefineSecurity);
    let seen = |dimension, item| may(Question { half: Half::Read, target: &Target::Items(dimension), ..asked }, &[item]);
    let empty = |item| item == BLANK && matches!(target, Target::List(_));
    let exists = keys.iter().all(|&(position, dimension)| match target {
        Target::Items(_) => {
            let system = facts.schema().dimension(dimension).and_then(|def| def.system);
            defines || system.is_none_or(|of| policy.lines_of(who, Some(&role), of).contains(&at(cell, position)))
        }
        _ => empty(at(cell, position)) || seen(dimension, at(cell, position)),
    });
    let read_too = half == Half::Read || may(Question { half: Half::Read, ..asked }, cell);
    allowed && exists && read_too && (defines || !target.is_rights(facts.schema()))
}

/// The words on a cell: the role default (`None`), then rule by rule. `None` at all: no rule speaks of these items or this
/// property, so everybody may.
pub fn words<'a>(asked: Question<'a>, cell: &[u32]) -> Option<Vec<(Option<&'a Rule>, Word)>> {
    let Question { policy, facts, who, half, target } = asked;
    let role = policy.role_of(who)?;
    let speaks = |rule: &&Rule| rule.halves().contains(half) && rule.covers(target, facts.schema());
    let rules = policy.rules().iter().filter(speaks).collect::<Vec<_>>();
    if target.is_open() && rules.is_empty() {
        return None;
    }
    let ignored = !who.is_owner() && rules.iter().any(|rule| matches!(rule.action, Action::IgnoreDefault { .. }));
    let default = (!ignored).then(|| (None, role.default_word(half)));
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

fn at(cell: &[u32], position: usize) -> u32 {
    cell.get(position).copied().unwrap_or(BLANK)
}

impl std::fmt::Debug for Question<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").field("who", self.who).field("half", &self.half).field("target", self.target).finish_non_exhaustive()
    }
}
