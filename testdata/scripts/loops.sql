-- A loop must pass through an earlier item; otherwise the second formula is refused with the loop in print.
CREATE METRIC A NUMBER;
CREATE METRIC B NUMBER;
ALTER METRIC A AS 'B' + 1;

ALTER METRIC B AS 'A' + 1;

-- one that does is solved month by month
CREATE DIMENSION Country (Name TEXT);
INSERT INTO Country (Name) VALUES ('France'), ('Japan');
CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month);
CREATE METRIC "At First" NUMBER BY (Country);
CREATE METRIC Flow NUMBER BY (Country, Month);
INSERT INTO "At First" (Country, "At First") VALUES ('France', 100);
INSERT INTO Flow (Country, Month, Flow) VALUES ('France', '2024-01', 10), ('France', '2024-03', -30), ('Japan', '2024-02', 5);
BEGIN;
CREATE METRIC Opening NUMBER BY (Country, Month) AS IFBLANK(PREVIOUSOF(Closing, 1, Month), 'At First');
CREATE METRIC Closing NUMBER BY (Country, Month) AS Opening + Flow;
COMMIT;

SELECT * FROM Opening;

SELECT * FROM Closing;

-- a metric's own earlier value
CREATE METRIC Balance NUMBER BY (Country, Month) AS PREVIOUS(Month) * 2 + Flow;

SELECT * FROM Balance;
