-- Ways around inheritance, each closed.
CREATE DIMENSION Country (Name TEXT, Budget NUMBER);
INSERT INTO Country VALUES ('FR', 10), ('Jupiter', 4711);
CREATE DIMENSION Store (Code TEXT, Country Country, Grp TEXT, Opened DATE) ORDER BY Opened;
INSERT INTO Store VALUES ('S1', 'FR', 'a', '2020-01-01'), ('S2', 'FR', 'a', '2021-01-01'), ('S3', 'FR', 'b', '2022-01-01'), ('S4', 'Jupiter', 'b', '2023-01-01');
CREATE METRIC P NUMBER BY (Store);
INSERT INTO P VALUES ('S1', 11), ('S2', 22), ('S3', 44);
CREATE METRIC Q NUMBER BY (Store);
INSERT INTO Q VALUES ('S1', 1), ('S4', 2);
CREATE METRIC T NUMBER AS SUMOF(P);
CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month);
CREATE METRIC Best Store BY (Month);
INSERT INTO Best VALUES ('2024-01', 'S1'), ('2024-02', 'S3');
BEGIN;
CREATE METRIC Ga NUMBER BY (Month) AS PREVIOUSOF(Gb, 1, Month) + 1[ADD: Month];
CREATE METRIC Gb NUMBER BY (Month) AS Ga + IF(MAX(Best, Store."S2") = Store."S2", 100, 1);
COMMIT;
ALTER DIMENSION Store ADD PROPERTY PT NUMBER AS P * 1;
CREATE SUBSET SA OF Store AS Store.Grp = "a";
CREATE METRIC Bm NUMBER BY (SA) AS 1[ADD: SA];
CREATE ROLE Builder PERMISSIONS ("Display Application", "Display Block Explorer", "Open Boards", "Use formula playground", "Configure Blocks") READ ALLOWED WRITE ALLOWED;
CREATE USER 'cells';
CREATE USER 'items';
CREATE USER 'dates';
GRANT ROLE Builder TO ALL USERS;
CREATE METRIC OfStores ACCESS RIGHTS BY (User, Store);
INSERT INTO OfStores VALUES ('cells', 'S2', '-.');
CREATE RULE r APPLY READ OF OfStores TO P;
CREATE METRIC OfCountries ACCESS RIGHTS BY (User, Country);
INSERT INTO OfCountries VALUES ('items', 'Jupiter', '-.');
CREATE RULE i APPLY READ OF OfCountries TO ITEMS OF Country;
CREATE METRIC OfDates ACCESS RIGHTS BY (User, Store);
INSERT INTO OfDates VALUES ('dates', 'S1', '-.'), ('dates', 'S2', '-.'), ('dates', 'S3', '-.'), ('dates', 'S4', '-.');
CREATE RULE d APPLY READ OF OfDates TO PROPERTY Store.Opened;

-- a formula's values do not become input for who does not read all of them
-- user: cells
CREATE METRIC X NUMBER BY (Store) AS P * 1; SELECT * FROM X;

ALTER METRIC X DROP FORMULA;

ALTER METRIC T DROP FORMULA;

SELECT * FROM T;

-- a subset's property is its dimension's
SELECT Code, PT FROM Store;

SELECT Code, PT FROM SA;

SELECT Code FROM SA WHERE PT = 22;

SELECT SA, "SA.PT" FROM Bm;

-- a condition that goes through something hidden tells nothing by what it leaves out
-- user: items
SELECT Code, Country FROM Store;

EVALUATE Q[SELECT: Store.Country.Budget > 4710 OR Store = Store."S1"];

EVALUATE Q[SELECT: Store.Country.Budget > 4711 OR Store = Store."S1"];

EVALUATE Q[SELECT: Store.Country.Name = "Mars" OR Store = Store."S1"];

EVALUATE Q[SELECT: Store.Country <> Country."FR" OR Store = Store."S1"];

EVALUATE Q[SELECT: ISBLANK(Store.Country)];

-- what belongs to an item by name stays readable
EVALUATE Q[SELECT: Store.Country = Country."FR"];

EVALUATE Q[SELECT: Store."S1"];

EVALUATE Q[BY: Store.Country];

-- the order of items, where a hidden property makes it
-- user: dates
EVALUATE MAX(Store, Store."S2") = Store;

EVALUATE Store[REMOVE MAX: Store];

EVALUATE MAXOF(Store);

EVALUATE RANK(Store);

EVALUATE CUMULATE(P, Store);

-- in a formula that is solved together with the one that is asked for, too
SELECT * FROM Gb;

SELECT * FROM Ga;
