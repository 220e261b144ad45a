CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country);
INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA'), ('Germany', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Store (Code, Label, Country) VALUES ('S1', 'Paris', 'France'), ('S2', 'Lyon', 'France'), ('S3', 'Berlin', 'Germany'), ('S4', 'Tokyo', 'Japan');
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
CREATE METRIC Revenue NUMBER BY (Store, Month);
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 10), ('S1', '2024-04', 20), ('S2', '2024-01', 5), ('S3', '2024-02', 7), ('S4', '2024-01', 100);

SELECT * FROM Revenue;

SELECT Store.Country, Month.Quarter, SUM(Revenue) FROM Revenue GROUP BY 1, 2 ORDER BY 1, 2;

SELECT store.country.region AS Region, SUM(revenue) AS Total FROM revenue GROUP BY 1 ORDER BY 2 DESC;

SELECT "Store.Country" AS C, COUNT(*) AS N FROM Revenue WHERE Month = '2024-01' GROUP BY 1 HAVING COUNT(*) > 1;

-- dimension columns sort by item order, texts by letters
SELECT DISTINCT Store.Country.Region FROM Revenue ORDER BY 1;

SELECT Name FROM Region ORDER BY Name;

SELECT Store, Store.Position FROM Revenue WHERE Month = '2024-01' ORDER BY Store DESC;

SELECT * FROM Store;

SELECT s.Label, r.Revenue FROM Store s LEFT JOIN Revenue r ON r.Store = s.Code AND r.Month = '2024-02' ORDER BY s.Position;

SELECT COUNT(*) AS N FROM Revenue WHERE Store = 'nothing';

WITH t AS (SELECT Store, SUM(Revenue) AS S FROM Revenue GROUP BY 1) SELECT Store, S, RANK() OVER (ORDER BY S DESC) AS R FROM t ORDER BY 3;

SELECT * FROM Revenu;

SELECT Reven FROM Revenue;

SELECT * FROM Base.Revenue WHERE Store = 'S4';

-- all columns but some, as DataFusion has it; and the set operation of the same word
SELECT * EXCEPT (Month) FROM Revenue WHERE Store = 'S1' ORDER BY 2;
SELECT r.* EXCLUDE month, s.* EXCEPT (Code, Country) FROM Revenue r JOIN Store s ON r.Store = s.Code ORDER BY 1, 2;
SELECT * FROM Region EXCEPT SELECT 'EMEA';

SELECT * EXCLUDE (Nothing) FROM Revenue;

SELECT * EXCEPT (Code, Label, Country) FROM Store;

-- everything that SELECT does not add up is grouped by
SELECT Store.Country, Month, COUNT(*) AS Cells, SUM(Revenue) * 2 AS Twice FROM Revenue GROUP BY ALL ORDER BY 1, 2;

SELECT Month FROM Revenue GROUP BY ALL ORDER BY 1;

SELECT SUM(Revenue) FROM Revenue GROUP BY ALL;

-- more functions of groups and of rows
SELECT BIT_AND(value), BIT_OR(value), BIT_XOR(value), REGR_SLOPE(value * 2, value), REGR_COUNT(1, value), TO_HEX(MAX(value) * 51) FROM generate_series(4, 5);
SELECT 6 & 3, 6 | 3, 6 ^ 3, 1 << 5, 96 >> 2, 1 + 2 & 2;
