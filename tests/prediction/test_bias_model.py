"""The bias model and the plain baseline: means fitted on chosen rows."""

from dataclasses import replace

import numpy as np
import pytest

from bookrec.catalogue.ids import BookIds
from bookrec.catalogue.ratings import Ratings, SiteFigures
from bookrec.evaluation.held_out import predict_held_out
from bookrec.prediction.bias_model import bias_means, plain_means
from bookrec.prediction.book_arrays import BookArrays
from bookrec.prediction.constants import Constants
from bookrec.prediction.stars import loyalty_of

CONSTANTS = Constants()


@pytest.fixture(scope="module")
def loyal():
    """A world of book means and loyalty only: two series of six, stars exactly 3.5 + s_ui.

    Half of 40 readers has read volumes 1 to 6 of a series, the other half volumes 1 to 3.
    """
    arrays = BookArrays(
        np.eye(12, dtype=np.float32),
        BookIds(
            np.repeat([0, 1], 6), np.repeat([0, 1], 6), volumes=np.tile(np.arange(1.0, 7.0), 2)
        ),
    )
    rows = [(r, 6 * (r % 2) + v) for r in range(40) for v in range(6 if r < 20 else 3)]
    readers, books = np.array(rows).T
    ratings = Ratings(readers, books, np.zeros(len(rows)))
    strong = replace(CONSTANTS, per_volume=0.4, damping=1.0)
    for r in range(40):
        mine = readers == r
        ratings.stars[mine] = 3.5 + loyalty_of(arrays, books[mine], books[mine], strong)
    site = SiteFigures(np.full(12, 3.5), np.full(12, 1e9))
    return arrays, ratings, site, strong


def test_loyalty_is_removed_from_the_stars_before_means_are_fitted(loyal):
    arrays, ratings, site, strong = loyal
    everything = np.arange(len(ratings))
    found = bias_means(ratings, everything, site, None, arrays.ids, strong)
    assert found == pytest.approx(np.full(12, 3.5), abs=1e-6)
    plain = plain_means(ratings, everything, site)
    assert np.ptp(plain) > 0.1  # a mean that ignores loyalty is biased


def test_the_plain_mean_is_fitted_on_the_given_rows_alone():
    """It is (Σr + 20 · site) / (n + 20) over these rows, the same for all readers."""
    rng = np.random.default_rng(5)
    readers, books = np.repeat(np.arange(20), 30), np.tile(np.arange(30), 20)
    ratings = Ratings(readers, books, rng.integers(1, 6, 600).astype(float))
    past = np.flatnonzero(np.arange(600) % 3)
    site = SiteFigures(np.full(30, 3.0), np.full(30, 1e9))
    found = plain_means(ratings, past, site)
    centre = ratings.stars[
        past
    ].mean()  # without differences between site means, the prior is the average
    for book in (0, 7):
        mine = ratings.stars[past][ratings.books[past] == book]
        assert found[book] == pytest.approx((mine.sum() + 20 * centre) / (len(mine) + 20))


def test_loyalty_is_added_to_the_prediction(loyal):
    """Volume 3 is held out of readers who have volumes 1, 2, 4, 5 and 6."""
    arrays, ratings, _, strong = loyal
    target = np.flatnonzero((ratings.readers < 20) & (ratings.books % 6 == 2))
    past = np.flatnonzero((ratings.readers < 20) & (ratings.books % 6 != 2))
    held = predict_held_out(arrays, ratings, past, target, np.full(12, 3.5), strong)
    assert held.stars == pytest.approx(np.full(20, 3.5 + 0.4 * np.log(2)))
    assert held.predicted(1.0) == pytest.approx(held.stars, abs=0.02)
