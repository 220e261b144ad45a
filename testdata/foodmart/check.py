#!/usr/bin/env python3
"""The figures of model.out, computed without smalt: row by row, in decimals.

Usage: check.py FOLDER-OF-THE-CSV-FILES > model.out
"""
import csv
import os
import sys
from collections import defaultdict
from decimal import Decimal

sys.path.insert(0, f"{os.path.dirname(os.path.abspath(__file__))}/..")
from figures import show, table, write  # noqa: E402


def read(name):
    with open(f"{sys.argv[1]}/{name}.csv", newline="") as file:
        return list(csv.DictReader(file))


def totals(of, amount):
    out = defaultdict(Decimal)
    for row in sales:
        out[of(row)] += amount(row)
    return out


classes = {row["product_class_id"]: row for row in read("product_class")}
products = {row["product_id"]: row for row in read("product")}
stores = {row["store_id"]: row for row in read("store")}
customers = {row["customer_id"]: row for row in read("customer")}
days = {row["time_id"]: row["the_date"][:10] for row in read("time_by_day")}
sales = read("sales_fact_1997")
LEVELS = ["product_family", "product_department", "product_category", "product_subcategory"]


def units(row):
    return Decimal(row["unit_sales"])


def path(row, depth):
    """The names of the first levels above a row's product; six are the brand and the product too."""
    product = products[row["product_id"]]
    names = [classes[product["product_class_id"]][level] for level in LEVELS] + [product["brand_name"], product["product_id"]]
    return tuple(names[:depth])


def quarter(row):
    year, month, _ = days[row["time_id"]].split("-")
    return f"{year}-Q{(int(month) + 2) // 3}"


coordinates = {(r["product_id"], r["customer_id"], r["store_id"], r["time_id"]) for r in sales}
table("Units,Cells", [[show(sum(map(units, sales))), str(len(coordinates))]])
table("State,Units", [[k, show(v)] for k, v in sorted(totals(lambda r: stores[r["store_id"]]["store_state"], units).items())])
table("Family,Units", [[k[0], show(v)] for k, v in sorted(totals(lambda r: path(r, 1), units).items())])
table("Family,Quarter,By Family", [[k[0][0], k[1], show(v)] for k, v in sorted(totals(lambda r: (path(r, 1), quarter(r)), units).items())])
drinks = {k: v for k, v in totals(lambda r: path(r, 2), units).items() if k[0] == "Drink"}
table("Department,Units", [[k[1], show(v)] for k, v in sorted(drinks.items())])
table("Families,Departments,Categories,Subcategories,Brands,Products",
      [[str(len({path(r, depth) for r in sales})) for depth in range(1, 7)]])

size = defaultdict(Decimal)
for row in read("store_ragged"):
    if stores[row["store_id"]]["store_sqft"]:
        country, state, city = row["store_country"], row["store_state"], row["store_city"]
        for place in {country, state, city} - {""}:
            size[place] += Decimal(stores[row["store_id"]]["store_sqft"])
table("Place,Size", [[k, show(v)] for k, v in sorted(size.items())])

buyers = defaultdict(set)
for row in sales:
    buyers[customers[row["customer_id"]]["state_province"]].add(row["customer_id"])
by_state = totals(lambda r: customers[r["customer_id"]]["state_province"], units)
table("State,Customers,Units", [[k, str(len(buyers[k])), show(v)] for k, v in sorted(by_state.items())])

month = lambda r: days[r["time_id"]][:7]
cells = defaultdict(set)
for row in sales:
    cells[month(row)].add((row["product_id"], row["customer_id"], row["store_id"], row["time_id"]))
sold, money = totals(month, units), totals(month, lambda r: Decimal(r["store_sales"]))
table("Month,Sold,Sales,Cells", [[k, show(sold[k]), show(round(money[k], 2)), str(len(cells[k]))] for k in sorted(sold)])
write()
