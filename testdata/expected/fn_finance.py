"""PMT, PV, FV, RATE, NPER, SLN, DDB, formulas.md section 7, on grids, to 1e-9 of the value."""
from itertools import product

import money
from money import decimal
from script import Samples, Script

s = Script("""Spreadsheet finance with the signs of spreadsheets. First some cases to read; then grids: every case has the expected value beside it,
computed in decimals of 40 digits, and the answer is the number of cases and of those that are off by more than 1e-9 of the value (of 1
below 1), BLANK where there is a value, or the reverse; then those cases, of which there are none.""")
EXAMPLES = [
    ("PMT", "PMT($A$, $B$, $C$)", decimal(money.pmt), [(0.05 / 12, 360, 200000), (0, 10, 1000), (0.08, 1, -500), (None, 12, 100), (0.1, None, 100), (0.1, 0, 100), (0.01, 24, 0)]),
    ("PMT", "PMT($A$, $B$, $C$, $D$, $E$)", decimal(money.pmt), [(0.05 / 12, 360, 200000, -1000, 1), (0, 10, 1000, 500, 1), (0.08, 5, 0, 10000, 0), (0.08, 5, 0, 10000, 1), (0.01, 12, 100, None, 0)]),
    ("PV", "PV($A$, $B$, $C$)", decimal(money.pv), [(0.08 / 12, 240, 500), (0, 12, -100), (0.05, 1, -105), (0.05, 10, None), (0.05, 10, 0)]),
    ("PV", "PV($A$, $B$, $C$, $D$, $E$)", decimal(money.pv), [(0.06, 10, -100, -1000, 1), (0.06, 10, 0, 1000, 0), (0, 10, -100, -1000, 1), (0.06, None, 1, 1, 0), (-0.01, 12, -100, 0, 0)]),
    ("FV", "FV($A$, $B$, $C$)", decimal(money.fv), [(0.06 / 12, 10, -200), (0, 12, -100), (0.05, 1, -100), (0.05, None, 1), (0.05, 30, 0)]),
    ("FV", "FV($A$, $B$, $C$, $D$, $E$)", decimal(money.fv), [(0.06 / 12, 10, -200, -500, 1), (0, 12, -100, -1000, 1), (0.12 / 12, 12, -1000, 0, 0), (0.11 / 12, 35, -2000, 0, 1), (None, 1, 1, 1, 1)]),
    ("RATE", "RATE($A$, $B$, $C$)", decimal(money.rate), [(48, -200, 8000), (12, -100, 1000), (1, -110, 100), (10, -100, 1000), (None, -1, 10), (5, 100, 1000)]),
    ("RATE", "RATE($A$, $B$, $C$, $D$, $E$)", decimal(money.rate), [(48, -200, 8000, 0, 1), (10, 0, -1000, 2000, 0), (24, -50, 1000, -100, 0), (5, -10, -100, 200, 1), (5, 1, 1, None, 0)]),
    ("NPER", "NPER($A$, $B$, $C$)", decimal(money.nper), [(0.01, -100, 1000), (0, -100, 1000), (0.12 / 12, -50, 1000), (0.01, -10, 1000), (0.01, -5, 1000), (0.05, None, 1)]),
    ("NPER", "NPER($A$, $B$, $C$, $D$, $E$)", decimal(money.nper), [(0.12 / 12, -100, -1000, 10000, 1), (0.12 / 12, -100, -1000, 10000, 0), (0, -100, -1000, 10000, 1), (0.05, 0, -100, 200, 0), (0.01, -1, 0, None, 0)]),
    ("SLN", "SLN($A$, $B$, $C$)", decimal(money.sln), [(30000, 7500, 10), (100, 0, 3), (100, 100, 5), (100, 0, 0), (None, 1, 2), (-100, 50, 4)]),
    ("DDB", "DDB($A$, $B$, $C$, $D$)", decimal(money.ddb), [(2400, 300, 10, 1), (2400, 300, 10, 2), (2400, 300, 10, 10), (100, 90, 5, 1), (100, 90, 5, 2), (100, 0, 5, 6), (100, 0, 5, 0), (100, None, 5, 1), (1000, 0, 1, 1)]),
    ("DDB", "DDB($A$, $B$, $C$, $D$, $E$)", decimal(money.ddb), [(2400, 300, 10, 2, 1.5), (1000, 100, 4, 1, 3), (1000, 100, 4, 2, 3), (1000, 100, 4, 3, 10), (1000, 100, 4, 1, None), (1000, 1000, 4, 1, 1)]),
]
names = "ABCDE"


def rounded(value):
    return None if value is None else round(value, 6)


for i, (name, formula, function, cases) in enumerate(EXAMPLES):
    width = len(cases[0])
    S = Samples(s, {n: "NUMBER" for n in names[:width]}, cases, f"{name}{width}")
    S.value(f"ROUND({formula}, 6)", lambda *args: rounded(function(*args)))

RATES = [-0.02, 0, 1e-9, 1e-6, 0.0025, 0.05 / 12, 0.1, 0.75]
GRIDS = [
    ("PMT", money.pmt, product(RATES, [1, 7, 60, 360], [1000, -250000], [0, 333.33], [0, 1])),
    ("PV", money.pv, product(RATES, [1, 7, 60.5, 360], [-100, 12.34], [0, -5000], [0, 1])),
    ("FV", money.fv, product(RATES, [1, 7, 60.5, 240], [-100, 12.34], [0, -5000], [0, 1])),
    ("NPER", money.nper, product(RATES, [-100, -1500], [1000, 12345.67], [0, 50], [0, 1])),
    ("RATE", money.rate, [c for c in product([2, 12, 60, 360], [-30, -100, -700], [1000, 20000], [0, -500], [0, 1]) if -c[0] * c[1] > c[2] * 0.6 and -c[1] < c[2] * 0.9]),
    ("DDB", money.ddb, product([1000, 123456.78], [0, 150, 2000], [3, 10], [1, 2, 3, 10], [1, 2, 3.5])),
    ("SLN", money.sln, product([1000, 123456.78, 0], [0, 150, 2000], [3, 10, 0.7, 1e-3])),
]
total = 0
for name, function, cases in GRIDS:
    cases = list(cases)
    cases = [c for c in cases if decimal(function)(*c) is not None] + [c for c in cases if decimal(function)(*c) is None]
    width = len(cases[0])
    args = [f"Grid{name}.{n}" for n in names[:width]]
    s.note(f"{len(cases)} cases of {name}")
    rows = [(*c, decimal(function)(*c)) for c in cases]
    Samples(s, {**{n: "NUMBER" for n in names[:width]}, "Expected": "NUMBER"}, rows, f"Grid{name}")
    expected = f"Grid{name}.Expected"
    s.given(f"CREATE METRIC Found{name} NUMBER BY (Grid{name}) AS {name}({', '.join(args)});",
            f"CREATE METRIC Off{name} BOOLEAN BY (Grid{name}) AS IF(ISBLANK(Found{name}) OR ISBLANK({expected}),",
            f"    ISBLANK(Found{name}) <> ISBLANK({expected}), ABS(Found{name} - {expected}) > 1e-9 * MAX(1, ABS({expected})));")
    s.asks(f"SELECT COUNT(*) AS Cases, SUM(CASE WHEN Off{name} THEN 1 ELSE 0 END) AS Off FROM Off{name};", ["Cases", "Off"], [(len(rows), 0)])
    s.asks(f"SELECT o.Grid{name}, f.Found{name} FROM Off{name} o LEFT JOIN Found{name} f USING (Grid{name}) WHERE o.Off{name} ORDER BY 1;",
           [f"Grid{name}", f"Found{name}"], [])
s.main()
