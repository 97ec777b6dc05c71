"""Inputs of the projection: centred texts of unit length, and weighted genres."""

import numpy as np
import pytest

from bookrec.model.projection import centred, corpus_centre, genre_inputs, genre_weights

# halves of two: title and description, the third without a description
TEXTS = np.array([[1, 0, 0.5, 0], [0, 1, 0, 0.5], [1, 1, 0, 0]], dtype=np.float32)


def test_the_centre_of_a_half_ignores_books_without_it():
    assert corpus_centre(TEXTS) == pytest.approx([2 / 3, 2 / 3, 0.25, 0.25])


def test_a_missing_half_stays_zero():
    moved = centred(TEXTS, corpus_centre(TEXTS))
    assert moved[0] == pytest.approx([1 / 3, -2 / 3, 0.25, -0.25])
    assert moved[2] == pytest.approx([1 / 3, 1 / 3, 0, 0])


def test_rare_genres_weigh_more():
    """Of four books all are fiction and one is a western: weights log(4/4) = 0 and log(4/1)."""
    genres = [["Fiction", "Westerns"], ["Fiction"], ["Fiction"], ["Fiction", "Poetry", "Essays"]]
    names = genre_weights(genres)
    assert names == pytest.approx(
        {"Fiction": 0.0, "Westerns": np.log(4), "Poetry": np.log(4), "Essays": np.log(4)}
    )
    found = genre_inputs([*genres, ["Unheard of"]], names)
    assert found[0] == pytest.approx([0, 1, 0, 0])
    assert found[3] == pytest.approx([0, 0, 0.5**0.5, 0.5**0.5])
    assert not found[[1, 4]].any()
