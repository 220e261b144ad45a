-- A chart of accounts adds up with its signs; a BLANK weight leaves a branch out.
CREATE DIMENSION Account (Name TEXT, Parent Account, Sign NUMBER);
INSERT INTO Account (Name, Parent, Sign) VALUES ('Profit', NULL, NULL), ('Margin', 'Profit', 1), ('Revenue', 'Margin', 1), ('COGS', 'Margin', -1),
    ('Opex', 'Profit', -1), ('Rent', 'Opex', 1), ('Pay', 'Opex', 1), ('Memo', 'Profit', NULL);
CREATE METRIC Line NUMBER BY (Account);
INSERT INTO Line (Account, Line) VALUES ('Revenue', 100), ('COGS', 40), ('Rent', 10), ('Pay', 25), ('Memo', 7);
CREATE METRIC PnL NUMBER BY (Account) AS ROLLUP(Line, Account.Parent, Account.Sign);

SELECT * FROM PnL;

CREATE METRIC Plain NUMBER BY (Account) AS ROLLUP(Line, Account.Parent);

SELECT * FROM Plain;

-- a loop of parents is refused when it is made
UPDATE Account SET Parent = 'Rent' WHERE Name = 'Opex';
