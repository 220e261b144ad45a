-- Tables and views that are asked as of a moment are what they were then; one that is younger is what it is now, over what was then.
CREATE DIMENSION Country (Name TEXT);
CREATE DIMENSION Store (Code TEXT, Country Country);
INSERT INTO Country VALUES ('France'), ('Japan');
INSERT INTO Store VALUES ('S1', 'France'), ('S2', 'Japan');
CREATE METRIC Revenue NUMBER BY (Store);
CREATE METRIC Cost NUMBER BY (Store);
INSERT INTO Revenue VALUES ('S1', 10), ('S2', 20);
INSERT INTO Cost VALUES ('S1', 4);
CREATE TABLE PnL OF (Revenue, Cost);
CREATE VIEW Totals AS SELECT SUM(Revenue) AS Total FROM Revenue;
CREATE VIEW Shown AS SELECT Total FROM Totals;
CREATE SNAPSHOT Then;
-- 13 commits up to here
UPDATE Revenue SET Revenue = 100 WHERE Store = 'S1';
ALTER METRIC Cost RENAME TO Expense;
ALTER TABLE PnL OF (Expense);
ALTER VIEW Totals AS SELECT COUNT(*) AS Total FROM Revenue;
CREATE VIEW Young AS SELECT MAX(Revenue) AS Most FROM Revenue;
UPDATE Store SET Country = 'France' WHERE Code = 'S2';

SELECT * FROM PnL ORDER BY Store;
SELECT * FROM PnL AS OF SNAPSHOT Then ORDER BY Store;
SELECT Store, Cost FROM PnL AS OF REVISION 13 ORDER BY Store;
SELECT Store.Country, SUM(Revenue) AS Revenue FROM PnL AS OF SNAPSHOT Then GROUP BY 1 ORDER BY 1;
SELECT * FROM Totals;
SELECT * FROM Totals AS OF SNAPSHOT Then;
-- a view that another one reads, and one that was not there
SELECT * FROM Shown;
SELECT * FROM Shown AS OF SNAPSHOT Then;
SELECT * FROM Young;
SELECT * FROM Young AS OF SNAPSHOT Then;
-- dropped since, and another thing under its name
DROP VIEW Shown;
DROP TABLE PnL;
CREATE VIEW PnL AS SELECT 1 AS One;
SELECT * FROM Shown AS OF SNAPSHOT Then;
SELECT * FROM PnL AS OF SNAPSHOT Then ORDER BY Store;
SELECT * FROM PnL;
EXPLAIN SELECT Total FROM Totals AS OF SNAPSHOT Then;

SELECT * FROM Nothing AS OF SNAPSHOT Then;

SELECT Expense FROM PnL AS OF SNAPSHOT Then;

-- scenarios inside of a view are of the moment too
CREATE SCENARIO Up;
UPDATE Up.Revenue SET Revenue = 1000 WHERE Store = 'S1';
CREATE VIEW Best AS SELECT SUM(Revenue) AS Total FROM Up.Revenue;
CREATE VIEW Everywhere AS SELECT Scenario, SUM(Revenue) AS Total FROM all_scenarios.Revenue GROUP BY 1;
CREATE SNAPSHOT Later;
UPDATE Up.Revenue SET Revenue = 0;
SELECT * FROM Best;
SELECT * FROM Best AS OF SNAPSHOT Later;
SELECT * FROM Everywhere ORDER BY 1;

SELECT * FROM Best AS OF SNAPSHOT Then;

SELECT * FROM Everywhere AS OF SNAPSHOT Later;
