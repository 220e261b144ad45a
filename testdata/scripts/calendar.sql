-- The sum starts again with each year.
CREATE CALENDAR FROM '2024-01-01' TO '2025-12-31' LEVELS (Month, Quarter, Year);
CREATE METRIC X NUMBER BY (Month);
INSERT INTO X (Month, X) VALUES ('2024-11', 1), ('2024-12', 2), ('2025-02', 8), ('2025-03', 16);
CREATE METRIC YTD NUMBER BY (Month) AS CUMULATE(X, Month, Month.Year);

SELECT * FROM YTD;

SELECT Month.Quarter, Month.Year, SUM(X) AS S FROM X GROUP BY 1, 2 ORDER BY 1;

CREATE METRIC "By Quarter" NUMBER BY (Quarter) AS X[BY SUM: Month.Quarter];

SELECT * FROM "By Quarter";

SELECT * FROM Quarter WHERE Year = '2025';
