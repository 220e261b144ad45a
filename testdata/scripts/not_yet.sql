-- What the language has and this version does not is refused by its name; what it has not is a mistake.
CREATE TABLE Both OF (A, B);

CREATE VIEW V AS SELECT 1;

SELEKT 1;

CREATE TABEL X;
