-- Who did what to which block, and how it ended: never a value, never a formula. The clock of these scripts stands still.
CREATE DIMENSION Country (Name TEXT);
INSERT INTO Country VALUES ('France'), ('Japan');
CREATE METRIC Units NUMBER BY (Country);
CREATE METRIC Revenue NUMBER BY (Country) AS Units * 1234;
CREATE METRIC Rights ACCESS RIGHTS BY (User, Country);
CREATE ROLE Planner PERMISSIONS ("Display Application", "Open Boards") READ ALLOWED WRITE ALLOWED;
CREATE ROLE Watcher PERMISSIONS ("Display Application", "Open Boards", "View Application and Blocks updates") READ ALLOWED WRITE DENIED;
CREATE USER 'ann@acme.com';
CREATE USER 'robot@acme.com' KIND AI AGENT;
CREATE USER 'eve@acme.com';
CREATE GROUP Finance;
GRANT ROLE Planner TO ALL USERS;
GRANT ROLE Watcher TO USER 'eve@acme.com';
ALTER GROUP Finance ADD USER 'ann@acme.com';
INSERT INTO Rights VALUES ('eve@acme.com', 'Japan', '--');
ALTER APPLICATION SET INHERITANCE OFF;

SHOW AUDIT;

-- user: ann@acme.com
INSERT INTO Units VALUES ('France', 10), ('Japan', 20);

DELETE FROM Units WHERE Country = 'Japan';

CREATE METRIC X NUMBER;

INSERT INTO Nothing VALUES (1);

SHOW AUDIT;

VERIFY AUDIT;

-- user: robot@acme.com
BEGIN; UPDATE Units SET Units = Units + 1; UPDATE Units SET Units = Units * 2; COMMIT;

BEGIN; UPDATE Units SET Units = 0; ROLLBACK;

-- user: eve@acme.com
UPDATE Units SET Units = 1;

-- What nothing hides from her is hers to know; who did it is not.
SHOW AUDIT;

VERIFY AUDIT;

EXECUTE AS USER 'ann@acme.com' SELECT 1 AS x;

-- user: nobody@acme.com
SELECT 1 AS x;

-- user: owner
CREATE RULE japan APPLY READ OF Rights TO ALL METRICS WITH (Country);

EXECUTE AS USER 'ann@acme.com' SELECT Country, Units FROM Units;

EXPLAIN LEAKS ON Revenue;

COPY (SELECT * FROM Units) TO 'units.csv';

SELECT * FROM Nothing;

ALTER METRIC Revenue RENAME TO Turnover;

SHOW AUDIT LIMIT 16;

VERIFY AUDIT;

SHOW AUDIT SINCE '2026-11-27 10:15' LIMIT 1;

SHOW AUDIT SINCE '2026-11-28';

SHOW AUDIT SINCE 'yesterday';

-- Something is hidden from her now: what was done to these blocks is gone, as if it had not been.
-- user: eve@acme.com
SHOW AUDIT;
