CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country);
INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA'), ('Germany', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Store (Code, Label, Country) VALUES ('S1', 'Paris', 'France'), ('S2', 'Lyon', 'France'), ('S3', 'Berlin', 'Germany'), ('S4', 'Tokyo', 'Japan');
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
CREATE METRIC Revenue NUMBER BY (Store, Month);
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 10), ('S1', '2024-04', 20), ('S2', '2024-01', 5), ('S3', '2024-02', 7), ('S4', '2024-01', 100);

BEGIN;

INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S4', '2024-12', 1);

SELECT SUM(Revenue) AS S FROM Revenue;

ROLLBACK;

SELECT SUM(Revenue) AS S FROM Revenue;

BEGIN;
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S4', '2024-12', 1);
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S4', '2024-13', 1);
COMMIT;

SELECT SUM(Revenue) AS S FROM Revenue;

BEGIN;
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S4', '2024-12', 1);
COMMIT;

SELECT SUM(Revenue) AS S FROM Revenue;

COMMIT;

ROLLBACK;

-- names may come later in the same transaction
BEGIN;
CREATE METRIC Early NUMBER AS Late + 1;
CREATE METRIC Late NUMBER AS 1;
COMMIT;

SELECT * FROM Early;

CREATE METRIC Never NUMBER AS Nothing + 1;
