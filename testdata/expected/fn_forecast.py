"""Forecasts, formulas.md section 7, in exact fractions: normal equations solved by elimination, recurrences item by item."""
import math
from fractions import Fraction as F

from script import Script

s = Script("""Forecasts: the cells of x, and behind the last one of each line what is fitted on them. Items between cells stay BLANK and count
as steps.""")
P = [f"{i:02}" for i in range(1, 17)]
rank = dict(zip(P, [16 - i for i in range(16)]))
s.items("P", {"Name": "TEXT", "Rank": "INTEGER"}, rank.items())
wave = [3, -1, 0, 5]
X = {
    "line": [3, 5, 7, 9, 11],
    "flat": [0.1] * 7,
    "noise": [3.5, -1, 4, 1.25, -5, 9, 2, 6, 5.5],
    "holes": [None, 2, None, None, 7, 1, None, 8, None, None, 6],
    "seasons": [20 + 2 * i + wave[i % 4] for i in range(10)],
    "unsettled": [10, 14, 8, 25, 12, 18, 9, 31, 15, 19, 14, 36],
    "gaps": [10, None, 8, 25, 12, 18, None, 31, None, None, 14],
    "jump": [1, 1, 1, 1, 1, 9, 9, 9],
    "full": list(range(16)),
    "pair": [None, 4, None, None, None, None, 1],
    "single": [None, None, 6],
    "none": [],
}
X = {l: dict(zip(P, x + [None] * 16)) for l, x in X.items()}
alpha = dict(zip(X, [0.5, 0.25, 0, 1, 0.75, 0.125, -0.1, 1.5, 0.5, 0.3, 0.7, 0.5]))
season = dict(zip(X, [1, 2, 3, 2.9, 4, 4, 0, -1, 2, 5, 1, 1]))
alpha["none"] = season["none"] = None
s.items("L", {"Name": "TEXT", "Alpha": "NUMBER", "Season": "NUMBER"}, [(l, alpha[l], season[l]) for l in X])
s.metric("X", "NUMBER", ["L", "P"], [(l, p, X[l][p]) for l in X for p in P])
LP = ["L", "P"]


def solved(rows):
    """Gauss and Jordan; None where there is no single solution."""
    rows, size = [list(r) for r in rows], len(rows)
    for i in range(size):
        at = next((r for r in range(i, size) if rows[r][i] != 0), None)
        if at is None:
            return None
        rows[i], rows[at] = rows[at], rows[i]
        rows[i] = [v / rows[i][i] for v in rows[i]]
        for r in range(size):
            if r != i:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i])]
    return [r[-1] for r in rows]


def lines(cells, season):
    """Least squares over a trend and one intercept for each place of the season: (intercepts by place, slope)."""
    places = sorted({t % season for t, _ in cells})
    columns = [lambda t, q=q: F(t % season == q) for q in places] + [lambda t: F(t)]
    normal = [[sum(a(t) * b(t) for t, _ in cells) for b in columns] + [sum(a(t) * y for t, y in cells)] for a in columns]
    found = solved(normal)
    return found and (dict(zip(places, found)), found[-1])


def walked(cells):
    """Every item from the first cell to the last, with its value or None."""
    there = dict(cells)
    return [(t, there.get(t)) for t in range(cells[0][0], cells[-1][0] + 1)]


def simple(cells, alpha):
    level = cells[0][1]
    for _, y in cells[1:]:
        level = alpha * y + (1 - alpha) * level
    return lambda t: level


def double(cells, alpha, beta):
    if len(cells) < 2:
        return None
    (t0, level), (t1, y1) = cells[:2]
    trend = (y1 - level) / (t1 - t0)
    for t, y in walked(cells)[1:]:
        before = level
        level = level + trend if y is None else alpha * y + (1 - alpha) * (level + trend)
        trend = beta * (level - before) + (1 - beta) * trend
    return lambda t: level + trend * (t - cells[-1][0])


def beginning(cells, season):
    """The shortest beginning that has all cells of ten items and of two seasons, each place of the season that has any, and one of them twice."""
    every = {t % season for t, _ in cells}
    for n in range(1, len(cells) + 1):
        seen = {t % season for t, _ in cells[:n]}
        if seen == every and len(seen) < n and (n == len(cells) or cells[n][0] >= cells[0][0] + max(10, 2 * season)):
            return cells[:n]
    return None


def winters(cells, season):
    begin = beginning(cells, season)
    if begin is None:
        return None
    fit = lines(begin, season)
    middle = sum(y - fit[1] * t for t, y in begin) / len(begin)
    start = middle + fit[1] * (cells[0][0] - 1)

    def follow(shares):
        alpha, beta, gamma = (F(v, 64) for v in shares)
        level, trend, above, missed = start, fit[1], {q: a - middle for q, a in fit[0].items()}, F(0)
        for t, y in walked(cells):
            before, q = level, t % season
            if y is None:
                level += trend
                continue
            missed += (y - (level + trend + above[q])) ** 2
            level = alpha * (y - above[q]) + (1 - alpha) * (level + trend)
            trend = beta * (level - before) + (1 - beta) * trend
            above[q] = gamma * (y - level) + (1 - gamma) * above[q]
        return missed, level, trend, above

    best, least, step = (0, 0, 0), None, 16
    axes = [range(0, 65, 16)] * 3
    while step:
        for a in axes[0]:
            for b in axes[1]:
                for c in axes[2] if season > 1 else [0]:
                    missed = follow((a, b, c))[0]
                    if least is None or missed < least * (1 - F(1, 10 ** 9)):
                        best, least = (a, b, c), missed
        step //= 2
        axes = [[v for v in (at - step, at, at + step) if 0 <= v <= 64] for at in best]
    _, level, trend, above = follow(best)
    return lambda t: None if t % season not in above else level + trend * (t - cells[-1][0]) + above[t % season]


def linear(cells, season=1):
    fit = lines(cells, season)
    return fit and (lambda t: None if t % season not in fit[0] else fit[0][t % season] + fit[1] * t)


def rounded(value):
    """To six digits, half away from zero."""
    units = math.floor(abs(value) * 10 ** 6 + F(1, 2))
    return float(F(units if value > 0 else -units, 10 ** 6))


def extended(line, fit, order=P):
    """The cells, then what is fitted on them at the items behind."""
    cells = [(t, F(line[p])) for t, p in enumerate(order) if line[p] is not None]
    out = {order[t]: y for t, y in cells}
    found = fit(cells) if cells else None
    if found:
        out.update((order[t], found(t)) for t in range(cells[-1][0] + 1, len(order)))
    return [(p, None if out.get(p) is None else rounded(out[p])) for p in P]


def ask(formula, fit, order=P, known=lambda l: True):
    s.value(f"ROUND({formula}, 6)", LP, [(l, p, v) for l in X if known(l) for p, v in extended(X[l], lambda cells: fit(l, cells), order)])


s.note("a straight line by least squares")
ask("FORECAST_LINEAR(X, P)", lambda l, c: linear(c))
ask("FORECAST_LINEAR(X, P ON P.Rank)", lambda l, c: linear(c), P[::-1])
s.note("with a season; what has no cell at its place of the season has no forecast")
for n in (2, 4, 5, 16):
    ask(f"SEASONAL_LINEAR(X, P, {n})", lambda l, c: linear(c, n))
s.note("a level, and a level with a trend")
for a in (0, 0.25, 1):
    ask(f"SIMPLE_SMOOTHING(X, P, {a})", lambda l, c: simple(c, F(a)))
for a, b in ((0, 1), (0.25, 0.5), (0.75, 0), (1, 1)):
    ask(f"DOUBLE_SMOOTHING(X, P, {a}, {b})", lambda l, c: double(c, F(a), F(b)))
s.note("parameters that are searched for")
for n in (1, 2, 4):
    ask(f"FORECAST_ETS(X, P, {n})", lambda l, c: winters(c, n))
s.note("arguments by line: truncated, BLANK, out of bounds")
whole = {l: None if v is None else int(v) for l, v in season.items()}
within = {l: alpha[l] is not None and 0 <= alpha[l] <= 1 for l in X}
ask("SIMPLE_SMOOTHING(X, P, L.Alpha)", lambda l, c: simple(c, F(alpha[l])), known=lambda l: within[l])
ask("DOUBLE_SMOOTHING(X, P, L.Alpha, 1 - L.Alpha)", lambda l, c: double(c, F(alpha[l]), F(1 - alpha[l])), known=lambda l: within[l])
ask("SEASONAL_LINEAR(X, P, L.Season)", lambda l, c: linear(c, whole[l]), known=lambda l: whole[l] is not None and whole[l] >= 1)
ask("FORECAST_ETS(X, P, L.Season)", lambda l, c: winters(c, whole[l]), known=lambda l: whole[l] is not None and whole[l] >= 1)
for formula in ("SIMPLE_SMOOTHING(X, P, 1.01)", "SIMPLE_SMOOTHING(X, P, -0.1)", "DOUBLE_SMOOTHING(X, P, 0.5, 2)", "SEASONAL_LINEAR(X, P, 0)",
                "FORECAST_ETS(X, P, -1)", "FORECAST_ETS(X, P, 0.9)"):
    s.value(formula, LP, [])
s.main()
