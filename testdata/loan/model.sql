-- A pool of 24 loans over 240 months and the notes that it pays: fixed rates and rates that are reset each year within a floor and a cap,
-- defaults, recoveries some months later, prepayments, a clean-up call that depends on the notes, three tranches with interest and
-- principal in turn, what was not paid carried on with interest, a reserve, losses from the bottom up. The metrics between BEGIN and
-- COMMIT are one group, solved month by month (but the last, Residual, which none of them reads). Run it in the folder of its files:
--
--     smalt sql -f model.sql
--
-- check.py computes everything a second time, in decimals and without smalt, and writes model.out.
CREATE CALENDAR FROM '2020-01-01' TO '2039-12-31' LEVELS (Month, Quarter, Year);
CREATE DIMENSION Region (Name TEXT);
INSERT INTO Region (Name) VALUES ('North'), ('South'), ('West');
CREATE DIMENSION Loan (Name TEXT, Region Region, Amount NUMBER, Signed DATE, Term INTEGER, Kind TEXT, Rate NUMBER, Margin NUMBER, Cap NUMBER,
    CPR NUMBER, CDR NUMBER, Severity NUMBER, Lag INTEGER);
COPY Loan FROM 'loans.csv';
ALTER DIMENSION Loan ADD PROPERTY Begins Month AS TIMEDIM(Loan.Signed, Month);
CREATE DIMENSION Tranche (Name TEXT, Level INTEGER, Share NUMBER, Spread NUMBER);
COPY Tranche FROM 'tranches.csv';
CREATE METRIC "Base Rate" NUMBER BY (Year);
CREATE METRIC Overhead NUMBER BY (Year);
CREATE METRIC Trustee NUMBER BY (Quarter);
COPY "Base Rate" FROM 'years.csv';
COPY Overhead FROM 'years.csv';
COPY Trustee FROM 'quarters.csv';

-- the contracts: months since the start, the rate
CREATE METRIC Age INTEGER BY (Loan, Month) AS IF(Month = Loan.Begins, 0, IF(PREVIOUS(Month) < Loan.Term - 1, PREVIOUS(Month) + 1));
CREATE METRIC Remaining INTEGER BY (Loan, Month) AS Loan.Term - Age;
CREATE METRIC Coupon NUMBER BY (Loan, Month) AS IFDEFINED(Age, IF(Loan.Kind = "fixed", Loan.Rate,
    IF(MOD(Age, 12) = 0, MIN(MAX('Base Rate'[BY: Month.Year] + Loan.Margin, 0.02), Loan.Cap), PREVIOUS(Month))));
CREATE METRIC "Note Rate" NUMBER BY (Tranche, Month) AS 'Base Rate'[BY: Month.Year] + Tranche.Spread;
CREATE METRIC Issued NUMBER BY (Month) AS Loan.Amount[BY SUM: Loan.Begins];
CREATE METRIC "Issued so far" NUMBER BY (Month) AS IFBLANK(PREVIOUS(Month), 0) + Issued;
CREATE METRIC "Fixed Fees" NUMBER BY (Month) AS Overhead[BY SPLIT: Month.Year] + Trustee[BY SPLIT ON DAYSINPERIOD(Month): Month.Quarter];

BEGIN;
-- each loan; what a contract pays is in cents
CREATE METRIC Opening NUMBER BY (Loan, Month) AS IFDEFINED(Age, IF(Age = 0, Loan.Amount, PREVIOUSOF(Closing, 1, Month)));
CREATE METRIC Defaulted NUMBER BY (Loan, Month) AS ROUND(Opening * (1 - (1 - Loan.CDR * MIN(Age / 24, 1)) ^ (1 / 12)), 2);
CREATE METRIC Performing NUMBER BY (Loan, Month) AS Opening - Defaulted;
CREATE METRIC Interest NUMBER BY (Loan, Month) AS ROUND(Performing * Coupon / 12, 2);
CREATE METRIC Payment NUMBER BY (Loan, Month) AS ROUND(-PMT(Coupon / 12, Remaining, Performing), 2);
CREATE METRIC Scheduled NUMBER BY (Loan, Month) AS IF(Remaining = 1, Performing, MIN(Performing, Payment - Interest));
CREATE METRIC Prepaid NUMBER BY (Loan, Month) AS IF(Called, Performing - Scheduled,
    ROUND((Performing - Scheduled) * (1 - (1 - Loan.CPR * MIN(Age / 30, 1)) ^ (1 / 12)), 2));
CREATE METRIC Closing NUMBER BY (Loan, Month) AS ROUND(Performing - Scheduled - Prepaid, 2);
CREATE METRIC Penalty NUMBER BY (Loan, Month) AS IF(Age < 36, ROUND(Prepaid * Coupon / 4, 2), 0 * Prepaid);
CREATE METRIC Recovered NUMBER BY (Loan, Month) AS PREVIOUSOF(Defaulted, Loan.Lag, Month) * (1 - Loan.Severity);
-- the pool
CREATE METRIC "Pool Opening" NUMBER BY (Month) AS Opening[REMOVE: Loan];
CREATE METRIC "Pool Closing" NUMBER BY (Month) AS Closing[REMOVE: Loan];
CREATE METRIC "Pool Interest" NUMBER BY (Month) AS Interest[REMOVE: Loan] + Penalty[REMOVE: Loan];
CREATE METRIC "Pool Principal" NUMBER BY (Month) AS (Scheduled + Prepaid)[REMOVE: Loan] + Recovered[REMOVE: Loan];
CREATE METRIC "Defaulted so far" NUMBER BY (Month) AS PREVIOUS(Month) + Defaulted[REMOVE: Loan];
CREATE METRIC Troubled BOOLEAN BY (Month) AS 'Defaulted so far' > 0.032 * 'Issued so far';
CREATE METRIC Fees NUMBER BY (Month) AS 'Fixed Fees' + 'Pool Opening' * 0.0035 / 12;
CREATE METRIC Called BOOLEAN BY (Month) AS PREVIOUSOF('Note Closing', 1, Month)[REMOVE: Tranche] < 0.07 * 'Issued so far';
-- the notes: first interest, in the order of the tranches, out of what came in and the reserve
CREATE METRIC "Note Opening" NUMBER BY (Tranche, Month) AS PREVIOUSOF('Note Closing', 1, Month) + Issued * Tranche.Share;
CREATE METRIC "Interest Due" NUMBER BY (Tranche, Month) AS
    'Note Opening' * 'Note Rate' / 12 + PREVIOUSOF(Shortfall, 1, Month) * (1 + 'Note Rate' / 12);
CREATE METRIC "Interest Funds" NUMBER BY (Month) AS MAX(0, 'Pool Interest' - Fees) + PREVIOUSOF(Reserve, 1, Month);
CREATE METRIC "Interest Paid" NUMBER BY (Tranche, Month) AS
    MAX(0, MIN('Interest Due', 'Interest Funds' - (CUMULATE('Interest Due', Tranche) - 'Interest Due')));
CREATE METRIC Shortfall NUMBER BY (Tranche, Month) AS 'Interest Due' - 'Interest Paid';
CREATE METRIC "After Interest" NUMBER BY (Month) AS 'Interest Funds' - 'Interest Paid'[REMOVE: Tranche];
CREATE METRIC "Reserve Target" NUMBER BY (Month) AS
    IF('Note Opening'[REMOVE: Tranche] > 0.005, MAX(0.012 * 'Note Opening'[REMOVE: Tranche], 25000), 0);
CREATE METRIC Reserve NUMBER BY (Month) AS MIN('After Interest', 'Reserve Target');
CREATE METRIC Excess NUMBER BY (Month) AS 'After Interest' - Reserve;
-- then principal in the same order; when too much has defaulted, what is left of the interest goes there too
CREATE METRIC "Principal Funds" NUMBER BY (Month) AS 'Pool Principal' + IF(Troubled, Excess, 0);
CREATE METRIC "Principal Paid" NUMBER BY (Tranche, Month) AS
    MAX(0, MIN('Note Opening', 'Principal Funds' - (CUMULATE('Note Opening', Tranche) - 'Note Opening')));
CREATE METRIC "After Principal" NUMBER BY (Tranche, Month) AS 'Note Opening' - 'Principal Paid';
CREATE METRIC Uncovered NUMBER BY (Month) AS MAX(0, 'After Principal'[REMOVE: Tranche] - 'Pool Closing');
CREATE METRIC "Written Off" NUMBER BY (Tranche, Month) AS MAX(0, MIN('After Principal',
    Uncovered - (CUMULATE('After Principal', Tranche ON -Tranche.Level) - 'After Principal')));
CREATE METRIC "Note Closing" NUMBER BY (Tranche, Month) AS 'After Principal' - 'Written Off';
CREATE METRIC Residual NUMBER BY (Month) AS Excess - IF(Troubled, Excess, 0) + 'Principal Funds' - 'Principal Paid'[REMOVE: Tranche];
COMMIT;

-- what is worked out from the group
CREATE METRIC "Loss so far" NUMBER BY (Loan, Month) AS CUMULATE(Defaulted - Recovered, Month);
CREATE METRIC "Fees of Loan" NUMBER BY (Loan, Month) AS Fees[ADD SPLIT ON Opening: Loan];
CREATE METRIC Profit NUMBER BY (Loan, Month) AS Interest + Penalty + Recovered - Defaulted - 'Fees of Loan';
CREATE METRIC "Profit of Region" NUMBER BY (Region, Year) AS Profit[BY SUM: Loan.Region, Month.Year];
CREATE METRIC "Mean Coupon" NUMBER BY (Month) AS (Performing * Coupon)[REMOVE: Loan] / Performing[REMOVE: Loan];
CREATE METRIC "Interest to Date" NUMBER BY (Tranche, Month) AS YEARTODATE('Interest Paid');

-- every metric, all its cells; then years, months and loans
SELECT COUNT(*) AS Cells, ROUND(SUM(Age), 2) AS Total FROM Age;

SELECT COUNT(*) AS Cells, ROUND(SUM(Remaining), 2) AS Total FROM Remaining;

SELECT COUNT(*) AS Cells, ROUND(SUM(Coupon), 8) AS Total FROM Coupon;

SELECT COUNT(*) AS Cells, ROUND(SUM("Note Rate"), 8) AS Total FROM "Note Rate";

SELECT COUNT(*) AS Cells, ROUND(SUM(Issued), 2) AS Total FROM Issued;

SELECT COUNT(*) AS Cells, ROUND(SUM("Issued so far"), 2) AS Total FROM "Issued so far";

SELECT COUNT(*) AS Cells, ROUND(SUM("Fixed Fees"), 2) AS Total FROM "Fixed Fees";

SELECT COUNT(*) AS Cells, ROUND(SUM(Opening), 2) AS Total FROM Opening;

SELECT COUNT(*) AS Cells, ROUND(SUM(Defaulted), 2) AS Total FROM Defaulted;

SELECT COUNT(*) AS Cells, ROUND(SUM(Performing), 2) AS Total FROM Performing;

SELECT COUNT(*) AS Cells, ROUND(SUM(Interest), 2) AS Total FROM Interest;

SELECT COUNT(*) AS Cells, ROUND(SUM(Payment), 2) AS Total FROM Payment;

SELECT COUNT(*) AS Cells, ROUND(SUM(Scheduled), 2) AS Total FROM Scheduled;

SELECT COUNT(*) AS Cells, ROUND(SUM(Prepaid), 2) AS Total FROM Prepaid;

SELECT COUNT(*) AS Cells, ROUND(SUM(Closing), 2) AS Total FROM Closing;

SELECT COUNT(*) AS Cells, ROUND(SUM(Penalty), 2) AS Total FROM Penalty;

SELECT COUNT(*) AS Cells, ROUND(SUM(Recovered), 2) AS Total FROM Recovered;

SELECT COUNT(*) AS Cells, ROUND(SUM("Pool Opening"), 2) AS Total FROM "Pool Opening";

SELECT COUNT(*) AS Cells, ROUND(SUM("Pool Closing"), 2) AS Total FROM "Pool Closing";

SELECT COUNT(*) AS Cells, ROUND(SUM("Pool Interest"), 2) AS Total FROM "Pool Interest";

SELECT COUNT(*) AS Cells, ROUND(SUM("Pool Principal"), 2) AS Total FROM "Pool Principal";

SELECT COUNT(*) AS Cells, ROUND(SUM("Defaulted so far"), 2) AS Total FROM "Defaulted so far";

SELECT COUNT(*) AS Cells, ROUND(SUM(Fees), 2) AS Total FROM Fees;

SELECT COUNT(*) AS Cells, ROUND(SUM("Note Opening"), 2) AS Total FROM "Note Opening";

SELECT COUNT(*) AS Cells, ROUND(SUM("Interest Due"), 2) AS Total FROM "Interest Due";

SELECT COUNT(*) AS Cells, ROUND(SUM("Interest Funds"), 2) AS Total FROM "Interest Funds";

SELECT COUNT(*) AS Cells, ROUND(SUM("Interest Paid"), 2) AS Total FROM "Interest Paid";

SELECT COUNT(*) AS Cells, ROUND(SUM(Shortfall), 2) AS Total FROM Shortfall;

SELECT COUNT(*) AS Cells, ROUND(SUM("After Interest"), 2) AS Total FROM "After Interest";

SELECT COUNT(*) AS Cells, ROUND(SUM("Reserve Target"), 2) AS Total FROM "Reserve Target";

SELECT COUNT(*) AS Cells, ROUND(SUM(Reserve), 2) AS Total FROM Reserve;

SELECT COUNT(*) AS Cells, ROUND(SUM(Excess), 2) AS Total FROM Excess;

SELECT COUNT(*) AS Cells, ROUND(SUM("Principal Funds"), 2) AS Total FROM "Principal Funds";

SELECT COUNT(*) AS Cells, ROUND(SUM("Principal Paid"), 2) AS Total FROM "Principal Paid";

SELECT COUNT(*) AS Cells, ROUND(SUM("After Principal"), 2) AS Total FROM "After Principal";

SELECT COUNT(*) AS Cells, ROUND(SUM(Uncovered), 2) AS Total FROM Uncovered;

SELECT COUNT(*) AS Cells, ROUND(SUM("Written Off"), 2) AS Total FROM "Written Off";

SELECT COUNT(*) AS Cells, ROUND(SUM("Note Closing"), 2) AS Total FROM "Note Closing";

SELECT COUNT(*) AS Cells, ROUND(SUM(Residual), 2) AS Total FROM Residual;

SELECT COUNT(*) AS Cells, ROUND(SUM("Loss so far"), 2) AS Total FROM "Loss so far";

SELECT COUNT(*) AS Cells, ROUND(SUM("Fees of Loan"), 2) AS Total FROM "Fees of Loan";

SELECT COUNT(*) AS Cells, ROUND(SUM(Profit), 2) AS Total FROM Profit;

SELECT COUNT(*) AS Cells, ROUND(SUM("Profit of Region"), 2) AS Total FROM "Profit of Region";

SELECT COUNT(*) AS Cells, ROUND(SUM("Mean Coupon"), 8) AS Total FROM "Mean Coupon";

SELECT COUNT(*) AS Cells, ROUND(SUM("Interest to Date"), 2) AS Total FROM "Interest to Date";

SELECT COUNT(*) AS Months, MIN(Month) AS First, MAX(Month) AS Last FROM Called WHERE Called;

SELECT COUNT(*) AS Months, MIN(Month) AS First, MAX(Month) AS Last FROM Troubled WHERE Troubled;

SELECT Month.Year, ROUND(SUM("Pool Interest"), 2) AS Amount FROM "Pool Interest" GROUP BY 1 ORDER BY 1;

SELECT Month.Year, ROUND(SUM("Pool Principal"), 2) AS Amount FROM "Pool Principal" GROUP BY 1 ORDER BY 1;

SELECT Month.Year, ROUND(SUM(Fees), 2) AS Amount FROM Fees GROUP BY 1 ORDER BY 1;

SELECT Month.Year, ROUND(SUM(Residual), 2) AS Amount FROM Residual GROUP BY 1 ORDER BY 1;

SELECT Month, Tranche, ROUND("Note Closing", 2) AS Amount FROM "Note Closing" WHERE Month LIKE '%-12' ORDER BY 1, 2;

SELECT Month, Tranche, ROUND(Shortfall, 2) AS Amount FROM Shortfall WHERE Month LIKE '%-12' ORDER BY 1, 2;

SELECT Tranche, ROUND(SUM("Interest Paid"), 2) AS Amount FROM "Interest Paid" GROUP BY 1 ORDER BY 1;

SELECT Tranche, ROUND(SUM("Principal Paid"), 2) AS Amount FROM "Principal Paid" GROUP BY 1 ORDER BY 1;

SELECT Tranche, ROUND(SUM("Written Off"), 2) AS Amount FROM "Written Off" GROUP BY 1 ORDER BY 1;

SELECT Loan, ROUND(SUM(Interest), 2) AS Amount FROM Interest GROUP BY 1 ORDER BY 1;

SELECT Loan, ROUND(SUM(Prepaid), 2) AS Amount FROM Prepaid GROUP BY 1 ORDER BY 1;

SELECT Loan, ROUND(SUM(Profit), 2) AS Amount FROM Profit GROUP BY 1 ORDER BY 1;

SELECT Region, Year, ROUND("Profit of Region", 2) AS Profit FROM "Profit of Region" WHERE Year < '2026' ORDER BY 1, 2;
