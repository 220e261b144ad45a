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

#[test]
fn parts_of_a_union_are_cut_at_the_same_places() {
    let model = "dim D: a b\ndim E: x y z\nmetric M1 NUMBER (): =-1\nmetric M2 NUMBER (D): b=0.5\nmetric M3 NUMBER (E): y=7";
    assert_eq!(eval(model, "NUMBER (E, D)", "IFBLANK(M3, IF(FALSE, M1, M2))"), "x,b=0.5 y,a=7 y,b=7 z,b=0.5");
    assert_eq!(eval(model, "NUMBER (D, E)", "IFBLANK(M3, IF(FALSE, M1, M2))"), "a,y=7 b,x=0.5 b,y=7 b,z=0.5");
    assert_eq!(eval(model, "INTEGER ()", "COUNTOF(IFBLANK(M3, IF(FALSE, M1, M2)))"), "=4");
}

#[test]
fn a_short_window_over_an_expression() {
    let half = "p,m1=0.5 p,m2=1 p,m4=2 q,m3=1.5";
    assert_eq!(eval(MODEL, "NUMBER (P, Month)", "MOVINGSUM(0.5 * V, 1, Month)"), half);
    assert_eq!(eval(MODEL, "NUMBER (P, Month)", "0 + MOVINGSUM(0.5 * V, 1, Month)"), half);
    assert_eq!(eval(MODEL, "NUMBER (P, Month)", "MOVINGSUM(0.5 * V, 3 - 2, Month)"), half);
    assert_eq!(eval(MODEL, "NUMBER ()", "SUMOF(MOVINGSUM(0.5 * V, 1, Month))"), "=5");
    assert_eq!(eval(MODEL, "NUMBER (P)", "MOVINGSUM(0.5 * V, 1, Month)[REMOVE: Month]"), "p=3.5 q=1.5");
    assert_eq!(eval(MODEL, "NUMBER (Quarter)", "MOVINGSUM(2[ADD: Quarter], 2)"), "Q1=2 Q2=4");
}

#[test]
fn values_without_sums_along_a_dimension() {
    let model = "dim K: x y z\ndim M: m1 m2 m3 m4\nmetric T TEXT (M): m1=b m3=a\nmetric D DATE (M): m2=2024-05-01 m3=2024-01-01\nmetric I K (M): m1=y m2=x m4=z\nmetric B BOOLEAN (M): m2=TRUE\nmetric N INTEGER (M): m1=9007199254740993 m3=5";
    for (head, formula, cells) in [
        ("TEXT", "FILLFORWARD(T, M)", "m1=b m2=b m3=a m4=a"),
        ("DATE", "FILLFORWARD(D, M)", "m2=2024-05-01 m3=2024-01-01 m4=2024-01-01"),
        ("K", "FILLFORWARD(I, M)", "m1=y m2=x m3=x m4=z"),
        ("BOOLEAN", "FILLFORWARD(B, M)", "m2=TRUE m3=TRUE m4=TRUE"),
        ("INTEGER", "FILLFORWARD(N, M)", "m1=9007199254740993 m2=9007199254740993 m3=5 m4=5"),
        ("TEXT", "CUMULATE(T, M, MIN)", "m1=b m3=a"),
        ("TEXT", "CUMULATE(T, M, MAX)", "m1=b m3=b"),
        ("DATE", "CUMULATE(D, M, MIN)", "m2=2024-05-01 m3=2024-01-01"),
        ("K", "CUMULATE(I, M, MAX)", "m1=y m2=y m4=z"),
        ("INTEGER", "CUMULATE(N, M, MAX)", "m1=9007199254740993 m3=9007199254740993"),
        ("TEXT", "MOVINGMAX(T, 3)", "m1=b m2=b m3=b m4=a"),
        ("TEXT", "MOVINGMIN(T, 20)", "m1=b m2=b m3=a m4=a"),
        ("DATE", "MOVINGMIN(D, 2)", "m2=2024-05-01 m3=2024-01-01 m4=2024-01-01"),
        ("K", "MOVINGMIN(I, 2)", "m1=y m2=x m3=x m4=z"),
        ("K", "MOVINGMAX(I, 20)", "m1=y m2=y m3=y m4=z"),
        ("INTEGER", "MOVINGMAX(N, 2)", "m1=9007199254740993 m2=9007199254740993 m3=5 m4=5"),
        ("INTEGER", "MOVINGSUM(N, 2)", "m1=9007199254740993 m2=9007199254740993 m3=5 m4=5"),
    ] {
        assert_eq!(eval(model, &format!("{head} (M)"), formula), cells, "{formula}");
    }
}

const TEAMS: &str = "dim Team: T1 T2\ndim Emp: e1 e2 e3\ndim Month: m1 m2\nmetric TeamOf Team (Emp, Month): e1,m1=T1 e2,m1=T1 e3,m1=T2 e1,m2=T1 e2,m2=T2 e3,m2=T2\nmetric TR NUMBER (Team, Month): T1,m1=10 T2,m1=20 T1,m2=30 T2,m2=40\nmetric ER NUMBER (Emp): e1=1 e2=3 e3=5\nmetric Tgt NUMBER (Team): T1=12 T2=6\nprop Emp.Team Team: T1 T1 T2";

#[test]
fn an_allocation_divides_over_what_shares_a_value() {
    for (dims, formula, cells) in [
        // The month is matched: each month's value goes to the employees of that month.
        ("Emp, Month", "TR[BY SPLIT: TeamOf]", "e1,m1=5 e1,m2=30 e2,m1=5 e2,m2=20 e3,m1=20 e3,m2=20"),
        ("Emp, Month", "TR[BY SPLIT ON ER: TeamOf]", "e1,m1=2.5 e1,m2=30 e2,m1=7.5 e2,m2=15 e3,m1=20 e3,m2=25"),
        ("Emp, Month", "TR[BY SPLIT ON 1: TeamOf]", "e1,m1=5 e1,m2=30 e2,m1=5 e2,m2=20 e3,m1=20 e3,m2=20"),
        // Here it is not: a value goes to all employees of all months.
        ("Emp, Month", "Tgt[BY SPLIT: TeamOf]", "e1,m1=4 e1,m2=4 e2,m1=4 e2,m2=2 e3,m1=2 e3,m2=2"),
        ("Emp", "Tgt[BY SPLIT ON 1: Emp.Team]", "e1=6 e2=6 e3=6"),
        ("Emp", "Tgt[BY SPLIT ON ER: Emp.Team]", "e1=3 e2=9 e3=6"),
        ("Emp, Team", "90[ADD SPLIT ON ER: Emp, Team]", "e1,T1=5 e1,T2=5 e2,T1=15 e2,T2=15 e3,T1=25 e3,T2=25"),
        ("Team", "90[ADD SPLIT ON 1: Team]", "T1=45 T2=45"),
        ("Team", "90[ADD SPLIT: Team]", "T1=45 T2=45"),
    ] {
        assert_eq!(eval(TEAMS, &format!("NUMBER ({dims})"), formula), cells, "{formula}");
    }
}

#[test]
fn dates_and_days_have_the_cells_of_a_sum() {
    let model = "dim K: a b\ndim M: m1 m2\nmetric D DATE (K): a=2024-01-31\nmetric N INTEGER (M): m1=1\nmetric DN DATE (K, M): a,m2=2024-03-01\nmetric KN INTEGER (K, M): b,m1=2 a,m1=3";
    for (head, formula, cells) in [
        // No term has all dimensions: both are needed.
        ("DATE (K, M)", "D + N", "a,m1=2024-02-01"),
        ("INTEGER (K, M)", "D - DATE(2024, 1, 1) + N", "a,m1=31"),
        // One has: the other adds what it has.
        ("DATE (K, M)", "DN + N", "a,m2=2024-03-01"),
        ("DATE (K, M)", "D + KN", "a,m1=2024-02-03"),
        ("DATE (K)", "D + 1", "a=2024-02-01"),
        ("INTEGER (K, M)", "DN - D", "a,m2=30"),
        ("DATE ()", "DATE(2024, 1, 1) + 1", "=2024-01-02"),
    ] {
        assert_eq!(eval(model, head, formula), cells, "{formula}");
    }
}

#[test]
fn distances_past_every_dimension_lead_off_the_end() {
    for formula in [
        "V[SELECT: Month - 9223372036854775807]",
        "V[SELECT: Month + 9223372036854775807]",
        "V[SELECT: Month - 9223372036854775807][SELECT: Month - 9223372036854775807]",
        "MOVINGSUM(V, 3, 9223372036854775807, Month)",
        "MOVINGSUM(V, 3, -9223372036854775807, Month)",
        "MOVINGSUM(V, 300, -9223372036854775807, Month)",
        "GROWTH(V, Month, 9223372036854775807)",
        "GROWTH(V, Month, -9223372036854775807)",
        "MOVINGSUM(V, -9223372036854775807, Month)",
    ] {
        assert_eq!(eval(MODEL, "NUMBER (P, Month)", formula), "", "{formula}");
    }
    assert_eq!(eval(MODEL, "NUMBER ()", "MOVINGSUM(V, 9223372036854775807, Month)[SELECT: Month.\"m6\"][REMOVE: P]"), "=10");
}

#[test]
fn zeros_have_no_sign_and_the_middle_of_two_does_not_overflow() {
    let model = "dim D: a b c\nmetric Z NUMBER (D): a=0 b=-0\nmetric Big NUMBER (D): a=-1.7e308 b=1.7e308";
    let world = crate::fixture::World::new(&format!("{model}\nformula Neg NUMBER (D): -Z\nformula Low NUMBER (): MINOF(-Z)"));
    for name in ["Z", "Neg", "Low"] {
        let smalt_vault::Vector::Number(values) = world.revision.cells(world.id(name)).unwrap().entries().1 else { panic!("numbers") };
        assert!(!values.is_empty() && values.iter().all(|v| v.to_bits() == 0), "{name}");
    }
    assert_eq!(eval(model, "NUMBER ()", "Big[REMOVE MEDIAN: D]"), "=0");
}

#[test]
fn a_filter_may_look_at_the_filtered_value_elsewhere() {
    for (formula, cells) in [
        ("V[FILTER: CurrentValue > CurrentValue[SELECT: Month - 1]]", "p,m2=2"),
        ("V[FILTER: CurrentValue < CurrentValue[REMOVE AVG: Month]]", "p,m1=1 p,m2=2"),
        ("(2 * V)[EXCLUDE: CurrentValue = CUMULATE(CurrentValue, Month)]", "p,m2=4 p,m4=8"),
        ("V[FILTER: CurrentValue > 1][FILTER: CurrentValue = CurrentValue[REMOVE MIN: Month]]", "p,m2=2 q,m3=3"),
        ("V[FILTER: SUMOF(CurrentValue) = 10 AND CurrentValue > 2]", "p,m4=4 q,m3=3"),
        ("V[FILTER: CurrentValue[FILTER: CurrentValue > 1][REMOVE COUNT: Month] = 2]", "p,m1=1 p,m2=2 p,m4=4"),
    ] {
        assert_eq!(eval(MODEL, "NUMBER (P, Month)", formula), cells, "{formula}");
    }
}

#[test]
fn constant_patterns_are_checked_when_a_formula_is_saved() {
    for (formula, message) in [
        ("TEXT(1, \"yyyy\")", "`yyyy` is no pattern of numbers, such as `#,##0.00`"),
        ("TEXT(DATE(2024, 1, 1), \"0.00\")", "`0.00` is no pattern of dates, such as `yyyy-MM-dd`"),
        ("TEXT(DATEVALUE(\"2024\", \"xx\"))", "`xx` is no pattern to read a date by, such as `yyyy-MM-dd`"),
        ("TEXT(DATEVALUE(\"01\", \"MM\"))", "`MM` is no pattern to read a date by, such as `yyyy-MM-dd`"),
    ] {
        let mut world = crate::fixture::World::new(&format!("{MODEL}\nmetric It TEXT ():"));
        let it = world.id("It");
        world.formula(it, formula);
        let refusal = smalt_calc::refuse_wrong_patterns(&world.programs[&it]).unwrap_err();
        assert_eq!(refusal.to_string(), message, "{formula}");
    }
    assert_eq!(eval(MODEL, "TEXT ()", "TEXT(1, \"0.0\") & TEXT(DATEVALUE(\"2024\", \"yyyy\"), \"MMM\")"), "=1.0Jan");
}
