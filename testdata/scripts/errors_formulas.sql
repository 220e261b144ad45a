-- Formulas with every kind of mistake: where it is, what it is, and what to write instead.
CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Store (Name TEXT, Country Country, Opened DATE);
CREATE DIMENSION Product (Name TEXT);
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
INSERT INTO Country VALUES ('France', NULL);
CREATE METRIC Revenue NUMBER BY (Store, Month);
CREATE METRIC Price NUMBER BY (Product);
CREATE METRIC Open BOOLEAN BY (Store);
CREATE METRIC Note TEXT BY (Store);
CREATE METRIC Pieces INTEGER BY (Store);
CREATE METRIC Best Product BY (Store);
CREATE LIST Ledger (Store Store, Amount NUMBER);
CREATE VIEW Sum AS SELECT SUM(Revenue) AS Total FROM Revenue;

EVALUATE Revnue * 2;

EVALUATE Revenue * Open;

EVALUATE Revenue + Note;

EVALUATE Revenue & 1;

EVALUATE NOT Revenue;

EVALUATE IF(Revenue, 1, 2);

EVALUATE IF(Open, 1, "a");

EVALUATE IF(Open);

EVALUATE SUMM(Revenue);

EVALUATE ROUND(Revenue, 1, 2);

EVALUATE ROUND("a");

EVALUATE Store.Contry;

EVALUATE Store.Country.Name.Length;

EVALUATE Revenue.Store;

EVALUATE Country."Frence";

EVALUATE Revenue[BY SUM: Store.Country.Colour];

EVALUATE Revenue[BY SUM: Product];

EVALUATE Revenue[BY SOME: Store.Country];

EVALUATE Revenue[REMOVE SUM: Product];

EVALUATE Revenue[ADD: Store];

EVALUATE Revenue[SELECT: Store.Country = "France"];

EVALUATE Revenue[FILTER: Revenue];

EVALUATE Revenue[SELECT: Month - "a"];

EVALUATE Revenue[SELECT: Store - 1];

EVALUATE Revenue[GROUP: Store];

EVALUATE Revenue[BY SUM Store];

EVALUATE Revenue[BY SUM: Store.Country;

EVALUATE (Revenue;

EVALUATE Revenue);

EVALUATE Revenue + ;

EVALUATE * Revenue;

EVALUATE "unclosed;

EVALUATE Ledger;

EVALUATE Ledger.Amont;

EVALUATE Ledger.Amount;

EVALUATE Sum * 2;

EVALUATE PREVIOUS(Store);

EVALUATE CUMULATE(Revenue, Product);

EVALUATE Best = Store;

EVALUATE DATE(2024, 13, 1) + "x";

EVALUATE 1 = "1";

EVALUATE Revenue = TRUE;

CREATE METRIC A NUMBER BY (Store) AS Revenue;

CREATE METRIC A NUMBER BY (Store, Month) AS Revenue * Price;

CREATE METRIC A NUMBER BY (Store) AS Note;

CREATE METRIC A INTEGER BY (Store) AS Pieces / 2;

CREATE METRIC A NUMBER BY (Store) AS A + 1;

BEGIN;
CREATE METRIC A NUMBER BY (Store) AS B * 2;
CREATE METRIC B NUMBER BY (Store) AS A + 1;
COMMIT;

CREATE METRIC A NUMBER BY (Store) AS;

CREATE METRIC A NUMBER BY (Store) AS Pieces * 2
  + Piecs;

ALTER DIMENSION Store ADD PROPERTY Age NUMBER AS Revenue;

CREATE SUBSET S OF Store AS Revenue > 1;

SHOW METRICS;
