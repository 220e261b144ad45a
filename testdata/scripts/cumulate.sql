CREATE DIMENSION P (Name TEXT, Priority INTEGER);
INSERT INTO P (Name, Priority) VALUES ('A', 3), ('B', 1), ('C', 2);
CREATE METRIC Inventory NUMBER BY (P);
INSERT INTO Inventory (P, Inventory) VALUES ('A', 30), ('B', 48), ('C', 24);
CREATE METRIC Running NUMBER BY (P) AS CUMULATE(Inventory, P);

SELECT * FROM Running;

CREATE METRIC "By Priority" NUMBER BY (P) AS CUMULATE(Inventory, P ON P.Priority);

SELECT * FROM "By Priority";
