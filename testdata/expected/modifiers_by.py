"""BY upwards, REMOVE and KEEP, formulas.md section 5."""
from cube import Cube
from script import Script
from world import COUNTRIES, D, MONTHS, PRODUCTS, STORES, Price, Rate, Sales, Weight, country, dims, quarter, region, show, tell

s = Script("""BY upwards: what is grouped leaves, what it is mapped to arrives, an item that is mapped to BLANK is left out; what no mapping
uses stays. REMOVE and KEEP.""")
tell(s)
PSM, PCM = ("Product", "Store", "Month"), dims("Product", "Country", "Month")
by_country = lambda k: (k[0], country[k[1]], k[2])
show(s, "Sales[BY: Store.Country]", Sales.up(PCM, by_country))
for method in ("SUM", "AVG", "MAX", "COUNT", "FIRST"):
    show(s, f"Sales[BY {method}: Store.Country]", Sales.up(PCM, by_country, method))
show(s, "Sales[BY SUM: Store.Country.Region, Month.Quarter]", Sales.up(dims("Product", "Region", "Quarter"), lambda k: (k[0], region[k[1]], quarter(k[2]))))
show(s, "Sales[BY SUM: Store.Country, Month.Quarter][REMOVE: Product]", Sales.up(dims("Country", "Quarter"), lambda k: (country[k[1]], quarter(k[2]))))
s.note("a dimension listed by itself stays although another mapping uses it")
show(s, "Sales[BY SUM: Store, Store.Country][REMOVE: Product]", Sales.up(dims("Store", "Country", "Month"), lambda k: (k[1], country[k[1]], k[2])))
show(s, "Sales[BY SUM: Product, Month.Quarter]", Sales.up(dims("Product", "Store", "Quarter"), lambda k: (k[0], k[1], quarter(k[2]))))
show(s, "Weight[BY SUM: Store.Country, Store]", Weight.up(dims("Store", "Country"), lambda k: (k[0], country[k[0]])))
s.note("to the same dimension")


def shift(n):
    return lambda m: MONTHS[i] if 0 <= (i := MONTHS.index(m) + n) < len(MONTHS) else None


show(s, "Sales[BY: SHIFT(Month, 2)]", Sales.up(dims(*PSM), lambda k: (k[0], k[1], shift(2)(k[2]))))
show(s, "Rate[BY: SHIFT(Month, -1)]", Rate.up(dims("Country", "Month"), lambda k: (k[0], shift(-1)(k[1]))))
show(s, 'Rate[BY MAX: IF(Month < Month."2024-04", Month."2024-01", Month)]', Rate.up(dims("Country", "Month"), lambda k: (k[0], k[1] if k[1] >= "2024-04" else "2024-01"), "MAX"))
s.note("through metrics of items, one of two dimensions")
manager = {"S1": "S3", "S2": "S3", "S3": None, "S4": "S1", "S5": "S1", "S6": "S6"}
s.metric("Manager", "Store", ["Store"], manager.items())
show(s, "Weight[BY: Manager]", Weight.up(dims("Store"), lambda k: (manager[k[0]],)))
home = {("S1", "2024-01"): "Japan", ("S1", "2024-02"): "Japan", ("S2", "2024-01"): "Korea", ("S3", "2024-01"): "Japan", ("S3", "2024-05"): "Spain", ("S6", "2024-02"): "Spain"}
s.metric("Home", "Country", ["Store", "Month"], [(*k, v) for k, v in home.items()])
show(s, "Sales[BY SUM: Home]", Sales.up(dims("Product", "Country"), lambda k: (k[0], home.get(k[1:]))))
show(s, "Sales[BY SUM: Home, Month]", Sales.up(PCM, lambda k: (k[0], home.get(k[1:]), k[2])))
show(s, "Sales[BY AVG: Home, Month.Quarter]", Sales.up(dims("Product", "Country", "Quarter"), lambda k: (k[0], home.get(k[1:]), quarter(k[2])), "AVG"))
s.note("an item: everything goes to it")
show(s, 'Price[BY: Region."APAC"]', Price.up(dims("Product", "Region"), lambda k: (k[0], "APAC")))
s.note("of texts, truths and rows")
show(s, "(Sales > 0)[BY ANY: Store.Country]", Cube(Sales.dims, {k: v > 0 for k, v in Sales.cells.items()}).up(PCM, by_country, "ANY"))
show(s, "Store.Kind[BY TEXTLIST: Store.Country]", Cube(dims("Store"), {(k,): v[2] for k, v in STORES.items()}).up(dims("Country"), lambda k: (country[k[0]],), "TEXTLIST"))
rows = [("S1", "2024-02-29", 1.5, "a"), ("S3", "2024-02-01", 2, "b"), ("S1", "2024-02-01", None, "c"), (None, "2024-02-01", 8, "d"), ("S2", "2025-01-01", 16, "e"), ("S2", "2024-06-30", 32, None), ("S1", "2024-02-11", 64, "a")]
s.given("CREATE LIST Orders (Store Store, Posted DATE, Amount NUMBER, Note TEXT);", Script.insert("Orders", ["Store", "Posted", "Amount", "Note"], rows))


def rows_up(names, way, column, method="SUM"):
    cells = {(i,): r[column] for i, r in enumerate(rows)}
    return Cube({"Row": range(len(rows))}, cells).up(dims(*names), lambda k: way(rows[k[0]]), method)


month = lambda r: r[1][:7] if r[1][:7] in MONTHS else None
show(s, "Orders.Amount[BY SUM: Orders.Store]", rows_up(["Store"], lambda r: (r[0],), 2))
show(s, "Orders.Amount[BY SUM: Orders.Store, TIMEDIM(Orders.Posted, Month)]", rows_up(["Store", "Month"], lambda r: (r[0], month(r)), 2))
show(s, "Orders.Amount[BY COUNT: Orders.Store.Country]", rows_up(["Country"], lambda r: (country.get(r[0]),), 2, "COUNT"))
show(s, "Orders.Note[BY TEXTLIST: TIMEDIM(Orders.Posted, Month)]", rows_up(["Month"], lambda r: (month(r),), 3, "TEXTLIST"))
show(s, "Orders.Amount[FILTER: Orders.Note = \"a\"][BY MAX: Orders.Store]", rows_up(["Store"], lambda r: (r[0] if r[3] == "a" else None,), 2, "MAX"))
show(s, "(Orders.Amount * Orders.Store.Size)[BY: Orders.Store]", Cube(dims("Store"), {("S1",): 655, ("S3",): 60, ("S2",): 0}))
show(s, "(Orders.Posted - DATE(2024,1,1))[BY MIN: Orders.Store]", Cube(dims("Store"), {("S1",): 31, ("S2",): 181, ("S3",): 31}))
s.note("REMOVE and KEEP")
show(s, "Sales[REMOVE: Month]", Sales.up(dims("Product", "Store"), lambda k: k[:2]))
show(s, "Sales[REMOVE AVG: Month, Store]", Sales.up(dims("Product"), lambda k: k[:1], "AVG"))
show(s, "Sales[REMOVE MIN: Product, Store, Month]", Sales.up({}, lambda k: (), "MIN"))
show(s, "Sales[REMOVE LASTNONBLANK: Month][REMOVE MAX: Store]",
     Sales.up(dims("Product", "Store"), lambda k: k[:2], "LASTNONBLANK").up(dims("Product"), lambda k: k[:1], "MAX"))
show(s, "Sales[REMOVE COUNT: Product, Month; FILTER: CurrentValue > 7]",
     Cube(dims("Store"), {k: v for k, v in Sales.up(dims("Store"), lambda k: (k[1],), "COUNT").cells.items() if v > 7}))
show(s, "Sales[KEEP: Month]", Sales.up(dims("Month"), lambda k: (k[2],)))
show(s, "Sales[KEEP MAX: Month, Product]", Sales.up(dims("Product", "Month"), lambda k: (k[0], k[2]), "MAX"))
show(s, "Sales[KEEP COUNTUNIQUE: Store]", Sales.up(dims("Store"), lambda k: (k[1],), "COUNTUNIQUE"))
show(s, "Sales[KEEP: Product, Store, Month]", Sales)
show(s, "Price[KEEP AVG: Product]", Price)
s.note("one sum after another is the sum of all, where every item has a parent; here not")
show(s, "Sales[BY SUM: Store.Country][REMOVE: Country, Product]", Sales.up(dims("Month"), lambda k: (k[2] if country[k[1]] else None,)))
show(s, "Rate[BY SUM: Country.Region][REMOVE: Region]", Rate.up(dims("Month"), lambda k: (k[1] if COUNTRIES[k[0]] else None,)))
s.main()
