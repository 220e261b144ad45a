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
    assert!(message.contains("A -> B -> C -> A") && message.contains("PREVIOUSOF(A)"), "{message}");
}
