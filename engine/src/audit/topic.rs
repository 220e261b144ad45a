//! Which statements are events of their own, and what they name.

use smalt_formula::{parse, referenced_names, security_call};

use super::event::{Class, Thing};
use crate::permit::is_system;
use crate::statement::Statement;
use crate::statement::ast::{
    AlterApplication, AlterGroup, AlterMetric, Explain, Formula, Grantee, Name, ObjectKind, Recalculate, RightsMode, Sql, TypeWord,
};

/// What a statement is about, told from its form alone.
#[derive(Debug)]
pub(super) struct Topic<'a> {
    pub(super) class: Class,
    /// The names in it, not yet looked up.
    pub(super) names: Vec<(Sort, &'a Name)>,
    /// Whether it is about the cells of a scenario, or a formula of that one alone.
    pub(super) is_data: bool,
    /// What it says that is no name of anything.
    pub(super) words: Vec<(Thing, String)>,
    /// The query whose blocks it is about.
    pub(super) query: Option<&'a Sql>,
    /// The blocks that a formula in it may name.
    pub(super) blocks: Vec<String>,
}

/// What a name is looked up among.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Block,
    User,
    Role,
    Group,
    Rule,
    Scenario,
    View,
    Table,
    Snapshot,
}

impl<'a> Topic<'a> {
    fn new(class: Class, names: Vec<(Sort, &'a Name)>) -> Topic<'a> {
        Topic { class, names, is_data: false, words: Vec::new(), query: None, blocks: Vec::new() }
    }

    fn model(name: &'a Name) -> Topic<'a> {
        let class = if is_system(&name.text) { Class::Security } else { Class::Administration };
        Topic::new(class, vec![(Sort::Block, name)])
    }

    fn data(name: &'a Name) -> Topic<'a> {
        let class = if is_system(&name.text) { Class::Security } else { Class::Application };
        Topic { is_data: true, ..Topic::new(class, vec![(Sort::Block, name)]) }
    }

    fn security(names: impl IntoIterator<Item = (Sort, &'a Name)>) -> Topic<'a> {
        Topic::new(Class::Security, names.into_iter().collect())
    }

    /// Something of the model that is no block.
    fn named(sort: Sort, name: &'a Name) -> Topic<'a> {
        Topic::new(Class::Administration, vec![(sort, name)])
    }

    /// A formula that tells rights, or cells whatever rights say.
    fn past_rights(formula: &Formula) -> Option<Topic<'a>> {
        let expr = parse(&formula.text).ok()?;
        security_call(&expr)?;
        Some(Topic { is_data: true, blocks: referenced_names(&expr), ..Topic::new(Class::Security, Vec::new()) })
    }

    /// The topic of a statement; `None` for questions and for what only steers a session. Where a permission is missing, they are events
    /// too ([`Topic::question`]).
    pub(super) fn of(statement: &'a Statement) -> Option<Topic<'a>> {
        use Statement as S;
        let plain = |class| Topic::new(class, Vec::new());
        Some(match statement {
            S::Evaluate(formula) => return Topic::past_rights(formula),
            S::Query(_)
            | S::Show(_)
            | S::Describe(_)
            | S::VerifyAudit
            | S::CompareScenarios(_)
            | S::Explain(Explain::Query { .. } | Explain::Formula(_) | Explain::Value { .. })
            | S::Begin
            | S::Commit
            | S::Rollback
            | S::UseScenario(_) => return None,

            S::Explain(Explain::Access { user, metric, .. }) => Topic::security([(Sort::User, user), (Sort::Block, metric)]),
            S::Explain(Explain::Leaks(metric)) => Topic::security([(Sort::Block, metric)]),
            S::ExecuteAs { query, .. } => Topic { is_data: true, query: Some(query), ..plain(Class::Security) },

            S::CreateMetric(create) if create.ty.word == TypeWord::Rights => Topic::security([(Sort::Block, &create.name)]),
            S::CreateMetric(create) => Topic::model(&create.name),
            S::CreateDimension(create) => Topic::model(&create.name),
            S::CreateSubset(create) => Topic::model(&create.name),
            S::CreateList(create) => Topic::model(&create.name),
            S::AlterMetric {
                metric: name,
                change: AlterMetric::Formula { scenario: Some(_), .. } | AlterMetric::DropFormula { scenario: Some(_) },
            } => Topic { is_data: true, ..Topic::model(name) },
            S::AlterMetric { metric: name, .. }
            | S::AlterDimension { dimension: name, .. }
            | S::AlterSubset { subset: name, .. }
            | S::AlterList { list: name, .. } => Topic::model(name),
            S::Comment(comment) => match comment.kind {
                ObjectKind::Metric | ObjectKind::Dimension | ObjectKind::Subset | ObjectKind::List => Topic::model(&comment.name),
                ObjectKind::Table => Topic::named(Sort::Table, &comment.name),
                ObjectKind::View => Topic::named(Sort::View, &comment.name),
                ObjectKind::Scenario => Topic::named(Sort::Scenario, &comment.name),
                ObjectKind::Snapshot => Topic::named(Sort::Snapshot, &comment.name),
                _ => plain(Class::Administration),
            },
            S::Drop(drop) => match drop.kind {
                ObjectKind::Metric | ObjectKind::Dimension | ObjectKind::Subset | ObjectKind::List => Topic::model(&drop.name),
                ObjectKind::User => Topic::security([(Sort::User, &drop.name)]),
                ObjectKind::Role => Topic::security([(Sort::Role, &drop.name)]),
                ObjectKind::Group => Topic::security([(Sort::Group, &drop.name)]),
                ObjectKind::Rule => Topic::security([(Sort::Rule, &drop.name)]),
                ObjectKind::Table => Topic::named(Sort::Table, &drop.name),
                ObjectKind::View => Topic::named(Sort::View, &drop.name),
                ObjectKind::Scenario => Topic::named(Sort::Scenario, &drop.name),
                ObjectKind::Snapshot => Topic::named(Sort::Snapshot, &drop.name),
            },
            S::Recalculate(Recalculate::Metrics(names)) => {
                Topic { is_data: true, ..Topic::new(Class::Administration, names.iter().map(|name| (Sort::Block, name)).collect()) }
            }
            S::Recalculate(Recalculate::Scenarios(names) | Recalculate::All(names)) => {
                Topic::new(Class::Administration, names.iter().map(|name| (Sort::Scenario, name)).collect())
            }
            S::Recalculate(Recalculate::Stale) | S::CreateCalendar(_) | S::SetAutocalc(_) => plain(Class::Administration),
            S::CreateTable(create) => Topic::named(Sort::Table, &create.name),
            S::AlterTable { table, .. } => Topic::named(Sort::Table, table),
            S::CreateView(create) => Topic::named(Sort::View, &create.name),
            S::AlterView { view, .. } => Topic::named(Sort::View, view),
            S::CreateScenario(create) => {
                let names = std::iter::once(&create.name).chain(&create.source);
                Topic::new(Class::Administration, names.map(|name| (Sort::Scenario, name)).collect())
            }
            S::AlterScenario { scenario, .. } | S::RebaseScenario(scenario) => Topic::named(Sort::Scenario, scenario),
            S::MergeScenario(merge) => {
                Topic::new(Class::Administration, vec![(Sort::Scenario, &merge.source), (Sort::Scenario, &merge.target)])
            }
            S::Revert(to) => Topic { words: vec![(Thing::Revision, to.number.to_string())], ..plain(Class::Administration) },
            S::CreateSnapshot(name) => Topic::named(Sort::Snapshot, name),

            S::Copy(copy) => Topic::data(&copy.target),
            S::Insert(insert) => Topic::data(&insert.target),
            S::Update(update) => Topic::data(&update.target),
            S::Delete(delete) => Topic::data(&delete.target),
            S::CopyTo(copy) => Topic { is_data: true, query: Some(&copy.query), ..plain(Class::Application) },

            S::CreateUser(create) => Topic::security([(Sort::User, &create.name)]),
            S::AlterUser { user, .. } => Topic::security([(Sort::User, user)]),
            S::CreateGroup(name) => Topic::security([(Sort::Group, name)]),
            S::AlterGroup { group, change: AlterGroup::AddUsers(users) | AlterGroup::DropUsers(users) } => {
                Topic::security(std::iter::once((Sort::Group, group)).chain(users.iter().map(|user| (Sort::User, user))))
            }
            S::AlterGroup { group, change: AlterGroup::Rename(_) } => Topic::security([(Sort::Group, group)]),
            S::CreateRole(create) => Topic::security([(Sort::Role, &create.name)]),
            S::AlterRole { role, .. } => Topic::security([(Sort::Role, role)]),
            S::GrantScenario { right, scenario, role } => {
                let words = vec![(Thing::Right, right.word().to_owned())];
                Topic { words, ..Topic::security([(Sort::Role, role), (Sort::Scenario, scenario)]) }
            }
            S::GrantRole { role, to: grantee } | S::RevokeRole { role, from: grantee } => {
                let grantee = match grantee {
                    Grantee::User(name) => Some((Sort::User, name)),
                    Grantee::Group(name) => Some((Sort::Group, name)),
                    Grantee::AllUsers => None,
                };
                Topic::security(std::iter::once((Sort::Role, role)).chain(grantee))
            }
            S::CreateRule(create) => Topic::security([(Sort::Rule, &create.name)]),
            S::AlterApplication(to) => {
                let set = match to {
                    AlterApplication::AccessRights(RightsMode::Strict) => "ACCESS RIGHTS STRICT",
                    AlterApplication::AccessRights(RightsMode::ThreeState) => "ACCESS RIGHTS THREE STATE",
                    AlterApplication::Inheritance(true) => "INHERITANCE ON",
                    AlterApplication::Inheritance(false) => "INHERITANCE OFF",
                };
                Topic { words: vec![(Thing::Setting, set.to_owned())], ..plain(Class::Security) }
            }
        })
    }

    /// The topic of a question that was refused: which blocks it names is not looked up.
    pub(super) fn question() -> Topic<'a> {
        Topic::new(Class::Application, Vec::new())
    }
}
