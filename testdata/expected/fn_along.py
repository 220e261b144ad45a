"""Running functions along a dimension, formulas.md sections 6 and 7: CUMULATE, DECUMULATE, YEARTODATE and its kin, FILLFORWARD, GROWTH,
SHIFT, ROLLUP. Windows, SPREAD and RANK, PREVIOUS have files of their own."""
import datetime as dt
import math
from itertools import product

from script import Script, total

s = Script("""Along a dimension. Two lines, one with holes; the items have a group, of which BLANK is one, and a second order with ties.""")
P = list("abcdefgh")
group = dict(zip(P, ["x", "x", None, None, "y", "x", "x", "y"]))
weight = dict(zip(P, [3, 1, 2, None, 1, 3, -1, None]))
s.items("P", {"Name": "TEXT", "Grp": "TEXT", "W": "NUMBER"}, [(p, group[p], weight[p]) for p in P])
s.items("L", {"Name": "TEXT", "Far": "INTEGER"}, [("one", 2), ("two", 1), ("three", None)])
X = {"one": dict(zip(P, [1, 2, 3, 4, 5, 6, 7, 8])), "two": dict(zip(P, [None, 10, None, -4, 0, None, 2.5, None])), "three": {}}
s.metric("X", "NUMBER", ["L", "P"], [(line, p, X[line].get(p)) for line in X for p in P])
lines = ["one", "two", "three"]
Y = {line: {"one": dict(zip(P, "uuvvvuuu")), "two": dict(zip(P, ["u", None, None, "u", "u", "u", "v", "v"])), "three": {}}[line] for line in lines}
s.metric("G", "TEXT", ["L", "P"], [(line, p, Y[line].get(p)) for line in lines for p in P])

AGG = {"SUM": total, "AVG": lambda v: total(v) / len(v), "MIN": min, "MAX": max}


def along(order, function):
    """The cells of a function that is given one line: its values in order."""
    out = []
    for line in lines:
        found = dict(zip(order, function([X[line].get(p) for p in order], [(line, p) for p in order])))
        out += [(line, p, found[p]) for p in P]
    return out


def cumulate(order=P, key=lambda line, p: None, agg="SUM"):
    def one(values, places):
        run, out = [], []
        for i, (value, place) in enumerate(zip(values, places)):
            if i and key(*place) != key(*places[i - 1]):
                run = []
            if value is not None:
                run.append(value)
            out.append(None if value is None else AGG[agg](run))
        return out
    return along(order, one)


def decumulate(order=P, key=lambda line, p: None):
    def one(values, places):
        last, out = None, []
        for i, (value, place) in enumerate(zip(values, places)):
            if i and key(*place) != key(*places[i - 1]):
                last = None
            out.append(None if value is None else value - (last or 0))
            last = value if value is not None else last
        return out
    return along(order, one)


def by(value):
    """Item order by a value: ties keep item order, BLANK comes last."""
    there = [p for p in P if value[p] is not None]
    return sorted(there, key=lambda p: value[p]) + [p for p in P if value[p] is None]


LP = ["L", "P"]
own = lambda line, p: group[p]
s.note("CUMULATE")
s.value("CUMULATE(X, P)", LP, cumulate())
s.value("CUMULATE(X, P, P.Grp)", LP, cumulate(key=own))
s.value("CUMULATE(X, P, AVG)", LP, cumulate(agg="AVG"))
s.value("CUMULATE(X, P, P.Grp, MIN)", LP, cumulate(key=own, agg="MIN"))
s.value("CUMULATE(X, P, MAX)", LP, cumulate(agg="MAX"))
s.value("CUMULATE(X, P ON P.W)", LP, cumulate(by(weight)))
s.value("CUMULATE(X, P ON -P.W)", LP, cumulate(by({p: None if w is None else -w for p, w in weight.items()})))
s.value("CUMULATE(X, P ON P.W, P.Grp)", LP, cumulate(by(weight), own))
s.value("CUMULATE(X, P, ISBLANK(P.Grp))", LP, cumulate(key=lambda line, p: group[p] is None))
s.value("CUMULATE(X, L)", LP, [(l, p, None if X[l].get(p) is None else total([X[m].get(p) for m in lines[:i + 1]])) for i, l in enumerate(lines) for p in P])
s.value("CUMULATE(P.W, P)", ["P"], [(p, None if weight[p] is None else total([weight[q] for q in P[:i + 1]])) for i, p in enumerate(P)])

s.note("DECUMULATE, its inverse")
s.value("DECUMULATE(X, P)", LP, decumulate())
s.value("DECUMULATE(X, P, P.Grp)", LP, decumulate(key=own))
s.value("DECUMULATE(X, P ON P.W)", LP, decumulate(by(weight)))
s.value("DECUMULATE(CUMULATE(X, P, P.Grp), P, P.Grp)", LP, [(l, p, X[l].get(p)) for l in lines for p in P])
s.value("DECUMULATE(CUMULATE(X, P ON P.W, P.Grp), P ON P.W, P.Grp)", LP, [(l, p, X[l].get(p)) for l in lines for p in P])
s.value("DECUMULATE(P.W, P)", ["P"], list(zip(P, [3, -2, 1, None, -1, 2, -4, None])))

s.note("FILLFORWARD")


def fill(order=P):
    def one(values, places):
        last, out = None, []
        for value in values:
            last = last if value is None else value
            out.append(last)
        return out
    return along(order, one)


s.value("FILLFORWARD(X, P)", LP, fill())
s.value("FILLFORWARD(X, P ON P.W)", LP, fill(by(weight)))
s.value("FILLFORWARD(P.Grp, P)", ["P"], list(zip(P, "xxxxyxxy")))
s.value("FILLFORWARD(X[FILTER: CurrentValue > 4], P)", LP,
        [(l, p, max((X[l][q] for q in P[:i + 1] if (X[l].get(q) or 0) > 4), key=lambda v: [k for k in P if X[l].get(k) == v][-1], default=None)) for l in lines for i, p in enumerate(P)])
filled = {(l, p): v for l, p, v in fill()}
s.value("FILLFORWARD(X, P) - X", LP, [(l, p, None if filled[l, p] is None else filled[l, p] - (X[l].get(p) or 0)) for l in lines for p in P])
s.value("FILLFORWARD(X, L)", LP, [(l, p, next((X[m].get(p) for m in reversed(lines[:i + 1]) if X[m].get(p) is not None), None)) for i, l in enumerate(lines) for p in P])

s.note("GROWTH: only where both are, and no division by 0")


def growth(n, order=P):
    def one(values, places):
        out = []
        for i, value in enumerate(values):
            before = values[i - n] if 0 <= i - n < len(values) else None
            out.append(value / before - 1 if value is not None and before else None)
        return out
    return along(order, one)


s.value("GROWTH(X, P, 1)", LP, growth(1))
s.value("GROWTH(X, P, 3)", LP, growth(3))
s.value("GROWTH(X, P, 0)", LP, growth(0))
s.value("GROWTH(X, P ON P.W, 1)", LP, growth(1, by(weight)))
s.value("GROWTH(X, P, 100)", LP, growth(100))
s.value("GROWTH(X, P, 1.9)", LP, growth(1))

s.note("SHIFT: off the ends and of a BLANK it is BLANK")
s.value("SHIFT(P, 2)", ["P"], [(p, P[i + 2] if i + 2 < 8 else None) for i, p in enumerate(P)])
s.value("SHIFT(P, -3)", ["P"], [(p, P[i - 3] if i >= 3 else None) for i, p in enumerate(P)])
s.value("SHIFT(P, 0)", ["P"], [(p, p) for p in P])
s.value("SHIFT(P, P.W)", ["P"], [(p, P[i + weight[p]] if weight[p] is not None and 0 <= i + weight[p] < 8 else None) for i, p in enumerate(P)])
s.value('SHIFT(P."c", L.Far)', ["L"], [("one", "e"), ("two", "d")])
s.value('SHIFT(SHIFT(P, 5), -5)', ["P"], [(p, p) for p in P[:3]])
s.value("X[BY: L, SHIFT(P, L.Far)]", LP,
        [(l, p, X[l].get(P[i - f]) if f is not None and 0 <= i - f else None) for l, f in (("one", 2), ("two", 1), ("three", None)) for i, p in enumerate(P)])

s.note("to date, in two years of months")
s.given("CREATE CALENDAR FROM '2023-01-01' TO '2024-12-31' LEVELS (Day, Month, Quarter, Year);")
months = [f"{y}-{m:02}" for y in (2023, 2024) for m in range(1, 13)]
M = {"one": {m: i for i, m in enumerate(months, 1) if i % 5}, "two": {"2023-11": 5, "2023-12": -1, "2024-01": 2, "2024-04": 0}}
s.metric("M", "NUMBER", ["Month", "L"], [(m, l, M[l].get(m)) for m in months for l in M])
part = {"YEARTODATE": lambda m: m[:4], "QUARTERTODATE": lambda m: (m[:4], (int(m[5:7]) - 1) // 3)}


def to_date(same, agg):
    return [(m, l, None if M[l].get(m) is None else AGG[agg]([M[l][k] for k in months[:i + 1] if same(k) == same(m) and M[l].get(k) is not None]))
            for i, m in enumerate(months) for l in M]


for name, same in part.items():
    s.value(f"{name}(M)", ["Month", "L"], to_date(same, "SUM"))
    for agg in ("AVG", "MIN", "MAX"):
        s.value(f"{name}(M, {agg})", ["Month", "L"], to_date(same, agg))
s.value("YEARTODATE(M) - CUMULATE(M, Month, Month.Year)", ["Month", "L"], [(m, l, 0) for m in months for l in M if M[l].get(m) is not None])
days = {dt.date(2024, 2, 27): 1, dt.date(2024, 2, 29): 2, dt.date(2024, 3, 1): 4, dt.date(2024, 3, 2): 8, dt.date(2024, 4, 1): 16, dt.date(2023, 12, 31): 32, dt.date(2024, 1, 1): 64}
s.metric("V", "NUMBER", ["Day"], [(d.isoformat(), v) for d, v in days.items()])
cut = {"MONTHTODATE": lambda d: (d.year, d.month), "QUARTERTODATE": lambda d: (d.year, (d.month - 1) // 3), "YEARTODATE": lambda d: d.year}
for name, same in cut.items():
    s.value(f"{name}(V)", ["Day"], [(d.isoformat(), sum(v for e, v in days.items() if e <= d and same(e) == same(d))) for d in sorted(days)])
for agg in ("AVG", "MIN", "MAX"):
    s.value(f"MONTHTODATE(V, {agg})", ["Day"],
            [(d.isoformat(), AGG[agg]([v for e, v in sorted(days.items()) if e <= d and cut["MONTHTODATE"](e) == cut["MONTHTODATE"](d)])) for d in sorted(days)])
s.value("MONTHTODATE(V * 0 + 1)", ["Day"], [(d.isoformat(), sum(1 for e in days if e <= d and (e.year, e.month) == (d.year, d.month))) for d in sorted(days)])

s.note("ROLLUP: each link times the child's weight; a BLANK weight leaves the branch out; several roots; an item beside the tree")
tree = [("Profit", None, None, None), ("Sales", "Profit", 1, 2), ("Goods", "Sales", 1, 1), ("Work", "Sales", 0.5, 1), ("Cost", "Profit", -1, 3), ("Pay", "Cost", 1, 1),
        ("Rent", "Cost", 1, None), ("Memo", "Profit", None, 1), ("Note", "Memo", 1, 1), ("Other", None, 7, 7)]
s.given("CREATE DIMENSION A (Name TEXT, Up A, W NUMBER, V INTEGER);", Script.insert("A", ["Name", "Up", "W", "V"], tree))
up = {name: parent for name, parent, *_ in tree}
weights = {"W": {n: w for n, _, w, _ in tree}, "V": {n: v for n, _, _, v in tree}, None: {n: 1 for n, *_ in tree}}
own = {"Goods": 100, "Work": 30, "Pay": 40, "Rent": 5, "Note": 1000, "Sales": 1, "Other": 9}
s.metric("Line", "NUMBER", ["A"], own.items())


def rolled(values, w):
    out = {}
    for name, value in values.items():
        at, factor = name, 1
        out.setdefault(at, []).append(value)
        while up[at] is not None and w[at] is not None:
            factor *= w[at]
            at = up[at]
            out.setdefault(at, []).append(value * factor)
    return [(name, total(out[name]) if name in out else None) for name in up]


s.value("ROLLUP(Line, A.Up)", ["A"], rolled(own, weights[None]))
s.value("ROLLUP(Line, A.Up, A.W)", ["A"], rolled(own, weights["W"]))
s.value("ROLLUP(Line, A.Up, A.V)", ["A"], rolled(own, weights["V"]))
s.value("ROLLUP(Line, A.Up, -1)", ["A"], rolled(own, {n: -1 for n in up}))
s.value("ROLLUP(Line[FILTER: CurrentValue > 50], A.Up, A.W)", ["A"], rolled({k: v for k, v in own.items() if v > 50}, weights["W"]))
s.value("ROLLUP(A.V, A.Up)", ["A"], rolled({k: v for k, v in weights["V"].items() if v is not None}, weights[None]))
s.metric("Both", "NUMBER", ["A", "L"], [("Goods", "one", 1), ("Pay", "one", 2), ("Note", "two", 4), ("Rent", "two", 8)])
wide = {l: dict(rolled(v, weights["W"])) for l, v in {"one": {"Goods": 1, "Pay": 2}, "two": {"Note": 4, "Rent": 8}}.items()}
s.value("ROLLUP(Both, A.Up, A.W)", ["A", "L"], [(n, l, wide[l][n]) for n in up for l in wide])
s.main()
