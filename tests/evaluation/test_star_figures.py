"""The figures of `evaluate`, on predictions of known quality."""

import math
from dataclasses import replace

import numpy as np
import pytest
from trials import SAMPLING, trial

from bookrec.evaluation.bootstrap import Sampling
from bookrec.evaluation.held_out import HeldOut
from bookrec.evaluation.star_figures import METHODS, Trial, evaluate_stars
from bookrec.progress import Silent


def test_the_lift_is_over_the_mean_and_each_method_has_its_own_figure():
    """Ten readers gave 1 to 5 stars. The mean predicts the reverse, the bias model swaps the
    ends, and `personal` is right."""
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
    found = evaluate_stars(trial, Sampling(0, 20), Silent())
    pearson = {n: m["per_user_pearson"]["value"] for n, m in found["methods"].items()}
    assert pearson == pytest.approx(
        {"mean": -1, "reader_mean": 0, "bias": -0.6, "text": 0.9, "personal": 1}
    )
    assert found["lift"]["per_user_pearson"]["difference"] == pytest.approx(2.0)


def test_ranking_measures_match_a_hand_computation():
    stars = np.array([5.0, 4, 4, 3, 2, 1, 1, 1, 1, 1])
    reversed_order = np.arange(10.0)
    t = trial(readers=1, rows=10)
    one = replace(
        t,
        held=replace(t.held, stars=stars),
        predictions=dict.fromkeys(METHODS, reversed_order) | {"personal": stars},
    )
    found = evaluate_stars(one, SAMPLING, Silent())
    best = sum((2**s - 1) / math.log2(i + 2) for i, s in enumerate(stars))
    worst = sum((2**s - 1) / math.log2(i + 2) for i, s in enumerate(stars[::-1]))
    assert found["methods"]["personal"]["ndcg_at_10"]["value"] == pytest.approx(1.0)
    assert found["methods"]["personal"]["top5_liked"]["value"] == pytest.approx(3 / 5)
    assert found["methods"]["mean"]["ndcg_at_10"]["value"] == pytest.approx(worst / best)
    assert found["methods"]["mean"]["top5_liked"]["value"] == 0.0
    assert found["lift"]["top5_liked"]["difference"] == pytest.approx(3 / 5)
    assert found["ranking"] == {"readers": 1, "min_rows": 10}


def test_readers_with_few_held_out_books_are_not_ranked():
    found = evaluate_stars(trial(rows=9), SAMPLING, Silent())
    assert found["ranking"]["readers"] == 0
    assert math.isnan(found["methods"]["personal"]["ndcg_at_10"]["value"])


def test_cold_and_warm_books_split_the_rows():
    found = evaluate_stars(trial(), SAMPLING, Silent())
    parts = [found["segments"][name]["ratings"] for name in ("cold_books", "warm_books")]
    assert sum(parts) == found["ratings"] == 144
