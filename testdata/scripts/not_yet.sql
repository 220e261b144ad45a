-- What the language has and this version does not is refused by its name; what it has not is a mistake.
CREATE SCENARIO Upside;

REVERT TO REVISION 1;

SHOW REVISIONS;

SELEKT 1;

CREATE TABEL X;
