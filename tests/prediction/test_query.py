"""How well books answer a request in words."""

import numpy as np
import pytest
import tiny

from bookrec.catalogue.database import Catalogue
from bookrec.prediction import query
from bookrec.prediction.query import FLOOR, asked


@pytest.fixture
def ask(built):
    """Ask with a vector that is at right angles to every book, so that only the words count."""
    with Catalogue(built.need("catalogue.sqlite")) as catalogue:
        books = list(catalogue.all_books())
        vectors = np.zeros((len(books), 4), dtype=np.float32)

        def found(text, like=None):
            own = vectors.copy()
            if like is not None:
                own[like, 0] = np.sqrt(0.5)
            return books, asked(catalogue, own, text, np.array([1, 0], dtype=np.float32))

        yield found


def titles(books, fit):
    return {b.title for b in books if fit[b.index] >= FLOOR}


def test_words_and_genres_find_books_and_nonsense_finds_none(ask):
    books, robots = ask("a machine")
    assert robots.answered
    assert titles(books, robots.fit) <= set(tiny.ROBOT_TITLES)
    _, nonsense = ask("asdfghjkl")
    assert not nonsense.answered
    assert not nonsense.fit.any()


def test_meaning_counts_beside_words_and_no_request_is_met_by_meaning_alone(ask):
    _, words = ask("a machine")
    first = int(np.argmax(words.fit))
    _, both = ask("a machine", first)
    assert both.fit[first] == pytest.approx(words.fit[first] + 0.25)
    _, nonsense = ask("asdfghjkl", first)
    assert nonsense.fit[first] == pytest.approx(0.25)
    assert not nonsense.answered


def test_a_book_tells_which_words_it_meets(ask):
    books, found = ask("a machine and a zeppelin")
    best = int(np.argmax(found.fit))
    assert found.matched(best) == ("machine",)
    assert found.matched(len(books)) == ()


def test_romance_pictures_and_the_other_kind_are_off_unless_asked_for():
    genres = [["fiction"], ["romance", "fiction"], ["erotica"], ["picture books"], ["nonfiction"]]

    def off(text):
        return (4 * query._unasked(text, query.concepts(text), genres)).round(2).tolist()

    assert off("vampires") == [0.0, 0.4, 0.9, 0.6, 0.0]
    assert off("a romance novel with vampires") == [0.0, 0.0, 0.0, 0.6, 0.5]
    assert off("a picture book of vampires") == [0.0, 0.4, 0.9, 0.0, 0.0]
