//! The moments before the current one. In a checkpoint each stands as what differs from the moment after it, so that a thousand small changes are
//! small; a record of the log needs to say nothing of them, since the moment before it is there when it is read.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smalt_security::Policy;
use smalt_vault::Revision;

use super::bytes::{Broken, Reader, put_u32, put_u64};
use super::delta;
use super::image::Image;
use super::loaded::LoadedState;
use super::record::nearest;
use super::registry::Snapshot;
use crate::history::Made;

/// So many moments are kept in files, however many a host keeps in memory.
pub(super) const MOST: usize = 1_000;
/// Older ones are left out of a checkpoint when the others have so many bytes.
const MOST_BYTES: usize = 64 << 20;

/// A moment before the current one, its states held in some way.
#[derive(Clone, Debug)]
pub(crate) struct Past<S> {
    pub(crate) made: Made,
    pub(crate) policy: Arc<Policy>,
    /// The scenarios, under no name.
    pub(crate) moment: Snapshot,
    /// The states of all scenarios, by their numbers.
    pub(crate) states: Vec<(u64, S)>,
}

impl Past<LoadedState> {
    /// The same with the states as they are in the files.
    pub(super) fn of_revisions(&self) -> Past<Arc<Revision>> {
        let states = self.states.iter().map(|(number, state)| (*number, Arc::clone(&state.revision))).collect();
        Past { made: self.made.clone(), policy: Arc::clone(&self.policy), moment: self.moment.clone(), states }
    }
}

/// The moments, oldest first.
pub(crate) type Pasts<S> = VecDeque<Arc<Past<S>>>;

/// What of a moment is no state.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    made: Made,
    moment: Snapshot,
    /// Where its policy is another one than that of the moment after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<Policy>,
}

/// Puts one more moment behind others, of which at most so many are kept.
pub(super) fn push<S>(all: &mut Pasts<S>, past: Past<S>, most: usize) {
    all.push_back(Arc::new(past));
    while all.len() > most {
        all.pop_front();
    }
}

/// The moments before that of an image, compressed: definitions are much the same in all of them.
pub(super) fn write(image: &Image) -> io::Result<Vec<u8>> {
    let mut known: BTreeMap<u64, &Revision> = image.states.iter().map(|(number, held)| (*number, held.revision.as_ref())).collect();
    let now = image.moment();
    let (mut after, mut policy) = (&now, &image.policy);
    let (mut out, mut count) = (Vec::new(), 0u32);
    for past in image.history.iter().rev().take(MOST) {
        let is_same = Arc::ptr_eq(policy, &past.policy) || policy == &past.policy;
        let own = (!is_same).then(|| Policy::clone(&past.policy));
        let mut bytes = Vec::new();
        let entry = serde_json::to_vec(&Entry { made: past.made.clone(), moment: past.moment.clone(), policy: own })?;
        put_u64(&mut bytes, entry.len() as u64);
        bytes.extend_from_slice(&entry);
        let fresh: Vec<_> = past.states.iter().filter(|(number, _)| !known.contains_key(number)).collect();
        put_u32(&mut bytes, u32::try_from(fresh.len()).unwrap_or(u32::MAX));
        for (number, state) in fresh {
            let all = || known.iter().map(|(number, state)| (*number, *state)).collect::<Vec<_>>();
            let parent = counterpart(&past.moment, *number, after).or_else(|| nearest(state, &all()));
            let parent = parent.and_then(|parent| Some((parent, *known.get(&parent)?)));
            delta::write(&mut bytes, *number, state, parent, parent.as_slice())?;
            known.insert(*number, state);
        }
        if out.len() + bytes.len() > MOST_BYTES {
            break;
        }
        out.extend_from_slice(&bytes);
        count += 1;
        (after, policy) = (&past.moment, &past.policy);
    }
    let mut all = Vec::new();
    put_u32(&mut all, count);
    put_u64(&mut all, out.len() as u64);
    all.extend_from_slice(&zstd::bulk::compress(&out, 1)?);
    Ok(all)
}

/// What a state of a moment is in the moment after it; `None` for one that scenarios have in common, which may be none of that moment.
fn counterpart(moment: &Snapshot, state: u64, after: &Snapshot) -> Option<u64> {
    if state == moment.base {
        return Some(after.base);
    }
    let branch = moment.branches.iter().find(|branch| branch.state == state)?;
    Some(after.branches.iter().find(|other| other.id == branch.id).map_or(after.base, |other| other.state))
}

/// Reads the moments before one that has these states and this policy.
pub(super) fn read(bytes: &[u8], live: &BTreeMap<u64, LoadedState>, policy: &Arc<Policy>) -> Result<Pasts<LoadedState>, Broken> {
    let mut reader = Reader::new(bytes);
    let (count, length) = (reader.u32()?, reader.u64()?);
    let length = usize::try_from(length).ok().filter(|length| *length <= MOST_BYTES).ok_or(Broken("it is too long"))?;
    let packed = bytes.get(12..).unwrap_or_default();
    let unpacked = zstd::bulk::decompress(packed, length).map_err(|_| Broken("it cannot be unpacked"))?;
    let (mut reader, mut states, mut policy) = (Reader::new(&unpacked), live.clone(), Arc::clone(policy));
    let mut all = VecDeque::new();
    for _ in 0..count {
        let length = reader.len()?;
        let entry: Entry = serde_json::from_slice(reader.take(length)?).map_err(|_| Broken("a moment cannot be read"))?;
        for _ in 0..reader.u32()? {
            let (number, state) = delta::read(&mut reader, &states)?;
            states.insert(number, state);
        }
        if let Some(own) = entry.policy {
            policy = Arc::new(own);
        }
        let named = entry.moment.named().map(|number| Ok((number, states.get(&number).ok_or(Broken("a moment has no state"))?.clone())));
        let states = named.collect::<Result<Vec<_>, Broken>>()?;
        all.push_front(Arc::new(Past { made: entry.made, policy: Arc::clone(&policy), moment: entry.moment, states }));
    }
    if reader.is_empty() { Ok(all) } else { Err(Broken("something follows its end")) }
}
