"""Book means fitted on given rows of the ratings: the bias model's means and the baseline's."""

from __future__ import annotations

import numpy as np

from bookrec.catalogue.ids import BookIds
from bookrec.catalogue.ratings import Ratings, SiteFigures, reader_slices
from bookrec.prediction.constants import Constants
from bookrec.prediction.covariates import PriorCovariates
from bookrec.prediction.loyalty import loyalty
from bookrec.prediction.means import Prior, fit_means, site_prior

_BASELINE_DAMPING = 20.0  # weight of the site-wide mean, in ratings; tuned on validation rows


def bias_means(
    ratings: Ratings,
    rows: np.ndarray,
    site: SiteFigures,
    covariates: PriorCovariates | None,
    ids: BookIds,
    constants: Constants,
) -> np.ndarray:
    """Return the book means m_i float64 (N,) of the bias model, fitted on these rows only."""
    stars = without_loyalty(ratings, rows, ids, constants)
    prior = bias_prior(ratings, rows, site, ids, constants).mean
    readers, books = ratings.readers[rows], ratings.books[rows]
    return fit_means(
        readers, books, stars, prior, constants.damping, constants.reader_damping, covariates
    )


def bias_prior(
    ratings: Ratings, rows: np.ndarray, site: SiteFigures, ids: BookIds, constants: Constants
) -> Prior:
    """Return the site-wide means, rescaled to the stars of these rows minus loyalty.

    They are the start of the bias model's prior, and all a catalogue without ratings has.
    """
    stars = without_loyalty(ratings, rows, ids, constants)
    return site_prior(site, ratings.books[rows], stars)


def without_loyalty(
    ratings: Ratings, rows: np.ndarray, ids: BookIds, constants: Constants
) -> np.ndarray:
    """Return r_ui - s_ui float64 (n,) of these rows (n,), which must be ascending.

    The loyalty of a row is computed from the reader's other rows among them.
    """
    stars: np.ndarray = ratings.stars[rows].astype(np.float64)
    for one in reader_slices(ratings.readers[rows]):
        read = ratings.books[rows[one]]
        stars[one] -= loyalty(ids, read, read, constants.per_volume, constants.per_author)
    return stars


def plain_means(ratings: Ratings, rows: np.ndarray, site: SiteFigures) -> np.ndarray:
    """Return the baseline (N,): each book's mean over these rows, shrunk to its site-wide mean.

    The damping is tuned separately from the model's, so that the baseline is not a weak one.
    """
    readers, books, stars = (a[rows] for a in (ratings.readers, ratings.books, ratings.stars))
    prior = site_prior(site, books, stars).mean
    return fit_means(readers, books, stars, prior, _BASELINE_DAMPING, np.inf)
