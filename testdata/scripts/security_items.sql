CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country);
INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA'), ('Germany', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Store (Code, Label, Country) VALUES ('S1', 'Paris', 'France'), ('S2', 'Lyon', 'France'), ('S3', 'Berlin', 'Germany'), ('S4', 'Tokyo', 'Japan');
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
CREATE METRIC Revenue NUMBER BY (Store, Month);
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 10), ('S1', '2024-04', 20), ('S2', '2024-01', 5), ('S3', '2024-02', 7), ('S4', '2024-01', 100);
CREATE ROLE Watcher PERMISSIONS ("Display Application", "Display Block Explorer", "Open Boards") READ ALLOWED WRITE DENIED;
CREATE USER 'ann@acme.com';
GRANT ROLE Watcher TO USER 'ann@acme.com';
CREATE METRIC "Store Rights" ACCESS RIGHTS BY (User, Store);
INSERT INTO "Store Rights" (User, Store, "Store Rights") VALUES ('ann@acme.com', 'S2', '--');
ALTER APPLICATION SET INHERITANCE OFF;
CREATE RULE shops APPLY READ OF "Store Rights" TO ITEMS OF Store;

-- user: ann@acme.com
SELECT * FROM Store;

SELECT * FROM Revenue;

SELECT Store, Store.Position FROM Revenue WHERE Month = '2024-01';

-- a hidden item and no item are the same
SELECT COUNT(*) AS N FROM Revenue WHERE Store = 'S2';

SELECT COUNT(*) AS N FROM Revenue WHERE Store = 'S9';

INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S2', '2024-01', 1);

INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S9', '2024-01', 1);
