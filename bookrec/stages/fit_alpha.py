"""The balance α between the reader's own taste and the bias model, on validation rows."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from bookrec.config import AlphaConfig
from bookrec.data.catalogue import Catalogue
from bookrec.data.split import Part, hold_out
from bookrec.progress import Progress
from bookrec.scoring.heldout import alpha_curve, predict_held_out
from bookrec.scoring.means import fit_means, site_prior
from bookrec.scoring.predict import Constants, Shelf
from bookrec.workspace import Workspace, replacing, write_json

ARTEFACT = "model.json"
MEANS = "means.npy"


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
        MissingError: no catalogue or book vectors.
        UsageError: the projection was trained on another split.
    """
    catalogue_path, vectors_path = workspace.need("catalogue.sqlite"), workspace.need("vectors.npy")
    workspace.require_seed(config.seed)
    inputs = workspace.inputs_of(ARTEFACT)
    if not workspace.staleness(ARTEFACT, config, inputs) and workspace.path(MEANS).exists():
        counts = workspace.meta(ARTEFACT)["counts"]
        curve = [(a, s) for a, s in counts["curve"]]
        path = workspace.path(ARTEFACT)
        return AlphaResult(path, counts["alpha"], counts["score"], curve, True, 0.0)
    started = time.monotonic()
    with Catalogue(catalogue_path) as catalogue:
        ratings, described = catalogue.ratings(), catalogue.described
        figures, kin = catalogue.figures(), catalogue.kin()
        data = catalogue.fact("data", "goodreads")
    split = hold_out(ratings, ratings.books < described, config.seed)
    shelf = Shelf(np.load(vectors_path), kin[:, 0], kin[:, 1])
    constants = Constants()

    def means_of(rows: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
        books, stars = ratings.books[rows], ratings.stars[rows]
        prior = site_prior(figures["site_mean"], figures["site_count"], books, stars)
        fitted = fit_means(
            ratings.readers[rows], books, stars, prior.mean, constants.pull, constants.reader_pull
        )
        return fitted.book, prior.line

    train, validation = split.rows(Part.TRAIN), split.rows(Part.VALIDATION)
    with progress.task("Predicting validation rows", len(np.unique(ratings.readers))) as task:
        held = predict_held_out(
            shelf,
            ratings,
            train,
            validation,
            means_of(train)[0],
            constants,
            advance=task.advance,
        )
    curve = alpha_curve(held, config.steps)
    alpha, score = max(curve, key=lambda point: (point[1], -point[0]))
    means, line = means_of(np.arange(len(ratings)))
    constants = replace(constants, alpha=alpha)
    model = {
        "alpha": alpha,
        "constants": asdict(constants),
        "prior_line": list(line),
        "global_mean": float(np.mean(ratings.stars)) if len(ratings) else 3.75,
        "curve": curve,
        "validation_per_user_pearson": score,
        "seed": config.seed,
        "ratings": len(ratings),
        "data": data,
    }
    with workspace.locked():
        with replacing(workspace.path(MEANS)) as temporary, temporary.open("wb") as file:
            np.save(file, means.astype(np.float32), allow_pickle=False)
        write_json(workspace.path(ARTEFACT), model)
        seconds = time.monotonic() - started
        counts = {"alpha": alpha, "score": score, "curve": curve}
        workspace.record(ARTEFACT, config, inputs, counts, seconds)
    return AlphaResult(workspace.path(ARTEFACT), alpha, score, curve, False, seconds)
