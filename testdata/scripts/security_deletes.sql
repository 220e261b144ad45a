CREATE DIMENSION Country (Name TEXT);
CREATE DIMENSION Product (Name TEXT, Group TEXT);
CREATE DIMENSION Color (Name TEXT);
CREATE DIMENSION Team (Name TEXT);
CREATE DIMENSION Employee (Name TEXT, Team Team, Salary NUMBER);
CREATE DIMENSION Desk (Name TEXT, Employee Employee, Color Color);
INSERT INTO Country VALUES ('France'), ('Japan');
INSERT INTO Product VALUES ('P1', 'x'), ('P2', 'x'), ('P3', 'y');
INSERT INTO Color VALUES ('red'), ('blue'), ('green');
INSERT INTO Team VALUES ('Open'), ('Closed');
INSERT INTO Employee VALUES ('Eve', 'Open', 1), ('Max', 'Open', 2), ('Ghost', 'Closed', 3);
INSERT INTO Desk VALUES ('D1', 'Eve', 'red'), ('D2', 'Ghost', 'red'), ('D3', NULL, 'blue');
CREATE METRIC Sales NUMBER BY (Country, Product);
CREATE METRIC Stock NUMBER BY (Product, Color);
CREATE LIST Ledger (Country Country, Product Product, Amount NUMBER);
INSERT INTO Sales VALUES ('France', 'P1', 1), ('Japan', 'P1', 2), ('Japan', 'P2', 4);
INSERT INTO Stock VALUES ('P1', 'red', 1), ('P2', 'blue', 2);
INSERT INTO Ledger VALUES ('France', 'P1', 1), ('Japan', 'P1', 2), ('Japan', 'P2', 4), ('France', 'P3', 8), (NULL, 'P3', 16);
CREATE ROLE Planner PERMISSIONS ("Display Application", "Display Block Explorer", "Open Boards", "Add & remove List Items", "Import Data", "Export Data") READ UNSPECIFIED WRITE UNSPECIFIED;
CREATE ROLE Keeper PERMISSIONS ("Display Application", "Add & remove List Items", "Open Boards") READ ALLOWED WRITE ALLOWED;
CREATE USER 'ann';
CREATE USER 'kim';
CREATE USER 'bo';
GRANT ROLE Planner TO USER 'ann';
GRANT ROLE Keeper TO USER 'kim';
GRANT ROLE Contributor TO USER 'bo';
CREATE METRIC CountryRights ACCESS RIGHTS BY (User, Country);
CREATE METRIC TeamRights ACCESS RIGHTS BY (User, Team);
INSERT INTO CountryRights VALUES ('ann', 'France', 'rw'), ('ann', 'Japan', 'r-'), ('kim', 'France', 'rw'), ('kim', 'Japan', '--');
INSERT INTO TeamRights VALUES ('ann', 'Open', 'rw'), ('kim', 'Open', 'rw'), ('kim', 'Closed', '--');
ALTER APPLICATION SET INHERITANCE OFF;

-- without a rule role defaults decide: ann may write no cell of products
-- user: ann
DELETE FROM Product WHERE Name = 'P3';

-- user: bo
DELETE FROM Color WHERE Name = 'green';

-- user: owner
SELECT * FROM Color;

CREATE RULE by_country APPLY READ, WRITE OF CountryRights TO ALL METRICS WITH (Country);
CREATE RULE ledger APPLY READ, WRITE OF CountryRights TO LIST Ledger;
CREATE RULE people APPLY READ, WRITE OF TeamRights THROUGH Employee.Team TO ITEMS OF Employee;

-- kim reads no cell of Japan, and P3 has none there: the refusal is the same as for P2
-- user: kim
SELECT * FROM Sales;

DELETE FROM Product WHERE Name = 'P3';

DELETE FROM Product WHERE Name = 'P2';

-- colors stand in nothing that a rule closes
DELETE FROM Color WHERE Name = 'blue';

SELECT * FROM Stock;

SELECT Name, Color FROM Desk;

-- rights depend on countries and teams
DELETE FROM Country WHERE Name = 'France';

UPDATE Country SET Name = 'Frankreich' WHERE Name = 'France';

DELETE FROM Team;

UPDATE Employee SET Name = 'Adam' WHERE Name = 'Eve';

DELETE FROM Employee WHERE Name = 'Max';

-- names that do not decide on rights
UPDATE Product SET Name = 'P9' WHERE Name = 'P3';

UPDATE Product SET Name = 'P3' WHERE Name = 'P9';

-- rows: those that are not seen stay, also where all are meant
-- user: ann
SELECT * FROM Ledger;

UPDATE Ledger SET Amount = Amount + 1 WHERE Country = 'France';

-- readable and not writable: counted
UPDATE Ledger SET Amount = Amount + 1;

DELETE FROM Ledger;

-- a row may not be moved to where it may not be written
UPDATE Ledger SET Country = 'Japan' WHERE Country = 'France';

UPDATE Ledger SET Country = NULL WHERE Country = 'France';

-- user: kim
SELECT * FROM Ledger;

UPDATE Ledger SET Country = 'Japan' WHERE Amount = 2;

DELETE FROM Ledger WHERE Country = 'Japan';

DELETE FROM Ledger WHERE Amount > 0;

-- user: owner
SELECT * FROM Ledger;

-- a dimension whose items a rule hides
CREATE METRIC Pay NUMBER BY (Employee, Color);
INSERT INTO Color VALUES ('green');
INSERT INTO Pay VALUES ('Eve', 'red', 1), ('Ghost', 'green', 5);

-- user: kim
SELECT * FROM Color;

DELETE FROM Color WHERE Name = 'green';

DELETE FROM Color WHERE Name = 'red';

-- user: bo
DELETE FROM Sales;

DELETE FROM Ledger;

-- user: owner
SELECT * FROM Sales;

SELECT * FROM Employee;
