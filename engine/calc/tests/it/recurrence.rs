//! Metrics that look back at themselves and at one another.

use smalt_calc::{Changes, compile_order};

use crate::fixture::World;

#[test]
fn a_balance_carries_over() {
    let world = World::new(
        "dim C: x y\ndim M: m1 m2 m3\nmetric Flow NUMBER (C, M): x,m1=1 x,m2=2 x,m3=3 y,m2=5\nmetric Start NUMBER (C): x=100\nformula Open NUMBER (C, M): IFBLANK(PREVIOUSOF(Close, 1, M), Start)\nformula Fee NUMBER (C, M): 0.5 * Open\nformula Close NUMBER (C, M): Open + Flow - Fee",
    );
    assert_eq!(world.cells("Open"), "x,m1=100 x,m2=51 x,m3=27.5 y,m3=5");
    assert_eq!(world.cells("Fee"), "x,m1=50 x,m2=25.5 x,m3=13.75 y,m3=2.5");
    assert_eq!(world.cells("Close"), "x,m1=51 x,m2=27.5 x,m3=16.75 y,m2=5 y,m3=2.5");
}

#[test]
fn previous_counts_and_grows() {
    let world = World::new(
        "dim M: m1 m2 m3 m4\nmetric S NUMBER (M): m1=1\nformula F NUMBER (M): IFBLANK(PREVIOUS(M), 0) + IFBLANK(PREVIOUS(M, 2), 0) + S\nformula N INTEGER (M): IFBLANK(PREVIOUS(M), 0) + 1[ADD: M]",
    );
    assert_eq!(world.cells("N"), "m1=1 m2=2 m3=3 m4=4");
    assert_eq!(world.cells("F"), "m1=1 m2=1 m3=2 m4=3");
}

#[test]
fn a_narrow_term_stays_narrow_inside_a_step() {
    let world = World::new(
        "dim C: x y\ndim M: m1 m2\nmetric A NUMBER (C, M): x,m1=1\nmetric N NUMBER (C): x=10 y=20\nformula T NUMBER (C, M): A + N + PREVIOUS(M)",
    );
    // N has not all dimensions: it adds, and makes no cell of its own.
    assert_eq!(world.cells("T"), "x,m1=11 x,m2=21");
}

#[test]
fn aggregates_inside_a_loop_stay_at_their_item() {
    let world = World::new(
        "dim C: x y\ndim M: m1 m2 m3\nmetric S NUMBER (C, M): x,m1=1 y,m1=3\nformula Total NUMBER (M): Bal[REMOVE: C]\nformula Bal NUMBER (C, M): S + PREVIOUSOF(Total, 1, M)[ADD: C]",
    );
    assert_eq!(world.cells("Bal"), "x,m1=1 x,m2=4 x,m3=8 y,m1=3 y,m2=4 y,m3=8");
    assert_eq!(world.cells("Total"), "m1=4 m2=8 m3=16");
}

#[test]
fn a_group_is_computed_again_when_its_inputs_change() {
    let mut world = World::new(
        "dim M: m1 m2 m3\nmetric Flow NUMBER (M): m1=1 m2=1 m3=1\nformula Bal NUMBER (M): IFBLANK(PREVIOUS(M), 0) + Flow\nformula Other NUMBER (M): Flow * 2\nformula Twice NUMBER (M): Bal * 2",
    );
    assert_eq!(world.cells("Bal"), "m1=1 m2=2 m3=3");
    let flow = world.id("Flow");
    world.set(flow, "m1", Some("10"));
    world.recalculate(&Changes { metrics: [flow].into(), ..Changes::default() });
    assert_eq!(world.cells("Bal"), "m1=10 m2=11 m3=12");
    assert_eq!(world.cells("Twice"), "m1=20 m2=22 m3=24");
}

const FLOW: &str = "dim K: x y z\ndim M: m1 m2 m3 m4\nmetric G NUMBER (M): m1=1 m2=2 m3=3 m4=4\nmetric F NUMBER (K, M): x,m1=1 x,m2=1 x,m3=1 x,m4=1 y,m1=1 y,m2=1 y,m3=1 y,m4=1 z,m1=1 z,m2=1\nmetric Lag INTEGER (K): x=1 y=2 z=0\nprop M.Back INTEGER: 1 1 2 3";

fn solved(formulas: &str, name: &str) -> String {
    World::new(&format!("{FLOW}\n{formulas}")).cells(name)
}

#[test]
fn a_number_of_items_may_be_computed() {
    assert_eq!(
        solved("formula P NUMBER (K, M): PREVIOUS(M, Lag) + F", "P"),
        "x,m1=1 x,m2=2 x,m3=3 x,m4=4 y,m1=1 y,m2=1 y,m3=2 y,m4=2 z,m1=1 z,m2=1"
    );
    // m2 looks at m1, m3 at m1, m4 at m1.
    assert_eq!(solved("formula P NUMBER (M): PREVIOUS(M, M.Back) + G", "P"), "m1=1 m2=3 m3=4 m4=5");
    assert_eq!(solved("formula P NUMBER (M): PREVIOUS(M, 3 - 1) + G", "P"), "m1=1 m2=2 m3=4 m4=6");
    assert_eq!(solved("formula P NUMBER (M): PREVIOUS(M, 0) + PREVIOUS(M, -1) + G", "P"), "m1=1 m2=2 m3=3 m4=4");
    // As many items back as the metric beside it tells at the same item.
    assert_eq!(
        solved("formula P NUMBER (M): PREVIOUS(M, N) + G\nformula N INTEGER (M): TRUNC(PREVIOUSOF(P, 1, M))", "P"),
        "m1=1 m2=3 m3=3 m4=5"
    );
}

#[test]
fn an_earlier_item_of_a_metric_outside_the_loop() {
    assert_eq!(solved("formula P NUMBER (M): PREVIOUSOF(G, 2)", "P"), "m3=1 m4=2");
    assert_eq!(solved("formula P NUMBER (M): PREVIOUSOF(G, 0) + PREVIOUSOF(G)", "P"), "m2=1 m3=2 m4=3");
    assert_eq!(solved("formula P NUMBER (M): PREVIOUSOF(G, M.Back, M)", "P"), "m2=1 m3=1 m4=1");
    assert_eq!(solved("formula P NUMBER (K, M): PREVIOUSOF(F, Lag, M)", "P"), "x,m2=1 x,m3=1 x,m4=1 y,m3=1 y,m4=1");
    assert_eq!(solved("formula P NUMBER (M): PREVIOUS(M) + PREVIOUSOF(G)", "P"), "m2=1 m3=3 m4=6");
    assert_eq!(solved("formula P NUMBER (M): PREVIOUS(M) + PREVIOUSOF(G, M.Back, M) + G", "P"), "m1=1 m2=4 m3=8 m4=13");
}

#[test]
fn whole_expressions_at_an_earlier_item() {
    assert_eq!(solved("formula P NUMBER (M): G + PREVIOUS(M)[SELECT: M - 1]", "P"), "m1=1 m2=2 m3=4 m4=6");
    assert_eq!(solved("formula P NUMBER (M): G + (P * 2)[SELECT: M - 1]", "P"), "m1=1 m2=4 m3=11 m4=26");
    assert_eq!(solved("formula P NUMBER (M): G + (P * G)[SELECT: M - 1]", "P"), "m1=1 m2=3 m3=9 m4=31");
    // Two places back, then one ahead; off the start there is nothing even where two steps would come back.
    assert_eq!(solved("formula P NUMBER (M): G + P[SELECT: M + 1][SELECT: M - 2]", "P"), "m1=1 m2=2 m3=5 m4=9");
    // Off the end is BLANK, whatever the expression makes of BLANK.
    assert_eq!(solved("formula P INTEGER (M): IF(ISBLANK(P)[SELECT: M - 1], 5, 7)", "P"), "m1=7 m2=7 m3=7 m4=7");
    assert_eq!(solved("formula P NUMBER (M): Q[SELECT: M - 0] + 1\nformula Q NUMBER (M): G + PREVIOUSOF(P)", "P"), "m1=2 m2=5 m3=9 m4=14");
}

#[test]
fn loops_that_look_back_along_one_dimension_may_move_along_others() {
    let model = "dim K: a b\ndim M: m1 m2 m3\nmetric F NUMBER (K, M): a,m1=1 b,m1=10";
    let world = World::new(&format!(
        "{model}\nformula P1 NUMBER (K, M): PREVIOUSOF(P2, 1, M) + F\nformula P2 NUMBER (K, M): P1 + P1[SELECT: K - 1]"
    ));
    assert_eq!(world.cells("P1"), "a,m1=1 a,m2=1 a,m3=1 b,m1=10 b,m2=11 b,m3=12");
    assert_eq!(world.cells("P2"), "a,m1=1 a,m2=1 a,m3=1 b,m1=11 b,m2=12 b,m3=13");
    let world = World::new(&format!(
        "{model}\nformula P1 NUMBER (K, M): PREVIOUSOF(P2, 1, M) + F\nformula P2 NUMBER (K, M): P1 + PREVIOUSOF(P1, 1, K)"
    ));
    assert_eq!(world.cells("P2"), "a,m1=1 a,m2=1 a,m3=1 b,m1=11 b,m2=12 b,m3=13");
}

/// What was solved so far is a series like any other: CUMULATE and its kin go along it up to the item before.
#[test]
fn functions_along_the_dimension_of_a_loop_read_earlier_items() {
    for (formula, want) in [
        ("G + CUMULATE(PREVIOUS(M), M)", "m1=1 m2=3 m3=7 m4=15"),
        ("G + CUMULATE(P[SELECT: M - 1], M, M.Back)", "m1=1 m2=3 m3=6 m4=10"),
        ("G + CUMULATE(PREVIOUS(M, 2), M, MAX)", "m1=1 m2=2 m3=4 m4=6"),
        ("G + DECUMULATE(PREVIOUS(M), M)", "m1=1 m2=3 m3=5 m4=6"),
        ("G + MOVINGSUM(PREVIOUS(M), 2)", "m1=1 m2=3 m3=7 m4=14"),
        ("G + MOVINGSUM(PREVIOUS(M), 200)", "m1=1 m2=3 m3=7 m4=15"),
        // The window ends one item later, where the value of the item before stands; after the last item there is nothing.
        ("G + MOVINGSUM(P[SELECT: M - 2], 2, 1)", "m1=1 m2=3 m3=7 m4=7"),
        ("G + MOVINGMAX(PREVIOUS(M), 2, -1)", "m1=1 m2=2 m3=4 m4=6"),
        ("G + MOVINGSUM(PREVIOUS(M), TRUNC(PREVIOUS(M)))", "m1=1 m2=3 m3=7 m4=15"),
        ("IFBLANK(G[FILTER: G < 2], FILLFORWARD(PREVIOUS(M), M) * 2)", "m1=1 m2=2 m3=4 m4=8"),
        ("G + GROWTH(PREVIOUS(M), M, 1)", "m1=1 m2=2 m3=4 m4=5"),
        ("G + SPREAD(PREVIOUS(M), M, 2)", "m1=1 m2=2.5 m3=4.75 m4=7.625"),
        ("G + CUMULATE(MOVINGSUM(PREVIOUS(M), 2), M)", "m1=1 m2=3 m3=8 m4=20"),
        ("G + CUMULATE(PREVIOUS(M) * G, M)", "m1=1 m2=4 m3=17 m4=86"),
        ("G + CUMULATE(PREVIOUS(M), M)[SELECT: M - 1]", "m1=1 m2=2 m3=4 m4=7"),
        ("G[FILTER: CUMULATE(CurrentValue, M) > 2 + IFBLANK(PREVIOUS(M), 0)]", "m2=2 m3=3 m4=4"),
        ("PREVIOUS(M)[FILTER: CurrentValue[SELECT: M - 1] > 0] + G", "m1=1 m2=2 m3=5 m4=9"),
    ] {
        assert_eq!(solved(&format!("formula P NUMBER (M): {formula}"), "P"), want, "{formula}");
    }
    let both = "formula A NUMBER (M): G + CUMULATE(B[SELECT: M - 1], M)\nformula B NUMBER (M): A * 2";
    assert_eq!(solved(both, "A"), "m1=1 m2=4 m3=13 m4=40");
    // By line: each K has a run of its own, z has values in two months only.
    assert_eq!(
        solved("formula P NUMBER (K, M): F + CUMULATE(PREVIOUS(M), M)[FILTER: CurrentValue > 0]", "P"),
        "x,m1=1 x,m2=2 x,m3=4 x,m4=8 y,m1=1 y,m2=2 y,m3=4 y,m4=8 z,m1=1 z,m2=2 z,m3=3 z,m4=6"
    );
}

fn refused(formulas: &str) -> String {
    let text = format!("{FLOW}\n{formulas}");
    let caught = std::panic::catch_unwind(|| World::new(&text));
    match caught {
        Ok(_) => panic!("{formulas} passed"),
        Err(message) => *message.downcast::<String>().unwrap(),
    }
}

#[test]
fn what_reads_its_own_items_together_is_refused() {
    for formula in [
        "CUMULATE(P, M) + PREVIOUS(M)",
        "CUMULATE(PREVIOUS(M), M ON -M.Back)",
        "SUMOF(PREVIOUS(M))[ADD: M]",
        "COUNTBLANKOF(PREVIOUS(M))[ADD: M] + G",
        "PREVIOUS(M)[SELECT: M.\"m2\"][ADD: M]",
        "MOVINGSUM(PREVIOUS(M), 2, 1)",
        "MOVINGSUM(PREVIOUS(M), 2, M.Back)",
        "MOVINGSUM(P, 2, -1) + PREVIOUS(M)",
        "SPREAD(PREVIOUS(M), M, 2, M.\"m1\")",
        "NPV(0.1, PREVIOUS(M))",
        "RANK(PREVIOUS(M)) + G",
        "PREVIOUS(M)[BY: SHIFT(M, 1)]",
        "PREVIOUS(M)[REMOVE SUM: M][ADD: M]",
        "P[SELECT: M + 1] + G",
        "P[SELECT: M - 1][SELECT: M + 2] + G",
        "P[SELECT: SHIFT(M, -1)] + G",
        "PREVIOUS(M)[SELECT: M + 2] + G",
    ] {
        let message = refused(&format!("formula P NUMBER (M): {formula}"));
        assert!(message.contains("P -> P"), "{formula}: {message}");
    }
    for (formulas, path) in [
        ("formula A NUMBER (M): B[SELECT: M + 1] + G\nformula B NUMBER (M): PREVIOUSOF(A)", "A -> B -> A"),
        ("formula A NUMBER (M): B[SELECT: M - 0] + G\nformula B NUMBER (M): A + PREVIOUS(M)", "A -> B -> A"),
        ("formula A NUMBER (K, M): PREVIOUS(M) + PREVIOUS(K) + F", "A -> A"),
        ("formula A NUMBER (M): B[REMOVE: K] + PREVIOUS(M)\nformula B NUMBER (K): SUMOF(A)[ADD: K]", "B -> A -> B"),
    ] {
        let message = refused(formulas);
        assert!(message.contains(path), "{formulas}: {message}");
    }
}

#[test]
fn a_loop_is_told_from_the_metric_that_was_saved() {
    let mut world = World::new("dim M: m1 m2\nmetric X NUMBER (M): m1=1\nmetric B NUMBER (M): m1=1\nformula A NUMBER (M): B + 1");
    let b = world.id("B");
    world.formula(b, "A + 1");
    let error = compile_order(&world.programs, world.revision.schema()).unwrap_err();
    let message = error.seen_from(b).message(world.revision.schema());
    assert!(message.contains(": B -> A -> B;") && message.contains("PREVIOUSOF(A) in the formula of `B`"), "{message}");
}

#[test]
fn loops_without_a_step_back_are_printed() {
    let world = World::new("dim M: m1 m2\nmetric X NUMBER (M): m1=1");
    let mut programs = world.programs.clone();
    assert!(compile_order(&programs, world.revision.schema()).is_ok());
    programs.clear();
    let text = std::panic::catch_unwind(|| {
        World::new("dim M: m1 m2\nformula A NUMBER (M): B + 1\nformula B NUMBER (M): C + PREVIOUS(M)\nformula C NUMBER (M): A * 2")
    });
    let message = *text.err().unwrap().downcast::<String>().unwrap();
    assert!(message.contains("A -> B -> C -> A") && message.contains("PREVIOUSOF(B) in the formula of `A`"), "{message}");
}
