"""MOVINGSUM, MOVINGAVERAGE, MOVINGMIN, MOVINGMAX, formulas.md section 7: the window's last item is `offset` items after the current one."""
import datetime as dt

from script import Script, total

s = Script("Windows: over the ends, far off, empty, in another order, of other types. A value at every item whose window holds one.")
P = [f"{i:02}" for i in range(1, 13)]
weight = dict(zip(P, [5, 3, 1, None, 2, 2, 9, -1, None, 0, 4, 7]))
s.items("P", {"Name": "TEXT", "W": "NUMBER"}, [(p, weight[p]) for p in P])
s.items("L", {"Name": "TEXT"}, [("one",), ("two",), ("none",)])
X = {"one": dict(zip(P, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048])),
     "two": dict(zip(P, [None, 3, None, None, None, -1.5, 0, None, None, None, None, 6])), "none": {}}
s.metric("X", "NUMBER", ["L", "P"], [(l, p, X[l].get(p)) for l in X for p in P])
AGG = {"SUM": total, "AVERAGE": lambda v: total(v) / len(v), "MIN": min, "MAX": max}
LP = ["L", "P"]


def moving(agg, window, offset=0, order=P):
    out = []
    for l in X:
        for p in P:
            last = order.index(p) + offset
            seen = [X[l].get(order[i]) for i in range(max(0, last - window + 1), min(last, len(P) - 1) + 1)]
            seen = [v for v in seen if v is not None]
            out.append((l, p, AGG[agg](seen) if seen else None))
    return out


there = [p for p in P if weight[p] is not None]
order = sorted(there, key=lambda p: weight[p]) + [p for p in P if weight[p] is None]
for agg in AGG:
    s.note(f"MOVING{agg}")
    for window, offset in [(2, 0), (3, 0), (3, 1), (3, -4), (1, 0), (1, 2), (100, 0), (100, 100), (4, 40), (2, -11), (20, 3)]:
        shown = f", {offset}" if offset else ""
        s.value(f"MOVING{agg}(X, {window}{shown}, P)" if window != 2 or offset else f"MOVING{agg}(X, 2, 0, P)", LP, moving(agg, window, offset))
    s.value(f"MOVING{agg}(X, 3, 0, P ON P.W)", LP, moving(agg, 3, 0, order))
    s.value(f"MOVING{agg}(X, 18, 2, P ON P.W)", LP, moving(agg, 18, 2, order))
s.note("a window of less than one item holds nothing; a fraction is cut")
s.value("MOVINGSUM(X, 0, 0, P)", LP, [])
s.value("MOVINGSUM(X, -2, 0, P)", LP, [])
s.value("MOVINGSUM(X, 2.9, 1.9, P)", LP, moving("SUM", 2, 1))
s.note("along the other dimension, and of what has an order but is no number")
lines = list(X)
s.value("MOVINGMAX(X, 2, 0, L)", LP,
        [(l, p, max((v for m in lines[max(0, i - 1):i + 1] if (v := X[m].get(p)) is not None), default=None)) for i, l in enumerate(lines) for p in P])
days = dict(zip(P, [dt.date(2024, 2, 28), None, dt.date(2024, 1, 1), None, None, None, dt.date(2025, 1, 1)]))
s.metric("D", "DATE", ["P"], [(p, days.get(p)) for p in P])
texts = dict(zip(P, ["b", "a", None, None, None, "", "é", "z"]))
s.metric("T", "TEXT", ["P"], [(p, texts.get(p)) for p in P])


def chosen(values, choose, window):
    seen = [(p, [v for q in P[max(0, i - window + 1):i + 1] if (v := values.get(q)) is not None]) for i, p in enumerate(P)]
    return [(p, choose(v) if v else None) for p, v in seen]


s.value("MOVINGMIN(D, 3)", ["P"], chosen(days, min, 3))
s.value("MOVINGMAX(D, 3)", ["P"], chosen(days, max, 3))
s.value("MOVINGMIN(T, 2)", ["P"], chosen(texts, min, 2))
s.value("MOVINGMAX(T, 30)", ["P"], chosen(texts, max, 30))
s.note("along the calendar where no dimension is named")
s.given("CREATE CALENDAR FROM '2024-01-01' TO '2024-06-30' LEVELS (Month);")
months = [f"2024-{m:02}" for m in range(1, 7)]
M = {("one", "2024-02"): 10, ("one", "2024-03"): 20, ("two", "2024-06"): 5}
s.metric("M", "NUMBER", ["L", "Month"], [(*k, v) for k, v in M.items()])
s.value("MOVINGSUM(M, 2)", ["L", "Month"],
        [(l, m, total([M.get((l, k)) for k in months[max(0, i - 1):i + 1]])) for l in X for i, m in enumerate(months)])
s.value("MOVINGAVERAGE(M, 2, 1)", ["L", "Month"],
        [(l, m, None if not (v := [M[l, k] for k in months[i:i + 2] if (l, k) in M]) else total(v) / len(v)) for l in X for i, m in enumerate(months)])
s.main()
