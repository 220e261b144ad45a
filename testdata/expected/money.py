"""Spreadsheet finance in decimals of 40 digits, straight from the equation that defines it all:
pv (1+r)^n + pmt (1 + r type) ((1+r)^n - 1) / r + fv = 0."""
from decimal import Decimal as D
from decimal import DecimalException, getcontext

getcontext().prec = 40


def exact(value):
    return None if value is None else D(repr(value)) if isinstance(value, float) else D(value)


def decimal(function):
    """A function of decimals for floats: BLANK of BLANK, and where there is no answer."""
    def inner(*args):
        if any(a is None for a in args):
            return None
        try:
            found = function(*map(exact, args))
        except (DecimalException, ValueError):
            return None
        return None if found is None else float(found)
    return inner


def growth(r, n):
    return (1 + r) ** n


def annuity(r, n, kind):
    """What n payments of 1 are worth at their end."""
    return n if r == 0 else (1 + r * kind) * (growth(r, n) - 1) / r


def pmt(r, n, pv, fv=D(0), kind=D(0)):
    return -(pv * growth(r, n) + fv) / annuity(r, n, kind)


def pv(r, n, pay, fv=D(0), kind=D(0)):
    return -(fv + pay * annuity(r, n, kind)) / growth(r, n)


def fv(r, n, pay, now=D(0), kind=D(0)):
    return -(now * growth(r, n) + pay * annuity(r, n, kind))


def nper(r, pay, now, later=D(0), kind=D(0)):
    if r == 0:
        return -(now + later) / pay
    due = pay * (1 + r * kind)
    top, bottom = due - later * r, due + now * r
    return (top / bottom).ln() / (1 + r).ln() if bottom != 0 and top / bottom > 0 else None


def root(worth, low, high):
    """Bisection: the one root between two ends with different signs."""
    low, high = D(low), D(high)
    a, b = worth(low), worth(high)
    if a == 0:
        return low
    if b == 0:
        return high
    if (a > 0) == (b > 0):
        return None
    for _ in range(90):
        middle = (low + high) / 2
        m = worth(middle)
        if (m > 0) == (a > 0):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def rate(n, pay, now, later=D(0), kind=D(0)):
    return root(lambda r: now * growth(r, n) + pay * annuity(r, n, kind) + later, "-0.99", "10")


def sln(cost, salvage, life):
    return (cost - salvage) / life


def ddb(cost, salvage, life, period, factor=D(2)):
    if cost < 0 or salvage < 0 or life <= 0 or period <= 0 or factor <= 0 or period > life:
        return None
    book = cost
    for _ in range(int(period)):
        off = max(min(book * factor / life, book - salvage), D(0))
        book -= off
    return off
