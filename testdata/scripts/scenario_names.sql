-- Formulas that are a scenario's own follow the names of items, and keep what they name, as all others do.
CREATE DIMENSION Country (Name TEXT, Zone TEXT);
INSERT INTO Country VALUES ('FR', 'E'), ('JP', 'A'), ('US', 'N');
CREATE METRIC A NUMBER BY (Country);
INSERT INTO A VALUES ('FR', 1), ('JP', 4);
CREATE METRIC C NUMBER BY (Country);
INSERT INTO C VALUES ('FR', 100), ('US', 200);
CREATE METRIC B NUMBER BY (Country) AS A * 2;
CREATE SCENARIO Up;
ALTER METRIC B IN SCENARIO Up AS C * 3 + IF(Country = Country."FR", 5, 0) + IF(Country.Zone = "N", 1, 0);
ALTER METRIC A IN SCENARIO Up AS A + IF(Country = Country."JP", 10, 0);
SELECT * FROM Up.B;

UPDATE Country SET Name = 'France' WHERE Name = 'FR';

SELECT * FROM Up.B;

USE SCENARIO Up;
SHOW FORMULA B;

-- two change places
UPDATE Country SET Name = CASE Name WHEN 'France' THEN 'JP' ELSE 'France' END WHERE Name IN ('France', 'JP');
SELECT * FROM Up.A;
SELECT * FROM Up.B;
SELECT * FROM Base.B;

-- inside a transaction, with a formula that waits, in one scenario and not in the other
BEGIN;
ALTER METRIC B AS IF(Country = Country."US", A, Missing);
ALTER METRIC B IN SCENARIO Up AS IF(Country = Country."US", C, Missing);
UPDATE Country SET Name = 'USA' WHERE Name = 'US';
CREATE METRIC Missing NUMBER BY (Country) AS A;
COMMIT;
USE SCENARIO Base;
SHOW FORMULA B;
USE SCENARIO Up;
SHOW FORMULA B;
SELECT * FROM Up.B;

-- what they name is kept
DELETE FROM Country WHERE Name = 'USA';

ALTER METRIC B AS A;

DELETE FROM Country WHERE Name = 'USA';

ALTER METRIC C RENAME TO D;
SHOW FORMULA B;
ALTER METRIC D RENAME TO C;

ALTER DIMENSION Country DROP PROPERTY Zone;

DROP METRIC C;

-- who may not see the scenario learns that there is a formula, and no more
CREATE ROLE Builder PERMISSIONS ("Display Application", "Open Boards", "Configure Blocks", "Add & remove List Items", "Display Block Explorer") READ ALLOWED WRITE ALLOWED;
CREATE USER 'b';
GRANT ROLE Builder TO USER 'b';
GRANT NONE ON SCENARIO Up TO ROLE Builder;

-- user: b
DELETE FROM Country WHERE Name = 'USA';

DROP METRIC C;

ALTER METRIC C RENAME TO D;
ALTER METRIC D RENAME TO C;

UPDATE Country SET Name = 'America' WHERE Name = 'USA';

-- user: owner
USE SCENARIO Up;
SHOW FORMULA B;

ALTER METRIC B IN SCENARIO Up DROP FORMULA;
ALTER METRIC B AS A;
DELETE FROM Country WHERE Name = 'America';
