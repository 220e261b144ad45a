-- Functions are computed over the union of their arguments' dimensions: a rate by scenario of interest gives a value for each of them.
CREATE CALENDAR FROM '2024-01-01' TO '2024-04-30' LEVELS (Month);
CREATE DIMENSION Rate (Name TEXT);
CREATE DIMENSION Product (Name TEXT, Parent Product);
INSERT INTO Rate VALUES ('low'), ('high'), ('none');
INSERT INTO Product VALUES ('all', NULL), ('P1', 'all'), ('P2', 'all');
CREATE METRIC Cash NUMBER BY (Month);
INSERT INTO Cash VALUES ('2024-01', -100), ('2024-02', 110), ('2024-04', 121);
CREATE METRIC Percent NUMBER BY (Rate);
INSERT INTO Percent VALUES ('low', 0), ('high', 0.1);
CREATE METRIC Span INTEGER BY (Rate);
INSERT INTO Span VALUES ('low', 1), ('high', 2);
CREATE METRIC Sold NUMBER BY (Product);
INSERT INTO Sold VALUES ('P1', 5), ('P2', 7);
CREATE METRIC Share NUMBER BY (Product, Rate);
INSERT INTO Share VALUES ('P1', 'low', 1), ('P2', 'low', 1), ('P1', 'high', 0.5);

EVALUATE NPV(Percent, Cash);
EVALUATE NPV(Percent, Cash, ALL);
EVALUATE XNPV(Percent, Cash, Month.'End Date', Month);
EVALUATE MOVINGSUM(Cash, Span, Month);
EVALUATE SPREAD(Cash, Month, Span);
EVALUATE GROWTH(Cash, Month, Span);
EVALUATE PERCENTILE(Cash, Percent, Month);
EVALUATE SIMPLE_SMOOTHING(Cash, Month, Percent);
EVALUATE ROLLUP(Sold, Product.Parent, Share);
EVALUATE RANK(Sold, Share);
EVALUATE CORREL(Cash, Cash * Percent, Month);
EVALUATE CUMULATE(Cash, Month, Span > 1 AND Month > Month."2024-02");
-- the same as when the dimension is added first
EVALUATE NPV(Percent, Cash[ADD: Rate]) - NPV(Percent, Cash);

CREATE METRIC Worth NUMBER BY (Month) AS NPV(Percent, Cash);

CREATE METRIC Worth NUMBER BY (Month, Rate) AS NPV(Percent, Cash);
UPDATE Percent SET Percent = 1 WHERE Rate = 'high';
INSERT INTO Percent VALUES ('none', 0);
SELECT * FROM Worth;

EVALUATE CUMULATE(Cash, Month ON Percent);
