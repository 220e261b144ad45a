-- FoodMart, the classic sample of a grocery chain (Julian Hyde, Pentaho; Apache 2.0; data/foodmart/csv of the shared material). Run it in the
-- folder of those files:
--
--     smalt sql -f model.sql
--
-- The dirt in these files: names of departments, categories and subcategories stand in several places of the hierarchy, so each level is
-- named with the levels above it; stores are ragged (a country without states, a state without cities); eight coordinates of product,
-- customer, store and day have two rows, of two promotions.

-- products in six levels: family, department, category, subcategory, brand, product
CREATE LIST RawClass (Id TEXT, Subcategory TEXT, Category TEXT, Department TEXT, Family TEXT);
COPY RawClass FROM 'product_class.csv' (product_class_id -> Id, product_subcategory -> Subcategory, product_category -> Category,
    product_department -> Department, product_family -> Family);
CREATE LIST RawProduct (Class TEXT, Id TEXT, Brand TEXT, Name TEXT);
COPY RawProduct FROM 'product.csv' (product_class_id -> Class, product_id -> Id, brand_name -> Brand, product_name -> Name);
CREATE DIMENSION Family (Name TEXT) ORDER BY Name;
CREATE DIMENSION Department (Name TEXT, Label TEXT, Family Family) DISPLAY Label ORDER BY Name;
CREATE DIMENSION Category (Name TEXT, Label TEXT, Department Department) DISPLAY Label ORDER BY Name;
CREATE DIMENSION Subcategory (Name TEXT, Label TEXT, Category Category) DISPLAY Label ORDER BY Name;
CREATE DIMENSION Brand (Name TEXT, Label TEXT, Subcategory Subcategory) DISPLAY Label ORDER BY Name;
CREATE DIMENSION Product (Id TEXT, Name TEXT, Brand Brand) DISPLAY Name;
INSERT INTO Family SELECT DISTINCT Family FROM RawClass;
INSERT INTO Department SELECT DISTINCT Family || '/' || Department, Department, Family FROM RawClass;
INSERT INTO Category SELECT DISTINCT Family || '/' || Department || '/' || Category, Category, Family || '/' || Department FROM RawClass;
INSERT INTO Subcategory
    SELECT DISTINCT Family || '/' || Department || '/' || Category || '/' || Subcategory, Subcategory, Family || '/' || Department || '/' || Category
    FROM RawClass;
INSERT INTO Brand
    SELECT DISTINCT c.Family || '/' || c.Department || '/' || c.Category || '/' || c.Subcategory || '/' || p.Brand, p.Brand,
        c.Family || '/' || c.Department || '/' || c.Category || '/' || c.Subcategory
    FROM RawProduct p JOIN RawClass c ON p.Class = c.Id;
INSERT INTO Product
    SELECT p.Id, p.Name, c.Family || '/' || c.Department || '/' || c.Category || '/' || c.Subcategory || '/' || p.Brand
    FROM RawProduct p JOIN RawClass c ON p.Class = c.Id;

-- ragged stores: a place is a country, a state or a city, and a level that is missing is left out
CREATE LIST RawStore (Id TEXT, Country TEXT, State TEXT, City TEXT);
COPY RawStore FROM 'store_ragged.csv' (store_id -> Id, store_country -> Country, store_state -> State, store_city -> City);
CREATE DIMENSION Place (Name TEXT, Parent Place) ORDER BY Name;
INSERT INTO Place (Name) SELECT DISTINCT Country FROM RawStore;
INSERT INTO Place (Name, Parent) SELECT DISTINCT State, Country FROM RawStore WHERE State <> Country;
INSERT INTO Place (Name, Parent) SELECT DISTINCT City, State FROM RawStore WHERE City IS NOT NULL AND City <> '';
CREATE DIMENSION Store (Id TEXT, Name TEXT, State TEXT, Place Place, Size NUMBER) DISPLAY Name;
COPY Store FROM 'store.csv' (store_id -> Id, store_name -> Name, store_state -> State, store_sqft -> Size);
INSERT INTO Store (Id, Place)
    SELECT Id, CASE WHEN City IS NOT NULL AND City <> '' THEN City WHEN State <> Country THEN State ELSE Country END FROM RawStore;

-- customers in four levels, known by a number
CREATE DIMENSION Customer (Id TEXT, Name TEXT, City TEXT, State TEXT, Country TEXT);
COPY Customer FROM 'customer.csv' (customer_id -> Id, fullname -> Name, city -> City, state_province -> State, country -> Country);

-- days are known by a number; a timestamp means the day that holds it
CREATE CALENDAR FROM '1997-01-01' TO '1998-12-31' LEVELS (Day, Month, Quarter, Year);
CREATE DIMENSION Time (Id TEXT, Day Day);
COPY Time FROM 'time_by_day.csv' (time_id -> Id, the_date -> Day);

-- the sparse case: 86,837 rows by product, customer, store and day
CREATE METRIC Sold NUMBER BY (Product, Customer, Store, Time);
COPY Sold FROM 'sales_fact_1997.csv' (product_id -> Product, customer_id -> Customer, store_id -> Store, time_id -> Time, unit_sales -> Sold)
    WITH (duplicates = sum);
CREATE METRIC Sales NUMBER BY (Product, Customer, Store, Time);
COPY Sales FROM 'sales_fact_1997.csv' (product_id -> Product, customer_id -> Customer, store_id -> Store, time_id -> Time, store_sales -> Sales)
    WITH (duplicates = sum);
CREATE METRIC Units NUMBER BY (Product, Customer, Store, Day) AS Sold[BY SUM: Time.Day];
CREATE METRIC "By Family" NUMBER BY (Family, Quarter) AS
    Units[BY SUM: Product.Brand.Subcategory.Category.Department.Family][BY SUM: Day.Quarter][REMOVE SUM: Customer, Store];
CREATE METRIC Size NUMBER BY (Place) AS ROLLUP(Store.Size[BY SUM: Store.Place], Place.Parent);
CREATE TABLE Sale OF (Sold, Sales);

-- the answers that are known
SELECT SUM(Units) AS Units, COUNT(*) AS Cells FROM Units;

SELECT Store.State AS State, SUM(Units) AS Units FROM Units GROUP BY 1 ORDER BY 1;

SELECT Family, SUM("By Family") AS Units FROM "By Family" GROUP BY 1 ORDER BY 1;

SELECT Family, Quarter, "By Family" FROM "By Family" ORDER BY 1, 2;

SELECT Product.Brand.Subcategory.Category.Department.Label AS Department, SUM(Units) AS Units FROM Units
WHERE Product.Brand.Subcategory.Category.Department.Family = 'Drink' GROUP BY 1 ORDER BY 1;

SELECT COUNT(DISTINCT Product.Brand.Subcategory.Category.Department.Family) AS Families,
    COUNT(DISTINCT Product.Brand.Subcategory.Category.Department) AS Departments, COUNT(DISTINCT Product.Brand.Subcategory.Category) AS Categories,
    COUNT(DISTINCT Product.Brand.Subcategory) AS Subcategories, COUNT(DISTINCT Product.Brand) AS Brands, COUNT(DISTINCT Product) AS Products FROM Units;

SELECT Place, Size FROM Size ORDER BY Place;

SELECT Customer.State AS State, COUNT(DISTINCT Customer) AS Customers, SUM(Units) AS Units FROM Units GROUP BY 1 ORDER BY 1;

SELECT Time.Day.Month AS Month, SUM(Sold) AS Sold, ROUND(SUM(Sales), 2) AS Sales, COUNT(*) AS Cells FROM Sale GROUP BY 1 ORDER BY 1;
