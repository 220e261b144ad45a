//! Accesses of many people over many states: compiled once for all who have the same words, and again only where rights changed.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smalt_model::MetricId;

use crate::access::Person;
use crate::ground::{Ground, Made};
use crate::profile::{Profile, Words};
use crate::{Access, Facts, Policy, Principal};

/// Grounds that are kept: that of the last state, and those of changes under way or of older states.
const MOST_GROUNDS: usize = 4;
/// People whose access is kept, over all grounds. One takes some hundred bytes.
const MOST_PEOPLE: usize = 65_536;
/// What the profiles may take together. One over pairs of (product, store) takes some ten kilobytes to some hundred.
const MOST_BYTES: usize = 256 << 20;

/// Compiles accesses, and keeps them for as long as they hold.
///
/// A person's access stands on a [`Ground`], on who they are (role, groups) and on their words. Whoever asks again on the same ground, with
/// the same role, groups and versions of rights metrics, gets what there is. Where one of them changed the person's words are collected
/// anew, and if some profile has the very same words it is that one: nothing is compiled. Words are compared with words, not by a hash.
///
/// What was not used for longest is forgotten past a bound of memory; whoever holds an access keeps it.
pub struct Profiles {
    inner: Mutex<Inner>,
    made: Arc<Made>,
    most_people: usize,
    most_bytes: usize,
}

/// What is kept, and how much was compiled so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProfilesTally {
    /// Profiles that were compiled since the beginning.
    pub compiled_profiles: u64,
    /// Masks that were compiled since the beginning.
    pub compiled_masks: u64,
    /// Profiles that are kept.
    pub profiles: usize,
    /// People whose access is kept.
    pub people: usize,
    /// What the kept profiles take, about.
    pub bytes: usize,
}

#[derive(Default)]
struct Inner {
    shelves: Vec<Shelf>,
    clock: u64,
    /// Profiles that were added since all were weighed.
    unweighed: usize,
}

/// What is kept on one ground.
struct Shelf {
    ground: Arc<Ground>,
    used: u64,
    by_print: HashMap<u128, Vec<Kept>>,
    people: HashMap<Principal, Known>,
}

struct Kept {
    profile: Arc<Profile>,
    used: u64,
}

/// An access and what it was made of.
struct Known {
    person: Person,
    versions: Versions,
    access: Arc<Access>,
    /// The hash under which its profile is kept.
    print: u128,
    used: u64,
}

/// The versions of the rights metrics that rules apply.
type Versions = Vec<Version>;

/// A rights metric and the version of its cells.
type Version = (MetricId, Option<u64>);

impl Profiles {
    /// Nothing yet.
    pub fn new() -> Profiles {
        Profiles::bounded(MOST_PEOPLE, MOST_BYTES)
    }

    /// Nothing yet, and never more than the access of so many people, and profiles of about so many bytes; the one that was used last is kept
    /// however large it is.
    pub fn bounded(people: usize, bytes: usize) -> Profiles {
        Profiles { inner: Mutex::default(), made: Arc::default(), most_people: people.max(1), most_bytes: bytes }
    }

    /// What the masks of a state stand on: the same as before where nothing of it changed. `who` will ask; see
    /// [`Profiles::suits`] for others.
    pub fn ground(&self, policy: &Policy, facts: &dyn Facts, who: &Principal) -> Arc<Ground> {
        let formulas = Ground::asks_formulas(policy, policy.role_of(who).as_ref());
        let mut ground = Ground::new(policy, facts, formulas);
        let mut inner = self.lock();
        if let Some(shelf) = inner.shelves.iter().find(|shelf| shelf.ground.is_same(&ground)) {
            return Arc::clone(&shelf.ground);
        }
        ground.made = Arc::clone(&self.made);
        let ground = Arc::new(ground);
        inner.add(&ground);
        ground
    }

    /// Whether a ground, made for another person in the same state, tells all that is asked of it for `who`.
    pub fn suits(ground: &Ground, policy: &Policy, who: &Principal) -> bool {
        ground.footprints.is_some() || !Ground::asks_formulas(policy, policy.role_of(who).as_ref())
    }

    /// What a principal may do, read and write. `ground` must be that of this policy and these facts, see [`Profiles::ground`].
    pub fn access(&self, ground: &Arc<Ground>, policy: &Policy, principal: &Principal, facts: &dyn Facts) -> Arc<Access> {
        let person = Person::of(policy, principal, facts);
        let versions = ground.rights.keys().map(|rights| (*rights, facts.version(*rights))).collect::<Versions>();
        let before = match self.lock().find(ground, &person, &versions) {
            Found::Whole(access) => return access,
            Found::Words(words) => words,
        };
        // Collected and compiled outside of the lock: it may take a while, and one result is as good as the other.
        let words = ground.rights.keys().map(|rights| {
            let known = before.get(rights).cloned();
            (*rights, known.unwrap_or_else(|| person.words(policy, ground, *rights, facts)))
        });
        let words = words.collect::<Words>();
        let (standing, people) = (person.standing(), person.shared_people());
        let print = Profile::print_of(standing, &words);
        let known = self.lock().profile(ground, print, |profile| profile.is_of(standing, &people, &words));
        let profile = match known {
            Some(profile) => profile,
            None => {
                let made = Arc::new(Profile::new(Arc::clone(ground), standing, people.clone(), words.clone()));
                let mut inner = self.lock();
                // Somebody may have been as fast.
                match inner.profile(ground, print, |profile| profile.is_of(standing, &people, &words)) {
                    Some(profile) => profile,
                    None => {
                        inner.keep(ground, print, &made, self.most_bytes);
                        made
                    }
                }
            }
        };
        self.lock().know(ground, person, versions, (print, profile), self.most_people)
    }

    /// What is kept, and how much was compiled so far.
    pub fn tally(&self) -> ProfilesTally {
        let inner = self.lock();
        ProfilesTally {
            compiled_profiles: self.made.profiles.load(Ordering::Relaxed),
            compiled_masks: self.made.masks.load(Ordering::Relaxed),
            profiles: inner.profiles().count(),
            people: inner.shelves.iter().map(|shelf| shelf.people.len()).sum(),
            bytes: inner.bytes(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere leaves whole entries behind, never half of one.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of a person.
enum Found {
    /// Everything is as it was.
    Whole(Arc<Access>),
    /// Words that still hold.
    Words(Words),
}

impl Inner {
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn add(&mut self, ground: &Arc<Ground>) {
        let used = self.tick();
        self.shelves.push(Shelf { ground: Arc::clone(ground), used, by_print: HashMap::new(), people: HashMap::new() });
        if self.shelves.len() > MOST_GROUNDS
            && let Some(oldest) = self.shelves.iter().enumerate().min_by_key(|(_, shelf)| shelf.used).map(|(at, _)| at)
        {
            self.shelves.swap_remove(oldest);
        }
    }

    /// The shelf of a ground; made anew where it was forgotten.
    fn shelf(&mut self, ground: &Arc<Ground>) -> Option<&mut Shelf> {
        if !self.shelves.iter().any(|shelf| Arc::ptr_eq(&shelf.ground, ground)) {
            self.add(ground);
        }
        let used = self.tick();
        let shelf = self.shelves.iter_mut().find(|shelf| Arc::ptr_eq(&shelf.ground, ground))?;
        shelf.used = used;
        Some(shelf)
    }

    fn find(&mut self, ground: &Arc<Ground>, person: &Person, versions: &Versions) -> Found {
        let none = || Found::Words(Words::new());
        let Some(shelf) = self.shelf(ground) else { return none() };
        let used = shelf.used;
        let Some(known) = shelf.people.get_mut(&person.principal).filter(|known| known.is_of_the_same(person)) else { return none() };
        if known.access.is_overgrown() {
            let (print, gone) = (known.print, Arc::clone(known.access.shared()));
            shelf.forget(print, &gone);
            return none();
        }
        let held = |(one, other): &(&Version, &Version)| one.1.is_some() && one == other;
        let holds = known.versions.iter().zip(versions).filter(held).map(|(version, _)| version.0).collect::<Vec<_>>();
        if holds.len() == versions.len() && known.person == *person {
            known.used = used;
            let (access, print) = (Arc::clone(&known.access), known.print);
            if let Some(kept) = shelf.by_print.get_mut(&print).and_then(|all| all.iter_mut().find(|kept| kept.is(access.shared()))) {
                kept.used = used;
            }
            return Found::Whole(access);
        }
        let words = &known.access.shared().parts.words;
        Found::Words(
            words.iter().filter(|(rights, _)| holds.contains(rights)).map(|(rights, words)| (*rights, Arc::clone(words))).collect(),
        )
    }

    fn profile(&mut self, ground: &Arc<Ground>, print: u128, is_it: impl Fn(&Profile) -> bool) -> Option<Arc<Profile>> {
        let shelf = self.shelf(ground)?;
        let used = shelf.used;
        let kept = shelf.by_print.get_mut(&print)?.iter_mut().find(|kept| is_it(&kept.profile))?;
        kept.used = used;
        Some(Arc::clone(&kept.profile))
    }

    fn keep(&mut self, ground: &Arc<Ground>, print: u128, profile: &Arc<Profile>, most: usize) {
        if let Some(shelf) = self.shelf(ground) {
            let used = shelf.used;
            shelf.by_print.entry(print).or_default().push(Kept { profile: Arc::clone(profile), used });
        }
        self.unweighed += 1;
        // Weighing takes time for each profile that there is.
        if self.unweighed > self.profiles().count() / 16 {
            self.shrink(most);
        }
    }

    /// Notes the access of a person; the one before where it is still the same.
    fn know(
        &mut self,
        ground: &Arc<Ground>,
        person: Person,
        versions: Versions,
        (print, profile): (u128, Arc<Profile>),
        most: usize,
    ) -> Arc<Access> {
        let Some(shelf) = self.shelf(ground) else { return Arc::new(person.access(profile)) };
        let used = shelf.used;
        let principal = person.principal;
        let same = shelf.people.get(&principal).filter(|known| known.person == person && Arc::ptr_eq(known.access.shared(), &profile));
        let access = match same {
            Some(known) => Arc::clone(&known.access),
            None => Arc::new(person.clone().access(profile)),
        };
        shelf.people.insert(principal, Known { person, versions, access: Arc::clone(&access), print, used });
        if self.shelves.iter().map(|shelf| shelf.people.len()).sum::<usize>() > most {
            // Each use has a number of its own, so this leaves at most half of them.
            let since = used.saturating_sub(most as u64 / 2).min(used.saturating_sub(1));
            self.shelves.iter_mut().for_each(|shelf| shelf.people.retain(|_, known| known.used > since));
        }
        access
    }

    fn profiles(&self) -> impl Iterator<Item = &Kept> {
        self.shelves.iter().flat_map(|shelf| shelf.by_print.values()).flatten()
    }

    /// What all profiles take, and what people have on top of them for themselves.
    fn bytes(&self) -> usize {
        let own = self.shelves.iter().flat_map(|shelf| shelf.people.values()).map(|known| known.access.own_bytes()).sum::<usize>();
        own + self.profiles().map(|kept| kept.profile.bytes()).sum::<usize>()
    }

    /// Forgets what was not used for longest, until there is some room. Masks are made later than their profile, so it is only now and then
    /// that all are weighed.
    fn shrink(&mut self, most: usize) {
        self.unweighed = 0;
        let mut bytes = self.bytes();
        if bytes <= most {
            return;
        }
        let mut uses = self.profiles().map(|kept| (kept.used, kept.profile.bytes())).collect::<Vec<_>>();
        uses.sort_unstable();
        // What was asked for just now stays, however large it is.
        uses.pop();
        let mut since = 0;
        for (used, held) in uses {
            if bytes <= most / 4 * 3 {
                break;
            }
            since = used;
            bytes = bytes.saturating_sub(held);
        }
        for shelf in &mut self.shelves {
            for all in shelf.by_print.values_mut() {
                all.retain(|kept| kept.used > since);
            }
            shelf.by_print.retain(|_, all| !all.is_empty());
            let by_print = &shelf.by_print;
            let is_kept =
                |known: &Known| by_print.get(&known.print).is_some_and(|all| all.iter().any(|kept| kept.is(known.access.shared())));
            shelf.people.retain(|_, known| is_kept(known));
        }
    }
}

impl Shelf {
    fn forget(&mut self, print: u128, gone: &Arc<Profile>) {
        if let Some(all) = self.by_print.get_mut(&print) {
            all.retain(|kept| !kept.is(gone));
        }
        self.people.retain(|_, known| !Arc::ptr_eq(known.access.shared(), gone));
    }
}

impl Kept {
    fn is(&self, profile: &Arc<Profile>) -> bool {
        Arc::ptr_eq(&self.profile, profile)
    }
}

impl Known {
    /// Whether the words of a person are those of the same lines as before.
    fn is_of_the_same(&self, person: &Person) -> bool {
        self.person.lines == person.lines
    }
}

impl Default for Profiles {
    fn default() -> Profiles {
        Profiles::new()
    }
}

// Whose they are and what is in them is nobody's business in a log.
impl fmt::Debug for Profiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profiles").finish_non_exhaustive()
    }
}
