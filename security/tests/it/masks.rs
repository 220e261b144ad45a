//! Worked cases of the contract.

use smalt_security::spec::{self, Question};
use smalt_security::{
    Action, Grantee, Half, Halves, Mode, Permission, Permissions, Policy, Principal, Role, Rule, RuleTarget, Shape, Target, UserKind, Word,
    roles,
};

use crate::world::*;

const ANN: Principal = Principal::User(0);
const OWNER: Principal = Principal::Owner { user: None };
/// A role without permissions, defaults as the test says.
const PLAIN: u32 = 5;

struct Case {
    world: World,
    policy: Policy,
}

impl Case {
    fn new(read: Word, write: Word) -> Case {
        let mut policy = Policy::new();
        let permissions = [Permission::OpenBoards].into_iter().collect::<Permissions>();
        policy.create_role(PLAIN, Role { name: "Plain".into(), permissions, read, write }).unwrap();
        for user in 0..3 {
            policy.create_user(user, UserKind::Human).unwrap();
            policy.grant(PLAIN, Grantee::User(user)).unwrap();
        }
        Case { world: World::new(), policy }
    }

    fn rule(&mut self, halves: Halves, rights: smalt_model::MetricId, through: &[&str], target: RuleTarget) {
        let through = through.iter().map(|text| path(&self.world.schema, text)).collect();
        let name = format!("rule {}", self.policy.rules().len());
        self.policy.create_rule(Rule { name, action: Action::Apply { halves, rights, through }, target }, &self.world.schema).unwrap();
    }

    fn ignore(&mut self, halves: Halves, target: RuleTarget) {
        let name = format!("rule {}", self.policy.rules().len());
        self.policy.create_rule(Rule { name, action: Action::IgnoreDefault { halves }, target }, &self.world.schema).unwrap();
    }

    /// The allowed cells, as text: `0,1 0,2`.
    fn cells(&self, who: &Principal, half: Half, target: Target) -> String {
        let access = self.world.access(&self.policy, who);
        let cells = self.world.allowed(&access, half, &target);
        let text = |cell: &Vec<u32>| cell.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        cells.iter().map(text).collect::<Vec<_>>().join(" ")
    }
}

#[test]
fn the_role_default_alone_decides_where_no_rule_is() {
    for (word, text) in [(Word::Allowed, "0 1 2"), (Word::Unspecified, ""), (Word::Denied, "")] {
        let case = Case::new(word, word);
        assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(HOME)), text);
        assert_eq!(case.cells(&ANN, Half::Write, Target::Metric(HOME)), text);
        // Items and properties are readable to all.
        assert_eq!(case.cells(&ANN, Half::Read, Target::Items(EMPLOYEE)), "0 1 2");
        assert_eq!(case.cells(&ANN, Half::Read, Target::Property(EMPLOYEE, 3)), "0 1 2");
    }
}

#[test]
fn words_meet_the_role_default() {
    // Country 0 TRUE, 1 FALSE, 2 unset; employees 0, 1, 2 sit there.
    for (default, mode, expected) in [
        (Word::Allowed, Mode::ThreeState, "0 2"),
        (Word::Unspecified, Mode::ThreeState, "0"),
        (Word::Denied, Mode::ThreeState, ""),
        (Word::Allowed, Mode::Strict, "0"),
        (Word::Unspecified, Mode::Strict, "0"),
        (Word::Denied, Mode::Strict, ""),
    ] {
        let mut case = Case::new(default, Word::Allowed);
        case.policy.set_mode(mode);
        case.world.set(COUNTRY_RIGHTS, 0, &[0], "r.");
        case.world.set(COUNTRY_RIGHTS, 0, &[1], "-.");
        case.rule(Halves::Read, COUNTRY_RIGHTS, &["Employee.Team"], RuleTarget::Metrics(vec![HOME]));
        assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(HOME)), expected, "{default} {mode:?}");
        // Write is a half by itself, but needs read.
        assert_eq!(case.cells(&ANN, Half::Write, Target::Metric(HOME)), expected, "{default} {mode:?}");
    }
}

#[test]
fn halves_are_judged_by_themselves_and_write_needs_read() {
    let mut case = Case::new(Word::Unspecified, Word::Unspecified);
    for (country, letters) in [(0, "rw"), (1, "r-"), (2, ".w")] {
        case.world.set(COUNTRY_RIGHTS, 0, &[country], letters);
    }
    case.rule(Halves::Both, COUNTRY_RIGHTS, &["Employee.Team"], RuleTarget::Metrics(vec![HOME]));
    assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(HOME)), "0 1");
    assert_eq!(case.cells(&ANN, Half::Write, Target::Metric(HOME)), "0");
}

#[test]
fn a_blank_path_is_a_blank_right() {
    let mut case = Case::new(Word::Allowed, Word::Allowed);
    for country in 0..3 {
        case.world.set(COUNTRY_RIGHTS, 0, &[country], "-.");
    }
    case.rule(Halves::Read, COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::AllMetricsWith(vec![STORE]));
    // Store 3 has no country.
    assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(REVENUE)), "0,3 1,3");
    assert_eq!(case.cells(&ANN, Half::Read, Target::Unsaved(vec![STORE])), "3");
    assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(PAY)).split(' ').count(), 9);
    case.policy.set_mode(Mode::Strict);
    assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(REVENUE)), "");
}

#[test]
fn a_path_wins_over_the_dimension_itself_and_several_paths_all_speak() {
    let mut case = Case::new(Word::Unspecified, Word::Unspecified);
    case.world.set(COUNTRY_RIGHTS, 0, &[1], "r.");
    case.rule(Halves::Read, COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![ROUTES]));
    assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(ROUTES)), "0,1 1,1 2,1");
    case.policy.drop_rule("rule 0").unwrap();
    case.world.set(COUNTRY_RIGHTS, 0, &[0], "-.");
    // Country of store 0 is denied, supplier of store 3 too; stores 0 and 1 are supplied from 1, store 1 lies there.
    case.rule(Halves::Read, COUNTRY_RIGHTS, &["Store.Country", "Store.Supplier"], RuleTarget::Metrics(vec![REVENUE]));
    assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(REVENUE)), "0,1 1,1");
}

#[test]
fn group_words_are_one_word_for_all_groups() {
    let mut case = Case::new(Word::Unspecified, Word::Unspecified);
    for group in 0..2 {
        case.policy.create_group(group, &format!("g{group}")).unwrap();
        case.policy.add_member(group, 0).unwrap();
    }
    case.world.set(GROUP_RIGHTS, 0, &[0, 0], "r.");
    case.world.set(GROUP_RIGHTS, 1, &[0, 0], "-.");
    case.world.set(GROUP_RIGHTS, 0, &[0, 1], "r.");
    // Group 2 is not one of Ann's.
    case.world.set(GROUP_RIGHTS, 2, &[0, 2], "r.");
    case.rule(Halves::Read, GROUP_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(REVENUE)), "0,1");
    // Strict: a group that says nothing does not deny what another allows.
    case.policy.set_mode(Mode::Strict);
    assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(REVENUE)), "0,1");
}

#[test]
fn role_words_speak_for_the_effective_role() {
    let mut case = Case::new(Word::Unspecified, Word::Unspecified);
    case.world.set(ROLE_RIGHTS, PLAIN, &[0], "r.");
    case.world.set(ROLE_RIGHTS, roles::ADMIN, &[1], "-.");
    case.rule(Halves::Read, ROLE_RIGHTS, &["Country.Region"], RuleTarget::AllMetricsWith(vec![COUNTRY]));
    assert_eq!(case.cells(&ANN, Half::Read, Target::Unsaved(vec![COUNTRY])), "0 1");
    assert_eq!(case.cells(&OWNER, Half::Read, Target::Unsaved(vec![COUNTRY])), "0 1");
}

#[test]
fn a_constant_right_speaks_for_every_cell() {
    for (letters, default, expected) in [
        ("r.", Word::Unspecified, "0 1 2"),
        ("-.", Word::Allowed, ""),
        ("..", Word::Allowed, "0 1 2"),
        ("..", Word::Unspecified, ""),
        ("r.", Word::Denied, ""),
    ] {
        let mut case = Case::new(default, Word::Allowed);
        case.world.set(USER_RIGHTS, 0, &[], letters);
        case.rule(Halves::Read, USER_RIGHTS, &[], RuleTarget::Metrics(vec![HOME, RATE]));
        assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(HOME)), expected, "{letters} {default}");
        let shape = case.world.access(&case.policy, &ANN).reading(RATE).shape();
        assert_eq!(shape, if expected.is_empty() { Shape::Nothing } else { Shape::Everything });
    }
}

#[test]
fn ignoring_the_role_default_leaves_the_words() {
    let mut case = Case::new(Word::Allowed, Word::Denied);
    case.ignore(Halves::Both, RuleTarget::Metrics(vec![HOME]));
    assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(HOME)), "");
    assert_eq!(case.cells(&OWNER, Half::Write, Target::Metric(HOME)), "0 1 2");
    case.world.set(COUNTRY_RIGHTS, 0, &[1], "rw");
    case.rule(Halves::Both, COUNTRY_RIGHTS, &["Employee.Team"], RuleTarget::Metrics(vec![HOME]));
    assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(HOME)), "1");
    assert_eq!(case.cells(&ANN, Half::Write, Target::Metric(HOME)), "1");
}

#[test]
fn the_owner_is_not_locked_out_but_a_false_denies() {
    let mut case = Case::new(Word::Denied, Word::Denied);
    case.policy.set_mode(Mode::Strict);
    case.rule(Halves::Both, COUNTRY_RIGHTS, &["Employee.Team"], RuleTarget::Metrics(vec![HOME]));
    case.rule(Halves::Both, COUNTRY_RIGHTS, &[], RuleTarget::Items(COUNTRY));
    let owner = Principal::Owner { user: Some(2) };
    assert_eq!(case.cells(&owner, Half::Write, Target::Metric(HOME)), "0 1 2");
    case.world.set(COUNTRY_RIGHTS, 2, &[1], "-.");
    assert_eq!(case.cells(&owner, Half::Write, Target::Metric(HOME)), "0 2");
    assert_eq!(case.cells(&owner, Half::Read, Target::Items(COUNTRY)), "0 2");
    assert_eq!(case.cells(&OWNER, Half::Read, Target::Items(COUNTRY)), "0 1 2");
    // Admins that are not the owner are not above the rules.
    case.policy.grant(roles::ADMIN, Grantee::User(0)).unwrap();
    assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(HOME)), "");
}

#[test]
fn a_hidden_item_hides_what_is_keyed_by_it_and_what_holds_it() {
    let mut case = Case::new(Word::Allowed, Word::Allowed);
    case.world.set(COUNTRY_RIGHTS, 0, &[1], "-.");
    case.rule(Halves::Read, COUNTRY_RIGHTS, &[], RuleTarget::Items(COUNTRY));
    assert_eq!(case.cells(&ANN, Half::Read, Target::Items(COUNTRY)), "0 2");
    assert_eq!(case.cells(&ANN, Half::Write, Target::Unsaved(vec![COUNTRY, PRODUCT])), "0,0 0,1 2,0 2,1");
    // What a property holds is masked by its value, and whether it may be written does not depend on that.
    assert_eq!(case.cells(&ANN, Half::Read, Target::Property(STORE, 2)), "0 1 2 3");
    assert_eq!(case.cells(&ANN, Half::Write, Target::Property(STORE, 2)), "0 1 2 3");
    let access = case.world.access(&case.policy, &ANN);
    let held = access.property_values(STORE, 2).expect("Store.Country holds countries");
    assert_eq!([0, 1, 2].map(|country| held.allows(&[country])), [true, false, true]);
    assert!(access.property_values(STORE, 1).is_none() && access.property_values(STORE, 99).is_none());
    let values = access.values(HOME).expect("Home holds countries");
    assert_eq!([0, 1, 2].map(|country| values.allows(&[country])), [true, false, true]);
    assert!(access.values(REVENUE).is_none());
    assert!(case.world.access(&case.policy, &Principal::User(1)).values(HOME).is_none());
    // In a list an empty column hides nothing, a hidden item the row.
    let ledger = access.reading_list(LEDGER);
    assert!(ledger.allows(&[u32::MAX, 0, 0, u32::MAX]));
    assert!(!ledger.allows(&[0, 0, 1, u32::MAX]));
    // An item that came after the rights were compiled does not exist yet.
    assert!(!access.items(COUNTRY).allows(&[3]) && !access.reading(ROUTES).allows(&[3, 0]));
}

#[test]
fn a_list_is_judged_by_each_of_its_columns() {
    let mut case = Case::new(Word::Unspecified, Word::Denied);
    case.world.set(COUNTRY_RIGHTS, 0, &[0], "r.");
    case.world.set(COUNTRY_RIGHTS, 0, &[1], "-.");
    case.rule(Halves::Read, COUNTRY_RIGHTS, &[], RuleTarget::List(LEDGER));
    let ledger = case.world.access(&case.policy, &ANN).reading_list(LEDGER);
    for (from, to, readable) in [(0, 0, true), (0, 2, true), (0, 1, false), (1, 0, false), (2, 2, false), (0, u32::MAX, true)] {
        assert_eq!(ledger.allows(&[from, 9, to, 0]), readable, "{from} {to}");
    }
    assert_eq!(ledger.depends_on(), [0, 2]);
}

#[test]
fn system_dimensions_show_only_the_own_line() {
    let mut case = Case::new(Word::Allowed, Word::Allowed);
    case.policy.create_group(1, "Finance").unwrap();
    case.policy.add_member(1, 0).unwrap();
    assert_eq!(case.cells(&ANN, Half::Read, Target::Items(USER)), "0");
    assert_eq!(case.cells(&ANN, Half::Read, Target::Items(ROLE)), "5");
    assert_eq!(case.cells(&ANN, Half::Read, Target::Items(GROUP)), "1");
    assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(TARGETS)), "0,0 0,1 0,2");
    assert_eq!(case.cells(&OWNER, Half::Read, Target::Items(USER)), "0 1 2");
    case.policy.grant(roles::ADMIN, Grantee::User(0)).unwrap();
    assert_eq!(case.cells(&ANN, Half::Read, Target::Items(USER)), "0 1 2");
}

#[test]
fn rights_metrics_are_for_who_defines_security() {
    let mut case = Case::new(Word::Allowed, Word::Allowed);
    case.rule(Halves::Read, COUNTRY_RIGHTS, &[], RuleTarget::AllMetricsWith(vec![COUNTRY]));
    for country in 0..3 {
        case.world.set(COUNTRY_RIGHTS, 0, &[country], "-.");
    }
    assert_eq!(case.world.access(&case.policy, &ANN).reading(COUNTRY_RIGHTS).shape(), Shape::Nothing);
    case.policy.grant(roles::ADMIN, Grantee::User(0)).unwrap();
    let access = case.world.access(&case.policy, &ANN);
    assert_eq!(access.reading(COUNTRY_RIGHTS).shape(), Shape::Everything);
    assert_eq!(access.reading(ROUTES).shape(), Shape::Some);
    assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(ROUTES)), "");
}

#[test]
fn without_a_role_nothing_exists() {
    let mut case = Case::new(Word::Allowed, Word::Allowed);
    case.policy.revoke(PLAIN, Grantee::User(0)).unwrap();
    case.world.set(USER_RIGHTS, 0, &[], "rw");
    case.rule(Halves::Both, USER_RIGHTS, &[], RuleTarget::Metrics(vec![RATE]));
    let access = case.world.access(&case.policy, &ANN);
    assert_eq!(access.permissions(), Permissions::none());
    for target in case.world.targets() {
        assert_eq!(access.mask(Half::Read, &target).shape(), Shape::Nothing);
    }
    assert!(!access.adding_items(EMPLOYEE).allows(&[0]));
}

#[test]
fn an_item_is_added_only_where_the_rule_says_allowed() {
    let mut case = Case::new(Word::Allowed, Word::Allowed);
    assert!(case.world.access(&case.policy, &ANN).adding_items(EMPLOYEE).allows(&[99]));
    case.world.set(COUNTRY_RIGHTS, 0, &[0], "r.");
    case.world.set(COUNTRY_RIGHTS, 0, &[1], "-.");
    case.rule(Halves::Read, COUNTRY_RIGHTS, &["Employee.Team"], RuleTarget::Items(EMPLOYEE));
    let adding = |who: &Principal| {
        let mask = case.world.access(&case.policy, who).adding_items(EMPLOYEE);
        [0, 1, 2].map(|employee| mask.allows(&[employee]))
    };
    assert_eq!(adding(&ANN), [true, false, false]);
    assert_eq!(adding(&OWNER), [true, true, true]);
}

#[test]
fn metrics_under_the_same_rules_share_one_mask() {
    let mut case = Case::new(Word::Unspecified, Word::Denied);
    case.world.set(COUNTRY_RIGHTS, 0, &[0], "r.");
    case.rule(Halves::Read, COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::AllMetricsWith(vec![STORE]));
    let access = case.world.access(&case.policy, &ANN);
    let (one, other) = (access.reading(REVENUE), access.reading_dimensions(&[COUNTRY, STORE]));
    assert!(std::sync::Arc::ptr_eq(&one, &other));
    assert_eq!(one.depends_on(), [1]);
    assert!(!format!("{one:?} {access:?} {:?}", one.clauses()).contains('['), "a mask shows what it holds");
}

#[test]
fn tuples_end_where_the_items_end_and_know_their_paths() {
    let mut case = Case::new(Word::Unspecified, Word::Denied);
    case.policy.create_group(0, "Finance").unwrap();
    case.policy.add_member(0, 0).unwrap();
    case.world.set(GROUP_RIGHTS, 0, &[1, 0], "r.");
    case.rule(Halves::Read, GROUP_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    case.rule(Halves::Read, GROUP_RIGHTS, &[], RuleTarget::AllMetricsWith(vec![PRODUCT, COUNTRY]));
    let direct = case.world.access(&case.policy, &ANN).reading_dimensions(&[COUNTRY, PRODUCT]);
    assert_eq!(direct.depends_on(), [0, 1]);
    assert!(direct.allows(&[0, 1]));
    // A fourth country, later than the rights, is not the first one of the next product.
    assert!(!direct.allows(&[3, 0]));
    // Another country of a store is another set of cells.
    let before = case.world.access(&case.policy, &ANN).reading(REVENUE).fingerprint();
    case.world.properties.insert((STORE, 2), vec![1, 0, 2, u32::MAX]);
    assert_ne!(case.world.access(&case.policy, &ANN).reading(REVENUE).fingerprint(), before);
    assert_eq!(case.cells(&ANN, Half::Read, Target::Metric(REVENUE)), "1,1");
}

#[test]
fn the_words_of_a_cell_are_told_rule_by_rule() {
    let mut case = Case::new(Word::Unspecified, Word::Denied);
    case.world.set(COUNTRY_RIGHTS, 0, &[0], "r.");
    case.world.set(USER_RIGHTS, 0, &[], "-.");
    case.rule(Halves::Read, COUNTRY_RIGHTS, &["Employee.Team"], RuleTarget::Metrics(vec![HOME]));
    case.rule(Halves::Read, USER_RIGHTS, &[], RuleTarget::Metrics(vec![HOME]));
    let target = Target::Metric(HOME);
    let asked = Question { policy: &case.policy, facts: &case.world, who: &ANN, half: Half::Read, target: &target };
    let words = spec::words(asked, &[0]).unwrap();
    let told = words.iter().map(|(rule, word)| (rule.map(|rule| rule.name.as_str()), *word)).collect::<Vec<_>>();
    assert_eq!(told, [(None, Word::Unspecified), (Some("rule 0"), Word::Allowed), (Some("rule 1"), Word::Denied)]);
}
