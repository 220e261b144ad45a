-- A mapping that has no cell yet: nothing goes anywhere.
CREATE DIMENSION Team (Name TEXT);
INSERT INTO Team VALUES ('red');
CREATE DIMENSION Employee (Name TEXT);
INSERT INTO Employee VALUES ('ann'), ('bo');
CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month);
CREATE METRIC "Team of" Team BY (Employee, Month);
CREATE METRIC Cost NUMBER BY (Employee, Month);
INSERT INTO Cost VALUES ('ann', '2024-01', 5), ('bo', '2024-01', 6), ('bo', '2024-02', 7);
CREATE METRIC "Team cost" NUMBER BY (Team, Month) AS Cost[BY SUM: 'Team of', Month];

SELECT COUNT(*) FROM "Team cost";

EVALUATE Cost[SELECT MAX: 'Team of'];

EVALUATE Cost[BY FIRST: IFBLANK('Team of', 'Team of'), Month];

INSERT INTO "Team of" VALUES ('bo', '2024-02', 'red');

SELECT * FROM "Team cost";

DELETE FROM "Team of";

SELECT COUNT(*) FROM "Team cost";

-- Cells of other types that are not there are of their type.
CREATE METRIC "Days off" INTEGER BY (Employee, Month);
CREATE METRIC Kept BOOLEAN BY (Employee, Month);
CREATE METRIC Since DATE BY (Employee, Month);

EVALUATE IFBLANK('Days off', 3) + 0 * Cost;

EVALUATE IF(Cost > 5, IFBLANK(Kept, TRUE));

EVALUATE IF(ISBLANK(Since) AND Cost > 0, 1);

-- A whole number is what stands before the point, to its last digit.
CREATE METRIC Whole INTEGER BY (Employee);
INSERT INTO Whole VALUES ('ann', 0.99999999999999999), ('bo', '-9007199254740993.5');

SELECT * FROM Whole;

INSERT INTO Whole VALUES ('ann', 9223372036854775806.9), ('bo', -.5);

SELECT * FROM Whole;

INSERT INTO Whole VALUES ('ann', 9223372036854775808.5);

INSERT INTO Whole VALUES ('ann', 1.5e3);

SELECT * FROM Whole WHERE Employee = 'ann';
