-- Whole numbers of 64 bits along a line are exact, and BLANK only where the result passes 64 bits.
CREATE DIMENSION P (Name TEXT, Up P);
INSERT INTO P (Name, Up) VALUES ('a', NULL), ('b', 'a'), ('c', 'a'), ('d', 'c');

CREATE DIMENSION L (Name TEXT);
INSERT INTO L (Name) VALUES ('x'), ('y'), ('z');

CREATE METRIC X INTEGER BY (L, P);
INSERT INTO X (L, P, X) VALUES
    ('x', 'a', 5000000000000000000), ('x', 'b', 1), ('x', 'c', -3), ('x', 'd', 7), ('y', 'a', 9223372036854775807), ('y', 'c', -1),
    ('z', 'a', 9223372036854775807), ('z', 'b', 1), ('z', 'c', -5), ('z', 'd', 9007199254740993);

EVALUATE CUMULATE(X, P);

EVALUATE DECUMULATE(X, P);

EVALUATE MOVINGSUM(X, 2, 0, P);

EVALUATE MOVINGSUM(X, 20, 0, P);

EVALUATE MOVINGMAX(X, 2, 0, P);

EVALUATE ROLLUP(X, P.Up);

EVALUATE X[REMOVE: P];

-- values that differ in nothing have no spread and no correlation
CREATE DIMENSION K (Name TEXT);
INSERT INTO K (Name) VALUES ('tenths'), ('thirds'), ('large');

CREATE METRIC F NUMBER BY (K, P);
INSERT INTO F (K, P, F) VALUES
    ('tenths', 'a', 0.1), ('tenths', 'b', 0.1), ('tenths', 'c', 0.1), ('tenths', 'd', 0.1), ('thirds', 'a', 0.3333333333333333),
    ('thirds', 'b', 0.3333333333333333), ('thirds', 'c', 0.3333333333333333), ('large', 'a', 1000000000000000.2),
    ('large', 'b', 1000000000000000.2), ('large', 'd', 1000000000000000.2);

CREATE METRIC G NUMBER BY (P);
INSERT INTO G (P, G) VALUES ('a', 1), ('b', 2), ('c', 4), ('d', 8);

EVALUATE F[REMOVE STDEVP: P];

EVALUATE F[REMOVE STDEVS: P];

EVALUATE CORREL(F, G, P);

EVALUATE CORREL(F, -F, P);

-- large values have a spread, however large
CREATE METRIC B NUMBER BY (P);
INSERT INTO B (P, B) VALUES ('a', 1e+200), ('c', 3e+200);

EVALUATE B[REMOVE STDEVP: P] / 1e200;

EVALUATE ROUND(B[REMOVE STDEVS: P] / 1e200, 9);
