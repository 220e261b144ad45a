CREATE DIMENSION Country (Name TEXT);
CREATE DIMENSION Store (Code TEXT, Id INTEGER, Country Country, Parent Store);
CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month);
INSERT INTO Country VALUES ('France'), ('Japan');
INSERT INTO Store (Code, Id, Country) VALUES ('S1', 1, 'France'), ('S2', 2, 'Japan'), ('S3', 2, 'Japan');
CREATE METRIC Revenue NUMBER BY (Store, Month);
CREATE METRIC Pieces INTEGER BY (Store, Month);
CREATE METRIC Price DECIMAL(6, 2) BY (Store, Month);
CREATE METRIC Note TEXT BY (Store, Month);
CREATE LIST Rejected (Line TEXT, Store TEXT, Month TEXT, Amount TEXT, Reason TEXT);
CREATE LIST Sales (Store Store, Month Month, Amount NUMBER);

-- rows that name what is no item are skipped, and written down with the reason
COPY Revenue FROM 'sales.csv' (store -> Store, month -> Month, amount -> Revenue)
    WITH (unknown = skip, duplicates = sum, rejects = 'bad.csv');

SELECT * FROM Revenue;

COPY Rejected FROM 'bad.csv' (line -> Line, store -> Store, month -> Month, amount -> Amount, reason -> Reason);

SELECT * FROM Rejected;

-- a file of rejects can be loaded again: its reasons are new ones, and no row is no old row
COPY Revenue FROM 'bad.csv' (store -> Store, month -> Month, amount -> Revenue) WITH (unknown = skip, rejects = 'worse.csv');

DELETE FROM Rejected;

COPY Rejected FROM 'worse.csv' (line -> Line, store -> Store, month -> Month, amount -> Amount, reason -> Reason);

SELECT Line, Reason FROM Rejected;

COPY Revenue FROM 'revenue.csv' (store -> Store, m -> Month, amount -> Revenue) WITH (unknown = skip, rejects = 'worse.csv');

DELETE FROM Rejected;

COPY Rejected FROM 'worse.csv' (store -> Store, reason -> Reason);

SELECT COUNT(*) AS N FROM Rejected;

-- what else is wrong is an error all the same, with the number of its row
COPY Pieces FROM 'sales_bad.csv' (store -> Store, month -> Month, amount -> Pieces) WITH (unknown = skip, rejects = 'none.csv');

COPY Rejected FROM 'none.csv' (reason -> Reason);

-- the last row holds, BLANK too
COPY Revenue FROM 'sales.csv' (store -> Store, month -> Month, amount -> Revenue) WITH (unknown = skip, duplicates = last);

SELECT * FROM Revenue;

COPY Revenue FROM 'sales.csv' (store -> Store, month -> Month, amount -> Revenue) WITH (unknown = skip);

-- sums by type
COPY Pieces FROM 'sales.csv' (store -> Store, month -> Month, line -> Pieces) WITH (unknown = skip, duplicates = sum);

SELECT * FROM Pieces;

COPY Price FROM 'sales.csv' (store -> Store, month -> Month, amount -> Price) WITH (unknown = skip, duplicates = sum);

SELECT * FROM Price;

COPY Note FROM 'sales.csv' (store -> Store, month -> Month, amount -> Note) WITH (unknown = skip, duplicates = last);

SELECT * FROM Note;

COPY Note FROM 'sales.csv' (store -> Store, month -> Month, amount -> Note) WITH (unknown = skip, duplicates = sum);

-- items are found by another property
COPY Revenue FROM 'by_id.csv' (id -> Store.Id, '2024-03' -> Month, amount -> Revenue);

COPY Revenue FROM 'by_id.csv' (id -> Store.Id, '2024-03' -> Month, amount -> Revenue) WITH (unknown = skip);

INSERT INTO Store (Code, Id) VALUES ('S3', 3);

COPY Revenue FROM 'by_id.csv' (id -> Store.Id, '2024-03' -> Month, amount -> Revenue) WITH (unknown = skip);

SELECT * FROM Revenue WHERE Month = '2024-03';

COPY Revenue FROM 'by_id.csv' (id -> Store.Id, '2024-03' -> Month, amount -> Revenue) WITH (unknown = create);

COPY Revenue FROM 'by_id.csv' (id -> Store.Country, '2024-03' -> Month, amount -> Revenue);

COPY Revenue FROM 'by_id.csv' (id -> Store.Number, '2024-03' -> Month, amount -> Revenue);

-- items are made in the order of the file, periods are not
COPY Revenue FROM 'sales.csv' (store -> Store, month -> Month, amount -> Revenue) WITH (unknown = create, duplicates = last);

DELETE FROM Store WHERE Code = 'S3';

COPY Revenue FROM 'sales_new.csv' (store -> Store, month -> Month, amount -> Revenue) WITH (unknown = create, duplicates = last);

SELECT Code, Id FROM Store;

SELECT * FROM Revenue WHERE Store IN ('S8', 'S9');

COPY Revenue FROM 'revenue.csv' ('S10' -> Store, m -> Month, amount -> Revenue) WITH (unknown = create, duplicates = last);

SELECT * FROM Revenue WHERE Store = 'S10';

-- items of items, and of the dimension itself
COPY Store FROM 'stores_new.csv' WITH (unknown = create);

SELECT * FROM Store WHERE Code LIKE 'N%' OR Code LIKE 'P%';

SELECT * FROM Country;

-- a row that names one which is skipped is skipped too
COPY Store FROM 'stores_more.csv' WITH (unknown = skip, rejects = 'bad.csv');

SELECT Code, Parent FROM Store WHERE Code LIKE 'M%';

COPY Rejected FROM 'bad.csv' (code -> Store, reason -> Reason);

SELECT Store, Reason FROM Rejected;

COPY Store FROM 'stores_twice.csv' WITH (duplicates = last);

SELECT Code, Id, Country FROM Store WHERE Code LIKE 'T%';

COPY Store FROM 'stores_twice.csv';

COPY Sales FROM 'sales_new.csv' (store -> Store, month -> Month, amount -> Amount) WITH (unknown = create);

SELECT * FROM Sales;

-- a file of rejects has no row where none is skipped
COPY Sales FROM 'sales_new.csv' (store -> Store, month -> Month, amount -> Amount) WITH (unknown = create, duplicates = error, rejects = 'none.csv');

-- options that say nothing
COPY Store FROM 'stores_twice.csv' WITH (duplicates = sum);

COPY Sales FROM 'sales.csv' WITH (duplicates = last);

COPY Revenue FROM 'sales.csv' WITH (unknown = skip, rejects = 'bad.parquet');

COPY Revenue FROM 'sales.csv' WITH (unknown = skip, rejects = '../bad.csv');

COPY Revenue FROM 'sales.csv' WITH (unknown = skip, rejects = 'sales.csv');

COPY Revenue FROM 'sales.csv' WITH (unknown = skip, rejects = 'nowhere/bad.csv');

-- what can be done about equal coordinates is told too where rows are sifted first
COPY Revenue FROM 'sales.csv' (store -> Store, month -> Month, amount -> Revenue) WITH (unknown = skip);
