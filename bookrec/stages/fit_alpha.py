"""The balance α between the reader's own taste and the bias model, and the weights of the order of
lists, on validation rows."""

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
from bookrec.prediction.order import Order, features
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
    """`curve` is (α, mean per-reader Pearson on validation rows) pairs."""

    path: Path
    alpha: float
    score: float
    curve: list[tuple[float, float]]
    skipped: bool
    seconds: float


def run(workspace: Workspace, config: AlphaConfig, progress: Progress) -> AlphaResult:
    """Fit α for the reported metric and write `model.json`, and the books' means on all ratings.

    Raises:
        MissingError: no catalogue or vectors.
        UnusableError: they are stale or damaged.
        UsageError: the projection was trained on another split.
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
    with Catalogue(workspace.path(CATALOGUE)) as catalogue:
        books = _FitData(
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
    fit = _fit if len(books.ratings) else _shipped
    model, means, neighbours = fit(books, config, progress)
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
    """What the catalogue holds of N books, M of them described; `covariates` is None without
    ratings, `allowed` bool (M,) says which may be recommended."""

    ratings: Ratings
    described: int
    site: SiteFigures
    data: str
    arrays: BookArrays
    covariates: PriorCovariates | None
    allowed: np.ndarray


def _fit(
    books: _FitData, config: AlphaConfig, progress: Progress
) -> tuple[dict[str, Any], np.ndarray, Neighbours]:
    """The model, the books' means (N,) and their neighbours on all ratings."""
    ratings, constants, ids = books.ratings, Constants(), books.arrays.ids
    split = hold_out(ratings, ratings.books < books.described, config.seed)
    train, validation = split.rows(Part.TRAIN), split.rows(Part.VALIDATION)
    fitted = bias_means(ratings, train, books.site, books.covariates, ids, constants)
    with progress.task("Predicting validation rows", len(np.unique(ratings.readers))) as task:
        held = predict_held_out(
            books.arrays,
            ratings,
            train,
            validation,
            fitted.book,
            constants,
            advance=task.advance,
        )
    curve = alpha_curve(held, config.steps)
    alpha, score = max(curve, key=lambda point: (point[1], -point[0]))
    everything = np.arange(len(ratings))
    means = bias_means(ratings, everything, books.site, books.covariates, ids, constants).book
    prior = bias_prior(ratings, everything, books.site, ids, constants)
    constants = replace(constants, alpha=alpha)
    order = _order(books, split, fitted.book, constants, progress)
    model = {
        "alpha": alpha,
        "constants": asdict(constants),
        "order": asdict(order),
        "prior_line": list(prior.line),
        "global_mean": float(np.mean(ratings.stars)),
        "curve": curve,
        "validation_per_user_pearson": score,
        "seed": config.seed,
        "ratings": len(ratings),
        "data": books.data,
    }
    return model, means, fit_neighbours(ratings, everything, books.described, progress)


def _order(
    books: _FitData, split: Split, means: np.ndarray, constants: Constants, progress: Progress
) -> Order:
    """The weights of the order, from a share of the readers: their training rows are the
    histories, their liked validation rows the targets. The neighbours are fitted on the others: of
    readers that they were fitted on they know what was not read, targets among it."""
    ratings, m = books.ratings, books.described
    rng = np.random.default_rng(split.seed)
    train = split.rows(Part.TRAIN)
    readers = np.unique(ratings.readers)
    judges = rng.choice(readers, round(JUDGE_SHARE * len(readers)), replace=False)
    judged = np.isin(ratings.readers[train], judges)
    neighbours = fit_neighbours(ratings, train[~judged], m, progress)
    whole = list_cases_of_rows(ratings, train[judged], split.rows(Part.VALIDATION), m)
    chosen = rng.permutation(len(whole))[:MAX_JUDGES]
    cases = with_short_histories([whole[i] for i in np.sort(chosen)], rng)
    everything = np.arange(m)
    counts = np.nan_to_num(books.site.count[:m])

    def found(case: ListCase) -> np.ndarray:
        history = make_history(books.arrays, case.books, case.stars, means, constants)
        own = books.arrays, neighbours, history, everything
        return features(*own, means[:m], counts, constants)

    with progress.task("Learning the order of lists", sum(map(len, cases.values()))) as task:
        return fit_order(cases, found, counts, books.allowed, task.advance)


def _shipped(
    books: _FitData, config: AlphaConfig, progress: Progress
) -> tuple[dict[str, Any], np.ndarray, Neighbours]:
    """For a catalogue without ratings: the package's model, and site-wide means on its scale.

    Raises:
        MissingError: the package carries no model.
    """
    with built_in().reading(ARTEFACT) as path:
        model = json.loads(path.read_text("utf-8"))
    progress.say("No ratings to fit on: the model of the package is used.")
    nothing = np.zeros(0)
    prior = site_prior(
        books.site,
        nothing.astype(np.int64),
        nothing,
        line=tuple(model["prior_line"]),
    )
    nobody = Neighbours(empty_table(books.described, 1))
    return model, prior.mean, nobody
