#!/usr/bin/env python3
"""The figures of model.out, computed without smalt, from the csv files and not from the Parquet file that the model loads.

Usage: check.py FOLDER-OF-THE-CSV-FILES > model.out
"""
import csv
import os
import sys
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

sys.path.insert(0, f"{os.path.dirname(os.path.abspath(__file__))}/..")
from figures import show, table, write  # noqa: E402

FLOWS = {"budauth": "budauth", "outlays": "outlays", "receipts": "receipts"}
PERIODS = [str(y) for y in range(1962, 1977)] + ["TQ"] + [str(y) for y in range(1977, 2022)]
rows = []
names = {}
for plan in ("2016", "2017"):
    for flow, called in FLOWS.items():
        with open(f"{sys.argv[1]}/fy{plan}_{flow}.csv", newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            header = [name.lower() for name in next(reader)]
            agency, name = header.index("agency code"), header.index("agency name")
            function = header.index("subfunction title") if "subfunction title" in header else None
            for row in reader:
                names[(plan, flow, row[agency])] = row[name]
                for place, period in enumerate(header):
                    value = row[place].replace(",", "").strip() if period.upper() in PERIODS else ""
                    if value and int(value) != 0:
                        title = row[function] if function is not None else None
                        rows.append((plan, called, row[agency], row[name], title, period.upper(), int(value)))


def sums(of, where=lambda row: True):
    out = defaultdict(int)
    for row in rows:
        if where(row):
            out[of(row)] += row[6]
    return out


def millions(value):
    return show((Decimal(value) / 1000).quantize(Decimal(1), ROUND_HALF_UP))


outlays = sums(lambda r: (r[0], r[5]), lambda r: r[1] == "outlays")
receipts = sums(lambda r: (r[0], r[5]), lambda r: r[1] == "receipts")
table("Period,Outlays", [["2015", millions(outlays["2017", "2015"])]])
# Two agencies have one name: what is on the budget and what is off it.
agencies = sums(lambda r: (r[2], r[3]), lambda r: r[:2] == ("2017", "outlays") and r[5] == "2015")
top = sorted(agencies.items(), key=lambda item: -item[1])[:10]
table("Agency,Millions", [[name, millions(value)] for (_, name), value in top])


def plans(periods):
    lines = []
    for period in periods:
        one, other = outlays.get(("2016", period)), outlays.get(("2017", period))
        # A difference of metrics has a value wherever one of them has one.
        change = (other or 0) - (one or 0)
        lines.append([period] + ["" if v is None else show(v) for v in (one, other, change)])
    return lines


table("Period,Plan 2016,Plan 2017,Change", plans(["1975", "1976", "TQ", "1977"]))
table("Period,Plan 2016,Plan 2017,Change", plans([str(y) for y in range(2012, 2022)]))
surplus = {k: receipts[k] - outlays[k] for k in set(receipts) | set(outlays)}
ordered = [(plan, period) for plan in ("2016", "2017") for period in PERIODS if (plan, period) in surplus]
table("Plan,Period,Surplus", [[*k, show(surplus[k])] for k in ordered if k[1] in ("1969", "1976", "TQ", "2000", "2015")])
debt, running = {}, defaultdict(int)
for plan, period in ordered:
    running[plan] -= surplus[plan, period]
    debt[plan, period] = running[plan]
table("Plan,Period,Debt", [[*k, show(debt[k])] for k in ordered if k[1] in ("1976", "TQ", "2015")])
lines = []
for plan in ("2016", "2017"):
    for flow in sorted(FLOWS.values()):
        of = [r for r in rows if r[:2] == (plan, flow)]
        lines.append([plan, flow, str(len({r[2] for r in of})), str(len({(r[2], r[5]) for r in of})), show(sum(r[6] for r in of))])
table("Plan,Flow,Agencies,Cells,Amount", lines)
functions = sums(lambda r: r[4], lambda r: r[:2] == ("2016", "outlays") and r[5] == "2016")
top = sorted(functions.items(), key=lambda item: -item[1])[:5]
table("Function,Amount", [[name, show(value)] for name, value in top])
write()
