"""Books by words: which are found, in what order, and that no text is a command."""

import pytest

from bookrec.catalogue.database import Catalogue
from bookrec.finder.by_author import books_by
from bookrec.finder.near_words import respelt, taken_as
from bookrec.finder.series_volumes import volumes_called
from bookrec.finder.typed_words import typed_words
from bookrec.finder.word_scores import word_scores
from bookrec.finder.word_search import books_with, books_with_any, with_number

HOSTILE = (
    '"',
    "( * NEAR",
    'AND OR NOT "',
    "titles:",
    "{titles} :",
    "^",
    "'; DROP TABLE books; --",
    "\x00\x1b[31m",
    "\udcff",
    "%_",
)


@pytest.fixture(scope="module")
def catalogue(small):
    with Catalogue(small.path("catalogue.sqlite")) as catalogue:
        yield catalogue


@pytest.fixture
def titles(catalogue):
    """The titles of the books that `books_with` finds, in order."""
    return lambda text: named(catalogue, books_with(catalogue, text, typed_words(text)))


def named(catalogue, books):
    return [book.title for book in catalogue.books(books)]


def test_titles_come_before_descriptions_and_a_series_in_its_order(titles):
    assert titles("harbour") == [
        "The Harbour",  # typed exactly, and more read
        "Harbour",
        "Low Tide",  # the series, although its third volume is more read
        "Spring Tide",
        "Harbour Tales Box Set",
        "First Light",
        "Knots",  # most read, but only its description has the word
    ]


def test_a_book_titled_like_a_much_read_author_comes_after_the_books(titles):
    assert titles("okoro") == ["Knots", "Okoro"]


def test_a_set_that_has_the_typed_title_comes_after_its_much_read_volumes(titles):
    assert titles("harbour tales")[:3] == ["The Harbour", "Low Tide", "Spring Tide"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("marlow tide spring", "Spring Tide"),  # author and title
        ("sleep eng", "The Sleeping Engine"),  # an unfinished word
        ("JR Okoro", "Knots"),
        ("and knots", "Knots"),  # articles do not count
        ("sci-fi", "The Sleeping Engine"),
        ("спящ", "Спящая машина"),
        ("機械", "眠る機械の夢"),  # inside a title
        ("Søvn", "Søvn"),
    ],
)
def test_words_are_found_in_every_field(titles, text, first):
    assert titles(text)[0] == first


def test_every_word_has_to_occur(titles, catalogue):
    assert titles("harbour engine") == []
    words = typed_words("low tide engine")
    first, *others = named(catalogue, books_with_any(catalogue, words))
    assert (first, set(others)) == ("Low Tide", {"Spring Tide", "The Sleeping Engine"})
    assert named(catalogue, books_with_any(catalogue, words, least=2)) == ["Low Tide"]


@pytest.mark.parametrize(
    ("text", "title"), [("harbour tales 3", "Spring Tide"), ("harbour 1952", "Low Tide")]
)
def test_a_number_is_a_volume_or_a_year(catalogue, text, title):
    assert named(catalogue, with_number(catalogue, text)) == [title]
    assert with_number(catalogue, "1952") == []


@pytest.mark.parametrize(
    ("typed", "word"),
    [("marlwo", "marlow"), ("Марлоу", "marlow"), ("sovn", "søvn")],
)
def test_an_unknown_word_is_replaced_by_one_that_is_spelt_like_it(catalogue, typed, word):
    words, changed = respelt(catalogue, typed_words(f"harbour {typed}"))
    assert words[0].phrases == ("harbour",)
    assert word in words[1].phrases
    found = books_with(catalogue, "", words[1:])
    assert taken_as(catalogue, changed, found) == f"{typed!r} is taken as {word}."


def test_nothing_like_it_is_no_word_at_all(catalogue):
    words = typed_words("qqqqqq")
    assert respelt(catalogue, words) == (words, {})


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("marlow", "The Harbour"),
        ("A. Marlow", "The Harbour"),
        ("Per Holt", "Spring Tide"),
        ("Sorland", "Søvn"),
    ],
)
def test_an_author_is_found_by_part_of_the_name(catalogue, typed, title):
    found, _ = books_by(catalogue, typed)
    assert title in named(catalogue, found)
    assert "Knots" not in named(catalogue, found)


def test_a_series_comes_in_order_and_its_namesake_after_it(catalogue):
    volumes, note = volumes_called(catalogue, "the harbour tales")
    assert not note
    assert [(v.number, v.book.title) for v in volumes] == [
        (1.0, "The Harbour"),
        (2.0, "Low Tide"),
        (3.0, "Spring Tide"),
        (None, "Harbour Tales Box Set"),
        (1.0, "First Light"),
    ]
    misspelt, note = volumes_called(catalogue, "harbor tales")
    assert misspelt == volumes
    assert "harbour tales" in note
    assert volumes_called(catalogue, "qqqqqq") == ([], "")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_command(catalogue, text):
    for typed in (text, f"harbour {text}"):
        words = typed_words(typed)
        found = {
            *books_with(catalogue, typed, words),
            *books_with_any(catalogue, respelt(catalogue, words)[0]),
            *with_number(catalogue, typed),
            *books_by(catalogue, typed)[0],
            *(volume.book.index for volume in volumes_called(catalogue, typed)[0]),
            *(book for book, _ in word_scores(catalogue, [typed])),
        }
        assert found <= set(range(len(catalogue)))
