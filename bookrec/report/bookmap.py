"""A map of the book vectors: two dimensions of D, and the genre each book is coloured by.

Letters: n books on the map, D width of a vector.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MAPPED = 3000  # books at most; more are a blot
COLOURS = 8  # genres told apart by colour
OTHER = -1
# On a third of all books: they tell no two of them apart.
_VAGUE = frozenset(
    {
        "Fiction",
        "Novels",
        "Literature",
        "Adult",
        "Adult Fiction",
        "Audiobook",
        "Young Adult",
        "Contemporary",
        "Historical",
    }
)


@dataclass(frozen=True)
class BookMap:
    """`places` float64 (n, 2); `variance` the share of it on each axis (2,); `genre` int64 (n,)
    numbers `legend`, -1 for other books; `legend` holds the commonest genres, most books first."""

    places: np.ndarray
    variance: tuple[float, float]
    genre: np.ndarray
    legend: tuple[str, ...]


def draw_map(vectors: np.ndarray, genres: Sequence[Sequence[str]]) -> BookMap:
    """The map of books with vectors (n, D) and genres, each book's most voted first."""
    places, variance = _plane(np.asarray(vectors, dtype=np.float64))
    main = [main_genre(g) for g in genres]
    counts = Counter(g for g in main if g)
    commonest = sorted(counts, key=lambda g: (-counts[g], g))[:COLOURS]
    number = {g: i for i, g in enumerate(commonest)}
    coded = np.array([number.get(g, OTHER) for g in main], dtype=np.int64)
    return BookMap(places, variance, coded, tuple(commonest))


def main_genre(genres: Sequence[str]) -> str:
    """The first genre that tells something; empty if there is none."""
    return next((g for g in genres if g not in _VAGUE), "")


def _plane(vectors: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """The plane of the first two principal directions: places (n, 2) and shares of variance.

    Each direction points where its longest component is positive, so that the map is the same
    wherever it is drawn.
    """
    if len(vectors) < 3:
        return np.zeros((len(vectors), 2)), (0.0, 0.0)
    moved = vectors - vectors.mean(axis=0)
    values, directions = np.linalg.eigh(moved.T @ moved)  # ascending
    pair = directions[:, ::-1][:, :2]  # (D, 2)
    longest = np.abs(pair).argmax(axis=0)
    pair = pair * np.sign(pair[longest, [0, 1]])
    share = values[::-1][:2] / max(1e-12, values.sum())
    return moved @ pair, (float(share[0]), float(share[1]))
