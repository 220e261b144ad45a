-- tables and views come later
CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country);
INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA'), ('Germany', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Store (Code, Label, Country) VALUES ('S1', 'Paris', 'France'), ('S2', 'Lyon', 'France'), ('S3', 'Berlin', 'Germany'), ('S4', 'Tokyo', 'Japan');
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
CREATE METRIC Revenue NUMBER BY (Store, Month);
INSERT INTO Revenue (Store, Month, Revenue) VALUES ('S1', '2024-01', 10), ('S1', '2024-04', 20), ('S2', '2024-01', 5), ('S3', '2024-02', 7), ('S4', '2024-01', 100);

CREATE METRIC Cost NUMBER BY (Store, Month) AS Revenue * 0.5;
CREATE METRIC Target NUMBER BY (Store, Month);
INSERT INTO Target (Store, Month, Target) VALUES ('S1', '2024-01', 12), ('S4', '2024-12', 3);

CREATE TABLE PnL OF (Revenue, Cost, Target);

CREATE VIEW "By Country" AS SELECT Store.Country AS Country, SUM(Revenue) AS Revenue FROM Revenue GROUP BY 1;

SELECT r.Store, r.Month, r.Revenue, c.Cost, t.Target FROM Revenue r FULL JOIN Cost c USING (Store, Month) FULL JOIN Target t USING (Store, Month) WHERE Month = '2024-01' ORDER BY Store;
