-- A scenario is a schema where something is written, too: a name without one means the scenario in use.
CREATE DIMENSION Store (Name TEXT, Rent NUMBER);
INSERT INTO Store VALUES ('S1', 1), ('S2', 2), ('S3', 3);
CREATE METRIC Volume NUMBER BY (Store);
INSERT INTO Volume VALUES ('S1', 10), ('S2', 20);
CREATE METRIC Double NUMBER BY (Store) AS Volume * 2;
CREATE LIST Ledger (Store Store, Amount NUMBER);
CREATE SCENARIO Up;
CREATE SCENARIO "Worst Case";
INSERT INTO Up.Volume (Store, Volume) VALUES ('S3', 30), ('S1', NULL);
UPDATE "worst case".Volume SET Volume = Volume + Store.Rent WHERE Store = 'S2';
UPDATE "Worst Case"."Volume" SET Volume = (SELECT MAX(Volume) FROM Up.Volume) WHERE Volume < (SELECT MAX(Volume) FROM Volume);
SELECT * FROM all_scenarios.Volume;
SELECT * FROM all_scenarios.Double;

-- what is read is of the scenario in use, what is written of the one that is named
USE SCENARIO Up;
INSERT INTO "Worst Case".Volume SELECT Store, Volume * 100 FROM Volume;
DELETE FROM Base.Volume WHERE Volume > 10;
DELETE FROM Base.Volume WHERE Store NOT IN (SELECT Store FROM Base.Double);
COPY (SELECT Store, Volume FROM Volume) TO 'volume.csv';
COPY Base.Volume FROM 'volume.csv';
SELECT * FROM all_scenarios.Volume;
SHOW AUDIT LIMIT 5;

-- items and rows are the same in all scenarios
INSERT INTO Base.Store VALUES ('S4', 4);
INSERT INTO Base.Ledger VALUES ('S4', 1);

INSERT INTO Up.Store VALUES ('S5', 4);

UPDATE Up.Ledger SET Amount = 4;

DELETE FROM Nothing.Volume;

INSERT INTO Up.Nothing VALUES (1);

UPDATE Up.Double SET Double = 1;

INSERT INTO all_scenarios.Volume VALUES ('Base', 'S1', 1);

UPDATE Up.Volume.Store SET Volume = 1;

ALTER SCENARIO "Worst Case" SET READ ONLY;

DELETE FROM "Worst Case".Volume;

-- rights
CREATE ROLE Planner PERMISSIONS ("Display Application", "Open Boards", "Import Data", "View Application and Blocks updates") READ ALLOWED WRITE ALLOWED;
CREATE USER 'ann';
GRANT ROLE Planner TO USER 'ann';
GRANT NONE ON SCENARIO "Worst Case" TO ROLE Planner;
GRANT READ ON SCENARIO Up TO ROLE Planner;

-- user: ann
DELETE FROM "Worst Case".Volume;

DELETE FROM Other.Volume;

UPDATE Up.Volume SET Volume = 1;

UPDATE Base.Volume SET Volume = 1 WHERE Store = 'S3';
SELECT * FROM Volume;

-- the two refusals above are the same in the audit
SHOW AUDIT LIMIT 9;
