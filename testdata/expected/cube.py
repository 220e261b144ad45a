"""Cells as a dictionary, and what formulas.md section 5 does with them, in the simplest words."""
import math
import statistics
from collections import defaultdict
from fractions import Fraction
from itertools import product

from script import total


def half(values):
    values = sorted(values)
    n = len(values)
    return values[n // 2] if n % 2 else (values[n // 2 - 1] + values[n // 2]) / 2


def deviation(values, less):
    if len(values) <= less:
        return None
    exact = [Fraction(v) for v in values]
    mean = sum(exact) / len(exact)
    return math.sqrt(sum((v - mean) ** 2 for v in exact) / (len(exact) - less))


# Of the values that are there, in order.
METHODS = {
    "SUM": total,
    "AVG": lambda v: total(v) / len(v),
    "MIN": min,
    "MAX": max,
    "MEDIAN": half,
    "STDEVS": lambda v: deviation(v, 1),
    "STDEVP": lambda v: deviation(v, 0),
    "COUNT": len,
    "COUNTUNIQUE": lambda v: len(set(v)),
    "FIRSTNONBLANK": lambda v: v[0],
    "LASTNONBLANK": lambda v: v[-1],
    "FIRSTNONZERO": lambda v: next((x for x in v if x != 0), None),
    "LASTNONZERO": lambda v: next((x for x in reversed(v) if x != 0), None),
    "ANY": any,
    "ALL": all,
    "TEXTLIST": ", ".join,
}


class Cube:
    """A block: its dimensions with their items in order, and its cells."""

    def __init__(self, dims, cells):
        self.dims = dims
        self.cells = {k: v for k, v in cells.items() if v is not None}

    def places(self, dims=None):
        return list(product(*(dims or self.dims).values()))

    def rows(self):
        return [(*k, self.cells.get(k)) for k in self.places()]

    def up(self, dims, way, method="SUM"):
        """Aggregated: `way` gives each place of this cube the coordinate that it goes to, or None."""
        groups = defaultdict(list)
        for place in self.places():
            to = way(place)
            if to is not None and None not in to:
                groups[to].append(self.cells.get(place))
        out = {}
        for to, values in groups.items():
            there = [v for v in values if v is not None]
            if method in ("FIRST", "LAST"):
                out[to] = values[0 if method == "FIRST" else -1]
            elif there:
                out[to] = METHODS[method](there)
        return Cube(dims, out)

    def down(self, dims, way, share=None, weight=lambda place: 1):
        """Allocated: `way` gives each place of the target the coordinate in this cube that it reads."""
        sums = defaultdict(list)
        for place in self.places(dims):
            sums[way(place)].append(weight(place))
        out = {}
        for place in self.places(dims):
            value, all_of_it, own = self.cells.get(way(place)), total(sums[way(place)]), weight(place)
            if value is None:
                continue
            if share is None:
                out[place] = value
            elif own is not None and all_of_it:
                out[place] = value * own / all_of_it
        return Cube(dims, out)
