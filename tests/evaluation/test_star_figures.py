"""The figures of `evaluate` from predictions whose worth is known."""

import numpy as np
import pytest

from bookrec.evaluation.held_out import HeldOut
from bookrec.evaluation.star_figures import Sampling, Trial, measured
from bookrec.progress import Silent


def test_the_lift_is_over_the_mean_and_each_method_has_its_own_figure():
    """Ten readers of 1 to 5 stars: the mean has them upside down, the bias model swaps the ends,
    personal is right."""
    readers = np.repeat(np.arange(10), 5)
    stars = np.tile(np.arange(1.0, 6.0), 10)
    nothing = np.zeros(50)
    held = HeldOut(
        readers, np.arange(50), stars, *(nothing for _ in range(7)), np.zeros(50, dtype=bool)
    )
    predictions = {
        "mean": -stars,
        "reader_mean": nothing,
        "bias": np.tile([5.0, 2, 3, 4, 1], 10),
        "text": np.tile([1.0, 3, 2, 4, 5], 10),
        "personal": stars,
    }
    trial = Trial(held, predictions, nothing, np.zeros(50, dtype=bool))
    found = measured(trial, Sampling(0, 20), Silent())
    pearson = {n: m["per_user_pearson"]["value"] for n, m in found["methods"].items()}
    assert pearson == pytest.approx(
        {"mean": -1, "reader_mean": 0, "bias": -0.6, "text": 0.9, "personal": 1}
    )
    assert found["lift"]["per_user_pearson"]["difference"] == pytest.approx(2.0)
