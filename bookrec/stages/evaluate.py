"""Evaluate predicted stars and recommendation lists against the baselines, with intervals.

There are three protocols (`evaluation/protocols.py`). No model, mean or constant is fitted on a
rating that is predicted.
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
from bookrec.evaluation.bootstrap import Sampling
from bookrec.evaluation.cases import MIN_DATED_RATINGS
from bookrec.evaluation.dated import read_histories, read_in_order
from bookrec.evaluation.held_out import HeldOut, alpha_curve, predict_cases, predict_held_out
from bookrec.evaluation.list_evaluation import evaluate_lists
from bookrec.evaluation.protocols import (
    MIN_RATINGS_TO_SCORE_BY_CUT,
    ProtocolRows,
    forward_by_cut,
    forward_by_day,
    held_out,
    unseen_readers,
)
from bookrec.evaluation.split import (
    MIN_RATINGS_TO_SCORE,
    MIN_ROWS_FOR_CORRELATION,
    Part,
    hold_out,
)
from bookrec.evaluation.star_figures import Trial, evaluate_stars, scored_readers
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
    """`metrics` is what `evaluate --json` prints (docs/cli.md)."""

    metrics: dict[str, Any]
    seconds: float
    report: Path | None = None  # the HTML page, if requested


@dataclass(frozen=True)
class _Data:
    """The contents of the workspace.

    `unprojected` are the arrays of `loaded` with the text vectors before projection, centred and of
    unit length. The method `text` uses them.
    """

    known: Ratings
    site: SiteFigures
    covariates: PriorCovariates
    loaded: LoadedModel
    unprojected: BookArrays

    @property
    def constants(self) -> Constants:
        """The constants of the fitted model."""
        return self.loaded.constants


def run(workspace: Workspace, config: EvaluateConfig, progress: Progress) -> EvaluateResult:
    """Evaluate every method on the same held-out rows and write `metrics.json`.

    Raises:
        MissingError: the catalogue, the vectors or the model do not exist.
        UnusableError: they are damaged, stale, or from different runs.
        UsageError: the seed is not that of the projection, options exclude each other, a file holds
            no ratings or history, readers have too few ratings, or the report folder cannot be
            written.
    """
    _check_options(config)
    require_fresh(workspace, CATALOGUE, TEXT, VECTORS, GENRES, "model.json")
    require_seed(workspace, config.seed)
    started, inputs = time.monotonic(), inputs_of(workspace, ARTEFACT)
    with Catalogue(workspace.path(CATALOGUE)) as catalogue:
        data = _read(workspace, catalogue)
        rows = _rows(catalogue, data.known, config, progress)
        metrics = _json_values(
            {
                "protocol": rows.protocol,
                "histories": rows.histories,
                "data": catalogue.fact("data", "goodreads"),
                "seed": config.seed,
                "max_history": config.max_history,
                **_metrics(data, rows, config, progress),
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
    """Return the held-out rows with every method's predictions.

    `changed` replaces constants of the fitted model.

    Raises:
        As `run`.
    """
    with Catalogue(workspace.need(CATALOGUE)) as catalogue:
        data = _read(workspace, catalogue)
        constants = replace(data.constants, **changed)
        data = replace(data, loaded=replace(data.loaded, constants=constants))
        rows = _rows(catalogue, data.known, config, progress)
        return _trial(data, rows, _means(data, rows), config.seed, progress)


def _check_options(config: EvaluateConfig) -> None:
    if config.histories and (config.ratings or config.in_order):
        raise UsageError(
            "--histories cannot be combined with --ratings or --in-order.",
            "Use --histories for exports with dates, --ratings for files of ID,Name,Rating.",
        )
    if config.in_order and not config.ratings:
        raise UsageError("--in-order needs --ratings.", "Type --ratings PATH --in-order.")


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


def _rows(
    catalogue: Catalogue, known: Ratings, config: EvaluateConfig, progress: Progress
) -> ProtocolRows:
    """The rows of the protocol that the options select."""
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


def _metrics(
    data: _Data, rows: ProtocolRows, config: EvaluateConfig, progress: Progress
) -> dict[str, Any]:
    """The figures of stars and of lists."""
    sampling = Sampling(config.seed, config.samples)
    means = _means(data, rows)
    trial = _trial(data, rows, means, config.seed, progress)
    if not scored_readers(trial.held):
        raise _too_few(rows)
    neighbours = fit_neighbours(data.known, rows.training_rows, data.loaded.described, progress)
    loaded = replace(data.loaded, means=means, neighbours=neighbours)
    unprojected = replace(loaded, arrays=data.unprojected)
    lists = evaluate_lists(loaded, unprojected, data.known, rows, sampling, progress)
    over = "readers" if trial.days is None else "ratings" if rows.days is None else "days"
    return {"interval_over": over, **evaluate_stars(trial, sampling, progress), "lists": lists}


def _means(data: _Data, rows: ProtocolRows) -> np.ndarray:
    """The book means (N,) of the bias model, fitted on the training rows."""
    ids = data.loaded.arrays.ids
    return bias_means(
        data.known, rows.training_rows, data.site, data.covariates, ids, data.constants
    )


def _too_few(rows: ProtocolRows) -> UsageError:
    need = {
        None: f"{MIN_RATINGS_TO_SCORE} ratings of described books",
        "dated": f"{MIN_DATED_RATINGS} ratings of books in the catalogue, on several days",
        "in-order": f"{MIN_RATINGS_TO_SCORE_BY_CUT} ratings of books in the catalogue",
    }[rows.histories]
    return UsageError(
        f"No reader has {MIN_ROWS_FOR_CORRELATION} held-out ratings, the least for a correlation.",
        f"Give more ratings: at least one reader needs {need}.",
    )


def _trial(
    data: _Data, rows: ProtocolRows, means: np.ndarray, seed: int, progress: Progress
) -> Trial:
    """Every method's predictions of the held-out rows. `means` are those of `_means`."""
    known, constants, cases = data.known, data.constants, rows.star_cases
    plain = plain_means(known, rows.training_rows, data.site)

    def held(arrays: BookArrays, name: str) -> HeldOut:
        with progress.task(name, len(cases)) as task:
            return predict_cases(arrays, rows.ratings, cases, means, constants, task.advance)

    personal = held(data.loaded.arrays, "Predicting")
    unprojected = held(data.unprojected, "Predicting from text alone")
    predictions = {
        "mean": plain[personal.books],
        "reader_mean": personal.own_mean,
        "bias": personal.predicted(0.0),
        "text": unprojected.predicted(_text_alpha(data, seed)),
        "personal": personal.predicted(constants.alpha),
    }
    rated = np.bincount(known.books[rows.training_rows], minlength=len(plain))
    cold = rated[personal.books] == 0
    return Trial(personal, predictions, personal.confidence, cold, _days_of_one(rows))


def _days_of_one(rows: ProtocolRows) -> np.ndarray | None:
    """The days of a single reader's held-out rows, or None for several readers.

    Without dates, the row numbers stand in for the days.
    """
    targets = rows.targets
    if len(np.unique(rows.ratings.readers[targets])) > 1:
        return None
    return targets if rows.days is None else rows.days[targets]


def _text_alpha(data: _Data, seed: int) -> float:
    """α for the unprojected vectors, chosen on validation rows like the model's own α."""
    known, constants, ids = data.known, data.constants, data.loaded.arrays.ids
    split = hold_out(known, known.books < data.loaded.described, seed)
    train, validation = split.rows(Part.TRAIN), split.rows(Part.VALIDATION)
    means = bias_means(known, train, data.site, data.covariates, ids, constants)
    held = predict_held_out(data.unprojected, known, train, validation, means, constants)
    return max(alpha_curve(held, _TEXT_ALPHA_STEPS), key=lambda point: point[1])[0]


def _json_values(value: Any) -> Any:
    """Convert to JSON values: NaN becomes None, floats are rounded to four decimals."""
    if isinstance(value, dict):
        return {k: _json_values(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_json_values(v) for v in value]
    if isinstance(value, float | np.floating):
        return round(float(value), 4) if np.isfinite(value) else None
    return value
