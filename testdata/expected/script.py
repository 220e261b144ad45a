"""What the programs of this folder share: a script with its answers, and how values look in both.

Each program beside this file works out one family of the formula language with code of its own, in plain Python, and never asks smalt:

    python3 testdata/expected/fn_text.py sql > testdata/scripts/fn_text.sql     -- the script
    python3 testdata/expected/fn_text.py out > testdata/scripts/fn_text.out     -- what it has to answer
    python3 testdata/expected/all.py                                            -- both, of all programs

BLANK is None.
"""
import datetime
import math
import sys


def number(value):
    """A number as formulas.md section 1 writes it: the shortest digits that read back, plain from 1e-7 to 1e21."""
    if isinstance(value, int):
        return str(value)
    if value == 0:
        return "0"
    digits, exponent = repr(float(value)), 0
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    if "e" in digits:
        digits, power = digits.split("e")
        exponent = int(power)
    whole, _, fraction = digits.partition(".")
    all_digits = (whole + fraction).lstrip("0") or "0"
    # value = 0.all_digits * 10^point
    point = len(whole) + exponent - (len(whole + fraction) - len((whole + fraction).lstrip("0")))
    all_digits = all_digits.rstrip("0")
    if 1e-7 <= abs(value) < 1e21:
        if point <= 0:
            return f"{sign}0.{'0' * -point}{all_digits}"
        if len(all_digits) <= point:
            return sign + all_digits + "0" * (point - len(all_digits))
        return f"{sign}{all_digits[:point]}.{all_digits[point:]}"
    mantissa = all_digits[0] + ("." + all_digits[1:] if len(all_digits) > 1 else "")
    return f"{sign}{mantissa}e{point - 1}"


def text(value):
    """A value as `&` writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return number(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def field(value):
    """A value in an answer."""
    if value is None:
        return ""
    shown = text(value)
    if isinstance(value, str) and (value in ("", "NULL") or any(c in value for c in ',"\n\r')):
        return '"' + value.replace('"', '""') + '"'
    return shown


def literal(value):
    """A value in a statement."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return repr(value)
    return "'" + (value.isoformat() if isinstance(value, datetime.date) else value.replace("'", "''")) + "'"


def total(values):
    """A sum that is rounded once; BLANK over nothing."""
    there = [v for v in values if v is not None]
    if not there:
        return None
    return sum(there) if all(isinstance(v, int) for v in there) else math.fsum(there)


def strict(function):
    """A function that is BLANK where an argument is, and where it has no answer."""
    def inner(*args):
        if any(a is None for a in args):
            return None
        try:
            answer = function(*args)
        except (ArithmeticError, ValueError):
            return None
        return None if isinstance(answer, float) and not math.isfinite(answer) else answer
    return inner


class Script:
    def __init__(self, head):
        self.blocks, self.answers = [], []
        self.words = ""
        self.note(head)

    def note(self, words):
        """A comment before the next statement."""
        self.words += "".join(f"-- {line}".rstrip() + "\n" for line in words.strip().splitlines())

    def say(self, statements):
        self.blocks.append(self.words + statements)
        self.words = ""

    def given(self, *statements):
        """Statements that answer nothing."""
        self.say("\n".join(statements))

    def items(self, dimension, columns, rows):
        """A dimension with its items: `columns` maps property names to types, the first is the name."""
        self.given(f"CREATE DIMENSION {dimension} ({', '.join(f'{n} {t}' for n, t in columns.items())});",
                   self.insert(dimension, list(columns), rows))

    def metric(self, name, kind, dims, cells):
        """A metric of input: `cells` are rows of items and a value; a BLANK one is left out."""
        lines = [f"CREATE METRIC {name} {kind}" + (f" BY ({', '.join(dims)})" if dims else "") + ";"]
        rows = [row for row in cells if row[-1] is not None]
        if rows:
            lines.append(self.insert(name, [*dims, name], rows))
        self.given(*lines)

    @staticmethod
    def insert(target, columns, rows):
        shown = ["(" + ", ".join(literal(v) for v in row) + ")" for row in rows]
        lines, line = [], ""
        for one in shown:
            if line and len(line) + len(one) > 126:
                lines.append(line)
                line = ""
            line += (", " if line else "") + one
        lines.append(line)
        gap = " " if len(lines) == 1 and len(line) < 80 else "\n    "
        return f"INSERT INTO {target} ({', '.join(columns)}) VALUES{gap}" + ",\n    ".join(lines) + ";"

    def asks(self, question, header, rows):
        """A question, and its answer as rows of values."""
        self.say(question)
        lines = [",".join(field(h) for h in header)] + [",".join(field(v) for v in row) for row in rows]
        self.answers.append(f"> {question.splitlines()[0]}\n" + "\n".join(lines) + "\n")

    def value(self, formula, dims, cells):
        """EVALUATE: the cells that have a value, each a row of items and the value; without dimensions `cells` is the value."""
        if not dims:
            cells = [(cells,)]
        self.asks(f"EVALUATE {formula};", [*dims, "Value"], [row for row in cells if row[-1] is not None])

    def refused(self, question, error):
        self.say(question)
        self.answers.append(f"> {question.splitlines()[0]}\nerror: {error}\n")

    def main(self):
        sys.stdout.reconfigure(newline="\n", encoding="utf-8")
        if sys.argv[1:] == ["sql"]:
            sys.stdout.write("\n\n".join(self.blocks) + "\n")
        elif sys.argv[1:] == ["out"]:
            sys.stdout.write("\n".join(self.answers))
        else:
            sys.exit("say sql or out")


class Samples:
    """A dimension `S` whose properties are the arguments of many cases at once."""

    def __init__(self, script, columns, rows, name="S"):
        self.script, self.name, self.names = script, name, list(columns)
        rows = [tuple(row) for row in rows]
        self.rows = rows
        keys = [f"{i:02}" for i in range(1, len(rows) + 1)]
        self.keys = keys
        script.items(name, {"Name": "TEXT", **columns}, [(k, *row) for k, row in zip(keys, self.rows)])

    def value(self, formula, function):
        """`$A` in a formula is the property A; the function is given the properties that it names, by their order in the formula."""
        used = [n for n in self.names if f"${n}$" in formula]
        shown = formula
        for n in self.names:
            shown = shown.replace(f"${n}$", f"{self.name}.{n}")
        order = sorted(used, key=lambda n: formula.index(f"${n}$"))
        places = [self.names.index(n) for n in order]
        cells = [(k, function(*(row[p] for p in places))) for k, row in zip(self.keys, self.rows)]
        self.script.value(shown, [self.name], cells)
