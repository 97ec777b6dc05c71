"""A map of the book vectors: their first two principal components, coloured by genre.

Shapes: n books on the map, D width of a vector.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.genres import VAGUE_GENRES

MAPPED = 3000  # books at most: more would overlap
COLOURS = 8  # genres with a colour of their own
OTHER = -1


@dataclass(frozen=True)
class BookMap:
    """Books on a plane.

    `places` is float64 (n, 2); `variance` is the share of the variance on each axis. `legend` holds
    the most common genres, most books first; `genre` int64 (n,) indexes it, -1 for other genres.
    """

    places: np.ndarray
    variance: tuple[float, float]
    genre: np.ndarray
    legend: tuple[str, ...]

    @property
    def counts(self) -> list[int]:
        """The number of books per genre of the legend."""
        return [int((self.genre == i).sum()) for i in range(len(self.legend))]


def draw_map(vectors: np.ndarray, genres: Sequence[Sequence[str]]) -> BookMap:
    """Map books from vectors (n, D) and n lists of genres, each with the most votes first."""
    places, variance = _plane(np.asarray(vectors, dtype=np.float64))
    main = [main_genre(g) for g in genres]
    counts = Counter(g for g in main if g)
    commonest = sorted(counts, key=lambda g: (-counts[g], g))[:COLOURS]
    number = {g: i for i, g in enumerate(commonest)}
    coded = np.array([number.get(g, OTHER) for g in main], dtype=np.int64)
    return BookMap(places, variance, coded, tuple(commonest))


def main_genre(genres: Sequence[str]) -> str:
    """Return the first specific genre, or an empty string if there is none."""
    return next((g for g in genres if g not in VAGUE_GENRES), "")


def _plane(vectors: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """Project onto the first two principal components: places (n, 2) and shares of the variance.

    The sign of a component is arbitrary. It is chosen so that the largest loading is positive,
    which makes the map reproducible.
    """
    if len(vectors) < 3:
        return np.zeros((len(vectors), 2)), (0.0, 0.0)
    centred = vectors - vectors.mean(axis=0)
    values, directions = np.linalg.eigh(centred.T @ centred)  # ascending
    pair = directions[:, ::-1][:, :2]  # (D, 2)
    largest = np.abs(pair).argmax(axis=0)
    pair = pair * np.sign(pair[largest, [0, 1]])
    share = values[::-1][:2] / max(1e-12, values.sum())
    return centred @ pair, (float(share[0]), float(share[1]))
