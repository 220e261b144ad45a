"""MOVING… windows and offsets, and GROWTH distances, that are expressions; groups that differ from line to line."""
from script import Script, total

s = Script("Windows, distances and groups that are computed, also from line to line. A BLANK window or offset is BLANK.")
P = list("abcdefgh")
size = dict(zip(P, [1, 2, 3, 0, None, -1, 2.9, 20]))
s.items("P", {"Name": "TEXT", "N": "NUMBER"}, [(p, size[p]) for p in P])
far = {"one": 1, "two": -1, "three": None, "four": 3}
s.items("L", {"Name": "TEXT", "Far": "INTEGER"}, far.items())
X = {"one": dict(zip(P, [1, 2, 4, 8, 16, 32, 64, 128])), "two": dict(zip(P, [None, 3, None, None, None, -1.5, 0, None])),
     "three": dict(zip(P, [5] * 8)), "four": dict(zip(P, [7, None, 9, 1, 1, 2, None, 4]))}
s.metric("X", "NUMBER", ["L", "P"], [(l, p, X[l].get(p)) for l in X for p in P])
G = {"one": "uuvvvuuu", "two": "uuuuuuuu", "three": "aabbbaab", "four": "a aa a a"}
G = {l: {p: None if c == " " else c for p, c in zip(P, g)} for l, g in G.items()}
s.metric("G", "TEXT", ["L", "P"], [(l, p, G[l][p]) for l in X for p in P])
K = {"one": [8, 7, 6, 5, 4, 3, 2, 1], "two": [None] * 8, "three": [1, 1, 1, 1, 2, 2, 0, None], "four": [3, None, 1, 2, None, 9, 5, 3]}
K = {l: dict(zip(P, k)) for l, k in K.items()}
s.metric("K", "NUMBER", ["L", "P"], [(l, p, K[l][p]) for l in X for p in P])
AGG = {"SUM": total, "AVERAGE": lambda v: total(v) / len(v), "MIN": min, "MAX": max}
LP = ["L", "P"]


def whole(n):
    return None if n is None else int(n)


def moving(agg, window, offset):
    out = []
    for l in X:
        for i, p in enumerate(P):
            w, o = whole(window(l, p)), whole(offset(l, p))
            seen = []
            if w is not None and o is not None:
                seen = [X[l][q] for j, q in enumerate(P) if i + o - w < j <= i + o and X[l].get(q) is not None]
            out.append((l, p, AGG[agg](seen) if seen else None))
    return out


for agg in AGG:
    s.value(f"MOVING{agg}(X, P.N, 0, P)", LP, moving(agg, lambda l, p: size[p], lambda l, p: 0))
    s.value(f"MOVING{agg}(X, 2, L.Far, P)", LP, moving(agg, lambda l, p: 2, lambda l, p: far[l]))
    s.value(f"MOVING{agg}(X, P.N, L.Far, P)", LP, moving(agg, lambda l, p: size[p], lambda l, p: far[l]))
    s.value(f"MOVING{agg}(X, X, 0, P)", LP, moving(agg, lambda l, p: X[l].get(p), lambda l, p: 0))
    s.value(f"MOVING{agg}(X, 1 + 1, -P.N, P)", LP, moving(agg, lambda l, p: 2, lambda l, p: None if size[p] is None else -size[p]))


def growth(n):
    out = []
    for l in X:
        for i, p in enumerate(P):
            k = whole(n(l, p))
            before = X[l].get(P[i - k]) if k is not None and 0 <= i - k < 8 else None
            value = X[l].get(p)
            out.append((l, p, value / before - 1 if value is not None and before else None))
    return out


s.note("GROWTH")
s.value("GROWTH(X, P, L.Far)", LP, growth(lambda l, p: far[l]))
s.value("GROWTH(X, P, P.N)", LP, growth(lambda l, p: size[p]))
s.value("GROWTH(X, P, X / 2)", LP, growth(lambda l, p: None if X[l].get(p) is None else X[l][p] / 2))
s.value("GROWTH(X, P, -1)", LP, growth(lambda l, p: -1))
s.value("GROWTH(X, P, BLANK + P.N + 1)", LP, growth(lambda l, p: None if size[p] is None else size[p] + 1))

s.note("a group that differs from line to line")


def cumulate(order, key, agg="SUM"):
    out = []
    for l in X:
        run, found, last = [], {}, None
        for i, p in enumerate(order(l)):
            if i and key(l, p) != last:
                run = []
            last = key(l, p)
            if X[l].get(p) is not None:
                run.append(X[l][p])
                found[p] = AGG[agg](run)
        out += [(l, p, found.get(p)) for p in P]
    return out


def by(value):
    return sorted((p for p in P if value[p] is not None), key=lambda p: value[p]) + [p for p in P if value[p] is None]


s.value("CUMULATE(X, P, G)", LP, cumulate(lambda l: P, lambda l, p: G[l][p]))
s.value("CUMULATE(X, P, G, MAX)", LP, cumulate(lambda l: P, lambda l, p: G[l][p], "MAX"))
s.value("CUMULATE(X, P, X > 3)", LP, cumulate(lambda l: P, lambda l, p: None if X[l].get(p) is None else X[l][p] > 3))
s.value("CUMULATE(X, P, L.Far)", LP, cumulate(lambda l: P, lambda l, p: 0))
s.value("DECUMULATE(CUMULATE(X, P, G), P, G)", LP, [(l, p, X[l].get(p)) for l in X for p in P])
s.main()
