//! Items, properties, names, sharing, and what does not come out.

use std::sync::Arc;

use smalt_model::{Block, DimensionId, Type, Value};
use smalt_security::{Permission, Principal, Shape};

use super::world::{COUNTRY, HOME, LABEL, LEDGER, PEOPLE, PRODUCT, REGION, REVENUE, STORE, World};
use crate::{BLANK_ITEM, ScanColumn, Vector};

const DIMENSIONS: [DimensionId; 4] = [REGION, COUNTRY, STORE, PRODUCT];

#[test]
fn hidden_items_are_in_no_list_and_under_no_name() {
    let mut hidden = 0;
    for seed in 0..40 {
        let world = World::random(seed, false, 50);
        for user in 0..PEOPLE {
            let access = world.access(Principal::User(user));
            let view = world.vault().view(Arc::clone(&access));
            for dimension in DIMENSIONS {
                let (raw, masked) = (world.revision.items(dimension), view.items(dimension));
                let mask = access.items(dimension);
                let seen: Vec<u32> = raw.order().iter().copied().filter(|i| mask.allows(&[*i])).collect();
                assert_eq!(masked.order(), seen);
                assert_eq!(masked.len(), seen.len());
                for item in 0..raw.capacity() {
                    let place = seen.iter().position(|i| *i == item).map(|p| p as u32 + 1);
                    assert_eq!(masked.position(item), place);
                    assert_eq!(masked.name(item), place.and_then(|_| raw.name(item)));
                    assert_eq!(masked.find(raw.name(item).unwrap()), place.map(|_| item));
                    hidden += u32::from(place.is_none());
                    let def = raw.property_count() as u16;
                    for property in 0..def {
                        let may = place.is_some() && access.property(dimension, property).allows(&[item]);
                        let held = access.property_values(dimension, property);
                        let seen = |value: &Value| match value {
                            Value::Item(_, end) => held.as_ref().is_none_or(|held| held.allows(&[*end])),
                            _ => true,
                        };
                        let value = raw.property(property).unwrap().get(item as usize).filter(|_| may).filter(seen);
                        if let Some(Value::Item(d, end)) = &value {
                            assert!(view.items(*d).name(*end).is_some(), "a property never holds a hidden item");
                        }
                        assert_eq!(masked.property(property).get(item as usize), value);
                    }
                }
            }
            let country = view.path(STORE, &[1]);
            let region = view.path(STORE, &[1, 1]);
            let name = view.path(STORE, &[1, 1, 0]);
            for store in 0..world.revision.items(STORE).capacity() as usize {
                let step = |items: &Vector, at: usize| match items {
                    Vector::Item(_, items) if items[at] != BLANK_ITEM => Some(items[at] as usize),
                    _ => None,
                };
                let first = step(&view.items(STORE).property(1), store);
                let second = first.and_then(|c| step(&view.items(COUNTRY).property(1), c));
                assert_eq!(step(&country, store), first);
                assert_eq!(step(&region, store), second);
                let third = second.and_then(|r| view.items(REGION).name(r as u32).cloned());
                assert_eq!(name.get(store), third.map(Value::Text));
            }
        }
    }
    assert!(hidden > 100);
}

#[test]
fn the_own_line_is_all_there_is_of_users() {
    let world = World::random(3, false, 50);
    let user = DimensionId(0);
    for who in 0..PEOPLE {
        assert_eq!(world.vault().view(world.access(Principal::User(who))).items(user).order(), [who]);
    }
    assert_eq!(world.vault().view(world.access(Principal::Owner { user: None })).items(user).len(), PEOPLE as usize);
    let stranger = world.vault().view(world.access(Principal::User(77)));
    assert!(stranger.items(STORE).is_empty());
    assert!(stranger.metric(REVENUE).unwrap().is_empty() && stranger.rows(LEDGER).unwrap().is_empty());
    assert_eq!(stranger.catalog().find("Revenue"), None);
}

#[test]
fn names_follow_what_may_be_read() {
    let (mut shown, mut kept) = (0, 0);
    for seed in 0..40 {
        let world = World::random(seed, false, 20);
        let access = world.access(Principal::User(0));
        let view = world.vault().view(Arc::clone(&access));
        let explorer = access.permits(Permission::DisplayBlockExplorer);
        for metric in [REVENUE, LABEL, HOME] {
            let name = &world.revision.schema().metric(metric).unwrap().name;
            let may = explorer || access.reading(metric).shape() != Shape::Nothing;
            assert_eq!(view.catalog().find(name), may.then_some(Block::Metric(metric)));
            assert_eq!(view.schema().find(name), Some(Block::Metric(metric)), "a question may name it");
            assert!(may || view.metric(metric).unwrap().is_empty(), "and gets the answer of an empty one");
            *if may { &mut shown } else { &mut kept } += 1;
            let dimensions = &world.revision.schema().metric(metric).unwrap().dimensions;
            assert!(!may || dimensions.iter().all(|d| view.catalog().dimension(*d).is_some()));
        }
    }
    assert!(shown > 20 && kept > 5, "{shown} {kept}");
}

#[test]
fn formulas_are_for_who_configures_blocks() {
    let mut world = World::random(5, false, 20);
    let schema = Arc::make_mut(&mut world.revision).schema_mut();
    let mut def = smalt_model::MetricDef::clone(schema.metric(REVENUE).unwrap());
    def.formula = Some(Arc::from("Secret * 2"));
    schema.put_metric(def);
    let mut def = smalt_model::DimensionDef::clone(schema.dimension(STORE).unwrap());
    def.properties[2].formula = Some(Arc::from("Secret & 'x'"));
    schema.put_dimension(def);
    let formulas = |who: Principal| {
        let view = world.vault().view(world.access(who));
        [view.schema(), view.catalog()].map(|schema| {
            let metrics = schema.metrics().filter(|m| m.formula.is_some()).count();
            (metrics, schema.dimensions().filter(|d| d.properties.iter().any(|p| p.formula.is_some())).count())
        })
    };
    assert_eq!(formulas(Principal::Owner { user: None }), [(1, 1); 2]);
    assert_eq!(formulas(Principal::User(0)), [(0, 0); 2]);
}

#[test]
fn equal_rights_share_what_was_resolved() {
    for seed in 0..30 {
        let world = World::random(seed, false, 3_000);
        let vault = world.vault();
        let (a, b) = (vault.view(world.access(Principal::User(0))), vault.view(world.access(Principal::User(0))));
        assert_eq!(a.fingerprint(), b.fingerprint());
        if let (Some(a), Some(b)) = (a.metric(REVENUE), b.metric(REVENUE)) {
            assert!(Arc::ptr_eq(&a.resolved(), &b.resolved()));
        }
        let c = vault.view(world.access(Principal::User(1)));
        if a.fingerprint() == c.fingerprint() {
            assert_eq!(a.metric(REVENUE).map(|m| m.len()), c.metric(REVENUE).map(|m| m.len()));
        }
    }
}

#[test]
fn what_a_formula_gave_is_masked_like_a_metric() {
    for seed in 0..20 {
        let world = World::random(seed, false, 2_000);
        let access = world.access(Principal::User(0));
        let view = world.vault().view(Arc::clone(&access));
        let def = world.revision.schema().metric(LABEL).unwrap();
        let cells = world.revision.cells(LABEL).unwrap();
        let masked = view.unsaved(smalt_model::MetricDef::clone(def), Arc::clone(&cells)).unwrap();
        let mask = access.reading_dimensions(&def.dimensions);
        let want = super::world::all_cells(&cells, &def.dimensions).iter().filter(|(items, _)| mask.allows(items)).count();
        assert_eq!(masked.len(), want as u64);
        let wrong = smalt_model::MetricDef { dimensions: vec![REGION], ..smalt_model::MetricDef::clone(def) };
        assert!(view.unsaved(wrong, cells).is_none());
    }
}

#[test]
fn debug_prints_no_cell_no_item_and_no_count() {
    let world = World::random(8, false, 500);
    let vault = world.vault();
    let view = vault.view(world.access(Principal::Owner { user: None }));
    let metric = view.metric(LABEL).unwrap();
    let batch = metric.scan(&[ScanColumn::Value], 10, 0, 1).next().unwrap();
    let text = format!("{vault:?} {view:?} {metric:?} {:?} {batch:?} {:?}", metric.scan(&[], 10, 0, 1), view.rows(LEDGER));
    assert!(!text.contains("label") && !text.contains("Store") && !text.contains("500"), "{text}");
}

#[test]
fn what_is_no_block_has_nothing_in_it() {
    let world = World::random(8, false, 500);
    let view = world.vault().view(world.access(Principal::Owner { user: None }));
    let nowhere = DimensionId(99);
    assert!(view.items(nowhere).is_empty());
    assert_eq!(view.items(STORE).property(99).as_ref(), &Vector::blank(Type::Text, 60));
    assert!((0..60).all(|i| view.path(STORE, &[2, 1]).is_blank(i) && view.path(STORE, &[1, 9]).is_blank(i)));
    assert!(view.metric(smalt_model::MetricId(99)).is_none() && view.rows(smalt_model::ListId(99)).is_none());
    assert_eq!(view.cell(LABEL, &[0]), None);
    assert_eq!(view.cell(LABEL, &[u32::MAX, u32::MAX]), None);
}
