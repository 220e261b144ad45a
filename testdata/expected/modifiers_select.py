"""SELECT, formulas.md section 5."""
from cube import Cube
from script import Script
from world import COUNTRIES, D, MONTHS, STORES, Price, Rate, Sales, Weight, country, dims, quarter, region, show, tell

s = Script("SELECT: by a condition, an item, an offset, an offset within a parent, a mapping to the same dimension and to another one.")
tell(s)
PSM = dims("Product", "Store", "Month")
PS, PM, P = dims("Product", "Store"), dims("Product", "Month"), dims("Product")


def where(holds, names, way, method="SUM"):
    return Sales.up(dims(*names), lambda k: way(k) if holds(k) else None, method)


s.note("a condition, whose dimensions go")
show(s, 'Sales[SELECT: Month = Month."2024-01"]', where(lambda k: k[2] == "2024-01", ["Product", "Store"], lambda k: k[:2]))
show(s, 'Sales[SELECT: Month."2024-02"]', where(lambda k: k[2] == "2024-02", ["Product", "Store"], lambda k: k[:2]))
show(s, 'Sales[SELECT: Store.Kind = "big"]', where(lambda k: STORES[k[1]][2] == "big", ["Product", "Month"], lambda k: (k[0], k[2])))
show(s, 'Sales[SELECT AVG: Month > Month."2024-03"]', where(lambda k: k[2] > "2024-03", ["Product", "Store"], lambda k: k[:2], "AVG"))
show(s, 'Sales[SELECT MAX: Month IN (Month."2024-01" : Month."2024-04")]', where(lambda k: k[2] <= "2024-04", ["Product", "Store"], lambda k: k[:2], "MAX"))
show(s, 'Sales[SELECT COUNT: Store.Country.Region = Region."EMEA" AND Month.Quarter = Quarter."2024-Q1"]',
     where(lambda k: region[k[1]] == "EMEA" and k[2] < "2024-04", ["Product"], lambda k: k[:1], "COUNT"))
show(s, "Sales[SELECT: Weight > 1]", where(lambda k: (Weight.cells.get((k[1],)) or 0) > 1, ["Product", "Month"], lambda k: (k[0], k[2])))
show(s, "Sales[SELECT: Sales < 0]", where(lambda k: (Sales.cells.get(k) or 0) < 0, [], lambda k: ()))
show(s, "Sales[SELECT LASTNONBLANK: Month <> Month.\"2024-06\"]", where(lambda k: k[2] != "2024-06", ["Product", "Store"], lambda k: k[:2], "LASTNONBLANK"))
show(s, 'Sales[SELECT: Product."P2"; SELECT: Store."S3"]', where(lambda k: k[:2] == ("P2", "S3"), ["Month"], lambda k: k[2:]))
show(s, "Sales[SELECT: ISBLANK(Store.Kind)]", where(lambda k: k[1] == "S4", ["Product", "Month"], lambda k: (k[0], k[2])))
s.note("an offset; off the end BLANK")


def at(cube, place, move):
    """The value that each cell reads at another place."""
    return Cube(cube.dims, {k: cube.cells.get(move(k)) for k in cube.places()})


def months(n):
    return lambda k: (*k[:-1], MONTHS[i] if 0 <= (i := MONTHS.index(k[-1]) + n) < 6 else None)


for n in (-1, 2, -5, 100):
    show(s, f"Sales[SELECT: Month {'-' if n < 0 else '+'} {abs(n)}]", at(Sales, None, months(n)))
show(s, "Rate[SELECT: Month - 0]", Rate)
show(s, "Rate[SELECT: Month - (1 + 1)]", at(Rate, None, months(-2)))
names = list(COUNTRIES)
show(s, "Rate[SELECT: Country + 1]", at(Rate, None, lambda k: (names[names.index(k[0]) + 1] if k[0] != "Korea" else None, k[1])))
show(s, "Rate - Rate[SELECT: Month - 1]", Cube(Rate.dims, {k: (Rate.cells.get(k) or 0) - (Rate.cells.get(months(-1)(k)) or 0) for k in Rate.places() if k in Rate.cells or months(-1)(k) in Rate.cells}))
show(s, "Rate[SELECT: Month - 1][SELECT: Month + 1]", Cube(Rate.dims, {k: v for k, v in Rate.cells.items() if k[1] != "2024-06"}))
s.note("an offset within a parent: summed there, moved there, copied back")
byq = Sales.up(dims("Product", "Store", "Quarter"), lambda k: (*k[:2], quarter(k[2])))
show(s, "Sales[SELECT: Month.Quarter - 1]", byq.down(PSM, lambda k: (*k[:2], {"2024-Q2": "2024-Q1"}.get(quarter(k[2])))))
show(s, "Sales[SELECT: Month.Quarter + 1]", byq.down(PSM, lambda k: (*k[:2], {"2024-Q1": "2024-Q2"}.get(quarter(k[2])))))
show(s, "Sales[SELECT AVG: Month.Quarter - 1]", Sales.up(dims("Product", "Store", "Quarter"), lambda k: (*k[:2], quarter(k[2])), "AVG").down(
    PSM, lambda k: (*k[:2], {"2024-Q2": "2024-Q1"}.get(quarter(k[2])))))
regions = D["Region"]
by_region = Rate.up(dims("Region", "Month"), lambda k: (COUNTRIES[k[0]], k[1]))
show(s, "Rate[SELECT: Country.Region - 1]", by_region.down(Rate.dims, lambda k: (regions[regions.index(COUNTRIES[k[0]]) - 1] if COUNTRIES[k[0]] in regions[1:] else None, k[1])))
show(s, "Rate[SELECT: Country.Region - 5]", Cube(Rate.dims, {}))
s.note("a mapping to the same dimension: the value there")
twin = {"S1": "S3", "S2": "S1", "S3": None, "S4": None, "S5": "S6", "S6": "S1"}
s.given("ALTER DIMENSION Store ADD PROPERTY Twin Store;", *(f"UPDATE Store SET Twin = '{b}' WHERE Code = '{a}';".replace("Code", "Name") for a, b in twin.items() if b))
show(s, "Weight[SELECT: Store.Twin]", at(Weight, None, lambda k: (twin[k[0]],)))
show(s, "Sales[SELECT: Store.Twin]", at(Sales, None, lambda k: (k[0], twin[k[1]], k[2])))
show(s, "Weight[SELECT: Store.Twin.Twin]", at(Weight, None, lambda k: (twin.get(twin[k[0]]),)))
show(s, "Rate[SELECT: SHIFT(Month, -2)]", at(Rate, None, months(-2)))
show(s, 'Rate[SELECT: IF(Month > Month."2024-02", Month."2024-01", Month)]', at(Rate, None, lambda k: (k[0], "2024-01" if k[1] > "2024-02" else k[1])))
moved = {("S1", "2024-01"): "2024-06", ("S1", "2024-02"): "2024-03", ("S3", "2024-05"): "2024-01", ("S6", "2024-06"): "2024-06"}
s.metric("Moved", "Month", ["Store", "Month"], [(*k, v) for k, v in moved.items()])
show(s, "Sales[SELECT: Moved]", at(Sales, None, lambda k: (*k[:2], moved.get(k[1:]))))
s.note("a mapping to another dimension: aggregated through it, copied back")
SM = dims("Store", "Month")
byc = Sales.up(dims("Product", "Country", "Month"), lambda k: (k[0], country[k[1]], k[2]))
show(s, "Sales[SELECT: Store.Country]", byc.down(PSM, lambda k: (k[0], country[k[1]], k[2])))
show(s, "Sales[SELECT MAX: Month.Quarter]", Sales.up(byq.dims, lambda k: (*k[:2], quarter(k[2])), "MAX").down(PSM, lambda k: (*k[:2], quarter(k[2]))))
show(s, "Weight / Weight[SELECT: Store.Country]", Cube(Weight.dims, {("S1",): 0.75, ("S3",): 0.25, ("S5",): 1.0}))
show(s, "Weight[SELECT: Store.Country.Region]", Weight.up(dims("Region"), lambda k: (region[k[0]],)).down(Weight.dims, lambda k: (region[k[0]],)))
show(s, "Rate[SELECT COUNT: Country.Region]", Rate.up(by_region.dims, lambda k: (COUNTRIES[k[0]], k[1]), "COUNT").down(Rate.dims, lambda k: (COUNTRIES[k[0]], k[1])))
s.main()
