-- A term on fewer dimensions adds what it has where the widest terms have cells.
CREATE DIMENSION Country (Name TEXT);
CREATE DIMENSION Product (Name TEXT);
INSERT INTO Country (Name) VALUES ('FR');
INSERT INTO Product (Name) VALUES ('P1'), ('P2');
CREATE METRIC A NUMBER BY (Country, Product);
CREATE METRIC B NUMBER BY (Product);
INSERT INTO A (Country, Product, A) VALUES ('FR', 'P1', 5);
INSERT INTO B (Product, B) VALUES ('P1', 1), ('P2', 2);
CREATE METRIC Total NUMBER BY (Country, Product) AS A + B;

SELECT * FROM Total;

-- no term has all dimensions: the cells are those where both are defined
CREATE METRIC C NUMBER BY (Country);
INSERT INTO C (Country, C) VALUES ('FR', 10);
CREATE METRIC Wider NUMBER BY (Country, Product) AS C + B;

SELECT * FROM Wider;
