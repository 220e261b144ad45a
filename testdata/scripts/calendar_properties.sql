-- What is added to a level of the calendar is anybody's to fill, to rename and to drop; what the calendar sets is not.
CREATE CALENDAR FROM '2024-12-01' TO '2024-12-31' LEVELS (Day, Month);
ALTER DIMENSION Day ADD PROPERTY Holiday BOOLEAN;
ALTER DIMENSION Day ADD PROPERTY Length NUMBER AS DAYSINPERIOD(Month)[BY: Day.Month];
UPDATE Day SET Holiday = TRUE WHERE Name = '2024-12-25';
INSERT INTO Day (Name, Holiday) VALUES ('2024-12-26', TRUE);

SELECT Name, Holiday FROM Day WHERE Holiday;

INSERT INTO Day (Name, Holiday) VALUES ('2025-01-01', TRUE);

UPDATE Day SET Name = 'x' WHERE Name = '2024-12-25';

UPDATE Day SET Month = NULL;

DELETE FROM Day WHERE Holiday;

INSERT INTO Month (Name) VALUES ('2024-12');

ALTER DIMENSION Day RENAME PROPERTY Holiday TO Closed;

SELECT Name, Closed FROM Day WHERE Closed ORDER BY Name;

ALTER DIMENSION Day RENAME PROPERTY Month TO M;

ALTER DIMENSION Day DROP PROPERTY "Start Date";

ALTER DIMENSION Day DROP PROPERTY Closed;

ALTER DIMENSION Day DROP PROPERTY Length;

DESCRIBE Day;

-- a level that was dropped can be made again
DROP DIMENSION Day;

CREATE CALENDAR FROM '2024-12-01' TO '2024-12-02' LEVELS (Day);

SELECT Name, "Day of Week" FROM Day;
