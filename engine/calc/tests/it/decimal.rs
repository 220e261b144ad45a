//! DECIMAL: worked values, and operators against maps of units. Exact also where no float is.

use std::collections::BTreeMap;

use smalt_calc::Changes;
use smalt_model::Value;

use crate::fixture::{World, eval};

const MODEL: &str = "
    dim Month: Jan Feb Mar Apr
    dim Product: P1 P2
    metric A DECIMAL10.2 (Product, Month): P1,Jan=10.05 P1,Feb=-3.5 P2,Jan=0.01 P2,Apr=99999999.99
    metric F DECIMAL20.6 (Product): P1=1.234567 P2=-0.5
    metric I INTEGER (Product): P1=3 P2=-7
    metric N NUMBER (Product): P1=0.5 P2=4
    metric Big DECIMAL38.2 (Month): Jan=90071992547409930.01 Feb=0.01 Mar=-90071992547409930.01 Apr=90071992547409930.02
    metric Whole INTEGER (Month): Jan=9007199254740993 Feb=1 Mar=-9007199254740993 Apr=9007199254740995
";

#[track_caller]
fn is(head: &str, formula: &str, expected: &str) {
    assert_eq!(eval(MODEL, head, formula), expected, "{formula}");
}

#[test]
fn arithmetic_is_exact_and_rounds_half_away_from_zero() {
    let by = "DECIMAL20.2 (Product, Month)";
    is(by, "A + A", "P1,Jan=20.1 P1,Feb=-7 P2,Jan=0.02 P2,Apr=199999999.98");
    // 10.05 * 1.234567 = 12.40739835, -3.5 * 1.234567 = -4.3209845, 0.01 * -0.5 = -0.005, 99999999.99 * -0.5 = -49999999.995
    is("DECIMAL20.6 (Product, Month)", "A * F", "P1,Jan=12.407398 P1,Feb=-4.320985 P2,Jan=-0.005 P2,Apr=-49999999.995");
    is(by, "A * F", "P1,Jan=12.41 P1,Feb=-4.32 P2,Jan=-0.01 P2,Apr=-50000000");
    // From left to right, each rounded: 3.35, -1.17 | 0, -14285714.28
    is(by, "A / I", "P1,Jan=3.35 P1,Feb=-1.17 P2,Jan=0 P2,Apr=-14285714.28");
    is(by, "A * 2 / 3 * 3", "P1,Jan=20.1 P1,Feb=-6.99 P2,Jan=0.03 P2,Apr=199999999.98");
    is(by, "1 / A", "P1,Jan=0.1 P1,Feb=-0.29 P2,Jan=100 P2,Apr=0");
    is(by, "A / (A - A)", "");
    is(by, "A ^ 2", "P1,Jan=101 P1,Feb=12.25 P2,Jan=0 P2,Apr=9999999998000000");
    is(by, "-A", "P1,Jan=-10.05 P1,Feb=3.5 P2,Jan=-0.01 P2,Apr=-99999999.99");
    is(by, "I - A", "P1,Jan=-7.05 P1,Feb=6.5 P2,Jan=-7.01 P2,Apr=-100000006.99");
    // With a NUMBER it is a NUMBER.
    is("NUMBER (Product, Month)", "A * N", "P1,Jan=5.025 P1,Feb=-1.75 P2,Jan=0.04 P2,Apr=399999999.96");
    is(by, "ROUND(A * N, 1)", "P1,Jan=5 P1,Feb=-1.8 P2,Jan=0 P2,Apr=400000000");
    is("NUMBER (Product, Month)", "A", "P1,Jan=10.05 P1,Feb=-3.5 P2,Jan=0.01 P2,Apr=99999999.99");
    is("DECIMAL10.1 (Product)", "I", "P1=3 P2=-7");
}

#[test]
fn functions_keep_the_type_or_count_in_whole_numbers() {
    let by = "DECIMAL20.2 (Product, Month)";
    is(by, "ABS(A)", "P1,Jan=10.05 P1,Feb=3.5 P2,Jan=0.01 P2,Apr=99999999.99");
    is(by, "MOD(A, I)", "P1,Jan=1.05 P1,Feb=2.5 P2,Jan=-6.99 P2,Apr=-5.01");
    is(by, "QUOTIENT(A, I)", "P1,Jan=3 P1,Feb=-1 P2,Jan=0 P2,Apr=-14285714");
    is(by, "ROUND(A, 1)", "P1,Jan=10.1 P1,Feb=-3.5 P2,Jan=0 P2,Apr=100000000");
    is(by, "ROUNDUP(A, -1)", "P1,Jan=20 P1,Feb=-10 P2,Jan=10 P2,Apr=100000000");
    is(by, "ROUNDDOWN(A, 0)", "P1,Jan=10 P1,Feb=-3 P2,Jan=0 P2,Apr=99999999");
    is("INTEGER (Product, Month)", "ROUND(A)", "P1,Jan=10 P1,Feb=-4 P2,Jan=0 P2,Apr=100000000");
    is("INTEGER (Product, Month)", "CEILING(A)", "P1,Jan=11 P1,Feb=-3 P2,Jan=1 P2,Apr=100000000");
    is("INTEGER (Product, Month)", "FLOOR(A) + TRUNC(A) + SIGN(A)", "P1,Jan=21 P1,Feb=-8 P2,Jan=1 P2,Apr=199999999");
    is(by, "MIN(A, F, 0)", "P1,Jan=0 P1,Feb=-3.5 P2,Jan=-0.5 P2,Apr=-0.5");
    is("TEXT (Product, Month)", "A & \"/\" & F", "P1,Jan=10.05/1.234567 P1,Feb=-3.5/1.234567 P2,Jan=0.01/-0.5 P2,Apr=99999999.99/-0.5");
    is("TEXT (Product, Month)", "TEXT(A, \"#,##0.0\")", "P1,Jan=10.1 P1,Feb=-3.5 P2,Jan=0.0 P2,Apr=100,000,000.0");
    is("TEXT (Month)", "TEXT(Big, \"#,##0.00\")[FILTER: Month = Month.\"Apr\"]", "Apr=90,071,992,547,409,930.02");
    is("NUMBER (Product)", "SQRT(F)", "P1=1.1111107055554816");
    is("BOOLEAN (Product, Month)", "A > F", "P1,Jan=TRUE P1,Feb=FALSE P2,Jan=TRUE P2,Apr=TRUE");
    is("BOOLEAN (Product, Month)", "A IN (10.05, 0.01)", "P1,Jan=TRUE P1,Feb=FALSE P2,Jan=TRUE P2,Apr=FALSE");
    is("BOOLEAN (Product, Month)", "A IN (0 : 11)", "P1,Jan=TRUE P1,Feb=FALSE P2,Jan=TRUE P2,Apr=FALSE");
}

#[test]
fn cells_are_chosen_moved_and_shared_out_exactly() {
    let by = "DECIMAL20.2 (Product, Month)";
    is(by, "IF(A > 1, A, 0)[FILTER: CurrentValue > 0]", "P1,Jan=10.05 P2,Apr=99999999.99");
    is(by, "IFBLANK(A, 7)[FILTER: Month = Month.\"Feb\"]", "P1,Feb=-3.5 P2,Feb=7");
    is(by, "SWITCH(I, 3, A, -7, F)", "P1,Jan=10.05 P1,Feb=-3.5 P2,Jan=-0.5 P2,Feb=-0.5 P2,Mar=-0.5 P2,Apr=-0.5");
    is(by, "A[SELECT: Month - 1]", "P1,Feb=10.05 P1,Mar=-3.5 P2,Feb=0.01");
    is(
        by,
        "FILLFORWARD(A, Month)",
        "P1,Jan=10.05 P1,Feb=-3.5 P1,Mar=-3.5 P1,Apr=-3.5 P2,Jan=0.01 P2,Feb=0.01 P2,Mar=0.01 P2,Apr=99999999.99",
    );
    is("DECIMAL20.2 (Product, Month)", "F[ADD SPLIT: Month][FILTER: Month = Month.\"Jan\"]", "P1,Jan=0.31 P2,Jan=-0.13");
    is("DECIMAL20.6 (Product, Month)", "F[ADD SPLIT: Month][FILTER: Month = Month.\"Jan\"]", "P1,Jan=0.308642 P2,Jan=-0.125");
    is("DECIMAL38.2 (Month)", "MAX(Big, 0)", "Jan=90071992547409930.01 Feb=0.01 Mar=0 Apr=90071992547409930.02");
    is("DECIMAL38.2 (Month)", "Big[FILTER: Big > Big[SELECT: Month - 3]]", "Apr=90071992547409930.02");
    let shares = "dim Country: FR DE UK
        dim Region: EU
        prop Country.Region Region: EU EU EU
        metric T DECIMAL18.2 (Region): EU=100
        metric W DECIMAL10.4 (Country): FR=0.5 DE=0.25 UK=0.75
        metric V INTEGER (Country): FR=1 DE=1 UK=5";
    assert_eq!(eval(shares, "DECIMAL18.2 (Country)", "T[BY SPLIT: Country.Region]"), "FR=33.33 DE=33.33 UK=33.33");
    assert_eq!(eval(shares, "DECIMAL18.2 (Country)", "T[BY SPLIT ON W: Country.Region]"), "FR=33.33 DE=16.67 UK=50");
    assert_eq!(eval(shares, "DECIMAL18.2 (Country)", "T[BY SPLIT ON V: Country.Region]"), "FR=14.29 DE=14.29 UK=71.43");
    assert_eq!(eval(shares, "DECIMAL18.2 (Country)", "T[BY: Country.Region]"), "FR=100 DE=100 UK=100");
}

#[test]
fn sums_are_exact_beyond_the_numbers() {
    let (line, one) = ("DECIMAL38.2 (Month)", "DECIMAL38.2 ()");
    is(one, "SUMOF(Big)", "=90071992547409930.03");
    is(one, "Big[REMOVE AVG: Month]", "=22517998136852482.51");
    is(one, "Big[REMOVE MEDIAN: Month]", "=45035996273704965.01");
    is(one, "Big[REMOVE MAX: Month]", "=90071992547409930.02");
    is(one, "Big[REMOVE LASTNONZERO: Month] + MINOF(Big)", "=0.01");
    is("INTEGER ()", "COUNTUNIQUEOF(Big)", "=4");
    is(line, "CUMULATE(Big, Month)", "Jan=90071992547409930.01 Feb=90071992547409930.02 Mar=0.01 Apr=90071992547409930.03");
    is(line, "CUMULATE(Big, Month, AVG)", "Jan=90071992547409930.01 Feb=45035996273704965.01 Mar=0 Apr=22517998136852482.51");
    is(
        line,
        "DECUMULATE(Big, Month)",
        "Jan=90071992547409930.01 Feb=-90071992547409930 Mar=-90071992547409930.02 Apr=180143985094819860.03",
    );
    is(line, "MOVINGSUM(Big, 2)", "Jan=90071992547409930.01 Feb=90071992547409930.02 Mar=-90071992547409930 Apr=0.01");
    is(line, "MOVINGSUM(Big, 20)", "Jan=90071992547409930.01 Feb=90071992547409930.02 Mar=0.01 Apr=90071992547409930.03");
    is(line, "MOVINGAVERAGE(Big, 2)", "Jan=90071992547409930.01 Feb=45035996273704965.01 Mar=-45035996273704965 Apr=0.01");
    is(line, "MOVINGMAX(Big, 20)", "Jan=90071992547409930.01 Feb=90071992547409930.01 Mar=90071992547409930.01 Apr=90071992547409930.02");
    is(line, "CUMULATE(Big, Month ON Big)", "Jan=0.01 Feb=-90071992547409930 Mar=-90071992547409930.01 Apr=90071992547409930.03");
    // Integers as well: 2^53 + 1 is no float.
    let line = "INTEGER (Month)";
    is(line, "CUMULATE(Whole, Month)", "Jan=9007199254740993 Feb=9007199254740994 Mar=1 Apr=9007199254740996");
    is(line, "DECUMULATE(Whole, Month)", "Jan=9007199254740993 Feb=-9007199254740992 Mar=-9007199254740994 Apr=18014398509481988");
    is(line, "MOVINGSUM(Whole, 2)", "Jan=9007199254740993 Feb=9007199254740994 Mar=-9007199254740992 Apr=2");
    is(line, "MOVINGSUM(Whole, 20, -1)", "Feb=9007199254740993 Mar=9007199254740994 Apr=1");
    let tree = "dim Account: Net Sales Cost Rent
        prop Account.Parent Account: - Net Net Cost
        prop Account.Sign INTEGER: 1 1 -1 1
        prop Account.Share DECIMAL5.3: 1 0.333 -1 1
        metric X DECIMAL38.2 (Account): Sales=90071992547409930.01 Cost=0.01 Rent=0.02
        metric Y INTEGER (Account): Sales=9007199254740993 Rent=2";
    let rollup = |ty: &str, formula: &str| eval(tree, &format!("{ty} (Account)"), formula);
    assert_eq!(
        rollup("DECIMAL38.2", "ROLLUP(X, Account.Parent)"),
        "Net=90071992547409930.04 Sales=90071992547409930.01 Cost=0.03 Rent=0.02"
    );
    assert_eq!(
        rollup("DECIMAL38.2", "ROLLUP(X, Account.Parent, Account.Sign)"),
        "Net=90071992547409929.98 Sales=90071992547409930.01 Cost=0.03 Rent=0.02"
    );
    // 90071992547409930.01 * 0.333 = 29993973518287506.69333
    assert_eq!(
        rollup("DECIMAL38.3", "ROLLUP(X, Account.Parent, Account.Share)"),
        "Net=29993973518287506.663 Sales=90071992547409930.01 Cost=0.03 Rent=0.02"
    );
    assert_eq!(rollup("INTEGER", "ROLLUP(Y, Account.Parent)"), "Net=9007199254740995 Sales=9007199254740993 Cost=2 Rent=2");
}

#[test]
fn recursion_keeps_every_digit() {
    let model = "dim Month: Jan Feb Mar Apr
        metric Rate DECIMAL10.4 (Month): Jan=0.0125 Feb=0.0125 Mar=0.0125 Apr=0.0125
        metric Paid DECIMAL18.2 (Month): Jan=1000 Feb=100 Mar=100 Apr=100";
    // 1000; 1000 * 1.0125 + 100 = 1112.5; 1226.41 (1226.40625); 1341.74 (1341.740125)
    let balance = "IFBLANK(PREVIOUS(Month), 0) * (1 + Rate) + Paid";
    assert_eq!(eval(model, "DECIMAL18.2 (Month)", balance), "Jan=1000 Feb=1112.5 Mar=1226.41 Apr=1341.74");
}

#[test]
fn what_is_too_large_is_blank_and_counted() {
    let count = |world: &World, name: &str| world.report.too_large(world.id(name));
    let model = "
        dim Month: Jan Feb Mar Apr
        dim Product: P1 P2
        metric A DECIMAL5.2 (Product, Month): P1,Jan=999.99 P1,Feb=100 P2,Jan=0.01 P2,Apr=-999.99
        metric G DECIMAL38.0 (Month): Jan=99999999999999999999999999999999999999 Feb=1 Mar=-5
        metric J INTEGER (Product, Month): P1,Jan=9223372036854775807 P1,Feb=-9223372036854775807 P2,Jan=4
        metric Plain BOOLEAN (Month): Jan=TRUE
        formula Twice DECIMAL5.2 (Product, Month): A * 2
        formula Less DECIMAL5.2 (Product, Month): A * 2 - A
        formula Chosen DECIMAL5.2 (Product, Month): IF(A < 500, A * 2, 0)
        formula Inside DECIMAL38.0 (Month): IFBLANK(G * 10, 1)
        formula Hidden DECIMAL38.0 (Month): IF(Plain, 1, G * 10)
        formula Sum DECIMAL38.0 (): SUMOF(G)
        formula More DECIMAL38.0 (): SUMOF(G * 2)
        formula Run DECIMAL38.0 (Month): CUMULATE(G, Month)
        formula Plus INTEGER (Product, Month): J + 1
        formula Minus INTEGER (Product, Month): J - 1
        formula Times INTEGER (Product, Month): J * 2
        formula Total INTEGER (): SUMOF(J)
        formula Lone INTEGER (Month): CUMULATE(J[REMOVE: Product], Month)
        formula Round INTEGER (Month): ROUND(G)
        formula Narrow DECIMAL38.0 (Product, Month): J + G * 10
        formula Ratio DECIMAL5.2 (Product, Month): A / (A - A)
        formula Back DECIMAL5.2 (Month): IFBLANK(PREVIOUS(Month), 500) + 200";
    let mut world = World::new(model);
    for (name, cells, too_large) in [
        ("Twice", "P1,Feb=200 P2,Jan=0.02", 2),
        // What is larger than the metric on the way is no harm.
        ("Less", "P1,Jan=999.99 P1,Feb=100 P2,Jan=0.01 P2,Apr=-999.99", 0),
        ("Chosen", "P1,Jan=0 P1,Feb=200 P1,Mar=0 P1,Apr=0 P2,Jan=0.02 P2,Feb=0 P2,Mar=0", 1),
        // It is told also where something else stands in its place, but not where nobody asked for it.
        ("Inside", "Jan=1 Feb=10 Mar=-50 Apr=1", 1),
        ("Hidden", "Jan=1 Feb=10 Mar=-50", 0),
        ("Sum", "=9.9999999999999999999999999999999999995e37", 0),
        ("More", "=-8", 1),
        ("Run", "Jan=9.9999999999999999999999999999999999999e37 Mar=9.9999999999999999999999999999999999995e37", 1),
        ("Plus", "P1,Feb=-9223372036854775806 P2,Jan=5", 1),
        ("Minus", "P1,Jan=9223372036854775806 P2,Jan=3", 1),
        ("Times", "P2,Jan=8", 2),
        ("Total", "=4", 0),
        // January's sum over the products is too large, and so has no cell; February runs on from there.
        ("Lone", "Feb=-9223372036854775807", 1),
        ("Round", "Feb=1 Mar=-5", 1),
        // One month is too large, in one table, for the one product that has a cell there and for the other.
        ("Narrow", "P1,Jan=9223372036854775807 P1,Feb=-9223372036854775797 P2,Jan=4", 2),
        ("Ratio", "", 0),
        // 700, 900, too large: then from the start again.
        ("Back", "Jan=700 Feb=900 Apr=700", 1),
    ] {
        assert_eq!((world.cells(name).as_str(), count(&world, name)), (cells, too_large), "{name}");
    }
    // The report is of what was computed.
    let plain = world.id("Plain");
    world.set(plain, "Jan", None);
    world.recalculate(&Changes { metrics: [plain].into(), ..Changes::default() });
    assert_eq!((world.cells("Hidden").as_str(), count(&world, "Hidden"), count(&world, "Twice")), ("Feb=10 Mar=-50", 1, 0));
}

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
}

/// Cells by product and month, as units.
type Map = BTreeMap<(u32, u32), i128>;

const PRODUCTS: u32 = 3;
const MONTHS: u32 = 12;

fn random_cells(random: &mut Random, most: i128) -> Map {
    let mut map = Map::new();
    for product in 0..PRODUCTS {
        for month in 0..MONTHS {
            if random.next().is_multiple_of(3) {
                continue;
            }
            let long = (i128::from(random.next()) << 60) | i128::from(random.next() >> 4);
            let size = long.rem_euclid(most);
            map.insert((product, month), if random.next().is_multiple_of(2) { size } else { -size });
        }
    }
    map
}

fn text(units: i128, decimal: bool) -> String {
    if !decimal {
        return units.to_string();
    }
    let size = units.unsigned_abs();
    format!("{}{}.{:02}", if units < 0 { "-" } else { "" }, size / 100, size % 100)
}

fn mean(values: &[i128]) -> i128 {
    let (sum, count) = (values.iter().sum::<i128>(), values.len() as i128);
    let (whole, rest) = (sum / count, sum % count);
    if 2 * rest.abs() >= count { whole + sum.signum() } else { whole }
}

#[test]
fn operators_agree_with_maps_of_units() {
    let seed = std::env::var("SMALT_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_127u64);
    for round in 0..24u64 {
        let mut random = Random(seed + round);
        let decimal = round % 2 == 0;
        let (ty, most) = if decimal { ("DECIMAL38.2", 10i128.pow(34)) } else { ("INTEGER", 1i128 << 58) };
        let (a, b) = (random_cells(&mut random, most), random_cells(&mut random, most));
        let months: Vec<String> = (0..MONTHS).map(|m| format!("M{m}")).collect();
        let cells = |map: &Map| map.iter().map(|((p, m), v)| format!("P{p},M{m}={}", text(*v, decimal))).collect::<Vec<_>>().join(" ");
        let model = format!(
            "dim Month: {}\ndim Product: P0 P1 P2\nmetric A {ty} (Product, Month): {}\nmetric B {ty} (Product, Month): {}",
            months.join(" "),
            cells(&a),
            cells(&b)
        );
        let window = |product: u32, month: u32, size: u32| -> Vec<i128> {
            (0..size).filter_map(|back| month.checked_sub(back)).filter_map(|m| a.get(&(product, m)).copied()).collect()
        };
        let all = || (0..PRODUCTS).flat_map(|p| (0..MONTHS).map(move |m| (p, m)));
        let at = |f: &dyn Fn((u32, u32)) -> Option<i128>| -> Map { all().filter_map(|place| Some((place, f(place)?))).collect() };
        let sum = |values: Vec<i128>| (!values.is_empty()).then(|| values.iter().sum());
        let line = |product: u32| -> Vec<i128> { a.range((product, 0)..(product + 1, 0)).map(|(_, v)| *v).collect() };
        let mut checks: Vec<(&str, Map)> = vec![
            (
                "A - B - A + B + A",
                at(&|place| match (a.get(&place), b.get(&place)) {
                    (None, None) => None,
                    (own, _) => Some(own.copied().unwrap_or(0)),
                }),
            ),
            ("CUMULATE(A, Month)", at(&|(p, m)| a.get(&(p, m)).and_then(|_| sum(window(p, m, MONTHS))))),
            ("DECUMULATE(CUMULATE(A, Month), Month)", a.clone()),
            ("MOVINGSUM(A, 3, Month)", at(&|(p, m)| sum(window(p, m, 3)))),
            ("MOVINGSUM(A, 17, Month)", at(&|(p, m)| sum(window(p, m, 17)))),
            ("MOVINGMIN(A, 3, Month)", at(&|(p, m)| window(p, m, 3).into_iter().min())),
            ("MAX(A, B)", at(&|place| a.get(&place).into_iter().chain(b.get(&place)).max().copied())),
            ("A[FILTER: A > B]", at(&|place| a.get(&place).filter(|v| b.get(&place).is_some_and(|w| *v > w)).copied())),
            (
                "IF(A = B, 0, -A)",
                at(&|place| match (a.get(&place), b.get(&place)) {
                    (Some(x), Some(y)) if x == y => Some(0),
                    (Some(x), _) => Some(-x),
                    _ => None,
                }),
            ),
            ("A[REMOVE: Month][ADD: Month]", at(&|(p, _)| sum(line(p)))),
            ("A[REMOVE MAX: Month][ADD: Month]", at(&|(p, _)| line(p).into_iter().max())),
        ];
        if decimal {
            checks.push(("A[REMOVE AVG: Month][ADD: Month]", at(&|(p, _)| Some(line(p)).filter(|l| !l.is_empty()).map(|l| mean(&l)))));
            checks.push(("MOVINGAVERAGE(A, 3, Month)", at(&|(p, m)| Some(window(p, m, 3)).filter(|w| !w.is_empty()).map(|w| mean(&w)))));
            checks.push(("MOVINGAVERAGE(A, 17, Month)", at(&|(p, m)| Some(window(p, m, 17)).filter(|w| !w.is_empty()).map(|w| mean(&w)))));
            checks.push((
                "A[REMOVE MEDIAN: Month][ADD: Month]",
                at(&|(p, _)| {
                    let mut values = line(p);
                    values.sort_unstable();
                    let (low, high) = (values.get((values.len().max(1) - 1) / 2)?, values.get(values.len() / 2)?);
                    Some(mean(&[*low, *high]))
                }),
            ));
        }
        for (formula, expected) in checks {
            let world = World::new(&format!("{model}\nformula It {ty} (Product, Month): {formula}"));
            let cells = world.revision.cells(world.id("It")).unwrap();
            let found = at(&|(p, m)| match cells.get(&[p, m]) {
                Some(Value::Decimal(_, units)) => Some(units),
                Some(Value::Integer(value)) => Some(i128::from(value)),
                _ => None,
            });
            assert_eq!(found, expected, "{formula} with SMALT_SEED={}", seed + round);
        }
    }
}
