"""The commands: each parses its options, calls one stage and shows the result."""

from __future__ import annotations

import os
import sys

# Imported in the order in which `--help` lists the commands.
from bookrec.cli import recommend

# isort: split
from bookrec.cli import explain

# isort: split
from bookrec.cli import search

# isort: split
from bookrec.cli import show

# isort: split
from bookrec.cli import history

# isort: split
from bookrec.cli import pipeline
from bookrec.cli.root import app

__all__ = ["app", "explain", "history", "main", "pipeline", "recommend", "search", "show"]


def main() -> None:
    """Run the command line. docs/cli.md lists the exit codes."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # `bookrec … | head -1` closed the pipe: stdout must not be flushed again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
