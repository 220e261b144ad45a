#!/usr/bin/env python3
"""Writes every script of this folder and its answers anew, into testdata/scripts."""
import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
wanted = sys.argv[1:]
for program in sorted(here.glob("*.py")):
    if program.stem in ("script", "all", "cube", "world", "money") or (wanted and program.stem not in wanted):
        continue
    for kind in ("sql", "out"):
        done = subprocess.run([sys.executable, program, kind], capture_output=True, check=True)
        (here.parent / "scripts" / f"{program.stem}.{kind}").write_bytes(done.stdout)
