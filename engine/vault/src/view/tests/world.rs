//! A model with geography, products, months and a ledger, random data in it, and random policies over it.

use std::collections::BTreeMap;
use std::sync::Arc;

use smalt_model::{
    ColumnDef, DimensionDef, DimensionId, ListDef, ListId, MetricDef, MetricId, PropertyDef, Rights, Schema, SystemDimension, Type, Value,
};
use smalt_security::{
    Access, Action, Facts, Grantee, Halves, Inheritance, Mode, Path, Permission, Policy, Principal, Role, Rule, RuleTarget, UserKind, Word,
};

use crate::{Cells, Edits, Items, Layout, Revision, Rows, Vault, Vector};

pub(super) const USER: DimensionId = DimensionId(0);
pub(super) const GROUP: DimensionId = DimensionId(2);
pub(super) const REGION: DimensionId = DimensionId(3);
pub(super) const COUNTRY: DimensionId = DimensionId(4);
pub(super) const STORE: DimensionId = DimensionId(5);
pub(super) const PRODUCT: DimensionId = DimensionId(6);
pub(super) const MONTH: DimensionId = DimensionId(7);

pub(super) const REVENUE: MetricId = MetricId(0);
pub(super) const LABEL: MetricId = MetricId(1);
pub(super) const HOME: MetricId = MetricId(2);
pub(super) const COUNTRY_RIGHTS: MetricId = MetricId(3);
pub(super) const PAIR_RIGHTS: MetricId = MetricId(4);
pub(super) const ITEM_RIGHTS: MetricId = MetricId(5);
pub(super) const CELL_RIGHTS: MetricId = MetricId(6);
const RIGHTS: [MetricId; 4] = [COUNTRY_RIGHTS, PAIR_RIGHTS, ITEM_RIGHTS, CELL_RIGHTS];

pub(super) const LEDGER: ListId = ListId(0);

pub(super) const PEOPLE: u32 = 3;

pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, n: u32) -> u32 {
        (self.next() % u64::from(n.max(1))) as u32
    }

    pub(super) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u32) as usize].clone()
    }
}

/// A state of the data and a policy on it.
pub(super) struct World {
    pub(super) revision: Arc<Revision>,
    pub(super) policy: Policy,
}

impl World {
    /// `wide`: keys of 128 bits. `cells`: about so many in each metric.
    pub(super) fn random(seed: u64, wide: bool, cells: u32) -> World {
        let random = &mut Random(seed);
        let mut revision = Revision::empty();
        schema(revision.schema_mut(), random);
        let counts = [(USER, PEOPLE), (GROUP, 2), (REGION, 4), (COUNTRY, 12), (STORE, 60), (PRODUCT, 70), (MONTH, 12)];
        for (dimension, count) in counts {
            let items = items(&revision, dimension, count, random);
            revision.set_items(dimension, Arc::new(items));
        }
        for metric in [REVENUE, LABEL, HOME] {
            let made = metric_cells(&revision, metric, wide, cells, random);
            revision.set_cells(metric, Arc::new(made));
        }
        let made = ledger(&revision, cells / 4, random);
        revision.set_rows(LEDGER, Arc::new(made));
        let policy = policy(revision.schema(), random);
        // Only what a rule reads: the largest one has 300,000 cells.
        for metric in RIGHTS.into_iter().filter(|m| policy.rules().iter().any(|rule| rule.rights() == Some(*m))) {
            let made = rights(&revision, metric, random);
            revision.set_cells(metric, Arc::new(made));
        }
        World { revision: Arc::new(revision), policy }
    }

    pub(super) fn access(&self, principal: Principal) -> Arc<Access> {
        Arc::new(Access::compile(&self.policy, &principal, &State(&self.revision)))
    }

    pub(super) fn vault(&self) -> Arc<Vault> {
        let vault = Arc::new(Vault::new(Revision::empty()));
        let mut draft = vault.begin(std::time::Duration::from_secs(1)).unwrap();
        *draft = Revision::clone(&self.revision);
        draft.commit();
        vault
    }
}

/// What the compiler of policies asks for.
pub(super) struct State<'a>(pub(super) &'a Revision);

impl Facts for State<'_> {
    fn item_count(&self, dimension: DimensionId) -> u32 {
        self.0.items(dimension).capacity()
    }

    fn words(&self, rights: MetricId, principal: u32, each: &mut dyn FnMut(&[u32], Rights)) {
        let def = self.0.schema().metric(rights).unwrap();
        let at = def.dimensions.iter().position(|d| self.0.schema().dimension(*d).unwrap().system.is_some()).unwrap();
        for (cell, value) in all_cells(&self.0.cells(rights).unwrap(), &def.dimensions) {
            if let (true, Value::Rights(right)) = (cell[at] == principal, value) {
                let others: Vec<u32> = cell.iter().enumerate().filter(|(p, _)| *p != at).map(|(_, i)| *i).collect();
                each(&others, right);
            }
        }
    }

    fn path(&self, path: &Path) -> Arc<[u32]> {
        match self.0.path(path.dimension, &path.properties).as_ref() {
            Vector::Item(_, ends) => ends.as_slice().into(),
            _ => panic!("a path ends at items"),
        }
    }

    fn schema(&self) -> &Schema {
        self.0.schema()
    }
}

/// Every cell in coordinate order, its items in declared order.
pub(super) fn all_cells(cells: &Cells, dimensions: &[DimensionId]) -> Vec<(Vec<u32>, Value)> {
    let (keys, values) = cells.entries();
    let layout = cells.layout();
    let one = |(at, key): (usize, &u128)| {
        let items = layout.unpack(*key);
        let declared = dimensions.iter().map(|d| items[layout.position(*d).unwrap()]).collect();
        (declared, values.get(at).unwrap())
    };
    keys.iter().enumerate().map(one).collect()
}

fn schema(schema: &mut Schema, random: &mut Random) {
    let mut dimension = |id: DimensionId, name: &str, system: Option<SystemDimension>, properties: &[(&str, Type)]| {
        let properties = [("Name", Type::Text)].iter().chain(properties);
        let properties = properties.map(|(name, ty)| PropertyDef { name: Arc::from(*name), ty: *ty, formula: None }).collect();
        schema.put_dimension(DimensionDef { system, ..DimensionDef::new(id, name, properties) });
    };
    dimension(USER, "User", Some(SystemDimension::User), &[]);
    dimension(DimensionId(1), "Role", Some(SystemDimension::Role), &[]);
    dimension(GROUP, "Group", Some(SystemDimension::Group), &[]);
    dimension(REGION, "Region", None, &[]);
    dimension(COUNTRY, "Country", None, &[("Region", Type::Item(REGION))]);
    dimension(STORE, "Store", None, &[("Country", Type::Item(COUNTRY)), ("Note", Type::Text)]);
    dimension(PRODUCT, "Product", None, &[("Price", Type::Number), ("Origin", Type::Item(COUNTRY))]);
    dimension(MONTH, "Month", None, &[]);
    let mut metric = |id: MetricId, name: &str, ty: Type, dimensions: &[DimensionId]| {
        schema.put_metric(MetricDef { id, name: Arc::from(name), ty, dimensions: dimensions.to_vec(), formula: None });
    };
    let mut dimensions = vec![PRODUCT, STORE, MONTH];
    if random.below(2) == 0 {
        dimensions.push(COUNTRY);
    }
    let by = random.below(4) as usize % dimensions.len();
    dimensions.rotate_left(by);
    metric(REVENUE, "Revenue", Type::Number, &dimensions);
    metric(LABEL, "Label", Type::Text, &[STORE, PRODUCT]);
    metric(HOME, "Home", Type::Item(COUNTRY), &[PRODUCT, STORE]);
    metric(COUNTRY_RIGHTS, "CountryRights", Type::Rights, &[USER, COUNTRY]);
    metric(PAIR_RIGHTS, "PairRights", Type::Rights, &[PRODUCT, USER, STORE]);
    metric(ITEM_RIGHTS, "ItemRights", Type::Rights, &[GROUP, PRODUCT]);
    metric(CELL_RIGHTS, "CellRights", Type::Rights, &[USER, PRODUCT, STORE, MONTH]);
    let column = |name: &str, ty: Type| ColumnDef { name: Arc::from(name), ty };
    schema.put_list(ListDef {
        id: LEDGER,
        name: Arc::from("Ledger"),
        columns: vec![
            column("Country", Type::Item(COUNTRY)),
            column("Amount", Type::Number),
            column("Memo", Type::Text),
            column("Store", Type::Item(STORE)),
        ],
    });
}

fn items(revision: &Revision, dimension: DimensionId, count: u32, random: &mut Random) -> Items {
    let def = Arc::clone(revision.schema().dimension(dimension).unwrap());
    let mut edit = revision.items(dimension).edit();
    for item in 0..count {
        edit.add(&format!("{} {item}", def.name)).unwrap();
        for (property, p) in (0u16..).zip(&def.properties).skip(1) {
            let value = match p.ty {
                Type::Item(d) => Some(Value::Item(d, random.below(revision.items(d).capacity()))),
                Type::Number => Some(Value::Number(f64::from(random.below(900)))),
                _ => Some(Value::Text(Arc::from(format!("note of {item}").as_str()))),
            };
            edit.set(item, property, value.filter(|_| random.below(9) > 0).as_ref());
        }
    }
    edit.finish()
}

/// Made in several steps, so that some blocks have patches.
fn metric_cells(revision: &Revision, metric: MetricId, wide: bool, cells: u32, random: &mut Random) -> Cells {
    let def = revision.schema().metric(metric).unwrap();
    let roomy = if def.dimensions.len() == 2 { u32::MAX } else { 1 << 30 };
    let mut dims: Vec<(DimensionId, u32)> =
        def.dimensions.iter().map(|d| (*d, if wide { roomy } else { revision.items(*d).capacity() })).collect();
    let by = random.below(3) as usize % dims.len();
    dims.rotate_right(by);
    let layout = Arc::new(Layout::new(&dims).unwrap());
    let mut made = Cells::empty(Arc::clone(&layout), def.ty);
    for (step, count) in [cells, cells / 50, cells / 200].into_iter().enumerate() {
        let mut edits = BTreeMap::new();
        for _ in 0..count {
            let coordinate: Vec<u32> = dims.iter().map(|(d, _)| random.below(revision.items(*d).capacity())).collect();
            let value = match def.ty {
                Type::Number => Value::Number(f64::from(random.below(100_000)) / 7.0 - 5_000.0),
                Type::Item(d) => Value::Item(d, random.below(revision.items(d).capacity())),
                _ => Value::Text(Arc::from(format!("label {coordinate:?}").as_str())),
            };
            edits.insert(layout.pack::<u128>(&coordinate), Some(value).filter(|_| step == 0 || random.below(3) > 0));
        }
        let mut batch = Edits::new(def.ty);
        edits.iter().for_each(|(key, value)| batch.push(*key, value.as_ref()));
        made = made.apply(batch).unwrap();
    }
    assert_eq!(made.wide().is_some(), wide);
    made
}

fn rights(revision: &Revision, metric: MetricId, random: &mut Random) -> Cells {
    let def = revision.schema().metric(metric).unwrap();
    let layout = revision.layout_for(&def.dimensions).unwrap();
    let mut batch = Edits::new(Type::Rights);
    let coordinates = def.dimensions.iter().fold(vec![Vec::new()], |all: Vec<Vec<u32>>, d| {
        let count = revision.items(*d).capacity();
        all.iter().flat_map(|c| (0..count).map(move |i| [c.as_slice(), &[i]].concat())).collect()
    });
    let (holes, refusals) = (random.pick(&[0, 1, 2]), random.pick(&[0, 1, 30, 300]));
    for coordinate in coordinates {
        let read = if random.below(3) < holes { None } else { Some(refusals == 0 || random.below(refusals) > 0) };
        batch.push(layout.pack::<u128>(&coordinate), Rights::new(read, None).map(Value::Rights).as_ref());
    }
    Cells::empty(layout, Type::Rights).apply(batch).unwrap()
}

fn ledger(revision: &Revision, rows: u32, random: &mut Random) -> Rows {
    let def = revision.schema().list(LEDGER).unwrap();
    let mut list = Rows::empty(def);
    for part in [rows, rows / 3] {
        let mut columns: Vec<Vector> = def.columns.iter().map(|c| Vector::blank(c.ty, 0)).collect();
        for row in 0..part {
            for (column, c) in columns.iter_mut().zip(&def.columns) {
                let value = match c.ty {
                    Type::Item(d) => Some(Value::Item(d, random.below(revision.items(d).capacity()))),
                    Type::Number => Some(Value::Number(f64::from(random.below(1_000)))),
                    _ => Some(Value::Text(Arc::from(format!("memo {row}").as_str()))),
                };
                column.push(value.filter(|_| random.below(10) > 0).as_ref());
            }
        }
        list = list.append(columns);
    }
    list
}

fn policy(schema: &Schema, random: &mut Random) -> Policy {
    let mut policy = Policy::new();
    let words = [Word::Allowed, Word::Allowed, Word::Unspecified];
    let permissions = if random.below(2) == 0 { vec![Permission::OpenBoards] } else { vec![Permission::DisplayBlockExplorer] };
    let role = Role { name: "Some".into(), permissions: permissions.into_iter().collect(), read: random.pick(&words), write: Word::Denied };
    policy.create_role(9, role).unwrap();
    (0..2).for_each(|group| policy.create_group(group, &format!("group {group}")).unwrap());
    for user in 0..PEOPLE {
        policy.create_user(user, UserKind::Human).unwrap();
        policy.grant(9, Grantee::User(user)).unwrap();
        policy.add_member(random.below(2), user).unwrap();
    }
    policy.set_inheritance(Inheritance::Off);
    if random.below(4) == 0 {
        policy.set_mode(Mode::Strict);
    }
    let country_of_store = Path { dimension: STORE, properties: vec![1] };
    let origin = Path { dimension: PRODUCT, properties: vec![2] };
    for number in 0..1 + random.below(4) {
        let (rights, through, target) = match random.below(9) {
            0 => (COUNTRY_RIGHTS, vec![country_of_store.clone()], RuleTarget::AllMetricsWith(vec![STORE])),
            1 => (PAIR_RIGHTS, vec![], RuleTarget::AllMetricsWith(vec![PRODUCT, STORE])),
            2 => (ITEM_RIGHTS, vec![], RuleTarget::Metrics(vec![REVENUE, LABEL])),
            3 => (CELL_RIGHTS, vec![], RuleTarget::Metrics(vec![REVENUE])),
            4 => (COUNTRY_RIGHTS, vec![country_of_store.clone(), origin.clone()], RuleTarget::Metrics(vec![REVENUE, HOME])),
            5 => (COUNTRY_RIGHTS, vec![], RuleTarget::Items(COUNTRY)),
            6 => (ITEM_RIGHTS, vec![], RuleTarget::Items(PRODUCT)),
            7 => (COUNTRY_RIGHTS, vec![], RuleTarget::List(LEDGER)),
            _ => (COUNTRY_RIGHTS, vec![country_of_store.clone()], RuleTarget::Property(STORE, random.pick(&[1, 2]))),
        };
        let action = Action::Apply { halves: Halves::Read, rights, through };
        policy.create_rule(Rule { name: format!("rule {number}"), action, target }, schema).unwrap();
    }
    policy
}
