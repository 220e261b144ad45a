"""Rounding, formulas.md section 7, on the decimal digits that the shortest form shows."""
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal, getcontext

from script import Samples, Script

getcontext().prec = 400
CUT = (ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR)
s = Script("Rounding: half away from zero on the decimal digits that a number shows.")


def at(mode):
    """Rounded at a digit; a number of digits that is out of range is BLANK."""
    def rounded(value, digits):
        if value is None or digits is None or not -15 <= int(digits) <= 14:
            return None
        whole = Decimal(repr(value)).quantize(Decimal(1).scaleb(-int(digits)), mode)
        return int(whole) if isinstance(value, int) else float(whole)
    return rounded


def whole(mode):
    def rounded(value):
        if value is None:
            return None
        found = int(Decimal(value if mode in CUT else repr(value)).to_integral_value(mode))
        return found if abs(found) < 2**63 else None
    return rounded


values = [(2.365, 2), (1.005, 2), (-1.005, 2), (2.5, 0), (-2.5, 0), (0.5, 0), (-0.4, 0), (1234.5678, -2), (1250.0, -2), (-1250.0, -2),
          (1234.5678, 3), (0.1 + 0.2, 15), (0.1 + 0.2, 14), (5e15, -15), (4e15, -15), (5e15, -16), (None, 2), (7.7, None), (2.675, 1.9), (-2.675, -0.9),
          (1e300, 2), (4.35, 1), (1.45, 1), (0.285, 2), (8.325, 2), (1e-8, 7), (5e-8, 7), (0.0, 3), (123456789.987654321, 6), (9007199254740993.0, 0)]
S = Samples(s, {"X": "NUMBER", "N": "NUMBER"}, values)
for name, mode in {"ROUND": ROUND_HALF_UP, "ROUNDUP": ROUND_UP, "ROUNDDOWN": ROUND_DOWN}.items():
    S.value(f"{name}($X$, $N$)", at(mode))
    S.value(f"{name}($X$)", whole(mode))
    S.value(f"{name}($X$, 2)", lambda x: at(mode)(x, 2))
    S.value(f"{name}($X$, -3)", lambda x: at(mode)(x, -3))
S.value("TRUNC($X$)", whole(ROUND_DOWN))
S.value("CEILING($X$)", whole(ROUND_CEILING))
S.value("FLOOR($X$)", whole(ROUND_FLOOR))
s.note("whole numbers stay whole, also with digits; beyond 64 bits there is none")
wholes = [(15, -1), (-15, -1), (14, -1), (9223372036854775807, -1), (9223372036854775807, 0), (1250, -2), (7, 3), (None, 1), (99, -2), (49, -2), (-50, -2), (3, -15)]
W = Samples(s, {"I": "INTEGER", "N": "INTEGER"}, wholes, "W")


def fits(function):
    def inner(*args):
        found = function(*args)
        return found if found is not None and abs(found) < 2**63 else None
    return inner


for name, mode in {"ROUND": ROUND_HALF_UP, "ROUNDUP": ROUND_UP, "ROUNDDOWN": ROUND_DOWN}.items():
    W.value(f"{name}($I$, $N$)", fits(at(mode)))
    W.value(f"{name}($I$)", lambda i: i)
W.value("TRUNC($I$ / 4)", lambda i: whole(ROUND_DOWN)(None if i is None else i / 4))
W.value("CEILING($I$)", lambda i: i)
W.value("FLOOR($I$ / 10)", lambda i: whole(ROUND_FLOOR)(None if i is None else i / 10))
s.note("their types: whole without digits, else that of the number")
s.given("CREATE METRIC A INTEGER BY (W) AS ROUND(W.I, -1);", "CREATE METRIC B INTEGER BY (S) AS ROUNDUP(S.X);", "CREATE METRIC C INTEGER BY (S) AS TRUNC(S.X);",
        "CREATE METRIC D INTEGER BY (S) AS CEILING(S.X) + FLOOR(S.X);")
s.asks("SELECT W, A FROM A ORDER BY W;", ["W", "A"], [(k, v) for k, r in zip(W.keys, W.rows) if (v := fits(at(ROUND_HALF_UP))(r[0], -1)) is not None])
s.main()
