"""NETWORKDAYS, formulas.md section 7: `to` is excluded, every day works by default."""
import datetime as dt

from script import Samples, Script, strict

d = dt.date
s = Script("Working days between two dates, with a week and with holidays.")
s.given("CREATE CALENDAR FROM '2020-01-01' TO '2024-12-31' LEVELS (Day, Month);")
WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
works = {"Works": [True] * 5 + [False] * 2, "Gulf": [True] * 4 + [False, False, True], "Weekend": [False] * 5 + [True] * 2, "Never": [False] * 7}
for name, week in works.items():
    s.given(f'CREATE METRIC {name} BOOLEAN BY ("Day of Week");', f'INSERT INTO {name} ("Day of Week", {name}) VALUES ' + ", ".join(f"('{w}', {str(v).upper()})" for w, v in zip(WEEK, week)) + ";")
off = {d(2020, 12, 25): True, d(2024, 1, 1): True, d(2024, 5, 1): True, d(2020, 12, 26): True, d(2024, 2, 29): True, d(2020, 12, 3): False, d(2024, 5, 2): False}
s.metric("Holidays", "BOOLEAN", ["Day"], [(k.isoformat(), v) for k, v in sorted(off.items())])
spans = [(d(2020, 12, 2), d(2020, 12, 7)), (d(2020, 12, 7), d(2020, 12, 7)), (d(2020, 12, 5), d(2020, 12, 7)), (d(2024, 2, 26), d(2024, 3, 4)), (d(2023, 12, 25), d(2024, 1, 8)),
         (d(2020, 1, 1), d(2024, 12, 31)), (None, d(2024, 1, 1)), (d(2024, 1, 1), None), (d(2020, 12, 24), d(2020, 12, 29)), (d(2024, 5, 1), d(2024, 5, 2)), (d(2020, 12, 3), d(2020, 12, 4))]
S = Samples(s, {"A": "DATE", "B": "DATE"}, spans)


def count(week=None, holidays=()):
    def inner(a, b):
        n = 0
        while a < b:
            if (week is None or week[a.weekday()]) and not (holidays and holidays.get(a)):
                n += 1
            a += dt.timedelta(1)
        return n
    return strict(inner)


s.value("NETWORKDAYS(DATE(2020,12,2), DATE(2020,12,7), Works)", [], 3)
s.value("NETWORKDAYS(DATE(2020,12,2), DATE(2020,12,7))", [], 5)
S.value("NETWORKDAYS($A$, $B$)", count())
for name, week in works.items():
    S.value(f"NETWORKDAYS($A$, $B$, {name})", count(week))
S.value("NETWORKDAYS($A$, $B$, Works, Holidays)", count(works["Works"], off))
S.value("NETWORKDAYS($A$, $B$, Weekend, Holidays)", count(works["Weekend"], off))
S.value("NETWORKDAYS($A$, $A$ + 10, Works)", lambda a: count(works["Works"])(a, a and a + dt.timedelta(10)))
S.value("NETWORKDAYS(STARTOFMONTH($B$), EOMONTH($B$, 0) + 1, Works, Holidays)",
        lambda b: None if b is None else count(works["Works"], off)(b.replace(day=1), (b.replace(day=28) + dt.timedelta(4)).replace(day=1)))
s.note("a week that is worked out, and the working days of each month of a year")
S.value("NETWORKDAYS($A$, $B$, NOT Works)", count([not w for w in works["Works"]]))
months = [d(2024, m, 1) for m in range(1, 13)]
s.value("NETWORKDAYS(Month.'Start Date', Month.'End Date' + 1, Works, Holidays)[FILTER: YEAR(Month.'Start Date') = 2024]", ["Month"],
        [(f"{m:%Y-%m}", count(works["Works"], off)(m, (m + dt.timedelta(31)).replace(day=1))) for m in months])
s.main()
