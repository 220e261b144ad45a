-- A calendar that is there is extended: without a gap, in the order of time, with the levels above.
CREATE CALENDAR FROM '2024-04-01' TO '2024-09-30' LEVELS (Month, Year);
CREATE METRIC X NUMBER BY (Month); INSERT INTO X VALUES ('2024-04', 1), ('2024-09', 2);
CREATE METRIC Running NUMBER BY (Month) AS CUMULATE(X, Month);
CREATE METRIC Before NUMBER BY (Month) AS X[SELECT: Month - 1];
CREATE SUBSET Late OF Month AS Month >= Month."2024-09";
CREATE CALENDAR FROM '2025-01-01' TO '2025-02-28' LEVELS (Month);

SELECT *, Position FROM Month;

SELECT * FROM Year;

SELECT Name FROM Late;

-- Earlier periods come first, though they are newer.
CREATE CALENDAR FROM '2024-02-10' TO '2024-02-10' LEVELS (Month);

INSERT INTO X VALUES ('2024-02', 16), ('2025-01', 32);

SELECT Month, Month.Position, Running FROM Running ORDER BY 1;

SELECT Month, Before FROM Before ORDER BY 1;

EVALUATE YEARTODATE(X);

EVALUATE TIMEDIM(DATE(2024,3,5), Month);

-- A level in between: the finer ones get it as a property.
CREATE CALENDAR FROM '2025-01-01' TO '2025-03-31' LEVELS (Quarter); SELECT * FROM Quarter;

SELECT Name, Quarter, Year FROM Month;

-- Days for some of it, with all that holds them.
CREATE CALENDAR FROM '2025-02-27' TO '2025-03-02' LEVELS (Day, Week); SELECT * FROM Day;

SELECT * FROM Week;

SELECT Name, Year FROM Month WHERE Name >= '2025-02';

-- Nothing new.
CREATE CALENDAR FROM '2024-05-01' TO '2024-06-30' LEVELS (Month); SELECT COUNT(*) AS N FROM Month;

-- Far too long.
CREATE CALENDAR FROM '2700-01-01' TO '2700-12-31' LEVELS (Year);

-- A property in the way.
ALTER DIMENSION Month ADD PROPERTY Half TEXT; CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Half);

-- Who may extend it: the permission, and no other.
CREATE ROLE Keeper PERMISSIONS ("Display Application", "Configure calendars", "Open Boards") READ ALLOWED WRITE ALLOWED;
CREATE USER 'cal'; GRANT ROLE Keeper TO USER 'cal'; CREATE USER 'rd'; GRANT ROLE Reader TO USER 'rd';

-- user: rd
CREATE CALENDAR FROM '2026-01-01' TO '2026-12-31' LEVELS (Month);

-- user: cal
CREATE CALENDAR FROM '2025-06-01' TO '2025-06-30' LEVELS (Month); SELECT MAX("End Date") AS "Last" FROM Month;
