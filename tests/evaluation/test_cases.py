"""Cases: the rows of a reader that are known, and the rows to predict from them."""

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.cases import day_by_day, one_cut, sample_history


def test_a_sample_of_a_history_is_ordered_and_without_repeats():
    history = np.array([2, 5, 7, 11, 13])
    some = sample_history(history, 3, np.random.default_rng(0))
    assert len(set(some.tolist())) == 3
    assert set(some.tolist()) < set(history.tolist())
    assert some.tolist() == sorted(some.tolist())
    assert np.array_equal(sample_history(history, None, np.random.default_rng(0)), history)
    assert np.array_equal(sample_history(history, 9, np.random.default_rng(0)), history)


def some_days(*days):
    n = len(days)
    return Ratings(np.zeros(n, dtype=int), np.arange(n), np.full(n, 4.0)), np.array(days)


def test_ratings_of_the_targets_day_are_not_its_past():
    ratings, days = some_days(*range(18), *[18] * 5, *range(19, 36))
    cases = day_by_day(ratings, days)
    assert [case.target.tolist() for case in cases[:2]] == [[20, 21, 22], [23]]
    for case in cases:
        assert days[case.past].max() < days[case.target].min()
    assert len(np.concatenate([case.target for case in cases])) == 20
    assert day_by_day(*some_days(*[3] * 50)) == []  # nothing is earlier
    assert day_by_day(*some_days(*range(39))) == []


def test_a_cut_leaves_out_targets_of_the_last_known_day():
    ratings, days = some_days(*range(6), 6, 6, 6, 7)
    (case,) = one_cut(ratings, days)
    assert (case.past.tolist(), case.target.tolist()) == ([*range(7)], [9])
    assert one_cut(*some_days(*range(6), 6, 6, 6, 6)) == []
    (case,) = one_cut(ratings)
    assert case.target.tolist() == [7, 8, 9]
