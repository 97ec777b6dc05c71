"""Item-item baselines: their closed forms, and a world whose answer is known."""

import numpy as np
import pytest
from reading_matrices import BOOKS, checkerboard, some_reading, sparse

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.baselines import ease, histories_of, item_knn, popularity
from bookrec.prediction.slim import who_read_what


@pytest.mark.parametrize("fit", [item_knn, ease])
def test_the_withheld_book_comes_first(fit):
    matrix = who_read_what(checkerboard(), BOOKS)
    assert matrix.shape == (40, BOOKS)
    scores = fit(matrix).scores(matrix)
    scores[matrix.toarray() > 0] = -np.inf
    expected = [reader // 2 * 2 % BOOKS + reader % 2 for reader in range(40)]
    assert scores.argmax(axis=1).tolist() == expected


def test_popularity_ignores_the_history():
    matrix = who_read_what(Ratings(np.array([7, 7, 9]), np.array([0, 3, 3]), np.ones(3)), 3)
    assert matrix.toarray().tolist() == [[1, 0, 0], [0, 0, 0]]  # book 3 is out of range
    scores = popularity(matrix).scores(histories_of([[], [0], [2, 1]], 3))
    assert scores.tolist() == [[1, 0, 0]] * 3


def test_item_knn_matches_a_hand_computation():
    # books 0 and 1 share two readers, 0 and 2 one; the books have 3, 2 and 1 readers
    matrix = sparse(np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1]]))
    close, far = 2 / (np.sqrt(6) + 10), 1 / (np.sqrt(3) + 10)
    similar = item_knn(matrix, shrink=10).similar.toarray()
    assert similar == pytest.approx(np.array([[0, close, far], [close, 0, 0], [far, 0, 0]]))
    nearest = item_knn(matrix, shrink=10, neighbours=1).similar.toarray()
    assert nearest == pytest.approx(np.array([[0, close, far], [close, 0, 0], [0, 0, 0]]))
    assert item_knn(matrix).scores(histories_of([[1, 2]], 3)) == pytest.approx(
        np.array([[close + far, 0, 0]])
    )


def test_item_knn_is_the_same_in_blocks(monkeypatch):
    matrix = sparse(some_reading(1))
    whole = item_knn(matrix, neighbours=4).similar.toarray()
    monkeypatch.setattr("bookrec.evaluation.baselines._COLUMNS", 5)
    assert np.array_equal(item_knn(matrix, neighbours=4).similar.toarray(), whole)


@pytest.mark.parametrize("l2", [0.5, 20.0, 500.0])
def test_ease_is_its_closed_form(l2):
    """Equation 8 of Steck (2019), with the n × n inverse that the implementation avoids."""
    read = some_reading(2)
    inverse = np.linalg.inv(read.T @ read + l2 * np.eye(read.shape[1]))
    weights = np.eye(read.shape[1]) - inverse / np.diag(inverse)
    assert np.diag(weights) == pytest.approx(0.0)
    history = some_reading(3)
    scores = ease(sparse(read), l2).scores(sparse(history))
    assert scores == pytest.approx(history @ weights, abs=1e-5)
    assert (scores[:, -1] == 0).all()


def test_ease_with_a_minimum_of_readers_is_ease_of_the_remaining_books():
    read = some_reading(4)
    often = read.sum(axis=0) >= 6
    assert 0 < often.sum() < read.shape[1] - 1
    scores = ease(sparse(read), 10.0, min_readers=6).scores(sparse(read))
    alone = ease(sparse(read[:, often]), 10.0).scores(sparse(read[:, often]))
    assert scores[:, often] == pytest.approx(alone)
    assert (scores[:, ~often] == 0).all()


def test_a_history_with_an_unknown_index_is_an_error():
    with pytest.raises(ValueError, match="indices"):
        histories_of([[3]], 3)
