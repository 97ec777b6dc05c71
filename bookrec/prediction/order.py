"""The order of a list: not stars alone, but a book that readers of such books read, and like.

    score_i = w_m·Σ_j l_j z_i·z_j / Σ_j l_j + w_n·ln(1 + Σ_j l_j B_ji / ε)
              + w_a·ln(1 + Σ_j l_j [same author]) + w_s·r̂_i + w_c·Σ_j l_j w_ij / (Σ_j l_j w_ij + λ)
              + w_p·log₁₀(ratings_i + 10)

j runs over the history; l_j, how much a book was liked, is 0 for what was a star below what was
expected or worse, 1 as expected, 2 at most; a harsh reader's stars are raised first, by up to one.
z is the readers' half of the book vectors (`model/projection.py`), B the item-item weights of the
strongest neighbours (`neighbours.py`; their sum is about the chance that a book is read, hence the
logarithm), r̂ the predicted stars, w and λ those of the prediction (`predict.py`): books of like
texts, genres, author and years. The weights are learned by `fit-alpha` (`order_fit.py`).

Shapes: H books in a history, n candidates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np

from bookrec.catalogue.ids import shared
from bookrec.model.projection import learned, texts
from bookrec.prediction.book_arrays import BookArrays
from bookrec.prediction.constants import Constants
from bookrec.prediction.means import reader_offset
from bookrec.prediction.neighbours import Neighbours
from bookrec.prediction.stars import History, combine, loyalty_of, weights

_PER_STAR = 0.5  # liking for a star above what was expected; below it all is lost with one
_HARSH, _HARSH_DAMPING = 1.0, 5.0  # stars at most by which a harsh reader's are raised; in ratings
_MOST_LIKED = 2.0
_LEAST_WEIGHT = 0.005  # ε, of neighbours, below which they say next to nothing
# What was asked for in words leads, taste follows: a cosine of 0.3 is worth 8.8, one of 0.1 1.4.
_ASKED, _ASKED_FLOOR = 2.0, 0.0001
_NEAR = 0.2  # of the most that the history says for any book: what it says less for is no answer
_NOVELTY = 2.0  # the dial turns popularity round: a liking becomes as much of a dislike


@dataclass(frozen=True)
class Order:
    """The weights of the score: the defaults are where the search of `fit-alpha` begins, chosen on
    validation rows (docs/log.md)."""

    map: float = 3.0
    neighbours: float = 0.4
    author: float = 0.5
    stars: float = 0.5
    similarity: float = 1.7
    popularity: float = 0.6

    @classmethod
    def of(cls, values: Mapping[str, float]) -> Order:
        """From `model.json`; unknown names are ignored."""
        known = asdict(cls())
        return cls(**{k: float(values[k]) for k in known if k in values})


def liking(history: History, places: int) -> np.ndarray:
    """l_j float64 (H + X,) of the first `places` books and of those outside the catalogue; what
    has no vector is like nothing."""
    harsh = reader_offset(history.residuals, _HARSH_DAMPING)
    stars = history.residuals + np.clip(-harsh, 0.0, _HARSH)
    found = np.clip(1.0 + np.where(stars > 0.0, _PER_STAR, 1.0) * stars, 0.0, _MOST_LIKED)
    if history.extra is not None and len(history.extra):
        found[places:] *= np.any(history.extra, axis=1)
    return np.asarray(found)


def features(
    arrays: BookArrays,
    neighbours: Neighbours,
    history: History,
    candidates: np.ndarray,
    means: np.ndarray,
    ratings_count: np.ndarray,
    constants: Constants,
) -> np.ndarray:
    """What the score weighs, float64 (n, 6), in the order of `Order`'s fields; `means` and
    `ratings_count` are of the candidates (n,)."""
    h = len(history.books)
    liked = liking(history, h)
    own = learned(arrays.vectors[history.books])
    if history.extra is not None and len(history.extra):
        own = np.concatenate([own, learned(history.extra)])
    query = 2.0 * (liked @ own) / (liked.sum() or 1.0)  # the halves are of length √½
    authors = shared(arrays.ids.authors, candidates, history.books)
    w = weights(arrays, history, candidates, constants)
    loyalty = loyalty_of(arrays, history.books, candidates, constants)
    similar = w @ liked
    return np.stack(
        [
            learned(arrays.vectors[candidates]) @ query,
            np.log1p(neighbours.scores(history.books, liked[:h], candidates) / _LEAST_WEIGHT),
            np.log1p(authors @ liked[:h]),
            combine(w, history, means, loyalty, constants).raw,
            similar / (similar + constants.shrinkage),
            np.log10(ratings_count + 10.0),
        ],
        axis=1,
    ).astype(np.float64)


def likeness(arrays: BookArrays, query: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """Cosine float64 (n,) of the candidates' texts to a query's, a vector float32 (2D,); where
    readers would place a few words the map has not learned."""
    near = texts(arrays.vectors[candidates]) @ texts(query)
    return np.asarray(2.0 * near, dtype=np.float64)  # the halves are of length √½


def near(found: np.ndarray, order: Order) -> np.ndarray:
    """bool (n,): the books that the history speaks for, from `features` (n, 6) of all candidates.

    What it says for a book are the parts of its score but stars and popularity. The least that
    counts is relative to the best book: some books have nothing like them but a few. Where it
    speaks for none, because nothing was liked, all are near.
    """
    weights = asdict(replace(order, stars=0.0, popularity=0.0))
    drawn = found @ np.array(list(weights.values()))
    return np.asarray(drawn >= _NEAR * max(0.0, drawn.max(initial=0.0)))


def rank_scores(
    found: np.ndarray,
    order: Order,
    novelty: float | np.ndarray = 0.0,
    likeness: np.ndarray | None = None,
) -> np.ndarray:
    """Scores float64 (n,) by which a list is ordered, highest first, from `features` (n, 6).

    `novelty` 0 … 1 turns the liking for much-read books into a liking for little-read ones; for
    several, float64 (V, 1), the scores are (V, n).
    `likeness` is the cosine to what the reader asked for in words, if anything.
    """
    weights = np.array(list(asdict(order).values()), dtype=found.dtype)
    scores = found @ weights - _NOVELTY * novelty * weights[-1] * found[:, -1]
    if likeness is not None:
        scores = scores + _ASKED * np.log(np.maximum(likeness, 0.0) ** 4 + _ASKED_FLOOR)
    return np.asarray(scores)
