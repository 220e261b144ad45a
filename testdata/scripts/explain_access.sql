CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country);
INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA'), ('Germany', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Store (Code, Label, Country) VALUES ('S1', 'Paris', 'France'), ('S2', 'Lyon', 'France'), ('S3', 'Berlin', 'Germany'), ('S4', 'Tokyo', 'Japan');
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
CREATE METRIC Revenue NUMBER BY (Store, Month);
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 10), ('S1', '2024-04', 20), ('S2', '2024-01', 5), ('S3', '2024-02', 7), ('S4', '2024-01', 100);
CREATE ROLE Planner PERMISSIONS ("Display Application", "Display Block Explorer", "Open Boards") READ UNSPECIFIED WRITE UNSPECIFIED;
ALTER DIMENSION User ADD PROPERTY Region Region;
CREATE USER 'ann@acme.com' (Region = 'EMEA');
CREATE USER 'bo@acme.com' (Region = 'APAC');
CREATE USER 'cy@acme.com';
GRANT ROLE Planner TO ALL USERS;
CREATE METRIC "Region Rights" ACCESS RIGHTS BY (User, Region) AS ACCESSRIGHTS(User.Region = Region, User.Region = Region);
ALTER APPLICATION SET INHERITANCE OFF;
CREATE RULE by_store APPLY READ, WRITE OF "Region Rights" THROUGH Store.Country.Region TO ALL METRICS WITH (Store);

EXPLAIN ACCESS FOR USER 'ann@acme.com' ON Revenue AT (Store = 'S1', Month = '2024-01');

EXPLAIN ACCESS FOR USER 'ann@acme.com' ON Revenue AT (Store = 'S4', Month = '2024-01');

EXECUTE AS USER 'ann@acme.com' SELECT SUM(Revenue) AS S FROM Revenue;

EXECUTE AS USER 'bo@acme.com' SELECT SUM(Revenue) AS S FROM Revenue;

EXECUTE AS USER 'cy@acme.com' SELECT SUM(Revenue) AS S FROM Revenue;

-- user: ann@acme.com
EXPLAIN ACCESS FOR USER 'bo@acme.com' ON Revenue AT (Store = 'S4', Month = '2024-01');

EXECUTE AS USER 'bo@acme.com' SELECT SUM(Revenue) AS S FROM Revenue;

-- how much of it, and which rule closes what
-- user: owner
EXPLAIN ACCESS FOR USER 'ann@acme.com' ON Revenue;

EXPLAIN ACCESS FOR USER 'cy@acme.com' ON Revenue;

-- two that say the same: neither changes anything alone, and both are told
CREATE RULE again APPLY READ OF "Region Rights" THROUGH Store.Country.Region TO Revenue;
EXPLAIN ACCESS FOR USER 'ann@acme.com' ON Revenue;
DROP RULE again;

-- through formulas
ALTER APPLICATION SET INHERITANCE ON;
CREATE METRIC Opened ACCESS RIGHTS BY (User);
INSERT INTO Opened VALUES ('ann@acme.com', 'r.'), ('bo@acme.com', 'r.');
CREATE METRIC Total NUMBER BY (Month) AS Revenue[REMOVE: Store];
CREATE METRIC "In France" NUMBER BY (Month) AS Revenue[SELECT: Store.Country = Country."France"];
CREATE METRIC Shown NUMBER BY (Month) AS RESETACCESSRIGHTS(Revenue)[REMOVE: Store] + Total * 0;
CREATE METRIC "All shown" NUMBER BY (Month) AS RESETACCESSRIGHTS(Revenue)[REMOVE: Store];
CREATE RULE opened APPLY READ OF Opened TO Total, "In France", Shown, "All shown";

EXPLAIN ACCESS FOR USER 'ann@acme.com' ON Total AT (Month = '2024-01');

EXPLAIN ACCESS FOR USER 'ann@acme.com' ON "In France" AT (Month = '2024-01');

EXPLAIN ACCESS FOR USER 'ann@acme.com' ON Shown AT (Month = '2024-01');

EXPLAIN ACCESS FOR USER 'ann@acme.com' ON Total;

EXPLAIN ACCESS FOR USER 'ann@acme.com' ON "In France";

-- cells that somebody reads without reading all that they are made of
EXPLAIN LEAKS ON Total;

EXPLAIN LEAKS ON "All shown";

ALTER APPLICATION SET INHERITANCE OFF;
EXPLAIN LEAKS ON Total;

-- mistakes
EXPLAIN ACCESS FOR USER 'ann@acme.com' ON Total AT (Store = 'S1');

EXPLAIN ACCESS FOR USER 'ann@acme.com' ON Revenue AT (Store = 'S1');

EXPLAIN ACCESS FOR USER 'ann@acme.com' ON Revenue AT (Store = 'S9', Month = '2024-01');

EXPLAIN ACCESS FOR USER 'nobody@acme.com' ON Revenue;

-- user: ann@acme.com
EXPLAIN LEAKS ON Total;
