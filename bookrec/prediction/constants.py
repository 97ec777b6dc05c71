"""The constants of the predicted stars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Constants:
    """The constants of `stars.py`, `loyalty.py` and `means.py`, chosen on validation rows.

    `fit-alpha` chooses α; `tools/choose.py` chose the others.
    """

    alpha: float = 0.9  # α, weight of the reader's own taste, 0 to 2
    threshold: float = 0.1  # τ, cosine of centred vectors up to which books are unrelated
    power: float = 2.0  # p
    shrinkage: float = 0.6  # λ, in units of summed weight
    same_author: float = 0.1  # β_a, weight
    same_series: float = 0.45  # β_s, weight
    same_genres: float = 0.075  # β_g, weight for identical genres
    same_years: float = 2.0  # β_y, two books of the same year weigh 1 + β_y times as much
    per_volume: float = 0.15  # γ, stars per ln(last volume read / volume)
    per_author: float = 0.15  # δ, stars per ln(1 + other books by the author)
    damping: float = 30.0  # k, weight of a book's prior mean, in ratings
    reader_damping: float = 1.0  # k_u, shrinkage of a reader's offset to zero, in ratings

    @classmethod
    def of(cls, values: Mapping[str, float]) -> Constants:
        """Return the constants of `model.json`; unknown names are ignored."""
        known = asdict(cls())
        return cls(**{k: float(values[k]) for k in known if k in values})
