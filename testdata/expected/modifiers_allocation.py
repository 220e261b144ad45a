"""BY downwards and ADD, formulas.md section 5."""
from cube import Cube
from script import Script
from world import COUNTRIES, D, MONTHS, STORES, Price, Rate, Target, Weight, country, dims, quarter, region, show, tell

s = Script("Allocation: copied, divided evenly, divided by a weight; over what maps to an item and over new dimensions.")
tell(s)
SM = dims("Store", "Month")
to_country = lambda k: (country[k[0]], k[1])
show(s, "Rate[BY: Store.Country]", Rate.down(SM, to_country))
show(s, "Rate[BY CONSTANT: Store.Country]", Rate.down(SM, to_country))
show(s, "Rate[BY SPLIT: Store.Country]", Rate.down(SM, to_country, "even"))
show(s, "Rate[BY SPLIT ON Weight: Store.Country]", Rate.down(SM, to_country, "by", lambda k: Weight.cells.get((k[0],))))
show(s, "Rate[BY SPLIT ON Store.Size: Store.Country]", Rate.down(SM, to_country, "by", lambda k: STORES[k[0]][1]))
show(s, "Target[BY: Store.Country.Region, Month.Quarter]", Target.down(SM, lambda k: (region[k[0]], quarter(k[1]))))
show(s, "Target[BY SPLIT: Country.Region]", Target.down(dims("Country", "Quarter"), lambda k: (COUNTRIES[k[0]], k[1]), "even"))
show(s, "Target[BY SPLIT: Month.Quarter]", Target.down(dims("Region", "Month"), lambda k: (k[0], quarter(k[1])), "even"))
show(s, "Target[BY SPLIT: Country.Region, Month.Quarter]", Target.down(dims("Country", "Month"), lambda k: (COUNTRIES[k[0]], quarter(k[1])), "even"))
show(s, "Target[BY SPLIT ON Rate + 20: Country.Region, Month.Quarter]",
     Target.down(dims("Country", "Month"), lambda k: (COUNTRIES[k[0]], quarter(k[1])), "by", lambda k: Rate.cells[k] + 20 if k in Rate.cells else None))
s.note("a total weight of 0 or of nothing gives nothing")
show(s, "Rate[BY SPLIT ON 0 * Store.Size: Store.Country]", Cube(SM, {}))
show(s, "Rate[BY SPLIT ON Weight[FILTER: CurrentValue > 3]: Store.Country]",
     Rate.down(SM, to_country, "by", lambda k: {"S5": 4}.get(k[0])))
show(s, "Rate[BY SPLIT ON IF(Store.Size > 20, 1, -1): Store.Country]", Rate.down(SM, to_country, "by", lambda k: 1 if (STORES[k[0]][1] or 0) > 20 else -1))
s.note("matched on what both have: who is in which team in which month")
team = {("A", "2024-01"): "T1", ("A", "2024-02"): "T2", ("B", "2024-01"): "T1", ("B", "2024-03"): "T2", ("C", "2024-02"): "T2"}
cost = Cube({"Team": ["T1", "T2"], "Month": MONTHS}, {("T1", "2024-01"): 10, ("T2", "2024-02"): 6, ("T2", "2024-03"): 9, ("T1", "2024-04"): 5})
s.items("Team", {"Name": "TEXT"}, [("T1",), ("T2",)])
s.items("Person", {"Name": "TEXT"}, [("A",), ("B",), ("C",)])
s.metric("TeamOf", "Team", ["Person", "Month"], [(*k, v) for k, v in team.items()])
s.metric("Cost", "NUMBER", ["Team", "Month"], cost.rows())
PM = {"Person": ["A", "B", "C"], "Month": MONTHS}
show(s, "Cost[BY: TeamOf]", cost.down(PM, lambda k: (team.get(k), k[1])))
show(s, "Cost[BY SPLIT: TeamOf]", cost.down(PM, lambda k: (team.get(k), k[1]), "even"))
level = {("A",): 3, ("B",): 1}
s.metric("Level", "NUMBER", ["Person"], [(*k, v) for k, v in level.items()])
show(s, "Cost[BY SPLIT ON Level: TeamOf]", cost.down(PM, lambda k: (team.get(k), k[1]), "by", lambda k: level.get(k[:1])))
s.note("an item: its value")
show(s, 'Rate[BY: Country."France"]', Rate.up(dims("Month"), lambda k: (k[1] if k[0] == "France" else None,)))
s.note("ADD")
PS = dims("Product", "Store")
show(s, "Price[ADD: Store]", Price.down(PS, lambda k: k[:1]))
show(s, "Price[ADD CONSTANT: Region, Quarter]", Price.down(dims("Product", "Region", "Quarter"), lambda k: k[:1]))
show(s, "Price[ADD SPLIT: Store]", Price.down(PS, lambda k: k[:1], "even"))
show(s, "Price[ADD SPLIT: Quarter, Region]", Price.down(dims("Product", "Quarter", "Region"), lambda k: k[:1], "even"))
show(s, "Price[ADD SPLIT ON Weight: Store]", Price.down(PS, lambda k: k[:1], "by", lambda k: Weight.cells.get(k[1:])))
show(s, "Price[ADD SPLIT ON Store.Size: Store]", Price.down(PS, lambda k: k[:1], "by", lambda k: STORES[k[1]][1]))
show(s, "Price[ADD SPLIT ON Weight * Price: Store]", Price.down(PS, lambda k: k[:1], "by", lambda k: Weight.cells[k[1:]] * Price.cells[k[:1]] if k[1:] in Weight.cells else None))
show(s, "Price[ADD SPLIT ON Weight[FILTER: CurrentValue < 1]: Store]", Cube(PS, {}))
show(s, "12[ADD SPLIT: Quarter]", Cube(dims("Quarter"), {("2024-Q1",): 6, ("2024-Q2",): 6}))
show(s, "5[ADD: Region]", Cube(dims("Region"), {(r,): 5 for r in D["Region"]}))
show(s, '"x"[ADD: Quarter]', Cube(dims("Quarter"), {(q,): "x" for q in D["Quarter"]}))
show(s, "Price[ADD: Store][REMOVE: Product]", Cube(dims("Store"), {(k,): 6.5 for k in STORES}))
s.note("down and up again is where it came from, as far as there was somebody to take it")
back = {("EMEA", "2024-Q1"): 120, ("APAC", "2024-Q1"): 60, ("EMEA", "2024-Q2"): 0}
show(s, "ROUND(Target[BY SPLIT: Country.Region][BY SUM: Country.Region], 9)", Cube(Target.dims, back))
s.main()
