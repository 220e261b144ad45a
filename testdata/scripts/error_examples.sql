-- The examples of docs/formula-errors.md, each below the code that it must give. Written by a test of smalt-formula: UPDATE=1 writes it anew.
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

-- E_CHARACTER
EVALUATE $$Price × 2
$$;

-- E_OPERATOR
EVALUATE $$Price == 2
$$;

-- E_NUMBER
EVALUATE $$.5 * Price
$$;

-- E_TOO_LARGE
EVALUATE $$Units + 99999999999999999999
$$;

-- E_UNCLOSED
EVALUATE $$Label & " sold out
$$;

-- E_BRACKET
EVALUATE $$ROUND((Price + 1, 2)
$$;

-- E_QUOTES
EVALUATE $$CUMULATE(Sales, "Month")
$$;

-- E_KEYWORD
EVALUATE $$Product.In
$$;

-- E_MISSING_VALUE
EVALUATE $$Price +
$$;

-- E_UNEXPECTED
EVALUATE $$Sales Price
$$;

-- E_CHAIN
EVALUATE $$1 < Price < 3
$$;

-- E_SYNTAX
EVALUATE $$Price IN 2
$$;

-- E_MODIFIER
EVALUATE $$Sales[Month - 1]
$$;

-- E_METHOD
EVALUATE $$Sales[BY AVERAGE: Country.Region]
$$;

-- E_LIMIT
EVALUATE $$NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT Listed
$$;

-- E_NAME
EVALUATE $$Slaes * 2
$$;

-- E_FUNCTION
EVALUATE $$ROUDN(Price)
$$;

-- E_PROPERTY
EVALUATE $$Country.Regoin
$$;

-- E_ITEM
EVALUATE $$Sales[SELECT: Country = Country."france"]
$$;

-- E_KIND
EVALUATE $$CUMULATE(Sales, Price)
$$;

-- E_PATH
EVALUATE $$Sales.Country
$$;

-- E_CURRENT
EVALUATE $$CurrentValue + 1
$$;

-- E_ARGUMENTS
EVALUATE $$ROUND(Price, 2, 0)
$$;

-- E_ARGUMENT
EVALUATE $$CUMULATE(Sales, Month.Quarter)
$$;

-- E_ON
EVALUATE $$ABS(Price ON Product.Name)
$$;

-- E_RANGE
EVALUATE $$ROUND(Price, 20)
$$;

-- E_PATTERN
EVALUATE TEXT(Price, "##.##.##");

-- E_TYPE
EVALUATE $$Price * "2"
$$;

-- E_RESULT_TYPE
CREATE METRIC Result INTEGER BY (Product) AS $$Price * 2
$$;

-- E_MIXED_TYPES
EVALUATE $$IF(Price > 2, 1, "cheap")
$$;

-- E_DATES
EVALUATE $$Product.Launched + Product.Launched
$$;

-- E_NO_ORDER
EVALUATE $$Listed < TRUE
$$;

-- E_OFFSET
EVALUATE $$Sales[SELECT: Month - Lag]
$$;

-- E_METHOD_TYPE
EVALUATE $$Label[REMOVE SUM: Product]
$$;

-- E_EXTRA_DIMENSION
CREATE METRIC Result NUMBER BY (Month) AS $$Sales
$$;

-- E_MISSING_DIMENSION
CREATE METRIC Result NUMBER BY (Month) AS $$5
$$;

-- E_DIMENSION
EVALUATE $$Sales[REMOVE SUM: Product]
$$;

-- E_DIMENSION_TWICE
EVALUATE $$Sales[ADD: Month]
$$;

-- E_WHICH_DIMENSION
EVALUATE $$MOVINGSUM(Price * Weight, 3)
$$;

-- E_WIDER
EVALUATE $$Sales[FILTER: Price > 2]
$$;

-- E_ROWS
EVALUATE $$Orders.Amount * Price
$$;

-- E_CALENDAR
EVALUATE $$TIMEDIM(Product.Launched, Country)
$$;

-- E_SUBSET
EVALUATE $$Sales[TOSUBSET: Month]
$$;

-- E_MAPPING
EVALUATE $$Sales[BY SUM: "Region"]
$$;

-- E_DIRECTION
EVALUATE $$Price[BY: Country.Region]
$$;

-- E_METHOD_WAY
EVALUATE $$Sales[BY SPLIT: Country.Region]
$$;

-- E_PREVIOUS
EVALUATE $$PREVIOUS(Month) + 1
$$;

-- E_LOOP
CREATE METRIC First NUMBER BY (Month) AS Cash * 2;
CREATE METRIC Second NUMBER BY (Month) AS First + 1;
ALTER METRIC First AS Second * 2;

CREATE CALENDAR FROM '1900-01-01' TO '2100-12-31' LEVELS (Day, Week);

-- E_TOO_MANY_CELLS
EVALUATE 1[ADD: Day, Week];

CREATE USER 'ann@acme.com';
CREATE ROLE Planner PERMISSIONS ("Display Application", "Use formula playground") READ ALLOWED WRITE ALLOWED;
GRANT ROLE Planner TO USER 'ann@acme.com';

-- E_PERMISSION
-- user: ann@acme.com
EVALUATE ACCESSRIGHTS(TRUE, BLANK);
