"""Texts and genres → book vectors, by a map trained with triplet loss on who reads what."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
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
from bookrec.model.encoder import PACKAGED_FINGERPRINT
from bookrec.model.projection import (
    Projection,
    centred,
    corpus_centre,
    genre_inputs,
    genre_names,
    health,
    learned,
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
_INPUTS = 448  # leading directions of texts and genres that are trained on; all 888 gain nothing
Scorer = Callable[[Sequence[np.ndarray]], np.ndarray]
_JUDGED = 400  # readers whose lists judge an epoch


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
        UnusableError: they are stale or damaged.
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
        books = _TrainingData(
            catalogue.ratings(),
            catalogue.described,
            catalogue.site_figures().count,
            catalogue.genres(),
            catalogue.ids(),
        )
    start = _start(workspace, vectors, books, config, progress)
    curve: list[dict[str, float]] = []
    best_epoch, projection = 0, start
    if len(books.ratings):
        projection, curve, best_epoch = _learn(start, vectors, books, config, progress)
    projected = projection.apply(vectors, books.genres)
    counts = {
        "width": vectors.shape[1],
        "dim": projected.shape[1],
        "curve": curve,
        "best": best_epoch,
        "health": health(learned(projected[: books.described]), np.random.default_rng(0)),
    }
    with workspace.replacing(ARTEFACT) as temporary:
        projection.save(temporary)
    seconds = time.monotonic() - started
    write_record(workspace, ARTEFACT, config, inputs_of(workspace, ARTEFACT), counts, seconds)
    genres = genre_inputs(books.genres, projection.genres)
    for name, array in ((VECTORS, projected), (GENRES, genres)):
        workspace.write_array(name, array)
        write_record(workspace, name, config, inputs_of(workspace, name), {}, 0.0)
    path = workspace.path(ARTEFACT)
    width, dim = vectors.shape[1], projected.shape[1]
    return ProjectionResult(path, width, dim, curve, best_epoch, False, seconds)


@dataclass(frozen=True)
class _TrainingData:
    """What the catalogue holds of N books, M of them described: `site_count` float64 (N,),
    `genres` N lists, `ids` of authors and series."""

    ratings: Ratings
    described: int
    site_count: np.ndarray
    genres: list[list[str]]
    ids: BookIds


def _start(
    workspace: Workspace,
    vectors: np.ndarray,
    books: _TrainingData,
    config: ProjectionConfig,
    progress: Progress,
) -> Projection:
    """The map to begin with: the one that comes with the package, learned from real readers; with
    another encoder or width than its own, untrained directions."""
    library = built_in()
    encoder = record_of(workspace, TEXT).get("counts", {}).get("encoder")
    fits = library.path(ARTEFACT).exists() and encoder == PACKAGED_FINGERPRINT
    if config.start == "shipped" and fits:
        with library.reading(ARTEFACT) as path:
            shipped = Projection.load(path)
        if shipped.matrix.shape[1] == config.dim:
            progress.say("Starting from the projection of the package.")
            return shipped
    return _principal(vectors, books, config.dim)


def _principal(vectors: np.ndarray, books: _TrainingData, dim: int) -> Projection:
    """The leading directions of described books: what has a description shows what texts tell."""
    described = vectors[: books.described]
    centre = corpus_centre(described)
    names = genre_names(books.genres[: books.described])
    kinds = genre_inputs(books.genres[: books.described], names)
    known = kinds[np.any(kinds, axis=1)]
    middle = known.mean(axis=0) if len(known) else np.zeros(len(names), dtype=np.float32)
    directions = principal_directions(centred(described, centre), dim)
    blank = np.zeros((vectors.shape[1] + len(names), 0), dtype=np.float32)
    untrained = Projection(centre, directions, names, middle, blank)
    inputs = untrained.inputs(described, books.genres[: books.described])
    return replace(untrained, matrix=principal_directions(inputs, dim))


def _learn(
    start: Projection,
    vectors: np.ndarray,
    books: _TrainingData,
    config: ProjectionConfig,
    progress: Progress,
) -> tuple[Projection, list[dict[str, float]], int]:
    """The map, trained on training rows and judged on validation rows."""
    from bookrec.model.triplets import SideFeatures, train

    m = books.described
    inputs = start.inputs(vectors[:m], books.genres[:m])
    leading = principal_directions(inputs, min(_INPUTS, inputs.shape[1]))  # (F, n), orthonormal
    beside = SideFeatures(
        books.ids.authors[:m],
        books.ids.series[:m],
        np.log10(np.nan_to_num(books.site_count[:m]) + 10.0).astype(np.float32),
    )
    read, cases = _rows(books, config.seed)
    allowed = np.ones(m, dtype=bool)

    def check(scores: Scorer) -> float:
        found = []
        for first in range(0, len(cases), config.readers_per_batch):
            some = cases[first : first + config.readers_per_batch]
            for case, row in zip(some, scores([c.books for c in some]), strict=True):
                unread = allowed.copy()
                unread[case.books] = False
                found.append(recall(best(row, unread), case.targets))
        return float(np.mean(found)) if found else 0.0

    begun = np.ascontiguousarray(leading.T @ start.matrix)
    trained = train(inputs @ leading, begun, read, beside, config, check, progress)
    curve = [{k: v for k, v in asdict(e).items() if v == v} for e in trained.curve]  # no NaN: JSON
    return replace(start, matrix=leading @ trained.matrix), curve, trained.best


def _rows(books: _TrainingData, seed: int) -> tuple[list[np.ndarray], list[ListCase]]:
    """What each reader has read (training rows), and the readers with enough liked validation rows
    to judge an epoch by."""
    ratings = books.ratings
    known = ratings.books < books.described
    split = hold_out(ratings, known, seed)
    train = np.flatnonzero((split.part == Part.TRAIN) & known)
    readers = ratings.readers[train]
    read = [ratings.books[train[rows]] for rows in reader_slices(readers)]
    cases = list_cases_of_rows(ratings, train, split.rows(Part.VALIDATION), books.described)
    chosen = np.random.default_rng(seed).permutation(len(cases))[:_JUDGED]
    return read, [cases[i] for i in sorted(chosen)]
