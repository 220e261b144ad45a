-- Scenarios: input branches, blocks and items are shared, and a formula may be one scenario's own.
CREATE DIMENSION Product (Code TEXT, Kind TEXT);
INSERT INTO Product VALUES ('P1', 'a'), ('P2', 'a'), ('P3', 'b');
CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month, Quarter);
CREATE METRIC Volume NUMBER BY (Product, Month);
CREATE METRIC Price NUMBER BY (Product);
CREATE METRIC Revenue NUMBER BY (Product, Month) AS Volume * Price;
CREATE METRIC Total NUMBER BY (Month) AS Revenue[REMOVE SUM: Product];
CREATE LIST Ledger (Product Product, Amount NUMBER);
INSERT INTO Price VALUES ('P1', 10), ('P2', 20), ('P3', 30);
INSERT INTO Volume VALUES ('P1', '2024-01', 1), ('P2', '2024-01', 2), ('P3', '2024-02', 3);
CREATE SCENARIO Upside FROM Base;
CREATE SCENARIO "Worst case";
SHOW SCENARIOS;

-- cells are written in the scenario in use, and only there
USE SCENARIO Upside;

UPDATE Volume SET Volume = Volume * 2 WHERE Product = 'P1';

SELECT * FROM Total;

SELECT * FROM Base.Total;

SELECT * FROM "Worst case".Total;

-- a scenario is a schema, and all of them are one
SELECT Scenario, SUM(Revenue) FROM all_scenarios.Revenue GROUP BY Scenario ORDER BY 2 DESC, 1;

SELECT * FROM all_scenarios.Revenue WHERE Product = 'P1' AND Scenario <> 'Base';

SELECT Scenario, Product.Kind, SUM(Revenue) FROM all_scenarios.Revenue WHERE Month.Quarter = '2024-Q1' GROUP BY 1, 2 ORDER BY 1, 2;

SELECT u.Product, u.Revenue - b.Revenue AS More FROM Upside.Revenue u JOIN Base.Revenue b USING (Product, Month);

SELECT Upside.Revenue.Product, Upside.Revenue.Revenue FROM Upside.Revenue WHERE Product = 'P2';

SELECT * FROM all_scenarios.Product;

SELECT * FROM Nowhere.Revenue;

-- a formula of its own: the metric's own name means its input
USE SCENARIO Base;

ALTER METRIC Price IN SCENARIO Upside AS Price * 1.5;

SELECT * FROM Upside.Price;

SELECT * FROM Price;

SELECT * FROM Upside.Total;

USE SCENARIO Upside;

SHOW FORMULA Price;

UPDATE Price SET Price = 1;

EVALUATE Total * 2;

-- its input goes on beneath it, and is there again without it
USE SCENARIO Base;

UPDATE Price SET Price = 11 WHERE Product = 'P1';

SELECT * FROM Upside.Price;

ALTER METRIC Price IN SCENARIO Upside DROP FORMULA;

SELECT * FROM Upside.Price;

ALTER METRIC Price IN SCENARIO Upside DROP FORMULA;

-- of a metric that is computed everywhere, the formula alone is another one
ALTER METRIC Total IN SCENARIO Upside AS Revenue[REMOVE MAX: Product];

SELECT * FROM Upside.Total;

ALTER METRIC Total IN SCENARIO Upside AS Total * 2;

ALTER METRIC Total IN SCENARIO Base AS Revenue[REMOVE MAX: Product];

ALTER METRIC Revenue AS Volume * Price * 2;

SELECT * FROM all_scenarios.Total;

ALTER METRIC Total IN SCENARIO Upside DROP FORMULA;

SELECT * FROM all_scenarios.Total;

DROP METRIC Price;

-- items, lists and blocks are the same everywhere, whichever scenario is in use
USE SCENARIO Upside;

INSERT INTO Product VALUES ('P4', 'b');

INSERT INTO Volume VALUES ('P4', '2024-03', 5);

INSERT INTO Price VALUES ('P4', 7);

INSERT INTO Ledger VALUES ('P4', 3);

CREATE METRIC Booked NUMBER BY (Product) AS Ledger.Amount[BY SUM: Ledger.Product];

SELECT * FROM "Worst case".Booked;

SELECT * FROM all_scenarios.Total;

DELETE FROM Product WHERE Code = 'P1';

SELECT * FROM all_scenarios.Revenue;

SELECT * FROM Base.Ledger;

-- read only
ALTER SCENARIO Upside SET READ ONLY;

UPDATE Volume SET Volume = 1;

ALTER METRIC Price IN SCENARIO Upside AS Price * 2;

MERGE SCENARIO Base INTO Upside;

INSERT INTO Product VALUES ('P5', 'b');

ALTER SCENARIO Upside SET READ WRITE;

UPDATE Volume SET Volume = 1;

-- names
CREATE SCENARIO upside;

CREATE SCENARIO all_scenarios;

CREATE SCENARIO Other FROM Upsode;

DROP SCENARIO Base;

USE SCENARIO Wrost;

DROP SCENARIO Upside;

SELECT * FROM Volume;

USE SCENARIO Base;

SHOW SCENARIOS;

-- in a transaction
BEGIN;
CREATE SCENARIO Trial;
USE SCENARIO Trial;
UPDATE Volume SET Volume = 100 WHERE Product = 'P2';
SELECT * FROM Trial.Total;
SELECT * FROM Base.Total;
ROLLBACK;

SELECT * FROM Trial.Total;

USE SCENARIO Base;

BEGIN;
CREATE SCENARIO Trial;
ALTER METRIC Volume IN SCENARIO Trial AS Volume + New;
CREATE METRIC New NUMBER BY (Product, Month);
COMMIT;

INSERT INTO New VALUES ('P2', '2024-01', 1);

USE SCENARIO Trial;

INSERT INTO New VALUES ('P2', '2024-01', 1000);

SELECT * FROM all_scenarios.Volume WHERE Product = 'P2';

-- What differs is in item order, under the labels of the items.
USE SCENARIO Base;
CREATE DIMENSION Label (Name TEXT, Lab TEXT) DISPLAY Lab;
INSERT INTO Label VALUES ('b', 'Beta'), ('a', 'Alpha');
CREATE METRIC Labelled NUMBER BY (Label);
INSERT INTO Labelled VALUES ('a', 1), ('b', 1);
CREATE SCENARIO Differs;
UPDATE Differs.Labelled SET Labelled = 2;
COMPARE SCENARIO Differs WITH Base ON Labelled;
COMPARE SCENARIO Differs WITH Base ON Labelled BY Label;
