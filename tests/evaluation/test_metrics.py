"""Metrics against closed forms, against scipy, and against the laws they must obey."""

import math
import time
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bookrec.evaluation.bootstrap import (
    Interval,
    bootstrap_difference,
    bootstrap_mean,
    bootstrap_pooled,
)
from bookrec.evaluation.metrics import by_reader, ndcg_at, pearson, rmse, spearman, top_share

# Predictions on a grid of 1/64: exact in binary, so that maps of them are exact as well.
GRID = st.integers(64, 320).map(lambda n: n / 64)
STARS = st.integers(1, 5).map(float)
PAIRS = st.lists(st.tuples(GRID, STARS), min_size=3, max_size=30).map(
    lambda pairs: tuple(np.array(side) for side in zip(*pairs, strict=True))
)


def test_closed_forms():
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
def test_undefined_is_nan_and_knowing_nothing_is_zero(correlation):
    assert math.isnan(correlation([1, 2, 3], [4, 4, 4]))
    assert math.isnan(correlation([3, 3], [4, 4]))
    assert math.isnan(correlation([1], [4]))
    assert math.isnan(correlation([], []))
    assert correlation([3, 3, 3], [1, 2, 3]) == 0.0
    wobble = [0.1 + 0.2, 0.3, 0.3]  # one number, but for rounding
    assert correlation(wobble, [1, 2, 3]) == 0.0


def test_nothing_to_measure_is_nan():
    assert math.isnan(rmse([], []))
    assert math.isnan(ndcg_at([], []))
    assert math.isnan(ndcg_at([1, 2], [0, 0]))
    assert math.isnan(top_share([], []))
    rng = np.random.default_rng(0)
    empty = bootstrap_mean([math.nan], rng)
    assert math.isnan(empty.value)
    assert math.isnan(bootstrap_pooled([], [], [], rng).rmse.value)


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
def test_pearson_does_not_see_positive_affine_maps(pair, power, shift):
    predicted, actual = pair
    mapped = pearson(predicted * 2.0**power + shift, actual)
    assert mapped == pytest.approx(pearson(predicted, actual), abs=1e-9, nan_ok=True)
    assert pearson(-predicted, actual) == pytest.approx(-pearson(*pair), abs=1e-9, nan_ok=True)


@given(PAIRS)
def test_spearman_and_rankings_do_not_see_monotone_maps(pair):
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
def test_ranges(pair):
    assert not abs(pearson(*pair)) > 1.0
    assert 0.0 <= ndcg_at(*pair) <= 1.0 + 1e-12
    assert ndcg_at(pair[1], pair[1]) == pytest.approx(1.0)


def test_by_reader_is_the_metric_of_each():
    rng = np.random.default_rng(1)
    readers = rng.integers(0, 40, 300) * 7
    predicted, actual = rng.normal(size=300), rng.integers(1, 6, 300).astype(float)
    ids, values = by_reader(readers, predicted, actual, pearson, min_rows=6)
    expected = [r for r in np.unique(readers) if (readers == r).sum() >= 6]
    assert ids.tolist() == expected
    for reader, value in zip(ids, values, strict=True):
        mask = readers == reader
        assert value == pytest.approx(pearson(predicted[mask], actual[mask]), nan_ok=True)


def test_by_reader_keeps_undefined_and_leaves_short_histories_out():
    readers = [2, 2, 1, 1, 1, 3]
    ids, values = by_reader(readers, [1, 2, 1, 2, 3, 1], [4, 4, 1, 2, 3, 1], pearson, min_rows=2)
    assert ids.tolist() == [1, 2]
    assert values[0] == pytest.approx(1.0)
    assert math.isnan(values[1])
    ids, values = by_reader([], [], [], pearson)
    assert (ids.shape, values.shape) == ((0,), (0,))


def test_bootstrap_mean_is_the_normal_interval_for_many_readers():
    values = np.random.default_rng(2).normal(0.3, 1.0, 1000)
    found = bootstrap_mean([*values, math.nan], np.random.default_rng(3), samples=4000)
    error = values.std() / math.sqrt(1000)
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=0.1 * error)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=0.1 * error)


@settings(deadline=None)
@given(st.lists(st.floats(-1, 1) | st.just(math.nan), min_size=1, max_size=20), st.integers(0, 99))
def test_a_thing_does_not_differ_from_itself(values, seed):
    found = bootstrap_difference(values, values, np.random.default_rng(seed), samples=20)
    if not all(map(math.isnan, values)):
        assert found == Interval(0.0, 0.0, 0.0)


def test_difference_is_paired():
    rng = np.random.default_rng(4)
    base = rng.normal(0.0, 1.0, 200)  # readers differ a lot, the gain hardly at all
    found = bootstrap_difference(base + rng.normal(0.05, 0.01, 200), base, rng)
    assert 0.04 < found.low < found.value < found.high < 0.06
    partly = bootstrap_difference([1.0, math.nan, 3.0], [0.5, 0.0, math.nan], rng, samples=10)
    assert partly == Interval(0.5, 0.5, 0.5)
    with pytest.raises(ValueError, match="paired"):
        bootstrap_difference([1.0], [1.0, 2.0], rng)


def world(readers: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids, predictions and stars of readers with 1 to 30 ratings each, in mixed order."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(readers), rng.integers(1, 31, readers))
    rng.shuffle(who)
    liking = rng.normal(0, 0.6, readers)[who]
    actual = np.clip(np.round(3.8 + liking + rng.normal(0, 0.9, len(who))), 1, 5)
    predicted = 3.8 + 0.7 * liking + rng.normal(0, 0.3, len(who))
    return who, predicted, actual


def test_cluster_bootstrap_agrees_with_a_naive_loop():
    who, predicted, actual = world(60, seed=5)
    fast = bootstrap_pooled(who, predicted, actual, np.random.default_rng(6), samples=4000)
    rows = [np.flatnonzero(who == reader) for reader in range(60)]
    rng = np.random.default_rng(7)
    slow: dict = {pearson: [], rmse: []}
    for _ in range(4000):
        drawn = np.concatenate([rows[reader] for reader in rng.integers(60, size=60)])
        for metric, values in slow.items():
            values.append(metric(predicted[drawn], actual[drawn]))
    for found, metric in ((fast.pearson, pearson), (fast.rmse, rmse)):
        low, high = np.quantile(slow[metric], (0.025, 0.975))
        width = high - low
        assert found.value == pytest.approx(metric(predicted, actual))
        assert found.low == pytest.approx(low, abs=0.05 * width)
        assert found.high == pytest.approx(high, abs=0.05 * width)


def test_one_reader_drawn_again_and_again_has_no_spread():
    found = bootstrap_pooled([1, 1, 1], [1, 2, 4], [1, 3, 2], np.random.default_rng(0), samples=9)
    assert found.pearson.low == pytest.approx(found.pearson.value)
    assert found.rmse.high == pytest.approx(found.rmse.value)


def test_pooled_bootstrap_of_a_constant():
    who, _, actual = world(50, seed=8)
    rng = np.random.default_rng(0)
    flat = bootstrap_pooled(who, np.full(len(who), 3.9), actual, rng, samples=50)
    assert flat.pearson == Interval(0.0, 0.0, 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # an undefined interval is no concern of who reads stderr
        undefined = bootstrap_pooled(who, actual, np.full(len(who), 3.9), rng, samples=50)
    assert math.isnan(undefined.pearson.value)
    assert math.isnan(undefined.pearson.low)


def test_two_thousand_draws_of_1500_readers_take_less_than_a_second():
    who, predicted, actual = world(1500, seed=9)
    start = time.process_time()
    bootstrap_pooled(who, predicted, actual, np.random.default_rng(0))
    assert time.process_time() - start < 1.0


def test_the_seed_decides_the_interval():
    who, predicted, actual = world(30, seed=10)
    first, second = (
        bootstrap_pooled(who, predicted, actual, np.random.default_rng(1), 100) for _ in range(2)
    )
    assert first == second
