//! Events in the classes of the Open Cybersecurity Schema Framework (OCSF, version 1.3.0), as a SIEM takes them.
//!
//! | here | there |
//! |---|---|
//! | login | Authentication (3002) |
//! | users | Account Change (3001) |
//! | a role granted to a user, or to all | User Access Management (3005) |
//! | groups, a role granted to one | Group Management (3006) |
//! | roles, rules, rights, looking through another's eyes | Entity Management (3004) |
//! | the model | API Activity (6003) |
//! | data | Datastore Activity (6005) |
//!
//! What has no place there (scenario, number of cells, revision, the second and further things that an event is about) is in `unmapped`.

use serde::Serialize;

use super::clock::Moment;
use super::event::{Class, Deed, Event, Kind, Named, Outcome, Thing, Who};

const VERSION: &str = "1.3.0";

/// A class of events, and what of it somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Activity {
    class: u32,
    class_name: &'static str,
    id: u32,
    name: &'static str,
}

/// An event as OCSF has it. Fields that a class does not know are left out.
#[derive(Debug, Serialize)]
pub(crate) struct Record<'a> {
    class_uid: u32,
    class_name: &'static str,
    category_uid: u32,
    category_name: &'static str,
    activity_id: u32,
    activity_name: &'static str,
    type_uid: u32,
    /// Milliseconds since 1970.
    time: i64,
    severity_id: u32,
    severity: &'static str,
    status_id: u32,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_detail: Option<&'static str>,
    metadata: Metadata,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<Actor<'a>>,
    /// Who is logged in, or whose account or roles are changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<User<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Resource<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    privileges: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity: Option<Resource<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api: Option<Api<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Resource<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<Resource<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    src_endpoint: Option<Endpoint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
    unmapped: Unmapped<'a>,
}

#[derive(Debug, Serialize)]
struct Metadata {
    version: &'static str,
    product: Product,
    /// The number of the event in the chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<u64>,
    log_name: &'static str,
}

#[derive(Debug, Serialize)]
struct Product {
    name: &'static str,
    vendor_name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize)]
struct Actor<'a> {
    user: User<'a>,
}

#[derive(Debug, PartialEq, Serialize)]
struct User<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<String>,
    type_id: u32,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// Anything else with a name.
#[derive(Debug, Serialize)]
struct Resource<'a> {
    name: &'a str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<String>,
}

#[derive(Debug, Serialize)]
struct Api<'a> {
    operation: &'a str,
}

/// Where it came from: the library is a part of its host, which knows more.
#[derive(Debug, Serialize)]
struct Endpoint {
    name: &'static str,
}

#[derive(Debug, Default, Serialize)]
struct Unmapped<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cells: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
    /// Whose eyes the actor borrowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    impersonated: Option<User<'a>>,
    /// What the event is about besides, where its class has room for one thing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    about: Vec<Resource<'a>>,
}

const AUTHENTICATION: (u32, &str) = (3002, "Authentication");
const ACCOUNT: (u32, &str) = (3001, "Account Change");
const ENTITY: (u32, &str) = (3004, "Entity Management");
const ACCESS: (u32, &str) = (3005, "User Access Management");
const GROUP: (u32, &str) = (3006, "Group Management");
const API: (u32, &str) = (6003, "API Activity");
const DATASTORE: (u32, &str) = (6005, "Datastore Activity");

impl Activity {
    fn new((class, class_name): (u32, &'static str), (id, name): (u32, &'static str)) -> Activity {
        Activity { class, class_name, id, name }
    }

    fn of(deed: &Deed) -> Activity {
        let verb = deed.action.split(' ').next().unwrap_or_default();
        let other = (99, "Other");
        let changed = match verb {
            "CREATE" => (1, "Create"),
            "SHOW" | "VERIFY" | "EXPORT" | "EXPLAIN" | "EXECUTE" | "EVALUATE" => (2, "Read"),
            "DROP" | "DELETE" => (4, "Delete"),
            _ => (3, "Update"),
        };
        let is_about_group = deed.about.iter().any(|named| matches!(named.thing, Thing::Group(_)));
        match (deed.class, &*deed.action) {
            (Class::Login, _) => Activity::new(AUTHENTICATION, (1, "Logon")),
            (Class::Security, "CREATE USER") => Activity::new(ACCOUNT, (1, "Create")),
            (Class::Security, "DROP USER") => Activity::new(ACCOUNT, (6, "Delete")),
            (Class::Security, "ALTER USER") => Activity::new(ACCOUNT, other),
            (Class::Security, "GRANT ROLE") => Activity::new(if is_about_group { GROUP } else { ACCESS }, (1, "Assign Privileges")),
            (Class::Security, "REVOKE ROLE") => Activity::new(if is_about_group { GROUP } else { ACCESS }, (2, "Revoke Privileges")),
            (Class::Security, "CREATE GROUP") => Activity::new(GROUP, (6, "Create")),
            (Class::Security, "DROP GROUP") => Activity::new(GROUP, (5, "Delete")),
            (Class::Security, "ALTER GROUP") => Activity::new(GROUP, other),
            (Class::Security, _) => Activity::new(ENTITY, changed),
            (Class::Administration, _) => Activity::new(API, changed),
            (Class::Application, "COPY TO") => Activity::new(DATASTORE, (1, "Read")),
            (Class::Application, _) => {
                let done = match verb {
                    "INSERT" | "COPY" => (5, "Write"),
                    "UPDATE" => (2, "Update"),
                    "DELETE" => (7, "Delete"),
                    "SNAPSHOT" => (3, "Connect"),
                    "SELECT" | "WITH" | "VALUES" | "EXPLAIN" | "EVALUATE" | "SHOW" | "DESCRIBE" | "COMPARE" | "VERIFY" => (4, "Query"),
                    _ => other,
                };
                Activity::new(DATASTORE, done)
            }
        }
    }
}

impl<'a> Record<'a> {
    /// An event of the chain.
    pub(crate) fn of(event: &'a Event) -> Record<'a> {
        let Event { number, time, deed } = event;
        let activity = Activity::of(deed);
        let (severity_id, severity) = match deed.outcome {
            Outcome::Done | Outcome::RolledBack => (1, "Informational"),
            Outcome::Failed => (2, "Low"),
            Outcome::Refused => (3, "Medium"),
        };
        let (status_id, status, status_detail) = match deed.outcome {
            Outcome::Done => (1, "Success", None),
            Outcome::Refused => (2, "Failure", Some("refused")),
            Outcome::Failed => (2, "Failure", Some("failed")),
            Outcome::RolledBack => (99, "Other", Some("rolled back")),
        };
        let is = |class: (u32, &str)| activity.class == class.0;
        let named = |kind: &'static str| deed.about.iter().filter(move |named| kind_of(named.thing) == kind);
        let user = if is(AUTHENTICATION) {
            Some(User::of(&deed.who))
        } else if is(ACCOUNT) || is(ACCESS) || is(GROUP) {
            named("user").next().map(User::named)
        } else {
            None
        };
        let others: Vec<Resource<'a>> = deed.about.iter().map(Resource::of).collect();
        let is_application = activity.class / 1000 == 6;
        let mut record = Record::bare(activity, *time, Some(*number));
        record = Record {
            severity_id,
            severity,
            status_id,
            status,
            status_detail,
            actor: Some(Actor { user: User::of(&deed.who) }),
            user,
            group: if is(GROUP) { named("group").next().map(Resource::of) } else { None },
            privileges: if is(ACCESS) || is(GROUP) { named("role").map(|named| &*named.name).collect() } else { Vec::new() },
            unmapped: Unmapped {
                action: Some(&deed.action),
                class: Some(deed.class.to_string()),
                scenario: deed.scenario.as_deref(),
                cells: deed.cells,
                revision: deed.revision,
                impersonated: deed.impersonated.as_ref().map(User::of),
                about: Vec::new(),
            },
            ..record
        };
        if is_application {
            record.src_endpoint = Some(Endpoint { name: "in process" });
        }
        if is(ENTITY) {
            let mut others = others.into_iter();
            record.entity = others.next().or(Some(Resource { name: "access rights", kind: None, uid: None }));
            record.unmapped.about = others.collect();
        } else if is(DATASTORE) {
            let mut others = others.into_iter();
            record.table = others.next();
            record.unmapped.about = others.collect();
        } else if is(API) {
            (record.api, record.resources) = (Some(Api { operation: &deed.action }), others);
        }
        record
    }

    /// A line of the chain that cannot be read.
    pub(crate) fn unreadable(time: Moment) -> Record<'a> {
        let nothing = Activity { class: 0, class_name: "Base Event", id: 0, name: "Unknown" };
        let message = Some("an event of the audit cannot be read");
        Record { severity_id: 4, severity: "High", message, ..Record::bare(nothing, time, None) }
    }

    fn bare(activity: Activity, time: Moment, number: Option<u64>) -> Record<'a> {
        let category_uid = activity.class / 1000;
        Record {
            class_uid: activity.class,
            class_name: activity.class_name,
            category_uid,
            category_name: match category_uid {
                3 => "Identity & Access Management",
                6 => "Application Activity",
                _ => "Uncategorized",
            },
            activity_id: activity.id,
            activity_name: activity.name,
            type_uid: activity.class * 100 + activity.id,
            time: time.milliseconds(),
            severity_id: 0,
            severity: "Unknown",
            status_id: 0,
            status: "Unknown",
            status_detail: None,
            metadata: Metadata {
                version: VERSION,
                product: Product { name: "smalt", vendor_name: "smalt", version: env!("CARGO_PKG_VERSION") },
                uid: number.map(|number| number.to_string()),
                sequence: number,
                log_name: "audit",
            },
            actor: None,
            user: None,
            group: None,
            privileges: Vec::new(),
            entity: None,
            api: None,
            resources: Vec::new(),
            table: None,
            src_endpoint: None,
            message: None,
            unmapped: Unmapped::default(),
        }
    }
}

impl<'a> User<'a> {
    fn of(who: &'a Who) -> User<'a> {
        match who {
            Who::Owner => User { name: Some("owner"), uid: None, type_id: 2, kind: "Admin" },
            Who::User { item, name, kind } => {
                let (type_id, kind) = match kind {
                    Kind::Human => (1, "User"),
                    Kind::Service => (4, "Service"),
                    Kind::AiAgent => (99, "AI agent"),
                };
                User { name: Some(name), uid: Some(item.to_string()), type_id, kind }
            }
            Who::Nobody { name } => User { name: Some(name), uid: None, type_id: 0, kind: "Unknown" },
        }
    }

    /// Somebody whom a statement names: of what kind is not kept.
    fn named(named: &'a Named) -> User<'a> {
        let uid = if let Thing::User(item) = named.thing { Some(item.to_string()) } else { None };
        User { name: Some(&named.name), uid, type_id: 0, kind: "Unknown" }
    }
}

impl<'a> Resource<'a> {
    fn of(named: &'a Named) -> Resource<'a> {
        let uid = match named.thing {
            Thing::Dimension(id) => Some(id.0.to_string()),
            Thing::Metric(id) => Some(id.0.to_string()),
            Thing::List(id) => Some(id.0.to_string()),
            Thing::User(item) | Thing::Role(item) | Thing::Group(item) => Some(item.to_string()),
            Thing::Scenario(id) => Some(id.0.to_string()),
            Thing::Rule | Thing::View | Thing::Table | Thing::Snapshot | Thing::Revision | Thing::Setting | Thing::Right => None,
        };
        Resource { name: &named.name, kind: Some(kind_of(named.thing)), uid }
    }
}

fn kind_of(thing: Thing) -> &'static str {
    match thing {
        Thing::Dimension(_) => "dimension",
        Thing::Metric(_) => "metric",
        Thing::List(_) => "list",
        Thing::User(_) => "user",
        Thing::Role(_) => "role",
        Thing::Group(_) => "group",
        Thing::Rule => "rule",
        Thing::Scenario(_) => "scenario",
        Thing::View => "view",
        Thing::Table => "table",
        Thing::Snapshot => "snapshot",
        Thing::Revision => "revision",
        Thing::Setting => "setting",
        Thing::Right => "right",
    }
}
