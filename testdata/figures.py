"""What the models' checks have in common: figures, written as smalt answers the questions of a script."""
import pathlib
import sys

BLOCKS = []


def questions():
    """The questions of the model.sql beside the check that runs, in order."""
    script = pathlib.Path(sys.argv[0]).with_name("model.sql")
    return [line for line in script.read_text(encoding="utf-8").splitlines() if line.startswith("SELECT")]


def show(value):
    return repr(float(value)).removesuffix(".0")


def quote(text):
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text


def answer(question, header, lines):
    BLOCKS.append("\n".join([f"> {question}", header] + [",".join(quote(c) for c in line) for line in lines]) + "\n")


def table(header, lines):
    """The answer to the next of the model's questions."""
    answer(questions()[len(BLOCKS)], header, lines)


def write():
    sys.stdout.write("\n".join(BLOCKS))
