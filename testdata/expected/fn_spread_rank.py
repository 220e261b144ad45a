"""SPREAD and RANK, formulas.md section 7."""
import datetime as dt
from itertools import product

from script import Script, total

s = Script("SPREAD: x/n on n items from its own or from a start; what would fall off the end is lost, overlaps add.")
P = list("abcdefgh")
n = dict(zip(P, [2, 3, 0, 2.9, None, -1, 1, 4]))
start = dict(zip(P, ["b", "a", "h", None, "e", "c", "g", "f"]))
s.items("P", {"Name": "TEXT", "N": "NUMBER", "Q": "INTEGER"}, [(p, n[p], q) for p, q in zip(P, [1, 1, 2, 2, None, 3, 3, 3])])
s.metric("Begins", "P", ["P"], start.items())
far = {"one": 3, "two": 1, "three": None}
s.items("L", {"Name": "TEXT", "Far": "INTEGER"}, far.items())
X = {"one": dict(zip(P, [12, 24, 36, 48, 60, 72, 84, 96])), "two": dict(zip(P, [None, 9, None, 0.3, None, 5, None, -8])), "three": {"a": 1, "h": 2}}
s.metric("X", "NUMBER", ["L", "P"], [(l, p, X[l].get(p)) for l in X for p in P])
LP = ["L", "P"]


def spread(count, begin=lambda l, p: p, order=P, digits=99):
    out = []
    for l in X:
        parts = {p: [] for p in P}
        for p in P:
            k, at = count(l, p), begin(l, p)
            if X[l].get(p) is None or k is None or int(k) < 1 or at is None:
                continue
            for i in range(order.index(at), min(order.index(at) + int(k), len(order))):
                parts[order[i]].append(X[l][p] / int(k))
        out += [(l, p, round(float(total(parts[p])), digits) if parts[p] else None) for p in P]
    return out


s.value("SPREAD(X, P, 1)", LP, spread(lambda l, p: 1))
s.value("SPREAD(X, P, 3)", LP, spread(lambda l, p: 3))
s.value("ROUND(SPREAD(X, P, 100), 9)", LP, spread(lambda l, p: 100, digits=9))
s.value("SPREAD(X, P, 2.9)", LP, spread(lambda l, p: 2))
s.value("SPREAD(X, P, 0)", LP, [])
s.value("SPREAD(X, P, P.N)", LP, spread(lambda l, p: n[p]))
s.value("SPREAD(X, P, L.Far)", LP, spread(lambda l, p: far[l]))
s.value("SPREAD(X, P, P.N + L.Far)", LP, spread(lambda l, p: None if n[p] is None or far[l] is None else n[p] + far[l]))
s.value("SPREAD(X, P, X / 12)", LP, spread(lambda l, p: None if X[l].get(p) is None else X[l][p] / 12))
s.value("SPREAD(X, P, 2, Begins)", LP, spread(lambda l, p: 2, lambda l, p: start[p]))
s.value("SPREAD(X, P, P.N, SHIFT(P, 1))", LP, spread(lambda l, p: n[p], lambda l, p: P[P.index(p) + 1] if p != "h" else None))
s.value('ROUND(SPREAD(X, P, 8, P."a"), 9)', LP, spread(lambda l, p: 8, lambda l, p: "a", digits=9))
s.value('SPREAD(X, P, 3, SHIFT(P, -L.Far))', LP,
        spread(lambda l, p: 3, lambda l, p: None if far[l] is None or P.index(p) < far[l] else P[P.index(p) - far[l]]))
s.value("SPREAD(X, L, 2)", LP, [(l, p, total([X[m][p] / 2 for m in list(X)[max(0, i - 1):i + 1] if X[m].get(p) is not None])) for i, l in enumerate(X) for p in P])

s.note("RANK: 1 for the smallest, over all cells with the same group value")
values = {("one", "a"): 5, ("one", "b"): 2, ("one", "c"): 5, ("one", "e"): 1, ("one", "h"): 9, ("two", "a"): 2, ("two", "c"): 2, ("two", "d"): -3, ("two", "g"): 5,
          ("three", "a"): 0, ("three", "b"): 9}
s.metric("Y", "NUMBER", ["L", "P"], [(*k, v) for k, v in values.items()])
places = list(product(X, P))


def rank(cells, group=lambda k: 0, descending=False, ties="MINIMUM", order=None):
    """A BLANK group gives BLANK, as a BLANK argument does."""
    out = {}
    for k in cells:
        if group(k) is None:
            continue
        peers = [j for j in cells if group(j) == group(k)]
        before = sum(1 for j in peers if (cells[j] > cells[k] if descending else cells[j] < cells[k]))
        same = [j for j in peers if cells[j] == cells[k]]
        out[k] = {"MINIMUM": before + 1, "MAXIMUM": before + len(same), "AVERAGE": before + (len(same) + 1) / 2,
                  "SEQUENTIAL": before + 1 + same.index(k)}[ties]
    return out


values = {k: values[k] for k in places if k in values}


def shown(found):
    return [(*k, found.get(k)) for k in places]


q = dict(zip(P, [1, 1, 2, 2, None, 3, 3, 3]))
s.value("RANK(Y)", LP, shown(rank(values)))
for ties in ("MINIMUM", "MAXIMUM", "SEQUENTIAL", "AVERAGE"):
    for way in ("ASC", "DESC"):
        s.value(f"RANK(Y, L, {way}, {ties})", LP, shown(rank(values, lambda k: k[0], way == "DESC", ties)))
        s.value(f"RANK(Y, P.Q, {way}, {ties})", LP, shown(rank(values, lambda k: q[k[1]], way == "DESC", ties)))
    s.value(f"RANK(Y, TRUE, DESC, {ties})", LP, shown(rank(values, descending=True, ties=ties)))
s.value("RANK(Y, P)", LP, shown(rank(values, lambda k: k[1])))
s.value("RANK(Y, DESC)", LP, shown(rank(values, descending=True)))
s.value("RANK(Y, SEQUENTIAL)", LP, shown(rank(values, ties="SEQUENTIAL")))
s.value("RANK(Y, Y > 2)", LP, shown(rank(values, lambda k: values[k] > 2)))
s.value("RANK(-Y, L)", LP, shown(rank(values, lambda k: k[0], True)))
s.value("RANK(P.Q)", ["P"], [(p, None if q[p] is None else {1: 1, 2: 3, 3: 5}[q[p]]) for p in P])
s.value("RANK(P.Q, P.N)", ["P"], [(p, None if q[p] is None or n[p] is None else 1) for p in P])
words = dict(zip(P, ["b", "", "B", None, "é", "b", "\U0001d54a", "\ufffd"]))
days = dict(zip(P, [dt.date(2024, 2, 29), dt.date(2023, 1, 1), None, dt.date(2024, 2, 29), dt.date(2030, 1, 1), None, None, dt.date(1969, 7, 20)]))
s.metric("T", "TEXT", ["P"], words.items())
s.metric("D", "DATE", ["P"], days.items())
one = lambda cells, **kw: sorted(rank({p: v for p, v in cells.items() if v is not None}, **kw).items())
s.value("RANK(T)", ["P"], one(words))
s.value("RANK(D, DESC, AVERAGE)", ["P"], one(days, descending=True, ties="AVERAGE"))
s.value("RANK(D)", ["P"], one(days))
s.value("RANK(Begins)", ["P"], one(start))
s.value("RANK(P, DESC)", ["P"], [(p, 8 - i) for i, p in enumerate(P)])
s.note("an order by rank")
inventory = {"a": 30, "b": 48, "c": 24}
s.metric("I", "NUMBER", ["P"], inventory.items())
s.value("CUMULATE(I, P ON RANK(I))", ["P"], [("a", 54), ("b", 102), ("c", 24)])
s.value("CUMULATE(I, P ON -RANK(I))", ["P"], [("a", 78), ("b", 48), ("c", 102)])
s.main()
