#!/usr/bin/env python3
"""The figures of model.out, computed without smalt: decimal arithmetic, no ROLLUP but a walk up the parents from every single row.

Usage: check.py FOLDER-OF-THE-CSV-FILES > model.out
"""
import csv
import os
import sys
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

sys.path.insert(0, f"{os.path.dirname(os.path.abspath(__file__))}/..")
from figures import answer as table, write  # noqa: E402

CENT = Decimal("0.01")


def read(name):
    with open(f"{sys.argv[1]}/{name}.csv", newline="") as file:
        return list(csv.DictReader(file))


def steps(table, key, parent, weight):
    """Of every key: itself and everything above it, with the product of the weights on the way up to there."""
    above = {row[key]: row[parent] for row in table}
    way = {}
    for start in above:
        at, factor, way[start] = start, Decimal(1), [(start, Decimal(1))]
        while above[at]:
            if weight[at] is None:
                break
            factor *= weight[at]
            at = above[at]
            way[start].append((at, factor))
    return way


def show(value):
    return repr(float(value.quantize(CENT, ROUND_HALF_UP))).removesuffix(".0")


accounts, organisations, departments, versions = map(read, ("DimAccount", "DimOrganization", "DimDepartmentGroup", "DimScenario"))
code = {a["AccountKey"]: a["AccountCodeAlternateKey"] for a in accounts}
account_name = {a["AccountCodeAlternateKey"]: a["AccountDescription"] for a in accounts}
organisation = {o["OrganizationKey"]: o["OrganizationName"] for o in organisations}
department = {d["DepartmentGroupKey"]: d["DepartmentGroupName"] for d in departments}
version = {s["ScenarioKey"]: s["ScenarioName"] for s in versions}
sign = {a["AccountKey"]: {"+": Decimal(1), "-": Decimal(-1)}.get(a["Operator"]) for a in accounts}
share = {o["OrganizationKey"]: Decimal(o["PercentageOfOwnership"]) for o in organisations}
up = steps(accounts, "AccountKey", "ParentAccountKey", sign)
owners = steps(organisations, "OrganizationKey", "ParentOrganizationKey", share)

rows = read("FactFinance")
statement, income, consolidated = Counter(), defaultdict(Decimal), Counter()
by_year, by_month, by_organisation, by_department = Counter(), Counter(), Counter(), Counter()
for row in rows:
    amount = Decimal(row["Amount"]).quantize(CENT, ROUND_HALF_UP)
    kind, month = version[row["ScenarioKey"]], row["Date"][:7]
    for account, factor in up[row["AccountKey"]]:
        statement[kind, month, code[account]] += factor * amount
        if code[account] != "4":
            continue
        income[kind, month] += factor * amount
        by_year[kind, month[:4]] += factor * amount
        if kind == "Actual" and month[:4] == "2011":
            by_month[month] += factor * amount
            by_organisation[organisation[row["OrganizationKey"]]] += factor * amount
            by_department[department[row["DepartmentGroupKey"]]] += factor * amount
            for owner, part in owners[row["OrganizationKey"]]:
                consolidated[organisation[owner]] += part * factor * amount

net = sum(by_month.values())
NET = 'SELECT ROUND(SUM("Net Income"), 2) AS "Net income 2011" FROM "Net Income" WHERE Version = \'Actual\' AND Month.Year = \'2011\';'
ORGANISATION = ('SELECT Organisation, ROUND(SUM("Net Income"), 2) AS "Net income" FROM "Net Income" '
                "WHERE Version = 'Actual' AND Month.Year = '2011'")
table(NET, "Net income 2011", [[show(net)]])
table('SELECT Version, Month.Year, ROUND(SUM("Net Income"), 2) AS "Net income" FROM "Net Income" GROUP BY 1, 2 ORDER BY 1, 2;',
      "Version,Month.Year,Net income", [[*k, show(v)] for k, v in sorted(by_year.items())])
table('SELECT Month, ROUND(SUM("Net Income"), 2) AS "Net income" FROM "Net Income" WHERE Version = \'Actual\' AND Month.Year = \'2011\'',
      "Month,Net income", [[k, show(v)] for k, v in sorted(by_month.items())])
table(ORGANISATION, "Organisation,Net income",
      [[o, show(by_organisation[o])] for o in organisation.values() if o in by_organisation])
table('SELECT Department, ROUND(SUM("Net Income by Department"), 2) AS "Net income" FROM "Net Income by Department"',
      "Department,Net income", [[d, show(by_department[d])] for d in department.values() if d in by_department])
table('SELECT Organisation, ROUND(SUM(Consolidated), 2) AS "Of the group" FROM Consolidated', "Organisation,Of the group",
      [[o, show(consolidated[o])] for o in organisation.values() if o in consolidated])


def lines(months, wanted):
    total = Counter()
    for (kind, month, account), value in statement.items():
        if kind == "Actual" and month.startswith(months) and account in wanted:
            total[account] += value
    return [[c, account_name[c], show(total[c])] for c in code.values() if c in total]


table("SELECT Account, Account.Name, ROUND(SUM(Statement), 2) AS Amount FROM Statement", "Account,Account.Name,Amount",
      lines("2011", ("4", "40", "400", "4100", "5000", "60", "80", "8500")))
table("SELECT Account, Account.Name, ROUND(SUM(Statement), 2) AS Amount FROM Statement", "Account,Account.Name,Amount",
      lines("2011-12", ("1", "10", "20", "210", "300", "9500")))
table('SELECT COUNT(*) AS "Rows", COUNT(DISTINCT Posted) AS "Days", COUNT(DISTINCT Month) AS "Months" FROM Ledger;', "Rows,Days,Months",
      [[str(len(rows)), str(len({r["Date"] for r in rows})), str(len({r["Date"][:7] for r in rows}))]])

postings = Counter(organisation[r["OrganizationKey"]] for r in rows)
POSTINGS = 'SELECT Organisation, COUNT(*) AS "Rows" FROM Ledger GROUP BY Organisation;'
table(ORGANISATION, "Organisation,Net income", [["Canadian Division", show(by_organisation["Canadian Division"])]])
table('SELECT ROUND(SUM("Net Income"), 2) AS "All that I see" FROM "Net Income" WHERE Version = \'Actual\' AND Month.Year = \'2011\';',
      "All that I see", [[show(by_organisation["Canadian Division"])]])
table(POSTINGS, "Organisation,Rows", [["Canadian Division", str(postings["Canadian Division"])]])
table('SELECT COUNT(*) AS "Of France" FROM Booked WHERE Organisation = \'France\';', "Of France", [["0"]])
table('SELECT * FROM "Net Income by Department";', "Department,Version,Month,Net Income by Department", [])
table(ORGANISATION, "Organisation,Net income", [["France", show(by_organisation["France"])]])
table(POSTINGS, "Organisation,Rows", [["France", str(postings["France"])]])
table('SELECT Organisation, SUM("Net Income") AS "Net income" FROM "Net Income" GROUP BY Organisation;', "Organisation,Net income", [])
table('SELECT COUNT(*) AS "Rows" FROM Ledger;', "Rows", [["0"]])
table(NET, "Net income 2011", [[show(net)]])
write()
