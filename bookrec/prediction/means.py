"""The bias model: what a book's rating is before anybody's taste is asked.

    b_ui = m_i + b_u + s_ui

`m_i`, the book's mean, is shrunk towards the site-wide mean; `b_u`, how the reader rates against
those means, towards zero. After Koren (2009), "Collaborative filtering with temporal dynamics",
§2.1, with a prior of each book instead of the overall mean:

    prior_i = site line + x_i·β + a_author(i) + s_series(i)

where x_i are leading principal components of the text and β, a and s are ridge estimates from the
books' mean residuals: these readers differ from the site's by author, series and kind of book. It
is what a book that few of them rated is judged by.

s_ui is the loyalty (`loyalty.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.ratings import SiteFigures
from bookrec.prediction.covariates import PriorCovariates

_PASSES = 6  # of the alternation


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
    damping: float

    def without(self, books: np.ndarray, stars: np.ndarray) -> np.ndarray:
        """The books' means as if these ratings (n,) had not been given: (n,).

        A mean that holds the very rating to be predicted leaks it.
        """
        sums = self.sums[books] - stars + self.damping * self.prior[books]
        return np.asarray(sums / (self.counts[books] - 1 + self.damping))


def site_prior(
    site: SiteFigures,
    books: np.ndarray,
    stars: np.ndarray,
    damping: float = 20.0,
    line: tuple[float, float] | None = None,
) -> Prior:
    """The site-wide means (N,) on the scale of the readers who gave `stars` to `books`, both (R,).

    A mean of few ratings is first shrunk to the average by `damping` ratings. The line is fitted by
    least squares over the ratings, unless it is given.
    """
    known = np.isfinite(site.mean)
    average = float(np.mean(site.mean[known])) if known.any() else 3.9
    count = np.where(known, site.count, 0.0)
    damped = (np.where(known, site.mean, average) * count + damping * average) / (count + damping)
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
    damping: float,
    reader_damping: float,
    covariates: PriorCovariates | None = None,
) -> Means:
    """Book means (N,) from ratings (R,), each freed of its reader's offset, shrunk to `prior`.

    `readers` may be any integers. `reader_damping` (ratings) shrinks the offsets to zero; infinite,
    all offsets are zero and the result is the plain damped mean. `covariates` add their effects to
    the prior.
    """
    _, reader = np.unique(readers, return_inverse=True)
    counts = np.bincount(books, minlength=len(prior)).astype(np.float64)
    given = np.bincount(reader).astype(np.float64)
    means, site = prior, prior
    sums: np.ndarray = np.zeros(len(prior))
    effects = None
    if covariates is not None:
        effects = _Effects(covariates, counts * damping / (counts + damping))
    for _ in range(1 if np.isinf(reader_damping) else _PASSES):
        if np.isinf(reader_damping):
            offset = np.zeros(len(given))
        else:
            offset = np.bincount(reader, stars - means[books]) / (given + reader_damping)
        sums = np.bincount(books, stars - offset[reader], minlength=len(prior))
        if effects is not None:
            prior = site + effects.fit(sums / np.maximum(1.0, counts) - site)
        means = (sums + damping * prior) / (counts + damping)
    return Means(means, prior, sums, counts, damping)


_RIDGE = 50.0  # of β, in ratings, for features of unit spread
_EFFECT_DAMPING = 160.0  # by which an author's or a series' effect is shrunk to zero, in ratings


class _Effects:
    """x·β + author + series, fitted by alternation; `weight` (N,) is what a book's mean is worth in
    ratings, n·k/(n + k): never more than k, for books differ beyond their author and kind."""

    def __init__(self, covariates: PriorCovariates, weight: np.ndarray) -> None:
        self._ids, self._weight, x = covariates.ids, weight, covariates.components
        self._x = x
        self._normal = (x * weight[:, None]).T @ x + _RIDGE * np.eye(x.shape[1])
        self._parts = np.zeros((3, len(weight)))  # of text, author, series

    def fit(self, residual: np.ndarray) -> np.ndarray:
        """One more pass on the books' mean residuals (N,): the sum of the effects, (N,)."""
        left = self._weight * (residual - self._parts[1] - self._parts[2])
        self._parts[0] = self._x @ np.linalg.solve(self._normal, self._x.T @ left)
        for part, ids in ((1, self._ids.authors), (2, self._ids.series)):
            left = residual - self._parts.sum(axis=0) + self._parts[part]
            known = ids >= 0
            size = int(ids.max(initial=-1)) + 1
            worth = np.bincount(ids[known], self._weight[known], minlength=size)
            total = np.bincount(ids[known], (self._weight * left)[known], minlength=size)
            self._parts[part, known] = (total / (worth + _EFFECT_DAMPING))[ids[known]]
        return np.asarray(self._parts.sum(axis=0))


def reader_offset(residuals: np.ndarray, reader_damping: float) -> float:
    """b_u in stars from the reader's residuals r - m_i (H,), shrunk to zero."""
    return float(np.sum(residuals) / (len(residuals) + reader_damping)) if len(residuals) else 0.0
