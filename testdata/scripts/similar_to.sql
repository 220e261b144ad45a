-- SIMILAR TO takes the patterns of SQL, which the whole text must match.
CREATE DIMENSION Store (Code TEXT, Label TEXT);
INSERT INTO Store VALUES ('S1', 'Paris 50%'), ('S2', 'Lyon'), ('S10', 'a.b'), ('X_1', NULL), ('T3', '[x]');
CREATE METRIC Sales NUMBER BY (Store);
INSERT INTO Sales VALUES ('S1', 1), ('S10', 10), ('X_1', 3);

SELECT Code FROM Store WHERE Code SIMILAR TO 'S[0-9]+';
SELECT Code FROM Store WHERE Code SIMILAR TO 'S_';
SELECT Code FROM Store WHERE Code SIMILAR TO '(S|T)_%';
SELECT Code FROM Store WHERE Code NOT SIMILAR TO 'S%';
SELECT Code FROM Store WHERE Code SIMILAR TO 'X\_1';
SELECT Code FROM Store WHERE Code SIMILAR TO '_!__' ESCAPE '!';
SELECT Code FROM Store WHERE Label SIMILAR TO '%50!%' ESCAPE '!';
SELECT Code FROM Store WHERE Label SIMILAR TO 'a.b';
SELECT Code FROM Store WHERE Label SIMILAR TO 'a_b|L%';
SELECT Code FROM Store WHERE Label SIMILAR TO '\[[a-z]{1,2}\]';
SELECT Code FROM Store WHERE Label SIMILAR TO '[[:alpha:]]+';
SELECT Store FROM Sales WHERE Store SIMILAR TO 'S[[:digit:]]{1,2}';
SELECT Code, Label SIMILAR TO '%a%' AS a FROM Store;
SELECT 'ab' SIMILAR TO 'a' AS part, 'ab' SIMILAR TO 'a|ab' AS one, 'a' SIMILAR TO NULL AS nothing;

SELECT Code FROM Store WHERE Code SIMILAR TO '(S';

SELECT Code FROM Store WHERE Code SIMILAR TO 'S\';

SELECT Code FROM Store WHERE Code SIMILAR TO Label;

SELECT Code FROM Store WHERE Code SIMILAR TO 'S' ESCAPE 'ab';

SELECT Sales FROM Sales WHERE Sales SIMILAR TO '1';
