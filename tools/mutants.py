"""Do the tests catch it? Each mutation of mutants.toml, made in a copy of the tree and tested.

`make mutants`, or `python tools/mutants.py --only NAME`. A mutation is one central line made
wrong, keyed by its text, so that it outlives a change of line numbers. Exit code 1 when one
survives its tests, when its text is no longer found exactly once, or when the tests fail on the
tree as it is: then they would catch anything.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = Path(__file__).with_suffix(".toml")
_COPIED = ("bookrec", "tests", "pyproject.toml")
_LONGEST = 300  # seconds; a mutation may make a loop endless
_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - |$)", re.MULTILINE)


@dataclass(frozen=True)
class Mutant:
    """In `file`, `old` (found once) becomes `new`, which breaks `keeps`; `tests` are pytest's
    arguments."""

    name: str
    file: str
    old: str
    new: str
    keeps: str
    tests: tuple[str, ...]

    def mutated(self, tree: Path) -> str:
        """The file's text with the mutation in it.

        Raises:
            LookupError: the old text is not there exactly once, or is the new one.
        """
        path = tree / self.file
        text = path.read_text("utf-8") if path.is_file() else ""
        if text.count(self.old) != 1 or self.old == self.new:
            raise LookupError(f"{self.name}: found {text.count(self.old)} times in {self.file}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: `caught` names the test, "" when it survived; `trouble` says why
    its tests could not be run."""

    mutant: Mutant
    caught: str
    seconds: float
    trouble: str = ""


def read_table(path: Path = TABLE) -> list[Mutant]:
    """All mutants, in the order of the file."""
    table = tomllib.loads(path.read_text("utf-8"))
    return [Mutant(name, **{**row, "tests": tuple(row["tests"])}) for name, row in table.items()]


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the package and its tests, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        tree = Path(folder)
        for name in _COPIED:
            if (ROOT / name).is_dir():
                ignored = shutil.ignore_patterns("__pycache__", ".*")
                shutil.copytree(ROOT / name, tree / name, ignore=ignored)
            else:
                shutil.copy2(ROOT / name, tree / name)
        yield tree


def tested(tree: Path, tests: Sequence[str], longest: float | None) -> tuple[int, str]:
    """pytest's exit code and output, up to the first failure."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-rfE", "--tb=no", *tests]
    command += ["-p", "no:cacheprovider", "--hypothesis-seed=0"]
    threads = {"OMP_NUM_THREADS": "1"}  # two runs side by side would wait for each other
    env = {**os.environ, **threads, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=tree, env=env, capture_output=True, encoding="utf-8", timeout=longest
    )
    return done.returncode, done.stdout + done.stderr


def judged(mutant: Mutant) -> Outcome:
    """Make the mutation in a copy and run its tests."""
    started = time.monotonic()

    def outcome(caught: str = "", trouble: str = "") -> Outcome:
        return Outcome(mutant, caught, time.monotonic() - started, trouble)

    with copied() as tree:
        text = mutant.mutated(tree)
        (tree / mutant.file).write_text(text, "utf-8")
        try:
            compile(text, mutant.file, "exec")
            code, told = tested(tree, mutant.tests, _LONGEST)
        except SyntaxError as error:
            return outcome(trouble=f"no longer Python: {error}")
        except subprocess.TimeoutExpired:
            return outcome(f"(not done after {_LONGEST} s)")
    if code == 0:
        return outcome()
    failed = _FAILED.search(told)
    if code == 1 and failed:
        return outcome(failed[1])
    return outcome(trouble=f"pytest ended with {code}: {' '.join(told.split())[-200:]}")


def main() -> int:
    """Judge the mutants asked for; print the table; 0 when all were caught."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", metavar="NAME", help="this mutant; repeatable")
    parser.add_argument("--list", action="store_true", help="name the mutants and what they break")
    parser.add_argument("-j", "--jobs", type=int, default=2, metavar="N", help="runs side by side")
    options = parser.parse_args()
    mutants = read_table()
    if unknown := set(options.only or ()) - {m.name for m in mutants}:
        parser.error(f"no such mutant: {', '.join(sorted(unknown))}")
    mutants = [m for m in mutants if not options.only or m.name in options.only]
    if options.list:
        print("\n".join(f"{m.name:32} {m.keeps}" for m in mutants))
        return 0
    if stale := _stale(mutants):
        print("\n".join(stale), file=sys.stderr)
        return 1
    print("The tests on the tree as it is …", file=sys.stderr)
    with copied() as tree:
        code, told = tested(tree, sorted({t for m in mutants for t in m.tests}), None)
    if code:
        print(told, file=sys.stderr)
        return 1
    found = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for n, outcome in enumerate(pool.map(judged, mutants), 1):
            found.append(outcome)
            print(f"{n}/{len(mutants)} {_line(outcome)}", file=sys.stderr)
    return _told(found)


def _stale(mutants: Sequence[Mutant]) -> list[str]:
    found = []
    for mutant in mutants:
        try:
            mutant.mutated(ROOT)
        except LookupError as error:
            found.append(f"stale: {error}")
    return found


def _line(outcome: Outcome) -> str:
    verdict = outcome.caught or outcome.trouble or "SURVIVED"
    return f"{outcome.mutant.name:32} {outcome.seconds:5.0f} s  {verdict}"


def _told(found: Sequence[Outcome]) -> int:
    """Print the table and the verdict; the exit code."""
    print("\n".join(map(_line, found)))
    missed = [o.mutant for o in found if not o.caught]
    print(f"\n{len(found) - len(missed)} of {len(found)} caught.")
    for mutant in missed:
        print(f"Not caught: {mutant.name} ({mutant.file}): {mutant.keeps}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
