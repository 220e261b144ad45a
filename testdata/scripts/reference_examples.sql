-- The examples of docs/formulas.md. Written by a test of smalt-formula, with the answers: UPDATE=1 writes both anew.
CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
CREATE DIMENSION Product (Name TEXT, Launched DATE, Rank INTEGER);
CREATE DIMENSION Account (Name TEXT, Parent Account, Sign INTEGER);
CREATE CALENDAR FROM '2024-01-01' TO '2024-06-30' LEVELS (Day, Month, Quarter, Year);
CREATE LIST Orders (Country Country, Product Product, Date DATE, Amount NUMBER);
CREATE METRIC Sales NUMBER BY (Country, Month);
CREATE METRIC Cash NUMBER BY (Month);
CREATE METRIC Paid DATE BY (Month);
CREATE METRIC Price NUMBER BY (Product);
CREATE METRIC Units INTEGER BY (Product, Month);
CREATE METRIC Label TEXT BY (Product);
CREATE METRIC Listed BOOLEAN BY (Product);
CREATE METRIC Origin Country BY (Product);
CREATE METRIC Target NUMBER BY (Region);
CREATE METRIC Weight NUMBER BY (Country);
CREATE METRIC Lag INTEGER BY (Country);
CREATE METRIC Balance NUMBER BY (Account);
CREATE METRIC Works BOOLEAN BY ("Day of Week");
CREATE METRIC Holiday BOOLEAN BY (Day);
INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA'), ('Germany', 'EMEA'), ('Japan', 'APAC');
INSERT INTO Product (Name, Launched, Rank) VALUES ('Tea', DATE '2023-03-15', 2), ('Coffee', DATE '2024-02-10', 1), ('Cocoa', NULL, 3);
INSERT INTO Account (Name, Parent, Sign) VALUES ('Profit', NULL, NULL), ('Income', 'Profit', 1), ('Costs', 'Profit', -1), ('Material', 'Costs', 1), ('Wages', 'Costs', 1);
INSERT INTO Sales (Country, Month, Sales) VALUES ('France', '2024-01', 10), ('France', '2024-02', 20), ('France', '2024-04', 40), ('Germany', '2024-01', 5), ('Germany', '2024-03', 15), ('Japan', '2024-02', 8);
INSERT INTO Cash (Month, Cash) VALUES ('2024-01', -100), ('2024-02', 60), ('2024-03', 60);
INSERT INTO Paid (Month, Paid) VALUES ('2024-01', DATE '2024-01-01'), ('2024-02', DATE '2024-04-01'), ('2024-03', DATE '2024-07-01');
INSERT INTO Price (Product, Price) VALUES ('Tea', 2), ('Coffee', 3.5);
INSERT INTO Units (Product, Month, Units) VALUES ('Tea', '2024-01', 10), ('Tea', '2024-03', 30), ('Coffee', '2024-01', 4), ('Coffee', '2024-02', 6);
INSERT INTO Label (Product, Label) VALUES ('Tea', 'green tea'), ('Coffee', 'Dark  roast');
INSERT INTO Listed (Product, Listed) VALUES ('Tea', TRUE), ('Coffee', FALSE);
INSERT INTO Origin (Product, Origin) VALUES ('Tea', 'Japan'), ('Coffee', 'France');
INSERT INTO Target (Region, Target) VALUES ('EMEA', 12), ('APAC', 9);
INSERT INTO Weight (Country, Weight) VALUES ('France', 3), ('Germany', 1);
INSERT INTO Lag (Country, Lag) VALUES ('France', 1), ('Japan', 2);
INSERT INTO Balance (Account, Balance) VALUES ('Income', 100), ('Material', 30), ('Wages', 20);
INSERT INTO Works ("Day of Week", Works) VALUES ('Monday', TRUE), ('Tuesday', TRUE), ('Wednesday', TRUE), ('Thursday', TRUE), ('Friday', TRUE), ('Saturday', FALSE), ('Sunday', FALSE);
INSERT INTO Holiday (Day, Holiday) VALUES ('2024-01-01', TRUE);
INSERT INTO Orders (Country, Product, Date, Amount) VALUES ('France', 'Tea', DATE '2024-01-05', 20), ('France', 'Coffee', DATE '2024-02-11', 10), ('Japan', 'Tea', DATE '2024-03-30', 30), ('Japan', 'Tea', DATE '2024-04-02', 25);

EVALUATE -2^2;

EVALUATE Price & " EUR";

EVALUATE Month IN (Month."2024-02" : Month."2024-03");

EVALUATE Product.Launched + 30;

EVALUATE Weight * Lag;

EVALUATE Units[REMOVE SUM: Product] - Cash;

EVALUATE Price + 100;

EVALUATE Sales + Cash;

EVALUATE Listed OR Price > 3;

EVALUATE Price = BLANK;

EVALUATE Units * Price;

EVALUATE Sales[BY SUM: Country.Region];

EVALUATE Price[BY SUM: Origin];

EVALUATE Target[BY CONSTANT: Country.Region];

EVALUATE Target[BY SPLIT: Country.Region];

EVALUATE Target[BY SPLIT ON Weight: Country.Region];

EVALUATE 12[ADD SPLIT: Quarter];

EVALUATE Sales[REMOVE SUM: Country];

EVALUATE Sales[KEEP MAX: Country];

EVALUATE Sales[SELECT: Month."2024-02"];

EVALUATE Sales[SELECT AVG: Country.Region = Region."EMEA"];

EVALUATE Cash[SELECT: Month - 1];

EVALUATE Cash[SELECT: Month.Quarter - 1];

EVALUATE Sales[SELECT: Country.Region];

EVALUATE Sales[FILTER: CurrentValue > 9];

EVALUATE Sales[EXCLUDE: Country = Country."France"];

EVALUATE Orders.Amount[BY SUM: Orders.Country, Orders.Product];

EVALUATE Orders.Amount[FILTER: Orders.Amount > 15][BY COUNT: Orders.Country];

CREATE METRIC "Example 29" NUMBER BY (Month) AS PREVIOUS(Month) + Cash;
SELECT * FROM "Example 29" ORDER BY Month;

EVALUATE IF(Price > 2, Price, 0);

EVALUATE IF(Price > 2, "dear");

EVALUATE SWITCH(Price, 2, "cheap", 3.5, "dear", "no price");

EVALUATE IFBLANK(Price, 1);

EVALUATE IFDEFINED(Price, 1);

EVALUATE IFDEFINED(Price, 1, 0);

EVALUATE ISBLANK(Price);

EVALUATE ISNOTBLANK(Price);

EVALUATE ISDEFINED(Price);

EVALUATE ANYOF(Listed);

EVALUATE ALLOF(Listed);

EVALUATE ABS(-3);

EVALUATE SIGN(Cash);

EVALUATE SQRT(Price);

EVALUATE EXP(1);

EVALUATE LN(EXP(2));

EVALUATE LOG(1000);

EVALUATE POWER(Price, 2);

EVALUATE SIN(0.5);

EVALUATE COS(0);

EVALUATE MOD(7, 3);

EVALUATE MOD(-7, 3);

EVALUATE QUOTIENT(7, 3);

EVALUATE QUOTIENT(-7, 3);

EVALUATE TRUNC(-3.7);

EVALUATE CEILING(Price);

EVALUATE FLOOR(-3.2);

EVALUATE ROUND(2.365, 2);

EVALUATE ROUND(1250, -2);

EVALUATE ROUND(-2.5);

EVALUATE ROUNDUP(2.301, 1);

EVALUATE ROUNDDOWN(-2.39, 1);

EVALUATE MIN(Price, 3);

EVALUATE MAX(Price, 3);

EVALUATE CUMULATE(Sales, Month);

EVALUATE CUMULATE(Sales, Month, Month.Quarter);

EVALUATE CUMULATE(Price, Product ON Product.Rank);

EVALUATE DECUMULATE(Cash, Month);

EVALUATE MOVINGSUM(Cash, 2);

EVALUATE MOVINGAVERAGE(Cash, 2);

EVALUATE MOVINGMIN(Cash, 2);

EVALUATE MOVINGMAX(Cash, 2, 1);

EVALUATE YEARTODATE(Cash);

EVALUATE QUARTERTODATE(Sales);

EVALUATE MONTHTODATE(IF(Day <= Day."2024-01-03", 2));

EVALUATE SHIFT(Country, 1);

EVALUATE Cash[BY SUM: SHIFT(Month, 2)];

EVALUATE FILLFORWARD(Cash, Month);

EVALUATE ROLLUP(Balance, Account.Parent, Account.Sign);

EVALUATE SPREAD(Cash, Month, 2);

EVALUATE RANK(Price, DESC);

EVALUATE RANK(Cash);

EVALUATE RANK(Cash, ASC, SEQUENTIAL);

CREATE METRIC "Example 83" NUMBER BY (Month) AS PREVIOUS(Month) + Cash;
SELECT * FROM "Example 83" ORDER BY Month;

CREATE METRIC "Example 84" NUMBER BY (Month) AS IF(Month = Month."2024-01", 100, PREVIOUS(Month) * 1.1);
SELECT * FROM "Example 84" ORDER BY Month;

CREATE METRIC "Example 85" NUMBER BY (Month) AS PREVIOUSOF(Cash);
SELECT * FROM "Example 85" ORDER BY Month;

EVALUATE GROWTH(Sales, Month, 1);

EVALUATE ITEM("Coffee", Product.Name);

EVALUATE MATCH(Region, Country.Region);

EVALUATE TIMEDIM(Product.Launched, Month);

EVALUATE Orders.Amount[BY SUM: TIMEDIM(Orders.Date, Quarter)];

EVALUATE DATE(2024, 2, 29);

EVALUATE DATE(2023, 2, 29);

EVALUATE YEAR(Product.Launched);

EVALUATE MONTH(DATE(2024, 5, 17));

EVALUATE DAY(DATE(2024, 5, 17));

EVALUATE WEEKDAY(DATE(2024, 5, 17));

EVALUATE EDATE(DATE(2024, 1, 31), 1);

EVALUATE EOMONTH(DATE(2024, 1, 15), 1);

EVALUATE STARTOFMONTH(DATE(2024, 5, 17));

EVALUATE DAYS(DATE(2024, 3, 1), DATE(2024, 2, 1));

EVALUATE MONTHDIF(DATE(2024, 3, 14), DATE(2024, 1, 15));

EVALUATE MONTHDIF(DATE(2024, 3, 15), DATE(2024, 1, 15));

EVALUATE NETWORKDAYS(DATE(2024, 1, 1), DATE(2024, 1, 8));

EVALUATE NETWORKDAYS(DATE(2024, 1, 1), DATE(2024, 1, 8), Works);

EVALUATE NETWORKDAYS(DATE(2024, 1, 1), DATE(2024, 1, 8), Works, Holiday);

EVALUATE INPERIOD(DATE(2024, 2, 10), Month);

EVALUATE DAYSINPERIOD(Quarter);

EVALUATE DAYSINPERIOD(Month, DATE(2024, 1, 30), DATE(2024, 3, 3));

EVALUATE PRORATA(Month, DATE(2024, 2, 15), DATE(2024, 4, 16));

EVALUATE LEN(Label);

EVALUATE LEFT("planning", 4);

EVALUATE RIGHT("planning", 4);

EVALUATE MID("planning", 3, 2);

EVALUATE LOWER(Label);

EVALUATE UPPER(Label);

EVALUATE PROPER("net REVENUE");

EVALUATE TRIM(Label);

EVALUATE CONTAINS(Label, "tea");

EVALUATE STARTSWITH(Label, "green");

EVALUATE ENDSWITH(Label, "roast");

EVALUATE FIND("tea", Label);

EVALUATE SUBSTITUTE("a-b-c", "-", "+");

EVALUATE SUBSTITUTE("a-b-c", "-", "+", 2);

EVALUATE TEXT(1234.5, "#,##0.00");

EVALUATE TEXT(DATE(2024, 5, 17), "dd.MM.yyyy");

EVALUATE VALUE(" 12.5 ");

EVALUATE VALUE(Label);

EVALUATE DATEVALUE("17.05.2024", "dd.MM.yyyy");

EVALUATE SUMOF(Sales);

EVALUATE Sales / SUMOF(Sales)[ADD: Country];

EVALUATE AVGOF(Price);

EVALUATE MINOF(Sales);

EVALUATE MAXOF(Sales);

EVALUATE COUNTOF(Sales);

EVALUATE COUNTUNIQUEOF(Cash);

EVALUATE COUNTALLOF(Sales);

EVALUATE COUNTBLANKOF(Sales);

EVALUATE ROUND(NPV(0.1, Cash), 6);

EVALUATE ROUND(NPV(0.1, Cash, ALL), 6);

EVALUATE ROUND(IRR(Cash, Month), 9);

EVALUATE ROUND(XNPV(0.1, Cash, Paid, Month), 6);

EVALUATE ROUND(XIRR(Cash, Paid, Month), 9);

EVALUATE ROUND(PMT(0.01, 12, 1000), 6);

EVALUATE ROUND(PV(0.01, 12, -100), 6);

EVALUATE ROUND(FV(0.01, 12, -100), 6);

EVALUATE ROUND(RATE(12, -100, 1000), 9);

EVALUATE ROUND(NPER(0.01, -100, 1000), 6);

EVALUATE SLN(1000, 100, 5);

EVALUATE DDB(1000, 100, 5, 2);

EVALUATE FORECAST_LINEAR(Sales, Month);

EVALUATE ROUND(FORECAST_ETS(Cash, Month, 1), 2);

EVALUATE SIMPLE_SMOOTHING(Cash, Month, 0.5);

EVALUATE DOUBLE_SMOOTHING(Cash, Month, 0.5, 0.5);

EVALUATE SEASONAL_LINEAR(Cash, Month, 2);

EVALUATE ROUND(NORMAL(0), 9);

EVALUATE ROUND(NORMALCUMULATIVE(1.96), 9);

EVALUATE ROUND(CORREL(Sales, Cash, Month), 9);

EVALUATE PERCENTILE(Sales, 0.25, Month);

CREATE METRIC "Example 159" ACCESS RIGHTS BY (Country) AS ACCESSRIGHTS(Country.Region = Region."EMEA", BLANK);
SELECT * FROM "Example 159" ORDER BY Country;

EVALUATE RESETACCESSRIGHTS(Price);

EVALUATE SEASONAL_LINEAR(Cash, Month, 2)[FILTER: CurrentValue > 60];
