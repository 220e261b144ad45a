//! Sums by group against a plain map, over many random cells and both widths of coordinates.

use std::collections::BTreeMap;

use smalt_vault::ExactSum;

use crate::fixture::World;

fn names(prefix: &str, count: usize) -> String {
    (0..count).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn sums_by_mapped_items_equal_those_of_a_map() {
    let (products, stores, months) = (60usize, 50usize, 24usize);
    let categories: Vec<usize> = (0..products).map(|p| (p * 7) % 11).collect();
    let mut state = 9u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize
    };
    let mut cells = String::new();
    let mut model: BTreeMap<(usize, usize), ExactSum> = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..6_000 {
        let (p, s, m) = (next() % products, next() % stores, next() % months);
        if !seen.insert((p, s, m)) {
            continue;
        }
        let value = next() as f64 / 1e5;
        cells.push_str(&format!(" P{p},S{s},M{m}={value}"));
        model.entry((categories[p], m)).or_default().add(value);
    }
    let category = categories.iter().map(|c| format!("C{c}")).collect::<Vec<_>>().join(" ");
    let text = format!(
        "dim Category: {}\ndim Product: {}\nprop Product.Category Category: {category}\ndim All: all\ndim Store: {}\nprop Store.All All: {}\ndim Month: {}\nmetric V NUMBER (Product, Store, Month):{cells}\nformula It NUMBER (Category, All, Month): V[BY SUM: Product.Category, Store.All]",
        names("C", 11),
        names("P", products),
        names("S", stores),
        vec!["all"; stores].join(" "),
        names("M", months)
    );
    let want: Vec<String> =
        model.iter().map(|((c, m), sum)| format!("C{c},all,M{m}={}", smalt_model::format_number(sum.value()))).collect();
    assert!(World::new(&text).cells("It") == want.join(" "), "a sum differs");
}
