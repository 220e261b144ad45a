-- What a formula may not be made of by who does not define security: other people's lines, and items and cells that a rule or a role closes.
CREATE DIMENSION E (Name TEXT, Badge TEXT);
CREATE DIMENSION F (Name TEXT);
CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month);
CREATE DIMENSION Team (Name TEXT);
INSERT INTO Team VALUES ('t1');
INSERT INTO F VALUES ('f');
CREATE USER 'u';
CREATE USER 'v';
GRANT ROLE Modeler TO USER 'u';
ALTER APPLICATION SET INHERITANCE OFF;
CREATE METRIC ER ACCESS RIGHTS BY (User, E);
CREATE RULE d APPLY READ, WRITE OF ER TO ITEMS OF E;
INSERT INTO E VALUES ('e0', 'b0'), ('Ghost', 'b1');
INSERT INTO ER VALUES ('u', 'e0', 'rw'), ('u', 'Ghost', '--');
CREATE METRIC Targets NUMBER BY (User, Month);
INSERT INTO Targets VALUES ('u', '2024-01', 10), ('v', '2024-01', 30);
CREATE METRIC Notes TEXT BY (User);
INSERT INTO Notes VALUES ('u', 'mine'), ('v', 'I resign');
CREATE METRIC One NUMBER BY (Month);
INSERT INTO One VALUES ('2024-01', 1);
CREATE METRIC TeamOf Team BY (User);
INSERT INTO TeamOf VALUES ('u', 't1'), ('v', 't1');
CREATE METRIC Rate NUMBER BY (Team);
INSERT INTO Rate VALUES ('t1', 12);
CREATE METRIC Emp User BY (Team);
INSERT INTO Emp VALUES ('t1', 'v');
CREATE METRIC Sal NUMBER BY (F);
INSERT INTO Sal VALUES ('f', 777);
CREATE METRIC Flag NUMBER BY (F) AS 1[ADD: F];
CREATE SUBSET Flagged OF F AS Flag > 50;
CREATE METRIC Nope ACCESS RIGHTS BY (User);
INSERT INTO Nope VALUES ('u', '--');
CREATE RULE r APPLY READ, WRITE OF Nope TO Sal, Flag;

-- other people's lines, on each way to them
-- user: u
CREATE METRIC P TEXT BY (User) AS Notes[BY TEXTLIST: IF(User = User."u", User."u", User."u")];

CREATE METRIC P NUMBER BY (Month, User) AS One[ADD SPLIT: User];

CREATE METRIC P NUMBER BY (Month, User) AS One[ADD SPLIT ON Targets: User];

CREATE METRIC P NUMBER BY (Month) AS One + RESETACCESSRIGHTS(One);

CREATE METRIC P NUMBER BY (User) AS Rate[BY SPLIT: TeamOf];

CREATE METRIC P INTEGER BY (Team) AS IF(ISBLANK(Emp), 0, 1);

-- each person's own line is no one else's
CREATE METRIC Mine NUMBER BY (User) AS Rate[BY: TeamOf]; SELECT * FROM Mine;

-- hidden items, by name, by property and by number
CREATE SUBSET X OF E AS 1[ADD: E][BY SUM: IF(STARTSWITH(E.Name, "Gh"), E."e0")] > 0;

CREATE SUBSET X OF E AS 1[ADD SPLIT: E] > 0.6;

CREATE METRIC C NUMBER BY (F) AS COUNTALLOF(1[ADD: E])[ADD: F]; CREATE SUBSET X OF F AS C > 1;

-- a subset is asked again when what it reads changes
ALTER METRIC Flag AS Sal;

-- a property would tell of a closed metric as well
ALTER DIMENSION F ADD PROPERTY Pay NUMBER AS Sal;
