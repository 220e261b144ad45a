"""Functions of dates, formulas.md section 7; NETWORKDAYS has a file of its own."""
import calendar
import datetime as dt

from script import Samples, Script, strict

s = Script("Dates: leap days, ends of months, impossible dates, BLANK.")
d = dt.date
dates = [d(2024, 2, 29), d(2023, 2, 28), d(2024, 12, 31), d(2000, 2, 29), d(1900, 2, 28), None, d(1969, 7, 20), d(2024, 3, 31), d(2024, 1, 1), d(2023, 1, 31)]
other = [d(2023, 2, 28), d(2024, 2, 29), None, d(2024, 2, 29), d(1899, 12, 31), d(2024, 1, 1), d(1970, 1, 1), d(2024, 2, 29), d(2024, 1, 1), d(2024, 12, 31)]
months = [12, 1, 2, -12, -2, 1, 6, -1, None, 1]
S = Samples(s, {"A": "DATE", "B": "DATE", "M": "NUMBER"}, zip(dates, other, months))


def last(year, month):
    return calendar.monthrange(year, month)[1]


def moved(date, n, day=None):
    at = date.year * 12 + date.month - 1 + int(n)
    year, month = divmod(at, 12)
    return d(year, month + 1, min(day or date.day, last(year, month + 1)))


s.note("DATE")
parts = [(2024, 2, 29), (2023, 2, 29), (2024, 13, 1), (2024, 0, 1), (2024, 4, 31), (2024, 4, 0), (None, 1, 1), (2024, 2.9, 1.9), (1900, 2, 29), (2000, 2, 29), (1, 1, 1), (9999, 12, 31), (2024, 1, None)]
K = Samples(s, {"Y": "NUMBER", "M": "NUMBER", "D": "NUMBER"}, parts, "K")
K.value("DATE($Y$, $M$, $D$)", strict(lambda y, m, day: d(int(y), int(m), int(day))))
K.value("ISBLANK(DATE($Y$, $M$, $D$))", lambda y, m, day: strict(lambda y, m, day: d(int(y), int(m), int(day)))(y, m, day) is None)
s.note("their parts")
S.value("YEAR($A$)", strict(lambda a: a.year))
S.value("MONTH($A$)", strict(lambda a: a.month))
S.value("DAY($A$)", strict(lambda a: a.day))
S.value("WEEKDAY($A$)", strict(lambda a: a.isoweekday()))
S.value("DATE(YEAR($A$), MONTH($A$), DAY($A$)) = $A$", strict(lambda a: True))
S.value("YEAR($B$) - YEAR($A$)", lambda b, a: None if a is None and b is None else (b.year if b else 0) - (a.year if a else 0))
S.value("MONTH($A$ + 1)", strict(lambda a: (a + dt.timedelta(1)).month))
S.value("DAY($B$ - 1)", strict(lambda b: (b - dt.timedelta(1)).day))
S.value("WEEKDAY($B$)", strict(lambda b: b.isoweekday()))
S.value("STARTOFMONTH($A$)", strict(lambda a: a.replace(day=1)))
S.value("STARTOFMONTH($B$)", strict(lambda b: b.replace(day=1)))
s.note("months on: the day is cut to the month's last")
S.value("EDATE($A$, $M$)", strict(moved))
S.value("EDATE($A$, 1)", strict(lambda a: moved(a, 1)))
S.value("EDATE($A$, -12)", strict(lambda a: moved(a, -12)))
S.value("EDATE($B$, 0)", lambda b: b)
S.value("EDATE($A$, $M$ + 0.9)", strict(lambda a, m: moved(a, int(m + 0.9))))
S.value("EOMONTH($A$, $M$)", strict(lambda a, m: moved(a, m, 31)))
S.value("EOMONTH($A$, 0)", strict(lambda a: moved(a, 0, 31)))
S.value("EOMONTH($B$, -1)", strict(lambda b: moved(b, -1, 31)))
S.value("EOMONTH($A$, -1) + 1 = STARTOFMONTH($A$)", strict(lambda a: True))
s.note("between two")
S.value("DAYS($A$, $B$)", strict(lambda a, b: a.toordinal() - b.toordinal()))
S.value("DAYS($B$, $A$)", strict(lambda b, a: b.toordinal() - a.toordinal()))
S.value("DAYS($A$, $B$) = $A$ - $B$", strict(lambda a, b: True))
S.value("DAYS($A$, DATE(2024,1,1))", strict(lambda a: (a - d(2024, 1, 1)).days))
spans = [(d(2024, 3, 15), d(2024, 1, 15)), (d(2024, 3, 14), d(2024, 1, 15)), (d(2024, 1, 15), d(2024, 3, 14)), (d(2024, 1, 15), d(2024, 3, 15)), (d(2024, 1, 15), d(2024, 3, 16)),
         (d(2025, 1, 1), d(2024, 1, 1)), (d(2024, 12, 31), d(2024, 1, 1)), (d(2024, 5, 5), d(2024, 5, 20)), (None, d(2024, 1, 1)), (d(2024, 1, 1), None), (d(2023, 1, 10), d(2024, 2, 9)), (d(2024, 2, 29), d(2000, 2, 29))]
B = Samples(s, {"A": "DATE", "B": "DATE"}, spans, "B")


def whole_months(a, b):
    if a < b:
        return -whole_months(b, a)
    n = 0
    while moved(b, n + 1) <= a:
        n += 1
    return n


B.value("MONTHDIF($A$, $B$)", strict(whole_months))
B.value("MONTHDIF($B$, $A$)", strict(whole_months))
B.value("MONTHDIF($A$, $B$) / 12", strict(lambda a, b: whole_months(a, b) / 12))

s.note("periods of the calendar: start included, end excluded, BLANK outside")
s.given("CREATE CALENDAR FROM '2023-11-01' TO '2024-04-30' LEVELS (Month, Quarter);")
periods = [(f"{y}-{m:02}", d(y, m, 1), d(y, m, last(y, m)) + dt.timedelta(1)) for y, m in ((2023, 11), (2023, 12), (2024, 1), (2024, 2), (2024, 3), (2024, 4))]
quarters = [("2023-Q4", d(2023, 10, 1), d(2024, 1, 1)), ("2024-Q1", d(2024, 1, 1), d(2024, 4, 1)), ("2024-Q2", d(2024, 4, 1), d(2024, 7, 1))]


def overlap(p, start, end):
    return max(0, (min(p[2], end) - max(p[1], start)).days)


low, high = d(1, 1, 1), d(9999, 12, 31)
shown = lambda x: f"DATE({x.year},{x.month},{x.day})"
for start, end in [(d(2023, 12, 15), d(2024, 2, 10)), (d(2024, 2, 29), d(2024, 3, 1)), (d(2024, 2, 1), d(2024, 3, 1)), (d(2024, 1, 10), d(2024, 1, 10)), (d(2024, 3, 1), d(2024, 2, 1)),
                   (d(2020, 1, 1), d(2030, 1, 1)), (d(2024, 4, 30), d(2024, 5, 1))]:
    args = f"Month, {shown(start)}, {shown(end)}"
    s.value(f"DAYSINPERIOD({args})", ["Month"], [(p[0], overlap(p, start, end) or None) for p in periods])
    s.value(f"PRORATA({args})", ["Month"], [(p[0], overlap(p, start, end) / (p[2] - p[1]).days or None) for p in periods])
s.value("DAYSINPERIOD(Month)", ["Month"], [(p[0], (p[2] - p[1]).days) for p in periods])
s.value("PRORATA(Month)", ["Month"], [(p[0], 1) for p in periods])
s.value("DAYSINPERIOD(Month, DATE(2024,2,10))", ["Month"], [(p[0], overlap(p, d(2024, 2, 10), high) or None) for p in periods])
s.value("PRORATA(Month, DATE(2024,2,10))", ["Month"], [(p[0], overlap(p, d(2024, 2, 10), high) / (p[2] - p[1]).days or None) for p in periods])
s.items("E", {"Name": "TEXT", "Entry": "DATE", "Leave": "DATE"}, [("Ann", d(2023, 12, 15), d(2024, 2, 1)), ("Bo", d(2024, 3, 31), d(2024, 4, 2)), ("Cy", d(2022, 1, 1), d(2022, 6, 1))])
people = [("Ann", d(2023, 12, 15), d(2024, 2, 1)), ("Bo", d(2024, 3, 31), d(2024, 4, 2)), ("Cy", d(2022, 1, 1), d(2022, 6, 1))]
s.given("CREATE METRIC Days INTEGER BY (E, Month) AS DAYSINPERIOD(Month, E.Entry, E.Leave);", "CREATE METRIC Share NUMBER BY (E, Month) AS PRORATA(Month, E.Entry, E.Leave);")
s.asks("SELECT * FROM Days ORDER BY E, Month;", ["E", "Month", "Days"], [(e, p[0], overlap(p, a, b)) for e, a, b in people for p in periods if overlap(p, a, b)])
s.asks("SELECT * FROM Share ORDER BY E, Month;", ["E", "Month", "Share"],
       [(e, p[0], overlap(p, a, b) / (p[2] - p[1]).days) for e, a, b in people for p in periods if overlap(p, a, b)])
s.value("DAYSINPERIOD(Quarter, DATE(2024,2,10), DATE(2024,3,1))", ["Quarter"], [("2024-Q1", 20)])
s.value("PRORATA(Quarter, DATE(2024,2,10))", ["Quarter"], [("2024-Q1", 51 / 91), ("2024-Q2", 1)])
s.note("INPERIOD: TRUE or BLANK")
for date in (d(2024, 2, 29), d(2024, 1, 1), d(2023, 11, 30), d(2024, 5, 1), d(2023, 10, 31)):
    s.value(f"INPERIOD({shown(date)}, Month)", ["Month"], [(p[0], True if p[1] <= date < p[2] else None) for p in periods])
s.given("CREATE METRIC Joined BOOLEAN BY (E, Month) AS INPERIOD(E.Entry, Month);")
s.asks("SELECT * FROM Joined ORDER BY E, Month;", ["E", "Month", "Joined"], [(e, p[0], True) for e, a, _ in people for p in periods if p[1] <= a < p[2]])
s.main()
