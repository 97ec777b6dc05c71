"""The split: disjoint parts of the promised shares, and one test part for all seeds."""

import numpy as np
import pytest

from bookrec.catalogue.ratings import Ratings, reader_slices
from bookrec.evaluation.split import (
    MIN_RATINGS_TO_SPLIT,
    TEST_SHARE,
    VALIDATION_SHARE,
    Part,
    hold_out,
)


@pytest.fixture(scope="module")
def ratings():
    """30 readers with 1, 3, 5, … 59 ratings."""
    readers = np.repeat(np.arange(30), np.arange(1, 61, 2))
    books = np.concatenate([np.arange(n) for n in range(1, 61, 2)])
    return Ratings(readers, books, np.full(len(readers), 3.0))


def test_every_rating_is_in_exactly_one_part(ratings):
    split = hold_out(ratings, np.ones(len(ratings), dtype=bool), seed=1)
    parts = [split.rows(p) for p in Part]
    assert sorted(np.concatenate(parts)) == list(range(len(ratings)))
    assert np.array_equal(
        split.rows(Part.TRAIN, Part.TEST), np.sort(np.concatenate([parts[0], parts[2]]))
    )


def test_every_reader_gives_the_same_share(ratings):
    split = hold_out(ratings, np.ones(len(ratings), dtype=bool), seed=1)
    for rows in reader_slices(ratings.readers):
        n = rows.stop - rows.start
        counts = np.bincount(split.part[rows], minlength=3).tolist()
        if n < MIN_RATINGS_TO_SPLIT:
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
    few = hold_out(ratings, ratings.books < MIN_RATINGS_TO_SPLIT - 1, seed=1)
    assert len(few.rows(Part.VALIDATION, Part.TEST)) == 0


def test_the_test_part_is_the_same_for_every_seed(ratings):
    """Constants are chosen on the validation rows of several seeds. None may be a test row."""
    everything = np.ones(len(ratings), dtype=bool)
    splits = [hold_out(ratings, everything, seed) for seed in range(20)]
    test = splits[0].rows(Part.TEST)
    validation = [split.rows(Part.VALIDATION) for split in splits]
    assert all(np.array_equal(split.rows(Part.TEST), test) for split in splits)
    assert not set(test) & set(np.concatenate(validation))
    assert len({rows.tobytes() for rows in validation}) == 20
    assert np.array_equal(hold_out(ratings, everything, 3).part, splits[3].part)


def test_rows_are_drawn_at_random(ratings):
    """Test rows are spread over a history, and every other row is some seed's validation row."""
    everything = np.ones(len(ratings), dtype=bool)
    splits = [hold_out(ratings, everything, seed) for seed in range(60)]
    large = np.bincount(ratings.readers)[ratings.readers] >= 20
    test = splits[0].part == Part.TEST
    assert ratings.books[test].mean() == pytest.approx(ratings.books.mean(), rel=0.15)
    times = sum((split.part == Part.VALIDATION).astype(int) for split in splits)
    assert times[large & ~test].min() > 0


def kept_of(ratings, part, readers):
    """(reader, key) of these readers' rows in a part."""
    everything = np.ones(len(ratings), dtype=bool)
    rows = hold_out(ratings, everything, seed=1).rows(part)
    rows = rows[np.isin(ratings.readers[rows], readers)]
    return set(zip(ratings.readers[rows].tolist(), ratings.keys[rows].tolist(), strict=True))


@pytest.mark.parametrize("part", [Part.TEST, Part.VALIDATION])
def test_other_readers_do_not_move_a_readers_rows(ratings, part):
    """Neither readers before and between them, nor ratings that other readers add."""
    mine = [20, 25, 29]
    more = [(r, b) for r in (-5, 3, 21, 22) for b in range(100, 130)]
    readers = np.concatenate([ratings.readers, [r for r, _ in more]])
    books = np.concatenate([ratings.books, [b for _, b in more]])
    order = np.lexsort((books, readers))
    grown = Ratings(readers[order], books[order], np.full(len(order), 3.0))
    before = kept_of(ratings, part, mine)
    assert len(before) > 10
    assert kept_of(grown, part, mine) == before


@pytest.mark.parametrize("part", [Part.TEST, Part.VALIDATION])
def test_another_order_of_the_catalogue_keeps_the_rows(ratings, part):
    """A book keeps its key when its index changes."""
    keys = np.random.default_rng(4).permutation(10_000)[:59]
    moved = np.random.default_rng(5).permutation(59)  # old index to new
    new_keys = np.empty(59, dtype=np.int64)
    new_keys[moved] = keys
    one = Ratings(ratings.readers, ratings.books, ratings.stars, keys)
    books = moved[ratings.books]
    order = np.lexsort((books, ratings.readers))
    other = Ratings(ratings.readers[order], books[order], ratings.stars, new_keys)
    everyone = range(30)
    assert kept_of(one, part, everyone) == kept_of(other, part, everyone)
