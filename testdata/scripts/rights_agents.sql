-- Recipe: an AI agent proposes, a human decides. What it writes stays in a scenario of its own until somebody takes it over.
CREATE DIMENSION Region (Name TEXT);
INSERT INTO Region VALUES ('EMEA'), ('APAC');
CREATE METRIC Units NUMBER BY (Region);
INSERT INTO Units VALUES ('EMEA', 10), ('APAC', 20);
CREATE METRIC Revenue NUMBER BY (Region) AS Units * 3;
CREATE ROLE Assistant PERMISSIONS ("Display Application", "Open Boards", "Create scenarios") READ UNSPECIFIED WRITE UNSPECIFIED AGENTS PROPOSE;
CREATE ROLE Planner PERMISSIONS ("Display Application", "Open Boards", "Create scenarios", "View Application and Blocks updates") READ UNSPECIFIED WRITE UNSPECIFIED;
CREATE USER 'ann@acme.com';
CREATE USER 'robot@acme.com' KIND AI AGENT;
GRANT ROLE Planner TO USER 'ann@acme.com';
GRANT ROLE Assistant TO USER 'robot@acme.com';
CREATE METRIC Own ACCESS RIGHTS BY (User, Region);
INSERT INTO Own VALUES ('ann@acme.com', 'EMEA', 'rw'), ('robot@acme.com', 'EMEA', 'rw');
CREATE RULE own APPLY READ, WRITE OF Own TO ALL METRICS WITH (Region);

-- what it may write it may not write here
-- user: robot@acme.com
UPDATE Units SET Units = 12;

CREATE SCENARIO Idea;

USE SCENARIO Idea;

UPDATE Units SET Units = 12;

SELECT * FROM Revenue;

-- nor does it take over what it proposes
MERGE SCENARIO Idea INTO Base;

-- the rules are the same for the agent: of this region it does not know
INSERT INTO Units VALUES ('APAC', 99);

-- everybody sees that it is an agent's
-- user: ann@acme.com
SHOW SCENARIOS;

COMPARE SCENARIO Idea WITH Base ON Revenue;

MERGE SCENARIO Idea INTO Base;

SELECT * FROM Revenue;

-- who did it stays
-- user: owner
SELECT * FROM Revenue;

SHOW ROLES;
