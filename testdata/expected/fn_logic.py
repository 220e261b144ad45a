"""Logic, formulas.md section 7: IF, SWITCH, IFBLANK, IFDEFINED, ISBLANK, ISNOTBLANK, ISDEFINED, IN, ANYOF, ALLOF."""
import datetime as dt
from itertools import product

from script import Samples, Script

s = Script("Logic. BLANK tests count as FALSE; some of these functions fill cells, others never do.")
rows = [(1, 10, 100, True), (2, None, 200, False), (3, 30, None, None), (None, 40, 400, True), (0, 0, 0, False), (None, None, None, None), (7, -5, 5, True)]
S = Samples(s, {"K": "INTEGER", "A": "NUMBER", "B": "NUMBER", "P": "BOOLEAN"}, rows)

s.note("IF")
S.value("IF($P$, $A$, $B$)", lambda p, a, b: a if p else b)
S.value("IF($P$, $A$)", lambda p, a: a if p else None)
S.value("IF($A$ > 5, 1, 2)", lambda a: 1 if a is not None and a > 5 else 2)
S.value("IF($P$, BLANK, $A$)", lambda p, a: None if p else a)
S.value("IF($P$ = BLANK, \"?\", IF($P$, \"yes\", \"no\"))", lambda p: "?" if p is None else "yes" if p else "no")
S.value("IF(NOT $P$, $K$, -1) + 0.5", lambda p, k: (k if p is False else -1) + 0.5 if p is not False or k is not None else None)
S.value("IF(FALSE, $A$)", lambda a: None)

s.note("SWITCH: the default is also for BLANK; the first match wins; a BLANK result is one")
S.value("SWITCH($K$, 0, \"none\", 1, \"one\", 2, \"two\")", lambda k: {0: "none", 1: "one", 2: "two"}.get(k))
S.value("SWITCH($K$, 0, \"none\", 1, \"one\", \"many\")", lambda k: {0: "none", 1: "one"}.get(k, "many"))
S.value("SWITCH($K$, 1, $A$, 2, $B$, -1)", lambda k, a, b: a if k == 1 else b if k == 2 else -1)
S.value("SWITCH($K$, 3, 1, 3, 2)", lambda k: 1 if k == 3 else None)
S.value("SWITCH($P$, TRUE, $A$, FALSE, $B$)", lambda p, a, b: {True: a, False: b}.get(p))
S.value("SWITCH($K$ + 1, 2, \"a\", 1, \"b\")", lambda k: None if k is None else {2: "a", 1: "b"}.get(k + 1))
S.value("SWITCH($A$, $B$, \"same\", \"other\")", lambda a, b: "same" if a is not None and a == b else "other")

s.note("IFBLANK, IFDEFINED")
S.value("IFBLANK($A$, $B$)", lambda a, b: b if a is None else a)
S.value("IFBLANK($A$, 0)", lambda a: 0 if a is None else a)
S.value("IFBLANK($A$, IFBLANK($B$, -1))", lambda a, b: a if a is not None else b if b is not None else -1)
S.value("IFBLANK(BLANK + $A$, $K$)", lambda a, k: k if a is None else a)
S.value("IFBLANK($P$, FALSE)", lambda p: bool(p))
S.value("IFDEFINED($A$, 1)", lambda a: None if a is None else 1)
S.value("IFDEFINED($A$, $B$)", lambda a, b: None if a is None else b)
S.value("IFDEFINED($A$, $B$, -1)", lambda a, b: -1 if a is None else b)
S.value("IFDEFINED($P$, \"set\", \"unset\")", lambda p: "unset" if p is None else "set")
S.value("IFDEFINED($A$ / $K$, $A$ / $K$, 0)", lambda a, k: 0 if a is None or not k else a / k)

s.note("ISBLANK, ISNOTBLANK, ISDEFINED")
S.value("ISBLANK($A$)", lambda a: a is None)
S.value("ISNOTBLANK($A$)", lambda a: a is not None)
S.value("ISDEFINED($A$)", lambda a: None if a is None else True)
S.value("ISBLANK($A$ + $B$)", lambda a, b: a is None and b is None)
S.value("ISBLANK($A$ * $B$)", lambda a, b: a is None or b is None)
S.value("ISNOTBLANK($P$)", lambda p: p is not None)
S.value("NOT ISDEFINED($P$)", lambda p: None if p is None else False)
S.value("ISDEFINED(1 / $K$)", lambda k: True if k else None)
S.value("ISNOTBLANK(ISDEFINED($B$))", lambda b: b is not None)
S.value("ISBLANK(ISBLANK($A$))", lambda a: False)
S.value("ISNOTBLANK($K$) AND ISDEFINED($P$)", lambda k, p: None if p is None else k is not None)
S.value("ISDEFINED($A$) = TRUE", lambda a: None if a is None else True)

s.note("IN: lists and ranges with both ends, BLANK of BLANK")
S.value("$K$ IN (1, 3, 7)", lambda k: None if k is None else k in (1, 3, 7))
S.value("$A$ IN (0 : 30)", lambda a: None if a is None else 0 <= a <= 30)
S.value("$A$ IN (30 : 0)", lambda a: None if a is None else False)
S.value("$A$ + 0.5 IN (10.5, 40.5)", lambda a: None if a is None else a in (10, 40))
S.value("NOT $K$ IN (2 : 3)", lambda k: None if k is None else not 2 <= k <= 3)
names = ["Anna", "", "anna", None, "Zoë", "Bo"]
dates = [dt.date(2024, 2, 29), None, dt.date(2024, 3, 1), dt.date(2023, 12, 31), dt.date(2024, 2, 1), dt.date(2025, 1, 1)]
T = Samples(s, {"N": "TEXT", "D": "DATE"}, zip(names, dates), "T")
T.value('$N$ IN ("Anna", "Bo", "")', lambda n: None if n is None else n in ("Anna", "Bo", ""))
T.value('$N$ IN ("A" : "a")', lambda n: None if n is None else "A" <= n <= "a")
T.value("$D$ IN (DATE(2024,2,1) : DATE(2024,2,29))", lambda d: None if d is None else dt.date(2024, 2, 1) <= d <= dt.date(2024, 2, 29))
T.value("$D$ IN (DATE(2024,3,1), DATE(2023,12,31))", lambda d: None if d is None else d in (dt.date(2024, 3, 1), dt.date(2023, 12, 31)))
s.value('T IN (T."02", T."05")', ["T"], [(k, k in ("02", "05")) for k in T.keys])
s.value('T IN (T."02" : T."04")', ["T"], [(k, "02" <= k <= "04") for k in T.keys])
s.value('3 IN (1, 2, 3)', [], True)
s.value('2.5 IN (1 : 2)', [], False)

s.note("ANYOF and ALLOF: over all cells, no dimensions left, BLANK over none")
s.items("D", {"Name": "TEXT"}, [("a",), ("b",), ("c",)])
blocks = {"Mixed": [True, False, None], "Yes": [True, None, True], "No": [False, False, None], "Nothing": [None, None, None], "One": [None, True, None]}
for name, values in blocks.items():
    s.metric(name, "BOOLEAN", ["D"], zip("abc", values))
for name, values in blocks.items():
    there = [v for v in values if v is not None]
    s.value(f"ANYOF({name})", [], any(there) if there else None)
    s.value(f"ALLOF({name})", [], all(there) if there else None)
s.value("ALLOF(Mixed OR Yes)", [], False)
s.value("IF(ANYOF(No), 1, 2)", [], 2)
s.value("Mixed AND ALLOF(Yes)", ["D"], [("a", True), ("b", False)])

s.note("over the union of the dimensions: a chosen branch that is narrower fills cells, a wide one has its own")
s.items("E", {"Name": "TEXT"}, [("x",), ("y",)])
wide = {("a", "x"): 1.0, ("b", "y"): 2.0}
narrow = {"a": 10, "c": 30}
s.metric("Wide", "NUMBER", ["D", "E"], [(*k, v) for k, v in wide.items()])
s.metric("Narrow", "NUMBER", ["D"], narrow.items())
grid = list(product("abc", "xy"))


def cells(function):
    return [(d, e, function(wide.get((d, e)), narrow.get(d))) for d, e in grid]


s.value("IF(Wide > 1, 5)", ["D", "E"], cells(lambda w, n: 5 if w is not None and w > 1 else None))
s.value("IF(Wide > 1, 5, 6)", ["D", "E"], cells(lambda w, n: 5 if w is not None and w > 1 else 6))
s.value("IF(Wide > 1, Wide, Narrow)", ["D", "E"], cells(lambda w, n: w if w is not None and w > 1 else n))
s.value("IFBLANK(Wide, Narrow)", ["D", "E"], cells(lambda w, n: n if w is None else w))
s.value("IFDEFINED(Wide, Narrow, -1)", ["D", "E"], cells(lambda w, n: -1 if w is None else n))
s.value("SWITCH(Wide, 1, Narrow, 2, 20, Narrow * 100)", ["D", "E"],
        cells(lambda w, n: n if w == 1 else 20 if w == 2 else None if n is None else n * 100))
s.value("ISBLANK(Wide)", ["D", "E"], cells(lambda w, n: w is None))
s.value("ISDEFINED(Wide)", ["D", "E"], cells(lambda w, n: None if w is None else True))
s.value("ISBLANK(Narrow * Wide)", ["D", "E"], cells(lambda w, n: w is None or n is None))
s.value('IF(E = E."x", Narrow)', ["E", "D"], [("x", d, narrow.get(d)) for d in "abc"])
s.main()
