#!/usr/bin/env python3
"""The figures of model.out, computed without smalt: decimals of 40 digits, one month after the other, one loan after the other.

Usage: check.py FOLDER-OF-THE-CSV-FILES > model.out
"""
import csv
import datetime
import os
import sys
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal, getcontext

sys.path.insert(0, f"{os.path.dirname(os.path.abspath(__file__))}/..")
from figures import answer as table, write  # noqa: E402

getcontext().prec = 40
CENT, ZERO, ONE = Decimal("0.01"), Decimal(0), Decimal(1)


def read(name):
    with open(f"{sys.argv[1]}/{name}.csv", newline="") as file:
        return list(csv.DictReader(file))


def cents(value):
    return value.quantize(CENT, ROUND_HALF_UP)


def add(*terms):
    """What is not there counts as 0, unless nothing is."""
    there = [t for t in terms if t is not None]
    return sum(there, ZERO) if there else None


def less(a, b):
    return add(a, None if b is None else -b)


POWERS = {}


def monthly(yearly):
    """The part that goes in a month where `yearly` goes in a year."""
    if yearly not in POWERS:
        POWERS[yearly] = 1 - (1 - yearly) ** (ONE / 12)
    return POWERS[yearly]


loans, tranches = read("loans"), read("tranches")
number = lambda text: Decimal(text) if text else None
base = {r["Year"]: Decimal(r["Base Rate"]) for r in read("years")}
overhead = {r["Year"]: Decimal(r["Overhead"]) for r in read("years")}
trustee = {r["Quarter"]: Decimal(r["Trustee"]) for r in read("quarters")}
months = [(y, m) for y in range(2020, 2040) for m in range(1, 13)]
days = lambda y, m: (datetime.date(y + m // 12, m % 12 + 1, 1) - datetime.date(y, m, 1)).days

X = defaultdict(dict)  # metric -> (thing, month) or month -> value; a BLANK is not there


def put(metric, key, value):
    if value is not None:
        X[metric][key] = value
    return value


def total(metric, i, things):
    return add(*(X[metric].get((t, i)) for t in things))


L, T = [row["Name"] for row in loans], [row["Name"] for row in tranches]
share = {row["Name"]: Decimal(row["Share"]) for row in tranches}
spread = {row["Name"]: Decimal(row["Spread"]) for row in tranches}
begins = {row["Name"]: months.index((int(row["Signed"][:4]), int(row["Signed"][5:7]))) for row in loans}
coupon_now, running = {}, {}

for i, (year, month) in enumerate(months):
    quarter = f"{year}-Q{(month - 1) // 3 + 1}"
    first = (month - 1) // 3 * 3 + 1
    rate = base[str(year)]
    issued = put("Issued", i, add(*(Decimal(row["Amount"]) for row in loans if begins[row["Name"]] == i)))
    so_far = put("Issued so far", i, X["Issued so far"].get(i - 1, ZERO) + (issued or 0))
    fixed = put("Fixed Fees", i, overhead[str(year)] / 12 + trustee[quarter] * days(year, month) / sum(days(year, m) for m in range(first, first + 3)))
    notes = total("Note Closing", i - 1, T)
    called = put("Called", i, None if notes is None else notes < Decimal("0.07") * so_far)

    for row in loans:
        name, term = row["Name"], int(row["Term"])
        recovered = X["Defaulted"].get((name, i - int(row["Lag"])))
        put("Recovered", (name, i), None if recovered is None else recovered * (1 - Decimal(row["Severity"])))
        age = i - begins[name]
        if not 0 <= age < term:
            continue
        put("Age", (name, i), Decimal(age))
        put("Remaining", (name, i), Decimal(term - age))
        if row["Kind"] == "fixed":
            coupon_now[name] = Decimal(row["Rate"])
        elif age % 12 == 0:
            coupon_now[name] = max(rate + Decimal(row["Margin"]), Decimal("0.02"))
            if row["Cap"]:
                coupon_now[name] = min(coupon_now[name], Decimal(row["Cap"]))
        coupon = put("Coupon", (name, i), coupon_now[name])
        opening = put("Opening", (name, i), Decimal(row["Amount"]) if age == 0 else X["Closing"][name, i - 1])
        defaulted = put("Defaulted", (name, i), cents(opening * monthly(Decimal(row["CDR"]) * min(Decimal(age) / 24, ONE))))
        performing = put("Performing", (name, i), opening - defaulted)
        interest = put("Interest", (name, i), cents(performing * coupon / 12))
        discount = sum((1 + coupon / 12) ** -k for k in range(1, term - age + 1)) if performing else ONE
        payment = put("Payment", (name, i), cents(performing / discount))
        scheduled = put("Scheduled", (name, i), performing if term - age == 1 else min(performing, payment - interest))
        rest = performing - scheduled
        prepaid = put("Prepaid", (name, i), rest if called else cents(rest * monthly(Decimal(row["CPR"]) * min(Decimal(age) / 30, ONE))))
        put("Closing", (name, i), rest - prepaid)
        put("Penalty", (name, i), cents(prepaid * coupon / 4) if age < 36 else ZERO)

    opening = put("Pool Opening", i, total("Opening", i, L))
    closing = put("Pool Closing", i, total("Closing", i, L))
    interest = put("Pool Interest", i, add(total("Interest", i, L), total("Penalty", i, L)))
    principal = put("Pool Principal", i, add(total("Scheduled", i, L), total("Prepaid", i, L), total("Recovered", i, L)))
    lost = put("Defaulted so far", i, add(X["Defaulted so far"].get(i - 1), total("Defaulted", i, L)))
    troubled = put("Troubled", i, None if lost is None else lost > Decimal("0.032") * so_far)
    fees = put("Fees", i, add(fixed, None if opening is None else opening * Decimal("0.0035") / 12))

    # the waterfall: what is there goes to one tranche after the other
    funds = left = put("Interest Funds", i, max(ZERO, (interest or 0) - fees) + X["Reserve"].get(i - 1, ZERO))
    for t in T:
        note_rate = put("Note Rate", (t, i), rate + spread[t])
        note = put("Note Opening", (t, i), add(X["Note Closing"].get((t, i - 1)), None if issued is None else issued * share[t]))
        if note is None:
            continue
        due = put("Interest Due", (t, i), note * note_rate / 12 + X["Shortfall"].get((t, i - 1), ZERO) * (1 + note_rate / 12))
        paid = put("Interest Paid", (t, i), min(due, left))
        left -= paid
        put("Shortfall", (t, i), due - paid)
    after = put("After Interest", i, left)
    notes = total("Note Opening", i, T)
    target = put("Reserve Target", i, max(Decimal("0.012") * notes, Decimal(25000)) if notes is not None and notes > Decimal("0.005") else ZERO)
    reserve = put("Reserve", i, min(after, target))
    excess = put("Excess", i, after - reserve)
    turbo = excess if troubled else ZERO
    funds = left = put("Principal Funds", i, (principal or 0) + turbo)
    for t in T:
        note = X["Note Opening"].get((t, i))
        if note is not None:
            paid = put("Principal Paid", (t, i), min(note, left))
            left -= paid
            put("After Principal", (t, i), note - paid)
    owed = total("After Principal", i, T)
    uncovered = under = put("Uncovered", i, None if owed is None else max(ZERO, owed - (closing or 0)))
    for t in reversed(T):
        note = X["After Principal"].get((t, i))
        if note is not None:
            off = put("Written Off", (t, i), min(note, under))
            under -= off
            put("Note Closing", (t, i), note - off)
    put("Residual", i, excess - turbo + left)

    paid_in = add(*(X["Opening"].get((n, i)) for n in L))
    for row in loans:
        name = row["Name"]
        defaulted, recovered = X["Defaulted"].get((name, i)), X["Recovered"].get((name, i))
        if defaulted is not None or recovered is not None:
            running[name] = running.get(name, ZERO) + less(defaulted, recovered)
            put("Loss so far", (name, i), running[name])
        own = X["Opening"].get((name, i))
        fee = put("Fees of Loan", (name, i), fees * own / paid_in if own is not None and paid_in else None)
        profit = put("Profit", (name, i), add(X["Interest"].get((name, i)), X["Penalty"].get((name, i)), recovered,
                                                None if defaulted is None else -defaulted, None if fee is None else -fee))
        if profit is not None:
            key = (row["Region"], str(year))
            X["Profit of Region"][key] = X["Profit of Region"].get(key, ZERO) + profit
    performing = total("Performing", i, L)
    put("Mean Coupon", i, sum(X["Performing"][n, i] * X["Coupon"][n, i] for n in L if (n, i) in X["Performing"]) / performing if performing else None)
    for t in T:
        if (t, i) in X["Interest Paid"]:
            since = i - month + 1
            put("Interest to Date", (t, i), sum(X["Interest Paid"].get((t, k), ZERO) for k in range(since, i + 1)))


def show(value, digits=2):
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded.normalize():f}" if rounded else "0"


def quoted(name):
    return f'"{name}"' if " " in name else name


# every metric, all its cells
ALL = ["Age", "Remaining", "Coupon", "Note Rate", "Issued", "Issued so far", "Fixed Fees", "Opening", "Defaulted", "Performing", "Interest", "Payment", "Scheduled", "Prepaid",
       "Closing", "Penalty", "Recovered", "Pool Opening", "Pool Closing", "Pool Interest", "Pool Principal", "Defaulted so far", "Fees", "Note Opening", "Interest Due", "Interest Funds",
       "Interest Paid", "Shortfall", "After Interest", "Reserve Target", "Reserve", "Excess", "Principal Funds", "Principal Paid", "After Principal", "Uncovered", "Written Off",
       "Note Closing", "Residual", "Loss so far", "Fees of Loan", "Profit", "Profit of Region", "Mean Coupon", "Interest to Date"]
for name in ALL:
    q = quoted(name)
    digits = 8 if name in ("Coupon", "Note Rate", "Mean Coupon") else 2
    table(f"SELECT COUNT(*) AS Cells, ROUND(SUM({q}), {digits}) AS Total FROM {q};", "Cells,Total", [[str(len(X[name])), show(sum(X[name].values()), digits)]])
for name in ("Called", "Troubled"):
    true = [i for i, v in X[name].items() if v]
    table(f"SELECT COUNT(*) AS Months, MIN(Month) AS First, MAX(Month) AS Last FROM {name} WHERE {name};", "Months,First,Last",
          [[str(len(true)), *("{}-{:02}".format(*months[i]) for i in (true[0], true[-1]))]])
# years of the pool and of the notes
for name in ("Pool Interest", "Pool Principal", "Fees", "Residual"):
    sums = defaultdict(Decimal)
    for i, v in X[name].items():
        sums[str(months[i][0])] += v
    table(f"SELECT Month.Year, ROUND(SUM({quoted(name)}), 2) AS Amount FROM {quoted(name)} GROUP BY 1 ORDER BY 1;", "Month.Year,Amount", [[y, show(v)] for y, v in sums.items()])
for name in ("Note Closing", "Shortfall"):
    table(f"SELECT Month, Tranche, ROUND({quoted(name)}, 2) AS Amount FROM {quoted(name)} WHERE Month LIKE '%-12' ORDER BY 1, 2;", "Month,Tranche,Amount",
          [["{}-{:02}".format(*months[i]), t, show(X[name][t, i])] for i in range(11, 240, 12) for t in T if (t, i) in X[name]])
for name in ("Interest Paid", "Principal Paid", "Written Off"):
    table(f"SELECT Tranche, ROUND(SUM({quoted(name)}), 2) AS Amount FROM {quoted(name)} GROUP BY 1 ORDER BY 1;", "Tranche,Amount",
          [[t, show(sum(v for (k, _), v in X[name].items() if k == t))] for t in T])
for name in ("Interest", "Prepaid", "Profit"):
    table(f"SELECT Loan, ROUND(SUM({name}), 2) AS Amount FROM {name} GROUP BY 1 ORDER BY 1;", "Loan,Amount",
          [[n, show(sum(v for (k, _), v in X[name].items() if k == n))] for n in L])
table("SELECT Region, Year, ROUND(\"Profit of Region\", 2) AS Profit FROM \"Profit of Region\" WHERE Year < '2026' ORDER BY 1, 2;", "Region,Year,Profit",
      [[r, y, show(X["Profit of Region"][r, y])] for r in ("North", "South", "West") for y in map(str, range(2020, 2026)) if (r, y) in X["Profit of Region"]])
write()
