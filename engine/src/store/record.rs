//! A record of the log: what one commit changed, and the events of the audit up to it.

use std::sync::Arc;

use smalt_model::ScenarioId;
use smalt_vault::Revision;

use super::bytes::{Broken, Reader, put_u32, put_u64};
use super::delta;
use super::image::Image;
use super::loaded::Loaded;
use super::past;
use super::registry::Registry;
use crate::history::Made;

/// Lines of the audit, as they stand in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Events {
    /// All lines, the ends of the lines included.
    pub(crate) lines: Vec<u8>,
    /// The number of the first event among them.
    pub(crate) first: u64,
}

/// Writes what is different in `now`.
pub(super) fn write(before: &Image, now: &Image, events: &Events) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::new();
    put_u64(&mut out, now.number);
    put_u64(&mut out, now.base);
    put_u64(&mut out, now.next);
    let mut known: Vec<(u64, &Revision)> = before.states.iter().map(|(number, held)| (*number, held.revision.as_ref())).collect();
    let new: Vec<u64> = now.states.keys().copied().filter(|number| !before.states.contains_key(number)).collect();
    put_u32(&mut out, u32::try_from(new.len()).unwrap_or(u32::MAX));
    for number in new {
        let Some(held) = now.states.get(&number) else { continue };
        let parent = now.parent(number, before).or_else(|| nearest(&held.revision, &known));
        let parent = parent.and_then(|parent| known.iter().find(|(number, _)| *number == parent).copied());
        delta::write(&mut out, number, &held.revision, parent, &known)?;
        known.push((number, &held.revision));
    }
    match Arc::ptr_eq(&before.policy, &now.policy) {
        true => put_bytes(&mut out, &[]),
        false => put_bytes(&mut out, &serde_json::to_vec(&*now.policy)?),
    }
    match same_but_states(&before.registry, &now.registry) {
        true => {
            put_bytes(&mut out, &[]);
            let moved = before.registry.branches.iter().zip(&now.registry.branches).filter(|(old, new)| old.state != new.state);
            let moved: Vec<_> = moved.map(|(_, new)| (new.id, new.state)).collect();
            put_u32(&mut out, u32::try_from(moved.len()).unwrap_or(u32::MAX));
            for (scenario, state) in moved {
                put_u32(&mut out, scenario.0);
                put_u64(&mut out, state);
            }
        }
        false => put_bytes(&mut out, &serde_json::to_vec(&now.registry)?),
    }
    put_u64(&mut out, events.first);
    put_bytes(&mut out, &events.lines);
    put_bytes(&mut out, &serde_json::to_vec(&now.made)?);
    Ok(out)
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_u64(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Whether two registries differ at most in what the states of the scenarios are.
fn same_but_states(a: &Registry, b: &Registry) -> bool {
    let still = |registry: &Registry| {
        let mut registry = registry.clone();
        registry.branches.iter_mut().for_each(|branch| branch.state = 0);
        registry
    };
    a == b || still(a) == still(b)
}

/// The state that has most in common with another one.
pub(super) fn nearest(state: &Revision, known: &delta::Known<'_>) -> Option<u64> {
    let in_common = |other: &Revision| {
        let (schema, theirs) = (state.schema(), other.schema());
        let items =
            schema.dimensions().filter(|d| theirs.dimension(d.id).is_some() && state.items(d.id).stamp() == other.items(d.id).stamp());
        let stamp = |revision: &Revision, metric| revision.cells(metric).map(|cells| cells.stamp());
        let cells = schema.metrics().filter(|m| stamp(state, m.id).is_some() && stamp(state, m.id) == stamp(other, m.id));
        let rows = schema.lists().filter(|l| state.rows(l.id).map(|r| r.stamp()) == other.rows(l.id).map(|r| r.stamp()));
        items.count() + cells.count() + rows.count()
    };
    known.iter().max_by_key(|(number, other)| (in_common(other), *number)).map(|(number, _)| *number)
}

/// Makes the change of a record to what was read so far; gives its events.
pub(super) fn apply(bytes: &[u8], loaded: &mut Loaded) -> Result<Events, Broken> {
    let mut reader = Reader::new(bytes);
    let past = loaded.past();
    past::push(&mut loaded.history, past, past::MOST);
    loaded.number = reader.u64()?;
    loaded.base = reader.u64()?;
    loaded.next_state = reader.u64()?;
    for _ in 0..reader.u32()? {
        let (number, state) = delta::read(&mut reader, &loaded.states)?;
        loaded.states.insert(number, state);
    }
    let policy = take_bytes(&mut reader)?;
    if !policy.is_empty() {
        loaded.policy = Arc::new(serde_json::from_slice(policy).map_err(|_| Broken("its policy cannot be read"))?);
    }
    let registry = take_bytes(&mut reader)?;
    if registry.is_empty() {
        for _ in 0..reader.u32()? {
            let (scenario, state) = (ScenarioId(reader.u32()?), reader.u64()?);
            let branch = loaded.registry.branches.iter_mut().find(|branch| branch.id == scenario);
            branch.ok_or(Broken("a scenario is not there"))?.state = state;
        }
    } else {
        loaded.registry = serde_json::from_slice(registry).map_err(|_| Broken("its scenarios cannot be read"))?;
    }
    let first = reader.u64()?;
    let events = Events { first, lines: take_bytes(&mut reader)?.to_vec() };
    // Records of earlier versions do not say how they came about.
    loaded.made = match reader.is_empty() {
        true => Made::unknown(),
        false => serde_json::from_slice(take_bytes(&mut reader)?).map_err(|_| Broken("it does not say how it came about"))?,
    };
    if !reader.is_empty() {
        return Err(Broken("something follows its end"));
    }
    loaded.prune();
    match loaded.revision(loaded.base) {
        Some(_) => Ok(events),
        None => Err(Broken("it has no state")),
    }
}

fn take_bytes<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Broken> {
    let length = reader.len()?;
    reader.take(length)
}
