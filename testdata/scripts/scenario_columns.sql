-- Two scenarios are two schemas: their tables are told apart by them.
CREATE DIMENSION Product (Name TEXT);
INSERT INTO Product VALUES ('A'), ('B');
CREATE METRIC Price NUMBER BY (Product);
INSERT INTO Price VALUES ('A', 1), ('B', 2);
CREATE SCENARIO Up;
UPDATE Up.Price SET Price = Price * 10 WHERE Product = 'B';

SELECT Product, Base.Price.Price, Up.Price.Price FROM Base.Price JOIN Up.Price USING (Product);

SELECT Base.Price.Product, Up.Price.Price - Base.Price.Price AS more FROM Base.Price JOIN Up.Price ON Base.Price.Product = Up.Price.Product;

SELECT Up.Price.* FROM Base.Price JOIN Up.Price USING (Product);

SELECT Price.Price FROM Base.Price JOIN Up.Price USING (Product);

SELECT Price.* FROM Base.Price JOIN Up.Price USING (Product);

SELECT 1 FROM Base.Price JOIN Base.Price ON TRUE;

SELECT 1 FROM Base.Price AS x JOIN Up.Price AS x ON TRUE;
