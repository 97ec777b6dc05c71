"""Mutation testing of central lines: each mutation of mutants.toml is made and its tests are run.

`make mutants`, or `python tools/mutants.py --only NAME`. A mutation replaces one central line by a
wrong one in a copy of the tree. It is keyed by the line's text, so it survives changes elsewhere in
the file. The exit code is 1 if a mutation survives its tests, if its text is not found exactly
once, if it uses an undefined name (any test would fail), or if the tests fail without it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = Path(__file__).with_suffix(".toml")
_COPIED = ("bookrec", "tests", "pyproject.toml")
_TIMEOUT = 300  # seconds; a mutation may make a loop endless
_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - |$)", re.MULTILINE)


@dataclass(frozen=True)
class Mutant:
    """In `file`, `old` becomes `new`, which breaks what `keeps` promises.

    `tests` are arguments of pytest. By default they are the test file of the module:
    `tests/room/test_module.py` for `bookrec/room/module.py`.
    """

    name: str
    file: str
    old: str
    new: str
    keeps: str
    tests: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.tests:
            module = Path(self.file).relative_to("bookrec")
            default = Path("tests", module).with_name(f"test_{module.name}")
            object.__setattr__(self, "tests", (default.as_posix(),))

    def mutated(self, tree: Path) -> str:
        """Return the file's text with the mutation.

        Raises:
            LookupError: the old text is not found exactly once, or equals the new one.
        """
        path = tree / self.file
        text = path.read_text("utf-8") if path.is_file() else ""
        if text.count(self.old) != 1 or self.old == self.new:
            raise LookupError(f"{self.name}: found {text.count(self.old)} times in {self.file}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Outcome:
    """`caught` is the test that failed, "" if none did; `trouble` is why tests could not run."""

    mutant: Mutant
    caught: str
    seconds: float
    trouble: str = ""


def read_table(path: Path = TABLE) -> list[Mutant]:
    """Return all mutants, in the order of the file."""
    table = tomllib.loads(path.read_text("utf-8"))
    return [
        Mutant(name, **{**row, "tests": tuple(row.get("tests", ()))}) for name, row in table.items()
    ]


def unusable(mutants: Sequence[Mutant]) -> list[str]:
    """Return why mutants cannot be judged: a line for each that is stale or uses unknown names."""
    found, texts = [], {}
    for mutant in mutants:
        try:
            texts[mutant.name] = mutant.mutated(ROOT)
        except LookupError as error:
            found.append(f"stale: {error}")
    files = {m.file for m in mutants if m.name in texts}
    known = _undefined({file: (ROOT / file).read_text("utf-8") for file in files})
    names = _undefined(texts)
    for mutant in mutants:
        if new := names.get(mutant.name, set()) - known.get(mutant.file, set()):
            found.append(f"{mutant.name}: undefined in {mutant.file}: {', '.join(sorted(new))}")
    return found


def _undefined(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the undefined names of each source, by ruff's rule F821."""
    found: dict[str, set[str]] = {key: set() for key in sources}
    with tempfile.TemporaryDirectory(prefix="names-") as folder:
        keys = dict(zip((f"{n}.py" for n in range(len(sources))), sources, strict=True))
        for name, key in keys.items():
            Path(folder, name).write_text(sources[key], "utf-8")
        command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"]
        command += ["--exit-zero", "--select", "F821", "--output-format", "json", folder]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
        for row in json.loads(done.stdout):
            if row["code"] == "F821":  # not a syntax error, which is reported when it is judged
                found[keys[Path(row["filename"]).name]].add(row["message"].split("`")[1])
    return found


@contextmanager
def copied() -> Iterator[Path]:
    """Yield a temporary copy of the package and its tests."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        tree = Path(folder)
        for name in _COPIED:
            if (ROOT / name).is_dir():
                ignored = shutil.ignore_patterns("__pycache__", ".*")
                shutil.copytree(ROOT / name, tree / name, ignore=ignored)
            else:
                shutil.copy2(ROOT / name, tree / name)
        yield tree


def tested(tree: Path, tests: Sequence[str], timeout: float | None) -> tuple[int, str]:
    """Run pytest up to the first failure; return its exit code and output."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-rfE", "--tb=no", *tests]
    command += ["-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=0"]
    threads = {"OMP_NUM_THREADS": "1"}  # runs are parallel already
    env = {**os.environ, **threads, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=tree, env=env, capture_output=True, encoding="utf-8", timeout=timeout
    )
    return done.returncode, done.stdout + done.stderr


def judged(mutant: Mutant) -> Outcome:
    """Make the mutation in a copy of the tree and run its tests."""
    started = time.monotonic()

    def outcome(caught: str = "", trouble: str = "") -> Outcome:
        return Outcome(mutant, caught, time.monotonic() - started, trouble)

    with copied() as tree:
        text = mutant.mutated(tree)
        (tree / mutant.file).write_text(text, "utf-8")
        try:
            compile(text, mutant.file, "exec")
            code, output = tested(tree, mutant.tests, _TIMEOUT)
        except SyntaxError as error:
            return outcome(trouble=f"no longer Python: {error}")
        except subprocess.TimeoutExpired:
            return outcome(f"(timed out after {_TIMEOUT} s)")
    if code == 0:
        return outcome()
    failed = _FAILED.search(output)
    if code == 1 and failed:
        return outcome(failed[1])
    return outcome(trouble=f"pytest ended with {code}: {' '.join(output.split())[-200:]}")


def main() -> int:
    """Judge the chosen mutants and print the outcomes; return 0 if all were caught."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", metavar="NAME", help="only this one; repeatable")
    parser.add_argument("--list", action="store_true", help="list names and promises")
    parser.add_argument("-j", "--jobs", type=int, default=2, metavar="N", help="runs in parallel")
    options = parser.parse_args()
    mutants = read_table()
    if unknown := set(options.only or ()) - {m.name for m in mutants}:
        parser.error(f"no such mutant: {', '.join(sorted(unknown))}")
    mutants = [m for m in mutants if not options.only or m.name in options.only]
    if options.list:
        print("\n".join(f"{m.name:32} {m.keeps}" for m in mutants))
        return 0
    if problems := unusable(mutants):
        print("\n".join(problems), file=sys.stderr)
        return 1
    print("Running the tests without a mutation …", file=sys.stderr)
    with copied() as tree:
        code, output = tested(tree, sorted({t for m in mutants for t in m.tests}), None)
    if code:
        print(output, file=sys.stderr)
        return 1
    found = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for n, outcome in enumerate(pool.map(judged, mutants), 1):
            found.append(outcome)
            print(f"{n}/{len(mutants)} {_line(outcome)}", file=sys.stderr)
    return _summary(found)


def _line(outcome: Outcome) -> str:
    verdict = outcome.caught or outcome.trouble or "SURVIVED"
    return f"{outcome.mutant.name:32} {outcome.seconds:5.0f} s  {verdict}"


def _summary(found: Sequence[Outcome]) -> int:
    """Print the outcomes; return the exit code."""
    print("\n".join(map(_line, found)))
    missed = [o.mutant for o in found if not o.caught]
    print(f"\n{len(found) - len(missed)} of {len(found)} caught.")
    for mutant in missed:
        print(f"Not caught: {mutant.name} ({mutant.file}): {mutant.keeps}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
