//! A small model to put policies on: geography, products, employees, a ledger, and rights metrics of every kind.

use std::collections::HashMap;
use std::sync::Arc;

use smalt_model::{
    ColumnDef, DimensionDef, DimensionId, ListDef, ListId, MetricDef, MetricId, PropertyDef, Rights, Schema, SystemDimension, Type,
};
use smalt_security::{Access, BLANK, Facts, Footprint, Footprints, Half, Path, Policy, Principal, Target};

pub(crate) const USER: DimensionId = DimensionId(0);
pub(crate) const ROLE: DimensionId = DimensionId(1);
pub(crate) const GROUP: DimensionId = DimensionId(2);
pub(crate) const REGION: DimensionId = DimensionId(3);
pub(crate) const COUNTRY: DimensionId = DimensionId(4);
pub(crate) const STORE: DimensionId = DimensionId(5);
pub(crate) const PRODUCT: DimensionId = DimensionId(6);
pub(crate) const EMPLOYEE: DimensionId = DimensionId(7);

pub(crate) const REVENUE: MetricId = MetricId(0);
pub(crate) const ROUTES: MetricId = MetricId(1);
pub(crate) const PAY: MetricId = MetricId(2);
pub(crate) const RATE: MetricId = MetricId(3);
pub(crate) const HOME: MetricId = MetricId(4);
pub(crate) const TARGETS: MetricId = MetricId(5);
pub(crate) const COUNTRY_RIGHTS: MetricId = MetricId(6);
pub(crate) const ROLE_RIGHTS: MetricId = MetricId(7);
pub(crate) const GROUP_RIGHTS: MetricId = MetricId(8);
pub(crate) const USER_RIGHTS: MetricId = MetricId(9);
pub(crate) const EMPLOYEE_RIGHTS: MetricId = MetricId(10);
pub(crate) const PAIR_RIGHTS: MetricId = MetricId(11);
pub(crate) const RIGHTS: [MetricId; 6] = [COUNTRY_RIGHTS, ROLE_RIGHTS, GROUP_RIGHTS, USER_RIGHTS, EMPLOYEE_RIGHTS, PAIR_RIGHTS];

/// Metrics with a formula, where a test gives them one.
pub(crate) const BY_COUNTRY: MetricId = MetricId(12);
pub(crate) const BY_PRODUCT: MetricId = MetricId(13);
pub(crate) const TOTAL: MetricId = MetricId(14);
pub(crate) const STAFF: MetricId = MetricId(15);
pub(crate) const SHARE: MetricId = MetricId(16);

pub(crate) const LEDGER: ListId = ListId(0);

/// The cells of a rights metric by principal: the other items, and the right.
pub(crate) type Cells = HashMap<(MetricId, u32), HashMap<Vec<u32>, Rights>>;

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) schema: Schema,
    pub(crate) counts: HashMap<DimensionId, u32>,
    pub(crate) properties: HashMap<(DimensionId, u16), Vec<u32>>,
    pub(crate) cells: Cells,
    pub(crate) footprints: Arc<Footprints>,
}

impl World {
    /// Two regions, three countries, four stores, two products, three employees; everything linked, no rights.
    pub(crate) fn new() -> World {
        let counts = [(USER, 3), (ROLE, 6), (GROUP, 3), (REGION, 2), (COUNTRY, 3), (STORE, 4), (PRODUCT, 2), (EMPLOYEE, 3)];
        let properties = [
            ((USER, 1), vec![0, 1, BLANK]),
            ((COUNTRY, 1), vec![0, 0, 1]),
            ((STORE, 2), vec![0, 1, 2, BLANK]),
            ((STORE, 3), vec![1, 1, BLANK, 0]),
            ((EMPLOYEE, 1), vec![BLANK, 0, 0]),
            ((EMPLOYEE, 2), vec![0, 1, 2]),
        ];
        World { schema: schema(), counts: counts.into(), properties: properties.into(), cells: HashMap::new(), footprints: Arc::default() }
    }

    /// Sets one cell of a rights metric, `..` clears it.
    pub(crate) fn set(&mut self, rights: MetricId, principal: u32, others: &[u32], letters: &str) {
        let slice = self.cells.entry((rights, principal)).or_default();
        match Rights::parse(letters).unwrap() {
            Some(right) => slice.insert(others.to_vec(), right),
            None => slice.remove(others),
        };
    }

    /// Gives formulas.
    pub(crate) fn read(&mut self, footprints: impl IntoIterator<Item = (Target, Footprint)>) {
        self.footprints = Arc::new(Footprints::new(footprints));
    }

    pub(crate) fn access(&self, policy: &Policy, who: &Principal) -> Access {
        Access::compile(policy, who, self)
    }

    /// The radix of each coordinate of a target; `None` for a column without items.
    pub(crate) fn axes(&self, target: &Target) -> Vec<Option<DimensionId>> {
        match target {
            Target::Metric(metric) => self.schema.metric(*metric).unwrap().dimensions.iter().copied().map(Some).collect(),
            Target::Unsaved(dimensions) => dimensions.iter().copied().map(Some).collect(),
            Target::Items(dimension) | Target::Property(dimension, _) => vec![Some(*dimension)],
            Target::List(list) => {
                let columns = &self.schema.list(*list).unwrap().columns;
                columns.iter().map(|c| if let Type::Item(d) = c.ty { Some(d) } else { None }).collect()
            }
        }
    }

    /// Every cell of a target; in lists BLANK is an item like any other.
    pub(crate) fn all_cells(&self, target: &Target) -> Vec<Vec<u32>> {
        let list = matches!(target, Target::List(_));
        self.axes(target).into_iter().fold(vec![Vec::new()], |cells, axis| {
            let mut items = axis.map_or(vec![7], |dimension| (0..self.counts[&dimension]).collect::<Vec<_>>());
            if list && axis.is_some() {
                items.push(BLANK);
            }
            cells.iter().flat_map(|cell| items.iter().map(move |item| [cell.as_slice(), &[*item]].concat())).collect()
        })
    }

    /// The cells that a mask allows.
    pub(crate) fn allowed(&self, access: &Access, half: Half, target: &Target) -> Vec<Vec<u32>> {
        let mask = access.mask(half, target);
        self.all_cells(target).into_iter().filter(|cell| mask.allows(cell)).collect()
    }

    /// Everything that a right can be asked for.
    pub(crate) fn targets(&self) -> Vec<Target> {
        let metrics = self.schema.metrics().map(|def| Target::Metric(def.id));
        let items = self.schema.dimensions().map(|def| Target::Items(def.id));
        let properties = self.schema.dimensions().flat_map(|def| (0u16..).zip(&def.properties).map(|(p, _)| Target::Property(def.id, p)));
        let rest =
            [Target::List(LEDGER), Target::Unsaved(vec![STORE, PRODUCT]), Target::Unsaved(vec![]), Target::Unsaved(vec![USER, COUNTRY])];
        metrics.chain(items).chain(properties).chain(rest).collect()
    }
}

impl Facts for World {
    fn item_count(&self, dimension: DimensionId) -> u32 {
        self.counts[&dimension]
    }

    fn words(&self, rights: MetricId, principal: u32, each: &mut dyn FnMut(&[u32], Rights)) {
        for (others, right) in self.cells.get(&(rights, principal)).into_iter().flatten() {
            each(others, *right);
        }
    }

    fn path(&self, path: &Path) -> Arc<[u32]> {
        let steps = path.steps(&self.schema).collect::<Vec<_>>();
        let follow =
            |item: u32| steps.iter().fold(item, |item, step| if item == BLANK { BLANK } else { self.properties[step][item as usize] });
        (0..self.counts[&path.dimension]).map(follow).collect()
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn footprints(&self) -> Arc<Footprints> {
        Arc::clone(&self.footprints)
    }
}

fn schema() -> Schema {
    let mut schema = Schema::default();
    let mut dimension = |id: DimensionId, name: &str, system: Option<SystemDimension>, properties: &[(&str, Type)]| {
        let properties = [("Name", Type::Text)].iter().chain(properties);
        let properties = properties.map(|(name, ty)| PropertyDef { name: Arc::from(*name), ty: *ty, formula: None }).collect();
        schema.put_dimension(DimensionDef { system, ..DimensionDef::new(id, name, properties) });
    };
    dimension(USER, "User", Some(SystemDimension::User), &[("Country", Type::Item(COUNTRY))]);
    dimension(ROLE, "Role", Some(SystemDimension::Role), &[]);
    dimension(GROUP, "Group", Some(SystemDimension::Group), &[]);
    dimension(REGION, "Region", None, &[]);
    dimension(COUNTRY, "Country", None, &[("Region", Type::Item(REGION))]);
    dimension(STORE, "Store", None, &[("Label", Type::Text), ("Country", Type::Item(COUNTRY)), ("Supplier", Type::Item(COUNTRY))]);
    dimension(PRODUCT, "Product", None, &[("Price", Type::Number)]);
    dimension(EMPLOYEE, "Employee", None, &[("Manager", Type::Item(EMPLOYEE)), ("Team", Type::Item(COUNTRY)), ("Salary", Type::Number)]);
    let mut metric = |id: MetricId, name: &str, ty: Type, dimensions: &[DimensionId]| {
        schema.put_metric(MetricDef { id, name: Arc::from(name), ty, dimensions: dimensions.to_vec(), formula: None });
    };
    metric(REVENUE, "Revenue", Type::Number, &[PRODUCT, STORE]);
    metric(ROUTES, "Routes", Type::Number, &[COUNTRY, STORE]);
    metric(PAY, "Pay", Type::Number, &[EMPLOYEE, COUNTRY]);
    metric(RATE, "Rate", Type::Number, &[]);
    metric(HOME, "Home", Type::Item(COUNTRY), &[EMPLOYEE]);
    metric(TARGETS, "Targets", Type::Number, &[USER, COUNTRY]);
    metric(COUNTRY_RIGHTS, "CountryRights", Type::Rights, &[USER, COUNTRY]);
    metric(ROLE_RIGHTS, "RoleRights", Type::Rights, &[REGION, ROLE]);
    metric(GROUP_RIGHTS, "GroupRights", Type::Rights, &[GROUP, PRODUCT, COUNTRY]);
    metric(USER_RIGHTS, "UserRights", Type::Rights, &[USER]);
    metric(EMPLOYEE_RIGHTS, "EmployeeRights", Type::Rights, &[USER, EMPLOYEE]);
    metric(PAIR_RIGHTS, "PairRights", Type::Rights, &[REGION, USER, COUNTRY]);
    metric(BY_COUNTRY, "ByCountry", Type::Number, &[COUNTRY, PRODUCT]);
    metric(BY_PRODUCT, "ByProduct", Type::Number, &[PRODUCT, COUNTRY]);
    metric(TOTAL, "Total", Type::Number, &[]);
    metric(STAFF, "Staff", Type::Number, &[EMPLOYEE, STORE, REGION]);
    metric(SHARE, "Share", Type::Number, &[COUNTRY]);
    let column = |name: &str, ty: Type| ColumnDef { name: Arc::from(name), ty };
    schema.put_list(ListDef {
        id: LEDGER,
        name: Arc::from("Ledger"),
        columns: vec![
            column("From", Type::Item(COUNTRY)),
            column("Amount", Type::Number),
            column("To", Type::Item(COUNTRY)),
            column("Store", Type::Item(STORE)),
        ],
    });
    schema
}

/// `Store.Country` and the like, by name.
pub(crate) fn path(schema: &Schema, text: &str) -> Path {
    let mut names = text.split('.');
    let start = schema.dimensions().find(|def| Some(&*def.name) == text.split('.').next()).unwrap().id;
    names.next();
    let mut here = Some(start);
    let properties = names
        .map(|name| {
            let def = schema.dimension(here.unwrap()).unwrap();
            let property = def.property(name).unwrap();
            here = if let Type::Item(next) = def.properties[usize::from(property)].ty { Some(next) } else { None };
            property
        })
        .collect();
    Path { dimension: start, properties }
}
