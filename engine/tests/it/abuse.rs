//! Hostile statements: each is answered, the session goes on, and nobody else waits for it.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use futures::channel::oneshot;
use futures::executor::block_on;
use futures::future::{Either, select};
use smalt::{Application, Options, Session};

use crate::hostile::{Answer, MEMORY, MODEL, statements};
use crate::world::run;

fn application(options: Options, script: &str) -> Arc<Application> {
    let app = Application::in_memory_with(options).unwrap();
    run(&app.owner_session().unwrap(), script).unwrap_or_else(|e| panic!("{e}"));
    app
}

/// The answer of a statement, and then that of a small question.
fn ask(session: &Session, statement: &str) -> Result<String, String> {
    let answer = run(session, statement).map_err(|e| match e.help {
        Some(help) => format!("{}; {help}", e.message),
        None => e.message,
    });
    assert_eq!(run(session, "SELECT COUNT(*) + 1 FROM B").unwrap(), "201", "after {}", start(statement));
    answer
}

fn start(text: &str) -> String {
    text.chars().take(100).collect()
}

#[test]
fn every_hostile_statement_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let options = |deadline| Options {
        folders: vec![folder.path().to_owned()],
        question_memory: Some(MEMORY),
        deadline: Some(Duration::from_secs(deadline)),
        ..Options::default()
    };
    let patient = application(options(200), MODEL).owner_session().unwrap();
    let hasty = application(options(2), MODEL).owner_session().unwrap();
    let mut wrong = Vec::new();
    for hostile in statements() {
        let session = if hostile.answer == Answer::Endless { &hasty } else { &patient };
        let begun = std::time::Instant::now();
        let answer = ask(session, &hostile.statement);
        let right = match (&hostile.answer, &answer) {
            (Answer::Rows(rows), Ok(answer)) => answer == rows,
            (Answer::Refused(words), Err(reason)) => reason.contains(words) && reads_well(reason),
            (Answer::Endless, Err(reason)) => reason.contains("took longer than it may"),
            _ => false,
        };
        if begun.elapsed() > Duration::from_secs(10) {
            eprintln!("{} took {:?}", hostile.what, begun.elapsed());
        }
        if !right {
            let answer = answer.map_or_else(|e| format!("error: {e}"), |rows| format!("rows: {rows}"));
            wrong.push(format!("{}: {}\n    is answered: {}", hostile.what, start(&hostile.statement), start(&answer)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a reason is in the asker's words, and of a length to be read.
fn reads_well(reason: &str) -> bool {
    let jargon = ["DataFusion", "datafusion", "Arrow", "Utf8", "SchemaError", "::", "panicked", "failed inside", "engine failed"];
    reason.len() < 2_000 && !jargon.iter().any(|word| reason.contains(word))
}

const PEOPLE: &str = "
    CREATE USER 'ann'; CREATE USER 'bob'; GRANT ROLE Contributor TO ALL USERS;
    CREATE DIMENSION A (Name TEXT); CREATE DIMENSION B (Name TEXT); CREATE DIMENSION C (Name TEXT);
    INSERT INTO A SELECT CAST(value AS VARCHAR) FROM generate_series(1, 500);
    INSERT INTO B SELECT CAST(value AS VARCHAR) FROM generate_series(1, 300);
    INSERT INTO C SELECT CAST(value AS VARCHAR) FROM generate_series(1, 300);
    CREATE METRIC X NUMBER BY (A, B);
    INSERT INTO X SELECT A.Name, B.Name, A.Position + B.Position * 0.5 FROM A, B;";

/// A question that is given up when it is told to; then it says how it ended, if it had ended by itself.
struct Asked {
    give_up: oneshot::Sender<()>,
    ended: mpsc::Receiver<String>,
}

impl Asked {
    fn of(session: &Session, question: &'static str) -> Asked {
        let (give_up, given_up) = oneshot::channel();
        let (say, ended) = mpsc::channel();
        let session = session.clone();
        std::thread::spawn(move || {
            let asking = Box::pin(async move { session.sql(question).await.map(|_| ()) });
            match block_on(select(asking, given_up)) {
                Either::Left((answer, _)) => drop(say.send(format!("{answer:?}"))),
                Either::Right(_) => {}
            }
        });
        Asked { give_up, ended }
    }

    fn is_running(&self) -> bool {
        matches!(self.ended.try_recv(), Err(mpsc::TryRecvError::Empty))
    }
}

const ENDLESS: &str = "SELECT COUNT(*) FROM X a, X b, X c";
/// What a question goes through: planning, an aggregation on threads of the application, memory.
const CHEAP: &str = "SELECT B, SUM(X) FROM X GROUP BY B ORDER BY 2 DESC LIMIT 1";

/// All that one person may run at the same time is endless: the same person waits, and nobody else does. What nobody waits for any more ends, and
/// makes room.
#[test]
fn endless_questions_of_one_person_keep_nobody_else_waiting() {
    let app = application(Options { threads: Some(1), deadline: Some(Duration::from_secs(3_600)), ..Options::default() }, PEOPLE);
    // A session answers one question at a time.
    let endless: Vec<Asked> = (0..12).map(|_| Asked::of(&app.session("ann").unwrap(), ENDLESS)).collect();
    let bob = app.session("bob").unwrap();
    for _ in 0..3 {
        assert_eq!(run(&bob, CHEAP).unwrap(), "300,200250.0");
        assert_eq!(run(&bob, "EVALUATE X[REMOVE: A, B]").unwrap().lines().count(), 1);
    }
    run(&app.owner_session().unwrap(), "INSERT INTO X VALUES ('1', '1', 7)").unwrap();
    assert!(endless.iter().all(Asked::is_running));
    // Given up, they end: else this one would wait for its turn for an hour.
    for asked in endless {
        asked.give_up.send(()).unwrap();
    }
    assert_eq!(run(&app.session("ann").unwrap(), CHEAP).unwrap(), "300,200250.0");
}

/// A formula that is not saved runs on threads of its own.
#[test]
fn a_long_formula_of_one_person_keeps_nobody_else_waiting() {
    let app = application(Options { threads: Some(1), deadline: Some(Duration::from_secs(3_600)), ..Options::default() }, PEOPLE);
    const LONG: &str = "EVALUATE IF(C = C, EXP(SIN(LN(X + 1))) * EXP(SIN(LN(X + 2))) * EXP(SIN(LN(X + 3))) * EXP(SIN(LN(X + 4))) \
        * EXP(SIN(LN(X + 5))) * EXP(SIN(LN(X + 6))) * EXP(SIN(LN(X + 7))) * EXP(SIN(LN(X + 8))) * EXP(SIN(LN(X + 9))))[REMOVE: C]";
    let long: Vec<Asked> = (0..3).map(|_| Asked::of(&app.session("ann").unwrap(), LONG)).collect();
    let bob = app.session("bob").unwrap();
    for _ in 0..3 {
        assert_eq!(run(&bob, CHEAP).unwrap(), "300,200250.0");
        assert_eq!(run(&bob, "EVALUATE X[REMOVE: A, B]").unwrap().lines().count(), 1);
    }
    // The last of them waits for the others, whatever they take.
    assert!(long.iter().any(Asked::is_running));
    for asked in long {
        asked.give_up.send(()).unwrap_or_default();
    }
    assert_eq!(run(&app.session("ann").unwrap(), "EVALUATE X[REMOVE: A, B]").unwrap().lines().count(), 1);
}

#[test]
fn a_question_that_is_given_up_changes_nothing() {
    let app = application(Options { deadline: Some(Duration::from_secs(3_600)), ..Options::default() }, PEOPLE);
    let session = app.owner_session().unwrap();
    {
        let script = "INSERT INTO X SELECT '1', '1', COUNT(*) FROM X a, X b, X c; INSERT INTO X VALUES ('1', '1', 42);";
        let mut asking = Box::pin(session.execute(script));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(asking.as_mut().poll(&mut context).is_pending());
    }
    // The same session: it waits until the script is over.
    assert_eq!(run(&session, "SELECT X FROM X WHERE A = '1' AND B = '1'").unwrap(), "1.5");
}

/// The row limit is one for all ways to get rows.
#[test]
fn a_formula_gives_no_more_rows_than_a_query() {
    let script =
        "CREATE ROLE Clerk PERMISSIONS (\"Display Application\", \"Open Boards\", \"Use formula playground\", \"Display Block Explorer\")
            READ ALLOWED WRITE DENIED; CREATE USER 'clerk'; GRANT ROLE Clerk TO USER 'clerk';
        CREATE DIMENSION A (Name TEXT); CREATE DIMENSION B (Name TEXT);
        INSERT INTO A SELECT CAST(value AS VARCHAR) FROM generate_series(1, 1001);
        INSERT INTO B SELECT CAST(value AS VARCHAR) FROM generate_series(1, 1000);";
    let app = application(Options::default(), script);
    let clerk = app.session("clerk").unwrap();
    let mut outcome = smalt::Outcome::default();
    let error = clerk.run("EVALUATE IF(A = A AND B = B, 1)", &mut outcome).unwrap_err();
    assert!(error.message.contains("more than 1000000 rows"), "{error}");
    assert_eq!(outcome.tables.iter().map(|(_, table)| table.row_count()).sum::<usize>(), 1_000_000);
}

/// Two worlds that differ in how much of it is hidden: what is refused for want of memory, and where, is the same in both.
#[test]
fn a_refusal_for_want_of_memory_tells_nothing_of_what_is_hidden() {
    let folder = tempfile::tempdir().unwrap();
    let make = |hidden: usize, name: usize| {
        let path = folder.path().join(format!("{hidden}"));
        let script = format!(
            "CREATE USER 'ann'; GRANT ROLE Contributor TO USER 'ann';
             CREATE DIMENSION A (Name TEXT, Open TEXT); CREATE DIMENSION B (Name TEXT);
             INSERT INTO A SELECT CAST(value AS VARCHAR), 'x' FROM generate_series(1, 60);
             INSERT INTO A SELECT REPEAT('h', {name}) || CAST(value AS VARCHAR), NULL FROM generate_series(1, {hidden});
             INSERT INTO B SELECT CAST(value AS VARCHAR) FROM generate_series(1, 50);
             CREATE METRIC X NUMBER BY (A, B); CREATE METRIC R ACCESS RIGHTS BY (User, A);
             INSERT INTO X SELECT A.Name, B.Name, A.Position * 0.5 FROM A, B;
             INSERT INTO R SELECT 'ann', Name, 'rw' FROM A WHERE Open = 'x'; INSERT INTO R SELECT 'ann', Name, '--' FROM A WHERE Open IS NULL;
             CREATE RULE items APPLY READ OF R TO ITEMS OF A;"
        );
        run(&Application::open(&path, Options::default()).unwrap().owner_session().unwrap(), &script).unwrap_or_else(|e| panic!("{e}"));
        path
    };
    let (few, many) = (make(1, 1), make(200, 300));
    let open = |path: &std::path::Path, memory: usize| {
        let options = Options { question_memory: Some(memory), person_memory: Some(memory), ..Options::default() };
        Application::open(path, options).unwrap()
    };
    let questions = [
        "SELECT * FROM X ORDER BY X DESC",
        "SELECT A, B, SUM(X) FROM X GROUP BY A, B ORDER BY 3, 1, 2 LIMIT 5",
        "SELECT A, SUM(X) FROM X GROUP BY A ORDER BY A LIMIT 3",
        "SELECT COUNT(*) FROM X a JOIN X b ON a.B = b.B AND a.X < b.X",
        "SELECT SUM(s) FROM (SELECT SUM(X) OVER (PARTITION BY A) AS s FROM X) t",
        "SELECT COUNT(DISTINCT X), MEDIAN(X) FROM X",
        "SELECT COUNT(*) FROM (SELECT Name FROM A UNION SELECT A FROM X) t",
        "SELECT LENGTH(STRING_AGG(A, ',')) FROM X",
        "SELECT * FROM A, B ORDER BY A.Name DESC, B.Name LIMIT 2",
        "EVALUATE X * 2",
        "EVALUATE IF(A = A AND B = B, 1)",
    ];
    let mut refused = 0;
    for kilobytes in [2, 5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560] {
        let (few, many) = (open(&few, kilobytes << 10), open(&many, kilobytes << 10));
        for question in questions {
            let answer = |app: &Arc<Application>| match run(&app.session("ann").unwrap(), question) {
                Ok(rows) => rows,
                Err(e) => format!("error: {e}"),
            };
            let (few, many) = (answer(&few), answer(&many));
            refused += usize::from(few.contains("memory"));
            assert_eq!(few, many, "{question} with {kilobytes} KB");
        }
    }
    assert!(refused > 10, "{refused} were refused");
}

/// What depends on a change is computed within its time or not at all; then nothing of the change is kept.
#[test]
fn the_calculation_of_a_change_has_a_deadline() {
    const MODEL: &str = "
        CREATE DIMENSION A (Name TEXT); CREATE DIMENSION B (Name TEXT); CREATE DIMENSION C (Name TEXT);
        INSERT INTO A SELECT CAST(value AS VARCHAR) FROM generate_series(1, 400);
        INSERT INTO B SELECT CAST(value AS VARCHAR) FROM generate_series(1, 200);
        INSERT INTO C SELECT CAST(value AS VARCHAR) FROM generate_series(1, 25);
        CREATE METRIC X NUMBER BY (A, B); INSERT INTO X SELECT A.Name, B.Name, A.Position + B.Position * 0.5 FROM A, B;
        CREATE METRIC Long NUMBER BY (A, B, C) AS IF(C = C, EXP(SIN(LN(X + 1))) * EXP(SIN(LN(X + 2))) * EXP(SIN(LN(X + 3))) * EXP(SIN(LN(X + 4)))
            * EXP(SIN(LN(X + 5))) * EXP(SIN(LN(X + 6))))[REMOVE: C][ADD: C] + IF(C = C, EXP(SIN(LN(X + 7))) * EXP(SIN(LN(X + 8))));
        CREATE SCENARIO Up; USE SCENARIO Up; UPDATE X SET X = X + 1; USE SCENARIO Base;";
    let folder = tempfile::tempdir().unwrap();
    run(&Application::open(folder.path(), Options::default()).unwrap().owner_session().unwrap(), MODEL).unwrap_or_else(|e| panic!("{e}"));
    let app = Application::open(folder.path(), Options { change_deadline: Some(Duration::from_millis(30)), ..Options::default() }).unwrap();
    let session = app.owner_session().unwrap();
    let sum = run(&session, "SELECT SUM(X) FROM X; SELECT SUM(Long) FROM Long").unwrap();
    for change in [
        "RECALCULATE ALL",
        "UPDATE X SET X = X + 3",
        "MERGE SCENARIO Up INTO Base",
        "BEGIN; UPDATE X SET X = X * 1.5; REBASE SCENARIO Up; COMMIT",
        "BEGIN; UPDATE X SET X = X + 3; COMMIT",
        // A property's formula is part of it.
        "ALTER DIMENSION C ADD PROPERTY Sum NUMBER AS IF(C = C, EXP(SIN(LN(X + 1))) * EXP(SIN(LN(X + 2))) * EXP(SIN(LN(X + 3))))[REMOVE: A, B]",
    ] {
        let refused = run(&session, change).unwrap_err().message;
        assert_eq!(refused, "the calculation took longer than it may", "{change}");
        assert_eq!(run(&session, "SELECT SUM(X) FROM X; SELECT SUM(Long) FROM Long").unwrap(), sum, "{change}");
    }
    // What is quick is done.
    run(&session, "INSERT INTO X VALUES ('1', '1', 7)").unwrap();
}

/// What a formula may use is counted over hidden cells too. Who does not see them is not told so before the question's time is over, and in the
/// same words as that.
#[test]
fn a_limit_that_hidden_items_pass_looks_like_one_of_time() {
    let make = |hidden: usize| {
        let script = format!(
            "CREATE USER 'ann'; GRANT ROLE Contributor TO USER 'ann'; CREATE DIMENSION A (Name TEXT); CREATE DIMENSION B (Name TEXT); CREATE DIMENSION C (Name TEXT);
             INSERT INTO A SELECT CAST(value AS VARCHAR) FROM generate_series(1, 10); INSERT INTO A SELECT 'h' || CAST(value AS VARCHAR) FROM generate_series(1, {hidden});
             INSERT INTO B SELECT CAST(value AS VARCHAR) FROM generate_series(1, 40); INSERT INTO C SELECT Name FROM B;
             CREATE METRIC X NUMBER BY (A); INSERT INTO X SELECT A.Name, A.Position FROM A;
             CREATE METRIC R ACCESS RIGHTS BY (User, A); INSERT INTO R SELECT 'ann', Name, '--' FROM A WHERE Name LIKE 'h%'; CREATE RULE r APPLY READ OF R TO ITEMS OF A;"
        );
        application(Options { playground_limit: Some(10_000), deadline: Some(Duration::from_millis(1_500)), ..Options::default() }, &script)
    };
    let (few, many) = (make(3), make(400));
    let ask = |app: &Arc<Application>, question: &str| {
        let begun = std::time::Instant::now();
        let answer = run(&app.session("ann").unwrap(), question).map_err(|e| e.to_string());
        (answer, begun.elapsed() > Duration::from_millis(1_400))
    };
    let words = "the formula takes more time or room than it may; narrow it, or leave a dimension out";
    // So many are seen already: at once, and alike.
    let question = "EVALUATE IF(A = A AND B = B AND C = C, 1)";
    for app in [&few, &many] {
        let (answer, is_late) = ask(app, question);
        assert!(answer.unwrap_err().ends_with(words) && !is_late);
    }
    let question = "EVALUATE IF(A = A AND B = B, 1)";
    let (answer, is_late) = ask(&many, question);
    assert!(answer.unwrap_err().ends_with(words) && is_late);
    assert_eq!(ask(&few, question).0.unwrap().lines().count(), 400);
    // Whoever sees everything is told what is too much, and how much it is.
    let told = run(&many.owner_session().unwrap(), question).unwrap_err().to_string();
    assert!(told.contains("would visit more than 10000 coordinates") && told.contains("A 410 x B 40"), "{told}");
}
