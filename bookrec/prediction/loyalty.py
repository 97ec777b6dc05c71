"""Loyalty: how far a reader has followed a series or an author, in stars.

    s_ui = γ·ln(max(1, last_ui) / max(1, volume_i)) + δ·ln(1 + others_ui)

last_ui is the highest other volume of book i's series that reader u has rated. others_ui is the
number of other books by its author, outside the series, that u has rated. The readers of a late
volume are those who liked the earlier ones, so its mean is too high for a reader who is new to the
series; a reader who has gone on liked what came before.
"""

from __future__ import annotations

import numpy as np

from bookrec.catalogue.ids import BookIds, shared

_LONGEST = 50  # volumes; a longer "series" is a publisher's line that nobody reads in order


def loyalty(
    ids: BookIds, read: np.ndarray, books: np.ndarray, per_volume: float, per_author: float
) -> np.ndarray:
    """s_ui float64 (n,), in stars, of `books` (n,) for a reader of `read` (H,).

    `per_volume` is γ and `per_author` δ. A book does not count for itself.
    """
    other = books[:, None] != read
    series, volume = ids.series[books], ids.volumes[books]
    followed = shared(ids.series, books, read) & other
    in_order = ids.volumes[read] <= _LONGEST
    reached = np.where(followed & in_order, ids.volumes[read], 1.0)
    last = np.max(reached, axis=1, initial=1.0)
    far = np.log(last / np.maximum(1.0, volume))
    by_author = shared(ids.authors, books, read) & other
    others = (by_author & ~followed).sum(axis=1)
    numbered = (series >= 0) & (volume <= _LONGEST)
    found = per_volume * np.where(numbered, far, 0.0) + per_author * np.log1p(others)
    return np.asarray(found)


def read_past(ids: BookIds, read: np.ndarray, books: np.ndarray) -> np.ndarray:
    """Whether `read` (H,) holds a later volume of the series of each of `books` (n,): bool (n,).

    Such a history gives away that the reader liked the book well enough to go on.
    """
    later = ids.volumes[read] > ids.volumes[books][:, None]
    return np.asarray((shared(ids.series, books, read) & later).any(axis=1))
