#!/usr/bin/env python3
"""The figures of model.out, computed without smalt: whole cents, row by row.

Usage: check.py FOLDER-OF-THE-CSV-FILES > model.out
"""
import csv
import glob
import os
import sys
from collections import Counter, defaultdict
from decimal import Decimal

sys.path.insert(0, f"{os.path.dirname(os.path.abspath(__file__))}/..")
from figures import show, table, write  # noqa: E402

STAGES = ["proposed", "adopted", "adjusted"]
KINDS = ["Revenue", "Expense"]
rows = []
for path in sorted(glob.glob(f"{sys.argv[1]}/*.csv")):
    stage = os.path.basename(path).split("__")[1][:-4]
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows += [{**row, "stage": stage} for row in csv.DictReader(file)]


def key(row):
    return row["budget_year"], row["stage"], row["account_type"]


def order(k):
    return k[0], STAGES.index(k[1]), KINDS.index(k[2])


budget, cells, counts = defaultdict(Decimal), defaultdict(set), defaultdict(Counter)
fund, department, category = defaultdict(Decimal), defaultdict(Decimal), defaultdict(Decimal)
for row in rows:
    k = key(row)
    counts[k].update(["rows"] + [name for name in ("department", "account_category", "amount") if row[name]])
    if row["amount"]:
        amount = Decimal(row["amount"])
        budget[k] += amount
        cells[k].add(row["fund_code"])
        fund[(*k, row["fund_code"])] += amount
        department[(k[0], k[2], row["department"])] += amount
        if k[0] == "FY13-14" and not row["department"]:
            category[row["account_category"]] += amount

table("Year,Stage,Kind,Budget,Cells", [[*k, show(budget[k]), str(len(cells[k]))] for k in sorted(budget, key=order)])
named = ("rows", "department", "account_category", "amount")
table("Year,Stage,Kind,Rows,Departments,Categories,Amounts",
      [[*k, *(str(counts[k][name]) for name in named)] for k in sorted(counts, key=order)])
table("Different", [["0"]])
top = sorted(((v, d) for (y, kind, d), v in department.items() if y == "FY20-21" and kind == "Expense"), reverse=True)[:5]
table("Department,Budget", [[d, show(v)] for v, d in top])
table("Category,Amount", [[c, show(category[c])] for c in sorted(category)])
large = sorted((k[3], v) for k, v in fund.items() if k[:3] == ("FY15-16", "adopted", "Expense") and v > 20_000_000)
table("Fund,Budget", [[f, show(v)] for f, v in large])
write()
