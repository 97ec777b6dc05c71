"""Guessed genres of thin records."""

import numpy as np
import pytest

from bookrec.catalogue.ids import BookIds
from bookrec.model.genre_completion import completed
from bookrec.model.projection import genre_inputs, genre_weights

SEA = ["Sea Stories", "Adventure", "War", "History"]
ROBOTS = ["Robots", "Adventure", "Space", "Science Fiction"]
# Four labelled books of each kind, four that lend nothing, and a book to complete.
OTHERS = [SEA] * 4 + [ROBOTS] * 4 + [["Tea", "Cakes"]] * 4
TEXTS = [(1.0, 0.0, 0.0)] * 4 + [(0.0, 1.0, 0.0)] * 4 + [(0.0, 0.0, 1.0)] * 4


def guess(own, text, author=-1, series=-1):
    """Return what is not 0 in the genre vector of the last book, by genre, and all vectors."""
    genres = [*OTHERS, list(own)]
    weights = genre_weights(genres)
    known = genre_inputs(genres, weights)
    ids = BookIds(
        np.array([1] * 4 + [2] * 4 + [9] * 4 + [author]),
        np.array([3] * 4 + [4] * 4 + [-1] * 4 + [series]),
        np.full(13, np.nan),
    )
    found = completed(known, genres, np.array([*TEXTS, text], dtype=np.float32), ids)
    assert found[:12] == pytest.approx(known[:12])
    return {g: v for g, v in zip(weights, found[12], strict=True) if v > 0}, found


@pytest.mark.parametrize(
    ("text", "more", "kind"),
    [
        ((1.0, 0.1, 0.0), {}, SEA),
        ((0.1, 1.0, 0.0), {}, ROBOTS),
        ((0.5, 0.5, 0.0), {"author": 2}, ROBOTS),
        ((0.5, 0.5, 0.0), {"series": 3}, SEA),
    ],
)
def test_a_book_without_genres_gets_those_of_similar_books(text, more, kind):
    found, vectors = guess([], text, **more)
    assert max(found, key=found.get) in kind
    assert vectors[12] @ vectors[OTHERS.index(kind)] > 0.7


def test_the_one_genre_that_is_known_counts_as_well():
    text = (0.5, 0.5, 0.0)
    even, _ = guess([], text)
    with_robots, _ = guess(["Robots"], text)
    assert with_robots["Robots"] > 2 * with_robots["Sea Stories"]
    assert even["Robots"] == pytest.approx(even["Sea Stories"], rel=0.01)


def test_a_guess_is_shorter_the_less_similar_books_agree():
    lengths = [np.linalg.norm(guess([], t)[1][12]) for t in ((1.0, 0.0, 0.0), (0.5, 0.5, 0.0))]
    assert lengths[0] == pytest.approx(1.0, abs=1e-3)
    assert lengths[1] < 0.9


def test_vague_genres_do_not_make_a_record_complete_and_two_informative_ones_do():
    assert "Sea Stories" in guess(["Fiction", "Nonfiction", "Adventure"], (1.0, 0.1, 0.0))[0]
    own, _ = guess(["Space", "Robots"], (1.0, 0.1, 0.0))
    assert set(own) == {"Space", "Robots"}


def test_without_a_description_or_a_similar_book_the_record_stays_as_it_is():
    assert guess([], (0.0, 0.0, 0.0), author=2)[0] == {}
    assert set(guess(["Tea"], (0.0, 0.0, 1.0))[0]) == {"Tea"}
