"""Ratings as arrays."""

import numpy as np

from bookrec.catalogue.ratings import reader_slices


def test_each_readers_ratings_are_one_slice():
    assert reader_slices(np.array([3, 3, 7, 9, 9])) == [slice(0, 2), slice(2, 3), slice(3, 5)]
    assert reader_slices(np.array([])) == []
