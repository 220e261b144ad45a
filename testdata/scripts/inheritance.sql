-- What a formula reads must be readable too, cell by cell: step 3 of the effective right.
CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Code TEXT, Country Country, Format TEXT);
INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
INSERT INTO Country (Name, Region) VALUES ('FR', 'EMEA'), ('DE', 'EMEA'), ('JP', 'APAC');
INSERT INTO Store (Code, Country, Format) VALUES ('S1', 'FR', 'big'), ('S2', 'FR', 'small'), ('S3', 'DE', 'big'), ('S4', 'JP', 'big');
CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month, Quarter);
CREATE METRIC Revenue NUMBER BY (Store, Month);
INSERT INTO Revenue VALUES ('S1', '2024-01', 1), ('S1', '2024-02', 2), ('S2', '2024-01', 10), ('S3', '2024-02', 100), ('S4', '2024-01', 1000);
CREATE METRIC Open NUMBER BY (Store, Month);
INSERT INTO Open VALUES ('S4', '2024-01', 7), ('S1', '2024-01', 5);
CREATE METRIC FX NUMBER BY (Country);
INSERT INTO FX VALUES ('FR', 2), ('DE', 3), ('JP', 4);
CREATE METRIC Chosen Country BY (Store);
INSERT INTO Chosen VALUES ('S1', 'FR'), ('S4', 'FR');
CREATE ROLE Planner PERMISSIONS ("Display Application", "Display Block Explorer", "Open Boards", "Use formula playground") READ ALLOWED WRITE ALLOWED;
CREATE USER 'ann';
CREATE USER 'bo';
GRANT ROLE Planner TO ALL USERS;
CREATE METRIC CountryRights ACCESS RIGHTS BY (User, Country);
INSERT INTO CountryRights VALUES ('ann', 'JP', '-.'), ('ann', 'FR', 'r.');
CREATE METRIC MonthRights ACCESS RIGHTS BY (User, Month);
INSERT INTO MonthRights VALUES ('bo', '2024-02', '-.');
CREATE RULE by_store APPLY READ OF CountryRights THROUGH Store.Country TO Revenue, Chosen;
CREATE RULE by_month APPLY READ OF MonthRights TO Revenue;

-- cell by cell: an operand is read at the same coordinate, or at its image
CREATE METRIC Twice NUMBER BY (Store, Month) AS Revenue * 2;
CREATE METRIC Both NUMBER BY (Store, Month) AS IF(Store = Store."S4", Open, Revenue);

-- user: ann
SELECT * FROM Twice;

-- every branch counts, whichever is chosen
SELECT * FROM Both;

-- what no rule speaks of sets no condition
SELECT * FROM Open;

-- of a formula of a formula as well
-- user: owner
CREATE METRIC Again NUMBER BY (Store, Month) AS Twice + Open;

-- user: ann
SELECT * FROM Again;

-- an aggregation reads every coordinate that is sent to its group, whether or not something stands there
-- user: owner
CREATE METRIC ByCountry NUMBER BY (Country) AS Revenue[BY: Store.Country][REMOVE: Month];
CREATE METRIC ByRegion NUMBER BY (Region, Month) AS Revenue[BY: Store.Country.Region];
CREATE METRIC ByMonth NUMBER BY (Month) AS Revenue[REMOVE: Store];
CREATE METRIC Whole NUMBER AS SUMOF(Revenue);

-- user: ann
SELECT * FROM ByCountry;

SELECT * FROM ByRegion;

SELECT * FROM ByMonth;

SELECT * FROM Whole;

-- user: bo
SELECT * FROM ByCountry;

SELECT * FROM ByMonth;

-- a condition of dimensions, items and properties alone says which; one that reads a metric is taken as TRUE everywhere
-- user: owner
CREATE METRIC Emea NUMBER BY (Month) AS Revenue[SELECT: Store.Country.Region = Region."EMEA"];
CREATE METRIC NotApac NUMBER BY (Month) AS Revenue[EXCLUDE: Store.Country.Region = Region."APAC"][REMOVE: Store];
CREATE METRIC One NUMBER BY (Month) AS Revenue[SELECT: Store."S1"];
CREATE METRIC Large NUMBER BY (Month) AS Revenue[FILTER: Revenue > 1][REMOVE: Store];
CREATE METRIC LargeEmea NUMBER BY (Month) AS Revenue[FILTER: Store.Country.Region = Region."EMEA" AND Revenue > 1][REMOVE: Store];
CREATE METRIC LargeOpen NUMBER BY (Month) AS Revenue[FILTER: Open > 1][REMOVE: Store];

-- user: ann
SELECT Month, Emea FROM Emea;

SELECT Month, NotApac FROM NotApac;

SELECT Month, One FROM One;

SELECT Month, Large FROM Large;

SELECT Month, LargeEmea FROM LargeEmea;

SELECT Month, LargeOpen FROM LargeOpen;

-- a mapping that is a metric is read wherever it could lead to the group
-- user: owner
CREATE METRIC ByChosen NUMBER BY (Country) AS Open[BY: Chosen][REMOVE: Month];
CREATE METRIC Rate NUMBER BY (Store) AS FX[BY: Chosen];

-- user: ann
SELECT * FROM ByChosen;

SELECT * FROM Rate;

-- runs and windows
-- user: owner
CREATE METRIC Run NUMBER BY (Store, Month) AS CUMULATE(Revenue, Month);
CREATE METRIC Window NUMBER BY (Store, Month) AS MOVINGSUM(Revenue, 2);
CREATE METRIC Before NUMBER BY (Store, Month) AS Revenue[SELECT: Month - 1] + Open;
CREATE METRIC Filled NUMBER BY (Store, Month) AS FILLFORWARD(Revenue, Month);
CREATE METRIC Place INTEGER BY (Store, Month) AS RANK(Revenue, Month);
CREATE METRIC Balance NUMBER BY (Store, Month) AS PREVIOUS(Month) + Revenue;

-- user: bo
SELECT * FROM Run;

SELECT * FROM Window;

SELECT * FROM Before;

SELECT * FROM Filled;

SELECT * FROM Place;

SELECT * FROM Balance;

-- user: ann
SELECT * FROM Run;

SELECT * FROM Balance;

SELECT * FROM Place;

-- RESETACCESSRIGHTS cuts the inheritance through what it holds
-- user: owner
CREATE METRIC Shown NUMBER BY (Month) AS RESETACCESSRIGHTS(Revenue)[REMOVE: Store];
CREATE METRIC Half NUMBER BY (Store, Month) AS RESETACCESSRIGHTS(Revenue) + Open * 0 + Twice * 0;

-- user: ann
SELECT * FROM Shown;

SELECT * FROM Half;

-- the playground: computed on all data, masked like a metric of one's own
EVALUATE Revenue * 2;

EVALUATE Revenue[BY: Store.Country];

EVALUATE SUMOF(Revenue);

EVALUATE SUMOF(Open);

EVALUATE Chosen;

-- a query adds what may be read, a formula all or nothing
SELECT SUM(Revenue) AS S FROM Revenue;

-- without inheritance a saved formula's cells have rights of their own; the playground keeps to what it reads
-- user: owner
ALTER APPLICATION SET INHERITANCE OFF;

-- user: ann
SELECT * FROM ByMonth;

SELECT * FROM Twice;

EVALUATE SUMOF(Revenue);

EVALUATE SUMOF(Twice);

-- user: owner
ALTER APPLICATION SET INHERITANCE ON;

-- user: ann
SELECT * FROM ByMonth;
