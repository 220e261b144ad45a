-- Along a dimension. Two lines, one with holes; the items have a group, of which BLANK is one, and a second order with ties.
CREATE DIMENSION P (Name TEXT, Grp TEXT, W NUMBER);
INSERT INTO P (Name, Grp, W) VALUES
    ('a', 'x', 3), ('b', 'x', 1), ('c', NULL, 2), ('d', NULL, NULL), ('e', 'y', 1), ('f', 'x', 3), ('g', 'x', -1), ('h', 'y', NULL);

CREATE DIMENSION L (Name TEXT, Far INTEGER);
INSERT INTO L (Name, Far) VALUES ('one', 2), ('two', 1), ('three', NULL);

CREATE METRIC X NUMBER BY (L, P);
INSERT INTO X (L, P, X) VALUES
    ('one', 'a', 1), ('one', 'b', 2), ('one', 'c', 3), ('one', 'd', 4), ('one', 'e', 5), ('one', 'f', 6), ('one', 'g', 7),
    ('one', 'h', 8), ('two', 'b', 10), ('two', 'd', -4), ('two', 'e', 0), ('two', 'g', 2.5);

CREATE METRIC G TEXT BY (L, P);
INSERT INTO G (L, P, G) VALUES
    ('one', 'a', 'u'), ('one', 'b', 'u'), ('one', 'c', 'v'), ('one', 'd', 'v'), ('one', 'e', 'v'), ('one', 'f', 'u'),
    ('one', 'g', 'u'), ('one', 'h', 'u'), ('two', 'a', 'u'), ('two', 'd', 'u'), ('two', 'e', 'u'), ('two', 'f', 'u'),
    ('two', 'g', 'v'), ('two', 'h', 'v');

-- CUMULATE
EVALUATE CUMULATE(X, P);

EVALUATE CUMULATE(X, P, P.Grp);

EVALUATE CUMULATE(X, P, AVG);

EVALUATE CUMULATE(X, P, P.Grp, MIN);

EVALUATE CUMULATE(X, P, MAX);

EVALUATE CUMULATE(X, P ON P.W);

EVALUATE CUMULATE(X, P ON -P.W);

EVALUATE CUMULATE(X, P ON P.W, P.Grp);

EVALUATE CUMULATE(X, P, ISBLANK(P.Grp));

EVALUATE CUMULATE(X, L);

EVALUATE CUMULATE(P.W, P);

-- DECUMULATE, its inverse
EVALUATE DECUMULATE(X, P);

EVALUATE DECUMULATE(X, P, P.Grp);

EVALUATE DECUMULATE(X, P ON P.W);

EVALUATE DECUMULATE(CUMULATE(X, P, P.Grp), P, P.Grp);

EVALUATE DECUMULATE(CUMULATE(X, P ON P.W, P.Grp), P ON P.W, P.Grp);

EVALUATE DECUMULATE(P.W, P);

-- FILLFORWARD
EVALUATE FILLFORWARD(X, P);

EVALUATE FILLFORWARD(X, P ON P.W);

EVALUATE FILLFORWARD(P.Grp, P);

EVALUATE FILLFORWARD(X[FILTER: CurrentValue > 4], P);

EVALUATE FILLFORWARD(X, P) - X;

EVALUATE FILLFORWARD(X, L);

-- GROWTH: only where both are, and no division by 0
EVALUATE GROWTH(X, P, 1);

EVALUATE GROWTH(X, P, 3);

EVALUATE GROWTH(X, P, 0);

EVALUATE GROWTH(X, P ON P.W, 1);

EVALUATE GROWTH(X, P, 100);

EVALUATE GROWTH(X, P, 1.9);

-- SHIFT: off the ends and of a BLANK it is BLANK
EVALUATE SHIFT(P, 2);

EVALUATE SHIFT(P, -3);

EVALUATE SHIFT(P, 0);

EVALUATE SHIFT(P, P.W);

EVALUATE SHIFT(P."c", L.Far);

EVALUATE SHIFT(SHIFT(P, 5), -5);

EVALUATE X[BY: L, SHIFT(P, L.Far)];

-- to date, in two years of months
CREATE CALENDAR FROM '2023-01-01' TO '2024-12-31' LEVELS (Day, Month, Quarter, Year);

CREATE METRIC M NUMBER BY (Month, L);
INSERT INTO M (Month, L, M) VALUES
    ('2023-01', 'one', 1), ('2023-02', 'one', 2), ('2023-03', 'one', 3), ('2023-04', 'one', 4), ('2023-06', 'one', 6),
    ('2023-07', 'one', 7), ('2023-08', 'one', 8), ('2023-09', 'one', 9), ('2023-11', 'one', 11), ('2023-11', 'two', 5),
    ('2023-12', 'one', 12), ('2023-12', 'two', -1), ('2024-01', 'one', 13), ('2024-01', 'two', 2), ('2024-02', 'one', 14),
    ('2024-04', 'one', 16), ('2024-04', 'two', 0), ('2024-05', 'one', 17), ('2024-06', 'one', 18), ('2024-07', 'one', 19),
    ('2024-09', 'one', 21), ('2024-10', 'one', 22), ('2024-11', 'one', 23), ('2024-12', 'one', 24);

EVALUATE YEARTODATE(M);

EVALUATE YEARTODATE(M, AVG);

EVALUATE YEARTODATE(M, MIN);

EVALUATE YEARTODATE(M, MAX);

EVALUATE QUARTERTODATE(M);

EVALUATE QUARTERTODATE(M, AVG);

EVALUATE QUARTERTODATE(M, MIN);

EVALUATE QUARTERTODATE(M, MAX);

EVALUATE YEARTODATE(M) - CUMULATE(M, Month, Month.Year);

CREATE METRIC V NUMBER BY (Day);
INSERT INTO V (Day, V) VALUES
    ('2024-02-27', 1), ('2024-02-29', 2), ('2024-03-01', 4), ('2024-03-02', 8), ('2024-04-01', 16), ('2023-12-31', 32),
    ('2024-01-01', 64);

EVALUATE MONTHTODATE(V);

EVALUATE QUARTERTODATE(V);

EVALUATE YEARTODATE(V);

EVALUATE MONTHTODATE(V, AVG);

EVALUATE MONTHTODATE(V, MIN);

EVALUATE MONTHTODATE(V, MAX);

EVALUATE MONTHTODATE(V * 0 + 1);

-- ROLLUP: each link times the child's weight; a BLANK weight leaves the branch out; several roots; an item beside the tree
CREATE DIMENSION A (Name TEXT, Up A, W NUMBER, V INTEGER);
INSERT INTO A (Name, Up, W, V) VALUES
    ('Profit', NULL, NULL, NULL), ('Sales', 'Profit', 1, 2), ('Goods', 'Sales', 1, 1), ('Work', 'Sales', 0.5, 1),
    ('Cost', 'Profit', -1, 3), ('Pay', 'Cost', 1, 1), ('Rent', 'Cost', 1, NULL), ('Memo', 'Profit', NULL, 1), ('Note', 'Memo', 1, 1),
    ('Other', NULL, 7, 7);

CREATE METRIC Line NUMBER BY (A);
INSERT INTO Line (A, Line) VALUES
    ('Goods', 100), ('Work', 30), ('Pay', 40), ('Rent', 5), ('Note', 1000), ('Sales', 1), ('Other', 9);

EVALUATE ROLLUP(Line, A.Up);

EVALUATE ROLLUP(Line, A.Up, A.W);

EVALUATE ROLLUP(Line, A.Up, A.V);

EVALUATE ROLLUP(Line, A.Up, -1);

EVALUATE ROLLUP(Line[FILTER: CurrentValue > 50], A.Up, A.W);

EVALUATE ROLLUP(A.V, A.Up);

CREATE METRIC Both NUMBER BY (A, L);
INSERT INTO Both (A, L, Both) VALUES ('Goods', 'one', 1), ('Pay', 'one', 2), ('Note', 'two', 4), ('Rent', 'two', 8);

EVALUATE ROLLUP(Both, A.Up, A.W);
