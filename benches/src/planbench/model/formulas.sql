-- PlanBench's results, in one commit.
BEGIN;
CREATE METRIC Revenue NUMBER BY (Product, Store, Month) AS Volume * Price * FX[BY: Store.Country];
CREATE METRIC COGS NUMBER BY (Product, Store, Month) AS Volume * 'Unit Cost'[BY: Store.Country];
CREATE METRIC GrossMargin NUMBER BY (Product, Store, Month) AS Revenue - COGS;
CREATE METRIC YTD NUMBER BY (Product, Store, Month) AS CUMULATE(Revenue, Month, Month.Year);
CREATE METRIC MA3 NUMBER BY (Product, Store, Month) AS IFDEFINED(Revenue, MOVINGAVERAGE(Revenue, 3, 0, Month));
CREATE METRIC YoY NUMBER BY (Product, Store, Month) AS Revenue / Revenue[SELECT: Month - 12] - 1;
CREATE METRIC ForecastVolume NUMBER BY (Product, Store, Month) AS
    IF(Month.Year = Year."2", Volume[SELECT: Month - 12] * (1 + Growth[BY: Product.Category]));
CREATE METRIC RevenueByCategoryCountry NUMBER BY (Category, Country, Month) AS Revenue[BY SUM: Product.Category, Store.Country];
CREATE METRIC NetRevenue NUMBER BY (Category, Country, Channel, Month) AS
    (Revenue * Mix)[BY SUM: Product.Category, Store.Country] * (1 - Discount);
CREATE METRIC OpexByDepartmentGroup NUMBER BY (Department, "Account Group", Month) AS
    Opex.Amount[BY SUM: Opex.'Cost Centre'.Department, Opex.Account.'Group', Opex.Month];
CREATE METRIC Allocation NUMBER BY (Department, Category, Country, Month) AS
    OpexByDepartmentGroup[REMOVE: 'Account Group'] * RevenueByCategoryCountry / RevenueByCategoryCountry[REMOVE: Category, Country];
CREATE METRIC Payroll NUMBER BY ("Cost Centre", Month) AS
    (Employee.Salary / 12)[ADD: Month][FILTER: Employee.First <= Month AND (ISBLANK(Employee.Last) OR Month <= Employee.Last)]
        [BY SUM: Employee.'Cost Centre'];
CREATE METRIC Opening NUMBER BY (Country, Month) AS IFBLANK(PREVIOUSOF(Closing, 1, Month), 'Cash at Start');
CREATE METRIC Interest NUMBER BY (Country, Month) AS 0.004 * Opening;
CREATE METRIC Closing NUMBER BY (Country, Month) AS
    Opening + GrossMargin[BY SUM: Store.Country][REMOVE: Product] - Allocation[REMOVE: Department, Category] - Interest;
COMMIT;
