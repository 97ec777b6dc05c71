"""How good the predictions are, on held-out ratings, beside the baselines, and how sure that is.

Two protocols. "held-out": 20 % of each known reader's ratings, hidden from everything that was
fitted. "unseen-readers": readers the model never saw; 80 % of each is history, 20 % is predicted.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bookrec.artefacts import CATALOGUE
from bookrec.config import EvaluateConfig
from bookrec.data.catalogue import Catalogue, Ratings
from bookrec.data.split import MIN_HELD_OUT, MIN_SCORED, Part, hold_out
from bookrec.data.unseen import read_unseen
from bookrec.errors import UsageError
from bookrec.freshness import require_fresh
from bookrec.model.projection import centred, corpus_centre, unit_rows
from bookrec.model.space import GENRES, KINDS, TEXT, VECTORS, kind_of, load_shelf, load_text
from bookrec.progress import Progress
from bookrec.report import gather, write_report
from bookrec.scoring.heldout import (
    HeldOut,
    alpha_curve,
    bias_means,
    plain_means,
    predict_held_out,
)
from bookrec.scoring.means import Kind
from bookrec.scoring.predict import Constants, Shelf
from bookrec.scoring.protocol import Sampling, Trial, measured, scored_readers
from bookrec.workspace import Workspace

ARTEFACT = "metrics.json"
_TEXT_ALPHA_STEPS = 41


@dataclass(frozen=True)
class EvaluateResult:
    """`metrics` is the JSON of the command line's contract (docs/cli.md)."""

    metrics: dict[str, Any]
    seconds: float
    report: Path | None = None  # the page, if one was asked for


@dataclass(frozen=True)
class _Data:
    """What the catalogue holds of N books; `unprojected` is `shelf` with the whole text vectors and
    the genres as they are, before anything was trained."""

    name: str
    known: Ratings
    described: int
    figures: dict[str, np.ndarray]
    kind: Kind
    shelf: Shelf
    unprojected: Shelf
    unseen: Ratings | None


def run(workspace: Workspace, config: EvaluateConfig, progress: Progress) -> EvaluateResult:
    """Measure every method on the same held-out rows and write `metrics.json`.

    Raises:
        MissingError: catalogue, vectors or model are not there.
        UnusableError: they are damaged, stale, or not of one run.
        UsageError: another seed than the projection's; a ratings file that is none; readers with
            too few ratings; a report folder that cannot be written.
    """
    require_fresh(workspace, CATALOGUE, TEXT, VECTORS, GENRES, KINDS, "model.json")
    workspace.require_seed(config.seed)
    started, inputs = time.monotonic(), workspace.inputs_of(ARTEFACT)
    with workspace.reading("model.json") as path:
        constants = Constants.of(json.loads(path.read_text("utf-8"))["constants"])
    data = _read(workspace, config)
    trial = _trial(workspace, data, config, constants, progress)
    if not scored_readers(trial.held):
        raise UsageError(
            f"No reader has the {MIN_HELD_OUT} held-out ratings that a correlation takes.",
            f"Give more ratings: a reader needs {MIN_SCORED} of described books or more.",
        )
    metrics: dict[str, Any] = _plain(
        {
            "protocol": "held-out" if data.unseen is None else "unseen-readers",
            "data": data.name,
            "seed": config.seed,
            "max_history": config.max_history,
            **measured(trial, Sampling(config.seed, config.samples), progress),
        }
    )
    seconds = time.monotonic() - started
    with workspace.locked():
        workspace.write_json(ARTEFACT, metrics)
        counts = {"readers": metrics["readers"], "protocol": metrics["protocol"]}
        workspace.record(ARTEFACT, config, inputs, counts, seconds)
    report = write_report(config.report, gather(workspace, metrics)) if config.report else None
    return EvaluateResult(metrics, seconds, report)


def _read(workspace: Workspace, config: EvaluateConfig) -> _Data:
    with Catalogue(workspace.path("catalogue.sqlite")) as catalogue:
        shelf = load_shelf(workspace, catalogue)
        text = load_text(workspace, catalogue)
        unprojected = unit_rows(centred(text, corpus_centre(text)))
        return _Data(
            catalogue.fact("data", "goodreads"),
            catalogue.ratings(),
            catalogue.described,
            catalogue.figures(),
            kind_of(text, catalogue),
            shelf,
            replace(shelf, vectors=unprojected, genres=shelf.kinds),
            read_unseen(catalogue, config.ratings) if config.ratings else None,
        )


def _trial(
    workspace: Workspace,
    data: _Data,
    config: EvaluateConfig,
    constants: Constants,
    progress: Progress,
) -> Trial:
    """Every method's predictions of the held-out rows, from nothing that was fitted on them."""
    known, figures = data.known, data.figures
    ratings = known if data.unseen is None else data.unseen
    parts = hold_out(ratings, ratings.books < data.described, config.seed)
    history, target = parts.rows(Part.TRAIN, Part.VALIDATION), parts.rows(Part.TEST)
    fitted_on = history if data.unseen is None else np.arange(len(known))
    plain = plain_means(known, fitted_on, figures)
    biased = bias_means(known, fitted_on, figures, data.kind, data.shelf.kin, constants).book

    def held(shelf: Shelf, name: str) -> HeldOut:
        rng, cut = np.random.default_rng(config.seed), config.max_history
        with progress.task(name, len(np.unique(ratings.readers[target]))) as task:
            return predict_held_out(
                shelf, ratings, history, target, biased, constants, cut, rng, task.advance
            )

    personal = held(data.shelf, "Predicting")
    unprojected = held(data.unprojected, "Predicting from text alone")
    predictions = {
        "mean": plain[personal.books],
        "reader_mean": personal.own_mean,
        "bias": personal.predicted(0.0),
        "text": unprojected.predicted(_text_alpha(data, constants, config.seed)),
        "personal": personal.predicted(constants.alpha),
    }
    cold = np.bincount(known.books[fitted_on], minlength=len(plain))[personal.books] == 0
    return Trial(personal, predictions, personal.confidence, cold)


def _text_alpha(data: _Data, constants: Constants, seed: int) -> float:
    """α of the unprojected vectors, fitted like the other: a fair rival."""
    split = hold_out(data.known, data.known.books < data.described, seed)
    train, validation = split.rows(Part.TRAIN), split.rows(Part.VALIDATION)
    means = bias_means(data.known, train, data.figures, data.kind, data.shelf.kin, constants).book
    held = predict_held_out(data.unprojected, data.known, train, validation, means, constants)
    return max(alpha_curve(held, _TEXT_ALPHA_STEPS), key=lambda point: point[1])[0]


def _plain(value: Any) -> Any:
    """JSON values: NaN becomes null, numbers keep four decimals."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, float | np.floating):
        return round(float(value), 4) if np.isfinite(value) else None
    return value
