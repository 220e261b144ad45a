-- Where a number comes from. The values are small enough to be followed by hand.
CREATE CALENDAR FROM '2024-01-01' TO '2024-06-30' LEVELS (Month, Quarter, Year);
CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Name TEXT, Country Country, Rent NUMBER);
CREATE DIMENSION Product (Name TEXT);
CREATE DIMENSION Account (Name TEXT, Parent Account, Sign NUMBER);
INSERT INTO Region VALUES ('EMEA'), ('APAC');
INSERT INTO Country VALUES ('France', 'EMEA'), ('Italy', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Store VALUES ('S1', 'France', 100), ('S2', 'France', 50), ('S3', 'Italy', NULL), ('S4', 'Japan', 70);
INSERT INTO Product VALUES ('P1'), ('P2');
INSERT INTO Account VALUES ('Profit', NULL, NULL), ('Income', 'Profit', 1), ('Cost', 'Profit', -1), ('Rent', 'Cost', 1);
CREATE METRIC Volume NUMBER BY (Product, Store, Month);
CREATE METRIC Price NUMBER BY (Product, Month);
CREATE METRIC FX NUMBER BY (Country, Month);
CREATE METRIC Revenue NUMBER BY (Product, Store, Month) AS Volume * Price * FX[BY: Store.Country];
CREATE METRIC "By Country" NUMBER BY (Country, Month) AS Revenue[REMOVE: Product][BY: Store.Country];
INSERT INTO Volume VALUES ('P1', 'S1', '2024-01', 10), ('P1', 'S2', '2024-01', 4), ('P2', 'S1', '2024-01', 6), ('P1', 'S1', '2024-02', 11),
    ('P1', 'S3', '2024-01', 3), ('P1', 'S4', '2024-01', 8);
INSERT INTO Price VALUES ('P1', '2024-01', 2), ('P2', '2024-01', 5), ('P1', '2024-02', 3);
INSERT INTO FX VALUES ('France', '2024-01', 1), ('France', '2024-02', 1), ('Italy', '2024-01', 1.5), ('Japan', '2024-01', 0.5);

EXPLAIN VALUE Revenue AT (Product = 'P1', Store = 'S3', Month = '2024-01');

-- input has nothing behind it, and a cell without a value still has what it would be made of
EXPLAIN VALUE Volume AT (Product = 'P1', Store = 'S3', Month = '2024-01');

EXPLAIN VALUE Revenue AT (Product = 'P2', Store = 'S3', Month = '2024-01');

-- a total and its largest contributors; one step further, what they are made of
EXPLAIN VALUE "By Country" AT (Country = 'France', Month = '2024-01');

EXPLAIN VALUE "By Country" AT (Country = 'France', Month = '2024-01') DEPTH 2;

-- the terms of a sum with their shares
CREATE METRIC Margin NUMBER BY (Store, Month) AS Revenue[REMOVE: Product] - Store.Rent * 0.1 + 5;

EXPLAIN VALUE Margin AT (Store = 'S1', Month = '2024-01');

-- only the branch that is taken
CREATE METRIC Chosen NUMBER BY (Product, Month) AS IF(Price > 4, Price * 10, SUMOF(Volume));
CREATE METRIC Switched NUMBER BY (Product, Month) AS SWITCH(Price, 2, 1, 5, Price + Volume[REMOVE: Store], 0);

EXPLAIN VALUE Chosen AT (Product = 'P2', Month = '2024-01');

EXPLAIN VALUE Chosen AT (Product = 'P1', Month = '2024-01');

EXPLAIN VALUE Switched AT (Product = 'P2', Month = '2024-01');

-- along time
CREATE METRIC Sold NUMBER BY (Month);
INSERT INTO Sold VALUES ('2024-01', 1), ('2024-02', 2), ('2024-04', 4), ('2024-05', 5);
CREATE METRIC "So far" NUMBER BY (Month) AS CUMULATE(Sold, Month, Month.Quarter);
CREATE METRIC "This year" NUMBER BY (Month) AS YEARTODATE(Sold);
CREATE METRIC "Three months" NUMBER BY (Month) AS MOVINGSUM(Sold, 3);
CREATE METRIC Held NUMBER BY (Month) AS FILLFORWARD(Sold, Month);
CREATE METRIC Grown NUMBER BY (Month) AS GROWTH(Sold, Month, 1);
CREATE METRIC "Quarter before" NUMBER BY (Month) AS Sold[SELECT: Month.Quarter - 1];
CREATE METRIC Balance NUMBER BY (Month) AS PREVIOUS(Month) + Sold;

EXPLAIN VALUE "So far" AT (Month = '2024-05');

EXPLAIN VALUE "This year" AT (Month = '2024-05');

EXPLAIN VALUE "Three months" AT (Month = '2024-05');

EXPLAIN VALUE Held AT (Month = '2024-03');

EXPLAIN VALUE Grown AT (Month = '2024-05');

EXPLAIN VALUE "Quarter before" AT (Month = '2024-05');

EXPLAIN VALUE Balance AT (Month = '2024-05') DEPTH 3;

-- a cell that was opened is not opened again
CREATE METRIC Fib NUMBER BY (Month) AS IFBLANK(PREVIOUS(Month), 1) + IFBLANK(PREVIOUS(Month, 2), 0);

EXPLAIN VALUE Fib AT (Month = '2024-04') DEPTH 9;

-- hierarchies, lists, allocation, mappings by a metric
CREATE METRIC Posted NUMBER BY (Account);
INSERT INTO Posted VALUES ('Income', 100), ('Rent', 30), ('Cost', 5);
CREATE METRIC Rolled NUMBER BY (Account) AS ROLLUP(Posted, Account.Parent, Account.Sign);
CREATE LIST Orders (Store Store, Month Month, Amount NUMBER, Remark TEXT);
INSERT INTO Orders VALUES ('S1', '2024-01', 7, 'a'), ('S2', '2024-01', 9, 'b'), ('S3', '2024-01', 11, 'c'), ('S1', '2024-02', 13, 'd');
CREATE METRIC Ordered NUMBER BY (Country, Month) AS Orders.Amount[BY: Orders.Store.Country, Orders.Month];
CREATE METRIC Target NUMBER BY (Country);
INSERT INTO Target VALUES ('France', 12);
CREATE METRIC Shared NUMBER BY (Store) AS Target[BY SPLIT: Store.Country];
CREATE METRIC Home Country BY (Store, Month);
INSERT INTO Home VALUES ('S1', '2024-01', 'Italy'), ('S2', '2024-01', 'Italy'), ('S4', '2024-01', 'Japan');
CREATE METRIC "By home" NUMBER BY (Product, Country, Month) AS Volume[BY: Home, Month];
CREATE METRIC "Rate at home" NUMBER BY (Store, Month) AS FX[BY: Home];
CREATE METRIC Highest NUMBER BY (Month) AS Volume[REMOVE MAX: Product, Store];

CREATE METRIC Paid NUMBER BY (Store, Month) AS IFDEFINED(Home, Store.Rent, 0) + CUMULATE(Volume[REMOVE: Product], Month ON -DAYS(Month.'Start Date', DATE(2024,1,1)));
CREATE METRIC "Rolled up" NUMBER BY (Region) AS Volume[REMOVE: Product][BY: Store.Country][BY: Country.Region][REMOVE: Month];

EXPLAIN VALUE Paid AT (Store = 'S1', Month = '2024-01');

EXPLAIN VALUE "Rolled up" AT (Region = 'EMEA');

EXPLAIN VALUE Rolled AT (Account = 'Profit');

EXPLAIN VALUE Ordered AT (Country = 'France', Month = '2024-01');

EXPLAIN VALUE Shared AT (Store = 'S2');

EXPLAIN VALUE "By home" AT (Product = 'P1', Country = 'Italy', Month = '2024-01');

EXPLAIN VALUE "Rate at home" AT (Store = 'S2', Month = '2024-01');

EXPLAIN VALUE Highest AT (Month = '2024-01');

-- more than ten contributors
CREATE DIMENSION Part (Name TEXT);
INSERT INTO Part VALUES ('a'), ('b'), ('c'), ('d'), ('e'), ('f'), ('g'), ('h'), ('i'), ('j'), ('k'), ('l');
CREATE METRIC Small INTEGER BY (Part);
INSERT INTO Small VALUES ('a', 1), ('b', 2), ('c', 3), ('d', 4), ('e', 5), ('f', 6), ('g', 7), ('h', 8), ('i', 9), ('j', -10), ('k', 11), ('l', 12);
CREATE METRIC Summed INTEGER AS SUMOF(Small);
CREATE METRIC Twice NUMBER AS (Small * 2.5)[REMOVE: Part];

EXPLAIN VALUE Summed AT ();

EXPLAIN VALUE Twice AT ();

-- mistakes
EXPLAIN VALUE Revenues AT (Month = '2024-01');

EXPLAIN VALUE Revenue AT (Month = '2024-01');

EXPLAIN VALUE Revenue AT (Product = 'P9', Store = 'S1', Month = '2024-01');

EXPLAIN VALUE Revenue AT (Product = 'P1', Store = 'S1', Month = '2024-01') DEPTH 0;

-- Who may read all of it is told all of it, without the text of formulas; who may not is told none of it.
CREATE METRIC Rights ACCESS RIGHTS BY (User, Country);
CREATE METRIC Everybody ACCESS RIGHTS BY (User);
CREATE USER 'ann@acme.com';
CREATE USER 'mo@acme.com';
CREATE USER 'no@acme.com';
CREATE ROLE Planner PERMISSIONS ("Display Application", "Open Boards") READ UNSPECIFIED WRITE DENIED;
CREATE ROLE Maker PERMISSIONS ("Display Application", "Open Boards", "Configure Blocks") READ UNSPECIFIED WRITE DENIED;
CREATE ROLE Typist PERMISSIONS ("Display Application", "Add & remove List Items") READ ALLOWED WRITE DENIED;
GRANT ROLE Planner TO USER 'ann@acme.com';
GRANT ROLE Maker TO USER 'mo@acme.com';
GRANT ROLE Typist TO USER 'no@acme.com';
INSERT INTO Rights VALUES ('ann@acme.com', 'France', 'r.'), ('mo@acme.com', 'France', 'r.'), ('ann@acme.com', 'Italy', 'r.');
INSERT INTO Everybody VALUES ('ann@acme.com', 'r.'), ('mo@acme.com', 'r.');
CREATE METRIC Shown NUMBER BY (Region, Month) AS RESETACCESSRIGHTS('By Country')[BY: Country.Region];
CREATE METRIC Half NUMBER BY (Region, Month) AS Shown / 2;
CREATE METRIC Beside NUMBER BY (Product, Month) AS Price + Volume[SELECT: Store."S1"];
CREATE RULE stores APPLY READ OF Rights THROUGH Store.Country TO ALL METRICS WITH (Store);
CREATE RULE countries APPLY READ OF Rights TO ALL METRICS WITH (Country);
CREATE RULE prices APPLY READ OF Everybody TO Price, Shown, Half, Beside;

-- user: ann@acme.com
EXPLAIN VALUE "By Country" AT (Country = 'France', Month = '2024-01') DEPTH 2;

-- hidden by its own right
EXPLAIN VALUE "By Country" AT (Country = 'Japan', Month = '2024-01');

-- made of all that she may read
EXPLAIN VALUE Shown AT (Region = 'EMEA', Month = '2024-01');

-- made of what she may not read: no part, no number of parts, no name
EXPLAIN VALUE Shown AT (Region = 'APAC', Month = '2024-01');

EXPLAIN VALUE Half AT (Region = 'APAC', Month = '2024-01') DEPTH 5;

-- user: mo@acme.com
EXPLAIN VALUE Shown AT (Region = 'EMEA', Month = '2024-01') DEPTH 2;

EXPLAIN VALUE Beside AT (Product = 'P1', Month = '2024-01');

-- user: no@acme.com
EXPLAIN VALUE Volume AT (Product = 'P1', Store = 'S1', Month = '2024-01');

-- an operand of which no rule speaks, closed by the role alone: the total is readable, what it is made of is not told
-- user: owner
CREATE METRIC Plain NUMBER BY (Month);
CREATE METRIC Ruled NUMBER BY (Month);
CREATE METRIC Mixed NUMBER BY (Month) AS Plain + Ruled;
INSERT INTO Plain VALUES ('2024-01', 3);
INSERT INTO Ruled VALUES ('2024-01', 4);
CREATE RULE mixed APPLY READ OF Everybody TO Ruled, Mixed;

-- user: ann@acme.com
SELECT * FROM Mixed;

EXPLAIN VALUE Mixed AT (Month = '2024-01');

EXPLAIN VALUE Mixed AT (Month = '2024-02');

-- user: mo@acme.com
EXPLAIN VALUE Mixed AT (Month = '2024-01');

-- with INHERITANCE OFF a total has a right of its own; what it is made of has not
-- user: owner
ALTER APPLICATION SET INHERITANCE OFF;
CREATE METRIC World NUMBER BY (Month) AS 'By Country'[REMOVE: Country];
CREATE METRIC Europe NUMBER BY (Month) AS 'By Country'[SELECT: Country.Region = Region."EMEA"];
CREATE RULE world APPLY READ OF Everybody TO World, Europe;

-- user: ann@acme.com
EXPLAIN VALUE World AT (Month = '2024-01');

EXPLAIN VALUE Europe AT (Month = '2024-01') DEPTH 2;

-- a hidden item is in no formula that is shown
-- user: owner
CREATE METRIC Items ACCESS RIGHTS BY (User, Country);
INSERT INTO Items VALUES ('mo@acme.com', 'France', 'r.');
CREATE METRIC Fixed NUMBER BY (Month) AS FX[SELECT: Country."Japan"] + Sold;
CREATE RULE fixed APPLY READ OF Everybody TO Fixed, Sold;
CREATE RULE items APPLY READ OF Items TO ITEMS OF Country;

-- user: mo@acme.com
EXPLAIN VALUE Fixed AT (Month = '2024-01');

-- a date means the period that holds it
EXPLAIN VALUE Volume AT (Product = 'P1', Store = 'S1', Month = DATE '2024-01-20');
EXPLAIN VALUE Volume AT (Product = 'P1', Store = 'S1', Month = '2024-02-29');

EXPLAIN VALUE Volume AT (Product = 'P1', Store = 'S1', Month = '2025-02-28');
