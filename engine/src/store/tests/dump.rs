//! All that an application has, in words that two applications share where they are the same.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use smalt_vault::Revision;

use super::super::definitions::Definitions;
use super::super::kept;
use crate::Application;
use crate::scenario::Scenarios;
use crate::world::World;

/// What an application holds now: every cell, item, row, rule, scenario and snapshot, by the names of their owners.
pub(in crate::store) fn dump(app: &Application) -> BTreeMap<String, String> {
    let world = app.world();
    let mut out = BTreeMap::new();
    one(&world, "", &mut out);
    out.insert("policy".to_owned(), serde_json::to_string(&**world.policy()).unwrap());
    for named in world.snapshots.iter() {
        out.insert(format!("snapshot {}", named.name), named.world.number().to_string());
        one(&named.world, &format!("snapshot {} ", named.name), &mut out);
    }
    // Of what was before, how each moment came about, and some of them whole.
    for past in world.history.iter() {
        let (number, made) = (past.number(), past.made());
        out.insert(format!("revision {number}"), format!("{:?} {} {}", made.who, made.action, made.at.is_some()));
        if number % 7 == 0 || number + 3 > world.number() {
            let world = world.history.get(number).unwrap();
            out.insert(format!("revision {number} policy"), serde_json::to_string(&**world.policy()).unwrap());
            one(world, &format!("revision {number} "), &mut out);
        }
    }
    out
}

fn one(world: &World, prefix: &str, out: &mut BTreeMap<String, String>) {
    state(&world.base().revision, &format!("{prefix}Base"), true, out);
    scenarios(&world.scenarios, prefix, out);
    for scenario in world.scenarios.branches() {
        state(&world.state(scenario.id).unwrap().revision, &format!("{prefix}{}", scenario.name), true, out);
    }
}

fn scenarios(all: &Scenarios, prefix: &str, out: &mut BTreeMap<String, String>) {
    for scenario in all.iter() {
        let merged: Vec<_> = scenario.merged.iter().map(|(id, revision)| (id.0, revision.number())).collect();
        let source = scenario.source.as_ref().map(|(id, revision)| (id.0, revision.number()));
        let formulas: Vec<_> = scenario.formulas.iter().map(|(metric, own)| (metric.0, &own.text)).collect();
        let text = format!("{:?} {source:?} {merged:?} {formulas:?} {}", scenario.id, scenario.read_only);
        out.insert(format!("{prefix}scenario {}", scenario.name), text);
        for (id, revision) in &scenario.merged {
            state(revision, &format!("{prefix}{} merged {}", scenario.name, id.0), false, out);
        }
        if let Some((_, revision)) = &scenario.source {
            state(revision, &format!("{prefix}{} source", scenario.name), false, out);
        }
    }
}

fn state(revision: &Revision, name: &str, is_computed: bool, out: &mut BTreeMap<String, String>) {
    let schema = revision.schema();
    out.insert(format!("{name} number"), revision.number().to_string());
    out.insert(format!("{name} definitions"), serde_json::to_string(&Definitions::of(schema)).unwrap());
    for def in schema.dimensions() {
        let items = revision.items(def.id);
        let mut text = format!("{:?}", items.order());
        for property in 0..u16::try_from(items.property_count()).unwrap() {
            write!(text, " {:?}", items.property(property).unwrap()).unwrap();
        }
        out.insert(format!("{name} items {}", def.name), text);
    }
    for metric in schema.metrics().flat_map(|def| [def.id, def.id.input()]).filter(|m| is_computed || kept(revision, *m)) {
        let label = format!("{}{}", schema.metric(metric.whole()).unwrap().name, if metric.is_input() { " (input)" } else { "" });
        for (what, cells) in [("cells", revision.cells(metric)), ("parked", revision.parked(metric))] {
            let Some(cells) = cells.filter(|cells| !cells.is_empty()) else { continue };
            let (keys, values) = cells.entries();
            let coordinates = keys.iter().map(|key| cells.layout().unpack(*key));
            let text: String = coordinates.enumerate().map(|(at, items)| format!("{items:?}={:?};", values.get(at))).collect();
            out.insert(format!("{name} {what} {label}"), text);
        }
    }
    for def in schema.lists() {
        let Some(rows) = revision.rows(def.id).filter(|rows| !rows.is_empty()) else { continue };
        let columns = (0..u16::try_from(rows.column_count()).unwrap()).map(|c| format!("{:?} ", rows.column(c).unwrap()));
        out.insert(format!("{name} rows {}", def.name), columns.collect());
    }
}

/// Fails where two dumps differ, with what does.
pub(in crate::store) fn assert_same(found: &BTreeMap<String, String>, expected: &BTreeMap<String, String>, when: &str) {
    for (key, value) in expected {
        assert_eq!(found.get(key), Some(value), "{when}: {key}");
    }
    for key in found.keys() {
        assert!(expected.contains_key(key), "{when}: {key} should not be there");
    }
}

/// A copy of a folder as it is at this moment: what a crash would leave.
pub(in crate::store) fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    copy_into(from, to.path());
    to
}

pub(super) fn copy_into(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy_into(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// Runs a script; what went wrong, if something did.
pub(in crate::store) fn run(app: &Arc<Application>, script: &str) -> Result<(), String> {
    app.owner_session().unwrap().run(script, &mut crate::Outcome::default()).map_err(|e| e.to_string())
}
