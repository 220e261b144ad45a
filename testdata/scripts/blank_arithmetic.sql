-- BLANK in + - and *: the cells of a sum are the union, those of a product the intersection.
CREATE DIMENSION D (Name TEXT);
INSERT INTO D (Name) VALUES ('1'), ('2'), ('3');
CREATE METRIC A NUMBER BY (D);
CREATE METRIC B NUMBER BY (D);
INSERT INTO A (D, A) VALUES ('1', 5);
INSERT INTO B (D, B) VALUES ('2', 7);
CREATE METRIC Plus NUMBER BY (D) AS A + B;
CREATE METRIC Minus NUMBER BY (D) AS A - B;
CREATE METRIC Times NUMBER BY (D) AS A * B;

SELECT * FROM Plus;

SELECT * FROM Minus;

SELECT * FROM Times;

-- a chain of + and - is one sum: the order of its terms does not matter
CREATE METRIC Chain NUMBER BY (D) AS 1 - A + B - B + A;

SELECT * FROM Chain;
