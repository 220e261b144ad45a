//! Masks over cells and rows against the plain way: look at every cell and ask.

use std::collections::BTreeMap;
use std::sync::Arc;

use roaring::RoaringBitmap;
use smalt_model::{MetricId, Type, Value};
use smalt_security::{Access, Principal};

use super::world::{HOME, LABEL, LEDGER, PEOPLE, REVENUE, Random, World, all_cells};
use crate::{BLANK_ITEM, ExactSum, GroupAxis, MaskedMetric, MaskedScan, NO_GROUP, ScanColumn, Vector, Wanted};

/// The cells that one may see: by definition.
fn visible(world: &World, access: &Access, metric: MetricId) -> Vec<(Vec<u32>, Value)> {
    let def = world.revision.schema().metric(metric).unwrap();
    let (mask, values) = (access.reading(metric), access.values(metric));
    let mut cells = all_cells(&world.revision.cells(metric).unwrap(), &def.dimensions);
    cells.retain(|(items, value)| {
        mask.allows(items) && values.as_ref().is_none_or(|values| matches!(value, Value::Item(_, held) if values.allows(&[*held])))
    });
    cells
}

/// Checks sizes and that nothing but the rows is in the buffers, and puts the batches together.
fn gather(scans: impl IntoIterator<Item = MaskedScan>, width: usize, rows_per_batch: usize) -> Vec<Vec<Option<Value>>> {
    let mut rows = Vec::new();
    for scan in scans {
        let batches: Vec<_> = scan.collect();
        for (at, batch) in batches.iter().enumerate() {
            assert!(batch.rows == rows_per_batch || at + 1 == batches.len(), "only the last batch of a part may be smaller");
            assert!(batch.rows > 0 && batch.rows <= rows_per_batch);
            assert_eq!(batch.columns.len(), width);
            for column in &batch.columns {
                assert_eq!(column.len(), batch.rows);
                let spare = crate::each_vector!(column, v => v.capacity() - v.len());
                assert_eq!(spare, 0, "no room in which something else could stand");
            }
            rows.extend((0..batch.rows).map(|row| batch.columns.iter().map(|c| c.get(row)).collect::<Vec<_>>()));
        }
    }
    rows
}

fn worlds(mut each: impl FnMut(&World, &Arc<Access>, &mut Random)) {
    for seed in 0..24 {
        let world = World::random(seed, seed % 3 == 2, if seed % 6 == 0 { 150_000 } else { 9_000 });
        let mut random = Random(seed + 1_000);
        for user in 0..PEOPLE {
            each(&world, &world.access(Principal::User(user)), &mut random);
        }
        each(&world, &world.access(Principal::Owner { user: None }), &mut random);
    }
}

#[test]
fn scans_give_what_a_filter_over_all_cells_gives() {
    let mut shapes = [0; 3];
    worlds(|world, access, random| {
        let vault = world.vault();
        let view = vault.view(Arc::clone(access));
        for metric in [REVENUE, LABEL, HOME] {
            let want = visible(world, access, metric);
            let all = world.revision.cells(metric).unwrap().len() as usize;
            shapes[if want.is_empty() { 0 } else { 1 + usize::from(want.len() == all) }] += 1;
            let Some(masked) = view.metric(metric) else {
                assert!(want.is_empty());
                continue;
            };
            assert_eq!(masked.len(), want.len() as u64);
            let positions = masked.def().dimensions.len();
            let columns: Vec<ScanColumn> = (0..positions).map(ScanColumn::Item).chain([ScanColumn::Value]).collect();
            let rows_per_batch = random.pick(&[1_000, 8_192, 4_096, 77_777]);
            let parts = random.pick(&[1usize, 2, 3, 7]);
            let rows = gather((0..parts).map(|p| masked.scan(&columns, rows_per_batch, p, parts)), positions + 1, rows_per_batch);
            let row = |(items, value): &(Vec<u32>, Value)| {
                let items = items.iter().zip(&masked.def().dimensions).map(|(i, d)| Some(Value::Item(*d, *i)));
                items.chain([Some(value.clone())]).collect::<Vec<_>>()
            };
            assert!(rows == want.iter().map(row).collect::<Vec<_>>(), "the rows in coordinate order");
            let none: usize = masked.scan(&[], rows_per_batch, 0, 1).map(|b| b.rows).sum();
            assert_eq!(none, want.len());
            for (items, value) in want.iter().step_by(97) {
                assert_eq!(masked.cell(items).as_ref(), Some(value));
            }
            for (items, _) in all_cells(&world.revision.cells(metric).unwrap(), &masked.def().dimensions).iter().step_by(101) {
                let known = want.iter().find(|(i, _)| i == items).map(|(_, v)| v);
                assert_eq!(view.cell(metric, items).as_ref(), known);
            }
        }
    });
    assert!(shapes.iter().all(|count| *count > 5), "nothing, something and everything come up: {shapes:?}");
}

#[test]
fn filters_and_masks_are_one() {
    worlds(|world, access, random| {
        let vault = world.vault();
        let view = vault.view(Arc::clone(access));
        for metric in [REVENUE, HOME] {
            let Some(masked) = view.metric(metric) else { continue };
            let mut want = visible(world, access, metric);
            let mut narrow = masked.clone();
            for _ in 0..1 + random.below(2) {
                let position = random.below(masked.def().dimensions.len() as u32) as usize;
                let share = random.pick(&[1, 3, 20]);
                let keep: RoaringBitmap = (0..70).filter(|_| random.below(share) == 0).collect();
                narrow = narrow.filtered(position, keep.clone());
                want.retain(|(items, _)| keep.contains(items[position]));
            }
            assert_eq!(narrow.len(), want.len() as u64);
            let rows = gather([narrow.scan(&[ScanColumn::Value], 500, 0, 1)], 1, 500);
            assert!(rows == want.iter().map(|(_, value)| vec![Some(value.clone())]).collect::<Vec<_>>());
            assert_eq!(narrow.aggregate(&[], &[], Wanted::default()).unwrap().len(), usize::from(!want.is_empty()));
        }
    });
}

#[derive(Default)]
struct Total {
    count: u64,
    sum: ExactSum,
    ends: Option<(f64, f64)>,
}

fn random_axes(masked: &MaskedMetric, random: &mut Random) -> Vec<GroupAxis> {
    let axis = |random: &mut Random| {
        let groups = random.pick(&[1, 3, 70, 50_000]);
        let codes = (0..60).map(|_| if random.below(12) == 0 { NO_GROUP } else { random.below(groups) }).collect();
        GroupAxis { position: random.below(masked.def().dimensions.len() as u32) as usize, codes, groups }
    };
    (0..random.below(5)).map(|_| axis(random)).collect()
}

#[test]
fn aggregates_are_those_of_the_visible_cells() {
    worlds(|world, access, random| {
        let vault = world.vault();
        let view = vault.view(Arc::clone(access));
        let Some(masked) = view.metric(REVENUE) else { return };
        let cells = visible(world, access, REVENUE);
        for _ in 0..6 {
            let axes = random_axes(&masked, random);
            let filters: Vec<(usize, RoaringBitmap)> =
                (0..random.below(3)).map(|_| (random.below(3) as usize, (0..70).filter(|_| random.below(4) > 0).collect())).collect();
            let mut want: BTreeMap<Vec<u32>, Total> = BTreeMap::new();
            for (items, value) in &cells {
                let Value::Number(value) = value else { panic!("a number") };
                if filters.iter().any(|(position, keep)| !keep.contains(items[*position])) {
                    continue;
                }
                let code = |a: &GroupAxis| a.codes.get(items[a.position] as usize).copied().filter(|c| *c != NO_GROUP).unwrap_or(a.groups);
                let total = want.entry(axes.iter().map(code).collect()).or_default();
                total.count += 1;
                total.sum.add(*value);
                let (low, high) = total.ends.unwrap_or((*value, *value));
                total.ends = Some((low.min(*value), high.max(*value)));
            }
            let wanted = random.pick(&[
                Wanted { sum: true, min: true, max: true, count: true },
                Wanted { sum: true, min: false, max: false, count: false },
                Wanted { sum: false, min: true, max: false, count: true },
                Wanted { sum: false, min: false, max: false, count: true },
            ]);
            let got = masked.aggregate(&axes, &filters, wanted).unwrap();
            assert_eq!(got.len(), want.len());
            for (row, (codes, total)) in want.iter().enumerate() {
                assert_eq!(&got.codes.iter().map(|axis| axis[row]).collect::<Vec<_>>(), codes);
                assert!(!wanted.count || got.count[row] == total.count);
                assert!(!wanted.sum || got.sum[row].to_bits() == total.sum.value().to_bits());
                assert!(!wanted.min || got.min[row] == total.ends.unwrap().0);
                assert!(!wanted.max || got.max[row] == total.ends.unwrap().1);
            }
        }
        let labels = view.metric(LABEL).map(|m| m.aggregate(&[], &[], Wanted { count: true, ..Wanted::default() }).unwrap());
        let many = visible(world, access, LABEL).len() as u64;
        assert!(labels.is_none_or(|groups| groups.count.first().copied().unwrap_or(0) == many));
        assert!(view.metric(LABEL).is_none_or(|m| m.aggregate(&[], &[], Wanted { sum: true, ..Wanted::default() }).is_none()));
    });
}

#[test]
fn rows_of_a_list_are_those_of_the_mask() {
    worlds(|world, access, random| {
        let vault = world.vault();
        let view = vault.view(Arc::clone(access));
        let rows = world.revision.rows(LEDGER).unwrap();
        let mask = access.reading_list(LEDGER);
        let items = |column: u16, row: usize| match rows.column(column).unwrap().as_ref() {
            Vector::Item(_, items) => items[row],
            _ => 7,
        };
        let seen: Vec<usize> = (0..rows.len()).filter(|row| mask.allows(&(0..4u16).map(|c| items(c, *row)).collect::<Vec<_>>())).collect();
        let Some(masked) = view.rows(LEDGER) else {
            assert!(seen.is_empty());
            return;
        };
        assert_eq!(masked.len(), seen.len() as u64);
        let parts = random.pick(&[1usize, 2, 5]);
        let got = gather((0..parts).map(|p| masked.scan(&[2, 0, 3, 1], 333, p, parts)), 4, 333);
        let want: Vec<Vec<Option<Value>>> =
            seen.iter().map(|row| [2u16, 0, 3, 1].map(|c| rows.column(c).unwrap().get(*row)).to_vec()).collect();
        assert!(got == want);
        assert!(seen.iter().all(|row| items(0, *row) == BLANK_ITEM || view.items(super::world::COUNTRY).name(items(0, *row)).is_some()));
    });
}

#[test]
fn a_metric_without_dimensions_has_one_cell() {
    use smalt_model::MetricDef;
    let mut world = World::random(1, false, 100);
    let revision = Arc::make_mut(&mut world.revision);
    let rate = revision.schema().next_metric();
    revision.schema_mut().put_metric(MetricDef {
        id: rate,
        name: Arc::from("Rate"),
        ty: Type::Number,
        dimensions: Vec::new(),
        formula: None,
    });
    let mut edits = crate::Edits::new(Type::Number);
    edits.push(0, Some(&Value::Number(2.5)));
    let cells = crate::Cells::empty(revision.layout_for(&[]).unwrap(), Type::Number).apply(edits).unwrap();
    revision.set_cells(rate, Arc::new(cells));
    let view = world.vault().view(world.access(Principal::Owner { user: None }));
    let masked = view.metric(rate).unwrap();
    assert_eq!((masked.len(), masked.cell(&[])), (1, Some(Value::Number(2.5))));
    assert_eq!(masked.aggregate(&[], &[], Wanted { sum: true, ..Wanted::default() }).unwrap().sum, [2.5]);
    assert_eq!(masked.scan(&[ScanColumn::Value], 10, 0, 1).next().unwrap().columns, [Vector::Number(vec![2.5])]);
}
