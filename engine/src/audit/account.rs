//! What is known of a statement while it runs, until it is an event.

use std::borrow::Cow;
use std::sync::Arc;

use smalt_model::{Block, Saved, ScenarioId, SystemDimension, Type};
use smalt_security::{Policy, Principal};
use smalt_vault::Revision;

use super::event::{Class, Deed, Named, Outcome, Thing, Who};
use super::topic::{Sort, Topic};
use crate::history::Snapshots;
use crate::look;
use crate::scenario::Scenarios;
use crate::statement::Statement;
use crate::statement::ast::Name;

/// What there is, before a statement or after it.
#[derive(Clone, Copy)]
pub(crate) struct Present<'a> {
    pub(crate) revision: &'a Revision,
    pub(crate) policy: &'a Policy,
    pub(crate) scenarios: &'a Scenarios,
    pub(crate) snapshots: &'a Snapshots,
}

/// The account of a statement that is an event of its own.
#[derive(Debug)]
pub(crate) struct Account<'a> {
    topic: Topic<'a>,
    deed: Deed,
}

impl<'a> Account<'a> {
    /// Begins one, with what there is before the statement. `None` for a question, and for what only steers a session.
    pub(crate) fn begin(
        statement: &'a Statement,
        principal: &Principal,
        present: Present<'_>,
        (scenario, name): (ScenarioId, &str),
    ) -> Option<Account<'a>> {
        let account = Account::on(Topic::of(statement)?, statement, principal, present);
        let scenario = account.topic.is_data.then(|| (scenario, Cow::Owned(name.to_owned())));
        let (scenario_id, scenario) = scenario.unzip();
        Some(Account { deed: Deed { scenario, scenario_id, ..account.deed }, ..account })
    }

    /// Whether a statement is an event only where it is refused.
    pub(crate) fn is_question(statement: &Statement) -> bool {
        Topic::of(statement).is_none()
    }

    /// The account of a question that was refused for want of a permission.
    pub(crate) fn of_question(statement: &'a Statement, principal: &Principal, present: Present<'_>) -> Account<'a> {
        Account::on(Topic::question(), statement, principal, present)
    }

    fn on(topic: Topic<'a>, statement: &Statement, principal: &Principal, present: Present<'_>) -> Account<'a> {
        let Present { revision, policy, .. } = present;
        // Also where there is no such user: else the refusal would tell the two apart to who may not know.
        let impersonated = match statement {
            Statement::ExecuteAs { user, .. } => Some(match item(revision, SystemDimension::User, &user.text) {
                Some(item) => who(&Principal::User(item), revision, policy),
                None => Who::nobody(&user.text),
            }),
            _ => None,
        };
        let names = topic.names.iter().filter_map(|(sort, name)| find(*sort, name, present));
        let words = topic.words.iter().map(|(thing, word)| Named { thing: *thing, name: word.as_str().into() });
        let asked = topic.query.and_then(|query| smalt_query::reading(revision.schema(), &query.text).ok());
        let named = topic.blocks.iter().filter_map(|name| revision.schema().find(name));
        let blocks = asked.into_iter().flat_map(|reading| reading.blocks).chain(named).map(|block| block_named(revision, block));
        let deed = Deed {
            class: topic.class,
            action: Cow::Borrowed(statement.title()),
            outcome: Outcome::Done,
            who: who(principal, revision, policy),
            impersonated,
            about: names.chain(blocks).chain(words).collect(),
            scenario: None,
            scenario_id: None,
            cells: None,
            revision: None,
        };
        let is_rights = |named: &Named| match named.thing {
            Thing::Metric(id) => revision.schema().metric(id).is_some_and(|def| def.ty == Type::Rights),
            _ => false,
        };
        let class = if deed.about.iter().any(is_rights) { Class::Security } else { deed.class };
        Account { topic, deed: Deed { class, ..deed } }
    }

    /// Looks again for what was not there before the statement.
    pub(crate) fn see(&mut self, present: Present<'_>) {
        let is_name = |named: &&Named| !self.topic.words.iter().any(|(thing, _)| *thing == named.thing);
        if self.deed.about.iter().filter(is_name).count() < self.topic.names.len() {
            let missing = |sort: Sort, name: &Name| find(sort, name, present).filter(|named| !self.deed.about.contains(named));
            let new: Vec<Named> = self.topic.names.iter().filter_map(|(sort, name)| missing(*sort, name)).collect();
            self.deed.about.extend(new);
        }
    }

    /// Takes down how many cells, items or rows were written or answered with.
    pub(crate) fn count(&mut self, cells: Option<u64>) {
        self.deed.cells = cells;
    }

    /// The event that it comes to. What was not done touched nothing.
    pub(crate) fn close(&self, outcome: Outcome) -> Deed {
        let cells = self.deed.cells.filter(|_| outcome == Outcome::Done);
        Deed { outcome, cells, ..self.deed.clone() }
    }
}

/// A principal as the audit names it.
pub(crate) fn who(principal: &Principal, revision: &Revision, policy: &Policy) -> Who {
    match *principal {
        Principal::Owner { .. } => Who::Owner,
        Principal::User(user) => {
            let kind = policy.user(user).map(|user| user.kind).unwrap_or_default();
            Who::User { item: user, name: name(revision, SystemDimension::User, user), kind: kind.into() }
        }
    }
}

/// Something that a session does without a statement.
pub(crate) fn by(
    class: Class,
    action: &'static str,
    principal: &Principal,
    outcome: Outcome,
    revision: &Revision,
    policy: &Policy,
) -> Deed {
    Deed::plain(class, action, outcome, who(principal, revision, policy))
}

fn item(revision: &Revision, which: SystemDimension, name: &str) -> Option<u32> {
    revision.schema().system(which).and_then(|def| revision.items(def.id).find(name))
}

fn name(revision: &Revision, which: SystemDimension, item: u32) -> Arc<str> {
    let name = revision.schema().system(which).and_then(|def| revision.items(def.id).name(item).map(|name| Arc::from(&**name)));
    name.unwrap_or_else(|| Arc::from(""))
}

fn block_named(revision: &Revision, block: Block) -> Named {
    Named { thing: block.into(), name: look::name_of(revision.schema(), block).into() }
}

fn find(sort: Sort, wanted: &Name, present: Present<'_>) -> Option<Named> {
    let Present { revision, policy, scenarios, snapshots } = present;
    let of = |which, thing: fn(u32) -> Thing| {
        let item = item(revision, which, &wanted.text)?;
        Some(Named { thing: thing(item), name: name(revision, which, item) })
    };
    match sort {
        Sort::Block => revision.schema().find(&wanted.text).map(|block| block_named(revision, block)),
        Sort::User => of(SystemDimension::User, Thing::User),
        Sort::Role => of(SystemDimension::Role, Thing::Role),
        Sort::Group => of(SystemDimension::Group, Thing::Group),
        Sort::Rule => policy.rule(&wanted.text).map(|rule| Named { thing: Thing::Rule, name: rule.name.as_str().into() }),
        Sort::Scenario => {
            let scenario = scenarios.find(&wanted.text)?;
            Some(Named { thing: Thing::Scenario(scenario.id), name: Arc::clone(&scenario.name) })
        }
        Sort::View | Sort::Table => {
            let thing = match revision.schema().saved(&wanted.text)? {
                Saved::View(_) => Thing::View,
                Saved::Table(_) => Thing::Table,
            };
            Some(Named { thing, name: Arc::clone(revision.schema().saved(&wanted.text)?.name()) })
        }
        Sort::Snapshot => snapshots.find(&wanted.text).map(|named| Named { thing: Thing::Snapshot, name: Arc::clone(&named.name) }),
    }
}
