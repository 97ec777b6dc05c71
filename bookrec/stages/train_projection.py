"""`train-projection`: train the projection on who reads what, and write the book vectors."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.ids import BookIds
from bookrec.catalogue.ratings import Ratings, reader_slices
from bookrec.config import ProjectionConfig
from bookrec.evaluation.list_cases import ListCase, list_cases_of_rows
from bookrec.evaluation.list_metrics import best, recall
from bookrec.evaluation.split import Part, hold_out
from bookrec.model import triplets
from bookrec.model.encoder import PACKAGED_FINGERPRINT
from bookrec.model.genre_completion import completed
from bookrec.model.projection import (
    Projection,
    centred,
    corpus_centre,
    genre_inputs,
    genre_weights,
    health,
    learned_half,
    principal_directions,
)
from bookrec.prediction.book_arrays import load_text
from bookrec.progress import Progress
from bookrec.workspace.artefacts import CATALOGUE, GENRES, PROJECTION, TEXT, VECTORS
from bookrec.workspace.folder import Workspace
from bookrec.workspace.freshness import require_fresh, staleness
from bookrec.workspace.library import built_in
from bookrec.workspace.records import inputs_of, record_of, write_record

ARTEFACT = PROJECTION
_INPUTS = 448  # leading directions of the inputs that the map is trained on, of 768 + 120
_JUDGED = 400  # readers whose lists give the validation recall of an epoch


@dataclass(frozen=True)
class ProjectionResult:
    """The outcome of training.

    `width` is 2E and `dim` 2D. `curve` has one dictionary per epoch; `best` is the epoch kept.
    """

    path: Path
    width: int
    dim: int
    curve: list[dict[str, float]]
    best: int
    skipped: bool
    seconds: float


def run(workspace: Workspace, config: ProjectionConfig, progress: Progress) -> ProjectionResult:
    """Train on training rows only; write `projection.safetensors`, `vectors.npy`, `genres.npy`.

    Without ratings nothing is trained: the projection is the one that training would start from.

    Raises:
        MissingError: There is no catalogue, or there are no text vectors.
        UnusableError: One of them is stale or damaged.
    """
    require_fresh(workspace, CATALOGUE, TEXT)
    if not staleness(workspace, ARTEFACT, config):
        counts = record_of(workspace, ARTEFACT)["counts"]
        path = workspace.path(ARTEFACT)
        return ProjectionResult(
            path, counts["width"], counts["dim"], counts["curve"], counts["best"], True, 0.0
        )
    with workspace.locked():
        return _run(workspace, config, progress)


def _run(workspace: Workspace, config: ProjectionConfig, progress: Progress) -> ProjectionResult:
    started = time.monotonic()
    with Catalogue(workspace.path(CATALOGUE)) as catalogue:
        vectors = load_text(workspace, catalogue)
        data = _TrainingData(
            catalogue.ratings(),
            catalogue.described,
            catalogue.site_figures().count,
            catalogue.genres(),
            catalogue.ids(),
        )
    shipped = _shipped(workspace, config, progress)
    weights = shipped.genres if shipped else genre_weights(data.genres[: data.described])
    genres = _genre_vectors(vectors, data, weights)
    start = shipped or _untrained(vectors, genres, weights, data.described, config.dim)
    curve: list[dict[str, float]] = []
    best_epoch, projection = 0, start
    if len(data.ratings):
        projection, curve, best_epoch = _learn(start, vectors, genres, data, config, progress)
    projected = projection.apply(vectors, genres)
    width, dim = vectors.shape[1], projected.shape[1]
    counts = {
        "width": width,
        "dim": dim,
        "curve": curve,
        "best": best_epoch,
        "health": health(learned_half(projected[: data.described]), np.random.default_rng(0)),
    }
    with workspace.replacing(ARTEFACT) as temporary:
        projection.save(temporary)
    seconds = time.monotonic() - started
    write_record(workspace, ARTEFACT, config, inputs_of(workspace, ARTEFACT), counts, seconds)
    for name, array in ((VECTORS, projected), (GENRES, genres)):
        workspace.write_array(name, array)
        write_record(workspace, name, config, inputs_of(workspace, name), {}, 0.0)
    return ProjectionResult(workspace.path(ARTEFACT), width, dim, curve, best_epoch, False, seconds)


@dataclass(frozen=True)
class _TrainingData:
    """What the map is trained on: N books, of which the first M are described.

    `site_count` float64 (N,) are the site-wide numbers of ratings; `genres` are N lists.
    """

    ratings: Ratings
    described: int
    site_count: np.ndarray
    genres: list[list[str]]
    ids: BookIds


def _genre_vectors(
    vectors: np.ndarray, data: _TrainingData, weights: dict[str, float]
) -> np.ndarray:
    """Return the genre vectors float32 (N, G); those of thin records are guessed."""
    m, half = data.described, vectors.shape[1] // 2
    known = genre_inputs(data.genres, weights)
    return completed(known, data.genres[:m], vectors[:m, half:], data.ids.first(m))


def _shipped(
    workspace: Workspace, config: ProjectionConfig, progress: Progress
) -> Projection | None:
    """Return the packaged projection to start from, None unless the encoder and D match."""
    library = built_in()
    encoder = record_of(workspace, TEXT).get("counts", {}).get("encoder")
    fits = library.path(ARTEFACT).exists() and encoder == PACKAGED_FINGERPRINT
    if config.start == "shipped" and fits:
        with library.reading(ARTEFACT) as path:
            shipped = Projection.load(path)
        if shipped.matrix.shape[1] == config.dim:
            progress.say("Starting from the packaged projection.")
            return shipped
    return None


def _untrained(
    vectors: np.ndarray, genres: np.ndarray, weights: dict[str, float], described: int, dim: int
) -> Projection:
    """Return a projection of principal directions, fitted on the described books."""
    vectors, genres = vectors[:described], genres[:described]
    centre = corpus_centre(vectors)
    known = genres[np.any(genres, axis=1)]
    genre_centre = known.mean(axis=0) if len(known) else np.zeros(len(weights), dtype=np.float32)
    directions = principal_directions(centred(vectors, centre), dim)
    no_map = np.zeros((vectors.shape[1] + len(weights), 0), dtype=np.float32)
    projection = Projection(centre, directions, weights, genre_centre, no_map)
    inputs = projection.inputs(vectors, genres)
    return replace(projection, matrix=principal_directions(inputs, dim))


def _learn(
    start: Projection,
    vectors: np.ndarray,
    genres: np.ndarray,
    data: _TrainingData,
    config: ProjectionConfig,
    progress: Progress,
) -> tuple[Projection, list[dict[str, float]], int]:
    """Train the map on training rows; the best epoch is chosen by recall on validation rows.

    Returns:
        The projection, the learning curve and the number of the best epoch.
    """
    m = data.described
    inputs = start.inputs(vectors[:m], genres[:m])
    leading = principal_directions(inputs, min(_INPUTS, inputs.shape[1]))  # orthonormal columns
    metadata = triplets.BookMetadata(
        data.ids.authors[:m],
        data.ids.series[:m],
        np.log10(np.nan_to_num(data.site_count[:m]) + 10.0).astype(np.float32),
    )
    read, cases = _training_and_cases(data, config.seed)
    trained = triplets.train(
        inputs @ leading,
        np.ascontiguousarray(leading.T @ start.matrix),
        read,
        metadata,
        config,
        _recall_on(cases, m, config.readers_per_batch),
        progress,
    )
    curve = [{k: v for k, v in asdict(e).items() if v == v} for e in trained.curve]  # no NaN: JSON
    return replace(start, matrix=leading @ trained.matrix), curve, trained.best


def _recall_on(
    cases: list[ListCase], described: int, batch: int
) -> Callable[[triplets.Scorer], float]:
    """Return a function that measures the mean recall@20 of a scorer on these cases."""

    def measure(scores: triplets.Scorer) -> float:
        found = []
        for first in range(0, len(cases), batch):
            some = cases[first : first + batch]
            for case, row in zip(some, scores([c.books for c in some]), strict=True):
                unread = np.ones(described, dtype=bool)
                unread[case.books] = False
                found.append(recall(best(row, unread), case.targets))
        return float(np.mean(found)) if found else 0.0

    return measure


def _training_and_cases(data: _TrainingData, seed: int) -> tuple[list[np.ndarray], list[ListCase]]:
    """Return the training books of each reader, and the validation cases.

    The cases are at most `_JUDGED` readers with enough liked validation rows.
    """
    ratings = data.ratings
    known = ratings.books < data.described
    split = hold_out(ratings, known, seed)
    train = np.flatnonzero((split.part == Part.TRAIN) & known)
    readers = ratings.readers[train]
    read = [ratings.books[train[rows]] for rows in reader_slices(readers)]
    cases = list_cases_of_rows(ratings, train, split.rows(Part.VALIDATION), data.described)
    chosen = np.random.default_rng(seed).permutation(len(cases))[:_JUDGED]
    return read, [cases[i] for i in sorted(chosen)]
