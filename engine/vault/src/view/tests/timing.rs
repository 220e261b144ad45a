use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use smalt_model::*;
use smalt_security::*;

use super::world::{Random, State};
use crate::*;

fn cpu() -> f64 {
    std::fs::read_dir("/proc/self/task").unwrap().flatten().filter_map(|t| std::fs::read_to_string(t.path().join("schedstat")).ok()).filter_map(|s| s.split(' ').next()?.parse::<f64>().ok()).sum::<f64>() / 1e6
}

fn best(mut f: impl FnMut()) -> String {
    let mut all: Vec<f64> = (0..7).map(|_| { let t = cpu(); f(); cpu() - t }).collect();
    all.sort_by(f64::total_cmp);
    format!("{:.1} (median {:.1}) ms of cpu", all[0], all[3])
}

#[test]
#[ignore = "timing"]
fn timing() {
    let (user, product, store, month) = (DimensionId(0), DimensionId(1), DimensionId(2), DimensionId(3));
    let mut random = Random(5);
    let mut revision = Revision::empty();
    for (id, name, n, system) in [(user, "User", 4, Some(SystemDimension::User)), (product, "Product", 1000, None), (store, "Store", 500, None), (month, "Month", 36, None)] {
        revision.schema_mut().put_dimension(DimensionDef { id, name: name.into(), properties: vec![PropertyDef { name: "Name".into(), ty: Type::Text, formula: None }], calendar: None, system });
        let mut edit = revision.items(id).edit();
        (0..n).for_each(|i| { edit.add(&format!("{name} {i}")).unwrap(); });
        revision.set_items(id, Arc::new(edit.finish()));
    }
    let revenue = MetricId(0);
    let metric = |id, name: &str, ty, dims: &[DimensionId]| MetricDef { id, name: name.into(), ty, dimensions: dims.to_vec(), formula: None };
    revision.schema_mut().put_metric(metric(revenue, "Revenue", Type::Number, &[product, store, month]));
    let rights: Vec<(&str, MetricId, Vec<DimensionId>)> = vec![
        ("pair", MetricId(1), vec![user, product, store]),
        ("store", MetricId(2), vec![user, store]),
        ("product", MetricId(3), vec![user, product]),
    ];
    for (name, id, dims) in &rights { revision.schema_mut().put_metric(metric(*id, name, Type::Rights, dims)); }
    let layout = revision.layout_for(&[product, store, month]).unwrap();
    let mut keys = Vec::new(); let mut values = Vec::new();
    for p in 0..1000 { for s in 0..500 { for m in 0..36 { if random.below(100) < 56 { keys.push(layout.pack::<u128>(&[p, s, m])); values.push(f64::from(random.below(1_000_000)) / 100.0); } } } }
    eprintln!("{} cells", keys.len());
    let cells = Cells::empty(layout, Type::Number).apply(Edits::from_keys(keys, Vector::Number(values))).unwrap();
    revision.set_cells(revenue, Arc::new(cells));
    for (share, user_no) in [(10u32, 0u32), (50, 1), (99, 2)] {
        let _ = share;
        let _ = user_no;
    }
    for (_, id, dims) in &rights {
        let layout = revision.layout_for(dims).unwrap();
        let mut edits = BTreeMap::new();
        for (u, share) in [(0u32, 10u32), (1, 50), (2, 99)] {
            let others: Vec<Vec<u32>> = dims[1..].iter().fold(vec![vec![u]], |all, d| { let n = revision.items(*d).capacity(); all.iter().flat_map(|c| (0..n).map(move |i| [c.as_slice(), &[i]].concat())).collect() });
            for c in others { if random.below(100) < share { edits.insert(layout.pack::<u128>(&c), Value::Rights(Rights { read: Some(true), write: None })); } }
        }
        let mut batch = Edits::new(Type::Rights);
        edits.iter().for_each(|(k, v)| batch.push(*k, Some(v)));
        let cells = Cells::empty(layout, Type::Rights).apply(batch).unwrap();
        revision.set_cells(*id, Arc::new(cells));
    }
    let vault = Vault::new(revision);
    let axis = |position, n: u32, groups: u32| GroupAxis { position, codes: (0..n).map(|i| i % groups).collect(), groups };
    let sum = Wanted { sum: true, ..Wanted::default() };
    let all = Wanted { sum: true, min: true, max: true, count: true };
    let report = |name: &str, view: MaskedView| {
        let t = Instant::now();
        let m = view.metric(revenue).unwrap();
        let len = m.len();
        eprintln!("{name}: {len} visible, resolved in {:.1} ms", t.elapsed().as_secs_f64() * 1e3);
        eprintln!("   sum all          {}", best(|| { m.aggregate(&[], &[], sum); }));
        eprintln!("   count by month   {}", best(|| { m.aggregate(&[axis(2, 36, 36)], &[], Wanted { count: true, ..Wanted::default() }); }));
        eprintln!("   by category, qtr {}", best(|| { m.aggregate(&[axis(0, 1000, 50), axis(2, 36, 12)], &[], sum); }));
        eprintln!("   same, all wanted {}", best(|| { m.aggregate(&[axis(0, 1000, 50), axis(2, 36, 12)], &[], all); }));
        eprintln!("   by store         {}", best(|| { m.aggregate(&[axis(1, 500, 500)], &[], sum); }));
        eprintln!("   by product,store {}", best(|| { m.aggregate(&[axis(0, 1000, 1000), axis(1, 500, 500)], &[], sum); }));
        eprintln!("   scan value       {}", best(|| { let n: usize = m.scan(&[ScanColumn::Value], 8192, 0, 1).map(|b| b.rows).sum(); assert_eq!(n as u64, len); }));
        eprintln!("   scan p,s,m,value {}", best(|| { let n: usize = m.scan(&[ScanColumn::Item(0), ScanColumn::Item(1), ScanColumn::Item(2), ScanColumn::Value], 8192, 0, 1).map(|b| b.rows).sum(); assert_eq!(n as u64, len); }));
        eprintln!("   sum one product  {}", best(|| { m.aggregate(&[axis(2, 36, 36)], &[(0, [7u32].into_iter().collect())], sum); }));
        eprintln!("   one product      {}", best(|| { let f = m.filtered(0, [7u32].into_iter().collect()); f.len(); }));
        eprintln!("   one store        {}", best(|| { let f = m.filtered(1, [7u32].into_iter().collect()); f.len(); }));
    };
    let mut policy = Policy::new();
    policy.set_inheritance(Inheritance::Off).unwrap();
    policy.create_role(9, Role { name: "Some".into(), permissions: Permissions::all(), read: Word::Unspecified, write: Word::Denied }).unwrap();
    (0..3).for_each(|u| { policy.create_user(u, UserKind::Human).unwrap(); policy.grant(9, Grantee::User(u)).unwrap(); });
    let rev = vault.revision();
    report("everything", vault.view(Arc::new(Access::compile(&policy, &Principal::Owner { user: None }, &State(&rev)))));
    for (name, id, _) in &rights {
        let mut policy = policy.clone();
        policy.create_rule(Rule { name: "r".into(), action: Action::Apply { halves: Halves::Read, rights: *id, through: vec![] }, target: RuleTarget::Metrics(vec![revenue]) }, rev.schema()).unwrap();
        for u in 1..2 { report(&format!("{name} {u}"), vault.view(Arc::new(Access::compile(&policy, &Principal::User(u), &State(&rev))))); }
    }
}
