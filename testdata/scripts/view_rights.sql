-- What a view shows is what its query shows to who asks. Who may not name all that it reads has no such view.
CREATE DIMENSION Country (Name TEXT);
CREATE DIMENSION Team (Name TEXT);
CREATE DIMENSION Employee (Name TEXT, Team Team);
CREATE DIMENSION Store (Name TEXT, Country Country);
INSERT INTO Country VALUES ('France'), ('Japan');
INSERT INTO Team VALUES ('Open'), ('Closed');
INSERT INTO Employee VALUES ('Ann', 'Open'), ('Ghost', 'Closed');
INSERT INTO Store VALUES ('S1', 'France'), ('S2', 'Japan');
CREATE METRIC Revenue NUMBER BY (Store);
CREATE METRIC Cost NUMBER BY (Store);
CREATE METRIC Salary NUMBER BY (Employee);
INSERT INTO Revenue VALUES ('S1', 10), ('S2', 100);
INSERT INTO Cost VALUES ('S2', 60);
INSERT INTO Salary VALUES ('Ann', 1), ('Ghost', 2);
CREATE ROLE Planner PERMISSIONS ("Display Application", "Open Boards") READ UNSPECIFIED WRITE DENIED;
CREATE ROLE Author PERMISSIONS ("Display Application", "Open Boards", "Configure Views") READ UNSPECIFIED WRITE DENIED;
CREATE USER 'p';
CREATE USER 'a';
GRANT ROLE Planner TO USER 'p';
GRANT ROLE Author TO USER 'a';
CREATE METRIC CountryRights ACCESS RIGHTS BY (User, Country);
CREATE METRIC TeamRights ACCESS RIGHTS BY (User, Team);
CREATE RULE countries APPLY READ OF CountryRights THROUGH Store.Country TO ALL METRICS WITH (Store);
CREATE RULE people APPLY READ OF TeamRights THROUGH Employee.Team TO ITEMS OF Employee;
CREATE RULE pay APPLY READ OF TeamRights THROUGH Employee.Team TO ALL METRICS WITH (Employee);
INSERT INTO CountryRights VALUES ('p', 'France', 'r.'), ('a', 'France', 'r.');
INSERT INTO TeamRights VALUES ('p', 'Open', 'r.'), ('a', 'Open', 'r.');
CREATE VIEW Totals AS SELECT Store.Country AS Country, SUM(Revenue) AS Total FROM Revenue GROUP BY 1;
CREATE VIEW Grants AS SELECT User, Country FROM CountryRights;
CREATE VIEW Ghosts AS SELECT Employee, Salary FROM Salary WHERE Employee = 'Ghost' OR Salary > 0;
CREATE VIEW Known AS SELECT Employee, Salary FROM Salary WHERE Employee = 'Ann';
CREATE TABLE PnL OF (Revenue, Cost);
CREATE TABLE Rights OF (CountryRights);
COMMENT ON VIEW Totals IS 'all we sold';
COMMENT ON METRIC Revenue IS 'gross';
COMMENT ON METRIC CountryRights IS 'who sees what';
SELECT * FROM Totals ORDER BY 1;
SELECT * FROM Ghosts ORDER BY 1;
SELECT COUNT(*) AS Rows FROM Grants;

-- user: p
SELECT * FROM Totals ORDER BY 1;
SELECT * FROM Ghosts;
SELECT * FROM Known;
SELECT * FROM PnL;

SELECT * FROM Grants;

SELECT * FROM Nothing;

SELECT * FROM Rights;

DESCRIBE Grants;

DESCRIBE Nothing;

SHOW VIEWS;

SHOW TABLES;

SHOW METRICS;

SELECT table_name, block_type, comment FROM information_schema.tables ORDER BY 1;

SELECT * FROM information_schema.views;

SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_name IN ('Totals', 'PnL', 'Grants', 'CountryRights') ORDER BY 1, ordinal_position;

CREATE VIEW Mine AS SELECT 1 AS One;

DROP VIEW Totals;

COMMENT ON VIEW Totals IS 'x';

-- A text that may name what one does not see is not shown.
-- user: a
SHOW VIEWS;

CREATE VIEW Mine AS SELECT * FROM CountryRights;

CREATE VIEW Mine AS SELECT * FROM Nothing;

CREATE VIEW Grants AS SELECT 1 AS One;

DROP VIEW Grants;

DROP VIEW Nothing;

ALTER VIEW Grants AS SELECT 1 AS One;

COMMENT ON VIEW Grants IS 'x';

CREATE VIEW Mine AS SELECT Country, Total FROM Totals;
SELECT * FROM Mine;
COMMENT ON VIEW Mine IS 'my own';
SHOW VIEWS;
COMMENT ON METRIC Revenue IS 'x';

-- user: owner
SELECT * FROM Mine ORDER BY 1;
EXECUTE AS USER 'p' SELECT * FROM Mine ORDER BY 1;
DROP VIEW Totals;
