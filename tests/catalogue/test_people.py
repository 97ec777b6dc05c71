"""Authors' names, as printed and as typed."""

import pytest

from bookrec.catalogue.people import author_key, author_matches, parse_authors


@pytest.mark.parametrize(
    ("cell", "authors"),
    [
        ("Ann Marlow (Goodreads Author), Per Holt (Illustrator)", ("Ann Marlow",)),
        ("Ann Marlow, Per  Holt", ("Ann Marlow", "Per Holt")),
        ("Per Holt (Illustrator)", ("Per Holt",)),
        ("Anonymous, Ida Brandt (Translator)", ("Ida Brandt",)),
        ("Per Holt (Editor, Translator), Ann Marlow", ("Ann Marlow",)),
        ("Martin Luther King, Jr.", ("Martin Luther King, Jr.",)),
        ("Unknown", ()),
        ("", ()),
    ],
)
def test_a_cell_names_its_authors_without_contributors(cell, authors):
    assert parse_authors(cell) == authors


@pytest.mark.parametrize(
    "names",
    [
        ("James S.A. Corey", "James SA Corey", "james s. a. corey", "James Corey"),
        ("J. R. R. Tolkien", "J.R.R. Tolkien", "JRR Tolkien"),
        ("Gabriel García Márquez", "Gabriel Garcia Marquez"),
        ("Kurt Vonnegut", "Kurt Vonnegut Jr.", "Kurt Vonnegut, Jr."),
    ],
)
def test_spellings_of_one_name_have_one_key(names):
    assert len({author_key(name) for name in names}) == 1


def test_two_people_have_two_keys():
    assert author_key("Frank Herbert") != author_key("Brian Herbert")
    assert author_key("J.K. Rowling") != author_key("J.R.R. Rowling")


@pytest.mark.parametrize(
    ("typed", "author", "means"),
    [
        ("Herbert", "Frank Herbert", True),
        ("herbert, frank", "Frank Herbert", True),
        ("F. Herbert", "Frank Herbert", True),
        ("Marquez", "Gabriel García Márquez", True),
        ("Le Guin", "Ursula K. Le Guin", True),
        ("James SA Corey", "James S.A. Corey", True),
        ("J Tolkien", "J.R.R. Tolkien", True),
        ("Brian Herbert", "Frank Herbert", False),
        ("C Tolkien", "J.R.R. Tolkien", False),
        ("Herb", "Frank Herbert", False),
        ("", "Frank Herbert", False),
        ("JK Rowling", "J.K. Rowling", True),
        ("J. K. Rowling", "J.K. Rowling", True),
        ("J.R.R.", "J.R.R. Tolkien", True),
        ("JRR", "J. R. R. Tolkien", True),
        ("JR Tolkien", "J.R.R. Tolkien", True),
        ("J.R.", "J.R.R. Tolkien", False),
        ("Ursula K Le Guin", "Ursula K. Le Guin", True),
        ("Dan Simmons", "Daniel Simmons", True),
        ("Li", "Cixin Li", True),
        ("Li Cunxin", "Li Cunxin", True),
        ("Q", "Q", True),
        ("Li", "Lisa Jewell", False),
        ("Ng", "Celeste Ng", True),
        ("Ng", "Ngaio Marsh", False),
        ("F", "Frank Herbert", False),
        ("J", "J.K. Rowling", False),
        ("L J", "Lisa Jewell", False),
    ],
)
def test_a_typed_name_matches_whole_words_and_initials_of_an_author(typed, author, means):
    assert author_matches(typed, author) is means
