"""All books that may be recommended, scored for one reader and put in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.filters import Allowed
from bookrec.config import ListOptions
from bookrec.histories.reading import already_read
from bookrec.prediction.caps import Caps, capped
from bookrec.prediction.diversity import diversified, pool_size
from bookrec.prediction.loaded import LoadedModel, series_named
from bookrec.prediction.order import features, likeness, near, rank_scores
from bookrec.prediction.series_order import SeriesProgress
from bookrec.prediction.taste import Taste

_CHUNK = 4096  # candidates weighed at once: 4096 × 1000 books of history are 32 MB


@dataclass(frozen=True)
class Ranked:
    """`order` int64: the books that may come, best first, before series order and caps; `scores`
    float64 (M,), -inf where a book was not scored; `near` bool (M,), those of them that the history
    speaks for; `read` the books that are read already."""

    order: np.ndarray
    scores: np.ndarray
    near: np.ndarray
    allowed: Allowed
    read: frozenset[int]


def ranked(
    loaded: LoadedModel,
    taste: Taste,
    options: ListOptions,
    rules: Allowed,
    known: np.ndarray | None = None,
) -> Ranked:
    """Score the books that pass the filters and are not read yet; `known` float64 (M,) are their
    scores where somebody has them already, -inf where the history does not speak for them."""
    read = frozenset(already_read(loaded.catalogue, taste.reading))
    keep = rules.keep.copy()
    keep[[b for b in read if b < len(keep)]] = False
    candidates = np.flatnonzero(keep)
    scores, close = np.full(len(keep), -np.inf), np.zeros(len(keep), dtype=bool)
    if known is None:
        found = scored(loaded, taste, candidates, options.novelty)
        scores[candidates], close[candidates] = found
    else:
        scores[candidates], close[candidates] = known[keep], np.isfinite(known[keep])
    order = np.flatnonzero(close)
    order = order[np.argsort(-scores[order], kind="stable")]
    return Ranked(order, scores, close, rules, read)


def listed(loaded: LoadedModel, taste: Taste, options: ListOptions, found: Ranked) -> list[int]:
    """The books of the list: after series order and caps, as unlike each other as asked for."""
    caps = caps_of(loaded, taste, options)
    pool = capped(map(int, found.order), caps, pool_size(options.limit, options.diversity))
    return diversified(pool, found.scores, loaded.arrays.vectors, options.diversity, options.limit)


def features_of(loaded: LoadedModel, taste: Taste, books: np.ndarray) -> np.ndarray:
    """What the order weighs (`rank.features`), float64 (n, 6) of any books (n,)."""
    return np.concatenate(
        [
            _chunk(loaded, taste, books[start : start + _CHUNK])
            for start in range(0, max(1, len(books)), _CHUNK)
        ]
    )


def scored(
    loaded: LoadedModel, taste: Taste, books: np.ndarray, novelty: float | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Scores float64 (n,) of any books (n,), (V, n) for novelties (V, 1); and bool (n,), which of
    them the history speaks for: all where words were asked for."""
    found = features_of(loaded, taste, books)
    if taste.query is None:
        return rank_scores(found, loaded.weights, novelty), near(found, loaded.weights)
    asked = likeness(loaded.arrays, taste.query, books)
    return rank_scores(found, loaded.weights, novelty, asked), np.ones(len(books), dtype=bool)


def _chunk(loaded: LoadedModel, taste: Taste, some: np.ndarray) -> np.ndarray:
    return features(
        loaded.arrays,
        loaded.neighbours,
        taste.history,
        some,
        loaded.means[some],
        loaded.counts[some],
        loaded.constants,
    )


def caps_of(loaded: LoadedModel, taste: Taste, options: ListOptions) -> Caps:
    """An empty list's caps: series order after what is read, the author cap."""
    reading = taste.reading
    volumes = SeriesProgress.of(
        [
            *(loaded.catalogue.series_of(s.book.index) for s in reading.items),
            *(series_named(s.book.series, s.book.volume) for s in reading.outside),
        ]
    )
    return Caps(
        loaded.arrays.ids.authors,
        loaded.series_of,
        loaded.title_of,
        volumes,
        options.series,
        options.max_per_author,
    )
