"""The score that orders a list: predicted stars, and what readers of similar histories read.

    score_i = w_map·Σ_j l_j z_i·z_j / Σ_j l_j + w_neighbours·ln(1 + Σ_j l_j B_ji / ε)
              + w_author·ln(1 + Σ_j l_j [same author]) + w_stars·r̂_i
              + w_similarity·Σ_j l_j w_ij / (Σ_j l_j w_ij + λ)
              + (1 - 2·novelty)·w_popularity·log₁₀(ratings_i + 10)
    l_j = clip(1 + c_j·d_j, 0, 2),   c_j = ½ if d_j > 0, else 1
    d_j = residual_j + clip(-offset, 0, 1)

j runs over the history. z is the learned half of the book vectors (`model/projection.py`), scaled
to unit length. B are the item-item weights (`neighbours.py`); their sum is roughly the chance that
a book is read, hence the logarithm. r̂ (not clipped), w_ij and λ are those of the predicted stars
(`stars.py`). `fit-alpha` learns the weights w_map … w_popularity (`OrderWeights`).

l_j is the preference weight of a book: 1 if the reader gave it the expected stars, 0 at one star
less. offset is the mean residual of the reader, shrunk by 5 ratings. If it is negative, it raises
d_j by at most one star, so that a harsh reader has preferences too.

A request in words adds 32·fit (`query.py`), so fit comes first: .1 of it weighs as
much as a factor of 100,000 in the number of ratings. Books without it are no candidates.

Shapes: H books in a history, X books outside the catalogue, n candidates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np

from bookrec.catalogue.ids import shared
from bookrec.model.projection import learned_half
from bookrec.prediction.book_arrays import BookArrays
from bookrec.prediction.constants import Constants
from bookrec.prediction.means import reader_offset
from bookrec.prediction.neighbours import Neighbours
from bookrec.prediction.query import QUERY_WEIGHT
from bookrec.prediction.stars import History, loyalty_of, predict_from_weights, weights

_PER_STAR = 0.5  # preference gained per star above the expected ones; below, 1 is lost per star
_MAX_PREFERENCE = 2.0
_MAX_RAISE, _RAISE_DAMPING = 1.0, 5.0  # for a harsh reader: stars, and shrinkage in ratings
_EPSILON = 0.005  # ε, a sum of neighbour weights far below it adds next to nothing
_RELEVANCE_THRESHOLD = 0.2  # share of the best candidate's evidence from the history
_NOVELTY_SLOPE = 2.0  # at novelty 1 the weight of popularity is reversed


@dataclass(frozen=True)
class OrderWeights:
    """The weights of the score.

    The defaults were chosen on validation rows (docs/log.md); the search of `fit-alpha` starts from
    them.
    """

    map: float = 3.0
    neighbours: float = 0.4
    author: float = 0.5
    stars: float = 0.5
    similarity: float = 1.7
    popularity: float = 0.6

    @classmethod
    def of(cls, values: Mapping[str, float]) -> OrderWeights:
        """Return the weights of `model.json`; unknown names are ignored."""
        known = asdict(cls())
        return cls(**{k: float(values[k]) for k in known if k in values})


def preference_weights(history: History) -> np.ndarray:
    """Return l_j float64 (H + X,); 0 for a book outside the catalogue that has no vector."""
    offset = reader_offset(history.residuals, _RAISE_DAMPING)
    stars = history.residuals + np.clip(-offset, 0.0, _MAX_RAISE)
    found = np.clip(1.0 + np.where(stars > 0.0, _PER_STAR, 1.0) * stars, 0.0, _MAX_PREFERENCE)
    if history.extra is not None and len(history.extra):
        found[len(history.books) :] *= np.any(history.extra, axis=1)
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
    """Return the terms of the score without their weights, float64 (n, 6), for candidates (n,).

    Columns are in the order of the fields of `OrderWeights`. `means` (n,) are the m_i of the
    candidates, `ratings_count` (n,) their site-wide ratings.
    """
    h = len(history.books)
    preferences = preference_weights(history)
    z = learned_half(arrays.vectors[history.books])
    if history.extra is not None and len(history.extra):
        z = np.concatenate([z, learned_half(history.extra)])
    mean = 2.0 * (preferences @ z) / (preferences.sum() or 1.0)  # halves have length √½
    same_author = shared(arrays.ids.authors, candidates, history.books)
    w = weights(arrays, history, candidates, constants)
    loyalty = loyalty_of(arrays, history.books, candidates, constants)
    similarity = w @ preferences
    return np.stack(
        [
            learned_half(arrays.vectors[candidates]) @ mean,
            np.log1p(neighbours.scores(history.books, preferences[:h], candidates) / _EPSILON),
            np.log1p(same_author @ preferences[:h]),
            predict_from_weights(w, history, means, loyalty, constants).raw,
            similarity / (similarity + constants.shrinkage),
            np.log10(ratings_count + 10.0),
        ],
        axis=1,
    ).astype(np.float64)


def is_relevant(table: np.ndarray, order: OrderWeights) -> np.ndarray:
    """Return whether the history gives enough evidence for each candidate, bool (n,).

    `table` float64 (n, 6) are the `features` of all candidates. The evidence is the score without
    stars and popularity. The threshold is relative to the best candidate, because some histories
    have few similar books. If nothing was liked, there is no evidence and all are relevant.
    """
    weights = asdict(replace(order, stars=0.0, popularity=0.0))
    evidence = table @ np.array(list(weights.values()))
    return np.asarray(evidence >= _RELEVANCE_THRESHOLD * max(0.0, evidence.max(initial=0.0)))


def rank_scores(
    table: np.ndarray,
    order: OrderWeights,
    novelty: float | np.ndarray = 0.0,
    fit: np.ndarray | None = None,
) -> np.ndarray:
    """Return score_i float64 (n,) from the `features` (n, 6); a list has the highest first.

    `novelty` is in 0 … 1; an array (V, 1) of them gives scores (V, n). `fit` (n,) says how well the
    candidates answer a request in words, if there is one.
    """
    weights = np.array(list(asdict(order).values()), dtype=table.dtype)
    scores = table @ weights - _NOVELTY_SLOPE * novelty * weights[-1] * table[:, -1]
    if fit is not None:
        scores = scores + QUERY_WEIGHT * fit
    return np.asarray(scores)
