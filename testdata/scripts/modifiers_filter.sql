-- FILTER keeps the cells where a condition is TRUE, EXCLUDE drops them; FALSE and BLANK are not TRUE.
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

EVALUATE Sales[FILTER: CurrentValue > 5];

EVALUATE Sales[EXCLUDE: CurrentValue > 5];

EVALUATE Sales[FILTER: CurrentValue = 0];

EVALUATE Sales[EXCLUDE: CurrentValue = 0];

EVALUATE Sales[FILTER: Weight > 0];

EVALUATE Sales[EXCLUDE: Weight > 0];

EVALUATE Sales[FILTER: Store.Kind = "big"];

EVALUATE Sales[EXCLUDE: Store.Kind = "big"];

EVALUATE Sales[FILTER: Month >= Month."2024-03" AND CurrentValue < 0];

EVALUATE Sales[EXCLUDE: Month >= Month."2024-03" AND CurrentValue < 0];

-- neither term of this OR has both dimensions: it has a value where both have
EVALUATE Sales[FILTER: Product = Product."P1" OR Weight = 4];

EVALUATE Sales[EXCLUDE: Product = Product."P1" OR Weight = 4];

EVALUATE Sales[FILTER: ISBLANK(Weight)];

EVALUATE Sales[EXCLUDE: ISBLANK(Weight)];

EVALUATE Sales[FILTER: CurrentValue > Price * Weight];

EVALUATE Sales[EXCLUDE: CurrentValue > Price * Weight];

EVALUATE Sales[FILTER: Rate[BY: Store.Country] > 0];

EVALUATE Sales[EXCLUDE: Rate[BY: Store.Country] > 0];

EVALUATE Weight[FILTER: TRUE];

EVALUATE Weight[EXCLUDE: TRUE];

EVALUATE Weight[FILTER: FALSE];

EVALUATE Weight[EXCLUDE: FALSE];

EVALUATE Weight[FILTER: Weight[SELECT: Store.Country] > 3];

EVALUATE Weight[EXCLUDE: Weight[SELECT: Store.Country] > 3];

EVALUATE Weight[FILTER: CurrentValue > SUMOF(Weight) / 4];

EVALUATE Weight[EXCLUDE: CurrentValue > SUMOF(Weight) / 4];

EVALUATE Weight[FILTER: CurrentValue = MAXOF(CurrentValue)];

EVALUATE Weight[EXCLUDE: CurrentValue = MAXOF(CurrentValue)];

EVALUATE Weight[FILTER: Store IN (Store."S1", Store."S5")];

EVALUATE Weight[EXCLUDE: Store IN (Store."S1", Store."S5")];

-- one after another, on an expression, and inside a sum
EVALUATE Sales[FILTER: CurrentValue > 0][EXCLUDE: CurrentValue > 10];

EVALUATE Sales[FILTER: CurrentValue > 0; REMOVE COUNT: Store, Month];

EVALUATE (Sales * 2)[FILTER: CurrentValue > 20];

EVALUATE Sales[REMOVE: Month][FILTER: CurrentValue > 10];

EVALUATE Sales[FILTER: CurrentValue > 5] + Sales[EXCLUDE: CurrentValue > 5];

EVALUATE Store.Kind[FILTER: CurrentValue <> "big"];

EVALUATE Sales[FILTER: CurrentValue * 2 > 10 AND CurrentValue < 12];

-- the worked value
CREATE DIMENSION D (Name TEXT);
INSERT INTO D (Name) VALUES ('1'), ('2'), ('3');

CREATE METRIC Revenue NUMBER BY (D);
INSERT INTO Revenue (D, Revenue) VALUES ('1', 10), ('2', 10), ('3', 10);

CREATE METRIC Cost NUMBER BY (D);
INSERT INTO Cost (D, Cost) VALUES ('1', 2000), ('2', 500);

EVALUATE Revenue[EXCLUDE: Cost > 1000];

EVALUATE Revenue[FILTER: Cost <= 1000];
