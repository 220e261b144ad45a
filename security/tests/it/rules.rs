//! Which rules are refused, and with what words.

use smalt_model::{Block, DimensionId, MetricId};
use smalt_security::{Action, Halves, Inheritance, Path, Policy, Rule, RuleTarget};

use crate::world::*;

fn apply(rights: MetricId, through: &[&str], target: RuleTarget) -> Rule {
    let world = World::new();
    let through = through.iter().map(|text| path(&world.schema, text)).collect();
    Rule { name: "r".into(), action: Action::Apply { halves: Halves::Both, rights, through }, target }
}

fn refusal(rule: &Rule) -> String {
    rule.check(&World::new().schema).unwrap_err().to_string()
}

#[test]
fn the_rules_of_the_contract_pass() {
    let rules = [
        apply(COUNTRY_RIGHTS, &[], RuleTarget::Metrics(vec![ROUTES, PAY])),
        apply(COUNTRY_RIGHTS, &[], RuleTarget::AllMetricsWith(vec![COUNTRY])),
        apply(COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::AllMetricsWith(vec![STORE])),
        apply(COUNTRY_RIGHTS, &["Store.Country", "Employee.Team"], RuleTarget::Metrics(vec![REVENUE, PAY])),
        apply(EMPLOYEE_RIGHTS, &[], RuleTarget::Property(EMPLOYEE, 3)),
        apply(COUNTRY_RIGHTS, &["Employee.Team"], RuleTarget::Items(EMPLOYEE)),
        apply(COUNTRY_RIGHTS, &[], RuleTarget::List(LEDGER)),
        apply(GROUP_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE])),
        apply(USER_RIGHTS, &[], RuleTarget::Metrics(vec![RATE])),
        apply(ROLE_RIGHTS, &["Store.Country.Region"], RuleTarget::Metrics(vec![REVENUE])),
    ];
    let mut policy = Policy::new();
    for (number, rule) in rules.into_iter().enumerate() {
        policy.create_rule(Rule { name: format!("r{number}"), ..rule }, &World::new().schema).unwrap();
    }
    assert_eq!(policy.rules().len(), 10);
}

#[test]
fn refusals_name_what_is_missing() {
    let cases = [
        (
            apply(COUNTRY_RIGHTS, &[], RuleTarget::Metrics(vec![ROUTES, REVENUE])),
            "`Revenue` has not the dimension `Country` of `CountryRights`, neither directly nor THROUGH a path; add `THROUGH Store.Country`",
        ),
        (
            apply(ROLE_RIGHTS, &[], RuleTarget::AllMetricsWith(vec![STORE, PRODUCT])),
            "`ALL METRICS WITH (Store, Product)` has not the dimension `Region` of `RoleRights`, neither directly nor THROUGH a path; \
             add `THROUGH Store.Country.Region`",
        ),
        (
            apply(COUNTRY_RIGHTS, &[], RuleTarget::Metrics(vec![RATE])),
            "`Rate` has not the dimension `Country` of `CountryRights`, neither directly nor THROUGH a path; \
             add a property that leads from a dimension of `Rate` to `Country`, or another target",
        ),
        (
            apply(EMPLOYEE_RIGHTS, &[], RuleTarget::List(LEDGER)),
            "`Ledger` has not the dimension `Employee` of `EmployeeRights`, neither directly nor THROUGH a path; \
             add a property that leads from a dimension of `Ledger` to `Employee`, or another target",
        ),
        (
            apply(REVENUE, &[], RuleTarget::Metrics(vec![ROUTES])),
            "`Revenue` is no rights metric: its type is not ACCESS RIGHTS; create one: `CREATE METRIC … ACCESS RIGHTS BY (User, …)`",
        ),
        (
            apply(COUNTRY_RIGHTS, &["Store.Label"], RuleTarget::Metrics(vec![REVENUE])),
            "the path `Store.Label` does not lead to items of a dimension; each property of a path must hold items",
        ),
        (
            apply(COUNTRY_RIGHTS, &["Store.Country.Region"], RuleTarget::Metrics(vec![REVENUE])),
            "the path `Store.Country.Region` leads to `Region`, which is no further dimension of `CountryRights`",
        ),
        (
            apply(COUNTRY_RIGHTS, &["Employee.Team"], RuleTarget::Metrics(vec![ROUTES])),
            "the path `Employee.Team` starts at `Employee`, which nothing named in TO has; leave the path out",
        ),
        (
            // The metric may have Store, but what makes the rule cover it has not.
            apply(COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::AllMetricsWith(vec![PRODUCT])),
            "the path `Store.Country` starts at `Store`, which nothing named in TO has; leave the path out",
        ),
        (apply(COUNTRY_RIGHTS, &[], RuleTarget::Metrics(vec![])), "the rule names nothing that it protects; name it after TO or ON"),
        (apply(COUNTRY_RIGHTS, &[], RuleTarget::Metrics(vec![MetricId(99)])), "the rule names a block or a property that does not exist"),
        (apply(COUNTRY_RIGHTS, &[], RuleTarget::Items(DimensionId(99))), "the rule names a block or a property that does not exist"),
        (apply(COUNTRY_RIGHTS, &[], RuleTarget::Property(EMPLOYEE, 99)), "the rule names a block or a property that does not exist"),
        (
            apply(EMPLOYEE_RIGHTS, &[], RuleTarget::Property(EMPLOYEE, 0)),
            "the name of an item is seen with the item; use `TO ITEMS OF Employee`",
        ),
        (Rule { name: String::new(), ..apply(USER_RIGHTS, &[], RuleTarget::Metrics(vec![RATE])) }, "a rule needs a name"),
    ];
    for (rule, text) in cases {
        assert_eq!(refusal(&rule), text);
    }
    let broken = Path { dimension: STORE, properties: vec![2, 9] };
    let mut rule = apply(COUNTRY_RIGHTS, &[], RuleTarget::Metrics(vec![REVENUE]));
    rule.action = Action::Apply { halves: Halves::Read, rights: COUNTRY_RIGHTS, through: vec![broken] };
    assert_eq!(refusal(&rule), "the path that starts with `Store.Country` follows a property that does not exist");
    rule.action =
        Action::Apply { halves: Halves::Read, rights: COUNTRY_RIGHTS, through: vec![Path { dimension: STORE, properties: vec![] }] };
    assert_eq!(refusal(&rule), "the path that starts with `Store` follows a property that does not exist");
}

#[test]
fn all_metrics_with_nothing_are_all_metrics() {
    let world = World::new();
    let everywhere = apply(USER_RIGHTS, &[], RuleTarget::AllMetricsWith(vec![]));
    assert_eq!(everywhere.check(&world.schema), Ok(()));
    // A right by Country cannot be read where nothing says that there is a country.
    assert!(apply(COUNTRY_RIGHTS, &[], RuleTarget::AllMetricsWith(vec![])).check(&world.schema).is_err());
}

#[test]
fn a_rights_metric_has_exactly_one_system_dimension() {
    let mut world = World::new();
    for (dimensions, text) in [(vec![COUNTRY], "has none of"), (vec![USER, GROUP, COUNTRY], "has more than one of")] {
        let mut def = world.schema.metric(COUNTRY_RIGHTS).unwrap().as_ref().clone();
        def.dimensions = dimensions;
        world.schema.put_metric(def);
        let rule = apply(COUNTRY_RIGHTS, &[], RuleTarget::Metrics(vec![ROUTES]));
        let error = rule.check(&world.schema).unwrap_err();
        assert_eq!(error.message(), format!("`CountryRights` {text} the dimensions `User`, `Role` and `Group`"));
    }
}

#[test]
fn rules_are_created_and_dropped_by_name_whatever_the_inheritance() {
    let world = World::new();
    let rule = apply(COUNTRY_RIGHTS, &[], RuleTarget::Metrics(vec![ROUTES]));
    let mut policy = Policy::new();
    assert_eq!(policy.inheritance(), Inheritance::On);
    policy.create_rule(rule.clone(), &world.schema).unwrap();
    policy.set_inheritance(Inheritance::Off);
    let again = Rule { name: "R".into(), ..rule };
    assert_eq!(policy.create_rule(again, &world.schema).unwrap_err().to_string(), "there is a rule `R` already");
    policy.set_inheritance(Inheritance::On);
    policy.drop_rule("R").unwrap();
    assert_eq!(policy.drop_rule("R").unwrap_err().to_string(), "there is no rule `R`");
}

#[test]
fn what_a_rule_mentions_cannot_go_and_what_it_does_not_may() {
    let mut world = World::new();
    let mut policy = Policy::new();
    policy.create_rule(apply(COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE])), &world.schema).unwrap();
    let pay = Rule { name: "pay".into(), ..apply(EMPLOYEE_RIGHTS, &[], RuleTarget::Property(EMPLOYEE, 3)) };
    policy.create_rule(pay, &world.schema).unwrap();
    for (block, names) in [
        (Block::Metric(REVENUE), &["r"][..]),
        (Block::Metric(COUNTRY_RIGHTS), &["r"]),
        (Block::Dimension(STORE), &["r"]),
        (Block::Dimension(EMPLOYEE), &["pay"]),
        (Block::Metric(ROUTES), &[]),
        (Block::List(LEDGER), &[]),
        (Block::Dimension(PRODUCT), &[]),
    ] {
        assert_eq!(policy.rules_on(block), names);
    }
    assert_eq!(policy.rules_on_property(&world.schema, STORE, 2), ["r"]);
    assert_eq!(policy.rules_on_property(&world.schema, STORE, 3), [""; 0]);
    assert!(policy.reads_property(&world.schema, STORE, 2) && !policy.reads_property(&world.schema, EMPLOYEE, 3));
    // `Label` goes, `Country` moves up, and the rule still goes through it.
    policy.property_dropped(&world.schema, STORE, 1);
    policy.property_dropped(&world.schema, EMPLOYEE, 1);
    let mut def = world.schema.dimension(STORE).unwrap().as_ref().clone();
    def.properties.remove(1);
    world.schema.put_dimension(def);
    assert_eq!(policy.rule("r").unwrap().through()[0].text(&world.schema), "Store.Country");
    assert_eq!(policy.rule("pay").unwrap().target, RuleTarget::Property(EMPLOYEE, 2));
}
