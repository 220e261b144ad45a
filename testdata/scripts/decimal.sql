-- DECIMAL(p, s): exact digits, rounded half away from zero where there are more (formulas.md §1).
CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month, Quarter);
CREATE DIMENSION Payee (Name TEXT, Discount DECIMAL(5, 4), Level INTEGER);
INSERT INTO Payee VALUES ('ann', 0.12345, 1), ('bob', '0.00005', 2), ('cyd', NULL, 3);
CREATE METRIC Amount DECIMAL(20, 2) BY (Payee, Month);
CREATE METRIC Factor NUMBER BY (Payee);
CREATE METRIC Count INTEGER BY (Payee);
CREATE LIST Invoices (Payee Payee, Month Month, Net DECIMAL(12, 3));
INSERT INTO Factor VALUES ('ann', 0.1), ('bob', 2);
INSERT INTO Count VALUES ('ann', 3), ('bob', 7), ('cyd', 0);

DESCRIBE Amount;

-- Input is rounded on its digits as they are written: 1234.565 to 1234.57, although the nearest float is below.
COPY Amount FROM 'payments.csv';
SELECT * FROM Amount;

SELECT * FROM Payee;

-- What has too many digits before the point is refused.
COPY Amount FROM 'payments_large.csv';

INSERT INTO Amount VALUES ('ann', '2024-03', 1234567890123456789);

INSERT INTO Amount VALUES ('ann', '2024-03', 'a lot');

-- Sums keep the scale; quotients are rounded: 1234.57 / 3 = 411.52333…, -0.01 / 3 = -0.00333…
EVALUATE Amount + Amount;

EVALUATE Amount / Count;

EVALUATE Amount * Payee.Discount;

-- With a NUMBER it is a NUMBER: 90071992547409930.01 has none, so digits are lost.
EVALUATE Amount * Factor;

EVALUATE Amount[REMOVE AVG: Payee];

EVALUATE Amount[REMOVE: Payee, Month];

EVALUATE CUMULATE(Amount, Month)[FILTER: Payee = Payee."bob"];

EVALUATE YEARTODATE(Amount)[SELECT: Payee."bob"];

EVALUATE FILLFORWARD(Amount, Month) - MOVINGSUM(Amount, 2, Month);

-- A property with a formula.
ALTER DIMENSION Payee ADD PROPERTY Half DECIMAL(6, 5) AS Payee.Discount / 2;
ALTER DIMENSION Payee ADD PROPERTY Tenth DECIMAL(6, 5) AS Payee.Discount * 10 / 100 + Payee.Level;
SELECT Name, Half, Tenth FROM Payee;

EVALUATE ROUND(Amount, 1) & " / " & ROUND(Amount);

EVALUATE Amount > 1000;

-- A NUMBER formula for a DECIMAL metric is refused like one for an INTEGER: whoever rounds says so.
CREATE METRIC Fee DECIMAL(20, 2) BY (Payee, Month) AS Amount * Factor;

CREATE METRIC Fee DECIMAL(20, 2) BY (Payee, Month) AS ROUND(Amount * Factor, 2);
SELECT * FROM Fee WHERE Payee = 'ann';

CREATE METRIC Whole INTEGER BY (Payee, Month) AS Amount;

CREATE METRIC Share DECIMAL(24, 4) BY (Payee, Month) AS Amount[REMOVE: Payee][ADD SPLIT ON Count: Payee];
SELECT * FROM Share;

-- Of another scale it is rounded to that of the metric.
CREATE METRIC Rough DECIMAL(20, 0) BY (Payee, Month) AS Amount / 2;
SELECT * FROM Rough;

-- What has more digits than its metric is BLANK: 12345.70, 25000.00 and more.
CREATE METRIC Small DECIMAL(6, 2) BY (Payee, Month) AS Amount * 10;
SELECT * FROM Small;

-- SQL adds exactly as well; an average has more digits.
SELECT SUM(Amount), MIN(Amount), MAX(Amount), COUNT(*) FROM Amount;

SELECT Payee, SUM(Amount), AVG(Amount) FROM Amount GROUP BY Payee ORDER BY Payee;

SELECT Payee, Amount * 2, Amount + 0.01 FROM Amount WHERE Amount = 2500;

-- An UPDATE computes with the digits that its literals have.
UPDATE Amount SET Amount = Amount + 0.01 WHERE Payee = 'bob';
UPDATE Amount SET Amount = Amount * 1.05 WHERE Payee = 'cyd';
SELECT * FROM Amount;

DELETE FROM Amount WHERE Amount < 0;
SELECT COUNT(*) FROM Amount;

INSERT INTO Invoices VALUES ('ann', '2024-01', 0.0005), ('ann', '2024-01', 10.1), ('bob', '2024-02', -3);
SELECT * FROM Invoices;

EVALUATE Invoices.Net[BY SUM: Invoices.Payee, Invoices.Month];

EVALUATE ROUND(Invoices.Net, 2)[BY MAX: Invoices.Payee];

-- Items are found by a decimal, whatever its digits.
EVALUATE MATCH(0.1235, Payee.Discount);

EVALUATE MATCH(Payee.Discount, Payee.Discount);

COPY Count FROM 'discounts.csv' (discount -> Payee.Discount, n -> Count);
SELECT * FROM Count;

-- SPREAD and GROWTH divide, so of a DECIMAL they are DECIMALs, rounded half away from zero; GROWTH rounds the quotient.
CREATE CALENDAR FROM '2024-01-01' TO '2024-04-30' LEVELS (Month);
CREATE METRIC Paid DECIMAL(12, 2) BY (Month);
INSERT INTO Paid VALUES ('2024-01', 10.00), ('2024-02', -0.05), ('2024-04', 12.34);
CREATE METRIC Parts DECIMAL(12, 2) BY (Month) AS SPREAD(Paid, Month, 3);
SELECT * FROM Parts;
CREATE METRIC Rise DECIMAL(12, 2) BY (Month) AS GROWTH(Paid, Month, 2);
SELECT * FROM Rise;
EVALUATE SPREAD(Paid, Month, 2, Month."2024-03");
EVALUATE GROWTH(Paid, Month, 1);
EVALUATE GROWTH(Paid * 0, Month, 1);
EVALUATE SPREAD(Paid, Month ON -RANK(Month.'Start Date'), 3);
