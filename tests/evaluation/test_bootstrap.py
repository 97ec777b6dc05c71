"""Bootstrap intervals over readers."""

import math
import time
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookrec.evaluation.bootstrap import (
    Interval,
    bootstrap_difference,
    bootstrap_mean,
    bootstrap_pooled,
    bootstrap_regression,
)
from bookrec.evaluation.metrics import pearson, rmse


def test_the_interval_of_a_mean_of_many_readers_is_the_normal_one():
    values = np.random.default_rng(2).normal(0.3, 1.0, 1000)
    found = bootstrap_mean([*values, math.nan], np.random.default_rng(3), samples=4000)
    error = values.std() / math.sqrt(1000)
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=0.1 * error)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=0.1 * error)


@settings(deadline=None)
@given(st.lists(st.floats(-1, 1) | st.just(math.nan), min_size=1, max_size=20), st.integers(0, 99))
def test_the_difference_of_equal_values_is_exactly_zero(values, seed):
    found = bootstrap_difference(values, values, np.random.default_rng(seed), samples=20)
    if not all(map(math.isnan, values)):
        assert found == Interval(0.0, 0.0, 0.0)


def test_without_values_the_interval_is_undefined():
    rng = np.random.default_rng(0)
    assert math.isnan(bootstrap_mean([math.nan], rng).value)
    assert math.isnan(bootstrap_pooled([], [], [], rng).rmse.value)


def test_a_difference_is_paired_by_reader():
    rng = np.random.default_rng(4)
    base = rng.normal(0.0, 1.0, 200)  # readers differ a lot, the gain does not
    found = bootstrap_difference(base + rng.normal(0.05, 0.01, 200), base, rng)
    assert 0.04 < found.low < found.value < found.high < 0.06
    partly = bootstrap_difference([1.0, math.nan, 3.0], [0.5, 0.0, math.nan], rng, samples=10)
    assert partly == Interval(0.5, 0.5, 0.5)
    with pytest.raises(ValueError, match="paired"):
        bootstrap_difference([1.0], [1.0, 2.0], rng)


def world(readers: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids, predictions and stars of readers with 1 to 30 ratings each, shuffled."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(readers), rng.integers(1, 31, readers))
    rng.shuffle(who)
    liking = rng.normal(0, 0.6, readers)[who]
    actual = np.clip(np.round(3.8 + liking + rng.normal(0, 0.9, len(who))), 1, 5)
    predicted = 3.8 + 0.7 * liking + rng.normal(0, 0.3, len(who))
    return who, predicted, actual


def test_the_pooled_bootstrap_agrees_with_a_naive_loop_over_readers():
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


def test_the_interval_of_one_reader_has_no_width():
    found = bootstrap_pooled([1, 1, 1], [1, 2, 4], [1, 3, 2], np.random.default_rng(0), samples=9)
    assert found.pearson.low == pytest.approx(found.pearson.value)
    assert found.rmse.high == pytest.approx(found.rmse.value)


def test_a_constant_prediction_counts_0_and_a_constant_truth_is_undefined():
    who, _, actual = world(50, seed=8)
    rng = np.random.default_rng(0)
    flat = bootstrap_pooled(who, np.full(len(who), 3.9), actual, rng, samples=50)
    assert flat.pearson == Interval(0.0, 0.0, 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # an undefined interval must not warn
        undefined = bootstrap_pooled(who, actual, np.full(len(who), 3.9), rng, samples=50)
    assert math.isnan(undefined.pearson.value)
    assert math.isnan(undefined.pearson.low)


def test_two_thousand_draws_of_1500_readers_take_less_than_a_second():
    who, predicted, actual = world(1500, seed=9)
    start = time.process_time()
    bootstrap_pooled(who, predicted, actual, np.random.default_rng(0))
    assert time.process_time() - start < 1.0


def test_the_same_seed_gives_the_same_interval():
    who, predicted, actual = world(30, seed=10)
    first, second = (
        bootstrap_pooled(who, predicted, actual, np.random.default_rng(1), 100) for _ in range(2)
    )
    assert first == second


def test_the_interval_of_the_slope_covers_the_true_slope():
    rng = np.random.default_rng(1)
    who = np.repeat(np.arange(40), 10)
    x = rng.uniform(1, 5, 400)
    y = 0.8 * x + 0.5 + rng.normal(0, 0.3, 400)
    slope, _ = bootstrap_regression(who, x, y, rng, 500)
    assert slope.low < 0.8 < slope.high
    assert slope.value == pytest.approx(np.polyfit(x, y, 1)[0])
