"""ITEM, MATCH, TIMEDIM and property paths, formulas.md sections 2 and 7."""
import datetime as dt

from script import Samples, Script

s = Script("Looking items up: by name, by any property, by date; along paths, where a missing link is BLANK.")
s.items("Region", {"Name": "TEXT", "Zone": "TEXT"}, [("EMEA", "E"), ("APAC", "A"), ("Void", None)])
countries = [("France", "EMEA", "EUR", 33, dt.date(1958, 10, 5)), ("Japan", "APAC", "JPY", 81, None), ("Spain", "EMEA", "EUR", 34, dt.date(1978, 12, 29)),
             ("Atlantis", None, None, None, None), ("42", "Void", "eur", 33, dt.date(1978, 12, 29)), ("", "APAC", "", 0, None), ("Côte d'Ivoire", "EMEA", "XOF", 225, None)]
region = {r[0]: r[1] for r in countries}
s.items("Country", {"Name": "TEXT", "Region": "Region", "Currency": "TEXT", "Code": "INTEGER", "Since": "DATE"}, [c for c in countries if c[0]])
countries = [c for c in countries if c[0]]
names = [c[0] for c in countries]
asked = [("France", "EUR", 33, dt.date(1978, 12, 29)), ("france", "eur", 34, None), ("42", "JPY", 0, dt.date(1958, 10, 5)), ("Nowhere", "USD", None, dt.date(2000, 1, 1)), (None, None, 225, None),
         ("", "", 33, None), (" Japan", "XOF", 81, None), ("Côte d'Ivoire", "Eur", -1, None)]
S = Samples(s, {"N": "TEXT", "C": "TEXT", "K": "INTEGER", "D": "DATE"}, asked)
exact = lambda n: n if n in names else None


def first(column, value):
    return None if value is None else next((c[0] for c in countries if c[column] == value), None)


def only(column, value):
    having = [c[0] for c in countries if value is not None and c[column] == value]
    return having[0] if len(having) == 1 else None


s.note("ITEM: by the unique name, exactly")
S.value("ITEM($N$, Country.Name)", exact)
S.value("ITEM(TRIM($N$), Country.Name)", lambda n: None if n is None else exact(n.strip()))
S.value('ITEM("" & 42, Country.Name) = ITEM($N$, Country.Name)', lambda n: None if exact(n) is None else n == "42")
S.value("ISDEFINED(ITEM($N$, Country.Name))", lambda n: True if exact(n) else None)
S.value('ITEM(PROPER($N$), Country.Name) = Country."France"', lambda n: {"France": True, "france": True, "42": False}.get(n))
s.value('ITEM(Country.Currency, Country.Name)', ["Country"], [])
s.value('ITEM(Country.Name, Country.Name) = Country', ["Country"], [(n, True) for n in names])
s.note("by another property it must tell them apart: what several have gives none")
S.value("ITEM($C$, Country.Currency)", lambda c: only(2, c))
S.value("ITEM($K$, Country.Code)", lambda k: only(3, k))
S.value("ITEM($D$, Country.Since)", lambda d: only(4, d))
s.note("MATCH: the first in item order; a BLANK matches nothing, not even a BLANK")
S.value("MATCH($C$, Country.Currency)", lambda c: first(2, c))
S.value("MATCH($K$, Country.Code)", lambda k: first(3, k))
S.value("MATCH($D$, Country.Since)", lambda d: first(4, d))
S.value("MATCH($N$, Country.Name)", exact)
S.value('MATCH(IF($K$ > 33, Region."EMEA", Region."APAC"), Country.Region)', lambda k: "France" if k is not None and k > 33 else "Japan")
S.value("MATCH($K$ + 1, Country.Code)", lambda k: None if k is None else first(3, k + 1))
s.value('MATCH("E", Region.Zone)', [], "EMEA")
s.value("MATCH(Country.Region, Country.Region)", ["Country"], [(n, first(1, region[n])) for n in names])

s.note("paths, over one link and two, and through metrics of items")
zone = {"EMEA": "E", "APAC": "A"}
s.value("Country.Region", ["Country"], [(n, region[n]) for n in names])
s.value("Country.Region.Zone", ["Country"], [(n, zone.get(region[n])) for n in names])
s.value("Country.'Region'.'zone' & \"!\"", ["Country"], [(n, zone[region[n]] + "!" if region[n] in zone else None) for n in names])
s.value("Country.Code * 2", ["Country"], [(c[0], None if c[3] is None else c[3] * 2) for c in countries])
s.value("Country.Region = Region.\"EMEA\"", ["Country"], [(n, None if region[n] is None else region[n] == "EMEA") for n in names])
s.items("Team", {"Name": "TEXT", "Home": "Country"}, [("A", "Japan"), ("B", None), ("C", "Atlantis"), ("D", "42"), ("E", "Spain")])
s.value("Team.Home.Region.Zone", ["Team"], [("A", "A"), ("E", "E")])
s.value("Team.Home.Code + 1", ["Team"], [("A", 82), ("D", 34), ("E", 35)])
s.value("ISBLANK(Team.Home.Region)", ["Team"], [("A", False), ("B", True), ("C", True), ("D", False), ("E", False)])
s.metric("Lead", "Country", ["Team"], [("A", "Spain"), ("C", "France"), ("D", "Atlantis")])
s.value("Lead", ["Team"], [("A", "Spain"), ("C", "France"), ("D", "Atlantis")])
s.value("Lead & \"/\" & Team.Home", ["Team"], [("A", "Spain/Japan"), ("C", "France/Atlantis"), ("D", "Atlantis/42"), ("E", "/Spain"), ("B", None)][:3] + [("E", "/Spain")])
s.value("Lead = Team.Home", ["Team"], [("A", False), ("C", False), ("D", False)])
s.value("Lead < Team.Home", ["Team"], [("A", False), ("C", True), ("D", True)])

s.note("TIMEDIM: the period that holds the day; before and after the calendar there is none")
s.given("CREATE CALENDAR FROM '2023-12-01' TO '2025-01-31' LEVELS (Day, Week, Month);")
dates = [dt.date(2024, 2, 29), dt.date(2023, 12, 1), dt.date(2023, 11, 30), dt.date(2025, 1, 31), dt.date(2025, 2, 1), None, dt.date(2024, 12, 30), dt.date(2024, 1, 1)]
T = Samples(s, {"D": "DATE", "N": "INTEGER"}, [(d, n) for d, n in zip(dates, [1, 0, 1, 1, -1, 5, 2, None])], "T")
inside = lambda d: d is not None and dt.date(2023, 12, 1) <= d <= dt.date(2025, 1, 31)
T.value("TIMEDIM($D$, Month)", lambda d: f"{d:%Y-%m}" if inside(d) else None)
T.value("TIMEDIM($D$, Day)", lambda d: d if inside(d) else None)
T.value("TIMEDIM($D$ + $N$, Month)", lambda d, n: f"{d + dt.timedelta(n or 0):%Y-%m}" if d and inside(d + dt.timedelta(n or 0)) else None)
T.value("SHIFT(TIMEDIM($D$, Month), 1)", lambda d: {12: "2024-01"}.get(d.month if d.year == 2023 else 0, f"{d.year + d.month // 12}-{d.month % 12 + 1:02}") if inside(d) and d != dt.date(2025, 1, 31) else None)
T.value("TIMEDIM($D$, Month) = Month.\"2024-01\"", lambda d: d.year == 2024 and d.month == 1 if inside(d) else None)
s.note("the weeks at both ends are whole ones")
T.value("TIMEDIM($D$, Week)", lambda d: None if d is None else "{}-W{:02}".format(*d.isocalendar()[:2]))
T.value("TIMEDIM(DATE(2024, $N$, 1), Month)", lambda n: f"2024-{n:02}" if n and 1 <= n <= 12 else None)
s.metric("Amount", "NUMBER", ["T"], [(k, 10 ** i) for i, k in enumerate(T.keys)])
amounts = {}
for i, d in enumerate(dates):
    if inside(d):
        amounts.setdefault(f"{d:%Y-%m}", []).append(10 ** i)
s.value("Amount[BY SUM: TIMEDIM(T.D, Month)]", ["Month"], [(m, sum(v)) for m, v in sorted(amounts.items())])
s.value("Month.'Start Date'", ["Month"], [(f"{y}-{m:02}", dt.date(y, m, 1)) for y, m in [(2023, 12)] + [(2024, m) for m in range(1, 13)] + [(2025, 1)]])
s.value("Month.'End Date' - Month.'Start Date' + 1", ["Month"],
        [(f"{y}-{m:02}", (dt.date(y + m // 12, m % 12 + 1, 1) - dt.date(y, m, 1)).days) for y, m in [(2023, 12)] + [(2024, m) for m in range(1, 13)] + [(2025, 1)]])
s.main()
