"""The model of the programs about modifiers: stores in countries in regions, months in quarters, sales with holes."""
from itertools import product

from cube import Cube

REGIONS = ["EMEA", "APAC", "Empty"]
COUNTRIES = {"France": "EMEA", "Japan": "APAC", "Spain": "EMEA", "Sealand": None, "Korea": "APAC"}
STORES = {"S1": ("France", 10, "big"), "S2": ("Japan", 0, "small"), "S3": ("France", 30, "small"), "S4": (None, 5, None), "S5": ("Spain", None, "big"), "S6": ("Sealand", 7, "big")}
PRODUCTS = ["P1", "P2"]
MONTHS = ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06"]
QUARTERS = ["2024-Q1", "2024-Q2"]


def quarter(month):
    return QUARTERS[(int(month[5:]) - 1) // 3]


country = {s: v[0] for s, v in STORES.items()}
region = {s: COUNTRIES.get(v[0]) for s, v in STORES.items()}
D = {"Product": PRODUCTS, "Store": list(STORES), "Month": MONTHS, "Country": list(COUNTRIES), "Region": REGIONS, "Quarter": QUARTERS}


def dims(*names):
    return {n: D[n] for n in names}


def sales_at(i):
    """Some numbers, with holes, zeros and signs."""
    return None if i % 3 == 1 or i % 7 == 5 else 0 if i % 11 == 4 else ((i * 37) % 101 - 30) / 4


Sales = Cube(dims("Product", "Store", "Month"), {k: sales_at(i) for i, k in enumerate(product(PRODUCTS, STORES, MONTHS))})
Price = Cube(dims("Product"), {("P1",): 2.5, ("P2",): 4})
Rate = Cube(dims("Country", "Month"), {("France", "2024-01"): 12, ("France", "2024-04"): -3, ("Japan", "2024-02"): 5, ("Spain", "2024-01"): 8, ("Sealand", "2024-06"): 1, ("Korea", "2024-01"): 9})
Target = Cube(dims("Region", "Quarter"), {("EMEA", "2024-Q1"): 120, ("APAC", "2024-Q1"): 60, ("Empty", "2024-Q1"): 7, ("EMEA", "2024-Q2"): 0})
Weight = Cube(dims("Store"), {("S1",): 3, ("S2",): 0, ("S3",): 1, ("S5",): 4})


def tell(s):
    s.items("Region", {"Name": "TEXT"}, [(r,) for r in REGIONS])
    s.items("Country", {"Name": "TEXT", "Region": "Region"}, COUNTRIES.items())
    s.items("Store", {"Name": "TEXT", "Country": "Country", "Size": "NUMBER", "Kind": "TEXT"}, [(k, *v) for k, v in STORES.items()])
    s.items("Product", {"Name": "TEXT"}, [(p,) for p in PRODUCTS])
    s.given("CREATE CALENDAR FROM '2024-01-01' TO '2024-06-30' LEVELS (Month, Quarter);")
    for name in ("Sales", "Price", "Rate", "Target", "Weight"):
        cube = globals()[name]
        s.metric(name, "NUMBER", list(cube.dims), cube.rows())


def show(s, formula, cube):
    """The question and its answer."""
    if cube.dims:
        s.value(formula, list(cube.dims), cube.rows())
    else:
        s.value(formula, [], cube.cells.get(()))
