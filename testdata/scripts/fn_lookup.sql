-- Looking items up: by name, by any property, by date; along paths, where a missing link is BLANK.
CREATE DIMENSION Region (Name TEXT, Zone TEXT);
INSERT INTO Region (Name, Zone) VALUES ('EMEA', 'E'), ('APAC', 'A'), ('Void', NULL);

CREATE DIMENSION Country (Name TEXT, Region Region, Currency TEXT, Code INTEGER, Since DATE);
INSERT INTO Country (Name, Region, Currency, Code, Since) VALUES
    ('France', 'EMEA', 'EUR', 33, '1958-10-05'), ('Japan', 'APAC', 'JPY', 81, NULL), ('Spain', 'EMEA', 'EUR', 34, '1978-12-29'),
    ('Atlantis', NULL, NULL, NULL, NULL), ('42', 'Void', 'eur', 33, '1978-12-29'), ('Côte d''Ivoire', 'EMEA', 'XOF', 225, NULL);

CREATE DIMENSION S (Name TEXT, N TEXT, C TEXT, K INTEGER, D DATE);
INSERT INTO S (Name, N, C, K, D) VALUES
    ('01', 'France', 'EUR', 33, '1978-12-29'), ('02', 'france', 'eur', 34, NULL), ('03', '42', 'JPY', 0, '1958-10-05'),
    ('04', 'Nowhere', 'USD', NULL, '2000-01-01'), ('05', NULL, NULL, 225, NULL), ('06', '', '', 33, NULL),
    ('07', ' Japan', 'XOF', 81, NULL), ('08', 'Côte d''Ivoire', 'Eur', -1, NULL);

-- ITEM: by the unique name, exactly
EVALUATE ITEM(S.N, Country.Name);

EVALUATE ITEM(TRIM(S.N), Country.Name);

EVALUATE ITEM("" & 42, Country.Name) = ITEM(S.N, Country.Name);

EVALUATE ISDEFINED(ITEM(S.N, Country.Name));

EVALUATE ITEM(PROPER(S.N), Country.Name) = Country."France";

EVALUATE ITEM(Country.Currency, Country.Name);

EVALUATE ITEM(Country.Name, Country.Name) = Country;

-- by another property it must tell them apart: what several have gives none
EVALUATE ITEM(S.C, Country.Currency);

EVALUATE ITEM(S.K, Country.Code);

EVALUATE ITEM(S.D, Country.Since);

-- MATCH: the first in item order; a BLANK matches nothing, not even a BLANK
EVALUATE MATCH(S.C, Country.Currency);

EVALUATE MATCH(S.K, Country.Code);

EVALUATE MATCH(S.D, Country.Since);

EVALUATE MATCH(S.N, Country.Name);

EVALUATE MATCH(IF(S.K > 33, Region."EMEA", Region."APAC"), Country.Region);

EVALUATE MATCH(S.K + 1, Country.Code);

EVALUATE MATCH("E", Region.Zone);

EVALUATE MATCH(Country.Region, Country.Region);

-- paths, over one link and two, and through metrics of items
EVALUATE Country.Region;

EVALUATE Country.Region.Zone;

EVALUATE Country.'Region'.'zone' & "!";

EVALUATE Country.Code * 2;

EVALUATE Country.Region = Region."EMEA";

CREATE DIMENSION Team (Name TEXT, Home Country);
INSERT INTO Team (Name, Home) VALUES ('A', 'Japan'), ('B', NULL), ('C', 'Atlantis'), ('D', '42'), ('E', 'Spain');

EVALUATE Team.Home.Region.Zone;

EVALUATE Team.Home.Code + 1;

EVALUATE ISBLANK(Team.Home.Region);

CREATE METRIC Lead Country BY (Team);
INSERT INTO Lead (Team, Lead) VALUES ('A', 'Spain'), ('C', 'France'), ('D', 'Atlantis');

EVALUATE Lead;

EVALUATE Lead & "/" & Team.Home;

EVALUATE Lead = Team.Home;

EVALUATE Lead < Team.Home;

-- TIMEDIM: the period that holds the day; before and after the calendar there is none
CREATE CALENDAR FROM '2023-12-01' TO '2025-01-31' LEVELS (Day, Week, Month);

CREATE DIMENSION T (Name TEXT, D DATE, N INTEGER);
INSERT INTO T (Name, D, N) VALUES
    ('01', '2024-02-29', 1), ('02', '2023-12-01', 0), ('03', '2023-11-30', 1), ('04', '2025-01-31', 1), ('05', '2025-02-01', -1),
    ('06', NULL, 5), ('07', '2024-12-30', 2), ('08', '2024-01-01', NULL);

EVALUATE TIMEDIM(T.D, Month);

EVALUATE TIMEDIM(T.D, Day);

EVALUATE TIMEDIM(T.D + T.N, Month);

EVALUATE SHIFT(TIMEDIM(T.D, Month), 1);

EVALUATE TIMEDIM(T.D, Month) = Month."2024-01";

-- the weeks at both ends are whole ones
EVALUATE TIMEDIM(T.D, Week);

EVALUATE TIMEDIM(DATE(2024, T.N, 1), Month);

CREATE METRIC Amount NUMBER BY (T);
INSERT INTO Amount (T, Amount) VALUES
    ('01', 1), ('02', 10), ('03', 100), ('04', 1000), ('05', 10000), ('06', 100000), ('07', 1000000), ('08', 10000000);

EVALUATE Amount[BY SUM: TIMEDIM(T.D, Month)];

EVALUATE Month.'Start Date';

EVALUATE Month.'End Date' - Month.'Start Date' + 1;
