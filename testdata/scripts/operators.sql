-- Every operator over BLANK, over the borders of its domain and over every type that it takes.
CREATE DIMENSION S (Name TEXT, A NUMBER, B NUMBER);
INSERT INTO S (Name, A, B) VALUES
    ('01', 5, NULL), ('02', NULL, 7), ('03', NULL, NULL), ('04', 2, 3), ('05', -1.5, 0.5), ('06', 7, 0), ('07', 0, 0.25),
    ('08', -2, 0.5), ('09', -2, 3), ('10', 1e+308, 1e+308), ('11', 0.1, 0.2), ('12', 1e+200, -1e+200);

-- terms are taken as 0 where BLANK, unless all are
EVALUATE S.A + S.B;

EVALUATE S.A - S.B;

-- a sum of three and more is rounded once, whatever the order of its terms
EVALUATE S.A + 1e6 - 1e6;

EVALUATE 1e6 + S.A - S.B - 1e6;

-- BLANK where a side is, where the divisor is 0, where there is no number
EVALUATE S.A * S.B;

EVALUATE S.A / S.B;

EVALUATE S.A ^ S.B;

EVALUATE -S.A;

EVALUATE -S.A ^ 2;

EVALUATE 2 ^ -S.B;

EVALUATE - -S.A - -S.B;

-- brackets end a sum: what stands in them is a term of its own
EVALUATE 10 - (S.A - S.B);

EVALUATE S.A + 100;

-- comparisons of numbers, and with the literal BLANK
EVALUATE S.A = S.B;

EVALUATE S.A <> S.B;

EVALUATE S.A < S.B;

EVALUATE S.A <= S.B;

EVALUATE S.A > S.B;

EVALUATE S.A >= S.B;

EVALUATE S.A = BLANK;

EVALUATE BLANK = S.A;

EVALUATE S.A <> BLANK;

EVALUATE BLANK <> S.B;

CREATE DIMENSION L (Name TEXT, P BOOLEAN, Q BOOLEAN);
INSERT INTO L (Name, P, Q) VALUES
    ('01', TRUE, TRUE), ('02', TRUE, FALSE), ('03', TRUE, NULL), ('04', FALSE, TRUE), ('05', FALSE, FALSE), ('06', FALSE, NULL),
    ('07', NULL, TRUE), ('08', NULL, FALSE), ('09', NULL, NULL);

EVALUATE L.P AND L.Q;

EVALUATE L.P OR L.Q;

EVALUATE NOT L.P;

EVALUATE NOT L.P AND L.Q;

EVALUATE NOT (L.P OR L.Q);

EVALUATE L.P = L.Q;

EVALUATE L.P <> L.Q;

EVALUATE L.P = BLANK OR L.Q;

EVALUATE L.P OR L.Q AND FALSE;

-- texts by code point, and the empty one
CREATE DIMENSION T (Name TEXT, U TEXT, V TEXT);
INSERT INTO T (Name, U, V) VALUES
    ('01', 'a', 'b'), ('02', 'Z', 'a'), ('03', 'a', 'a'), ('04', '', 'a'), ('05', 'é', 'z'), ('06', 'ab', 'a'), ('07', '�', '𝕊'),
    ('08', NULL, ''), ('09', NULL, NULL), ('10', '10', '9');

EVALUATE T.U < T.V;

EVALUATE T.U >= T.V;

EVALUATE T.U = T.V;

EVALUATE T.U <> T.V;

EVALUATE T.U & T.V;

EVALUATE T.U & T.V & T.V;

EVALUATE T.U & "-";

-- dates
CREATE DIMENSION K (Name TEXT, D DATE, N INTEGER, E DATE);
INSERT INTO K (Name, D, N, E) VALUES
    ('01', '2024-02-28', 1, '2024-03-01'), ('02', '2023-02-28', 1, '2024-02-29'), ('03', '2024-02-29', -60, NULL),
    ('04', NULL, 5, '2024-01-01'), ('05', '2024-12-31', NULL, '2024-12-31'), ('06', NULL, NULL, NULL),
    ('07', '1970-01-01', -1, '1900-02-28');

EVALUATE K.D + K.N;

EVALUATE K.D - K.N;

EVALUATE K.D - K.E;

EVALUATE K.D < K.E;

EVALUATE K.D = K.E;

EVALUATE K.D & "/" & K.N;

-- what `&` makes of numbers: the shortest digits, plain from 1e-7 to 1e21
CREATE DIMENSION G (Name TEXT, X NUMBER, I INTEGER, B BOOLEAN);
INSERT INTO G (Name, X, I, B) VALUES
    ('01', 0.30000000000000004, 0, TRUE), ('02', 1e+21, -7, FALSE), ('03', 1e+20, 9223372036854775807, NULL),
    ('04', 1.2345678901234568e+20, NULL, NULL), ('05', 1e-07, 12, NULL), ('06', 9.5e-08, NULL, NULL), ('07', -1.5e-09, NULL, NULL),
    ('08', 100.0, NULL, NULL), ('09', -0.0, NULL, NULL), ('10', 0.3333333333333333, NULL, NULL), ('11', NULL, NULL, NULL),
    ('12', 5e-324, NULL, NULL), ('13', 1.7976931348623157e+308, NULL, NULL);

EVALUATE "<" & G.X & ">";

EVALUATE G.I & G.B;

-- whole numbers: / and ^ give numbers, what passes 64 bits is BLANK
CREATE DIMENSION W (Name TEXT, I INTEGER, J INTEGER);
INSERT INTO W (Name, I, J) VALUES
    ('01', 7, 2), ('02', -7, 2), ('03', 9223372036854775807, 1), ('04', 4611686018427387904, 2), ('05', -9223372036854775807, -2),
    ('06', 3, 0), ('07', NULL, 4), ('08', 3037000500, 3037000500);

EVALUATE W.I + W.J;

EVALUATE W.I - W.J;

EVALUATE W.I * W.J;

EVALUATE W.I / W.J;

EVALUATE W.I ^ W.J;

EVALUATE W.I < W.J;

EVALUATE W.I + 0.5;

-- items compare by item order
CREATE DIMENSION M (Name TEXT);
INSERT INTO M (Name) VALUES ('z'), ('y'), ('x'), ('w');

CREATE METRIC Following M BY (M);
INSERT INTO Following (M, Following) VALUES ('z', 'y'), ('x', 'z'), ('w', 'w');

EVALUATE M < Following;

EVALUATE M = Following;

EVALUATE M >= Following;

EVALUATE M <> Following;

EVALUATE M > M."y";

EVALUATE M & ": " & Following;

-- precedence
EVALUATE -2^2;

EVALUATE 2^-1;

EVALUATE 2^3^2;

EVALUATE 2 * 3 + 4 * 5;

EVALUATE 2 + 3 * 4 ^ 2 / 8;

EVALUATE 20 / 2 / 5 * 3;

EVALUATE 7 - 2 - 1;

EVALUATE 1 + 2 & 3 + 4;

EVALUATE "a" & 1 = "a1";

EVALUATE NOT 1 > 2 AND 2 > 3;

EVALUATE NOT (1 > 2 AND 2 > 3);

EVALUATE TRUE OR TRUE AND FALSE;

EVALUATE (TRUE OR TRUE) AND FALSE;

EVALUATE 50% * 4;

EVALUATE 10%^2;

EVALUATE -3 * -2;

EVALUATE 2 - -3;

EVALUATE 1 IN (1, 2) AND NOT 3 IN (1, 2);

EVALUATE (2^0.5)^2 = 2;

EVALUATE 1/0 = BLANK;

-- Which cells a sum has: those of its widest terms; narrower terms and constants add what they have there. Where no term has all
-- dimensions, those where every term that is no constant has a value.
CREATE DIMENSION Country (Name TEXT);
INSERT INTO Country (Name) VALUES ('FR'), ('JP');

CREATE DIMENSION Product (Name TEXT);
INSERT INTO Product (Name) VALUES ('P1'), ('P2'), ('P3');

CREATE METRIC Wide NUMBER BY (Country, Product);
INSERT INTO Wide (Country, Product, Wide) VALUES ('FR', 'P1', 5), ('FR', 'P3', 1), ('JP', 'P2', 0);

CREATE METRIC Other NUMBER BY (Country, Product);
INSERT INTO Other (Country, Product, Other) VALUES ('FR', 'P1', 2), ('JP', 'P3', 4);

CREATE METRIC ByProduct NUMBER BY (Product);
INSERT INTO ByProduct (Product, ByProduct) VALUES ('P1', 1), ('P2', 2);

CREATE METRIC ByCountry NUMBER BY (Country);
INSERT INTO ByCountry (Country, ByCountry) VALUES ('FR', 100);

EVALUATE Wide + ByProduct;

EVALUATE Wide + ByProduct + 1000 - ByCountry;

EVALUATE Wide - Other;

EVALUATE Wide + Other + ByProduct;

EVALUATE ByCountry + ByProduct + 7;

EVALUATE (Wide + ByProduct) + Other;

EVALUATE Wide * ByProduct;

EVALUATE Wide * 2 + ByCountry / 10;

EVALUATE Wide & ByProduct;

EVALUATE MIN(Wide, ByProduct);

EVALUATE MAX(Wide, Other, 3);

EVALUATE Wide > 0 OR Other > 0;

EVALUATE Wide > ByProduct AND ByCountry > 0;
