-- The plan of a chain of outdoor shops. Run it in the folder that holds the data: smalt sql -f model.sql

-- # Lists
-- Products in categories, stores in countries in regions, a calendar, and a chart of accounts in which each account knows its
-- parent and its sign.
BEGIN;
CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region, Currency TEXT);
CREATE DIMENSION Store (Code TEXT, Label TEXT, Country Country);
CREATE DIMENSION Category (Name TEXT);
CREATE DIMENSION Product (Code TEXT, Label TEXT, Category Category);
CREATE DIMENSION Account (Name TEXT, Parent Account, Sign NUMBER);
CREATE CALENDAR FROM '2024-01-01' TO '2025-12-31' LEVELS (Month, Quarter, Year);
COMMIT;
COPY Region FROM 'region.csv';
COPY Country FROM 'country.csv';
COPY Store FROM 'store.csv';
COPY Category FROM 'category.csv';
COPY Product FROM 'product.csv';
COPY Account FROM 'account.csv';

-- # Inputs
-- Units sold by product, store and month; prices in local currency; exchange rates; costs; and every expense as a posting.
CREATE METRIC Volume NUMBER BY (Product, Store, Month);
CREATE METRIC Price NUMBER BY (Product, Country);
CREATE METRIC FX NUMBER BY (Country, Month);
CREATE METRIC "Unit Cost" NUMBER BY (Product);
CREATE METRIC "Starting Cash" NUMBER BY (Country);
CREATE LIST Ledger (Posted DATE, Country Country, Account Account, Amount NUMBER);
COPY Volume FROM 'volume.csv';
COPY Price FROM 'price.csv';
COPY FX FROM 'fx.csv';
COPY "Unit Cost" FROM 'unit_cost.csv';
COPY "Starting Cash" FROM 'starting_cash.csv';
COPY Ledger FROM 'ledger.csv';

-- # Sales
-- A formula defines a whole metric at once. `FX[BY: Store.Country]` brings a rate by country to every store.
BEGIN;
CREATE METRIC Revenue NUMBER BY (Product, Store, Month) AS Volume * Price[BY: Store.Country] * FX[BY: Store.Country];
CREATE METRIC COGS NUMBER BY (Product, Store, Month) AS Volume * 'Unit Cost';
CREATE METRIC Margin NUMBER BY (Product, Store, Month) AS Revenue - COGS;
CREATE METRIC "Year to Date" NUMBER BY (Product, Store, Month) AS CUMULATE(Revenue, Month, Month.Year);
CREATE METRIC "Moving Average" NUMBER BY (Product, Store, Month) AS IFDEFINED(Revenue, MOVINGAVERAGE(Revenue, 3, 0, Month));
CREATE METRIC Growth NUMBER BY (Product, Store, Month) AS Revenue / Revenue[SELECT: Month - 12] - 1;
CREATE METRIC "Category Sales" NUMBER BY (Category, Country, Month) AS Revenue[BY SUM: Product.Category, Store.Country];
COMMIT;

-- # Profit and loss
-- Postings become expenses by account; sales and costs are placed on their accounts; ROLLUP adds the chart up with its signs.
BEGIN;
CREATE METRIC Expenses NUMBER BY (Account, Country, Month) AS
    Ledger.Amount[BY SUM: Ledger.Account, Ledger.Country, TIMEDIM(Ledger.Posted, Month)];
CREATE METRIC "Account Lines" NUMBER BY (Account, Country, Month) AS
    'Category Sales'[REMOVE: Category][BY: Account."Revenue"]
    + COGS[BY SUM: Store.Country][REMOVE: Product][BY: Account."Cost of Goods"]
    + Expenses;
CREATE METRIC "Profit and Loss" NUMBER BY (Account, Country, Month) AS ROLLUP('Account Lines', Account.Parent, Account.Sign);
COMMIT;

-- # Cash
-- Three metrics that refer to one another in a loop, solved month by month: opening cash is the closing cash of the month before.
BEGIN;
CREATE METRIC "Opening Cash" NUMBER BY (Country, Month) AS IFBLANK(PREVIOUSOF('Closing Cash', 1, Month), 'Starting Cash');
CREATE METRIC Interest NUMBER BY (Country, Month) AS 0.002 * 'Opening Cash';
CREATE METRIC "Closing Cash" NUMBER BY (Country, Month) AS
    'Opening Cash' + 'Profit and Loss'[SELECT: Account."Operating Profit"] + Interest;
COMMIT;

-- # People
-- Carla may see and change everything. Paul plans his region. Nina has the same role as Paul, but nobody gave her a region.
ALTER DIMENSION User ADD PROPERTY Region Region;
CREATE ROLE Finance PERMISSIONS ("Display Application", "Display Block Explorer", "Open Boards") READ ALLOWED WRITE ALLOWED;
CREATE ROLE Planner PERMISSIONS ("Display Application", "Display Block Explorer", "Open Boards") READ UNSPECIFIED WRITE UNSPECIFIED;
CREATE USER 'carla@kestrel.example';
CREATE USER 'paul@kestrel.example' (Region = 'EMEA');
CREATE USER 'nina@kestrel.example';
GRANT ROLE Finance TO USER 'carla@kestrel.example';
GRANT ROLE Planner TO USER 'paul@kestrel.example';
GRANT ROLE Planner TO USER 'nina@kestrel.example';
CREATE METRIC "Region Rights" ACCESS RIGHTS BY (User, Region) AS ACCESSRIGHTS(User.Region = Region, User.Region = Region);
-- Each rule speaks of the metrics that it names; a cell of a formula needs all that it is made of as well.
CREATE RULE stores APPLY READ, WRITE OF "Region Rights" THROUGH Store.Country.Region TO ALL METRICS WITH (Store);
CREATE RULE countries APPLY READ, WRITE OF "Region Rights" THROUGH Country.Region TO ALL METRICS WITH (Country);
CREATE RULE ledger APPLY READ OF "Region Rights" THROUGH Country.Region TO LIST Ledger;
