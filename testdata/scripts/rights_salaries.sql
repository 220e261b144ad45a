-- Recipe: everybody sees who works here, few see what they earn.
CREATE DIMENSION Grade (Name TEXT);
CREATE DIMENSION Employee (Name TEXT, Grade Grade, Salary NUMBER);
INSERT INTO Grade VALUES ('Junior'), ('Senior');
INSERT INTO Employee VALUES ('Al', 'Junior', 40), ('Bea', 'Senior', 90), ('Cy', 'Senior', 70);
CREATE METRIC Cost NUMBER BY (Employee) AS Employee.Salary * 1.5;
CREATE METRIC "Cost of grade" NUMBER BY (Grade) AS Employee.Salary[BY: Employee.Grade];
CREATE METRIC "Well paid" INTEGER AS COUNTOF(Employee.Salary[FILTER: Employee.Salary > 60]);
CREATE ROLE Staff PERMISSIONS ("Display Application", "Open Boards", "Use formula playground") READ ALLOWED WRITE DENIED;
CREATE USER 'hr@acme.com';
CREATE USER 'lead@acme.com';
CREATE USER 'al@acme.com';
GRANT ROLE Staff TO ALL USERS;
CREATE METRIC "Pay rights" ACCESS RIGHTS BY (User, Grade);
INSERT INTO "Pay rights" VALUES ('hr@acme.com', 'Junior', 'r.'), ('hr@acme.com', 'Senior', 'r.'), ('lead@acme.com', 'Junior', 'r.');
CREATE RULE pay APPLY READ OF "Pay rights" THROUGH Employee.Grade TO PROPERTY Employee.Salary;
CREATE RULE no_default IGNORE ROLE DEFAULT READ ON Cost;
ALTER APPLICATION SET ACCESS RIGHTS STRICT;

-- user: hr@acme.com
SELECT Name, Salary FROM Employee;

SELECT * FROM "Cost of grade";

-- user: lead@acme.com
SELECT Name, Salary FROM Employee;

SELECT * FROM "Cost of grade";

SELECT * FROM "Well paid";

-- not by way of a formula of one's own either
EVALUATE Employee.Salary * 2;

EVALUATE IF(Employee.Salary > 60, "rich", "poor");

-- user: al@acme.com
SELECT Name, Salary FROM Employee;

SELECT Name FROM Employee WHERE Salary > 60;

-- the metric that ignores the role's default is closed to all while no rule opens it
SELECT * FROM Cost;
