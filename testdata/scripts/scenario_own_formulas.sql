-- A formula that a metric has in one scenario reads its own input, and merging tells the two apart.
CREATE DIMENSION S (Code TEXT);
INSERT INTO S VALUES ('a');
CREATE METRIC P NUMBER BY (S);
INSERT INTO P VALUES ('a', 10);
CREATE METRIC R NUMBER BY (S) AS P * 10;
CREATE SCENARIO U FROM Base;
ALTER METRIC P IN SCENARIO U AS P * 1.05;
USE SCENARIO U;

EXPLAIN VALUE P AT (S = 'a') DEPTH 3;

EXPLAIN VALUE R AT (S = 'a') DEPTH 3;

-- what is merged is what the formula comes to; the input stays what it was
MERGE SCENARIO U INTO Base;

SELECT * FROM Base.P;

UPDATE Base.P SET P = 200;

REBASE SCENARIO U;

SELECT * FROM U.P;

-- nothing new is merged twice, and nothing old comes back
MERGE SCENARIO U INTO Base;

SELECT * FROM Base.P;

UPDATE Base.P SET P = 100;

REBASE SCENARIO U;

SELECT * FROM U.P;

ALTER METRIC P IN SCENARIO U DROP FORMULA;

SELECT * FROM U.P;
