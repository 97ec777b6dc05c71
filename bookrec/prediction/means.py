"""The bias model: the stars expected before similar books of the history count.

    b_ui = m_i + b_u + s_ui
    m_i = (Σ_u (r_ui - s_ui - b_u) + k·prior_i) / (n_i + k)
    b_u = Σ_i (r_ui - s_ui - m_i) / (n_u + k_u)
    prior_i = c_0 + c_1·site_i + x_i·β + a_author(i) + e_series(i)

m_i is the mean of book i, b_u the offset of reader u, r_ui a rating and s_ui the loyalty
(`loyalty.py`), all in stars. n_i and n_u count ratings; k is `damping`, k_u `reader_damping`. The
equations are solved in turn, `_PASSES` times. These are the baseline estimates of Koren (2008),
"Factorization meets the neighborhood", §2.1, with a prior for each book in place of the overall
mean.

site_i is the site-wide mean of book i and x_i the leading principal components of its text. β, a
and e are ridge estimates from the mean residuals of the books: the readers of the ratings differ
from the whole site by text, author and series. The prior decides where ratings are few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.ratings import SiteFigures
from bookrec.prediction.covariates import PriorCovariates

_PASSES = 6
_RIDGE = 50.0  # of β, in ratings, for components of unit spread
_EFFECT_DAMPING = 160.0  # shrinkage of author and series effects to zero, in ratings


@dataclass(frozen=True)
class Prior:
    """The site-wide means of N books on the scale of the ratings' readers.

    `mean` float64 (N,) in stars; `coefficients` are (c_0, c_1).
    """

    mean: np.ndarray
    coefficients: tuple[float, float]


def site_prior(
    site: SiteFigures,
    books: np.ndarray,
    stars: np.ndarray,
    damping: float = 20.0,
    coefficients: tuple[float, float] | None = None,
) -> Prior:
    """Rescale the site-wide means (N,) to the readers who gave `stars` (R,) to `books` (R,).

    Each site-wide mean is first shrunk to their average; `damping` is the weight of the average, in
    ratings. The coefficients are fitted by least squares over the ratings unless they are given.
    """
    known = np.isfinite(site.mean)
    average = float(np.mean(site.mean[known])) if known.any() else 3.9
    count = np.where(known, site.count, 0.0)
    damped = (np.where(known, site.mean, average) * count + damping * average) / (count + damping)
    if coefficients is None:
        x = damped[books]
        variance = float(np.var(x)) if len(x) else 0.0
        slope = float(np.cov(x, stars, bias=True)[0, 1]) / variance if variance > 1e-9 else 1.0
        slope = float(np.clip(slope, 0.0, 1.5))
        centre = float(np.mean(stars)) if len(stars) else average
        coefficients = (centre - slope * (float(np.mean(x)) if len(x) else average), slope)
    return Prior(coefficients[0] + coefficients[1] * damped, coefficients)


def fit_means(
    readers: np.ndarray,
    books: np.ndarray,
    stars: np.ndarray,
    prior: np.ndarray,
    damping: float,
    reader_damping: float,
    covariates: PriorCovariates | None = None,
) -> np.ndarray:
    """Return the book means m_i float64 (N,) from R ratings minus loyalty (`stars`).

    `readers` may be any integers. `prior` (N,) are the rescaled site-wide means; `covariates` add
    their effects to it. An infinite `reader_damping` makes all offsets zero: the result is then a
    plain damped mean.
    """
    _, reader = np.unique(readers, return_inverse=True)
    counts = np.bincount(books, minlength=len(prior)).astype(np.float64)
    given = np.bincount(reader).astype(np.float64)
    means, site = prior, prior
    effects = None
    if covariates is not None:
        effects = _CovariateEffects(covariates, counts * damping / (counts + damping))
    for _ in range(1 if np.isinf(reader_damping) else _PASSES):
        if np.isinf(reader_damping):
            offset = np.zeros(len(given))
        else:
            offset = np.bincount(reader, stars - means[books]) / (given + reader_damping)
        sums = np.bincount(books, stars - offset[reader], minlength=len(prior))
        if effects is not None:
            prior = site + effects.fit(sums / np.maximum(1.0, counts) - site)
        means = (sums + damping * prior) / (counts + damping)
    return means


class _CovariateEffects:
    """x·β + a_author + e_series, fitted by backfitting.

    `weight` (N,) is the weight of the mean of a book, n·k / (n + k) ratings. It never exceeds k,
    because books also differ beyond their covariates.
    """

    def __init__(self, covariates: PriorCovariates, weight: np.ndarray) -> None:
        self._ids, self._weight, x = covariates.ids, weight, covariates.components
        self._x = x
        self._normal = (x * weight[:, None]).T @ x + _RIDGE * np.eye(x.shape[1])
        self._parts = np.zeros((3, len(weight)))  # effects of text, author, series

    def fit(self, residual: np.ndarray) -> np.ndarray:
        """Do one pass on the mean residuals (N,) of the books; return the sum of the effects."""
        partial = self._weight * (residual - self._parts[1] - self._parts[2])
        self._parts[0] = self._x @ np.linalg.solve(self._normal, self._x.T @ partial)
        for part, ids in ((1, self._ids.authors), (2, self._ids.series)):
            partial = residual - self._parts.sum(axis=0) + self._parts[part]
            known = ids >= 0
            size = int(ids.max(initial=-1)) + 1
            weights = np.bincount(ids[known], self._weight[known], minlength=size)
            totals = np.bincount(ids[known], (self._weight * partial)[known], minlength=size)
            self._parts[part, known] = (totals / (weights + _EFFECT_DAMPING))[ids[known]]
        return np.asarray(self._parts.sum(axis=0))


def reader_offset(residuals: np.ndarray, reader_damping: float) -> float:
    """Return b_u in stars from the residuals r_ui - s_ui - m_i (H,) of a reader; 0 for H = 0."""
    return float(np.sum(residuals) / (len(residuals) + reader_damping)) if len(residuals) else 0.0
