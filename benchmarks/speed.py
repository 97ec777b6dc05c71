"""Timings as ratios within one run: what a recommendation costs beside starting Python.

    python benchmarks/speed.py [--data-dir WORKSPACE]

Whole processes, alternated, medians of nine; a ratio holds when the machine's speed drifts.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from datetime import date

RUNS = 9
BARE = [sys.executable, "-c", "import sqlite3, numpy, rich.table, typer"]


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Wall seconds of one run; an exit code other than 0 is an error."""
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    """Print a table of medians and ratios to the bare start-up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", default="", help="a workspace; default: the built-in library")
    options = parser.parse_args()
    home = options.data_dir or os.devnull + "-none"
    environment = {**os.environ, "BOOKREC_HOME": home}
    bookrec = [sys.executable, "-m", "bookrec"]
    commands = {
        "bare start-up": BARE,
        "bookrec --help": [*bookrec, "--help"],
        "bookrec recommend Dune": [*bookrec, "recommend", "Dune", "--author", "Herbert"],
    }
    for command in commands.values():
        seconds(command, environment)  # warm the disk cache
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            taken[name].append(seconds(command, environment))
    bare = statistics.median(taken["bare start-up"])
    print(f"{date.today()} · {platform.processor() or platform.machine()} · {os.cpu_count()} cores")
    for name, values in taken.items():
        middle = statistics.median(values)
        print(f"{name:<26}{middle:7.3f} s   {middle / bare:5.2f} × bare start-up")


if __name__ == "__main__":
    main()
