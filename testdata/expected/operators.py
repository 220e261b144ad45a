"""Operators, formulas.md sections 1 to 3."""
import datetime as dt
import math
from itertools import product

from script import Samples, Script, strict, text, total

s = Script("Every operator over BLANK, over the borders of its domain and over every type that it takes.")
pairs = [(5, None), (None, 7), (None, None), (2, 3), (-1.5, 0.5), (7, 0), (0, 0.25), (-2, 0.5), (-2, 3), (1e308, 1e308), (0.1, 0.2), (1e200, -1e200)]
S = Samples(s, {"A": "NUMBER", "B": "NUMBER"}, pairs)


def minus(a):
    return None if a is None else -a


def finite(value):
    return None if value is not None and not math.isfinite(value) else value


def plus(*terms):
    there = [t for t in terms if t is not None]
    try:
        return finite(math.fsum(there)) if there else None
    except OverflowError:
        return None


power = strict(lambda a, b: None if isinstance(a ** b, complex) else a ** b)
s.note("terms are taken as 0 where BLANK, unless all are")
S.value("$A$ + $B$", plus)
S.value("$A$ - $B$", lambda a, b: plus(a, minus(b)))
s.note("a sum of three and more is rounded once, whatever the order of its terms")
S.value("$A$ + 1e6 - 1e6", lambda a: None if a is None else plus(a, 1e6, -1e6))
S.value("1e6 + $A$ - $B$ - 1e6", lambda a, b: None if a is None and b is None else plus(a, minus(b), 1e6, -1e6))
s.note("BLANK where a side is, where the divisor is 0, where there is no number")
S.value("$A$ * $B$", strict(lambda a, b: a * b))
S.value("$A$ / $B$", strict(lambda a, b: a / b))
S.value("$A$ ^ $B$", power)
S.value("-$A$", minus)
S.value("-$A$ ^ 2", lambda a: minus(power(a, 2)))
S.value("2 ^ -$B$", lambda b: power(2, minus(b)))
S.value("- -$A$ - -$B$", lambda a, b: plus(a, b))
s.note("brackets end a sum: what stands in them is a term of its own")
S.value("10 - ($A$ - $B$)", lambda a, b: None if a is None and b is None else plus(10, minus(plus(a, minus(b)))))
S.value("$A$ + 100", lambda a: None if a is None else a + 100)

s.note("comparisons of numbers, and with the literal BLANK")
for sign, holds in {"=": lambda a, b: a == b, "<>": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
                    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}.items():
    S.value(f"$A$ {sign} $B$", strict(holds))
S.value("$A$ = BLANK", lambda a: a is None)
S.value("BLANK = $A$", lambda a: a is None)
S.value("$A$ <> BLANK", lambda a: a is not None)
S.value("BLANK <> $B$", lambda b: b is not None)

truth = list(product([True, False, None], repeat=2))
L = Samples(s, {"P": "BOOLEAN", "Q": "BOOLEAN"}, truth, "L")


def either(*sides):
    there = [x for x in sides if x is not None]
    return any(there) if there else None


both = strict(lambda p, q: p and q)
inverse = strict(lambda p: not p)
L.value("$P$ AND $Q$", both)
L.value("$P$ OR $Q$", either)
L.value("NOT $P$", inverse)
L.value("NOT $P$ AND $Q$", lambda p, q: both(inverse(p), q))
L.value("NOT ($P$ OR $Q$)", lambda p, q: inverse(either(p, q)))
L.value("$P$ = $Q$", strict(lambda p, q: p == q))
L.value("$P$ <> $Q$", strict(lambda p, q: p != q))
L.value("$P$ = BLANK OR $Q$", lambda p, q: either(p is None, q))
L.value("$P$ OR $Q$ AND FALSE", lambda p, q: either(p, both(q, False)))

s.note("texts by code point, and the empty one")
words = [("a", "b"), ("Z", "a"), ("a", "a"), ("", "a"), ("é", "z"), ("ab", "a"), ("\ufffd", "\U0001d54a"), (None, ""), (None, None), ("10", "9")]
T = Samples(s, {"U": "TEXT", "V": "TEXT"}, words, "T")
T.value("$U$ < $V$", strict(lambda a, b: [ord(c) for c in a] < [ord(c) for c in b]))
T.value("$U$ >= $V$", strict(lambda a, b: [ord(c) for c in a] >= [ord(c) for c in b]))
T.value("$U$ = $V$", strict(lambda a, b: a == b))
T.value("$U$ <> $V$", strict(lambda a, b: a != b))


def joined(*parts):
    there = [text(p) for p in parts if p is not None]
    return "".join(there) if there else None


T.value("$U$ & $V$", joined)
T.value("$U$ & $V$ & $V$", lambda u, v: joined(u, v, v))
T.value('$U$ & "-"', lambda u: None if u is None else u + "-")

s.note("dates")
days = [(dt.date(2024, 2, 28), 1, dt.date(2024, 3, 1)), (dt.date(2023, 2, 28), 1, dt.date(2024, 2, 29)), (dt.date(2024, 2, 29), -60, None),
        (None, 5, dt.date(2024, 1, 1)), (dt.date(2024, 12, 31), None, dt.date(2024, 12, 31)), (None, None, None), (dt.date(1970, 1, 1), -1, dt.date(1900, 2, 28))]
K = Samples(s, {"D": "DATE", "N": "INTEGER", "E": "DATE"}, days, "K")
later = lambda d, n: None if d is None else d + dt.timedelta(n or 0)
K.value("$D$ + $N$", later)
K.value("$D$ - $N$", lambda d, n: later(d, minus(n)))
K.value("$D$ - $E$", strict(lambda d, e: (d - e).days))
K.value("$D$ < $E$", strict(lambda d, e: d < e))
K.value("$D$ = $E$", strict(lambda d, e: d == e))
K.value("$D$ & \"/\" & $N$", lambda d, n: None if d is None and n is None else text(d) + "/" + text(n))

s.note("what `&` makes of numbers: the shortest digits, plain from 1e-7 to 1e21")
numbers = [0.1 + 0.2, 1e21, 1e20, 123456789012345680000.0, 1e-7, 9.5e-8, -1.5e-9, 100.0, -0.0, 1 / 3, None, 5e-324, 1.7976931348623157e308]
G = Samples(s, {"X": "NUMBER", "I": "INTEGER", "B": "BOOLEAN"},
            [(x, i, b) for x, i, b in zip(numbers, [0, -7, 9223372036854775807, None, 12] + [None] * 8, [True, False, None] + [None] * 10)], "G")
G.value('"<" & $X$ & ">"', lambda x: None if x is None else f"<{text(x)}>")
G.value("$I$ & $B$", joined)

s.note("whole numbers: / and ^ give numbers, what passes 64 bits is BLANK")
whole = [(7, 2), (-7, 2), (9223372036854775807, 1), (4611686018427387904, 2), (-9223372036854775807, -2), (3, 0), (None, 4), (3037000500, 3037000500)]
W = Samples(s, {"I": "INTEGER", "J": "INTEGER"}, whole, "W")


def fits(value):
    return value if value is not None and -2**63 < value < 2**63 else None


def whole_sum(*terms):
    there = [t for t in terms if t is not None]
    return fits(sum(there)) if there else None


W.value("$I$ + $J$", whole_sum)
W.value("$I$ - $J$", lambda i, j: whole_sum(i, minus(j)))
W.value("$I$ * $J$", lambda i, j: fits(strict(lambda a, b: a * b)(i, j)))
W.value("$I$ / $J$", strict(lambda i, j: i / j))
W.value("$I$ ^ $J$", strict(lambda i, j: float(i) ** j))
W.value("$I$ < $J$", strict(lambda i, j: i < j))
W.value("$I$ + 0.5", lambda i: None if i is None else i + 0.5)

s.note("items compare by item order")
s.items("M", {"Name": "TEXT"}, [("z",), ("y",), ("x",), ("w",)])
following = [("z", "y"), ("y", None), ("x", "z"), ("w", "w")]
s.metric("Following", "M", ["M"], following)
place = {"z": 0, "y": 1, "x": 2, "w": 3}
for sign, holds in {"<": lambda a, b: a < b, "=": lambda a, b: a == b, ">=": lambda a, b: a >= b, "<>": lambda a, b: a != b}.items():
    s.value(f"M {sign} Following", ["M"], [(m, None if n is None else holds(place[m], place[n])) for m, n in following])
s.value('M > M."y"', ["M"], [(m, place[m] > 1) for m in place])
s.value('M & ": " & Following', ["M"], [(m, f"{m}: {n or ''}") for m, n in following])

s.note("precedence")
for formula, answer in {"-2^2": -4, "2^-1": 0.5, "2^3^2": 512, "2 * 3 + 4 * 5": 26, "2 + 3 * 4 ^ 2 / 8": 8, "20 / 2 / 5 * 3": 6, "7 - 2 - 1": 4,
                        "1 + 2 & 3 + 4": "37", '"a" & 1 = "a1"': True, "NOT 1 > 2 AND 2 > 3": False, "NOT (1 > 2 AND 2 > 3)": True,
                        "TRUE OR TRUE AND FALSE": True, "(TRUE OR TRUE) AND FALSE": False, "50% * 4": 2, "10%^2": 0.01, "-3 * -2": 6, "2 - -3": 5,
                        "1 IN (1, 2) AND NOT 3 IN (1, 2)": True, "(2^0.5)^2 = 2": False, "1/0 = BLANK": True}.items():
    answer = float(0.1**2) if formula == "10%^2" else answer
    s.value(formula, [], answer)

s.note("""Which cells a sum has: those of its widest terms; narrower terms and constants add what they have there. Where no term has all
dimensions, those where every term that is no constant has a value.""")
s.items("Country", {"Name": "TEXT"}, [("FR",), ("JP",)])
s.items("Product", {"Name": "TEXT"}, [("P1",), ("P2",), ("P3",)])
wide = {("FR", "P1"): 5, ("FR", "P3"): 1, ("JP", "P2"): 0}
wide2 = {("FR", "P1"): 2, ("JP", "P3"): 4}
byp, byc = {"P1": 1, "P2": 2}, {"FR": 100}
s.metric("Wide", "NUMBER", ["Country", "Product"], [(*k, v) for k, v in wide.items()])
s.metric("Other", "NUMBER", ["Country", "Product"], [(*k, v) for k, v in wide2.items()])
s.metric("ByProduct", "NUMBER", ["Product"], byp.items())
s.metric("ByCountry", "NUMBER", ["Country"], byc.items())
grid = list(product(["FR", "JP"], ["P1", "P2", "P3"]))
both_dims = ["Country", "Product"]


def cells(function):
    return [(c, p, function(c, p)) for c, p in grid]


def there(c, p, *maps):
    return any((c, p) in m for m in maps)


s.value("Wide + ByProduct", both_dims, cells(lambda c, p: wide[c, p] + byp.get(p, 0) if (c, p) in wide else None))
s.value("Wide + ByProduct + 1000 - ByCountry", both_dims,
        cells(lambda c, p: wide[c, p] + byp.get(p, 0) + 1000 - byc.get(c, 0) if (c, p) in wide else None))
s.value("Wide - Other", both_dims, cells(lambda c, p: wide.get((c, p), 0) - wide2.get((c, p), 0) if there(c, p, wide, wide2) else None))
s.value("Wide + Other + ByProduct", both_dims,
        cells(lambda c, p: wide.get((c, p), 0) + wide2.get((c, p), 0) + byp.get(p, 0) if there(c, p, wide, wide2) else None))
s.value("ByCountry + ByProduct + 7", both_dims, cells(lambda c, p: byp[p] + byc[c] + 7 if p in byp and c in byc else None))
s.value("(Wide + ByProduct) + Other", both_dims,
        cells(lambda c, p: (wide[c, p] + byp.get(p, 0) if (c, p) in wide else 0) + wide2.get((c, p), 0) if there(c, p, wide, wide2) else None))
s.value("Wide * ByProduct", both_dims, cells(lambda c, p: wide[c, p] * byp[p] if (c, p) in wide and p in byp else None))
s.value("Wide * 2 + ByCountry / 10", both_dims, cells(lambda c, p: wide[c, p] * 2 + byc.get(c, 0) / 10 if (c, p) in wide else None))
s.value("Wide & ByProduct", both_dims, cells(lambda c, p: text(wide[c, p]) + text(byp.get(p)) if (c, p) in wide else None))
s.value("MIN(Wide, ByProduct)", both_dims, cells(lambda c, p: min(wide[c, p], byp.get(p, 9e9)) if (c, p) in wide else None))
s.value("MAX(Wide, Other, 3)", both_dims,
        cells(lambda c, p: max(wide.get((c, p), 0), wide2.get((c, p), 0), 3) if there(c, p, wide, wide2) else None))
s.value("Wide > 0 OR Other > 0", both_dims,
        cells(lambda c, p: either(wide[c, p] > 0 if (c, p) in wide else None, wide2[c, p] > 0 if (c, p) in wide2 else None)))
s.value("Wide > ByProduct AND ByCountry > 0", both_dims,
        cells(lambda c, p: wide[c, p] > byp[p] and byc[c] > 0 if (c, p) in wide and p in byp and c in byc else None))
s.main()
