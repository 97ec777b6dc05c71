"""Loyalty: how far a reader has followed a series or an author, in stars.

    s_ui = γ·ln(max(1, last_ui) / max(1, volume_i)) + δ·ln(1 + others_ui)

last_ui is the highest volume of book i's series that reader u has rated, i itself excluded.
others_ui is the number of other books by i's author, outside the series, that u has rated. The
first term is 0 for a book without a volume.

Late volumes are rated by readers who liked the earlier ones, so their means are too high for a
reader who is new to the series. A reader who continued a series or an author liked what came
before.
"""

from __future__ import annotations

import numpy as np

from bookrec.catalogue.ids import BookIds, shared

_MAX_VOLUME = 50  # a series with later volumes is a publisher's line, not read in order


def loyalty(
    ids: BookIds, read: np.ndarray, books: np.ndarray, per_volume: float, per_author: float
) -> np.ndarray:
    """Return s_ui float64 (n,), in stars, of `books` (n,) for a reader of `read` (H,).

    `per_volume` is γ and `per_author` δ. Volumes above 50 are ignored.
    """
    other = books[:, None] != read
    series, volume = ids.series[books], ids.volumes[books]
    followed = shared(ids.series, books, read) & other
    in_order = ids.volumes[read] <= _MAX_VOLUME
    reached = np.where(followed & in_order, ids.volumes[read], 1.0)
    last = np.max(reached, axis=1, initial=1.0)
    progress = np.log(last / np.maximum(1.0, volume))
    by_author = shared(ids.authors, books, read) & other
    others = (by_author & ~followed).sum(axis=1)
    numbered = (series >= 0) & (volume <= _MAX_VOLUME)
    return np.asarray(
        per_volume * np.where(numbered, progress, 0.0) + per_author * np.log1p(others)
    )


def read_past(ids: BookIds, read: np.ndarray, books: np.ndarray) -> np.ndarray:
    """Return whether `read` (H,) has a later volume of the series of each of `books`, bool (n,).

    Such a history reveals that the reader liked the book well enough to continue.
    """
    later = ids.volumes[read] > ids.volumes[books][:, None]
    return np.asarray((shared(ids.series, books, read) & later).any(axis=1))
