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

-- inheritance comes later; until then a rule needs it switched off, so that nobody is misled
CREATE RULE by_store APPLY READ, WRITE OF "Region Rights" THROUGH Store.Country.Region TO ALL METRICS WITH (Store);

ALTER APPLICATION SET INHERITANCE OFF;
CREATE RULE by_store APPLY READ, WRITE OF "Region Rights" THROUGH Store.Country.Region TO ALL METRICS WITH (Store);

-- user: ann@acme.com
SELECT * FROM Revenue;
