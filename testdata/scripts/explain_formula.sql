-- EXPLAIN FORMULA: dimensions, what can fill cells, which way each BY goes, the plan before any cell is read, and its cost.
CREATE DIMENSION Category (Name TEXT);
CREATE DIMENSION Product (Name TEXT, Category Category);
CREATE DIMENSION Channel (Name TEXT);
INSERT INTO Category VALUES ('C1'), ('C2');
INSERT INTO Product VALUES ('P1', 'C1'), ('P2', 'C1'), ('P3', 'C2');
INSERT INTO Channel VALUES ('web'), ('shop'), ('phone'), ('fair');
CREATE METRIC Sales NUMBER BY (Product);
CREATE METRIC Mix NUMBER BY (Channel);
CREATE METRIC Share NUMBER BY (Category);

-- the product of Sales and Mix, 12 coordinates, is not made: Sales is summed first
CREATE METRIC Net NUMBER BY (Category, Channel) AS (Sales * Mix)[BY SUM: Product.Category];
EXPLAIN FORMULA Net;

CREATE METRIC Down NUMBER BY (Product) AS IFBLANK(Share[BY: Product.Category], 0);
EXPLAIN FORMULA Down;

EXPLAIN FORMULA Sales;
