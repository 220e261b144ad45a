CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country);
INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA'), ('Germany', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Store (Code, Label, Country) VALUES ('S1', 'Paris', 'France'), ('S2', 'Lyon', 'France'), ('S3', 'Berlin', 'Germany'), ('S4', 'Tokyo', 'Japan');
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
CREATE METRIC Revenue NUMBER BY (Store, Month);
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 10), ('S1', '2024-04', 20), ('S2', '2024-01', 5), ('S3', '2024-02', 7), ('S4', '2024-01', 100);

-- INSERT sets cells and overwrites; NULL clears
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 11), ('S2', '2024-01', NULL);

SELECT * FROM Revenue;

INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 1), ('S1', '2024-01', 2);

INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S9', '2024-01', 1);

INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 'much');

-- a date means the period that holds it
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S3', DATE '2024-03-15', 3);

UPDATE Revenue SET Revenue = Revenue * 2 WHERE Store.Country = 'Germany';

SELECT * FROM Revenue WHERE Store.Country = 'Germany';

DELETE FROM Revenue WHERE Month < '2024-02';

SELECT * FROM Revenue;

-- a cell with a formula is no input
CREATE METRIC Twice NUMBER BY (Store, Month) AS Revenue * 2;

INSERT INTO Twice (Store, Month, Twice) VALUES ('S1', '2024-01', 1);

-- items and their properties
UPDATE Store SET Country = 'Japan' WHERE Code = 'S3';

SELECT Store.Country, SUM(Twice) AS S FROM Twice GROUP BY 1 ORDER BY 1;

INSERT INTO Store (Code, Label, Country) VALUES ('S1', 'again', 'France');

INSERT INTO Store (Code, Label, Country) VALUES ('S5', 'Oslo', 'Norway');

DELETE FROM Store WHERE Code = 'S3';

SELECT * FROM Revenue;
