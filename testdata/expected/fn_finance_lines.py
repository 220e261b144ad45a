"""NPV, IRR, XNPV, XIRR, formulas.md section 7."""
import datetime as dt
import random
from decimal import Decimal as D

import money
from money import exact
from script import Script

s = Script("""Cash flows along a dimension: with holes, from the first cell on, without a change of signs. What is BLANK still takes its turn.""")
P = [f"{i:02}" for i in range(1, 9)]
day = {p: dt.date(2024, 1, 31) + dt.timedelta(47 * i + i * i) for i, p in enumerate(P)}
s.items("P", {"Name": "TEXT", "D": "DATE"}, [(p, day[p]) for p in P])
rates = {"plain": 0.1, "holes": 0.05, "late": 0, "positive": 0.2, "single": 0.01, "none": None, "deep": -0.25, "big": 0.1}
s.items("L", {"Name": "TEXT", "Rate": "NUMBER"}, rates.items())
X = {"plain": dict(zip(P, [-1000, 300, 400, 500, 100])), "holes": {"01": -500, "03": 200, "06": 450}, "late": {"04": 110, "05": -40, "08": -60.5}, "positive": {"01": 110, "02": 121},
     "single": {"05": -7}, "none": {}, "deep": dict(zip(P, [-900, 50, 60, 70, 80, 90])), "big": {"01": -1, "02": 5, "08": 1}}
s.metric("X", "NUMBER", ["L", "P"], [(l, p, X[l].get(p)) for l in X for p in P])


def npv(rate, line, begin):
    if rate is None:
        return None
    first = P.index(begin)
    return sum(exact(line[p]) / (1 + exact(rate)) ** (P.index(p) - first + 1) for p in P[first:] if p in line)


def first(line):
    return next((p for p in P if p in line), None)


def shown(value, digits=9):
    return None if value is None else float(round(value, digits))


LP = ["L", "P"]


def at_first(rate, digits=9):
    return [(l, first(X[l]), shown(npv(rate(l), X[l], first(X[l])), digits)) for l in X if X[l]]


def everywhere(rate):
    return [(l, p, shown(npv(rate(l), X[l], p))) for l in X for p in P if p in X[l]]


s.note("NPV at the first cell")
s.value("ROUND(NPV(0.1, X, P), 9)", LP, at_first(lambda l: 0.1))
s.value("ROUND(NPV(0, X, P), 9)", LP, at_first(lambda l: 0))
s.value("ROUND(NPV(L.Rate, X, P), 9)", LP, at_first(lambda l: rates[l]))
s.value("ROUND(NPV(-0.5, X, P), 9)", LP, at_first(lambda l: -0.5))
s.value("NPV(-1, X, P)", LP, [])
s.note("and at every cell, from there")
s.value("ROUND(NPV(0.1, X, ALL, P), 9)", LP, everywhere(lambda l: 0.1))
s.value("ROUND(NPV(L.Rate, X, ALL, P), 9)", LP, everywhere(lambda l: rates[l]))
s.note("along the calendar where no dimension is named")
s.given("CREATE CALENDAR FROM '2024-01-01' TO '2024-04-30' LEVELS (Month);")
M = {("plain", "2024-02"): 110, ("plain", "2024-03"): 121, ("holes", "2024-01"): 110, ("holes", "2024-04"): 146.41}
s.metric("M", "NUMBER", ["L", "Month"], [(*k, v) for k, v in M.items()])
s.value("ROUND(NPV(0.1, M), 9)", ["L", "Month"], [("plain", "2024-02", 200), ("holes", "2024-01", 200)])
s.value("ROUND(NPV(0.1, M, ALL), 9)", ["L", "Month"], [("plain", "2024-02", 200), ("plain", "2024-03", 110), ("holes", "2024-01", 200), ("holes", "2024-04", 133.1)])
s.given("CREATE DIMENSION Q (Name TEXT);", "INSERT INTO Q (Name) VALUES ('1'), ('2'), ('3');", "CREATE METRIC One NUMBER BY (Q);", "INSERT INTO One (Q, One) VALUES ('1', 110), ('2', 121);")
s.value("ROUND(NPV(0.1, One), 9)", ["Q"], [("1", 200)])


def irr(line):
    if not line or not (min(line.values()) < 0 < max(line.values())):
        return None
    start = P.index(first(line))
    return money.root(lambda r: sum(exact(v) / (1 + r) ** (P.index(p) - start) for p, v in line.items()), "-0.999", "50")


s.note("IRR")
s.value("ROUND(IRR(X, P), 9)", ["L"], [(l, shown(irr(X[l]))) for l in X])
s.value("ROUND(IRR(-X, P), 9)", ["L"], [(l, shown(irr(X[l]))) for l in X])
s.value("ISBLANK(IRR(X, P))", ["L"], [(l, irr(X[l]) is None) for l in X])
s.value("ROUND(IRR(X[FILTER: P <> P.\"01\"], P), 9)", ["L"], [(l, shown(irr({p: v for p, v in X[l].items() if p != "01"}))) for l in X])
s.value("ROUND(IRR(X[SELECT: L.\"plain\"], P), 9)", [], shown(irr(X["plain"])))


def xnpv(rate, line, days=lambda p: day[p]):
    """Years of 365 days from the day of the first cell."""
    if rate is None or not line:
        return None
    start = days(first(line))
    return sum(exact(v) / (1 + exact(rate)) ** (D((days(p) - start).days) / 365) for p, v in line.items())


def xirr(line):
    if not line or not (min(line.values()) < 0 < max(line.values())):
        return None
    start = day[first(line)]
    return money.root(lambda r: sum(exact(v) / (1 + r) ** (D((day[p] - start).days) / 365) for p, v in line.items()), "-0.999", "10000000")


s.note("with days")
s.value("ROUND(XNPV(0.1, X, P.D, P), 9)", ["L"], [(l, shown(xnpv(0.1, X[l]))) for l in X])
s.value("ROUND(XNPV(L.Rate, X, P.D, P), 9)", ["L"], [(l, shown(xnpv(rates[l], X[l]))) for l in X])
s.value("ROUND(XNPV(0, X, P.D, P), 9)", ["L"], [(l, shown(xnpv(0, X[l]))) for l in X])
s.value("ROUND(XNPV(0.1, X, P.D + 1000, P), 9)", ["L"], [(l, shown(xnpv(0.1, X[l]))) for l in X])
s.value("ROUND(XNPV(0.1, X[SELECT: L.\"plain\"], P.D, P), 9)", [], shown(xnpv(0.1, X["plain"])))
s.value("ROUND(XIRR(X, P.D, P), 9)", ["L"], [(l, shown(xirr(X[l]), 9)) for l in X])
s.value("ROUND(XIRR(X * 3, P.D + 1, P), 9)", ["L"], [(l, shown(xirr(X[l]), 9)) for l in X])
s.value("ISBLANK(XIRR(X, P.D, P))", ["L"], [(l, xirr(X[l]) is None) for l in X])
s.value("ROUND(XIRR(-X, P.D, P), 9)", ["L"], [(l, shown(xirr(X[l]), 9)) for l in X])
s.value("ROUND(XIRR(X[FILTER: CurrentValue > 0], P.D, P), 9)", ["L"], [])

s.note("""many lines: every one has the expected value beside it, computed in decimals of 40 digits; the answer is the number of lines and of
those that are off by more than 1e-9""")
random.seed(7)
N = 60
T = [f"t{i:02}" for i in range(24)]
dates = {t: dt.date(2020, 2, 29) + dt.timedelta(31 * i + (i * 7) % 11) for i, t in enumerate(T)}
s.items("T", {"Name": "TEXT", "D": "DATE"}, [(t, dates[t]) for t in T])
lines = {}
for i in range(N):
    start = random.randrange(0, 12)
    flows = {T[start]: -float(random.randrange(40000, 400000)) / 4}
    for t in T[start + 1:]:
        if random.random() < 0.7:
            flows[t] = float(random.randrange(1, 40000)) / 8
    lines[f"n{i:03}"] = flows if len(flows) > 1 else {**flows, T[-1]: 100.0}
expected, keys = [], list(lines)
for i, (key, flows) in enumerate(lines.items()):
    start = T.index(next(iter(flows)))
    rate = round(random.uniform(-0.3, 0.6), 4)
    at = lambda t: T.index(t) - start
    years = lambda t: D((dates[t] - dates[T[start]]).days) / 365
    value = lambda r, when: sum(exact(v) / (1 + r) ** when(t) for t, v in flows.items())
    expected.append((key, rate, float(value(exact(rate), lambda t: at(t) + 1)), float(value(exact(rate), years)),
                     float(money.root(lambda r: value(r, at), "-0.9", "1000")), float(money.root(lambda r: value(r, years), "-0.99999", "100000"))))
columns = {"Name": "TEXT", "Rate": "NUMBER", "ENpv": "NUMBER", "EXnpv": "NUMBER", "EIrr": "NUMBER", "EXirr": "NUMBER"}
s.items("K", columns, expected)
s.metric("F", "NUMBER", ["K", "T"], [(k, t, v) for k, f in lines.items() for t, v in f.items()])
for name, formula in {"Npv": "NPV(K.Rate, F, T)[REMOVE: T]", "Xnpv": "XNPV(K.Rate, F, T.D, T)", "Irr": "IRR(F, T)", "Xirr": "XIRR(F, T.D, T)"}.items():
    s.given(f"CREATE METRIC Of{name} NUMBER BY (K) AS {formula};",
            f"CREATE METRIC Off{name} BOOLEAN BY (K) AS IFBLANK(ABS(Of{name} - K.E{name}) > 1e-9 * MAX(1, ABS(K.E{name})), TRUE) OR ISBLANK(Of{name});")
    s.asks(f"SELECT COUNT(*) AS Cases, SUM(CASE WHEN Off{name} THEN 1 ELSE 0 END) AS Off FROM Off{name};", ["Cases", "Off"], [(N, 0)])
    s.asks(f"SELECT o.K, f.Of{name} FROM Off{name} o LEFT JOIN Of{name} f USING (K) WHERE o.Off{name} ORDER BY 1;", ["K", f"Of{name}"], [])
s.main()
