-- The worked values of the reference, in its order.
--
-- A: 5, BLANK, BLANK; B: BLANK, 7, BLANK
CREATE DIMENSION D (Name TEXT);
INSERT INTO D (Name) VALUES ('1'), ('2'), ('3');

CREATE METRIC A NUMBER BY (D);
INSERT INTO A (D, A) VALUES ('1', 5);

CREATE METRIC B NUMBER BY (D);
INSERT INTO B (D, B) VALUES ('2', 7);

EVALUATE A + B;

EVALUATE A - B;

EVALUATE A * B;

-- R: 50, BLANK
CREATE METRIC R NUMBER BY (D);
INSERT INTO R (D, R) VALUES ('1', 50);

EVALUATE R + 100;

EVALUATE R * 2;

-- A by Country, Product: (FR, P1) = 5; B by Product: P1 = 1, P2 = 2
CREATE DIMENSION Region (Name TEXT);
INSERT INTO Region (Name) VALUES ('EMEA');

CREATE DIMENSION Country (Name TEXT, Region Region);
INSERT INTO Country (Name, Region) VALUES ('FR', 'EMEA'), ('DE', 'EMEA'), ('IT', 'EMEA');

CREATE DIMENSION Product (Name TEXT);
INSERT INTO Product (Name) VALUES ('P1'), ('P2');

CREATE METRIC AC NUMBER BY (Country, Product);
INSERT INTO AC (Country, Product, AC) VALUES ('FR', 'P1', 5);

CREATE METRIC BP NUMBER BY (Product);
INSERT INTO BP (Product, BP) VALUES ('P1', 1), ('P2', 2);

EVALUATE AC + BP;

-- A: 3, BLANK
CREATE DIMENSION E (Name TEXT);
INSERT INTO E (Name) VALUES ('1'), ('2');

CREATE METRIC T NUMBER BY (E);
INSERT INTO T (E, T) VALUES ('1', 3);

EVALUATE ISBLANK(T);

EVALUATE ISDEFINED(T);

EVALUATE IFDEFINED(T, 1);

-- Revenue 10, 10, 10; Cost 2000, 500, BLANK
CREATE METRIC Revenue NUMBER BY (D);
INSERT INTO Revenue (D, Revenue) VALUES ('1', 10), ('2', 10), ('3', 10);

CREATE METRIC Cost NUMBER BY (D);
INSERT INTO Cost (D, Cost) VALUES ('1', 2000), ('2', 500);

EVALUATE Revenue[EXCLUDE: Cost > 1000];

EVALUATE Revenue[FILTER: Cost <= 1000];

-- Status 0, 1, 7, BLANK
CREATE DIMENSION F (Name TEXT);
INSERT INTO F (Name) VALUES ('1'), ('2'), ('3'), ('4');

CREATE METRIC Status INTEGER BY (F);
INSERT INTO Status (F, Status) VALUES ('1', 0), ('2', 1), ('3', 7);

EVALUATE SWITCH(Status, 0, "Inactive", 1, "Active");

-- Inventory A 30, B 48, C 24; Priority B 1, C 2, A 3
CREATE DIMENSION P (Name TEXT, Priority INTEGER);
INSERT INTO P (Name, Priority) VALUES ('A', 3), ('B', 1), ('C', 2);

CREATE METRIC Inventory NUMBER BY (P);
INSERT INTO Inventory (P, Inventory) VALUES ('A', 30), ('B', 48), ('C', 24);

EVALUATE CUMULATE(Inventory, P);

EVALUATE CUMULATE(Inventory, P ON P.Priority);

-- a target of 12 on a region of 3 countries
CREATE METRIC Target NUMBER BY (Region);
INSERT INTO Target (Region, Target) VALUES ('EMEA', 12);

EVALUATE Target[BY CONSTANT: Country.Region];

EVALUATE Target[BY SPLIT: Country.Region];

-- people that are needed later than they are hired
CREATE CALENDAR FROM '2020-01-01' TO '2020-12-31' LEVELS (Day, Month);

CREATE DIMENSION Team (Name TEXT);
INSERT INTO Team (Name) VALUES ('Sales'), ('R&D');

CREATE METRIC FTE NUMBER BY (Team, Month);
INSERT INTO FTE (Team, Month, FTE) VALUES
    ('Sales', '2020-01', 1.5), ('Sales', '2020-02', 2), ('Sales', '2020-03', 2), ('Sales', '2020-04', 3), ('Sales', '2020-05', 3),
    ('Sales', '2020-06', 3), ('R&D', '2020-01', 5), ('R&D', '2020-02', 6), ('R&D', '2020-03', 8), ('R&D', '2020-04', 8),
    ('R&D', '2020-05', 8), ('R&D', '2020-06', 8);

CREATE METRIC "Offset" INTEGER BY (Team);
INSERT INTO "Offset" (Team, "Offset") VALUES ('Sales', 3), ('R&D', 1);

EVALUATE FTE[BY: Team, SHIFT(Month, 'Offset')][FILTER: Month <= Month."2020-06"];

EVALUATE PRORATA(Month, DATE(2020,6,15), DATE(2020,7,14));

-- Saturday and Sunday are off
CREATE METRIC Works BOOLEAN BY ("Day of Week");
INSERT INTO Works ("Day of Week", Works) VALUES ('Monday', TRUE), ('Tuesday', TRUE), ('Wednesday', TRUE), ('Thursday', TRUE), ('Friday', TRUE), ('Saturday', FALSE), ('Sunday', FALSE);

EVALUATE NETWORKDAYS(DATE(2020,12,2), DATE(2020,12,7), Works);

-- Salary BLANK BLANK 5000 5000 5250 5250 BLANK BLANK
CREATE METRIC Salary NUMBER BY (Month);
INSERT INTO Salary (Month, Salary) VALUES ('2020-03', 5000), ('2020-04', 5000), ('2020-05', 5250), ('2020-06', 5250);

EVALUATE FILLFORWARD(Salary, Month)[FILTER: Month <= Month."2020-08"];

-- payments 110, 121 at 10%
CREATE METRIC Payments NUMBER BY (E);
INSERT INTO Payments (E, Payments) VALUES ('1', 110), ('2', 121);

EVALUATE ROUND(NPV(0.1, Payments), 9);

-- windows of {BLANK, 2} and of {0, 2}
CREATE METRIC Some NUMBER BY (F);
INSERT INTO Some (F, Some) VALUES ('2', 2), ('3', 0), ('4', 2);

EVALUATE MOVINGAVERAGE(Some, 2);

-- values 1, 2, 3, 10
CREATE METRIC Values4 NUMBER BY (F);
INSERT INTO Values4 (F, Values4) VALUES ('1', 1), ('2', 2), ('3', 3), ('4', 10);

EVALUATE Values4[REMOVE MEDIAN: F];

-- two that refer to one another
CREATE METRIC A1 NUMBER;
CREATE METRIC B1 NUMBER;
ALTER METRIC A1 AS 'B1' + 1;

ALTER METRIC B1 AS 'A1' + 1;
