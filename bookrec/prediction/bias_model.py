"""The books' means of the bias model, and of the baseline, fitted on chosen rows of the ratings."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bookrec.catalogue.ratings import Ratings, reader_slices
from bookrec.prediction.covariates import Kind
from bookrec.prediction.loyalty import Kin
from bookrec.prediction.means import Means, Prior, fit_means, site_prior
from bookrec.prediction.stars import Constants


def bias_means(
    ratings: Ratings,
    rows: np.ndarray,
    figures: Mapping[str, np.ndarray],
    kind: Kind | None,
    kin: Kin,
    constants: Constants,
) -> Means:
    """The bias model's book means, fitted on these rows of the ratings alone.

    `figures` are `Catalogue.figures()`.
    """
    stars = without_loyalty(ratings, rows, kin, constants)
    prior = bias_prior(ratings, rows, figures, kin, constants).mean
    readers, books = ratings.readers[rows], ratings.books[rows]
    return fit_means(readers, books, stars, prior, constants.pull, constants.reader_pull, kind)


def bias_prior(
    ratings: Ratings,
    rows: np.ndarray,
    figures: Mapping[str, np.ndarray],
    kin: Kin,
    constants: Constants,
) -> Prior:
    """The site-wide means on the scale of these rows' stars less loyalty: what the bias model
    starts from, and what a catalogue without ratings is judged by."""
    stars = without_loyalty(ratings, rows, kin, constants)
    return site_prior(figures["site_mean"], figures["site_count"], ratings.books[rows], stars)


def without_loyalty(
    ratings: Ratings, rows: np.ndarray, kin: Kin, constants: Constants
) -> np.ndarray:
    """r_ui - s_ui float64 (n,) of these rows (n,), ascending, each reader's among themselves."""
    stars: np.ndarray = ratings.stars[rows].astype(np.float64)
    for one in reader_slices(ratings.readers[rows]):
        read = ratings.books[rows[one]]
        stars[one] -= kin.loyalty(read, read, constants.per_volume, constants.per_author)
    return stars


def plain_means(
    ratings: Ratings, rows: np.ndarray, figures: Mapping[str, np.ndarray]
) -> np.ndarray:
    """The baseline (N,): each book's mean over these rows, damped and shrunk to the site-wide mean.

    Its pull has been chosen for itself, on validation rows: a baseline badly set is no baseline.
    """
    readers, books, stars = (a[rows] for a in (ratings.readers, ratings.books, ratings.stars))
    prior = site_prior(figures["site_mean"], figures["site_count"], books, stars).mean
    return fit_means(readers, books, stars, prior, _PLAIN_PULL, np.inf).book


_PLAIN_PULL = 20.0  # ratings that the site-wide mean counts for
