CREATE DIMENSION D (Name TEXT);
INSERT INTO D (Name) VALUES ('1'), ('2'), ('3'), ('4');
CREATE METRIC Status INTEGER BY (D);
INSERT INTO Status (D, Status) VALUES ('1', 0), ('2', 1), ('3', 7);
CREATE METRIC Said TEXT BY (D) AS SWITCH(Status, 0, "Inactive", 1, "Active");
CREATE METRIC "Said Always" TEXT BY (D) AS SWITCH(Status, 0, "Inactive", 1, "Active", "Unknown");

SELECT * FROM Said;

SELECT * FROM "Said Always";
