"""How many of the typed queries of the tests find the book that is meant, on any workspace.

    python benchmarks/quality/finder.py WORKSPACE

Rows of tests/finder/typed_queries.csv whose book the catalogue lacks are counted and left out.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from typed_queries import judged, queries

from bookrec.catalogue.database import Catalogue


def main() -> None:
    """Print each miss, then the shares."""
    outcomes: Counter[str] = Counter()
    start = time.perf_counter()
    with Catalogue(Path(sys.argv[1]) / "catalogue.sqlite") as catalogue:
        for query in queries():
            verdict = judged(catalogue, query)
            outcomes[verdict.outcome] += 1
            if verdict.outcome not in ("right", "not in the catalogue"):
                wanted = f"{query.answer} {query.title}".strip()
                print(f"{verdict.outcome}: {query.typed!r} {query.by} ({wanted}): {verdict.said}")
    seconds = time.perf_counter() - start
    left_out = outcomes.pop("not in the catalogue", 0)
    asked = max(1, outcomes.total())
    for outcome, n in outcomes.most_common():
        print(f"{outcome}: {n} of {asked} ({n / asked:.1%})")
    print(f"not in the catalogue: {left_out}; {1000 * seconds / asked:.0f} ms a query")


if __name__ == "__main__":
    main()
