CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country);
INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA'), ('Germany', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Store (Code, Label, Country) VALUES ('S1', 'Paris', 'France'), ('S2', 'Lyon', 'France'), ('S3', 'Berlin', 'Germany'), ('S4', 'Tokyo', 'Japan');
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
CREATE METRIC Revenue NUMBER BY (Store, Month);
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 10), ('S1', '2024-04', 20), ('S2', '2024-01', 5), ('S3', '2024-02', 7), ('S4', '2024-01', 100);

-- Dependents are up to date when the statement returns, also through several metrics.
CREATE METRIC "By Country" NUMBER BY (Country, Month) AS Revenue[BY SUM: Store.Country];
CREATE METRIC Share NUMBER BY (Country, Month) AS 'By Country' / 'By Country'[REMOVE: Country];

SELECT * FROM Share WHERE Month = '2024-01';

INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S2', '2024-01', 90);

SELECT * FROM Share WHERE Month = '2024-01';

DELETE FROM Revenue WHERE Store = 'S4';

SELECT * FROM Share WHERE Month = '2024-01';

-- a changed property moves cells
UPDATE Store SET Country = 'Japan' WHERE Code = 'S2';

SELECT * FROM Share WHERE Month = '2024-01';

-- a changed formula
ALTER METRIC Share AS 'By Country' * 100 / 'By Country'[REMOVE: Country];

SELECT * FROM Share WHERE Month = '2024-01';

ALTER METRIC Share DROP FORMULA;

SELECT COUNT(*) AS N FROM Share;
