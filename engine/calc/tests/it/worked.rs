//! The worked values of formulas.md §9.

use crate::fixture::{World, eval};

const AB: &str = "dim D: a b c\nmetric A NUMBER (D): a=5\nmetric B NUMBER (D): b=7\nmetric R NUMBER (D): a=50";

#[test]
fn blank_in_sums_and_products() {
    for (formula, cells) in [
        ("A + B", "a=5 b=7"),
        ("A - B", "a=5 b=-7"),
        ("A * B", ""),
        ("R + 100", "a=150"),
        ("R * 2", "a=100"),
        ("A + B + 1", "a=6 b=8"),
        ("1 + B + A", "a=6 b=8"),
        ("A / 0", ""),
        ("0 - A", "a=-5"),
        ("-A", "a=-5"),
        ("2 ^ A", "a=32"),
    ] {
        assert_eq!(eval(AB, "NUMBER (D)", formula), cells, "{formula}");
    }
    for (formula, cells) in [
        ("ISBLANK(A)", "a=FALSE b=TRUE c=TRUE"),
        ("ISDEFINED(A)", "a=TRUE"),
        ("A = BLANK", "a=FALSE b=TRUE c=TRUE"),
        ("A <> BLANK", "a=TRUE b=FALSE c=FALSE"),
        ("A = 5", "a=TRUE"),
        ("A > 1 OR B > 100", "a=TRUE b=FALSE"),
        ("A > 1 AND B > 1", ""),
        ("D = D.\"b\"", "a=FALSE b=TRUE c=FALSE"),
        ("D < D.\"b\"", "a=TRUE b=FALSE c=FALSE"),
        ("A IN (1, 5)", "a=TRUE"),
        ("A IN (6 : 9)", "a=FALSE"),
        ("D IN (D.\"a\", D.\"c\")", "a=TRUE b=FALSE c=TRUE"),
    ] {
        assert_eq!(eval(AB, "BOOLEAN (D)", formula), cells, "{formula}");
    }
    for (formula, cells) in
        [("IFDEFINED(A, 1)", "a=1"), ("IF(A > 1, 2, 3)", "a=2 b=3 c=3"), ("IF(A > 1, 2)", "a=2"), ("IFBLANK(1[ADD: D], 2)", "a=1 b=1 c=1")]
    {
        assert_eq!(eval(AB, "INTEGER (D)", formula), cells, "{formula}");
    }
    assert_eq!(eval(AB, "NUMBER (D)", "IFBLANK(A, B)"), "a=5 b=7");
    // The current item is a term with all dimensions, and it is everywhere.
    assert_eq!(eval(AB, "TEXT (D)", "A & \"x\" & D"), "a=5xa b=xb c=xc");
    assert_eq!(eval(AB, "TEXT (D)", "A & \"x\""), "a=5x");
}

#[test]
fn a_narrower_term_adds_where_the_wider_has_cells() {
    let model = "dim Country: FR DE\ndim Product: P1 P2\nmetric A NUMBER (Country, Product): FR,P1=5\nmetric B NUMBER (Product): P1=1 P2=2\nmetric C NUMBER (Country): DE=3";
    assert_eq!(eval(model, "NUMBER (Country, Product)", "A + B"), "FR,P1=6");
    assert_eq!(eval(model, "NUMBER (Country, Product)", "B + A"), "FR,P1=6");
    assert_eq!(eval(model, "NUMBER (Country, Product)", "B + C"), "DE,P1=4 DE,P2=5");
    assert_eq!(eval(model, "NUMBER (Country, Product)", "C * B"), "DE,P1=3 DE,P2=6");
    assert_eq!(eval(model, "NUMBER (Product, Country)", "C * B"), "P1,DE=3 P2,DE=6");
    assert_eq!(eval(model, "NUMBER (Product, Country)", "A"), "P1,FR=5");
    assert_eq!(eval(model, "NUMBER (Country, Product)", "MAX(A, B)"), "FR,P1=5");
}

#[test]
fn filters() {
    let model = "dim D: a b c\nmetric Revenue NUMBER (D): a=10 b=10 c=10\nmetric Cost NUMBER (D): a=2000 b=500";
    assert_eq!(eval(model, "NUMBER (D)", "Revenue[EXCLUDE: Cost > 1000]"), "b=10 c=10");
    assert_eq!(eval(model, "NUMBER (D)", "Revenue[FILTER: Cost <= 1000]"), "b=10");
    assert_eq!(eval(model, "NUMBER (D)", "Cost[FILTER: CurrentValue > 1000]"), "a=2000");
    assert_eq!(eval(model, "NUMBER ()", "Revenue[SELECT: D = D.\"b\"]"), "=10");
    assert_eq!(eval(model, "NUMBER ()", "Revenue[SELECT: D.\"b\"]"), "=10");
}

#[test]
fn switch_and_default() {
    let model = "dim D: a b c d\nmetric Status INTEGER (D): a=0 b=1 c=7";
    assert_eq!(eval(model, "TEXT (D)", "SWITCH(Status, 0, \"Inactive\", 1, \"Active\")"), "a=Inactive b=Active");
    assert_eq!(eval(model, "TEXT (D)", "SWITCH(Status, 0, \"I\", \"?\")"), "a=I b=? c=? d=?");
}

#[test]
fn cumulate_in_another_order() {
    let model = "dim P: A B C\nprop P.Priority INTEGER: 3 1 2\nmetric Inventory NUMBER (P): A=30 B=48 C=24";
    assert_eq!(eval(model, "NUMBER (P)", "CUMULATE(Inventory, P)"), "A=30 B=78 C=102");
    assert_eq!(eval(model, "NUMBER (P)", "CUMULATE(Inventory, P ON P.Priority)"), "A=102 B=48 C=72");
    assert_eq!(eval(model, "NUMBER (P)", "MOVINGSUM(Inventory, 2, P ON P.Priority)"), "A=54 B=48 C=72");
    assert_eq!(eval(model, "NUMBER (P)", "DECUMULATE(CUMULATE(Inventory, P), P)"), "A=30 B=48 C=24");
}

#[test]
fn allocation() {
    let model = "dim Region: EU US\ndim Country: FR DE IT US1\nprop Country.Region Region: EU EU EU US\nmetric T NUMBER (Region): EU=12\nmetric W NUMBER (Country): FR=1 DE=3";
    assert_eq!(eval(model, "NUMBER (Country)", "T[BY CONSTANT: Country.Region]"), "FR=12 DE=12 IT=12");
    assert_eq!(eval(model, "NUMBER (Country)", "T[BY SPLIT: Country.Region]"), "FR=4 DE=4 IT=4");
    assert_eq!(eval(model, "NUMBER (Country)", "T[BY SPLIT ON W: Country.Region]"), "FR=3 DE=9");
}

#[test]
fn a_metric_shifts_by_its_own_offset() {
    let model = "dim Month: Jan Feb Mar Apr May Jun\ndim Team: Sales RD\nmetric FTE NUMBER (Team, Month): Sales,Jan=1.5 Sales,Feb=2 Sales,Mar=2 Sales,Apr=3 Sales,May=3 Sales,Jun=3 RD,Jan=5 RD,Feb=6 RD,Mar=8 RD,Apr=8 RD,May=8 RD,Jun=8\nmetric Offset INTEGER (Team): Sales=3 RD=1";
    assert_eq!(
        eval(model, "NUMBER (Team, Month)", "FTE[BY: Team, SHIFT(Month, Offset)]"),
        "Sales,Apr=1.5 Sales,May=2 Sales,Jun=2 RD,Feb=5 RD,Mar=6 RD,Apr=8 RD,May=8 RD,Jun=8"
    );
}

#[test]
fn fill_forward_and_windows() {
    let model = "dim Month: m1 m2 m3 m4 m5 m6 m7 m8\nmetric Salary NUMBER (Month): m3=5000 m4=5000 m5=5250 m6=5250\nmetric X NUMBER (Month): m2=2\nmetric Y NUMBER (Month): m1=0 m2=2";
    assert_eq!(eval(model, "NUMBER (Month)", "FILLFORWARD(Salary, Month)"), "m3=5000 m4=5000 m5=5250 m6=5250 m7=5250 m8=5250");
    assert_eq!(eval(model, "NUMBER (Month)", "MOVINGAVERAGE(X, 2, 0, Month)"), "m2=2 m3=2");
    assert_eq!(eval(model, "NUMBER (Month)", "MOVINGAVERAGE(Y, 2, 0, Month)"), "m1=0 m2=1 m3=2");
    assert_eq!(eval(model, "NUMBER (Month)", "MOVINGSUM(Salary, 20, 0, Month)"), "m3=5000 m4=10000 m5=15250 m6=20500 m7=20500 m8=20500");
    assert_eq!(eval(model, "NUMBER (Month)", "MOVINGMAX(Salary, 2, 1, Month)"), "m2=5000 m3=5000 m4=5250 m5=5250 m6=5250");
}

#[test]
fn median_and_others() {
    let model = "dim D: a b c d\nmetric x NUMBER (D): a=1 b=2 c=3 d=10";
    for (formula, value) in [
        ("x[REMOVE MEDIAN: D]", "=2.5"),
        ("x[REMOVE: D]", "=16"),
        ("x[REMOVE AVG: D]", "=4"),
        ("x[REMOVE MAX: D]", "=10"),
        ("x[REMOVE FIRSTNONBLANK: D]", "=1"),
        ("SUMOF(x)", "=16"),
        ("x[REMOVE STDEVP: D]", "=3.5355339059327378"),
    ] {
        assert_eq!(eval(model, "NUMBER ()", formula), value, "{formula}");
    }
    assert_eq!(eval(model, "INTEGER ()", "x[REMOVE COUNT: D]"), "=4");
    assert_eq!(eval(model, "INTEGER ()", "COUNTBLANKOF(x)"), "=0");
    assert_eq!(eval(model, "TEXT ()", "(D & \"\")[FILTER: x > 1][REMOVE TEXTLIST: D]"), "=b, c, d");
}

#[test]
fn a_loop_is_refused() {
    let world = std::panic::catch_unwind(|| World::new("dim D: a\nformula A NUMBER (D): B + 1\nformula B NUMBER (D): A + 1"));
    assert!(world.is_err());
}
