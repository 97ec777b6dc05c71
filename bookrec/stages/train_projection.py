"""Text vectors → book vectors, and genres → genre vectors by a map trained with triplet loss."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from bookrec.artefacts import CATALOGUE
from bookrec.config import ProjectionConfig
from bookrec.data.catalogue import Catalogue, Ratings
from bookrec.data.split import Part, hold_out
from bookrec.freshness import require_fresh, staleness
from bookrec.library import built_in
from bookrec.model.encoder import PACKAGED_FINGERPRINT
from bookrec.model.projection import (
    Projection,
    centred,
    corpus_centre,
    genre_inputs,
    genre_names,
    health,
    principal_directions,
    unit_rows,
)
from bookrec.model.space import GENRES, KINDS, TEXT, VECTORS, kind_of, load_text
from bookrec.progress import Progress
from bookrec.scoring.heldout import (
    alpha_curve,
    bias_means,
    predict_held_out,
    without_loyalty,
)
from bookrec.scoring.means import Kind
from bookrec.scoring.predict import Constants, Shelf
from bookrec.workspace import Workspace

ARTEFACT = "projection.safetensors"
_ALPHAS = 17  # from 0 to 2: training moves the best α, so each epoch is judged at its own


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
        counts = workspace.meta(ARTEFACT)["counts"]
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
        books = _Books(
            catalogue.ratings(),
            catalogue.described,
            catalogue.figures(),
            catalogue.genres(),
            catalogue.years(),
            catalogue.volumes(),
            kind_of(vectors, catalogue),
        )
    if len(books.ratings):
        projection, curve, best = _learn(vectors, books, config, progress)
    else:
        projection, curve, best = _shipped(workspace, vectors, books, config, progress), [], 0
    projected, mapped = projection.apply(vectors), projection.apply_genres(books.genres)
    kinds = genre_inputs(books.genres, projection.genres)
    sample = np.random.default_rng(0)
    counts = {
        "width": vectors.shape[1],
        "dim": projected.shape[1],
        "curve": curve,
        "best": best,
        "health": health(projected[: books.described], sample),
        "health_of_genres": health(mapped[: books.described], sample),
    }
    with workspace.replacing(ARTEFACT) as temporary:
        projection.save(temporary)
    seconds = time.monotonic() - started
    workspace.record(ARTEFACT, config, workspace.inputs_of(ARTEFACT), counts, seconds)
    for name, array in ((VECTORS, projected), (GENRES, mapped), (KINDS, kinds)):
        workspace.write_array(name, array)
        workspace.record(name, config, workspace.inputs_of(name), {}, 0.0)
    path = workspace.path(ARTEFACT)
    return ProjectionResult(path, vectors.shape[1], projected.shape[1], curve, best, False, seconds)


@dataclass(frozen=True)
class _Books:
    """What the catalogue holds of N books, M of them described."""

    ratings: Ratings
    described: int
    figures: dict[str, np.ndarray]
    genres: list[list[str]]
    years: np.ndarray
    volumes: np.ndarray
    kind: Kind


def _shipped(
    workspace: Workspace,
    vectors: np.ndarray,
    books: _Books,
    config: ProjectionConfig,
    progress: Progress,
) -> Projection:
    """For a catalogue without ratings: the projection that comes with the package, learnt from real
    readers; with another encoder than its own, untrained directions."""
    library = built_in()
    encoder = workspace.meta(TEXT).get("counts", {}).get("encoder")
    if library.path(ARTEFACT).exists() and encoder == PACKAGED_FINGERPRINT:
        progress.say("No ratings to learn taste from: the projection of the package is used.")
        with library.reading(ARTEFACT) as path:
            return Projection.load(path)
    progress.say("No ratings to learn taste from: the vectors stay untrained.")
    return _principal(vectors, books, config.dim)


def _learn(
    vectors: np.ndarray, books: _Books, config: ProjectionConfig, progress: Progress
) -> tuple[Projection, list[dict[str, float]], int]:
    start = _principal(vectors, books, config.dim)
    known = genre_inputs(books.genres, start.genres)
    kin = books.kind.kin
    shelf = Shelf(
        start.apply(vectors), kin[:, 0], kin[:, 1], known, known, books.years, books.volumes
    )
    matrix, curve, best = _train(shelf, known, books, config, progress)
    return replace(start, genre_matrix=matrix), curve, best


def _principal(vectors: np.ndarray, books: _Books, dim: int) -> Projection:
    """The leading directions of described books: what has a description shows what texts tell."""
    centre = corpus_centre(vectors)
    plain = centred(vectors[: books.described], centre)
    names = genre_names(books.genres[: books.described])
    directions = principal_directions(plain, min(dim, plain.shape[1]))
    return Projection(centre, directions, names, np.eye(len(names), dtype=np.float32))


def _train(
    shelf: Shelf,
    known: np.ndarray,
    books: _Books,
    config: ProjectionConfig,
    progress: Progress,
) -> tuple[np.ndarray, list[dict[str, float]], int]:
    """The map of genres (G, G), learnt on training rows and stopped on validation rows."""
    from bookrec.model.triplets import Tastes, accuracy, train

    ratings, constants = books.ratings, Constants()
    split = hold_out(ratings, ratings.books < books.described, config.seed)
    rows, validation = split.rows(Part.TRAIN), split.rows(Part.VALIDATION)
    means = bias_means(ratings, rows, books.figures, books.kind, shelf.kin, constants)
    readers, read = ratings.readers[rows], ratings.books[rows]
    stars = without_loyalty(ratings, rows, shelf.kin, constants)
    _, numbers = np.unique(readers, return_inverse=True)
    given = np.bincount(numbers) + constants.reader_pull
    offsets = np.bincount(numbers, stars - means.book[read]) / given
    residuals = stars - means.without(read, stars - offsets[numbers])
    offsets = np.bincount(numbers, residuals) / given
    tastes = Tastes(readers, read, residuals - offsets[numbers])

    def check(matrix: np.ndarray) -> tuple[float, float]:
        mapped = replace(shelf, genres=unit_rows(known @ matrix))
        held = predict_held_out(mapped, ratings, rows, validation, means.book, constants)
        hidden = Tastes(held.readers, held.books, held.stars - held.predicted(0.0))
        score = max(found for _, found in alpha_curve(held, _ALPHAS))
        return score, accuracy(mapped, hidden, constants)

    start = np.eye(known.shape[1], dtype=np.float32)
    trained = train(known, start, shelf, tastes, config, constants, check, progress)
    curve = [
        {k: v for k, v in asdict(e).items() if v == v} for e in trained.curve
    ]  # NaN has no place in JSON
    return trained.matrix, curve, trained.best
