"""Text vectors → book vectors, by a projection trained with triplet loss on readers' taste."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bookrec.config import ProjectionConfig
from bookrec.data.catalogue import Catalogue, Ratings
from bookrec.data.split import Part, Split, hold_out
from bookrec.errors import MissingError
from bookrec.model.projection import (
    Projection,
    centred,
    corpus_centre,
    health,
    principal_directions,
    unit_rows,
)
from bookrec.progress import Progress
from bookrec.scoring.heldout import predict_held_out
from bookrec.scoring.means import fit_means, site_prior
from bookrec.scoring.metrics import by_reader, pearson
from bookrec.scoring.predict import Constants, Shelf
from bookrec.workspace import Workspace, replacing

ARTEFACT = "projection.safetensors"
VECTORS = "vectors.npy"


@dataclass(frozen=True)
class ProjectionResult:
    """`curve` holds a dictionary an epoch; `best` is the epoch that was kept."""

    path: Path
    width: int
    dim: int
    curve: list[dict[str, float]]
    best: int
    skipped: bool
    seconds: float


def run(workspace: Workspace, config: ProjectionConfig, progress: Progress) -> ProjectionResult:
    """Train the projection on training rows alone, and write the book vectors it gives.

    Raises:
        MissingError: no catalogue or text vectors, or no ratings to learn from.
    """
    catalogue_path, text_path = (
        workspace.need("catalogue.sqlite"),
        workspace.need("text_vectors.npy"),
    )
    inputs = workspace.inputs_of(ARTEFACT)
    if not workspace.staleness(ARTEFACT, config, inputs) and workspace.path(VECTORS).exists():
        counts = workspace.meta(ARTEFACT)["counts"]
        path = workspace.path(ARTEFACT)
        return ProjectionResult(
            path, counts["width"], counts["dim"], counts["curve"], counts["best"], True, 0.0
        )
    started = time.monotonic()
    with Catalogue(catalogue_path) as catalogue:
        ratings, described = catalogue.ratings(), catalogue.described
        figures, kin = catalogue.figures(), catalogue.kin()
    if not len(ratings):
        raise MissingError(
            "The catalogue holds no ratings to learn taste from.",
            "Add rating files (ID,Name,Rating) to raw/ and run `bookrec merge` again.",
        )
    vectors = np.load(text_path, mmap_mode=None)
    split = hold_out(ratings, ratings.books < described, config.seed)
    projection, curve, best = _train(vectors, ratings, split, figures, kin, config, progress)
    projected = projection.apply(vectors)
    counts = {
        "width": vectors.shape[1],
        "dim": projected.shape[1],
        "curve": curve,
        "best": best,
        "health": health(projected[:described], np.random.default_rng(0)),
    }
    with workspace.locked():
        with replacing(workspace.path(ARTEFACT)) as temporary:
            projection.save(temporary, {"seed": str(config.seed)})
        seconds = time.monotonic() - started
        workspace.record(ARTEFACT, config, inputs, counts, seconds)
        with replacing(workspace.path(VECTORS)) as temporary, temporary.open("wb") as file:
            np.save(file, projected, allow_pickle=False)
        workspace.record(VECTORS, config, workspace.inputs_of(VECTORS), {"dim": config.dim}, 0.0)
    path = workspace.path(ARTEFACT)
    return ProjectionResult(path, vectors.shape[1], projected.shape[1], curve, best, False, seconds)


def _train(
    vectors: np.ndarray,
    ratings: Ratings,
    split: Split,
    figures: dict[str, np.ndarray],
    kin: np.ndarray,
    config: ProjectionConfig,
    progress: Progress,
) -> tuple[Projection, list[dict[str, float]], int]:
    from bookrec.model.triplets import Tastes, train

    centre = corpus_centre(vectors)
    plain = centred(vectors, centre)
    inputs = min(config.inputs, plain.shape[1])
    directions = principal_directions(plain, inputs)  # (2E, K)
    reduced = plain @ directions  # (N, K)
    dim = min(config.dim, inputs)
    start = np.eye(inputs, dim, dtype=np.float32)
    train_rows, validation = split.rows(Part.TRAIN), split.rows(Part.VALIDATION)
    constants = Constants()
    prior = site_prior(
        figures["site_mean"],
        figures["site_count"],
        ratings.books[train_rows],
        ratings.stars[train_rows],
    )
    means = fit_means(
        ratings.readers[train_rows],
        ratings.books[train_rows],
        ratings.stars[train_rows],
        prior.mean,
        constants.pull,
        constants.reader_pull,
    ).book

    def tastes(rows: np.ndarray) -> Tastes:
        residuals = ratings.stars[rows] - means[ratings.books[rows]]
        readers = ratings.readers[rows]
        _, numbers = np.unique(readers, return_inverse=True)
        offsets = np.bincount(numbers, residuals) / np.bincount(numbers)
        return Tastes(readers, ratings.books[rows], residuals - offsets[numbers], kin)

    def score(matrix: np.ndarray) -> float:
        shelf = Shelf(unit_rows(reduced @ matrix), kin[:, 0], kin[:, 1])
        held = predict_held_out(shelf, ratings, train_rows, validation, means, constants)
        _, values = by_reader(held.readers, held.predicted(constants.alpha), held.stars, pearson)
        values = values[~np.isnan(values)]
        return float(values.mean()) if len(values) else 0.0

    trained = train(reduced, start, tastes(train_rows), tastes(validation), config, score, progress)
    curve = [
        {k: v for k, v in asdict(e).items() if v == v} for e in trained.curve
    ]  # NaN has no place in JSON
    matrix = np.asarray(directions @ trained.matrix, dtype=np.float32)
    return Projection(centre, matrix), curve, trained.best
