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

-- a scenario is a schema, and the application the catalog
CREATE SCENARIO Up;
CREATE SCENARIO "Worst Case" FROM Up;
SELECT * FROM information_schema.schemata;
SELECT table_schema, COUNT(*) AS Tables FROM information_schema.tables GROUP BY 1 ORDER BY 1;
SELECT table_schema, table_name, column_name FROM information_schema.columns WHERE table_name = 'Revenue' ORDER BY 1, ordinal_position;
SELECT table_schema, table_name FROM information_schema.views WHERE table_name = 'Sums' ORDER BY 1;

INSERT INTO Store VALUES ('S1', 5, NULL);
INSERT INTO Revenue VALUES ('S1', 1);
SELECT application.Base.Revenue.Store, Revenue FROM application.Base.Revenue;
SELECT application."Worst Case".Revenue.* FROM application."Worst Case".Revenue;
SELECT r.Store FROM application.Base.Revenue AS r JOIN application.Base.Store AS s ON r.Store = s.Name;
SELECT COUNT(*) FROM application.information_schema.schemata;

SELECT * FROM elsewhere.Base.Revenue;

SELECT * FROM application.Nothing.Revenue;

-- who may not read a scenario is told of none
CREATE ROLE Clerk PERMISSIONS ("Display Application", "Open Boards") READ ALLOWED WRITE DENIED;
CREATE USER 'ann';
GRANT ROLE Clerk TO USER 'ann';
GRANT NONE ON SCENARIO "Worst Case" TO ROLE Clerk;

-- user: ann
SELECT schema_name FROM information_schema.schemata;
SELECT DISTINCT table_schema FROM information_schema.columns ORDER BY 1;
