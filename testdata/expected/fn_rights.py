"""ACCESSRIGHTS and RESETACCESSRIGHTS, formulas.md section 7: a BLANK argument is an unset half, BLANK only where both are."""
from itertools import product

from script import Script

s = Script("Rights as values: the halves are shown as r, w; - is denied, a point unset.")
halves = list(product([True, False, None], repeat=2))
names = [f"{i}" for i in range(len(halves))]
s.items("S", {"Name": "TEXT", "R": "BOOLEAN", "W": "BOOLEAN"}, [(n, *h) for n, h in zip(names, halves)])


def shown(read, write):
    if read is None and write is None:
        return None
    return {True: "r", False: "-", None: "."}[read] + {True: "w", False: "-", None: "."}[write]


def rows(function):
    return [(n, function(*h)) for n, h in zip(names, halves)]


s.given("CREATE METRIC A ACCESS RIGHTS BY (S) AS ACCESSRIGHTS(S.R, S.W);")
s.asks("SELECT * FROM A ORDER BY S;", ["S", "A"], [row for row in rows(shown) if row[1]])
s.value("ACCESSRIGHTS(S.R, BLANK)", ["S"], rows(lambda r, w: shown(r, None)))
s.value("ACCESSRIGHTS(BLANK, NOT S.W)", ["S"], rows(lambda r, w: shown(None, None if w is None else not w)))
s.value("ACCESSRIGHTS(TRUE, S.R OR S.W)", ["S"], rows(lambda r, w: shown(True, None if r is None and w is None else bool(r or w))))
s.value("ACCESSRIGHTS(BLANK, BLANK)", [], None)
s.value("ISBLANK(A)", ["S"], rows(lambda r, w: r is None and w is None))
s.value("IF(S.R, A)", ["S"], rows(lambda r, w: shown(r, w) if r else None))
s.note("each argument at the cell's image")
s.items("T", {"Name": "TEXT", "Open": "BOOLEAN"}, [("x", True), ("y", None)])
s.value("ACCESSRIGHTS(T.Open, S.R)", ["T", "S"], [(t, n, shown(o, h[0])) for t, o in (("x", True), ("y", None)) for n, h in zip(names, halves)])
s.note("RESETACCESSRIGHTS keeps the values")
s.value("RESETACCESSRIGHTS(A)", ["S"], rows(shown))
s.value("RESETACCESSRIGHTS(ACCESSRIGHTS(S.W, S.R))", ["S"], rows(lambda r, w: shown(w, r)))
s.value("RESETACCESSRIGHTS(A)[FILTER: S.W]", ["S"], rows(lambda r, w: shown(r, w) if w else None))
s.value("RESETACCESSRIGHTS(IF(S.W, A))", ["S"], rows(lambda r, w: shown(r, w) if w else None))
s.value("COUNTOF(RESETACCESSRIGHTS(A))", [], 8)
s.main()
