"""Calibration: predicted against given stars, and errors by confidence."""

import math
from itertools import pairwise

import numpy as np
import pytest

from bookrec.evaluation.bootstrap import bootstrap_regression
from bookrec.evaluation.calibration import calibration, confidence_quintiles


def test_a_perfect_predictor_is_calibrated():
    stars = np.tile([1.0, 2.0, 3.0, 4.0, 5.0], 20)
    found = calibration(np.repeat(np.arange(20), 5), stars, stars, np.random.default_rng(0), 50)
    assert found["slope"] == pytest.approx({"value": 1, "low": 1, "high": 1})
    assert found["intercept"] == pytest.approx({"value": 0, "low": 0, "high": 0}, abs=1e-9)
    assert [b["n"] for b in found["bins"]] == [10] * 10
    assert all(b["predicted"] == b["actual"] for b in found["bins"])


def test_calibration_detects_overconfidence_clips_and_has_no_slope_for_equal_predictions():
    rng = np.random.default_rng(0)
    who = np.repeat(np.arange(20), 5)
    stars = np.tile([1.0, 2.0, 3.0, 4.0, 5.0], 20)
    slope, intercept = bootstrap_regression(who, 2 * stars - 3, stars, rng, 50)
    assert (slope.value, intercept.value) == pytest.approx((0.5, 1.5))
    clipped = calibration(who, 100 * stars, stars, rng, 50)
    assert clipped["bins"][-1]["predicted"] == 5.0
    assert math.isnan(clipped["slope"]["value"])


def test_confidence_quintiles_are_in_ascending_order():
    rng = np.random.default_rng(0)
    confidence = rng.permutation(np.linspace(0, 1, 100))
    error = 2 - np.floor(confidence * 4.999) / 4  # 2, 1.75, 1.5, 1.25, 1 stars by quintile
    stars = np.full(100, 3.0)
    found = confidence_quintiles(np.arange(100) // 5, confidence, stars + error, stars, rng, 50)
    assert [f["rmse"]["value"] for f in found] == pytest.approx([2, 1.75, 1.5, 1.25, 1])
    assert [f["n"] for f in found] == [20] * 5
    assert all(a["high"] <= b["low"] for a, b in pairwise(found))
