-- Working days between two dates, with a week and with holidays.
CREATE CALENDAR FROM '2020-01-01' TO '2024-12-31' LEVELS (Day, Month);

CREATE METRIC Works BOOLEAN BY ("Day of Week");
INSERT INTO Works ("Day of Week", Works) VALUES ('Monday', TRUE), ('Tuesday', TRUE), ('Wednesday', TRUE), ('Thursday', TRUE), ('Friday', TRUE), ('Saturday', FALSE), ('Sunday', FALSE);

CREATE METRIC Gulf BOOLEAN BY ("Day of Week");
INSERT INTO Gulf ("Day of Week", Gulf) VALUES ('Monday', TRUE), ('Tuesday', TRUE), ('Wednesday', TRUE), ('Thursday', TRUE), ('Friday', FALSE), ('Saturday', FALSE), ('Sunday', TRUE);

CREATE METRIC Weekend BOOLEAN BY ("Day of Week");
INSERT INTO Weekend ("Day of Week", Weekend) VALUES ('Monday', FALSE), ('Tuesday', FALSE), ('Wednesday', FALSE), ('Thursday', FALSE), ('Friday', FALSE), ('Saturday', TRUE), ('Sunday', TRUE);

CREATE METRIC Never BOOLEAN BY ("Day of Week");
INSERT INTO Never ("Day of Week", Never) VALUES ('Monday', FALSE), ('Tuesday', FALSE), ('Wednesday', FALSE), ('Thursday', FALSE), ('Friday', FALSE), ('Saturday', FALSE), ('Sunday', FALSE);

CREATE METRIC Holidays BOOLEAN BY (Day);
INSERT INTO Holidays (Day, Holidays) VALUES
    ('2020-12-03', FALSE), ('2020-12-25', TRUE), ('2020-12-26', TRUE), ('2024-01-01', TRUE), ('2024-02-29', TRUE),
    ('2024-05-01', TRUE), ('2024-05-02', FALSE);

CREATE DIMENSION S (Name TEXT, A DATE, B DATE);
INSERT INTO S (Name, A, B) VALUES
    ('01', '2020-12-02', '2020-12-07'), ('02', '2020-12-07', '2020-12-07'), ('03', '2020-12-05', '2020-12-07'),
    ('04', '2024-02-26', '2024-03-04'), ('05', '2023-12-25', '2024-01-08'), ('06', '2020-01-01', '2024-12-31'),
    ('07', NULL, '2024-01-01'), ('08', '2024-01-01', NULL), ('09', '2020-12-24', '2020-12-29'), ('10', '2024-05-01', '2024-05-02'),
    ('11', '2020-12-03', '2020-12-04');

EVALUATE NETWORKDAYS(DATE(2020,12,2), DATE(2020,12,7), Works);

EVALUATE NETWORKDAYS(DATE(2020,12,2), DATE(2020,12,7));

EVALUATE NETWORKDAYS(S.A, S.B);

EVALUATE NETWORKDAYS(S.A, S.B, Works);

EVALUATE NETWORKDAYS(S.A, S.B, Gulf);

EVALUATE NETWORKDAYS(S.A, S.B, Weekend);

EVALUATE NETWORKDAYS(S.A, S.B, Never);

EVALUATE NETWORKDAYS(S.A, S.B, Works, Holidays);

EVALUATE NETWORKDAYS(S.A, S.B, Weekend, Holidays);

EVALUATE NETWORKDAYS(S.A, S.A + 10, Works);

EVALUATE NETWORKDAYS(STARTOFMONTH(S.B), EOMONTH(S.B, 0) + 1, Works, Holidays);

-- a week that is worked out, and the working days of each month of a year
EVALUATE NETWORKDAYS(S.A, S.B, NOT Works);

EVALUATE NETWORKDAYS(Month.'Start Date', Month.'End Date' + 1, Works, Holidays)[FILTER: YEAR(Month.'Start Date') = 2024];
