"""The neighbour table: the strongest SLIM weights, from the given rows only."""

import numpy as np
import pytest
from reading_matrices import BOOKS, checkerboard, some_reading

from bookrec.catalogue.ratings import Ratings
from bookrec.prediction import neighbours
from bookrec.prediction.neighbours import Neighbours, empty_table, fit_neighbours
from bookrec.prediction.slim import slim, who_read_what
from bookrec.progress import Silent

OF_SLIM = (0.5, 2.0, 1)  # λ₁, λ₂ and least readers, of so small a world


@pytest.fixture(autouse=True)
def small(monkeypatch):
    for name, value in zip(("_L1", "_L2", "_LEAST_READERS"), OF_SLIM, strict=True):
        monkeypatch.setattr(neighbours, name, value)


def fit(ratings, rows, books):
    return fit_neighbours(ratings, rows, books, Silent())


def ratings_of(read):
    readers, books = np.nonzero(read)
    return Ratings(readers, books, np.full(len(readers), 4.0))


def dense(table):
    """B (M, M) of the table: row j has the weights of neighbours of book j."""
    found = np.zeros((len(table), len(table)))
    for book, row in enumerate(table):
        np.add.at(found[book], row["book"], row["weight"])
    return found


@pytest.mark.parametrize("strongest", [3, 11])
def test_the_table_has_the_strongest_weights_of_slim(monkeypatch, strongest):
    monkeypatch.setattr(neighbours, "STRONGEST", strongest)
    read = some_reading(1)  # no one has read the last book
    n = read.shape[1]
    ratings = ratings_of(read)
    table = fit(ratings, np.arange(len(ratings)), n).table
    assert table.shape == (n, strongest)
    weights = slim(who_read_what(ratings, n), *OF_SLIM).toarray()
    assert ((weights > 0).sum(axis=1)[:-1] > 3).any()  # so a table of three cuts some off
    expected = np.zeros_like(weights)
    for book, row in enumerate(weights):
        strong = np.argsort(-row)[:strongest]
        expected[book, strong] = row[strong]
    assert dense(table) == pytest.approx(expected, abs=1e-3)


def test_a_score_is_the_sum_of_weights_times_preference():
    table = empty_table(4, 2)
    table["book"], table["weight"] = [[1, 2], [0, 3], [0, 1], [0, 1]], [[0.5, 0.25], [1, 0.5]] * 2
    found = Neighbours(table).scores(
        np.array([0, 1, 9]), np.array([2.0, 0.5, 2.0]), np.array([3, 2, 1, 0, 8])
    )
    # 8 and 9 have no description and are not in the table
    assert found.tolist() == [0.5 * 0.5, 2 * 0.25, 2 * 0.5, 0.5 * 1, 0.0]
    no_books = np.zeros(0, dtype=np.int64)
    assert Neighbours(table).scores(no_books, np.zeros(0), np.arange(4)).tolist() == [0.0] * 4


def test_the_weights_from_a_history_to_one_book():
    table = empty_table(3, 2)
    table["book"], table["weight"] = [[1, 2], [0, 0], [1, 0]], [[0.5, 0.25], [1, 0], [0.125, 0]]
    model, everything = Neighbours(table), np.array([2, 0, 1, 9])
    assert model.weights_to(1, everything).tolist() == [0.125, 0.5, 0.0, 0.0]
    assert model.weights_to(0, everything).tolist() == [0.0, 0.0, 1.0, 0.0]
    assert model.weights_to(8, everything).tolist() == [0.0] * 4


def test_the_withheld_book_comes_first():
    ratings = checkerboard()
    model = fit(ratings, np.arange(len(ratings)), BOOKS)
    for reader in range(40):
        read = ratings.books[ratings.readers == reader]
        found = model.scores(read, np.ones(len(read)), np.arange(BOOKS))
        found[read] = -np.inf
        assert found.argmax() == reader // 2 * 2 % BOOKS + reader % 2


def test_other_rows_other_books_and_stars_change_nothing():
    ratings = ratings_of(some_reading(5))
    rows = np.arange(0, len(ratings), 2)
    books = ratings.books.copy()
    books[1::2] = (books[1::2] + 1) % 11
    changed = Ratings(ratings.readers, books, 6 - ratings.stars)
    one, other = fit(ratings, rows, 12).table, fit(changed, rows, 12).table
    assert np.array_equal(one, other)
    assert not np.array_equal(one, fit(changed, np.arange(len(books)), 12).table)
    fewer = rows[ratings.books[rows] < 8]
    alone = fit(ratings, fewer, 8).table
    assert np.array_equal(fit(ratings, rows, 8).table, alone)
