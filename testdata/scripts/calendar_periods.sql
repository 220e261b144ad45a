-- Sums to date on a calendar that has no level of their period.

CREATE CALENDAR FROM '2023-11-01' TO '2024-05-31' LEVELS (Month);

CREATE METRIC x NUMBER BY (Month);

INSERT INTO x (Month, x) VALUES ('2023-11', 1), ('2023-12', 2), ('2024-01', 4), ('2024-03', 8), ('2024-04', 16), ('2024-05', 32);

EVALUATE YEARTODATE(x);

EVALUATE QUARTERTODATE(x);

EVALUATE YEARTODATE(x, MAX);
