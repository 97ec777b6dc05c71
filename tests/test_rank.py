"""The order of a list: near what was liked, sure, and as much read as the dial says."""

import numpy as np
import pytest

from bookrec.scoring.predict import Constants, History, Prediction, Shelf, make_history
from bookrec.scoring.rank import affinity, likeness, rank_scores

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


def test_affinity_is_the_mean_of_fourth_powers_weighed_by_liking():
    """Cosines 1 and 0.8 to books liked by 2 stars and 1: (2 · 1⁴ + 1 · 0.8⁴) / 3."""
    near = affinity(SHELF, History(np.array([0, 1]), np.array([2.0, 1.0]), 0.0), np.array([0]))
    assert near == pytest.approx([(2 + 0.8**4) / 3])


def test_a_genre_in_common_makes_books_of_one_text_nearer():
    """Of two books with the vector of the one that was liked, one is of its genre: cosines of text
    1 and genres 1 make 1, text alone .7."""
    kinds = np.array([[1, 0], [0, 1], [1, 0]], dtype=np.float32)
    shelf = Shelf(VECTORS[[0, 0, 0]], np.full(3, -1), np.full(3, -1), kinds=kinds)
    near = affinity(shelf, History(np.array([0]), np.array([1.0]), 0.0), np.array([1, 2]))
    assert near == pytest.approx([0.7**4, 1.0])


def test_what_is_asked_for_leads():
    """A cosine of .5 to the words outweighs a star; the opposite of the words is only unlike."""
    asked = likeness(SHELF, np.array([0, 1, 0], dtype=np.float32), np.arange(5))
    assert asked == pytest.approx([0.0, 0.6, 1.0, 0.0, 0.0])
    predicted = same(3, raw=np.array([4.0, 5.0, 4.0]))
    scores = rank_scores(predicted, np.zeros(3), np.zeros(3), 0.0, np.array([0.5, 0.0, -0.5]))
    assert scores[0] > scores[1] > scores[2]
    assert scores[1] - scores[2] == pytest.approx(1.0)


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
