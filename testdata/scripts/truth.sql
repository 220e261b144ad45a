-- AND is BLANK if either side is; OR ignores BLANK.
CREATE DIMENSION D (Name TEXT);
INSERT INTO D (Name) VALUES ('TT'), ('TF'), ('FF'), ('TB'), ('FB'), ('BB');
CREATE METRIC P BOOLEAN BY (D);
CREATE METRIC Q BOOLEAN BY (D);
INSERT INTO P (D, P) VALUES ('TT', TRUE), ('TF', TRUE), ('FF', FALSE), ('TB', TRUE), ('FB', FALSE);
INSERT INTO Q (D, Q) VALUES ('TT', TRUE), ('TF', FALSE), ('FF', FALSE);
CREATE METRIC "Each" BOOLEAN BY (D) AS P AND Q;
CREATE METRIC Either BOOLEAN BY (D) AS P OR Q;
CREATE METRIC Neither BOOLEAN BY (D) AS NOT (P OR Q);

SELECT * FROM "Each";

SELECT * FROM Either;

SELECT * FROM Neither;

-- a test that has a value everywhere fills: who has no end is there in every month from the first
CREATE DIMENSION Step (Name TEXT);
CREATE DIMENSION Person (Name TEXT, First Step, Last Step, Pay NUMBER);
INSERT INTO Step (Name) VALUES ('1'), ('2'), ('3');
INSERT INTO Person (Name, First, Last, Pay) VALUES ('Ann', '1', '2', 10), ('Bo', '2', NULL, 20);
CREATE METRIC Payroll NUMBER BY (Person, Step) AS
    Person.Pay[ADD: Step][FILTER: Person.First <= Step AND (ISBLANK(Person.Last) OR Step <= Person.Last)];
CREATE METRIC "Other Order" NUMBER BY (Person, Step) AS
    Person.Pay[ADD: Step][FILTER: Person.First <= Step AND (Step <= Person.Last OR ISBLANK(Person.Last))];
SELECT * FROM Payroll;
SELECT * FROM "Other Order";

-- a narrower term that is a metric adds what it has and fills nothing
CREATE METRIC Wide BOOLEAN BY (Person, Step);
CREATE METRIC Narrow BOOLEAN BY (Person);
INSERT INTO Wide (Person, Step, Wide) VALUES ('Ann', '1', FALSE);
INSERT INTO Narrow (Person, Narrow) VALUES ('Ann', TRUE), ('Bo', TRUE);
CREATE METRIC "Wide or Narrow" BOOLEAN BY (Person, Step) AS Wide OR Narrow;
SELECT * FROM "Wide or Narrow";

-- nor does one without dimensions
CREATE METRIC "Wide or Constant" BOOLEAN BY (Person, Step) AS Wide OR 0.5 = BLANK;
SELECT * FROM "Wide or Constant";
