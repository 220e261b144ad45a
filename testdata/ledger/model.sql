-- A real general ledger: the finance files of Microsoft's sample company AdventureWorks (MIT licence, data/adventureworksdw of the
-- shared material). Run it in the folder of those files:
--
--     smalt sql -f model.sql
--
-- A block, up to an empty line, is spoken by the person whom the last `-- user: NAME` names, at first by the owner; this mark is for
-- the test, which also compares the answers with model.out (which check.py computes without smalt).
--
-- The dirt in these files: accounts are known by a key and by a code and their names are not unique; an organisation's parent may
-- stand in a later row; dates are month ends that have slipped, so that a month may have none (April 2011) or two; 9,355 amounts
-- carry binary noise beyond the cents; no row has the version Forecast.

-- the chart of accounts: `+` and `-` say how an account goes into its parent, `~` that it does not
CREATE DIMENSION Account (Code TEXT, Key TEXT, Name TEXT, Kind TEXT, Operator TEXT, Parent Account);
COPY Account FROM 'DimAccount.csv' (AccountCodeAlternateKey -> Code, AccountKey -> Key, AccountDescription -> Name, AccountType -> Kind,
    Operator -> Operator, ParentAccountCodeAlternateKey -> Parent);
ALTER DIMENSION Account ADD PROPERTY Sign NUMBER AS SWITCH(Account.Operator, "+", 1.0, "-", -1.0);

-- the organisations, with the share that each one's parent owns; parents are found by their key, so the keys come first
CREATE DIMENSION Organisation (Name TEXT, Key TEXT, Share NUMBER, Parent Organisation);
COPY Organisation FROM 'DimOrganization.csv' (OrganizationName -> Name, OrganizationKey -> Key, PercentageOfOwnership -> Share);
COPY Organisation FROM 'DimOrganization.csv' (OrganizationName -> Name, ParentOrganizationKey -> Parent.Key);

CREATE DIMENSION Department (Name TEXT, Key TEXT, Parent Department);
COPY Department FROM 'DimDepartmentGroup.csv' (DepartmentGroupName -> Name, DepartmentGroupKey -> Key);
COPY Department FROM 'DimDepartmentGroup.csv' (DepartmentGroupName -> Name, ParentDepartmentGroupKey -> Parent.Key);
CREATE DIMENSION Version (Name TEXT, Key TEXT);
COPY Version FROM 'DimScenario.csv' (ScenarioName -> Name, ScenarioKey -> Key);
CREATE CALENDAR FROM '2010-01-01' TO '2013-12-31' LEVELS (Month, Quarter, Year);

-- the facts; a date means the month that holds it
CREATE LIST Ledger (Account Account, Organisation Organisation, Department Department, Version Version, Month Month, Posted DATE, Amount NUMBER);
COPY Ledger FROM 'FactFinance.csv' (AccountKey -> Account.Key, OrganizationKey -> Organisation.Key, DepartmentGroupKey -> Department.Key,
    ScenarioKey -> Version.Key, Date -> Month, Date -> Posted, Amount -> Amount);

-- row by row to the cent, then up the chart of accounts with its signs; a total is brought to the cent again
BEGIN;
CREATE METRIC Booked NUMBER BY (Account, Organisation, Version, Month) AS
    ROUND(Ledger.Amount, 2)[BY SUM: Ledger.Account, Ledger.Organisation, Ledger.Version, Ledger.Month];
CREATE METRIC Statement NUMBER BY (Account, Organisation, Version, Month) AS ROLLUP(Booked, Account.Parent, Account.Sign);
CREATE METRIC "Net Income" NUMBER BY (Organisation, Version, Month) AS Statement[SELECT: Account."4"];
CREATE METRIC "Net Income by Department" NUMBER BY (Department, Version, Month) AS
    ROLLUP(ROUND(Ledger.Amount, 2)[BY SUM: Ledger.Account, Ledger.Department, Ledger.Version, TIMEDIM(Ledger.Posted, Month)],
           Account.Parent, Account.Sign)[SELECT: Account."4"];
CREATE METRIC Consolidated NUMBER BY (Organisation, Version, Month) AS ROLLUP('Net Income', Organisation.Parent, Organisation.Share);
COMMIT;

-- the answer that is known
SELECT ROUND(SUM("Net Income"), 2) AS "Net income 2011" FROM "Net Income" WHERE Version = 'Actual' AND Month.Year = '2011';

SELECT Version, Month.Year, ROUND(SUM("Net Income"), 2) AS "Net income" FROM "Net Income" GROUP BY 1, 2 ORDER BY 1, 2;

SELECT Month, ROUND(SUM("Net Income"), 2) AS "Net income" FROM "Net Income" WHERE Version = 'Actual' AND Month.Year = '2011'
GROUP BY Month ORDER BY Month;

SELECT Organisation, ROUND(SUM("Net Income"), 2) AS "Net income" FROM "Net Income" WHERE Version = 'Actual' AND Month.Year = '2011'
GROUP BY Organisation ORDER BY Organisation;

SELECT Department, ROUND(SUM("Net Income by Department"), 2) AS "Net income" FROM "Net Income by Department"
WHERE Version = 'Actual' AND Month.Year = '2011' GROUP BY Department ORDER BY Department;

SELECT Organisation, ROUND(SUM(Consolidated), 2) AS "Of the group" FROM Consolidated
WHERE Version = 'Actual' AND Month.Year = '2011' GROUP BY Organisation ORDER BY Organisation;

SELECT Account, Account.Name, ROUND(SUM(Statement), 2) AS Amount FROM Statement
WHERE Version = 'Actual' AND Month.Year = '2011' AND Account IN ('4', '40', '400', '4100', '5000', '60', '80', '8500')
GROUP BY 1, 2 ORDER BY 1;

-- the two sides of the balance sheet: an account that goes into its parent with a minus, and one that goes nowhere
SELECT Account, Account.Name, ROUND(SUM(Statement), 2) AS Amount FROM Statement
WHERE Version = 'Actual' AND Month = '2011-12' AND Account IN ('1', '10', '20', '210', '300', '9500') GROUP BY 1, 2 ORDER BY 1;

SELECT COUNT(*) AS "Rows", COUNT(DISTINCT Posted) AS "Days", COUNT(DISTINCT Month) AS "Months" FROM Ledger;

-- people: each controller is limited to one organisation, by an attribute
ALTER DIMENSION User ADD PROPERTY Organisation Organisation;
CREATE USER 'ottawa@example.com' (Organisation = 'Canadian Division');
CREATE USER 'paris@example.com' (Organisation = 'France');
CREATE USER 'nowhere@example.com';
CREATE ROLE Controller PERMISSIONS ("Display Application", "Open Boards") READ UNSPECIFIED WRITE DENIED;
GRANT ROLE Controller TO ALL USERS;
CREATE METRIC "Own Organisation" ACCESS RIGHTS BY (User, Organisation) AS ACCESSRIGHTS(User.Organisation = Organisation, BLANK);
CREATE RULE figures APPLY READ OF "Own Organisation" TO ALL METRICS WITH (Organisation);
CREATE RULE postings APPLY READ OF "Own Organisation" TO LIST Ledger;

-- user: ottawa@example.com
SELECT Organisation, ROUND(SUM("Net Income"), 2) AS "Net income" FROM "Net Income" WHERE Version = 'Actual' AND Month.Year = '2011'
GROUP BY Organisation ORDER BY Organisation;

SELECT ROUND(SUM("Net Income"), 2) AS "All that I see" FROM "Net Income" WHERE Version = 'Actual' AND Month.Year = '2011';

SELECT Organisation, COUNT(*) AS "Rows" FROM Ledger GROUP BY Organisation;

SELECT COUNT(*) AS "Of France" FROM Booked WHERE Organisation = 'France';

SELECT * FROM "Net Income by Department";

-- user: paris@example.com
SELECT Organisation, ROUND(SUM("Net Income"), 2) AS "Net income" FROM "Net Income" WHERE Version = 'Actual' AND Month.Year = '2011'
GROUP BY Organisation ORDER BY Organisation;

SELECT Organisation, COUNT(*) AS "Rows" FROM Ledger GROUP BY Organisation;

-- user: nowhere@example.com
SELECT Organisation, SUM("Net Income") AS "Net income" FROM "Net Income" GROUP BY Organisation;

SELECT COUNT(*) AS "Rows" FROM Ledger;

-- user: owner
SELECT ROUND(SUM("Net Income"), 2) AS "Net income 2011" FROM "Net Income" WHERE Version = 'Actual' AND Month.Year = '2011';
