CREATE DIMENSION Country (Name TEXT, Zone TEXT);
CREATE DIMENSION Store (Code TEXT, Country Country);
INSERT INTO Country VALUES ('France', 'E'), ('Japan', 'A'), ('Peru', 'A');
INSERT INTO Store VALUES ('S1', 'France'), ('S2', 'Japan'), ('S3', 'Peru');
CREATE SUBSET Near OF Store AS Store.Country = Country."France";
CREATE METRIC Volume NUMBER BY (Store);
INSERT INTO Volume VALUES ('S1', 1), ('S2', 2), ('S3', 4);
CREATE METRIC Local NUMBER BY (Store) AS IF(Store.Country IN (Country."France", Country."Peru"), Volume, -Volume);
ALTER DIMENSION Store ADD PROPERTY "At home" BOOLEAN AS Store.Country = Country."France";
CREATE METRIC Big NUMBER AS Volume[SELECT: Store."S2"] * 10;

UPDATE Store SET Code = 'S2 "new"' WHERE Code = 'S2';

SELECT * FROM Volume;

SHOW FORMULA Big;

SELECT * FROM Big;

-- two change places, and formulas go with them
UPDATE Country SET Name = CASE Name WHEN 'France' THEN 'Japan' ELSE 'France' END WHERE Name IN ('France', 'Japan');

SELECT * FROM Country;

SELECT * FROM Store;

SELECT * FROM Near;

SHOW FORMULA Local;

SELECT * FROM Local;

-- with properties in the same statement
UPDATE Country SET Zone = 'S', Name = UPPER(Name) WHERE Zone = 'A';

SELECT * FROM Country;

SHOW FORMULA Local;

-- formulas are read again with the new names
ALTER METRIC Local AS Volume[FILTER: Store.Country = Country."PERU"];

SELECT * FROM Local;

CREATE METRIC Other NUMBER BY (Store) AS IF(Store.Country = Country."Peru", 1, 2);

-- inside a transaction, with a formula that is not compiled yet
BEGIN;
CREATE METRIC Later NUMBER BY (Store) AS IF(Store.Country = Country."PERU", Volume, Missing);
UPDATE Country SET Name = 'Peru' WHERE Name = 'PERU';
CREATE METRIC Missing NUMBER BY (Store) AS 0 * Volume;
COMMIT;
SHOW FORMULA Later;
SELECT * FROM Later;

-- refused: no name, one that is taken, one that two would have
UPDATE Country SET Name = NULL WHERE Name = 'Peru';

UPDATE Country SET Name = '' WHERE Name = 'Peru';

UPDATE Country SET Name = 'Japan' WHERE Name = 'Peru';

UPDATE Country SET Name = 'x';

UPDATE Country SET Name = 'x', Name = 'y' WHERE Name = 'Peru';

UPDATE Country SET Name = 'x', Zone = 3, Size = 1 WHERE Name = 'Peru';

UPDATE Country SET Name = Name;

SELECT * FROM Country;

-- people are renamed by statements of their own, periods not at all
UPDATE "User" SET Name = 'x';

UPDATE "Group" SET Name = 'x';

UPDATE Near SET Code = 'x';

-- formulas follow the names of blocks, properties and columns, in every scenario
CREATE SCENARIO Up;
ALTER METRIC Local IN SCENARIO Up AS Volume * 3 + IF(Store.Country = Country."FRANCE", 1, 0);
CREATE LIST Ledger (Store Store, Amount NUMBER);
INSERT INTO Ledger VALUES ('S1', 5);
CREATE METRIC Posted NUMBER BY (Store) AS Ledger.Amount[BY SUM: Ledger.Store];
ALTER METRIC Volume RENAME TO "Net Volume";
ALTER DIMENSION Store RENAME TO Shop;
ALTER DIMENSION Shop RENAME PROPERTY Country TO "Land";
ALTER DIMENSION Country RENAME TO Nation;
ALTER LIST Ledger RENAME COLUMN Amount TO Sum;
ALTER LIST Ledger RENAME TO Journal;
SHOW FORMULA Local;
SHOW FORMULA Big;
SHOW FORMULA Posted;
SHOW FORMULA Later;
SELECT * FROM Local;
SELECT * FROM Posted;
SELECT * FROM Near;
USE SCENARIO Up;
SHOW FORMULA Local;
SELECT * FROM Local;
USE SCENARIO Base;
UPDATE "Net Volume" SET "Net Volume" = "Net Volume" + 1;
SELECT * FROM Local;
SELECT * FROM Up.Local;

-- what follows can be renamed back, and to other letters
ALTER METRIC "Net Volume" RENAME TO VOLUME;
SHOW FORMULA Big;

-- in a transaction, with a formula that waits
BEGIN;
CREATE METRIC Waits NUMBER BY (Shop) AS VOLUME + Absent;
ALTER METRIC VOLUME RENAME TO Volume;
ALTER METRIC Big RENAME TO Bigger;
CREATE METRIC Absent NUMBER BY (Shop) AS Volume;
COMMIT;
SHOW FORMULA Waits;
SELECT * FROM Waits;

-- a view's text stays as it was written
CREATE VIEW Sums AS SELECT SUM(Volume) AS Total FROM Volume;
ALTER METRIC Volume RENAME TO Pieces;

-- a name that means something else to some formula: a word of a function
CREATE METRIC Ranked NUMBER BY (Shop) AS RANK(Bigger[ADD: Shop] + Absent, DESC);
ALTER METRIC Absent RENAME TO "DESC";
SHOW FORMULA Ranked;
