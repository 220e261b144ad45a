"""TOSUBSET and TOPARENTLIST, formulas.md section 5: between a dimension and its subset, by item."""
from cube import Cube
from script import Script
from world import MONTHS, STORES, Rate, Sales, Weight, country, dims, show, tell

s = Script("A dimension and its subset: cells of items outside are lost on the way in, on the way back each goes to its own item.")
tell(s)
s.given("CREATE SUBSET Big OF Store AS Store.Kind = \"big\";", "CREATE SUBSET Stocked OF Store AS Store.Size > 5;", "CREATE SUBSET Nobody OF Store AS Store.Size > 500;")
big = [k for k, v in STORES.items() if v[2] == "big"]
stocked = [k for k, v in STORES.items() if (v[1] or 0) > 5]


def into(cube, name, items):
    at = list(cube.dims).index("Store")
    return Cube({name if d == "Store" else d: items if d == "Store" else i for d, i in cube.dims.items()}, {k: v for k, v in cube.cells.items() if k[at] in items})


def back(cube, name):
    return Cube({"Store" if d == name else d: list(STORES) if d == name else i for d, i in cube.dims.items()}, cube.cells)


show(s, "Weight[TOSUBSET: Big]", into(Weight, "Big", big))
show(s, "Sales[TOSUBSET: Big]", into(Sales, "Big", big))
show(s, "Sales[TOSUBSET: Stocked]", into(Sales, "Stocked", stocked))
show(s, "Weight[TOSUBSET: Nobody]", Cube({"Nobody": []}, {}))
show(s, "(Weight * 2)[TOSUBSET: Stocked]", into(Cube(Weight.dims, {k: v * 2 for k, v in Weight.cells.items()}), "Stocked", stocked))
show(s, "Weight[TOSUBSET: Big][TOPARENTLIST: Store]", back(into(Weight, "Big", big), "Big"))
show(s, "Sales[TOSUBSET: Big][TOPARENTLIST: Store]", back(into(Sales, "Big", big), "Big"))
show(s, "Weight - Weight[TOSUBSET: Stocked][TOPARENTLIST: Store]", Cube(Weight.dims, {k: 0 if k[0] in stocked else v for k, v in Weight.cells.items()}))
show(s, "Sales[TOSUBSET: Big][REMOVE: Big]", into(Sales, "Big", big).up(dims("Product", "Month"), lambda k: (k[0], k[2])))
cells = {("S1",): 5, ("S6",): 7}
s.metric("Own", "NUMBER", ["Big"], [(*k, v) for k, v in cells.items()])
show(s, "Own", Cube({"Big": big}, cells))
show(s, "Own[TOPARENTLIST: Store]", Cube(dims("Store"), cells))
show(s, "Own[TOPARENTLIST: Store] + Weight", Cube(dims("Store"), {("S1",): 8, ("S2",): 0, ("S3",): 1, ("S5",): 4, ("S6",): 7}))
show(s, "Own[TOPARENTLIST: Store][BY: Store.Country]", Cube(dims("Country"), {("France",): 5, ("Sealand",): 7}))
show(s, "Own[TOPARENTLIST: Store][TOSUBSET: Stocked]", Cube({"Stocked": stocked}, cells))
show(s, "CUMULATE(Own + 0, Big)", Cube({"Big": big}, {("S1",): 5, ("S6",): 12}))
s.main()
