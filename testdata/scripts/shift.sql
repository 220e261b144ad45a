-- A mapping of two dimensions: each team's people are needed some months later.
CREATE DIMENSION Team (Name TEXT);
CREATE CALENDAR FROM '2024-01-01' TO '2024-06-30' LEVELS (Month);
INSERT INTO Team (Name) VALUES ('Sales'), ('R&D');
CREATE METRIC FTE NUMBER BY (Team, Month);
INSERT INTO FTE (Team, Month, FTE) VALUES
    ('Sales', '2024-01', 1.5), ('Sales', '2024-02', 2), ('Sales', '2024-03', 2), ('Sales', '2024-04', 3), ('Sales', '2024-05', 3), ('Sales', '2024-06', 3),
    ('R&D', '2024-01', 5), ('R&D', '2024-02', 6), ('R&D', '2024-03', 8), ('R&D', '2024-04', 8), ('R&D', '2024-05', 8), ('R&D', '2024-06', 8);
CREATE METRIC Delay INTEGER BY (Team);
INSERT INTO Delay (Team, Delay) VALUES ('Sales', 3), ('R&D', 1);
CREATE METRIC Later NUMBER BY (Team, Month) AS FTE[BY: Team, SHIFT(Month, Delay)];

SELECT * FROM Later;

CREATE METRIC Earlier NUMBER BY (Team, Month) AS FTE[SELECT: Month - 4];

SELECT * FROM Earlier;
