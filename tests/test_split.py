"""The split is disjoint, of the promised shares, and the seed's alone."""

import numpy as np
import pytest

from bookrec.data.catalogue import Ratings
from bookrec.data.split import (
    MIN_RATINGS,
    TEST_SHARE,
    VALIDATION_SHARE,
    Part,
    hold_out,
    reader_slices,
    sample_history,
)


@pytest.fixture(scope="module")
def ratings():
    """30 readers with 1, 3, 5, … 59 ratings."""
    readers = np.repeat(np.arange(30), np.arange(1, 61, 2))
    books = np.concatenate([np.arange(n) for n in range(1, 61, 2)])
    return Ratings(readers, books, np.full(len(readers), 3.0))


def test_every_rating_is_in_one_part(ratings):
    split = hold_out(ratings, np.ones(len(ratings), dtype=bool), seed=1)
    parts = [split.rows(p) for p in Part]
    assert sorted(np.concatenate(parts)) == list(range(len(ratings)))
    assert np.array_equal(
        split.rows(Part.TRAIN, Part.TEST), np.sort(np.concatenate([parts[0], parts[2]]))
    )


def test_each_reader_gives_the_same_share(ratings):
    split = hold_out(ratings, np.ones(len(ratings), dtype=bool), seed=1)
    for rows in reader_slices(ratings.readers):
        n = rows.stop - rows.start
        counts = np.bincount(split.part[rows], minlength=3).tolist()
        if n < MIN_RATINGS:
            assert counts == [n, 0, 0]
        else:
            test, validation = round(TEST_SHARE * n), round(VALIDATION_SHARE * n)
            assert counts == [n - test - validation, validation, test]


def test_only_eligible_rows_are_held_out(ratings):
    eligible = ratings.books % 2 == 0
    split = hold_out(ratings, eligible, seed=1)
    held = split.rows(Part.VALIDATION, Part.TEST)
    assert len(held) > 0
    assert eligible[held].all()
    few = hold_out(ratings, ratings.books < MIN_RATINGS - 1, seed=1)
    assert len(few.rows(Part.VALIDATION, Part.TEST)) == 0


def test_the_seed_governs_the_split(ratings):
    everything = np.ones(len(ratings), dtype=bool)
    one, again, other = (hold_out(ratings, everything, seed).part for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_slices_of_readers():
    assert reader_slices(np.array([3, 3, 7, 9, 9])) == [slice(0, 2), slice(2, 3), slice(3, 5)]
    assert reader_slices(np.array([])) == []


def test_samples_of_a_history():
    history = np.array([2, 5, 7, 11, 13])
    some = sample_history(history, 3, np.random.default_rng(0))
    assert len(set(some.tolist())) == 3
    assert set(some.tolist()) < set(history.tolist())
    assert some.tolist() == sorted(some.tolist())
    assert np.array_equal(sample_history(history, None, np.random.default_rng(0)), history)
    assert np.array_equal(sample_history(history, 9, np.random.default_rng(0)), history)
