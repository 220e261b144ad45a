//! Memory, turns and deadlines of people who ask at the same time.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use smalt_query::{Asker, Errand, Memory, QueryOptions, Stop};

use crate::world::{World, query_blocking};

const MB: usize = 1 << 20;

fn options(asker: &Arc<Asker>, memory_limit: usize) -> QueryOptions {
    QueryOptions { asker: Arc::clone(asker), memory_limit, deadline: Some(Duration::from_secs(600)), ..QueryOptions::default() }
}

#[test]
fn what_one_question_holds_has_a_limit() {
    let asker = Asker::new(&Memory::new(1_000 * MB), 1_000 * MB);
    let errand = Errand::begin(&options(&asker, 10 * MB)).unwrap();
    errand.take(6 * MB).unwrap();
    let refused = errand.take(6 * MB).unwrap_err().to_string();
    assert_eq!(refused, "this query needs more memory than it may use, which is 10 MB; narrow it with WHERE, or group by fewer columns");
    errand.take(4 * MB).unwrap();
    drop(errand);
    Errand::begin(&options(&asker, 10 * MB)).unwrap().take(10 * MB).unwrap();
}

/// A question that holds a lot, until it is told to let go.
fn hold(options: QueryOptions, bytes: usize) -> (mpsc::Sender<()>, std::thread::JoinHandle<()>) {
    let (let_go, wait) = mpsc::channel::<()>();
    let (ready, is_ready) = mpsc::channel();
    let holding = std::thread::spawn(move || {
        let errand = Errand::begin(&options).unwrap();
        errand.take(bytes).unwrap();
        ready.send(()).unwrap();
        wait.recv().unwrap_or_default();
    });
    is_ready.recv().unwrap();
    (let_go, holding)
}

#[test]
fn what_the_questions_of_one_person_hold_together_has_a_limit() {
    let view = World::new().owner();
    let memory = Memory::new(1_000 * MB);
    let asker = Asker::new(&memory, 20 * MB);
    let sort = "SELECT COUNT(*) FROM (SELECT value FROM generate_series(1, 500000) ORDER BY -value) t";
    let (let_go, holding) = hold(options(&asker, 20 * MB), 19 * MB);
    let refused = query_blocking(&view, sql_that_holds(), &options(&asker, 20 * MB)).unwrap_err().to_string();
    assert!(refused.contains("more memory than"), "{refused}");
    // Small ones go on, and those of others.
    query_blocking(&view, "SELECT COUNT(*) FROM Revenue", &options(&asker, 20 * MB)).unwrap();
    query_blocking(&view, sort, &options(&Asker::new(&memory, 40 * MB), 40 * MB)).unwrap();
    let_go.send(()).unwrap();
    holding.join().unwrap();
    query_blocking(&view, sql_that_holds(), &options(&asker, 20 * MB)).unwrap();
}

fn sql_that_holds() -> &'static str {
    "SELECT MAX(r) FROM (SELECT ROW_NUMBER() OVER (ORDER BY -value) AS r FROM generate_series(1, 300000)) t"
}

/// Where others hold the application's memory, a question waits for it; it is not refused, and small ones do not even wait.
#[test]
fn the_memory_of_the_application_is_waited_for() {
    let view = World::new().owner();
    let memory = Memory::new(50 * MB);
    let person = || options(&Asker::new(&memory, 1_000 * MB), 1_000 * MB);
    let (let_go, holding) = hold(person(), 60 * MB);
    query_blocking(&view, "SELECT Store, SUM(Revenue) FROM Revenue GROUP BY Store ORDER BY 2", &person()).unwrap();
    let (told, answer) = mpsc::channel();
    let other = person();
    let waiting = std::thread::spawn(move || {
        let errand = Errand::begin(&other).unwrap();
        errand.take(30 * MB).unwrap();
        told.send(()).unwrap();
    });
    assert_eq!(answer.recv_timeout(Duration::from_millis(100)), Err(mpsc::RecvTimeoutError::Timeout));
    let_go.send(()).unwrap();
    holding.join().unwrap();
    answer.recv().unwrap();
    waiting.join().unwrap();
}

#[test]
fn who_waits_for_memory_is_ended_by_the_deadline_or_given_up() {
    let memory = Memory::new(20 * MB);
    let person = || options(&Asker::new(&memory, 1_000 * MB), 1_000 * MB);
    let (let_go, holding) = hold(person(), 36 * MB);
    let hasty = QueryOptions { deadline: Some(Duration::from_millis(50)), ..person() };
    let late = Errand::begin(&hasty).unwrap().take(30 * MB).unwrap_err().to_string();
    assert!(late.contains("took longer than it may"), "{late}");
    let stop = Stop::default();
    let errand = Errand::begin(&QueryOptions { stop: stop.clone(), ..person() }).unwrap();
    stop.stop();
    assert_eq!(errand.take(30 * MB).unwrap_err().to_string(), "the query was cancelled");
    let_go.send(()).unwrap();
    holding.join().unwrap();
}

#[test]
fn a_question_that_was_given_up_before_is_not_begun() {
    let view = World::new().owner();
    let stop = Stop::default();
    stop.stop();
    let options = QueryOptions { stop, ..QueryOptions::default() };
    assert_eq!(query_blocking(&view, "SELECT 1", &options).unwrap_err().to_string(), "the query was cancelled");
    assert_eq!(options.asker.running(), 0);
}

/// Nobody has two formulas at work at a time; the second one waits for the first.
#[test]
fn one_errand_of_a_person_at_a_time() {
    let asker = Asker::new(&Memory::new(1_000 * MB), 1_000 * MB);
    let first = Errand::begin(&options(&asker, MB)).unwrap();
    let hasty = QueryOptions { deadline: Some(Duration::from_millis(50)), ..options(&asker, MB) };
    assert!(Errand::begin(&hasty).unwrap_err().to_string().contains("took longer than it may"));
    assert_eq!(asker.running(), 1);
    drop(first);
    Errand::begin(&options(&asker, MB)).unwrap();
}

/// The same answer whatever the number of rows of a batch: a query with a long constant has small ones.
#[test]
fn small_batches_change_no_answer() {
    let view = World::new().owner();
    let rows = "(SELECT a.value / 3.0 + r.Revenue AS x, r.Store AS s FROM generate_series(1, 20000) a, Revenue r) t";
    let question = |constant: &str| {
        format!(
            "SELECT s, SUM(x), COUNT(*), MAX(x), SUM(LENGTH(CASE WHEN x < 0 THEN '{constant}' ELSE 'a' END)) FROM {rows} GROUP BY s ORDER BY s"
        )
    };
    let answer = |sql: &str| {
        let answer = query_blocking(&view, sql, &QueryOptions::default()).unwrap();
        format!("{:?}", answer.batches().iter().map(|batch| batch.columns().to_vec()).collect::<Vec<_>>())
    };
    assert_eq!(answer(&question("b")), answer(&question(&"b".repeat(200_000))));
}
