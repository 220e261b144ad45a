-- Functions of numbers. A domain error is BLANK, and so is a BLANK argument.
CREATE DIMENSION S (Name TEXT, X NUMBER, Y NUMBER);
INSERT INTO S (Name, X, Y) VALUES
    ('01', 2.25, 2), ('02', -2.25, 2), ('03', 0, 0), ('04', NULL, 3), ('05', 1, NULL), ('06', -1, -2), ('07', 1e-09, 0.5),
    ('08', 100, 0.5), ('09', 1e+300, 2), ('10', 0.5, -1), ('11', -800, 3), ('12', 710, -0.5);

EVALUATE ABS(S.X);

EVALUATE SIGN(S.X);

EVALUATE SIGN(S.X * 0);

EVALUATE ROUND(SQRT(S.X), 9);

EVALUATE ROUND(EXP(MIN(S.X, 2)), 12);

EVALUATE ISBLANK(EXP(S.X));

EVALUATE ROUND(LN(S.X), 9);

EVALUATE ROUND(LOG(S.X), 9);

EVALUATE LN(S.X) = BLANK;

EVALUATE POWER(S.X, 2);

EVALUATE POWER(2, S.Y);

EVALUATE ROUND(POWER(MIN(S.X, 100), 0.5), 9);

EVALUATE ROUND(POWER(MIN(S.X, 100), 1/3), 9);

-- MOD has the sign of the divisor, QUOTIENT is cut toward zero; a divisor of 0 is BLANK
CREATE DIMENSION W (Name TEXT, I INTEGER, J INTEGER);
INSERT INTO W (Name, I, J) VALUES
    ('01', 7, 2), ('02', -7, 2), ('03', 7, -2), ('04', -7, -2), ('05', 7, 0), ('06', NULL, 2), ('07', 7, NULL), ('08', 0, 5),
    ('09', 6, 3), ('10', -6, 3), ('11', 9223372036854775807, 10);

EVALUATE MOD(W.I, W.J);

EVALUATE QUOTIENT(W.I, W.J);

EVALUATE QUOTIENT(W.I, W.J) * W.J + (MOD(W.I, W.J) - MOD(W.I, W.J));

EVALUATE ABS(W.I);

EVALUATE SIGN(W.I);

EVALUATE ABS(W.I - W.J);

CREATE DIMENSION F (Name TEXT, A NUMBER, B NUMBER);
INSERT INTO F (Name, A, B) VALUES
    ('01', 5.5, 2), ('02', -5.5, 2), ('03', 5.5, -2), ('04', -5.5, -2), ('05', 1.25, 0.5), ('06', 1, 0), ('07', NULL, 1),
    ('08', 2, NULL), ('09', -0.75, 0.25), ('10', 1e+17, 3);

EVALUATE MOD(F.A, F.B);

EVALUATE QUOTIENT(F.A, F.B);

EVALUATE MOD(F.A, 1);

-- angles in radians
CREATE DIMENSION R (Name TEXT, T NUMBER);
INSERT INTO R (Name, T) VALUES
    ('01', 0), ('02', 0.5235987755982988), ('03', 1.5707963267948966), ('04', -1.5707963267948966), ('05', 3.141592653589793),
    ('06', 10.5), ('07', NULL), ('08', -1);

EVALUATE ROUND(SIN(R.T), 12);

EVALUATE ROUND(COS(R.T), 12);

EVALUATE ROUND(SIN(R.T) ^ 2 + COS(R.T) ^ 2, 12);

-- MIN and MAX skip BLANK, have the cells of a sum, and take whatever has an order
EVALUATE MIN(S.X, S.Y);

EVALUATE MAX(S.X, S.Y);

EVALUATE MAX(S.X, 0);

EVALUATE MIN(S.X, S.Y, -1, 50);

EVALUATE MAX(S.X);

EVALUATE MIN(MAX(S.X, S.Y), 10);

EVALUATE MIN(W.I, W.J);

EVALUATE MAX(W.I, 2.5);

CREATE DIMENSION T (Name TEXT, U TEXT, V TEXT, D DATE, E DATE);
INSERT INTO T (Name, U, V, D, E) VALUES
    ('01', 'b', 'a', '2024-01-01', '2023-12-31'), ('02', '', 'a', NULL, '2024-01-02'), ('03', NULL, 'é', '2024-03-01', NULL),
    ('04', NULL, NULL, NULL, NULL), ('05', 'Z', 'a', '2024-02-29', '2024-02-29');

EVALUATE MIN(T.U, T.V);

EVALUATE MAX(T.U, T.V);

EVALUATE MIN(T.D, T.E);

EVALUATE MAX(T.D, T.E, DATE(2024,1,1));

EVALUATE MAX(T, T."03");

EVALUATE MIN(T, T."03", T."02");
