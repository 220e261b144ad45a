-- What is said about a block is shown to whoever may see it.
CREATE DIMENSION Country (Name TEXT);
CREATE DIMENSION Store (Name TEXT, Country Country);
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Year) FISCAL YEAR STARTS IN 4;
CREATE SUBSET French OF Store AS Store.Country = Country."France";
CREATE LIST Ledger (Store Store, Amount NUMBER);
CREATE METRIC Revenue NUMBER BY (Store);
CREATE TABLE Side OF (Revenue);
CREATE VIEW Total AS SELECT SUM(Revenue) AS Total FROM Revenue;
INSERT INTO Country VALUES ('France');
COMMENT ON METRIC Revenue IS 'gross, it''s said';
COMMENT ON DIMENSION Store IS 'shops';
COMMENT ON SUBSET French IS 'at home';
COMMENT ON LIST Ledger IS 'postings';
COMMENT ON TABLE Side IS 'side by side';
COMMENT ON VIEW Total IS 'one number';

SHOW METRICS;

SHOW SUBSETS;

SHOW LISTS;

SHOW TABLES;

SHOW VIEWS;

SHOW CALENDARS;

DESCRIBE Revenue;

DESCRIBE Store;

DESCRIBE Ledger;

DESCRIBE Side;

DESCRIBE Total;

SELECT table_name, table_type, block_type, comment FROM information_schema.tables WHERE comment IS NOT NULL ORDER BY table_name;

-- It stays with what it is about.
ALTER METRIC Revenue RENAME TO Sales;

DROP VIEW Total;
ALTER METRIC Revenue RENAME TO Sales;
SHOW METRICS;
COMMENT ON METRIC Sales IS NULL;
SHOW METRICS;
DROP TABLE Side;
DROP METRIC Sales;
CREATE METRIC Sales NUMBER;
SHOW METRICS;

COMMENT ON METRIC Store IS 'x';

COMMENT ON DIMENSION French IS 'x';

COMMENT ON SUBSET Store IS 'x';

COMMENT ON VIEW Sales IS 'x';

COMMENT ON TABLE Nothing IS 'x';

COMMENT ON ROLE Admin IS 'x';

COMMENT ON PLANET Mars IS 'x';
