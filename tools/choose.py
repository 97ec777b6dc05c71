"""Choose the constants of the star prediction on validation rows, by coordinate ascent.

    python tools/choose.py WORKSPACE                  prints one line per constant

The search starts from the constants in use. It tries every value in the grid of one constant, keeps
the best and goes on to the next constant, `--passes` times or until a pass brings no gain. The
objective is the per-reader Pearson of predicted and given stars at the best α, averaged over the
seeds. The training rows of a seed predict its validation rows; test rows are not used. The
workspace needs the artefacts of `merge`, `embed` and `train-projection`.
"""

from __future__ import annotations

import argparse
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
# Constants that are not part of `Constants`, by module and name.
MODULE_GRIDS = {
    (means, "_RIDGE"): (50.0, 100.0, 200.0),
    (means, "_EFFECT_DAMPING"): (40.0, 80.0, 160.0),
    (stars, "_YEARS"): (2.5, 5.0, 10.0),
}
BASELINE_DAMPINGS = (2.0, 5.0, 10.0, 20.0, 40.0, 80.0)
_ALPHAS = 41  # points of the grid for α
T = TypeVar("T")


@dataclass(frozen=True)
class Trial:
    """The data of the search, with one split per seed."""

    ratings: Ratings
    site: SiteFigures
    covariates: PriorCovariates
    arrays: BookArrays
    splits: tuple[Split, ...]

    def score(self, constants: Constants) -> tuple[float, float]:
        """Return the validation correlation at the best α, and this α, averaged over the seeds."""
        scores = []
        for split in self.splits:
            rows, targets = split.rows(Part.TRAIN), split.rows(Part.VALIDATION)
            book = bias_means(
                self.ratings, rows, self.site, self.covariates, self.arrays.ids, constants
            )
            held = predict_held_out(self.arrays, self.ratings, rows, targets, book, constants)
            scores.append(max(alpha_curve(held, _ALPHAS), key=lambda point: point[1]))
        alpha, score = np.mean(scores, axis=0)
        return float(score), float(alpha)

    def baseline_score(self) -> float:
        """Return the validation correlation of the baseline, the damped mean of each book."""
        scores = []
        for split in self.splits:
            rows, targets = split.rows(Part.TRAIN), split.rows(Part.VALIDATION)
            book = plain_means(self.ratings, rows, self.site)
            predicted = book[self.ratings.books[targets]]
            readers, given = self.ratings.readers[targets], self.ratings.stars[targets]
            _, values = by_reader(readers, predicted, given, pearson)
            scores.append(float(np.nanmean(values)))
        return float(np.mean(scores))


def main() -> None:
    """Print the scores of every grid and the constants at the end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspace", type=Path, help="a workspace after `train-projection`")
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=[0, 1, 2], help="one split each; default: 0 1 2"
    )
    parser.add_argument(
        "--passes", type=int, default=2, help="maximum number of passes; default: 2"
    )
    options = parser.parse_args()
    print(f"constants in use: {Constants()} {_module_constants()}", flush=True)
    trial = _read(Workspace(options.workspace), options.seeds)
    baseline = {
        damping: _with_constant(bias_model, "_BASELINE_DAMPING", damping, trial.baseline_score)
        for damping in BASELINE_DAMPINGS
    }
    print(f"baseline: {_line(baseline)}", flush=True)
    constants = _climb(trial, Constants(), options.passes)
    constants = replace(constants, alpha=round(trial.score(constants)[1], 2))
    print(f"chosen: {constants} {_module_constants()}")


def _climb(trial: Trial, constants: Constants, passes: int) -> Constants:
    """Return the best constants found. Those of `MODULE_GRIDS` are set in their modules."""
    best = trial.score(constants)[0]
    print(f"start: {best:.4f}", flush=True)
    for number in range(passes):
        before = best
        for name, grid in GRIDS.items():
            scores = {v: trial.score(replace(constants, **{name: v}))[0] for v in grid}
            value = max(scores, key=scores.__getitem__)
            constants, best = replace(constants, **{name: value}), scores[value]
            print(f"{name}: {_line(scores)}", flush=True)
        for (module, name), grid in MODULE_GRIDS.items():
            measure = partial(trial.score, constants)
            scores = {v: _with_constant(module, name, v, measure)[0] for v in grid}
            value = max(scores, key=scores.__getitem__)
            setattr(module, name, value)
            best = scores[value]
            print(f"{name}: {_line(scores)}", flush=True)
        print(f"pass {number + 1}: {best:.4f}", flush=True)
        if best <= before:
            break
    return constants


def _read(workspace: Workspace, seeds: list[int]) -> Trial:
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        ratings, arrays = catalogue.ratings(), load_book_arrays(workspace, catalogue)
        eligible = ratings.books < catalogue.described
        covariates = prior_covariates(np.load(workspace.need("text_vectors.npy")), catalogue)
        site = catalogue.site_figures()
    splits = tuple(hold_out(ratings, eligible, seed) for seed in seeds)
    return Trial(ratings, site, covariates, arrays, splits)


def _module_constants() -> dict[str, float]:
    return {name: getattr(module, name) for module, name in MODULE_GRIDS}


def _with_constant(module: object, name: str, value: float, measure: Callable[[], T]) -> T:
    """Return what `measure` returns while a module's constant has another value."""
    original = getattr(module, name)
    setattr(module, name, value)
    try:
        return measure()
    finally:
        setattr(module, name, original)


def _line(scores: dict[float, float]) -> str:
    """Return values with their scores, the best one with an asterisk."""
    best = max(scores, key=scores.__getitem__)
    return "  ".join(f"{v:g} {s:.4f}{'*' if v == best else ''}" for v, s in scores.items())


if __name__ == "__main__":
    main()
