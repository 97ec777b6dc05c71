"""Guessed genres of books whose records name hardly any.

A third of the described books of the real files have one informative genre or none, though many are
much read. Their genre vectors say "Romance and nothing else", or nothing. The guess is a weighted
mean of the genre vectors of the most similar well-labelled books: by description, author, series
and the genre that is known. It serves similarity only. It is never shown, and no filter uses it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bookrec.catalogue.genres import VAGUE_GENRES
from bookrec.catalogue.ids import BookIds, shared
from bookrec.model.projection import unit_rows

_THIN = 2  # informative genres; with fewer, a record is completed
_LABELLED = 4  # informative genres; with as many, a record lends its genres
# The weight of a similar book is (c⁴ + a + s)·(1 + 20·g): c is the cosine of the descriptions, a
# and s count only for the same author and series, g is the cosine of the known genres. Chosen on
# 1,000 labelled books whose genres were hidden; from half to twice these values there is no
# difference.
_SAME_AUTHOR = 0.1
_SAME_SERIES = 0.3
_SAME_GENRES = 20.0
_NEIGHBOURS = 40
_CHUNK = 512  # books: their weights for 15,000 labelled ones take 61 MB


def completed(
    known: np.ndarray, genres: Sequence[Sequence[str]], text: np.ndarray, ids: BookIds
) -> np.ndarray:
    """Return genre vectors float32 (N, G), with guesses for the thin records among M books.

    `known` float32 (N, G) are the vectors of what the records say. The M described books come
    first: `genres` are their M lists of genres, `text` (M, E) the vectors of their descriptions,
    `ids` their authors and series.

    A guess is the expected vector: the less similar books agree, the shorter it is, so its dot
    product with another vector is the cosine to expect. The vectors of the other books stay as they
    are, of length 1 or zero.
    """
    informative = np.array([len(set(own) - VAGUE_GENRES) for own in genres], dtype=np.int64)
    told = np.any(text, axis=1)
    thin = np.flatnonzero((informative < _THIN) & told)
    labelled = np.flatnonzero((informative >= _LABELLED) & told)
    found = known.copy()
    if not len(thin) or not len(labelled):
        return found
    text = unit_rows(text - text[told].mean(axis=0))
    for start in range(0, len(thin), _CHUNK):
        rows = thin[start : start + _CHUNK]
        weights = np.maximum(0.0, text[rows] @ text[labelled].T)
        weights *= weights
        weights *= weights
        weights[shared(ids.authors, rows, labelled)] += _SAME_AUTHOR
        weights[shared(ids.series, rows, labelled)] += _SAME_SERIES
        weights *= 1.0 + _SAME_GENRES * (known[rows] @ known[labelled].T)
        similar = np.any(weights, axis=1)
        found[rows[similar]] = _weighted_means(weights[similar], known[labelled])
    return found


def _weighted_means(weights: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return the means (n, G) of vectors (L, G), weighted by the largest of the weights (n, L)."""
    k = min(_NEIGHBOURS, weights.shape[1])
    nearest = np.argpartition(-weights, k - 1, axis=1)[:, :k]
    share = np.take_along_axis(weights, nearest, axis=1)
    share /= share.sum(axis=1, keepdims=True)
    return np.asarray(np.einsum("nk,nkg->ng", share, vectors[nearest]), dtype=np.float32)
