"""Figures over the lists of many readers."""

import math

import numpy as np
import pytest

from bookrec.evaluation.bootstrap import Sampling
from bookrec.evaluation.list_cases import ListCase
from bookrec.evaluation.list_figures import Candidates, figures_of, list_report
from bookrec.evaluation.list_metrics import repeats


def ints(*values):
    return np.array(values, dtype=np.int64)


def test_popularity_coverage_duplicates_and_lift_by_hand():
    works = ints(0, 1, 1, 3, 4, 5)
    counts = np.array([90.0, 990.0, 990.0, 90.0, 90.0, 90.0])
    cases = [ListCase(ints(0), np.array([5.0]), ints(3, 4, 5))] * 2
    works[3] = 0  # another printing of the book in the history
    lists = [ints(1, 2, 3, 4), ints(1)]
    field = Candidates(np.arange(6) > 0, np.zeros(6, dtype=bool), counts, works, {})
    found = figures_of(cases, lists, field)
    assert found.duplicates.tolist() == [0.5, 0.0]
    assert found.popularity.tolist() == [2.5, 3.0]
    sampling = Sampling(seed=0, samples=100)
    report = list_report(cases, {"personal": lists, "ease": lists[::-1]}, field, sampling)
    assert report["methods"]["personal"]["coverage"] == pytest.approx(4 / 5)
    assert (report["readers"], report["targets"]) == (2, 6)
    assert report["lift"]["recall_at_20"]["difference"] == pytest.approx(0.0)
    one = list_report(cases[:1], {"personal": lists[:1], "ease": lists[1:]}, field, sampling)
    assert one["methods"]["personal"]["hits"] == 2
    assert one["lift"]["recall_at_20"]["difference"] == pytest.approx(2 / 3)
    assert math.isnan(one["lift"]["recall_at_20"]["low"])  # one reader has no interval


def test_a_set_and_a_part_repeat_each_other():
    contents = {7: frozenset({8, 9}), 8: frozenset({7}), 9: frozenset({7})}
    works = np.arange(10)
    assert repeats(ints(7), ints(8), works, contents) == 1  # the set of a part read
    assert repeats(ints(8, 9), ints(7), works, contents) == 2  # the parts of a set read
    assert repeats(ints(9), ints(8), works, contents) == 0  # another part
    assert repeats(ints(8, 7), ints(0), works, contents) == 1  # both on one list
