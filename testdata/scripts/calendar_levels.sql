-- All levels, their names, their dates and the levels that hold them whole.
CREATE CALENDAR FROM '2024-12-28' TO '2025-01-08' LEVELS (Day, Week, Month, Quarter, Half, Year);

SHOW DIMENSIONS;

SELECT * FROM Day;

SELECT * FROM Week;

SELECT * FROM Month;

SELECT * FROM Quarter;

SELECT * FROM Half;

SELECT * FROM Year;

SELECT * FROM "Day of Week";

-- ISO weeks belong to the year of their Thursday, and are in no month and no year.
EVALUATE Week.'Start Date';

EVALUATE Day.Week;

EVALUATE Week.Year;

-- A metric by day, seen by every level that holds it.
CREATE METRIC Daily NUMBER BY (Day);
INSERT INTO Daily VALUES ('2024-12-28', 1), ('2024-12-31', 2), ('2025-01-01', 4), ('2025-01-06', 8), ('2025-01-08', 16);

EVALUATE Daily[BY SUM: Day.Week];

EVALUATE Daily[BY SUM: Day.Half];

EVALUATE Daily[BY SUM: Day.'Day of Week'];

EVALUATE YEARTODATE(Daily);

EVALUATE QUARTERTODATE(Daily);

EVALUATE MONTHTODATE(Daily);

SELECT Day."Day of Week", Day.Month.Year, SUM(Daily) AS S FROM Daily GROUP BY 1, 2 ORDER BY 1, 2;

-- Week by week: a week counts in the year of its Thursday, as its name says, and may lie in two months.
CREATE METRIC Weekly NUMBER BY (Week) AS Daily[BY SUM: Day.Week];

EVALUATE YEARTODATE(Weekly);

EVALUATE MONTHTODATE(Weekly);

-- A level cannot be made up.
CREATE DIMENSION Decade (Name TEXT);

CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Decade);

CREATE CALENDAR FROM '2024-12-31' TO '2024-01-01' LEVELS (Month);

INSERT INTO Month VALUES ('2031-01', NULL, NULL, NULL, NULL, NULL);

UPDATE Month SET "Start Date" = '2024-01-02';

ALTER DIMENSION Month ORDER BY "End Date" DESC;
