"""`fit-alpha`: fit α and the weights of the list order on validation rows, then the book means and
the neighbours on all ratings.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.ratings import Ratings, SiteFigures
from bookrec.config import AlphaConfig
from bookrec.evaluation.held_out import alpha_curve, predict_held_out
from bookrec.evaluation.list_cases import ListCase, list_cases_of_rows
from bookrec.evaluation.order_fit import JUDGE_SHARE, MAX_JUDGES, fit_order, with_short_histories
from bookrec.evaluation.split import Part, Split, hold_out
from bookrec.prediction.bias_model import bias_means, bias_prior
from bookrec.prediction.book_arrays import BookArrays, load_book_arrays, load_text
from bookrec.prediction.constants import Constants
from bookrec.prediction.covariates import PriorCovariates, prior_covariates
from bookrec.prediction.means import site_prior
from bookrec.prediction.neighbours import Neighbours, empty_table, fit_neighbours
from bookrec.prediction.order import OrderWeights, features
from bookrec.prediction.stars import make_history
from bookrec.progress import Progress
from bookrec.workspace.artefacts import CATALOGUE, GENRES, MEANS, MODEL, NEIGHBOURS, TEXT, VECTORS
from bookrec.workspace.folder import Workspace
from bookrec.workspace.freshness import require_fresh, staleness
from bookrec.workspace.library import built_in
from bookrec.workspace.records import inputs_of, record_of, require_seed, write_record

ARTEFACT = MODEL


@dataclass(frozen=True)
class AlphaResult:
    """The fitted α.

    `score` is the mean per-reader Pearson correlation on validation rows; `curve` holds (α, score)
    pairs.
    """

    path: Path
    alpha: float
    score: float
    curve: list[tuple[float, float]]
    skipped: bool
    seconds: float


def run(workspace: Workspace, config: AlphaConfig, progress: Progress) -> AlphaResult:
    """Write `model.json`, `means.npy` and `neighbours.npy`.

    Raises:
        MissingError: There is no catalogue, or there are no vectors.
        UnusableError: One of them is stale or damaged.
        UsageError: The projection was trained with another seed.
    """
    require_fresh(workspace, CATALOGUE, TEXT, VECTORS, GENRES)
    require_seed(workspace, config.seed)
    if not staleness(workspace, ARTEFACT, config):
        counts = record_of(workspace, ARTEFACT)["counts"]
        curve = [(a, s) for a, s in counts["curve"]]
        path = workspace.path(ARTEFACT)
        return AlphaResult(path, counts["alpha"], counts["score"], curve, True, 0.0)
    with workspace.locked():
        return _run(workspace, config, progress)


def _run(workspace: Workspace, config: AlphaConfig, progress: Progress) -> AlphaResult:
    started = time.monotonic()
    data = _load(workspace)
    fit = _fit if len(data.ratings) else _shipped
    model, means, neighbours = fit(data, config, progress)
    for name, array in ((MEANS, means.astype(np.float32)), (NEIGHBOURS, neighbours.table)):
        workspace.write_array(name, array)
        write_record(workspace, name, config, inputs_of(workspace, name), {}, 0.0)
    workspace.write_json(ARTEFACT, model)
    seconds = time.monotonic() - started
    alpha, score, curve = model["alpha"], model["validation_per_user_pearson"], model["curve"]
    counts = {"alpha": alpha, "score": score, "curve": curve}
    write_record(workspace, ARTEFACT, config, inputs_of(workspace, ARTEFACT), counts, seconds)
    return AlphaResult(workspace.path(ARTEFACT), alpha, score, curve, False, seconds)


@dataclass(frozen=True)
class _FitData:
    """What the model is fitted on: N books, of which the first M are described.

    `source` names the data set. `covariates` is None without ratings. `allowed` bool (M,): books
    that may be recommended.
    """

    ratings: Ratings
    described: int
    site: SiteFigures
    source: str
    arrays: BookArrays
    covariates: PriorCovariates | None
    allowed: np.ndarray


def _load(workspace: Workspace) -> _FitData:
    with Catalogue(workspace.path(CATALOGUE)) as catalogue:
        return _FitData(
            catalogue.ratings(),
            catalogue.described,
            catalogue.site_figures(),
            catalogue.fact("data", "goodreads"),
            load_book_arrays(workspace, catalogue),
            prior_covariates(load_text(workspace, catalogue), catalogue)
            if catalogue.has_ratings
            else None,
            catalogue.recommendable(),
        )


def _fit(
    data: _FitData, config: AlphaConfig, progress: Progress
) -> tuple[dict[str, Any], np.ndarray, Neighbours]:
    """Return the contents of `model.json`, then book means (N,) and neighbours of all ratings."""
    ratings, constants, ids = data.ratings, Constants(), data.arrays.ids
    split = hold_out(ratings, ratings.books < data.described, config.seed)
    train, validation = split.rows(Part.TRAIN), split.rows(Part.VALIDATION)
    train_means = bias_means(ratings, train, data.site, data.covariates, ids, constants)
    with progress.task("Predicting validation rows", len(np.unique(ratings.readers))) as task:
        held = predict_held_out(
            data.arrays,
            ratings,
            train,
            validation,
            train_means,
            constants,
            advance=task.advance,
        )
    curve = alpha_curve(held, config.steps)
    alpha, score = max(curve, key=lambda point: (point[1], -point[0]))
    constants = replace(constants, alpha=alpha)
    order = _order_weights(data, split, train_means, constants, progress)
    everything = np.arange(len(ratings))
    means = bias_means(ratings, everything, data.site, data.covariates, ids, constants)
    model = {
        "alpha": alpha,
        "constants": asdict(constants),
        "order": asdict(order),
        "prior_line": list(bias_prior(ratings, everything, data.site, ids, constants).coefficients),
        "global_mean": float(np.mean(ratings.stars)),
        "curve": curve,
        "validation_per_user_pearson": score,
        "seed": config.seed,
        "ratings": len(ratings),
        "data": data.source,
    }
    return model, means, fit_neighbours(ratings, everything, data.described, progress)


def _order_weights(
    data: _FitData, split: Split, means: np.ndarray, constants: Constants, progress: Progress
) -> OrderWeights:
    """Fit the weights of the list order on a share of the readers, the judges.

    The training rows of a judge are the history, the liked validation rows the targets. The
    neighbours are fitted on the other readers: fitted on the judges' training rows, they would
    count the targets as unread.
    """
    ratings, m = data.ratings, data.described
    rng = np.random.default_rng(split.seed)
    train = split.rows(Part.TRAIN)
    readers = np.unique(ratings.readers)
    judges = rng.choice(readers, round(JUDGE_SHARE * len(readers)), replace=False)
    judged = np.isin(ratings.readers[train], judges)
    neighbours = fit_neighbours(ratings, train[~judged], m, progress)
    whole = list_cases_of_rows(ratings, train[judged], split.rows(Part.VALIDATION), m)
    chosen = rng.permutation(len(whole))[:MAX_JUDGES]
    cases = with_short_histories([whole[i] for i in np.sort(chosen)], rng)
    candidates = np.arange(m)
    counts = np.nan_to_num(data.site.count[:m])

    def features_of(case: ListCase) -> np.ndarray:
        history = make_history(data.arrays, case.books, case.stars, means, constants)
        return features(data.arrays, neighbours, history, candidates, means[:m], counts, constants)

    with progress.task("Learning the order of lists", sum(map(len, cases.values()))) as task:
        return fit_order(cases, features_of, counts, data.allowed, task.advance)


def _shipped(
    data: _FitData, config: AlphaConfig, progress: Progress
) -> tuple[dict[str, Any], np.ndarray, Neighbours]:
    """Return the packaged model for a catalogue without ratings.

    The book means are the site-wide means on that model's scale; no book has neighbours.

    Raises:
        MissingError: The package has no model.
    """
    with built_in().reading(ARTEFACT) as path:
        model = json.loads(path.read_text("utf-8"))
    progress.say("There are no ratings to fit on; using the packaged model.")
    no_books, no_stars = np.zeros(0, dtype=np.int64), np.zeros(0)
    prior = site_prior(data.site, no_books, no_stars, coefficients=tuple(model["prior_line"]))
    return model, prior.mean, Neighbours(empty_table(data.described, 1))
