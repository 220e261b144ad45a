//! What is no question is refused; what would hurt is refused early.

use std::time::{Duration, Instant};

use smalt_query::QueryOptions;

use crate::world::{World, ask, check, query_blocking, refuse};

#[test]
fn only_questions_are_answered() {
    let view = World::new().owner();
    let not = "this is not a query; a query starts with SELECT, WITH or VALUES";
    for sql in [
        "SET datafusion.explain.show_statistics = true",
        "CREATE TABLE x AS SELECT 1",
        "INSERT INTO Revenue VALUES (1)",
        "DELETE FROM Revenue",
        "UPDATE Revenue SET Revenue = 1",
        "COPY Revenue TO 'x.csv'",
        "DROP TABLE Revenue",
        "PREPARE p AS SELECT 1",
        "SHOW TABLES",
    ] {
        refuse(&view, sql, not);
    }
    for sql in [
        "COPY (SELECT 1) TO 'x.csv'",
        "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/'",
        "SELECT * FROM Revenue TABLESAMPLE BERNOULLI (10)",
        "SELECT * FROM Revenue FOR UPDATE",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM information_schema.df_settings",
        "SELECT * FROM Revenue PIVOT (SUM(Revenue) FOR Month IN ('2024-01'))",
        "SELECT * FROM Store s, LATERAL (SELECT 1 FROM Revenue WHERE Store = s.Code) x",
        "SELECT * FROM UNNEST([1, 2])",
        "SELECT Revenue FROM Revenue QUALIFY SAMPLE",
        "SELECT TOP 3 * FROM Revenue",
        "SELECT * INTO x FROM Revenue",
        "SELECT $1",
        "SELECT @@version",
        "SELECT random()",
        "SELECT uuid()",
        "SELECT version()",
        "SELECT arrow_typeof(1)",
        "SELECT pg_sleep(1)",
        "SELECT \"position of Store\"('S1')",
        "SELECT current_user",
        "SELECT * FROM Revenue WHERE Store SIMILAR TO Store",
        "SELECT 'x' SIMILAR TO '(a{1,99}){1,99}{1,99}'",
        "SELECT * FROM Revenue WHERE Store ~ Store",
        "SELECT REGEXP_LIKE('x', '(a{1,99}){1,99}{1,99}')",
        "SELECT {'a': 1}",
        "SELECT [1, 2]",
        "SELECT (1, 2)",
        "SELECT x -> x",
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t",
        "SELECT * FROM Revenue |> WHERE Revenue > 1",
        "SELECT * FROM Revenue SETTINGS x = 1",
        "EXPLAIN ANALYZE VERBOSE SELECT * FROM Revenue",
        "EXPLAIN VERBOSE SELECT * FROM Revenue",
        "EXPLAIN FORMAT TREE SELECT 1",
        "SELECT /*+ hint */ Store FROM Revenue ORDER BY ALL",
        "FROM Revenue",
        "TABLE Revenue",
    ] {
        let answer = ask(&view, sql);
        assert!(answer.is_err(), "{sql} was answered");
        let text = answer.err().map(|e| e.to_string()).unwrap_or_default();
        for word in ["DataFusion", "datafusion", "Arrow", "Utf8", "SchemaError", "planner", "::"] {
            assert!(!text.contains(word), "{sql}: {text}");
        }
    }
}

#[test]
fn text_that_would_hurt_the_planner_is_refused_soon() {
    let view = World::new().owner();
    let started = Instant::now();
    let deep = format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000));
    let plus = format!("SELECT 1{}", " + 1".repeat(9_000));
    let tokens = format!("SELECT 1{}", ", 1".repeat(30_000));
    let subqueries = format!("{}SELECT 1{}", "SELECT * FROM (".repeat(300), ")".repeat(300));
    let unions = vec!["SELECT 1"; 3_000].join(" UNION ALL ");
    let mut doubling = "WITH t0 AS (SELECT Store FROM Revenue)".to_owned();
    for i in 1..40 {
        doubling.push_str(&format!(", t{i} AS (SELECT a.Store FROM t{0} a, t{0} b)", i - 1));
    }
    doubling.push_str(" SELECT * FROM t39");
    let not = format!("SELECT {} TRUE", "NOT ".repeat(5_000));
    let minus = format!("SELECT {} 1", "- ".repeat(5_000));
    let case = format!("SELECT {}1{}", "CASE WHEN TRUE THEN ".repeat(1_000), " END".repeat(1_000));
    let dots = format!("SELECT {}x FROM Revenue", "Store.".repeat(3_000));
    let quoted_dots = format!("SELECT \"{}x\" FROM Revenue", "Store.".repeat(300));
    for sql in [deep, plus, tokens, subqueries, unions, doubling, not, minus, case, dots, quoted_dots] {
        let start: String = sql.chars().take(60).collect();
        assert!(ask(&view, &sql).is_err(), "{start}… was answered");
    }
    assert!(started.elapsed() < Duration::from_secs(20), "took {:?}", started.elapsed());
}

#[test]
fn long_lists_are_fine() {
    let view = World::new().owner();
    let list: Vec<String> = (0..5_000).map(|i| format!("'S{i}'")).collect();
    let answer = ask(&view, &format!("SELECT Store FROM Revenue WHERE Store IN ({})", list.join(", "))).unwrap();
    assert_eq!(answer.row_count(), 8);
    let started = Instant::now();
    let and = vec!["Revenue > 1"; 3_000].join(" AND ");
    assert_eq!(ask(&view, &format!("SELECT Store FROM Revenue WHERE {and}")).unwrap().row_count(), 7);
    let or = (0..3_000).map(|i| format!("Store = 'S{i}'")).collect::<Vec<_>>().join(" OR ");
    assert_eq!(ask(&view, &format!("SELECT Store FROM Revenue WHERE {or}")).unwrap().row_count(), 8);
    let mixed = (0..1_000).map(|i| format!("Store = 'S{i}' AND Revenue > 1")).collect::<Vec<_>>().join(" OR ");
    assert_eq!(ask(&view, &format!("SELECT Store FROM Revenue WHERE {mixed}")).unwrap().row_count(), 7);
    assert!(started.elapsed() < Duration::from_secs(20), "took {:?}", started.elapsed());
}

#[test]
fn limits_end_a_query() {
    let view = World::new().owner();
    let limited = QueryOptions { row_limit: Some(7), ..QueryOptions::default() };
    let cut = query_blocking(&view, "SELECT * FROM Revenue", &limited).unwrap();
    assert_eq!(cut.row_count(), 7);
    assert_eq!(
        cut.cut().map(ToString::to_string).as_deref(),
        Some("this result has more than 7 rows, which is all that you may take at once; narrow it with WHERE or LIMIT")
    );
    let whole = query_blocking(&view, "SELECT * FROM Revenue LIMIT 7", &limited).unwrap();
    assert!(whole.row_count() == 7 && whole.cut().is_none());
    let short = QueryOptions { deadline: Some(Duration::from_millis(300)), ..QueryOptions::default() };
    let started = Instant::now();
    let sql = "SELECT COUNT(*) FROM generate_series(1, 100000000000) a";
    assert!(query_blocking(&view, sql, &short).unwrap_err().to_string().contains("longer than it may"), "{sql}");
    assert!(started.elapsed() < Duration::from_secs(20));
    let small = QueryOptions { memory_limit: 1 << 20, ..QueryOptions::default() };
    let sql = "SELECT a.value, COUNT(*) FROM generate_series(1, 3000000) a GROUP BY a.value ORDER BY 2";
    assert!(query_blocking(&view, sql, &small).unwrap_err().to_string().contains("more memory"), "{sql}");
}

#[test]
fn a_query_cannot_make_texts_without_end() {
    let view = World::new().owner();
    let doubled = (0..40).fold("WITH t0 AS (SELECT REPEAT('x', 1000) AS t)".to_owned(), |sql, i| {
        format!("{sql}, t{} AS (SELECT t || t AS t FROM t{i})", i + 1)
    });
    for sql in [
        "SELECT LENGTH(REPEAT('x', 2000000000))".to_owned(),
        "SELECT LENGTH(REPEAT(Store, 100000000)) FROM Revenue".to_owned(),
        "SELECT LENGTH(LPAD('x', 2000000000, 'ab'))".to_owned(),
        "SELECT LENGTH(RPAD(Store, 1000000000)) FROM Revenue".to_owned(),
        "SELECT LENGTH(REPLACE(REPEAT('x', 1000000), 'x', REPEAT('y', 1000000)))".to_owned(),
        format!("{doubled} SELECT LENGTH(t) FROM t40"),
        doubled.replace("t || t", "CONCAT(t, t)") + " SELECT LENGTH(t) FROM t40",
    ] {
        let error = ask(&view, &sql).unwrap_err().to_string();
        assert!(error.contains("more memory than it may use"), "{sql}: {error}");
    }
    check(
        &view,
        "SELECT REPEAT('ab', 3) AS a, LPAD('7', 3, '0') AS b, RPAD('x', 2) || '.' AS c, REPLACE('aba', 'a', 'cc') AS d, REPEAT('x', NULL) AS e",
        "a|b|c|d|e\nababab|007|x .|ccbcc|-",
    );
}

#[test]
fn joined_texts_are_null_where_a_part_is() {
    let view = World::new().owner();
    check(&view, "SELECT 'a' || 'b' AS x, 'a' || NULL AS y, CONCAT('a', NULL) AS z, 'n' || 7 AS n", "x|y|z|n\nab|-|a|n7");
    check(&view, "SELECT Store || '/' || Store.Country AS p FROM Revenue WHERE Store = 'S1' GROUP BY 1", "p\nS1/France");
}

#[test]
fn sums_of_integers_do_not_wrap() {
    let view = World::new().owner();
    let large = "(SELECT 'a' AS k, 9223372036854775807 AS v UNION ALL SELECT 'a', 5 UNION ALL SELECT 'b', 7 UNION ALL SELECT 'b', NULL)";
    for sql in [
        format!("SELECT SUM(v) FROM {large} t"),
        format!("SELECT k, SUM(v) FROM {large} t GROUP BY k"),
        format!("SELECT SUM(v) OVER (PARTITION BY k) FROM {large} t"),
    ] {
        let error = ask(&view, &sql).unwrap_err().to_string();
        assert!(error.contains("too large for its type"), "{sql}: {error}");
    }
    // A part may be too large: what counts is the end.
    let back = format!("(SELECT * FROM {large} t UNION ALL SELECT 'a', -100)");
    check(&view, &format!("SELECT k, SUM(v) AS s FROM {back} t GROUP BY k ORDER BY k"), "k|s\na|9223372036854775712\nb|7");
    check(&view, "SELECT SUM(v) AS s FROM (SELECT 1 AS v WHERE 1 = 2) t", "s\n-");
    check(
        &view,
        "SELECT v, SUM(v) OVER (ORDER BY v ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM (SELECT 1 AS v UNION ALL SELECT 2 UNION ALL SELECT 4) t ORDER BY v",
        "v|s\n1|1\n2|3\n4|6",
    );
}
