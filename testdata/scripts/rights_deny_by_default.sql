-- Recipe: nothing is readable unless somebody granted it, whatever is added to the model later.
CREATE DIMENSION Product (Name TEXT);
INSERT INTO Product VALUES ('P1'), ('P2');
CREATE METRIC Plan NUMBER BY (Product);
INSERT INTO Plan VALUES ('P1', 1), ('P2', 2);
CREATE ROLE Guest PERMISSIONS ("Display Application", "Open Boards") READ UNSPECIFIED WRITE DENIED;
CREATE USER 'guest@partner.com';
GRANT ROLE Guest TO USER 'guest@partner.com';
CREATE METRIC Shared ACCESS RIGHTS BY (User, Product);
CREATE RULE shared APPLY READ OF Shared TO ALL METRICS WITH (Product);

-- user: guest@partner.com
SELECT * FROM Plan;

-- user: owner
INSERT INTO Shared VALUES ('guest@partner.com', 'P1', 'r.');

-- user: guest@partner.com
SELECT * FROM Plan;

-- a new metric is under the same rule, a metric without products under none: not readable, and not there
-- user: owner
CREATE METRIC Later NUMBER BY (Product) AS Plan * 10;
CREATE METRIC Total NUMBER AS SUMOF(Plan);

-- user: guest@partner.com
SELECT * FROM Later;

SELECT * FROM Total;

-- the most restrictive word wins: what one rule grants another can deny
-- user: owner
CREATE METRIC Embargo ACCESS RIGHTS BY (User);
INSERT INTO Embargo VALUES ('guest@partner.com', '-.');
CREATE RULE embargo APPLY READ OF Embargo TO Plan;

-- user: guest@partner.com
SELECT * FROM Plan;

-- and what is made of it goes with it
SELECT * FROM Later;
