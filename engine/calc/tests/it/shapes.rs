//! Cells that move: offsets, mappings, dimensions added and removed, wide coordinates.

use crate::fixture::eval;

const MODEL: &str = "dim Quarter: Q1 Q2\ndim Month: m1 m2 m3 m4 m5 m6\nprop Month.Quarter Quarter: Q1 Q1 Q1 Q2 Q2 Q2\nprop Month.Mirror Month: m6 m5 m4 m3 m2 m1\ndim P: p q\nmetric V NUMBER (P, Month): p,m1=1 p,m2=2 p,m4=4 q,m3=3";

#[test]
fn offsets() {
    assert_eq!(eval(MODEL, "NUMBER (P, Month)", "V[SELECT: Month - 1]"), "p,m2=1 p,m3=2 p,m5=4 q,m4=3");
    assert_eq!(eval(MODEL, "NUMBER (P, Month)", "V[SELECT: Month + 1]"), "p,m1=2 p,m3=4 q,m2=3");
    assert_eq!(eval(MODEL, "NUMBER (P, Month)", "V - V[SELECT: Month - 1]"), "p,m1=1 p,m2=1 p,m3=-2 p,m4=4 p,m5=-4 q,m3=3 q,m4=-3");
    assert_eq!(eval(MODEL, "NUMBER (P, Month)", "V / V[SELECT: Month - 1] - 1"), "p,m2=1");
    assert_eq!(eval(MODEL, "NUMBER (Month, P)", "V[SELECT: Month - 1]"), "m2,p=1 m3,p=2 m4,q=3 m5,p=4");
}

#[test]
fn parents_and_mappings() {
    assert_eq!(eval(MODEL, "NUMBER (P, Month)", "V[SELECT: Month.Quarter - 1]"), "p,m4=3 p,m5=3 p,m6=3 q,m4=3 q,m5=3 q,m6=3");
    assert_eq!(eval(MODEL, "NUMBER (P, Month)", "V[SELECT: Month.Mirror]"), "p,m3=4 p,m5=2 p,m6=1 q,m4=3");
    assert_eq!(eval(MODEL, "NUMBER (P, Quarter)", "V[BY SUM: Month.Quarter]"), "p,Q1=3 p,Q2=4 q,Q1=3");
    assert_eq!(eval(MODEL, "NUMBER (Quarter, P)", "V[BY SUM: Month.Quarter]"), "Q1,p=3 Q1,q=3 Q2,p=4");
    assert_eq!(eval(MODEL, "NUMBER (Quarter)", "V[BY SUM: Month.Quarter][REMOVE: P]"), "Q1=6 Q2=4");
    assert_eq!(
        eval(MODEL, "NUMBER (P, Month)", "V / V[BY SUM: Month.Quarter][BY: Month.Quarter]"),
        "p,m1=0.3333333333333333 p,m2=0.6666666666666666 p,m4=1 q,m3=1"
    );
    assert_eq!(eval(MODEL, "NUMBER (P)", "V[KEEP: P]"), "p=7 q=3");
}

#[test]
fn added_dimensions() {
    assert_eq!(eval(MODEL, "INTEGER (P, Quarter)", "5[ADD: P, Quarter]"), "p,Q1=5 p,Q2=5 q,Q1=5 q,Q2=5");
    assert_eq!(eval(MODEL, "NUMBER (Quarter, P)", "V[REMOVE: Month][ADD SPLIT: Quarter]"), "Q1,p=3.5 Q1,q=1.5 Q2,p=3.5 Q2,q=1.5");
    assert_eq!(eval(MODEL, "NUMBER (P, Quarter)", "V[REMOVE: Month][ADD: Quarter]"), "p,Q1=7 p,Q2=7 q,Q1=3 q,Q2=3");
}

#[test]
fn cumulates_restart_with_their_group() {
    assert_eq!(eval(MODEL, "NUMBER (P, Month)", "CUMULATE(V, Month, Month.Quarter)"), "p,m1=1 p,m2=3 p,m4=4 q,m3=3");
    assert_eq!(eval(MODEL, "NUMBER (P, Month)", "CUMULATE(V, P)"), "p,m1=1 p,m2=2 p,m4=4 q,m3=3");
    assert_eq!(eval(MODEL, "NUMBER (P, Month)", "CUMULATE(V, Month, MAX)"), "p,m1=1 p,m2=2 p,m4=4 q,m3=3");
}

#[test]
fn a_hierarchy_rolls_up_with_its_signs() {
    let model = "dim Account: Net Rev Cost Cogs Opex Free\nprop Account.Parent Account: - Net Net Cost Cost Net\nprop Account.Sign NUMBER: 1 1 -1 1 1 -\nmetric x NUMBER (Account): Rev=100 Cogs=30 Opex=20 Cost=1 Free=1000";
    assert_eq!(
        eval(model, "NUMBER (Account)", "ROLLUP(x, Account.Parent, Account.Sign)"),
        "Net=49 Rev=100 Cost=51 Cogs=30 Opex=20 Free=1000"
    );
    assert_eq!(eval(model, "NUMBER (Account)", "ROLLUP(x, Account.Parent)"), "Net=1151 Rev=100 Cost=51 Cogs=30 Opex=20 Free=1000");
}

#[test]
fn rights_are_made_by_formulas() {
    let model = "dim U: u v w\nprop U.Kind TEXT: admin x -\nmetric M NUMBER (U): v=1";
    assert_eq!(eval(model, "RIGHTS (U)", "IF(U.Kind = \"admin\", ACCESSRIGHTS(TRUE, BLANK))"), "u=r.");
    assert_eq!(eval(model, "RIGHTS (U)", "ACCESSRIGHTS(M = 1, U.Kind = \"admin\")"), "u=.w v=r-");
}
