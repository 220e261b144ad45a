CREATE DIMENSION Country (Name TEXT);
INSERT INTO Country (Name) VALUES ('France');
CREATE METRIC Revenue NUMBER BY (Country);
CREATE METRIC Units INTEGER BY (Country);

CREATE METRIC X NUMBER BY (Country) AS Revenu * 2;

CREATE METRIC X NUMBER BY (Country) AS Revenue +;

CREATE METRIC X NUMBER BY (Country) AS (Revenue * 2;

CREATE METRIC X NUMBER BY (Country) AS Revenue * "two";

CREATE METRIC X NUMBER BY (Country) AS SUMM(Revenue);

CREATE METRIC X INTEGER BY (Country) AS Units * 1.5;

CREATE METRIC X NUMBER AS Revenue[SELECT: Country = Country.'France'];

CREATE METRIC X NUMBER AS Revenue[SELECT: Country = Country."france"];

CREATE METRIC X NUMBER BY (Country) AS Revenue -- twice
;

CREATE METRIC X BOOLEAN BY (Country) AS 1 < Revenue < 3;

EVALUATE --2
;

EVALUATE $$ -- 2 $$;
