//! Cells against a map of coordinates.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;
use std::sync::Arc;

use smalt_model::{DimensionId, Type, Value};

use super::*;
use crate::vector::Vector;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

fn layout(sizes: &[u32]) -> Arc<Layout> {
    let dims: Vec<_> = (0u32..).zip(sizes).map(|(i, n)| (DimensionId(i), *n)).collect();
    Arc::new(Layout::new(&dims).unwrap())
}

fn same(cells: &Cells, model: &BTreeMap<u128, f64>) {
    let (keys, values) = cells.entries();
    assert_eq!(keys.len() as u64, cells.len());
    assert_eq!(keys, model.keys().copied().collect::<Vec<_>>());
    assert_eq!(values, Vector::Number(model.values().copied().collect()));
}

/// Two versions differ at these keys.
fn differs(now: &Cells, before: &Cells, keys: &[u128]) {
    let all = usize::MAX;
    // Cells that moved to another block may be told too.
    let told = now.changed_from(before, all).unwrap();
    let at = |cells: &Cells, key: u128| cells.at(&[key]).get(0);
    let told: Vec<u128> = told.into_iter().filter(|key| at(now, *key) != at(before, *key)).collect();
    assert_eq!(told, keys);
    let (reconciled, changed) = now.clone().reconciled(&Arc::new(before.clone()), all);
    assert_eq!(reconciled.entries(), now.entries());
    assert!(keys.iter().all(|key| changed.keys.as_ref().unwrap().contains(key)));
    assert_eq!(changed.count, now.count_changed_from(before));
    assert_eq!(changed.count, changed.keys.map(|keys| keys.len() as u64));
    assert_eq!(now.changed_from(before, keys.len().saturating_sub(1)).is_none(), !keys.is_empty());
}

fn history<K: Key>(sizes: &[u32], spread: u64, steps: usize, seed: u64, body: fn(&Cells) -> Option<&Body<K>>) {
    let layout = layout(sizes);
    let mut random = Random(seed);
    let mut cells = Cells::empty(Arc::clone(&layout), Type::Number);
    let mut model = BTreeMap::new();
    for _ in 0..steps {
        let mut edits = BTreeMap::new();
        let many = [3, 40, 5_000, 90_000][random.below(4) as usize];
        let dense = random.below(2) == 0;
        for i in 0..many {
            let items: Vec<u32> = sizes
                .iter()
                .enumerate()
                .map(|(d, n)| {
                    let n = u64::from(*n).min(if d == 0 { spread } else { u64::MAX });
                    if dense && d + 1 == sizes.len() { (i % n) as u32 } else { random.below(n) as u32 }
                })
                .collect();
            edits.insert(layout.pack::<u128>(&items), (random.below(4) != 0).then(|| random.below(1_000) as f64 / 8.0));
        }
        let mut batch = Edits::new(Type::Number);
        for (key, value) in edits.iter().rev() {
            batch.push(*key, value.map(Value::Number).as_ref());
        }
        let before = cells.clone();
        let count = cells.len();
        cells = cells.apply(batch).unwrap();
        assert_eq!(before.len(), count, "an older version never changes");
        let (old, touched) = (model.clone(), edits.clone());
        for (key, value) in edits {
            match value {
                Some(value) => model.insert(key, value),
                None => model.remove(&key),
            };
        }
        same(&cells, &model);
        let differing: Vec<u128> = touched.keys().copied().filter(|key| old.get(key) != model.get(key)).collect();
        differs(&cells, &before, &differing);
        // The same cells in other blocks.
        let (keys, values) = cells.entries();
        let anew = Cells::empty(Arc::clone(&layout), Type::Number).apply(Edits::from_keys(keys, values)).unwrap();
        differs(&anew, &cells, &[]);
        differs(&anew, &before, &differing);
        let body = body(&cells).unwrap();
        assert!((0..body.block_count()).all(|i| body.chunk(i).unwrap().keys.len() == body.block_len(i)));
        let mut probe: Vec<u128> = model.keys().copied().step_by(7).chain((0..200).map(|_| u128::from(random.next() >> 20))).collect();
        probe.sort_unstable();
        let want: Vec<Option<f64>> = probe.iter().map(|k| model.get(k).copied()).collect();
        let got = body.probe(&probe.iter().map(|k| K::narrow(*k)).collect::<Vec<_>>());
        assert_eq!((0..probe.len()).map(|i| got.get(i)).collect::<Vec<_>>(), want.iter().map(|v| v.map(Value::Number)).collect::<Vec<_>>());
        let (a, b) = (*model.keys().nth(model.len() / 3).unwrap(), *model.keys().nth(model.len() * 2 / 3).unwrap());
        // From anywhere to anywhere, few cells and many, also where there is none.
        let mut places = vec![a, b, 0, u128::from(random.next() >> 20), u128::from(random.next() >> 20)];
        places.extend(model.keys().copied().step_by(model.len() / 5 + 1).flat_map(|key| [key, key + 1, key + 3]));
        places.sort_unstable();
        for (at, from) in places.iter().enumerate() {
            for to in places.iter().skip(at).map(|to| Some(*to)).chain([None]) {
                let there: Vec<(u128, f64)> =
                    model.range(*from..).take_while(|(k, _)| to.is_none_or(|to| **k < to)).map(|(k, v)| (*k, *v)).collect();
                let range = body.range(K::narrow(*from), to.map(K::narrow));
                let keys = range.as_ref().map_or_else(Vec::new, |chunk| chunk.keys.decode().into_iter().map(Key::wide).collect());
                assert_eq!(keys, there.iter().map(|(k, _)| *k).collect::<Vec<_>>());
                let values = range.map_or_else(|| Vector::blank(Type::Number, 0), |chunk| chunk.column.to_vector());
                assert_eq!(values, Vector::Number(there.iter().map(|(_, v)| *v).collect()));
            }
        }
    }
    let grown: Vec<(DimensionId, u32)> = layout.dims().iter().zip(sizes).map(|(d, n)| (*d, n.saturating_mul(3))).collect();
    let grown = Arc::new(Layout::new(&grown).unwrap());
    let moved = cells.relayout(&grown).unwrap();
    assert_eq!(moved.len(), cells.len());
    for key in model.keys().step_by(97) {
        let items = layout.unpack(*key);
        assert_eq!(moved.get(&items), cells.get(&items));
    }
}

#[test]
fn dense_cells_follow_their_history() {
    history::<u64>(&[300, 40, 36], 300, 12, 1, Cells::narrow);
}

#[test]
fn sparse_cells_follow_their_history() {
    history::<u64>(&[100_000, 5_000, 400, 36], 100_000, 8, 2, Cells::narrow);
}

#[test]
fn wide_cells_follow_their_history() {
    history::<u128>(&[1_000, 100_000, 5_000, 400, 36, 3_000, 70_000], 2, 8, 3, Cells::wide);
}

#[test]
fn one_coordinate_twice_is_refused_by_place() {
    let layout = layout(&[10, 10]);
    let mut edits = Edits::new(Type::Number);
    for items in [[1, 1], [0, 1], [1, 1]] {
        edits.push(layout.pack(&items), Some(&Value::Number(1.0)));
    }
    assert_eq!(Cells::empty(layout, Type::Number).apply(edits).err(), Some(2));
}

#[test]
fn dense_and_scattered_cells_stay_small() {
    let mut edits = Edits::new(Type::Number);
    (0..1_000_000u128).for_each(|k| edits.push(k, Some(&Value::Number(1.0))));
    let dense = Cells::empty(layout(&[1 << 20]), Type::Number).apply(edits).unwrap();
    let body = dense.narrow().unwrap();
    let bytes: usize = (0..body.block_count()).filter_map(|i| body.chunk(i)).map(|c| c.keys.bytes() + c.column.bytes()).sum();
    assert!(bytes < 8_500_000, "{bytes} bytes for a million dense cells");
    let mut random = Random(4);
    let mut edits = BTreeMap::new();
    for _ in 0..200_000 {
        edits.insert(u128::from(random.next() >> 16), 1.0);
    }
    let keys = edits.keys().copied().collect();
    let sparse = Edits::from_keys(keys, Vector::Number(edits.values().copied().collect()));
    let sparse = Cells::empty(layout(&[1 << 24, 1 << 24]), Type::Number).apply(sparse).unwrap();
    let body = sparse.narrow().unwrap();
    let bytes: usize = (0..body.block_count()).filter_map(|i| body.chunk(i)).map(|c| c.keys.bytes() + c.column.bytes()).sum();
    assert!(bytes <= 16 * edits.len(), "{bytes} bytes");
}

#[test]
fn a_space_too_wide_is_refused_with_its_sizes() {
    let dims: Vec<_> = (0..5).map(|i| (DimensionId(i), u32::MAX)).collect();
    assert_eq!(Layout::new(&dims).unwrap_err().bits.len(), 5);
}

#[test]
fn decimals_are_kept_under_edits_and_other_layouts() {
    let digits = smalt_model::Digits { precision: 38, scale: 4 };
    let (small, large) = (layout(&[300, 40]), layout(&[5_000, 40]));
    let mut random = Random(8);
    let mut cells = Cells::empty(Arc::clone(&small), digits.ty());
    let mut model: BTreeMap<(u32, u32), i128> = BTreeMap::new();
    for step in 0..12 {
        let mut edits = BTreeMap::new();
        for _ in 0..[9_000, 30][step % 2] {
            let units = (i128::from(random.next()) << 60) - (1i128 << 122);
            let place = (random.below(300) as u32, random.below(40) as u32);
            edits.insert(place, (random.below(4) != 0).then_some(units));
        }
        let mut batch = Edits::new(digits.ty());
        for (place, units) in &edits {
            batch.push(small.pack(&[place.0, place.1]), units.map(|u| Value::Decimal(digits, u)).as_ref());
            match units {
                Some(units) => model.insert(*place, *units),
                None => model.remove(place),
            };
        }
        cells = cells.apply(batch).unwrap();
        let wide = cells.relayout(&large).unwrap();
        for of in [&cells, &wide] {
            assert_eq!(of.entries().1, Vector::Decimal(digits, model.values().copied().collect()));
        }
        assert_eq!(cells.ty(), digits.ty());
        let some = (random.below(300) as u32, random.below(40) as u32);
        assert_eq!(wide.get(&[some.0, some.1]), model.get(&some).map(|u| Value::Decimal(digits, *u)));
    }
    // A value of another scale is taken with these digits, one that has too many of them is not.
    let mut one = Vector::blank(smalt_model::Digits { precision: 5, scale: 2 }.ty(), 0);
    one.push(Some(&Value::Decimal(digits, 12_350)));
    one.push(Some(&Value::Integer(1_000)));
    one.push(Some(&Value::Number(1.0)));
    assert_eq!(one, Vector::Decimal(smalt_model::Digits { precision: 5, scale: 2 }, vec![124, i128::MIN, i128::MIN]));
}

/// Words of random keys under layouts whose last field is smaller than a word, as large, and larger.
#[test]
fn words_tell_what_keys_tell() {
    let mut random = Random(23);
    for sizes in [&[40u32, 9, 36][..], &[300, 12], &[30, 2, 5], &[20, 365], &[4_000]] {
        let layout = layout(sizes);
        for share in [1, 2, 3] {
            let all: u64 = sizes.iter().map(|n| u64::from(*n)).product();
            let mut keys: Vec<u64> = (0..all)
                .filter(|_| random.below(share) == 0)
                .map(|mut at| {
                    let mut items: Vec<u32> = Vec::new();
                    for n in sizes.iter().rev() {
                        items.insert(0, (at % u64::from(*n)) as u32);
                        at /= u64::from(*n);
                    }
                    layout.pack(&items)
                })
                .collect();
            keys.sort_unstable();
            let stored = Arc::new(Keys::from_sorted(&keys).unwrap());
            let words: Vec<Words<'_, u64>> = stored.in_words(100).unwrap().collect();
            let decoded: Vec<u64> =
                words.iter().flat_map(|w| w.iter().flat_map(|w| w.lows.iter().map(move |low| w.head + u64::from(*low)))).collect();
            assert_eq!(decoded, keys);
            let (base, bits) = stored.as_words().unwrap();
            assert_eq!(Keys::from_words(base, bits).unwrap(), *stored);
            let bits_of = |words: &mut dyn Iterator<Item = (u64, u64)>| -> Vec<u64> {
                words.flat_map(|(head, bits)| (0..64).filter(move |low| bits >> low & 1 == 1).map(move |low| head + low)).collect()
            };
            assert_eq!(bits_of(&mut words.iter().flat_map(|w| w.iter().map(|w| (w.head, w.bits)))), keys);
            for (from, to) in [(0, keys.len()), (3, 4), (keys.len() / 3, keys.len() / 2), (keys.len() - 1, keys.len()), (5, 5)] {
                let near: Vec<(u64, u64, usize)> = stored.words_at(from, to).unwrap().collect();
                let found = bits_of(&mut near.iter().map(|(head, bits, _)| (*head, *bits)));
                let first = near.first().map_or(from, |(_, _, first)| *first);
                assert!(first <= from && first + found.len() >= to && near.len() <= to - from + 2);
                assert_eq!(found, keys[first..first + found.len()]);
            }

            let mut from = 0;
            for piece in &words {
                let here = &keys[from..from + piece.len()];
                assert_eq!((piece.from(), piece.iter().map(|w| w.lows.len()).sum::<usize>()), (from, here.len()));
                assert_eq!(piece.ends(), Some((here[0], here[here.len() - 1])));
                for field in layout.fields() {
                    assert_eq!(piece.items(*field), here.iter().map(|k| k.get(*field)).collect::<Vec<_>>());
                }
                // Tables over some of the dimensions, in any order; the last slots are missing.
                let dims: Vec<_> = (0u32..).zip(sizes).map(|(i, n)| (DimensionId(i), *n)).collect();
                for part in [vec![], vec![dims[0]], dims[1..].to_vec(), vec![*dims.last().unwrap()], dims.iter().rev().copied().collect()] {
                    let target = Layout::new(&part).unwrap();
                    let projection = Projection::new(&layout, &target).unwrap();
                    let slots = 1usize << target.bits();
                    let table: Vec<u64> = (0..slots - slots / 5).map(|_| random.next()).collect();
                    let told: Vec<u64> =
                        here.iter().map(|k| table.get(projection.apply::<u64, u64>(*k) as usize).copied().unwrap_or(7)).collect();
                    assert_eq!(piece.read(&projection, &table, &7), told);
                }
                from += piece.len();
            }
        }
    }
}

/// Cells of other metrics around those of a block: in blocks that are cut elsewhere, with edits over them, and with gaps.
#[test]
fn rows_hold_what_look_ups_find() {
    let mut random = Random(29);
    for sizes in [&[60u32, 30, 36][..], &[500, 40, 12], &[3_000, 64]] {
        let layout = layout(sizes);
        let fields = layout.fields().to_vec();
        let last = *fields.last().unwrap();
        let mut scattered = |share: u64| {
            let mut keys: Vec<u64> = (0..120_000 / share)
                .map(|_| layout.pack(&sizes.iter().map(|n| random.below(u64::from(*n)) as u32).collect::<Vec<_>>()))
                .collect();
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let (places, there, edited) = (scattered(1), scattered(2), scattered(60));
        let mut builder = Builder::<u64>::new(Arc::clone(&layout), Type::Number);
        builder.push_plain(there.clone(), Vector::Number(there.iter().map(|k| *k as f64 * 0.5).collect()));
        let edits = Vector::Number(edited.iter().map(|k| if k % 3 == 0 { f64::NAN } else { -(*k as f64) }).collect());
        let body = builder.finish().apply(&edited, &edits);
        let stored = Keys::from_sorted(&places).unwrap();
        for by in [0, 1, -1, -12, 35, 70, -70] {
            let count = *sizes.last().unwrap();
            let moves = Moves::along(last, by, count).unwrap();
            let target = |key: &u64| {
                let item = i64::from(key.get(last)) + by;
                (0..i64::from(count)).contains(&item).then(|| key.clear(last).with(last, item as u32))
            };
            let mut found = Vec::new();
            for words in stored.in_words(5_000).unwrap() {
                words.with_rows(&body, |word, row| found.extend(word.lows.iter().map(|low| row.at(*low, &moves)))).unwrap();
            }
            let told: Vec<f64> = places
                .iter()
                .map(|key| match target(key).map(|key| body.probe(&[key])) {
                    Some(Vector::Number(v)) => v[0],
                    _ => f64::NAN,
                })
                .collect();
            let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&found), bits(&told), "{sizes:?} {by}");
            // And back: the places that look at these.
            let mut looking: Vec<u64> = places
                .iter()
                .filter_map(|key| {
                    let item = i64::from(key.get(last)) - by;
                    (0..i64::from(count)).contains(&item).then(|| key.clear(last).with(last, item as u32))
                })
                .collect();
            looking.sort_unstable();
            assert_eq!(stored.looked_at(&moves).map(|keys| keys.decode()).unwrap_or_default(), looking);
            // Only those with a value stay.
            let (mut kept, mut values) = (Vec::new(), Vector::blank(Type::Number, 0));
            let mut from = 0;
            for words in stored.in_words(5_000).unwrap() {
                words.keep_full(&Vector::Number(found[from..from + words.len()].to_vec()), &mut kept, &mut values);
                from += words.len();
            }
            let full: Vec<(u64, f64)> = places.iter().copied().zip(found).filter(|(_, v)| !v.is_nan()).collect();
            let keys = Keys::from_words(stored.as_words().unwrap().0, &kept).map(|keys| keys.decode()).unwrap_or_default();
            assert_eq!((keys, values), (full.iter().map(|(k, _)| *k).collect(), Vector::Number(full.iter().map(|(_, v)| *v).collect())));
        }
    }
    assert!(Moves::along(Field { shift: 0, bits: 7 }, 1, 100).is_none() && Moves::along(Field { shift: 3, bits: 3 }, 1, 8).is_none());
}
