CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country);
INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA'), ('Germany', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Store (Code, Label, Country) VALUES ('S1', 'Paris', 'France'), ('S2', 'Lyon', 'France'), ('S3', 'Berlin', 'Germany'), ('S4', 'Tokyo', 'Japan');
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
CREATE METRIC Revenue NUMBER BY (Store, Month);
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 10), ('S1', '2024-04', 20), ('S2', '2024-01', 5), ('S3', '2024-02', 7), ('S4', '2024-01', 100);
-- BLANK says nothing, FALSE denies, and the most restrictive word wins.
CREATE ROLE Watcher PERMISSIONS ("Display Application", "Display Block Explorer", "Open Boards") READ ALLOWED WRITE DENIED;
CREATE ROLE Guest PERMISSIONS ("Display Application", "Display Block Explorer", "Open Boards") READ UNSPECIFIED WRITE DENIED;
CREATE USER 'watcher@acme.com';
CREATE USER 'guest@acme.com';
GRANT ROLE Watcher TO USER 'watcher@acme.com';
GRANT ROLE Guest TO USER 'guest@acme.com';
CREATE METRIC First1 ACCESS RIGHTS BY (User, Store);
CREATE METRIC Second1 ACCESS RIGHTS BY (User, Store);
INSERT INTO First1 (User, Store, First1) VALUES ('watcher@acme.com', 'S1', '-.'), ('guest@acme.com', 'S1', 'r.'), ('guest@acme.com', 'S2', 'r.'), ('guest@acme.com', 'S3', '-.');
INSERT INTO Second1 (User, Store, Second1) VALUES ('guest@acme.com', 'S2', '-.'), ('guest@acme.com', 'S3', 'r.'), ('guest@acme.com', 'S4', '..');
ALTER APPLICATION SET INHERITANCE OFF;
CREATE RULE one APPLY READ OF First1 TO Revenue;
CREATE RULE two APPLY READ OF Second1 TO Revenue;

-- user: watcher@acme.com
SELECT * FROM Revenue;

-- user: guest@acme.com
SELECT * FROM Revenue;

-- user: owner
ALTER APPLICATION SET ACCESS RIGHTS STRICT;

-- user: watcher@acme.com
SELECT * FROM Revenue;

-- user: owner
ALTER APPLICATION SET ACCESS RIGHTS THREE STATE;
DROP RULE one;

-- user: watcher@acme.com
SELECT * FROM Revenue;
