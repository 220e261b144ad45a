"""Whole numbers beyond the digits of a float, values that differ in nothing, very large ones. An INTEGER has 64 bits, formulas.md section 1."""
from itertools import product

from script import Script

s = Script("Whole numbers of 64 bits along a line are exact, and BLANK only where the result passes 64 bits.")
P = list("abcd")
s.items("P", {"Name": "TEXT", "Up": "P"}, [("a", None), ("b", "a"), ("c", "a"), ("d", "c")])
s.items("L", {"Name": "TEXT"}, [("x",), ("y",), ("z",)])
top = 2**63 - 1
X = {"x": [5 * 10**18, 1, -3, 7], "y": [top, None, -1, None], "z": [top, 1, -5, 2**53 + 1]}
s.metric("X", "INTEGER", ["L", "P"], [(l, p, v) for l in X for p, v in zip(P, X[l])])


def fits(value):
    return value if value is not None and abs(value) < 2**63 else None


def whole(function):
    return [(l, p, fits(v)) for l in X for p, v in zip(P, function(X[l]))]


def cumulate(line):
    return [None if v is None else sum(w for w in line[:i + 1] if w is not None) for i, v in enumerate(line)]


def decumulate(line):
    out, last = [], 0
    for v in line:
        out.append(None if v is None else v - last)
        last = last if v is None else v
    return out


def window(n, offset=0):
    def inner(line):
        out = []
        for i in range(4):
            seen = [v for v in line[max(0, i + offset - n + 1):max(0, i + offset + 1)] if v is not None]
            out.append(sum(seen) if seen else None)
        return out
    return inner


def rollup(line):
    value = dict(zip(P, line))
    below = {"a": "abcd", "b": "b", "c": "cd", "d": "d"}
    return [sum(there) if (there := [value[q] for q in below[p] if value[q] is not None]) else None for p in P]


LP = ["L", "P"]
s.value("CUMULATE(X, P)", LP, whole(cumulate))
s.value("DECUMULATE(X, P)", LP, whole(decumulate))
s.value("MOVINGSUM(X, 2, 0, P)", LP, whole(window(2)))
s.value("MOVINGSUM(X, 20, 0, P)", LP, whole(window(20)))
s.value("MOVINGMAX(X, 2, 0, P)", LP, [(l, p, max((v for v in X[l][max(0, i - 1):i + 1] if v is not None), default=None)) for l in X for i, p in enumerate(P)])
s.value("ROLLUP(X, P.Up)", LP, whole(rollup))
s.value("X[REMOVE: P]", ["L"], [(l, fits(sum(v for v in X[l] if v is not None))) for l in X])
s.note("values that differ in nothing have no spread and no correlation")
flat = {"tenths": [0.1, 0.1, 0.1, 0.1], "thirds": [1 / 3, 1 / 3, 1 / 3, None], "large": [1e15 + 0.3, 1e15 + 0.3, None, 1e15 + 0.3]}
s.items("K", {"Name": "TEXT"}, [(k,) for k in flat])
s.metric("F", "NUMBER", ["K", "P"], [(k, p, v) for k in flat for p, v in zip(P, flat[k])])
s.metric("G", "NUMBER", ["P"], list(zip(P, [1, 2, 4, 8])))
s.value("F[REMOVE STDEVP: P]", ["K"], [(k, 0) for k in flat])
s.value("F[REMOVE STDEVS: P]", ["K"], [(k, 0) for k in flat])
s.value("CORREL(F, G, P)", ["K"], [])
s.value("CORREL(F, -F, P)", ["K"], [])
s.note("large values have a spread, however large")
s.metric("B", "NUMBER", ["P"], [("a", 1e200), ("c", 3e200)])
s.value("B[REMOVE STDEVP: P] / 1e200", [], 1.0)
s.value("ROUND(B[REMOVE STDEVS: P] / 1e200, 9)", [], 1.414213562)
s.main()
