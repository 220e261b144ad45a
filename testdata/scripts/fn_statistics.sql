-- The normal distribution, its density and its cumulative share, to 12 digits; the expected values come from series in decimals of 60 digits.
CREATE DIMENSION S (Name TEXT, Z NUMBER);
INSERT INTO S (Name, Z) VALUES
    ('01', 0), ('02', 1), ('03', -1), ('04', 1.96), ('05', -1.96), ('06', 0.5), ('07', 3), ('08', -3.5), ('09', NULL), ('10', 6),
    ('11', -6), ('12', 2.5758293035489), ('13', 1e-09), ('14', 10), ('15', -10), ('16', 40), ('17', -40), ('18', 8.3);

EVALUATE ROUND(NORMAL(S.Z), 12);

EVALUATE ROUND(NORMALCUMULATIVE(S.Z), 12);

EVALUATE ROUND(NORMALCUMULATIVE(S.Z) + NORMALCUMULATIVE(-S.Z), 12);

EVALUATE ROUND(NORMALCUMULATIVE(S.Z / 2) * 100, 10);

EVALUATE ROUND(NORMAL(S.Z * 2) / NORMAL(0), 12);

EVALUATE ROUND(NORMALCUMULATIVE(1.2815515655446), 12);

-- small shares keep their digits: the relative error is at most 1e-9
EVALUATE ABS(NORMALCUMULATIVE(-3) / 0.0013498980316300946 - 1) < 1e-9;

EVALUATE ABS(NORMALCUMULATIVE(-6) / 9.86587645037698e-10 - 1) < 1e-9;

EVALUATE ABS(NORMALCUMULATIVE(-8) / 6.220960574271784e-16 - 1) < 1e-9;
