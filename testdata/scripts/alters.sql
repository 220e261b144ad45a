-- Names and properties change while everything that stands on them stays what it is, or the change is refused and says why.
CREATE DIMENSION Country (Name TEXT);
CREATE DIMENSION Store (Name TEXT, Label TEXT, Country Country, Rent NUMBER, Opened DATE) DISPLAY Label ORDER BY Rent DESC;
INSERT INTO Country VALUES ('France'), ('Japan');
INSERT INTO Store VALUES ('S1', 'Paris', 'France', 10, '2020-01-01'), ('S2', 'Tokyo', 'Japan', 30, NULL), ('S3', 'Lyon', 'France', 20, NULL);
CREATE SUBSET French OF Store AS Store.Country = Country."France";
CREATE METRIC Revenue NUMBER BY (Store);
INSERT INTO Revenue VALUES ('S1', 10), ('S2', 20), ('S3', 30);
CREATE METRIC Rents NUMBER BY (Store) AS Store.Rent * 2;
CREATE METRIC ByCountry NUMBER BY (Country) AS Revenue[BY SUM: Store.Country];
CREATE METRIC Home NUMBER BY (French) AS Revenue[TOSUBSET: French];
ALTER DIMENSION Store ADD PROPERTY Twice NUMBER AS Store.Rent * 2;
CREATE LIST Ledger (Day DATE, Store Store, Amount NUMBER, Note TEXT);
INSERT INTO Ledger VALUES ('2024-01-01', 'S1', 5, 'a'), ('2024-01-02', 'S2', 7, 'b');
CREATE METRIC Posted NUMBER BY (Store) AS Ledger.Amount[BY SUM: Ledger.Store];

ALTER DIMENSION Store DROP PROPERTY Rent;

ALTER DIMENSION Store DROP PROPERTY Label;

ALTER DIMENSION Store DROP PROPERTY Country;

ALTER DIMENSION Store DROP PROPERTY Name;

ALTER DIMENSION Store DROP PROPERTY Nothing;

-- Properties behind the one that goes move up; rules, orders and formulas follow.
ALTER DIMENSION Store DROP DISPLAY;
ALTER DIMENSION Store DROP PROPERTY Label;
SELECT * FROM Store;
SELECT * FROM French;
SELECT * FROM Rents ORDER BY 1;
INSERT INTO Store (Name, Country, Rent) VALUES ('S4', 'France', 15);
INSERT INTO Revenue VALUES ('S4', 40);
SELECT * FROM ByCountry ORDER BY 1;
SELECT * FROM Home;
SELECT Name, Twice, Position FROM Store;
DESCRIBE Store;

ALTER DIMENSION Store RENAME PROPERTY Opened TO "Open Since";
SELECT Name, "Open Since" FROM Store WHERE "Open Since" IS NOT NULL;
SELECT Name, "Open Since" FROM French WHERE "Open Since" IS NOT NULL;

ALTER DIMENSION Store RENAME PROPERTY Rent TO Price;
SHOW FORMULA Rents;
ALTER DIMENSION Store RENAME PROPERTY Price TO Rent;

ALTER DIMENSION Store RENAME PROPERTY Twice TO COUNTRY;

ALTER DIMENSION Store RENAME PROPERTY Name TO Code;
SELECT Code FROM French ORDER BY 1;

ALTER DIMENSION Store RENAME TO Shop;
SHOW FORMULA Rents;
ALTER DIMENSION Shop RENAME TO Store;

ALTER DIMENSION User RENAME TO People;

ALTER SUBSET French RENAME TO Home;

ALTER SUBSET French RENAME TO Francais;
SHOW FORMULA Home;
SELECT * FROM Home;
ALTER SUBSET Francais RENAME TO French;

ALTER METRIC Home DROP FORMULA;
ALTER SUBSET French RENAME TO Francais;
SELECT * FROM Home;
ALTER SUBSET Francais AS Store.Country = Country."Japan";
SELECT Code FROM Francais;
SELECT * FROM Home;

ALTER SUBSET Store AS TRUE;

ALTER SUBSET Francais AS Store.Nothing;

ALTER LIST Ledger ADD COLUMN Paid BOOLEAN;
UPDATE Ledger SET Paid = TRUE WHERE Note = 'a';
ALTER LIST Ledger DROP COLUMN Day;
SELECT * FROM Ledger;
SELECT * FROM Posted ORDER BY 1;
INSERT INTO Ledger VALUES ('S1', 100, 'c', FALSE);
SELECT * FROM Posted ORDER BY 1;

ALTER LIST Ledger DROP COLUMN Amount;

ALTER LIST Ledger DROP COLUMN Nothing;

ALTER LIST Ledger RENAME COLUMN Amount TO Value;
SHOW FORMULA Posted;
ALTER LIST Ledger RENAME COLUMN Value TO Amount;

ALTER LIST Ledger ADD COLUMN note TEXT;

ALTER LIST Ledger RENAME TO Journal;
SHOW FORMULA Posted;
ALTER LIST Journal RENAME TO Ledger;

ALTER LIST Ledger RENAME COLUMN Note TO Remark;
ALTER METRIC Posted DROP FORMULA;
ALTER LIST Ledger RENAME TO Journal;
ALTER LIST Journal DROP COLUMN Paid;
ALTER LIST Journal DROP COLUMN Store;
ALTER LIST Journal DROP COLUMN Amount;
SELECT * FROM Journal;

ALTER LIST Journal DROP COLUMN Remark;

-- Rights go by ids: what is renamed or moves up stays as closed as it was.
CREATE METRIC CountryRights ACCESS RIGHTS BY (User, Country);
ALTER DIMENSION Store ADD PROPERTY Secret TEXT;
UPDATE Store SET Secret = 'x' WHERE Country = 'France';
UPDATE Store SET Secret = 'y' WHERE Country = 'Japan';
CREATE ROLE Planner PERMISSIONS ("Display Application", "Open Boards", "Configure Blocks") READ ALLOWED WRITE ALLOWED;
CREATE USER 'u';
GRANT ROLE Planner TO USER 'u';
INSERT INTO CountryRights VALUES ('u', 'Japan', 'r-'), ('u', 'France', '--');
CREATE RULE secret APPLY READ OF CountryRights THROUGH Store.Country TO PROPERTY Store.Secret;

ALTER DIMENSION Store DROP PROPERTY Secret;

ALTER DIMENSION Store DROP PROPERTY "Open Since";
ALTER DIMENSION Store RENAME PROPERTY Secret TO Hidden;

-- user: u
SELECT Code, Hidden FROM Store ORDER BY Code;

ALTER DIMENSION Store DROP PROPERTY Hidden;

ALTER DIMENSION Store RENAME PROPERTY Country TO Land;

ALTER DIMENSION Store DROP PROPERTY Country;

ALTER DIMENSION Store DROP ORDER BY;

SELECT Code FROM Store;
