CREATE DIMENSION Country (Name TEXT);
INSERT INTO Country (Name) VALUES ('France'), ('Japan');
CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country);
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month);
CREATE METRIC Revenue NUMBER BY (Store, Month);

-- columns by name; others are ignored; an empty field is BLANK, "" an empty text
COPY Store FROM 'store.csv';

SELECT * FROM Store;

COPY Revenue FROM 'revenue.csv' (store -> Store, m -> Month, amount -> Revenue);

SELECT * FROM Revenue;

-- a load that fails leaves nothing behind
COPY Revenue FROM 'revenue_twice.csv';

COPY Revenue FROM 'revenue_unknown.csv';

COPY Revenue FROM 'revenue_bad.csv';

COPY Revenue FROM 'revenue.csv';

COPY Revenue FROM 'nowhere.csv';

COPY Revenue FROM '../copy.sql';

SELECT * FROM Revenue;

COPY Revenue FROM 'revenue_twice.csv' WITH (duplicates = sum);

COPY Revenue FROM 'revenue_unknown.csv' WITH (unknown = skip);

SELECT * FROM Revenue;

COPY Revenue FROM 'revenue_twice.csv' WITH (duplicates = last);

COPY Revenue FROM 'revenue_unknown.csv' WITH (unknown = create);

SELECT * FROM Revenue;
