-- Values of one cell beside the rows of a list.

CREATE DIMENSION Country (Name TEXT);

INSERT INTO Country (Name) VALUES ('FR'), ('DE');

CREATE LIST Orders (Country Country, Amount NUMBER);

INSERT INTO Orders (Country, Amount) VALUES ('FR', 1), ('FR', 2), ('DE', 4), ('DE', NULL);

CREATE METRIC Factor NUMBER;

CREATE METRIC Nothing NUMBER;

INSERT INTO Factor (Factor) VALUES (5);

EVALUATE (Orders.Amount * Factor)[BY SUM: Orders.Country];

EVALUATE (Orders.Amount + Factor)[BY SUM: Orders.Country];

EVALUATE (Orders.Amount + Nothing)[BY SUM: Orders.Country];

EVALUATE (Orders.Amount * Nothing)[BY SUM: Orders.Country];

EVALUATE IF(Orders.Amount > Factor - 4, Factor, 0)[BY SUM: Orders.Country];

EVALUATE (Orders.Amount * SUMOF(Orders.Amount[BY SUM: Orders.Country]))[BY SUM: Orders.Country];
