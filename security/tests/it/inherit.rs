//! Inheritance: worked cases of the contract.

use std::sync::Arc;

use smalt_model::MetricId;
use smalt_security::spec::{self, Question};
use smalt_security::{
    Action, BLANK, Footprint, Footprints, Grantee, Half, Halves, Inheritance, Look, Permission, Permissions, Policy, Principal, Role, Rule,
    RuleTarget, Shape, Target, UserKind, Word,
};

use crate::world::*;

pub(crate) const ANN: Principal = Principal::User(0);
pub(crate) const PLAIN: u32 = 5;

pub(crate) struct Case {
    pub(crate) world: World,
    pub(crate) policy: Policy,
}

impl Case {
    pub(crate) fn new(read: Word) -> Case {
        let mut policy = Policy::new();
        let permissions = [Permission::OpenBoards].into_iter().collect::<Permissions>();
        policy.create_role(PLAIN, Role { name: "Plain".into(), permissions, read, write: Word::Allowed }).unwrap();
        policy.create_user(0, UserKind::Human).unwrap();
        policy.grant(PLAIN, Grantee::User(0)).unwrap();
        Case { world: World::new(), policy }
    }

    pub(crate) fn rule(&mut self, rights: MetricId, through: &[&str], target: RuleTarget) {
        let through = through.iter().map(|text| path(&self.world.schema, text)).collect();
        let name = format!("rule {}", self.policy.rules().len());
        let action = Action::Apply { halves: Halves::Both, rights, through };
        self.policy.create_rule(Rule { name, action, target }, &self.world.schema).unwrap();
    }

    pub(crate) fn deny(&mut self, rights: MetricId, others: &[u32]) {
        self.world.set(rights, 0, others, "-.");
    }

    /// The readable cells, as text: `0,1 0,2`; checked against the specification.
    pub(crate) fn cells(&self, target: Target) -> String {
        let access = self.world.access(&self.policy, &ANN);
        let cells = self.world.allowed(&access, Half::Read, &target);
        let asked = Question { policy: &self.policy, facts: &self.world, who: &ANN, half: Half::Read, target: &target };
        let expected = self.world.all_cells(&target).into_iter().filter(|cell| spec::may(asked, cell)).collect::<Vec<_>>();
        assert_eq!(cells, expected, "{target:?}");
        let text = |cell: &Vec<u32>| cell.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        cells.iter().map(text).collect::<Vec<_>>().join(" ")
    }
}

pub(crate) fn metric(metric: MetricId) -> Footprint {
    Footprint::Target(Target::Metric(metric))
}

pub(crate) fn seen(inside: Footprint, looks: impl IntoIterator<Item = Look>) -> Footprint {
    Footprint::Seen { inside: Box::new(inside), looks: looks.into_iter().collect() }
}

pub(crate) fn same(position: usize) -> Look {
    Look::Image { position, map: None }
}

pub(crate) fn image(position: usize, map: &[u32]) -> Look {
    Look::Image { position, map: Some(map.into()) }
}

pub(crate) fn group(position: usize, map: &[u32]) -> Look {
    Look::Group(vec![(position, map.into())])
}

pub(crate) fn all(items: impl IntoIterator<Item = u32>) -> Look {
    Look::All(Arc::new(items.into_iter().collect()))
}

/// Revenue by Product and Store, summed by Store.Country into ByCountry; Share reads that for product 0.
fn totals(case: &mut Case) {
    let by_country = seen(metric(REVENUE), [same(1), group(0, &[0, 1, 2, BLANK])]);
    let share = seen(metric(BY_COUNTRY), [same(0), all([0])]);
    case.world.read([(Target::Metric(BY_COUNTRY), by_country), (Target::Metric(SHARE), share)]);
}

#[test]
fn a_total_is_readable_where_all_that_it_adds_is() {
    let mut case = Case::new(Word::Allowed);
    totals(&mut case);
    case.deny(COUNTRY_RIGHTS, &[1]);
    case.rule(COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    assert_eq!(case.cells(Target::Metric(BY_COUNTRY)), "0,0 0,1 2,0 2,1");
    assert_eq!(case.cells(Target::Metric(SHARE)), "0 2");
    // Writing needs reading.
    let access = case.world.access(&case.policy, &ANN);
    assert_eq!(case.world.allowed(&access, Half::Write, &Target::Metric(SHARE)), [[0], [2]]);
    // A country that came later is not known to be readable.
    assert!(!access.reading(SHARE).allows(&[3]) && !access.reading(BY_COUNTRY).allows(&[3, 0]));
    case.policy.set_inheritance(Inheritance::Off);
    assert_eq!(case.cells(Target::Metric(SHARE)), "0 1 2");
}

/// Also where all that there is may be read.
#[test]
fn what_came_later_than_the_rights_is_closed() {
    let mut case = Case::new(Word::Unspecified);
    totals(&mut case);
    case.world.set(USER_RIGHTS, 0, &[], "r.");
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![BY_COUNTRY, SHARE]));
    for country in 0..3 {
        case.world.set(COUNTRY_RIGHTS, 0, &[country], "r.");
    }
    case.rule(COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    assert_eq!(case.cells(Target::Metric(SHARE)), "0 1 2");
    let access = case.world.access(&case.policy, &ANN);
    assert!(!access.reading(SHARE).allows(&[3]) && !access.reading(BY_COUNTRY).allows(&[3, 0]));
}

#[test]
fn what_nobody_speaks_of_sets_no_condition_but_the_items_it_is_keyed_by() {
    let mut case = Case::new(Word::Denied);
    totals(&mut case);
    // The role denies all; only Share is opened, by a rule that speaks of it alone.
    let ignore = Action::IgnoreDefault { halves: Halves::Read };
    case.policy
        .create_rule(Rule { name: "open".into(), action: ignore, target: RuleTarget::Metrics(vec![SHARE]) }, &case.world.schema)
        .unwrap();
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![SHARE]));
    case.world.set(USER_RIGHTS, 0, &[], "r.");
    assert_eq!(case.cells(Target::Metric(SHARE)), "0 1 2");
    assert_eq!(case.cells(Target::Metric(BY_COUNTRY)), "");
    // Once a rule speaks of Revenue, the role default of ByCountry counts too: it is spoken of by inheritance.
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![REVENUE]));
    assert_eq!(case.cells(Target::Metric(SHARE)), "");
}

#[test]
fn one_hidden_item_closes_every_total_over_it_unless_that_resets() {
    let mut case = Case::new(Word::Allowed);
    let total = seen(metric(PAY), [all(0..3), all(0..3)]);
    let twice = seen(metric(TOTAL), []);
    case.world.read([(Target::Metric(TOTAL), total), (Target::Metric(RATE), twice)]);
    case.deny(EMPLOYEE_RIGHTS, &[1]);
    case.rule(EMPLOYEE_RIGHTS, &[], RuleTarget::Items(EMPLOYEE));
    assert_eq!(case.cells(Target::Metric(TOTAL)), "");
    // No rule speaks of a metric here, but a total of hidden items does not come to light by doubling it.
    assert_eq!(case.cells(Target::Metric(RATE)), "");
    case.world.read([(Target::Metric(TOTAL), Footprint::Together(Vec::new())), (Target::Metric(RATE), seen(metric(TOTAL), []))]);
    assert_eq!(case.world.access(&case.policy, &ANN).reading(TOTAL).shape(), Shape::Everything);
    assert_eq!(case.world.access(&case.policy, &ANN).reading(RATE).shape(), Shape::Everything);
}

#[test]
fn a_group_by_two_coordinates_is_closed_tuple_by_tuple() {
    let mut case = Case::new(Word::Allowed);
    // By two properties of a store, of which store 3 has only one.
    let pairs = vec![(0, Arc::from([0, 0, 1, 2])), (1, Arc::from([0, 1, 1, BLANK]))];
    case.world.read([(Target::Metric(BY_COUNTRY), seen(metric(REVENUE), [all([0]), Look::Group(pairs)]))]);
    case.deny(COUNTRY_RIGHTS, &[1]);
    case.rule(COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    // Only store 1 is in country 1: it is grouped to 0,1.
    assert_eq!(case.cells(Target::Metric(BY_COUNTRY)), "0,0 1,0 1,1 2,0 2,1");
}

#[test]
fn an_item_without_an_image_reads_nothing() {
    let mut case = Case::new(Word::Unspecified);
    case.world.set(COUNTRY_RIGHTS, 0, &[0], "r.");
    case.world.set(USER_RIGHTS, 0, &[], "r.");
    case.rule(COUNTRY_RIGHTS, &[], RuleTarget::Metrics(vec![ROUTES]));
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![HOME]));
    // Employee 0 goes to country 0, employee 1 nowhere, employee 2 to country 1, or nowhere as well where the map is too short.
    for map in [&[0, BLANK, 1][..], &[0]] {
        let home = seen(metric(ROUTES), [image(0, map), all([0])]);
        case.world.read([(Target::Metric(HOME), home)]);
        assert_eq!(case.cells(Target::Metric(HOME)), if map.len() == 1 { "0 1 2" } else { "0 1" });
    }
}

#[test]
fn a_list_is_read_at_all_columns_and_an_empty_one_hides_nothing() {
    let mut case = Case::new(Word::Allowed);
    case.deny(COUNTRY_RIGHTS, &[2]);
    case.rule(COUNTRY_RIGHTS, &[], RuleTarget::Items(COUNTRY));
    let ledger = |to: Look| seen(Footprint::Target(Target::List(LEDGER)), [same(0), all([BLANK]), to, all([0, BLANK])]);
    for (to, text) in [(all([BLANK]), "0 1"), (all([0, 1, BLANK]), "0 1"), (all([2]), ""), (all([]), "0 1")] {
        case.world.read([(Target::Metric(SHARE), ledger(to))]);
        assert_eq!(case.cells(Target::Metric(SHARE)), text);
    }
}

#[test]
fn a_property_with_a_formula_is_null_where_what_it_reads_is_hidden() {
    let mut case = Case::new(Word::Allowed);
    case.deny(EMPLOYEE_RIGHTS, &[1]);
    case.rule(EMPLOYEE_RIGHTS, &[], RuleTarget::Property(EMPLOYEE, 3));
    let salary = Target::Property(EMPLOYEE, 3);
    // Team reads Salary, Home reads Team: spoken of by inheritance, though no rule covers Team.
    let team = Target::Property(EMPLOYEE, 2);
    case.world.read([(team.clone(), Footprint::Words(salary)), (Target::Metric(HOME), Footprint::Target(team.clone()))]);
    assert_eq!(case.cells(team), "0 2");
    assert_eq!(case.cells(Target::Metric(HOME)), "0 2");
}

#[test]
fn words_alone_say_nothing_of_a_formula() {
    let mut case = Case::new(Word::Allowed);
    case.deny(EMPLOYEE_RIGHTS, &[1]);
    case.rule(EMPLOYEE_RIGHTS, &[], RuleTarget::Property(EMPLOYEE, 3));
    let (salary, team) = (Target::Property(EMPLOYEE, 3), Target::Property(EMPLOYEE, 2));
    case.world.read([(team.clone(), Footprint::Words(salary)), (Target::Metric(HOME), Footprint::Words(team.clone()))]);
    assert_eq!(case.cells(team), "0 2");
    assert_eq!(case.cells(Target::Metric(HOME)), "0 1 2");
}

#[test]
fn a_formula_that_is_not_saved_is_bound_to_what_it_reads_without_inheritance_too() {
    let mut case = Case::new(Word::Allowed);
    case.deny(COUNTRY_RIGHTS, &[1]);
    case.rule(COUNTRY_RIGHTS, &[], RuleTarget::Metrics(vec![SHARE]));
    case.world.read([(Target::Metric(RATE), metric(SHARE))]);
    case.policy.set_inheritance(smalt_security::Inheritance::Off);
    let access = case.world.access(&case.policy, &ANN);
    assert_eq!(access.reading(RATE).shape(), Shape::Everything);
    let unsaved = |of| {
        let mask = access.reading_formula(&[COUNTRY], &metric(of));
        (0..3).filter(|country| mask.allows(&[*country])).collect::<Vec<_>>()
    };
    assert_eq!(unsaved(SHARE), [0, 2]);
    // The cells of a saved one have rights of their own then.
    assert_eq!(unsaved(RATE), [0, 1, 2]);
}

#[test]
fn a_rights_metric_that_is_read_hides_only_by_rules() {
    let mut case = Case::new(Word::Allowed);
    case.deny(USER_RIGHTS, &[]);
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![RATE]));
    let share = seen(metric(COUNTRY_RIGHTS), [all([0]), same(0)]);
    case.world.read([(Target::Metric(SHARE), share.clone())]);
    // The metric itself is for who defines security; what is made of it is not.
    assert_eq!(case.cells(Target::Metric(COUNTRY_RIGHTS)), "");
    assert_eq!(case.cells(Target::Metric(SHARE)), "0 1 2");
    // But the lines of others are hidden.
    case.world.read([(Target::Metric(SHARE), seen(metric(COUNTRY_RIGHTS), [all([0, 1]), same(0)]))]);
    assert_eq!(case.cells(Target::Metric(SHARE)), "");
    case.world.read([(Target::Metric(SHARE), share)]);
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![COUNTRY_RIGHTS]));
    assert_eq!(case.cells(Target::Metric(SHARE)), "");
}

#[test]
fn formulas_over_what_nobody_speaks_of_change_no_mask() {
    let mut case = Case::new(Word::Allowed);
    case.deny(COUNTRY_RIGHTS, &[1]);
    case.rule(COUNTRY_RIGHTS, &[], RuleTarget::Metrics(vec![SHARE]));
    let prints = |case: &Case| {
        let access = case.world.access(&case.policy, &ANN);
        case.world.targets().iter().map(|target| access.mask(Half::Read, target).fingerprint()).collect::<Vec<_>>()
    };
    let before = prints(&case);
    let sum = seen(metric(REVENUE), [same(1), group(0, &[0, 1, 2, BLANK])]);
    let staff = seen(metric(BY_COUNTRY), [image(1, &[0, 1, 2, 0]), all([0, 1])]);
    let label = Footprint::Words(Target::Property(STORE, 2));
    case.world.read([
        (Target::Metric(BY_COUNTRY), sum),
        (Target::Metric(STAFF), staff.clone()),
        (Target::Property(STORE, 1), label),
        (Target::Metric(SHARE), Footprint::Together(Vec::new())),
    ]);
    assert_eq!(prints(&case), before);
    let access = case.world.access(&case.policy, &ANN);
    assert_eq!(access.reading(STAFF).shape(), Shape::Everything);
    assert!(Arc::ptr_eq(&access.reading_formula(&[EMPLOYEE, STORE], &staff), &access.reading_dimensions(&[EMPLOYEE, STORE])));
    // The same coordinates, looked at through a formula: the same mask.
    let shares = access.reading_formula(&[COUNTRY], &seen(metric(SHARE), [same(0)]));
    assert!(Arc::ptr_eq(&shares, &access.reading(SHARE)) && shares.shape() == Shape::Some);
}

#[test]
fn a_person_without_a_role_reads_no_formula() {
    let mut case = Case::new(Word::Allowed);
    totals(&mut case);
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![RATE]));
    case.policy.revoke(PLAIN, Grantee::User(0)).unwrap();
    let access = case.world.access(&case.policy, &ANN);
    assert_eq!(access.reading(SHARE).shape(), Shape::Nothing);
    assert_eq!(access.reading_formula(&[COUNTRY], &Footprint::Together(Vec::new())).shape(), Shape::Nothing);
}

#[test]
fn footprints_of_lists_and_items_are_left_out_and_doubles_are_both_read() {
    let empty = || Footprint::Together(Vec::new());
    let footprints = Footprints::new([(Target::List(LEDGER), empty()), (Target::Items(STORE), empty()), (Target::Metric(RATE), empty())]);
    assert!(footprints.get(&Target::List(LEDGER)).is_none() && footprints.get(&Target::Items(STORE)).is_none());
    assert!(footprints.get(&Target::Metric(RATE)).is_some());
    let mut case = Case::new(Word::Allowed);
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![REVENUE]));
    case.deny(USER_RIGHTS, &[]);
    let reads = |metric_id| seen(metric(metric_id), [all([0]), all([0])]);
    case.world.read([(Target::Metric(TOTAL), reads(REVENUE)), (Target::Metric(TOTAL), reads(PAY))]);
    assert_eq!(case.cells(Target::Metric(TOTAL)), "");
}

#[test]
fn a_footprint_shows_nothing_of_what_it_is() {
    let mut case = Case::new(Word::Allowed);
    totals(&mut case);
    let footprint = seen(metric(REVENUE), [same(1), group(0, &[0, 1, 2, BLANK])]);
    assert_eq!(format!("{footprint:?} {:?} {:?}", same(3), case.world.footprints), "Footprint { .. } Look { .. } Footprints { .. }");
}
