"""Genres as both raw formats write them."""

import pytest

from bookrec.catalogue.genres import parse_genres


@pytest.mark.parametrize(
    "cell",
    [
        "['Science Fiction', 'to-read', 'Fantasy > High Fantasy', 'Sci-Fi', 'My Shelf', '2012']",
        "[\"{'Science Fiction (Sci-Fi) ': 359\", \" 'to-read': 9}\", \" 'High Fantasy': 12}\"]",
    ],
)
def test_genres_in_both_notations(cell):
    assert parse_genres(cell) == ("Science Fiction", "High Fantasy")


def test_genres_that_are_no_list():
    assert parse_genres("") == parse_genres("[]") == ()
    assert parse_genres("['Fantasy', 'Rom") == ("Fantasy", "Rom")
    assert parse_genres("__import__('os')") != ("os",)
