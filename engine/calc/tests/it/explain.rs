//! What EXPLAIN FORMULA says of the cells that a formula can fill (formulas.md §3).

use std::sync::Arc;

use smalt_calc::explain;
use smalt_model::{Block, ColumnDef, ListDef, Type};
use smalt_vault::{Rows, Vector};

use crate::fixture::World;

/// The lines that name a part which fills cells.
fn filling(formula: &str, head: &str) -> Vec<String> {
    let model = "dim Month: Jan Feb Mar
        dim Product: P1 P2
        metric X NUMBER (Product, Month):
        metric Y NUMBER (Product, Month):
        metric T NUMBER (Product):";
    let world = World::new(&format!("{model}\nformula It {head}: {formula}"));
    let program = world.compile(world.id("It")).unwrap();
    let lines = explain(Some(&world.revision), world.revision.schema(), &program, &Default::default());
    lines.into_iter().filter(|line| line.contains("can fill")).collect()
}

#[test]
fn a_choice_fills_cells_by_a_constant_or_a_narrower_branch_alone() {
    for (formula, expected) in [
        ("IFBLANK(X, X * 2)", None),
        ("IFBLANK(X, Y)", None),
        ("IFBLANK(X, 0)", Some("IFBLANK")),
        ("IFBLANK(X, T)", Some("IFBLANK")),
        ("IF(X > 1, X, Y)", None),
        ("IF(X > 1, 2)", None),
        ("IF(X > 1, 2, Y)", None),
        ("IF(X > 1, 2, BLANK)", None),
        ("IF(X > 1, 2, 3)", Some("IF")),
        ("IF(X > 1, X, T)", Some("IF")),
        ("IF(T > 1, 2, Y)", Some("IF")),
        ("IFDEFINED(X, 1)", None),
        ("IFDEFINED(X, 1, Y)", None),
        ("IFDEFINED(X, Y, 1)", Some("IFDEFINED")),
        ("SWITCH(X, 1, 2, 3, Y)", None),
        ("SWITCH(X, 1, 2, 3, Y, 0)", Some("SWITCH")),
        ("SWITCH(T, 1, 2, 3, Y)", Some("SWITCH")),
    ] {
        let expected: Vec<String> = expected.map(|name| format!("{name} can fill 6 cells")).into_iter().collect();
        assert_eq!(filling(formula, "NUMBER (Product, Month)"), expected, "{formula}");
    }
}

#[test]
fn forecasts_fill_cells_along_their_dimension() {
    for formula in [
        "FORECAST_LINEAR(X, Month)",
        "FORECAST_ETS(X, Month, 2)",
        "SIMPLE_SMOOTHING(X, Month, 0.5)",
        "DOUBLE_SMOOTHING(X, Month, 0.5, 0.5)",
        "SEASONAL_LINEAR(X, Month, 2)",
    ] {
        let name = formula.split('(').next().unwrap();
        assert_eq!(filling(formula, "NUMBER (Product, Month)"), [format!("{name} along Month can fill 6 cells")]);
    }
}

#[test]
fn the_rows_of_a_list_are_counted() {
    let mut world = World::new("dim Product: P1 P2\nmetric It NUMBER (Product):");
    let Some(Block::Dimension(product)) = world.revision.schema().find("Product") else { panic!("no dimension") };
    let id = world.revision.schema().next_list();
    let column = |name: &str, ty: Type| ColumnDef { name: name.into(), ty };
    let columns = vec![column("What", Type::Item(product)), column("Amount", Type::Number)];
    let def = ListDef { id, name: "Sold".into(), columns };
    let rows = Rows::empty(&def).append(vec![Vector::Item(product, vec![0, 1, 1, 0, 1]), Vector::Number(vec![1.0, 2.0, 3.0, 4.0, 5.0])]);
    world.revision.schema_mut().put_list(def);
    world.revision.set_rows(id, Arc::new(rows));
    let it = world.id("It");
    world.formula(it, "(Sold.Amount * 2)[BY SUM: Sold.What]");
    let lines = |sizes: bool| {
        explain(sizes.then_some(&world.revision), world.revision.schema(), &world.programs[&it], &Default::default()).join("\n")
    };
    // Five rows are doubled, and five are added up.
    assert!(lines(true).ends_with("Cost: at most 10 coordinates visited"), "{}", lines(true));
    assert!(!lines(false).contains("at most"), "{}", lines(false));
}
