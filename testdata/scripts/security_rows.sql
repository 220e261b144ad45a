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

SELECT Store.Country, SUM(Revenue) AS Revenue, COUNT(*) AS N FROM Revenue GROUP BY 1 ORDER BY 1;

-- user: ann@acme.com
SELECT Store.Country, SUM(Revenue) AS Revenue, COUNT(*) AS N FROM Revenue GROUP BY 1 ORDER BY 1;

SELECT COUNT(*) AS N, MAX(Revenue) AS M, AVG(Revenue) AS A FROM Revenue;

SELECT Store, RANK() OVER (ORDER BY Revenue DESC) AS R FROM Revenue WHERE Month = '2024-01' ORDER BY 2;

SELECT Code FROM Store s WHERE NOT EXISTS (SELECT 1 FROM Revenue r WHERE r.Store = s.Code);

-- an expression never meets a hidden cell
SELECT SUM(1 / (Revenue - 100)) AS S FROM Revenue;

-- user: bo@acme.com
SELECT * FROM Revenue;

-- user: cy@acme.com
SELECT * FROM Revenue;

SELECT COUNT(*) AS N, SUM(Revenue) AS S FROM Revenue;

-- user: dora@acme.com
SELECT * FROM Revenue;
