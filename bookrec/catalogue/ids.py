"""Author and series ids and volumes of all books."""

from __future__ import annotations

import numpy as np


def shared(ids: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether books (n,) and (H,) have the same known id of `ids` (N,): bool (n, H)."""
    own = ids[one]
    return np.asarray((own[:, None] == ids[other]) & (own >= 0)[:, None])
