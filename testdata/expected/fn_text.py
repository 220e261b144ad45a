"""Functions of texts, formulas.md section 7: lengths in code points, case matters."""
import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from script import Samples, Script, strict, text

s = Script("Texts: empty ones, accents, code points beyond the BMP, counts that are negative, zero, too large, fractions and BLANK.")
words = [("Élan vital", 4, 2), ("", 1, 1), (None, 1, 1), ("a\U0001d54a\U0001f600z", 2, 2), ("  two   words ", 0, 3), ("abcabcabc", 100, 100), ("naïve e\u0301", 3, -1), ("ÉCOLE ΣΟΦΙΑ", -1, 2),
         ("straße", 2.9, 2.9), ("o'neil-smith mcdonald", None, 4), ("日本語テキスト", 3, None), ("x,\"y\"", 2, 3), ("aaa", 1, 0), (" ", 1, 1)]
S = Samples(s, {"T": "TEXT", "N": "NUMBER", "M": "NUMBER"}, words)


def count(function):
    """A negative count is BLANK, a fraction is cut."""
    def inner(t, n):
        if t is None or n is None or int(n) < 0:
            return None
        return function(list(t), int(n))
    return inner


S.value("LEN($T$)", strict(lambda t: sum(1 for _ in t)))
S.value("LEN($T$ & $T$)", lambda t: None if t is None else 2 * len(t))
S.value("LEN(\"\U0001d54a\" & $N$)", lambda n: None if n is None else 1 + len(text(n)))
S.value("LEFT($T$, $N$)", count(lambda t, n: "".join(t[:n])))
S.value("LEFT($T$, 1)", strict(lambda t: t[:1]))
S.value("RIGHT($T$, $N$)", count(lambda t, n: "".join(t[max(0, len(t) - n):])))
S.value("RIGHT($T$, 3)", strict(lambda t: t[-3:]))


def middle(t, start, n):
    if t is None or start is None or n is None or int(start) < 1 or int(n) < 0:
        return None
    return t[int(start) - 1:int(start) - 1 + int(n)]


S.value("MID($T$, 2, $M$)", lambda t, m: middle(t, 2, m))
S.value("MID($T$, MAX($N$, 1), $M$)", lambda t, n, m: middle(t, None if n is None else max(n, 1), m))
S.value("MID($T$, 1, 3)", strict(lambda t: t[:3]))
S.value("MID($T$, 3, 100)", strict(lambda t: t[2:]))
S.value("LOWER($T$)", strict(str.lower))
S.value("UPPER($T$)", strict(str.upper))
S.value("LOWER(UPPER($T$)) = LOWER($T$)", strict(lambda t: t.upper().lower() == t.lower()))
S.value("PROPER($T$)", strict(lambda t: "".join(c.lower() if i and t[i - 1].isalpha() else c.upper() for i, c in enumerate(t)) if "\u0301" not in t else "Naïve E\u0301"))
S.value("TRIM($T$)", strict(lambda t: re.sub(" +", " ", t.strip(" "))))
S.value("LEN(TRIM($T$))", strict(lambda t: len(re.sub(" +", " ", t.strip(" ")))))
S.value("TRIM(\"  \" & $T$ & \"  \") = TRIM($T$)", strict(lambda t: True))

s.note("parts")
parts = [("banana", "an", "AN"), ("banana", "", "-"), ("", "", "x"), ("", "a", "x"), (None, "a", "b"), ("banana", None, "b"), ("a\U0001f600b\U0001f600", "\U0001f600", "!"), ("Banana", "b", ""),
         ("été", "é", "e"), ("aaaa", "aa", "b"), ("banana", "banana!", "c"), ("banana", "na", None), ("x", "x", "xx")]
B = Samples(s, {"T": "TEXT", "P": "TEXT", "R": "TEXT"}, parts, "B")
B.value("CONTAINS($T$, $P$)", strict(lambda t, p: p in t))
B.value("STARTSWITH($T$, $P$)", strict(lambda t, p: t[:len(p)] == p))
B.value("ENDSWITH($T$, $P$)", strict(lambda t, p: p == "" or t[-len(p):] == p))
B.value("FIND($P$, $T$)", strict(lambda p, t: next((i + 1 for i in range(len(t) - len(p) + 1) if t[i:i + len(p)] == p), None)))
B.value("FIND($P$, $T$) = BLANK", lambda p, t: p is None or t is None or p not in t)
B.value("MID($T$, FIND($P$, $T$), LEN($P$))", lambda t, p: p if t is not None and p is not None and p in t else None)
B.value("CONTAINS(LOWER($T$), LOWER($P$))", strict(lambda t, p: p.lower() in t.lower()))
B.value("STARTSWITH($T$, \"\")", strict(lambda t: True))
B.value("ENDSWITH($T$, \"a\")", strict(lambda t: t[-1:] == "a"))


def replaced(t, old, new, which=None):
    if None in (t, old, new):
        return None
    if old == "":
        return t
    out, seen, i = "", 0, 0
    while i < len(t):
        if t[i:i + len(old)] == old:
            seen += 1
            out += new if which in (None, seen) else old
            i += len(old)
        else:
            out += t[i]
            i += 1
    return out


B.value("SUBSTITUTE($T$, $P$, $R$)", replaced)
B.value("SUBSTITUTE($T$, $P$, $R$, 2)", lambda t, p, r: replaced(t, p, r, 2))
B.value("SUBSTITUTE($T$, $P$, $R$, 1)", lambda t, p, r: replaced(t, p, r, 1))
B.value("SUBSTITUTE($T$, $P$, $R$, 9)", lambda t, p, r: replaced(t, p, r, 9))
B.value("SUBSTITUTE($T$, \"a\", \"\")", strict(lambda t: t.replace("a", "")))

s.note("TEXT: without a pattern as `&` does, with one of numbers and of dates")
numbers = [1234567.891, 0, -0.5, 2.365, None, 999.995, 1e10, -1234.5, 0.004, 12, 1e-9, 100]
N = Samples(s, {"X": "NUMBER", "I": "INTEGER", "B": "BOOLEAN", "D": "DATE"},
            zip(numbers, [1234567, 0, -5, None, 999, 1000, -1000, 7, 12, -123456, 1, 2], [True, False, None] * 4,
                [dt.date(2024, 2, 9), dt.date(1999, 12, 31), None, dt.date(2024, 11, 30)] * 3), "N")


def pattern(decimals, commas=False):
    def inner(x):
        if x is None:
            return None
        rounded = Decimal(repr(x)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        return f"{rounded:,f}" if commas else f"{rounded:f}"
    return inner


N.value("TEXT($X$)", lambda x: None if x is None else text(x))
N.value("TEXT($I$)", lambda i: None if i is None else str(i))
N.value("TEXT($B$)", lambda b: None if b is None else text(b))
N.value("TEXT($D$)", lambda d: None if d is None else d.isoformat())
s.value("TEXT(N) & \"!\"", ["N"], [(k, k + "!") for k in N.keys])
N.value('TEXT($X$, "0.00")', pattern(2))
N.value('TEXT(ABS($X$), "0")', lambda x: None if x is None else pattern(0)(abs(x)))
N.value('TEXT($X$, "#,##0.00")', pattern(2, True))
N.value('TEXT(ABS($X$), "#,##0")', lambda x: None if x is None else pattern(0, True)(abs(x)))
N.value('TEXT($X$, "0.000")', pattern(3))
N.value('TEXT($I$, "#,##0")', pattern(0, True))
N.value('TEXT($I$, "0.0")', pattern(1))
N.value('TEXT($D$, "yyyy-MM-dd")', strict(lambda d: d.isoformat()))
N.value('TEXT($D$, "dd/MM/yyyy")', strict(lambda d: f"{d.day:02}/{d.month:02}/{d.year}"))
N.value('TEXT($D$, "yyyyMM")', strict(lambda d: f"{d.year}{d.month:02}"))
N.value('TEXT($D$, "MM dd")', strict(lambda d: f"{d.month:02} {d.day:02}"))
N.value('TEXT($D$, "yyyy")', strict(lambda d: str(d.year)))

s.note("VALUE and DATEVALUE: what is no number, no date, is BLANK")
given = [(" 12.5 ", "2024-02-29"), ("-3", "2023-02-29"), ("1e3", "29/02/2024"), ("abc", "2024-2-9"), ("", ""), (None, None), ("0", "2024-12-31"), ("12abc", "2024-13-01"), ("1 2", "2024-00-10"),
         ("NaN", "9999-12-31"), ("inf", "2024-12-31x"), ("-0.25", "0001-01-01"), ("1e400", "1969-07-20"), ("--1", "tomorrow"), ("1e-7", "31/12/1999"), ("9007199254740993", "1999-12-31")]
V = Samples(s, {"T": "TEXT", "D": "TEXT"}, given, "V")


def value(t):
    t = t.strip()
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", t):
        return None
    found = float(t)
    return None if found in (float("inf"), float("-inf")) else found


def day(form):
    names = {"yyyy": r"(?P<y>\d{4})", "MM": r"(?P<m>\d{2})", "dd": r"(?P<d>\d{2})"}
    shape = re.sub("yyyy|MM|dd", lambda m: names[m[0]], form)

    def inner(t):
        found = re.fullmatch(shape, t) if t is not None else None
        try:
            return dt.date(int(found["y"]), int(found["m"]), int(found["d"])) if found else None
        except ValueError:
            return None
    return inner


strictly = [k for k, (t, d) in zip(V.keys, given)]
V.value("VALUE($T$)", strict(value))
V.value("VALUE($T$) + 1", lambda t: None if t is None or value(t) is None else value(t) + 1)
V.value("ISBLANK(VALUE($T$))", lambda t: t is None or value(t) is None)
V.value('DATEVALUE(SUBSTITUTE($D$, "2024-2-9", "?"), "yyyy-MM-dd")', lambda d: None if d is None else day("yyyy-MM-dd")(d))
V.value('DATEVALUE($D$, "dd/MM/yyyy")', day("dd/MM/yyyy"))
V.value('DATEVALUE(SUBSTITUTE($D$, "-", ""), "yyyyMMdd")', lambda d: None if d is None else day("yyyyMMdd")(d.replace("-", "")))
V.value('YEAR(DATEVALUE($D$, "dd/MM/yyyy"))', lambda d: {"29/02/2024": 2024, "31/12/1999": 1999}.get(d))
s.value("VALUE(TEXT(N.X)) = N.X", ["N"], [(k, True) for k, x in zip(N.keys, numbers) if x is not None])
s.value('DATEVALUE(TEXT(N.D, "dd/MM/yyyy"), "dd/MM/yyyy") = N.D', ["N"], [(k, True) for k, row in zip(N.keys, N.rows) if row[3] is not None])
s.main()
