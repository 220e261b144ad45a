CREATE DIMENSION Country (Name TEXT);
CREATE DIMENSION Store (Code TEXT, Country Country, Twin Store) ORDER BY Country;
CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month);
INSERT INTO Country VALUES ('France'), ('Japan'), ('Peru');
INSERT INTO Store (Code, Country, Twin) VALUES ('S1', 'France', 'S2'), ('S2', 'France', 'S3'), ('S3', 'Japan', NULL), ('S4', 'Peru', 'S1');
CREATE SUBSET "French stores" OF Store AS Store.Country = Country."France";
CREATE METRIC Revenue NUMBER BY (Store, Month);
CREATE METRIC Target NUMBER BY ("French stores");
CREATE METRIC Home Country BY (Store);
CREATE METRIC Total NUMBER BY (Month) AS Revenue[REMOVE SUM: Store];
CREATE METRIC Ranked NUMBER BY (Store, Month) AS CUMULATE(Revenue, Month);
CREATE METRIC Counted INTEGER AS COUNTALLOF(Store);
CREATE LIST Ledger (Store Store, Month Month, Amount NUMBER);
CREATE METRIC Booked NUMBER BY (Store) AS Ledger.Amount[BY SUM: Ledger.Store];
INSERT INTO Revenue VALUES ('S1', '2024-01', 1), ('S2', '2024-01', 2), ('S3', '2024-01', 4), ('S4', '2024-02', 8), ('S1', '2024-02', 16);
INSERT INTO Target VALUES ('S1', 10), ('S2', 20);
INSERT INTO Home VALUES ('S1', 'Japan'), ('S2', 'Peru'), ('S4', 'Peru');
INSERT INTO Ledger VALUES ('S1', '2024-01', 100), ('S2', '2024-01', 200), (NULL, '2024-02', 7), ('S2', '2024-03', 400);

-- with an item go its cells; what held it is BLANK, and the rows of lists that name it stay
DELETE FROM Store WHERE Code = 'S2';

SELECT * FROM Store;

SELECT * FROM Revenue;

SELECT * FROM Target;

SELECT * FROM Total;

SELECT * FROM Ranked;

SELECT * FROM Counted;

SELECT * FROM Booked;

SELECT * FROM Ledger;

SELECT * FROM "French stores";

-- a name that is free again is another item, without what the one before it had
INSERT INTO Store (Code, Country) VALUES ('S2', 'Peru');

SELECT Store.Position AS P, Code, Country FROM Store;

SELECT * FROM Revenue WHERE Store = 'S2';

INSERT INTO Revenue VALUES ('S2', '2024-03', 5);

SELECT * FROM Ranked WHERE Store = 'S2';

-- cells that hold an item go with it
DELETE FROM Country WHERE Name IN ('Peru', 'nowhere');

SELECT * FROM Home;

SELECT Code, Country FROM Store;

-- what a formula names stays
DELETE FROM Country WHERE Name = 'France';

DELETE FROM Country;

SELECT * FROM Country;

-- parked input goes too: nothing is back when the store is French again
UPDATE Store SET Country = 'Japan' WHERE Code = 'S1';

SELECT * FROM Target;

DELETE FROM Store WHERE Code = 'S1';

INSERT INTO Store (Code, Country) VALUES ('S1', 'France');

SELECT * FROM "French stores";

SELECT * FROM Target;

-- nothing is meant, or all
DELETE FROM Store WHERE Code = 'S9';

BEGIN;
DELETE FROM Store;
INSERT INTO Store (Code, Country) VALUES ('S1', 'France');
INSERT INTO Revenue VALUES ('S1', '2024-01', 3);
SELECT COUNT(*) AS N FROM Store;
SELECT * FROM Total;
SELECT * FROM Counted;
ROLLBACK;

SELECT COUNT(*) AS N FROM Store;

DELETE FROM Store;

SELECT COUNT(*) AS N FROM Revenue;

SELECT * FROM Total;

SELECT * FROM Ledger;

-- what cannot be deleted from
DELETE FROM Month WHERE Name = '2024-01';

DELETE FROM "French stores";

DELETE FROM "User";

DELETE FROM Total;

DELETE FROM Nothing;

DELETE FROM Country WHERE Nam = 'Japan';

-- a parent's children lose it
CREATE DIMENSION Account (Name TEXT, Parent Account);
INSERT INTO Account VALUES ('all', NULL), ('a', 'all'), ('b', 'a'), ('c', 'a');
CREATE METRIC Posted NUMBER BY (Account);
INSERT INTO Posted VALUES ('b', 1), ('c', 2);
CREATE METRIC Summed NUMBER BY (Account) AS ROLLUP(Posted, Account.Parent);

SELECT * FROM Summed;

DELETE FROM Account WHERE Name = 'a';

SELECT * FROM Account;

SELECT * FROM Summed;
