-- BY upwards: what is grouped leaves, what it is mapped to arrives, an item that is mapped to BLANK is left out; what no mapping
-- uses stays. REMOVE and KEEP.
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

EVALUATE Sales[BY: Store.Country];

EVALUATE Sales[BY SUM: Store.Country];

EVALUATE Sales[BY AVG: Store.Country];

EVALUATE Sales[BY MAX: Store.Country];

EVALUATE Sales[BY COUNT: Store.Country];

EVALUATE Sales[BY FIRST: Store.Country];

EVALUATE Sales[BY SUM: Store.Country.Region, Month.Quarter];

EVALUATE Sales[BY SUM: Store.Country, Month.Quarter][REMOVE: Product];

-- a dimension listed by itself stays although another mapping uses it
EVALUATE Sales[BY SUM: Store, Store.Country][REMOVE: Product];

EVALUATE Sales[BY SUM: Product, Month.Quarter];

EVALUATE Weight[BY SUM: Store.Country, Store];

-- to the same dimension
EVALUATE Sales[BY: SHIFT(Month, 2)];

EVALUATE Rate[BY: SHIFT(Month, -1)];

EVALUATE Rate[BY MAX: IF(Month < Month."2024-04", Month."2024-01", Month)];

-- through metrics of items, one of two dimensions
CREATE METRIC Manager Store BY (Store);
INSERT INTO Manager (Store, Manager) VALUES ('S1', 'S3'), ('S2', 'S3'), ('S4', 'S1'), ('S5', 'S1'), ('S6', 'S6');

EVALUATE Weight[BY: Manager];

CREATE METRIC Home Country BY (Store, Month);
INSERT INTO Home (Store, Month, Home) VALUES
    ('S1', '2024-01', 'Japan'), ('S1', '2024-02', 'Japan'), ('S2', '2024-01', 'Korea'), ('S3', '2024-01', 'Japan'),
    ('S3', '2024-05', 'Spain'), ('S6', '2024-02', 'Spain');

EVALUATE Sales[BY SUM: Home];

EVALUATE Sales[BY SUM: Home, Month];

EVALUATE Sales[BY AVG: Home, Month.Quarter];

-- an item: everything goes to it
EVALUATE Price[BY: Region."APAC"];

-- of texts, truths and rows
EVALUATE (Sales > 0)[BY ANY: Store.Country];

EVALUATE Store.Kind[BY TEXTLIST: Store.Country];

CREATE LIST Orders (Store Store, Posted DATE, Amount NUMBER, Note TEXT);
INSERT INTO Orders (Store, Posted, Amount, Note) VALUES
    ('S1', '2024-02-29', 1.5, 'a'), ('S3', '2024-02-01', 2, 'b'), ('S1', '2024-02-01', NULL, 'c'), (NULL, '2024-02-01', 8, 'd'),
    ('S2', '2025-01-01', 16, 'e'), ('S2', '2024-06-30', 32, NULL), ('S1', '2024-02-11', 64, 'a');

EVALUATE Orders.Amount[BY SUM: Orders.Store];

EVALUATE Orders.Amount[BY SUM: Orders.Store, TIMEDIM(Orders.Posted, Month)];

EVALUATE Orders.Amount[BY COUNT: Orders.Store.Country];

EVALUATE Orders.Note[BY TEXTLIST: TIMEDIM(Orders.Posted, Month)];

EVALUATE Orders.Amount[FILTER: Orders.Note = "a"][BY MAX: Orders.Store];

EVALUATE (Orders.Amount * Orders.Store.Size)[BY: Orders.Store];

EVALUATE (Orders.Posted - DATE(2024,1,1))[BY MIN: Orders.Store];

-- REMOVE and KEEP
EVALUATE Sales[REMOVE: Month];

EVALUATE Sales[REMOVE AVG: Month, Store];

EVALUATE Sales[REMOVE MIN: Product, Store, Month];

EVALUATE Sales[REMOVE LASTNONBLANK: Month][REMOVE MAX: Store];

EVALUATE Sales[REMOVE COUNT: Product, Month; FILTER: CurrentValue > 7];

EVALUATE Sales[KEEP: Month];

EVALUATE Sales[KEEP MAX: Month, Product];

EVALUATE Sales[KEEP COUNTUNIQUE: Store];

EVALUATE Sales[KEEP: Product, Store, Month];

EVALUATE Price[KEEP AVG: Product];

-- one sum after another is the sum of all, where every item has a parent; here not
EVALUATE Sales[BY SUM: Store.Country][REMOVE: Country, Product];

EVALUATE Rate[BY SUM: Country.Region][REMOVE: Region];
