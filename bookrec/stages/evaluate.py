"""How good the predictions and the lists are, on ratings that nothing was fitted on, beside the
baselines, and how sure that is.

Three protocols (`data/protocols.py`): a random part of known readers' ratings, the same of readers
the model never saw, and forward in time. What is predicted is hidden from all that is fitted.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.ratings import Ratings, SiteFigures
from bookrec.config import EvaluateConfig
from bookrec.errors import UsageError
from bookrec.evaluation.cases import LEAST
from bookrec.evaluation.dated import read_histories, read_in_order
from bookrec.evaluation.held_out import HeldOut, alpha_curve, predict_cases, predict_held_out
from bookrec.evaluation.lists import measured_lists
from bookrec.evaluation.protocols import (
    CUT_SCORED,
    Rows,
    forward_by_cut,
    forward_by_day,
    held_out,
    unseen_readers,
)
from bookrec.evaluation.split import MIN_HELD_OUT, MIN_SCORED, Part, hold_out
from bookrec.evaluation.star_figures import Sampling, Trial, measured, scored_readers
from bookrec.evaluation.unseen import read_unseen
from bookrec.model.projection import centred, corpus_centre, unit_rows
from bookrec.prediction.bias_model import bias_means, plain_means
from bookrec.prediction.book_arrays import BookArrays, load_text
from bookrec.prediction.constants import Constants
from bookrec.prediction.covariates import PriorCovariates, prior_covariates
from bookrec.prediction.loaded import LoadedModel
from bookrec.prediction.neighbours import fit_neighbours
from bookrec.progress import Progress
from bookrec.report import gather, write_report
from bookrec.workspace.artefacts import CATALOGUE, GENRES, METRICS, TEXT, VECTORS
from bookrec.workspace.folder import Workspace
from bookrec.workspace.freshness import require_fresh
from bookrec.workspace.records import inputs_of, require_seed, write_record

ARTEFACT = METRICS
_TEXT_ALPHA_STEPS = 41


@dataclass(frozen=True)
class EvaluateResult:
    """`metrics` is the JSON of the command line's contract (docs/cli.md)."""

    metrics: dict[str, Any]
    seconds: float
    report: Path | None = None  # the page, if one was asked for


@dataclass(frozen=True)
class _Data:
    """What the catalogue holds of N books; `unprojected` is the shelf of `served` with the whole
    text vectors and the genres as they are, before anything was trained."""

    known: Ratings
    site: SiteFigures
    covariates: PriorCovariates
    loaded: LoadedModel
    unprojected: BookArrays

    @property
    def constants(self) -> Constants:
        """Those of the model."""
        return self.loaded.constants


def run(workspace: Workspace, config: EvaluateConfig, progress: Progress) -> EvaluateResult:
    """Measure every method on the same held-out rows and write `metrics.json`.

    Raises:
        MissingError: catalogue, vectors or model are not there.
        UnusableError: they are damaged, stale, or not of one run.
        UsageError: another seed than the projection's; options that exclude each other; a ratings
            or history file that is none; readers with too few ratings; a report folder that cannot
            be written.
    """
    _require_sense(config)
    require_fresh(workspace, CATALOGUE, TEXT, VECTORS, GENRES, "model.json")
    require_seed(workspace, config.seed)
    started, inputs = time.monotonic(), inputs_of(workspace, ARTEFACT)
    with Catalogue(workspace.path(CATALOGUE)) as catalogue:
        data = _read(workspace, catalogue)
        rows = _rows(catalogue, data.known, config, progress)
        metrics = _plain(
            {
                "protocol": rows.protocol,
                "histories": rows.histories,
                "data": catalogue.fact("data", "goodreads"),
                "seed": config.seed,
                "max_history": config.max_history,
                **_measured(data, rows, config, progress),
            }
        )
    seconds = time.monotonic() - started
    with workspace.locked():
        workspace.write_json(ARTEFACT, metrics)
        counts = {"readers": metrics["readers"], "protocol": metrics["protocol"]}
        write_record(workspace, ARTEFACT, config, inputs, counts, seconds)
    report = write_report(config.report, gather(workspace, metrics)) if config.report else None
    return EvaluateResult(metrics, seconds, report)


def trial_of(
    workspace: Workspace, config: EvaluateConfig, progress: Progress, **changed: float
) -> Trial:
    """The held-out rows with every method's predictions, of which `run` measures the stars;
    `changed` are constants of the prediction that are to be other than the model's.

    Raises:
        As `run`.
    """
    with Catalogue(workspace.need(CATALOGUE)) as catalogue:
        data = _read(workspace, catalogue)
        constants = replace(data.constants, **changed)
        data = replace(data, loaded=replace(data.loaded, constants=constants))
        rows = _rows(catalogue, data.known, config, progress)
        return _trial(data, rows, _means(data, rows), config.seed, progress)


def _require_sense(config: EvaluateConfig) -> None:
    if config.histories and (config.ratings or config.in_order):
        raise UsageError(
            "--histories goes without --ratings and --in-order.",
            "--histories is for exports with dates, --ratings for files of ID,Name,Rating.",
        )
    if config.in_order and not config.ratings:
        raise UsageError(
            "--in-order says how the rows of --ratings stand.", "Type --ratings PATH --in-order."
        )


def _read(workspace: Workspace, catalogue: Catalogue) -> _Data:
    loaded = LoadedModel.load(workspace, catalogue)
    text = load_text(workspace, catalogue)
    plain = unit_rows(centred(text, corpus_centre(text)))
    return _Data(
        catalogue.ratings(),
        catalogue.site_figures(),
        prior_covariates(text, catalogue),
        loaded,
        replace(loaded.arrays, vectors=np.concatenate([plain, plain], axis=1) * np.sqrt(0.5)),
    )


def _rows(catalogue: Catalogue, known: Ratings, config: EvaluateConfig, progress: Progress) -> Rows:
    """The protocol's rows, from what the options name."""
    described = catalogue.described
    if config.histories:
        dated = read_histories(catalogue, config.histories)
        for note in dated.notes:
            progress.say(note)
        rows = forward_by_day(known, dated)
    elif config.ratings and config.in_order:
        rows = forward_by_cut(known, read_in_order(catalogue, config.ratings))
    elif config.ratings:
        rows = unseen_readers(known, read_unseen(catalogue, config.ratings), described, config.seed)
    else:
        rows = held_out(known, described, config.seed)
    return rows.shortened(config.max_history, np.random.default_rng(config.seed))


def _measured(
    data: _Data, rows: Rows, config: EvaluateConfig, progress: Progress
) -> dict[str, Any]:
    """The figures of stars and of lists."""
    sampling = Sampling(config.seed, config.samples)
    biased = _means(data, rows)
    trial = _trial(data, rows, biased, config.seed, progress)
    if not scored_readers(trial.held):
        raise _too_few(rows)
    neighbours = fit_neighbours(data.known, rows.fitted_on, data.loaded.described, progress)
    loaded = replace(data.loaded, means=biased, neighbours=neighbours)
    lists = measured_lists(
        loaded,
        replace(loaded, arrays=data.unprojected),
        data.known,
        rows,
        lambda: sampling.rng,
        progress,
    )
    over = "readers" if trial.days is None else "ratings" if rows.days is None else "days"
    return {"interval_over": over, **measured(trial, sampling, progress), "lists": lists}


def _means(data: _Data, rows: Rows) -> np.ndarray:
    """The books' means (N,) from the rows that may be looked at."""
    ids = data.loaded.arrays.ids
    return bias_means(data.known, rows.fitted_on, data.site, data.covariates, ids, data.constants)


def _too_few(rows: Rows) -> UsageError:
    need = {
        None: f"a reader needs {MIN_SCORED} of described books or more",
        "dated": f"a reader needs {LEAST} of books that the catalogue holds, on several days",
        "in-order": f"a reader needs {CUT_SCORED} of books that the catalogue holds",
    }[rows.histories]
    return UsageError(
        f"No reader has the {MIN_HELD_OUT} held-out ratings that a correlation takes.",
        f"Give more ratings: {need}.",
    )


def _trial(data: _Data, rows: Rows, biased: np.ndarray, seed: int, progress: Progress) -> Trial:
    """Every method's predictions of the held-out rows, from nothing that was fitted on them."""
    known, constants = data.known, data.constants
    plain = plain_means(known, rows.fitted_on, data.site)

    def held(arrays: BookArrays, name: str) -> HeldOut:
        with progress.task(name, len(rows.stars)) as task:
            return predict_cases(arrays, rows.ratings, rows.stars, biased, constants, task.advance)

    personal = held(data.loaded.arrays, "Predicting")
    unprojected = held(data.unprojected, "Predicting from text alone")
    predictions = {
        "mean": plain[personal.books],
        "reader_mean": personal.own_mean,
        "bias": personal.predicted(0.0),
        "text": unprojected.predicted(_text_alpha(data, seed)),
        "personal": personal.predicted(constants.alpha),
    }
    rated = np.bincount(known.books[rows.fitted_on], minlength=len(plain))
    cold = rated[personal.books] == 0
    return Trial(personal, predictions, personal.confidence, cold, _days_of_one(rows))


def _days_of_one(rows: Rows) -> np.ndarray | None:
    """The days of a single reader's held-out rows, or their places; None of several readers."""
    targets = rows.targets
    if len(np.unique(rows.ratings.readers[targets])) > 1:
        return None
    return targets if rows.days is None else rows.days[targets]


def _text_alpha(data: _Data, seed: int) -> float:
    """α of the unprojected vectors, fitted like the other: a fair rival."""
    known, constants, ids = data.known, data.constants, data.loaded.arrays.ids
    split = hold_out(known, known.books < data.loaded.described, seed)
    train, validation = split.rows(Part.TRAIN), split.rows(Part.VALIDATION)
    means = bias_means(known, train, data.site, data.covariates, ids, constants)
    held = predict_held_out(data.unprojected, known, train, validation, means, constants)
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
