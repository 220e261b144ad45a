-- Recursion along an ordered dimension: the metric's own earlier value, and that of another metric of its group.
CREATE DIMENSION P (Name TEXT, N NUMBER);
INSERT INTO P (Name, N) VALUES
    ('01', 1), ('02', 1), ('03', 2), ('04', 3), ('05', 0), ('06', -1), ('07', NULL), ('08', 2.9), ('09', 7), ('10', 20);

CREATE DIMENSION L (Name TEXT, First NUMBER, K INTEGER);
INSERT INTO L (Name, First, K) VALUES ('one', 100, 1), ('two', NULL, 2), ('three', -5, NULL);

CREATE METRIC Flow NUMBER BY (L, P);
INSERT INTO Flow (L, P, Flow) VALUES
    ('one', '01', 1), ('one', '02', 2), ('one', '04', 4), ('one', '05', 5), ('one', '08', 8), ('one', '09', 9), ('one', '10', 10),
    ('two', '03', 7), ('two', '07', -2);

-- PREVIOUS
CREATE METRIC Running NUMBER BY (L, P) AS PREVIOUS(P) + Flow;

SELECT * FROM Running ORDER BY L, P;

CREATE METRIC Balance NUMBER BY (L, P) AS IFBLANK(PREVIOUS(P), L.First) * 1.5 + Flow;

SELECT * FROM Balance ORDER BY L, P;

CREATE METRIC Twice NUMBER BY (L, P) AS PREVIOUS(P, 2) + Flow;

SELECT * FROM Twice ORDER BY L, P;

CREATE METRIC Fibonacci INTEGER BY (L, P) AS IF(P IN (P."01", P."02"), 1, PREVIOUS(P) + PREVIOUS(P, 2));

SELECT * FROM Fibonacci ORDER BY L, P;

CREATE METRIC ByItem NUMBER BY (L, P) AS PREVIOUS(P, P.N) + 1000 * P.N[ADD: L];

SELECT * FROM ByItem ORDER BY L, P;

CREATE METRIC ByLine NUMBER BY (L, P) AS PREVIOUS(P, L.K) * 2 + Flow;

SELECT * FROM ByLine ORDER BY L, P;

CREATE METRIC Never NUMBER BY (L, P) AS PREVIOUS(P, 0) + Flow;

SELECT * FROM Never ORDER BY L, P;

CREATE METRIC Filled NUMBER BY (L, P) AS IFBLANK(Flow, PREVIOUS(P));

SELECT * FROM Filled ORDER BY L, P;

CREATE METRIC Gaps NUMBER BY (L, P) AS IF(ISBLANK(Flow), BLANK, IFBLANK(PREVIOUS(P), 0) + Flow);

SELECT * FROM Gaps ORDER BY L, P;

CREATE METRIC Peak NUMBER BY (L, P) AS MAX(PREVIOUS(P), Flow);

SELECT * FROM Peak ORDER BY L, P;

CREATE METRIC Ever BOOLEAN BY (L, P) AS PREVIOUS(P) OR Flow > 4;

SELECT * FROM Ever ORDER BY L, P;

CREATE METRIC Words TEXT BY (L, P) AS PREVIOUS(P) & IF(Flow > 1, "+");

SELECT * FROM Words ORDER BY L, P;

CREATE METRIC Due DATE BY (L, P) AS IF(P = P."01", DATE(2024,1,31), EDATE(PREVIOUS(P), 1));

SELECT * FROM Due ORDER BY L, P;

CREATE METRIC Count INTEGER BY (L, P) AS IFBLANK(PREVIOUS(P), 0) + 1;

SELECT * FROM Count ORDER BY L, P;

CREATE METRIC Clipped NUMBER BY (L, P) AS MIN(MAX(IFBLANK(PREVIOUS(P), 0) + IFBLANK(Flow, -3), 0), 12);

SELECT * FROM Clipped ORDER BY L, P;

-- a group of three: stock, what is asked, what is ordered two items ahead
BEGIN;
CREATE METRIC Opening NUMBER BY (L, P) AS IFBLANK(PREVIOUSOF(Closing, 1, P), L.First);
CREATE METRIC Ordered NUMBER BY (L, P) AS IF(Opening < 50, 50 - Opening + IFBLANK(PREVIOUSOF(Ordered, 2, P), 0) / 4);
CREATE METRIC Closing NUMBER BY (L, P) AS Opening - Flow * 10 + PREVIOUSOF(Ordered, 2, P);
COMMIT;

SELECT * FROM Opening ORDER BY L, P;

SELECT * FROM Ordered ORDER BY L, P;

SELECT * FROM Closing ORDER BY L, P;

-- PREVIOUSOF of a metric that is in no loop, with distances of all kinds
CREATE METRIC O37 NUMBER BY (L, P) AS PREVIOUSOF(Flow, 1, P);

SELECT * FROM O37 ORDER BY L, P;

CREATE METRIC O39 NUMBER BY (L, P) AS PREVIOUSOF(Flow, 3, P);

SELECT * FROM O39 ORDER BY L, P;

CREATE METRIC O41 NUMBER BY (L, P) AS PREVIOUSOF(Flow, P.N, P);

SELECT * FROM O41 ORDER BY L, P;

CREATE METRIC O43 NUMBER BY (L, P) AS PREVIOUSOF(Flow, L.K, P);

SELECT * FROM O43 ORDER BY L, P;

CREATE METRIC O45 NUMBER BY (L, P) AS PREVIOUSOF(Flow, 0, P);

SELECT * FROM O45 ORDER BY L, P;

-- a loop through an offset, along a dimension that is no calendar
BEGIN;
CREATE METRIC Up NUMBER BY (P) AS IFBLANK(Down[SELECT: P - 1], 1) * 2;
CREATE METRIC Down NUMBER BY (P) AS Up - 1;
COMMIT;

SELECT * FROM Up ORDER BY P;

SELECT * FROM Down ORDER BY P;
