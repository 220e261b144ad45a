-- Recipe: managers see their teams, as items. Who is hidden is in no list, no total and no error.
CREATE DIMENSION Team (Name TEXT);
CREATE DIMENSION Employee (Name TEXT, Team Team);
INSERT INTO Team VALUES ('Sales'), ('Research');
INSERT INTO Employee VALUES ('Al', 'Sales'), ('Bea', 'Sales'), ('Cy', 'Research');
CREATE METRIC Hours NUMBER BY (Employee);
INSERT INTO Hours VALUES ('Al', 30), ('Bea', 40), ('Cy', 35);
CREATE METRIC "Team hours" NUMBER BY (Team) AS Hours[BY: Employee.Team];
CREATE METRIC "All hours" NUMBER AS SUMOF(Hours);
CREATE ROLE Manager PERMISSIONS ("Display Application", "Open Boards") READ ALLOWED WRITE DENIED;
CREATE USER 'mia@acme.com';
GRANT ROLE Manager TO ALL USERS;
CREATE METRIC Manages ACCESS RIGHTS BY (User, Team);
INSERT INTO Manages VALUES ('mia@acme.com', 'Sales', 'r.'), ('mia@acme.com', 'Research', '-.');
CREATE RULE people APPLY READ OF Manages THROUGH Employee.Team TO ITEMS OF Employee;

-- user: mia@acme.com
SELECT Name FROM Employee;

SELECT * FROM Hours;

-- her team's total is whole; one that would hold somebody hidden is not there
SELECT * FROM "Team hours";

SELECT * FROM "All hours";

SELECT * FROM Hours WHERE Employee = 'Cy';

-- user: owner
EXPLAIN ACCESS FOR USER 'mia@acme.com' ON "Team hours";
