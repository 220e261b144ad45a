-- Correlation over the items where both have a value; percentiles, inclusive and linear. A line that is constant has no correlation.
CREATE DIMENSION P (Name TEXT, V NUMBER);
INSERT INTO P (Name, V) VALUES
    ('a', 1), ('b', 4), ('c', 9), ('d', NULL), ('e', 25), ('f', 36), ('g', 49), ('h', 64);

CREATE DIMENSION L (Name TEXT, Q NUMBER);
INSERT INTO L (Name, Q) VALUES
    ('line', 0.5), ('minus', 0), ('noise', 1), ('holes', 0.25), ('flat', 0.9), ('pair', 0.1), ('single', 0.3), ('none', 0.5),
    ('over', 1.01), ('under', -0.1), ('unset', NULL);

CREATE METRIC X NUMBER BY (L, P);
INSERT INTO X (L, P, X) VALUES
    ('line', 'a', 1), ('line', 'b', 2), ('line', 'c', 3), ('line', 'd', 4), ('line', 'e', 5), ('line', 'f', 6), ('line', 'g', 7),
    ('line', 'h', 8), ('minus', 'a', 8), ('minus', 'b', 7), ('minus', 'c', 6), ('minus', 'd', 5), ('minus', 'e', 4),
    ('minus', 'f', 3), ('minus', 'g', 2), ('minus', 'h', 1), ('noise', 'a', 3.5), ('noise', 'b', -1), ('noise', 'c', 4),
    ('noise', 'd', 1.25), ('noise', 'e', -5), ('noise', 'f', 9), ('noise', 'g', 2), ('noise', 'h', 6), ('holes', 'b', 2),
    ('holes', 'd', 7), ('holes', 'f', 1), ('holes', 'g', 8), ('flat', 'a', 5), ('flat', 'b', 5), ('flat', 'c', 5), ('flat', 'd', 5),
    ('flat', 'e', 5), ('flat', 'f', 5), ('flat', 'g', 5), ('flat', 'h', 5), ('pair', 'a', 1), ('pair', 'h', 4), ('single', 'c', 3),
    ('over', 'a', 1), ('over', 'b', 3), ('over', 'c', 2), ('over', 'd', 5), ('over', 'e', 4), ('over', 'g', 7), ('over', 'h', 6),
    ('under', 'a', 2), ('under', 'b', 1), ('under', 'c', 2), ('under', 'd', 1), ('under', 'e', 2), ('under', 'f', 1),
    ('under', 'g', 2), ('under', 'h', 1), ('unset', 'a', 10), ('unset', 'b', 20), ('unset', 'c', 30), ('unset', 'd', 40),
    ('unset', 'e', 50), ('unset', 'f', 60), ('unset', 'g', 70), ('unset', 'h', 81);

CREATE METRIC Y NUMBER BY (L, P);
INSERT INTO Y (L, P, Y) VALUES
    ('line', 'a', 2), ('line', 'b', 4), ('line', 'c', 6), ('line', 'd', 8), ('line', 'e', 10), ('line', 'f', 12), ('line', 'g', 14),
    ('line', 'h', 16), ('minus', 'a', 2), ('minus', 'b', 4), ('minus', 'c', 6), ('minus', 'd', 8), ('minus', 'e', 10),
    ('minus', 'f', 12), ('minus', 'g', 14), ('minus', 'h', 16), ('noise', 'a', 1), ('noise', 'b', 2), ('noise', 'c', -3),
    ('noise', 'd', 4), ('noise', 'e', 0), ('noise', 'f', 2.5), ('noise', 'g', 8), ('noise', 'h', -1), ('holes', 'a', 1),
    ('holes', 'c', 3), ('holes', 'd', 4), ('holes', 'e', 5), ('holes', 'f', 0.5), ('holes', 'g', 7), ('flat', 'a', 2),
    ('flat', 'b', 4), ('flat', 'c', 6), ('flat', 'd', 8), ('flat', 'e', 10), ('flat', 'f', 12), ('flat', 'g', 14), ('flat', 'h', 16),
    ('pair', 'a', 9), ('pair', 'b', 8), ('pair', 'c', 7), ('pair', 'd', 6), ('pair', 'e', 5), ('pair', 'f', 4), ('pair', 'g', 3),
    ('pair', 'h', 2), ('single', 'a', 2), ('single', 'b', 4), ('single', 'c', 6), ('single', 'd', 8), ('single', 'e', 10),
    ('single', 'f', 12), ('single', 'g', 14), ('single', 'h', 16), ('none', 'a', 2), ('none', 'b', 4), ('none', 'c', 6),
    ('none', 'd', 8), ('none', 'e', 10), ('none', 'f', 12), ('none', 'g', 14), ('none', 'h', 16), ('over', 'a', 2), ('over', 'b', 4),
    ('over', 'c', 6), ('over', 'd', 8), ('over', 'e', 10), ('over', 'f', 12), ('over', 'g', 14), ('over', 'h', 16),
    ('under', 'a', 2), ('under', 'b', 4), ('under', 'c', 6), ('under', 'd', 8), ('under', 'e', 10), ('under', 'f', 12),
    ('under', 'g', 14), ('under', 'h', 16), ('unset', 'a', 2), ('unset', 'b', 4), ('unset', 'c', 6), ('unset', 'd', 8),
    ('unset', 'e', 10), ('unset', 'f', 12), ('unset', 'g', 14), ('unset', 'h', 16);

EVALUATE ROUND(CORREL(X, Y, P), 9);

EVALUATE ROUND(CORREL(Y, X, P), 9);

EVALUATE ROUND(CORREL(X, -X, P), 9);

EVALUATE ROUND(CORREL(X, P.V, P), 9);

EVALUATE ROUND(CORREL(X * 1000 + 5, Y / 7, P), 9);

EVALUATE ROUND(PERCENTILE(X, 0, P), 9);

EVALUATE ROUND(PERCENTILE(X, 0.25, P), 9);

EVALUATE ROUND(PERCENTILE(X, 0.5, P), 9);

EVALUATE ROUND(PERCENTILE(X, 0.9, P), 9);

EVALUATE ROUND(PERCENTILE(X, 1, P), 9);

EVALUATE ROUND(PERCENTILE(X, 1.5, P), 9);

EVALUATE ROUND(PERCENTILE(X, -0.5, P), 9);

EVALUATE ROUND(PERCENTILE(X, L.Q, P), 9);

EVALUATE ROUND(PERCENTILE(X, 0.5, P) - X[REMOVE MEDIAN: P], 9);

EVALUATE ROUND(PERCENTILE(X, 0.75, L), 9);

EVALUATE ROUND(PERCENTILE(P.V, 0.3, P), 9);
