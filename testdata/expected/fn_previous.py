"""PREVIOUS and PREVIOUSOF, formulas.md section 6: recursion item by item."""
import datetime as dt

from script import Script

s = Script("Recursion along an ordered dimension: the metric's own earlier value, and that of another metric of its group.")
P = [f"{i:02}" for i in range(1, 11)]
back = dict(zip(P, [1, 1, 2, 3, 0, -1, None, 2.9, 7, 20]))
s.items("P", {"Name": "TEXT", "N": "NUMBER"}, [(p, back[p]) for p in P])
s.items("L", {"Name": "TEXT", "First": "NUMBER", "K": "INTEGER"}, [("one", 100, 1), ("two", None, 2), ("three", -5, None)])
first, steps = {"one": 100, "two": None, "three": -5}, {"one": 1, "two": 2, "three": None}
F = {"one": dict(zip(P, [1, 2, None, 4, 5, None, None, 8, 9, 10])), "two": {"03": 7, "07": -2}, "three": {}}
s.metric("Flow", "NUMBER", ["L", "P"], [(l, p, F[l].get(p)) for l in F for p in P])
LP = ["L", "P"]


def add(*terms):
    there = [t for t in terms if t is not None]
    return sum(there) if there else None


def times(a, b):
    return None if a is None or b is None else a * b


def solve(name, kind, formula, step):
    """`step(line, i, item, earlier)`: earlier(n) is the metric's own value n items earlier."""
    out = []
    for l in F:
        done = []

        def earlier(k=1):
            k = None if k is None else int(k)
            return done[-k] if k is not None and 1 <= k <= len(done) else None

        for i, p in enumerate(P):
            done.append(step(l, i, p, earlier))
        out += [(l, p, v) for p, v in zip(P, done) if v is not None]
    s.given(f"CREATE METRIC {name} {kind} BY (L, P) AS {formula};")
    s.asks(f"SELECT * FROM {name} ORDER BY L, P;", ["L", "P", name], out)
    return {(l, p): v for l, p, v in out}


flow = lambda l, p: F[l].get(p)
blank = lambda a, b: b if a is None else a
s.note("PREVIOUS")
solve("Running", "NUMBER", "PREVIOUS(P) + Flow", lambda l, i, p, e: add(e(), flow(l, p)))
solve("Balance", "NUMBER", "IFBLANK(PREVIOUS(P), L.First) * 1.5 + Flow", lambda l, i, p, e: add(times(blank(e(), first[l]), 1.5), flow(l, p)))
solve("Twice", "NUMBER", "PREVIOUS(P, 2) + Flow", lambda l, i, p, e: add(e(2), flow(l, p)))
solve("Fibonacci", "INTEGER", 'IF(P IN (P."01", P."02"), 1, PREVIOUS(P) + PREVIOUS(P, 2))', lambda l, i, p, e: 1 if i < 2 else e(1) + e(2))
solve("ByItem", "NUMBER", "PREVIOUS(P, P.N) + 1000 * P.N[ADD: L]", lambda l, i, p, e: add(e(back[p]), times(1000, back[p])))
solve("ByLine", "NUMBER", "PREVIOUS(P, L.K) * 2 + Flow", lambda l, i, p, e: add(times(e(steps[l]), 2), flow(l, p)))
solve("Never", "NUMBER", "PREVIOUS(P, 0) + Flow", lambda l, i, p, e: flow(l, p))
solve("Filled", "NUMBER", "IFBLANK(Flow, PREVIOUS(P))", lambda l, i, p, e: blank(flow(l, p), e()))
solve("Gaps", "NUMBER", "IF(ISBLANK(Flow), BLANK, IFBLANK(PREVIOUS(P), 0) + Flow)",
      lambda l, i, p, e: None if flow(l, p) is None else blank(e(), 0) + flow(l, p))
solve("Peak", "NUMBER", "MAX(PREVIOUS(P), Flow)", lambda l, i, p, e: max((v for v in (e(), flow(l, p)) if v is not None), default=None))
solve("Ever", "BOOLEAN", "PREVIOUS(P) OR Flow > 4", lambda l, i, p, e: None if e() is None and flow(l, p) is None else bool(e()) or (flow(l, p) or 0) > 4)
solve("Words", "TEXT", 'PREVIOUS(P) & IF(Flow > 1, "+")', lambda l, i, p, e: None if e() is None and not (flow(l, p) or 0) > 1 else (e() or "") + ("+" if (flow(l, p) or 0) > 1 else ""))
solve("Due", "DATE", "IF(P = P.\"01\", DATE(2024,1,31), EDATE(PREVIOUS(P), 1))",
      lambda l, i, p, e: [dt.date(2024, 1, 31), dt.date(2024, 2, 29), dt.date(2024, 3, 29), dt.date(2024, 4, 29), dt.date(2024, 5, 29), dt.date(2024, 6, 29),
                          dt.date(2024, 7, 29), dt.date(2024, 8, 29), dt.date(2024, 9, 29), dt.date(2024, 10, 29)][i])
solve("Count", "INTEGER", "IFBLANK(PREVIOUS(P), 0) + 1", lambda l, i, p, e: i + 1)
solve("Clipped", "NUMBER", "MIN(MAX(IFBLANK(PREVIOUS(P), 0) + IFBLANK(Flow, -3), 0), 12)", lambda l, i, p, e: min(max(blank(e(), 0) + blank(flow(l, p), -3), 0), 12))

s.note("a group of three: stock, what is asked, what is ordered two items ahead")
s.given("BEGIN;",
        "CREATE METRIC Opening NUMBER BY (L, P) AS IFBLANK(PREVIOUSOF(Closing, 1, P), L.First);",
        "CREATE METRIC Ordered NUMBER BY (L, P) AS IF(Opening < 50, 50 - Opening + IFBLANK(PREVIOUSOF(Ordered, 2, P), 0) / 4);",
        "CREATE METRIC Closing NUMBER BY (L, P) AS Opening - Flow * 10 + PREVIOUSOF(Ordered, 2, P);",
        "COMMIT;")
opening, ordered, closing = {}, {}, {}
for l in F:
    for i, p in enumerate(P):
        before = closing.get((l, P[i - 1])) if i else None
        opening[l, p] = blank(before, first[l])
        two = ordered.get((l, P[i - 2])) if i > 1 else None
        o = opening[l, p]
        ordered[l, p] = add(50, -o, blank(two, 0) / 4) if o is not None and o < 50 else None
        closing[l, p] = add(o, None if flow(l, p) is None else -flow(l, p) * 10, two)
for name, found in {"Opening": opening, "Ordered": ordered, "Closing": closing}.items():
    s.asks(f"SELECT * FROM {name} ORDER BY L, P;", ["L", "P", name], [(*k, v) for k, v in found.items() if v is not None])

s.note("PREVIOUSOF of a metric that is in no loop, with distances of all kinds")
for formula, k in {"PREVIOUSOF(Flow)": lambda l, p: 1, "PREVIOUSOF(Flow, 3)": lambda l, p: 3, "PREVIOUSOF(Flow, P.N)": lambda l, p: back[p],
                   "PREVIOUSOF(Flow, L.K)": lambda l, p: steps[l], "PREVIOUSOF(Flow, 0)": lambda l, p: 0}.items():
    name = f"O{len(s.blocks)}"
    found = []
    for l in F:
        for i, p in enumerate(P):
            n = k(l, p)
            n = None if n is None else int(n)
            found.append((l, p, F[l].get(P[i - n]) if n is not None and 1 <= n <= i else None))
    s.given(f"CREATE METRIC {name} NUMBER BY (L, P) AS {formula.replace(')', ', P)') if formula.count(',') else formula.replace(')', ', 1, P)')};")
    s.asks(f"SELECT * FROM {name} ORDER BY L, P;", ["L", "P", name], [row for row in found if row[-1] is not None])

s.note("a loop through an offset, along a dimension that is no calendar")
s.given("BEGIN;", "CREATE METRIC Up NUMBER BY (P) AS IFBLANK(Down[SELECT: P - 1], 1) * 2;", "CREATE METRIC Down NUMBER BY (P) AS Up - 1;", "COMMIT;")
up, down = [], []
for i in range(10):
    up.append((down[-1] if down else 1) * 2)
    down.append(up[-1] - 1)
s.asks("SELECT * FROM Up ORDER BY P;", ["P", "Up"], list(zip(P, up)))
s.asks("SELECT * FROM Down ORDER BY P;", ["P", "Down"], list(zip(P, down)))
s.main()
