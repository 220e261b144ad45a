-- DISTINCT ON keeps the first row of each key, in the order of the query; where that says nothing, by coordinates.
CREATE DIMENSION Country (Name TEXT);
CREATE DIMENSION Store (Code TEXT, Country Country);
CREATE CALENDAR FROM '2024-01-01' TO '2024-04-30' LEVELS (Month);
INSERT INTO Country VALUES ('Japan'), ('France');
INSERT INTO Store VALUES ('S3', 'Japan'), ('S1', 'France'), ('S2', 'France');
CREATE METRIC Sales NUMBER BY (Store, Month);
INSERT INTO Sales VALUES ('S1', '2024-01', 10), ('S1', '2024-03', 5), ('S2', '2024-02', 7), ('S2', '2024-04', 7), ('S3', '2024-01', 1), ('S3', '2024-02', 3);
CREATE LIST Ledger (Store Store, Amount NUMBER, Memo TEXT);
INSERT INTO Ledger VALUES ('S1', 5, 'b'), ('S1', 5, 'a'), (NULL, 1, 'c'), (NULL, 2, 'd'), ('S2', NULL, 'e');

SELECT DISTINCT ON (Store) Store, Month, Sales FROM Sales ORDER BY Store, Month DESC;
SELECT DISTINCT ON (Store) Store, Month FROM Sales ORDER BY Store;
SELECT DISTINCT ON (Store.Country) Store.Country, Store, Month, Sales FROM Sales ORDER BY Store.Country, Sales DESC;
SELECT DISTINCT ON (1) Month, Sales FROM Sales ORDER BY 1 DESC, Sales;
SELECT DISTINCT ON (Store.Country, Month) Month, Store FROM Sales ORDER BY Month, Store.Country;
-- the order need not begin with the keys
SELECT DISTINCT ON (Store) Store, Sales FROM Sales ORDER BY Sales DESC;
SELECT DISTINCT ON (Store) Store, Sales FROM Sales ORDER BY Sales DESC LIMIT 1;
SELECT COUNT(*) AS n FROM (SELECT DISTINCT ON (Store.Country) Store FROM Sales) t;
-- what is not in SELECT
SELECT DISTINCT ON (Store.Country) Sales FROM Sales ORDER BY Store.Country, Store DESC, Month DESC;
-- groups, windows, joins, set operations
SELECT DISTINCT ON (Store.Country) Store.Country, Store, SUM(Sales) AS Total FROM Sales GROUP BY 1, 2 ORDER BY 1, 3 DESC;
SELECT DISTINCT ON (Store) Store, SUM(Sales) OVER (PARTITION BY Store) AS Total FROM Sales ORDER BY Store, Month;
SELECT DISTINCT ON (s.Store) s.Store, l.Memo FROM Sales s LEFT JOIN Ledger l ON s.Store = l.Store ORDER BY s.Store, l.Memo;
SELECT DISTINCT ON (Store) Store FROM Sales UNION ALL SELECT DISTINCT ON (Month) Month FROM Sales;
-- rows of a list, with and without an item
SELECT DISTINCT ON (Store) Store, Amount, Memo FROM Ledger ORDER BY Store, Amount DESC;
SELECT DISTINCT ON (LOWER(Memo) < 'c') Memo FROM Ledger ORDER BY Memo DESC;
SELECT DISTINCT ON (Store) Store AS Shop, Month FROM Sales QUALIFY ROW_NUMBER() OVER (PARTITION BY Store ORDER BY Month) = 2 ORDER BY Shop;
SELECT ALL Store FROM Sales ORDER BY Sales LIMIT 2;

SELECT DISTINCT ON (SUM(Sales)) Store FROM Sales;

SELECT DISTINCT ON (Shop) Store FROM Sales;

SELECT DISTINCT ON (3) Store FROM Sales;
