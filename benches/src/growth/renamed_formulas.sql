-- The results of PlanBench under other names and in another order, and two more.
BEGIN;
CREATE METRIC UnitsByFamilyZone NUMBER BY (Family, Zone, Period) AS Units[BY SUM: Article.Family, Outlet.Market.Zone];
CREATE METRIC CashAfter NUMBER BY (Market, Period) AS
    CashBefore + Surplus[BY SUM: Outlet.Market][REMOVE: Article] - Charge[REMOVE: Division, Family] - CashYield;
CREATE METRIC CashYield NUMBER BY (Market, Period) AS 0.004 * CashBefore;
CREATE METRIC CashBefore NUMBER BY (Market, Period) AS IFBLANK(PREVIOUSOF(CashAfter, 1, Period), 'First Cash');
CREATE METRIC Wages NUMBER BY (Team, Period) AS
    (Worker.Wage / 12)[ADD: Period][FILTER: Worker.First <= Period AND (ISBLANK(Worker.Last) OR Period <= Worker.Last)]
        [BY SUM: Worker.Team];
CREATE METRIC Charge NUMBER BY (Division, Family, Market, Period) AS
    SpendingByDivisionGroup[REMOVE: 'Ledger Group'] * TurnoverByFamilyMarket / TurnoverByFamilyMarket[REMOVE: Family, Market];
CREATE METRIC SurplusShare NUMBER BY (Article, Outlet, Period) AS Surplus / Turnover;
CREATE METRIC SpendingByDivisionGroup NUMBER BY (Division, "Ledger Group", Period) AS
    Spending.Figure[BY SUM: Spending.Team.Division, Spending.Ledger.'Group', Spending.Period];
CREATE METRIC NetTurnover NUMBER BY (Family, Market, Route, Period) AS
    (Turnover * Split)[BY SUM: Article.Family, Outlet.Market] * (1 - Rebate);
CREATE METRIC TurnoverByFamilyMarket NUMBER BY (Family, Market, Period) AS Turnover[BY SUM: Article.Family, Outlet.Market];
CREATE METRIC NextUnits NUMBER BY (Article, Outlet, Period) AS
    IF(Period.Cycle = Cycle."2", Units[SELECT: Period - 12] * (1 + Uplift[BY: Article.Family]));
CREATE METRIC TurnoverChange NUMBER BY (Article, Outlet, Period) AS Turnover / Turnover[SELECT: Period - 12] - 1;
CREATE METRIC SmoothTurnover NUMBER BY (Article, Outlet, Period) AS IFDEFINED(Turnover, MOVINGAVERAGE(Turnover, 3, 0, Period));
CREATE METRIC RunningTurnover NUMBER BY (Article, Outlet, Period) AS CUMULATE(Turnover, Period, Period.Cycle);
CREATE METRIC Surplus NUMBER BY (Article, Outlet, Period) AS Turnover - Outlay;
CREATE METRIC Outlay NUMBER BY (Article, Outlet, Period) AS Units * 'Piece Cost'[BY: Outlet.Market];
CREATE METRIC Turnover NUMBER BY (Article, Outlet, Period) AS Units * Tariff * Exchange[BY: Outlet.Market];
COMMIT;
