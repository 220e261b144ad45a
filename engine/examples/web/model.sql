CREATE DIMENSION Country (Name TEXT);
CREATE DIMENSION Product (Name TEXT);
INSERT INTO Country VALUES ('France'), ('Japan');
INSERT INTO Product VALUES ('Tea'), ('Coffee');
CREATE METRIC Volume NUMBER BY (Product, Country);
CREATE METRIC Price NUMBER BY (Product);
CREATE METRIC Revenue NUMBER BY (Product, Country) AS Volume * Price;
INSERT INTO Volume VALUES ('Tea', 'France', 10), ('Coffee', 'France', 4), ('Tea', 'Japan', 30), ('Coffee', 'Japan', 2);
INSERT INTO Price VALUES ('Tea', 2.5), ('Coffee', 4);

-- Ann plans France, Bo plans Japan; both may change the volumes that they see.
ALTER DIMENSION User ADD PROPERTY Country Country;
CREATE ROLE Planner PERMISSIONS ("Display Application", "Open Boards") READ UNSPECIFIED WRITE UNSPECIFIED;
CREATE USER 'ann@acme.com' (Country = 'France');
CREATE USER 'bo@acme.com' (Country = 'Japan');
GRANT ROLE Planner TO ALL USERS;
CREATE METRIC Rights ACCESS RIGHTS BY (User, Country) AS ACCESSRIGHTS(User.Country = Country, User.Country = Country);
CREATE RULE own_country APPLY READ, WRITE OF Rights TO ALL METRICS WITH (Country);
