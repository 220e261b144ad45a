-- Recipe: people plan their region. An attribute of the person decides, a formula makes the rights, one rule applies them.
CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Name TEXT, Country Country);
INSERT INTO Region VALUES ('EMEA'), ('APAC');
INSERT INTO Country VALUES ('France', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Store VALUES ('Paris', 'France'), ('Lyon', 'France'), ('Tokyo', 'Japan');
CREATE METRIC Units NUMBER BY (Store);
INSERT INTO Units VALUES ('Paris', 10), ('Lyon', 4), ('Tokyo', 20);
CREATE METRIC Revenue NUMBER BY (Store) AS Units * 3;
CREATE METRIC "By region" NUMBER BY (Region) AS Revenue[BY SUM: Store.Country.Region];
CREATE METRIC Company NUMBER AS SUMOF(Revenue);
CREATE ROLE Planner PERMISSIONS ("Display Application", "Open Boards") READ UNSPECIFIED WRITE UNSPECIFIED;
ALTER DIMENSION User ADD PROPERTY Region Region;
CREATE USER 'ann@acme.com' (Region = 'EMEA');
CREATE USER 'joe@acme.com' (Region = 'APAC');
CREATE USER 'new@acme.com';
GRANT ROLE Planner TO ALL USERS;
CREATE METRIC "Own region" ACCESS RIGHTS BY (User, Region) AS ACCESSRIGHTS(User.Region = Region, User.Region = Region);
CREATE RULE stores APPLY READ, WRITE OF "Own region" THROUGH Store.Country.Region TO ALL METRICS WITH (Store);
CREATE RULE regions APPLY READ OF "Own region" TO ALL METRICS WITH (Region);

-- user: ann@acme.com
SELECT Store, Revenue FROM Revenue;

SELECT Region, "By region" FROM "By region";

-- a query adds up what may be read; the company's own total is somebody else's
SELECT SUM(Revenue) AS Mine FROM Revenue;

SELECT * FROM Company;

UPDATE Units SET Units = Units + 1;

UPDATE Units SET Units = 1 WHERE Store = 'Tokyo';

-- who has no region yet sees nothing
-- user: new@acme.com
SELECT Store, Revenue FROM Revenue;

-- who may see the company's total gets a formula that says so
-- user: owner
CREATE METRIC "Company, for all" NUMBER AS SUMOF(RESETACCESSRIGHTS(Revenue));
CREATE METRIC Everybody ACCESS RIGHTS BY (User) AS IF(ISNOTBLANK(User.Name), ACCESSRIGHTS(TRUE, BLANK));
CREATE RULE company APPLY READ OF Everybody TO "Company, for all";

EXPLAIN LEAKS ON "Company, for all";

-- user: joe@acme.com
SELECT * FROM "Company, for all";
