//! What the audit keeps of what happened. No field can hold a value, a formula or the text of a statement.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smalt_model::{Block, DimensionId, ListId, MetricId, ScenarioId};
use smalt_security::UserKind;

use super::clock::Moment;

/// A deed with its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    /// Its place, from 1.
    pub(crate) number: u64,
    /// When it was written down; for a change, just before that came into effect.
    pub(crate) time: Moment,
    #[serde(rename = "event")]
    pub(crate) deed: Deed,
}

/// What somebody did, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deed {
    pub(crate) class: Class,
    /// The words that a statement begins with, or what else was done.
    pub(crate) action: Cow<'static, str>,
    pub(crate) outcome: Outcome,
    pub(crate) who: Who,
    /// Whose eyes `who` borrowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) impersonated: Option<Who>,
    /// What the statement named, as far as it was there before or after it: by the name of that time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) about: Vec<Named>,
    /// The scenario whose cells it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scenario: Option<Cow<'static, str>>,
    /// Which one that was: a later one may have its name. `None` also in what earlier versions wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scenario_id: Option<ScenarioId>,
    /// How many cells, items or rows were written or answered with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cells: Option<u64>,
    /// The revision that the change made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<u64>,
}

impl Deed {
    /// The deed that takes back those of a revision that did not come about. It was the same person's.
    pub(crate) fn taking_back(revision: u64, who: Who) -> Deed {
        Deed {
            class: Class::Administration,
            action: Cow::Borrowed(COMMIT),
            outcome: Outcome::Failed,
            who,
            impersonated: None,
            about: Vec::new(),
            scenario: None,
            scenario_id: None,
            cells: None,
            revision: Some(revision),
        }
    }

    /// The revision whose deeds this one takes back: they failed, whatever they say.
    pub(crate) fn takes_back(&self) -> Option<u64> {
        self.revision.filter(|_| self.outcome == Outcome::Failed && self.action == COMMIT)
    }

    /// Something that is not a statement and is about no block.
    pub(crate) fn plain(class: Class, action: &'static str, outcome: Outcome, who: Who) -> Deed {
        let deed = Deed::taking_back(0, who);
        Deed { class, action: Cow::Borrowed(action), outcome, revision: None, ..deed }
    }
}

const COMMIT: &str = "COMMIT";

/// The classes of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Class {
    /// Sessions.
    Login,
    /// The model: blocks, formulas, views, scenarios; the audit itself.
    Administration,
    /// People, roles, rules, rights, and whoever looks through another's eyes.
    Security,
    /// Data: cells, items, rows, exports, and questions that were refused.
    Application,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Class::Login => "login",
            Class::Administration => "administration",
            Class::Security => "security",
            Class::Application => "application",
        })
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It was done.
    Done,
    /// A permission or a right was missing.
    Refused,
    /// Something else was wrong; nothing of it was kept.
    Failed,
    /// It was done in a transaction that was not committed.
    RolledBack,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
            Outcome::RolledBack => "rolled back",
        })
    }
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Who {
    /// The application's owner, whoever holds it.
    Owner,
    /// A user, by item of `User` and by the name and kind of that time.
    User { item: u32, name: Arc<str>, kind: Kind },
    /// A name that was no user's, of which a session was asked for or another's eyes.
    Nobody { name: Arc<str> },
}

/// As much of a name that is no user's is kept: in characters.
const LONGEST_NAME: usize = 200;

impl Who {
    /// Whoever would bear a name that is no user's.
    pub(crate) fn nobody(name: &str) -> Who {
        Who::Nobody { name: name.chars().take(LONGEST_NAME).collect::<String>().into() }
    }
}

/// What a user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Human,
    Service,
    AiAgent,
}

impl From<UserKind> for Kind {
    fn from(kind: UserKind) -> Kind {
        match kind {
            UserKind::Human => Kind::Human,
            UserKind::Service => Kind::Service,
            UserKind::AiAgent => Kind::AiAgent,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Human => "human",
            Kind::Service => "service",
            Kind::AiAgent => "AI agent",
        })
    }
}

/// A thing with the name that it had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    pub(crate) thing: Thing,
    pub(crate) name: Arc<str>,
}

/// What a statement can be about. Ids and items are never given again, so that a later thing of the same name is not taken for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Thing {
    Dimension(DimensionId),
    Metric(MetricId),
    List(ListId),
    User(u32),
    Role(u32),
    Group(u32),
    Rule,
    Scenario(ScenarioId),
    View,
    Table,
    Snapshot,
    /// By its number.
    Revision,
    /// What of the application was set, and how.
    Setting,
    /// What was granted on a scenario.
    Right,
}

impl Thing {
    /// The block that it is.
    pub(crate) fn block(self) -> Option<Block> {
        match self {
            Thing::Dimension(id) => Some(Block::Dimension(id)),
            Thing::Metric(id) => Some(Block::Metric(id)),
            Thing::List(id) => Some(Block::List(id)),
            _ => None,
        }
    }
}

impl From<Block> for Thing {
    fn from(block: Block) -> Thing {
        match block {
            Block::Dimension(id) => Thing::Dimension(id),
            Block::Metric(id) => Thing::Metric(id),
            Block::List(id) => Thing::List(id),
        }
    }
}
