"""`D ON expr` where the order differs from line to line, formulas.md section 6: ties keep item order, BLANK comes last."""
from script import Script, total

s = Script("An order that differs from line to line: who comes first differs by product, or by month.")
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


s.note("an order that differs from line to line: ties keep item order, BLANK comes last")
s.value("CUMULATE(X, P ON K)", LP, cumulate(lambda l: by(K[l]), lambda l, p: 0))
s.value("CUMULATE(X, P ON K, G)", LP, cumulate(lambda l: by(K[l]), lambda l, p: G[l][p]))
s.value("CUMULATE(X, P ON -X)", LP, cumulate(lambda l: by({p: None if X[l].get(p) is None else -X[l][p] for p in P}), lambda l, p: 0))
s.value("CUMULATE(X, P ON -RANK(K, L))", LP, cumulate(
    lambda l: by({p: None if K[l][p] is None else -(1 + sum(1 for v in K[l].values() if v is not None and v < K[l][p])) for p in P}), lambda l, p: 0))


def fill(order):
    out = []
    for l in X:
        last, found = None, {}
        for p in order(l):
            last = X[l].get(p) if X[l].get(p) is not None else last
            found[p] = last
        out += [(l, p, found[p]) for p in P]
    return out


def window(order, w):
    out = []
    for l in X:
        line = order(l)
        for p in P:
            i = line.index(p)
            seen = [X[l][q] for q in line[max(0, i - w + 1):i + 1] if X[l].get(q) is not None]
            out.append((l, p, total(seen)))
    return out


s.value("FILLFORWARD(X, P ON K)", LP, fill(lambda l: by(K[l])))
s.value("MOVINGSUM(X, 3, 0, P ON K)", LP, window(lambda l: by(K[l]), 3))
s.main()
