-- A table shows metrics side by side on their common dimensions: a row wherever one of them has a cell that may be read.
CREATE DIMENSION Country (Name TEXT);
CREATE DIMENSION Store (Name TEXT, Country Country);
CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month, Quarter);
INSERT INTO Country VALUES ('France'), ('Japan');
INSERT INTO Store VALUES ('S1', 'France'), ('S2', 'Japan'), ('S3', 'Japan');
CREATE METRIC Revenue NUMBER BY (Store, Month);
CREATE METRIC COGS NUMBER BY (Month, Store);
CREATE METRIC "Gross Margin" NUMBER BY (Store, Month) AS Revenue - COGS;
CREATE METRIC Pieces INTEGER BY (Store, Month);
CREATE METRIC Fee DECIMAL(12, 2) BY (Store, Month);
CREATE METRIC Open BOOLEAN BY (Store, Month);
CREATE METRIC Note TEXT BY (Store, Month);
CREATE METRIC Since DATE BY (Store, Month);
CREATE METRIC Twin Store BY (Store, Month);
INSERT INTO Revenue VALUES ('S1', '2024-01', 10), ('S1', '2024-02', 20), ('S2', '2024-01', 100), ('S2', '2024-02', -7);
INSERT INTO COGS VALUES ('2024-01', 'S1', 4), ('2024-03', 'S3', 50);
INSERT INTO Pieces VALUES ('S1', '2024-01', 3);
INSERT INTO Fee VALUES ('S1', '2024-01', 0.10), ('S2', '2024-01', 12.34);
INSERT INTO Open VALUES ('S1', '2024-01', FALSE), ('S2', '2024-01', TRUE);
INSERT INTO Note VALUES ('S1', '2024-01', ''), ('S2', '2024-01', 'closed');
INSERT INTO Since VALUES ('S1', '2024-01', '2020-02-29');
INSERT INTO Twin VALUES ('S1', '2024-01', 'S2');
CREATE METRIC Rate NUMBER;
CREATE METRIC Other NUMBER;
CREATE METRIC ByStore NUMBER BY (Store);

CREATE TABLE PnL OF (Revenue, COGS, "Gross Margin");
SELECT * FROM PnL ORDER BY Store, Month;
SELECT * FROM PnL WHERE Month = '2024-01' ORDER BY Store;
SELECT Store.Country, Month.Quarter, SUM(Revenue) AS Revenue, SUM("Gross Margin") AS Margin, COUNT(*) AS Rows FROM PnL GROUP BY 1, 2 ORDER BY 1, 2;
SELECT Store.Position AS Place, Store, Revenue FROM PnL WHERE Store.Country = 'Japan' ORDER BY 1, Month;
SELECT p.Store, p.COGS FROM PnL p WHERE p.COGS IS NOT NULL ORDER BY p.COGS DESC;
DESCRIBE PnL;

CREATE TABLE Kinds OF (Pieces, Fee, Open, Note, Since, Twin);
SELECT * FROM Kinds ORDER BY Store;
SELECT Twin.Country FROM Kinds WHERE Twin IS NOT NULL;
DESCRIBE Kinds;

-- Without a dimension there is one row, or none.
CREATE TABLE Rates OF (Rate, Other);
SELECT * FROM Rates;
INSERT INTO Rate VALUES (2);
SELECT * FROM Rates;

CREATE TABLE Bad OF (Revenue, ByStore);

CREATE TABLE Bad OF (Revenue, Revenue);

CREATE TABLE Bad OF (Revenue, Store);

CREATE TABLE Bad OF (Nothing);

CREATE TABLE PnL OF (Revenue);

CREATE TABLE Revenue OF (COGS);

DROP METRIC COGS;

ALTER METRIC Pieces RENAME TO Units;
SELECT Units FROM Kinds WHERE Units > 0;

INSERT INTO PnL VALUES ('S1', '2024-01', 1, 2, 3);

UPDATE PnL SET Revenue = 1;

CREATE VIEW Margins AS SELECT Store, SUM("Gross Margin") AS Margin FROM PnL GROUP BY Store;
SELECT * FROM Margins ORDER BY Store;

ALTER TABLE PnL OF (Revenue, COGS);

ALTER TABLE PnL RENAME TO Result;

DROP TABLE PnL;

DROP VIEW PnL;

ALTER TABLE PnL OF ("Gross Margin", Revenue);
DESCRIBE PnL;
SHOW TABLES;
DROP VIEW Margins;
ALTER TABLE PnL RENAME TO Result;
DROP TABLE Kinds;
DROP TABLE Rates;
DROP TABLE Result;
SHOW TABLES;
