"""SLIM: the weights satisfy the optimality conditions of its problem."""

import numpy as np
import pytest
from reading_matrices import some_reading, sparse

from bookrec.prediction.slim import slim


def slim_of(read, l1, l2, **options):
    return slim(sparse(read).tocsr(), l1, l2, **options).toarray()


@pytest.mark.parametrize(("l1", "l2"), [(0.5, 2.0), (1.0, 0.5), (2.0, 50.0)])
def test_weights_satisfy_the_karush_kuhn_tucker_conditions(monkeypatch, l1, l2):
    """The problem is convex, so its minimum is their only solution."""
    monkeypatch.setattr("bookrec.prediction.slim._TOLERANCE", 1e-6)
    monkeypatch.setattr("bookrec.prediction.slim._SWEEPS", 200)
    read = some_reading(4)
    weights = slim_of(read, l1, l2).astype(np.float64)
    slope = read.T @ (read @ weights - read) + l2 * weights + l1
    mine = np.eye(len(weights), dtype=bool)
    assert (weights[mine] == 0).all()
    assert (weights >= 0).all()
    assert slope[(weights > 0) & ~mine] == pytest.approx(0.0, abs=1e-3)
    assert (slope[(weights == 0) & ~mine] > -1e-3).all()
    assert 5 < (weights > 0).sum() < weights.size - 24  # some of both kinds


def test_blocks_give_the_same_weights_and_report_progress(monkeypatch):
    whole = slim_of(some_reading(1), 0.5, 2.0)
    monkeypatch.setattr("bookrec.prediction.slim._BLOCK", 5)
    done = []
    blocks = slim_of(some_reading(1), 0.5, 2.0, advance=done.append)
    assert blocks == pytest.approx(whole, abs=1e-3)
    assert done == [5, 5, 1]  # no one has read the twelfth


def test_books_with_few_readers_are_left_out():
    read = some_reading(2)
    few = read.sum(axis=0) < 6
    assert 1 < few.sum() < 11
    weights = slim_of(read, 0.1, 1.0, min_readers=6)
    assert not weights[few].any()
    assert not weights[:, few].any()
    kept = read * ~few
    assert weights == pytest.approx(slim_of(kept, 0.1, 1.0), abs=1e-6)


def test_without_readers_there_are_no_weights():
    assert slim(sparse(np.zeros((2, 3))), 1.0, 1.0).shape == (3, 3)
