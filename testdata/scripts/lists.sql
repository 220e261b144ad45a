CREATE DIMENSION Country (Name TEXT);
CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
INSERT INTO Country (Name) VALUES ('France'), ('Japan');
CREATE LIST Orders (Posted DATE, Country Country, Month Month, Amount NUMBER, Note TEXT);
INSERT INTO Orders (Posted, Country, Month, Amount, Note) VALUES
    ('2024-01-05', 'France', '2024-01', 10, 'a'), ('2024-01-20', 'France', '2024-01', 2.5, NULL), ('2024-04-01', 'Japan', '2024-04', 7, 'b, c');

SELECT * FROM Orders;

CREATE METRIC Sales NUMBER BY (Country, Month) AS Orders.Amount[BY SUM: Orders.Country, Orders.Month];

SELECT * FROM Sales;

CREATE METRIC Posted NUMBER BY (Month) AS Orders.Amount[BY SUM: TIMEDIM(Orders.Posted, Month)];

SELECT * FROM Posted;

SELECT Country, Month.Quarter, SUM(Amount) AS Amount FROM Orders GROUP BY 1, 2 ORDER BY 1, 2;

-- new rows reach the metrics
INSERT INTO Orders (Posted, Country, Month, Amount) VALUES ('2024-02-01', 'Japan', '2024-02', 1);

SELECT * FROM Sales;
