-- The President's budgets of FY2016 and FY2017 as data (WhiteHouse/budgetdata, CC0; data/us-federal-budget of the shared material), in
-- thousands of dollars. Run it in the folder of those files:
--
--     smalt sql -f model.sql
--
-- The dirt in these files: the same coordinate stands in many rows; receipts have no function; the fiscal year began in July up to 1976
-- and in October from then on, so that between the two lies a transition quarter TQ, which is no year; the two plans know different
-- years and agencies.

CREATE DIMENSION Plan (Name TEXT) ORDER BY Name;
CREATE DIMENSION Flow (Name TEXT) ORDER BY Name;
CREATE DIMENSION Agency (Code TEXT, Name TEXT) DISPLAY Name ORDER BY Code;
CREATE DIMENSION Function (Code TEXT, Name TEXT) DISPLAY Name ORDER BY Code;
CREATE DIMENSION Period (Name TEXT, Start DATE) ORDER BY Start;
INSERT INTO Period
    SELECT CAST(value AS VARCHAR), CAST((value - 1) || CASE WHEN value <= 1976 THEN '-07-01' ELSE '-10-01' END AS DATE)
    FROM generate_series(1962, 2021);
INSERT INTO Period VALUES ('TQ', '1976-07-01');
COPY Agency FROM 'long.parquet' (agency_code -> Code, agency -> Name) WITH (duplicates = last);
COPY Function FROM 'fy2016_outlays.csv' ("Subfunction Code" -> Code, "Subfunction Title" -> Name) WITH (duplicates = last);
COPY Function FROM 'fy2017_outlays.csv' ("Subfunction Code" -> Code, "Subfunction Title" -> Name) WITH (duplicates = last);
CREATE LIST Line (Plan Plan, Flow Flow, Agency Agency, Function Function, Period Period, Amount NUMBER);
COPY Line FROM 'long.parquet' (budget_version -> Plan, kind -> Flow, agency_code -> Agency, subfunction_code -> Function,
    fiscal_year -> Period, amount_thousand_usd -> Amount) WITH (unknown = create);

BEGIN;
CREATE METRIC Amount NUMBER BY (Plan, Flow, Agency, Period) AS Line.Amount[BY SUM: Line.Plan, Line.Flow, Line.Agency, Line.Period];
CREATE METRIC Outlays NUMBER BY (Plan, Agency, Period) AS Amount[SELECT: Flow."outlays"];
CREATE METRIC "Plan 2016" NUMBER BY (Period) AS Outlays[SELECT: Plan."2016"][REMOVE SUM: Agency];
CREATE METRIC "Plan 2017" NUMBER BY (Period) AS Outlays[SELECT: Plan."2017"][REMOVE SUM: Agency];
CREATE METRIC Change NUMBER BY (Period) AS 'Plan 2017' - 'Plan 2016';
CREATE METRIC Surplus NUMBER BY (Plan, Period) AS
    Amount[SELECT: Flow."receipts"][REMOVE SUM: Agency] - Amount[SELECT: Flow."outlays"][REMOVE SUM: Agency];
CREATE METRIC Debt NUMBER BY (Plan, Period) AS CUMULATE(0 - Surplus, Period);
CREATE TABLE Plans OF ("Plan 2016", "Plan 2017", Change);
COMMIT;

-- the answer that is known: outlays of FY2015, in millions
SELECT Period, ROUND("Plan 2017" / 1000, 0) AS Outlays FROM "Plan 2017" WHERE Period = '2015';

SELECT Agency.Name AS Agency, ROUND(Outlays / 1000, 0) AS Millions FROM Outlays WHERE Plan = '2017' AND Period = '2015' ORDER BY Outlays DESC LIMIT 10;

-- the two plans side by side, around the transition quarter and in their last years
SELECT * FROM Plans WHERE Period IN ('1975', '1976', 'TQ', '1977') ORDER BY Period;

SELECT * FROM Plans WHERE Period.Start >= DATE '2011-10-01' ORDER BY Period;

SELECT Plan, Period, Surplus FROM Surplus WHERE Period IN ('1969', '1976', 'TQ', '2000', '2015') ORDER BY 1, 2;

-- what is added up over the periods goes through the transition quarter
SELECT Plan, Period, Debt FROM Debt WHERE Period IN ('1976', 'TQ', '2015') ORDER BY 1, 2;

SELECT Plan, Flow, COUNT(DISTINCT Agency) AS Agencies, COUNT(*) AS Cells, SUM(Amount) AS Amount FROM Amount GROUP BY 1, 2 ORDER BY 1, 2;

SELECT Function.Name AS Function, SUM(Amount) AS Amount FROM Line WHERE Plan = '2016' AND Flow = 'outlays' AND Period = '2016' GROUP BY 1
ORDER BY 2 DESC LIMIT 5;
