-- FILTER keeps what is TRUE; EXCLUDE drops what is TRUE, so FALSE and BLANK stay.
CREATE DIMENSION D (Name TEXT);
INSERT INTO D (Name) VALUES ('1'), ('2'), ('3');
CREATE METRIC Revenue NUMBER BY (D);
CREATE METRIC Cost NUMBER BY (D);
INSERT INTO Revenue (D, Revenue) VALUES ('1', 10), ('2', 10), ('3', 10);
INSERT INTO Cost (D, Cost) VALUES ('1', 2000), ('2', 500);
CREATE METRIC Kept NUMBER BY (D) AS Revenue[EXCLUDE: Cost > 1000];
CREATE METRIC Cheap NUMBER BY (D) AS Revenue[FILTER: Cost <= 1000];
CREATE METRIC Big NUMBER BY (D) AS Cost[FILTER: CurrentValue > 1000];

SELECT * FROM Kept;

SELECT * FROM Cheap;

SELECT * FROM Big;
