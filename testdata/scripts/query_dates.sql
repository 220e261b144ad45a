-- A date for an item of a calendar means the period that holds it, whatever gives the date: a column, a property, a value, an expression.
CREATE CALENDAR FROM '2024-01-01' TO '2024-06-30' LEVELS (Month, Quarter);
CREATE DIMENSION Store (Code TEXT, Opened DATE);
INSERT INTO Store VALUES ('S1', '2024-01-15'), ('S2', '2024-03-01'), ('S3', NULL), ('S4', '2023-05-05');
CREATE LIST Ledger (Store Store, Posted DATE, Amount NUMBER);
INSERT INTO Ledger VALUES ('S1', '2024-01-31', 1), ('S1', '2024-02-01', 2), ('S2', '2024-06-30', 3), ('S2', NULL, 4), ('S3', '2025-01-01', 5);
CREATE METRIC Plan NUMBER BY (Month);
INSERT INTO Plan VALUES ('2024-01', 10), ('2024-02', 20), ('2024-03', 30), ('2024-06', 60);
CREATE METRIC Sales NUMBER BY (Store, Month);
INSERT INTO Sales VALUES ('S1', '2024-01', 1), ('S1', '2024-03', 3), ('S2', '2024-02', 5), ('S2', '2024-04', 7), ('S3', '2024-01', 9), ('S4', '2024-01', 11);
CREATE METRIC Launch DATE BY (Store);
INSERT INTO Launch VALUES ('S1', '2024-03-20'), ('S2', '2024-04-01');

-- a column of a list
SELECT p.Month, l.Store, l.Amount FROM Plan p JOIN Ledger l ON p.Month = l.Posted ORDER BY 1, 2, 3;
SELECT p.Month, l.Amount FROM Plan p JOIN Ledger l ON l.Posted = p.Month ORDER BY 1, 2;
SELECT COUNT(*) AS n FROM Plan p, Ledger l WHERE p.Month < l.Posted;
SELECT COUNT(*) AS n FROM Plan p, Ledger l WHERE l.Posted >= p.Month;

-- a property of an item, and its items
SELECT Store, Month, Sales FROM Sales WHERE Month = Store.Opened;
SELECT Store, Month, Sales FROM Sales WHERE Month > Store.Opened ORDER BY Store, Month;
SELECT Store, Month FROM Sales WHERE Month.Quarter = Store.Opened ORDER BY Store, Month;
SELECT Store, Month FROM Sales WHERE Month BETWEEN Store.Opened AND DATE '2024-03-31' ORDER BY Store, Month;
SELECT Store, Month FROM Sales WHERE Month NOT IN (Store.Opened, DATE '2024-02-29') ORDER BY Store, Month;
SELECT Store, Month FROM Sales WHERE Store.Opened + INTERVAL '2' MONTH = Month ORDER BY Store, Month;
SELECT Store, Month FROM Sales WHERE Month = CASE WHEN Store = 'S1' THEN Store.Opened ELSE DATE '2024-02-10' END ORDER BY Store, Month;

-- the values of a metric, columns of a subquery, of WITH and of a view, an aggregate
SELECT s.Store, s.Month FROM Sales s JOIN Launch l ON s.Store = l.Store AND s.Month >= l.Launch ORDER BY 1, 2;
SELECT s.Month FROM Sales s JOIN (SELECT Store AS Shop, MIN(Posted) AS First FROM Ledger GROUP BY 1) f ON s.Store = f.Shop AND s.Month = f.First;
WITH f AS (SELECT Store, Posted AS Day FROM Ledger) SELECT COUNT(*) AS n FROM Plan p JOIN f ON p.Month = f.Day;
CREATE VIEW Days AS SELECT Posted FROM Ledger;
SELECT COUNT(*) AS n FROM Plan p JOIN Days d ON p.Month = d.Posted;
SELECT Month, Plan FROM Plan WHERE Month = (SELECT MAX(Posted) FROM Ledger WHERE Store = 'S2');
SELECT p.Month FROM Plan p WHERE EXISTS (SELECT 1 FROM Ledger l WHERE p.Month = l.Posted) ORDER BY 1;
SELECT COUNT(*) AS n FROM Plan p FULL JOIN Ledger l ON p.Month = l.Posted;

-- in changes too
UPDATE Sales SET Sales = 100 WHERE Month = Store.Opened;
SELECT Store, Month FROM Sales WHERE Sales = 100;

SELECT Month FROM Plan WHERE Month IN (SELECT Posted FROM Ledger);

SELECT Store FROM Sales WHERE Store = CURRENT_DATE;
