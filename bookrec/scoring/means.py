"""The bias model: what a book's rating is before anybody's taste is asked.

    b_ui = m_i + b_u

`m_i`, the book's mean, is shrunk towards the site-wide mean; `b_u`, how the reader rates against
those means, towards zero. After Koren (2009), "Collaborative filtering with temporal dynamics",
§2.1, with the site-wide mean as the prior of each book instead of the overall mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_PASSES = 4  # of the alternation; the fifth changes no mean by 0.001 stars


@dataclass(frozen=True)
class Prior:
    """What is known of N books before a rating is seen: float64 (N,), in stars.

    `mean` is the site-wide mean on the scale of these readers; `line` its (intercept, slope).
    """

    mean: np.ndarray
    line: tuple[float, float]


@dataclass(frozen=True)
class Means:
    """Fitted means. `book` float64 (N,); `pull` is k, in ratings; sums and counts are of the
    ratings they were fitted on, so that one of them can be taken out again."""

    book: np.ndarray
    prior: np.ndarray
    sums: np.ndarray
    counts: np.ndarray
    pull: float

    def without(self, books: np.ndarray, stars: np.ndarray) -> np.ndarray:
        """The books' means as if these ratings (n,) had not been given: (n,).

        A mean that holds the very rating to be predicted leaks it.
        """
        sums = self.sums[books] - stars + self.pull * self.prior[books]
        return np.asarray(sums / (self.counts[books] - 1 + self.pull))


def site_prior(
    site_mean: np.ndarray,
    site_count: np.ndarray,
    books: np.ndarray,
    stars: np.ndarray,
    pull: float = 20.0,
    line: tuple[float, float] | None = None,
) -> Prior:
    """The site-wide means (N,), NaN unknown, on the scale of the readers who gave `stars`.

    A mean of few ratings is first pulled to the average by `pull` ratings; the line is least
    squares over the ratings (R,), unless given.
    """
    known = np.isfinite(site_mean)
    average = float(np.mean(site_mean[known])) if known.any() else 3.9
    count = np.where(known, site_count, 0.0)
    damped = (np.where(known, site_mean, average) * count + pull * average) / (count + pull)
    if line is None:
        x = damped[books]
        spread = float(np.var(x)) if len(x) else 0.0
        slope = float(np.cov(x, stars, bias=True)[0, 1]) / spread if spread > 1e-9 else 1.0
        slope = float(np.clip(slope, 0.0, 1.5))
        centre = float(np.mean(stars)) if len(stars) else average
        line = (centre - slope * (float(np.mean(x)) if len(x) else average), slope)
    return Prior(line[0] + line[1] * damped, line)


def fit_means(
    readers: np.ndarray,
    books: np.ndarray,
    stars: np.ndarray,
    prior: np.ndarray,
    pull: float,
    reader_pull: float,
) -> Means:
    """Book means (N,) from ratings (R,), each freed of its reader's offset, shrunk to `prior`.

    `readers` may be any integers; `reader_pull` (ratings) shrinks the offsets to zero. With
    `reader_pull` infinite the readers are taken as alike: the plain damped mean.
    """
    _, reader = np.unique(readers, return_inverse=True)
    counts = np.bincount(books, minlength=len(prior)).astype(np.float64)
    given = np.bincount(reader).astype(np.float64)
    means, sums = prior, counts * 0
    for _ in range(1 if np.isinf(reader_pull) else _PASSES):
        if np.isinf(reader_pull):
            offset = np.zeros(len(given))
        else:
            offset = np.bincount(reader, stars - means[books]) / (given + reader_pull)
        sums = np.bincount(books, stars - offset[reader], minlength=len(prior))
        means = (sums + pull * prior) / (counts + pull)
    return Means(means, prior, sums, counts, pull)


def reader_offset(residuals: np.ndarray, reader_pull: float) -> float:
    """b_u in stars from the reader's residuals r - m_i (H,), shrunk to zero."""
    return float(np.sum(residuals) / (len(residuals) + reader_pull)) if len(residuals) else 0.0
