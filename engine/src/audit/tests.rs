//! Whatever is done to the file of an audit is found, and where.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use super::event::{Class, Deed, Kind, Named, Outcome, Thing, Who};
use super::walk::{Misfit, Reason, Verdict};
use super::*;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn open(&self, revision: u64) -> Log {
        Log::open(
            self.0.path(),
            &crate::store::Seals::clear(),
            revision,
            Clock::fixed(UNIX_EPOCH + Duration::from_secs(1_795_780_800)),
            &[],
        )
        .unwrap()
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("audit.jsonl")
    }

    fn head(&self) -> PathBuf {
        self.0.path().join("audit.head")
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).unwrap()
    }
}

fn deed(number: u32) -> Deed {
    let who = match number % 3 {
        0 => Who::Owner,
        1 => Who::User { item: number, name: "ann \"é\"\n".into(), kind: Kind::AiAgent },
        _ => Who::Nobody { name: "x".into() },
    };
    let about = vec![Named { thing: Thing::Metric(smalt_model::MetricId(number)), name: "Net\\Revenue".into() }];
    let outcome = [Outcome::Done, Outcome::Refused, Outcome::Failed][number as usize % 3];
    Deed { about, cells: number.is_multiple_of(2).then_some(7), ..Deed::plain(Class::Application, "INSERT", outcome, who) }
}

/// A folder with so many events, and its file.
fn written(count: u32) -> (Folder, Vec<u8>) {
    let folder = Folder::new();
    let log = folder.open(0);
    (1..=count).for_each(|number| log.note(deed(number)));
    assert_eq!(log.verify().unwrap(), Verdict::Whole { events: u64::from(count), first: 1 });
    drop(log);
    let bytes = folder.bytes();
    (folder, bytes)
}

/// What is found where the file has become `bytes`: the first event that does not fit, once the audit is open again.
fn found(folder: &Folder, head: &[u8], bytes: &[u8]) -> Option<Misfit> {
    fs::write(folder.path(), bytes).unwrap();
    fs::write(folder.head(), head).unwrap();
    let log = folder.open(0);
    let misfit = match log.verify().unwrap() {
        Verdict::Whole { .. } => None,
        Verdict::Damaged(misfit) => Some(misfit),
    };
    assert_eq!(misfit.is_some(), log.damage().is_some(), "{misfit:?} {:?}", log.damage());
    // It is found again whenever the audit is opened, and told once.
    drop(log);
    let length = folder.bytes().len();
    let again = folder.open(0);
    assert_eq!(again.damage().is_some(), misfit.is_some());
    again.note(deed(1));
    let verdict = again.verify().unwrap();
    assert_eq!(matches!(&verdict, Verdict::Damaged(other) if Some(other.number) == misfit.as_ref().map(|m| m.number)), misfit.is_some());
    drop(again);
    assert!(folder.bytes().len() - length < 600, "damage is told once");
    misfit
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|b| *b == b'\n').collect()
}

/// Nothing has marked how far the lines go when the process is killed: a refusal makes no revision.
#[test]
fn a_kill_after_the_first_refusal_is_no_damage() {
    for killed_before in [false, true] {
        let folder = Folder::new();
        if killed_before {
            // Between the two files of a new folder.
            fs::write(folder.path(), "").unwrap();
        }
        let log = folder.open(0);
        log.note(deed(1));
        std::mem::forget(log);
        assert_eq!(lines(&folder.bytes()).len(), 1);
        let log = folder.open(0);
        assert_eq!(log.damage(), None);
        log.note(deed(2));
        assert_eq!(log.verify().unwrap(), Verdict::Whole { events: 2, first: 1 });
    }
}

#[test]
fn a_flipped_bit_is_found_in_its_line() {
    let (folder, bytes) = written(5);
    let head = fs::read(folder.head()).unwrap();
    let mut place = 0;
    for (number, line) in (1..).zip(lines(&bytes)) {
        for offset in 0..line.len() {
            // A bit of every seventh byte, another one each time; the end of each line always.
            if offset % 7 == 0 || offset + 1 == line.len() {
                let mut changed = bytes.clone();
                changed[place + offset] ^= 1 << (offset % 8);
                let misfit = found(&folder, &head, &changed).unwrap_or_else(|| panic!("byte {offset} of line {number}"));
                assert_eq!(misfit.number, number, "byte {offset}: {misfit}");
            }
        }
        place += line.len();
    }
}

#[test]
fn lines_that_are_gone_doubled_or_moved_are_found() {
    let (folder, bytes) = written(6);
    let head = fs::read(folder.head()).unwrap();
    let all = lines(&bytes);
    assert_eq!(found(&folder, &head, &bytes), None);
    for a in 0..all.len() {
        let number = a as u64 + 1;
        let without = [&all[..a], &all[a + 1..]].concat().concat();
        assert_eq!(found(&folder, &head, &without).unwrap().number, number, "without line {number}");
        let doubled = [&all[..=a], &all[a..]].concat().concat();
        assert_eq!(found(&folder, &head, &doubled).unwrap().number, number + 1, "line {number} twice");
        for b in a + 1..all.len() {
            let mut swapped = all.clone();
            swapped.swap(a, b);
            assert_eq!(found(&folder, &head, &swapped.concat()).unwrap().number, number, "lines {number} and {}", b + 1);
        }
    }
    // A line of another chain.
    let (_, other) = written(7);
    let foreign = [bytes.as_slice(), lines(&other)[6]].concat();
    assert_eq!(found(&folder, &head, &foreign), None, "the same events make the same chain");
    let mut foreign = all.clone();
    let other = lines(&other)[2].to_vec();
    foreign[3] = &other;
    assert_eq!(found(&folder, &head, &foreign.concat()).unwrap().number, 4);
}

#[test]
fn an_end_that_was_cut_off_is_found() {
    let (folder, bytes) = written(4);
    let head = fs::read(folder.head()).unwrap();
    // Everywhere near the ends of lines, and here and there within.
    let near = |length: usize| length.is_multiple_of(11) || bytes[length.saturating_sub(2)..(length + 2).min(bytes.len())].contains(&b'\n');
    for length in (0..bytes.len()).filter(|length| near(*length)) {
        let misfit = found(&folder, &head, &bytes[..length]);
        if length + 1 == bytes.len() {
            // Only the end of the last line was missing, and is put back.
            assert_eq!(misfit, None);
            continue;
        }
        let whole = bytes[..length].iter().filter(|b| **b == b'\n').count() as u64;
        let last_is_whole = bytes.get(length) == Some(&b'\n');
        assert_eq!(misfit.unwrap().number, whole + 1 + u64::from(last_is_whole), "at {length}");
    }
}

#[test]
fn a_head_that_is_gone_or_another_is_found() {
    let (folder, bytes) = written(3);
    let head = fs::read_to_string(folder.head()).unwrap();
    assert_eq!(found(&folder, head.as_bytes(), &bytes), None);
    for wrong in [String::new(), "x".to_owned(), head.replace("03 ", "02 "), head.replace("03 ", "07 "), head.to_uppercase()] {
        assert_eq!(found(&folder, wrong.as_bytes(), &bytes).unwrap().number, 4, "{wrong}");
    }
    fs::remove_file(folder.path()).unwrap();
    fs::remove_file(folder.head()).unwrap();
    let log = folder.open(9);
    assert!(log.damage().unwrap().contains("gone"), "{:?}", log.damage());
    assert_eq!(log.verify().unwrap(), Verdict::Damaged(Misfit { number: 1, reason: Reason::Changed }));
}

#[test]
fn a_line_that_a_crash_left_unfinished_is_taken_off() {
    let (folder, bytes) = written(3);
    let next = String::from_utf8(lines(&written(4).1)[3].to_vec()).unwrap();
    for length in (1..next.len() - 1).step_by(5) {
        fs::write(folder.path(), [bytes.as_slice(), &next.as_bytes()[..length]].concat()).unwrap();
        let head = fs::read(folder.head()).unwrap();
        let log = folder.open(0);
        assert_eq!((log.damage(), log.verify().unwrap()), (None, Verdict::Whole { events: 4, first: 1 }), "at {length}");
        drop(log);
        fs::write(folder.head(), head).unwrap();
    }
    // A whole one is kept.
    fs::write(folder.path(), [bytes.as_slice(), &next.as_bytes()[..next.len() - 1]].concat()).unwrap();
    assert_eq!(folder.open(0).verify().unwrap(), Verdict::Whole { events: 4, first: 1 });
    assert_eq!(folder.bytes(), [bytes.as_slice(), next.as_bytes()].concat());
}

#[test]
fn events_whose_change_did_not_come_about_are_taken_back() {
    let folder = Folder::new();
    let last = |revision: u64| {
        let mut taken_back = Vec::new();
        let log = folder.open(revision);
        assert_eq!(log.damage(), None);
        log.each(|line| match line {
            Line::Event(event) => taken_back.extend(event.deed.takes_back()),
            Line::Unreadable => panic!(),
        })
        .unwrap();
        taken_back
    };
    folder.open(0).enter(vec![deed(3), deed(3)], 1).unwrap();
    assert_eq!(last(1), [0; 0]);
    folder.open(1).enter(vec![deed(3)], 2).unwrap();
    assert_eq!(last(1), [2]);
    assert_eq!(last(1), [2], "once");
    folder.open(1).enter(vec![deed(3)], 2).unwrap();
    assert_eq!(last(2), [2]);
    // A change without events, and a file that is older than they.
    assert!(folder.open(3).damage().unwrap().contains("no events"));
    let folder = Folder::new();
    (1..4).for_each(|revision| drop(folder.open(revision - 1).enter(vec![deed(3)], revision).unwrap()));
    assert!(folder.open(1).damage().unwrap().contains("older"));
}

#[test]
fn memory_keeps_the_last_events() {
    let log = Log::in_memory(Clock::default());
    (0..16_384 + 10).for_each(|number| log.note(deed(number)));
    assert_eq!(log.verify().unwrap(), Verdict::Whole { events: 16_384, first: 11 });
    assert_eq!(log.head().0, 16_394);
}

#[test]
fn an_event_comes_back_as_it_was() {
    for number in 0..6 {
        let event = Event { number: 1, time: Moment::parse("2026-11-27").unwrap(), deed: deed(number) };
        let (line, _) = chain::seal(&chain::Hash::ORIGIN, &event).unwrap();
        let sealed = chain::Sealed::read(line.as_bytes()).unwrap();
        assert!(sealed.follows(&chain::Hash::ORIGIN) && !sealed.follows(&chain::Hash::LOST));
        assert_eq!(sealed.event(), Some(event));
    }
}
