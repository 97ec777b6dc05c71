"""Loyalty: stars gained or lost by how far a reader has followed a series or an author."""

from dataclasses import replace

import numpy as np
import pytest
from shelves import PLAIN, arrays_of

from bookrec.catalogue.ids import BookIds
from bookrec.prediction.loyalty import loyalty
from bookrec.prediction.stars import loyalty_of, make_history


def test_each_further_book_of_an_author_adds_loyalty():
    arrays = arrays_of([[1, 0]] * 4, [3, 3, 3, -1])
    own = loyalty_of(arrays, np.array([0, 1, 3]), np.arange(4), replace(PLAIN, per_author=1.0))
    assert own == pytest.approx([np.log(2), np.log(2), np.log(3), 0])


def test_a_volume_gains_with_how_far_the_series_was_read_and_loses_with_its_own_number():
    """Volumes 1, 4 and 2 of one series, one without a number, and one of another series."""
    arrays = arrays_of(
        [[1, 0]] * 5, series=[0, 0, 0, 0, 1], volumes=np.array([1.0, 4.0, 2.0, np.nan, 3.0])
    )
    one = replace(PLAIN, per_volume=1.0, per_author=0.5)
    everything, nothing = np.arange(5), np.zeros(0, dtype=np.int64)
    newcomer = loyalty_of(arrays, nothing, everything, one)
    assert newcomer == pytest.approx([0, -np.log(4), -np.log(2), 0, -np.log(3)])
    # the fourth volume does not count for itself
    reader = loyalty_of(arrays, np.array([1]), everything, one)
    assert reader == pytest.approx([np.log(4), -np.log(4), np.log(2), 0, -np.log(3)])
    history = make_history(arrays, np.array([1]), np.array([3.0]), np.full(5, 3.0), one)
    assert history.residuals == pytest.approx([np.log(4)])


def test_a_publishers_line_with_high_numbers_is_not_a_series_read_in_order():
    arrays = arrays_of([[1, 0]] * 2, series=[0, 0], volumes=np.array([355.0, 2.0]))
    one = replace(PLAIN, per_volume=1.0, per_author=0.0)
    found = loyalty_of(arrays, np.array([0]), np.arange(2), one)
    assert found == pytest.approx([0, -np.log(2)])


def test_an_authors_other_books_are_those_outside_the_series():
    """One author: a series of three and two single books. The reader has all but volume 3."""
    ids = BookIds(
        np.zeros(5, int), np.array([0, 0, 0, -1, -1]), np.array([1.0, 2, 3, np.nan, np.nan])
    )
    read = np.array([0, 1, 3, 4])
    found = loyalty(ids, read, np.array([2, 3]), per_volume=1.0, per_author=10.0)
    # volume 3 after volume 2; the single book has another single one and two volumes
    assert found == pytest.approx([np.log(2 / 3) + 10 * np.log(3), 10 * np.log(4)])
