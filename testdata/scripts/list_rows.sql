CREATE DIMENSION Country (Name TEXT, Region TEXT);
INSERT INTO Country VALUES ('France', 'EMEA'), ('Japan', 'APAC');
CREATE LIST Orders (Country Country, Day DATE, Amount NUMBER, Price DECIMAL(10, 2), Note TEXT);
CREATE METRIC Sales NUMBER BY (Country) AS Orders.Amount[BY SUM: Orders.Country];
INSERT INTO Orders VALUES ('France', '2024-01-05', 1, 1.10, 'a'), ('France', '2024-01-05', 1, 1.10, 'a'), ('Japan', '2024-02-01', 4, 2.20, 'b'), (NULL, NULL, 8, NULL, NULL);

-- rows that are alike are changed alike
UPDATE Orders SET Amount = Amount * 10, Note = Note || '!' WHERE Note = 'a';

SELECT * FROM Orders;

SELECT * FROM Sales;

-- what is set is worked out from the row as it was
UPDATE Orders SET Amount = Price * 100, Price = Amount, Country = 'France' WHERE Country.Region = 'APAC' OR Country IS NULL;

SELECT * FROM Orders;

SELECT * FROM Sales;

UPDATE Orders SET Price = Price * 1.05;

SELECT Price FROM Orders;

DELETE FROM Orders WHERE Day > '2024-01-31';

SELECT * FROM Orders;

SELECT * FROM Sales;

UPDATE Orders SET Country = 'Frence';

UPDATE Orders SET Amount = 'much';

UPDATE Orders SET Amont = 1;

UPDATE Orders SET Amount = 1, amount = 2;

UPDATE Orders SET Amount = 1 / 0 WHERE Note = 'nobody';

DELETE FROM Orders WHERE Amont = 1;

UPDATE Orders SET Amount = NULL, Country = NULL WHERE Note = 'a!';

SELECT * FROM Orders;

BEGIN;
DELETE FROM Orders;
INSERT INTO Orders (Country, Amount) VALUES ('Japan', 3);
UPDATE Orders SET Amount = 5;
SELECT * FROM Sales;
ROLLBACK;

DELETE FROM Orders;

SELECT COUNT(*) AS N FROM Orders;

SELECT * FROM Sales;
