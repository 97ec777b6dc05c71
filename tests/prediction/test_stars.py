"""Predicted stars: closed forms, and laws that hold for any reader."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shelves import PLAIN, arrays_of

from bookrec.prediction.causes import causes
from bookrec.prediction.constants import Constants
from bookrec.prediction.means import reader_offset
from bookrec.prediction.stars import History, contributions, make_history, predict, weights


@st.composite
def worlds(draw):
    """Random books, a random reader of some of them, and random constants."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(2, 12))
    h = draw(st.integers(1, n))
    authors, series = rng.integers(-1, 3, (2, n))
    more = {}
    if draw(st.booleans()):
        more["genres"] = np.eye(4, dtype=np.float32)[rng.integers(0, 4, n)] * (
            rng.random((n, 1)) < 0.8
        )
        more["volumes"] = np.where(rng.random(n) < 0.8, rng.integers(0, 9, n), np.nan)
        more["years"] = np.where(rng.random(n) < 0.8, rng.integers(1900, 2020, n), np.nan)
    arrays = arrays_of(rng.normal(size=(n, 3)), authors, series, **more)
    means = rng.uniform(1, 5, n)
    constants = replace(
        Constants(),
        alpha=draw(st.floats(0, 2)),
        threshold=draw(st.floats(0, 0.9)),
        shrinkage=draw(st.floats(0.01, 3)),
    )
    books = rng.choice(n, h, replace=False)
    history = make_history(arrays, books, rng.uniform(1, 5, h), means, constants)
    return arrays, history, means, constants


def test_a_prediction_from_one_book_in_closed_form():
    """One book of mean 3, given 5 stars: residual 2, offset 2 / (1 + 1) = 1."""
    arrays = arrays_of([[1, 0], [1, 0], [0, 1]])
    means = np.array([3.0, 3.0, 2.5])
    history = make_history(arrays, np.array([0]), np.array([5.0]), means, PLAIN)
    found = predict(arrays, history, np.array([1, 2]), means[1:], PLAIN)
    # the similar book: 3 + 1 + 1 · (2 - 1) / (1 + 1); the dissimilar one: 2.5 + 1
    assert found.raw == pytest.approx([4.5, 3.5])
    assert found.personal == pytest.approx([1.5, 1.0])
    assert found.confidence == pytest.approx([0.5, 0.0])


def test_author_and_series_count_where_they_are_known():
    arrays = arrays_of([[1, 0], [0, 1], [0, 1], [0, 1]], [7, 7, -1, 8], [-1, 4, -1, -1])
    history = make_history(arrays, np.array([0]), np.array([5.0]), np.full(4, 3.0), PLAIN)
    constants = replace(PLAIN, same_author=0.25, same_series=0.5)
    assert weights(arrays, history, np.array([1, 2, 3]), constants)[:, 0].tolist() == [
        0.25,
        0.0,
        0.0,
    ]


def test_genres_and_years_count_where_they_are_known():
    """Book 1 shares genre and year with book 0, book 2 the genre; of book 3 neither is known."""
    arrays = arrays_of(
        [[1, 0]] * 4,
        genres=np.array([[1, 0], [1, 0], [1, 0], [0, 0]], dtype=np.float32),
        years=np.array([1960.0, 1960.0, 1800.0, np.nan]),
    )
    history = make_history(arrays, np.array([0]), np.array([5.0]), np.full(4, 3.0), PLAIN)
    w = weights(arrays, history, np.array([1, 2, 3]), PLAIN)[:, 0]
    assert w[0] > w[1] > w[2] == pytest.approx(1.0)
    assert np.isfinite(w).all()


def test_below_the_threshold_books_are_unrelated():
    arrays = arrays_of([[1, 0], [0.6, 0.8], [0.9, 0.436]])
    history = make_history(arrays, np.array([0]), np.array([5.0]), np.full(3, 3.0), PLAIN)
    w = weights(arrays, history, np.array([1, 2]), replace(PLAIN, threshold=0.7))
    assert w[0, 0] == 0.0
    assert 0 < w[1, 0] < 1


def test_weights_in_closed_form():
    """τ = .5, p = 3: a cosine of .8 weighs ((.8 - .5) / .5)³, genres of cosine .6 add β_g · .6².

    The sum is multiplied by 1 + β_y / e for books five years apart.
    """
    genres = np.array([[1, 0], [0.6, 0.8]], dtype=np.float32)
    arrays = arrays_of([[1, 0], [0.8, 0.6]], genres=genres, years=np.array([1960.0, 1965.0]))
    history = make_history(arrays, np.array([0]), np.array([5.0]), np.full(2, 3.0), PLAIN)
    some = replace(PLAIN, threshold=0.5, power=3.0, same_genres=0.5, same_years=2.0)
    expected = (0.6**3 + 0.5 * 0.6**2) * (1 + 2 / np.e)
    assert weights(arrays, history, np.array([1]), some)[0] == pytest.approx([expected])


@given(worlds())
def test_contributions_sum_to_the_personal_part(world):
    arrays, history, means, constants = world
    w = weights(arrays, history, np.arange(len(means)), constants)
    parts = contributions(w, history, constants)
    found = predict(arrays, history, np.arange(len(means)), means, constants)
    of_books = found.personal - found.loyalty
    assert parts.sum(axis=1) == pytest.approx(of_books, abs=1e-9)
    for row, value in zip(w, of_books, strict=True):
        found = causes(row, history, constants, np.zeros(len(row)))
        assert sum(c.stars for c in found) == pytest.approx(value, abs=1e-9)
        assert [abs(c.stars) for c in found] == sorted((abs(c.stars) for c in found), reverse=True)


@given(worlds())
def test_predicting_together_is_predicting_one_by_one(world):
    arrays, history, means, constants = world
    everything = np.arange(len(means))
    batch = predict(arrays, history, everything, means, constants)
    for i in everything:
        one = predict(arrays, history, np.array([i]), means[[i]], constants)
        # cosines are float32, a high threshold and a small λ enlarge their rounding
        assert one.raw[0] == pytest.approx(batch.raw[i], abs=1e-4)
        assert one.confidence[0] == pytest.approx(batch.confidence[i], abs=1e-4)


@given(worlds())
def test_a_book_never_weighs_on_itself(world):
    arrays, history, _, constants = world
    w = weights(arrays, history, history.books, constants)
    assert not np.diagonal(w).any()
    assert (w >= 0).all()


@given(worlds())
def test_stars_are_within_1_to_5_and_confidence_within_0_to_1(world):
    arrays, history, means, constants = world
    found = predict(arrays, history, np.arange(len(means)), means, constants)
    assert ((found.stars >= 1) & (found.stars <= 5)).all()
    assert ((found.confidence >= 0) & (found.confidence < 1)).all()
    assert found.raw == pytest.approx(means + found.personal)


def test_an_empty_history_is_the_bias_model():
    arrays = arrays_of([[1, 0], [0, 1]])
    means = np.array([3.2, 4.1])
    no_history = make_history(arrays, np.zeros(0, dtype=np.int64), np.zeros(0), means, Constants())
    found = predict(arrays, no_history, np.arange(2), means, Constants())
    assert np.array_equal(found.raw, means)
    assert not found.personal.any()
    assert not found.confidence.any()


def test_alpha_0_is_the_bias_model():
    arrays = arrays_of([[1, 0], [1, 0.1], [0, 1]])
    means = np.array([3.0, 3.5, 2.0])
    history = make_history(arrays, np.array([0, 2]), np.array([5.0, 3.0]), means, PLAIN)
    found = predict(arrays, history, np.array([1]), means[[1]], replace(PLAIN, alpha=0.0))
    assert found.raw == pytest.approx([3.5 + history.offset])


def test_confidence_rises_with_similar_books_in_the_history():
    arrays = arrays_of([[1, 0.1], [1, 0], [1, -0.1], [0, 1]])
    means = np.full(4, 3.0)

    def confidence(*books):
        history = make_history(arrays, np.array(books), np.full(len(books), 5.0), means, PLAIN)
        return predict(arrays, history, np.array([0]), means[:1], PLAIN).confidence[0]

    assert 0 < confidence(1) < confidence(1, 2)
    assert confidence(1, 3) == pytest.approx(confidence(1), abs=0.06)  # 3 is almost dissimilar
    assert confidence(3) < confidence(1)


def test_liking_a_similar_book_raises_stars_and_disliking_it_lowers_them():
    arrays = arrays_of([[1, 0], [1, 0.1], [0, 1]])
    means = np.full(3, 3.0)
    stars = {}
    for given_stars in (1.0, 3.0, 5.0):
        history = make_history(arrays, np.array([0, 2]), np.array([given_stars, 3.0]), means, PLAIN)
        stars[given_stars] = predict(arrays, history, np.array([1]), means[:1], PLAIN).raw[0]
    assert stars[1.0] < stars[3.0] < stars[5.0]


def test_books_outside_the_catalogue_count_by_their_vector():
    arrays = arrays_of([[1, 0], [0, 1]])
    means = np.full(2, 3.0)
    extra = np.array([[1, 0], [0, 0]], dtype=np.float32)  # one like book 0, one without a vector
    residuals = np.array([2.0, -1.0])
    offset = reader_offset(residuals, PLAIN.reader_damping)
    history = History(np.zeros(0, dtype=np.int64), residuals, offset, extra)
    w = weights(arrays, history, np.arange(2), PLAIN)
    assert w == pytest.approx(np.array([[1.0, 0.0], [0.0, 0.0]]))
    assert history.offset == pytest.approx((2 - 1) / (2 + 1))
    found = predict(arrays, history, np.arange(2), means, PLAIN)
    assert found.raw[0] > found.raw[1] == pytest.approx(3 + history.offset)


def test_constants_survive_json_with_unknown_keys():
    constants = replace(Constants(), alpha=0.7, shrinkage=1.5)
    assert Constants.of({**asdict(constants), "someday": 1.0}) == constants
    assert Constants.of({}) == Constants()
