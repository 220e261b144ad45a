-- An order that differs from line to line: who comes first differs by product, or by month.
CREATE DIMENSION P (Name TEXT, N NUMBER);
INSERT INTO P (Name, N) VALUES
    ('a', 1), ('b', 2), ('c', 3), ('d', 0), ('e', NULL), ('f', -1), ('g', 2.9), ('h', 20);

CREATE DIMENSION L (Name TEXT, Far INTEGER);
INSERT INTO L (Name, Far) VALUES ('one', 1), ('two', -1), ('three', NULL), ('four', 3);

CREATE METRIC X NUMBER BY (L, P);
INSERT INTO X (L, P, X) VALUES
    ('one', 'a', 1), ('one', 'b', 2), ('one', 'c', 4), ('one', 'd', 8), ('one', 'e', 16), ('one', 'f', 32), ('one', 'g', 64),
    ('one', 'h', 128), ('two', 'b', 3), ('two', 'f', -1.5), ('two', 'g', 0), ('three', 'a', 5), ('three', 'b', 5), ('three', 'c', 5),
    ('three', 'd', 5), ('three', 'e', 5), ('three', 'f', 5), ('three', 'g', 5), ('three', 'h', 5), ('four', 'a', 7),
    ('four', 'c', 9), ('four', 'd', 1), ('four', 'e', 1), ('four', 'f', 2), ('four', 'h', 4);

CREATE METRIC G TEXT BY (L, P);
INSERT INTO G (L, P, G) VALUES
    ('one', 'a', 'u'), ('one', 'b', 'u'), ('one', 'c', 'v'), ('one', 'd', 'v'), ('one', 'e', 'v'), ('one', 'f', 'u'),
    ('one', 'g', 'u'), ('one', 'h', 'u'), ('two', 'a', 'u'), ('two', 'b', 'u'), ('two', 'c', 'u'), ('two', 'd', 'u'),
    ('two', 'e', 'u'), ('two', 'f', 'u'), ('two', 'g', 'u'), ('two', 'h', 'u'), ('three', 'a', 'a'), ('three', 'b', 'a'),
    ('three', 'c', 'b'), ('three', 'd', 'b'), ('three', 'e', 'b'), ('three', 'f', 'a'), ('three', 'g', 'a'), ('three', 'h', 'b'),
    ('four', 'a', 'a'), ('four', 'c', 'a'), ('four', 'd', 'a'), ('four', 'f', 'a'), ('four', 'h', 'a');

CREATE METRIC K NUMBER BY (L, P);
INSERT INTO K (L, P, K) VALUES
    ('one', 'a', 8), ('one', 'b', 7), ('one', 'c', 6), ('one', 'd', 5), ('one', 'e', 4), ('one', 'f', 3), ('one', 'g', 2),
    ('one', 'h', 1), ('three', 'a', 1), ('three', 'b', 1), ('three', 'c', 1), ('three', 'd', 1), ('three', 'e', 2),
    ('three', 'f', 2), ('three', 'g', 0), ('four', 'a', 3), ('four', 'c', 1), ('four', 'd', 2), ('four', 'f', 9), ('four', 'g', 5),
    ('four', 'h', 3);

-- an order that differs from line to line: ties keep item order, BLANK comes last
EVALUATE CUMULATE(X, P ON K);

EVALUATE CUMULATE(X, P ON K, G);

EVALUATE CUMULATE(X, P ON -X);

EVALUATE CUMULATE(X, P ON -RANK(K, L));

EVALUATE FILLFORWARD(X, P ON K);

EVALUATE MOVINGSUM(X, 3, 0, P ON K);
