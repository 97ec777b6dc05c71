"""Cases for lists: a history, and the held-out books the reader liked."""

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation import cases as split
from bookrec.evaluation.list_cases import (
    MAX_LIST_READERS,
    ListCase,
    list_cases,
    shortened_to,
    with_targets_in,
)

NOTHING = np.zeros(0, dtype=np.int64)


def ints(*values):
    return np.array(values, dtype=np.int64)


def rng():
    return np.random.default_rng(0)


def a_shelf(readers=3, books=30, seed=0):
    """Each reader's 20 earlier and 10 later books, in order of time."""
    draw = np.random.default_rng(seed)
    order = np.concatenate([draw.permutation(books) for _ in range(readers)])
    ratings = Ratings(np.repeat(np.arange(readers), books), order, draw.integers(1, 6, len(order)))
    return ratings, split.one_cut(ratings, share=2 / 3)


def test_targets_are_liked_and_may_be_recommended():
    ratings, rows = a_shelf()
    allowed = np.arange(30) % 3 > 0
    for row, case in zip(rows, list_cases(ratings, rows, allowed, rng()), strict=True):
        wanted = {int(ratings.books[r]) for r in row.target if ratings.stars[r] >= 4}
        assert set(case.targets.tolist()) == {b for b in wanted if b % 3}
        assert case.read.tolist() == ratings.books[row.past].tolist()
    assert list_cases(ratings, rows, np.arange(30) < 1, rng()) == []


def test_at_most_a_fixed_number_of_readers_is_drawn_by_the_seed():
    ratings, rows = a_shelf(MAX_LIST_READERS + 200)
    allowed = np.ones(30, dtype=bool)
    some, same = (list_cases(ratings, rows, allowed, rng()) for _ in range(2))
    other = list_cases(ratings, rows, allowed, np.random.default_rng(1))
    assert len(some) == len(other) == MAX_LIST_READERS
    books = [[case.books.tolist() for case in cases] for cases in (some, same, other)]
    assert books[0] == books[1] != books[2]


def test_a_short_history_has_liked_books_only_and_still_excludes_all_read_books():
    ratings, rows = a_shelf()
    cases = list_cases(ratings, rows, np.ones(30, dtype=bool), rng())
    few = shortened_to(cases, 2, rng())
    assert len(few) == len(cases) == 3
    for short, whole in zip(few, cases, strict=True):
        assert len(short.books) == 2
        assert short.stars.min() >= 4
        assert set(short.books.tolist()) <= set(whole.books.tolist())
        assert short.read.tolist() == whole.read.tolist()
        assert short.targets is whole.targets
    assert shortened_to(cases, 20, rng()) == []


def test_readers_without_a_target_among_the_given_books_are_left_out():
    cases = [ListCase(NOTHING, np.zeros(0), ints(1, 2)), ListCase(NOTHING, np.zeros(0), ints(3))]
    found = with_targets_in(cases, np.arange(5) == 2)
    assert {i: case.targets.tolist() for i, case in found.items()} == {0: [2]}
