-- Whole blocks of numbers, whole numbers, texts, dates, truth values and items; one with a single cell, one with none.
CREATE DIMENSION P (Name TEXT, V NUMBER);
INSERT INTO P (Name, V) VALUES ('a', 1.5), ('b', NULL), ('c', -1.5), ('d', 0);

CREATE DIMENSION L (Name TEXT);
INSERT INTO L (Name) VALUES ('x'), ('y'), ('z');

CREATE METRIC Numbers NUMBER BY (P, L);
INSERT INTO Numbers (P, L, Numbers) VALUES
    ('a', 'x', 1.5), ('a', 'z', 2), ('b', 'x', 2), ('c', 'x', -0.25), ('c', 'y', 1.5), ('c', 'z', 0), ('d', 'y', 1e+16),
    ('d', 'z', -1e+16);

CREATE METRIC Tenths NUMBER BY (P, L);
INSERT INTO Tenths (P, L, Tenths) VALUES
    ('a', 'x', 0.1), ('a', 'y', 0.1), ('a', 'z', 0.1), ('b', 'x', 0.1), ('b', 'y', 0.1), ('b', 'z', 0.1), ('c', 'x', 0.1),
    ('c', 'y', 0.1), ('c', 'z', 0.1), ('d', 'x', 0.1);

CREATE METRIC Whole INTEGER BY (P, L);
INSERT INTO Whole (P, L, Whole) VALUES
    ('a', 'x', 3), ('a', 'y', 3), ('b', 'y', -7), ('b', 'z', 0), ('c', 'y', 12), ('d', 'z', 3);

CREATE METRIC One NUMBER BY (P, L);
INSERT INTO One (P, L, One) VALUES ('c', 'y', -4);

CREATE METRIC Nothing NUMBER BY (P, L);

CREATE METRIC Texts TEXT BY (P, L);
INSERT INTO Texts (P, L, Texts) VALUES
    ('a', 'x', 'b'), ('a', 'y', ''), ('b', 'x', 'b'), ('b', 'y', 'B'), ('c', 'x', 'é'), ('d', 'z', 'a');

CREATE METRIC Dates DATE BY (P, L);
INSERT INTO Dates (P, L, Dates) VALUES ('a', 'x', '2024-02-29'), ('a', 'z', '2023-01-01'), ('b', 'y', '2024-02-29');

CREATE METRIC Truths BOOLEAN BY (P, L);
INSERT INTO Truths (P, L, Truths) VALUES ('a', 'x', TRUE), ('a', 'z', FALSE), ('b', 'x', TRUE);

CREATE METRIC Items L BY (P, L);
INSERT INTO Items (P, L, Items) VALUES
    ('a', 'x', 'y'), ('a', 'z', 'x'), ('b', 'x', 'x'), ('b', 'y', 'z'), ('b', 'z', 'y');

EVALUATE SUMOF(Numbers);

EVALUATE AVGOF(Numbers);

EVALUATE MINOF(Numbers);

EVALUATE MAXOF(Numbers);

EVALUATE COUNTOF(Numbers);

EVALUATE COUNTUNIQUEOF(Numbers);

EVALUATE COUNTALLOF(Numbers);

EVALUATE COUNTBLANKOF(Numbers);

EVALUATE SUMOF(Tenths);

EVALUATE AVGOF(Tenths);

EVALUATE MINOF(Tenths);

EVALUATE MAXOF(Tenths);

EVALUATE COUNTOF(Tenths);

EVALUATE COUNTUNIQUEOF(Tenths);

EVALUATE COUNTALLOF(Tenths);

EVALUATE COUNTBLANKOF(Tenths);

EVALUATE SUMOF(Whole);

EVALUATE AVGOF(Whole);

EVALUATE MINOF(Whole);

EVALUATE MAXOF(Whole);

EVALUATE COUNTOF(Whole);

EVALUATE COUNTUNIQUEOF(Whole);

EVALUATE COUNTALLOF(Whole);

EVALUATE COUNTBLANKOF(Whole);

EVALUATE SUMOF(One);

EVALUATE AVGOF(One);

EVALUATE MINOF(One);

EVALUATE MAXOF(One);

EVALUATE COUNTOF(One);

EVALUATE COUNTUNIQUEOF(One);

EVALUATE COUNTALLOF(One);

EVALUATE COUNTBLANKOF(One);

EVALUATE SUMOF(Nothing);

EVALUATE AVGOF(Nothing);

EVALUATE MINOF(Nothing);

EVALUATE MAXOF(Nothing);

EVALUATE COUNTOF(Nothing);

EVALUATE COUNTUNIQUEOF(Nothing);

EVALUATE COUNTALLOF(Nothing);

EVALUATE COUNTBLANKOF(Nothing);

EVALUATE MINOF(Texts);

EVALUATE MAXOF(Texts);

EVALUATE COUNTOF(Texts);

EVALUATE COUNTUNIQUEOF(Texts);

EVALUATE COUNTALLOF(Texts);

EVALUATE COUNTBLANKOF(Texts);

EVALUATE MINOF(Dates);

EVALUATE MAXOF(Dates);

EVALUATE COUNTOF(Dates);

EVALUATE COUNTUNIQUEOF(Dates);

EVALUATE COUNTALLOF(Dates);

EVALUATE COUNTBLANKOF(Dates);

EVALUATE COUNTOF(Truths);

EVALUATE COUNTUNIQUEOF(Truths);

EVALUATE COUNTALLOF(Truths);

EVALUATE COUNTBLANKOF(Truths);

EVALUATE MINOF(Items);

EVALUATE MAXOF(Items);

EVALUATE COUNTOF(Items);

EVALUATE COUNTUNIQUEOF(Items);

EVALUATE COUNTALLOF(Items);

EVALUATE COUNTBLANKOF(Items);

-- of expressions, and as one value in every cell
EVALUATE SUMOF(Numbers + Whole);

EVALUATE AVGOF(Numbers * 2);

EVALUATE COUNTOF(Numbers * Whole);

EVALUATE COUNTOF(Numbers = 2);

EVALUATE COUNTOF(Numbers[FILTER: CurrentValue = 2]);

EVALUATE COUNTUNIQUEOF(P.V);

EVALUATE SUMOF(P.V);

EVALUATE COUNTALLOF(P.V);

EVALUATE COUNTBLANKOF(P.V);

EVALUATE COUNTBLANKOF(Numbers + Whole);

EVALUATE COUNTBLANKOF(ISBLANK(Numbers));

EVALUATE COUNTALLOF(5);

EVALUATE COUNTALLOF(P = P);

EVALUATE COUNTOF(ISDEFINED(Numbers));

EVALUATE MAXOF(P.V) - MINOF(P.V);

EVALUATE P.V / SUMOF(ABS(P.V));

EVALUATE MINOF(P);

EVALUATE MAXOF(L);

EVALUATE Whole * MAXOF(Whole);

EVALUATE Whole + MINOF(Nothing);
