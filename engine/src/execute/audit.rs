//! SHOW AUDIT and VERIFY AUDIT: the audit as far as its reader may know it.
//!
//! Who defines security is shown every event; names of blocks, people and rules, and the number of cells, as far as they may see these.
//! Others are shown what is theirs anyway: what they did themselves, and what was done to blocks of which nothing is hidden from them. All
//! else leaves no row and no gap in a number, since that somebody did something to hidden cells tells of them.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Field, Schema as ArrowSchema};
use smalt_model::{Block, ScenarioId, Schema, SystemDimension};
use smalt_planted::{Leak, planted};
use smalt_security::{Permission, ScenarioRight};
use smalt_vault::MaskedView;

use super::Ask;
use crate::audit::{Class, Deed, Event, Kind, Line, Moment, Named, Outcome, Thing, Verdict, Who};
use crate::fault::{Done, Fault};
use crate::look;
use crate::outcome::Table;
use crate::scenario::BASE;
use crate::sight::sees_all_of;
use crate::statement::ast::Text;

pub(super) fn show(ask: &Ask<'_>, since: Option<&Text>, limit: Option<u64>) -> Done<Table> {
    let since = since.map(moment).transpose()?;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let reader = Reader::new(ask);
    let mut rows: VecDeque<Row> = VecDeque::new();
    let read = ask.audit.each(|line| {
        let row = match line {
            Line::Unreadable => reader.is_auditor.then(Row::unreadable),
            Line::Event(event) => {
                if let Some(revision) = event.deed.takes_back() {
                    take_back(&mut rows, revision);
                }
                if since.is_some_and(|since| event.time < since) {
                    return;
                }
                reader.row(event)
            }
        };
        rows.extend(row);
        while rows.len() > limit {
            rows.pop_front();
        }
    });
    read.map_err(|e| Fault::new(format!("the audit cannot be read: {e}")))?;
    table(rows)
}

fn moment(text: &Text) -> Done<Moment> {
    Moment::parse(&text.text).ok_or_else(|| {
        Fault::new(format!("`{}` is no date and no time", text.text))
            .at(text.at)
            .help("write it like '2026-11-01' or '2026-11-01 10:15:00', in UTC")
    })
}

/// The changes of a revision that did not come about failed, whatever was written before.
fn take_back(rows: &mut VecDeque<Row>, revision: u64) {
    for row in rows.iter_mut().rev().filter(|row| row.revision == Some(revision)) {
        row.outcome = Some(Outcome::Failed);
    }
}

pub(super) fn verify(ask: &Ask<'_>) -> Done<Table> {
    let verdict = ask.audit.verify().map_err(|e| Fault::new(format!("the audit cannot be read: {e}")))?;
    let is_auditor = ask.access.permits(Permission::DefineSecurity);
    let text = match verdict {
        // How much has happened is for who is shown all of it.
        Verdict::Whole { .. } if !is_auditor => "chain whole".to_owned(),
        Verdict::Damaged(_) if !is_auditor => "chain damaged".to_owned(),
        Verdict::Whole { events: 1, first: 1 } => "1 event, chain whole".to_owned(),
        Verdict::Whole { events, first: 1 } => format!("{events} events, chain whole"),
        Verdict::Whole { events, first } => format!("{events} events from event {first} on, chain whole"),
        Verdict::Damaged(misfit) => misfit.to_string(),
    };
    Ok(Table::of_texts(&["Audit"], vec![vec![Some(text)]]))
}

/// Whoever reads the audit.
struct Reader<'a> {
    ask: &'a Ask<'a>,
    view: MaskedView,
    catalog: Arc<Schema>,
    /// Whether all events are shown.
    is_auditor: bool,
    /// Whether all names of blocks are.
    sees_names: bool,
}

impl<'a> Reader<'a> {
    fn new(ask: &'a Ask<'a>) -> Reader<'a> {
        let view = ask.questions.view(ask.state, &ask.access);
        let catalog = Arc::clone(view.catalog());
        let sees_names = [Permission::DisplayBlockExplorer, Permission::ConfigureBlocks].into_iter().any(|p| ask.access.permits(p));
        Reader { ask, view, catalog, is_auditor: ask.access.permits(Permission::DefineSecurity), sees_names }
    }

    /// What is shown of an event, if anything is.
    fn row(&self, event: Event) -> Option<Row> {
        let Event { number, time, deed } = event;
        let is_own = self.is_me(&deed.who);
        if !self.is_auditor && !is_own && !self.is_open(&deed) && !planted(Leak::UnmaskedAudit) {
            return None;
        }
        let blocks = deed.about.iter().filter_map(|named| self.block_name(named)).collect::<Vec<_>>();
        let block = (!blocks.is_empty()).then(|| blocks.join(", "));
        // Who did it knows what there was.
        let is_known = is_own && deed.outcome == Outcome::Done;
        let subjects = deed.about.iter().filter_map(|named| self.subject(named, is_known)).collect::<Vec<_>>();
        let kind = match &deed.who {
            Who::Owner => Some("owner".to_owned()),
            Who::User { kind, .. } => Some(kind.to_string()),
            Who::Nobody { .. } => None,
        };
        // That an AI agent did it is marked for every reader; else what others are is as hidden as who they are.
        let is_agent = matches!(deed.who, Who::User { kind: Kind::AiAgent, .. });
        let (user, impersonator) = match &deed.impersonated {
            Some(impersonated) => (self.person(impersonated), self.person(&deed.who)),
            None => (self.person(&deed.who), None),
        };
        Some(Row {
            number: self.is_auditor.then_some(number),
            time: Some(time),
            user,
            kind: kind.filter(|_| self.is_auditor || is_own || is_agent),
            impersonator,
            class: Some(self.class(&deed, block.as_deref())),
            cells: deed.cells.filter(|_| is_own || self.sees_count(&deed)),
            action: deed.action.into_owned(),
            block,
            subject: (!subjects.is_empty()).then(|| subjects.join(", ")),
            scenario: deed.scenario.map(|name| name.into_owned()),
            outcome: Some(deed.outcome),
            revision: deed.revision,
        })
    }

    fn is_me(&self, who: &Who) -> bool {
        match who {
            Who::Owner => self.ask.principal.is_owner(),
            Who::User { item, .. } => self.ask.principal.user() == Some(*item),
            Who::Nobody { .. } => false,
        }
    }

    /// Whether somebody else's deed tells only of what this reader sees anyway: it changed a definition that the catalog shows, or data of
    /// which nothing is hidden.
    fn is_open(&self, deed: &Deed) -> bool {
        let blocks: Vec<Block> = deed.about.iter().filter_map(|named| named.thing.block()).collect();
        let is_plain = matches!(deed.class, Class::Application | Class::Administration) && deed.outcome == Outcome::Done;
        let is_data = deed.scenario.is_some();
        // One that has the name of today may have been another one then; of what earlier versions wrote nobody knows.
        let is_readable = match deed.scenario_id {
            Some(id) => self.reads_scenario(id),
            None => deed.scenario.as_deref().is_none_or(|name| name == BASE),
        };
        let schema = self.ask.state.revision.schema();
        let is_open = |block: &Block| look::is_there(&self.catalog, *block) && (!is_data || sees_all_of(&self.ask.access, schema, *block));
        is_plain && is_readable && !blocks.is_empty() && blocks.iter().all(is_open)
    }

    fn reads_scenario(&self, id: ScenarioId) -> bool {
        self.ask.world.scenarios.get(id).is_some() && self.ask.world.right(id, &self.ask.principal) > ScenarioRight::None
    }

    /// That cells are rights is not told of a metric whose name is not.
    fn class(&self, deed: &Deed, block: Option<&str>) -> Class {
        let is_hidden = block.is_none() && deed.about.iter().any(|named| named.thing.block().is_some());
        match deed.class {
            Class::Security if is_hidden && deed.scenario.is_some() && !asks(deed) => Class::Application,
            class => class,
        }
    }

    fn sees_count(&self, deed: &Deed) -> bool {
        let schema = self.ask.state.revision.schema();
        let mut blocks = deed.about.iter().filter_map(|named| named.thing.block()).peekable();
        // What somebody was shown through another's eyes: who defines security can look the same way.
        if asks(deed) || blocks.peek().is_none() {
            return self.is_auditor;
        }
        blocks.all(|block| look::is_there(schema, block) && sees_all_of(&self.ask.access, schema, block))
    }

    /// The name of a block: that of the event's time for who sees all names, else today's where the catalog has one.
    fn block_name(&self, named: &Named) -> Option<String> {
        let block = named.thing.block()?;
        if self.sees_names {
            return Some(named.name.to_string());
        }
        look::is_there(&self.catalog, block).then(|| look::name_of(&self.catalog, block))
    }

    /// What an event names that is no block. `is_known`: to its reader in any case, who did it.
    fn subject(&self, named: &Named, is_known: bool) -> Option<String> {
        let (kind, is_seen) = match named.thing {
            Thing::User(item) => ("user", self.sees_item(SystemDimension::User, item)),
            Thing::Role(item) => ("role", self.sees_item(SystemDimension::Role, item)),
            Thing::Group(item) => ("group", self.sees_item(SystemDimension::Group, item)),
            Thing::Rule => ("rule", self.is_auditor),
            // Of one that is gone no right says anything.
            Thing::Scenario(id) => {
                let is_gone = self.ask.world.scenarios.get(id).is_none();
                ("scenario", is_known || self.reads_scenario(id) || is_gone && self.is_auditor)
            }
            Thing::View => ("view", is_known || self.sees_saved(&named.name)),
            Thing::Table => ("table", is_known || self.sees_saved(&named.name)),
            Thing::Snapshot => ("snapshot", true),
            Thing::Revision => ("revision", true),
            Thing::Setting => ("setting", true),
            Thing::Right => ("right", true),
            Thing::Dimension(_) | Thing::Metric(_) | Thing::List(_) => return None,
        };
        is_seen.then(|| format!("{kind} {}", named.name))
    }

    /// The names of tables and views are as open as those of blocks.
    fn sees_saved(&self, name: &str) -> bool {
        self.sees_names || self.catalog.saved(name).is_some()
    }

    fn person(&self, who: &Who) -> Option<String> {
        match who {
            Who::Owner => None,
            Who::User { item, name, .. } => self.sees_item(SystemDimension::User, *item).then(|| name.to_string()),
            Who::Nobody { name } => self.is_auditor.then(|| name.to_string()),
        }
    }

    /// Whether the reader sees a line of a system dimension: without the permission only their own, with it also those that are gone.
    fn sees_item(&self, which: SystemDimension, item: u32) -> bool {
        if self.is_auditor {
            return true;
        }
        let def = self.ask.state.revision.schema().system(which);
        def.is_some_and(|def| self.view.items(def.id).name(item).is_some())
    }
}

/// Whether an event is about a question, whose answer is written down as it was given.
fn asks(deed: &Deed) -> bool {
    deed.impersonated.is_some() || deed.action == "EVALUATE"
}

/// A row of SHOW AUDIT.
struct Row {
    number: Option<u64>,
    time: Option<Moment>,
    user: Option<String>,
    kind: Option<String>,
    impersonator: Option<String>,
    class: Option<Class>,
    action: String,
    block: Option<String>,
    subject: Option<String>,
    scenario: Option<String>,
    outcome: Option<Outcome>,
    cells: Option<u64>,
    /// Not shown.
    revision: Option<u64>,
}

impl Row {
    fn unreadable() -> Row {
        Row {
            number: None,
            time: None,
            user: None,
            kind: None,
            impersonator: None,
            class: None,
            action: "unreadable".to_owned(),
            block: None,
            subject: None,
            scenario: None,
            outcome: None,
            cells: None,
            revision: None,
        }
    }
}

fn table(rows: VecDeque<Row>) -> Done<Table> {
    let texts = |of: &dyn Fn(&Row) -> Option<String>| Arc::new(rows.iter().map(of).collect::<StringArray>()) as ArrayRef;
    let numbers = |of: &dyn Fn(&Row) -> Option<u64>| {
        Arc::new(rows.iter().map(|row| of(row).and_then(|n| i64::try_from(n).ok())).collect::<Int64Array>()) as ArrayRef
    };
    let columns: [(&str, ArrayRef); 12] = [
        ("Number", numbers(&|row| row.number)),
        ("Time", texts(&|row| row.time.map(|time| time.to_string()))),
        ("User", texts(&|row| row.user.clone())),
        ("Kind", texts(&|row| row.kind.clone())),
        ("Impersonator", texts(&|row| row.impersonator.clone())),
        ("Class", texts(&|row| row.class.map(|class| class.to_string()))),
        ("Action", texts(&|row| Some(row.action.clone()))),
        ("Block", texts(&|row| row.block.clone())),
        ("Subject", texts(&|row| row.subject.clone())),
        ("Scenario", texts(&|row| row.scenario.clone())),
        ("Outcome", texts(&|row| row.outcome.map(|outcome| outcome.to_string()))),
        ("Cells", numbers(&|row| row.cells)),
    ];
    let field = |(name, array): &(&str, ArrayRef)| Field::new(*name, array.data_type().clone(), true);
    let schema = Arc::new(ArrowSchema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(|e| Fault::new(format!("the audit cannot be shown: {e}")))?;
    Ok(Table::new(&schema, vec![batch]))
}
