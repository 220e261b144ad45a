-- Tables, views and comments are the same in all scenarios, whenever they are made, changed and dropped.
CREATE DIMENSION Store (Code TEXT);
INSERT INTO Store VALUES ('S1'), ('S2');
CREATE METRIC Sales NUMBER BY (Store);
INSERT INTO Sales VALUES ('S1', 7), ('S2', 8);
CREATE METRIC Twice NUMBER BY (Store) AS Sales * 2;
CREATE SCENARIO Plain;
CREATE SCENARIO Own;
ALTER METRIC Twice IN SCENARIO Own AS Sales * 3;
CREATE VIEW Total AS SELECT SUM(Twice) AS Total FROM Twice;
CREATE TABLE Both OF (Sales, Twice);
COMMENT ON METRIC Sales IS 'sold';

USE SCENARIO Plain;
SELECT * FROM Total;
USE SCENARIO Own;
SELECT * FROM Total;
SELECT * FROM Both WHERE Store = 'S1';
DESCRIBE Sales;

ALTER VIEW Total AS SELECT MAX(Twice) AS Total FROM Twice;
SELECT * FROM Total;
USE SCENARIO Base;
ALTER VIEW Total AS SELECT MIN(Twice) AS Total FROM Twice;
USE SCENARIO Own;
SELECT * FROM Total;
DROP VIEW Total;

SELECT * FROM Total;

USE SCENARIO Plain;
SELECT * FROM Total;
