CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country);
INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA'), ('Germany', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Store (Code, Label, Country) VALUES ('S1', 'Paris', 'France'), ('S2', 'Lyon', 'France'), ('S3', 'Berlin', 'Germany'), ('S4', 'Tokyo', 'Japan');
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
CREATE METRIC Revenue NUMBER BY (Store, Month);
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 10), ('S1', '2024-04', 20), ('S2', '2024-01', 5), ('S3', '2024-02', 7), ('S4', '2024-01', 100);
CREATE ROLE Look PERMISSIONS ("Display Application", "Open Boards") READ ALLOWED WRITE ALLOWED;
CREATE ROLE Enter PERMISSIONS ("Display Application") READ ALLOWED WRITE ALLOWED;
CREATE USER 'look@acme.com';
CREATE USER 'enter@acme.com';
CREATE USER 'none@acme.com';
GRANT ROLE Look TO USER 'look@acme.com';
GRANT ROLE Enter TO USER 'enter@acme.com';

-- user: look@acme.com
SELECT COUNT(*) AS N FROM Revenue;

INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 11);

CREATE METRIC X NUMBER;

CREATE DIMENSION X (Name TEXT);

INSERT INTO Region (Name) VALUES ('LATAM');

COPY Revenue FROM 'revenue.csv';

CREATE ROLE Mine PERMISSIONS ("Display Application") READ ALLOWED WRITE ALLOWED;

GRANT ROLE Admin TO USER 'look@acme.com';

CREATE USER 'friend@acme.com';

EVALUATE 1 + 1;

SHOW FORMULA Revenue;

SHOW RULES;

SELECT * FROM User;

EXECUTE AS USER 'enter@acme.com' SELECT 1;

-- user: enter@acme.com
SELECT COUNT(*) AS N FROM Revenue;

INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 12);

-- user: none@acme.com
SELECT 1 AS x;

-- user: owner
SHOW ROLE OF 'look@acme.com';

SELECT COUNT(*) AS N FROM User;
