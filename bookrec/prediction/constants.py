"""The constants of the prediction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Constants:
    """What the prediction was fitted with; chosen on validation rows, α by `fit-alpha`."""

    alpha: float = 0.9  # how much of the reader's own taste, 0 to 1
    threshold: float = 0.1  # τ, cosine of centred vectors below which books are unrelated
    power: float = 2.0  # p
    shrinkage: float = 0.6  # λ, in units of summed weight
    same_author: float = 0.1  # β_a, weight
    same_series: float = 0.45  # β_s, weight
    same_genres: float = 0.075  # β_g, weight at equal genres
    same_years: float = 2.0  # β_y, books of one year weigh 1 + β_y times as much
    per_volume: float = 0.15  # γ, stars for a series read e times as far
    per_author: float = 0.15  # δ, stars for e times as many books of the author
    damping: float = 30.0  # k, ratings that the prior of a book's mean counts for
    reader_damping: float = 1.0  # ratings by which a reader's offset is shrunk to zero

    @classmethod
    def of(cls, values: Mapping[str, float]) -> Constants:
        """From `model.json`; unknown names are ignored."""
        known = asdict(cls())
        return cls(**{k: float(values[k]) for k in known if k in values})
