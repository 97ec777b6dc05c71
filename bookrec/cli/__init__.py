"""The commands: parse, call one stage, show. No logic."""

from __future__ import annotations

import os
import sys

# In the order in which `--help` lists the commands.
from bookrec.cli import recommend

# isort: split
from bookrec.cli import explain

# isort: split
from bookrec.cli import history

# isort: split
from bookrec.cli import pipeline
from bookrec.cli.root import app

__all__ = ["app", "explain", "history", "main", "pipeline", "recommend"]


def main() -> None:
    """Run the command line; the exit codes are those of docs/cli.md."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # `bookrec … | head -1`: the reader has gone; nothing more may be written, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
