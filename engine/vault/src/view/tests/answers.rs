//! Two worlds that differ only in what a person may not see give that person the same, byte for byte.

use std::sync::Arc;

use smalt_model::{MetricId, Type, Value};
use smalt_security::Principal;

use super::world::{HOME, LABEL, PEOPLE, REVENUE, Random, World, all_cells};
use crate::{Cells, Edits, GroupAxis, MaskedView, ScanColumn, Wanted};

/// The same world with hidden cells changed, taken away and added.
fn otherwise(world: &World, metric: MetricId, user: u32, random: &mut Random) -> Cells {
    let access = world.access(Principal::User(user));
    let def = world.revision.schema().metric(metric).unwrap();
    let (mask, values) = (access.reading(metric), access.values(metric));
    let before = world.revision.cells(metric).unwrap();
    let layout = before.layout();
    let key = |items: &[u32]| {
        let place = |d| items[def.dimensions.iter().position(|own| own == d).unwrap()];
        layout.pack::<u128>(&layout.dims().iter().map(place).collect::<Vec<_>>())
    };
    let mut edits = std::collections::BTreeMap::new();
    let hidden_item = |d| (0..world.revision.items(d).capacity()).find(|i| !access.items(d).allows(&[*i]));
    let secret = |random: &mut Random| match def.ty {
        Type::Number => Some(Value::Number(f64::from(random.below(1_000_000)) * 1e9)),
        Type::Text => Some(Value::Text(Arc::from("secret"))),
        Type::Item(d) => hidden_item(d).map(|i| Value::Item(d, i)),
        _ => None,
    };
    for (items, value) in all_cells(&before, &def.dimensions) {
        let seen = mask.allows(&items) && values.as_ref().is_none_or(|v| matches!(value, Value::Item(_, held) if v.allows(&[held])));
        if !seen && random.below(2) == 0 {
            edits.insert(key(&items), if random.below(2) == 0 { None } else { secret(random) });
        }
    }
    for _ in 0..2_000 {
        let items: Vec<u32> = def.dimensions.iter().map(|d| random.below(world.revision.items(*d).capacity())).collect();
        if !mask.allows(&items) {
            edits.insert(key(&items), secret(random));
        }
    }
    let mut batch = Edits::new(def.ty);
    edits.iter().for_each(|(key, value)| batch.push(*key, value.as_ref()));
    before.apply(batch).unwrap()
}

/// Everything that can be asked of a metric, as text.
fn ask(view: &MaskedView, metric: MetricId) -> String {
    let Some(masked) = view.metric(metric) else { return String::new() };
    let columns = [ScanColumn::Item(0), ScanColumn::Value, ScanColumn::Item(1)];
    let batches: Vec<_> = (0..3).flat_map(|part| masked.scan(&columns, 256, part, 3)).map(|b| (b.rows, b.columns)).collect();
    let wanted = Wanted { count: true, sum: masked.def().ty == Type::Number, min: masked.def().ty == Type::Number, max: false };
    let axes = [1usize, 0].map(|position| GroupAxis { position, codes: (0..200).map(|i| i % 5).collect(), groups: 5 });
    let groups = masked.aggregate(&axes, &[], wanted).unwrap();
    let sums: Vec<u64> = groups.sum.iter().map(|s| s.to_bits()).collect();
    format!("{} {batches:?} {:?} {:?} {sums:?} {:?}", masked.len(), groups.codes, groups.count, groups.min)
}

#[test]
fn hidden_cells_change_nothing() {
    let mut differ = 0;
    for seed in 0..30 {
        let world = World::random(seed, seed % 5 == 4, 6_000);
        let mut random = Random(seed + 77);
        for user in 0..PEOPLE {
            for metric in [REVENUE, LABEL, HOME] {
                let other = otherwise(&world, metric, user, &mut random);
                differ += usize::from(other.entries() != world.revision.cells(metric).unwrap().entries());
                let mut changed = crate::Revision::clone(&world.revision);
                changed.set_cells(metric, Arc::new(other));
                let access = world.access(Principal::User(user));
                let vault = world.vault();
                let (one, two) = (vault.view(Arc::clone(&access)), vault.view_at(Arc::new(changed), access));
                assert!(ask(&one, metric) == ask(&two, metric), "seed {seed}, user {user}, {metric:?}");
            }
        }
    }
    assert!(differ > 100, "the worlds do differ: {differ}");
}
