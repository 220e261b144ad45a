-- A subset has those items of a dimension for which its condition is TRUE.
CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Code TEXT, Country Country, Opened DATE) ORDER BY Opened;
CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month);
INSERT INTO Region VALUES ('EMEA'), ('APAC');
INSERT INTO Country VALUES ('France', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Store VALUES ('S1', 'France', '2021-05-01'), ('S2', 'Japan', '2018-01-01'), ('S3', 'France', '2015-07-01'), ('S4', 'Japan', NULL);
CREATE METRIC Sales NUMBER BY (Store, Month);
INSERT INTO Sales VALUES ('S1', '2024-01', 1), ('S2', '2024-01', 2), ('S3', '2024-01', 4), ('S4', '2024-01', 8), ('S2', '2024-02', 16);
CREATE SUBSET "Old stores" OF Store AS Store.Opened < DATE(2020,1,1);
CREATE METRIC Plan NUMBER BY ("Old stores", Month);
INSERT INTO Plan VALUES ('S2', '2024-01', 100), ('S3', '2024-02', 200);

SHOW SUBSETS;

SHOW DIMENSIONS;

DESCRIBE "Old stores";

SHOW FORMULA "Old stores";

-- In the order of the dimension, with its properties.
SELECT *, Position FROM "Old stores";

SELECT "Old stores", "Old stores".Country.Region AS Region, Month, Plan FROM Plan ORDER BY 1;

-- Only its own items can be written.
INSERT INTO Plan VALUES ('S1', '2024-01', 1);

INSERT INTO "Old stores" (Code) VALUES ('S9');

-- From the dimension to the subset and back, by item.
EVALUATE Sales[TOSUBSET: 'Old stores'];

EVALUATE Plan[TOPARENTLIST: Store];

EVALUATE Sales + Plan[TOPARENTLIST: Store];

EVALUATE Plan[BY SUM: 'Old stores'.Country];

EVALUATE COUNTALLOF(5[ADD: 'Old stores']);

EVALUATE 30[ADD SPLIT: 'Old stores'];

EVALUATE Plan[REMOVE SUM: Month][BY SUM: 'Old stores'.Country][BY SPLIT: 'Old stores'.Country];

EVALUATE COUNTBLANKOF(Plan);

EVALUATE MOVINGSUM(Plan[REMOVE SUM: Month], 2, 0, 'Old stores');

EVALUATE Sales[REMOVE SUM: Month; TOSUBSET: 'Old stores'][SELECT: 'Old stores' - 1];

EVALUATE CUMULATE(Sales[REMOVE SUM: Month][TOSUBSET: 'Old stores'], 'Old stores');

EVALUATE ISBLANK('Old stores'.Opened)[ADD: Month];

CREATE METRIC "Old sales" NUMBER BY ("Old stores", Month) AS Sales[TOSUBSET: 'Old stores'];
CREATE METRIC "With plan" NUMBER BY (Store, Month) AS Sales + Plan[TOPARENTLIST: Store];
CREATE METRIC Rest NUMBER BY (Store, Month) AS Sales - Sales[TOSUBSET: 'Old stores'][TOPARENTLIST: Store];
CREATE METRIC Open NUMBER BY ("Old stores") AS 1[ADD: 'Old stores'];
SELECT "Old stores", Month, "Old sales" FROM "Old sales" ORDER BY 1, 2;

SELECT * FROM Rest WHERE Rest <> 0;

EXPLAIN FORMULA "Old sales";

-- An item that leaves takes its cells out of sight; they are back when it is.
UPDATE Store SET Opened = '2023-01-01' WHERE Code = 'S2';

SELECT * FROM "Old stores";

SELECT * FROM Plan;

SELECT "Old stores", Open FROM Open;

SELECT Store, Month, "With plan" FROM "With plan" ORDER BY Store, Month;

INSERT INTO Plan VALUES ('S2', '2024-01', 7);

DELETE FROM Plan WHERE Plan > 0; INSERT INTO Plan VALUES ('S3', '2024-03', 300);

UPDATE Store SET Opened = '2019-01-01' WHERE Code IN ('S1', 'S2');

SELECT "Old stores", Month, Plan FROM Plan ORDER BY 1, 2;

SELECT "Old stores", "Old stores".Position, Month, "Old sales" FROM "Old sales" ORDER BY 1, 3;

-- New items, also within a transaction that writes to them at once.
BEGIN; INSERT INTO Store VALUES ('S5', 'Japan', '2010-01-01'); INSERT INTO Plan VALUES ('S5', '2024-01', 5); COMMIT;

SELECT "Old stores", SUM(Plan) AS Plan FROM Plan GROUP BY 1 ORDER BY 1;

BEGIN; UPDATE Store SET Opened = NULL; SELECT COUNT(*) AS N FROM Plan; ROLLBACK;

SELECT COUNT(*) AS N FROM Plan;

-- A condition may read metrics, and follows them.
CREATE SUBSET Busy OF Store AS Sales[REMOVE SUM: Month] >= 8;
CREATE METRIC Bonus NUMBER BY (Busy) AS Sales[REMOVE SUM: Month][TOSUBSET: Busy] * 0.5;
SELECT Code FROM Busy;

UPDATE Sales SET Sales = 10 WHERE Store = 'S1' AND Month = '2024-01'; SELECT Busy, Bonus FROM Bonus ORDER BY 1;

DELETE FROM Sales WHERE Store = 'S2'; SELECT Busy, Bonus FROM Bonus ORDER BY 1;

-- A subset of a subset.
CREATE SUBSET "Old French" OF "Old stores" AS 'Old stores'.Country = Country."France";
CREATE METRIC Visits NUMBER BY ("Old French"); INSERT INTO Visits VALUES ('S1', 1), ('S3', 3);
SELECT "Old French", Visits FROM Visits ORDER BY 1;

EVALUATE Visits[TOPARENTLIST: Store];

EVALUATE Visits[TOPARENTLIST: 'Old stores'];

UPDATE Store SET Opened = '2024-01-01' WHERE Code = 'S3'; SELECT * FROM Visits;

UPDATE Store SET Opened = '2015-07-01' WHERE Code = 'S3'; SELECT "Old French", Visits FROM Visits ORDER BY 1;

UPDATE Store SET Country = 'Japan' WHERE Code = 'S1'; SELECT * FROM Visits;

-- The condition may be over months: the subset is of the calendar.
CREATE SUBSET "Plan months" OF Month AS Month >= Month."2024-02";
CREATE METRIC Target NUMBER BY ("Plan months"); INSERT INTO Target VALUES ('2024-03-15', 30), ('2024-02', 20);
EVALUATE YEARTODATE(Target);

INSERT INTO Target VALUES ('2024-01-15', 1);

EVALUATE TIMEDIM(DATE(2024,2,15), 'Plan months');

EVALUATE TIMEDIM(DATE(2024,1,15), 'Plan months');

EVALUATE DAYSINPERIOD('Plan months');

-- A property that comes later is there too.
ALTER DIMENSION Store ADD PROPERTY Sold NUMBER AS Sales[REMOVE SUM: Month]; SELECT * FROM "Old stores";

-- What refers to it keeps it; it keeps its dimension.
DROP SUBSET "Old stores";

DROP DIMENSION Store;

DROP SUBSET Store;

DROP DIMENSION "Old French";

DROP METRIC Visits; DROP SUBSET "Old French"; SHOW SUBSETS;

-- What is no subset.
CREATE SUBSET Wrong OF Store AS Sales;

CREATE SUBSET Wrong OF Store AS Store.Opened;

CREATE SUBSET Wrong OF Stores AS TRUE[ADD: Store];

CREATE SUBSET Sales OF Store AS TRUE[ADD: Store];

CREATE SUBSET Wrong OF User AS User = User."owner";

BEGIN; CREATE METRIC Round NUMBER BY (Ring); CREATE SUBSET Ring OF Store AS ISBLANK(Round[TOPARENTLIST: Store]); COMMIT;

ALTER DIMENSION Busy ADD PROPERTY Colour TEXT;

ALTER DIMENSION Busy ORDER BY Opened;

CREATE DIMENSION Manager (Name TEXT, Store Busy);

CREATE METRIC Best Busy;

CREATE METRIC Wrong NUMBER BY (Busy) AS Sales[REMOVE SUM: Month];

CREATE METRIC Wrong NUMBER BY (Store) AS Bonus;

EVALUATE Sales[TOSUBSET: Store];

EVALUATE Bonus[TOSUBSET: 'Old stores'];

EVALUATE Bonus[TOPARENTLIST: Month];
