-- A dimension's items stand in the order of a property: ties as they were created, BLANK last whichever way.
CREATE DIMENSION Region (Name TEXT, Rank INTEGER) ORDER BY Rank;
CREATE DIMENSION Store (Code TEXT, Label TEXT, Region Region, Opened DATE) DISPLAY Label ORDER BY Opened DESC;
CREATE DIMENSION Desk (Name TEXT, Region Region) ORDER BY Region;
INSERT INTO Region VALUES ('North', 2), ('South', 1), ('Sea', NULL);
INSERT INTO Store VALUES ('S1', 'One', 'North', '2019-03-01'), ('S2', 'Two', 'South', NULL), ('S3', 'Three', 'North', '2022-01-01'),
    ('S4', 'Four', 'South', '2019-03-01');
INSERT INTO Desk VALUES ('D1', 'North'), ('D2', 'Sea'), ('D3', 'South'), ('D4', 'North');
CREATE METRIC Sales NUMBER BY (Store);
INSERT INTO Sales VALUES ('S1', 1), ('S2', 2), ('S3', 4), ('S4', 8);
CREATE METRIC Running NUMBER BY (Store) AS CUMULATE(Sales, Store);
CREATE METRIC Before NUMBER BY (Store) AS Sales[SELECT: Store - 1];
CREATE METRIC Solved NUMBER BY (Store) AS Sales + PREVIOUS(Store);
CREATE METRIC Next Store BY (Store) AS SHIFT(Store, 1);
CREATE METRIC Earlier BOOLEAN BY (Store) AS Store < Store."S4";
CREATE METRIC Whole NUMBER AS CUMULATE(Sales, Store)[SELECT: Store."S4"];

SELECT Code, Opened, Position FROM Store;

SELECT Name, Position FROM Desk;

-- The rows of a metric are in no order of their own; ORDER BY of a dimension column is by item.
SELECT Store, Store.Position, Running FROM Running ORDER BY Store DESC;

SELECT Store, Before FROM Before ORDER BY Store;

SELECT Store, Solved FROM Solved ORDER BY Store;

SELECT Store, Next FROM Next ORDER BY Store;

SELECT Store, Earlier FROM Earlier ORDER BY Store;

SELECT * FROM Whole;

EVALUATE CUMULATE(Sales, Store ON Store.Label);

-- Whatever else takes items in order.
CREATE METRIC Likes Store BY (Desk); INSERT INTO Likes VALUES ('D1', 'S1'), ('D2', 'S2'), ('D3', 'S3');
EVALUATE Likes[REMOVE MIN: Desk];

EVALUATE Likes[REMOVE MAX: Desk];

EVALUATE MAX(Likes, Store."S4");

EVALUATE Likes IN (Store."S3" : Store."S1");

EVALUATE Sales[REMOVE FIRSTNONBLANK: Store];

EVALUATE Sales[REMOVE LASTNONBLANK: Store];

EVALUATE Sales[BY LASTNONBLANK: Store.Region];

EVALUATE MOVINGSUM(Sales, 2, 0, Store);

EVALUATE FILLFORWARD(Sales[FILTER: CurrentValue > 3], Store);

EVALUATE MATCH(DATE(2019,3,1), Store.Opened);

-- A text is not an item: as a column of a dimension it compares as one.
SELECT MIN(Store), MAX(Store) FROM Sales;

-- The property changes, and with it all that depends on the order, whether or not it names the property.
UPDATE Store SET Opened = '2023-01-01' WHERE Code = 'S2';

EVALUATE Likes[REMOVE MAX: Desk];

EVALUATE MATCH(DATE(2019,3,1), Store.Opened);

SELECT s.Store, s.Running, b.Before, p.Solved, e.Earlier, n.Next FROM Running s LEFT JOIN Before b USING (Store) LEFT JOIN Solved p USING (Store)
    LEFT JOIN Earlier e USING (Store) LEFT JOIN Next n USING (Store) ORDER BY 1;

SELECT * FROM Whole;

-- A new item takes its place, from a row or from a file.
INSERT INTO Store VALUES ('S5', 'Five', 'Sea', '2020-06-01'); INSERT INTO Sales VALUES ('S5', 16);

COPY Store FROM 'late_stores.csv'; INSERT INTO Sales VALUES ('S6', 32);

SELECT Store, Store.Position, Running FROM Running ORDER BY Store;

-- Inside a transaction, too.
BEGIN; UPDATE Store SET Opened = NULL WHERE Code = 'S6'; SELECT Store, Running FROM Running ORDER BY Store; ROLLBACK;

SELECT Store FROM Running ORDER BY Store LIMIT 1;

-- An order by items follows the order of those, and what depends on it follows, too.
CREATE METRIC Place INTEGER BY (Desk) AS CUMULATE(1[ADD: Desk], Desk);
SELECT Desk, Place FROM Place ORDER BY Desk;

UPDATE Region SET Rank = 3 WHERE Name = 'South'; UPDATE Region SET Rank = 1 WHERE Name = 'Sea';

SELECT Name, Region, Position FROM Desk;

SELECT Desk, Place FROM Place ORDER BY Desk;

-- Another order, by a property with a formula, which follows the cells that the formula reads.
ALTER DIMENSION Store ADD PROPERTY Size NUMBER AS Sales; ALTER DIMENSION Store ORDER BY Size;

SELECT Store, Running FROM Running ORDER BY Store;

UPDATE Sales SET Sales = 9 WHERE Store = 'S1'; SELECT Store, Running FROM Running ORDER BY Store;

-- A loop through the order is refused.
ALTER DIMENSION Store ADD PROPERTY Total NUMBER AS CUMULATE(Sales, Store); ALTER DIMENSION Store ORDER BY Total;

ALTER DIMENSION Store ADD PROPERTY Twice NUMBER AS Running * 2; ALTER DIMENSION Store ORDER BY Twice;

ALTER DIMENSION Store ORDER BY Label DESC; SELECT Code FROM Store;

ALTER DIMENSION Store DROP ORDER BY; SELECT Code FROM Store;

SELECT Store, Running FROM Running ORDER BY Store;

-- What is no order.
ALTER DIMENSION Store ORDER BY Colour;

CREATE DIMENSION Employee (Name TEXT, Boss Employee) ORDER BY Boss;

BEGIN; CREATE DIMENSION A (Name TEXT, B B) ORDER BY B; CREATE DIMENSION B (Name TEXT, A A) ORDER BY A; COMMIT;

CREATE DIMENSION Shelf (Name TEXT) ORDER BY Place;

CREATE DIMENSION Shelf (Name TEXT) DISPLAY Label;

-- By the unique name, and by a Boolean: FALSE comes first.
CREATE DIMENSION Shelf (Name TEXT, Open BOOLEAN) ORDER BY Open DESC; INSERT INTO Shelf VALUES ('b', FALSE), ('a', NULL), ('c', TRUE);
SELECT Name FROM Shelf;

ALTER DIMENSION Shelf ORDER BY Name; SELECT Name FROM Shelf;
