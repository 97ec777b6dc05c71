"""The order of a list: near what was liked, sure, and as much read as the dial says."""

import numpy as np
import pytest

from bookrec.scoring.predict import Constants, Prediction, Shelf, make_history
from bookrec.scoring.rank import affinity, rank_scores

VECTORS = np.array([[1, 0, 0], [0.8, 0.6, 0], [0, 1, 0], [0, 0, 1], [-1, 0, 0]], dtype=np.float32)
SHELF = Shelf(VECTORS, np.full(5, -1), np.full(5, -1))
MEANS = np.full(5, 3.0)


def history(**stars):
    books = np.array([int(name[1:]) for name in stars])
    return make_history(SHELF, books, np.array(list(stars.values())), MEANS, Constants())


def same(n, **parts):
    """A prediction of n books that differ in nothing else."""
    nothing = np.zeros(n)
    values = {"raw": nothing + 4.0, "loyalty": nothing, "personal": nothing}
    values["confidence"] = nothing + 0.5
    return Prediction(**{**values, **parts})


def test_affinity_is_likeness_to_what_was_liked():
    near = affinity(SHELF, history(b0=5.0), np.arange(5))
    assert near[0] == pytest.approx(1.0)
    assert near[0] > near[1] > near[2] == near[3] == near[4] == 0.0


def test_what_was_disliked_draws_nothing():
    assert not affinity(SHELF, history(b0=1.0), np.arange(5)).any()
    both = affinity(SHELF, history(b0=5.0, b2=1.0), np.arange(5))
    assert np.array_equal(both, affinity(SHELF, history(b0=5.0), np.arange(5)))


def test_the_better_liked_draws_more():
    near = affinity(SHELF, history(b0=5.0, b3=4.0), np.arange(5))
    assert near[0] > near[3] > 0


@pytest.mark.parametrize(
    ("better", "near"),
    [
        ({"raw": np.array([4.5, 4.0])}, [0.3, 0.3]),
        ({"confidence": np.array([0.9, 0.1])}, [0.3, 0.3]),
        ({}, [0.9, 0.1]),
    ],
)
def test_each_part_counts(better, near):
    scores = rank_scores(same(2, **better), np.array(near), np.full(2, 1000.0), 0.0)
    assert scores[0] > scores[1]


def test_the_novelty_dial_turns_the_order():
    counts = np.array([100.0, 1e6])
    orders = [
        np.argsort(-rank_scores(same(2), np.full(2, 0.3), counts, novelty)).tolist()
        for novelty in (0.0, 1.0)
    ]
    assert orders == [[1, 0], [0, 1]]


def test_scores_are_numbers_even_for_books_nobody_rated_and_nothing_is_like():
    assert np.isfinite(rank_scores(same(2), np.zeros(2), np.zeros(2), 0.5)).all()
