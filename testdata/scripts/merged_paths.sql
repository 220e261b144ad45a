-- What USING of a FULL JOIN has put together is a column like any other, with its paths.
CREATE DIMENSION Country (Name TEXT);
CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country, Opened DATE);
INSERT INTO Country VALUES ('Japan'), ('France');
INSERT INTO Store VALUES ('S3', 'c', 'Japan', '2024-03-03'), ('S1', 'a', 'France', '2024-01-01'), ('S2', 'b', NULL, NULL);
CREATE METRIC A NUMBER BY (Store);
CREATE METRIC B NUMBER BY (Store);
INSERT INTO A VALUES ('S1', 1), ('S3', 3);
INSERT INTO B VALUES ('S2', 2), ('S3', 30);

SELECT Store, A, B FROM A FULL JOIN B USING (Store) ORDER BY Store;
SELECT Store, A, B FROM A FULL JOIN B USING (Store) ORDER BY Store.Position DESC;
SELECT Store, A, B FROM A FULL JOIN B USING (Store) ORDER BY "Store.Position";
SELECT Store, A, B FROM A FULL JOIN B USING (Store) ORDER BY Store.Label;
SELECT Store, A, B FROM A FULL JOIN B USING (Store) ORDER BY Store.Country, Store;
SELECT Store, A, B FROM A FULL JOIN B USING (Store) ORDER BY "Store.Country" DESC, B;
SELECT Store, Store.Country, Store.Position AS Place FROM A FULL JOIN B USING (Store) ORDER BY Store.Country.Position, Store.Position;
SELECT Store.Country, COUNT(*) AS n FROM A FULL JOIN B USING (Store) GROUP BY Store.Country ORDER BY Store.Country;
SELECT Store.Country, COUNT(*) AS n FROM A FULL JOIN B USING (Store) GROUP BY 1 ORDER BY 1;
SELECT Store, COUNT(*) AS n FROM A FULL JOIN B USING (Store) GROUP BY Store ORDER BY Store.Position DESC;
SELECT Store, SUM(A) AS a FROM A FULL JOIN B USING (Store) GROUP BY Store ORDER BY Store.Label, a;
SELECT Store.Country, Store.Country.Position AS Place, COUNT(*) AS n FROM A FULL JOIN B USING (Store) GROUP BY Store.Country ORDER BY Store.Country.Position;
SELECT DISTINCT Store.Country FROM A FULL JOIN B USING (Store) ORDER BY Store.Country;
SELECT DISTINCT Store FROM A FULL JOIN B USING (Store) ORDER BY Store;
SELECT DISTINCT Store FROM A FULL JOIN B USING (Store) ORDER BY Store.Position;
SELECT Store, RANK() OVER (ORDER BY Store.Position DESC) AS r FROM A FULL JOIN B USING (Store) ORDER BY Store;
SELECT STRING_AGG(Store, ',' ORDER BY Store) AS all FROM A FULL JOIN B USING (Store);

-- a list of texts in the order of the items
SELECT STRING_AGG(DISTINCT Store.Country, ',' ORDER BY Store.Country) AS countries FROM A FULL JOIN B USING (Store);
SELECT STRING_AGG(DISTINCT Store, ',' ORDER BY Store) AS stores FROM A;
SELECT STRING_AGG(DISTINCT Store, ',' ORDER BY Store DESC) AS stores FROM A;
SELECT STRING_AGG(DISTINCT Store.Label, ',' ORDER BY Store.Label DESC) AS labels FROM A;

SELECT STRING_AGG(DISTINCT Store.Label, ',' ORDER BY Store) AS labels FROM A;

SELECT STRING_AGG(Store, ',' ORDER BY Store) AS stores, STRING_AGG(Store, ',' ORDER BY Store.Label) AS labels FROM A;

SELECT COUNT(DISTINCT Store ORDER BY Store) AS n FROM A;
