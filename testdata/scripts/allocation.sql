CREATE DIMENSION Region (Name TEXT);
CREATE DIMENSION Country (Name TEXT, Region Region);
INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA'), ('Spain', 'EMEA'), ('Italy', 'EMEA'), ('Japan', 'APAC');
CREATE METRIC Target NUMBER BY (Region);
INSERT INTO Target (Region, Target) VALUES ('EMEA', 12);
CREATE METRIC Copied NUMBER BY (Country) AS Target[BY CONSTANT: Country.Region];
CREATE METRIC Evenly NUMBER BY (Country) AS Target[BY SPLIT: Country.Region];

SELECT * FROM Copied;

SELECT * FROM Evenly;

CREATE METRIC Weight NUMBER BY (Country);
INSERT INTO Weight (Country, Weight) VALUES ('France', 3), ('Spain', 1), ('Japan', 7);
CREATE METRIC Weighted NUMBER BY (Country) AS Target[BY SPLIT ON Weight: Country.Region];

SELECT * FROM Weighted;

-- and up again
CREATE METRIC Back NUMBER BY (Region) AS Weighted[BY SUM: Country.Region];

SELECT * FROM Back;
