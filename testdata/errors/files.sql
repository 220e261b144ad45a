-- Each file has one mistake, which is told with the file, the row, the column and what to do. Nothing of it is loaded.
CREATE DIMENSION Store (Name TEXT, Size NUMBER, Head Store);
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month);
CREATE METRIC Revenue NUMBER BY (Store, Month);
CREATE METRIC Pieces INTEGER BY (Store);
CREATE METRIC Fee DECIMAL(5, 2) BY (Store);
CREATE METRIC Open BOOLEAN BY (Store);
CREATE METRIC Since DATE BY (Store);
CREATE METRIC Note TEXT BY (Store);
CREATE METRIC Twin Store BY (Store);
CREATE METRIC Rights ACCESS RIGHTS BY (User, Store);
CREATE LIST Ledger (Store Store, Amount NUMBER);
CREATE USER 'u';
INSERT INTO Store (Name) VALUES ('S1'), ('S2');

COPY Revenue FROM 'utf16le.csv';

COPY Revenue FROM 'utf16be.csv';

COPY Revenue FROM 'utf16_unmarked.csv';

COPY Revenue FROM 'latin1.csv';

COPY Revenue FROM 'latin1_header.csv';

COPY Revenue FROM 'gzip.csv';

COPY Revenue FROM 'zstd.csv';

COPY Revenue FROM 'workbook.csv';

COPY Revenue FROM 'nothing.csv';

COPY Revenue FROM 'tabs.csv';

COPY Revenue FROM 'semicolons.csv';

COPY Revenue FROM 'nul.csv';

COPY Revenue FROM 'long.csv';

COPY Revenue FROM 'long_quote.csv';

COPY Revenue FROM 'no_column.csv';

COPY Revenue FROM 'column_twice.csv';

COPY Revenue FROM 'column_unnamed.csv';

COPY Revenue FROM 'columns.csv';

COPY Revenue FROM 'unknown_item.csv';

COPY Revenue FROM 'unknown_period.csv';

COPY Revenue FROM 'period_outside.csv';

COPY Revenue FROM 'twice.csv';

COPY Revenue FROM 'blank_item.csv';

COPY Revenue FROM 'text.csv';

COPY Revenue FROM 'thousands.csv';

COPY Revenue FROM 'money.csv';

COPY Revenue FROM 'percent.csv';

COPY Revenue FROM 'infinite.csv';

COPY Revenue FROM 'nan.csv';

COPY Revenue FROM 'large.csv';

COPY Revenue FROM 'short.csv';

COPY Revenue FROM 'wide.csv';

COPY Revenue FROM 'quote.csv';

COPY Revenue FROM 'after_quote.csv';

COPY Revenue FROM 'cut.csv';

COPY Revenue FROM 'array_cut.json';

COPY Revenue FROM 'row_cut.json';

COPY Revenue FROM 'line_cut.json';

COPY Revenue FROM 'after.json';

COPY Revenue FROM 'no_object.json';

COPY Revenue FROM 'nested.json';

COPY Revenue FROM 'key_twice.json';

COPY Revenue FROM 'text.json';

COPY Revenue FROM 'truth.json';

COPY Revenue FROM 'unknown.json';

COPY Revenue FROM 'missing.json';

COPY Revenue FROM 'latin1.json';

COPY Revenue FROM 'no_json.json';

COPY Revenue FROM 'long.json';

COPY Revenue FROM 'nothing.json';

COPY Revenue FROM 'csv.json';

COPY Revenue FROM 'nothing.parquet';

COPY Revenue FROM 'text.parquet';

COPY Revenue FROM 'cut.parquet';

COPY Revenue FROM 'cut_end.parquet';

COPY Revenue FROM 'page.parquet';

COPY Revenue FROM 'footer.parquet';

COPY Revenue FROM 'footer_length.parquet';

COPY Revenue FROM 'unknown.parquet';

COPY Revenue FROM 'missing.parquet';

COPY Revenue FROM 'infinite.parquet';

COPY Revenue FROM 'nothing.arrow';

COPY Revenue FROM 'text.arrow';

COPY Revenue FROM 'cut.arrow';

COPY Revenue FROM 'cut_end.arrow';

COPY Revenue FROM 'head.arrow';

COPY Revenue FROM 'body.arrow';

COPY Revenue FROM 'truth.arrow';

COPY Pieces FROM 'whole.csv';

COPY Pieces FROM 'whole_large.csv';

COPY Fee FROM 'decimal.csv';

COPY Open FROM 'boolean.csv';

COPY Since FROM 'date.csv';

COPY Since FROM 'no_date.csv';

COPY Rights FROM 'rights.csv';

COPY Twin FROM 'item_value.csv';

COPY Store FROM 'names_twice.csv' (Name -> Name, Size -> Size);

COPY Store FROM 'name_blank.csv' (Name -> Name, Size -> Size);

COPY Store FROM 'name_empty.csv' (Name -> Name, Size -> Size);

COPY Store FROM 'loop.csv' (Name -> Name, Head -> Head);

-- Paths and options.
COPY Revenue FROM 'nowhere.csv';

COPY Revenue FROM 'nowhere/mark.csv';

COPY Revenue FROM '../mark.csv';

COPY Revenue FROM '/etc/hostname';

COPY Revenue FROM '';

COPY Revenue FROM 'mark.xlsx';

COPY Revenue FROM 'mark.csv' (Shop -> Store, Month -> Month, Revenue -> Revenue);

COPY Revenue FROM 'mark.csv' (Store -> Shop, Month -> Month, Revenue -> Revenue);

COPY Revenue FROM 'mark.csv' (Store -> Store, Revenue -> Revenue);

COPY Revenue FROM 'mark.csv' (Store -> Store, Store -> Store, Month -> Month, Revenue -> Revenue);

COPY Revenue FROM 'mark.csv' (Store -> Store.Code, Month -> Month, Revenue -> Revenue);

COPY Revenue FROM 'mark.csv' ('S7' -> Store, Month -> Month, Revenue -> Revenue);

COPY Revenue FROM 'mark.csv' WITH (unknown = skip, rejects = 'bad.txt');

COPY Revenue FROM 'mark.csv' WITH (unknown = skip, rejects = '../bad.csv');

COPY Revenue FROM 'mark.csv' WITH (unknown = skip, rejects = 'mark.csv');

COPY Revenue FROM 'mark.csv' WITH (unknown = perhaps);

COPY Revenue FROM 'mark.csv' WITH (duplicates = first);

COPY Note FROM 'mark.csv' (Store -> Store, Month -> Note) WITH (duplicates = sum);

COPY Ledger FROM 'mark.csv' (Store -> Store, Revenue -> Amount) WITH (duplicates = last);

COPY Nothing FROM 'mark.csv';

COPY Month FROM 'mark.csv';

COPY (SELECT * FROM Revenue) TO 'out.txt';

COPY (SELECT * FROM Revenue) TO '../out.csv';

COPY (SELECT * FROM Revenue) TO 'nowhere/out.csv';

COPY (SELECT * FROM Nothing) TO 'out.csv';

COPY (SELECT CAST(Name AS INTEGER) FROM Store) TO 'out.parquet';

-- Inside a transaction a failed load takes nothing back but itself.
BEGIN;
INSERT INTO Revenue VALUES ('S1', '2024-01', 7);

COPY Revenue FROM 'text.csv';

-- The block that failed has rolled it back.
COMMIT;

-- Nothing of all this is there.
SELECT COUNT(*) AS N FROM Revenue;
SELECT COUNT(*) AS N FROM Pieces;
SELECT COUNT(*) AS N FROM Ledger;
SELECT * FROM Store;

-- What is no mistake.
COPY Revenue FROM 'mark.csv';
COPY Revenue FROM 'empty_array.json';
COPY Revenue FROM 'empty.json';
COPY Revenue FROM 'empty.csv';
COPY Revenue FROM 'empty.parquet';
COPY Revenue FROM 'empty.arrow';
COPY Ledger FROM 'empty_array.json';
COPY Store FROM 'empty_array.json';
COPY Revenue FROM 'good.parquet';
SELECT * FROM Revenue ORDER BY 1;
