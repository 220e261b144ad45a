"""Functions of numbers, formulas.md section 7; the rounding ones are in fn_rounding."""
import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal

from script import Samples, Script, strict

s = Script("Functions of numbers. A domain error is BLANK, and so is a BLANK argument.")
values = [2.25, -2.25, 0, None, 1, -1, 1e-9, 100, 1e300, 0.5, -800, 710]
other = [2, 2, 0, 3, None, -2, 0.5, 0.5, 2, -1, 3, -0.5]
S = Samples(s, {"X": "NUMBER", "Y": "NUMBER"}, zip(values, other))


def to(digits, value):
    """Rounded half away from zero at the digits that are shown."""
    return None if value is None else float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


S.value("ABS($X$)", strict(abs))
S.value("SIGN($X$)", strict(lambda x: (x > 0) - (x < 0)))
S.value("SIGN($X$ * 0)", strict(lambda x: 0))
S.value("ROUND(SQRT($X$), 9)", lambda x: to(9, strict(math.sqrt)(x)) if x != 1e300 else 1e150)
S.value("ROUND(EXP(MIN($X$, 2)), 12)", lambda x: None if x is None else to(12, math.exp(min(x, 2))))
S.value("ISBLANK(EXP($X$))", lambda x: x is None or x > 709.79)
S.value("ROUND(LN($X$), 9)", lambda x: to(9, strict(math.log)(x)))
S.value("ROUND(LOG($X$), 9)", lambda x: to(9, strict(math.log10)(x)))
S.value("LN($X$) = BLANK", lambda x: x is None or x <= 0)
power = strict(lambda x, y: None if isinstance(x ** y, complex) else float(x ** y))
S.value("POWER($X$, 2)", lambda x: None if x is None or abs(x) > 1e160 else x * x)
S.value("POWER(2, $Y$)", lambda y: None if y is None else 2.0**y)
S.value("ROUND(POWER(MIN($X$, 100), 0.5), 9)", lambda x: None if x is None else to(9, power(min(x, 100), 0.5)))
S.value("ROUND(POWER(MIN($X$, 100), 1/3), 9)", lambda x: None if x is None else to(9, power(min(x, 100), 1 / 3)))
s.note("MOD has the sign of the divisor, QUOTIENT is cut toward zero; a divisor of 0 is BLANK")
pairs = [(7, 2), (-7, 2), (7, -2), (-7, -2), (7, 0), (None, 2), (7, None), (0, 5), (6, 3), (-6, 3), (9223372036854775807, 10)]
W = Samples(s, {"I": "INTEGER", "J": "INTEGER"}, pairs, "W")
W.value("MOD($I$, $J$)", strict(lambda i, j: i - j * math.floor(i / j) if abs(i) < 2**50 else i % j))
W.value("QUOTIENT($I$, $J$)", strict(lambda i, j: (abs(i) // abs(j)) * (1 if (i < 0) == (j < 0) else -1)))
W.value("QUOTIENT($I$, $J$) * $J$ + (MOD($I$, $J$) - MOD($I$, $J$))", strict(lambda i, j: i // j * j if i * j >= 0 else -(-i // j) * j))
W.value("ABS($I$)", strict(abs))
W.value("SIGN($I$)", strict(lambda i: (i > 0) - (i < 0)))
W.value("ABS($I$ - $J$)", lambda i, j: None if i is None and j is None else abs((i or 0) - (j or 0)))
parts = [(5.5, 2), (-5.5, 2), (5.5, -2), (-5.5, -2), (1.25, 0.5), (1, 0), (None, 1), (2, None), (-0.75, 0.25), (1e17, 3)]
F = Samples(s, {"A": "NUMBER", "B": "NUMBER"}, parts, "F")
F.value("MOD($A$, $B$)", strict(lambda a, b: float(Decimal(a) - Decimal(b) * (Decimal(a) / Decimal(b)).to_integral_value("ROUND_FLOOR"))))
F.value("QUOTIENT($A$, $B$)", strict(lambda a, b: float(math.trunc(a / b)) if a != 1e17 else 33333333333333333.0)) 
F.value("MOD($A$, 1)", strict(lambda a: a - math.floor(a)))

s.note("angles in radians")
angles = [0, math.pi / 6, math.pi / 2, -math.pi / 2, math.pi, 10.5, None, -1]
R = Samples(s, {"T": "NUMBER"}, [(a,) for a in angles], "R")
R.value("ROUND(SIN($T$), 12)", lambda t: None if t is None else to(12, math.sin(t)))
R.value("ROUND(COS($T$), 12)", lambda t: None if t is None else to(12, math.cos(t)))
R.value("ROUND(SIN($T$) ^ 2 + COS($T$) ^ 2, 12)", lambda t: None if t is None else 1)

s.note("MIN and MAX skip BLANK, have the cells of a sum, and take whatever has an order")
S.value("MIN($X$, $Y$)", lambda x, y: min((v for v in (x, y) if v is not None), default=None))
S.value("MAX($X$, $Y$)", lambda x, y: max((v for v in (x, y) if v is not None), default=None))
S.value("MAX($X$, 0)", lambda x: None if x is None else max(x, 0))
S.value("MIN($X$, $Y$, -1, 50)", lambda x, y: min(v for v in (x, y, -1) if v is not None))
S.value("MAX($X$)", lambda x: x)
S.value("MIN(MAX($X$, $Y$), 10)", lambda x, y: min(max(v for v in (x, y) if v is not None), 10))
W.value("MIN($I$, $J$)", lambda i, j: min(v for v in (i, j) if v is not None))
W.value("MAX($I$, 2.5)", lambda i: None if i is None else float(max(i, 2.5)))
ordered = [("b", "a", dt.date(2024, 1, 1), dt.date(2023, 12, 31)), ("", "a", None, dt.date(2024, 1, 2)), (None, "é", dt.date(2024, 3, 1), None),
           (None, None, None, None), ("Z", "a", dt.date(2024, 2, 29), dt.date(2024, 2, 29))]
T = Samples(s, {"U": "TEXT", "V": "TEXT", "D": "DATE", "E": "DATE"}, ordered, "T")
T.value("MIN($U$, $V$)", lambda u, v: min((x for x in (u, v) if x is not None), default=None))
T.value("MAX($U$, $V$)", lambda u, v: max((x for x in (u, v) if x is not None), default=None))
T.value("MIN($D$, $E$)", lambda u, v: min((x for x in (u, v) if x is not None), default=None))
T.value("MAX($D$, $E$, DATE(2024,1,1))", lambda u, v: None if u is None and v is None else max(x for x in (u, v, dt.date(2024, 1, 1)) if x is not None))
s.value('MAX(T, T."03")', ["T"], [(k, max(k, "03")) for k in T.keys])
s.value('MIN(T, T."03", T."02")', ["T"], [(k, min(k, "02")) for k in T.keys])
s.main()
