//! A small application: shops, products, months, orders and a ledger; an owner, Ann who may see France only, and Bob for whom Japan
//! does not exist.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use smalt_model::{
    ColumnDef, DimensionDef, DimensionId, ListDef, ListId, MetricDef, MetricId, PropertyDef, Rights, Schema, SystemDimension, Type, Value,
    format_date, format_number,
};
use smalt_query::{Answer, MaskedView, QueryError, QueryOptions};
use smalt_security::{
    Access, Action, Facts, Grantee, Halves, Inheritance, Path, Permission, Policy, Principal, Role, Rule, RuleTarget, UserKind, Word,
};
use smalt_vault::{Edits, Revision, Rows, Vault, Vector};

pub(crate) const USER: DimensionId = DimensionId(0);
pub(crate) const COUNTRY: DimensionId = DimensionId(4);
pub(crate) const STORE: DimensionId = DimensionId(5);
pub(crate) const REVENUE: MetricId = MetricId(0);
const RIGHTS: MetricId = MetricId(6);

/// People, by their ordinal in `User`.
pub(crate) const ANN: u32 = 0;
pub(crate) const BOB: u32 = 1;

/// Items by dimension, in item order, with their properties.
const ITEMS: &[(u32, &[&[&str]])] = &[
    (0, &[&["ann"], &["bob"]]),
    (1, &[]),
    (2, &[]),
    (3, &[&["EMEA"], &["APAC"]]),
    (4, &[&["Japan", "APAC", "JPY"], &["France", "EMEA", "EUR"], &["Germany", "EMEA", "EUR"]]),
    (
        5,
        &[
            &["S3", "Third", "Japan", "2020-05-01", "30"],
            &["S1", "First", "France", "2019-01-31", "12.5"],
            &["S2", "", "France", "2021-07-15", ""],
            &["S4", "Fourth", "Germany", "", "8"],
            &["S5", "Nowhere", "", "2022-01-01", "1"],
        ],
    ),
    (6, &[&["Fruit"], &["Veg"]]),
    (7, &[&["Pear", "Fruit"], &["Apple", "Fruit"], &["Kale", "Veg"]]),
    (8, &[&["2024-Q1"], &["2024-Q2"]]),
    (9, &[&["2024-01", "2024-Q1"], &["2024-02", "2024-Q1"], &["2024-03", "2024-Q1"], &["2024-04", "2024-Q2"]]),
    (10, &[&["O-2"], &["O-1"]]),
];

/// Cells of `Revenue`.
pub(crate) const CELLS: &[(&str, &str, &str, f64)] = &[
    ("Pear", "S3", "2024-01", 10.0),
    ("Pear", "S1", "2024-01", 20.0),
    ("Pear", "S1", "2024-04", 5.0),
    ("Apple", "S1", "2024-02", 7.0),
    ("Apple", "S2", "2024-01", 1.5),
    ("Apple", "S4", "2024-03", 100.0),
    ("Kale", "S2", "2024-04", 40.0),
    ("Kale", "S3", "2024-02", 0.1),
];

pub(crate) struct World {
    pub(crate) revision: Revision,
    policy: Policy,
}

fn schema(schema: &mut Schema) {
    let item = |d: u32| Type::Item(DimensionId(d));
    let mut dimension = |id: u32, name: &str, system: Option<SystemDimension>, properties: &[(&str, Type)]| {
        let properties = properties.iter().map(|(name, ty)| PropertyDef { name: Arc::from(*name), ty: *ty, formula: None }).collect();
        schema.put_dimension(DimensionDef { system, ..DimensionDef::new(DimensionId(id), name, properties) });
    };
    let name = ("Name", Type::Text);
    dimension(0, "User", Some(SystemDimension::User), &[name]);
    dimension(1, "Role", Some(SystemDimension::Role), &[name]);
    dimension(2, "Group", Some(SystemDimension::Group), &[name]);
    dimension(3, "Region", None, &[name]);
    dimension(4, "Country", None, &[name, ("Region", item(3)), ("Currency", Type::Text)]);
    let opened = ("Opened", Type::Date);
    dimension(5, "Store", None, &[("Code", Type::Text), ("Label", Type::Text), ("Country", item(4)), opened, ("Size", Type::Number)]);
    dimension(6, "Category", None, &[name]);
    dimension(7, "Product", None, &[name, ("Category", item(6))]);
    dimension(8, "Quarter", None, &[name]);
    dimension(9, "Month", None, &[name, ("Quarter", item(8))]);
    dimension(10, "Order", None, &[name]);
    let mut metric = |id: u32, name: &str, ty: Type, dimensions: &[u32]| {
        let dimensions = dimensions.iter().map(|d| DimensionId(*d)).collect();
        schema.put_metric(MetricDef { id: MetricId(id), name: Arc::from(name), ty, dimensions, formula: None });
    };
    metric(0, "Revenue", Type::Number, &[7, 5, 9]);
    metric(1, "Price", Type::Number, &[7, 9]);
    metric(2, "Unit Cost", Type::Number, &[7, 4]);
    metric(3, "Orders", Type::Integer, &[10, 0]);
    metric(4, "Home", item(4), &[7]);
    metric(5, "Open", Type::Boolean, &[5]);
    metric(6, "CountryRights", Type::Rights, &[0, 4]);
    metric(7, "Total", Type::Number, &[]);
    let column = |name: &str, ty: Type| ColumnDef { name: Arc::from(name), ty };
    schema.put_list(ListDef {
        id: ListId(0),
        name: Arc::from("Ledger"),
        columns: vec![column("Country", item(4)), column("Date", Type::Date), column("Amount", Type::Number), column("Memo", Type::Text)],
    });
}

fn value(revision: &Revision, ty: Type, text: &str) -> Option<Value> {
    if text.is_empty() {
        return None;
    }
    Some(match ty {
        Type::Number => Value::Number(text.parse().unwrap()),
        Type::Integer => Value::Integer(text.parse().unwrap()),
        Type::Boolean => Value::Boolean(text == "TRUE"),
        Type::Date => Value::Date(smalt_model::parse_date(text).unwrap()),
        Type::Item(d) => Value::Item(d, revision.items(d).find(text).unwrap()),
        Type::Rights => Value::Rights(Rights::parse(text).unwrap().unwrap()),
        _ => Value::Text(Arc::from(text)),
    })
}

impl World {
    pub(crate) fn new() -> World {
        World::with(CELLS)
    }

    /// With these cells of `Revenue`.
    pub(crate) fn with(cells: &[(&str, &str, &str, f64)]) -> World {
        let mut revision = Revision::empty();
        schema(revision.schema_mut());
        for (dimension, items) in ITEMS {
            let id = DimensionId(*dimension);
            let def = Arc::clone(revision.schema().dimension(id).unwrap());
            let mut edit = revision.items(id).edit();
            for item in *items {
                let at = edit.add(item[0]).unwrap();
                for (property, text) in (0u16..).zip(*item).skip(1) {
                    edit.set(at, property, value(&revision, def.properties[usize::from(property)].ty, text).as_ref());
                }
            }
            revision.set_items(id, Arc::new(edit.finish()));
        }
        let mut world = World { revision, policy: policy() };
        let rows: Vec<Vec<String>> =
            cells.iter().map(|(p, s, m, v)| vec![p.to_string(), s.to_string(), m.to_string(), v.to_string()]).collect();
        world.fill(0, &rows.iter().map(|r| r.iter().map(String::as_str).collect()).collect::<Vec<Vec<&str>>>());
        world.fill(1, &[vec!["Pear", "2024-01", "2"], vec!["Apple", "2024-01", "3"], vec!["Apple", "2024-02", "4"]]);
        world.fill(2, &[vec!["Pear", "France", "1"], vec!["Kale", "Japan", "2"]]);
        world.fill(3, &[vec!["O-2", "bob", "4"], vec!["O-1", "ann", "6"], vec!["O-1", "bob", "1"]]);
        world.fill(4, &[vec!["Pear", "Japan"], vec!["Apple", "France"]]);
        world.fill(5, &[vec!["S1", "TRUE"], vec!["S3", "FALSE"]]);
        world
            .fill(6, &[vec!["ann", "France", "r."], vec!["bob", "France", "r."], vec!["bob", "Germany", "r."], vec!["bob", "Japan", "-."]]);
        world.fill(7, &[vec!["42"]]);
        let list = Arc::clone(world.revision.schema().list(ListId(0)).unwrap());
        let rows = [["France", "2024-02-03", "10", "rent"], ["Japan", "2024-01-02", "99", "secret"], ["", "2024-01-01", "", "none"]];
        let columns = (0..4).map(|column| {
            let ty = list.columns[column].ty;
            let mut vector = Vector::blank(ty, 0);
            rows.iter().for_each(|row| vector.push(value(&world.revision, ty, row[column]).as_ref()));
            vector
        });
        let rows = Rows::empty(&list).append(columns.collect());
        world.revision.set_rows(ListId(0), Arc::new(rows));
        world.rules();
        world
    }

    fn fill(&mut self, metric: u32, rows: &[Vec<&str>]) {
        let def = Arc::clone(self.revision.schema().metric(MetricId(metric)).unwrap());
        let layout = self.revision.layout_for(&def.dimensions).unwrap();
        let mut edits = Edits::new(def.ty);
        for row in rows {
            let item = |d: &DimensionId| {
                let at = def.dimensions.iter().position(|own| own == d).unwrap();
                self.revision.items(*d).find(row[at]).unwrap()
            };
            let key = layout.pack::<u128>(&layout.dims().iter().map(item).collect::<Vec<_>>());
            edits.push(key, value(&self.revision, def.ty, row[def.dimensions.len()]).as_ref());
        }
        let cells = smalt_vault::Cells::empty(layout, def.ty).apply(edits).unwrap();
        self.revision.set_cells(MetricId(metric), Arc::new(cells));
    }

    fn rules(&mut self) {
        let through = vec![Path { dimension: STORE, properties: vec![2] }];
        let apply = |through: Vec<Path>| Action::Apply { halves: Halves::Read, rights: RIGHTS, through };
        let schema = Arc::clone(self.revision.schema());
        let mut rule = |name: &str, action: Action, target: RuleTarget| {
            self.policy.create_rule(Rule { name: name.to_owned(), action, target }, &schema).unwrap();
        };
        rule("stores", apply(through), RuleTarget::AllMetricsWith(vec![STORE]));
        rule("ledger", apply(vec![]), RuleTarget::List(ListId(0)));
    }

    /// Makes `Month` a level of a calendar.
    pub(crate) fn calendar(&mut self) {
        let id = DimensionId(9);
        let mut def = DimensionDef::clone(self.revision.schema().dimension(id).unwrap());
        def.calendar = Some(smalt_model::CalendarLevel::Month);
        for name in ["Start Date", "End Date"] {
            def.properties.push(PropertyDef { name: Arc::from(name), ty: Type::Date, formula: None });
        }
        self.revision.schema_mut().put_dimension(def);
        let mut edit = self.revision.items(id).edit();
        edit.add_property(Type::Date);
        edit.add_property(Type::Date);
        for (item, (first, last)) in (0..).zip([("01-01", "01-31"), ("02-01", "02-29"), ("03-01", "03-31"), ("04-01", "04-30")]) {
            for (property, day) in [(2, first), (3, last)] {
                edit.set(item, property, Some(&Value::Date(smalt_model::parse_date(&format!("2024-{day}")).unwrap())));
            }
        }
        self.revision.set_items(id, Arc::new(edit.finish()));
    }

    /// Adds a rule for the items of `Country`.
    pub(crate) fn hide_countries(mut self) -> World {
        let action = Action::Apply { halves: Halves::Read, rights: RIGHTS, through: vec![] };
        let rule = Rule { name: "countries".to_owned(), action, target: RuleTarget::Items(COUNTRY) };
        self.policy.create_rule(rule, &Arc::clone(self.revision.schema())).unwrap();
        self
    }

    pub(crate) fn view(&self, principal: Principal) -> MaskedView {
        let access = Arc::new(Access::compile(&self.policy, &principal, &State(&self.revision)));
        let vault = Arc::new(Vault::new(Revision::empty()));
        vault.view_at(Arc::new(self.revision.clone()), access)
    }

    pub(crate) fn owner(&self) -> MaskedView {
        self.view(Principal::Owner { user: None })
    }

    pub(crate) fn user(&self, user: u32) -> MaskedView {
        self.view(Principal::User(user))
    }
}

fn policy() -> Policy {
    let mut policy = Policy::new();
    let permissions = vec![Permission::DisplayApplication, Permission::OpenBoards];
    let role =
        Role { name: "Analyst".into(), permissions: permissions.into_iter().collect(), read: Word::Unspecified, write: Word::Denied };
    policy.create_role(9, role).unwrap();
    for user in [ANN, BOB] {
        policy.create_user(user, UserKind::Human).unwrap();
        policy.grant(9, Grantee::User(user)).unwrap();
    }
    policy.set_inheritance(Inheritance::Off);
    policy
}

struct State<'a>(&'a Revision);

impl Facts for State<'_> {
    fn item_count(&self, dimension: DimensionId) -> u32 {
        self.0.items(dimension).capacity()
    }

    fn words(&self, rights: MetricId, principal: u32, each: &mut dyn FnMut(&[u32], Rights)) {
        let def = self.0.schema().metric(rights).unwrap();
        let cells = self.0.cells(rights).unwrap();
        let (keys, values) = cells.entries();
        let layout = cells.layout();
        for (at, key) in keys.iter().enumerate() {
            let items = layout.unpack(*key);
            let item = |d: &DimensionId| items[layout.position(*d).unwrap()];
            if let (true, Some(Value::Rights(right))) = (item(&USER) == principal, values.get(at)) {
                let others: Vec<u32> = def.dimensions.iter().filter(|d| **d != USER).map(item).collect();
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

pub(crate) fn ask(view: &MaskedView, sql: &str) -> Result<Answer, QueryError> {
    query_blocking(view, sql, &QueryOptions::default())
}

/// The answer as text: a line of headings and a line per row, `|` between columns, `-` for NULL.
pub(crate) fn text(answer: &Answer) -> String {
    let mut lines = vec![answer.columns().iter().map(|c| c.name.clone()).collect::<Vec<_>>().join("|")];
    for batch in answer.batches() {
        for row in 0..batch.num_rows() {
            let cells: Vec<String> = batch.columns().iter().map(|column| cell(column.as_ref(), row)).collect();
            lines.push(cells.join("|"));
        }
    }
    lines.join("\n")
}

fn cell(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return "-".to_owned();
    }
    match column.data_type() {
        DataType::Null => "-".to_owned(),
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::Float64 => format_number(column.as_primitive::<Float64Type>().value(row)),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::Date32 => format_date(column.as_primitive::<Date32Type>().value(row)),
        other => {
            let text = datafusion::arrow::util::display::array_value_to_string(&column.slice(row, 1), 0).unwrap();
            format!("{text}:{other}")
        }
    }
}

/// Asks and compares; lines of `want` may be indented.
#[track_caller]
pub(crate) fn check(view: &MaskedView, sql: &str, want: &str) {
    let want = want.trim().lines().map(str::trim).collect::<Vec<_>>().join("\n");
    match ask(view, sql) {
        Ok(answer) => assert_eq!(text(&answer), want, "{sql}"),
        Err(error) => panic!("{sql}\n{error}"),
    }
}

/// Asks and compares the refusal.
#[track_caller]
pub(crate) fn refuse(view: &MaskedView, sql: &str, want: &str) {
    match ask(view, sql) {
        Ok(answer) => panic!("{sql}\nwas answered:\n{}", text(&answer)),
        Err(error) => assert_eq!(error.to_string(), want, "{sql}"),
    }
}

/// Waits for a query.
pub(crate) fn query_blocking(view: &MaskedView, sql: &str, options: &QueryOptions) -> Result<Answer, QueryError> {
    futures::executor::block_on(smalt_query::query(view, sql, options))
}
