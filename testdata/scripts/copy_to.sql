CREATE DIMENSION Country (Name TEXT);
CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country, Opened DATE, Open BOOLEAN) DISPLAY Label;
INSERT INTO Country VALUES ('France'), ('Japan');
INSERT INTO Store VALUES ('S1', 'Paris, "old"', 'France', '2020-02-29', TRUE), ('S2', '', 'France', NULL, FALSE), ('S3', NULL, 'Japan', '2024-01-01', NULL), ('S4', 'NULL', NULL, NULL, NULL);
CREATE METRIC Revenue NUMBER BY (Store);
CREATE METRIC Exact DECIMAL(20, 3) BY (Store);
CREATE METRIC Pieces INTEGER BY (Store);
CREATE METRIC Note TEXT BY (Store);
INSERT INTO Revenue VALUES ('S1', 0.1), ('S2', 1e21), ('S3', -4e-9);
INSERT INTO Exact VALUES ('S1', 12345678901234567.125), ('S3', -0.001);
INSERT INTO Pieces VALUES ('S1', 9007199254740993), ('S2', -1);
INSERT INTO Note VALUES ('S1', ''), ('S2', 'two
lines'), ('S3', 'NULL');

-- what is written comes back as it was, from each kind of file
COPY (SELECT * FROM Store) TO 'store.csv';

COPY (SELECT * FROM Store) TO 'store.json';

COPY (SELECT * FROM Store) TO 'store.arrow';

COPY (SELECT * FROM Store) TO 'store.parquet';

DELETE FROM Store WHERE Code IN ('S2', 'S3', 'S4');

UPDATE Store SET Label = 'changed', Country = NULL, Opened = NULL, Open = FALSE;

COPY Store FROM 'store.csv';

SELECT * FROM Store;

DELETE FROM Store;

COPY Store FROM 'store.json';

SELECT * FROM Store;

DELETE FROM Store;

COPY Store FROM 'store.arrow';

SELECT * FROM Store;

DELETE FROM Store;

COPY Store FROM 'store.parquet';

SELECT * FROM Store;

INSERT INTO Revenue VALUES ('S1', 0.1), ('S2', 1e21), ('S3', -4e-9);
INSERT INTO Exact VALUES ('S1', 12345678901234567.125), ('S3', -0.001);
INSERT INTO Pieces VALUES ('S1', 9007199254740993), ('S2', -1);
INSERT INTO Note VALUES ('S1', ''), ('S2', 'two
lines'), ('S3', 'NULL');

COPY (SELECT r.Store, r.Revenue, e.Exact, p.Pieces, n.Note FROM Revenue r FULL JOIN Exact e USING (Store) FULL JOIN Pieces p USING (Store) FULL JOIN Note n USING (Store)) TO 'cells.csv';
COPY (SELECT r.Store, r.Revenue, e.Exact, p.Pieces, n.Note FROM Revenue r FULL JOIN Exact e USING (Store) FULL JOIN Pieces p USING (Store) FULL JOIN Note n USING (Store)) TO 'cells.json';
COPY (SELECT r.Store, r.Revenue, e.Exact, p.Pieces, n.Note FROM Revenue r FULL JOIN Exact e USING (Store) FULL JOIN Pieces p USING (Store) FULL JOIN Note n USING (Store)) TO 'cells.arrow';
COPY (SELECT r.Store, r.Revenue, e.Exact, p.Pieces, n.Note FROM Revenue r FULL JOIN Exact e USING (Store) FULL JOIN Pieces p USING (Store) FULL JOIN Note n USING (Store)) TO 'cells.parquet';

DELETE FROM Revenue; DELETE FROM Exact; DELETE FROM Pieces; DELETE FROM Note;
COPY Revenue FROM 'cells.csv'; COPY Exact FROM 'cells.csv'; COPY Pieces FROM 'cells.csv'; COPY Note FROM 'cells.csv';
SELECT * FROM Revenue; SELECT * FROM Exact; SELECT * FROM Pieces; SELECT * FROM Note;

DELETE FROM Revenue; DELETE FROM Exact; DELETE FROM Pieces; DELETE FROM Note;
COPY Revenue FROM 'cells.json'; COPY Exact FROM 'cells.json'; COPY Pieces FROM 'cells.json'; COPY Note FROM 'cells.json';
SELECT * FROM Revenue; SELECT * FROM Exact; SELECT * FROM Pieces; SELECT * FROM Note;

DELETE FROM Revenue; DELETE FROM Exact; DELETE FROM Pieces; DELETE FROM Note;
COPY Revenue FROM 'cells.arrow'; COPY Exact FROM 'cells.arrow'; COPY Pieces FROM 'cells.arrow'; COPY Note FROM 'cells.arrow';
SELECT * FROM Revenue; SELECT * FROM Exact; SELECT * FROM Pieces; SELECT * FROM Note;

DELETE FROM Revenue; DELETE FROM Exact; DELETE FROM Pieces; DELETE FROM Note;
COPY Revenue FROM 'cells.parquet'; COPY Exact FROM 'cells.parquet'; COPY Pieces FROM 'cells.parquet'; COPY Note FROM 'cells.parquet';
SELECT * FROM Revenue; SELECT * FROM Exact; SELECT * FROM Pieces; SELECT * FROM Note;

-- refused
COPY (SELECT * FROM Store) TO 'store.xlsx';

COPY (SELECT * FROM Store) TO '../store.csv';

COPY (SELECT * FROM Store) TO '/tmp/store.csv';

COPY (SELECT * FROM Store) TO 'nowhere/store.csv';

COPY (SELECT * FROM Stor) TO 'store.csv';

COPY (SELECT 1 / (Pieces - Pieces) FROM Pieces) TO 'store.csv';

COPY Store TO 'store.csv';

-- what failed left the file as it was
DELETE FROM Store WHERE Code = 'S4';

COPY Store FROM 'store.csv';

SELECT COUNT(*) AS N FROM Store;

-- an open transaction is asked as it is
BEGIN;
INSERT INTO Country VALUES ('Peru');
COPY (SELECT Name FROM Country) TO 'country.csv';
ROLLBACK;
COPY Country FROM 'country.csv';
SELECT * FROM Country;

-- masked like any query, and only for who may export
CREATE ROLE Planner PERMISSIONS ("Display Application", "Open Boards", "Export Data") READ UNSPECIFIED WRITE DENIED;
CREATE ROLE Clerk PERMISSIONS ("Display Application", "Export Data") READ ALLOWED WRITE DENIED;
CREATE USER 'ann';
CREATE USER 'rea';
CREATE USER 'cle';
GRANT ROLE Planner TO USER 'ann';
GRANT ROLE Reader TO USER 'rea';
GRANT ROLE Clerk TO USER 'cle';
CREATE METRIC Rights ACCESS RIGHTS BY (User, Country);
INSERT INTO Rights VALUES ('ann', 'France', 'r-');
ALTER APPLICATION SET INHERITANCE OFF;
CREATE RULE r APPLY READ OF Rights THROUGH Store.Country TO ALL METRICS WITH (Store);

-- user: ann
COPY (SELECT Store, Revenue FROM Revenue) TO 'seen.csv';

-- user: rea
COPY (SELECT Store, Revenue FROM Revenue) TO 'seen.csv';

-- user: cle
COPY (SELECT Store, Revenue FROM Revenue) TO 'seen.csv';

-- user: owner
CREATE METRIC Seen NUMBER BY (Store);
COPY Seen FROM 'seen.csv' (store -> Store, revenue -> Seen);
SELECT * FROM Seen;
