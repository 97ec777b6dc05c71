"""Scoring all candidates for one reader, and choosing the list from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.titles import series_named
from bookrec.config import ListOptions
from bookrec.finder.filters import Allowed
from bookrec.histories.reading import already_read
from bookrec.prediction.caps import Caps, capped
from bookrec.prediction.diversity import diversified, pool_size
from bookrec.prediction.loaded import LoadedModel
from bookrec.prediction.order import features, is_relevant, rank_scores
from bookrec.prediction.query import FLOOR
from bookrec.prediction.series_order import UNKNOWN, SeriesProgress
from bookrec.prediction.taste import Taste

_CHUNK = 4096  # candidates scored together: 4096 × 1000 books of a history take 32 MB


@dataclass(frozen=True)
class Ranked:
    """The M described books, scored for one reader.

    Candidates are the unread books that pass the filters. `order` int64: the relevant ones, best
    first, before series order and caps. `scores` float64 (M,), -inf for books that are no
    candidates. `relevant` bool (M,): candidates with enough evidence from the history. `read`:
    books read already, in any edition.
    """

    order: np.ndarray
    scores: np.ndarray
    relevant: np.ndarray
    allowed: Allowed
    read: frozenset[int]


def ranked(
    loaded: LoadedModel,
    taste: Taste,
    options: ListOptions,
    allowed: Allowed,
    known: np.ndarray | None = None,
) -> Ranked:
    """Score the books that pass the filters and are unread.

    `known` float64 (M,) are scores computed before, -inf for books that are not relevant.
    """
    read = frozenset(already_read(loaded.catalogue, taste.reading))
    keep = allowed.keep.copy()
    keep[[b for b in read if b < len(keep)]] = False
    candidates = np.flatnonzero(keep)
    scores, relevant = np.full(len(keep), -np.inf), np.zeros(len(keep), dtype=bool)
    if known is None:
        found = scored(loaded, taste, candidates, options.novelty)
        scores[candidates], relevant[candidates] = found
    else:
        scores[candidates], relevant[candidates] = known[keep], np.isfinite(known[keep])
    order = np.flatnonzero(relevant)
    order = order[np.argsort(-scores[order], kind="stable")]
    return Ranked(order, scores, relevant, allowed, read)


def listed(loaded: LoadedModel, taste: Taste, options: ListOptions, found: Ranked) -> list[int]:
    """Return the books of the list, after series order, caps and diversity."""
    caps = caps_of(loaded, taste, options)
    pool = capped(map(int, found.order), caps, pool_size(options.limit, options.diversity))
    return diversified(pool, found.scores, loaded.arrays.vectors, options.diversity, options.limit)


def features_of(loaded: LoadedModel, taste: Taste, books: np.ndarray) -> np.ndarray:
    """Return `order.features` float64 (n, 6) of any books (n,), computed in chunks."""
    return np.concatenate(
        [
            _chunk(loaded, taste, books[start : start + _CHUNK])
            for start in range(0, max(1, len(books)), _CHUNK)
        ]
    )


def scored(
    loaded: LoadedModel, taste: Taste, books: np.ndarray, novelty: float | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return scores float64 (n,) of any books (n,), and bool (n,) whether each is relevant.

    An array (V, 1) of novelties gives scores (V, n). With a request in words, the relevant books
    are those that answer it.
    """
    found = features_of(loaded, taste, books)
    if taste.query is None:
        return rank_scores(found, loaded.weights, novelty), is_relevant(found, loaded.weights)
    fit = taste.query.fit[books]
    return rank_scores(found, loaded.weights, novelty, fit), fit >= FLOOR


def _chunk(loaded: LoadedModel, taste: Taste, books: np.ndarray) -> np.ndarray:
    return features(
        loaded.arrays,
        loaded.neighbours,
        taste.history,
        books,
        loaded.means[books],
        loaded.counts[books],
        loaded.constants,
    )


def caps_of(loaded: LoadedModel, taste: Taste, options: ListOptions) -> Caps:
    """Return the caps of an empty list for this reader."""
    reading, catalogue = taste.reading, loaded.catalogue
    read = [item.book.index for item in reading.items]
    authors = loaded.arrays.ids.authors
    inside = [
        (catalogue.series_of(b), int(authors[b])) for b in (*read, *catalogue.all_parts(read))
    ]
    outside = [(series_named(s.book.series, s.book.volume), UNKNOWN) for s in reading.outside]
    volumes = SeriesProgress.of([*inside, *outside])
    return Caps(
        authors,
        loaded.series_of,
        loaded.title_of,
        catalogue.contents_of,
        volumes,
        options.series,
        options.max_per_author,
    )
