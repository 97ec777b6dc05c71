"""Diversity: maximal marginal relevance."""

import numpy as np
import pytest

from bookrec.prediction.diversity import diversified

VECTORS = np.array([[1, 0], [0.99, 0.14], [0.98, 0.2], [0, 1]], dtype=np.float32)


SCORES = np.array([9.0, 8.9, 8.8, 2.0])


def test_diversity_0_keeps_the_order_and_1_prefers_dissimilar_books():
    assert diversified([0, 1, 2, 3], SCORES, VECTORS, 0.0, 3) == [0, 1, 2]
    assert diversified([0, 1, 2, 3], SCORES, VECTORS, 1.0, 3) == [0, 3, 2]


def test_a_little_diversity_does_not_change_clear_preferences():
    assert diversified([0, 1, 2, 3], SCORES, VECTORS, 0.01, 3) == [0, 1, 2]


@pytest.mark.parametrize("diversity", [0.0, 0.3, 1.0])
def test_the_best_book_stays_first_and_none_comes_twice(diversity):
    chosen = diversified([0, 1, 2, 3], SCORES, VECTORS, diversity, 9)
    assert chosen[0] == 0
    assert sorted(chosen) == [0, 1, 2, 3]
    assert diversified([], SCORES, VECTORS, diversity, 9) == []


def test_equal_scores_do_not_divide_by_zero():
    assert diversified([0, 1, 3], np.full(4, 2.0), VECTORS, 0.5, 2) == [0, 3]
