-- Scripts that are cut off, or no script at all.
CREATE DIMENSION Store (Name TEXT);
CREATE METRIC V NUMBER BY (Store);

CREATE METRIC W NUMBER BY (Store

CREATE METRIC W NUMBER BY (Store) AS V[SELECT: Store = "S1"

CREATE METRIC W NUMBER BY (Store) AS $$ V * 2

CREATE METRIC W NUMBER BY (Store) AS V * 2 // twice;

INSERT INTO Store VALUES ('S1

INSERT INTO Store VALUES ('S1',

INSERT INTO Store

SELECT * FROM "Store

SELECT * FROM Store WHERE

SELECT Name FROM Store /* for later

SELECT 1 -- and more;

CREATE

ALTER METRIC V

DROP

COPY V

COPY V FROM stores.csv;

COPY V FROM "stores.csv";

SELECT FROM Store;

SELECT Nam FROM Store;

SELECT * FROM Stor;

SELECT Name FROM Store GROUP BY;

SELECT COUNT(* FROM Store;

SELECT * FROM Store; SELECT * FROM Nothing; SELECT 2;

BEGIN; BEGIN;

COMMIT;

ROLLBACK;

EXPLAIN;

SHOW;

SHOW TABELS;

DESCRIBE;

DESCRIBE Stroe;

EVALUATE;

EVALUATE V +;

EXECUTE AS USER 'nobody' SELECT 1;

USE SCENARIO Nowhere;

SET autocalc = maybe;

GRANT ROLE Nothing TO USER 'nobody';

CREATE USER 'u' (Colour = 'red');

CREATE ROLE R PERMISSIONS ("Fly");

INSERT INTO Store VALUES ('S1'); INSERT INTO Store VALUES ('S1');

-- What stood before the mistake is there, what stood behind it is not.
SELECT * FROM Store;
