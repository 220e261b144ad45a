//! Names, paths, scopes and orders, as the owner.

use crate::world::{World, ask, check, refuse, text};

/// Of what the planner refuses the smallest expression that brings it is found.
#[test]
fn what_cannot_be_planned_has_its_place_too() {
    let view = World::new().owner();
    for (sql, want) in [
        ("SELECT Revenue,\n  Revenue + ABS(Store) FROM Revenue", "line 2, column 13: `ABS` does not take (TEXT)"),
        ("SELECT UPPER(Store), UPPER(1 + Store) FROM Revenue", "line 1, column 28: `+` does not take INTEGER and TEXT"),
        ("SELECT ABS(Store), Revenue, ABS(Store) FROM Revenue", "line 1, column 8: `ABS` does not take (TEXT)"),
        ("SELECT * FROM Revenue WHERE Store > 'a' AND Revenue", "line 1, column 29: `AND` does not take BOOLEAN and NUMBER"),
        ("SELECT * FROM Revenue WHERE Revenue", "line 1, column 29: a condition must be a BOOLEAN, and this is NUMBER"),
        ("SELECT * FROM Revenue r JOIN Price p ON r.Store", "line 1, column 41: a condition must be a BOOLEAN, and this is TEXT"),
        ("SELECT SUM(MAX(Revenue)) FROM Revenue", "line 1, column 8: an aggregate cannot stand inside another one"),
        (
            "SELECT Store, Product, SUM(Revenue) FROM Revenue GROUP BY 1",
            "line 1, column 15: `Revenue.Product` must be in GROUP BY or inside an aggregate",
        ),
        ("SELECT * FROM (SELECT NOT Revenue FROM Revenue) AS x", "line 1, column 27: `NOT` takes a BOOLEAN, and this is NUMBER"),
        (
            "WITH x AS (SELECT Revenue FROM Revenue) SELECT 1 + (SELECT MAX(Revenue || 1) FROM x) FROM Price",
            "line 1, column 64: `||` does not take NUMBER and INTEGER",
        ),
        ("SELECT ROUND(Revenue, 1, 2, 3) FROM Revenue", "line 1, column 8: `ROUND` takes 1 or 2 values and is given 4"),
        ("SELECT ABS(Store), ABS(Store) FROM (SELECT Store FROM Revenue) x", "line 1, column 8: `ABS` does not take (TEXT)"),
        (
            "SELECT 5 AS n, x.k FROM (SELECT 1 AS v, 2 AS k) x JOIN (SELECT TRUE AS v) y USING (v)",
            "line 1, column 33: INTEGER and BOOLEAN cannot be compared",
        ),
        ("SELECT Store,, Revenue FROM Revenue", "line 1, column 14: expected an expression, found `,`"),
        ("SELECT ROUND(TRUE, 2) FROM Revenue", "line 1, column 8: `ROUND` does not take (BOOLEAN, INTEGER)"),
        ("SELECT Revenue, FROM Revenue", "line 1, column 17: expected an expression, found `FROM`"),
        ("SELECT Revenue # 2 FROM Revenue", "line 1, column 16: there is no such operator"),
    ] {
        let got = ask(&view, sql).map(|a| text(&a)).map_err(|e| e.to_string());
        assert_eq!(got, Err(want.to_owned()), "{sql}");
    }
}

#[test]
fn a_metric_is_a_table_in_coordinate_order() {
    let view = World::new().owner();
    check(
        &view,
        "SELECT * FROM Revenue",
        "Product|Store|Month|Revenue
         Pear|S3|2024-01|10
         Pear|S1|2024-01|20
         Pear|S1|2024-04|5
         Apple|S1|2024-02|7
         Apple|S2|2024-01|1.5
         Apple|S4|2024-03|100
         Kale|S3|2024-02|0.1
         Kale|S2|2024-04|40",
    );
    check(&view, "select revenue, MONTH from REVENUE limit 2", "Revenue|Month\n10|2024-01\n20|2024-01");
    check(&view, "SELECT Revenue.* FROM Revenue WHERE Store = 'S4'", "Product|Store|Month|Revenue\nApple|S4|2024-03|100");
    check(&view, "SELECT * FROM Total", "Total\n42");
    check(&view, "SELECT * FROM \"Unit Cost\"", "Product|Country|Unit Cost\nPear|France|1\nKale|Japan|2");
    check(&view, "SELECT \"unit cost\" AS c FROM \"UNIT COST\" u WHERE u.Country = 'Japan'", "c\n2");
    check(&view, "SELECT * FROM Home", "Product|Home\nPear|Japan\nApple|France");
    check(&view, "SELECT Store, Open FROM Open", "Store|Open\nS3|false\nS1|true");
    check(&view, "SELECT Country, CountryRights FROM CountryRights WHERE User = 'ann'", "Country|CountryRights\nFrance|r.");
    check(&view, "SELECT * FROM Base.Revenue WHERE Base.Revenue.Store = 'S4'", "Product|Store|Month|Revenue\nApple|S4|2024-03|100");
}

#[test]
fn paths_are_columns() {
    let view = World::new().owner();
    let want = "Store|Store.Country|Store.Country.Region|Store.Country.Currency\nS3|Japan|APAC|JPY\nS4|Germany|EMEA|EUR";
    for sql in [
        "SELECT Store, Store.Country, Store.Country.Region, Store.Country.Currency FROM Revenue WHERE Store IN ('S3', 'S4') AND Product <> 'Kale'",
        "SELECT store, \"store.country\", \"Store.Country.Region\", Store.\"Country.Currency\" FROM Revenue WHERE Store = 'S3' AND Product = 'Pear'
         UNION ALL SELECT Store, Store.Country, Store.Country.Region, Store.Country.Currency FROM Revenue WHERE Store = 'S4'",
        "SELECT r.Store, r.Store.Country, r.\"Store.Country\".Region, r.Store.Country.Currency FROM Revenue r
         WHERE r.Store.Country.Name IN ('Japan', 'Germany') AND Product <> 'Kale'",
    ] {
        check(&view, sql, want);
    }
    check(
        &view,
        "SELECT DISTINCT Store.Opened, Store.Size FROM Revenue WHERE Store.Label = 'First'",
        "Store.Opened|Store.Size\n2019-01-31|12.5",
    );
    check(&view, "SELECT SUM(Revenue) FROM Revenue WHERE Store.Size > 10", "SUM(Revenue)\n42.1");
    check(&view, "SELECT SUM(Revenue) FROM Revenue WHERE Store.Opened IS NULL", "SUM(Revenue)\n100");
    check(
        &view,
        "SELECT SUM(Revenue) FROM Revenue WHERE Store.Country.Region = 'APAC' OR Store.Country = 'Germany'",
        "SUM(Revenue)\n110.1",
    );
    check(&view, "SELECT SUM(Revenue) FROM Revenue WHERE Month >= '2024-02' AND Month < '2024-04'", "SUM(Revenue)\n107.1");
    check(&view, "SELECT COUNT(*) FROM Revenue WHERE Store.Position = 2", "COUNT(*)\n3");
    check(
        &view,
        "SELECT Product, Home.Region, h.Home.Region.Name FROM Home h",
        "Product|Home.Region|Home.Region.Name\nPear|APAC|APAC\nApple|EMEA|EMEA",
    );
    check(&view, "SELECT Home.Region, COUNT(*) FROM Home WHERE Home.Currency = 'EUR' GROUP BY 1", "Home.Region|COUNT(*)\nEMEA|1");
    refuse(&view, "SELECT Home.Size FROM Home", "line 1, column 8: there is no table or column `Home.Size` here");
}

#[test]
fn a_dimension_is_a_table_of_its_items() {
    let view = World::new().owner();
    check(
        &view,
        "SELECT * FROM Store",
        "Code|Label|Country|Opened|Size
         S3|Third|Japan|2020-05-01|30
         S1|First|France|2019-01-31|12.5
         S2|-|France|2021-07-15|-
         S4|Fourth|Germany|-|8
         S5|Nowhere|-|2022-01-01|1",
    );
    check(
        &view,
        "SELECT Code, Country.Region, Position FROM Store WHERE Country.Currency = 'EUR'",
        "Code|Country.Region|Position\nS1|EMEA|2\nS2|EMEA|3\nS4|EMEA|4",
    );
    check(
        &view,
        "SELECT Store, Store.Country.Region, Store.Position FROM Store WHERE Store = 'S3'",
        "Store|Country.Region|Position\nS3|APAC|1",
    )
}

#[test]
fn names_that_sql_has_other_uses_for() {
    let view = World::new().owner();
    check(&view, "SELECT * FROM Order", "Name\nO-2\nO-1");
    check(&view, "SELECT Order, User, Orders FROM Orders ORDER BY Order, User", "Order|User|Orders\nO-2|bob|4\nO-1|ann|6\nO-1|bob|1");
    check(&view, "SELECT User, SUM(Orders) FROM Orders GROUP BY User ORDER BY User", "User|SUM(Orders)\nann|6\nbob|5");
    check(&view, "SELECT Order.Name FROM Orders o WHERE o.Order = 'O-2'", "Order.Name\nO-2");
    check(&view, "SELECT Name FROM User WHERE User.Name <> 'bob'", "Name\nann");
    check(&view, "SELECT COUNT(*) AS n FROM Group", "n\n0");
    check(&view, "SELECT COUNT(Month) FROM Revenue WHERE Month.Quarter = '2024-Q2'", "COUNT(Month)\n2");
    check(&view, "SELECT EXTRACT(MONTH FROM Date) AS m, Date FROM Ledger WHERE Date > DATE '2024-01-15'", "m|Date\n2:Int32|2024-02-03");
    check(&view, "SELECT Date + INTERVAL '1' MONTH AS next FROM Ledger WHERE Memo = 'rent'", "next\n2024-03-03");
    check(&view, "SELECT CAST('2024-05-01' AS DATE) AS d, DATE '2024-05-02' AS Date", "d|Date\n2024-05-01|2024-05-02");
}

#[test]
fn a_list_is_a_table_of_its_rows() {
    let view = World::new().owner();
    check(
        &view,
        "SELECT * FROM Ledger",
        "Country|Date|Amount|Memo
         France|2024-02-03|10|rent
         Japan|2024-01-02|99|secret
         -|2024-01-01|-|none",
    );
    check(
        &view,
        "SELECT Country.Region, SUM(Amount) FROM Ledger GROUP BY 1 ORDER BY 1",
        "Country.Region|SUM(Amount)\nEMEA|10\nAPAC|99\n-|-",
    );
}

#[test]
fn order_by_items_is_item_order() {
    let view = World::new().owner();
    check(&view, "SELECT DISTINCT Store FROM Revenue ORDER BY Store", "Store\nS3\nS1\nS2\nS4");
    check(&view, "SELECT DISTINCT Store FROM Revenue ORDER BY 1 DESC", "Store\nS4\nS2\nS1\nS3");
    check(
        &view,
        "SELECT Store.Country AS c, SUM(Revenue) AS s FROM Revenue GROUP BY c ORDER BY c",
        "c|s\nJapan|10.1\nFrance|73.5\nGermany|100",
    );
    check(
        &view,
        "SELECT Store.Country AS c, SUM(Revenue) AS s FROM Revenue GROUP BY 1 ORDER BY s DESC LIMIT 2",
        "c|s\nGermany|100\nFrance|73.5",
    );
    check(&view, "SELECT Country FROM Store ORDER BY Country", "Country\nJapan\nFrance\nFrance\nGermany\n-");
    check(&view, "SELECT Country FROM Store ORDER BY Country DESC", "Country\n-\nGermany\nFrance\nFrance\nJapan");
    check(&view, "SELECT Code FROM Store ORDER BY Code", "Code\nS1\nS2\nS3\nS4\nS5");
    check(&view, "SELECT Store FROM Revenue WHERE Product = 'Pear' UNION SELECT 'S2' ORDER BY Store", "Store\nS1\nS2\nS3");
    check(&view, "SELECT Store FROM Revenue WHERE Product = 'Pear' UNION SELECT Store FROM Open ORDER BY 1", "Store\nS3\nS1");
    check(&view, "SELECT Product FROM (SELECT Product FROM Revenue GROUP BY Product) t ORDER BY t.Product", "Product\nPear\nApple\nKale");
    check(
        &view,
        "SELECT Product, Revenue FROM Revenue ORDER BY Month DESC, Revenue",
        "Product|Revenue\nPear|5\nKale|40\nApple|100\nKale|0.1\nApple|7\nApple|1.5\nPear|10\nPear|20",
    );
    check(&view, "SELECT Store FROM Revenue GROUP BY Store ORDER BY COUNT(*) DESC, MAX(Revenue)", "Store\nS1\nS3\nS2\nS4");
}

#[test]
fn ties_fall_back_on_coordinates_and_groups() {
    let view = World::with(&[("Apple", "S1", "2024-01", 1.0), ("Kale", "S3", "2024-02", 1.0), ("Pear", "S4", "2024-03", 1.0)]).owner();
    check(&view, "SELECT Product FROM Revenue ORDER BY Revenue DESC LIMIT 2", "Product\nPear\nApple");
    check(&view, "SELECT Store FROM Revenue GROUP BY Store ORDER BY SUM(Revenue) LIMIT 2", "Store\nS3\nS1");
}

#[test]
fn joins() {
    let view = World::new().owner();
    check(
        &view,
        "SELECT r.Product, r.Month, r.Revenue, p.Price FROM Revenue r JOIN Price p ON r.Product = p.Product AND r.Month = p.Month ORDER BY 1, 2, 3",
        "Product|Month|Revenue|Price\nPear|2024-01|10|2\nPear|2024-01|20|2\nApple|2024-01|1.5|3\nApple|2024-02|7|4",
    );
    check(
        &view,
        "SELECT * FROM Price JOIN Revenue USING (Product, Month) WHERE Store = 'S2'",
        "Product|Month|Price|Store|Revenue\nApple|2024-01|3|S2|1.5",
    );
    check(
        &view,
        "SELECT Product, Product.Category, COALESCE(p.Price, 0) AS p, COALESCE(u.\"Unit Cost\", 0) AS u
         FROM Price p FULL JOIN \"Unit Cost\" u USING (Product) ORDER BY Product, 3",
        "Product|Product.Category|p|u\nPear|Fruit|2|1\nApple|Fruit|3|0\nApple|Fruit|4|0\nKale|Veg|0|2",
    );
    check(
        &view,
        "SELECT Product, Month FROM Price NATURAL JOIN Revenue WHERE Month.Quarter = '2024-Q1' AND Store.Country = 'Japan'",
        "Product|Month\nPear|2024-01",
    );
    check(
        &view,
        "SELECT a.Store, b.Store FROM Revenue a, Revenue b WHERE a.Product = b.Product AND a.Store.Country = 'Japan' AND b.Store.Country = 'France' ORDER BY 1, 2",
        "Store|Store\nS3|S1\nS3|S1\nS3|S2",
    );
    check(&view, "SELECT Code FROM Store s LEFT ANTI JOIN Revenue r ON r.Store = s.Code", "Code\nS5");
    check(
        &view,
        "SELECT s.Label, SUM(Revenue) FROM Revenue r JOIN Store s ON r.Store = s.Store GROUP BY s.Label ORDER BY 2",
        "Label|SUM(Revenue)\nThird|10.1\nFirst|32\n-|41.5\nFourth|100",
    );
    check(&view, "SELECT COUNT(*) FROM Revenue CROSS JOIN Total", "COUNT(*)\n8");
    check(&view, "SELECT COUNT(*) FROM Revenue a JOIN (Price p JOIN Home h USING (Product)) USING (Product)", "COUNT(*)\n9");
    check(
        &view,
        "SELECT v.x, Store FROM (VALUES (1, 'S1'), (2, 'S4')) AS v (x, st) JOIN Revenue ON Store = v.st WHERE Revenue > 15",
        "x|Store\n1|S1\n2|S4",
    );
}

#[test]
fn subqueries_see_the_names_around_them() {
    let view = World::new().owner();
    check(
        &view,
        "SELECT Store, Revenue FROM Revenue r WHERE Revenue = (SELECT MAX(Revenue) FROM Revenue x WHERE x.Store.Country = r.Store.Country) ORDER BY Store",
        "Store|Revenue\nS3|10\nS2|40\nS4|100",
    );
    check(&view, "SELECT Code FROM Store s WHERE NOT EXISTS (SELECT 1 FROM Revenue WHERE Store = s.Code)", "Code\nS5");
    check(&view, "SELECT Code FROM Store WHERE Code IN (SELECT Store FROM Revenue WHERE Revenue > 30) ORDER BY Code", "Code\nS2\nS4");
    check(&view, "SELECT (SELECT SUM(Revenue) FROM Revenue) AS t, (SELECT COUNT(*) FROM Store) AS n", "t|n\n183.6|5");
    check(
        &view,
        "WITH big AS (SELECT Store, SUM(Revenue) AS total FROM Revenue GROUP BY Store HAVING total > 20), x (a) AS (SELECT Store FROM big)
         SELECT b.Store, b.Store.Country, total FROM big b JOIN x ON x.a = b.Store ORDER BY b.Store",
        "Store|Store.Country|total\nS1|France|32\nS2|France|41.5\nS4|Germany|100",
    );
    check(
        &view,
        "SELECT t.\"Store.Country\", t.Store.Country.Region, n FROM (SELECT Store, Store.Country, COUNT(*) AS n FROM Revenue GROUP BY 1, 2) t ORDER BY t.Store",
        "Store.Country|Store.Country.Region|n\nJapan|APAC|2\nFrance|EMEA|3\nFrance|EMEA|2\nGermany|EMEA|1",
    );
}

#[test]
fn a_table_of_an_outer_query_comes_before_a_path_of_an_inner_one() {
    let view = World::new().owner();
    check(
        &view,
        "SELECT Name FROM Region WHERE EXISTS (SELECT 1 FROM Country WHERE Country.Region = Region.Name AND Currency = 'JPY')",
        "Name\nAPAC",
    );
    check(&view, "SELECT Code FROM Store WHERE NOT EXISTS (SELECT 1 FROM Revenue b WHERE b.Store = Store.Code)", "Code\nS5");
    check(
        &view,
        "SELECT Name, (SELECT COUNT(*) FROM Store WHERE Country = Country.Name) AS n FROM Country",
        "Name|n\nJapan|1\nFrance|2\nGermany|1",
    );
    // Without such a table outside the path is meant.
    check(
        &view,
        "SELECT Name FROM Region r WHERE EXISTS (SELECT 1 FROM Store WHERE Country.Region = r.Name AND Label = 'Third')",
        "Name\nAPAC",
    );
}

#[test]
fn what_a_table_declares_comes_before_its_own_name() {
    let view = World::new().owner();
    check(
        &view,
        "SELECT Store, Revenue FROM Revenue JOIN Store ON Revenue.Store = Store.Code WHERE Label = 'Third'",
        "Store|Revenue\nS3|10\nS3|0.1",
    );
    check(&view, "SELECT COUNT(*) FROM Revenue JOIN Store USING (Store) WHERE Size > 10", "COUNT(*)\n5");
}

#[test]
fn order_by_says_a_column_in_other_words() {
    let view = World::new().owner();
    for sql in [
        "SELECT DISTINCT Store.Country FROM Revenue ORDER BY Store.Country",
        "SELECT DISTINCT r.Store.Country FROM Revenue r ORDER BY r.Store.Country",
        "SELECT DISTINCT Store.Country FROM Revenue ORDER BY \"Store.Country\"",
        "SELECT Store.Country FROM Revenue UNION SELECT Store.Country FROM Revenue ORDER BY Store.Country",
    ] {
        check(&view, sql, "Store.Country\nJapan\nFrance\nGermany");
    }
    check(&view, "SELECT DISTINCT r.Store FROM Revenue r ORDER BY r.Store DESC", "Store\nS4\nS2\nS1\nS3");
    check(&view, "SELECT DISTINCT Store AS s FROM Revenue ORDER BY Store", "s\nS3\nS1\nS2\nS4");
    assert!(ask(&view, "SELECT DISTINCT Store FROM Revenue ORDER BY Month").is_err());
}

#[test]
fn items_compared_with_numbers_and_dates() {
    let view = World::new().owner();
    let mut schema = World::new();
    schema.calendar();
    let dated = schema.owner();
    check(&view, "SELECT COUNT(*) FROM Revenue WHERE Store = 1", "COUNT(*)\n0");
    check(&view, "SELECT COUNT(*) FROM Revenue WHERE 1 <> Store OR Store IN (1, 'S1') OR Store BETWEEN 0 AND 9", "COUNT(*)\n8");
    check(&dated, "SELECT COUNT(*) FROM Revenue WHERE Month = DATE '2024-01-15'", "COUNT(*)\n3");
    check(&dated, "SELECT COUNT(*) FROM Revenue WHERE Month <> DATE '2024-01-31'", "COUNT(*)\n5");
    check(&dated, "SELECT COUNT(*) FROM Revenue WHERE Month > DATE '2024-02-29' OR DATE '2024-02-01' > Month", "COUNT(*)\n6");
    check(
        &dated,
        "SELECT COUNT(*) FROM Revenue r WHERE r.Month >= CAST('2024-03-02' AS DATE) AND Month <= DATE '2024-03-02'",
        "COUNT(*)\n1",
    );
    check(&dated, "SELECT COUNT(*) FROM Revenue WHERE Month BETWEEN DATE '2024-02-05' AND DATE '2024-03-05'", "COUNT(*)\n3");
    check(&dated, "SELECT COUNT(*) FROM Revenue WHERE Month NOT IN (DATE '2024-01-01', '2024-04')", "COUNT(*)\n3");
    refuse(
        &view,
        "SELECT COUNT(*) FROM Revenue WHERE Store = TIMESTAMP '2024-01-01 10:00:00'",
        "line 1, column 36: `Store` holds names, which are no dates; write the name as a text in `'`",
    );
}

#[test]
fn what_a_key_decides_may_stand_beside_it() {
    let view = World::new().owner();
    check(
        &view,
        "SELECT Store, Store.Label, Store.Country.Region, SUM(Revenue) FROM Revenue GROUP BY Store ORDER BY Store.Country.Position DESC, Store",
        "Store|Store.Label|Store.Country.Region|SUM(Revenue)\nS4|Fourth|EMEA|100\nS1|First|EMEA|32\nS2|-|EMEA|41.5\nS3|Third|APAC|10.1",
    );
    check(
        &view,
        "SELECT Store.Country, Store.Country.Currency, COUNT(*) FROM Revenue GROUP BY Store.Country ORDER BY Store.Country.Position",
        "Store.Country|Store.Country.Currency|COUNT(*)\nJapan|JPY|2\nFrance|EUR|5\nGermany|EUR|1",
    );
    assert!(ask(&view, "SELECT Store, SUM(Revenue) FROM Revenue GROUP BY Store.Country").is_err());
}

#[test]
fn whole_numbers_do_not_wrap() {
    let view = World::new().owner();
    for sql in [
        "SELECT 9223372036854775807 + 1",
        "SELECT 9223372036854775807 * 2",
        "SELECT -9223372036854775807 - 2",
        "SELECT x + 1 FROM (VALUES (9223372036854775807)) v (x)",
    ] {
        refuse(&view, sql, "a result is too large for its type");
    }
    check(
        &view,
        "SELECT 2 + 3 * 4 AS a, COUNT(*) - 8 AS b, Orders * 2 AS c FROM Orders WHERE Orders + 1 = 2 GROUP BY Orders",
        "a|b|c\n14|-7|2",
    );
}

#[test]
fn rows_of_values_and_parts_of_dates() {
    let view = World::new().owner();
    check(
        &view,
        "SELECT Product, Store FROM Revenue WHERE (Store, Month) IN (('S1', '2024-01'), ('S4', '2024-03'))",
        "Product|Store\nPear|S1\nApple|S4",
    );
    check(&view, "SELECT COUNT(*) FROM Revenue WHERE (Store, Month) NOT IN (('S1', '2024-01'))", "COUNT(*)\n7");
    check(&view, "SELECT YEAR(Date) AS y, month(Date) AS m FROM Ledger WHERE Memo = 'rent'", "y|m\n2024:Int32|2:Int32");
    check(&view, "SELECT MOD(7, 3) AS m, SIGN(-2.5) AS s, MOD(1 + 7, 1 + 2) AS n", "m|s|n\n1|-1|2");
    check(
        &view,
        "SELECT 'a%b' LIKE 'a#%b' ESCAPE '#' AS a, 'axb' LIKE 'a#%b' ESCAPE '#' AS b, 'a\\b' LIKE 'a\\b' ESCAPE '#' AS c, 'A_' ILIKE 'a!_' ESCAPE '!' AS d",
        "a|b|c|d\ntrue|false|true|true",
    );
    check(
        &view,
        "SELECT CURRENT_DATE IS NOT NULL AND NOW() IS NOT NULL AND TODAY() IS NOT NULL AND CURRENT_TIMESTAMP IS NOT NULL AS x",
        "x\ntrue",
    );
}

#[test]
fn every_function_that_is_listed_works() {
    let view = World::new().owner();
    let texts = [
        "ascii",
        "bit_length",
        "char_length",
        "character_length",
        "initcap",
        "length",
        "lower",
        "ltrim",
        "octet_length",
        "reverse",
        "rtrim",
        "trim",
        "upper",
    ];
    let calls = [
        ("atan2", "1, 2"),
        ("btrim", "' a '"),
        ("chr", "65"),
        ("coalesce", "NULL, 3"),
        ("concat", "'a', 'b'"),
        ("concat_ws", "'-', 'a', 'b'"),
        ("contains", "'ab', 'a'"),
        ("current_date", ""),
        ("current_timestamp", ""),
        ("now", ""),
        ("today", ""),
        ("pi", ""),
        ("date_bin", "INTERVAL '1 day', TIMESTAMP '2024-01-01T10:00:00'"),
        ("date_part", "'year', DATE '2024-01-01'"),
        ("datepart", "'year', DATE '2024-01-01'"),
        ("date_trunc", "'month', DATE '2024-01-05'"),
        ("datetrunc", "'month', DATE '2024-01-05'"),
        ("ends_with", "'ab', 'b'"),
        ("find_in_set", "'a', 'a,b'"),
        ("from_unixtime", "0"),
        ("gcd", "4, 6"),
        ("lcm", "4, 6"),
        ("greatest", "1, 3"),
        ("least", "1, 3"),
        ("ifnull", "NULL, 1"),
        ("nvl", "NULL, 1"),
        ("nvl2", "NULL, 1, 2"),
        ("nanvl", "1.0, 2.0"),
        ("nullif", "1, 1"),
        ("instr", "'ab', 'b'"),
        ("strpos", "'ab', 'b'"),
        ("left", "'abc', 2"),
        ("right", "'abc', 2"),
        ("levenshtein", "'a', 'b'"),
        ("log", "2, 8"),
        ("lpad", "'a', 3"),
        ("rpad", "'a', 3"),
        ("make_date", "2024, 1, 5"),
        ("mod", "7, 3"),
        ("power", "2, 3"),
        ("pow", "2, 3"),
        ("regexp_count", "'abab', 'b'"),
        ("regexp_instr", "'abab', 'b', 1, 2"),
        ("regexp_like", "'abab', 'b$'"),
        ("regexp_replace", "'abab', 'b', 'c', 'g'"),
        ("regexp_substr", "'abab', 'b.'"),
        ("repeat", "'a', 3"),
        ("replace", "'a', 'a', 'b'"),
        ("round", "2.345, 2"),
        ("split_part", "'a,b', ',', 2"),
        ("starts_with", "'ab', 'a'"),
        ("substr", "'abc', 2"),
        ("substring", "'abc', 2"),
        ("substr_index", "'a.b.c', '.', 2"),
        ("substring_index", "'a.b.c', '.', 2"),
        ("to_char", "DATE '2024-01-05', '%Y'"),
        ("to_date", "'2024-01-05'"),
        ("to_timestamp", "'2024-01-05T00:00:00'"),
        ("to_unixtime", "DATE '2024-01-05'"),
        ("translate", "'abc', 'a', 'z'"),
        ("trunc", "2.345, 1"),
        ("isnan", "1.0"),
        ("iszero", "0.0"),
        ("factorial", "5"),
        ("position", "'b' IN 'ab'"),
        ("overlay", "'abc' PLACING 'Z' FROM 2"),
        ("year", "DATE '2024-01-05'"),
        ("quarter", "DATE '2024-01-05'"),
        ("month", "DATE '2024-01-05'"),
        ("week", "DATE '2024-01-05'"),
        ("day", "DATE '2024-01-05'"),
        ("hour", "TIMESTAMP '2024-01-05 10:00:00'"),
        ("minute", "TIMESTAMP '2024-01-05 10:00:00'"),
        ("second", "TIMESTAMP '2024-01-05 10:00:00'"),
        ("acosh", "1.5"),
        ("date_format", "DATE '2024-01-05', '%Y'"),
        ("to_hex", "255"),
        ("to_timestamp_micros", "0"),
        ("to_timestamp_millis", "0"),
        ("to_timestamp_nanos", "0"),
        ("to_timestamp_seconds", "0"),
        ("bit_and", "1"),
        ("bit_or", "1"),
        ("bit_xor", "1"),
        ("regr_avgx", "Revenue, Revenue"),
        ("regr_avgy", "Revenue, Revenue"),
        ("regr_count", "Revenue, Revenue"),
        ("regr_intercept", "Revenue, Revenue"),
        ("regr_r2", "Revenue, Revenue"),
        ("regr_slope", "Revenue, Revenue"),
        ("regr_sxx", "Revenue, Revenue"),
        ("regr_sxy", "Revenue, Revenue"),
        ("regr_syy", "Revenue, Revenue"),
        ("corr", "Revenue, Revenue * Revenue"),
        ("covar", "Revenue, Revenue"),
        ("covar_pop", "Revenue, Revenue"),
        ("covar_samp", "Revenue, Revenue"),
        ("percentile_cont", "Revenue, 0.5"),
        ("quantile_cont", "Revenue, 0.5"),
        ("string_agg", "Store, ','"),
        ("bool_and", "Revenue > 0"),
        ("bool_or", "Revenue > 3"),
        ("grouping", "Store"),
        ("nth_value", "Revenue, 1"),
        ("ntile", "2"),
        ("cume_dist", ""),
        ("dense_rank", ""),
        ("percent_rank", ""),
        ("rank", ""),
        ("row_number", ""),
    ];
    for name in smalt_query::function_names() {
        let args = calls.iter().find(|(n, _)| n == name).map(|(_, a)| *a);
        let args = args.unwrap_or(if texts.contains(name) {
            "'ab'"
        } else if is_scalar(name) {
            "0.5"
        } else {
            "Revenue"
        });
        let windowed =
            ["cume_dist", "dense_rank", "lag", "lead", "nth_value", "ntile", "percent_rank", "rank", "row_number"].contains(name);
        let over = if windowed { " OVER (ORDER BY Revenue)" } else { "" };
        let group = if *name == "grouping" { " GROUP BY Store" } else { "" };
        let sql = format!("SELECT {name}({args}){over} AS x FROM Revenue{group}");
        assert!(ask(&view, &sql).is_ok(), "{sql}: {}", ask(&view, &sql).unwrap_err());
    }
}

fn is_scalar(name: &str) -> bool {
    let rows = ["avg", "count", "first_value", "last_value", "lag", "lead", "max", "mean", "median", "min", "sum"];
    !(rows.contains(&name) || name.starts_with("std") || name.starts_with("var"))
}

#[test]
fn grouping_and_windows() {
    let view = World::new().owner();
    check(
        &view,
        "SELECT Product.Category, Month.Quarter, SUM(Revenue) FROM Revenue GROUP BY 1, 2 ORDER BY 1, 2",
        "Product.Category|Month.Quarter|SUM(Revenue)\nFruit|2024-Q1|138.5\nFruit|2024-Q2|5\nVeg|2024-Q1|0.1\nVeg|2024-Q2|40",
    );
    check(
        &view,
        "SELECT Store.Country, COUNT(*), AVG(Revenue), MIN(Revenue), MAX(Revenue) FROM Revenue GROUP BY Store.Country HAVING COUNT(*) > 1 ORDER BY 1",
        "Store.Country|COUNT(*)|AVG(Revenue)|MIN(Revenue)|MAX(Revenue)\nJapan|2|5.05|0.1|10\nFrance|5|14.7|1.5|40",
    );
    check(
        &view,
        "SELECT Store, Month, SUM(Revenue) OVER (PARTITION BY Store ORDER BY Month) AS run FROM Revenue WHERE Store.Country = 'France' ORDER BY 1, 2",
        "Store|Month|run\nS1|2024-01|20\nS1|2024-02|27\nS1|2024-04|32\nS2|2024-01|1.5\nS2|2024-04|41.5",
    );
    check(
        &view,
        "SELECT Product, RANK() OVER w AS r FROM Revenue WHERE Month = '2024-01' WINDOW w AS (ORDER BY Revenue DESC) ORDER BY r",
        "Product|r\nPear|1:UInt64\nPear|2:UInt64\nApple|3:UInt64",
    );
    check(
        &view,
        "SELECT Product.Category AS c, COUNT(DISTINCT Store) AS n FROM Revenue GROUP BY ROLLUP (Product.Category) ORDER BY n, c",
        "c|n\nVeg|2\nFruit|4\n-|4",
    );
    check(
        &view,
        "SELECT Store, COUNT(*) FILTER (WHERE Revenue > 9) AS n FROM Revenue GROUP BY Store ORDER BY Store",
        "Store|n\nS3|1\nS1|1\nS2|1\nS4|1",
    );
    check(&view, "SELECT SUM(Revenue) / COUNT(*) AS a, SUM(Revenue * 2) AS b FROM Revenue", "a|b\n22.95|367.2");
    check(
        &view,
        "SELECT STRING_AGG(Product, ',' ORDER BY Product) AS p FROM (SELECT DISTINCT Product FROM Revenue) t",
        "p\nPear,Apple,Kale",
    );
    check(
        &view,
        "SELECT CASE WHEN Revenue > 9 THEN 'big' ELSE 'small' END AS size, COUNT(*) FROM Revenue GROUP BY size ORDER BY size",
        "size|COUNT(*)\nbig|4\nsmall|4",
    );
    check(&view, "SELECT MIN(Store), UPPER(MAX(Product)) FROM Revenue", "MIN(Store)|UPPER(MAX(Product))\nS1|PEAR");
}

#[test]
fn without_tables() {
    let view = World::new().owner();
    check(&view, "SELECT 1 + 1 AS two, 'x' || 'y', NULL", "two|'x' || 'y'|NULL\n2|xy|-");
    check(&view, "SELECT value * 2 AS v FROM generate_series(1, 3) ORDER BY v DESC", "v\n6\n4\n2");
    check(&view, "SELECT n.value FROM range(-1, 1) n", "value\n-1\n0");
    check(&view, "VALUES (1, 'a'), (2, NULL)", "column1|column2\n1|a\n2|-");
    check(&view, "SELECT * FROM (VALUES (3)) v (x) UNION ALL SELECT 4 UNION ALL VALUES (5) ORDER BY x LIMIT 2 OFFSET 1", "x\n4\n5");
    check(&view, "SELECT a.value, b.value FROM generate_series(1,2) a, generate_series(1,2) b WHERE a.value < b.value", "value|value\n1|2");
    check(
        &view,
        "SELECT UPPER('a'), ROUND(2.567, 2), COALESCE(NULL, 1), SUBSTRING('abcd' FROM 2 FOR 2), TRIM('  x ')",
        "UPPER('a')|ROUND(2.567, 2)|COALESCE(NULL, 1)|SUBSTRING('abcd' FROM 2 FOR 2)|TRIM('  x ')\nA|2.57|1|bc|x",
    );
    check(&view, "SELECT POSITION('c' IN 'abc') AS p, FLOOR(2.5) AS f, CAST('12' AS BIGINT) AS i, 7 / 2 AS d", "p|f|i|d\n3:Int32|2|12|3");
}

#[test]
fn headings_are_the_declared_names() {
    let view = World::new().owner();
    let answer = ask(&view, "SELECT store.country, r.Month.Quarter, revenue AS x, sum(revenue) OVER () FROM revenue r LIMIT 1").unwrap();
    let names: Vec<&str> = answer.columns().iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["Store.Country", "Month.Quarter", "x", "sum(revenue) OVER ()"]);
    let dimensions: Vec<Option<u32>> = answer.columns().iter().map(|c| c.dimension.map(|d| d.0)).collect();
    assert_eq!(dimensions, [Some(4), Some(8), None, None]);
    assert_eq!(text(&answer).lines().count(), 2);
    let empty = ask(&view, "SELECT Store FROM Revenue WHERE Store = 'nothing'").unwrap();
    assert_eq!((empty.row_count(), empty.schema().fields().len()), (0, 1));
}

#[test]
fn refusals_say_what_to_do() {
    let view = World::new().owner();
    for (sql, want) in [
        ("SELECT * FROM Revenu", "line 1, column 15: there is no table `Revenu`; is it `Revenue`?"),
        ("SELECT Stor FROM Revenue", "line 1, column 8: there is no table or column `Stor` here; is it `Store`?"),
        ("SELECT\n Store.Contry FROM Revenue", "line 2, column 2: there is no table or column `Store.Contry` here; is it `Store.Country`?"),
        ("SELECT * FROM Upside.Revenue", "line 1, column 15: there is no scenario `Upside`"),
        ("SELECT * FROM Revenue AS OF REVISION 3", "line 1, column 15: AS OF cannot be used in a query yet"),
        (
            "SELECT Product FROM Revenue r, Price p",
            "line 1, column 8: `Product` is a column of more than one table here; write the table's name or alias and a dot before it",
        ),
        ("SELECT * FROM Revenue, Revenue", "two tables are called `Revenue` here; give one of them an alias"),
        ("SELECT Store, SUM(Revenue) FROM Revenue", "line 1, column 8: `Revenue.Store` must be in GROUP BY or inside an aggregate"),
        ("SELECT FOO(Revenue) FROM Revenue", "line 1, column 8: there is no function `FOO`"),
        ("SELECT SMU(Revenue) FROM Revenue", "line 1, column 8: there is no function `SMU`; is it `SUM`?"),
        ("SELECT * FROM Revenue WHERE SUM(Revenue) > 1", "line 1, column 29: WHERE cannot hold an aggregate; use HAVING"),
        ("SELECT Store FROM Revenue ORDER BY 2", "line 1, column 36: there is no column 2 in SELECT, which has 1"),
        ("SELECT", "the query ends too early"),
        ("SELECT Store FROM Revenue JOIN Price", "line 1, column 32: this join has no condition; add ON or USING, or write CROSS JOIN"),
        ("SELECT 1 UNION SELECT 1, 2", "line 1, column 16: the sides of UNION have 1 and 2 columns; they must have as many"),
        ("SELECT RANK() FROM Revenue", "line 1, column 8: `RANK` needs OVER (…)"),
        ("SELECT 1; SELECT 2", "one query at a time"),
        ("", "there is no query here"),
        ("SELECT DISTINCT ON (Shop) Store FROM Revenue", "line 1, column 21: there is no table or column `Shop` here"),
        ("SELECT Store FROM Revenue LIMIT 1 + 1", "line 1, column 33: LIMIT and OFFSET take a whole number from 0"),
    ] {
        let got = ask(&view, sql).map(|a| text(&a)).map_err(|e| e.to_string());
        assert_eq!(got, Err(want.to_owned()), "{sql}");
    }
    refuse(&view, "SELECT 1 / 0", "division by zero");
    refuse(&view, "SELECT 1 - Store FROM Revenue", "line 1, column 8: `-` does not take INTEGER and TEXT");
    refuse(&view, "SELECT CAST('x' AS BIGINT)", "line 1, column 13: a value cannot be converted to the type that the query asks for");
}
