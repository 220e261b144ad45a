//! Who may read what: a share of the stores, of the products, or of the pairs of both, drawn at random.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use smalt_benches::Failure;

/// The shares that are measured, in per cent.
const SHARES: [usize; 5] = [1, 10, 50, 99, 100];

/// What somebody may read.
pub(crate) enum Visible {
    Stores(HashSet<usize>),
    Products(HashSet<usize>),
    Pairs(HashSet<(usize, usize)>),
}

impl Visible {
    pub(crate) fn sees(&self, product: usize, store: usize) -> bool {
        match self {
            Visible::Stores(stores) => stores.contains(&store),
            Visible::Products(products) => products.contains(&product),
            Visible::Pairs(pairs) => pairs.contains(&(product, store)),
        }
    }
}

/// Somebody who asks.
pub(crate) struct Case {
    pub(crate) user: String,
    /// How the rights are made.
    pub(crate) kind: &'static str,
    /// The share that was drawn, in per cent.
    pub(crate) share: usize,
    pub(crate) visible: Visible,
}

/// SplitMix64.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }

    /// `take` of `count` numbers.
    fn draw(&mut self, count: usize, take: usize) -> HashSet<usize> {
        let mut all = (0..count).collect::<Vec<_>>();
        for at in 0..take.min(count) {
            let other = at + self.roll(count - at);
            all.swap(at, other);
        }
        all.into_iter().take(take).collect()
    }
}

/// A case for each kind of rights and each share.
pub(crate) fn all(products: usize, stores: usize) -> Vec<Case> {
    let mut dice = Dice(7);
    let mut cases = Vec::new();
    for share in SHARES {
        let of = |count: usize| (count * share / 100).max(1);
        let visible = Visible::Stores(dice.draw(stores, of(stores)));
        cases.push(Case { user: format!("stores {share}"), kind: "items of Store", share, visible });
        let visible = Visible::Products(dice.draw(products, of(products)));
        cases.push(Case { user: format!("products {share}"), kind: "items of Product", share, visible });
        let drawn = dice.draw(products * stores, of(products * stores));
        let visible = Visible::Pairs(drawn.into_iter().map(|pair| (pair / stores, pair % stores)).collect());
        cases.push(Case { user: format!("cells {share}"), kind: "random pairs", share, visible });
    }
    cases
}

/// The countries that those who share a profile may read: no two profiles have the same ones.
fn countries(profile: usize, countries: usize) -> Vec<usize> {
    let bits = (profile + 1).wrapping_mul(0x9e37);
    (0..countries.min(20)).filter(|country| bits >> country & 1 == 1).collect()
}

/// What a person of the crowd is called.
pub(crate) fn person(number: usize) -> String {
    format!("person {number}")
}

/// Writes the files that the model loads rights from.
pub(crate) fn write(folder: &Path, cases: &[Case], people: usize, profiles: usize, country_count: usize) -> Result<(), Failure> {
    let mut users = "name\n".to_owned();
    let (mut stores, mut products) = ("name,store\n".to_owned(), "name,product\n".to_owned());
    let (mut cells, mut by_country) = ("name,product,store\n".to_owned(), "name,country\n".to_owned());
    for case in cases {
        writeln!(users, "{}", case.user)?;
        match &case.visible {
            Visible::Stores(set) => set.iter().try_for_each(|store| writeln!(stores, "{},{store}", case.user))?,
            Visible::Products(set) => set.iter().try_for_each(|product| writeln!(products, "{},{product}", case.user))?,
            Visible::Pairs(set) => set.iter().try_for_each(|(product, store)| writeln!(cells, "{},{product},{store}", case.user))?,
        }
    }
    for number in 0..people {
        writeln!(users, "{}", person(number))?;
        for country in countries(number % profiles, country_count) {
            writeln!(by_country, "{},{country}", person(number))?;
        }
    }
    for (name, text) in [("users", users), ("stores", stores), ("products", products), ("cells", cells), ("countries", by_country)] {
        std::fs::write(folder.join(format!("price_{name}.csv")), text)?;
    }
    Ok(())
}
