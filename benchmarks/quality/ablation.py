"""What each part of the prediction is worth, in any protocol of `evaluate`.

    python benchmarks/quality/ablation.py --data-dir WORKSPACE [--ratings FILE [--in-order]]

One part at a time is taken out, all else as the model has it; per-reader Pearson, whole less
without, with a 95 % interval paired by reader. A random hold-out rewards what only the future
tells: look at the forward protocols first.
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
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--ratings", type=Path)
    parser.add_argument("--histories", type=Path)
    parser.add_argument("--in-order", action="store_true")
    options = parser.parse_args()
    workspace = Workspace(options.data_dir)
    config = EvaluateConfig(
        ratings=options.ratings, histories=options.histories, in_order=options.in_order
    )

    def correlations(**changed: float) -> np.ndarray:
        trial = evaluate.trial_of(workspace, config, Silent(), **changed)
        held = trial.held
        stars = trial.predictions["personal"]
        return by_reader(held.readers, stars, held.stars, pearson, MIN_ROWS_FOR_CORRELATION)[1]

    whole = correlations()
    print(f"| part | whole less without it ({len(whole)} readers) |\n| --- | ---: |")
    for name, changed in PARTS.items():
        gain = bootstrap_difference(whole, correlations(**changed), np.random.default_rng(0))
        print(f"| {name} | {gain.value:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}] |", flush=True)


if __name__ == "__main__":
    main()
