"""CORREL and PERCENTILE, formulas.md section 7: they lose D."""
import math
from fractions import Fraction

from script import Script

s = Script("Correlation over the items where both have a value; percentiles, inclusive and linear. A line that is constant has no correlation.")
P = list("abcdefgh")
V = dict(zip(P, [1, 4, 9, None, 25, 36, 49, 64]))
s.items("P", {"Name": "TEXT", "V": "NUMBER"}, V.items())
share = {"line": 0.5, "minus": 0, "noise": 1, "holes": 0.25, "flat": 0.9, "pair": 0.1, "single": 0.3, "none": 0.5, "over": 1.01, "under": -0.1, "unset": None}
s.items("L", {"Name": "TEXT", "Q": "NUMBER"}, share.items())
X = {"line": [1, 2, 3, 4, 5, 6, 7, 8], "minus": [8, 7, 6, 5, 4, 3, 2, 1], "noise": [3.5, -1, 4, 1.25, -5, 9, 2, 6], "holes": [None, 2, None, 7, None, 1, 8, None], "flat": [5] * 8,
     "pair": [1, None, None, None, None, None, None, 4], "single": [None, None, 3] + [None] * 5, "none": [None] * 8, "over": [1, 3, 2, 5, 4, None, 7, 6], "under": [2, 1, 2, 1, 2, 1, 2, 1],
     "unset": [10, 20, 30, 40, 50, 60, 70, 81]}
Y = {l: [2, 4, 6, 8, 10, 12, 14, 16] for l in X}
Y["noise"] = [1, 2, -3, 4, 0, 2.5, 8, -1]
Y["holes"] = [1, None, 3, 4, 5, 0.5, 7, None]
Y["pair"] = [9, 8, 7, 6, 5, 4, 3, 2]
X = {l: dict(zip(P, x)) for l, x in X.items()}
Y = {l: dict(zip(P, y)) for l, y in Y.items()}
for name, block in {"X": X, "Y": Y}.items():
    s.metric(name, "NUMBER", ["L", "P"], [(l, p, block[l][p]) for l in X for p in P])


def correl(x, y):
    pairs = [(Fraction(x[p]), Fraction(y[p])) for p in P if x.get(p) is not None and y.get(p) is not None]
    if len(pairs) < 2:
        return None
    mx, my = (sum(v[i] for v in pairs) / len(pairs) for i in (0, 1))
    xx, yy = sum((a - mx) ** 2 for a, _ in pairs), sum((b - my) ** 2 for _, b in pairs)
    return float(round(sum((a - mx) * (b - my) for a, b in pairs) / Fraction(math.sqrt(xx * yy)), 9)) if xx and yy else None


s.value("ROUND(CORREL(X, Y, P), 9)", ["L"], [(l, correl(X[l], Y[l])) for l in X])
s.value("ROUND(CORREL(Y, X, P), 9)", ["L"], [(l, correl(X[l], Y[l])) for l in X])
s.value("ROUND(CORREL(X, -X, P), 9)", ["L"], [(l, None if correl(X[l], X[l]) is None else -1) for l in X])
s.value("ROUND(CORREL(X, P.V, P), 9)", ["L"], [(l, correl(X[l], V)) for l in X])
s.value("ROUND(CORREL(X * 1000 + 5, Y / 7, P), 9)", ["L"], [(l, correl(X[l], Y[l])) for l in X])


def percentile(values, share):
    values = sorted(Fraction(v) for v in values if v is not None)
    if not values or share is None or not 0 <= share <= 1:
        return None
    at = Fraction(share) * (len(values) - 1)
    low = math.floor(at)
    high = min(low + 1, len(values) - 1)
    return float(round(values[low] + (values[high] - values[low]) * (at - low), 9))


for q in (0, 0.25, 0.5, 0.9, 1, 1.5, -0.5):
    s.value(f"ROUND(PERCENTILE(X, {q}, P), 9)", ["L"], [(l, percentile(X[l].values(), q)) for l in X])
s.value("ROUND(PERCENTILE(X, L.Q, P), 9)", ["L"], [(l, percentile(X[l].values(), share[l])) for l in X])
s.value("ROUND(PERCENTILE(X, 0.5, P) - X[REMOVE MEDIAN: P], 9)", ["L"], [(l, 0) for l in X if any(v is not None for v in X[l].values())])
s.value("ROUND(PERCENTILE(X, 0.75, L), 9)", ["P"], [(p, percentile([X[l][p] for l in X], 0.75)) for p in P])
s.value("ROUND(PERCENTILE(P.V, 0.3, P), 9)", [], percentile(V.values(), 0.3))
s.main()
