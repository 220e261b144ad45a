-- SPREAD: x/n on n items from its own or from a start; what would fall off the end is lost, overlaps add.
CREATE DIMENSION P (Name TEXT, N NUMBER, Q INTEGER);
INSERT INTO P (Name, N, Q) VALUES
    ('a', 2, 1), ('b', 3, 1), ('c', 0, 2), ('d', 2.9, 2), ('e', NULL, NULL), ('f', -1, 3), ('g', 1, 3), ('h', 4, 3);

CREATE METRIC Begins P BY (P);
INSERT INTO Begins (P, Begins) VALUES
    ('a', 'b'), ('b', 'a'), ('c', 'h'), ('e', 'e'), ('f', 'c'), ('g', 'g'), ('h', 'f');

CREATE DIMENSION L (Name TEXT, Far INTEGER);
INSERT INTO L (Name, Far) VALUES ('one', 3), ('two', 1), ('three', NULL);

CREATE METRIC X NUMBER BY (L, P);
INSERT INTO X (L, P, X) VALUES
    ('one', 'a', 12), ('one', 'b', 24), ('one', 'c', 36), ('one', 'd', 48), ('one', 'e', 60), ('one', 'f', 72), ('one', 'g', 84),
    ('one', 'h', 96), ('two', 'b', 9), ('two', 'd', 0.3), ('two', 'f', 5), ('two', 'h', -8), ('three', 'a', 1), ('three', 'h', 2);

EVALUATE SPREAD(X, P, 1);

EVALUATE SPREAD(X, P, 3);

EVALUATE ROUND(SPREAD(X, P, 100), 9);

EVALUATE SPREAD(X, P, 2.9);

EVALUATE SPREAD(X, P, 0);

EVALUATE SPREAD(X, P, P.N);

EVALUATE SPREAD(X, P, L.Far);

EVALUATE SPREAD(X, P, P.N + L.Far);

EVALUATE SPREAD(X, P, X / 12);

EVALUATE SPREAD(X, P, 2, Begins);

EVALUATE SPREAD(X, P, P.N, SHIFT(P, 1));

EVALUATE ROUND(SPREAD(X, P, 8, P."a"), 9);

EVALUATE SPREAD(X, P, 3, SHIFT(P, -L.Far));

EVALUATE SPREAD(X, L, 2);

-- RANK: 1 for the smallest, over all cells with the same group value
CREATE METRIC Y NUMBER BY (L, P);
INSERT INTO Y (L, P, Y) VALUES
    ('one', 'a', 5), ('one', 'b', 2), ('one', 'c', 5), ('one', 'e', 1), ('one', 'h', 9), ('two', 'a', 2), ('two', 'c', 2),
    ('two', 'd', -3), ('two', 'g', 5), ('three', 'a', 0), ('three', 'b', 9);

EVALUATE RANK(Y);

EVALUATE RANK(Y, L, ASC, MINIMUM);

EVALUATE RANK(Y, P.Q, ASC, MINIMUM);

EVALUATE RANK(Y, L, DESC, MINIMUM);

EVALUATE RANK(Y, P.Q, DESC, MINIMUM);

EVALUATE RANK(Y, TRUE, DESC, MINIMUM);

EVALUATE RANK(Y, L, ASC, MAXIMUM);

EVALUATE RANK(Y, P.Q, ASC, MAXIMUM);

EVALUATE RANK(Y, L, DESC, MAXIMUM);

EVALUATE RANK(Y, P.Q, DESC, MAXIMUM);

EVALUATE RANK(Y, TRUE, DESC, MAXIMUM);

EVALUATE RANK(Y, L, ASC, SEQUENTIAL);

EVALUATE RANK(Y, P.Q, ASC, SEQUENTIAL);

EVALUATE RANK(Y, L, DESC, SEQUENTIAL);

EVALUATE RANK(Y, P.Q, DESC, SEQUENTIAL);

EVALUATE RANK(Y, TRUE, DESC, SEQUENTIAL);

EVALUATE RANK(Y, L, ASC, AVERAGE);

EVALUATE RANK(Y, P.Q, ASC, AVERAGE);

EVALUATE RANK(Y, L, DESC, AVERAGE);

EVALUATE RANK(Y, P.Q, DESC, AVERAGE);

EVALUATE RANK(Y, TRUE, DESC, AVERAGE);

EVALUATE RANK(Y, P);

EVALUATE RANK(Y, DESC);

EVALUATE RANK(Y, SEQUENTIAL);

EVALUATE RANK(Y, Y > 2);

EVALUATE RANK(-Y, L);

EVALUATE RANK(P.Q);

EVALUATE RANK(P.Q, P.N);

CREATE METRIC T TEXT BY (P);
INSERT INTO T (P, T) VALUES
    ('a', 'b'), ('b', ''), ('c', 'B'), ('e', 'é'), ('f', 'b'), ('g', '𝕊'), ('h', '�');

CREATE METRIC D DATE BY (P);
INSERT INTO D (P, D) VALUES
    ('a', '2024-02-29'), ('b', '2023-01-01'), ('d', '2024-02-29'), ('e', '2030-01-01'), ('h', '1969-07-20');

EVALUATE RANK(T);

EVALUATE RANK(D, DESC, AVERAGE);

EVALUATE RANK(D);

EVALUATE RANK(Begins);

EVALUATE RANK(P, DESC);

-- an order by rank
CREATE METRIC I NUMBER BY (P);
INSERT INTO I (P, I) VALUES ('a', 30), ('b', 48), ('c', 24);

EVALUATE CUMULATE(I, P ON RANK(I));

EVALUATE CUMULATE(I, P ON -RANK(I));
