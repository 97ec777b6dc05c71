"""Metrics: closed forms, agreement with scipy, and their invariances."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bookrec.evaluation.metrics import by_reader, ndcg_at, pearson, rmse, spearman, top_share

# Predictions on a grid of 1/64: exact in binary, so that maps of them are exact as well.
GRID = st.integers(64, 320).map(lambda n: n / 64)
STARS = st.integers(1, 5).map(float)
PAIRS = st.lists(st.tuples(GRID, STARS), min_size=3, max_size=30).map(
    lambda pairs: tuple(np.array(side) for side in zip(*pairs, strict=True))
)


def test_correlations_and_rmse_by_hand():
    assert pearson([1, 2, 3], [2, 4, 6]) == pytest.approx(1.0)
    assert pearson([1, 2, 3], [3, 2, 1]) == pytest.approx(-1.0)
    assert pearson([0, 0, 1, 1], [0, 1, 0, 1]) == pytest.approx(0.0)
    assert pearson([1, 2, 3], [1, 3, 2]) == pytest.approx(0.5)
    assert spearman([1, 2, 100], [1, 2, 3]) == pytest.approx(1.0)
    assert rmse([1, 2], [4, 6]) == pytest.approx(math.sqrt((9 + 16) / 2))


def test_ndcg_by_hand():
    # Gains 2^5−1, 2^1−1, 2^3−1 at places 1, 2, 3; the best order has 31, 7, 1.
    got = 31 + 1 / math.log2(3) + 7 / 2
    best = 31 + 7 / math.log2(3) + 1 / 2
    assert ndcg_at([3, 2, 1], [5, 1, 3]) == pytest.approx(got / best)
    assert ndcg_at([3, 2, 1], [5, 1, 3], k=1) == 1.0
    assert ndcg_at([1, 1], [5, 1], k=1) == pytest.approx((31 + 1) / 2 / 31)
    assert ndcg_at([1, 2, 3], [1, 3, 5]) == pytest.approx(1.0)


def test_top_share_by_hand():
    assert top_share([5, 4, 3, 2], [4, 3.5, 5, 1], k=2) == 0.5
    assert top_share([5, 4], [4, 5], k=5) == 1.0
    assert top_share([1, 1, 1, 1], [5, 1, 1, 1], k=2) == 0.25


@pytest.mark.parametrize("correlation", [pearson, spearman])
def test_a_constant_truth_is_undefined_and_a_constant_prediction_counts_0(correlation):
    assert math.isnan(correlation([1, 2, 3], [4, 4, 4]))
    assert math.isnan(correlation([3, 3], [4, 4]))
    assert math.isnan(correlation([1], [4]))
    assert math.isnan(correlation([], []))
    assert correlation([3, 3, 3], [1, 2, 3]) == 0.0
    wobble = [0.1 + 0.2, 0.3, 0.3]  # equal, except for rounding
    assert correlation(wobble, [1, 2, 3]) == 0.0


def test_without_values_a_metric_is_undefined():
    assert math.isnan(rmse([], []))
    assert math.isnan(ndcg_at([], []))
    assert math.isnan(ndcg_at([1, 2], [0, 0]))
    assert math.isnan(top_share([], []))


@pytest.mark.parametrize("metric", [pearson, spearman, rmse, ndcg_at, top_share])
def test_missing_predictions_and_unequal_lengths_are_errors(metric):
    with pytest.raises(ValueError, match="missing"):
        metric([1, math.nan, 3], [1, 2, 3])
    with pytest.raises(ValueError, match="shape"):
        metric([1, 2], [1, 2, 3])


@given(PAIRS)
def test_correlations_agree_with_scipy(pair):
    predicted, actual = pair
    if np.ptp(predicted) > 0 and np.ptp(actual) > 0:
        assert pearson(predicted, actual) == pytest.approx(stats.pearsonr(*pair)[0], abs=1e-9)
        assert spearman(predicted, actual) == pytest.approx(stats.spearmanr(*pair)[0], abs=1e-9)


@given(PAIRS, st.integers(-8, 8), st.integers(-50, 50))
def test_pearson_is_invariant_to_positive_affine_maps(pair, power, shift):
    predicted, actual = pair
    mapped = pearson(predicted * 2.0**power + shift, actual)
    assert mapped == pytest.approx(pearson(predicted, actual), abs=1e-9, nan_ok=True)
    assert pearson(-predicted, actual) == pytest.approx(-pearson(*pair), abs=1e-9, nan_ok=True)


@given(PAIRS)
def test_spearman_and_ranking_metrics_are_invariant_to_monotone_maps(pair):
    predicted, actual = pair
    for metric in (spearman, ndcg_at, top_share):
        assert metric(predicted**3, actual) == pytest.approx(metric(*pair), abs=1e-12, nan_ok=True)


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(pair, random):
    predicted, actual = pair
    order = list(range(len(actual)))
    random.shuffle(order)
    for metric in (pearson, spearman, rmse, ndcg_at, top_share):
        mixed = metric(predicted[order], actual[order])
        assert mixed == pytest.approx(metric(*pair), abs=1e-12, nan_ok=True)


@given(PAIRS)
def test_metrics_stay_within_their_ranges(pair):
    assert not abs(pearson(*pair)) > 1.0
    assert 0.0 <= ndcg_at(*pair) <= 1.0 + 1e-12
    assert ndcg_at(pair[1], pair[1]) == pytest.approx(1.0)


def test_by_reader_is_the_metric_of_each_reader():
    rng = np.random.default_rng(1)
    readers = rng.integers(0, 40, 300) * 7
    predicted, actual = rng.normal(size=300), rng.integers(1, 6, 300).astype(float)
    ids, values = by_reader(readers, predicted, actual, pearson, min_rows=6)
    expected = [r for r in np.unique(readers) if (readers == r).sum() >= 6]
    assert ids.tolist() == expected
    for reader, value in zip(ids, values, strict=True):
        mask = readers == reader
        assert value == pytest.approx(pearson(predicted[mask], actual[mask]), nan_ok=True)


def test_by_reader_keeps_undefined_values_and_leaves_out_readers_with_few_rows():
    readers = [2, 2, 1, 1, 1, 3]
    ids, values = by_reader(readers, [1, 2, 1, 2, 3, 1], [4, 4, 1, 2, 3, 1], pearson, min_rows=2)
    assert ids.tolist() == [1, 2]
    assert values[0] == pytest.approx(1.0)
    assert math.isnan(values[1])
    ids, values = by_reader([], [], [], pearson)
    assert (ids.shape, values.shape) == ((0,), (0,))
