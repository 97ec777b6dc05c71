"""Measure how much each part of the star prediction contributes, in any protocol of `evaluate`.

    python benchmarks/quality/ablation.py --data-dir WORKSPACE [--ratings FILE [--in-order]]

Each part is left out in turn; everything else stays as fitted. The figure is the per-reader Pearson
of the full model minus that without the part, with a 95 % interval paired by reader. Random
hold-outs reward information from the future, so look at the forward protocols first.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from bookrec.config import EvaluateConfig
from bookrec.evaluation.bootstrap import bootstrap_difference
from bookrec.evaluation.metrics import by_reader, pearson
from bookrec.evaluation.split import MIN_ROWS_FOR_CORRELATION
from bookrec.progress import Silent
from bookrec.stages import evaluate
from bookrec.workspace.folder import Workspace

# The constants that switch off each part.
PARTS = {
    "taste": {"alpha": 0.0},
    "loyalty": {"per_volume": 0.0, "per_author": 0.0},
    "same author": {"same_author": 0.0},
    "same series": {"same_series": 0.0},
    "genres": {"same_genres": 0.0},
    "years": {"same_years": 0.0},
}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, required=True, help="the workspace")
    parser.add_argument("--ratings", type=Path, help="ratings of unseen readers, as in `evaluate`")
    parser.add_argument("--histories", type=Path, help="dated histories, as in `evaluate`")
    parser.add_argument(
        "--in-order", action="store_true", help="the rows of --ratings are in the order of reading"
    )
    options = parser.parse_args()
    workspace = Workspace(options.data_dir)
    config = EvaluateConfig(
        ratings=options.ratings, histories=options.histories, in_order=options.in_order
    )

    def correlations(**constants: float) -> np.ndarray:
        trial = evaluate.trial_of(workspace, config, Silent(), **constants)
        held = trial.held
        stars = trial.predictions["personal"]
        return by_reader(held.readers, stars, held.stars, pearson, MIN_ROWS_FOR_CORRELATION)[1]

    full = correlations()
    print(f"| part | full model − without it ({len(full)} readers) |\n| --- | ---: |")
    for name, constants in PARTS.items():
        rng = np.random.default_rng(0)
        gain = bootstrap_difference(full, correlations(**constants), rng)
        print(f"| {name} | {gain.value:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}] |", flush=True)


if __name__ == "__main__":
    main()
