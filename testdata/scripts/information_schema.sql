-- The catalog as tables, as far as its reader may see it.
CREATE DIMENSION Store (Name TEXT, Rent DECIMAL(8, 2), Head Store);
CREATE LIST Ledger (Store Store, Amount NUMBER, Day DATE, Paid BOOLEAN);
CREATE METRIC Revenue NUMBER BY (Store);
CREATE METRIC Cost INTEGER BY (Store);
CREATE SUBSET Cheap OF Store AS Store.Rent < 10;
CREATE TABLE PnL OF (Revenue, Cost);
CREATE VIEW Sums AS SELECT Store.Head AS Head, SUM(Revenue) AS Total, COUNT(*) AS Cells, MIN(Store.Rent) AS Rent FROM Revenue GROUP BY 1;

SELECT * FROM information_schema.schemata;

SELECT * FROM information_schema.tables ORDER BY table_name;

SELECT table_name, ordinal_position, column_name, data_type, is_nullable FROM information_schema.columns
WHERE table_name NOT IN ('User', 'Role', 'Group') ORDER BY table_name, ordinal_position;

SELECT * FROM INFORMATION_SCHEMA.VIEWS;

SELECT t.block_type, COUNT(*) AS Columns FROM information_schema.tables t JOIN information_schema.columns c USING (table_name) GROUP BY 1 ORDER BY 1;

CREATE VIEW Blocks AS SELECT table_name FROM information_schema.tables WHERE block_type = 'METRIC';
SELECT * FROM Blocks ORDER BY 1;

SELECT MAX(ordinal_position) + 1 AS n FROM information_schema.columns WHERE table_name = 'Ledger';

SELECT * FROM information_schema.routines;

SELECT * FROM information_schema.columns WHERE table_name = 'Nothing';
