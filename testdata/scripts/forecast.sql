-- Forecasts fill what is behind the last cell of each line. EXPLAIN FORMULA says how much that can be, EXPLAIN VALUE what a cell is made of.
CREATE CALENDAR FROM '2024-01-01' TO '2024-06-30' LEVELS (Month);
CREATE DIMENSION Store (Name TEXT, Alpha NUMBER);
INSERT INTO Store VALUES ('S1', 0.5), ('S2', NULL), ('S3', 1);
CREATE METRIC Sold NUMBER BY (Store, Month);
INSERT INTO Sold VALUES ('S1', '2024-01', 1), ('S1', '2024-02', 2), ('S1', '2024-04', 4), ('S2', '2024-01', 8), ('S2', '2024-02', 6), ('S3', '2024-05', 7);
CREATE METRIC Expected NUMBER BY (Store, Month) AS FORECAST_LINEAR(Sold, Month);
CREATE METRIC Smooth NUMBER BY (Store, Month) AS SIMPLE_SMOOTHING(Sold, Month, Store.Alpha);

EXPLAIN FORMULA Expected;

SELECT * FROM Expected ORDER BY Store, Month;

SELECT * FROM Smooth ORDER BY Store, Month;

-- a cell of what it is made of stands for itself; behind the last one all of them count
EXPLAIN VALUE Expected AT (Store = 'S1', Month = '2024-02');

EXPLAIN VALUE Expected AT (Store = 'S1', Month = '2024-05');

-- a blank item between cells has no value
EXPLAIN VALUE Expected AT (Store = 'S1', Month = '2024-03');

-- a change within the history reaches all that is behind it, and a new last cell leaves less to be told
INSERT INTO Sold VALUES ('S1', '2024-02', 5), ('S2', '2024-06', 0);

SELECT * FROM Expected ORDER BY Store, Month;

-- what is put in for an actual takes the place of the forecast
DELETE FROM Sold WHERE Store = 'S1' AND Month > '2024-01';

SELECT * FROM Expected WHERE Store = 'S1' ORDER BY Month;

-- all of a line is looked at, so a metric cannot be forecast from itself
CREATE METRIC Own NUMBER BY (Month) AS FORECAST_LINEAR(PREVIOUS(Month), Month);

-- and it has one alpha
CREATE METRIC Wide NUMBER BY (Store, Month) AS SIMPLE_SMOOTHING(Sold, Month, Sold / 10);
