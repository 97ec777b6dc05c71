"""`bookrec` as a user runs it: in a process of its own, or faster in the test's."""

import contextlib
import importlib.util
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from unittest import mock

ROOT = Path(__file__).parents[1]
# The real Goodreads files, which are not part of the project.
REAL = Path(os.environ.get("BOOKREC_TEST_DATA") or ROOT.parent / "shared" / "data" / "goodreads")


def tool(path: str) -> ModuleType:
    """Return a script of tools/ as a module."""
    name = f"tool_{Path(path).stem}"
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Done:
    """The result of a command."""

    returncode: int
    stdout: str
    stderr: str


def on(workspace) -> tuple[str, str]:
    """Return the options that select a workspace."""
    return "--data-dir", str(workspace.root)


def environment(**changes: str) -> dict[str, str]:
    """Return the test's environment with this checkout's package and without model hubs."""
    fixed = {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "PYTHONUTF8": "1"}
    return {**os.environ, **fixed, **changes}


def in_process_of_its_own(*args: object, stdin: str = "", **env: str) -> Done:
    """Run `python -m bookrec` and wait for it."""
    done = subprocess.run(
        [sys.executable, "-m", "bookrec", *map(str, args)],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env=environment(**env),
        timeout=120,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def in_this_process(*args: object, stdin: str = "", **env: str) -> Done:
    """Run `bookrec.cli.main` with its arguments, standard streams and environment replaced.

    As in a pipe, the streams are not a terminal.
    """
    from bookrec.cli import main

    streams = [io.BytesIO(stdin.encode()), io.BytesIO(), io.BytesIO()]
    stdin_, stdout, stderr = (io.TextIOWrapper(s, encoding="utf-8") for s in streams)
    code: object = 0
    with (
        mock.patch.object(sys, "argv", ["bookrec", *map(str, args)]),
        # so that the program's name is that of argv, not `python -m pytest`
        mock.patch.object(sys.modules["__main__"], "__package__", None),
        mock.patch.object(sys, "stdin", stdin_),
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
        mock.patch.dict(os.environ, env),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    for stream in (stdout, stderr):
        stream.flush()
    assert isinstance(code, int), code
    return Done(code, *(s.getvalue().decode("utf-8") for s in streams[1:]))
