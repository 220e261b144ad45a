-- Each scenario is added up by itself; one without cells has no groups.
CREATE DIMENSION S (Code TEXT, Land TEXT);
INSERT INTO S VALUES ('a', 'x'), ('b', 'x'), ('c', 'y');
CREATE METRIC P NUMBER BY (S);
INSERT INTO P VALUES ('a', 1), ('b', 2), ('c', 4);
CREATE METRIC I INTEGER BY (S) AS ROUND(P) * 1;
CREATE TABLE T OF (P);
CREATE VIEW V AS SELECT * FROM P;
CREATE SCENARIO Up;
CREATE SCENARIO Empty;
UPDATE Up.P SET P = P * 10;
DELETE FROM Empty.P;

SELECT Scenario, SUM(P), AVG(P), MIN(P), MAX(P), COUNT(*), COUNT(P) FROM all_scenarios.P GROUP BY Scenario ORDER BY Scenario;

SELECT S.Land, Scenario, SUM(P) AS Total FROM all_scenarios.P GROUP BY 2, 1 ORDER BY 1, 2;

SELECT Scenario, COUNT(*) FROM all_scenarios.P WHERE S.Land = 'x' GROUP BY 1 ORDER BY 1;

SELECT S.Land, SUM(P) FROM all_scenarios.P GROUP BY 1 ORDER BY 1;

SELECT SUM(P) FROM all_scenarios.P;

SELECT Scenario, SUM(P + 1) FROM all_scenarios.P GROUP BY 1 ORDER BY 1;

SELECT Scenario FROM all_scenarios.P GROUP BY 1 ORDER BY 1;

EXPLAIN SELECT Scenario, S.Land, SUM(P) FROM all_scenarios.P GROUP BY 1, 2;

SELECT * FROM all_scenarios.T;

SELECT * FROM all_scenarios.V;

SELECT * FROM all_scenarios.S;

SELECT S.Land FROM (SELECT MAX(S) AS S FROM P) x;
