-- Hidden items, properties and rows in what formulas read.
CREATE DIMENSION Team (Name TEXT);
CREATE DIMENSION Employee (Name TEXT, Team Team, Salary NUMBER, Boss Employee);
INSERT INTO Team (Name) VALUES ('Red'), ('Blue'), ('Green');
INSERT INTO Employee (Name, Team, Salary) VALUES ('Al', 'Red', 10), ('Bea', 'Red', 20), ('Cy', 'Blue', 30), ('Di', 'Blue', 40);
UPDATE Employee SET Boss = 'Al' WHERE Name = 'Bea';
UPDATE Employee SET Boss = 'Bea' WHERE Name = 'Cy';
CREATE CALENDAR FROM '2024-01-01' TO '2024-02-29' LEVELS (Month);
CREATE METRIC FTE NUMBER BY (Employee, Month);
INSERT INTO FTE VALUES ('Al', '2024-01', 1), ('Bea', '2024-01', 1), ('Cy', '2024-01', 0.5), ('Di', '2024-02', 1);
CREATE METRIC Budget NUMBER BY (Team);
INSERT INTO Budget VALUES ('Red', 100), ('Blue', 60);
CREATE LIST Claims (Employee Employee, Team Team, Amount NUMBER);
INSERT INTO Claims VALUES ('Al', 'Red', 1), ('Cy', 'Blue', 2), ('Di', 'Blue', 4), ('Bea', NULL, 8);
CREATE ROLE Planner PERMISSIONS ("Display Application", "Display Block Explorer", "Open Boards", "Use formula playground") READ ALLOWED WRITE ALLOWED;
CREATE USER 'ann';
CREATE USER 'bo';
CREATE USER 'cat';
GRANT ROLE Planner TO ALL USERS;
CREATE METRIC PeopleRights ACCESS RIGHTS BY (User, Employee);
INSERT INTO PeopleRights VALUES ('ann', 'Di', '-.');
CREATE METRIC PayRights ACCESS RIGHTS BY (User, Team);
INSERT INTO PayRights VALUES ('bo', 'Blue', '-.');
CREATE METRIC ClaimRights ACCESS RIGHTS BY (User, Team);
INSERT INTO ClaimRights VALUES ('cat', 'Blue', '-.');
CREATE METRIC Heads NUMBER BY (Team, Month) AS FTE[BY: Employee.Team];
CREATE METRIC AllHeads NUMBER BY (Month) AS FTE[REMOVE: Employee];
CREATE METRIC Each NUMBER BY (Employee) AS Budget[BY: Employee.Team];
CREATE METRIC Share NUMBER BY (Employee) AS Budget[BY SPLIT: Employee.Team];
CREATE METRIC Count INTEGER BY (Month) AS COUNTALLOF(FTE)[ADD: Month];
CREATE METRIC Next NUMBER BY (Employee, Month) AS FTE[SELECT: Employee + 1];
CREATE METRIC Under NUMBER BY (Employee) AS ROLLUP(FTE[REMOVE: Month], Employee.Boss);
CREATE METRIC Pay NUMBER BY (Team) AS Employee.Salary[BY: Employee.Team];
CREATE METRIC PayEach NUMBER BY (Employee) AS Employee.Salary * 2;
CREATE METRIC Rich NUMBER BY (Month) AS FTE[FILTER: Employee.Salary > 15][REMOVE: Employee];
CREATE METRIC ClaimsOfTeams NUMBER BY (Team) AS Claims.Amount[BY: Claims.Team];
CREATE METRIC ClaimsDoubled NUMBER BY (Team) AS (Claims.Amount * 2)[BY: Claims.Team];
CREATE METRIC ClaimsFiltered NUMBER BY (Team) AS Claims.Amount[FILTER: Claims.Amount > 1][BY: Claims.Team];
CREATE METRIC ClaimsOfPeople NUMBER BY (Employee) AS Claims.Amount[BY: Claims.Employee];
CREATE METRIC ClaimsOfTheirTeams NUMBER BY (Team) AS Claims.Amount[BY: Claims.Employee.Team];
ALTER DIMENSION Employee ADD PROPERTY Double NUMBER AS Employee.Salary * 2;

-- a rule says for how many it closes something, and which formulas with it
CREATE RULE people APPLY READ OF PeopleRights TO ITEMS OF Employee;

CREATE RULE pay APPLY READ OF PayRights THROUGH Employee.Team TO PROPERTY Employee.Salary;

CREATE RULE claims APPLY READ OF ClaimRights TO LIST Claims;

-- one hidden employee makes every total over the team, and over all, unreadable
-- user: ann
SELECT * FROM Heads;

SELECT * FROM AllHeads;

SELECT * FROM Each;

-- who shares with somebody hidden, and who steps over one
SELECT * FROM Share;

SELECT * FROM Count;

SELECT * FROM Next;

SELECT * FROM Under;

SELECT * FROM Pay;

SELECT * FROM ClaimsOfTeams;

SELECT * FROM ClaimsOfPeople;

EVALUATE COUNTALLOF(FTE);

EVALUATE 1[ADD: Employee][REMOVE: Employee];

EVALUATE 1[ADD: Employee][BY: Employee.Team];

EVALUATE SUMOF(1[ADD: Employee]);

EVALUATE RANK(1[ADD: Employee]);

EVALUATE Budget[BY SPLIT ON 1[ADD: Employee]: Employee.Team];

EVALUATE Budget[ADD SPLIT ON 1[ADD: Employee]: Employee];

-- a hidden property: neither its value nor what is chosen by it
-- user: bo
SELECT * FROM Heads;

SELECT * FROM Pay;

SELECT * FROM PayEach;

SELECT * FROM Rich;

SELECT Name, Salary, Double FROM Employee;

-- rows: all that a row of the group could carry must be readable
-- user: cat
SELECT * FROM ClaimsOfTeams;

SELECT * FROM ClaimsOfPeople;

SELECT * FROM ClaimsOfTheirTeams;

SELECT * FROM ClaimsDoubled;

SELECT * FROM ClaimsFiltered;

SELECT * FROM Claims;

-- user: owner
SELECT * FROM ClaimsOfTeams;
