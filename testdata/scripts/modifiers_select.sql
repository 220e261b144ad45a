-- SELECT: by a condition, an item, an offset, an offset within a parent, a mapping to the same dimension and to another one.
CREATE DIMENSION Region (Name TEXT);
INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC'), ('Empty');

CREATE DIMENSION Country (Name TEXT, Region Region);
INSERT INTO Country (Name, Region) VALUES
    ('France', 'EMEA'), ('Japan', 'APAC'), ('Spain', 'EMEA'), ('Sealand', NULL), ('Korea', 'APAC');

CREATE DIMENSION Store (Name TEXT, Country Country, Size NUMBER, Kind TEXT);
INSERT INTO Store (Name, Country, Size, Kind) VALUES
    ('S1', 'France', 10, 'big'), ('S2', 'Japan', 0, 'small'), ('S3', 'France', 30, 'small'), ('S4', NULL, 5, NULL),
    ('S5', 'Spain', NULL, 'big'), ('S6', 'Sealand', 7, 'big');

CREATE DIMENSION Product (Name TEXT);
INSERT INTO Product (Name) VALUES ('P1'), ('P2');

CREATE CALENDAR FROM '2024-01-01' TO '2024-06-30' LEVELS (Month, Quarter);

CREATE METRIC Sales NUMBER BY (Product, Store, Month);
INSERT INTO Sales (Product, Store, Month, Sales) VALUES
    ('P1', 'S1', '2024-01', -7.5), ('P1', 'S1', '2024-03', 11.0), ('P1', 'S1', '2024-04', -5.0), ('P1', 'S2', '2024-01', -2.5),
    ('P1', 'S2', '2024-03', 16.0), ('P1', 'S2', '2024-04', 0.0), ('P1', 'S2', '2024-06', -6.75), ('P1', 'S3', '2024-03', -4.25),
    ('P1', 'S3', '2024-04', 0), ('P1', 'S3', '2024-06', -1.75), ('P1', 'S4', '2024-01', 7.5), ('P1', 'S4', '2024-03', 0.75),
    ('P1', 'S4', '2024-04', 10.0), ('P1', 'S4', '2024-06', 3.25), ('P1', 'S5', '2024-01', 12.5), ('P1', 'S5', '2024-04', 15.0),
    ('P1', 'S5', '2024-06', 8.25), ('P1', 'S6', '2024-01', 17.5), ('P1', 'S6', '2024-03', 10.75), ('P1', 'S6', '2024-06', 13.25),
    ('P2', 'S1', '2024-01', -2.75), ('P2', 'S1', '2024-03', 15.75), ('P2', 'S1', '2024-04', -0.25), ('P2', 'S1', '2024-06', -7.0),
    ('P2', 'S2', '2024-01', 2.25), ('P2', 'S2', '2024-03', -4.5), ('P2', 'S2', '2024-04', 4.75), ('P2', 'S3', '2024-01', 0),
    ('P2', 'S3', '2024-03', 0.5), ('P2', 'S3', '2024-04', 9.75), ('P2', 'S3', '2024-06', 3.0), ('P2', 'S4', '2024-03', 5.5),
    ('P2', 'S4', '2024-04', 14.75), ('P2', 'S4', '2024-06', 0), ('P2', 'S5', '2024-01', 17.25), ('P2', 'S5', '2024-03', 10.5),
    ('P2', 'S5', '2024-04', -5.5), ('P2', 'S5', '2024-06', 13.0), ('P2', 'S6', '2024-01', -3.0), ('P2', 'S6', '2024-04', -0.5),
    ('P2', 'S6', '2024-06', -7.25);

CREATE METRIC Price NUMBER BY (Product);
INSERT INTO Price (Product, Price) VALUES ('P1', 2.5), ('P2', 4);

CREATE METRIC Rate NUMBER BY (Country, Month);
INSERT INTO Rate (Country, Month, Rate) VALUES
    ('France', '2024-01', 12), ('France', '2024-04', -3), ('Japan', '2024-02', 5), ('Spain', '2024-01', 8),
    ('Sealand', '2024-06', 1), ('Korea', '2024-01', 9);

CREATE METRIC Target NUMBER BY (Region, Quarter);
INSERT INTO Target (Region, Quarter, Target) VALUES
    ('EMEA', '2024-Q1', 120), ('EMEA', '2024-Q2', 0), ('APAC', '2024-Q1', 60), ('Empty', '2024-Q1', 7);

CREATE METRIC Weight NUMBER BY (Store);
INSERT INTO Weight (Store, Weight) VALUES ('S1', 3), ('S2', 0), ('S3', 1), ('S5', 4);

-- a condition, whose dimensions go
EVALUATE Sales[SELECT: Month = Month."2024-01"];

EVALUATE Sales[SELECT: Month."2024-02"];

EVALUATE Sales[SELECT: Store.Kind = "big"];

EVALUATE Sales[SELECT AVG: Month > Month."2024-03"];

EVALUATE Sales[SELECT MAX: Month IN (Month."2024-01" : Month."2024-04")];

EVALUATE Sales[SELECT COUNT: Store.Country.Region = Region."EMEA" AND Month.Quarter = Quarter."2024-Q1"];

EVALUATE Sales[SELECT: Weight > 1];

EVALUATE Sales[SELECT: Sales < 0];

EVALUATE Sales[SELECT LASTNONBLANK: Month <> Month."2024-06"];

EVALUATE Sales[SELECT: Product."P2"; SELECT: Store."S3"];

EVALUATE Sales[SELECT: ISBLANK(Store.Kind)];

-- an offset; off the end BLANK
EVALUATE Sales[SELECT: Month - 1];

EVALUATE Sales[SELECT: Month + 2];

EVALUATE Sales[SELECT: Month - 5];

EVALUATE Sales[SELECT: Month + 100];

EVALUATE Rate[SELECT: Month - 0];

EVALUATE Rate[SELECT: Month - (1 + 1)];

EVALUATE Rate[SELECT: Country + 1];

EVALUATE Rate - Rate[SELECT: Month - 1];

EVALUATE Rate[SELECT: Month - 1][SELECT: Month + 1];

-- an offset within a parent: summed there, moved there, copied back
EVALUATE Sales[SELECT: Month.Quarter - 1];

EVALUATE Sales[SELECT: Month.Quarter + 1];

EVALUATE Sales[SELECT AVG: Month.Quarter - 1];

EVALUATE Rate[SELECT: Country.Region - 1];

EVALUATE Rate[SELECT: Country.Region - 5];

-- a mapping to the same dimension: the value there
ALTER DIMENSION Store ADD PROPERTY Twin Store;
UPDATE Store SET Twin = 'S3' WHERE Name = 'S1';
UPDATE Store SET Twin = 'S1' WHERE Name = 'S2';
UPDATE Store SET Twin = 'S6' WHERE Name = 'S5';
UPDATE Store SET Twin = 'S1' WHERE Name = 'S6';

EVALUATE Weight[SELECT: Store.Twin];

EVALUATE Sales[SELECT: Store.Twin];

EVALUATE Weight[SELECT: Store.Twin.Twin];

EVALUATE Rate[SELECT: SHIFT(Month, -2)];

EVALUATE Rate[SELECT: IF(Month > Month."2024-02", Month."2024-01", Month)];

CREATE METRIC Moved Month BY (Store, Month);
INSERT INTO Moved (Store, Month, Moved) VALUES
    ('S1', '2024-01', '2024-06'), ('S1', '2024-02', '2024-03'), ('S3', '2024-05', '2024-01'), ('S6', '2024-06', '2024-06');

EVALUATE Sales[SELECT: Moved];

-- a mapping to another dimension: aggregated through it, copied back
EVALUATE Sales[SELECT: Store.Country];

EVALUATE Sales[SELECT MAX: Month.Quarter];

EVALUATE Weight / Weight[SELECT: Store.Country];

EVALUATE Weight[SELECT: Store.Country.Region];

EVALUATE Rate[SELECT COUNT: Country.Region];
