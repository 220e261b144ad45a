-- Fiscal years count for the sums to date of days, weeks and months, also where the model has no level of them.
CREATE CALENDAR FROM '2024-03-25' TO '2024-07-07' LEVELS (Day, Week, Month) FISCAL YEAR STARTS IN 4;
CREATE METRIC D NUMBER BY (Day);
INSERT INTO D VALUES ('2024-03-30', 1), ('2024-03-31', 2), ('2024-04-01', 4), ('2024-06-30', 8), ('2024-07-01', 16), ('2024-07-02', 32);

EVALUATE YEARTODATE(D);

EVALUATE QUARTERTODATE(D);

EVALUATE MONTHTODATE(D);

EVALUATE YEARTODATE(D[BY SUM: Day.Week]);

EVALUATE YEARTODATE(D[BY SUM: Day.Month]);

EVALUATE QUARTERTODATE(D[BY SUM: Day.Month]);

-- The levels that come later are of the same years.
CREATE CALENDAR FROM '2024-04-01' TO '2024-06-30' LEVELS (Quarter, Year); SELECT * FROM Year;

SELECT Name, Quarter, Year FROM Month;

EVALUATE YEARTODATE(D);

EVALUATE YEARTODATE(D[BY SUM: Day.Month], MAX);

SELECT Name, Month, Quarter, Year, "Day of Week" FROM Day WHERE Name BETWEEN '2024-03-30' AND '2024-04-02';
