-- The names of roles and groups have no case; a user's is an address in quotes.
CREATE ROLE Analyst;
CREATE GROUP Finance;
CREATE USER 'ann';
GRANT ROLE analyst TO USER 'ann';
GRANT ROLE READER TO GROUP finance;
ALTER GROUP FINANCE ADD USER 'ann';
CREATE SCENARIO U;
GRANT READ ON SCENARIO u TO ROLE aNALYST;

SHOW ROLE OF 'ann';

CREATE ROLE ANALYST;

CREATE GROUP finance;

GRANT ROLE Analyst TO USER 'ANN';

DROP ROLE analyst;

DROP GROUP FINANCE;
