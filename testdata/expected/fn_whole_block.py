"""Whole blocks, formulas.md section 7: over all cells, no dimensions left."""
import datetime as dt
from itertools import product

from script import Script, total

s = Script("Whole blocks of numbers, whole numbers, texts, dates, truth values and items; one with a single cell, one with none.")
P, L = list("abcd"), ["x", "y", "z"]
s.items("P", {"Name": "TEXT", "V": "NUMBER"}, [("a", 1.5), ("b", None), ("c", -1.5), ("d", 0)])
s.items("L", {"Name": "TEXT"}, [(l,) for l in L])
grid = list(product(P, L))
d = dt.date
blocks = {
    "Numbers": ("NUMBER", [1.5, None, 2, 2, None, None, -0.25, 1.5, 0, None, 1e16, -1e16]),
    "Tenths": ("NUMBER", [0.1] * 10 + [None, None]),
    "Whole": ("INTEGER", [3, 3, None, None, -7, 0, None, 12, None, None, None, 3]),
    "One": ("NUMBER", [None] * 7 + [-4] + [None] * 4),
    "Nothing": ("NUMBER", [None] * 12),
    "Texts": ("TEXT", ["b", "", None, "b", "B", None, "é", None, None, None, None, "a"]),
    "Dates": ("DATE", [d(2024, 2, 29), None, d(2023, 1, 1), None, d(2024, 2, 29)] + [None] * 7),
    "Truths": ("BOOLEAN", [True, None, False, True] + [None] * 8),
    "Items": ("L", ["y", None, "x", "x", "z", "y"] + [None] * 6),
}
for name, (kind, values) in blocks.items():
    s.metric(name, kind, ["P", "L"], [(*k, v) for k, v in zip(grid, values)])
for name, (kind, values) in blocks.items():
    there = [v for v in values if v is not None]
    number = kind in ("NUMBER", "INTEGER")
    if number:
        s.value(f"SUMOF({name})", [], total(there))
        s.value(f"AVGOF({name})", [], total(there) / len(there) if there else None)
    if kind != "BOOLEAN":
        s.value(f"MINOF({name})", [], min(there, default=None))
        s.value(f"MAXOF({name})", [], max(there, default=None))
    s.value(f"COUNTOF({name})", [], len(there) or None)
    s.value(f"COUNTUNIQUEOF({name})", [], len(set(there)) or None)
    s.value(f"COUNTALLOF({name})", [], 12)
    s.value(f"COUNTBLANKOF({name})", [], 12 - len(there))
n = dict(zip(grid, blocks["Numbers"][1]))
w = dict(zip(grid, blocks["Whole"][1]))
s.note("of expressions, and as one value in every cell")
s.value("SUMOF(Numbers + Whole)", [], total([total([n[k], w[k]]) for k in grid]))
s.value("AVGOF(Numbers * 2)", [], total([v * 2 for v in n.values() if v is not None]) / 8)
s.value("COUNTOF(Numbers * Whole)", [], sum(1 for k in grid if n[k] is not None and w[k] is not None))
s.value("COUNTOF(Numbers = 2)", [], 8)
s.value("COUNTOF(Numbers[FILTER: CurrentValue = 2])", [], 2)
s.value("COUNTUNIQUEOF(P.V)", [], 3)
s.value("SUMOF(P.V)", [], 0)
s.value("COUNTALLOF(P.V)", [], 4)
s.value("COUNTBLANKOF(P.V)", [], 1)
s.value("COUNTBLANKOF(Numbers + Whole)", [], sum(1 for k in grid if n[k] is None and w[k] is None))
s.value("COUNTBLANKOF(ISBLANK(Numbers))", [], 0)
s.value("COUNTALLOF(5)", [], 1)
s.value("COUNTALLOF(P = P)", [], 4)
s.value("COUNTOF(ISDEFINED(Numbers))", [], 8)
s.value("MAXOF(P.V) - MINOF(P.V)", [], 3)
s.value("P.V / SUMOF(ABS(P.V))", ["P"], [("a", 0.5), ("c", -0.5), ("d", 0)])
s.value("MINOF(P)", [], "a")
s.value("MAXOF(L)", [], "z")
s.value("Whole * MAXOF(Whole)", ["P", "L"], [(*k, None if v is None else v * 12) for k, v in w.items()])
s.value("Whole + MINOF(Nothing)", ["P", "L"], [(*k, v) for k, v in w.items()])
s.main()
