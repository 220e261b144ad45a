"""NORMAL, NORMALCUMULATIVE, formulas.md section 7. CORREL and PERCENTILE are in fn_statistics_lines."""
import math
from decimal import Decimal as D
from decimal import getcontext

from script import Samples, Script

getcontext().prec = 60
PI = D("3.14159265358979323846264338327950288419716939937510582097494459")
s = Script("The normal distribution, its density and its cumulative share, to 12 digits; the expected values come from series in decimals of 60 digits.")
values = [0, 1, -1, 1.96, -1.96, 0.5, 3, -3.5, None, 6, -6, 2.5758293035489, 1e-9, 10, -10, 40, -40, 8.3]
S = Samples(s, {"Z": "NUMBER"}, [(z,) for z in values])


def density(z):
    z = D(z)
    return (-z * z / 2).exp() / (2 * PI).sqrt()


def share(z):
    """1/2 + density(z) (z + z^3/3 + z^5/15 + ...)"""
    if abs(z) > 20:
        return D(1 if z > 0 else 0)
    z = D(z)
    term, total, n = z, z, 1
    while abs(term) > D("1e-50"):
        n += 2
        term *= z * z / n
        total += term
    return D(1) / 2 + density(z) * total


def shown(value, digits=12):
    return float(round(value, digits))


S.value("ROUND(NORMAL($Z$), 12)", lambda z: None if z is None else shown(density(z)))
S.value("ROUND(NORMALCUMULATIVE($Z$), 12)", lambda z: None if z is None else shown(share(z)))
S.value("ROUND(NORMALCUMULATIVE($Z$) + NORMALCUMULATIVE(-$Z$), 12)", lambda z: None if z is None else 1)
S.value("ROUND(NORMALCUMULATIVE($Z$ / 2) * 100, 10)", lambda z: None if z is None else shown(share(z / 2) * 100, 10))
S.value("ROUND(NORMAL($Z$ * 2) / NORMAL(0), 12)", lambda z: None if z is None else shown(density(z * 2) / density(0)))
s.value("ROUND(NORMALCUMULATIVE(1.2815515655446), 12)", [], 0.9)
s.note("small shares keep their digits: the relative error is at most 1e-9")
tails = {-3: share(-3), -6: share(-6), -8: share(-8)}
for z, p in tails.items():
    s.value(f"ABS(NORMALCUMULATIVE({z}) / {float(p)!r} - 1) < 1e-9", [], True)
s.main()
