"""Choose the constants of the prediction on validation rows, by coordinate ascent.

    python tools/choose.py WORKSPACE                  prints the choice, one line a step

Starts from `START` and tries every value of a constant's grid in turn, `--passes` times; the best
mean over the seeds stands. What is climbed is what is reported: the mean over readers of the
correlation between predicted and real stars. The training rows predict the validation rows of each
seed; test rows are never touched. The workspace needs `merge`, `embed` and `train-projection`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.ratings import Ratings, SiteFigures
from bookrec.evaluation.held_out import alpha_curve, predict_held_out
from bookrec.evaluation.metrics import by_reader, pearson
from bookrec.evaluation.split import Part, Split, hold_out
from bookrec.prediction import bias_model, means, stars
from bookrec.prediction.bias_model import bias_means, plain_means
from bookrec.prediction.book_arrays import BookArrays, load_book_arrays
from bookrec.prediction.constants import Constants
from bookrec.prediction.covariates import PriorCovariates, prior_covariates
from bookrec.workspace.folder import Workspace

# Found by this tool from round values (τ .2, p 2, λ .3, β .1 .3 .05 .5, γ .1, δ .1, dampings 30
# and 5) on the vectors of texts alone; the grids continue from there.
START = Constants()
GRIDS: dict[str, tuple[float, ...]] = {
    "threshold": (0.1, 0.15, 0.2, 0.25, 0.3, 0.35),
    "shrinkage": (0.45, 0.6, 0.9, 1.3),
    "power": (2.0, 2.5, 3.0),
    "same_genres": (0.05, 0.075, 0.1, 0.125),
    "per_author": (0.15, 0.2, 0.25),
    "per_volume": (0.1, 0.15, 0.2),
    "damping": (15.0, 30.0, 60.0),
    "same_author": (0.0, 0.05, 0.1, 0.15),
    "same_series": (0.15, 0.3, 0.45),
    "same_years": (1.0, 1.5, 2.0),
    "reader_damping": (1.0, 2.0, 5.0),
}
# Constants of a module: what they are before the search, and what is tried.
MODULES = {
    (means, "_RIDGE"): (means._RIDGE, (50.0, 100.0, 200.0)),
    (means, "_EFFECT_DAMPING"): (means._EFFECT_DAMPING, (40.0, 80.0, 160.0)),
    (stars, "_YEARS"): (stars._YEARS, (2.5, 5.0, 10.0)),
}
BASELINE_DAMPINGS = (2.0, 5.0, 10.0, 20.0, 40.0, 80.0)
_ALPHAS = 41
T = TypeVar("T")


@dataclass(frozen=True)
class Trial:
    """What the catalogue holds, and a split a seed."""

    ratings: Ratings
    site: SiteFigures
    covariates: PriorCovariates
    arrays: BookArrays
    splits: tuple[Split, ...]

    def score(self, constants: Constants) -> tuple[float, float]:
        """Mean over the seeds of the validation correlation, and of the α it is reached at."""
        found = []
        for split in self.splits:
            rows, target = split.rows(Part.TRAIN), split.rows(Part.VALIDATION)
            book = bias_means(
                self.ratings, rows, self.site, self.covariates, self.arrays.ids, constants
            )
            held = predict_held_out(self.arrays, self.ratings, rows, target, book, constants)
            found.append(max(alpha_curve(held, _ALPHAS), key=lambda point: point[1]))
        alpha, score = np.mean(found, axis=0)
        return float(score), float(alpha)

    def plain(self) -> float:
        """The same of the baseline, the book's mean."""
        scores = []
        for split in self.splits:
            rows, target = split.rows(Part.TRAIN), split.rows(Part.VALIDATION)
            book = plain_means(self.ratings, rows, self.site)
            pairs = (self.ratings.readers[target], book[self.ratings.books[target]])
            _, values = by_reader(*pairs, self.ratings.stars[target], pearson)
            scores.append(float(np.nanmean(values)))
        return float(np.mean(scores))


def main() -> None:
    """Print the scores of every step, and the constants that stand at the end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--passes", type=int, default=2)
    given = parser.parse_args()
    trial = _read(Workspace(given.workspace), given.seeds)
    for module, name in MODULES:
        setattr(module, name, MODULES[module, name][0])
    baseline = {
        damping: _with(bias_model, "_BASELINE_DAMPING", damping, trial.plain)
        for damping in BASELINE_DAMPINGS
    }
    print(f"baseline: {_said(baseline)}", flush=True)
    constants, best = START, trial.score(START)[0]
    print(f"start: {best:.4f}", flush=True)
    for number in range(given.passes):
        before = best
        for name, grid in GRIDS.items():
            scores = {v: trial.score(replace(constants, **{name: v}))[0] for v in grid}
            value = max(scores, key=scores.__getitem__)
            constants, best = replace(constants, **{name: value}), scores[value]
            print(f"{name}: {_said(scores)}", flush=True)
        for (module, name), (_, grid) in MODULES.items():
            measure = partial(trial.score, constants)
            scores = {v: _with(module, name, v, measure)[0] for v in grid}
            value = max(scores, key=scores.__getitem__)
            setattr(module, name, value)
            best = scores[value]
            print(f"{name}: {_said(scores)}", flush=True)
        print(f"pass {number + 1}: {best:.4f}", flush=True)
        if best <= before:
            break
    print(replace(constants, alpha=round(trial.score(constants)[1], 2)))
    print({name: getattr(module, name) for module, name in MODULES})


def _read(workspace: Workspace, seeds: list[int]) -> Trial:
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        ratings, arrays = catalogue.ratings(), load_book_arrays(workspace, catalogue)
        eligible = ratings.books < catalogue.described
        covariates = prior_covariates(np.load(workspace.need("text_vectors.npy")), catalogue)
        site = catalogue.site_figures()
    splits = tuple(hold_out(ratings, eligible, seed) for seed in seeds)
    return Trial(ratings, site, covariates, arrays, splits)


def _with(module: object, name: str, value: float, measure: Callable[[], T]) -> T:
    """What `measure` gives while a module's constant has another value."""
    kept = getattr(module, name)
    setattr(module, name, value)
    try:
        return measure()
    finally:
        setattr(module, name, kept)


def _said(scores: dict[float, float]) -> str:
    best = max(scores, key=scores.__getitem__)
    return "  ".join(f"{v:g} {s:.4f}{'*' if v == best else ''}" for v, s in scores.items())


if __name__ == "__main__":
    sys.exit(main())
