//! Which statements are events of their own, and what they name.

use super::event::Class;
use crate::permit::is_system;
use crate::statement::Statement;
use crate::statement::ast::{AlterGroup, AlterMetric, Explain, Grantee, Name, ObjectKind, Recalculate, TypeWord};

/// What a statement is about, told from its form alone.
#[derive(Debug)]
pub(super) struct Topic<'a> {
    pub(super) class: Class,
    /// The names in it, not yet looked up.
    pub(super) names: Vec<(Sort, &'a Name)>,
    /// Whether it is about the cells of a scenario, or a formula of that one alone.
    pub(super) is_data: bool,
}

/// What a name is looked up among.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Block,
    User,
    Role,
    Group,
    Rule,
}

impl<'a> Topic<'a> {
    fn new(class: Class, names: Vec<(Sort, &'a Name)>) -> Topic<'a> {
        Topic { class, names, is_data: false }
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

    /// The topic of a statement; `None` for questions and for what only steers a session. Where a permission is missing, they are events
    /// too ([`Topic::question`]).
    pub(super) fn of(statement: &'a Statement) -> Option<Topic<'a>> {
        use Statement as S;
        let plain = |class| Topic::new(class, Vec::new());
        Some(match statement {
            S::Query(_)
            | S::Evaluate(_)
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
            S::ExecuteAs { .. } => Topic { is_data: true, ..plain(Class::Security) },

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
                _ => plain(Class::Administration),
            },
            S::Drop(drop) => match drop.kind {
                ObjectKind::Metric | ObjectKind::Dimension | ObjectKind::Subset | ObjectKind::List => Topic::model(&drop.name),
                ObjectKind::User => Topic::security([(Sort::User, &drop.name)]),
                ObjectKind::Role => Topic::security([(Sort::Role, &drop.name)]),
                ObjectKind::Group => Topic::security([(Sort::Group, &drop.name)]),
                ObjectKind::Rule => Topic::security([(Sort::Rule, &drop.name)]),
                ObjectKind::Table | ObjectKind::View | ObjectKind::Scenario | ObjectKind::Snapshot => plain(Class::Administration),
            },
            S::Recalculate(Recalculate::Metrics(names)) => {
                Topic { is_data: true, ..Topic::new(Class::Administration, names.iter().map(|name| (Sort::Block, name)).collect()) }
            }
            S::Recalculate(_)
            | S::CreateCalendar(_)
            | S::CreateTable(_)
            | S::CreateView(_)
            | S::AlterTable { .. }
            | S::AlterView { .. }
            | S::SetAutocalc(_)
            | S::CreateScenario(_)
            | S::AlterScenario { .. }
            | S::MergeScenario(_)
            | S::RebaseScenario(_)
            | S::Revert(_)
            | S::CreateSnapshot(_) => plain(Class::Administration),

            S::Copy(copy) => Topic::data(&copy.target),
            S::Insert(insert) => Topic::data(&insert.target),
            S::Update(update) => Topic::data(&update.target),
            S::Delete(delete) => Topic::data(&delete.target),
            S::CopyTo(_) => Topic { is_data: true, ..plain(Class::Application) },

            S::CreateUser(create) => Topic::security([(Sort::User, &create.name)]),
            S::AlterUser { user, .. } => Topic::security([(Sort::User, user)]),
            S::CreateGroup(name) => Topic::security([(Sort::Group, name)]),
            S::AlterGroup { group, change: AlterGroup::AddUsers(users) | AlterGroup::DropUsers(users) } => {
                Topic::security(std::iter::once((Sort::Group, group)).chain(users.iter().map(|user| (Sort::User, user))))
            }
            S::AlterGroup { group, change: AlterGroup::Rename(_) } => Topic::security([(Sort::Group, group)]),
            S::CreateRole(create) => Topic::security([(Sort::Role, &create.name)]),
            S::AlterRole { role, .. } | S::GrantScenario { role, .. } => Topic::security([(Sort::Role, role)]),
            S::GrantRole { role, to: grantee } | S::RevokeRole { role, from: grantee } => {
                let grantee = match grantee {
                    Grantee::User(name) => Some((Sort::User, name)),
                    Grantee::Group(name) => Some((Sort::Group, name)),
                    Grantee::AllUsers => None,
                };
                Topic::security(std::iter::once((Sort::Role, role)).chain(grantee))
            }
            S::CreateRule(create) => Topic::security([(Sort::Rule, &create.name)]),
            S::AlterApplication(_) => plain(Class::Security),
        })
    }

    /// The topic of a question that was refused: which blocks it names is not looked up.
    pub(super) fn question() -> Topic<'a> {
        Topic::new(Class::Application, Vec::new())
    }
}
