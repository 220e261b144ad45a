-- Forecasts: the cells of x, and behind the last one of each line what is fitted on them. Items between cells stay BLANK and count
-- as steps.
CREATE DIMENSION P (Name TEXT, Rank INTEGER);
INSERT INTO P (Name, Rank) VALUES
    ('01', 16), ('02', 15), ('03', 14), ('04', 13), ('05', 12), ('06', 11), ('07', 10), ('08', 9), ('09', 8), ('10', 7), ('11', 6),
    ('12', 5), ('13', 4), ('14', 3), ('15', 2), ('16', 1);

CREATE DIMENSION L (Name TEXT, Alpha NUMBER, Season NUMBER);
INSERT INTO L (Name, Alpha, Season) VALUES
    ('line', 0.5, 1), ('flat', 0.25, 2), ('noise', 0, 3), ('holes', 1, 2.9), ('seasons', 0.75, 4), ('unsettled', 0.125, 4),
    ('gaps', -0.1, 0), ('jump', 1.5, -1), ('full', 0.5, 2), ('pair', 0.3, 5), ('single', 0.7, 1), ('none', NULL, NULL);

CREATE METRIC X NUMBER BY (L, P);
INSERT INTO X (L, P, X) VALUES
    ('line', '01', 3), ('line', '02', 5), ('line', '03', 7), ('line', '04', 9), ('line', '05', 11), ('flat', '01', 0.1),
    ('flat', '02', 0.1), ('flat', '03', 0.1), ('flat', '04', 0.1), ('flat', '05', 0.1), ('flat', '06', 0.1), ('flat', '07', 0.1),
    ('noise', '01', 3.5), ('noise', '02', -1), ('noise', '03', 4), ('noise', '04', 1.25), ('noise', '05', -5), ('noise', '06', 9),
    ('noise', '07', 2), ('noise', '08', 6), ('noise', '09', 5.5), ('holes', '02', 2), ('holes', '05', 7), ('holes', '06', 1),
    ('holes', '08', 8), ('holes', '11', 6), ('seasons', '01', 23), ('seasons', '02', 21), ('seasons', '03', 24),
    ('seasons', '04', 31), ('seasons', '05', 31), ('seasons', '06', 29), ('seasons', '07', 32), ('seasons', '08', 39),
    ('seasons', '09', 39), ('seasons', '10', 37), ('unsettled', '01', 10), ('unsettled', '02', 14), ('unsettled', '03', 8),
    ('unsettled', '04', 25), ('unsettled', '05', 12), ('unsettled', '06', 18), ('unsettled', '07', 9), ('unsettled', '08', 31),
    ('unsettled', '09', 15), ('unsettled', '10', 19), ('unsettled', '11', 14), ('unsettled', '12', 36), ('gaps', '01', 10),
    ('gaps', '03', 8), ('gaps', '04', 25), ('gaps', '05', 12), ('gaps', '06', 18), ('gaps', '08', 31), ('gaps', '11', 14),
    ('jump', '01', 1), ('jump', '02', 1), ('jump', '03', 1), ('jump', '04', 1), ('jump', '05', 1), ('jump', '06', 9),
    ('jump', '07', 9), ('jump', '08', 9), ('full', '01', 0), ('full', '02', 1), ('full', '03', 2), ('full', '04', 3),
    ('full', '05', 4), ('full', '06', 5), ('full', '07', 6), ('full', '08', 7), ('full', '09', 8), ('full', '10', 9),
    ('full', '11', 10), ('full', '12', 11), ('full', '13', 12), ('full', '14', 13), ('full', '15', 14), ('full', '16', 15),
    ('pair', '02', 4), ('pair', '07', 1), ('single', '03', 6);

-- a straight line by least squares
EVALUATE ROUND(FORECAST_LINEAR(X, P), 6);

EVALUATE ROUND(FORECAST_LINEAR(X, P ON P.Rank), 6);

-- with a season; what has no cell at its place of the season has no forecast
EVALUATE ROUND(SEASONAL_LINEAR(X, P, 2), 6);

EVALUATE ROUND(SEASONAL_LINEAR(X, P, 4), 6);

EVALUATE ROUND(SEASONAL_LINEAR(X, P, 5), 6);

EVALUATE ROUND(SEASONAL_LINEAR(X, P, 16), 6);

-- a level, and a level with a trend
EVALUATE ROUND(SIMPLE_SMOOTHING(X, P, 0), 6);

EVALUATE ROUND(SIMPLE_SMOOTHING(X, P, 0.25), 6);

EVALUATE ROUND(SIMPLE_SMOOTHING(X, P, 1), 6);

EVALUATE ROUND(DOUBLE_SMOOTHING(X, P, 0, 1), 6);

EVALUATE ROUND(DOUBLE_SMOOTHING(X, P, 0.25, 0.5), 6);

EVALUATE ROUND(DOUBLE_SMOOTHING(X, P, 0.75, 0), 6);

EVALUATE ROUND(DOUBLE_SMOOTHING(X, P, 1, 1), 6);

-- parameters that are searched for
EVALUATE ROUND(FORECAST_ETS(X, P, 1), 6);

EVALUATE ROUND(FORECAST_ETS(X, P, 2), 6);

EVALUATE ROUND(FORECAST_ETS(X, P, 4), 6);

-- arguments by line: truncated, BLANK, out of bounds
EVALUATE ROUND(SIMPLE_SMOOTHING(X, P, L.Alpha), 6);

EVALUATE ROUND(DOUBLE_SMOOTHING(X, P, L.Alpha, 1 - L.Alpha), 6);

EVALUATE ROUND(SEASONAL_LINEAR(X, P, L.Season), 6);

EVALUATE ROUND(FORECAST_ETS(X, P, L.Season), 6);

EVALUATE SIMPLE_SMOOTHING(X, P, 1.01);

EVALUATE SIMPLE_SMOOTHING(X, P, -0.1);

EVALUATE DOUBLE_SMOOTHING(X, P, 0.5, 2);

EVALUATE SEASONAL_LINEAR(X, P, 0);

EVALUATE FORECAST_ETS(X, P, -1);

EVALUATE FORECAST_ETS(X, P, 0.9);
