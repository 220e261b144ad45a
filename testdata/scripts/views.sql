-- A view is a query that has a name. It is bound with the rights of who asks it, never of who made it.
CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Name TEXT, Country Country, Rent NUMBER);
CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month);
INSERT INTO Region VALUES ('EMEA'), ('APAC');
INSERT INTO Country VALUES ('France', 'EMEA'), ('Germany', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Store VALUES ('S1', 'France', 10), ('S2', 'France', 20), ('S3', 'Germany', 30), ('S4', 'Japan', 40);
CREATE METRIC Revenue NUMBER BY (Store, Month);
CREATE METRIC Cost NUMBER BY (Store, Month);
INSERT INTO Revenue VALUES ('S1', '2024-01', 10), ('S1', '2024-02', 20), ('S2', '2024-01', 5), ('S3', '2024-02', 7), ('S4', '2024-01', 100);
INSERT INTO Cost VALUES ('S1', '2024-01', 4), ('S4', '2024-03', 50);
CREATE LIST Ledger (Store Store, Amount NUMBER);
INSERT INTO Ledger VALUES ('S1', 1), ('S4', 2);

CREATE VIEW "By Country" AS SELECT Store.Country AS Country, SUM(Revenue) AS Total FROM Revenue GROUP BY 1;
SELECT * FROM "By Country" ORDER BY Country;
-- A column of items stays one: paths go on from it.
SELECT Country.Region, SUM(Total) AS Total FROM "By Country" GROUP BY 1 ORDER BY 1;
SELECT c.Country, c.Total FROM Base."by country" c WHERE c.Total > 10 ORDER BY 2;

CREATE VIEW Named (Place, Sum) AS SELECT Country, Total * 2 FROM "By Country";
SELECT * FROM Named ORDER BY Place DESC;
DESCRIBE Named;
SHOW VIEWS;

-- Nothing around a view has a say in it.
WITH Revenue AS (SELECT 1 AS one) SELECT SUM(Total) AS Total FROM "By Country";

-- In one transaction, and taken back.
BEGIN;
CREATE METRIC Plan NUMBER BY (Store);
CREATE VIEW Planned AS SELECT COUNT(*) AS Count FROM Plan;
INSERT INTO Plan VALUES ('S1', 1);
SELECT * FROM Planned;
ROLLBACK;
SELECT * FROM Planned;

CREATE VIEW Wrong AS SELECT Nothing FROM Revenue;

CREATE VIEW Wrong AS SELECT Store, SUM(Revenue) FROM Revenue;

CREATE VIEW Wrong AS SELECT a.Store, b.Store FROM Revenue a JOIN Cost b USING (Month);

CREATE VIEW Wrong (a) AS SELECT 1, 2;

CREATE VIEW Wrong (a, A) AS SELECT 1, 2;

CREATE VIEW Wrong AS SELECT * FROM Wrong;

CREATE VIEW Revenue AS SELECT 1 AS One;

CREATE METRIC Named NUMBER;

CREATE VIEW Named AS SELECT 1 AS One;

-- What a view reads stays, under its name.
DROP METRIC Revenue;

DROP VIEW "By Country";

ALTER METRIC Revenue RENAME TO Sales;

ALTER DIMENSION Store DROP PROPERTY Country;

ALTER DIMENSION Store RENAME PROPERTY Country TO Land;

ALTER DIMENSION Country RENAME TO Land;

ALTER VIEW "By Country" RENAME TO Countries;

ALTER VIEW "By Country" AS SELECT Store.Country AS Land, SUM(Revenue) AS Total FROM Revenue GROUP BY 1;

ALTER VIEW "By Country" AS SELECT * FROM Named;

ALTER VIEW Missing AS SELECT 1 AS One;

DROP VIEW Revenue;

DROP TABLE Named;

DROP METRIC Named;

INSERT INTO Named VALUES ('France', 1);

DELETE FROM Named;

CREATE METRIC Double NUMBER BY (Store) AS Named * 2;

ALTER VIEW "By Country" AS SELECT Store.Country AS Country, SUM(Revenue) + 1 AS Total FROM Revenue GROUP BY 1;
SELECT * FROM Named ORDER BY Place;
ALTER VIEW Named RENAME TO Twice;
SELECT COUNT(*) AS Rows FROM Twice;
DROP VIEW Twice;
DROP VIEW "By Country";
SHOW VIEWS;

-- Views that read one another are bounded.
CREATE VIEW v1 AS SELECT 1 AS n;
CREATE VIEW v2 AS SELECT a.n FROM v1 a, v1 b;
CREATE VIEW v3 AS SELECT a.n FROM v2 a, v2 b;
CREATE VIEW v4 AS SELECT a.n FROM v3 a, v3 b;
CREATE VIEW v5 AS SELECT a.n FROM v4 a, v4 b;
CREATE VIEW v6 AS SELECT a.n FROM v5 a, v5 b;
CREATE VIEW v7 AS SELECT a.n FROM v6 a, v6 b;
CREATE VIEW v8 AS SELECT a.n FROM v7 a, v7 b;

CREATE VIEW w1 AS SELECT 1 AS n;
CREATE VIEW w2 AS SELECT * FROM w1;
CREATE VIEW w3 AS SELECT * FROM w2;
CREATE VIEW w4 AS SELECT * FROM w3;
CREATE VIEW w5 AS SELECT * FROM w4;
CREATE VIEW w6 AS SELECT * FROM w5;
CREATE VIEW w7 AS SELECT * FROM w6;
CREATE VIEW w8 AS SELECT * FROM w7;
CREATE VIEW w9 AS SELECT * FROM w8;
CREATE VIEW w10 AS SELECT * FROM w9;
CREATE VIEW w11 AS SELECT * FROM w10;
CREATE VIEW w12 AS SELECT * FROM w11;
CREATE VIEW w13 AS SELECT * FROM w12;
CREATE VIEW w14 AS SELECT * FROM w13;
CREATE VIEW w15 AS SELECT * FROM w14;
CREATE VIEW w16 AS SELECT * FROM w15;
CREATE VIEW w17 AS SELECT * FROM w16;

SELECT * FROM w16;
CREATE VIEW w18 AS SELECT * FROM w17;

ALTER VIEW w1 AS SELECT * FROM w3;
