"""The command line of peers.py and rankers.py: common options, and progress on stderr."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

_OUT = Path(__file__).parents[2] / "docs" / "evaluation.md"


def common_options(doc: str | None, seeds: str) -> argparse.ArgumentParser:
    """Return a parser with the common options.

    The first line of `doc` is the description; `seeds` is the help text of `--seeds`.
    """
    parser = argparse.ArgumentParser(description=doc.splitlines()[0] if doc else "")
    parser.add_argument("--data-dir", type=Path, help="the workspace, as in bookrec's commands")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help=seeds)
    parser.add_argument(
        "--out",
        type=Path,
        help="the document to update; default: docs/evaluation.md, or none with --quick",
    )
    parser.add_argument(
        "--cache", type=Path, help="results of the peers; default: a JSON file beside the workspace"
    )
    parser.add_argument("--peers-only", action="store_true", help="omit bookrec's own rows")
    parser.add_argument(
        "--quick", action="store_true", help="first seed only, no search over settings"
    )
    return parser


def parsed(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Parse the arguments. `--quick` keeps one seed; otherwise `--out` gets its default."""
    options = parser.parse_args()
    if options.quick:
        options.seeds = options.seeds[:1]
    elif options.out is None:
        options.out = _OUT
    return options


def log(text: str) -> None:
    """Print a progress message on stderr."""
    print(text, file=sys.stderr, flush=True)
