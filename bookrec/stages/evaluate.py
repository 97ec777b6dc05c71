"""How good the predictions are, on held-out ratings, beside the baselines, and how sure that is.

Two protocols. "held-out": 20 % of each known reader's ratings, hidden from everything that was
fitted. "unseen-readers": readers the model never saw; 80 % of each is history, 20 % is predicted.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bookrec.config import EvaluateConfig
from bookrec.data.catalogue import Catalogue, Ratings
from bookrec.data.split import MIN_HELD_OUT, Part, hold_out
from bookrec.data.unseen import read_unseen
from bookrec.errors import UsageError
from bookrec.model.projection import centred, corpus_centre, unit_rows
from bookrec.progress import Progress
from bookrec.scoring.heldout import HeldOut, alpha_curve, predict_held_out
from bookrec.scoring.means import fit_means, site_prior
from bookrec.scoring.metrics import (
    Interval,
    bootstrap_difference,
    bootstrap_mean,
    bootstrap_pooled,
    by_reader,
    pearson,
    spearman,
)
from bookrec.scoring.predict import Constants, Shelf
from bookrec.workspace import Workspace, write_json

ARTEFACT = "metrics.json"
METHODS = ("mean", "reader_mean", "bias", "text", "personal")
_HISTORY_SEGMENTS = ((0, 19), (20, 49), (50, 99), (100, None))
_MIN_SEGMENT_ROWS = 3  # held-out rows of a reader within a segment
_TEXT_ALPHA_STEPS = 41


@dataclass(frozen=True)
class EvaluateResult:
    """`metrics` is the JSON of the command line's contract (docs/cli.md)."""

    metrics: dict[str, Any]
    seconds: float


@dataclass(frozen=True)
class Test:
    """T held-out rows: what each method says of them, and which are cold (no training rating)."""

    held: HeldOut
    predictions: dict[str, np.ndarray]
    cold: np.ndarray


def run(workspace: Workspace, config: EvaluateConfig, progress: Progress) -> EvaluateResult:
    """Measure every method on the same held-out rows and write `metrics.json`.

    Raises:
        MissingError: catalogue, vectors or model are not there.
        UsageError: another seed than the projection's; or a ratings file that is none.
    """
    for name in ("catalogue.sqlite", "text_vectors.npy", "vectors.npy"):
        workspace.need(name)
    model = json.loads(workspace.need("model.json").read_text("utf-8"))
    workspace.require_seed(config.seed)
    started = time.monotonic()
    test, data, protocol = _test(workspace, config, Constants.of(model["constants"]), progress)
    if not len(test.held.stars):
        raise UsageError(
            "No reader has enough ratings of the catalogue's books to hold some out.",
            "A reader needs at least 10 ratings of described books.",
        )
    metrics: dict[str, Any] = {
        "readers": len(np.unique(_scored_readers(test.held))),
        "ratings": len(test.held.stars),
        "protocol": protocol,
        "data": data,
        "seed": config.seed,
        "max_history": config.max_history,
        **_measure(test, MIN_HELD_OUT, config, progress),
        "segments": _segments(test, config, progress),
    }
    metrics = _plain(metrics)
    seconds = time.monotonic() - started
    with workspace.locked():
        write_json(workspace.path(ARTEFACT), metrics)
        inputs = workspace.inputs_of(ARTEFACT)
        counts = {"readers": metrics["readers"], "protocol": protocol}
        workspace.record(ARTEFACT, config, inputs, counts, seconds)
    return EvaluateResult(metrics, seconds)


def _test(
    workspace: Workspace, config: EvaluateConfig, constants: Constants, progress: Progress
) -> tuple[Test, str, str]:
    with Catalogue(workspace.path("catalogue.sqlite")) as catalogue:
        known, described = catalogue.ratings(), catalogue.described
        figures, kin = catalogue.figures(), catalogue.kin()
        data = catalogue.fact("data", "goodreads")
        unseen = read_unseen(catalogue, config.ratings) if config.ratings else None
    split = hold_out(known, known.books < described, config.seed)
    fitted_on = split.rows(Part.TRAIN, Part.VALIDATION)
    ratings, history, target = known, fitted_on, split.rows(Part.TEST)
    if unseen is not None:
        fitted_on = np.arange(len(known))
        ratings = unseen
        parts = hold_out(unseen, unseen.books < described, config.seed)
        history, target = parts.rows(Part.TRAIN, Part.VALIDATION), parts.rows(Part.TEST)
    books, stars = known.books[fitted_on], known.stars[fitted_on]
    prior = site_prior(figures["site_mean"], figures["site_count"], books, stars)

    def means(reader_pull: float) -> np.ndarray:
        readers = known.readers[fitted_on]
        return fit_means(readers, books, stars, prior.mean, constants.pull, reader_pull).book

    def held(vectors: np.ndarray, name: str) -> HeldOut:
        shelf = Shelf(vectors, kin[:, 0], kin[:, 1])
        rng = np.random.default_rng(config.seed)
        with progress.task(name, len(np.unique(ratings.readers[target]))) as task:
            return predict_held_out(
                shelf,
                ratings,
                history,
                target,
                biased,
                constants,
                config.max_history,
                rng,
                task.advance,
            )

    plain, biased = means(np.inf), means(constants.reader_pull)
    text = np.load(workspace.path("text_vectors.npy"))
    text = unit_rows(centred(text, corpus_centre(text)))
    personal = held(np.load(workspace.path("vectors.npy")), "Predicting")
    unprojected = held(text, "Predicting from text alone")
    text_alpha = _text_alpha(known, split.rows, text, kin, figures, constants)
    predictions = {
        "mean": plain[personal.books],
        "reader_mean": personal.own_mean,
        "bias": personal.predicted(0.0),
        "text": unprojected.predicted(text_alpha),
        "personal": personal.predicted(constants.alpha),
    }
    cold = np.bincount(books, minlength=len(plain))[personal.books] == 0
    return Test(personal, predictions, cold), data, "unseen-readers" if unseen else "held-out"


def _text_alpha(
    known: Ratings,
    rows: Any,
    text: np.ndarray,
    kin: np.ndarray,
    figures: dict[str, np.ndarray],
    constants: Constants,
) -> float:
    """α of the unprojected vectors, fitted like the other: a fair rival."""
    train, validation = rows(Part.TRAIN), rows(Part.VALIDATION)
    books, stars = known.books[train], known.stars[train]
    prior = site_prior(figures["site_mean"], figures["site_count"], books, stars)
    readers = known.readers[train]
    means = fit_means(readers, books, stars, prior.mean, constants.pull, constants.reader_pull)
    shelf = Shelf(text, kin[:, 0], kin[:, 1])
    held = predict_held_out(shelf, known, train, validation, means.book, constants)
    return max(alpha_curve(held, _TEXT_ALPHA_STEPS), key=lambda point: point[1])[0]


def _scored_readers(held: HeldOut) -> np.ndarray:
    readers, counts = np.unique(held.readers, return_counts=True)
    return np.asarray(readers[counts >= MIN_HELD_OUT])


def _measure(
    test: Test, min_rows: int, config: EvaluateConfig, progress: Progress
) -> dict[str, Any]:
    """ "methods", "lift" and how many readers' correlations were undefined."""
    held, methods, values = test.held, {}, {}
    with progress.task("Bootstrapping over readers", len(METHODS)) as task:
        for name in METHODS:
            predicted = test.predictions[name]
            rng = np.random.default_rng(config.seed)
            figures: dict[str, Any] = {}
            for metric, function in (("pearson", pearson), ("spearman", spearman)):
                _, found = by_reader(held.readers, predicted, held.stars, function, min_rows)
                values[name, metric] = found
                figures[f"per_user_{metric}"] = _interval(
                    bootstrap_mean(found[~np.isnan(found)], rng, config.samples)
                )
            pooled = bootstrap_pooled(held.readers, predicted, held.stars, rng, config.samples)
            figures["pooled_pearson"] = _interval(pooled.pearson)
            figures["rmse"] = _interval(pooled.rmse)
            figures["coverage"] = float(np.isfinite(predicted).mean())
            methods[name] = figures
            task.advance()
    lift = {}
    for metric in ("pearson", "spearman"):
        a, b = values["personal", metric], values["mean", metric]
        good = ~np.isnan(a) & ~np.isnan(b)
        rng = np.random.default_rng(config.seed)
        gain = bootstrap_difference(a[good], b[good], rng, config.samples)
        lift[f"per_user_{metric}"] = {
            "difference": gain.value,
            "low": gain.low,
            "high": gain.high,
        }
    undefined = int(np.isnan(values["mean", "pearson"]).sum())
    return {"methods": methods, "lift": lift, "undefined_readers": undefined}


def _segments(test: Test, config: EvaluateConfig, progress: Progress) -> dict[str, Any]:
    """The same figures where it is hardest: cold books, and by length of history."""
    masks = {"cold_books": test.cold}
    for low, high in _HISTORY_SEGMENTS:
        name = f"history_{low}_{high}" if high is not None else f"history_{low}_plus"
        top = np.inf if high is None else high
        masks[name] = (test.held.history >= low) & (test.held.history <= top)
    found = {}
    quick = replace(config, samples=500)
    for name, mask in masks.items():
        rows = np.flatnonzero(mask)
        if not len(rows):
            continue
        part = Test(_rows(test.held, rows), _rows_of(test.predictions, rows), test.cold[rows])
        counts = np.unique(part.held.readers, return_counts=True)[1]
        scored = int((counts >= _MIN_SEGMENT_ROWS).sum())
        if scored < 5:
            continue
        measured = _measure(part, _MIN_SEGMENT_ROWS, quick, progress)
        found[name] = {"readers": scored, "ratings": len(rows), **measured}
    return found


def _rows(held: HeldOut, rows: np.ndarray) -> HeldOut:
    return HeldOut(*(getattr(held, f)[rows] for f in HeldOut.__dataclass_fields__))


def _rows_of(predictions: dict[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    return {name: values[rows] for name, values in predictions.items()}


def _interval(found: Interval) -> dict[str, float]:
    return {"value": found.value, "low": found.low, "high": found.high}


def _plain(value: Any) -> Any:
    """JSON values: NaN becomes null, numbers keep four decimals."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, float | np.floating):
        return round(float(value), 4) if np.isfinite(value) else None
    return value
