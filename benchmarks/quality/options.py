"""What both benches of published libraries are asked with."""

from __future__ import annotations

import argparse
from pathlib import Path

_OUT = Path(__file__).parents[2] / "docs" / "evaluation.md"


def common_options(doc: str | None, seeds: str) -> argparse.ArgumentParser:
    """The options that both have; `doc` is the module's, `seeds` says what they are for."""
    found = argparse.ArgumentParser(description=doc.splitlines()[0] if doc else "")
    found.add_argument("--data-dir", type=Path, help="the workspace (as in bookrec's commands)")
    found.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help=seeds)
    found.add_argument("--out", type=Path, help="the document; docs/evaluation.md unless --quick")
    found.add_argument("--cache", type=Path, help="peers' runs; a JSON beside the workspace")
    found.add_argument("--peers-only", action="store_true", help="leave bookrec's own rows out")
    found.add_argument("--quick", action="store_true", help="one seed, no search of settings")
    return found


def parsed(found: argparse.ArgumentParser) -> argparse.Namespace:
    """What was typed: a quick run takes one seed, any other writes into the document."""
    options = found.parse_args()
    if options.quick:
        options.seeds = options.seeds[:1]
    elif options.out is None:
        options.out = _OUT
    return options
