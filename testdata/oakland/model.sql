-- Budgets of the City of Oakland from FY2013-14 to FY2022-23 (openoakland/openbudgetoakland, public records; data/oakland-budget of the shared
-- material, unpacked). Run it in the folder of those files:
--
--     smalt sql -f model.sql
--
-- The dirt in these files: the order of the columns differs from file to file, so that they are loaded by name; departments are empty
-- in rows of revenue and categories in rows of expense in the older files; the same coordinate stands in many rows; some amounts are
-- empty. A list keeps the rows as they are, an empty field as nothing; in a metric the rows of one coordinate are summed.

CREATE DIMENSION Year (Name TEXT) ORDER BY Name;
CREATE DIMENSION Stage (Name TEXT);
CREATE DIMENSION Kind (Name TEXT);
CREATE DIMENSION Fund (Code TEXT) ORDER BY Code;
CREATE DIMENSION Department (Name TEXT) ORDER BY Name;
CREATE DIMENSION Category (Name TEXT) ORDER BY Name;
INSERT INTO Stage VALUES ('proposed'), ('adopted'), ('adjusted');
INSERT INTO Kind VALUES ('Revenue'), ('Expense');
CREATE LIST Line (Year Year, Stage Stage, Kind Kind, Fund Fund, Department Department, Category Category, Amount NUMBER);
CREATE METRIC Budget NUMBER BY (Year, Stage, Kind, Fund);

COPY Line FROM 'FY13-14__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, department -> Department,
    account_category -> Category, amount -> Amount) WITH (unknown = create);
COPY Budget FROM 'FY13-14__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, amount -> Budget)
    WITH (unknown = error, duplicates = sum);
COPY Line FROM 'FY14-15__adjusted.csv' (budget_year -> Year, 'adjusted' -> Stage, account_type -> Kind, fund_code -> Fund, department -> Department,
    account_category -> Category, amount -> Amount) WITH (unknown = create);
COPY Budget FROM 'FY14-15__adjusted.csv' (budget_year -> Year, 'adjusted' -> Stage, account_type -> Kind, fund_code -> Fund, amount -> Budget)
    WITH (unknown = error, duplicates = sum);
COPY Line FROM 'FY14-15__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, department -> Department,
    account_category -> Category, amount -> Amount) WITH (unknown = create);
COPY Budget FROM 'FY14-15__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, amount -> Budget)
    WITH (unknown = error, duplicates = sum);
COPY Line FROM 'FY15-16__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, department -> Department,
    account_category -> Category, amount -> Amount) WITH (unknown = create);
COPY Budget FROM 'FY15-16__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, amount -> Budget)
    WITH (unknown = error, duplicates = sum);
COPY Line FROM 'FY15-16__proposed.csv' (budget_year -> Year, 'proposed' -> Stage, account_type -> Kind, fund_code -> Fund, department -> Department,
    account_category -> Category, amount -> Amount) WITH (unknown = create);
COPY Budget FROM 'FY15-16__proposed.csv' (budget_year -> Year, 'proposed' -> Stage, account_type -> Kind, fund_code -> Fund, amount -> Budget)
    WITH (unknown = error, duplicates = sum);
COPY Line FROM 'FY16-17__adjusted.csv' (budget_year -> Year, 'adjusted' -> Stage, account_type -> Kind, fund_code -> Fund, department -> Department,
    account_category -> Category, amount -> Amount) WITH (unknown = create);
COPY Budget FROM 'FY16-17__adjusted.csv' (budget_year -> Year, 'adjusted' -> Stage, account_type -> Kind, fund_code -> Fund, amount -> Budget)
    WITH (unknown = error, duplicates = sum);
COPY Line FROM 'FY16-17__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, department -> Department,
    account_category -> Category, amount -> Amount) WITH (unknown = create);
COPY Budget FROM 'FY16-17__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, amount -> Budget)
    WITH (unknown = error, duplicates = sum);
COPY Line FROM 'FY16-17__proposed.csv' (budget_year -> Year, 'proposed' -> Stage, account_type -> Kind, fund_code -> Fund, department -> Department,
    account_category -> Category, amount -> Amount) WITH (unknown = create);
COPY Budget FROM 'FY16-17__proposed.csv' (budget_year -> Year, 'proposed' -> Stage, account_type -> Kind, fund_code -> Fund, amount -> Budget)
    WITH (unknown = error, duplicates = sum);
COPY Line FROM 'FY17-18__proposed.csv' (budget_year -> Year, 'proposed' -> Stage, account_type -> Kind, fund_code -> Fund, department -> Department,
    account_category -> Category, amount -> Amount) WITH (unknown = create);
COPY Budget FROM 'FY17-18__proposed.csv' (budget_year -> Year, 'proposed' -> Stage, account_type -> Kind, fund_code -> Fund, amount -> Budget)
    WITH (unknown = error, duplicates = sum);
COPY Line FROM 'FY18-19__proposed.csv' (budget_year -> Year, 'proposed' -> Stage, account_type -> Kind, fund_code -> Fund, department -> Department,
    account_category -> Category, amount -> Amount) WITH (unknown = create);
COPY Budget FROM 'FY18-19__proposed.csv' (budget_year -> Year, 'proposed' -> Stage, account_type -> Kind, fund_code -> Fund, amount -> Budget)
    WITH (unknown = error, duplicates = sum);
COPY Line FROM 'FY19-20__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, department -> Department,
    account_category -> Category, amount -> Amount) WITH (unknown = create);
COPY Budget FROM 'FY19-20__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, amount -> Budget)
    WITH (unknown = error, duplicates = sum);
COPY Line FROM 'FY20-21__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, department -> Department,
    account_category -> Category, amount -> Amount) WITH (unknown = create);
COPY Budget FROM 'FY20-21__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, amount -> Budget)
    WITH (unknown = error, duplicates = sum);
COPY Line FROM 'FY21-22__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, department -> Department,
    account_category -> Category, amount -> Amount) WITH (unknown = create);
COPY Budget FROM 'FY21-22__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, amount -> Budget)
    WITH (unknown = error, duplicates = sum);
COPY Line FROM 'FY22-23__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, department -> Department,
    account_category -> Category, amount -> Amount) WITH (unknown = create);
COPY Budget FROM 'FY22-23__adopted.csv' (budget_year -> Year, 'adopted' -> Stage, account_type -> Kind, fund_code -> Fund, amount -> Budget)
    WITH (unknown = error, duplicates = sum);

BEGIN;
CREATE METRIC "By Department" NUMBER BY (Year, Stage, Kind, Department) AS Line.Amount[BY SUM: Line.Year, Line.Stage, Line.Kind, Line.Department];
CREATE METRIC "Fund Total" NUMBER BY (Year, Stage, Kind, Fund) AS Line.Amount[BY SUM: Line.Year, Line.Stage, Line.Kind, Line.Fund];
COMMIT;

SELECT Year, Stage, Kind, SUM(Budget) AS Budget, COUNT(*) AS Cells FROM Budget GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

SELECT Year, Stage, Kind, COUNT(*) AS Rows, COUNT(Department) AS Departments, COUNT(Category) AS Categories, COUNT(Amount) AS Amounts
FROM Line GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- The sums of the load and those of the formula over the rows are the same.
SELECT COUNT(*) AS Different FROM Budget b FULL JOIN "Fund Total" f USING (Year, Stage, Kind, Fund)
WHERE b.Budget IS NULL OR f."Fund Total" IS NULL OR ABS(b.Budget - f."Fund Total") > 0.005;

SELECT Department, SUM("By Department") AS Budget FROM "By Department" WHERE Year = 'FY20-21' AND Kind = 'Expense'
GROUP BY Department ORDER BY Budget DESC LIMIT 5;

SELECT Category, SUM(Amount) AS Amount FROM Line WHERE Year = 'FY13-14' AND Department IS NULL GROUP BY Category ORDER BY Category;

SELECT Fund, Budget FROM Budget WHERE Year = 'FY15-16' AND Stage = 'adopted' AND Kind = 'Expense' AND Budget > 20000000 ORDER BY Fund;
