"""Held-out predictions made up for tests of figures and pages."""

import numpy as np

from bookrec.evaluation.held_out import HeldOut
from bookrec.evaluation.star_figures import METHODS, Sampling, Trial

SAMPLING = Sampling(seed=0, samples=50)


def trial(readers=12, rows=12, seed=3):
    """A trial of `rows` held-out books per reader: `personal` predicts the stars plus noise."""
    rng = np.random.default_rng(seed)
    n = readers * rows
    who = np.repeat(np.arange(readers), rows)
    stars = rng.integers(1, 6, n).astype(float)
    other = rng.uniform(2, 5, n)
    ones = np.ones(n)
    zeros = np.zeros(n)
    parts = (zeros, zeros, zeros, ones, 3.5 * ones, 30 * ones, who % 2 == 0)
    held = HeldOut(who, np.arange(n), stars, other, *parts)
    predictions = dict.fromkeys(METHODS, other) | {
        "reader_mean": 3.5 * ones,
        "personal": stars + rng.normal(0, 0.5, n),
    }
    return Trial(held, predictions, rng.uniform(0, 1, n), np.arange(n) % 3 == 0)
