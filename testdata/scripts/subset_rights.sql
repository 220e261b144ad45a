-- What rules say of the items of a dimension, of a property of it and of metrics with it holds in its subsets.
CREATE DIMENSION Store (Code TEXT, Rent NUMBER, Opened DATE);
INSERT INTO Store VALUES ('S1', 10, '2018-01-01'), ('S2', 20, '2017-01-01'), ('S3', 30, '2016-01-01'), ('S4', 40, '2023-01-01');
CREATE METRIC Sales NUMBER BY (Store);
INSERT INTO Sales VALUES ('S1', 1), ('S2', 2), ('S3', 4), ('S4', 8);
CREATE SUBSET Old OF Store AS Store.Opened < DATE(2020,1,1);
CREATE SUBSET Oldest OF Old AS Old.Opened < DATE(2018,1,1);
CREATE METRIC Plan NUMBER BY (Old); INSERT INTO Plan VALUES ('S1', 100), ('S2', 200), ('S3', 400);
CREATE METRIC Wish NUMBER BY (Oldest); INSERT INTO Wish VALUES ('S2', 2000), ('S3', 4000);
CREATE METRIC Routes NUMBER BY (Old, Store); INSERT INTO Routes VALUES ('S1', 'S2', 1), ('S2', 'S1', 2), ('S1', 'S1', 3);
CREATE ROLE Planner PERMISSIONS ("Display Application", "Open Boards", "Display Block Explorer", "Use formula playground") READ ALLOWED WRITE ALLOWED;
CREATE USER 'ann'; GRANT ROLE Planner TO USER 'ann'; CREATE USER 'mo'; GRANT ROLE Modeler TO USER 'mo';
CREATE METRIC Words ACCESS RIGHTS BY (User, Store); INSERT INTO Words VALUES ('ann', 'S2', '--');
ALTER APPLICATION SET INHERITANCE OFF;
CREATE RULE shops APPLY READ, WRITE OF Words TO ALL METRICS WITH (Store);

-- user: ann
SELECT * FROM Plan;

SELECT * FROM Wish;

SELECT * FROM Routes;

SELECT Code FROM Old;

UPDATE Plan SET Plan = 0 WHERE Old = 'S1';

INSERT INTO Plan VALUES ('S2', 0);

-- user: owner
-- Hidden items.
DROP RULE shops; CREATE RULE items APPLY READ, WRITE OF Words TO ITEMS OF Store;

-- user: ann
SELECT Code, Position FROM Old;

SELECT Code, Position FROM Oldest;

SELECT * FROM Plan;

SELECT SUM(Wish) AS S FROM Wish;

INSERT INTO Plan VALUES ('S2', 0);

INSERT INTO Plan VALUES ('S9', 0);

-- user: owner
-- A hidden property.
DROP RULE items; CREATE RULE rents APPLY READ OF Words TO PROPERTY Store.Rent;

-- user: ann
SELECT Code, Rent FROM Old;

SELECT Old.Rent AS Rent, Plan FROM Plan ORDER BY Plan;

EVALUATE Old.Rent;

-- Which items are in a subset can be seen by all, so whoever does not define security reads no rule's subject in its condition.
-- user: mo
CREATE SUBSET Dear OF Store AS Store.Rent > 25;

CREATE METRIC Rents NUMBER BY (Store) AS Store.Rent; CREATE SUBSET Dear OF Store AS Rents > 25;

CREATE SUBSET Free OF Store AS Store.Opened > DATE(2017,6,1); SELECT Code FROM Free;

-- user: owner
CREATE SUBSET Dear OF Store AS Store.Rent > 25;

-- Rules speak of whole dimensions, and so do rights metrics.
CREATE RULE wrong APPLY READ OF Words TO ITEMS OF Old;

CREATE RULE wrong APPLY READ OF Words TO PROPERTY Old.Rent;

CREATE RULE wrong APPLY READ OF Words TO ALL METRICS WITH (Old);

CREATE METRIC Wrong ACCESS RIGHTS BY (User, Old);

-- Rights that read a subset: what its condition reads is changed by who defines security.
CREATE METRIC "Old only" ACCESS RIGHTS BY (User, Store) AS
    ACCESSRIGHTS(IF(ISBLANK(Plan[TOPARENTLIST: Store]), FALSE), BLANK)[ADD: User];
CREATE RULE old APPLY READ OF "Old only" TO Sales;

-- user: ann
SELECT * FROM Sales;

-- user: mo
UPDATE Store SET Opened = '2024-01-01' WHERE Code = 'S1';

UPDATE Store SET Rent = 11 WHERE Code = 'S1';

-- user: owner
UPDATE Store SET Opened = '2024-01-01' WHERE Code = 'S1';

-- user: ann
SELECT * FROM Sales;
