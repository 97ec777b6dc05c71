"""Time bookrec's commands as ratios to the start-up of Python with its libraries.

    python benchmarks/speed.py [--data-dir WORKSPACE]

Each command is a whole process. Commands take turns, and the median of nine runs counts. Unlike
seconds, the ratios hold while the machine's speed varies.
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
    """Return the wall-clock seconds of one run.

    Raises:
        CalledProcessError: the exit code is not 0.
    """
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    """Print a table of medians and their ratios to the bare start-up."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", default="", help="a workspace; default: the built-in library")
    options = parser.parse_args()
    missing = os.devnull + "-none"  # no workspace there: bookrec uses the built-in library
    environment = {**os.environ, "BOOKREC_HOME": options.data_dir or missing}
    bookrec = [sys.executable, "-m", "bookrec"]
    commands = {
        "bare start-up": BARE,
        "bookrec --help": [*bookrec, "--help"],
        "bookrec recommend Dune": [*bookrec, "recommend", "Dune", "--author", "Herbert"],
    }
    for command in commands.values():
        seconds(command, environment)  # warm the disk cache
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            times[name].append(seconds(command, environment))
    bare = statistics.median(times["bare start-up"])
    print(f"{date.today()} · {platform.processor() or platform.machine()} · {os.cpu_count()} cores")
    for name, values in times.items():
        median = statistics.median(values)
        print(f"{name:<26}{median:7.3f} s   {median / bare:5.2f} × bare start-up")


if __name__ == "__main__":
    main()
