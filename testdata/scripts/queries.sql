CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country);
INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA'), ('Germany', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Store (Code, Label, Country) VALUES ('S1', 'Paris', 'France'), ('S2', 'Lyon', 'France'), ('S3', 'Berlin', 'Germany'), ('S4', 'Tokyo', 'Japan');
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
CREATE METRIC Revenue NUMBER BY (Store, Month);
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 10), ('S1', '2024-04', 20), ('S2', '2024-01', 5), ('S3', '2024-02', 7), ('S4', '2024-01', 100);

SELECT * FROM Revenue;

SELECT Store.Country, Month.Quarter, SUM(Revenue) FROM Revenue GROUP BY 1, 2 ORDER BY 1, 2;

SELECT store.country.region AS Region, SUM(revenue) AS Total FROM revenue GROUP BY 1 ORDER BY 2 DESC;

SELECT "Store.Country" AS C, COUNT(*) AS N FROM Revenue WHERE Month = '2024-01' GROUP BY 1 HAVING COUNT(*) > 1;

-- dimension columns sort by item order, texts by letters
SELECT DISTINCT Store.Country.Region FROM Revenue ORDER BY 1;

SELECT Name FROM Region ORDER BY Name;

SELECT Store, Store.Position FROM Revenue WHERE Month = '2024-01' ORDER BY Store DESC;

SELECT * FROM Store;

SELECT s.Label, r.Revenue FROM Store s LEFT JOIN Revenue r ON r.Store = s.Code AND r.Month = '2024-02' ORDER BY s.Position;

SELECT COUNT(*) AS N FROM Revenue WHERE Store = 'nothing';

WITH t AS (SELECT Store, SUM(Revenue) AS S FROM Revenue GROUP BY 1) SELECT Store, S, RANK() OVER (ORDER BY S DESC) AS R FROM t ORDER BY 3;

SELECT * FROM Revenu;

SELECT Reven FROM Revenue;

SELECT * FROM Base.Revenue WHERE Store = 'S4';

-- all columns but some, as DataFusion has it; and the set operation of the same word
SELECT * EXCEPT (Month) FROM Revenue WHERE Store = 'S1' ORDER BY 2;
SELECT r.* EXCLUDE month, s.* EXCEPT (Code, Country) FROM Revenue r JOIN Store s ON r.Store = s.Code ORDER BY 1, 2;
SELECT * FROM Region EXCEPT SELECT 'EMEA';

SELECT * EXCLUDE (Nothing) FROM Revenue;

SELECT * EXCEPT (Code, Label, Country) FROM Store;

-- everything that SELECT does not add up is grouped by
SELECT Store.Country, Month, COUNT(*) AS Cells, SUM(Revenue) * 2 AS Twice FROM Revenue GROUP BY ALL ORDER BY 1, 2;

SELECT Month FROM Revenue GROUP BY ALL ORDER BY 1;

SELECT SUM(Revenue) FROM Revenue GROUP BY ALL;

-- more functions of groups and of rows
SELECT BIT_AND(value), BIT_OR(value), BIT_XOR(value), REGR_SLOPE(value * 2, value), REGR_COUNT(1, value), TO_HEX(MAX(value) * 51) FROM generate_series(4, 5);
SELECT 6 & 3, 6 | 3, 6 ^ 3, 1 << 5, 96 >> 2, 1 + 2 & 2;

-- a day stands for the period that holds it, however it is said, and beside groups too
SELECT Month, SUM(Revenue) AS Total FROM Revenue GROUP BY Month HAVING Month >= DATE '2024-02-15' ORDER BY Month;
SELECT CASE WHEN Month < DATE '2024-02-01' THEN 'early' ELSE 'late' END AS Part, Month, SUM(Revenue) AS Total FROM Revenue GROUP BY Month ORDER BY Month = DATE '2024-02-03', Month;
SELECT Store, Month FROM Revenue WHERE Month = MAKE_DATE(2024, 1, 17) OR Month = DATE '2024-05-03' - INTERVAL '1 month' ORDER BY 1, 2;
SELECT COUNT(*) FROM Revenue WHERE Month <= CURRENT_DATE AND Month >= DATE_TRUNC('year', DATE '2024-07-01');

-- a path between quotes, wherever it starts
CREATE METRIC Budget NUMBER BY (Store, Month);
INSERT INTO Budget (Store, Month, Budget) VALUES ('S1', '2024-01', 12), ('S4', '2024-02', 90);
CREATE VIEW "By store" AS SELECT Store, SUM(Revenue) AS Revenue FROM Revenue GROUP BY Store;
CREATE TABLE Both OF (Revenue, Budget);
SELECT Store, "Store.Country", b.Revenue, Budget FROM "By store" b FULL JOIN (SELECT Store, SUM(Budget) AS Budget FROM Budget GROUP BY 1) t USING (Store) ORDER BY 1;
SELECT "Store.Country.Region" AS R, SUM(Revenue), SUM(Budget) FROM Revenue FULL JOIN Budget USING (Store, Month) GROUP BY 1 ORDER BY 1;
SELECT "Store.Country", Both."Month.Quarter", Budget FROM Both ORDER BY 1, 2, 3;

-- a moment stands in a heading as it was written
SELECT (SELECT MAX(Revenue) FROM Revenue AS OF REVISION 10), (SELECT 1 AS "a'b" FROM Revenue AS OF REVISION 10 LIMIT 1);

SELECT * FROM Revenue FOR SYSTEM_TIME AS OF REVISION 10;

SELECT COUNT(*) FROM information_schema.tables AS OF REVISION 1;

-- in a transaction, the newest revision is what it was before
BEGIN;
DELETE FROM Budget;
SELECT * FROM Budget AS OF REVISION 13;
INSERT INTO Budget SELECT Store, Month, Budget + 1 FROM Budget AS OF REVISION 13;
COMMIT;
SELECT * FROM Budget;

-- a snapshot keeps the cells of a scenario whose name is used again
CREATE SCENARIO Upside; CREATE SNAPSHOT before_it; DROP SCENARIO Upside; CREATE SCENARIO Upside;
SELECT COUNT(*) FROM Upside.Revenue AS OF SNAPSHOT before_it;

-- regular expressions, with the arguments that PostgreSQL gives them
SELECT REGEXP_LIKE('Shoes 42', '^S.*[0-9]{2}$'), REGEXP_LIKE('shoes', 'SHOES', 'i'), REGEXP_LIKE(NULL, 'x'), REGEXP_LIKE('x', NULL);
SELECT 'Shoes' ~ '^S', 'Shoes' ~ '^s', 'Shoes' ~* '^s', 'Shoes' !~ '^s', 'Shoes' !~* '^s', 'Shoes' RLIKE 'oe', 'Shoes' NOT RLIKE 'oe';
SELECT REGEXP_COUNT('ABCABCAXYaxy', 'A.'), REGEXP_COUNT('ABCABCAXYaxy', 'A.', 1, 'i'), REGEXP_COUNT('ABCABC', 'A', 2), REGEXP_COUNT('abc', '^b', 2), REGEXP_COUNT('abc', 'x*'), REGEXP_COUNT('', 'x*'), REGEXP_COUNT('abc', 'b', 9);
SELECT REGEXP_INSTR('ABCDEF', 'c(.)(..)', 1, 1, 0, 'i'), REGEXP_INSTR('ABCDEF', 'C', 1, 1, 1), REGEXP_INSTR('ABCABC', 'A', 1, 2), REGEXP_INSTR('ABC', 'x'), REGEXP_INSTR('éàü', 'ü');
SELECT REGEXP_SUBSTR('ABCDEF', 'c(.)', 1, 1, 'i'), REGEXP_SUBSTR('a1b22c333', '[0-9]+', 1, 3), REGEXP_SUBSTR('abc', 'x');
SELECT REGEXP_REPLACE('Thomas', '.[mN]a.', 'M'), REGEXP_REPLACE('foobarbaz', 'b..', 'X'), REGEXP_REPLACE('foobarbaz', 'b..', 'X', 'g'), REGEXP_REPLACE('foobarbaz', 'b(..)', 'X\1Y', 'g'), REGEXP_REPLACE('ab', '(a)(b)', '\2\1 \& $1 \\'), REGEXP_REPLACE('abc', '', '-', 'g');
SELECT LENGTH(REGEXP_REPLACE(REPEAT('ab', 20000), 'a', 'xy', 'g'));
SELECT Store, REGEXP_REPLACE(Store, '^(.).*', '\1.') AS Short, COUNT(*) AS Cells FROM Revenue WHERE Store ~ '[12]$' GROUP BY ALL ORDER BY 1;

SELECT REGEXP_LIKE('x', '(');

SELECT REGEXP_LIKE('x', 'x{1000}{1000}');

SELECT REGEXP_LIKE('x', 'x', 'g');

SELECT REGEXP_LIKE('x');

SELECT REGEXP_COUNT('x', 'x', 0);

SELECT REGEXP_COUNT('x', 'x', 'i');

SELECT REGEXP_LIKE(Store, Store) FROM Revenue;

SELECT 'x' SIMILAR TO ('x' || 'y');
