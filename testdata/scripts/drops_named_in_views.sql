-- A scenario and a snapshot stay while a view names them.
CREATE DIMENSION Store (Code TEXT);
INSERT INTO Store VALUES ('S1');
CREATE METRIC Sales NUMBER BY (Store);
INSERT INTO Sales VALUES ('S1', 1);
CREATE SCENARIO Upside;
CREATE SCENARIO Downside;
CREATE SNAPSHOT "Budget 2024";
CREATE SNAPSHOT Other;
UPDATE Sales SET Sales = 2;
CREATE VIEW Compared AS SELECT u.Store, u.Sales - b.Sales AS More FROM UPSIDE.Sales u JOIN Sales AS OF SNAPSHOT "budget 2024" AS b USING (Store);
CREATE VIEW Outer AS SELECT More FROM Compared;
SELECT * FROM Outer;

DROP SCENARIO Upside;

DROP SNAPSHOT "Budget 2024";

DROP SCENARIO Downside;

DROP SNAPSHOT Other;

DROP VIEW Outer;
DROP SCENARIO upside;

DROP VIEW Compared;
DROP SCENARIO Upside;
DROP SNAPSHOT "Budget 2024";
SHOW SCENARIOS;
