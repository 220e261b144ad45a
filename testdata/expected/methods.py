"""Every method of aggregation, formulas.md section 5, in groups with holes, zeros, ties, one cell and none."""
import datetime as dt
from itertools import product

from cube import METHODS, Cube
from script import Script
from world import show

s = Script("""Every method. The groups: some values with holes at both ends; one value; none; zeros; ties; two coordinates that are ordered by the
declared dimensions, the last fastest.""")
G = ["mixed", "one", "none", "zeros", "ties", "late", "two"]
items = ["a1", "b1", "a2", "a3", "b2", "c1", "d1", "d2", "e1", "e2", "e3", "f1", "f2", "g1", "g2", "x1"]
group = dict(zip(items, ["mixed", "one", "mixed", "mixed", "one", "none", "zeros", "zeros", "ties", "ties", "ties", "late", "late", "two", "two", None]))
T = ["t1", "t2"]
s.items("G", {"Name": "TEXT"}, [(g,) for g in G])
s.items("I", {"Name": "TEXT", "G": "G"}, group.items())
s.items("T", {"Name": "TEXT"}, [(t,) for t in T])
numbers = {("a1", "t2"): 2.5, ("a2", "t1"): 0, ("a2", "t2"): -1, ("a3", "t1"): 10, ("b1", "t2"): 7.25, ("d1", "t1"): 0, ("d2", "t2"): 0, ("e1", "t1"): 3, ("e1", "t2"): 3, ("e2", "t1"): 1,
           ("e3", "t1"): 3, ("e3", "t2"): 1, ("f1", "t2"): 0, ("f2", "t1"): 5, ("f2", "t2"): 6, ("g1", "t1"): 0.1, ("g1", "t2"): 0.2, ("g2", "t1"): 0.3, ("g2", "t2"): 1e6, ("x1", "t1"): 99}
dims = {"I": items, "T": T}
N = Cube(dims, numbers)
W = Cube(dims, {k: int(v) for k, v in numbers.items() if abs(v) < 100})
words = ["b", "", "B", "b", "é", "a"]
U = Cube(dims, {k: words[i % 6] for i, k in enumerate(numbers)})
Q = Cube(dims, {k: [True, False, True, True][i % 4] for i, k in enumerate(numbers)})
D = Cube(dims, {k: dt.date(2024, 1, 31) + dt.timedelta([0, 29, -31, 0, 400][i % 5]) for i, k in enumerate(numbers)})
E = Cube(dims, {k: T[i * i % 3 % 2] for i, k in enumerate(numbers)})
blocks = {"N": ("NUMBER", N), "W": ("INTEGER", W), "U": ("TEXT", U), "Q": ("BOOLEAN", Q), "D": ("DATE", D), "E": ("T", E)}
for name, (kind, cube) in blocks.items():
    s.metric(name, kind, ["I", "T"], cube.rows())
numeric = ["SUM", "AVG", "MEDIAN", "STDEVS", "STDEVP", "FIRSTNONZERO", "LASTNONZERO"]
ordered = ["MIN", "MAX"]
every = ["COUNT", "COUNTUNIQUE", "FIRST", "LAST", "FIRSTNONBLANK", "LASTNONBLANK"]
rank = {t: i for i, t in enumerate(T)}
for name, (kind, cube) in blocks.items():
    methods = every + (numeric if kind in ("NUMBER", "INTEGER") else []) + (ordered if kind != "BOOLEAN" else []) + (["ANY", "ALL"] if kind == "BOOLEAN" else []) + (["TEXTLIST"] if kind == "TEXT" else [])
    for method in methods:
        rounded = method.startswith("STDEV")
        fine = (lambda f: f"ROUND({f}, 6)") if rounded else (lambda f: f)
        keep = (lambda c: Cube(c.dims, {k: round(v, 6) for k, v in c.cells.items()})) if rounded else (lambda c: c)
        show(s, fine(f"{name}[BY {method}: I.G]"), keep(cube.up({"G": G, "T": T}, lambda k: (group[k[0]], k[1]), method)))
        show(s, fine(f"{name}[REMOVE {method}: T]"), keep(cube.up({"I": items}, lambda k: k[:1], method)))
        show(s, fine(f"{name}[REMOVE {method}: I, T]"), keep(cube.up({}, lambda k: (), method)))
s.note("over nothing there is nothing, not even a count")
s.metric("Empty", "NUMBER", ["I", "T"], [])
for method in numeric + ordered + every:
    show(s, f"Empty[REMOVE {method}: I, T]", Cube({}, {}))
s.note("the order of coordinates is that of the declared dimensions, the last fastest: here the two are the other way round")
s.metric("R", "NUMBER", ["T", "I"], [(k[1], k[0], v) for k, v in numbers.items()])
R = Cube({"T": T, "I": items}, {(k[1], k[0]): v for k, v in numbers.items()})
for method in ("FIRST", "LAST", "FIRSTNONBLANK", "LASTNONBLANK", "FIRSTNONZERO", "LASTNONZERO"):
    show(s, f"R[BY {method}: I.G][REMOVE MAX: T]", R.up({"T": T, "G": G}, lambda k: (k[0], group[k[1]]), method).up({"G": G}, lambda k: k[1:], "MAX"))
    show(s, f"R[REMOVE {method}: T, I]", R.up({}, lambda k: (), method))
s.note("groups over two dimensions at once, through a metric of items")
both = {(i, t): group[i] if t == "t1" else "two" for i in items for t in T if i != "e3"}
s.metric("Both", "G", ["I", "T"], [(*k, v) for k, v in both.items()])
for method in numeric + ordered + every:
    shown = f"ROUND(N[BY {method}: Both], 3)" if method in ("STDEVS", "STDEVP") else f"N[BY {method}: Both]"
    found = N.up({"G": G}, lambda k: (both.get(k),), method)
    show(s, shown, Cube(found.dims, {k: round(v, 3) if "ROUND" in shown else v for k, v in found.cells.items()}))
show(s, "U[BY TEXTLIST: Both]", U.up({"G": G}, lambda k: (both.get(k),), "TEXTLIST"))
show(s, "Q[BY ALL: Both]", Q.up({"G": G}, lambda k: (both.get(k),), "ALL"))
show(s, "Q[BY ANY: Both]", Q.up({"G": G}, lambda k: (both.get(k),), "ANY"))
s.main()
