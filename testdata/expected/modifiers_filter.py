"""FILTER, EXCLUDE and CurrentValue, TOSUBSET and TOPARENTLIST, formulas.md section 5."""
from cube import Cube
from script import Script
from world import COUNTRIES, MONTHS, STORES, Price, Rate, Sales, Weight, country, dims, quarter, region, show, tell

s = Script("FILTER keeps the cells where a condition is TRUE, EXCLUDE drops them; FALSE and BLANK are not TRUE.")
tell(s)


def kept(cube, holds):
    return Cube(cube.dims, {k: v for k, v in cube.cells.items() if holds(k, v) is True})


def dropped(cube, holds):
    return Cube(cube.dims, {k: v for k, v in cube.cells.items() if holds(k, v) is not True})


def weight_over(n):
    return lambda k, v: None if (w := Weight.cells.get((k[1] if len(k) > 1 else k[0],))) is None else w > n


def both(condition, holds, name="Sales", cube=Sales):
    show(s, f"{name}[FILTER: {condition}]", kept(cube, holds))
    show(s, f"{name}[EXCLUDE: {condition}]", dropped(cube, holds))


both("CurrentValue > 5", lambda k, v: v > 5)
both("CurrentValue = 0", lambda k, v: v == 0)
both("Weight > 0", weight_over(0))
both('Store.Kind = "big"', lambda k, v: None if STORES[k[1]][2] is None else STORES[k[1]][2] == "big")
both('Month >= Month."2024-03" AND CurrentValue < 0', lambda k, v: k[2] >= "2024-03" and v < 0)
s.note("neither term of this OR has both dimensions: it has a value where both have")
both('Product = Product."P1" OR Weight = 4', lambda k, v: k[0] == "P1" or Weight.cells[k[1:2]] == 4 if k[1:2] in Weight.cells else None)
both("ISBLANK(Weight)", lambda k, v: (k[1],) not in Weight.cells)
both("CurrentValue > Price * Weight", lambda k, v: v > Price.cells[k[:1]] * Weight.cells[k[1:2]] if k[1:2] in Weight.cells else None)
both("Rate[BY: Store.Country] > 0", lambda k, v: None if (r := Rate.cells.get((country[k[1]], k[2]))) is None else r > 0)
both("TRUE", lambda k, v: True, "Weight", Weight)
both("FALSE", lambda k, v: False, "Weight", Weight)
both("Weight[SELECT: Store.Country] > 3", lambda k, v: {"France": True, "Spain": True, "Japan": False}.get(country[k[0]]), "Weight", Weight)
both("CurrentValue > SUMOF(Weight) / 4", lambda k, v: v > 2, "Weight", Weight)
both("CurrentValue = MAXOF(CurrentValue)", lambda k, v: v == 4, "Weight", Weight)
both('Store IN (Store."S1", Store."S5")', lambda k, v: k[0] in ("S1", "S5"), "Weight", Weight)
s.note("one after another, on an expression, and inside a sum")
show(s, "Sales[FILTER: CurrentValue > 0][EXCLUDE: CurrentValue > 10]", kept(Sales, lambda k, v: 0 < v <= 10))
show(s, "Sales[FILTER: CurrentValue > 0; REMOVE COUNT: Store, Month]", kept(Sales, lambda k, v: v > 0).up(dims("Product"), lambda k: k[:1], "COUNT"))
show(s, "(Sales * 2)[FILTER: CurrentValue > 20]", Cube(Sales.dims, {k: v * 2 for k, v in Sales.cells.items() if v * 2 > 20}))
show(s, "Sales[REMOVE: Month][FILTER: CurrentValue > 10]", kept(Sales.up(dims("Product", "Store"), lambda k: k[:2]), lambda k, v: v > 10))
show(s, "Sales[FILTER: CurrentValue > 5] + Sales[EXCLUDE: CurrentValue > 5]", Sales)
show(s, "Store.Kind[FILTER: CurrentValue <> \"big\"]", Cube(dims("Store"), {("S2",): "small", ("S3",): "small"}))
show(s, "Sales[FILTER: CurrentValue * 2 > 10 AND CurrentValue < 12]",
     kept(Sales, lambda k, v: 10 < v * 2 and v < 12))
s.note("the worked value")
s.items("D", {"Name": "TEXT"}, [("1",), ("2",), ("3",)])
s.metric("Revenue", "NUMBER", ["D"], [("1", 10), ("2", 10), ("3", 10)])
s.metric("Cost", "NUMBER", ["D"], [("1", 2000), ("2", 500)])
s.value("Revenue[EXCLUDE: Cost > 1000]", ["D"], [("2", 10), ("3", 10)])
s.value("Revenue[FILTER: Cost <= 1000]", ["D"], [("2", 10)])
s.main()
