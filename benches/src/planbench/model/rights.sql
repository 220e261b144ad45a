-- Who may read what: a grant allows, nothing else does.
ALTER APPLICATION SET INHERITANCE OFF;
CREATE ROLE Reader20 PERMISSIONS ("Display Application", "Open Boards", "Export Data") READ UNSPECIFIED WRITE DENIED;
GRANT ROLE Reader20 TO ALL USERS;
CREATE METRIC "Everything" ACCESS RIGHTS BY (User) AS IF(User.'Grant' = "admin", ACCESSRIGHTS(TRUE, BLANK));
CREATE RULE everything APPLY READ OF "Everything" TO ALL METRICS WITH ();
CREATE RULE regions APPLY READ OF "By Region" THROUGH Store.Country.Region TO ALL METRICS WITH (Store);
CREATE RULE countries APPLY READ OF "By Country" THROUGH Store.Country TO ALL METRICS WITH (Store);
CREATE RULE pairs APPLY READ OF "By Pair" THROUGH Product.Category, Store.Country TO ALL METRICS WITH (Product, Store);
CREATE RULE departments APPLY READ OF "By Department" THROUGH "Cost Centre".Department TO LIST Opex;
CREATE RULE cells APPLY READ OF "By Cell" TO ALL METRICS WITH (Product, Store);
