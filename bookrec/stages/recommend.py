"""A title, or a reader's history → ranked books, each with its stars and its reason."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bookrec.config import RecommendConfig
from bookrec.data.catalogue import Book, Catalogue
from bookrec.data.filters import allowed
from bookrec.data.histories import read_history
from bookrec.data.readers import (
    Reading,
    Seen,
    Unmatched,
    match_history,
    residual_parts,
    same_title_elsewhere,
    seeds,
)
from bookrec.data.titles import Series, normal, series_key
from bookrec.errors import TitleError, UsageError
from bookrec.scoring.explain import Cause, causes, leading
from bookrec.scoring.predict import (
    Constants,
    History,
    Prediction,
    Shelf,
    combine,
    make_history,
    weights,
)
from bookrec.scoring.rank import affinity, rank_scores
from bookrec.scoring.rerank import Volumes, capped, diversified, pool_size
from bookrec.workspace import Workspace

# Genres that most books have in common.
_VAGUE_GENRES = frozenset({"Fiction", "Novels", "Adult", "Literature", "Nonfiction"})
_CHUNK = 4096  # candidates weighed at once: 4096 × 1000 books of history are 32 MB


@dataclass(frozen=True)
class Because:
    """A book of the history behind a recommendation. `stars` is what it adds to the prediction,
    `share` its part of the personal part, `alike` what the two books have in common."""

    title: str
    author: str
    rating: float | None
    stars: float
    share: float
    alike: tuple[str, ...]


@dataclass(frozen=True)
class Recommendation:
    """A book, what this reader would give it, and why. `mean` + `personal` = `predicted`."""

    rank: int
    book: Book
    mean: float
    predicted: float
    personal: float
    confidence: float
    because: tuple[Because, ...]

    def as_dict(self) -> dict[str, Any]:
        """The JSON of the command line's contract."""
        book = self.book
        return {
            "rank": self.rank,
            "book_id": book.book_id,
            "title": book.title,
            "author": book.author,
            "series": book.series,
            "volume": book.volume,
            "year": book.year,
            "genres": list(book.genres),
            "mean_rating": round(self.mean, 3),
            "ratings_count": book.ratings_count,
            "predicted_rating": round(self.predicted, 3),
            "personal": round(self.personal, 3),
            "confidence": round(self.confidence, 3),
            "because": [
                {
                    "title": b.title,
                    "author": b.author,
                    "rating": b.rating,
                    "share": round(b.share, 3),
                    "stars": round(b.stars, 3),
                    "alike": list(b.alike),
                }
                for b in self.because
            ],
        }


@dataclass(frozen=True)
class RecommendResult:
    """The list, and remarks for the reader (what a title was taken as, what was not found)."""

    recommendations: tuple[Recommendation, ...]
    notes: tuple[str, ...]
    unmatched: tuple[Unmatched, ...] = ()


@dataclass(frozen=True)
class _Model:
    """What a recommendation needs of a workspace, memory-mapped."""

    vectors: np.ndarray
    means: np.ndarray
    kin: np.ndarray
    counts: np.ndarray
    constants: Constants
    global_mean: float
    shelf: Shelf = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shelf", Shelf(self.vectors, self.kin[:, 0], self.kin[:, 1]))


def run(workspace: Workspace, config: RecommendConfig) -> RecommendResult:
    """Recommend from the workspace's catalogue.

    Raises:
        MissingError: the workspace lacks what `bookrec build` makes.
        TitleError: a seed is not there, or could be several.
        UsageError: nothing to go by, an option or a history file that cannot be used.
    """
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        reading, notes = _read(catalogue, config)
        model = _load(workspace, catalogue)
        keep, unknown = allowed(
            catalogue,
            config.genres,
            config.not_genres,
            config.languages,
            config.years,
            config.min_ratings,
            config.exclude_authors,
        )
        notes += [f"{n} books of unknown {name} pass --{name}." for name, n in unknown.items()]
        keep[[b for b in same_title_elsewhere(catalogue, reading) if b < len(keep)]] = False
        history = _history(reading, model)
        found = _recommend(catalogue, model, reading, history, keep, config)
    return RecommendResult(found, tuple(notes), reading.unmatched)


def _read(catalogue: Catalogue, config: RecommendConfig) -> tuple[Reading, list[str]]:
    named = seeds(catalogue, config.seeds, config.author)
    notes = list(named.notes)
    reading = named
    if config.history is not None:
        parsed = read_history(config.history, config.history_name)
        matched = match_history(catalogue, parsed.rows)
        notes.append(f"{config.history_name or 'history'} ({parsed.format}): {matched.report}")
        reading = Reading((*named.seen, *matched.seen), matched.unmatched)
    if not any(s.taste for s in reading.seen):
        if config.history is not None:
            raise TitleError("No rated book of the history was found in the catalogue.", notes[-1])
        raise UsageError(
            "There is nothing to go by.",
            'Name a title: `bookrec recommend "Dune" --author Herbert`, or `--history FILE`.',
        )
    return reading, notes


def _load(workspace: Workspace, catalogue: Catalogue) -> _Model:
    model = json.loads(workspace.need("model.json").read_text("utf-8"))
    rows = catalogue.rows("SELECT author_id, series_id, ratings_count FROM books ORDER BY book")
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return _Model(
        np.load(workspace.need("vectors.npy"), mmap_mode="r"),
        np.load(workspace.need("means.npy")).astype(np.float64),
        table[:, :2],
        table[:, 2],
        Constants.of(model["constants"]),
        float(model["global_mean"]),
    )


def _history(reading: Reading, model: _Model) -> History:
    """The books that were found; the stars of the others still tell how the reader rates."""
    books, stars = residual_parts(reading, model.means)
    strangers = [u.stars - model.global_mean for u in reading.unmatched if u.stars is not None]
    extra = np.zeros((len(strangers), model.vectors.shape[1]), dtype=np.float32)
    return make_history(
        books, stars, model.means, model.constants, extra, np.array(strangers, dtype=np.float64)
    )


def _recommend(
    catalogue: Catalogue,
    model: _Model,
    reading: Reading,
    history: History,
    keep: np.ndarray,
    config: RecommendConfig,
) -> tuple[Recommendation, ...]:
    candidates = np.flatnonzero(keep)
    predicted, near = _predict(model, history, candidates)
    scores = np.full(len(keep), -np.inf)
    scores[candidates] = rank_scores(predicted, near, model.counts[candidates], config.novelty)
    order = candidates[np.argsort(-scores[candidates], kind="stable")]
    named = {
        row[0]: row[1:]
        for row in catalogue.rows("SELECT book, title, series, volume FROM books WHERE described")
    }

    def series_of(book: int) -> list[Series]:
        _, name, volume = named[book]
        return [Series(name, series_key(name), volume)] if name else []

    volumes = Volumes.of(catalogue.series_of(s.book.index) for s in reading.seen)
    pool = capped(
        map(int, order),
        model.kin[:, 0],
        series_of,
        lambda book: normal(named[book][0]),
        volumes,
        config.series,
        config.max_per_author,
        pool_size(config.limit, config.diversity),
    )
    chosen = diversified(pool, scores, model.vectors, config.diversity, config.limit)
    where = {int(book): i for i, book in enumerate(candidates)}
    return tuple(
        _present(rank, book, model, reading, history, predicted, where[book.index], config)
        for rank, book in enumerate(catalogue.books(chosen), 1)
    )


def _predict(
    model: _Model, history: History, candidates: np.ndarray
) -> tuple[Prediction, np.ndarray]:
    """Prediction and affinity of the candidates, a chunk at a time."""
    parts, near = [], []
    for start in range(0, max(1, len(candidates)), _CHUNK):
        some = candidates[start : start + _CHUNK]
        w = weights(model.shelf, history, some, model.constants)
        parts.append(combine(w, history, model.means[some], model.constants))
        near.append(affinity(model.shelf, history, some))
    predicted = Prediction(
        np.concatenate([p.raw for p in parts]),
        np.concatenate([p.personal for p in parts]),
        np.concatenate([p.confidence for p in parts]),
    )
    return predicted, np.concatenate(near)


def _present(
    rank: int,
    book: Book,
    model: _Model,
    reading: Reading,
    history: History,
    predicted: Prediction,
    place: int,
    config: RecommendConfig,
) -> Recommendation:
    because: tuple[Because, ...] = ()
    if config.explain:
        w = weights(model.shelf, history, np.array([book.index]), model.constants)[0]
        spoken = [s for s in reading.seen if s.taste]
        because = tuple(
            _because(book, c, spoken) for c in leading(causes(w, history, model.constants), w)
        )
    return Recommendation(
        rank,
        book,
        float(model.means[book.index]),
        float(predicted.stars[place]),
        float(predicted.stars[place] - model.means[book.index]),
        float(predicted.confidence[place]),
        because,
    )


def _because(book: Book, cause: Cause, spoken: list[Seen]) -> Because:
    seen = spoken[cause.place]
    alike = common_ground(book, seen.book)
    return Because(seen.book.title, seen.book.author, seen.stars, cause.stars, cause.share, alike)


def common_ground(a: Book, b: Book) -> tuple[str, ...]:
    """What two books have in common, the most telling first: series, author, rare genres."""
    shared = ["same series"] if a.series and a.series == b.series else []
    shared += ["same author"] if set(a.authors) & set(b.authors) else []
    shared += [g.lower() for g in a.genres if g in b.genres and g not in _VAGUE_GENRES]
    return tuple(shared[:3])
