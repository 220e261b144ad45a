CREATE DIMENSION Country (Name TEXT);
CREATE DIMENSION Store (Code TEXT, Country Country, Opened DATE, Open BOOLEAN, Size INTEGER, Rent DECIMAL(5, 2));
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month);
INSERT INTO Country VALUES ('France'), ('Japan');
INSERT INTO Store (Code) VALUES ('Store 1'), ('Store 2');
CREATE METRIC Revenue NUMBER BY (Store, Month);

-- each file has one mistake
COPY Revenue FROM 'wrong_item.csv';

COPY Revenue FROM 'wrong_number.csv';

COPY Revenue FROM 'wrong_period.csv';

COPY Revenue FROM 'wrong_blank.csv';

COPY Revenue FROM 'wrong_width.csv';

COPY Revenue FROM 'wrong_quote.csv';

COPY Revenue FROM 'wrong_encoding.csv';

COPY Revenue FROM 'wrong_header.csv';

COPY Revenue FROM 'wrong_columns.csv';

COPY Revenue FROM 'empty.csv';

COPY Store FROM 'wrong_stores.csv' (a -> Code, date -> Opened);

COPY Store FROM 'wrong_stores.csv' (a -> Code, truth -> Open);

COPY Store FROM 'wrong_stores.csv' (a -> Code, size -> Size);

COPY Store FROM 'wrong_stores.csv' (a -> Code, rent -> Rent);

COPY Store FROM 'wrong_stores.csv' (a -> Code, country -> Country);

COPY Store FROM 'wrong_stores.csv' (twice -> Code);

COPY Store FROM 'wrong_stores.csv' (none -> Code);

COPY Revenue FROM 'wrong.parquet';

COPY Revenue FROM 'wrong.arrow';

COPY Revenue FROM 'wrong_line.json';

COPY Revenue FROM 'wrong_value.json';

COPY Revenue FROM 'wrong_item.json';

COPY Revenue FROM 'wrong.xlsx';

COPY Revenue FROM 'wrong';

-- nothing is left of any of them
SELECT COUNT(*) AS N FROM Revenue;

SELECT * FROM Store;
