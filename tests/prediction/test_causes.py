"""Causes: which books of a history explain a prediction, and by how much."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from shelves import PLAIN, arrays_of

from bookrec.prediction.causes import causes, leading, rounded_to_total, shares
from bookrec.prediction.stars import make_history, weights


def test_only_similar_books_and_books_of_the_same_readers_are_named():
    arrays = arrays_of([[1, 0], [1, 0.1], [0, 1], [1, -0.1]])
    means = np.full(4, 3.0)
    history = make_history(arrays, np.array([1, 2, 3]), np.array([5.0, 5.0, 1.5]), means, PLAIN)
    w = weights(arrays, history, np.array([0]), PLAIN)[0]
    alone = np.zeros(3)
    # 2 is not similar, and 3 counts against it
    assert [c.place for c in leading(causes(w, history, PLAIN, alone))] == [0]
    # but 2 is named if it has the same readers
    named = leading(causes(w, history, PLAIN, np.array([0.0, 0.3, 0.3])))
    assert [(c.place, c.neighbour_weight) for c in named] == [(0, 0.0), (1, 0.3)]


PARTS = st.lists(st.floats(-5, 5) | st.floats(-0.002, 0.002), min_size=1, max_size=60)


@given(PARTS, st.booleans())
@example([0.0005] * 3, True)
@example([1.0, -0.9999], False)
def test_rounded_parts_add_up_and_none_moves_by_a_whole_digit(values, up):
    total = sum(values)
    total = float(np.ceil(total * 1000) if up else np.floor(total * 1000)) / 1000
    shown = rounded_to_total(values, total)
    assert sum(shown) == pytest.approx(total, abs=1e-9)
    assert max(abs(a - b) for a, b in zip(shown, values, strict=True)) < 0.001 + 1e-9
    assert all(a == round(a, 3) and a * b >= 0 for a, b in zip(shown, values, strict=True))


@given(PARTS)
@example([5.0, -4.9])  # 50 and -49 of their sum
@example([1.0] * 3)
@example([0.0, 0.0004, -0.0])
def test_absolute_shares_sum_to_one(stars):
    whole = sum(map(abs, stars))
    found = shares(stars)
    if found is None:
        assert whole <= 0.0005
        return
    assert sum(map(abs, found)) == pytest.approx(1.0, abs=1e-9)
    for share, part in zip(found, stars, strict=True):
        assert abs(share - part / whole) < 0.001 + 1e-9
        assert share * part >= 0
    assert whole >= 0.0005


def test_parts_that_cancel_have_shares_of_the_absolute_total():
    assert shares([0.5, -0.49, 0.01]) == [0.5, -0.49, 0.01]
    assert shares([2.0, -2.0]) == [0.5, -0.5]
    assert shares([1.0, 1.0, 1.0]) == [0.334, 0.333, 0.333]
    assert shares([]) is None
    assert shares([0.0002, -0.0002]) is None
