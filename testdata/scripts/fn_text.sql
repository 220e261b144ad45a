-- Texts: empty ones, accents, code points beyond the BMP, counts that are negative, zero, too large, fractions and BLANK.
CREATE DIMENSION S (Name TEXT, T TEXT, N NUMBER, M NUMBER);
INSERT INTO S (Name, T, N, M) VALUES
    ('01', 'Élan vital', 4, 2), ('02', '', 1, 1), ('03', NULL, 1, 1), ('04', 'a𝕊😀z', 2, 2), ('05', '  two   words ', 0, 3),
    ('06', 'abcabcabc', 100, 100), ('07', 'naïve é', 3, -1), ('08', 'ÉCOLE ΣΟΦΙΑ', -1, 2), ('09', 'straße', 2.9, 2.9),
    ('10', 'o''neil-smith mcdonald', NULL, 4), ('11', '日本語テキスト', 3, NULL), ('12', 'x,"y"', 2, 3), ('13', 'aaa', 1, 0),
    ('14', ' ', 1, 1);

EVALUATE LEN(S.T);

EVALUATE LEN(S.T & S.T);

EVALUATE LEN("𝕊" & S.N);

EVALUATE LEFT(S.T, S.N);

EVALUATE LEFT(S.T, 1);

EVALUATE RIGHT(S.T, S.N);

EVALUATE RIGHT(S.T, 3);

EVALUATE MID(S.T, 2, S.M);

EVALUATE MID(S.T, MAX(S.N, 1), S.M);

EVALUATE MID(S.T, 1, 3);

EVALUATE MID(S.T, 3, 100);

EVALUATE LOWER(S.T);

EVALUATE UPPER(S.T);

EVALUATE LOWER(UPPER(S.T)) = LOWER(S.T);

EVALUATE PROPER(S.T);

EVALUATE TRIM(S.T);

EVALUATE LEN(TRIM(S.T));

EVALUATE TRIM("  " & S.T & "  ") = TRIM(S.T);

-- parts
CREATE DIMENSION B (Name TEXT, T TEXT, P TEXT, R TEXT);
INSERT INTO B (Name, T, P, R) VALUES
    ('01', 'banana', 'an', 'AN'), ('02', 'banana', '', '-'), ('03', '', '', 'x'), ('04', '', 'a', 'x'), ('05', NULL, 'a', 'b'),
    ('06', 'banana', NULL, 'b'), ('07', 'a😀b😀', '😀', '!'), ('08', 'Banana', 'b', ''), ('09', 'été', 'é', 'e'),
    ('10', 'aaaa', 'aa', 'b'), ('11', 'banana', 'banana!', 'c'), ('12', 'banana', 'na', NULL), ('13', 'x', 'x', 'xx');

EVALUATE CONTAINS(B.T, B.P);

EVALUATE STARTSWITH(B.T, B.P);

EVALUATE ENDSWITH(B.T, B.P);

EVALUATE FIND(B.P, B.T);

EVALUATE FIND(B.P, B.T) = BLANK;

EVALUATE MID(B.T, FIND(B.P, B.T), LEN(B.P));

EVALUATE CONTAINS(LOWER(B.T), LOWER(B.P));

EVALUATE STARTSWITH(B.T, "");

EVALUATE ENDSWITH(B.T, "a");

EVALUATE SUBSTITUTE(B.T, B.P, B.R);

EVALUATE SUBSTITUTE(B.T, B.P, B.R, 2);

EVALUATE SUBSTITUTE(B.T, B.P, B.R, 1);

EVALUATE SUBSTITUTE(B.T, B.P, B.R, 9);

EVALUATE SUBSTITUTE(B.T, "a", "");

-- TEXT: without a pattern as `&` does, with one of numbers and of dates
CREATE DIMENSION N (Name TEXT, X NUMBER, I INTEGER, B BOOLEAN, D DATE);
INSERT INTO N (Name, X, I, B, D) VALUES
    ('01', 1234567.891, 1234567, TRUE, '2024-02-09'), ('02', 0, 0, FALSE, '1999-12-31'), ('03', -0.5, -5, NULL, NULL),
    ('04', 2.365, NULL, TRUE, '2024-11-30'), ('05', NULL, 999, FALSE, '2024-02-09'), ('06', 999.995, 1000, NULL, '1999-12-31'),
    ('07', 10000000000.0, -1000, TRUE, NULL), ('08', -1234.5, 7, FALSE, '2024-11-30'), ('09', 0.004, 12, NULL, '2024-02-09'),
    ('10', 12, -123456, TRUE, '1999-12-31'), ('11', 1e-09, 1, FALSE, NULL), ('12', 100, 2, NULL, '2024-11-30');

EVALUATE TEXT(N.X);

EVALUATE TEXT(N.I);

EVALUATE TEXT(N.B);

EVALUATE TEXT(N.D);

EVALUATE TEXT(N) & "!";

EVALUATE TEXT(N.X, "0.00");

EVALUATE TEXT(ABS(N.X), "0");

EVALUATE TEXT(N.X, "#,##0.00");

EVALUATE TEXT(ABS(N.X), "#,##0");

EVALUATE TEXT(N.X, "0.000");

EVALUATE TEXT(N.I, "#,##0");

EVALUATE TEXT(N.I, "0.0");

EVALUATE TEXT(N.D, "yyyy-MM-dd");

EVALUATE TEXT(N.D, "dd/MM/yyyy");

EVALUATE TEXT(N.D, "yyyyMM");

EVALUATE TEXT(N.D, "MM dd");

EVALUATE TEXT(N.D, "yyyy");

-- VALUE and DATEVALUE: what is no number, no date, is BLANK
CREATE DIMENSION V (Name TEXT, T TEXT, D TEXT);
INSERT INTO V (Name, T, D) VALUES
    ('01', ' 12.5 ', '2024-02-29'), ('02', '-3', '2023-02-29'), ('03', '1e3', '29/02/2024'), ('04', 'abc', '2024-2-9'),
    ('05', '', ''), ('06', NULL, NULL), ('07', '0', '2024-12-31'), ('08', '12abc', '2024-13-01'), ('09', '1 2', '2024-00-10'),
    ('10', 'NaN', '9999-12-31'), ('11', 'inf', '2024-12-31x'), ('12', '-0.25', '0001-01-01'), ('13', '1e400', '1969-07-20'),
    ('14', '--1', 'tomorrow'), ('15', '1e-7', '31/12/1999'), ('16', '9007199254740993', '1999-12-31');

EVALUATE VALUE(V.T);

EVALUATE VALUE(V.T) + 1;

EVALUATE ISBLANK(VALUE(V.T));

EVALUATE DATEVALUE(SUBSTITUTE(V.D, "2024-2-9", "?"), "yyyy-MM-dd");

EVALUATE DATEVALUE(V.D, "dd/MM/yyyy");

EVALUATE DATEVALUE(SUBSTITUTE(V.D, "-", ""), "yyyyMMdd");

EVALUATE YEAR(DATEVALUE(V.D, "dd/MM/yyyy"));

EVALUATE VALUE(TEXT(N.X)) = N.X;

EVALUATE DATEVALUE(TEXT(N.D, "dd/MM/yyyy"), "dd/MM/yyyy") = N.D;
