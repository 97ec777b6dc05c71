"""Held-out predictions: a reader's held-out books are predicted from that reader's past alone."""

from dataclasses import replace

import numpy as np
import pytest

from bookrec.catalogue.ids import BookIds
from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.held_out import alpha_curve, predict_held_out
from bookrec.prediction.book_arrays import BookArrays
from bookrec.prediction.constants import Constants
from bookrec.prediction.loyalty import read_past
from bookrec.prediction.stars import make_history, predict

CONSTANTS = Constants()


@pytest.fixture(scope="module")
def world():
    """20 readers of 30 of 40 random books each; every third row is held out."""
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(40, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    arrays = BookArrays(
        vectors, BookIds(rng.integers(0, 6, 40), rng.integers(-1, 3, 40), np.full(40, np.nan))
    )
    readers = np.repeat(np.arange(100, 120), 30)
    books = np.concatenate([np.sort(rng.choice(40, 30, replace=False)) for _ in range(20)])
    ratings = Ratings(readers, books, rng.integers(1, 6, 600).astype(float))
    target = np.arange(0, 600, 3)
    past = np.setdiff1d(np.arange(600), target)
    return arrays, ratings, past, target, rng.uniform(2.5, 4.5, 40)


def test_each_readers_predictions_are_those_of_predict(world):
    arrays, ratings, past, target, means = world
    held = predict_held_out(arrays, ratings, past, target, means, CONSTANTS)
    assert held.readers.tolist() == ratings.readers[target].tolist()
    assert held.books.tolist() == ratings.books[target].tolist()
    assert held.stars.tolist() == ratings.stars[target].tolist()
    predicted = held.predicted(CONSTANTS.alpha)
    for reader in (100, 119):
        mine = past[ratings.readers[past] == reader]
        books = ratings.books[target][ratings.readers[target] == reader]
        history = make_history(arrays, ratings.books[mine], ratings.stars[mine], means, CONSTANTS)
        alone = predict(arrays, history, books, means[books], CONSTANTS)
        assert predicted[held.readers == reader] == pytest.approx(alone.raw)
        own = ratings.stars[mine].mean()
        assert held.own_mean[held.readers == reader] == pytest.approx(own)


def test_held_out_stars_do_not_change_their_predictions(world):
    arrays, ratings, past, target, means = world
    stars = ratings.stars.copy()
    stars[target] = 6 - stars[target]
    other = Ratings(ratings.readers, ratings.books, stars)
    one = predict_held_out(arrays, ratings, past, target, means, CONSTANTS)
    two = predict_held_out(arrays, other, past, target, means, CONSTANTS)
    assert np.array_equal(one.predicted(1.0), two.predicted(1.0))
    assert np.array_equal(one.own_mean, two.own_mean)


def test_rows_outside_past_and_target_change_nothing(world):
    arrays, ratings, past, target, means = world
    some = past[past % 2 == 0]
    stars = ratings.stars.copy()
    stars[np.setdiff1d(past, some)] = 1.0
    other = Ratings(ratings.readers, ratings.books, stars)
    one = predict_held_out(arrays, ratings, some, target, means, CONSTANTS)
    two = predict_held_out(arrays, other, some, target, means, CONSTANTS)
    assert np.array_equal(one.predicted(1.0), two.predicted(1.0))


def test_alpha_0_is_mean_plus_loyalty_plus_offset(world):
    arrays, ratings, past, target, means = world
    held = predict_held_out(arrays, ratings, past, target, means, CONSTANTS)
    assert held.predicted(0.0) == pytest.approx(means[held.books] + held.loyalty + held.offset)


def test_histories_are_sampled_to_a_given_size_by_the_seed(world):
    arrays, ratings, past, target, means = world

    def cut(size, seed=1):
        rng = np.random.default_rng(seed)
        return predict_held_out(arrays, ratings, past, target, means, CONSTANTS, size, rng)

    whole = predict_held_out(arrays, ratings, past, target, means, CONSTANTS)
    assert set(whole.history) == {20.0}
    assert set(cut(5).history) == {5.0}
    assert np.array_equal(cut(5).predicted(1.0), cut(5).predicted(1.0))
    assert not np.array_equal(cut(5).predicted(1.0), cut(5, seed=2).predicted(1.0))
    assert np.array_equal(cut(99).predicted(1.0), whole.predicted(1.0))


def test_a_reader_without_a_past_gets_the_books_means(world):
    arrays, ratings, _, target, means = world
    nothing = np.zeros(0, dtype=np.int64)
    held = predict_held_out(arrays, ratings, nothing, target, means, CONSTANTS)
    assert held.predicted(1.0) == pytest.approx(means[held.books])
    assert not held.history.any()
    assert np.isfinite(held.own_mean).all()


def test_without_targets_nothing_is_predicted(world):
    arrays, ratings, past, _, means = world
    nothing = np.zeros(0, dtype=np.int64)
    held = predict_held_out(arrays, ratings, past, nothing, means, CONSTANTS)
    assert len(held.predicted(1.0)) == len(held.stars) == 0


def test_the_alpha_curve_peaks_at_the_true_alpha(world):
    """Stars that are exactly b + 0.5 · taste correlate best at α = 0.5."""
    arrays, ratings, past, target, means = world
    held = predict_held_out(arrays, ratings, past, target, means, CONSTANTS)
    held = replace(held, stars=held.predicted(0.5))
    curve = alpha_curve(held, 81)
    assert [a for a, _ in curve] == pytest.approx(np.linspace(0, 2, 81))
    assert max(curve, key=lambda point: point[1]) == pytest.approx((0.5, 1.0))


def test_hindsight_is_a_later_volume_in_the_history():
    """The history gives away that the reader went on, if it has a later volume of the series."""
    volumes = np.array([1.0, 2.0, 3.0, 4.0, np.nan])
    series = np.array([0, 0, 0, 0, -1])
    ids = BookIds(np.full(5, -1), series, volumes)
    books = np.arange(5)
    assert read_past(ids, np.array([3]), books).tolist() == [True, True, True, False, False]
    assert not read_past(ids, np.array([0, 4]), books).any()

    arrays = BookArrays(np.eye(5, dtype=np.float32), ids)
    ratings = Ratings(np.array([0] * 4), np.array([0, 1, 3, 4]), np.full(4, 4.0))
    past, target = np.array([0, 2]), np.array([1, 3])
    held = predict_held_out(arrays, ratings, past, target, np.full(5, 3.0), Constants())
    assert held.hindsight.tolist() == [True, False]
