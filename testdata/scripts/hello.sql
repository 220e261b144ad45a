-- The README's example: what one person may read, and what another may not.
CREATE DIMENSION Country (Name TEXT);
INSERT INTO Country (Name) VALUES ('France'), ('Japan');
CREATE METRIC Units NUMBER BY (Country);
CREATE METRIC Price NUMBER BY (Country);
INSERT INTO Units (Country, Units) VALUES ('France', 20), ('Japan', 30);
INSERT INTO Price (Country, Price) VALUES ('France', 6), ('Japan', 5);
CREATE METRIC Revenue NUMBER BY (Country) AS Units * Price;

CREATE ROLE Planner PERMISSIONS ("Display Application", "Open Boards") READ UNSPECIFIED WRITE UNSPECIFIED;
ALTER DIMENSION User ADD PROPERTY Country Country;
CREATE USER 'ann@acme.com' (Country = 'France');
CREATE USER 'bo@acme.com' (Country = 'Japan');
GRANT ROLE Planner TO ALL USERS;
CREATE METRIC Rights ACCESS RIGHTS BY (User, Country) AS ACCESSRIGHTS(User.Country = Country, BLANK);
CREATE RULE own_country APPLY READ OF Rights TO ALL METRICS WITH (Country);

-- ALLOW: Ann reads France; Japan is in no total of hers
EXECUTE AS USER 'ann@acme.com' SELECT Country, Revenue FROM Revenue WHERE Country = 'France';

-- DENY: the same question asked by Bo; what he may not read does not exist for him
EXECUTE AS USER 'bo@acme.com' SELECT Country, Revenue FROM Revenue WHERE Country = 'France';
