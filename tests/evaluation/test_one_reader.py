"""Figures of a single reader, with intervals over days."""

import numpy as np
import pytest

from bookrec.evaluation.bootstrap import DayBootstrap
from bookrec.evaluation.metrics import pearson
from bookrec.evaluation.one_reader import one_reader


def test_all_ratings_of_a_day_are_drawn_together():
    """With one day the interval has no width; with many it has."""
    draw = np.random.default_rng(0)
    stars = draw.integers(1, 6, 60).astype(float)
    predicted = {"personal": stars + draw.normal(0, 1, 60), "mean": draw.uniform(1, 5, 60)}
    wanted = {"per_user_pearson": (pearson, 5)}

    def figures(days):
        return one_reader(predicted, stars, days, wanted, ("personal", "mean"), draw, 200)

    many, one = figures(np.arange(60) // 3), figures(np.zeros(60, dtype=int))
    found = many["methods"]["personal"]["per_user_pearson"]
    assert found["value"] == pytest.approx(pearson(predicted["personal"], stars))
    assert found["low"] < found["value"] - 0.05 < found["value"] + 0.05 < found["high"]
    assert many["lift"]["per_user_pearson"]["low"] > 0
    same = one["methods"]["personal"]["per_user_pearson"]
    assert same["low"] == pytest.approx(same["high"])
    drawn = DayBootstrap(np.arange(60) // 3, draw, 5)
    sizes = {len(rows) for rows in drawn._rows}
    assert sizes == {60}
    assert all(len(set(rows.tolist())) < 60 for rows in drawn._rows)
