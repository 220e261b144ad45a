//! One thread is enough for everything, and no number of threads changes a bit.

use smalt::{Application, Options};

use crate::world::run;

/// Cells enough for several blocks, and statements of every kind that needs the pool.
const SCRIPT: &str = "
    CREATE DIMENSION A (Name TEXT); CREATE DIMENSION B (Name TEXT); CREATE DIMENSION C (Name TEXT, A A);
    INSERT INTO A (Name) SELECT CAST(value AS VARCHAR) FROM generate_series(1, 90);
    INSERT INTO B (Name) SELECT CAST(value AS VARCHAR) FROM generate_series(1, 70);
    INSERT INTO C (Name, A) SELECT CAST(value AS VARCHAR), CAST(1 + value % 90 AS VARCHAR) FROM generate_series(1, 80);
    CREATE METRIC X NUMBER BY (C, A, B);
    INSERT INTO X SELECT C.Name, A.Name, B.Name, C.Position * 0.1 + A.Position / 7.0 - B.Position * 1e-9 FROM C, A, B WHERE (C.Position + A.Position * B.Position) % 5 <> 0;
    CREATE METRIC Y NUMBER BY (C, A, B) AS X / 3 + X[SELECT: B - 1] * 0.7;
    CREATE METRIC S NUMBER BY (A) AS Y[FILTER: A <> C.A][REMOVE: B, C];
    CREATE METRIC R NUMBER BY (A, B) AS X[REMOVE: C] + 0.1 * PREVIOUS(B);
    UPDATE X SET X = X * 1.1 WHERE A = '3';
    BEGIN; INSERT INTO X SELECT C, A, B, Y FROM Y WHERE A = '4'; SELECT COUNT(*) FROM Y; COMMIT;
    DELETE FROM X WHERE B = '70';";

const QUESTIONS: &str = "
    SELECT * FROM S; SELECT * FROM R; SELECT COUNT(*), SUM(Y), AVG(Y), MIN(Y) FROM Y;
    SELECT C.A, SUM(Y), SUM(X) FROM X JOIN Y USING (C, A, B) GROUP BY 1 ORDER BY 1;
    SELECT CAST(C AS INT) AS n, A, C, B, Y FROM Y LIMIT 3000 OFFSET 130000; SELECT CAST(C AS INT) AS n, A, C, B, Y FROM Y LIMIT 3000 OFFSET 260000;
    SELECT SUM(n * x), SUM(n), COUNT(*) FROM (SELECT ROW_NUMBER() OVER () AS n, CAST(A AS INT) AS x FROM Y) t;
    SELECT A, SUM(Y) FROM Y WHERE B > '3' GROUP BY A ORDER BY 2 DESC LIMIT 7; EVALUATE SUMOF(Y) / COUNTOF(X);";

#[test]
fn one_two_and_three_threads_answer_alike_to_the_bit() {
    let answers: Vec<String> = [1, 2, 3]
        .into_iter()
        .map(|threads| {
            let app = Application::in_memory_with(Options { threads: Some(threads), ..Options::default() }).unwrap();
            let owner = app.owner_session().unwrap();
            run(&owner, SCRIPT).unwrap_or_else(|e| panic!("{threads} threads: {e}"));
            run(&owner, QUESTIONS).unwrap_or_else(|e| panic!("{threads} threads: {e}"))
        })
        .collect();
    assert!(answers[0].lines().count() > 90);
    assert!(answers.iter().all(|a| *a == answers[0]));
}

/// Who waits for the writer's place must not hold a thread of the pool meanwhile: the writer needs it to come to an end.
#[test]
fn a_writer_who_waits_keeps_nobody_from_finishing() {
    let app = Application::in_memory_with(Options { threads: Some(1), ..Options::default() }).unwrap();
    let (first, second) = (app.owner_session().unwrap(), app.owner_session().unwrap());
    run(&first, "CREATE DIMENSION A (Name TEXT); INSERT INTO A VALUES ('a'), ('b'); CREATE METRIC X NUMBER BY (A);").unwrap();
    run(&first, "BEGIN; INSERT INTO X VALUES ('a', 1);").unwrap();
    let (ready, wait) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(move || {
            ready.send(()).unwrap();
            run(&second, "INSERT INTO X SELECT 'b', SUM(X) + 1 FROM X;")
        });
        wait.recv().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(200));
        run(&first, "INSERT INTO X SELECT 'b', X + 1 FROM X WHERE A = 'a'; COMMIT;").unwrap();
        waiting.join().unwrap().unwrap();
    });
    assert_eq!(run(&first, "SELECT * FROM X").unwrap(), "a,1.0\nb,4.0");
}
