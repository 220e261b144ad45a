-- Allocation: copied, divided evenly, divided by a weight; over what maps to an item and over new dimensions.
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

EVALUATE Rate[BY: Store.Country];

EVALUATE Rate[BY CONSTANT: Store.Country];

EVALUATE Rate[BY SPLIT: Store.Country];

EVALUATE Rate[BY SPLIT ON Weight: Store.Country];

EVALUATE Rate[BY SPLIT ON Store.Size: Store.Country];

EVALUATE Target[BY: Store.Country.Region, Month.Quarter];

EVALUATE Target[BY SPLIT: Country.Region];

EVALUATE Target[BY SPLIT: Month.Quarter];

EVALUATE Target[BY SPLIT: Country.Region, Month.Quarter];

EVALUATE Target[BY SPLIT ON Rate + 20: Country.Region, Month.Quarter];

-- a total weight of 0 or of nothing gives nothing
EVALUATE Rate[BY SPLIT ON 0 * Store.Size: Store.Country];

EVALUATE Rate[BY SPLIT ON Weight[FILTER: CurrentValue > 3]: Store.Country];

EVALUATE Rate[BY SPLIT ON IF(Store.Size > 20, 1, -1): Store.Country];

-- matched on what both have: who is in which team in which month
CREATE DIMENSION Team (Name TEXT);
INSERT INTO Team (Name) VALUES ('T1'), ('T2');

CREATE DIMENSION Person (Name TEXT);
INSERT INTO Person (Name) VALUES ('A'), ('B'), ('C');

CREATE METRIC TeamOf Team BY (Person, Month);
INSERT INTO TeamOf (Person, Month, TeamOf) VALUES
    ('A', '2024-01', 'T1'), ('A', '2024-02', 'T2'), ('B', '2024-01', 'T1'), ('B', '2024-03', 'T2'), ('C', '2024-02', 'T2');

CREATE METRIC Cost NUMBER BY (Team, Month);
INSERT INTO Cost (Team, Month, Cost) VALUES
    ('T1', '2024-01', 10), ('T1', '2024-04', 5), ('T2', '2024-02', 6), ('T2', '2024-03', 9);

EVALUATE Cost[BY: TeamOf];

EVALUATE Cost[BY SPLIT: TeamOf];

CREATE METRIC Level NUMBER BY (Person);
INSERT INTO Level (Person, Level) VALUES ('A', 3), ('B', 1);

EVALUATE Cost[BY SPLIT ON Level: TeamOf];

-- an item: its value
EVALUATE Rate[BY: Country."France"];

-- ADD
EVALUATE Price[ADD: Store];

EVALUATE Price[ADD CONSTANT: Region, Quarter];

EVALUATE Price[ADD SPLIT: Store];

EVALUATE Price[ADD SPLIT: Quarter, Region];

EVALUATE Price[ADD SPLIT ON Weight: Store];

EVALUATE Price[ADD SPLIT ON Store.Size: Store];

EVALUATE Price[ADD SPLIT ON Weight * Price: Store];

EVALUATE Price[ADD SPLIT ON Weight[FILTER: CurrentValue < 1]: Store];

EVALUATE 12[ADD SPLIT: Quarter];

EVALUATE 5[ADD: Region];

EVALUATE "x"[ADD: Quarter];

EVALUATE Price[ADD: Store][REMOVE: Product];

-- down and up again is where it came from, as far as there was somebody to take it
EVALUATE ROUND(Target[BY SPLIT: Country.Region][BY SUM: Country.Region], 9);
