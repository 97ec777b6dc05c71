"""The order of a list: similar to liked books, read by the same readers, certain, and popular."""

from dataclasses import replace

import numpy as np
import pytest

from bookrec.catalogue.ids import BookIds
from bookrec.prediction.book_arrays import BookArrays
from bookrec.prediction.constants import Constants
from bookrec.prediction.neighbours import Neighbours, empty_table
from bookrec.prediction.order import (
    OrderWeights,
    features,
    is_relevant,
    preference_weights,
    rank_scores,
)
from bookrec.prediction.stars import History, weights

HALF = np.sqrt(0.5)
# the text half of book vectors, compared only with words; then the learned half
TEXTS = np.array([[1, 0], [0, 1], [1, 0], [0, 1]]) * HALF
READERS = np.array([[1, 0], [0.8, 0.6], [0, 1], [-1, 0]]) * HALF
VECTORS = np.concatenate([TEXTS, READERS], axis=1).astype(np.float32)
BOOKS = BookArrays(VECTORS, BookIds(np.array([7, 7, -1, -1]), np.full(4, -1), np.full(4, np.nan)))
EVERYTHING = np.arange(4)
COUNTS = np.array([90.0, 990.0, 0.0, 99990.0])
MAP, NEAR, AUTHOR, STARS, SIMILAR, POPULAR = range(6)
MEANS = np.array([4.0, 3.0, 2.0, 6.0])
CONSTANTS = Constants(alpha=0.0, per_author=0.0)  # stars are the means and the reader's offset
TABLE = empty_table(4, 2)
TABLE["book"] = [[1, 2], [0, 2], [3, 1], [2, 0]]
TABLE["weight"] = [[0.5, 0.25], [0.125, 0.0625], [0.5, 0], [0, 0]]


def history(residuals, extra=None):
    """A history from residuals by book number; negative numbers are the rows of `extra`."""
    books = [b for b in residuals if b >= 0]
    return History(np.array(books, dtype=np.int64), np.array(list(residuals.values())), 0.0, extra)


def found(reader):
    return features(BOOKS, Neighbours(TABLE), reader, EVERYTHING, MEANS, COUNTS, CONSTANTS)


def liked(*stars):
    return preference_weights(History(np.arange(len(stars)), np.array(stars), 0.0)).tolist()


def test_preference_is_0_for_disliked_1_for_expected_and_at_most_2():
    assert liked(-4.0, -1.0, -0.5, 0.0, 1.0, 2.0, 3.5) == [0.0, 0.0, 0.5, 1.0, 1.5, 2.0, 2.0]


def test_preference_is_relative_to_a_harsh_readers_own_level():
    """One low rating is not harshness, and harshness counts for at most one star."""
    harsh = liked(*[-2.0] * 10, *[0.0] * 5)
    assert harsh == [0.0] * 10 + [1.5] * 5
    assert liked(-1.2) == [0.0]
    assert liked(*[-1.0] * 15) == [pytest.approx(0.75)] * 15
    assert liked(*[-3.0] * 15) == [0.0] * 15
    assert liked(*[1.0] * 15) == [1.5] * 15


def test_each_feature_by_hand():
    """Book 0 has preference 1.5, book 2 has 1: 2.5 in total."""
    reader = history({0: 1.0, 2: 0.0})
    table = found(reader)
    along = [1.5, 1.5 * 0.8 + 0.6, 1.0, -1.5]
    assert table[:, MAP] == pytest.approx(np.array(along) / 2.5, rel=1e-5)
    near = np.array([0, 1.5 * 0.5, 1.5 * 0.25, 0.5])
    assert table[:, NEAR] == pytest.approx(np.log(1 + near / 0.005), rel=1e-3)
    # two books without an author share none
    assert table[:, AUTHOR] == pytest.approx(np.log([2.5, 2.5, 1.0, 1.0]))
    assert table[:, STARS].tolist() == [4.0, 3.0, 2.0, 6.0]  # unclipped: no ties at the top
    w = weights(BOOKS, reader, EVERYTHING, CONSTANTS) @ [1.5, 1.0]
    assert w[0] != pytest.approx(w[1])
    assert table[:, SIMILAR] == pytest.approx(w / (w + CONSTANTS.shrinkage))
    assert table[:, POPULAR] == pytest.approx([2, 3, 1, 5])


def test_disliked_books_attract_nothing():
    alone, beside = found(history({0: 1.0})), found(history({0: 1.0, 2: -1.0}))
    drawn = [MAP, NEAR, AUTHOR, STARS, SIMILAR]
    assert np.array_equal(alone[:, drawn], beside[:, drawn])
    nothing = found(history({2: -3.0}))
    assert not nothing[:, [MAP, NEAR, AUTHOR, SIMILAR]].any()
    assert np.isfinite(nothing).all()


def test_without_a_history_only_stars_and_popularity_count():
    nothing = found(history({}))
    assert not nothing[:, [MAP, NEAR, AUTHOR, SIMILAR]].any()
    assert np.isfinite(nothing).all()


def test_books_outside_the_catalogue_count_by_their_learned_half():
    """One has book 2's learned half and book 0's text, the other no vector."""
    extra = np.concatenate([TEXTS[:1], READERS[2:3]], axis=1).astype(np.float32)
    reader = history({-1: 2.0}, extra=extra)
    assert preference_weights(reader).tolist() == [2.0]
    assert found(reader)[:, MAP] == pytest.approx([0, 0.6, 1, 0], abs=1e-6)
    assert not found(reader)[:, [NEAR, AUTHOR]].any()

    blank = np.concatenate([extra, np.zeros((1, 4), np.float32)])
    both = history({-1: 2.0, -2: 2.0}, extra=blank)
    assert preference_weights(both).tolist() == [2.0, 0.0]
    assert found(both)[:, MAP] == pytest.approx(found(reader)[:, MAP])


# --- the score --------------------------------------------------------------------------------

ONE = np.array([[1.0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]])


@pytest.mark.parametrize("place", range(6))
def test_each_feature_counts_by_the_weight_of_its_name(place):
    names = ["map", "neighbours", "author", "stars", "similarity", "popularity"]
    silent = OrderWeights(*[0.0] * 6)
    table = np.roll(ONE, place, axis=1)
    scores = rank_scores(table, replace(silent, **{names[place]: 2.5}))
    assert scores.tolist() == [2.5, 0.0]
    shipped = rank_scores(table, OrderWeights())
    assert shipped[0] > shipped[1]


def test_weights_are_read_from_a_model_and_unknown_ones_ignored():
    order = OrderWeights.of({"map": 2, "stars": 0.1, "of_another_version": 7.0})
    assert order == replace(OrderWeights(), map=2.0, stars=0.1)


def test_novelty_changes_the_weight_of_popularity_only():
    order = OrderWeights()
    table = np.array([[0, 0, 0, 4, 0.5, 5.0], [0, 0, 0, 4, 0.5, 2.0], [1, 1, 1, 4, 0.5, 2.0]])
    dial = np.array([[0.0], [0.5], [1.0]])
    scores = rank_scores(table, order, dial)
    assert scores.shape == (3, 3)
    assert scores[:, 0] - scores[:, 1] == pytest.approx(order.popularity * 3 * np.array([1, 0, -1]))
    assert np.ptp(scores[:, 2] - scores[:, 1]) == pytest.approx(0.0)
    for novelty, row in zip(dial.ravel(), scores, strict=True):
        assert rank_scores(table, order, float(novelty)) == pytest.approx(row)


def test_fit_to_the_words_asked_for_comes_before_stars_and_popularity():
    table = np.zeros((3, 6))
    table[:, [STARS, POPULAR]] = [[4.0, 2.0], [5.0, 6.0], [4.5, 2.0]]
    scores = rank_scores(table, OrderWeights(), 0.0, np.array([0.6, 0.4, 0.6]))
    assert scores[2] > scores[0] > scores[1]
    assert scores[2] - scores[0] == pytest.approx(0.5 * OrderWeights().stars)


# --- relevance ----------------------------------------------------------------------------------


def test_relevance_depends_on_the_four_features_of_the_history_only():
    """A fifth of the highest sum is enough. Stars and popularity do not count."""
    order = OrderWeights(
        map=1.0, neighbours=2.0, author=3.0, stars=9.0, similarity=4.0, popularity=9.0
    )
    drawn = np.array(
        [[5.0, 0, 0, 0], [0, 2.5, 0, 0], [0, 0, 1.0, 0], [0, 0, 0, 0.3], [0.9, 0, 0, 0]]
    )
    table = np.zeros((5, 6))
    table[:, [MAP, NEAR, AUTHOR, SIMILAR]] = drawn
    table[4, [STARS, POPULAR]] = 5.0
    assert is_relevant(table, order).tolist() == [True, True, True, True, False]
    assert is_relevant(table[[4]], order).all()  # alone it has the highest sum
    table[0, MAP] = 10.0
    assert is_relevant(table, order).tolist() == [True, True, True, False, False]


def test_without_a_liked_book_every_book_is_relevant():
    table = found(history({2: -3.0}))
    assert is_relevant(table, OrderWeights()).all()
