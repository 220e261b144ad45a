//! Each planted leak is caught: a test that passes without it fails with it.
//!
//! This binary runs itself, once for each leak, with the leak in the environment. `SMALT_ONLY` names some leaks.

use std::collections::BTreeSet;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use smalt_planted::{Leak, VARIABLE};

const WORLDS: &str = "two_worlds::the_user_cannot_tell_the_worlds_apart_1";

/// Children at the same time.
const AT_ONCE: usize = 2;

/// The test that catches a leak.
fn catcher(leak: Leak) -> &'static str {
    match leak {
        Leak::OutvotedDenials => "leaks::refused_items_are_counted_as_far_as_they_are_seen",
        Leak::ReadableRights => "leaks::rights_and_dimensions_without_a_visible_item_are_no_tables",
        Leak::WriteWithoutRead | Leak::CountedRefusals => "rights::who_may_not_read_a_cell_may_not_write_it",
        Leak::FreeConditions => "rights::a_condition_is_read_where_it_decides",
        Leak::FreeMappings => "rights::a_mapping_is_read_wherever_it_could_lead",
        Leak::FreeWindows => "rights::a_window_is_read_whole",
        Leak::FreeGroups => "rights::a_group_is_read_whole",
        Leak::FreeRecurrences => "rights::a_recurrence_is_read_from_its_beginning",
        Leak::UnmaskedCells => "rights::a_cell_that_may_not_be_read_is_not_there",
        Leak::NamesInBuffers => "exports::no_buffer_and_no_stream_holds_hidden_bytes",
        Leak::FreeHeldItems => "rights::what_reads_a_cell_of_items_is_read_by_who_sees_all_that_it_could_hold",
        Leak::LimitBeforeMask => "rights::a_limit_is_of_the_cells_that_are_seen",
        Leak::LinesOfOthers => "contract::create_user_and_copy_make_active_people",
        Leak::UnmaskedPatches => "rights::a_cell_that_was_edited_is_as_hidden_as_before",
        Leak::HeldItems => "scenarios::a_hidden_item_as_a_value_decides_nothing_that_a_merge_tells",
        Leak::CellsOfHiddenItems
        | Leak::SharedMasks
        | Leak::UnmaskedLists
        | Leak::TotalsOfAllCells
        | Leak::CountsOfBlocks
        | Leak::PositionsOfAllItems
        | Leak::OrderOfHiddenValues
        | Leak::UnmaskedProperties
        | Leak::HiddenParents
        | Leak::RowsInStatistics
        | Leak::RowsInPlans
        | Leak::UnmaskedPlayground => WORLDS,
        Leak::SuggestedItems => "rights::a_hidden_item_is_not_what_was_meant",
        Leak::UnmaskedAudit => "audit::what_is_hidden_does_not_show_in_the_audit",
        Leak::WholeCatalogs | Leak::SuggestedBlocks => "leaks::suggestions_and_lists_offer_what_is_shown",
        Leak::UnredactedFormulas => "leaks::a_formula_is_shown_without_the_names_of_hidden_items",
        Leak::ProgressOfHidden => "leaks::progress_tells_of_no_hidden_metric",
        Leak::RightsBeforeFaults | Leak::ToldClashes => "leaks::no_order_of_errors_tells_a_clash_with_a_hidden_item",
        Leak::ToldLoops => "leaks::a_loop_tells_no_name_of_an_item_that_is_not_seen",
        Leak::RowsOfAll => "leaks::rows_that_are_not_seen_are_neither_changed_nor_counted",
        Leak::DeletedUnseen => "leaks::an_item_is_deleted_or_not_whatever_stands_in_hidden_cells",
    }
}

/// Runs one test of this binary, in a process of its own.
fn run(test: &str, leak: Option<Leak>) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--test-threads", "1"]).env_remove(VARIABLE);
    if let Some(leak) = leak {
        command.env(VARIABLE, format!("{leak:?}"));
    }
    command.output().unwrap()
}

/// What is wrong with the way a test caught a leak, or passed without one.
fn misfit(test: &str, leak: Option<Leak>) -> Option<String> {
    let output = run(test, leak);
    let said = String::from_utf8_lossy(&output.stdout);
    let word = if leak.is_some() { "FAILED" } else { "ok" };
    // It must be the two worlds that differ, not one of them that cannot be made.
    let compares = test != WORLDS || leak.is_none() || said.contains("seed ");
    let fits = output.status.success() == leak.is_none() && said.contains(&format!("test {test} ... {word}\n")) && compares;
    let what = leak.map_or_else(|| "no leak".to_owned(), |leak| format!("{leak:?}"));
    println!("{what}: {} by {test}", if fits { "told" } else { "NOT told" });
    (!fits).then(|| format!("{what}, {test}: {said}"))
}

#[test]
fn every_planted_leak_is_caught() {
    let only = std::env::var("SMALT_ONLY").unwrap_or_default();
    let wanted = |leak: &Leak| only.is_empty() || only.split(',').any(|name| name == format!("{leak:?}"));
    let leaks: Vec<Leak> = Leak::ALL.iter().copied().filter(wanted).collect();
    let tests: BTreeSet<&str> = leaks.iter().map(|leak| catcher(*leak)).collect();
    let planted = leaks.iter().map(|leak| (catcher(*leak), Some(*leak)));
    let jobs: Vec<(&str, Option<Leak>)> = tests.into_iter().map(|test| (test, None)).chain(planted).collect();
    assert!(!leaks.is_empty(), "`{only}` names no leak");
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((test, leak)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    wrong.lock().unwrap_or_else(PoisonError::into_inner).extend(misfit(test, *leak));
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} leaks are not caught:\n{}", wrong.len(), wrong.join("\n"));
}
