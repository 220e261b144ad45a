//! Plans as text.

use crate::world::{World, ask, text};

#[test]
fn a_plan_names_what_the_query_names() {
    let view = World::new().owner();
    let plan = text(&ask(&view, "EXPLAIN SELECT Store, SUM(Revenue) FROM Revenue GROUP BY Store ORDER BY 2 DESC LIMIT 3").unwrap());
    assert!(plan.starts_with("Plan\n"), "{plan}");
    assert!(plan.contains("MaskedAggregate: Revenue, by=[Store]"), "{plan}");
    let plan = text(&ask(&view, "EXPLAIN SELECT Store, Revenue FROM Revenue WHERE Revenue > 3 AND Store = 'S1'").unwrap());
    assert!(plan.contains("MaskedScan: Revenue, columns=[Revenue, Store], filtered by items"), "{plan}");
    for word in ["rows=", "bytes", "partition_sizes", "statistics"] {
        assert!(!plan.contains(word), "{plan}");
    }
}

#[test]
fn what_can_be_fused_is() {
    let view = World::new().owner();
    for (sql, fused) in [
        ("SELECT COUNT(*) FROM Revenue", true),
        ("SELECT COUNT(Store) FROM Revenue WHERE Month = '2024-01'", true),
        ("SELECT Product.Category, Month.Quarter, SUM(Revenue) FROM Revenue GROUP BY 1, 2", true),
        ("SELECT Store, AVG(r.Revenue), MIN(Revenue), MAX(Revenue) FROM Revenue r GROUP BY Store HAVING SUM(Revenue) > 3", true),
        ("SELECT DISTINCT Store FROM Revenue", true),
        ("SELECT COUNT(DISTINCT Store) FROM Revenue", true),
        ("SELECT Store.Size, SUM(Revenue) FROM Revenue WHERE Store.Country IN ('France', 'Japan') GROUP BY 1", true),
        ("SELECT Store, SUM(x) FROM (SELECT Store, Revenue AS x FROM Revenue) t GROUP BY Store", true),
        ("SELECT SUBSTR(Store, 1, 1), SUM(Revenue) FROM Revenue GROUP BY 1", true),
        ("SELECT SUBSTR(Store, 1, 1) || Month, SUM(Revenue) FROM Revenue GROUP BY 1", false),
        ("SELECT SUM(CASE Store WHEN 'S1' THEN Revenue END), COUNT(*) FILTER (WHERE Month > '2024-02') FROM Revenue", true),
        ("SELECT Store, SUM(Revenue) FROM Revenue WHERE LENGTH(Product) > 4 GROUP BY Store", true),
        ("SELECT Store, SUM(Revenue + 1) FROM Revenue GROUP BY Store", false),
        ("SELECT Store, SUM(Revenue) FROM Revenue WHERE Revenue > 3 GROUP BY Store", false),
        ("SELECT Revenue, COUNT(*) FROM Revenue GROUP BY Revenue", false),
        ("SELECT Order, SUM(Orders) FROM Orders GROUP BY Order", false),
        ("SELECT Order, COUNT(*) FROM Orders GROUP BY Order", true),
    ] {
        let plan = text(&ask(&view, &format!("EXPLAIN {sql}")).unwrap());
        assert_eq!(plan.contains("MaskedAggregate"), fused, "{sql}\n{plan}");
    }
}
