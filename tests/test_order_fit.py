"""The weights of the order: what was planted is found, from what may be recommended and unread."""

from dataclasses import astuple

import numpy as np
import pytest

from bookrec.scoring.lists import Case
from bookrec.scoring.order_fit import SHORT, fit_order, with_short
from bookrec.scoring.rank import Order

BOOKS = 60
PLANTED = np.array([1.5, -0.5, 0.0, 1.0, 0.4, 0.8])
ALLOWED = np.ones(BOOKS, dtype=bool)
NOBODY = np.zeros(BOOKS)


def choices(cases=900, seed=0):
    """Cases of one target each, drawn by the softmax of planted weights among all but three books
    of the history, and a case's features."""
    rng = np.random.default_rng(seed)
    tables = rng.normal(size=(cases, BOOKS, 6)) * [1, 2, 0.5, 1, 0.3, 1]
    made, of = [], {}
    for table in tables:
        read = rng.choice(BOOKS, 3, replace=False)
        scores = table @ PLANTED
        chances = np.exp(scores)
        chances[read] = 0.0
        target = rng.choice(BOOKS, 1, p=chances / chances.sum())
        case = Case(read, np.full(3, 5.0), target)
        made.append(case)
        of[id(case)] = table
    return made, lambda case: of[id(case)]


def test_planted_weights_are_found():
    cases, features = choices()
    ticks = []
    found = fit_order(cases, features, NOBODY, ALLOWED, lambda: ticks.append(1))
    assert astuple(found) == pytest.approx(tuple(PLANTED), abs=0.2)
    assert len(ticks) == len(cases)


def test_what_is_read_or_may_not_come_is_no_rival():
    """Features of these books that would turn all weights do nothing."""
    cases, features = choices(60)
    allowed = ALLOWED.copy()
    allowed[:10] = False

    def loud(case):
        table = features(case).copy()
        table[case.books] = 50.0
        table[:10] = -50.0
        return table

    quiet = fit_order(cases, features, NOBODY, allowed)
    assert fit_order(cases, loud, NOBODY, allowed) == quiet
    assert quiet != fit_order(cases, features, NOBODY, ALLOWED)


def test_a_little_read_target_weighs_more_than_a_bestseller():
    """Books that differ in popularity alone, one a bestseller; both are targets of each case.

    Weighed alike the bestseller's chance would be ½, here it is (10 + 10⁴)^-½ against 10^-½.
    """
    counts = np.array([1e4, 0.0])
    table = np.zeros((2, 6))
    table[:, 5] = [1.0, 0.0]
    case = Case(np.zeros(0, dtype=np.int64), np.zeros(0), np.array([0, 1]))
    found = fit_order([case], lambda _: table, counts, np.ones(2, dtype=bool))
    worth = (counts + 10.0) ** -0.5
    assert found.popularity == pytest.approx(np.log(worth[0] / worth[1]), abs=0.5)
    assert found.popularity < -1.5


def test_without_cases_the_defaults():
    assert fit_order([], lambda _: pytest.fail("asked"), NOBODY, ALLOWED) == Order()
    case = Case(np.array([1]), np.array([5.0]), np.array([2]))
    nowhere = np.zeros(BOOKS, dtype=bool)
    assert fit_order([case], lambda _: pytest.fail("asked"), NOBODY, nowhere) == Order()


def test_short_histories_are_of_liked_books():
    books, stars = np.arange(8), np.array([5.0, 1, 4, 4, 5, 2, 4, 4])
    some = Case(books, stars, np.array([20, 21]))
    few = Case(books[:2], stars[:2], np.array([22]))
    found = with_short([some, few], np.random.default_rng(0))
    assert found[:2] == [some, few]
    assert [len(c.books) for c in found[2:]] == list(SHORT)  # `few` has one liked book: none
    for case in found[2:]:
        assert (case.stars >= 4).all()
        assert np.array_equal(case.stars, stars[case.books])
        assert np.array_equal(case.targets, some.targets)
