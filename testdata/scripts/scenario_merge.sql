-- COMPARE, MERGE and REBASE: three-way, by cell.
CREATE DIMENSION Product (Code TEXT, Kind TEXT);
INSERT INTO Product VALUES ('P1', 'a'), ('P2', 'a'), ('P3', NULL), ('P4', 'b'), ('P5', 'b');
CREATE METRIC Volume NUMBER BY (Product);
CREATE METRIC Price NUMBER BY (Product);
CREATE METRIC Note TEXT BY (Product);
CREATE METRIC Revenue NUMBER BY (Product) AS Volume * Price;
INSERT INTO Price VALUES ('P1', 10), ('P2', 20), ('P3', 30), ('P4', 40), ('P5', 50);
INSERT INTO Volume VALUES ('P1', 1), ('P2', 2), ('P3', 3), ('P4', 4);
CREATE SCENARIO Up;

-- P1 is changed in Base, P2 in Up, P3 in both to different values, P4 in both to the same, P5 is new in Up
UPDATE Volume SET Volume = 100 WHERE Product = 'P1';

UPDATE Volume SET Volume = 300 WHERE Product = 'P3';

UPDATE Volume SET Volume = 400 WHERE Product = 'P4';

USE SCENARIO Up;

UPDATE Volume SET Volume = 200 WHERE Product = 'P2';

UPDATE Volume SET Volume = 333 WHERE Product = 'P3';

UPDATE Volume SET Volume = 400 WHERE Product = 'P4';

INSERT INTO Volume VALUES ('P5', 5);

INSERT INTO Note VALUES ('P2', 'more');

COMPARE SCENARIO Up WITH Base ON Volume;

COMPARE SCENARIO Up WITH Base ON Revenue BY Product.Kind;

COMPARE SCENARIO Up WITH Base ON Note;

COMPARE SCENARIO Up WITH Base ON Note BY Product.Kind;

COMPARE SCENARIO Up WITH Bose ON Note;

-- a conflict refuses the merge, and nothing of it is kept
MERGE SCENARIO Up INTO Base;

SELECT * FROM Base.Volume;

MERGE SCENARIO Up INTO Base ON CONFLICT OURS;

SELECT * FROM Base.Volume;

SELECT * FROM Base.Note;

COMPARE SCENARIO Up WITH Base ON Volume;

-- what was merged is common from then on: only new changes count
MERGE SCENARIO Up INTO Base;

UPDATE Volume SET Volume = NULL WHERE Product = 'P4';

MERGE SCENARIO Up INTO Base;

SELECT * FROM Base.Volume;

-- rebase takes in what the source has gained, and keeps what the scenario has changed
REBASE SCENARIO Up;

COMPARE SCENARIO Up WITH Base ON Volume;

USE SCENARIO Base;

UPDATE Volume SET Volume = 7 WHERE Product = 'P1' OR Product = 'P5';

USE SCENARIO Up;

UPDATE Volume SET Volume = 8 WHERE Product = 'P5';

REBASE SCENARIO Up;

SELECT * FROM Up.Volume;

REBASE SCENARIO Base;

-- THEIRS takes the source
MERGE SCENARIO Up INTO Base ON CONFLICT THEIRS;

USE SCENARIO Base;

UPDATE Volume SET Volume = 9 WHERE Product = 'P5';

USE SCENARIO Up;

UPDATE Volume SET Volume = 99 WHERE Product = 'P5';

MERGE SCENARIO Up INTO Base ON CONFLICT THEIRS;

COMPARE SCENARIO Up WITH Base ON Volume;

MERGE SCENARIO Up INTO Up;

-- what a scenario computes by a formula of its own is merged as cells
ALTER METRIC Price IN SCENARIO Up AS Price * 2;

MERGE SCENARIO Up INTO Base;

SELECT * FROM Base.Price;

COMPARE SCENARIO Up WITH Base ON Price;

-- two scenarios of one source
USE SCENARIO Base;

CREATE SCENARIO Left;

CREATE SCENARIO Right;

USE SCENARIO Left;

UPDATE Volume SET Volume = 1 WHERE Product = 'P1';

USE SCENARIO Right;

UPDATE Volume SET Volume = 2 WHERE Product = 'P2';

MERGE SCENARIO Left INTO Right;

SELECT * FROM Right.Volume;

CREATE SCENARIO Deeper FROM Right;

DROP SCENARIO Right;

USE SCENARIO Deeper;

UPDATE Volume SET Volume = 3 WHERE Product = 'P3';

MERGE SCENARIO Deeper INTO Base;

SELECT * FROM Base.Volume;

-- what is wrong with BY is told where it stands
COMPARE SCENARIO Up WITH Base ON Revenue BY Product.Nope;

COMPARE SCENARIO Up WITH Base ON Revenue BY Nope;

COMPARE SCENARIO Up WITH Base ON Volume BY Product.Kind.Name;
