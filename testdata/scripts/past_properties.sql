-- What was before a property was dropped.
CREATE DIMENSION Country (Name TEXT);
INSERT INTO Country VALUES ('France'), ('Japan');
CREATE DIMENSION Store (Name TEXT, Size NUMBER, Country Country, Label TEXT);
INSERT INTO Store VALUES ('S1', 5, 'France', 'One'), ('S2', 6, 'Japan', 'Two');
CREATE METRIC Sales NUMBER BY (Store);
INSERT INTO Sales VALUES ('S1', 10), ('S2', 20);
CREATE METRIC Total NUMBER;
INSERT INTO Total VALUES (4);
CREATE USER 'ann@acme.com';
CREATE ROLE Watcher PERMISSIONS ("Display Application", "Open Boards", "View Application and Blocks updates") READ ALLOWED WRITE DENIED;
GRANT ROLE Watcher TO USER 'ann@acme.com';
CREATE SNAPSHOT Early;
ALTER DIMENSION Store ADD PROPERTY Later TEXT;

ALTER DIMENSION Store DROP PROPERTY Later;

SELECT * FROM Sales AS OF SNAPSHOT Early;

ALTER DIMENSION Store DROP PROPERTY Size;

DROP SNAPSHOT Early;

ALTER DIMENSION Store DROP PROPERTY Size;

SELECT * FROM Total AS OF REVISION 11;

SELECT Store, Store.Size, Store.Country, Store.Label, Sales FROM Sales AS OF REVISION 11;

-- Who defines security still reads what was dropped; for others it is gone, as a dropped metric is.
EXECUTE AS USER 'ann@acme.com' SELECT Store, Store.Country, Store.Label, Sales FROM Sales AS OF REVISION 11;

EXECUTE AS USER 'ann@acme.com' SELECT Store.Size FROM Sales AS OF REVISION 11;

-- A rule on a property of the dimension would be read with today's numbers of properties.
CREATE METRIC Rights ACCESS RIGHTS BY (User, Country);
INSERT INTO Rights VALUES ('ann@acme.com', 'Japan', '-.');
CREATE RULE stores APPLY READ OF Rights THROUGH Store.Country TO ALL METRICS WITH (Store);

EXECUTE AS USER 'ann@acme.com' SELECT Store, Sales FROM Sales;

SELECT Store, Sales FROM Sales AS OF REVISION 11;
