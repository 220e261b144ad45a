CREATE DIMENSION Period (Name TEXT);
INSERT INTO Period (Name) VALUES ('1'), ('2'), ('3');
CREATE METRIC X NUMBER BY (Period);
INSERT INTO X (Period, X) VALUES ('1', 110), ('2', 121);

CREATE METRIC Worth NUMBER BY (Period) AS ROUND(NPV(0.1, X), 9);
SELECT * FROM Worth;

CREATE METRIC "At Every Cell" NUMBER BY (Period) AS ROUND(NPV(0.1, X, ALL), 9);
SELECT * FROM "At Every Cell";

CREATE METRIC Flow NUMBER BY (Period);
INSERT INTO Flow VALUES ('1', -200), ('2', 110), ('3', 121);
CREATE METRIC Rate NUMBER AS ROUND(IRR(Flow, Period), 9);
SELECT * FROM Rate;

-- without a change of sign there is no rate
CREATE METRIC "No Rate" NUMBER AS IRR(X, Period);
SELECT * FROM "No Rate";

-- a rate by period is one too many where the periods go
CREATE METRIC Wrong NUMBER AS PERCENTILE(X, X / 200, Period);
