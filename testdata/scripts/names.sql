-- Names have no case and are quoted where they hold a space; items are matched exactly.
CREATE DIMENSION "Cost Centre" (Name TEXT);
INSERT INTO "cost centre" (name) VALUES ('Sales'), ('R&D'), ('it''s');
CREATE METRIC "Gross Margin" NUMBER BY ("Cost Centre");
INSERT INTO "GROSS MARGIN" ("COST CENTRE", "gross margin") VALUES ('Sales', 1), ('it''s', 2);

SELECT * FROM "gross margin";

SELECT "Cost Centre", "Gross Margin" * 2 AS Twice FROM "Gross Margin";

INSERT INTO "Gross Margin" ("Cost Centre", "Gross Margin") VALUES ('sales', 1);

CREATE METRIC Straße NUMBER;

CREATE METRIC STRASSE NUMBER;

CREATE DIMENSION "Gross Margin" (Name TEXT);

CREATE METRIC Both NUMBER BY ("Cost Centre") AS 'gross margin' + 'Gross Margin';

SELECT * FROM "Both";

ALTER METRIC "Gross Margin" RENAME TO Margin;

SHOW FORMULA "Both";

CREATE DIMENSION "Order" (Name TEXT);

INSERT INTO "Order" (Name) VALUES ('x');

SELECT * FROM "Order";
