-- Fiscal years are named after the year in which they end.
CREATE CALENDAR FROM '2024-01-01' TO '2025-12-31' LEVELS (Month, Quarter, Half, Year) FISCAL YEAR STARTS IN 4;

SELECT * FROM Year;

SELECT * FROM Half;

SELECT * FROM Quarter;

SELECT Name, Quarter, Half, Year FROM Month;

CREATE METRIC X NUMBER BY (Month) AS 1[ADD: Month];

-- The sums to date start with the fiscal year; its first quarters are those from April on.
CREATE METRIC Y NUMBER BY (Month) AS YEARTODATE(X);
CREATE METRIC Q NUMBER BY (Month) AS QUARTERTODATE(X);
SELECT Month, Y, Q FROM Y JOIN Q USING (Month) ORDER BY 1;

CREATE METRIC YQ NUMBER BY (Quarter) AS YEARTODATE(X[BY SUM: Month.Quarter]);
SELECT Quarter, YQ FROM YQ ORDER BY 1;

EVALUATE YEARTODATE(X[BY SUM: Month.Half], MAX);

EVALUATE X[SELECT: Month.Year - 1];

-- A date means the fiscal period that holds it.
CREATE METRIC Budget NUMBER BY (Year); INSERT INTO Budget VALUES ('2024-03-31', 1), ('2024-04-01', 2), ('FY2026', 3);
SELECT Year, Budget FROM Budget ORDER BY 1;

-- One application has one kind of years.
CREATE CALENDAR FROM '2026-01-01' TO '2026-06-30' LEVELS (Quarter) FISCAL YEAR STARTS IN 7;

CREATE CALENDAR FROM '2026-01-01' TO '2026-06-30' LEVELS (Quarter) FISCAL YEAR STARTS IN 1;

CREATE CALENDAR FROM '2026-01-01' TO '2026-06-30' LEVELS (Quarter); SELECT Name FROM Quarter WHERE "Start Date" >= '2026-01-01';

CREATE CALENDAR FROM '2026-01-01' TO '2026-06-30' LEVELS (Month) FISCAL YEAR STARTS IN 4; SELECT Name, Year FROM Month WHERE Name >= '2026-03';

