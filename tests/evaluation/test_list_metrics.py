"""Measures of a list, in closed form."""

import math

import numpy as np
import pytest

from bookrec.evaluation.list_metrics import best, ndcg, recall, stratified_recall


def ints(*values):
    return np.array(values, dtype=np.int64)


def test_recall_ndcg_and_stratified_recall_by_hand():
    found, targets = ints(7, 1, 8, 2), ints(7, 8, 9)
    assert recall(found, targets) == pytest.approx(2 / 3)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(found, targets) == pytest.approx((1 + 1 / math.log2(4)) / ideal)
    counts = np.zeros(10)
    counts[[7, 8, 9]] = 90, 9990, 390  # worth 1/10, 1/100, 1/20
    assert stratified_recall(found, targets, counts) == pytest.approx(0.11 / 0.16)


def test_with_more_targets_than_places_a_perfect_list_counts_1():
    found, targets = np.arange(20), np.arange(50)
    assert (recall(found, targets), ndcg(found, targets)) == pytest.approx((1.0, 1.0))
    counts = 1000.0 - np.arange(50.0)  # the best twenty are the last
    assert stratified_recall(found, targets, counts) < 1.0
    assert stratified_recall(np.arange(30, 50), targets, counts) == pytest.approx(1.0)
    assert recall(np.arange(25), ints(21, 22, 23)) == 0.0  # beyond the twentieth place


def test_the_best_are_sorted_and_ties_go_to_the_lower_index():
    scores = np.array([1.0, 3.0, 3.0, -1.0, 9.0, 3.0, 2.0])
    allowed = np.array([1, 1, 1, 1, 0, 1, 1], dtype=bool)
    assert best(scores, allowed, 2).tolist() == [1, 2]
    assert best(scores, allowed, 4).tolist() == [1, 2, 5, 6]
    assert best(scores, allowed, 20).tolist() == [1, 2, 5, 6, 0, 3]
    assert best(scores, np.zeros(7, dtype=bool)).tolist() == []
