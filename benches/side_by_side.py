#!/usr/bin/env python3
"""smalt beside other systems on PlanBench: in each round every system runs once, in a process of its own, in rotating order; then a table of medians
and of the medians of ratios within a round.

    cargo build -p smalt-benches --bin planbench
    python3 benches/side_by_side.py --planbench DIR --data DIR [--rounds 5] [--systems polars,duckdb] [--tasks T1,T2,…] [--lines FILE]

--planbench is the folder of the benchmark itself (its peers.py runs the other systems and expected.json has the answers), --data what its generator
made. Every answer is checked before its time counts; a wrong one ends the run. The other systems need the Python that runs this script to have them.
"""
import argparse
import collections
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

TASKS = ["T1csv", "T1", "T2", "T3a", "T3b", "T3c", "T3d", "T4", "T5", "T6cell", "T6row", "T7"]


def run(system, args, lines):
    common = ["--data", args.data, "--tasks", args.tasks, "--expected", str(args.planbench / "expected.json"), "--json", lines]
    here = pathlib.Path(__file__).resolve().parent.parent
    program = [str(args.program or here / "target/debug/planbench")]
    if system != "smalt":
        program = [sys.executable, str(args.planbench / "peers.py"), "--system", system]
    done = subprocess.run(program + common, capture_output=True, text=True)
    if done.returncode or "DIFFERS" in done.stderr:
        sys.exit(f"{system}: {done.stderr[-2000:]}")


def seconds(line):
    """A read's cost is that of the middle one of many."""
    return line["p50_us"] / 1e6 if "p50_us" in line else line["seconds"]


def table(systems, rounds):
    """`rounds`: for each round and system the lines by task."""
    peers = [system for system in systems if system != "smalt"]
    print("| task | " + " | ".join(f"{system} (peak MB)" for system in systems) + " | " + " | ".join(f"smalt / {peer}" for peer in peers) + " |")
    print("|---" * (1 + len(systems) + len(peers)) + "|")
    for task in TASKS:
        mean = lambda found: statistics.mean(map(seconds, found))
        cells = []
        for system in systems:
            found = [r[system][task] for r in rounds if task in r[system]]
            megabytes = [line["peak_rss_mb"] for lines in found for line in lines]
            cells.append(f"{shown(statistics.median(map(mean, found)))} ({statistics.median(megabytes):.0f})" if found else "")
        for peer in peers:
            ratios = [mean(r["smalt"][task]) / mean(r[peer][task]) for r in rounds if task in r["smalt"] and task in r[peer]]
            cells.append(f"{statistics.median(ratios):.3g} ({min(ratios):.2g} to {max(ratios):.2g})" if ratios else "")
        if any(cells):
            print(f"| {task} | " + " | ".join(cells) + " |")


def shown(value):
    return f"{value:.2f} s" if value >= 0.1 else f"{value * 1e3:.1f} ms" if value >= 1e-3 else f"{value * 1e6:.0f} µs"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--planbench", required=True, type=pathlib.Path)
    parser.add_argument("--data", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--systems", default="polars,duckdb")
    parser.add_argument("--tasks", default="T1,T2,T4,T6,T7,T5,T3")
    parser.add_argument("--lines", help="a file that keeps all lines")
    parser.add_argument("--program", type=pathlib.Path, help="another planbench than that of target/debug")
    args = parser.parse_args()
    systems, rounds = ["smalt", *args.systems.split(",")], []
    for number in range(args.rounds):
        by_system = {}
        for system in systems[number % len(systems):] + systems[:number % len(systems)]:
            with tempfile.TemporaryDirectory() as folder:
                lines = os.path.join(folder, "lines.jsonl")
                run(system, args, lines)
                text = pathlib.Path(lines).read_text()
            by_system[system] = collections.defaultdict(list)
            for line in map(json.loads, text.splitlines()):
                by_system[system][line["task"]].append(line)
            if args.lines:
                with open(args.lines, "a") as file:
                    file.write(text)
            print(f"round {number + 1}: {system}, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
        rounds.append(by_system)
    table(systems, rounds)


if __name__ == "__main__":
    main()
